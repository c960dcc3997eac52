"""From characters with boxes to lines of text.

Geometry here is *reading space*: points, origin at the top left of the page once it has been turned so
that its text stands upright. The boxes that go into the character store are display space.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jihe_extract.charmap import CharStore

Floats = NDArray[np.float32]
_BLANKS = " \t\u00a0\u3000\u2002\u2003\u2009"
_WIDE_GAP = 1.0
_WORD_GAP = 0.34


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

    def show(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        """A rectangle of reading space in display space."""
        if not self.turn:
            return x0, top, x1, bottom
        rect = np.array([[x0, top, x1, bottom]], np.float32)
        back = turn_boxes(rect, (360 - self.turn) % 360, self.width, self.height)[0]
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


@dataclass(slots=True)
class Line:
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
    """Writes the lines of a page into the character store."""

    def __init__(self, content: PageContent, store: CharStore) -> None:
        self.content = content
        self.store = store

    def line(self, row: list[Run]) -> Line | None:
        """One line from its runs; white space at its ends is left out, wide gaps become one blank."""
        glyphs = self.content.glyphs
        at = self._trimmed(row)
        if at is None:
            return None
        text = glyphs.text[at] if isinstance(at, slice) else [glyphs.text[i] for i in at.tolist()]
        boxes: list[list[float]] = glyphs.boxes[at].tolist()
        shown = self.content.shown[at]
        scores = None if glyphs.scores is None else glyphs.scores[at]
        size = self._em(text, boxes)
        least = _WORD_GAP * size
        gaps = [k for k in range(len(boxes) - 1) if boxes[k + 1][0] - boxes[k][2] > least]
        for k in reversed([k for k in gaps if _parted(text, boxes, k, size)]):
            between = np.array([[shown[k, 2], shown[k, 1], shown[k + 1, 0], shown[k, 3]]], np.float32)
            text.insert(k + 1, " ")
            shown = np.concatenate((shown[: k + 1], between, shown[k + 1 :]))
            if scores is not None:
                scores = np.insert(scores, k + 1, scores[k])
        joined = "".join(text)
        first = self.store.add(joined, self.content.no, shown, scores)
        x0, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        x1, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
        return Line(joined, first, self.content.no, x0, top, x1, bottom, size)

    def _trimmed(self, row: list[Run]) -> slice | NDArray[np.int64] | None:
        """Where the row's characters stand in the stream, without blanks at its ends; None when nothing is left."""
        text = self.content.glyphs.text
        if len(row) == 1:
            start, end = row[0].i0, row[0].i1
            while start < end and text[start] in _BLANKS:
                start += 1
            while end > start and text[end - 1] in _BLANKS:
                end -= 1
            return slice(start, end) if end > start else None
        order = [i for run in row for i in range(run.i0, run.i1)]
        while order and text[order[0]] in _BLANKS:
            order.pop(0)
        while order and text[order[-1]] in _BLANKS:
            order.pop()
        return np.array(order, np.int64) if order else None

    def _em(self, text: list[str], boxes: list[list[float]]) -> float:
        """Side of the em square: the usual width of the line's ideographs, else most of its height."""
        height = max(_middle([b[3] - b[1] for b in boxes]), 1.0)
        if self.content.optical:
            return 0.9 * height
        wide = [b[2] - b[0] for b, c in zip(boxes, text, strict=True) if "\u4e00" <= c <= "\u9fff"]
        return max(_middle(wide), 1.0) if wide else 0.8 * height


def _parted(text: list[str], boxes: list[list[float]], k: int, size: float) -> bool:
    left, right = text[k], text[k + 1]
    if left in _BLANKS or right in _BLANKS:
        return False
    words = left.isascii() and right.isascii() and (left.isalnum() or right.isalnum())
    return boxes[k + 1][0] - boxes[k][2] > (_WORD_GAP if words else _WIDE_GAP) * size


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
