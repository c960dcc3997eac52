"""From characters with boxes to lines of text.

Geometry here is *reading space*: points, origin at the top left of the page once it has been turned so
that its text stands upright. The boxes that go into the character store are display space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from jihe_extract.charmap import CharStore

Floats = NDArray[np.float32]
_BLANKS = " \t\u00a0\u3000\u2002\u2003\u2009"
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = 0x4E00, 0x9FFF
_WIDE_GAP = 1.0
_WORD_GAP = 0.34
_LETTER_GAP = 0.2
"""Gaps in em: between words, between figures and words, and where one side is a Latin letter (a blank is a quarter)."""


class Rule(NamedTuple):
    """A straight ruling line; ``x0 == x1`` when vertical, ``top == bottom`` when horizontal."""

    x0: float
    top: float
    x1: float
    bottom: float
    vertical: bool

    def turned(self, degrees: int, width: float, height: float) -> Rule:
        """The line after a clockwise turn of its page, whose size before the turn is given."""
        rect = turn_boxes(np.array([self[:4]], np.float32), degrees, width, height)[0].tolist()
        x0, top, x1, bottom = rect
        return Rule(x0, top, x1, bottom, self.vertical if degrees == 180 else not self.vertical)


@dataclass(slots=True)
class Glyphs:
    """Characters of a page in stream order: n texts, n x 4 boxes, n sizes, and scores when read by OCR."""

    text: list[str]
    boxes: Floats
    sizes: Floats
    scores: NDArray[np.uint8] | None

    def take(self, keep: NDArray[np.bool_]) -> Glyphs:
        """The characters for which ``keep`` holds."""
        kept = [c for c, k in zip(self.text, keep.tolist(), strict=True) if k]
        scores = None if self.scores is None else self.scores[keep]
        return Glyphs(kept, self.boxes[keep], self.sizes[keep], scores)


class Unrolled(NamedTuple):
    """How a page of two columns was unrolled: its gutter, the extent of the columns, and how far things were moved."""

    middle: float
    top: float
    bottom: float
    shift: float
    height: float

    def step(self, x: float, y: float) -> tuple[float, float]:
        """How far to the left and down what stands at a place of the page was moved."""
        if y > self.bottom:
            return 0.0, self.height
        return (self.shift, self.height) if x > self.middle and y > self.top else (0.0, 0.0)


@dataclass(slots=True)
class PageContent:
    """One page as a reader found it, turned upright; ``shown`` are the boxes in display space.

    ``turn`` is the clockwise turn in degrees that led from display space to reading space.
    """

    no: int
    width: float
    height: float
    glyphs: Glyphs
    shown: Floats
    rules: list[Rule] = field(default_factory=list)
    optical: bool = False
    turn: int = 0
    fills: list[Rule] = field(default_factory=list)
    """Sides of shaded stripes, which part rows but make no cells."""
    unrolled: Unrolled | None = None

    def show(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        """A rectangle of reading space in display space."""
        if self.unrolled is not None and (top + bottom) / 2 > self.unrolled.height:
            shift, down = self.unrolled.shift, self.unrolled.height
            shift = 0.0 if (top + bottom) / 2 - down > self.unrolled.bottom else shift
            x0, top, x1, bottom = x0 + shift, top - down, x1 + shift, bottom - down
        if not self.turn:
            return x0, top, x1, bottom
        rect = np.array([[x0, top, x1, bottom]], np.float32)
        height = self.height if self.unrolled is None else self.unrolled.height
        back = turn_boxes(rect, (360 - self.turn) % 360, self.width, height)[0]
        return float(back[0]), float(back[1]), float(back[2]), float(back[3])


def turn_boxes(boxes: Floats, degrees: int, width: float, height: float) -> Floats:
    """Rotate boxes clockwise by a multiple of 90 on a page of the given size before the turn."""
    x0, top, x1, bottom = boxes.T
    if degrees == 90:
        return np.stack((height - bottom, x0, height - top, x1), axis=1)
    if degrees == 180:
        return np.stack((width - x1, height - bottom, width - x0, height - top), axis=1)
    if degrees == 270:
        return np.stack((top, width - x1, bottom, width - x0), axis=1)
    return boxes


class Line(Struct):
    """A line of text; its characters stand in the store from ``first`` on, one each."""

    text: str
    first: int
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    size: float

    @property
    def height(self) -> float:
        """Height of the line box."""
        return self.bottom - self.top


class Run(NamedTuple):
    """Consecutive characters ``i0:i1`` on one baseline and in one region."""

    region: int
    i0: int
    i1: int
    x0: float
    top: float
    x1: float
    bottom: float


def runs_of(boxes: Floats, regions: NDArray[np.int32]) -> list[Run]:
    """Cut the stream wherever the baseline, the direction or the region (table cell) changes."""
    n = len(boxes)
    if not n:
        return []
    heights = boxes[:, 3] - boxes[:, 1]
    overlap = np.minimum(boxes[1:, 3], boxes[:-1, 3]) - np.maximum(boxes[1:, 1], boxes[:-1, 1])
    cut = overlap < 0.5 * np.minimum(heights[1:], heights[:-1])
    cut |= boxes[1:, 0] < boxes[:-1, 0] - 1.0
    cut |= boxes[1:, 0] - boxes[:-1, 2] > 3 * np.maximum(heights[1:], 6.0)
    cut |= regions[1:] != regions[:-1]
    starts = np.concatenate(([0], np.flatnonzero(cut) + 1))
    ends = np.append(starts[1:], n)
    lows, highs = np.minimum.reduceat(boxes, starts, axis=0), np.maximum.reduceat(boxes, starts, axis=0)
    return [
        Run(region, i0, i1, *rest)
        for region, i0, i1, rest in zip(
            regions[starts].tolist(),
            starts.tolist(),
            ends.tolist(),
            zip(
                lows[:, 0].tolist(),
                lows[:, 1].tolist(),
                highs[:, 2].tolist(),
                highs[:, 3].tolist(),
                strict=True,
            ),
            strict=True,
        )
    ]


def lines_of_runs(runs: list[Run]) -> list[list[Run]]:
    """Put runs that overlap vertically by half onto one line, lines top down, runs left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r.top + r.bottom) / 2):
        for row in reversed(rows[-4:]):
            anchor = max(row, key=lambda r: r.i1 - r.i0)
            overlap = min(run.bottom, anchor.bottom) - max(run.top, anchor.top)
            if 2 * overlap >= min(run.bottom - run.top, anchor.bottom - anchor.top) and not _collides(run, row):
                row.append(run)
                break
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda r: r.x0)
    return sorted(rows, key=lambda row: min(r.top for r in row))


