"""Tables without vertical rules, three-line and borderless: columns from the gaps that all rows share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from jihe_extract.grids.gridshape import kind, torn_figure
from jihe_extract.grids.opencells import at_channels
from jihe_extract.grids.opencolumns import columns_of
from jihe_extract.grids.openframes import MIN_COLUMNS
from jihe_extract.grids.opengrid import head_grid, open_grid, rough_grid, worded_grid
from jihe_extract.grids.openlines import Row, split, text_rows
from jihe_extract.grids.opennames import named_columns
from jihe_extract.grids.openregions import MIN_ROWS, Region, continued, regions_of_page, unread_rest
from jihe_extract.grids.openrows import Piece
from jihe_extract.grids.openrules import separators
from jihe_extract.grids.tables import Grid, GridCell
from jihe_extract.layout import PageContent

_FEW_ROWS, _ENOUGH = 4, 12
_FULL = 2.0
"""Most room, in heights of its line, beside a figure that fills its cell."""
_THREE, _PAIR = 3, 2
"""The rules of a table between rules, and the columns that it has at least."""
_HINT = re.compile(r"表|指标|分值|得分|预算数|决算数|执行数|金额|单位[:：]")


class Carried(NamedTuple):
    """The columns of a table without vertical rules that the page before ends with, and the words of its head."""

    columns: list[float]
    head: str
    names: tuple[Row, ...] = ()
    """The rows of the head when the page holds nothing else of the table: they help to find the columns."""


def find_open_grids(content: PageContent, free: np.ndarray, carried: Carried | None = None) -> list[Grid]:
    """Tables among the characters for which ``free`` holds (those outside ruled tables)."""
    if int(free.sum()) < 2 * MIN_COLUMNS or not (carried or _side_by_side(content, free)):
        return []
    rows = text_rows(content, free)
    seps = separators(content.rules, content.fills)
    grids = []
    if carried is not None:
        columns = _columns_under(carried, rows) if carried.names else carried.columns
        region = continued(rows, seps, columns, carried.head, content.height) if columns else None
        grid = _grid_of(region, rows, content, columns) if region is not None else None
        if region is not None and grid is not None:
            grids.append(grid)
            last = rows.index(region.rows[-1])
            rows = rows[last + 1 :]
    if max((len(row.segments) for row in rows), default=0) < (MIN_COLUMNS if len(seps) < _THREE else _PAIR):
        return grids
    for region in regions_of_page(rows, seps, content.width, content.height):
        grid = _grid_of(region, rows, content)
        if grid is not None:
            grids.append(grid)
    return grids


def goes_on_unread(content: PageContent, free: np.ndarray, carried: Carried) -> bool:
    """Whether the text outside all tables begins with a row in the columns of the table before."""
    return bool(free.any()) and unread_rest(text_rows(content, free), carried.columns, content.height)


def split_rows(content: PageContent, regions: np.ndarray, cells: Sequence[tuple[int, int]], grids: list[Grid]) -> bool:
    """Part the rows of ruled tables in which each cell holds a whole column of figures; whether there were any.

    ``regions`` and ``cells`` tell the grid and the cell of each character.
    """
    changed = False
    for g, grid in enumerate(grids):
        if len(grid.ys) - 1 > _FEW_ROWS or len(grid.xs) <= MIN_COLUMNS or grid.open:
            continue
        numbers = [k for k, (of, _) in enumerate(cells) if of == g]
        inside = np.isin(regions, numbers)
        rows = text_rows(content, inside) if int(inside.sum()) > _ENOUGH else []
        tall = [_stacked(cell, rows) for cell in grid.cells]
        if sum(tall) < 2:
            continue
        em = _em(rows)
        segments = [piece for row in rows for s in row.segments for piece in split(s, grid.xs, content, em)]
        pieces = [Piece(s.x0, s.top, s.x1, s.bottom, s.text) for s in segments]
        top, bottom = grid.ys[0], grid.ys[-1]
        seps = [s for s in separators(content.rules, ()) if top - 1 < s.y < bottom + 1 and s.x0 < grid.xs[-1]]
        found = open_grid(pieces, list(grid.xs), seps, em)
        if found is None:
            grid.sure = False
            grid.reasons.append("一个单元格内有多行数字，行的划分不能确定")
            continue
        found.reasons[0] = "行间无横线，按文字行识别"
        found.ys[0], found.ys[-1] = min(top, found.ys[0]), max(bottom, found.ys[-1])
        grids[g] = found
        changed = True
    return changed


def _stacked(cell: GridCell, rows: Sequence[Row]) -> bool:
    """Whether the cell holds figures alone, one below the other, but for names above them."""
    lines = [s for row in rows for s in row.segments
             if cell.x0 < (s.x0 + s.x1) / 2 < cell.x1 and cell.top < (s.top + s.bottom) / 2 < cell.bottom]  # fmt: skip
    figures = [kind(s.text) in ("number", "percent") for s in lines]
    if sum(figures) < _PAIR or not all(figures[figures.index(True) :]):
        return False
    first = lines[figures.index(True)]
    full = cell.x1 - cell.x0 - (first.x1 - first.x0) < _FULL * (first.bottom - first.top)
    return not (full and torn_figure(first.text, "".join(s.text for s in lines[figures.index(True) + 1 :])))


def _em(rows: Sequence[Row]) -> float:
    """The usual size of type: of the rows with words, since that of figures is only estimated."""
    sizes = sorted(row.em for row in rows if re.search("[一-龥]", row.text)) or sorted(row.em for row in rows)
    return sizes[len(sizes) // 2]


def _columns_under(carried: Carried, rows: Sequence[Row]) -> list[float]:
    """The columns of the rows at the page's top, if they are as many as the names that the page before ends with."""
    body: list[Row] = []
    for row in rows:
        em = row.em
        apart = bool(body) and row.top - body[-1].bottom > 3 * em
        wide = any(s.x1 - s.x0 > 0.5 * (carried.columns[-1] - carried.columns[0]) for s in row.segments)
        if apart or (wide and body):
            break
        if not wide and (body or len(row.segments) >= MIN_COLUMNS or kind(row.text) == "text"):
            body.append(row)
    while body and len(body[-1].segments) == 1 and kind(body[-1].text) == "text" and len(body) > 1:
        body.pop()
    if not body:
        return []
    columns = columns_of([*carried.names, *body], _em(body))
    return columns if len(columns) == len(carried.columns) else []


