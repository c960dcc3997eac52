"""How many projects a report says it has, against those that get money in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.paragraphstate import COUNT
from jihe_extract.prose.partlists import SPENDING, sentence_behind
from jihe_extract.prose.words import load_words

_GENERAL = regex.compile(
    r"[本全]?年度?|我?本?部门|单位|共|有|实施|安排|纳入|涉及|预算|支出|绩效|重点|专项|资金|中心|[局院校委镇乡]"
)
"""Words before 项目 that name no kind of project."""
_SOME = regex.compile(r"以上|以下|之间|高于|低于|未完成|新增|经常性|延续|一次性|其他|其中|[优良中差]好?的|等级|等次")
"""Words before a count that make it one of some projects only."""
_ENTRIES = regex.compile(r"(?:如下|其中|分别|分项)[\p{Han}]{0,6}[：:]")
"""What opens the entries of a list: a figure behind it that names no project tells of an entry that was not read."""
_OUTSIDE = regex.compile(r"^\p{Han}{0,4}不(?:在|纳入|计入|列入|包括在)")
"""What follows an amount that is none of the unit's own."""
_HAN_END = regex.compile(r"\p{Han}*$")
_FAR = 3
"""A count this many times as large as a list speaks of other things than the list."""
_SHORT_NAME = 3
"""Characters from which the words before 项目 name a kind of them: ``校舍维修改造项目21个`` are not all."""


def project_counts(document: Document, facts: Sequence[Fact], sums: Sequence[Claim]) -> Iterator[Claim]:
    """``共实施 6 个项目`` against the projects that a list or table gives money to.

    A list whose parts add up to their whole leaves nothing out, whatever word opens it.
    """
    lists: dict[tuple[Span, ...], tuple[Claim, bool]] = {}
    known_scopes = load_words().scopes
    for claim in sums:
        named: dict[str, Span] = {}
        if any(o.subject for o in claim.operands):
            for operand in claim.operands:
                called = operand.subject or (operand.scope if operand.scope not in known_scopes else "")
                if called:
                    named.setdefault(called, operand.label or operand.quote)
        if claim.kind == "sum" and named and claim.stated is not None and claim.stated.quantity.unit == "CNY":
            items = tuple(sorted(named.values()))
            whole = sum((o.quantity.value for o in claim.operands), Decimal(0)) == claim.stated.quantity.value
            if len(named) == 1 and not (whole and len(claim.operands) == 1 and not claim.open):
                continue
            known = lists.get(items)
            lists[items] = (claim, whole or not claim.open or (known is not None and known[1]))
    for fact in facts:
        if fact.measure == COUNT and fact.scope == "项目" and fact.quantity.exact and _counts_all(document, fact):
            items, full = _list_for(document, fact, lists)
            if not items:
                items, full = _funded_behind(document, fact, facts)
            if items and fact.quantity.value <= _FAR * len(items):
                span = Span(min(fact.quantity.span.start, items[0].start), max(fact.quantity.span.end, items[-1].end))
                yield Claim("count", span, stated=fact, items=items, open=not full, word="项目", trust=Decimal("0.85"))


def _counts_all(document: Document, fact: Fact) -> bool:
    """Whether the words before a count say that it counts all projects (共有, 共实施, 安排)."""
    words = document.text[max(0, fact.quantity.span.start - 12) : fact.quantity.span.start]
    if regex.search(
        r"以上|以下|之间|高于|低于|未完成|新增|经常性|延续|一次性|其他|其中|[优良中差]好?的|等级|等次", words
    ):
        return False
    if words.rstrip().endswith("项目"):
        named = _GENERAL.sub("", _HAN_END.findall(words.rstrip()[:-2])[0])
        return len(named) < _SHORT_NAME or named.endswith("的")
    return bool(regex.search(r"(?:共计?|共有|实施|安排|设立|合计|[本全]年)[\p{Han}\s]{0,4}$", words))


def _list_for(
    document: Document, fact: Fact, lists: Mapping[tuple[Span, ...], tuple[Claim, bool]]
) -> tuple[tuple[Span, ...], bool]:
    """The list that a count speaks of: the next one of its section, or the only one of the report."""
    start = fact.quantity.span.start
    section = document.section(start)[:2]
    behind = [i for i in lists if i[0].start > start and document.section(i[0].start)[:2] == section]
    if behind:
        items = min(behind, key=lambda i: i[0].start)
        return items, lists[items][1]
    lengths = {len(i) for i in lists}
    if len(lengths) == 1:
        items = next(iter(lists))
        return items, lists[items][1]
    return (), False


def _funded_behind(document: Document, count: Fact, facts: Sequence[Fact]) -> tuple[tuple[Span, ...], bool]:
    """The projects that get money behind a count in its section, when no sum lists them."""
    start = count.quantity.span.start
    section = document.section(start)
    named: dict[str, Span] = {}
    last = start
    for fact in facts:
        at = fact.quantity.span.start
        if at < start or not fact.subject or fact.measure not in SPENDING or document.section(at) != section:
            continue
        if _OUTSIDE.search(sentence_behind(document.text, fact.quantity.span.end)):
            continue  # 上级统筹安排的同类资金90万元不在本单位预算内
        named.setdefault(fact.subject, fact.label or fact.quote)
        last = at
    spans = [f.quantity.span.start for f in facts if f.quantity.unit == "CNY" and not f.subject]
    first = min((s.start for s in named.values()), default=start)
    opened = [m.end() + start for m in _ENTRIES.finditer(document.text[start:first])]
    strange = any((opened[0] if opened else first) < at < last for at in spans)
    main = regex.search(r"主要|重点|例如|比如|其中较大", document.text[start:last])
    block = document.block_at(last)
    ended = block is None or document.quote(block.span).rstrip(" \n\u3000）)”")[-1:] in tuple("。；;！？")
    return (tuple(sorted(named.values())), main is None and not strange and ended) if len(named) > 1 else ((), False)
