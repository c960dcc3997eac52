"""Tables that a page end has cut are one table: edges, repeated headers, cut rows and merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jihe_extract.document import Dropped
from jihe_extract.grids.gridshape import kind, torn_figure
from jihe_extract.grids.tables import cluster, nearest
from jihe_extract.pages.flow import Passage, is_figure
from jihe_extract.pages.pagelayout import LaidCell, LaidTable

_SLACK = 4.0
_SCAN_SLACK = 7.0
_HEADER_ROWS = 3
_TOGETHER = 2
_LONG, _BROAD = 8, 80.0
"""Characters of a text, and points of its column, which will not end with a full line by chance."""
_STOPS = "。；！？"
_NEVER_FIRST = "）)”》〉】、，。；：,;%％.．"
_BRACKETS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"))


def continues(first: LaidTable, second: LaidTable, *, optical: bool = False) -> bool:
    """Whether the second table's columns fit the first: same outer edges, half of the inner shared."""
    slack = _SCAN_SLACK if optical else _SLACK
    if first.open or second.open:
        same = len(first.xs) == len(second.xs) if first.names else _same_columns(first.xs, second.xs)
        return first.open and second.open and same
    if abs(first.xs[0] - second.xs[0]) > slack or abs(first.xs[-1] - second.xs[-1]) > slack:
        return False
    fewer, more = sorted((first.xs, second.xs), key=len)
    shared = sum(any(abs(x - y) <= slack for y in more) for x in fewer)
    return 2 * shared >= len(fewer)


def same_edges(first: LaidTable, second: LaidTable, *, optical: bool = False) -> bool:
    """Whether both tables are ruled in the very same columns."""
    slack = _SCAN_SLACK if optical else _SLACK
    pairs = zip(first.xs, second.xs, strict=False)
    return len(first.xs) == len(second.xs) and all(abs(a - b) <= slack for a, b in pairs)


def _same_columns(first: list[float], second: list[float]) -> bool:
    """Whether two sets of estimated edges part the same columns."""
    if len(first) != len(second):
        return False
    return all(abs(a - b) < 0.5 * (f - e) for (e, f), a, b in zip(pairwise(first), first, second, strict=False))


def join_tables(first: LaidTable, second: LaidTable, *, optical: bool = False) -> tuple[LaidTable, list[Dropped]]:
    """The second table appended to the first; both keep their boxes. Returns what was dropped, too."""
    slack = _SCAN_SLACK if optical else _SLACK
    if first.open:
        second = replace(second, xs=first.xs)
    xs = cluster(first.xs + second.xs, slack)
    moved = _reindex(first, xs)
    _reindex(second, xs)
    above, below = first.cells, second.cells
    reasons = [*first.reasons]
    below, dropped = _without_header(above, below, second.pages[0])
    if dropped:
        reasons.append("跨页重复的表头已略去")
    cells, n_rows = above, first.n_rows
    shift = n_rows
    if _cut_row(cells, below, n_rows, open_=first.open):
        below, shift = _mend_row(cells, below, n_rows), n_rows - 1
        reasons.append("被分页截断的行已接合")
    if _extend_merged(cells, below, shift):
        reasons.append("合并单元格跨页延续")
    for cell in below:
        cell.row += shift
    cells += below
    rows = max((c.row + c.rowspan for c in cells), default=0)
    reasons.append("跨页接续")
    joined = LaidTable(xs, rows, cells, first.pages + second.pages, first.top, second.bottom, reasons)
    joined.open = first.open
    joined.sure = first.sure and second.sure and tiles(joined, 0 if moved else shift)
    if not joined.sure:
        reasons.append("表格结构不能确定")
    return joined, dropped


def tiles(table: LaidTable, start: int = 0) -> bool:
    """Whether no two cells of the grid claim the same place, from row ``start`` on."""
    seen: set[tuple[int, int]] = set()
    for cell in table.cells:
        if cell.row + cell.rowspan <= start:
            continue
        for row in range(cell.row, cell.row + cell.rowspan):
            for col in range(cell.col, cell.col + cell.colspan):
                if (row, col) in seen:
                    return False
                seen.add((row, col))
    return True


