"""Counts that the text itself enumerates: ``下设6个科室，分别为……``, ``……共计12家社区``, ``四项措施。一是……``.

A count claim carries the stated number and the spans of the items found. ``open`` is set when the wording
leaves room for more (等, 包括但不限于) or when the end of the list is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import regex
from msgspec.structs import replace

from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.mentions import brackets

_LEAD = regex.compile(
    r"(?P<noun>[\p{Han}]{0,16}?)(?:[（(][^（）()]{0,20}[）)])?[，,：:\s]*"
    r"(?P<open>分别是|分别为|具体为|具体是|具体包括|它们是|依次为|即|包括|包含|有|为|[：:（(])[：:\s]*"
)
_ANNOUNCES = regex.compile("(?:包括|分别为|分别是|有|为)[：:]")
_REACH = 300
"""Characters behind a count within which its noun may announce the items."""
_NOUN = regex.compile(r"\p{Han}{0,8}")
_BACK = re.compile(r"(?:共计|合计|共|等)\s*$")
_MORE = regex.compile(r"等(?:[\p{Han}]{0,6})?$|等$|在内$")
_SEPARATORS = frozenset("、，,；;")
_ORDINALS = "一二三四五六七八九十"
_ORGANS = frozenset("心站室所局办处科院校馆队会部司股组厂村镇区")
_ORGAN_NOUN = re.compile(
    r"(?:内设|职能|业务|下属|直属|所属)*(?:机构|部门|[科处股]室|单位|社区|行政村)(?![\u4e00-\u9fff]{0,4}[（(人])"
)
_COUNTABLE = frozenset(
    ["个", "家", "所", "项", "名", "类", "大", "方面", "条", "办", "中心", "处", "站", "支", "部", "室", "种", "点"]
)


def count_claims(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Claims of kind ``count``, in text order."""
    blocks = [b for b in document.blocks if b.kind != "table"] or [Block("para", 0, Span(0, len(document.text)))]
    pairs_of: dict[int, dict[int, int]] = {}
    i = 0
    counted = [f for f in facts if unit_class(f.quantity.unit) == "个" and f.quantity.exact and _small(f)]
    for block in blocks:
        while i < len(counted) and counted[i].quantity.span.start < block.span.end:
            fact = counted[i]
            i += 1
            if fact.quantity.span.start < block.span.start:
                continue
            group = [fact]
            while i < len(counted) and counted[i].quantity.span.start == group[-1].quantity.span.end:
                group.append(counted[i])
                i += 1
            text = document.quote(block.span)
            if block.span.start not in pairs_of:
                pairs_of[block.span.start] = brackets(text)
            pairs = pairs_of[block.span.start]
            claim = _after(document, block, group[-1], text, pairs, facts) or _before(
                document, block, fact, text, pairs
            )
            claim = claim or _named(document, block, fact, text, pairs, facts) or _ordinals(document, block, fact)
            if claim is not None:
                yield claim if len(group) == 1 else replace(claim, stated=group[0], operands=tuple(group))


def _small(fact: Fact) -> bool:
    value = fact.quantity.value
    return value == value.to_integral_value() and 2 <= value <= 60 and fact.quantity.unit in _COUNTABLE


def _after(
    document: Document, block: Block, fact: Fact, text: str, pairs: dict[int, int], facts: Sequence[Fact]
) -> Claim | None:
    """Items that follow the count."""
    offset = block.span.start
    end = fact.quantity.span.end - offset
    match = _LEAD.match(text, end)
    opener = match.group("open") if match else ""
    if match is None or (opener in ("有", "为") and not match.group("noun")):
        return None
    stop = len(text)
    start = match.end()
    if opener in ("（", "("):
        opened = text.find(opener, end, match.end())
        if opened not in pairs:
            return None
        stop, start = pairs[opened], opened + 1
    spans, closed = _items(text, start, stop, pairs)
    spans = _until_next_list(text, _drop_counted_tail(text, spans, offset, facts))
    if len(spans) < 2 or not _alike(text, spans) or _funded(spans[0], offset, facts):
        return None
    unsure = opener in ("有", "为")
    return Claim(
        "count",
        Span(fact.quantity.span.start, offset + spans[-1][1]),
        stated=fact,
        items=tuple(Span(offset + a, offset + b) for a, b in spans),
        open=not closed or "以及" in match.group("noun"),
        word=match.group("noun"),
        scope=match.group("noun"),
        trust=Decimal("0.75") if unsure else Decimal(1),
    )


