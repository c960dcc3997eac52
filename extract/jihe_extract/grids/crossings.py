"""The cells between ruling lines: what pdfplumber's ``edges_to_intersections`` and ``intersections_to_cells``
find, in the same order, but by looking only at lines and points that can meet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
Rect = tuple[float, float, float, float]
_Lines = tuple[set[int], set[int]]
"""Numbers of the vertical and of the horizontal lines through a point."""


def cells_between(edges: Sequence[dict[str, Any]], slack: float) -> list[Rect]:
    """The smallest cell at each crossing that is an upper left corner: x0, top, x1, bottom."""
    points = crossings(edges, slack)
    columns: dict[float, list[float]] = defaultdict(list)
    rows: dict[float, list[float]] = defaultdict(list)
    order = sorted(points)
    for x, y in order:
        columns[x].append(y)
        rows[y].append(x)
    cells = (_cell(points, x, y, columns[x], rows[y]) for x, y in order)
    return [cell for cell in cells if cell is not None]


def crossings(edges: Sequence[dict[str, Any]], slack: float) -> dict[Point, _Lines]:
    """Where vertical and horizontal lines meet, and which; equal lines count as one."""
    upright = sorted(_box(e) for e in edges if e["orientation"] == "v")
    level = sorted((_box(e) for e in edges if e["orientation"] == "h"), key=lambda b: (b[1], b[0]))
    tops = [box[1] for box in level]
    numbers: dict[Rect, int] = {}
    for box in (*upright, *level):
        numbers.setdefault(box, len(numbers))
    points: dict[Point, _Lines] = {}
    for one in upright:
        x, top, _, bottom = one
        first, last = bisect_left(tops, top - 2 * slack), bisect_right(tops, bottom + 2 * slack)
        for other in level[first:last]:
            left, y, right, _ = other
            if top <= y + slack and bottom >= y - slack and left - slack <= x <= right + slack:
                lines = points.setdefault((x, y), (set(), set()))
                lines[0].add(numbers[one])
                lines[1].add(numbers[other])
    return points


def _box(edge: dict[str, Any]) -> Rect:
    return edge["x0"], edge["top"], edge["x1"], edge["bottom"]


def _cell(points: dict[Point, _Lines], x: float, y: float, column: list[float], row: list[float]) -> Rect | None:
    upright, level = points[x, y]
    beside = row[bisect_right(row, x) :]
    for bottom in column[bisect_right(column, y) :]:
        below = points[x, bottom]
        if upright.isdisjoint(below[0]):
            continue
        for x1 in beside:
            corner = points.get((x1, bottom))
            if corner is None or corner[1].isdisjoint(below[1]):
                continue
            through, over = points[x1, y]
            if not level.isdisjoint(over) and not corner[0].isdisjoint(through):
                return x, y, x1, bottom
    return None
