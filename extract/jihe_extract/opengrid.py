"""Rows of a table without rules: cell blocks from text segments, rows from the column that has most of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from jihe_extract.gridshape import kind
from jihe_extract.tables import Grid, GridCell

Piece = tuple[float, float, float, float, str]
_WRAP = 1.62


@dataclass(slots=True)
class CellBlock:
    """The lines of one cell."""

    col: int
    colspan: int
    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    row: int = -1
    rowspan: int = 1

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2


def grid_from_blocks(pieces: Sequence[Piece], columns: list[float], em: float) -> Grid | None:
    """A grid from the text segments of a region and its column edges; None when no rows come out."""
    blocks = _blocks(pieces, columns, em)
    rows = _skeleton(blocks, len(columns) - 1)
    if len(rows) < 2:
        return None
    sure = _place(blocks, rows)
    labels = [b for c in range(2) for b in _labels(blocks, c, len(rows))]
    bounds = _bounds([b for b in blocks if all(b is not x for x in labels)], rows, em)
    merged = _merge_labels(blocks, bounds)
    if any(b <= a for a, b in itertools.pairwise(bounds)):
        return None
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for block in sorted(blocks, key=lambda b: (b.row, b.col)):
        if block.colspan > 1 and 0 < block.row < len(rows) - 1:
            sure = False
        places = {
            (r, c)
            for r in range(block.row, block.row + block.rowspan)
            for c in range(block.col, block.col + block.colspan)
        }
        if places & taken:
            sure = False
            continue
        taken |= places
        cells.append(_cell(block.row, block.col, block.rowspan, block.colspan, columns, bounds))
    for r in range(len(rows)):
        for c in range(len(columns) - 1):
            if (r, c) not in taken:
                cells.append(_cell(r, c, 1, 1, columns, bounds))
    reasons = ["无竖线表格，按文字列识别"] + (["合并单元格按居中位置推定"] if merged else [])
    return Grid(list(columns), bounds, cells, reasons, sure, open=True)


def _cell(row: int, col: int, rowspan: int, colspan: int, xs: list[float], ys: list[float]) -> GridCell:
    return GridCell(row, col, rowspan, colspan, xs[col], ys[row], xs[col + colspan], ys[row + rowspan])


def _blocks(pieces: Sequence[Piece], columns: list[float], em: float) -> list[CellBlock]:
    """Join the segments of one column that stand as close as the lines of a cell."""
    by_span: dict[tuple[int, int], list[CellBlock]] = {}
    for x0, top, x1, bottom, text in sorted(pieces, key=lambda p: (p[1], p[0])):
        col = max(i for i, edge in enumerate(columns[:-1]) if edge <= x0 + 0.5 * em)
        end = max(i for i, edge in enumerate(columns[:-1]) if edge < x1 - 0.5 * em or i == col)
        stack = by_span.setdefault((col, end - col + 1), [])
        last = stack[-1] if stack else None
        figures = last is not None and kind(last.text) != "text" and kind(text) != "text"
        if last is not None and not figures and top - (last.bottom - (bottom - top)) < _WRAP * em:
            last.x0, last.x1 = min(last.x0, x0), max(last.x1, x1)
            last.bottom, last.text = max(bottom, last.bottom), last.text + text
        else:
            stack.append(CellBlock(col, end - col + 1, x0, top, x1, bottom, text))
    return [block for stack in by_span.values() for block in stack]


def _skeleton(blocks: Sequence[CellBlock], n_cols: int) -> list[tuple[float, float]]:
    """Vertical extents of the rows: the column with most blocks, and the blocks beside none of them."""
    per_column = [[b for b in blocks if b.col == c and b.colspan == 1] for c in range(n_cols)]
    densest = max(per_column, key=lambda column: (len(column), -sum(b.bottom - b.top for b in column)))
    rows = sorted((b.top, b.bottom) for b in densest)
    free = [b for b in blocks if all(b.bottom <= top or b.top >= bottom for top, bottom in rows)]
    for block in sorted(free, key=lambda b: b.top):
        level = [b for b in free if b is not block and min(b.bottom, block.bottom) - max(b.top, block.top) > 0]
        known = any(min(bottom, block.bottom) > max(top, block.top) for top, bottom in rows)
        if not known and (level or block.colspan > 1 or block.top > rows[-1][1] or block.bottom < rows[0][0]):
            rows = sorted([*rows, (block.top, block.bottom)])
    return rows


def _place(blocks: Sequence[CellBlock], rows: Sequence[tuple[float, float]]) -> bool:
    """Give every block the row it overlaps most, else the nearest; whether all was clear."""
    sure = True
    seen: set[tuple[int, int]] = set()
    for block in sorted(blocks, key=lambda b: b.top):
        overlaps = [min(block.bottom, bottom) - max(block.top, top) for top, bottom in rows]
        best = max(range(len(rows)), key=lambda r: (overlaps[r], -abs(sum(rows[r]) / 2 - block.middle)))
        block.row = best
        if (best, block.col) in seen:
            sure = False
        seen.add((best, block.col))
    return sure


def _labels(blocks: Sequence[CellBlock], col: int, n_rows: int) -> list[CellBlock]:
    """The blocks of a leading column that may hold merged labels: words only, and fewer than the rows."""
    column = sorted((b for b in blocks if b.col == col and b.colspan == 1), key=lambda b: b.top)
    words = all(kind(b.text) == "text" for b in column)
    return column if words and len(column) < n_rows - 1 else []


def _merge_labels(blocks: Sequence[CellBlock], bounds: Sequence[float]) -> bool:
    """Let the labels of leading columns span the rows around which they are centred, if that fits exactly."""
    merged = False
    for col in range(2):
        labels = _labels(blocks, col, len(bounds) - 1)
        spans = _centred_spans(labels, bounds) if labels else None
        if spans is None:
            break
        for label, (first, last) in zip(labels, spans, strict=True):
            label.row, label.rowspan = first, last - first
            merged = merged or last - first > 1
    return merged


def _centred_spans(labels: Sequence[CellBlock], bounds: Sequence[float]) -> list[tuple[int, int]] | None:
    """Consecutive row ranges with each label in the middle of its own; None when there are none such."""
    spans: list[tuple[int, int]] = []
    first, n_rows = 0, len(bounds) - 1
    for label in labels:
        if first >= n_rows:
            return None
        off, last = min((abs((bounds[first] + bounds[n]) / 2 - label.middle), n) for n in range(first + 1, n_rows + 1))
        if off > 0.6 * (label.bottom - label.top):
            return None
        spans.append((first, last))
        first = last
    return spans if first == n_rows else None


def _bounds(blocks: Sequence[CellBlock], rows: Sequence[tuple[float, float]], em: float) -> list[float]:
    """Row edges: halfway between the blocks of neighbouring rows."""
    tops, bottoms = [], []
    for row, (top, bottom) in enumerate(rows):
        members = [b for b in blocks if b.row == row]
        tops.append(min((b.top for b in members), default=top))
        bottoms.append(max((b.bottom for b in members), default=bottom))
    inner = [(bottoms[r] + tops[r + 1]) / 2 for r in range(len(rows) - 1)]
    return [tops[0] - em / 2, *inner, bottoms[-1] + em / 2]
