"""Parts of a table under one header: indicator rows, the funds part, and everything else.

A score sheet holds several tables in one grid. Each part begins at its header row, wherever that stands, and
ends where the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, cast

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablewords import Meaning, squeeze
from jihe_extract.document import Cell

SectionKind = Literal["indicators", "funds", "data"]
PATH = frozenset({"level1", "level2", "name"})
_VALUES = frozenset({"target", "actual", "weight", "score", "score_rate", "completion", "mid"})
_FUNDS = frozenset({"initial", "full", "budget", "executed", "received"})
_HEADER_MAX = 40
_BAND = re.compile(
    r"(?:其中[:：])?(?:得分)?\d+(?:\.\d+)?[分岁年元万人%]{0,2}(?:[-－—–~～至到]\d+(?:\.\d+)?[分岁年元万人%]{0,2}|[及（(]?(?:含[）)])?(?:以[上下内]))"
)
"""A head that tells a range (90分以上, 35-50岁): no figure of the report."""
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)")

GridRow = Sequence[Cell | None]


@dataclass(slots=True)
class Section:
    """Consecutive rows of a table under one header.

    ``headers`` maps each column to what its header rows say, top down; ``rows`` are the numbers of the rows
    that follow. ``lead`` is the first cell of the header row, which may carry a unit or a title.
    """

    kind: SectionKind
    headers: dict[int, list[Meaning]]
    header_rows: list[int]
    rows: list[int]
    lead: Meaning | None = None

    roles: dict[int, str] = field(default_factory=dict)
    by_role: dict[str, list[int]] = field(default_factory=dict)
    counters: frozenset[int] = frozenset()
    """Rows that only number the columns (栏次 1 2 3)."""
    beside: list[Meaning] = field(default_factory=list)
    """Titles that stand beside the rows, from the header rows down: they may carry the unit."""

    def role(self, col: int) -> str:
        """The role of a column by its lowest header that has one."""
        return self.roles.get(col, "")

    def unit(self, col: int) -> str:
        """The unit that a column's header carries, as written."""
        return next((m.unit for m in reversed(self.headers.get(col, [])) if m.unit), "")

    def cells(self, grid: Sequence[GridRow], col: int) -> list[Cell | None]:
        """The cells under a column's header."""
        return [grid[r][col] for r in self.rows if col < len(grid[r])]

    def columns(self, role: str) -> list[int]:
        """The columns of a role, left to right."""
        return self.by_role.get(role, [])


def distinct(row: GridRow) -> Iterator[tuple[int, Cell]]:
    """The cells of a grid row, each once, with its first column there."""
    last: Cell | None = None
    for col, cell in enumerate(row):
        if cell is not None and cell is not last:
            yield col, cell
        last = cell


def sections(sheet: Sheet, grid: Sequence[GridRow]) -> Sequence[Section]:
    """The parts of a table, in order; every row is in exactly one of them, as header or as row.

    Rows, facts, sums and changes of a table all ask for them: they are made once, and nobody changes them.
    """
    known = sheet.document.derived.get(("sections", sheet.index))
    if known is None or known[0] is not sheet.words:
        known = sheet.document.derived["sections", sheet.index] = (sheet.words, _divided(sheet, grid))
    return cast(Sequence[Section], known[1])


def _divided(sheet: Sheet, grid: Sequence[GridRow]) -> tuple[Section, ...]:
    parts = [Section("data", {}, [], [])]
    for number, row in enumerate(grid):
        kind = None if _form_line(sheet, row) else _header(sheet, row, parts[-1], number)
        current = parts[-1]
        if kind is None:
            current.rows.append(number)
            continue
        stacked = bool(current.header_rows) and not current.rows and _stackable(current, kind)
        if not stacked:
            current = Section(kind, {}, [], [])
            parts.append(current)
        elif kind != "data":
            current.kind = kind
        _add_header(sheet, current, row, number)
    for part in parts:
        _read_headers(sheet, part, grid)
        part.counters = frozenset(r for r in part.rows if _counts_columns(sheet, grid[r]))
        part.rows = [r for r in part.rows if r not in part.counters]
    return tuple(p for p in parts if p.rows or p.header_rows)


def _form_line(sheet: Sheet, row: GridRow) -> bool:
    """A line of a form: labels of the kind 项目名称, 主管部门, each with what was filled in beside it."""
    cells = [cell for _, cell in distinct(row)]
    marks = [_BRACKETED.sub("", squeeze(sheet.text(c))).strip("：") in sheet.words.form_label for c in cells]
    filled = [(cell, mark) for cell, mark in zip(cells, marks, strict=True) if not sheet.blank(cell)]
    if not filled or not filled[0][1] or any(a and b for a, b in pairwise(marks)):
        return False
    values = [sheet.words.meaning(sheet.text(c)) for c, mark in filled if not mark]
    return 0 < len(values) <= sum(marks) and not any(m.role or m.measure or m.neutral for m in values)


