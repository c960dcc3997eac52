"""A grid for a table without vertical rules, from its lines of text, its column edges and the rules it has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.grids.openblocks import parted_rows, rows_of_their_own
from jihe_extract.grids.openbody import deal_out
from jihe_extract.grids.opencells import measure_cells
from jihe_extract.grids.openheads import Place
from jihe_extract.grids.openlabels import label_rows
from jihe_extract.grids.openlevels import head_places
from jihe_extract.grids.openrows import Anchor, Piece, anchors_of, figure_columns
from jihe_extract.grids.openrules import Sep
from jihe_extract.grids.openshape import OpenTable, body_edges, body_places, row_extent
from jihe_extract.grids.tables import Grid, GridCell


def open_grid(pieces: list[Piece], columns: list[float], seps: list[Sep], em: float, *, single: bool = False
              ) -> Grid | None:  # fmt: skip
    """The grid; None when no rows come out. ``single``: one row is enough, since the table began a page before."""
    _give_columns(pieces, columns, em)
    figures = figure_columns(pieces, len(columns) - 1, em)
    anchors = anchors_of(pieces, figures, em) if figures else None
    if not anchors or (len(anchors) < 2 and not single):
        return None
    table = OpenTable(pieces, columns, seps, em, anchors=anchors)
    head, cut = _head(table, figures)
    body = [p for p in pieces if not any(p is h for h in head)]
    if cut is not None and _ends_known(table):
        measure_cells(head, body, table.columns, em)
    table.anchors += rows_of_their_own(body, table.anchors, em, cut, _body_rules(table, body))
    table.anchors.sort(key=lambda a: a.top)
    _bands(table, body)
    head += deal_out(table, body, figures, [] if cut is not None else head)
    return _grid(table, head, cut)


def _ends_known(table: OpenTable) -> bool:
    """Whether a rule begins and ends where the table does."""
    first, last = table.columns[0], table.columns[-1]
    return any(abs(s.x0 - first) < 1 and abs(s.x1 - last) < 1 for s in table.seps)


def head_grid(pieces: list[Piece], columns: list[float], seps: list[Sep], em: float) -> Grid:
    """The head alone, of a table whose rows begin on the next page."""
    _give_columns(pieces, columns, em)
    places, parted, sure = head_places(pieces, columns, seps, em)
    top, bottom = min(p.top for p in pieces) - em / 2, max(p.bottom for p in pieces) + em / 2
    ys = [top, *parted, bottom]
    cells = [_cell(*place, columns, ys) for place in sorted(places)]
    return Grid(list(columns), ys, cells, ["无竖线表格，按文字列识别"], sure, open=True)


def worded_grid(pieces: list[Piece], columns: list[float], seps: list[Sep], em: float, cut: float) -> Grid | None:
    """The grid of a table of words under a head that ends at ``cut``: rules or white bands part its rows."""
    _give_columns(pieces, columns, em)
    head, body = [p for p in pieces if p.middle < cut], [p for p in pieces if p.middle > cut]
    table = OpenTable(pieces, columns, seps, em, anchors=[])
    if head and _ends_known(table):
        measure_cells(head, body, table.columns, em)
    whole = [s.y for s in seps if s.y > cut + 1 and not s.shade and all(map(s.covers, columns[:-1], columns[1:]))]
    parted, beside = parted_rows(body, whole, em), parted_rows([p for p in body if p.col], whole, em)
    if not head or parted is None or beside is None:
        return None
    _worded_rows(table, body, beside[0])
    labelled = label_rows(table, [p for p in body if not p.col])
    if not labelled:
        _worded_rows(table, body, parted[0])
    if not (beside if labelled else parted)[1]:
        table.doubt("行的划分不能确定")
    return _grid(table, head, cut)


def _worded_rows(table: OpenTable, body: Sequence[Piece], rows: list[Anchor]) -> None:
    """Give the lines to the rows that white bands part."""
    table.anchors = rows
    table.cuts = [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    table.rows = [{} for _ in rows]
    for piece in sorted(body, key=lambda p: p.top):
        row = table.rows[bisect_left(table.cuts, piece.middle)]
        row[piece.col] = (*row.get(piece.col, ()), piece)


def rough_grid(pieces: list[Piece], columns: list[float], em: float) -> Grid | None:
    """A row for each level of text, in doubt: for what has columns, but no figures that tell its rows."""
    _give_columns(pieces, columns, em)
    levels: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        if levels and piece.middle - levels[-1][0].middle < 0.6 * em:
            levels[-1].append(piece)
        else:
            levels.append([piece])
    extents = [(min(p.top for p in level), max(p.bottom for p in level)) for level in levels]
    inner = [(a[1] + b[0]) / 2 for a, b in pairwise(extents)]
    ys = [extents[0][0] - em / 2, *inner, extents[-1][1] + em / 2]
    if len(levels) < 2 or any(b <= a for a, b in pairwise(ys)):
        return None
    places = [(r, c, 1, 1) for r in range(len(levels)) for c in range(len(columns) - 1)]
    cells = [_cell(*place, columns, ys) for place in places]
    return Grid(list(columns), ys, cells, ["无竖线表格，按文字列识别", "行的划分不能确定"], False, open=True)


def _give_columns(pieces: Sequence[Piece], columns: Sequence[float], em: float) -> None:
    for p in pieces:
        p.col = max((i for i, edge in enumerate(columns[:-1]) if edge <= p.x0 + 0.5 * em), default=0)
        end = max(i for i, edge in enumerate(columns[:-1]) if edge < p.x1 - 0.5 * em or i == p.col)
        p.span = end - p.col + 1


def _head(table: OpenTable, figures: Sequence[int]) -> tuple[list[Piece], float | None]:
    """The pieces of the head and the rule below it; without one, only those above the figures' columns."""
    first = table.anchors[0].top
    over = [p for p in table.pieces if p.bottom <= first + 0.2 * table.em and not p.figure]
    named = [p for p in over if set(range(p.col, p.col + p.span)) & set(figures)]
    if not named:
        return [], None
    low = max(p.bottom for p in named)
    cuts = [s.y for s in table.seps if low - 1 <= s.y <= first + 1 and wide(table, s)]
    if cuts:
        return [p for p in table.pieces if p.middle < cuts[0]], cuts[0]
    return named, None


