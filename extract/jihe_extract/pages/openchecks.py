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

_Texts = dict[tuple[int, int], str]
"""The texts of cells by row and column; those of cells of several rows stand at the first."""


def doubts(table: LaidTable) -> list[str]:
    """What speaks against the rows as read; empty when nothing does."""
    texts: _Texts = {(c.row, c.col): "".join(c.passage.text.split()) for c in table.cells}
    found = []
    if _bare_label(table, texts) or _at_an_end(table, texts):
        found.append("合并的标签不能确定")
    if _hollow_row(table, texts) or _torn_figure(table, texts) or _beside_tall(table, texts):
        found.append("行的划分不能确定")
    return found


def _row(texts: _Texts, row: int) -> dict[int, str]:
    return {col: text for (r, col), text in texts.items() if r == row}


def _bare_label(table: LaidTable, texts: _Texts) -> bool:
    """Whether a row that is no total has an empty cell where other rows have words as their label."""
    labels = [text for (row, col), text in texts.items() if row and col == 0 and text]
    if not labels or any(not re.search("[一-龥]", text) for text in labels):
        return False
    single = [c.row for c in table.cells if c.row and c.col == 0 and c.rowspan == 1 and not texts[c.row, 0]]
    return any(not any(map(TOTAL.match, _row(texts, row).values())) for row in single)


def _hollow_row(table: LaidTable, texts: _Texts) -> bool:
    """Whether no text begins in some row."""
    return any(not any(_row(texts, row).values()) for row in range(table.n_rows))


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
    tall = {r for c in table.cells if c.col > 1 and c.row and c.rowspan > 1 for r in range(c.row, c.row + c.rowspan)}
    return any(not any(is_figure(text) for text in _row(texts, row).values() if text) for row in tall)


def _at_an_end(table: LaidTable, texts: _Texts) -> bool:
    """Whether labels read as centred beside their rows might as well stand at the top or the bottom of their cells.

    Then the first of them stands beside the first row, or the last beside the last, and each beside some row.
    """
    spans = [c.rowspan for c in sorted(table.cells, key=lambda c: c.row) if c.row and c.col == 0 and texts[c.row, 0]
             and not TOTAL.match(texts[c.row, 0])]  # fmt: skip
    return max(spans, default=1) > min(spans[:1] + spans[-1:], default=1) == 1 and all(span % 2 for span in spans)
