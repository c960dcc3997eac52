"""Columns called 合计 in tables whose other columns the vocabulary does not know: rows that add up, as sum claims.

``地区 | 合计 | 甲项目 | 乙项目``: the header says that the column is a total, and rows that add up say of what. Cells
left blank take no part. Only a table most of whose rows add up exactly is read so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablesections import Section, distinct, sections
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import Claim, Fact

_HELD = 2
"""Rows that must add up."""
_PARTS = 2
"""Parts that such a row must have."""
_TRUST = Decimal("0.7")
"""Trust in sums that nothing but their rows tells of."""
Row = tuple[Fact, tuple[Fact, ...]]


def table_totals(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Sum claims of the rows of all tables whose structure is sure, in text order."""
    by_start = {f.quantity.span.start: f for f in facts if f.origin != "prose"}
    words = load_table_words()
    for index, table in enumerate(document.tables):
        if not table.sure:
            continue
        sheet, cells = Sheet(document, table, index, words, {}, []), table.grid()
        for section in sections(sheet, cells):
            if section.kind == "data":
                yield from _claims(section, cells, by_start)


def _claims(section: Section, cells: Sequence[Sequence[Cell | None]], by_start: Mapping[int, Fact]) -> Iterator[Claim]:
    totals = [c for c, stack in section.headers.items() if stack and stack[-1].total]
    if len(totals) != 1:
        return
    rows = [row for n in section.rows if (row := _row(n, cells[n], totals[0], by_start)) is not None]
    told = [row for row in rows if len(row[1]) >= _PARTS]
    held = [row for row in told if _adds_up(row)]
    if len(held) < _HELD or len(told) - len(held) > max(1, len(held) // 4):
        return
    for whole, parts in rows:
        span = Span(min(whole.quantity.span.start, parts[0].quantity.span.start), parts[-1].quantity.span.end)
        yield Claim("sum", span, stated=whole, operands=parts, word="合计", trust=_TRUST)


def _row(number: int, places: Sequence[Cell | None], total: int, by_start: Mapping[int, Fact]) -> Row | None:
    """The total of a row, and its other figures of the same unit on the side of the total that has most."""
    own = {c: by_start.get(cell.span.start) for c, cell in distinct(places) if cell.row == number}
    whole = own.get(total)
    if whole is None or not whole.quantity.exact:
        return None
    unit = whole.quantity.unit
    figures = [(c, f) for c, f in own.items() if f is not None and f.quantity.unit == unit and f.quantity.exact]
    behind = tuple(f for c, f in figures if c > total)
    before = tuple(f for c, f in figures if c < total)
    parts = max(behind, before, key=len)
    return (whole, parts) if parts else None


def _adds_up(row: Row) -> bool:
    whole, parts = row
    slack = sum((p.quantity.step for p in parts), whole.quantity.step) / 2
    exact = all(not f.quantity.shown_decimals for f in (whole, *parts))
    gap = abs(sum((p.quantity.value for p in parts), Decimal(0)) - whole.quantity.value)
    return gap == 0 or (not exact and gap <= slack)