def _counts_columns(sheet: Sheet, row: GridRow) -> bool:
    """A row of nothing but 1, 2, 3 … in order, its words aside (栏次, 行次)."""
    numbers: list[str] = []
    for _, cell in distinct(row):
        text = squeeze(sheet.text(cell))
        if not text or text in sheet.words.counting:
            continue
        numbers.append(text)
    return len(numbers) > 1 and numbers == [str(n + 1) for n in range(len(numbers))]


def _stackable(current: Section, kind: SectionKind) -> bool:
    return kind == current.kind or "data" in (kind, current.kind)


def _add_header(sheet: Sheet, section: Section, row: GridRow, number: int) -> None:
    section.header_rows.append(number)
    first = next(((col, cell) for col, cell in distinct(row)), None)
    if first is not None and section.lead is None:
        section.lead = sheet.words.meaning(sheet.text(first[1]))


def _read_headers(sheet: Sheet, section: Section, grid: Sequence[GridRow]) -> None:
    """What stands over each column. In upper rows an empty cell continues the header left of it."""
    below = section.header_rows[-1] + 1 if section.header_rows else 0
    for depth, number in enumerate(section.header_rows):
        upper = depth + 1 < len(section.header_rows)
        carried: Cell | None = None
        for col, cell in enumerate(grid[number]):
            beside = cell is not None and cell.row + cell.rowspan > below
            if cell is not None and beside and cell.col == col and squeeze(sheet.text(cell)):
                section.beside.append(sheet.words.meaning(sheet.text(cell)))
            speaks = cell is not None and squeeze(sheet.text(cell)) != "" and not beside
            if speaks:
                carried = cell
            elif not (upper and carried is not None and _named_below(sheet, section, grid, depth, col)):
                continue
            meaning = sheet.words.meaning(sheet.text(carried))
            known = section.headers.setdefault(col, [])
            if not known or known[-1] != meaning:
                known.append(meaning)
    for col in sorted(section.headers):
        role = next((m.role for m in reversed(section.headers[col]) if m.role), "")
        section.roles[col] = role
        section.by_role.setdefault(role, []).append(col)


def _named_below(sheet: Sheet, section: Section, grid: Sequence[GridRow], depth: int, col: int) -> bool:
    below = (grid[r] for r in section.header_rows[depth + 1 :])
    return any(col < len(row) and squeeze(sheet.text(row[col])) != "" for row in below)


def _banner(cell: Cell, number: int) -> bool:
    """A cell that runs on far below the header row is a title beside the rows, not a header."""
    return cell.row + cell.rowspan > number + 3


def _header(sheet: Sheet, row: GridRow, current: Section, number: int) -> SectionKind | None:
    """What kind of part a row opens, or None when it is no header row."""
    cells = [(col, cell) for col, cell in distinct(row) if not sheet.blank(cell) and not _banner(cell, number)]
    cells = [
        (col, cell)
        for col, cell in cells
        if cell.row == number or number in current.header_rows or _above(cell, current)
    ]
    if len(cells) < 2 or any(_figure(sheet, cell) for _, cell in cells):
        return None
    if any(len(squeeze(sheet.text(cell))) > _HEADER_MAX for _, cell in cells):
        return None
    meanings = [sheet.words.meaning(sheet.text(cell)) for _, cell in cells]
    roles = [m.role for m in meanings if m.role]
    path, values = PATH & set(roles), _VALUES & set(roles)
    if path and (len(values) >= 2 or (len(path) >= 2 and values)):
        return "indicators"
    listed = "subject" in roles and "weight" not in roles  # 项目名称 over the names of many projects
    if len(_FUNDS & set(roles)) >= 2 and {"weight", "score"} & set(roles) and not listed:
        return "funds"
    return _data_header(sheet, row, current, meanings, number)


def _above(cell: Cell, current: Section) -> bool:
    return bool(current.header_rows) and not current.rows and cell.row in current.header_rows


def _figure(sheet: Sheet, cell: Cell) -> bool:
    return bool(sheet.numeric(cell) or sheet.items(cell)) and not _BAND.fullmatch(squeeze(sheet.text(cell)))


def _data_header(
    sheet: Sheet, row: GridRow, current: Section, meanings: list[Meaning], number: int
) -> SectionKind | None:
    """A header of a plain table: most of its cells (beside the first) are known column names."""
    named = [m for m in meanings[1:] if m.known and not m.total] or []
    speaking = [m for m in named if m.measure or m.role or m.period or m.neutral or m.unit]
    if current.kind != "data" and len({m.text for m in speaking}) < 2:
        return None
    if speaking and len(speaking) * 2 >= len(meanings) - 1:
        return "data"
    if len(meanings) == 2 and meanings[0].role == "subject" and not named:
        return None  # 项目名称 beside the project's name
    if number == 0 or (current.header_rows and not current.rows):
        return "data" if number < sheet.table.header_rows or named else None
    if number < sheet.table.header_rows:
        return "data"
    units = [m for m in meanings if m.unit]
    return "data" if len(units) >= 2 else None
