"""What the columns of a plain table say together: halves of income and spending, stocks, columns of totals."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablebinding import Column, column_meaning
from jihe_extract.cells.tablepanels import panels
from jihe_extract.cells.tablesections import GridRow, Section, distinct
from jihe_extract.cells.tablewords import TableWords, squeeze

_BASIC = "基本"
"""The division of basic expenditure."""


def columns_of(sheet: Sheet, grid: Sequence[GridRow], section: Section) -> dict[int, Column]:
    """The meaning of every column that has a header."""
    columns = {c: column_meaning(section.headers[c], sheet.words) for c in section.headers}
    _lone_sides(section, columns, sheet.words)
    _completions(columns)
    _changes(sheet, grid, section, columns)
    _sides(sheet, grid, section, columns)
    _titled_halves(sheet, grid, section, columns)
    _adjustments(section, columns, sheet.words)
    _stocks(section, columns, sheet.words)
    _moves(sheet, columns)
    _totals(section, columns, sheet.words)
    return columns


def _lone_sides(section: Section, columns: dict[int, Column], words: TableWords) -> None:
    """支出 as the only header of a column of amounts is what was spent, beside budgets of the same rows."""
    budgets = any(c.measure in ("年初预算数", "全年预算数", "预算数") for c in columns.values())
    for col, stack in section.headers.items():
        own = columns[col]
        if budgets and own.side == "expense" and not own.measure and all(m.text in words.expense for m in stack):
            columns[col] = replace(own, measure="执行数", kind="amount", side="")


def _completions(columns: dict[int, Column]) -> None:
    """完成率 in a table of a budget and what was spent is the rate of execution."""
    measures = {c.measure for c in columns.values()}
    if "执行数" in measures and measures & {"全年预算数", "预算数"} and "执行率" not in measures:
        for col, own in columns.items():
            if own.role == "completion" and not own.scope:
                columns[col] = replace(own, role="rate", measure="执行率", kind="rate")


def _changes(sheet: Sheet, grid: Sequence[GridRow], section: Section, columns: dict[int, Column]) -> None:
    """同比增减 without a percent sign, beside a column of rates of change with them, is by how much."""
    rates = [col for col, own in columns.items() if own.role == "change_rate"]
    signed = {col for col in rates if any("%" in squeeze(sheet.text(c)) for c in section.cells(grid, col))}
    for col in rates:
        if signed and col not in signed and columns[col].unit != "%":
            columns[col] = replace(columns[col], role="change", measure="增减额", kind="amount")


def _sides(sheet: Sheet, grid: Sequence[GridRow], section: Section, columns: dict[int, Column]) -> None:
    """Income and spending over the halves of a table whose merged headers were lost."""
    halves = panels(sheet.document, sheet.table)
    if len(halves) != 2 or not section.header_rows:
        return
    upper = [c for _, c in distinct(grid[section.header_rows[0]]) if not sheet.blank(c)]
    texts = [sheet.words.meaning(sheet.text(c)).text for c in upper]
    firsts = [next((c for c in upper if c.col == first), None) for first, _ in halves]
    labels = [sheet.words.side_labels.get(sheet.words.meaning(sheet.text(c)).text, "") for c in firsts]
    for left, right in (("income", "expense"), ("expense", "income")):
        over = len(texts) == 2 and texts[0] in sheet.words.sides[left] and texts[1] in sheet.words.sides[right]
        if over or labels == [left, right]:
            for col, own in columns.items():
                columns[col] = replace(own, side=left if halves[0][0] <= col < halves[0][1] else right)


def _titled_halves(sheet: Sheet, grid: Sequence[GridRow], section: Section, columns: dict[int, Column]) -> None:
    """人员经费 over a whole half, labels and all, is its title: the items below have scopes of their own."""
    halves = panels(sheet.document, sheet.table)
    upper = [cell for n in section.header_rows[:-1] for _, cell in distinct(grid[n])] if len(halves) > 1 else []
    for cell in upper:
        title = sheet.words.meaning(sheet.text(cell)).scope
        if (cell.col, cell.col + cell.colspan) in halves and sheet.words.axis(title) == _BASIC:
            for col in range(cell.col, cell.col + cell.colspan):
                if col in columns and columns[col].scope == title:
                    columns[col] = replace(columns[col], scope="")


def _adjustments(section: Section, columns: dict[int, Column], words: TableWords) -> None:
    """调整预算数 beside a column of the whole year's budget is by how much it was changed."""
    full = {c: own for c, own in columns.items() if own.measure == "全年预算数"}
    told = {c for c in full if section.headers[c][-1].text in words.adjusting}
    if told and len(full) > len(told) and any(c.measure == "年初预算数" for c in columns.values()):
        for col in told:
            columns[col] = replace(columns[col], role="adjusted", measure="调整数")


def _stocks(section: Section, columns: dict[int, Column], words: TableWords) -> None:
    """年初数 beside 期末数 is where a stock stood a year before, no budget."""
    if not any(m.text in words.closing for stack in section.headers.values() for m in stack):
        return
    for col, stack in section.headers.items():
        if stack[-1].text in words.opening:
            columns[col] = replace(columns[col], role="", measure="", kind="", neutral=True, period="上年", known=True)


def _moves(sheet: Sheet, columns: dict[int, Column]) -> None:
    """本年增加 and 减少 in a table of money are no changes of staff."""
    money = sheet.table.unit
    for col, own in columns.items():
        if money in sheet.words.money and own.kind == "people" and not own.unit and own.text in sheet.words.moves:
            columns[col] = replace(own, measure="", kind="", known=False, unit=money)


def _totals(section: Section, columns: dict[int, Column], words: TableWords) -> None:
    """A column 合计 beside columns of scopes holds the wider scope that these lie in."""
    for col, stack in section.headers.items():
        own = columns[col]
        if not stack[-1].total or own.scope:
            continue
        beside = {c.scope for n, c in columns.items() if n != col and c.scope and c.measure == own.measure}
        wider = {words.within(scope) for scope in beside}
        top = [w for w in wider if w and words.within(w) not in wider]
        if beside and len(top) == 1 and None not in wider:
            columns[col] = replace(own, scope=top[0])
