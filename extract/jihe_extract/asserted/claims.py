"""What the prose asserts about its own figures: lists that add up, rates, changes, totals, grades, phrases."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib import resources

import regex

from jihe_extract.asserted.functionalitems import functional_items
from jihe_extract.asserted.gradecounts import grade_counts
from jihe_extract.asserted.listclaims import ListReader
from jihe_extract.asserted.marklists import marks_told
from jihe_extract.asserted.namedrates import named_rates
from jihe_extract.asserted.numberedlists import announced
from jihe_extract.asserted.pieces import pieces
from jihe_extract.asserted.rateclaims import RateReader
from jihe_extract.asserted.supposed import supposed
from jihe_extract.asserted.toldaverages import told_averages
from jihe_extract.asserted.toldlevels import ToldLevels
from jihe_extract.asserted.toldlinks import told_links
from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.binding import prose_blocks
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.listwords import list_opener
from jihe_extract.prose.mentions import Mention, mentions_in
from jihe_extract.prose.words import load_words

_GRADE = regex.compile(
    r"(?:等级|等次|结果|评级|评定|评为|定为|结论|级别|档次)[^。；\n]{0,10}?[“\"「『]?(优秀|良好|中等|一般|较差|不合格|合格|优|良|中|差)[”\"」』]?(?![\p{Han}])"
)

_OVERALL = regex.compile(
    r"[\p{Han}\d]{0,12}?综合(?:评定|评价|评议|评审|评分|考评|打分)[\p{Han}]{0,6}[，,：:]\s*(?:共|合计|总计)?得\s*$"
)
"""The clause that makes mere marks those of the whole."""


def find_claims(
    document: Document, facts: Sequence[Fact], names: tuple[str, ...] = ()
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """The claims of the prose, and the relations that its sentences only suggest.

    ``facts`` are those of the prose quantities, in text order; ``names`` are those of the reporting unit.
    """
    claims: list[Claim] = []
    readings: list[Claim] = []
    last: list[Fact] = []
    read: list[tuple[Block, Sequence[tuple[Mention, Fact]]]] = []
    amounts: list[Fact] = []
    by_start = {f.quantity.span.start: f for f in facts}
    ordered = sorted(by_start)
    carried: list[Fact] = []
    levels = ToldLevels(document)
    for block in prose_blocks(document):
        inside = ordered[bisect_left(ordered, block.span.start) : bisect_left(ordered, block.span.end)]
        if not inside:
            continue
        quantities = [by_start[s].quantity for s in inside]
        found = mentions_in(document, block.span, quantities)
        text = document.quote(block.span)
        begun = document.text[: block.span.start].rstrip().endswith(("：", ":")) or list_opener(text[:24], False)
        told = [(m, by_start[m.span.start]) for m in found]
        lists = ListReader(document, block, told, carried if begun else [])
        rates = RateReader(document, told, _reader(()), levels, amounts)
        for i, (mention, fact) in enumerate(told):
            lists.step(i, mention, fact)
            rates.step(i, mention, fact)
        lists.finish()
        claims += [*lists.claims, *rates.claims, *grade_counts(document, told)]
        carried = lists.carry()
        levels.add(told)
        readings += supposed(document, told, last)
        readings += pieces(document, block.span, told, last)
        readings += named_rates(text, block.span.start, told)
        readings += told_links(document, told)
        readings += told_averages(document, told)
        marks, deducted = marks_told(document, told)
        claims += marks
        readings += deducted
        read.append((block, told))
        last = _last_sentence(told)
        amounts += [f for _, f in told if f.quantity.unit != "%" and f.label is not None]
    readings += announced(document, read)
    readings += functional_items(facts)
    claims.extend(_grades(document, facts))
    claims.extend(phrases(document, names))
    return tuple(sorted(claims, key=lambda c: (c.span.start, c.span.end, c.kind))), tuple(readings)


def _last_sentence(told: Sequence[tuple[Mention, Fact]]) -> list[Fact]:
    return [f for m, f in told if m.sentence == told[-1][0].sentence and m.bracket is None]


def _grades(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Grades asserted within reach of a total score."""
    totals = [f for f in facts if f.measure == "总分" and not f.scope]
    yield from _marks_graded(document, facts)
    for total in totals:
        match = grade_behind(document, total.quantity.span.end)
        yield Claim("total", total.quote, stated=total, subject=total.subject, trust=total.trust)
        if match:
            yield Claim(
                "grade",
                Span(match.start(1), match.end(1)),
                operands=(total,),
                word=match.group(1),
                subject=total.subject,
                trust=min(total.trust, Decimal("0.95")),
            )


