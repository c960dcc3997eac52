"""The head of a table without vertical rules at any depth: what stands over two levels of names is a third."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.grids.openheads import Place, two_levels
from jihe_extract.grids.openrows import Piece
from jihe_extract.grids.openrules import Sep

_LEVEL, _OFF, _RIVAL, _APART = 0.5, 1.6, 0.5, 0.55
"""Within what the names of one level stand, how far a name may stand from its middle, how much nearer than a rival,
and how far lines of one name stand apart at most, in em."""


def head_places(pieces: Sequence[Piece], columns: Sequence[float], seps: Sequence[Sep], em: float
                ) -> tuple[list[Place], list[float], bool]:  # fmt: skip
    """The cells of the head, where its levels part, and whether that is certain."""
    over = _highest(pieces, em)
    rest = [p for p in pieces if not any(p is o for o in over)]
    before = [(p.col, p.span) for p in pieces]
    if over:
        places, cut, sure = two_levels(rest, columns, seps, em)
        groups = [(c, c + span) for row, c, height, span in sorted(places) if (row, height) == (0, 1) and span > 1]
        tops = _dealt(over, groups, columns, em) if cut is not None else []
        if cut is not None and tops:
            middle = [p.top for p in rest if p.middle < cut and any(a <= p.col < b for a, b in groups)]
            if middle:
                parted = (max(p.bottom for p in over) + min(middle)) / 2
                return [*tops, *(_lowered(place, tops) for place in places)], [parted, cut], sure
    for piece, (col, span) in zip(pieces, before, strict=True):
        piece.col, piece.span = col, span
    places, cut, sure = two_levels(pieces, columns, seps, em)
    return places, [] if cut is None else [cut], sure and not (over and _apart(over, rest, em))


def _apart(over: Sequence[Piece], rest: Sequence[Piece], em: float) -> bool:
    """Whether the highest names stand further from those below them than the lines of one name do."""
    low = max(p.bottom for p in over)
    return min((p.top for p in rest if p.middle > low), default=low) - low > _APART * em


def _highest(pieces: Sequence[Piece], em: float) -> list[Piece]:
    """The names of the highest level that stand over two lower levels, the lowest of these with two names."""
    top = min((p.middle for p in pieces), default=0.0)
    found = []
    for piece in (p for p in pieces if p.middle < top + _LEVEL * em):
        below = [p for p in pieces if p.top > piece.bottom - _LEVEL * em and p.x0 < piece.x1 and p.x1 > piece.x0]
        low = max((p.middle for p in below), default=0.0)
        if sum(p.middle > low - _LEVEL * em for p in below) > 1:
            found.append(piece)
    return found


def _dealt(over: Sequence[Piece], groups: Sequence[tuple[int, int]], columns: Sequence[float], em: float
           ) -> list[Place]:  # fmt: skip
    """The highest names over neighbouring groups in whose middle each of them stands; empty if any stands elsewhere."""
    found: list[Place] = []
    for piece in over:
        ways = []
        for i, (first, _) in enumerate(groups):
            for j in range(i + 1, len(groups)):
                if all(a[1] == b[0] for a, b in pairwise(groups[i : j + 1])):
                    after = groups[j][1]
                    ways.append((abs(piece.x0 + piece.x1 - columns[first] - columns[after]) / 2, first, after))
        ways.sort()
        if not ways or ways[0][0] > _OFF * em:
            return []
        if len(ways) > 1 and ways[1][0] - ways[0][0] < _RIVAL * em:
            return []
        _, first, after = ways[0]
        piece.col, piece.span = first, after - first
        found.append((0, first, 1, after - first))
    return found if all(a[1] + a[3] <= b[1] for a, b in pairwise(sorted(found))) else []


def _lowered(place: Place, tops: Sequence[Place]) -> Place:
    """A cell of the lower levels below the highest names, or one that reaches up beside them."""
    row, col, height, span = place
    if row or any(first <= col < first + wide for _, first, _, wide in tops):
        return row + 1, col, height, span
    return row, col, height + 1, span