def _funded(item: tuple[int, int], offset: int, facts: Sequence[Fact]) -> bool:
    """Whether an item holds an amount: entries with money are parted by ；, not by the commas within them."""
    return any(f.quantity.unit == "CNY" and item[0] <= f.quantity.span.start - offset < item[1] for f in facts)


def _named(
    document: Document, block: Block, fact: Fact, text: str, pairs: dict[int, int], facts: Sequence[Fact]
) -> Claim | None:
    """Items announced later by the noun: ``内设机构 5 个，下设 4 个事业单位，内设机构包括：……``."""
    offset = block.span.start
    end = fact.quantity.span.end - offset
    before = document.quote(fact.label) if fact.label else ""
    for noun in (_noun(text, end), *(before.strip()[-n:] for n in (6, 5, 4, 3, 2))):
        if len(noun) < 2:
            continue
        match = _announced(text, noun, end)
        if match is None:
            continue
        spans, closed = _items(text, match.end(), len(text), pairs)
        spans = _until_next_list(text, _drop_counted_tail(text, spans, offset, facts))
        if len(spans) < 2 or not _alike(text, spans):
            return None
        return Claim(
            "count",
            Span(fact.quantity.span.start, offset + spans[-1][1]),
            stated=fact,
            items=tuple(Span(offset + a, offset + b) for a, b in spans),
            open=not closed,
            word=noun,
            scope=noun,
            trust=Decimal("0.9"),
        )
    return None


def _announced(text: str, noun: str, start: int) -> regex.Match[str] | None:
    """The words right behind a noun that announce its items, within reach of a place."""
    at = text.find(noun, start, start + _REACH)
    while at >= 0:
        if found := _ANNOUNCES.match(text, at + len(noun), start + _REACH):
            return found
        at = text.find(noun, at + 1, start + _REACH)
    return None


