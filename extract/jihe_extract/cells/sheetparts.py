"""What every reader of a table needs: the project that it is about, and facts for the figures that nobody binds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablesections import Section, distinct
from jihe_extract.cells.tablewords import squeeze
from jihe_extract.document import Cell
from jihe_extract.facts import UNBOUND, Origin

_FORM = 6
"""Most cells of a form's line that names the project."""


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
