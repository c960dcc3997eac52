"""Score sheets in tables → :class:`ScoreRow` and facts: indicator rows, the funds part, group and total lines.

Columns are known by their headers, never by their place. A table whose score columns hold words, or whose
header is not understood, yields no rows; its figures stay unbound.
"""

from __future__ import annotations

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.sheetparts import project_names, rest
from jihe_extract.cells.tablesections import sections
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Document, Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.scores.fundrows import fund_rows
from jihe_extract.scores.indicatorrows import IndicatorRows


def table_rows(document: Document) -> tuple[tuple[ScoreRow, ...], dict[Span, Fact], list[Quantity]]:
    """Indicator rows of all score tables, the fact of every figure in their parts, and those figures.

    A group's weight or subtotal is a fact with ``scope`` 小计 and the group's name as ``subject``; a total line
    gives 总分, and 权重 with ``scope`` 合计. Offsets are those of the document.
    """
    words = load_table_words()
    facts: dict[Span, Fact] = {}
    found: list[Quantity] = []
    rows: list[ScoreRow] = []
    tables = [(Sheet(document, t, i, words, facts, found), t.grid()) for i, t in enumerate(document.tables)]
    projects, several = project_names(tables)
    for (sheet, grid), subject in zip(tables, projects, strict=True):
        for section in sections(sheet, grid):
            if section.kind == "indicators":
                rows += IndicatorRows(sheet, grid, section, subject if several else "").rows()
            elif section.kind == "funds":
                rows += fund_rows(sheet, grid, section, subject)
            else:
                continue
            rest(sheet, grid, section, "sheet")
    found.sort(key=lambda q: q.span)
    return tuple(rows), facts, found
