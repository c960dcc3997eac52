"""Columns of a table that are computed from others of the same row: changes between two columns, and their rates.

Two levels stand side by side (two years, 上年 and 本年, 年初数 and 期末数), and a further column says by how much
the later one differs (增减额) or by what rate it changed (增减率).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import regex

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablesections import Section, distinct, sections
from jihe_extract.cells.tablewords import Meaning, TableWords, load_table_words
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import Claim, Fact

_YEAR = regex.compile(r"20\d{2}")
_CHANGES = {"change": "difference", "change_rate": "growth"}


def table_changes(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Difference and growth claims of the tables whose structure is sure, in text order."""
    by_start = {f.quantity.span.start: f for f in facts if f.origin == "table"}
    words = load_table_words()
    for index, table in enumerate(document.tables):
        if not table.sure:
            continue
        sheet, grid = Sheet(document, table, index, words, {}, []), table.grid()
        for section in sections(sheet, grid):
            columns = _columns(section, words)
            if columns is not None:
                for number in section.rows:
                    yield from _row(grid[number], number, columns, by_start)


def _columns(section: Section, words: TableWords) -> tuple[int, int, dict[int, str]] | None:
    """The columns of the earlier and the later level, and the columns of changes with their kinds of claim."""
    told = {c: _CHANGES[r] for c, r in section.roles.items() if r in _CHANGES}
    if section.kind != "data" or not told:
        return None
    times = {c: _time(stack, words) for c, stack in section.headers.items() if c not in told}
    levels = {c: at for c, at in times.items() if at is not None}
    if len(set(levels.values())) != len(levels) or len(levels) < 2:
        return None
    order = sorted(levels, key=lambda c: levels[c])
    told = {
        c: kind for c, kind in told.items() if _between(section.headers[c][-1].period, *(levels[o] for o in order[-2:]))
    }
    if len(levels) > 2 and not all(at.isdigit() for at in levels.values()):
        return None
    return order[-2], order[-1], told


def _between(year: str, earlier: str, later: str) -> bool:
    """Whether a change that is of a year, if its head names one, lies between two levels."""
    return not year.isdigit() or (year == later and earlier == str(int(year) - 1))


def _time(stack: Sequence[Meaning], words: TableWords) -> str | None:
    """When a column's level was: a year, or ``a`` before ``b`` for the two ends of one year; None for other columns."""
    lowest = stack[-1]
    if any(m.measure and m.role != "initial" for m in stack[:-1]):
        return None
    for text in (m.text for m in stack):
        if text in words.opening:
            return "a"
        if text in words.closing:
            return "b"
    if not lowest.known or lowest.unit in ("%", "％"):
        return None
    if lowest.period.isdigit():
        return lowest.period
    return None


def _row(
    row: Sequence[Cell | None], number: int, columns: tuple[int, int, dict[int, str]], by_start: Mapping[int, Fact]
) -> Iterator[Claim]:
    earlier, later, told = columns
    found = {cell.col: by_start.get(_figure(cell, by_start)) for _, cell in distinct(row) if cell.row == number}
    old, new = found.get(earlier), found.get(later)
    if old is None or new is None or old.quantity.unit != new.quantity.unit:
        return
    for col, kind in told.items():
        stated = found.get(col)
        if stated is None or not stated.quantity.exact:
            continue
        rate = stated.quantity.unit == "%"
        if rate != (kind == "growth") or not (rate or stated.quantity.unit == new.quantity.unit):
            continue
        span = Span(stated.quantity.span.start, stated.quantity.span.end)
        trust = min(stated.trust, old.trust, new.trust)
        yield Claim(
            "growth" if rate else "difference", span, stated, (new, old), word="", subject=stated.subject,
            scope=stated.scope, trust=trust,
        )  # fmt: skip


def _figure(cell: Cell, by_start: Mapping[int, Fact]) -> int:
    """Where the figure of a cell begins: at its start, or behind a sign or mark."""
    return next((at for at in range(cell.span.start, cell.span.end) if at in by_start), -1)