def _reindex(table: LaidTable, xs: list[float]) -> bool:
    """Move the table's cells to the columns between ``xs``; whether any column has another number now."""
    new = [nearest(xs, x) for x in table.xs]
    if new == list(range(len(new))):
        return False
    for cell in table.cells:
        col, end = new[cell.col], new[cell.col + cell.colspan]
        cell.col, cell.colspan = col, max(end - col, 1)
    return True


def _row(cells: Sequence[LaidCell], row: int) -> list[tuple[int, int, int, str]]:
    return sorted((c.col, c.colspan, c.rowspan, c.passage.text.strip()) for c in cells if c.row == row)


def _without_header(above: list[LaidCell], below: list[LaidCell], page: int) -> tuple[list[LaidCell], list[Dropped]]:
    """Drop leading rows of the second table that repeat the leading rows of the first."""
    height = max((c.row + c.rowspan for c in below), default=0)
    same = 0
    while same < min(_HEADER_ROWS, height - 1):
        row = _row(below, same)
        if not row or row != _row(above, same) or not any(text for *_, text in row):
            break
        same += 1
    while same and any(c.row < same < c.row + c.rowspan for c in below):
        same -= 1
    if not same or all(is_figure(c.passage.text) for c in below if c.row < same and c.passage.text):
        return below, []
    gone = [c for c in below if c.row < same]
    dropped = [
        Dropped("table_head", c.passage.text, page, c.boxes[0] if c.boxes else None) for c in gone if c.passage.text
    ]
    rest = [c for c in below if c.row >= same]
    for cell in rest:
        cell.row -= same
    return rest, dropped


def _over(cells: Sequence[LaidCell], cell: LaidCell, last: int) -> LaidCell | None:
    """The cell of the last row above that has the same columns."""
    for other in cells:
        if other.row + other.rowspan == last and (other.col, other.colspan) == (cell.col, cell.colspan):
            return other
    return None


def _bare_figures(cells: Sequence[LaidCell], row: int) -> set[int]:
    """The columns in which the row holds a bare number or a rate."""
    return {c.col for c in cells if c.row == row and kind(c.passage.text) in ("number", "percent")}


def _figureless(cells: Sequence[LaidCell], n_rows: int) -> bool:
    """Whether the last row lacks all the figures that the row above it has."""
    return n_rows > 2 and not _bare_figures(cells, n_rows - 1) and bool(_bare_figures(cells, n_rows - 2))


def _cut_row(above: list[LaidCell], below: list[LaidCell], n_rows: int, *, open_: bool = False) -> bool:
    """Whether the first row below is the rest of the last row above."""
    first = [c for c in below if c.row == 0 and c.rowspan == 1]
    filled = [c for c in first if c.passage.text]
    if open_ and _figureless(above, n_rows) and _bare_figures(first, 0) >= _bare_figures(above, n_rows - 2):
        return True
    if not open_ and _torn(above, first, n_rows):
        return True
    if not filled:
        return False
    if 2 * (len(first) - len(filled)) < len(first):
        return not open_ and _all_full(above, filled, n_rows, ended=len(filled) < len(first))
    return all(_runs_on(_over(above, cell, n_rows), cell) for cell in filled)


