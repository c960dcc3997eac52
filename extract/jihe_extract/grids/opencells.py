"""Cell edges that no rule shows: told by names that stand in the middle of their cells, and by white channels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jihe_extract.grids.openlines import Row, Segment, glyphs_of
from jihe_extract.grids.openrows import Piece
from jihe_extract.layout import PageContent

_SLACK, _END = 0.15, 0.3
_CHANNEL, _TOUCH = 0.15, 0.1
_WITNESSES = 3
_SET_OFF = 0.3
_NARROW = 0.5


class _Inked(NamedTuple):
    """A stretch of row ``row``, and the gaps inside it."""

    row: int
    segment: Segment
    gaps: list[tuple[float, float]]


def measure_cells(head: Sequence[Piece], body: Sequence[Piece], columns: list[float], em: float) -> bool:
    """Put the edges of cells where centred names have them, and tell all lines how wide their cells are.

    Each name stands in the middle between the edges of its cell, so that one edge tells the next, from the left end
    of the table to the right. Only if that ends at the right end, and crosses no text, were the names centred.
    """
    edges = [columns[0]]
    for col in range(len(columns) - 1):
        names = [p for p in head if p.col == col and p.span == 1]
        if not names:
            return False
        lowest = max(names, key=lambda p: p.middle)
        edges.append(lowest.x0 + lowest.x1 - edges[-1])
    if abs(edges[-1] - columns[-1]) > _END * em or any(b - a < em for a, b in pairwise(edges)):
        return False
    own = [[p for p in body if p.col == col and p.span == 1] for col in range(len(columns) - 1)]
    for lines, left, right in zip(own, edges, edges[1:], strict=False):
        if any(p.x0 < left - _SLACK * em or p.x1 > right + _SLACK * em for p in lines):
            return False
    gaps = [p.x0 - left for lines, left in zip(own, edges, strict=False) for p in lines]
    gaps += [right - p.x1 for lines, right in zip(own, edges[1:], strict=False) for p in lines]
    pad = max(min(gaps, default=0.0), 0.0)
    for lines, left, right in zip(own, edges, edges[1:], strict=False):
        for line in lines:
            line.room = right - left - 2 * pad
    columns[1:-1] = edges[1:-1]
    return True


def at_channels(rows: Sequence[Row], content: PageContent, em: float) -> list[Row]:
    """The rows with their stretches cut where a narrow white channel runs down between the characters of all of them.

    Neighbouring cells may nearly touch, a figure on the right of its cell and words on the left of the next.
    """
    if not _any_gap(content, rows, em):
        return list(rows)
    found: list[tuple[float, float]] = []
    inked = [_Inked(i, s, _gaps(s, content, em)) for i, row in enumerate(rows) for s in row.segments]
    for mine, _, gaps in inked:
        for a, b in gaps:
            if not any(x0 - _TOUCH < (a + b) / 2 < x1 + _TOUCH for x0, x1 in found):
                channel = _channel(inked, (a, b), mine, em)
                if channel is not None:
                    found.append(channel)
    if not found:
        return list(rows)
    cut = []
    for row in rows:
        segments: list[Segment] = []
        for segment in row.segments:
            segments += _cut(segment, found, content)
        cut.append(Row(segments, row.em))
    return cut


def _any_gap(content: PageContent, rows: Sequence[Row], em: float) -> bool:
    """Whether anywhere in the rows two neighbouring characters stand a little apart: cheap, and true of channels."""
    boxes = content.glyphs.boxes
    top, bottom = rows[0].top - em, rows[-1].bottom + em
    step, level = boxes[1:, 0] - boxes[:-1, 2], np.abs(boxes[1:, 1] - boxes[:-1, 1])
    inside = (boxes[1:, 1] > top) & (boxes[1:, 3] < bottom) & (level < em / 2)
    return bool((inside & (step >= _CHANNEL * em) & (step < em)).any())


def _channel(inked: Sequence[_Inked], gap: tuple[float, float], mine: int, em: float) -> tuple[float, float] | None:
    """The white channel through a gap, if one runs through all rows, past text on both sides of it in several.

    The other rows (``mine`` is the one with the gap) must hold it to about its width: in a wide one stand names.
    """
    low, high = gap
    left, right = low - em, high + em
    beside: dict[int, set[bool]] = {}
    for row, segment, gaps in inked:
        before, behind = segment.x1 <= low + _TOUCH * em, segment.x0 >= high - _TOUCH * em
        if before or behind:
            beside.setdefault(row, set()).add(before)
            ends = (segment.x1, high) if before else (low, segment.x0)
        else:
            through = next(((a, b) for a, b in gaps if a < high - _TOUCH * em and b > low + _TOUCH * em), None)
            if through is None:
                return None
            beside[row] = {True, False}
            ends = through
        low, high = max(low, ends[0]), min(high, ends[1])
        if row != mine:
            left, right = max(left, min(ends[0], low)), min(right, max(ends[1], high))
    witnesses = sum(len(sides) > 1 for sides in beside.values())
    held = right - left < high - low + _NARROW * em and witnesses >= _WITNESSES and high - low >= _TOUCH * em
    return (low, high) if held and (high - low > _SET_OFF * em or _one_sided(inked, (low, high), em)) else None


def _one_sided(inked: Sequence[_Inked], channel: tuple[float, float], em: float) -> bool:
    """Whether somewhere one side of a channel is empty: programs set words off from figures by narrow gaps, too."""
    near: dict[int, list[bool]] = {}
    for row, segment, _ in inked:
        if segment.x1 > channel[0] - 2 * em and segment.x0 < channel[1] + 2 * em:
            near.setdefault(row, []).append(segment.x1 <= channel[0] + 1)
            near[row] += [True, False] if segment.x0 < channel[0] and segment.x1 > channel[1] else []
    return any(len(set(sides)) == 1 for sides in near.values())


def _glyphs(segment: Segment, content: PageContent) -> NDArray[np.intp]:
    """The characters of a segment that leave ink, from left to right."""
    inside = glyphs_of(segment, content)
    inked = inside[np.array([not content.glyphs.text[i].isspace() for i in inside], dtype=np.bool_)]
    order: NDArray[np.intp] = np.argsort(content.glyphs.boxes[inked, 0], kind="stable")
    return inked[order]


def _gaps(segment: Segment, content: PageContent, em: float) -> list[tuple[float, float]]:
    """Where a segment has more room between two characters than type needs."""
    boxes = content.glyphs.boxes[_glyphs(segment, content)]
    if len(boxes) < 2:
        return []
    ends = np.maximum.accumulate(boxes[:-1, 2])
    wide = np.flatnonzero(boxes[1:, 0] - ends >= _CHANNEL * em)
    return [(float(ends[i]), float(boxes[i + 1, 0])) for i in wide]


def _cut(segment: Segment, channels: Sequence[tuple[float, float]], content: PageContent) -> list[Segment]:
    """A segment in the pieces that channels part."""
    inner = sorted((a + b) / 2 for a, b in channels if segment.x0 < (a + b) / 2 < segment.x1)
    if not inner:
        return [segment]
    glyphs, boxes = _glyphs(segment, content), content.glyphs.boxes
    parts: list[Segment] = []
    for left, right in pairwise([float("-inf"), *inner, float("inf")]):
        held = [i for i in glyphs if left < (boxes[i, 0] + boxes[i, 2]) / 2 < right]
        if held:
            words = "".join(content.glyphs.text[i] for i in held)
            parts.append(Segment(words, float(boxes[held[0], 0]), segment.top, float(boxes[held[-1], 2]),
                                 segment.bottom))  # fmt: skip
    return parts
