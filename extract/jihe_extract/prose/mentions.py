"""How a paragraph is built around its figures: labels, leads, sentences, brackets.

Nothing here knows what a figure measures; it only says which words stand with which figure, so that the
binder and the claims read the same structure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import regex
from msgspec import Struct

from jihe_extract.document import Document, Span
from jihe_extract.numbers.quantity import Quantity

_SENTENCE = frozenset("。！？!?\n")
_GROUP = frozenset("；;")
_CLAUSE = frozenset("，,：:")
_OPEN = "（(〔[【《“"
_CLOSE = "）)〕]】》”"
_PAIRS = dict(zip(_CLOSE, _OPEN, strict=True))
_ANY_BRACKET = re.compile("[" + regex.escape(_OPEN + _CLOSE) + "]")
_BREAK_OR_OPEN = re.compile("[。！？!?\n；;" + regex.escape(_OPEN) + "]")
_BREAKS = "".join(sorted(_SENTENCE | _GROUP | _CLAUSE))
_STOP_BEFORE = regex.compile("(?r)[" + regex.escape(_BREAKS + _OPEN + _CLOSE) + "—、]")
"""From the right: what a label may not reach across, and what must be looked at before it does."""
_TAIL_STOP = re.compile("[" + regex.escape(_BREAKS) + "、）)]")
_LOOSE_CLOSE = {"）": "（(", ")": "（("}


class Mention(Struct, frozen=True):
    """A quantity with the words around it; all spans are document offsets.

    ``label`` runs from the last break (or the previous figure) to the figure, over closed brackets.
    ``lead`` is what stands before the label in the same ；-group after the previous figure: clauses
    without figures, where a subject may be named. ``tail`` runs from the figure to the next break or
    figure. ``sentence`` and ``group`` number the sentences and ；-groups of the block. ``bracket`` is the
    offset of the bracket that encloses the figure, or None. ``words`` are those of the label as written, ``ahead``
    those of the lead.
    """

    quantity: Quantity
    label: Span
    lead: Span
    tail: Span
    sentence: int
    group: int
    bracket: int | None
    words: str
    ahead: str

    @property
    def opening(self) -> str:
        """The words of lead and label together."""
        return self.ahead + self.words

    @property
    def span(self) -> Span:
        """The figure's own span."""
        return self.quantity.span


def brackets(text: str) -> dict[int, int]:
    """Offsets of matching brackets, both ways. Unmatched ones are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for match in _ANY_BRACKET.finditer(text):
        i, ch = match.start(), match.group()
        if ch in _OPEN:
            stack.append(i)
            continue
        wanted = _LOOSE_CLOSE.get(ch, _PAIRS[ch])
        for depth in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
            if text[stack[depth]] in wanted:
                pairs[stack[depth]] = i
                pairs[i] = stack[depth]
                del stack[depth:]
                break
    return pairs


def mentions_in(document: Document, span: Span, quantities: Sequence[Quantity]) -> Sequence[Mention]:
    """The mentions of one block of a document; the binder and the claims mostly ask for those of the same figures."""
    key = ("mentions", span.start)
    known = document.derived.get(key)
    if known is None or known[0] != quantities:
        known = document.derived[key] = (quantities, mentions(document.quote(span), span.start, quantities))
    return cast(Sequence[Mention], known[1])


def mentions(text: str, offset: int, quantities: Sequence[Quantity]) -> list[Mention]:
    """The mentions of one block: ``text`` is the block's text and ``offset`` its place in the document."""
    if not quantities:
        return []
    divisions = _divisions(text)
    _, _, sentence_ends, group_ends = divisions
    found: list[Mention] = []
    floor = 0
    for n, quantity in enumerate(quantities):
        start, end = quantity.span.start - offset, quantity.span.end - offset
        label_start, bracket, jumped = _label_start(text, start, floor, divisions)
        ended = bisect_right(group_ends, label_start)
        group_start = group_ends[ended - 1] + 1 if ended else 0
        lead_start = label_start if jumped else max(floor, group_start if bracket is None else bracket + 1)
        next_start = quantities[n + 1].span.start - offset if n + 1 < len(quantities) else len(text)
        found.append(
            Mention(
                quantity,
                Span(offset + label_start, offset + start),
                Span(offset + min(lead_start, label_start), offset + label_start),
                Span(offset + end, offset + _tail_end(text, end, next_start)),
                bisect_right(sentence_ends, label_start - 1),
                bisect_right(group_ends, label_start - 1),
                None if bracket is None else offset + bracket,
                text[label_start:start],
                text[min(lead_start, label_start) : label_start],
            )
        )
        floor = end
    return found


