"""Where each canonical character stands on the page, in a few bytes a character."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jihe_extract.document import Box, Span

NO_SCORE = 255
_TENTH = Decimal("0.1")
_CENT = Decimal("0.01")
_LIMIT = np.iinfo(np.int16).max
_FIRST = 4096
_BATCH = 256

Tenths = NDArray[np.int16] | NDArray[np.int32]


class CharStore:
    """Characters as readers meet them: text, page, box and score; append-only.

    Boxes are kept as tenths of a point, scores as whole hundredths (255: not read by OCR).
    """

    def __init__(self) -> None:
        self.count = 0
        self._pages: NDArray[np.int32] = np.zeros(_FIRST, np.int32)
        self._boxes: Tenths = np.zeros((_FIRST, 4), np.int16)
        self._scores: NDArray[np.uint8] = np.full(_FIRST, NO_SCORE, np.uint8)
        self._waiting: list[tuple[int, int, NDArray[np.float32], NDArray[np.uint8] | None]] = []

    def add(
        self,
        text: str,
        page: int,
        boxes: NDArray[np.float32],
        scores: NDArray[np.uint8] | None = None,
    ) -> int:
        """Store the characters of one line; ``boxes`` is n x 4 in points. Returns the index of the first."""
        if len(text) != len(boxes):
            raise ValueError("one box a character")
        first, self.count = self.count, self.count + len(text)
        self._waiting.append((first, page, boxes, scores))
        if len(self._waiting) >= _BATCH:
            self._store()
        return first

    def _store(self) -> None:
        """Move the waiting lines into the arrays, all at once."""
        if not self._waiting:
            return
        if self.count > len(self._pages):
            self._grow()
        start = self._waiting[0][0]
        rounded = np.rint(np.concatenate([boxes for _, _, boxes, _ in self._waiting]) * 10)
        if self._boxes.dtype == np.int16 and rounded.size and float(np.abs(rounded).max()) > _LIMIT:
            self._boxes = self._boxes.astype(np.int32)
        self._boxes[start : self.count] = rounded
        lengths = [len(boxes) for _, _, boxes, _ in self._waiting]
        self._pages[start : self.count] = np.repeat([page for _, page, _, _ in self._waiting], lengths)
        for first, _, boxes, scores in self._waiting:
            if scores is not None:
                self._scores[first : first + len(boxes)] = scores
        self._waiting.clear()

    def _grow(self) -> None:
        more = max(self.count - len(self._pages), len(self._pages) // 3)
        self._pages = np.concatenate((self._pages, np.zeros(more, np.int32)))
        self._boxes = np.concatenate((self._boxes, np.zeros((more, 4), self._boxes.dtype)))
        self._scores = np.concatenate((self._scores, np.full(more, NO_SCORE, np.uint8)))

    def score(self, first: int, n: int) -> int | None:
        """Lowest score in hundredths among stored characters, None when none of them was read by OCR."""
        self._store()
        scores = self._scores[first : first + n]
        scores = scores[scores != NO_SCORE]
        return int(scores.min()) if len(scores) else None

    def freeze(self, ranges: list[tuple[int, int]]) -> CharMap:
        """The map of a text made of store ranges ``(first, n)``; first = -1 stands for no source."""
        self._store()
        firsts, lengths = np.array(ranges, np.int64).reshape(-1, 2).T
        ends = np.cumsum(lengths)
        source = np.arange(int(lengths.sum())) + np.repeat(firsts - (ends - lengths), lengths)
        void = np.repeat(firsts < 0, lengths)
        source[void] = 0  # any character will do: what is taken from it is blotted out again
        pages, boxes, scores = self._pages[source], self._boxes[source], self._scores[source]
        pages[void], boxes[void], scores[void] = 0, 0, NO_SCORE
        return CharMap(pages, boxes, scores)


@lru_cache(maxsize=1 << 15)
def tenths(value: int) -> Decimal:
    """Tenths of a point as an exact number of points."""
    return Decimal(int(value)) * _TENTH


@lru_cache(maxsize=1 << 15)
def point(value: float) -> Decimal:
    """A place in points as an exact number of tenths."""
    return tenths(round(value * 10))


@dataclass(frozen=True, slots=True, eq=False)
class CharMap:
    """A source map of pages and boxes. ``pages`` is 0 and boxes are void where a character has no place."""

    pages: NDArray[np.int32]
    tenth_boxes: Tenths
    scores: NDArray[np.uint8]

    def page(self, offset: int) -> int | None:
        """Page of the character, or of the nearest placed one before it."""
        if not 0 <= offset < len(self.pages):
            return None
        here = int(self.pages[offset])
        if here:
            return here
        before = np.flatnonzero(self.pages[max(0, offset - 400) : offset])
        return int(self.pages[max(0, offset - 400) + before[-1]]) if len(before) else None

    def source(self, offset: int) -> int | None:
        """Pages are not decoded text: always None."""
        return None

    def line(self, offset: int) -> int | None:
        """Pages have no numbered lines: always None."""
        return None

    def trust(self, span: Span) -> Decimal | None:
        """Lowest character score of the span, None when none of it was read by OCR."""
        scores = self.scores[span.start : span.end]
        scores = scores[scores != NO_SCORE]
        return Decimal(int(scores.min())) * _CENT if len(scores) else None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """One box for each line the span touches, in reading order."""
        out: list[Box] = []
        current: list[int] | None = None
        current_page = 0
        for page, box in zip(
            self.pages[span.start : span.end].tolist(),
            self.tenth_boxes[span.start : span.end].tolist(),
            strict=True,
        ):
            if not page or box[2] <= box[0]:
                continue
            if current is not None and page == current_page and _same_line(current, box):
                current = [min(current[0], box[0]), min(current[1], box[1]),
                           max(current[2], box[2]), max(current[3], box[3])]  # fmt: skip
                continue
            if current is not None:
                out.append(_box(current_page, current))
            current, current_page = list(box), page
        if current is not None:
            out.append(_box(current_page, current))
        return tuple(out)


def _same_line(line: list[int], box: list[int]) -> bool:
    """Whether the next character goes on in the line, or in the column of a sideways line."""
    wide = line[2] - line[0]
    if 2 * wide <= 3 * (box[2] - box[0]) and 2 * (min(line[2], box[2]) - max(line[0], box[0])) >= wide:
        gap = max(box[1] - line[3], line[1] - box[3])
        if gap <= box[3] - box[1]:
            return True
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    return 2 * overlap >= min(line[3] - line[1], box[3] - box[1]) and box[0] >= line[0] - 20


def _box(page: int, box: list[int]) -> Box:
    return Box(page, tenths(box[0]), tenths(box[1]), tenths(box[2]), tenths(box[3]))
