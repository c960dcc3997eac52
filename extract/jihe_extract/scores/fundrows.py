"""The funds part of a score sheet: 年初 · 全年 · 执行 · 分值 · 执行率 · 得分, and the double columns by nature."""

from __future__ import annotations

from decimal import Decimal

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablesections import GridRow, Section, distinct
from jihe_extract.cells.tablewords import Meaning, squeeze
from jihe_extract.document import Cell
from jihe_extract.facts import UNBOUND, Fact, ScoreRow
from jihe_extract.prose.cues import load_cues

_AMOUNTS = {
    "initial": "年初预算数",
    "full": "全年预算数",
    "budget": "预算数",
    "executed": "执行数",
    "received": "到位数",
    "adjusted": "调整数",
    "raised": "调增数",
    "cut": "调减数",
}


def fund_rows(sheet: Sheet, grid: list[list[Cell | None]], section: Section, subject: str) -> list[ScoreRow]:
    """The row of the budget-execution indicator; amounts become facts with the row's scope.

    ``subject`` is the project that the sheet is about, ``""`` for the reporting unit.
    """
    unit = money_unit(sheet, grid, section)
    _heading_weight(sheet, grid, section)
    rows: list[ScoreRow] = []
    for number in section.rows:
        row = grid[number]
        if (made := _row(sheet, grid, section, row, number, unit, subject)) is not None:
            rows.append(made)
        for _, cell in distinct(row):
            if cell.row == number:
                _items(sheet, cell, unit, subject)
    return rows[:1]


def _heading_weight(sheet: Sheet, grid: list[list[Cell | None]], section: Section) -> None:
    """预算执行情况（10分）: the weight of the whole part, in its heading cell."""
    for number in section.header_rows:
        for _, cell in distinct(grid[number]):
            for q in sheet.figures(cell):
                if q.unit == "分":
                    execution = load_cues().execution_name
                    sheet.put("权重", q, cell, subject=execution, scope="小计", label=cell.span, origin="sheet")


def money_unit(sheet: Sheet, grid: list[list[Cell | None]], section: Section) -> str:
    """The unit of money that governs a section: in its headers, the labels beside it, or the unit line."""
    for meanings in section.headers.values():
        for meaning in meanings:
            if meaning.unit in sheet.words.money:
                return meaning.unit
    for number in [*section.header_rows, *section.rows]:
        for _, cell in distinct(grid[number]):
            unit = sheet.words.meaning(sheet.text(cell)).unit
            if unit in sheet.words.money:
                return unit
    return sheet.table.unit if sheet.table.unit in sheet.words.money else ""


def _amount_columns(sheet: Sheet, grid: list[list[Cell | None]], section: Section) -> list[int]:
    """The columns of amounts; one that holds words only is headed by the table's title (年度预算数（万元）)."""
    cols = sorted(c for role in _AMOUNTS for c in section.columns(role))
    filled = {c: [x for x in section.cells(grid, c) if not sheet.blank(x)] for c in cols}
    return [c for c in cols if not filled[c] or any(sheet.numeric(x) for x in filled[c])]


def _label(sheet: Sheet, grid: list[list[Cell | None]], section: Section, row: GridRow) -> Cell | None:
    """The label of a funds row: the nearest words left of its first amount."""
    cols = _amount_columns(sheet, grid, section)
    cells = [cell for col, cell in distinct(row) if cols and col < min(cols) and not sheet.blank(cell)]
    words = [c for c in cells if not sheet.numeric(c)]
    if words or not cols:
        return words[-1] if words else None
    above = [cell for r in section.header_rows for col, cell in distinct(grid[r]) if col < min(cols)]
    named = [cell for cell in above if not sheet.blank(cell)]
    return named[-1] if named and len(section.rows) == 1 else None


def scope_of(sheet: Sheet, meaning: Meaning) -> str:
    """The scope that a row label of money names: ``""`` for the whole, else an id or its own words."""
    if sheet.words.is_whole(meaning.text) or meaning.total:
        return ""
    return meaning.scope or sheet.words.scope(meaning.text) or meaning.text


def _row(
    sheet: Sheet,
    grid: list[list[Cell | None]],
    section: Section,
    row: GridRow,
    number: int,
    unit: str,
    subject: str,
) -> ScoreRow | None:
    label = _label(sheet, grid, section, row)
    if label is None or not any(sheet.numeric(row[c]) for c in section.headers if c < len(row)):
        return None
    scope = scope_of(sheet, sheet.words.meaning(sheet.text(label)))
    for role, measure in _AMOUNTS.items():
        for cell in _own(section, row, role, number):
            if (q := sheet.figure(cell, unit)) is not None:
                sheet.put(measure, q, cell, subject=subject, scope=scope, label=label.span, origin="sheet")
    made = _marks(sheet, grid, section, row, number, label, (subject, scope))
    if not ({"weight", "score"} & set(made)):
        return None
    reason = next((c for c in _own(section, row, "reason", number) if squeeze(sheet.text(c))), None)
    return ScoreRow(
        path=(load_cues().execution_name,),
        spans=tuple(c.span for _, c in distinct(row) if len(c.span) and c.row == number),
        name=label.span,
        weight=made.get("weight"),
        completion=made.get("rate"),
        score=made.get("score"),
        reason=reason.span if reason is not None else None,
        origin="sheet",
        table=sheet.index,
    )


def _marks(
    sheet: Sheet,
    grid: list[list[Cell | None]],
    section: Section,
    row: GridRow,
    number: int,
    label: Cell,
    about: tuple[str, str],
) -> dict[str, Fact]:
    """Rate, weight and score of a funds row."""
    made: dict[str, Fact | None] = {}
    subject, scope = about
    execution = load_cues().execution_name
    rates = section.columns("rate")
    scale = sheet.scale(section.cells(grid, rates[0]), section.unit(rates[0])) if rates else ""
    for cell in _own(section, row, "rate", number):
        if (rate := sheet.rate(cell, scale)) is not None:
            q, trust = rate
            made["rate"] = sheet.put(
                "执行率", q, cell, subject=subject, scope=scope, label=label.span, trust=trust, origin="sheet"
            )
    for role, measure in (("weight", "权重"), ("score", "得分")):
        for cell in _own(section, row, role, number):
            mark = sheet.figure(cell, "分")
            if mark is not None and mark.unit in ("分", ""):
                made[role] = sheet.put(
                    measure, mark, cell, subject=execution, scope=scope, label=label.span, origin="sheet"
                )
    return {role: fact for role, fact in made.items() if fact is not None}


def _own(section: Section, row: GridRow, role: str, number: int) -> list[Cell]:
    cells = [row[c] for c in section.columns(role) if c < len(row)]
    return [c for c in dict.fromkeys(cells) if c is not None and c.row == number]


def _items(sheet: Sheet, cell: Cell, unit: str, subject: str) -> None:
    """``按收入性质分：812.50`` and ``其中：一般公共预算：700.00``: amounts of the year's budget by nature."""
    for item in sheet.items(cell, unit):
        meaning = sheet.words.meaning(item.label)
        measure, trust = meaning.measure or "预算数", Decimal(1)
        if meaning.kind not in ("", "amount") or (item.quantity.unit not in ("CNY", "")):
            measure = UNBOUND
        scope = meaning.scope or ("" if meaning.measure else item.label)
        sheet.put(
            measure,
            item.quantity,
            cell,
            subject=subject,
            scope=scope,
            label=item.label_span,
            trust=trust,
            origin="sheet",
        )