def _marks_graded(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Grades told of marks that only the clause before them calls the whole: ``经综合评定，得90.5分，等级“优”``."""
    for fact in facts:
        if fact.measure != "得分" or fact.scope or fact.subject or fact.origin != "prose":
            continue
        at = fact.quantity.span.start
        start = max(document.text.rfind(c, max(0, at - 40), at) for c in "。；\n") + 1
        stop = document.text.find("。", fact.quantity.span.end)
        match = grade_behind(document, fact.quantity.span.end)
        if match and match.end() <= stop and _OVERALL.match(document.text, start, at):
            trust = min(fact.trust, Decimal("0.75"))
            yield Claim("grade", Span(match.start(1), match.end(1)), operands=(fact,), word=match.group(1), trust=trust)


def grade_behind(document: Document, start: int) -> regex.Match[str] | None:
    """The grade (group 1) that is told within reach behind a place of its paragraph."""
    block = document.block_at(start - 1)
    end = min(block.span.end if block else len(document.text), start + 160)
    return _GRADE.search(document.text, start, end)


def _whose(text: str, at: int, reader: LabelReader) -> str:
    """Whose phrase it is when the clause names a project or the like before it (``消防车库项目执行率偏低``)."""
    start = max(text.rfind(c, max(0, at - 60), at) for c in "，。；：:、\n") + 1
    words = text[start:at].strip()
    return reader.name(words) or reader.read(words, "%").own if words else ""


def _part(text: str, at: int, end: int) -> str:
    """The part of the spending that a phrase is about when its words run into it (``项目|支出执行率偏低``)."""
    start = max(text.rfind(c, max(0, at - 60), at) for c in "，。；：:、\n") + 1
    hits = load_words().scope_finder.find(text[start:end])
    return next((h.id for h in hits if h.start + start < at <= h.end + start), "")


@lru_cache(maxsize=16)
def _reader(names: tuple[str, ...]) -> LabelReader:
    return LabelReader(load_words(), unit_names=names)


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, regex.Pattern[str], regex.Pattern[str] | None, bool], ...]:
    data = tomllib.loads((resources.files("jihe_extract") / "vocabulary" / "phrases.toml").read_text("utf-8"))
    return tuple(
        (
            p["id"],
            regex.compile("|".join(p["patterns"])),
            regex.compile("|".join(p["unless"])) if p.get("unless") else None,
            bool(p.get("owned")),
        )
        for p in data["phrase"]
    )


def phrases(document: Document, names: tuple[str, ...] = ()) -> Iterator[Claim]:
    """Phrases that a number can refute, wherever they stand in prose or cells, with the project they are about."""
    reader = _reader(names)
    text = document.text
    for name, pattern, unless, owned in _phrases():
        for match in pattern.finditer(text):
            if unless is not None:
                start = max(text.rfind(c, 0, match.start()) for c in "，。；\n") + 1
                if unless.search(text, start, min(len(text), match.end() + 12)):
                    continue
            yield Claim(
                "qualitative",
                Span(match.start(), match.end()),
                word=name,
                subject=_whose(text, match.start(), reader) if owned else "",
                scope=_part(text, match.start(), match.end()) if owned else "",
            )
