"""The head of a table without vertical rules: one row of names, or names under names that cover several columns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.grids.openrows import Piece
from jihe_extract.grids.openrules import Sep

_MOST = 14

Place = tuple[int, int, int, int]
"""Row, column, rows covered, columns covered."""


def head_places(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep], em: float
                ) -> tuple[list[Place], float | None, bool]:  # fmt: skip
    """The cells of the head, where its two rows part (None: one row), and whether that is certain."""
    n_cols = len(columns) - 1
    seeds = _seeds(pieces, columns, seps, em)
    if not seeds:
        sure = all(p.span == 1 for p in pieces)
        return [(0, c, 1, 1) for c in range(n_cols)], None, sure
    level = max(p.bottom for p, _, _ in seeds)
    low = [p for p in pieces if p.middle > level]
    cut = (level + min((p.top for p in low), default=level + em)) / 2
    places: list[Place] = []
    covered: set[int] = set()
    sure = bool(low)
    for piece, first, after in seeds:
        if covered & set(range(first, after)) or piece.middle > cut:
            sure = False
            continue
        piece.col, piece.span = first, after - first
        covered |= set(range(first, after))
        places.append((0, first, 1, after - first))
        places += [(1, c, 1, 1) for c in range(first, after)]
        sure = sure and all(any(p.col == c for p in low) for c in range(first, after))
    places += [(0, c, 2, 1) for c in range(n_cols) if c not in covered]
    return places, cut, sure and all(p.span == 1 or any(p is seed for seed, _, _ in seeds) for p in pieces)


def _seeds(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep], em: float
           ) -> list[tuple[Piece, int, int]]:  # fmt: skip
    """Names that cover several columns, with the first column and the one after the last."""
    seeds = _over_rules(pieces, columns, seps)
    if not seeds:
        wide = [p for p in pieces if _parent(p, pieces, em)]
        level = max((p.bottom for p in wide), default=0.0)
        named = {c for p in wide for c in range(p.col, p.col + p.span)}
        wide += [p for p in pieces if p not in wide and wide and abs(p.bottom - level) < 0.15 * em
                 and p.col not in named and any(q.col == p.col and q.top > p.bottom for q in pieces)]  # fmt: skip
        seeds = _dealt(wide, pieces, columns, level, em)
    return [(p, first, after) for p, first, after in seeds if after - first > 1]


def _over_rules(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep]
                ) -> list[tuple[Piece, int, int]]:  # fmt: skip
    """Names right above a rule inside the head that is shorter than the table."""
    found = []
    for sep in seps:
        inside = [c for c, (left, right) in enumerate(pairwise(columns)) if sep.covers(left, right)]
        over = [p for p in pieces if p.middle < sep.y and sep.x0 <= (p.x0 + p.x1) / 2 <= sep.x1]
        if 1 < len(inside) < len(columns) - 1 and len(over) == 1:
            found.append((over[0], inside[0], inside[-1] + 1))
    return found


def _parent(piece: Piece, pieces: Sequence[Piece], em: float) -> bool:
    """Whether the name stands over the gap between names on the level below that have no other name above them."""
    low = [p for p in pieces if p.top >= piece.bottom - 0.3 * em]
    usual = _usual_level(low, em)
    level = [p for p in pieces if abs(p.bottom - piece.bottom) < 0.15 * em]
    mine = [p for p in low if abs(p.middle - usual) < 0.2 * em and min(level, key=lambda q: _apart(p, q)) is piece]
    left = [_centre(p) for p in mine if _centre(p) < _centre(piece) - 0.5 * em]
    right = [_centre(p) for p in mine if _centre(p) > _centre(piece) + 0.5 * em]
    if not left or not right or len(left) + len(right) < len(mine):
        return False
    return abs((max(left) + min(right)) / 2 - _centre(piece)) < 1.2 * em


def _centre(piece: Piece) -> float:
    return (piece.x0 + piece.x1) / 2


def _apart(one: Piece, other: Piece) -> float:
    return abs(_centre(one) - _centre(other))


def _usual_level(low: Sequence[Piece], em: float) -> float:
    """The level on which most of the names stand."""
    levels = sorted(p.middle for p in low)
    return max(levels, key=lambda m: sum(abs(m - other) < 0.2 * em for other in levels), default=0.0)


def _dealt(wide: Sequence[Piece], pieces: Sequence[Piece], columns: Sequence[float], level: float, em: float
           ) -> list[tuple[Piece, int, int]]:  # fmt: skip
    """The columns under each of the wide names: those named on the level below, each name in the middle of its own."""
    low = [p for p in pieces if p.middle > level and p not in wide]
    usual = _usual_level(low, em)
    under = sorted({p.col for p in low if abs(p.middle - usual) < 0.2 * em and p.span == 1})
    found: list[tuple[Piece, int, int]] = []
    for first, after in _runs(under):
        named = sorted((p for p in wide if columns[first] < (p.x0 + p.x1) / 2 < columns[after]), key=lambda p: p.x0)
        if not named or after - first > _MOST:
            continue
        ways = itertools.combinations(range(first + 1, after), len(named) - 1)
        cuts = min(((first, *way, after) for way in ways), key=lambda way: _off(named, way, columns), default=())
        found += [(p, a, b) for p, (a, b) in zip(named, pairwise(cuts), strict=False)]
    return found


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open ranges of consecutive numbers."""
    found: list[tuple[int, int]] = []
    for col in columns:
        if found and found[-1][1] == col:
            found[-1] = found[-1][0], col + 1
        else:
            found.append((col, col + 1))
    return found


def _off(named: Sequence[Piece], cuts: Sequence[int], columns: Sequence[float]) -> float:
    """How far the names stand from the middle of their columns, in all."""
    places = zip(named, pairwise(cuts), strict=True)
    return sum(abs((columns[a] + columns[b]) - (p.x0 + p.x1)) for p, (a, b) in places)
