"""Labels of a table without vertical rules that span several rows, told by how they stand beside these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from jihe_extract.grids.openrows import TOTAL, Piece, spans
from jihe_extract.grids.openshape import FAIR, Label, OpenTable, body_edges, total_span

_CENTRED = "合并单元格按居中位置推定"


def merge_labels(table: OpenTable, columns: Mapping[int, list[Piece]]) -> None:
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


def _totals(table: OpenTable) -> dict[int, tuple[int, int]]:
    """The rows of totals: the column of each label, and the one after the last that it covers."""
    found = {}
    for r, row in enumerate(table.rows):
        _, group = min(row.items(), default=(0, ()))
        labels = [c for c, g in row.items() if c < table.leading and TOTAL.match("".join(p.text for p in g))]
        if labels:
            span = total_span(table, row) if TOTAL.match("".join(p.text for p in group)) else None
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
        if found is not None and few and found[0] <= FAIR * len(found[1]):
            return found[1]
    return None


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
        if after - first > 1 and _several(inside, table.em):
            return None
        found.append((first, after, inside))
    return found if sum(len(inside) for _, _, inside in found) == len(lines) else None


def _several(lines: Sequence[Piece], em: float) -> bool:
    """Whether lines stand too far apart to be those of one label: the rules beside them do not part the labels."""
    ordered = sorted(lines, key=lambda p: p.top)
    return any(below.top - above.bottom > em for above, below in pairwise(ordered))
