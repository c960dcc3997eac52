"""Lines of a table without vertical rules that stand together: the blocks of its columns, and rows without figures.

The lines of one cell stand at one pitch, which is the least of the table, and all but the last are full. What stands
further apart, or ends early, is another cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.grids.openrows import Anchor, Piece, full

_SAME_PITCH, _SLACK = 1.15, 0.1
_LEAST_STEP = 0.8
_ON = 0.4
_ROOM = 0.8
_AS_ROWS, _NARROW = 0.95, 5.0
_CLEAR = 0.15
_BESIDE, _FREE, _MOST_LINES = 0.25, 0.5, 14


def blocks(lines: Sequence[Piece], pitch: float, em: float, row: float = 1e9) -> list[list[Piece]]:
    """The cells that the lines of one column may make: lines at the table's pitch, all but the last of them full.

    Where rows are as close as lines (``row`` is the step of rows), the width of the cell must show in several lines.
    """
    width = max((p.x1 for p in lines), default=0.0) - min((p.x0 for p in lines), default=0.0)
    wrapped = width > _NARROW * em and sum(p.x1 - p.x0 > width - em for p in lines) > 1
    most = _SAME_PITCH * pitch + _SLACK * em
    if not (wrapped or (lines and lines[0].room)):
        most = min(most, _AS_ROWS * row)
    found: list[list[Piece]] = []
    for line in sorted(lines, key=lambda p: p.top):
        last = found[-1][-1] if found else None
        if last is not None and line.top - last.top < most and full(last, line, width, em):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def columns_of_lines(pieces: Sequence[Piece]) -> dict[int, list[Piece]]:
    """The lines of each column, top down."""
    found: dict[int, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda p: p.top):
        found.setdefault(piece.col, []).append(piece)
    return found


def line_pitch(pieces: Sequence[Piece], em: float) -> float:
    """The least step from one line of a column to the next."""
    steps = [b.top - a.top for lines in columns_of_lines(pieces).values() for a, b in pairwise(lines)]
    return min((step for step in steps if step > _LEAST_STEP * em), default=em)


def rows_of_their_own(body: Sequence[Piece], anchors: Sequence[Anchor], em: float, after: float | None,
                      rules: Sequence[float] = ()) -> list[Anchor]:  # fmt: skip
    """Rows that hold no figure: blocks that stand apart from what stands beside figures, with room for a row.

    ``after`` is the rule below the head; without one nothing above the first figures is a row. Nor is it where
    ``rules`` part nearly all rows, and one of figures stands between the same two.
    """
    pitch = line_pitch(body, em)
    steps = [b.middle - a.middle for a, b in pairwise(anchors)]
    step = min(steps, default=1e9)
    least = _ROOM * (step if steps else pitch)
    lone: list[Anchor] = []
    beside: list[Piece] = []
    together = [b for lines in columns_of_lines(body).values() for b in blocks(lines, pitch, em, step)]
    centred = _stand_centred(together, anchors, em)
    for whole in together:
        for block in _parted(whole, anchors, em) if centred else [whole]:
            top, bottom = block[0].top, block[-1].bottom
            if any(top - _ON * em < a.middle < bottom + _ON * em for a in anchors):
                beside += block
            else:
                lone.append(Anchor(top, bottom))
    found: list[Anchor] = []
    for row in sorted(lone, key=lambda a: a.top):
        if found and row.top < found[-1].bottom:
            found[-1] = Anchor(found[-1].top, max(found[-1].bottom, row.bottom))
        else:
            found.append(row)
    if 2 * len(rules) >= len(anchors):
        held = {bisect_left(rules, a.middle) for a in anchors}
        found = [row for row in found if bisect_left(rules, row.middle) not in held]
    return [row for row in found if _apart(row, anchors, beside, least, after)]


def _apart(row: Anchor, anchors: Sequence[Anchor], beside: Sequence[Piece], least: float, after: float | None) -> bool:
    """Whether no text of another row stands on a row's level, and whether it is a row's step away from all figures."""
    if any(p.top < row.bottom - 1 and p.bottom > row.top + 1 for p in beside):
        return False
    above = [a for a in anchors if a.middle < row.middle]
    below = [a for a in anchors if a.middle > row.middle]
    if not above and (after is None or row.top < after - 1):
        return False
    half = [(a.bottom - a.top) / 2 for a in anchors]
    high = (row.bottom - row.top) / 2 + min(half, default=0.0)
    over = row.top - max((a.bottom for a in above), default=-1e9)
    under = min((a.top for a in below), default=1e9) - row.bottom
    return min(over, under) + high > least


def _stand_centred(found: Sequence[Sequence[Piece]], anchors: Sequence[Anchor], em: float) -> bool:
    """Whether more cells of several lines have figures beside their middle than beside their first line."""
    votes = 0
    for block in found:
        if len(block) > 1:
            middle = (block[0].top + block[-1].bottom) / 2
            votes += any(abs(a.middle - middle) < _BESIDE * em for a in anchors)
            votes -= any(abs(a.middle - block[0].middle) < _BESIDE * em for a in anchors)
    return votes > 0


def _parted(block: list[Piece], anchors: Sequence[Anchor], em: float) -> list[list[Piece]]:
    """A block as the cells whose middles stand beside figures, and what is left between them."""
    best: list[tuple[float, list[list[Piece]]]] = [(0.0, [])]
    for j in range(1, len(block) + 1):
        ways = []
        for i in range(max(0, j - _MOST_LINES), j):
            middle = (block[i].top + block[j - 1].bottom) / 2
            off = min((abs(a.middle - middle) / em for a in anchors), default=1.0)
            held = any(block[i].top < a.middle < block[j - 1].bottom for a in anchors)
            cost = best[i][0] + (off if off < _ON or held else _FREE)
            ways.append((cost, [*best[i][1], block[i:j]]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def parted_rows(body: Sequence[Piece], rules: Sequence[float], em: float) -> tuple[list[Anchor], bool] | None:
    """The rows of a table of words, and whether they are certain: what no rule and no white band parts is one row.

    A band counts that is wider than the gaps inside cells; blocks that it would cut through hold it together. That is
    not certain where two cells of one column come to stand in one row, as beside a label of several rows.
    """
    if not body:
        return None
    pitch = line_pitch(body, em)
    found: list[Anchor] = []
    columns = columns_of_lines(body).values()
    steps = [b.top - a.top for lines in columns for a, b in pairwise(lines)]
    row = min((s for s in steps if s > _SAME_PITCH * pitch + _SLACK * em), default=pitch)
    cells = [b for lines in columns for b in blocks(lines, pitch, em, row)]
    inner = [b.top - a.bottom for cell in cells for a, b in pairwise(cell)]
    for top, bottom in sorted((cell[0].top, cell[-1].bottom) for cell in cells):
        ruled = found and any(found[-1].bottom - 1 < y < top + 1 for y in rules)
        if found and top < found[-1].bottom and not ruled:
            found[-1] = Anchor(found[-1].top, max(found[-1].bottom, bottom))
        else:
            found.append(Anchor(top, bottom))
    outer = [b.top - a.bottom for a, b in pairwise(found) if not any(a.bottom - 1 < y < b.top + 1 for y in rules)]
    clear = not inner or not outer or min(outer) > max(inner) + _CLEAR * em
    held = [(c[0].col, row.top) for c in cells for row in found if row.top <= c[0].middle <= row.bottom]
    return found, clear and len(set(held)) == len(held) and len(found) > 1
