"""The body of a table without vertical rules: its lines dealt out to rows, and the labels that span several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jihe_extract.grids.openheads import Place
from jihe_extract.grids.openrows import MODES, TOTAL, Anchor, Dealt, Mode, Piece, deal, spans
from jihe_extract.grids.openrules import Sep

_FAIR = 0.5
"""The usual cost of a cell, in em, above which the rows are not certain."""
_EMPTY = 0.3
_RIVAL, _ALIKE = 0.5, 0.35
_CENTRED = "合并单元格按居中位置推定"
_BOTTOM = 0.3
_IMPOSSIBLE = 4.0
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
    _merge_labels(table, columns)
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
        if dealt.cost - _EMPTY * (len(anchors) - filled) > _FAIR * filled:
            lines[0].loose = True
        return list(dealt.groups)
    lines[0].loose = True
    nearest = [min(range(len(anchors)), key=lambda k: abs(anchors[k].middle - p.middle)) for p in lines]
    return [tuple(p for p, k in zip(lines, nearest, strict=True) if k == row) for row in range(len(anchors))]


def _merge_labels(table: OpenTable, columns: Mapping[int, list[Piece]]) -> None:
    """Let the labels of leading columns span the rows beside which they are centred, if that fits exactly.

    From right to left: the labels of one row each tell how high their rows are.
    """
    totals = _totals(table)
    for col in sorted(columns, reverse=True):
        lines = columns[col]
        found, out = _labels_of(table, col, lines, totals) if col < table.leading else (None, set())
        if found is None:
            if any(p.loose for p in lines):
                table.doubt("文字行的归属不能确定")
            continue
        table.labels[col] = found
        for r, row in enumerate(table.rows):
            if r not in out:
                row.pop(col, None)
        if any(after - first > 1 for first, after, _ in found) and _CENTRED not in table.reasons:
            table.reasons.append(_CENTRED)
    if table.labels and any(c not in table.labels and len(columns[c]) < len(table.rows) for c in columns
                            if c < max(table.labels)):  # fmt: skip
        table.doubt("合并的标签不能确定")


def _totals(table: OpenTable) -> dict[int, tuple[int, int]]:
    """The rows of totals: the column of each label, and the one after the last that it covers."""
    found = {}
    for r, row in enumerate(table.rows):
        _, group = min(row.items(), default=(0, ()))
        labels = [c for c, g in row.items() if c < table.leading and TOTAL.match("".join(p.text for p in g))]
        if labels:
            span = _total_span(table, row) if TOTAL.match("".join(p.text for p in group)) else None
            found[r] = (0, span[1]) if span else (labels[0], labels[0] + 1)
    return found


def _labels_of(table: OpenTable, col: int, lines: Sequence[Piece], totals: Mapping[int, tuple[int, int]]
               ) -> tuple[list[Label] | None, set[int]]:  # fmt: skip
    """The merged labels of a column and the rows of totals beside them; None when its cells do not merge, or not so.

    A total whose label stands further right may belong to the group whose label spans it, or stand for itself.
    """
    over = {r for r, (first, _) in totals.items() if first <= col}
    for out in (over, set(totals)):
        found = _spans_beside(table, col, lines, out)
        if found is not None:
            return found, out
    return None, over


def _spans_beside(table: OpenTable, col: int, lines: Sequence[Piece], totals: set[int]) -> list[Label] | None:
    """The labels of a column that together span all rows but those of totals, if they fit."""
    rows = [r for r in range(len(table.anchors)) if r not in totals]
    if not rows or rows != list(range(rows[0], rows[-1] + 1)) or rows[0] != 0:
        return None
    if all(col in table.rows[r] for r in rows) and not any(p.loose for p in lines) and len(lines) >= len(rows):
        return None
    kept = [p for p in lines if not any(p in table.rows[r].get(col, ()) for r in totals)]
    if not kept:
        return None
    edges = body_edges(table, without=range(col + 1))
    ruled = _by_rules(table, col, kept, rows, edges)
    if ruled is not None:
        return ruled
    shaded = any(s.shade for s in table.seps)
    walls = {r for r in rows[1:] if not shaded and table.anchors[r].band != table.anchors[r - 1].band}
    beside = [table.anchors[r] for r in rows]
    for mode in [table.mode, *(m for m in table.modes if m not in (table.mode, "bottom"))]:
        found = spans(kept, beside, edges, table.em, mode, walls)
        few = mode == table.mode or found is None or 2 * len(found[1]) <= len(rows) + 1
        if found is not None and few and found[0] <= _FAIR * len(found[1]):
            return found[1]
    return None


def label_rows(table: OpenTable, lines: Sequence[Piece]) -> bool:
    """Let the labels of the first column span rows of words, if they are fewer than these and fit."""
    ways: list[list[Label]] = []
    for anchor in table.anchors:
        anchor.head = True
    for table.mode in ("middle", "top"):
        table.modes = [table.mode]
        found = _spans_beside(table, 0, lines, set()) if lines else None
        if found is not None and len(found) < len(table.rows) and found not in ways:
            ways.append(found)
    if not ways:
        return False
    if len(ways) > 1:
        table.doubt("合并的标签不能确定")
    table.labels[0] = ways[0]
    for row in table.rows:
        row.pop(0, None)
    table.reasons.append(_CENTRED)
    return True


def _by_rules(
    table: OpenTable, col: int, lines: Sequence[Piece], rows: Sequence[int], edges: Sequence[float]
) -> list[Label] | None:
    """Labels between the rules that cover their column, where a rule parts all rows."""
    drawn = sum(edges[0] + 2 < s.y < edges[-1] - 2 for s in table.seps)
    if min(drawn, len(table.cuts)) < len(rows) - 1 or any(s.shade for s in table.seps):
        return None
    left, right = table.columns[col], table.columns[col + 1]
    cuts = [s.y for s in table.seps if s.covers(left, right)]
    starts = [0, *(k for k in range(1, len(rows)) if any(abs(edges[k] - y) < 2 for y in cuts))]
    found: list[Label] = []
    for first, after in pairwise([*starts, len(rows)]):
        inside = tuple(p for p in lines if edges[first] < p.middle < edges[after])
        found.append((first, after, inside))
    return found if sum(len(inside) for _, _, inside in found) == len(lines) else None


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
        total = _total_span(table, row)
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


def _total_span(table: OpenTable, row: Mapping[int, tuple[Piece, ...]]) -> tuple[int, int] | None:
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