def _until_next_list(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut the items where another list is announced (``……，事业单位包括：……``)."""
    for n, (a, b) in enumerate(spans):
        if any(word in text[a:b] for word in ("包括：", "包括:", "分别为", "分别是")):
            return spans[:n]
    return spans


def _before(document: Document, block: Block, fact: Fact, text: str, pairs: dict[int, int]) -> Claim | None:
    """Items that stand before ``共计12家社区``."""
    offset = block.span.start
    start = fact.quantity.span.start - offset
    match = _BACK.search(text, max(0, start - 6), start)
    stop = match.start() if match else start
    noun = _noun(text, fact.quantity.span.end - offset)
    apart = match is not None and _ORGAN_NOUN.match(noun) is not None and text[stop - 1 : stop] in tuple("，,")
    if apart:  # 内设甲股、乙股、丙股，共3个机构
        stop -= 1
    left = max(text.rfind(c, 0, stop) for c in "。；：:\n，") + 1
    body_start = left
    opened = False
    first = text.find("、", left, stop) if text.find("、", left, stop) > 0 else stop  # 设 in 特种设备股 opens nothing
    for opener in ("包括", "分别为", "分别是", "下设", "内设", "设有", "现有", "辖有", "下辖", "设", "辖", "有"):
        found = text.find(opener, left, first)
        if found >= 0 and text[max(left, found - 1) : found] not in ("、", "和", "及"):  # no item (``、有机肥``)
            body_start, opened = found + len(opener), True
            break
    if match is None and not opened:
        return None
    if apart and not opened:
        return None
    spans, _ = _items(text, body_start, stop, pairs)
    if len(spans) < (2 if apart else 3) or text[stop - 1 : stop] in tuple("、，"):
        return None
    if not _alike(text, spans):
        return None
    return Claim(
        "count",
        Span(offset + spans[0][0], fact.quantity.span.end),
        stated=fact,
        items=tuple(Span(offset + a, offset + b) for a, b in spans),
        open=match is not None and "等" in match.group(),
        word=noun,
        trust=Decimal("0.9"),
    )


def _noun(text: str, end: int) -> str:
    match = _NOUN.match(text, end)
    return match.group() if match else ""


def _items(text: str, start: int, stop: int, pairs: dict[int, int]) -> tuple[list[tuple[int, int]], bool]:
    """Spans of the items between separators, brackets kept whole; and whether the list is exhaustive."""
    spans: list[tuple[int, int]] = []
    begin, i, closed = start, start, True
    while i < stop:
        ch = text[i]
        if ch in "（(《“〔[" and i in pairs and pairs[i] < stop:
            i = pairs[i] + 1
            continue
        if ch in "。！？\n；;":
            break
        if ch in _SEPARATORS:
            _push(text, begin, i, spans)
            begin = i + 1
        i += 1
    _push(text, begin, i, spans)
    spans = [piece for span in spans for piece in _split_and(text, span, len(spans), pairs)]
    if spans:
        last = text[spans[-1][0] : spans[-1][1]]
        more = _MORE.search(last)
        if more:
            closed = False
            spans[-1] = (spans[-1][0], spans[-1][1] - len(more.group()))
            if spans[-1][0] >= spans[-1][1]:
                spans.pop()
    return spans, closed


def _push(text: str, a: int, b: int, spans: list[tuple[int, int]]) -> None:
    while a < b and text[a] in " 　\t":
        a += 1
    while b > a and text[b - 1] in " 　\t":
        b -= 1
    if text.startswith("以及", a) and b - a > 3:
        a += 2
    while a < b and text[a] in " 　\t":
        a += 1
    if b > a:
        spans.append((a, b))


def _split_and(text: str, span: tuple[int, int], n: int, pairs: dict[int, int]) -> list[tuple[int, int]]:
    """The last item often holds two: ``社会事务办公室和农业农村办公室``."""
    a, b = span
    if n < 2:
        return [span]
    for word in ("以及", "和", "及"):
        cut = text.find(word, a + 2, b - 2)
        if cut > 0 and not any(p < cut < pairs[p] for p in pairs if p < pairs[p] and a <= p < b):
            left, right = text[a:cut], text[cut + len(word) : b]
            if _ending(left) and (_ending(left) == _ending(right) or {_ending(left), _ending(right)} <= _ORGANS):
                return [(a, cut), (cut + len(word), b)]
    return [span]


_LAST_BRACKET = re.compile(r"[（(][^（）()]*[）)]$")


def _ending(item: str) -> str:
    body = item.strip()
    body = _LAST_BRACKET.sub("", body).strip() if body[-1:] in ("）", ")") else body
    return body[-1:] if body else ""


def _drop_counted_tail(
    text: str, spans: list[tuple[int, int]], offset: int, facts: Sequence[Fact]
) -> list[tuple[int, int]]:
    """Items that begin with another count (``以及13个社区（…）``) belong to another list.

    So does, behind bare names, a clause with an amount or rate (``，资金合计年初预算206.00万元``).
    """
    starts = {f.quantity.span.start for f in facts}
    figures = [f.quantity.span.start - offset for f in facts if f.quantity.unit in ("CNY", "%")]
    for n, (a, b) in enumerate(spans):
        if not starts.isdisjoint(range(offset + a, offset + a + 3)):
            return spans[:n]
        if n > 1 and any(a <= at < b for at in figures) and text[a - 1] in "，,":
            bare = not any(a <= at < b for at in figures for a, b in spans[:n])
            return spans[:n] if bare else spans
    return spans


def _alike(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the items look like names of one kind: short, and most end in a shared character or a bracket."""
    items = [text[a:b] for a, b in spans]
    if any(len(regex.sub(r"[（(][^（）()]*[）)]", "", i)) > 30 for i in items):
        return False
    endings = [_ending(i) for i in items]
    common = max((endings.count(e) for e in endings), default=0)
    return common * 2 >= len(items) or all(2 <= len(i) <= 12 for i in items)


def _ordinals(document: Document, block: Block, fact: Fact) -> Claim | None:
    """``采取四项措施。一是……二是……``: as many 一是 as the number says."""
    offset = block.span.start
    text = document.quote(block.span)
    end = fact.quantity.span.end - offset
    first = text.find("一是", end)
    if first < 0 or first - end > 24 or regex.search(r"[0-9]", text[end:first]):
        return None
    if text[end:first].count("。") > 1:
        return None
    spans: list[tuple[int, int]] = []
    position = first
    for numeral in _ORDINALS:
        found = text.find(numeral + "是", position)
        if found < 0:
            break
        spans.append((found, found + 2))
        position = found + 2
    if len(spans) < 2:
        return None
    return Claim(
        "count",
        Span(fact.quantity.span.start, offset + spans[-1][1]),
        stated=fact,
        items=tuple(Span(offset + a, offset + b) for a, b in spans),
        word=_noun(text, end),
        trust=Decimal("0.9"),
    )
