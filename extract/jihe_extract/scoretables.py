"""Score sheets in tables → :class:`ScoreRow` and facts: indicator rows, the funds part, group and total lines.

Columns are known by their headers, never by their place. A table whose score columns hold words, or whose
header is not understood, yields no rows; its figures stay unbound.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.cellfigures import Sheet
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import UNBOUND, Fact, Origin, ScoreRow
from jihe_extract.fundrows import fund_rows
from jihe_extract.indicatorrows import IndicatorRows
from jihe_extract.quantity import Quantity
from jihe_extract.tablesections import Section, distinct, sections
from jihe_extract.tablewords import load_table_words, squeeze

_FORM = 6
"""Most cells of a form's line that names the project."""


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


def project_names(tables: Sequence[tuple[Sheet, list[list[Cell | None]]]]) -> tuple[list[str], bool]:
    """The project that each table is about, and whether there are several: then each has a total of its own."""
    names = [project_name(sheet, grid) for sheet, grid in tables]
    return names, len({name for name in names if name}) > 1


def project_name(sheet: Sheet, grid: list[list[Cell | None]]) -> str:
    """The project that a sheet is about: the cell beside 项目名称 in its first rows, else ``""``."""
    for row in grid[:4]:
        cells = [cell for _, cell in distinct(row) if not sheet.blank(cell)]
        for label, value in pairwise(cells[:4]):
            named = squeeze(sheet.text(label)).rstrip("：") in sheet.words.project_label
            if named and len(cells) <= _FORM and not sheet.words.meaning(sheet.text(value)).known:
                return squeeze(sheet.text(value))
    return ""


def rest(
    sheet: Sheet,
    grid: list[list[Cell | None]],
    section: Section,
    origin: Origin,
    silent: frozenset[int] = frozenset(),
) -> None:
    """Every figure of a section that has no fact yet gets an unbound one; ``silent`` columns only count rows."""
    for number in [*section.header_rows, *section.rows]:
        for col, cell in distinct(grid[number]):
            counts = sheet.bare(cell) and (section.role(col) == "serial" or col in silent)
            if cell.row == number and not counts:
                for q in sheet.figures(cell):
                    sheet.put(UNBOUND, q, cell, origin=origin)