def _collides(run: Run, row: list[Run]) -> bool:
    wide = run.x1 - run.x0
    return any(min(run.x1, r.x1) - max(run.x0, r.x0) > 0.5 * min(wide, r.x1 - r.x0) for r in row)


class LineMaker:
    """Makes the lines of a page, whose characters it writes into the character store.

    What is asked of every character is worked out once, for the whole page.
    """

    def __init__(self, content: PageContent, store: CharStore) -> None:
        self.content = content
        self.store = store
        glyphs = content.glyphs
        boxes, self._text = glyphs.boxes, "".join(glyphs.text)
        self._first = store.add(self._text, content.no, content.shown, glyphs.scores)
        self._heights: list[float] = (boxes[:, 3] - boxes[:, 1]).tolist()
        codes = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), np.uint32)
        wide = (codes >= _FIRST_IDEOGRAPH) & (codes <= _LAST_IDEOGRAPH)
        self._widths: list[float] = (boxes[:, 2] - boxes[:, 0])[wide].tolist()
        self._ideographs = _before(wide)
        least = min(self._widths, default=1.0), 0.8 * min(self._heights, default=1.0)
        self._gaps = _before(boxes[1:, 0] - boxes[:-1, 2] > _LETTER_GAP * max(min(least), 0.8))
        """Counts of places where the next character of the stream stands further away than the least gap."""

    def line(self, row: list[Run]) -> Line | None:
        """One line from its runs; white space at its ends is left out, wide gaps become one blank."""
        if len(row) > 1:
            return self._joined(row)
        _, i0, i1, x0, top, x1, bottom = row[0]
        text = self._text[i0:i1].rstrip(_BLANKS)
        end = i0 + len(text)
        text = text.lstrip(_BLANKS)
        start = end - len(text)
        if start == end:
            return None
        size = self._em(self._widths[self._ideographs[start] : self._ideographs[end]], range(start, end))
        if self._gaps[end - 1] > self._gaps[start]:
            return self._parted_line(slice(start, end), size)
        if start > i0 or end < i1:
            (x0, top, x1, bottom) = _around(self.content.glyphs.boxes[start:end])
        return Line(text, self._first + start, self.content.no, x0, top, x1, bottom, size)

    def _joined(self, row: list[Run]) -> Line | None:
        """A line of several runs."""
        order = [i for run in row for i in range(run.i0, run.i1)]
        while order and self._text[order[0]] in _BLANKS:
            order.pop(0)
        while order and self._text[order[-1]] in _BLANKS:
            order.pop()
        if not order:
            return None
        widths = [w for run in row for w in self._widths[self._ideographs[run.i0] : self._ideographs[run.i1]]]
        return self._parted_line(np.array(order, np.int64), self._em(widths, order))

    def _parted_line(self, at: slice | NDArray[np.int64], size: float) -> Line:
        """A line in which there may be wide gaps."""
        glyphs = self.content.glyphs
        text = glyphs.text[at] if isinstance(at, slice) else [glyphs.text[i] for i in at.tolist()]
        boxes = glyphs.boxes[at]
        shown = self.content.shown[at]
        scores = None if glyphs.scores is None else glyphs.scores[at]
        steps = boxes[1:, 0] - boxes[:-1, 2]
        gaps: list[int] = np.flatnonzero(steps > _LETTER_GAP * size).tolist()
        for k in reversed([k for k in gaps if _parted(text, k, float(steps[k]), size)]):
            between = np.array([[shown[k, 2], shown[k, 1], shown[k + 1, 0], shown[k, 3]]], np.float32)
            text.insert(k + 1, " ")
            shown = np.concatenate((shown[: k + 1], between, shown[k + 1 :]))
            if scores is not None:
                scores = np.insert(scores, k + 1, scores[k])
        joined = "".join(text)
        first = self.store.add(joined, self.content.no, shown, scores)
        return Line(joined, first, self.content.no, *_around(boxes), size)

    def _em(self, widths: list[float], order: Sequence[int]) -> float:
        """Side of the em square: the usual one of the ideographs' widths, else most of the line's height."""
        if widths and not self.content.optical:
            return max(_middle(widths), 1.0)
        share = 0.9 if self.content.optical else 0.8
        return share * max(_middle([self._heights[i] for i in order]), 1.0)


def _before(marks: NDArray[np.bool_]) -> list[int]:
    """How many of the places before each one are marked; one entry more than there are places."""
    return [0, *np.cumsum(marks).tolist()]


def _around(boxes: Floats) -> tuple[float, float, float, float]:
    """The box around all boxes."""
    x0, top = boxes[:, :2].min(axis=0).tolist()
    x1, bottom = boxes[:, 2:].max(axis=0).tolist()
    return x0, top, x1, bottom


def _parted(text: list[str], k: int, step: float, size: float) -> bool:
    left, right = text[k], text[k + 1]
    if left in _BLANKS or right in _BLANKS:
        return False
    if not (left.isascii() and right.isascii() and (left.isalnum() or right.isalnum())):
        return step > _WIDE_GAP * size
    lettered = left.isalnum() and right.isalnum() and (left.isalpha() or right.isalpha())
    return step > (_LETTER_GAP if lettered else _WORD_GAP) * size


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