def _all_full(above: list[LaidCell], filled: Sequence[LaidCell], n_rows: int, *, ended: bool) -> bool:
    """Whether every filled cell of the first row below goes on from a full line or from a torn figure above it, a long
    text among them, or several where others have ``ended``, so that a row of its own is out of the question."""
    pairs = [(over, cell) for cell in filled if (over := _over(above, cell, n_rows)) is not None]
    if len(pairs) < len(filled) or len(pairs) < _TOGETHER:
        return False
    texts = [(over.passage.text.strip(), cell.passage.text.strip()) for over, cell in pairs]
    goes_on = all(
        torn_figure(text, rest) if kind(rest) == "number" else bool(text) and over.full
        for (over, _), (text, rest) in zip(pairs, texts, strict=True)
    )
    going = [(over, text) for (over, _), (text, _) in zip(pairs, texts, strict=True) if text[-1:] not in _STOPS]
    long = any(len(text) >= _LONG and over.x1 - over.x0 >= _BROAD for over, text in going)
    return goes_on and (long or (ended and len(going) > _TOGETHER))


def _torn(above: list[LaidCell], first: Sequence[LaidCell], n_rows: int) -> bool:
    """Whether cells of the first row below begin where no cell can: every one continues the one above it.

    Short ones must have ended above, and one at least must go on with what cannot stand first (a closing bracket,
    the decimals of a figure), or close what was opened above.
    """
    pairs = [(_over(above, cell, n_rows), cell.passage.text.strip()) for cell in first]
    filled = [(over, text) for over, text in pairs if text]
    ended = any(over is not None and over.passage.text and not text for over, text in pairs)
    if not ended or not filled or any(over is None or not over.passage.text for over, _ in filled):
        return False
    return any(text[0] in _NEVER_FIRST or (over is not None and unbalanced(over.passage.text)) for over, text in filled)


def _runs_on(over: LaidCell | None, cell: LaidCell) -> bool:
    if over is None or not over.passage.text:
        return False
    if is_figure(over.passage.text) and is_figure(cell.passage.text):
        return False
    return over.full or unbalanced(over.passage.text) or over.passage.text[-1] in "，、；：,;:"


def unbalanced(text: str) -> bool:
    """Whether a bracket or quote stands open at the end."""
    return any(text.count(opening) > text.count(closing) for opening, closing in _BRACKETS)


def _mend_row(cells: list[LaidCell], below: list[LaidCell], n_rows: int) -> list[LaidCell]:
    """Append the cut row's texts to the cells above; what remains of ``below`` is returned."""
    rest = []
    for cell in below:
        over = _over(cells, cell, n_rows) if cell.row == 0 else None
        if over is None:
            rest.append(cell)
            continue
        _append(over, cell)
        over.rowspan += cell.rowspan - 1
    return rest


def _append(over: LaidCell, cell: LaidCell) -> None:
    passage = Passage(over.passage.text, list(over.passage.ranges), list(over.passage.joins))
    passage.extend(cell.passage, "page")
    over.passage = passage
    over.boxes += cell.boxes
    over.full = cell.full
    if cell.trust is not None:
        over.trust = cell.trust if over.trust is None else min(over.trust, cell.trust)
    if over.origin == "blank":
        over.origin = cell.origin


def _extend_merged(cells: list[LaidCell], below: list[LaidCell], shift: int) -> bool:
    """Let merged cells at the page end reach over their empty or unfinished rest on the next page."""
    grown = False
    for cell in [c for c in below if c.row == 0]:
        over = _over(cells, cell, shift)
        if over is None or (max(over.rowspan, cell.rowspan) < 2 and not _merging_column(cells + below, cell)):
            continue
        empty_rest = not cell.passage.text and bool(over.passage.text)
        late_text = not over.passage.text and over.rowspan > 1 and bool(cell.passage.text) and cell.rowspan > 1
        if empty_rest or late_text or unbalanced(over.passage.text):
            _append(over, cell)
            over.rowspan += cell.rowspan
            below.remove(cell)
            grown = True
    return grown


def _merging_column(cells: Sequence[LaidCell], cell: LaidCell) -> bool:
    """Whether the column merges its labels downwards and knows no other empty cell."""
    column = [c for c in cells if c.col == cell.col and c.colspan == cell.colspan and c is not cell]
    merged = any(c.rowspan > 1 and c.passage.text for c in column)
    return merged and all(c.passage.text and not is_figure(c.passage.text) for c in column)
