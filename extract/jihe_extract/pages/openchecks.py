"""Whether a table without vertical rules, put together over its pages, looks as if it was read wrongly.

What it looks like is not proof; but a table read wrongly is worse than one that is marked unsure.
"""

from __future__ import annotations

import re

from jihe_extract.grids.openrows import TOTAL
from jihe_extract.pages.flow import is_figure
from jihe_extract.pages.pagelayout import LaidTable

_REST = re.compile(r"\d{1,2}%?|%")
_CUT = re.compile(r"\d[.．]\d*$|[,，]\d+\.?\d*$")

_CRUMB = re.compile("[一-龥]{1,2}")
_FEW = 3

_Texts = dict[tuple[int, int], str]
"""The texts of cells by row and column; those of cells of several rows stand at the first."""


def doubts(table: LaidTable) -> list[str]:
    """What speaks against the rows as read; empty when nothing does."""
    texts: _Texts = {(c.row, c.col): "".join(c.passage.text.split()) for c in table.cells}
    found = []
    if _bare_label(table, texts) or _at_an_end(table, texts) or _torn_label(table, texts) or _over_total(table, texts):
        found.append("合并的标签不能确定")
    if any(check(table, texts) for check in (_hollow_row, _crumb_row, _torn_figure, _beside_tall)):
        found.append("行的划分不能确定")
    return found


def _leading(table: LaidTable, texts: _Texts) -> int:
    """How many columns stand before the first in which most rows of the body have figures; that of numbers is one."""
    for col in range(len(table.xs) - 1):
        column = [text for (row, c), text in texts.items() if c == col and row and text]
        if 2 * sum(map(is_figure, column)) > len(column) and not (col == 0 and all(map(str.isdecimal, column))):
            return col
    return 0


def _row(texts: _Texts, row: int) -> dict[int, str]:
    return {col: text for (r, col), text in texts.items() if r == row}


def _bare_label(table: LaidTable, texts: _Texts) -> bool:
    """Whether a row that is no total has an empty cell where other rows have words as their label."""
    return any(_bare_in(table, texts, col) for col in range(max(_leading(table, texts) - 1, 1)))


def _bare_in(table: LaidTable, texts: _Texts, at: int) -> bool:
    labels = [text for (row, col), text in texts.items() if row and col == at and text]
    if not labels or any(not re.search("[一-龥]", text) for text in labels):
        return False
    single = [c.row for c in table.cells if c.row and c.col == at and c.rowspan == 1 and not texts[c.row, at]]
    return any(not any(map(TOTAL.match, _row(texts, row).values())) for row in single)


def _torn_label(table: LaidTable, texts: _Texts) -> bool:
    """Whether a label is so short that it looks like the end of the one above: ``数量指`` over ``标``."""
    for cell in table.cells:
        above = texts.get((cell.row - 1, cell.col), "")
        text = texts[cell.row, cell.col]
        if cell.row < 2 or cell.col >= _leading(table, texts) or not above or not _CRUMB.fullmatch(text):
            continue
        others = [t for (row, col), t in texts.items() if col == cell.col and row != cell.row]
        if len(text) == 1 or (any(t.endswith(text) for t in others) and not above.endswith(text)):
            return True
    return False


def _over_total(table: LaidTable, texts: _Texts) -> bool:
    """Whether a number of the first column stands beside several rows one of which is a total."""
    totals = {row for (row, _), text in texts.items() if TOTAL.match(text)}
    tall = (c for c in table.cells if c.col == 0 and c.rowspan > 1 and texts[c.row, 0].isdecimal())
    return any(not totals.isdisjoint(range(c.row, c.row + c.rowspan)) for c in tall)


def _hollow_row(table: LaidTable, texts: _Texts) -> bool:
    """Whether no text begins in some row."""
    return any(not any(_row(texts, row).values()) for row in range(table.n_rows))


def _crumb_row(table: LaidTable, texts: _Texts) -> bool:
    """Whether some row holds nothing but a character or two: the end of a wrapped cell."""
    rows = ([t for t in _row(texts, row).values() if t] for row in range(1, table.n_rows))
    return len(table.xs) > _FEW and any(len(row) == 1 and _CRUMB.fullmatch(row[0]) for row in rows)


def _torn_figure(table: LaidTable, texts: _Texts) -> bool:
    """Whether a row that is half empty stands by another so that the two make figures that a narrow cell has torn."""
    for row in range(1, table.n_rows - 1):
        upper = _row(texts, row)
        for lower in (_row(texts, row + 1), _row(texts, row + 2)):
            both = sorted(set(upper) & set(lower))
            torn = [c for c in both if _CUT.search(upper[c]) and _REST.fullmatch(lower[c])]
            empty = max(sum(not line[c] for c in both if c) for line in (upper, lower)) if both else 0
            if torn and 2 * empty >= len(both) - 1:
                return True
    return False


def _beside_tall(table: LaidTable, texts: _Texts) -> bool:
    """Whether a row without any figure stands beside a cell of several rows that is no leading label."""
    tall = {r for c in table.cells if c.col and c.row and c.rowspan > 1 for r in range(c.row, c.row + c.rowspan)}
    return any(not any(is_figure(text) for text in _row(texts, row).values() if text) for row in tall)


def _at_an_end(table: LaidTable, texts: _Texts) -> bool:
    """Whether labels read as centred beside their rows might as well stand at the top or the bottom of their cells.

    Then the first of them stands beside the first row, or the last beside the last, and each beside some row.
    """
    spans = [c.rowspan for c in sorted(table.cells, key=lambda c: c.row) if c.row and c.col == 0 and texts[c.row, 0]
             and not TOTAL.match(texts[c.row, 0])]  # fmt: skip
    return max(spans, default=1) > min(spans[:1] + spans[-1:], default=1) == 1 and all(span % 2 for span in spans)