class _Divisions(NamedTuple):
    """Brackets, where round ones open, and where sentences and groups end."""

    pairs: dict[int, int]
    opens: list[int]
    sentence_ends: list[int]
    group_ends: list[int]


@lru_cache(maxsize=512)
def _divisions(text: str) -> _Divisions:
    """How a block is divided; asked for by the binder and by the claims."""
    pairs = brackets(text)
    outer = _outer_breaks(text, pairs)
    return _Divisions(
        pairs,
        sorted(i for i, close in pairs.items() if close > i and text[i] in "（("),
        [i for i, ch in outer if ch in _SENTENCE],
        [i for i, ch in outer if ch in _SENTENCE or ch in _GROUP],
    )


def _outer_breaks(text: str, pairs: dict[int, int]) -> list[tuple[int, str]]:
    """Breaks that stand outside brackets."""
    breaks: list[tuple[int, str]] = []
    skip = 0
    for match in _BREAK_OR_OPEN.finditer(text):
        i, ch = match.start(), match.group()
        if i < skip:
            continue
        if ch in _OPEN:
            skip = pairs.get(i, i) + 1
        else:
            breaks.append((i, ch))
    return breaks


def _label_start(text: str, start: int, floor: int, divisions: _Divisions) -> tuple[int, int | None, bool]:
    """Where the label begins, the bracket it stands in, and whether it reaches back past ``floor``."""
    pairs = divisions.pairs
    j = start - 1
    jumped = False
    limit = floor
    while (stop := _STOP_BEFORE.search(text, limit, j + 1)) is not None:
        j, ch = stop.start(), stop.group()
        if ch in _PAIRS and j in pairs:
            opened = pairs[j]
            if opened < floor:
                if not _names(text, opened, j):
                    return j + 1, None, False
                jumped, limit = True, 0
            j = opened - 1
            continue
        if ch in _OPEN and j in pairs:
            return j + 1, (j if pairs[j] > start else None), jumped
        dash = ch == "—" and text[j - 1 : j] == "—"
        if ch in _SENTENCE or ch in _GROUP or ch in _CLAUSE or dash or (jumped and ch in "、"):
            return j + 1, _enclosing(start, divisions), jumped
        j -= 1
    return min(limit, start), _enclosing(start, divisions), jumped


def _names(text: str, opened: int, closed: int) -> bool:
    """Whether a bracket that holds a figure belongs to a name before it (``资金（补助五个社区）``)."""
    return closed - opened <= 24 and not any(ch in "，,：:；;。" for ch in text[opened:closed])


def _enclosing(start: int, divisions: _Divisions) -> int | None:
    """The innermost round bracket opened before ``start`` and closed after it."""
    opens = divisions.opens
    if not opens:
        return None
    near = opens[bisect_right(opens, start - 200) : bisect_left(opens, start)]
    return next((j for j in reversed(near) if divisions.pairs[j] > start), None)


def _tail_end(text: str, end: int, limit: int) -> int:
    """End of the words after a figure that still belong to its clause."""
    stop = _TAIL_STOP.search(text, end, max(end, limit))
    return stop.start() if stop is not None else limit
