"""How many got which grade: ``评价14个项目，优4个、良7个、中3个`` adds up to what was graded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from jihe_extract.asserted.listclaims import LOOSE
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.mentions import Mention

_GRADED = regex.compile(
    r"[“\"]?(?:优秀?|良好?|中等?|差|较差|一般|合格|不合格)[”\"]?(?:等次|等级|档次)?(?:[（(][^（）()]{1,16}[）)])?"
    r"(?:的|以上)?(?:项目|单位|部门)?(?:有|共|为|计)?\s*$"
)


def grade_counts(document: Document, told: Sequence[tuple[Mention, Fact]]) -> Iterator[Claim]:
    """The sums of one block."""
    parts: list[Fact] = []
    whole: Fact | None = None
    last: Fact | None = None
    beside: Fact | None = None
    """The count before the last one in its sentence."""
    sentence = -1
    for mention, fact in told:
        if unit_class(fact.quantity.unit) != "个" or mention.bracket is not None or not fact.quantity.exact:
            continue
        graded = _GRADED.search(mention.words) is not None
        if graded and not parts:
            whole = None if beside is not None and sentence == mention.sentence else last
        if graded and whole is not None and fact.quantity.unit == whole.quantity.unit:
            parts.append(fact)
            continue
        yield from _sum(whole, parts)
        beside = last if sentence == mention.sentence else None
        parts, whole, last, sentence = [], None, fact, mention.sentence
    yield from _sum(whole, parts)


def _sum(whole: Fact | None, parts: Sequence[Fact]) -> Iterator[Claim]:
    if whole is not None and len(parts) > 1:
        span = Span(whole.quantity.span.start, parts[-1].quantity.span.end)
        yield Claim("sum", span, stated=whole, operands=tuple(parts), word="等级", trust=LOOSE)
