"""Columns from the names of a head: names in the middle of their cells tell all edges, from one end to the other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jihe_extract.grids.gridshape import kind
from jihe_extract.grids.openlines import Row, Segment
from jihe_extract.grids.openrows import TOTAL

_END, _SLACK, _NARROWEST = 0.3, 0.25, 1.0
_LEVEL, _TOUCH = 0.3, 0.2
_DOUBTFUL = 7
_CROSSING = 0.1


@dataclass(slots=True)
class _Stack:
    """A name: the place of its lowest line, and whether it may be a name over those beside it."""

    centre: float
    x0: float
    x1: float
    high: bool


def named_columns(names: Sequence[Row], body: Sequence[Row], ends: tuple[float, float], em: float) -> list[float]:
    """The edges of the columns between two ends; empty when the names do not stand in the middle of cells.

    An edge and the middle of a cell tell its other edge. Names over several columns are left out: of those that may
    be such names just so many that the last edge falls on the end, in one way only, and that no figure is cut.
    """
    stacks = _stacks(names, em)
    doubtful = [s for s in stacks if s.high]
    if len(doubtful) > _DOUBTFUL:
        return []
    found: list[list[float]] = []
    for out in itertools.product((False, True), repeat=len(doubtful)):
        gone = {id(s) for s, leave in zip(doubtful, out, strict=True) if leave}
        edges = _edges([s for s in stacks if id(s) not in gone], ends, em)
        if edges and _holds(edges, body, em):
            found.append(edges)
    return found[0] if len(found) == 1 else []


def _stacks(names: Sequence[Row], em: float) -> list[_Stack]:
    """The names from left to right, without those that reach over two names below them."""
    found: list[_Stack] = []
    lines = sorted((s for row in names for s in row.segments), key=lambda s: -(s.top + s.bottom))
    lowest = max((s.top + s.bottom) / 2 for s in lines)
    for line in lines:
        touched = [s for s in found if line.x0 < s.x1 + _TOUCH * em and line.x1 > s.x0 - _TOUCH * em]
        if not touched:
            high = (line.top + line.bottom) / 2 < lowest - _LEVEL * em
            found.append(_Stack((line.x0 + line.x1) / 2, line.x0, line.x1, high))
        elif len(touched) == 1 and abs(touched[0].centre - (line.x0 + line.x1) / 2) < _LEVEL * em:
            touched[0].x0, touched[0].x1 = min(touched[0].x0, line.x0), max(touched[0].x1, line.x1)
    return sorted(found, key=lambda s: s.centre)


def _edges(stacks: Sequence[_Stack], ends: tuple[float, float], em: float) -> list[float]:
    """The edges between cells in whose middles the names stand; empty when the last is not the given end."""
    edges = [ends[0]]
    for stack in stacks:
        edges.append(2 * stack.centre - edges[-1])
        if edges[-1] - edges[-2] < _NARROWEST * em or stack.x0 < edges[-2] - 1 or stack.x1 > edges[-1] + 1:
            return []
    if abs(edges[-1] - ends[1]) > _END * em:
        return []
    return [*edges[:-1], ends[1]]


def _holds(edges: Sequence[float], body: Sequence[Row], em: float) -> bool:
    """Whether all figures, and nearly all stretches of words, stand in one column each."""
    crossing = count = 0
    for row in body:
        crossing += _doubled(row.segments, edges)
        for segment in row.segments:
            count += 1
            if _inside(segment, edges, em) or TOTAL.match(segment.text):
                continue
            if kind(segment.text) in ("number", "percent", "amount"):
                return False
            crossing += len(row.segments) > 1
    return crossing <= max(1, _CROSSING * count)


def _doubled(segments: Sequence[Segment], edges: Sequence[float]) -> int:
    """How many stretches of a row stand in a column beside another one."""
    held = [sum(edge <= (s.x0 + s.x1) / 2 for edge in edges) for s in segments]
    return len(held) - len(set(held))


def _inside(segment: Segment, edges: Sequence[float], em: float) -> bool:
    slack = _SLACK * em
    return any(a - slack <= segment.x0 and segment.x1 <= b + slack for a, b in pairwise(edges))
