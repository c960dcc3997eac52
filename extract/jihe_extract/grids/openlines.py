"""Rows of text on a page as stretches without a wide gap inside, and where such a stretch may be cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jihe_extract.layout import PageContent, Run, runs_of

_GAP, _FIGURE_GAP, _READ_GAP = 0.5, 0.2, 0.35
_SET_OFF = 0.3
"""The most by which programs set words off from figures."""
"""The least gap between two stretches, in em: no blank stands inside a figure."""
_LEVEL = 0.5
_OF_FIGURES = frozenset("0123456789.,%-０１２３４５６７８９．％")


class Segment(NamedTuple):
    """A stretch of a text row without a wide gap inside."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Row:
    """One text row of the page."""

    segments: list[Segment]
    em: float

    @property
    def top(self) -> float:
        """Highest point."""
        return min(s.top for s in self.segments)

    @property
    def bottom(self) -> float:
        """Lowest point."""
        return max(s.bottom for s in self.segments)

    @property
    def text(self) -> str:
        """The words, without gaps."""
        return "".join(s.text for s in self.segments)


def text_rows(content: PageContent, free: np.ndarray) -> list[Row]:
    """Rows of segments, top down; blanks are gaps."""
    inked = np.array([not c.isspace() for c in content.glyphs.text]) & free
    index = np.flatnonzero(inked)
    if not len(index):
        return []
    boxes = content.glyphs.boxes[index]
    wide = np.array(["\u4e00" <= content.glyphs.text[i] <= "\u9fff" for i in index])
    ems = np.where(wide, boxes[:, 2] - boxes[:, 0], 0.8 * (boxes[:, 3] - boxes[:, 1]))
    if content.optical:
        ems = np.where(wide, ems, 0.65 * (boxes[:, 3] - boxes[:, 1]))
    figure = np.array([content.glyphs.text[i] in _OF_FIGURES for i in index])
    least = np.where(figure[1:] & figure[:-1], _READ_GAP if content.optical else _FIGURE_GAP, _GAP)
    apart = boxes[1:, 0] - boxes[:-1, 2] > least * np.minimum(ems[1:], ems[:-1])
    runs = runs_of(boxes, np.concatenate(([0], np.cumsum(apart))).astype(np.int32))
    rows = []
    for line in _level_runs(runs):
        places = np.concatenate([np.arange(run.i0, run.i1) for run in line])
        sizes = sorted(ems[places[wide[places]] if wide[places].any() else places].tolist())
        em = sizes[len(sizes) // 2]
        segments: list[Segment] = []
        for run in line:
            words = "".join(content.glyphs.text[i] for i in index[run.i0 : run.i1])
            if segments and run.x0 - segments[-1].x1 <= _gap(segments[-1].text, words, optical=content.optical) * em:
                last = segments[-1]
                segments[-1] = Segment(last.text + words, last.x0, min(last.top, run.top), run.x1,
                                       max(last.bottom, run.bottom))  # fmt: skip
            else:
                segments.append(Segment(words, run.x0, run.top, run.x1, run.bottom))
        rows.append(Row(segments, em))
    return rows


def _gap(left: str, right: str, *, optical: bool) -> float:
    """The gap that parts two stretches, in em."""
    if left[-1:] in _OF_FIGURES and right[:1] in _OF_FIGURES:
        return _READ_GAP if optical else _FIGURE_GAP
    return _GAP


def _level_runs(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs on exactly one level; the lines of a tall cell beside a low one are rows of their own."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.top + r.bottom):
        head = rows[-1][0] if rows else None
        if head is not None and abs(run.top + run.bottom - head.top - head.bottom) < _LEVEL * (head.bottom - head.top):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda r: r.x0) for row in rows]


def glyphs_of(segment: Segment, content: PageContent) -> NDArray[np.intp]:
    """The numbers of the characters that stand in a segment."""
    boxes = content.glyphs.boxes
    return np.flatnonzero(
        (boxes[:, 0] >= segment.x0 - 0.1)
        & (boxes[:, 2] <= segment.x1 + 0.1)
        & (boxes[:, 1] >= segment.top - 0.1)
        & (boxes[:, 3] <= segment.bottom + 0.1)
    )


def split(segment: Segment, columns: Sequence[float], content: PageContent, em: float) -> list[Segment]:
    """Cut a segment at a column edge where two neighbouring cells nearly touch."""
    boxes = content.glyphs.boxes
    for edge in columns[1:-1]:
        if not segment.x0 + 0.4 * em < edge < segment.x1 - 0.4 * em:
            continue
        order = sorted((float(boxes[i, 0]), float(boxes[i, 2]), int(i)) for i in glyphs_of(segment, content))
        for k, (left, right) in enumerate(pairwise(order)):
            step = right[0] - left[1]
            one, other = content.glyphs.text[left[2]], content.glyphs.text[right[2]]
            if step < _SET_OFF * em and one.isascii() != other.isascii():
                continue
            if one in _OF_FIGURES and other in _OF_FIGURES:
                continue
            if step >= 0.18 * em and abs((right[0] + left[1]) / 2 - edge) < em:
                words = [content.glyphs.text[i] for _, _, i in order]
                first = Segment("".join(words[: k + 1]), segment.x0, segment.top, left[1], segment.bottom)
                rest = Segment("".join(words[k + 1 :]), right[0], segment.top, segment.x1, segment.bottom)
                return [first, *split(rest, columns, content, em)]
    return [segment]
