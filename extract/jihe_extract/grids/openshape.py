"""A table without vertical rules while it is put together: its rows, the edges between them, and its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jihe_extract.grids.openheads import Place
from jihe_extract.grids.openrows import TOTAL, Anchor, Mode, Piece
from jihe_extract.grids.openrules import Sep

FAIR = 0.5
"""The usual cost of a cell, in em, above which the rows are not certain."""
_TIE, _LINED_UP = 0.3, 0.2

Label = tuple[int, int, tuple[Piece, ...]]
"""First row, row after the last, and the lines of a label."""


@dataclass(slots=True)
class OpenTable:
    """What is known of the table while it is put together. ``cuts`` are the rules that part its body."""

    pieces: list[Piece]
    columns: list[float]
    seps: list[Sep]
    em: float
    anchors: list[Anchor]
    sure: bool = True
    reasons: list[str] = field(default_factory=lambda: ["无竖线表格，按文字列识别"])
    mode: Mode = "middle"
    modes: list[Mode] = field(default_factory=lambda: ["middle"])
    """The ways of setting cells that fit the rows about as well as the best one, ``mode``."""
    cuts: list[float] = field(default_factory=list)
    rows: list[dict[int, tuple[Piece, ...]]] = field(default_factory=list)
    labels: dict[int, list[Label]] = field(default_factory=dict)
    leading: int = 0

    def doubt(self, why: str) -> None:
        """The structure is not certain."""
        self.sure = False
        if why not in self.reasons:
            self.reasons.append(why)


def row_extent(table: OpenTable, r: int, without: Sequence[int] = ()) -> tuple[float, float]:
    """Top and bottom of what stands in a row."""
    inside = [p for c, g in table.rows[r].items() if c not in without for p in g]
    inside += [p for c, found in table.labels.items() if c not in without
               for first, after, g in found if first == r == after - 1 for p in g]  # fmt: skip
    anchor = table.anchors[r]
    return min([anchor.top, *(p.top for p in inside)]), max([anchor.bottom, *(p.bottom for p in inside)])


def body_edges(table: OpenTable, without: Sequence[int] = ()) -> list[float]:
    """Row edges of the body: rules where there are any, else halfway between neighbouring rows."""
    extents = [row_extent(table, r, without) for r in range(len(table.anchors))]
    edges = [extents[0][0] - table.em / 2]
    for (_, bottom), (top, _) in pairwise(extents):
        ruled = [y for y in table.cuts if bottom - 0.4 * table.em < y < top + 0.4 * table.em]
        edges.append(ruled[0] if ruled else (bottom + top) / 2)
        if top < bottom - 0.3 * table.em and not without:
            table.doubt("相邻行的文字上下交错")
    return [*edges, extents[-1][1] + table.em / 2]


def body_places(table: OpenTable, shift: int) -> list[Place]:
    """The cells of the body that hold text, moved down by the rows of the head."""
    places: list[Place] = []
    for labels in table.labels.items():
        places += [(first + shift, labels[0], after - first, 1) for first, after, _ in labels[1]]
    for r, row in enumerate(table.rows):
        total = total_span(table, row)
        for col, group in row.items():
            wide = max(p.col + p.span for p in group) - col
            if total and col < total[1]:
                if col == total[0]:
                    places.append((r + shift, 0, 1, total[1]))
                continue
            if wide > 1:
                table.doubt("表中有横跨多列的文字")
            places.append((r + shift, col, 1, wide))
    return places


def total_span(table: OpenTable, row: Mapping[int, tuple[Piece, ...]]) -> tuple[int, int] | None:
    """Column of a total's label, and the columns from the first on that it covers: those in whose middle it stands."""
    col, group = min(row.items(), default=(0, ()))
    if not TOTAL.match("".join(p.text for p in group)):
        return None
    x0, x1 = min(p.x0 for p in group), max(p.x1 for p in group)
    last = min((c for c in row if c > col), default=len(table.columns) - 1)
    own, centred = _own(table, col, x0, x1) if group[0].span == 1 else (table.em, False)
    ways = [
        (max(abs(x0 + x1 - table.columns[0] - table.columns[after]) / 2 - _gap(table, after) / 4, 0.0), after)
        for after in range(max(col + 1, 2), last + 1)
    ]
    off, after = min(ways, key=lambda way: (round(way[0] / table.em, 1), -way[1]), default=(own, 0))
    if col:  # an empty cell before a total is less usual than a merged one, unless it is lined up
        own += (_TIE if centred else -_LINED_UP) * table.em
    return (col, after) if off < min(own, table.em) else None


def _gap(table: OpenTable, edge: int) -> float:
    """How wide the gap is in whose middle an edge was put."""
    if edge == len(table.columns) - 1:
        return 0.0
    left = max((p.x1 for p in table.pieces if p.span == 1 and p.col == edge - 1), default=table.columns[edge])
    right = min((p.x0 for p in table.pieces if p.span == 1 and p.col == edge), default=table.columns[edge])
    return max(right - left, 0.0)


def _own(table: OpenTable, col: int, x0: float, x1: float) -> tuple[float, bool]:
    """How far a stretch stands from where the other cells of its column begin, or have their middle (then True)."""
    others = [p for p in table.pieces if p.col == col and p.span == 1 and (p.x0, p.x1) != (x0, x1)]
    if not others:
        return 0.0, True
    ends = [sorted(p[k] for p in ((p.x0, (p.x0 + p.x1) / 2, p.x1) for p in others)) for k in range(3)]
    usual = [e[len(e) // 2] for e in ends]
    here = (x0, (x0 + x1) / 2, x1)
    k = max(range(3), key=lambda k: sum(abs(e - usual[k]) < _LINED_UP * table.em for e in ends[k]))
    return abs(here[k] - usual[k]), k == 1