def _grid_of(region: Region, rows: Sequence[Row], content: PageContent, known: Sequence[float] = ()) -> Grid | None:
    """The table of a region, if it is one; ``known`` are its columns when it began a page before."""
    em = _em(region.rows)
    body = region.rows
    names = [row for row in body if region.head is not None and (row.top + row.bottom) / 2 < region.head]
    columns = list(known)
    if names and len(names) < len(body):
        ends = region.rules[0].x0, region.rules[0].x1
        region.rows = body = [*names, *at_channels(body[len(names) :], content, em)]
        columns = columns or named_columns(names, body[len(names) :], ends, em)
    if not columns:
        columns = columns_of(body, em, len(names) if len(names) < len(body) else 0)
    columns[0] = min(columns[0], min(s.x0 for row in body for s in row.segments) - em / 2)
    columns[-1] = max(columns[-1], max(s.x1 for row in body for s in row.segments) + em / 2)
    if region.rules and not known:
        columns[0], columns[-1] = min(columns[0], region.rules[0].x0), max(columns[-1], region.rules[0].x1)
    figured = region.ruled and any(kind(s.text) in ("number", "percent") for row in body for s in row.segments)
    framed = 0 < len(names) < len(body)
    given = known or region.head_only or figured or framed
    if len(columns) - 1 < (_PAIR if framed else MIN_COLUMNS) or not (given or _figured(body, columns)):
        return None
    if not region.ruled and not _hinted(rows, region):
        return None
    segments = [piece for row in body for s in row.segments for piece in split(s, columns, content, em)]
    pieces = [Piece(s.x0, s.top, s.x1, s.bottom, s.text) for s in segments]
    if region.head_only:
        grid = head_grid(pieces, columns, region.seps, em)
        grid.names = tuple(body)
        return grid
    found = open_grid(pieces, columns, region.seps, em, single=bool(known) or region.ruled)
    if found is None and not known and framed:
        found = worded_grid(pieces, columns, region.seps, em, region.head or region.rules[1].y)
    return found if found is not None or known else rough_grid(pieces, columns, em)


def _side_by_side(content: PageContent, free: np.ndarray) -> bool:
    """Whether the page holds clearly more stretches of text than levels of text: cheap, and true of all tables."""
    boxes = content.glyphs.boxes[free]
    step, high = boxes[1:, 0] - boxes[:-1, 2], np.maximum(boxes[1:, 3] - boxes[1:, 1], 1.0)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    parted = (step > 0.4 * high) | (step < -0.8 * high) | (np.abs(np.diff(middle)) > 0.5 * high)
    levels = np.unique(np.rint(middle / (0.5 * float(high.mean())))) if len(boxes) > 1 else middle
    return int(parted.sum()) + 1 - len(levels) >= MIN_COLUMNS


def _figured(rows: Sequence[Row], columns: Sequence[float]) -> bool:
    """Whether at least one column holds figures in half of the rows."""
    tabular = [row for row in rows if len(row.segments) >= MIN_COLUMNS]
    for left, right in pairwise(columns):
        texts = [s.text for row in tabular for s in row.segments if left < (s.x0 + s.x1) / 2 < right]
        if sum(kind(t) in ("percent", "number", "amount") for t in texts) >= max(2, 0.5 * (len(tabular) - 1)):
            return True
    return False


def _hinted(rows: Sequence[Row], region: Region) -> bool:
    """Whether anything but the columns says that this is a table: rules, a caption, a head, many rows."""
    if len(region.seps) >= 2 or len(region.rows) >= 2 * MIN_ROWS:
        return True
    first = region.rows[0]
    above = [row for row in rows if row.top < first.top][-3:]
    return bool(_HINT.search("".join(row.text for row in [*above, *region.rows[:2]])))
