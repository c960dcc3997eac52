"""The body of a table without vertical rules: its lines dealt out to rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jihe_extract.grids.openlabels import merge_labels
from jihe_extract.grids.openrows import MODES, Anchor, Dealt, Piece, deal
from jihe_extract.grids.openshape import FAIR, OpenTable

_EMPTY = 0.3
_RIVAL, _ALIKE = 0.5, 0.35
_BOTTOM = 0.3
_IMPOSSIBLE = 4.0


def deal_out(table: OpenTable, body: Sequence[Piece], figures: Sequence[int], named: Sequence[Piece]) -> list[Piece]:
    """Give every line of the body its row; returns the lines that belong to the head beside ``named``."""
    columns = {c: sorted((p for p in body if p.col == c), key=lambda p: p.top) for c in range(len(table.columns) - 1)}
    columns = {c: lines for c, lines in columns.items() if lines}
    table.leading = min(figures)
    anchors = table.anchors
    if named:
        top, bottom = min(p.top for p in named), max(p.bottom for p in named)
        anchors = [Anchor(top, bottom, head=True), *anchors]
    dealt = _dealt(table, anchors, columns)
    table.rows = [{} for _ in table.anchors]
    heads: list[Piece] = []
    for col, lines in columns.items():
        groups = _groups(table, anchors, lines, dealt.get(col))
        if named:
            heads += groups[0]
            columns[col] = [p for g in groups[1:] for p in g]
            groups = groups[1:]
        for row, group in zip(table.rows, groups, strict=True):
            if group:
                row[col] = group
    merge_labels(table, columns)
    return heads


def _dealt(table: OpenTable, anchors: Sequence[Anchor], columns: Mapping[int, list[Piece]]) -> dict[int, Dealt | None]:
    """The lines of each column by row, in the one way of setting cells that costs least."""
    tries = {m: {c: deal(lines, anchors, table.cuts, table.em, m) for c, lines in columns.items()} for m in MODES}
    cost = {
        m: sum(d.cost if d else _IMPOSSIBLE * len(anchors) for d in t.values()) + _BOTTOM * (m == "bottom")
        for m, t in tries.items()
    }
    best, *others = sorted(MODES, key=cost.__getitem__)
    table.mode = best
    table.modes = [m for m in MODES if cost[m] < cost[best] + _ALIKE or m == best]
    for other in others:
        if cost[other] < cost[best] + _RIVAL and any(
            one is not None and two is not None and one.groups != two.groups
            for one, two in zip(tries[best].values(), tries[other].values(), strict=True)
        ):
            table.doubt("折行文字的归属不能确定")
    return {c: tries[best][c] or min((t[c] for t in tries.values() if t[c]), key=_cost, default=None) for c in columns}


def _cost(dealt: Dealt | None) -> float:
    return dealt.cost if dealt is not None else 1e9


def _groups(
    table: OpenTable, anchors: Sequence[Anchor], lines: Sequence[Piece], dealt: Dealt | None
) -> list[tuple[Piece, ...]]:
    """The lines of a column by row; by nearness alone, and in doubt, when no dealing fits."""
    if dealt is not None:
        filled = sum(bool(g) for g in dealt.groups)
        if dealt.cost - _EMPTY * (len(anchors) - filled) > FAIR * filled:
            lines[0].loose = True
        return list(dealt.groups)
    lines[0].loose = True
    nearest = [min(range(len(anchors)), key=lambda k: abs(anchors[k].middle - p.middle)) for p in lines]
    return [tuple(p for p, k in zip(lines, nearest, strict=True) if k == row) for row in range(len(anchors))]