def wide(table: OpenTable, sep: Sep) -> bool:
    """Whether the rule runs over most columns."""
    return 2 * sum(sep.covers(a, b) for a, b in pairwise(table.columns)) > len(table.columns) - 1


def _body_rules(table: OpenTable, body: Sequence[Piece]) -> list[float]:
    """The levels of the rules and shades that part the body, over most columns."""
    low, high = min((p.top for p in body), default=0.0), max((p.bottom for p in body), default=0.0)
    return sorted(s.y for s in table.seps if wide(table, s) and low < s.y < high)


def _bands(table: OpenTable, body: Sequence[Piece]) -> None:
    """Part the body at its rules; a row of its own for what stands alone between two of them."""
    cuts = _body_rules(table, body)
    counts = [0] * (len(cuts) + 1)
    for anchor in table.anchors:
        anchor.band = bisect_left(cuts, anchor.middle)
        counts[anchor.band] += 1
    ruled = len(counts) > 2 and 2 * counts.count(1) > len(counts)
    for band, count in enumerate(counts):
        inside = [p for p in body if bisect_left(cuts, p.middle) == band]
        if count == 0 and inside and ruled:
            table.anchors.append(Anchor(min(p.top for p in inside), max(p.bottom for p in inside), band))
    table.anchors.sort(key=lambda a: a.top)
    for anchor in table.anchors:
        anchor.alone = len(cuts) > 0 and counts[anchor.band] < 2
    table.cuts = cuts


def _grid(table: OpenTable, head: list[Piece], cut: float | None) -> Grid | None:
    """Cells from the rows, the merged labels and the head."""
    places: list[Place] = []
    tops: list[float] = []
    shift = 0
    if head:
        places, parted, sure = head_places(head, table.columns, [s for s in table.seps if s.y < max(
            p.bottom for p in head)], table.em)  # fmt: skip
        shift = 1 + len(parted)
        tops = [min(p.top for p in head) - table.em / 2, *parted]
        if not sure:
            table.doubt("表头的合并单元格不能确定")
    body = body_edges(table)
    if head and _slipped(table, head):
        table.doubt("有的列只有表头，相邻列数字与文字相混")
    if head:
        body[0] = cut if cut is not None else (max(p.bottom for p in head) + row_extent(table, 0)[0]) / 2
    ys = [*tops, *body]
    if any(b <= a for a, b in pairwise(ys)):
        return None
    places += body_places(table, shift)
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row, col, rowspan, colspan in places:
        area = {(r, c) for r in range(row, row + rowspan) for c in range(col, col + colspan)}
        if area & taken:
            table.doubt("单元格相互重叠")
            continue
        taken |= area
        cells.append(_cell(row, col, rowspan, colspan, table.columns, ys))
    for r in range(len(ys) - 1):
        for c in range(len(table.columns) - 1):
            if (r, c) not in taken:
                cells.append(_cell(r, c, 1, 1, table.columns, ys))
    cells.sort(key=lambda c: (c.row, c.col))
    return Grid(list(table.columns), ys, cells, table.reasons, table.sure, open=True)


def _slipped(table: OpenTable, head: Sequence[Piece]) -> bool:
    """Whether a column has a name and no cell, while figures and words share the one beside it: they may be its own."""
    filled: dict[int, list[Piece]] = {}
    for row in table.rows:
        for col, pieces in row.items():
            filled.setdefault(col, []).extend(pieces)
    hollow = [p.col for p in head if p.span == 1 and p.col not in filled and p.col not in table.labels]
    beside = [filled.get(col + step, ()) for col in hollow for step in (-1, 1)]
    return any(any(p.figure for p in cells) and not all(p.figure for p in cells) for cells in beside)


def _cell(row: int, col: int, rowspan: int, colspan: int, xs: Sequence[float], ys: Sequence[float]) -> GridCell:
    return GridCell(row, col, rowspan, colspan, xs[col], ys[row], xs[col + colspan], ys[row + rowspan])
