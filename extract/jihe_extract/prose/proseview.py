"""Prose folded for matching: white space taken out, punctuation made uniform, with an index back.

Readers may leave line ends inside words and numbers; cue words are looked for in the folded text, and every
hit is carried back to offsets of the canonical text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from msgspec import Struct

from jihe_extract.document import Block, Document, Span
from jihe_extract.numbers.punctuation import exchanged
from jihe_extract.numbers.quantity import Quantity

_start = attrgetter("span.start")
_RUN = re.compile(r"\S+")
_FOLD = {":": "：", ",": "，", ";": "；", "(": "（", ")": "）", "．": "."}


@dataclass(frozen=True)
class View:
    """A stretch of prose without white space. ``back[i]`` is the document offset of character ``i``.

    ``starts`` are the folded offsets at which blocks begin, with the blocks themselves in ``blocks``.
    """

    text: str
    back: Sequence[int]
    starts: Sequence[int]
    blocks: Sequence[Block]

    def span(self, start: int, end: int) -> Span:
        """The document span of the folded range, without outer white space."""
        if start >= end:
            at = self.back[start] if start < len(self.back) else (self.back[-1] + 1 if self.back else 0)
            return Span(at, at)
        return Span(self.back[start], self.back[end - 1] + 1)

    def at(self, offset: int) -> int:
        """The folded offset of the first kept character at or after a document offset."""
        return bisect_left(self.back, offset)

    @cached_property
    def start_set(self) -> frozenset[int]:
        """Folded offsets at which a block begins."""
        return frozenset(self.starts)


def views(document: Document) -> list[View]:
    """The document's prose as stretches between tables."""
    groups: list[list[Block]] = [[]]
    for block in document.blocks:
        if block.kind == "table":
            groups.append([])
        else:
            groups[-1].append(block)
    return [_fold(document.text, group) for group in groups if group]


def _fold(text: str, blocks: Sequence[Block]) -> View:
    runs: list[str] = []
    back: list[int] = []
    starts: list[int] = []
    for block in blocks:
        starts.append(len(back))
        for run in _RUN.finditer(text, block.span.start, block.span.end):
            runs.append(run.group())
            back.extend(range(run.start(), run.end()))
    return View(exchanged("".join(runs), _FOLD), back, starts, blocks)


class Placed(Struct, frozen=True):
    """A quantity with its folded range."""

    quantity: Quantity
    start: int
    end: int


def placed(view: View, quantities: Sequence[Quantity]) -> list[Placed]:
    """The quantities that lie in the view, with their folded ranges."""
    if not view.back:
        return []
    first, last = view.back[0], view.back[-1]
    found: list[Placed] = []
    for q in quantities[bisect_left(quantities, first, key=_start) : bisect_left(quantities, last + 1, key=_start)]:
        start, end = view.at(q.span.start), view.at(q.span.end)
        if start < end:
            found.append(Placed(q, start, end))
    return found
