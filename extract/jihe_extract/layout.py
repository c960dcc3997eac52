"""A page as a reader found it: characters with boxes, ruling lines, and the runs and lines of its text.

Geometry here is *reading space*: points, origin at the top left of the page once it has been turned so
that its text stands upright. The boxes that go into the character store are display space.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]


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
