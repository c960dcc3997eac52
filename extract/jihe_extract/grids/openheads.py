"""The head of a table without vertical rules: one row of names, or names under names that cover several columns.

Names of one row have one middle (or one first, or one last line). A column whose name stands below that of others is
one of several under a common name: the one in whose middle, or at whose left end, that name stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from jihe_extract.grids.openrows import Piece
from jihe_extract.grids.openrules import Sep

_MOST = 14
_SAME, _LINE = 0.25, 0.5
"""How far middles of one level may lie apart, and how far two lines of one name overlap at most, in em."""
_RIVAL, _OFF_MIDDLE = 0.5, 1.6
_UPPER = 0.2

Place = tuple[int, int, int, int]
"""Row, column, rows covered, columns covered."""


@dataclass(slots=True)
class _Name:
    """The lines of one name, top down."""

    lines: list[Piece] = field(default_factory=list)

    @property
    def x0(self) -> float:
        return min(p.x0 for p in self.lines)

    @property
    def x1(self) -> float:
        return max(p.x1 for p in self.lines)

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def top(self) -> float:
        return min(p.top for p in self.lines)

    @property
    def bottom(self) -> float:
        return max(p.bottom for p in self.lines)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class _Under(NamedTuple):
    """Columns under common names: from ``first`` to before ``after``, with the level that parts the two."""

    first: int
    after: int
    cut: float


def two_levels(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep], em: float
               ) -> tuple[list[Place], float | None, bool]:  # fmt: skip
    """The cells of a head of one or two levels, where these part (None: one), and whether that is certain."""
    n_cols = len(columns) - 1
    runs = _over_rules(pieces, columns, seps) or _by_level(pieces, n_cols, em)
    single = [(0, c, 1, 1) for c in range(n_cols)]
    if not runs:
        return single, None, all(p.span == 1 for p in pieces) and _one_level(pieces, n_cols, em)
    cut = min(run.cut for run in runs)
    if max(run.cut for run in runs) - cut > em:
        return single, None, False
    places: list[Place] = []
    covered: set[int] = set()
    sure = True
    for run in runs:
        over = _names([p for p in pieces if p.middle < run.cut and _over(p, columns, run)], em)
        low = [p for p in pieces if p.middle > run.cut and run.first <= p.col < run.after]
        leaves = [_Name([p for p in low if p.col == c]) for c in range(run.first, run.after)]
        if not over or not all(leaf.lines for leaf in leaves):
            return single, None, False
        run, leaves = _without_ends(run, over, leaves, columns, em)
        groups, certain = _deal(over, leaves, [columns[c] for c in range(run.first, run.after + 1)], em)
        sure = sure and certain
        for name, (a, b) in zip(over, groups, strict=True):
            first, after = run.first + a, run.first + b
            for piece in name.lines:
                piece.col, piece.span = first, after - first
            if after - first > 1:
                places += [(0, first, 1, after - first), *((1, c, 1, 1) for c in range(first, after))]
                covered |= set(range(first, after))
    if not covered:
        return single, None, False
    places += [(0, c, 2, 1) for c in range(n_cols) if c not in covered]
    parents = {(c, span) for row, c, height, span in places if (row, height) == (0, 1)}
    return places, cut, sure and all(p.span == 1 or (p.col, p.span) in parents for p in pieces)


def _without_ends(run: _Under, over: Sequence[_Name], leaves: list[_Name], columns: Sequence[float], em: float
                  ) -> tuple[_Under, list[_Name]]:  # fmt: skip
    """The run without an outer column above which no name stands: its own name stands at the bottom of a tall cell.

    So it is when the other columns are those in whose middle the names stand.
    """

    def least(first: int, after: int) -> float:
        some = leaves[first - run.first : after - run.first]
        edges = [columns[c] for c in range(first, after + 1)]
        ways = [(0, *way, len(some)) for way in itertools.combinations(range(1, len(some)), len(over) - 1)]
        return min((_off(over, way, some, edges) for way in ways), default=float("inf"))

    first, after = run.first, run.after
    if after - first > _MOST:
        return run, leaves
    if first == 0 and over[0].x0 > columns[1] and least(0, after) - least(1, after) > _RIVAL * em:
        first = 1
    last = after == len(columns) - 1 and over[-1].x1 < columns[-2]
    if last and least(first, after) - least(first, after - 1) > _RIVAL * em:
        after -= 1
    return _Under(first, after, run.cut), leaves[first - run.first : after - run.first]


def _over(piece: Piece, columns: Sequence[float], run: _Under) -> bool:
    return columns[run.first] < (piece.x0 + piece.x1) / 2 < columns[run.after]


def _over_rules(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep]) -> list[_Under]:
    """The columns under the rules inside the head that are shorter than the table."""
    found = []
    for sep in seps:
        inside = [c for c, (left, right) in enumerate(pairwise(columns)) if sep.covers(left, right)]
        over = [p for p in pieces if p.middle < sep.y and sep.x0 <= (p.x0 + p.x1) / 2 <= sep.x1]
        below = {p.col for p in pieces if p.middle > sep.y}
        through = len(inside) == len(columns) - 1 and any(p.top < sep.y - 1 < p.bottom - 2 for p in pieces)
        if len(inside) > 1 and over and below.issuperset(inside) and not through:
            found.append(_Under(inside[0], inside[-1] + 1, sep.y))
    return found


def _by_level(pieces: Sequence[Piece], n_cols: int, em: float) -> list[_Under]:
    """The columns whose names stand on the lower of two levels, side by side."""
    columns = [_Name(sorted((p for p in pieces if p.col == c and p.span == 1), key=lambda p: p.top))
               for c in range(n_cols)]  # fmt: skip
    if _one_level(pieces, n_cols, em):
        return []
    bottom = max(p.bottom for p in pieces)
    top = min(p.top for p in pieces)
    lowest = [p for p in pieces if p.top > (top + bottom) / 2 - _UPPER * em]
    if not lowest:
        return []
    level = _usual([p.middle for p in lowest], em)
    leaf = [any(abs(p.middle - level) < _SAME * em for p in c.lines) for c in columns]
    above = [any(p.bottom < level - 0.3 * em for p in c.lines) for c in columns]
    wide = [p for p in pieces if p.span > 1 and p.bottom < level]
    found = []
    for first, after in _runs([c for c in range(n_cols) if leaf[c]]):
        run = _trimmed(columns, leaf, above, (first, after), em)
        under = any(not above[c] for c in range(*run)) or any(run[0] <= p.col < run[1] for p in wide)
        over = any(above[c] for c in range(*run)) or any(p.col < run[1] and p.col + p.span > run[0] for p in wide)
        if run[1] - run[0] > 1 and under and over:
            high = [p.bottom for c in range(*run) for p in columns[c].lines if p.bottom < level - 0.3 * em]
            high += [p.bottom for p in wide if p.col < run[1] and p.col + p.span > run[0]]
            found.append(_Under(*run, (max(high) + level) / 2))
    return found


def _trimmed(columns: Sequence[_Name], leaf: Sequence[bool], above: Sequence[bool], run: tuple[int, int], em: float
             ) -> tuple[int, int]:  # fmt: skip
    """The run without columns at its ends whose name is a whole of lines of its own, as the columns beside it are."""
    first, after = run
    outer = [c.middle for i, c in enumerate(columns) if c.lines and not leaf[i]]
    pitch = [b.top - a.top for c in columns for a, b in pairwise(c.lines)]
    least = min(pitch, default=0.0)

    def whole(c: int) -> bool:
        lines = columns[c].lines
        steps = [b.top - a.top for a, b in pairwise(lines)]
        centred = any(abs(columns[c].middle - m) < _SAME * em for m in outer)
        together = bool(steps) and max(steps) < 1.1 * least + 0.1 * em
        return above[c] and centred and together and abs(lines[0].x0 + lines[0].x1 - lines[-1].x0 - lines[-1].x1) < em

    while after - first > 1 and whole(first) and not _centred_over(columns, first, after, em):
        first += 1
    while after - first > 1 and whole(after - 1) and not _centred_over(columns, first, after, em):
        after -= 1
    return first, after


def _centred_over(columns: Sequence[_Name], first: int, after: int, em: float) -> bool:
    """Whether the highest name over some columns stands in their middle, so that they are all its own."""
    over = [p for c in columns[first:after] for p in c.lines[:-1]]
    if len(over) != 1:
        return False
    middle = (columns[first].lines[-1].x0 + columns[after - 1].lines[-1].x1) / 2
    return abs((over[0].x0 + over[0].x1) / 2 - middle) < _LINE * em


def _one_level(pieces: Sequence[Piece], n_cols: int, em: float) -> bool:
    """Whether the names of all columns have one middle, one first line or one last line."""
    columns = [_Name([p for p in pieces if p.col == c and p.span == 1]) for c in range(n_cols)]
    columns = [c for c in columns if c.lines]
    for wide in (p for p in pieces if p.span > 1):
        if any(wide.col <= p.col < wide.col + wide.span and p.middle > wide.bottom for p in pieces):
            return False
    if any(not _lined_up(c.lines, em) for c in columns):
        return False
    for ends in ([c.middle for c in columns], [c.top for c in columns], [c.bottom for c in columns]):
        if ends and max(ends) - min(ends) < 2 * _SAME * em:
            return True
    return not columns


def _lined_up(lines: Sequence[Piece], em: float) -> bool:
    """Whether lines have one middle or begin at one place, as those of one name do."""
    starts, middles = [p.x0 for p in lines], [p.x0 + p.x1 for p in lines]
    return max(starts) - min(starts) < _LINE * em or max(middles) - min(middles) < 2 * _LINE * em


def _names(pieces: Sequence[Piece], em: float) -> list[_Name]:
    """The names that lines make, from left to right: those above one another are one."""
    found: list[_Name] = []
    for piece in sorted(pieces, key=lambda p: p.x0):
        if found and piece.x0 < found[-1].x1 - _LINE * em:
            found[-1].lines.append(piece)
        else:
            found.append(_Name([piece]))
    return found


def _deal(over: Sequence[_Name], leaves: Sequence[_Name], edges: Sequence[float], em: float
          ) -> tuple[list[tuple[int, int]], bool]:  # fmt: skip
    """The columns under each name of the upper row, and whether no other way is nearly as good."""
    n = len(leaves)
    if len(over) > n or n > _MOST:
        return [(0, n)] + [(n, n)] * (len(over) - 1), False
    ways = [(0, *way, n) for way in itertools.combinations(range(1, n), len(over) - 1)]
    costs = sorted((min(_off(over, way, leaves, edges), _shifted(over, way, leaves)), way) for way in ways)
    best, way = costs[0]
    rival = costs[1][0] if len(costs) > 1 else best + em
    sure = best < _OFF_MIDDLE * em * len(over) and rival - best > _RIVAL * em
    return list(pairwise(way)), sure


def _off(over: Sequence[_Name], cuts: Sequence[int], leaves: Sequence[_Name], edges: Sequence[float]) -> float:
    """How far the names stand from the middle of their columns, in all."""
    cost = 0.0
    for name, (a, b) in zip(over, pairwise(cuts), strict=True):
        by_names = (leaves[a].centre + leaves[b - 1].centre) / 2
        by_edges = (edges[a] + edges[b]) / 2
        cost += min(abs(name.centre - by_names), abs(name.centre - by_edges))
    return cost


def _shifted(over: Sequence[_Name], cuts: Sequence[int], leaves: Sequence[_Name]) -> float:
    """How far the names stand from the left ends of the first names below them, in all."""
    return sum(abs(name.x0 - leaves[a].x0) for name, (a, _) in zip(over, pairwise(cuts), strict=True))


def _usual(levels: Sequence[float], em: float) -> float:
    """The level on which most of the names stand."""
    return max(levels, key=lambda m: sum(abs(m - other) < _SAME * em for other in levels))


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open ranges of consecutive numbers."""
    found: list[tuple[int, int]] = []
    for col in columns:
        if found and found[-1][1] == col:
            found[-1] = found[-1][0], col + 1
        else:
            found.append((col, col + 1))
    return found
