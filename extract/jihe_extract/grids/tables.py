"""Grids from ruling lines: pdfplumber's table functions find the cells, we find rows, columns and spans."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from pdfplumber.table import cells_to_tables, merge_edges

from jihe_extract.grids.crossings import cells_between
from jihe_extract.layout import Floats, Rule

_SNAP = 3.0
_SAME = 2.5
_REACH = 3.0
_SLIVER = 4.5
_MIN_SIDE = 3.0
_MIN_RULES = 4


class GridCell(Struct):
    """A cell by row and column with its rectangle in reading space."""

    row: int
    col: int
    rowspan: int
    colspan: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Grid:
    """One ruled table on one page: row and column edges, and the cells between them."""

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    reasons: list[str] = field(default_factory=list)
    sure: bool = True
    open: bool = False
    """Found by text columns, so that the edges are only estimates."""
    names: tuple[Any, ...] = ()
    """The rows of text of a head whose table begins on the next page."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, top, x1, bottom of the whole grid."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def lookup(self) -> NDArray[np.int32]:
        """Number of the cell at each grid place, -1 where there is none."""
        places = np.full((len(self.ys) - 1, len(self.xs) - 1), -1, np.int32)
        for i, cell in enumerate(self.cells):
            places[cell.row : cell.row + cell.rowspan, cell.col : cell.col + cell.colspan] = i
        return places


def find_grids(rules: list[Rule], snap: float = _SNAP, same: float = _SAME) -> list[Grid]:
    """All ruled tables of a page, top down; edges nearer than ``same`` are one."""
    if len(rules) < _MIN_RULES:
        return []
    edges = merge_edges([_edge(r) for r in set(rules)], snap, snap, snap, snap)
    if closed := close_sides(edges):
        edges = merge_edges(edges + closed, snap, snap, snap, snap)
    edges = [e for e in edges if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) >= _MIN_SIDE]
    grids: list[Grid] = []
    for group in _touching(edges, snap):
        cells = [c for c in cells_between(group, snap) if c[2] - c[0] >= _MIN_SIDE and c[3] - c[1] >= _MIN_SIDE]
        grids += [_closed(grid_of(table, same), snap) for table in cells_to_tables(cells)]
    return sorted(_outermost(grids), key=lambda g: (g.ys[0], g.xs[0]))


def _edge(rule: Rule) -> dict[str, Any]:
    return {
        "x0": rule.x0,
        "x1": rule.x1,
        "top": rule.top,
        "bottom": rule.bottom,
        "width": rule.x1 - rule.x0,
        "height": rule.bottom - rule.top,
        "orientation": "v" if rule.vertical else "h",
        "object_type": "line",
    }


def _touching(edges: list[dict[str, Any]], snap: float) -> list[list[dict[str, Any]]]:
    """Part the edges into groups of connected lines, so that one page's tables do not slow each other."""
    order = sorted(edges, key=lambda e: float(e["top"]))
    groups: list[tuple[float, list[dict[str, Any]]]] = []
    for edge in order:
        if groups and edge["top"] <= groups[-1][0] + snap:
            floor, members = groups[-1]
            members.append(edge)
            groups[-1] = (max(floor, edge["bottom"]), members)
        else:
            groups.append((edge["bottom"], [edge]))
    return [members for _, members in groups if len(members) >= _MIN_RULES]


