"""Lists of numbered paragraphs that a paragraph before them announces with their whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from jihe_extract.asserted.readings import CHANGES, ENOUGH, Told, reading, word_lists
from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.pages import headings
from jihe_extract.prose.mentions import Mention

_ANNOUNCES = regex.compile(
    r"(?:如下|其中|包括|分别为|分别是|安排情况|具体为)[：:。]?$|(?:\d(?:万|亿)?元|项目\d+个)[：:]$"
)


def announced(document: Document, blocks: Sequence[tuple[Block, Sequence[Told]]]) -> Iterator[Claim]:
    """``……共90万元，安排如下：`` and numbered paragraphs behind it: the first amount of each is a part.

    ``blocks`` are the blocks that hold figures, with them, in order.
    """
    compare = word_lists()[3]
    for i, (block, told) in enumerate(blocks):
        if not _ANNOUNCES.search(document.quote(block.span).rstrip()):
            continue
        last = told[-1][0].sentence
        wholes = [f for m, f in told if m.sentence == last and _amount(document, m, f, compare)]
        parts: list[Fact] = []
        style, value = "", 0
        for following, inside in blocks[i + 1 :]:
            number = headings.numbering(document.quote(following.span))
            if number is None and style:
                continue
            if number is None or (style and number.style != style) or number.value != value + 1:
                if number is not None and style and number.level > _level_of(style):
                    continue
                break
            first = next((f for m, f in inside if _amount(document, m, f, compare)), None)
            if first is None:
                break
            style, value = number.style, number.value
            parts.append(first)
        if len(parts) >= ENOUGH:
            span = Span(parts[0].quantity.span.start, parts[-1].quantity.span.end)
            for whole in dict.fromkeys((*wholes[-1:], *wholes[:1])):
                yield reading("sum", span, whole, parts, is_open=True)


def _amount(document: Document, mention: Mention, fact: Fact, compare: regex.Pattern[str]) -> bool:
    level = fact.quantity.unit == "CNY" and fact.measure not in CHANGES and fact.quantity.exact
    return level and mention.bracket is None and not compare.search(mention.words)


def _level_of(style: str) -> int:
    return headings.LEVELS[style]  # type: ignore[index]
