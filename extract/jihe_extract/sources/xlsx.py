"""XLSX score sheets: the values as Excel shows them, merged ranges, every visible sheet."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import range_boundaries

from jihe_extract.charmap import CharStore
from jihe_extract.document import Document, Dropped, Warning_
from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.pages.flow import FlowCell, FlowPara, FlowTable, Item, Passage, assemble
from jihe_extract.pages.roles import give_roles
from jihe_extract.sources.numberformat import shown
from jihe_extract.sources.sheetlines import SheetRows, parts
from jihe_extract.sources.textlines import visible
from jihe_extract.sources.zipsafe import SafeZip, parse_xml

if TYPE_CHECKING:
    from jihe_extract.reading import RawFile

_ERRORS = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"})


def read(raw: RawFile) -> Document:
    """The registered reader."""
    return read_xlsx(raw.data, raw.name, raw.limits)


def read_xlsx(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a workbook. Raises :class:`ReadError` ``broken``, ``zip_bomb``, ``encrypted`` or ``too_large``."""
    package = SafeZip(data, limits)
    for member in package.names():
        content = package.read(member)
        if member.endswith((".xml", ".rels")):
            root = parse_xml(content)
            _check_merges([str(e.get("ref")) for e in root.iter("{*}mergeCell")], limits)
    values, formulas = _open(data, data_only=True), _open(data, data_only=False)
    items: list[Item] = []
    warnings: list[Warning_] = []
    dropped: list[Dropped] = []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            dropped.append(Dropped("hidden_sheet", sheet.title))
            continue
        _sheet(sheet, formulas[sheet.title], limits, items, warnings)
    values.close()
    formulas.close()
    document = assemble(
        give_roles(items), CharStore(), name=name, kind="xlsx", data=data, dropped=dropped, warnings=warnings
    )
    if not document.text.strip():
        raise ReadError("empty", "工作簿的可见工作表中没有内容")
    return document


def _open(data: bytes, *, data_only: bool) -> Any:
    try:
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only, keep_links=False)
    except ReadError:
        raise
    except Exception as error:  # openpyxl raises anything on broken parts
        raise ReadError("broken", "Excel 文件结构已损坏，无法读取") from error


def _check_merges(references: list[str], limits: Limits) -> None:
    """Refuse merged ranges whose expansion would take the memory, before openpyxl expands them."""
    total = 0
    for reference in references:
        try:
            left, top, right, bottom = range_boundaries(reference)
        except (ValueError, TypeError) as error:
            raise ReadError("broken", "Excel 文件的合并单元格范围有误，无法读取") from error
        total += (right - left + 1) * (bottom - top + 1)
        if total > limits.grid_cells:
            raise ReadError("too_large", "Excel 文件的合并单元格范围异常巨大，未读取")


def _sheet(sheet: Any, formulas: Any, limits: Limits, items: list[Item], warnings: list[Warning_]) -> None:
    """The tables of one sheet under a caption with its name; single filled rows between them are lines."""
    grid: dict[tuple[int, int], str] = {}
    missing: list[str] = []
    wrong: list[str] = []
    cut = False
    for (row, col), cell in sorted(sheet._cells.items()):  # the filled cells only; rows may lie far apart
        if row > limits.rows or col > limits.columns:
            cut = cut or cell.value is not None
            continue
        if cell.value is None:
            formula = formulas._cells.get((row, col))
            if formula is not None and formula.data_type == "f":
                missing.append(cell.coordinate)
            continue
        text = cell_text(cell.value, str(cell.number_format))
        if text in _ERRORS:
            wrong.append(cell.coordinate)
        if text.strip():
            grid[row, col] = text
    warnings += _troubles(sheet.title, limits, cut, missing, wrong)
    merged = {(r.min_row, r.min_col): (r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
    rows = SheetRows(grid, merged)
    stretches = rows.stretches()
    if stretches:
        items.append(_line(sheet.title, "caption"))
    for first, last in stretches:
        for kind, top, bottom in parts(rows, first, last):
            if kind == "table":
                items.append(_table(grid, merged, top, bottom))
            else:
                items += _lines(rows, top, bottom)


def _troubles(title: str, limits: Limits, cut: bool, missing: list[str], wrong: list[str]) -> list[Warning_]:
    """What a user must know of a sheet: rows left out, formulas without a value, error values."""
    found = []
    if cut:
        found.append(Warning_("table_cut", f"工作表“{title}”过大，只读取前{limits.rows}行、{limits.columns}列"))
    if missing:
        where = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
        detail = f"工作表“{title}”有{len(missing)}个公式没有保存计算结果（{where}），请用 Excel 打开并保存后重新提交"
        found.append(Warning_("formula_without_value", detail))
    if wrong:
        where = "、".join(wrong[:5]) + ("等" if len(wrong) > 5 else "")
        found.append(Warning_("formula_error", f"工作表“{title}”有公式错误值（{where}）"))
    return found


def _lines(rows: SheetRows, top: int, bottom: int) -> list[Item]:
    """Each line of the rows' cells is a paragraph: a line end inside a cell is meant."""
    pieces = [piece.strip() for row in range(top, bottom + 1) for piece in rows.text(row).splitlines()]
    return [_line(piece) for piece in pieces if piece]


def _line(text: str, kind: str = "para") -> FlowPara:
    passage = Passage()
    passage.append(text)
    return FlowPara(passage, kind="caption" if kind == "caption" else "para")


def _table(
    grid: dict[tuple[int, int], str],
    merged: dict[tuple[int, int], tuple[int, int]],
    top: int,
    bottom: int,
) -> FlowTable:
    columns = [c for (r, c) in grid if top <= r <= bottom]
    left, right = min(columns), max(columns)
    for (row, col), (_, end) in merged.items():
        if top <= row <= bottom and (row, col) in grid:
            right = max(right, end)
    taken: set[tuple[int, int]] = set()
    cells: list[FlowCell] = []
    for row in range(top, bottom + 1):
        for col in range(left, right + 1):
            if (row, col) in taken:
                continue
            end_row, end_col = merged.get((row, col), (row, col))
            end_row, end_col = min(end_row, bottom), min(end_col, right)
            taken |= {(r, c) for r in range(row, end_row + 1) for c in range(col, end_col + 1)}
            passage = Passage()
            passage.append(re.sub(r"\s*[\t\r\n]+\s*", " ", grid.get((row, col), "")).strip())
            cells.append(FlowCell(row - top, col - left, end_row - row + 1, end_col - col + 1, passage))
    return FlowTable(cells)


def cell_text(value: object, number_format: str) -> str:
    """What Excel shows for a value under its number format."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return shown(exact(value), number_format)
    if isinstance(value, datetime):
        return shown_date(value, number_format)
    if isinstance(value, date | time):
        return value.isoformat()
    return visible(str(value))


def exact(value: float | int) -> Decimal:
    """The number as written in the file: 15 significant digits, as Excel keeps them."""
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        return Decimal(0)
    digits = number.as_tuple()
    if not number.is_finite() or len(digits.digits) <= 15:
        return number
    shift = number.adjusted() - 14
    return number.quantize(Decimal(1).scaleb(shift), ROUND_HALF_UP).normalize()


def shown_date(value: datetime, number_format: str) -> str:
    """A date in the Chinese style of its format; ISO otherwise."""
    if "年" in number_format or ("yyyy" in number_format.lower() and "月" in number_format):
        day = f"{value.day}日" if "日" in number_format else ""
        return f"{value.year}年{value.month}月{day}"
    return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