def close_sides(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The missing outer borders of tables drawn with open sides, from the ends of their lines.

    Only where lines of the other direction already cross: a stack of horizontal lines alone is not closed.
    """
    flat = [e for e in edges if e["orientation"] == "h"]
    upright = [e for e in edges if e["orientation"] == "v"]
    return _close(flat, upright, "x0", "x1", "top", "bottom") + _close(upright, flat, "top", "bottom", "x0", "x1")


def _close(
    lines: list[dict[str, Any]], crossing: list[dict[str, Any]], low: str, high: str, near: str, far: str
) -> list[dict[str, Any]]:
    """Close both ends of parallel ``lines`` that share their extent and are crossed by ``crossing``."""
    groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for line in sorted(lines, key=lambda e: (float(e[low]), float(e[high]))):
        for key in groups:
            if abs(groups[key][0][low] - line[low]) <= _REACH and abs(groups[key][0][high] - line[high]) <= _REACH:
                groups[key].append(line)
                break
        else:
            groups[(len(groups), 0)].append(line)
    closed: list[dict[str, Any]] = []
    for members in groups.values():
        left, right = members[0][low], members[0][high]
        inside = [c for c in crossing if left + _REACH < c[low] < right - _REACH]
        for first, last in _chains(members, inside, near, far):
            for at in (left, right):
                if not any(abs(c[low] - at) <= _REACH and c[near] < last and c[far] > first for c in crossing):
                    rule = (at, first, at, last, True) if low == "x0" else (first, at, last, at, False)
                    closed.append(_edge(Rule(*rule)))
    return closed


def _chains(
    lines: list[dict[str, Any]], crossing: list[dict[str, Any]], near: str, far: str
) -> list[tuple[float, float]]:
    """Extents of the stacks of parallel lines whose neighbours are tied by a crossing line."""
    chains: list[tuple[float, float]] = []
    order = sorted(float(line[near]) for line in lines)
    for above, below in pairwise(order):
        if any(c[near] <= above + _REACH and c[far] >= below - _REACH for c in crossing):
            if chains and chains[-1][1] == above:
                chains[-1] = (chains[-1][0], below)
            else:
                chains.append((above, below))
    return chains


def grid_of(rects: list[tuple[float, float, float, float]], same: float = _SAME) -> Grid:
    """Rows, columns and spans from the rectangles of one table's cells."""
    across, down = [x for r in rects for x in (r[0], r[2])], [y for r in rects for y in (r[1], r[3])]
    xs, ys = cluster(across, same), cluster(down, same)
    if same == _SAME:  # on scans slivers are what tells of stray ink
        xs = _without_slivers(xs, [(r[0], r[2]) for r in rects])
        ys = _without_slivers(ys, [(r[1], r[3]) for r in rects])
    col_of, row_of = {x: nearest(xs, x) for x in set(across)}, {y: nearest(ys, y) for y in set(down)}
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for x0, top, x1, bottom in sorted(rects, key=lambda r: (r[1], r[0])):
        col, row = col_of[x0], row_of[top]
        colspan, rowspan = col_of[x1] - col, row_of[bottom] - row
        if colspan < 1 or rowspan < 1:
            continue
        single = colspan == rowspan == 1
        places = [(row, col)] if single else list(product(range(row, row + rowspan), range(col, col + colspan)))
        if not taken.isdisjoint(places):
            continue
        taken.update(places)
        cells.append(GridCell(row, col, rowspan, colspan, x0, top, x1, bottom))
    return Grid(xs, ys, cells)


def _without_slivers(edges: list[float], extents: list[tuple[float, float]]) -> list[float]:
    """The edges, with those of one border for two whose gap is narrower than any cell: borders of their own each."""
    narrowest = min((b - a for a, b in extents), default=0.0)
    found = edges[:1]
    for edge in edges[1:]:
        if edge - found[-1] < min(_SLIVER, 0.5 * narrowest):
            found[-1] = (found[-1] + edge) / 2
        else:
            found.append(edge)
    return found


def _closed(grid: Grid, snap: float) -> Grid:
    """The grid with cells in place of what is open at its upper or lower end alone, as page ends leave merged cells."""
    area = (len(grid.xs) - 1) * (len(grid.ys) - 1)
    if snap != _SNAP or sum(c.rowspan * c.colspan for c in grid.cells) == area:
        return grid
    places = grid.lookup()
    n_rows, n_cols = places.shape
    for col in range(n_cols):
        empty = np.flatnonzero(places[:, col] < 0).tolist()
        if not empty or empty != list(range(empty[0], empty[-1] + 1)) or len(empty) == n_rows:
            continue
        if empty[0] == 0 or empty[-1] == n_rows - 1:
            first, after = empty[0], empty[-1] + 1
            grid.cells.append(GridCell(first, col, after - first, 1, grid.xs[col], grid.ys[first], grid.xs[col + 1],
                                       grid.ys[after]))  # fmt: skip
    return grid


def cluster(values: list[float], slack: float = _SAME) -> list[float]:
    """Values closer than the slack become one, their mean."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= slack:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(g) / len(g) for g in groups]


def nearest(values: list[float], value: float) -> int:
    """Index of the nearest of the sorted values."""
    at = bisect_left(values, value)
    if at == 0:
        return 0
    return at if at < len(values) and values[at] - value < value - values[at - 1] else at - 1


def _outermost(grids: list[Grid]) -> list[Grid]:
    """Leave out grids that lie inside another one's cell, and frames around everything else."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda g: -(g.box[2] - g.box[0]) * (g.box[3] - g.box[1])):
        x0, top, x1, bottom = grid.box
        if any(
            k.box[0] - 1 <= x0 and k.box[1] - 1 <= top and x1 <= k.box[2] + 1 and bottom <= k.box[3] + 1 for k in kept
        ):
            continue
        kept.append(grid)
    return kept


def regions_of(boxes: Floats, grids: list[Grid]) -> tuple[NDArray[np.int32], list[tuple[int, int]]]:
    """For each character the region it stands in: -1 prose, else an index into the list of (grid, cell).

    A character belongs to the cell that holds its centre. Characters in a grid but in none of its cells
    stay prose.
    """
    regions = np.full(len(boxes), -1, np.int32)
    cells: list[tuple[int, int]] = []
    if not len(boxes):
        return regions, cells
    cx, cy = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for g, grid in enumerate(grids):
        base = len(cells)
        cells += [(g, i) for i in range(len(grid.cells))]
        x0, top, x1, bottom = grid.box
        inside = (cx >= x0) & (cx < x1) & (cy >= top) & (cy < bottom)
        cols = np.clip(np.searchsorted(grid.xs, cx[inside], side="right") - 1, 0, len(grid.xs) - 2)
        rows = np.clip(np.searchsorted(grid.ys, cy[inside], side="right") - 1, 0, len(grid.ys) - 2)
        found = grid.lookup()[rows, cols]
        regions[inside] = np.where(found >= 0, found + base, -1)
    return regions, cells
