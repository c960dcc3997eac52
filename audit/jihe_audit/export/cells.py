"""Cells of the workbook: looks, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from jihe_audit.export.rows import Rows, Shapes, harmless

WAN = Decimal(10_000)
LINE = 14
"""Height of a line of text in points."""
HIGHEST = 409
NOTHING = "无"
"""What a sheet without rows tells."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, width in characters, how its cells look, and a named list to choose from."""

    title: str
    width: int
    look: str = "text"
    choices: str = ""


class Looks:
    """The cell formats of a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        plain = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top", "border": 1}
        number = plain | {"font_name": "Times New Roman", "text_wrap": False, "align": "right"}

        def make(*parts: Mapping[str, Any]) -> Any:
            merged: dict[str, Any] = {}
            for part in parts:
                merged |= part
            return book.add_format(merged)

        self.title = make({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        self.sub = make({"font_name": "宋体", "font_size": 10, "align": "left", "valign": "vcenter"})
        self.head = make(plain, {"bold": True, "bg_color": "#E7E6E6", "align": "center", "valign": "vcenter"})
        self.bold = make(plain, {"bold": True})
        self.quoted = make(plain, {"quote_prefix": True})
        self.of: dict[str, Any] = {
            "text": make(plain),
            "center": make(plain, {"align": "center"}),
            "number": make(number, {"num_format": "#,##0.00"}),
            "plain": make(number, {"num_format": "#,##0.######"}),
            "count": make(number, {"num_format": "0"}),
            "percent": make(number, {"num_format": "0.00%"}),
            "date": make(plain, {"num_format": "yyyy-mm-dd"}),
            "link": make(plain, {"font_color": "#0563C1", "underline": 1, "align": "center"}),
        }
        self.high = book.add_format({"bg_color": "#F8CBAD", "bold": True})
        self.middle = book.add_format({"bg_color": "#FCE4D6"})
        self.low = book.add_format({"bg_color": "#FFF2CC"})
        self.red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.yellow = book.add_format({"bg_color": "#FFEB9C"})
        self.doubt = book.add_format({"italic": True})
        self.sure = book.add_format({"bold": True})
        self.ruled = book.add_format({"border": 1})


class Sheet:
    """A sheet that is written row by row under a title, a subtitle and the column heads.

    A ``sparse`` sheet leaves empty cells out altogether and rules its rows by a condition: the long ones would
    take twice the time otherwise.
    """

    FIRST = 3

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        looks: Looks,
        name: str,
        title: str,
        sub: str,
        columns: Sequence[Column],
        sparse: bool = False,
    ) -> None:
        self.name = name
        self.columns = columns
        self.row = self.FIRST
        self._sparse = sparse
        self._rooms = [max(c.width - 2, 2) for c in columns]
        self._ruled = looks.ruled
        self.sheet = book.add_worksheet(name)
        last = len(columns) - 1
        self.sheet.set_row(0, 28)
        self.sheet.set_row(1, 18)
        self.sheet.set_row(2, LINE * max(_lines(c.title, max(c.width - 2, 2)) for c in columns) + 4)
        self.sheet.merge_range(0, 0, 0, last, harmless(title), looks.title)
        self.sheet.merge_range(1, 0, 1, last, harmless(sub), looks.sub)
        for n, column in enumerate(columns):
            self.sheet.set_column(n, n, column.width)
            self.sheet.write_string(2, n, column.title, looks.head)
        self.sheet.freeze_panes(self.FIRST, min(2, last))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0, 2)
        self.sheet.set_footer("&C第 &P 页 / 共 &N 页")
        shapes = Shapes([looks.of[c.look] for c in columns], looks.quoted, looks.of["center"])
        self._rows = Rows(self.sheet, shapes, self.FIRST, sparse)

    def add(self, values: Sequence[Any]) -> int:
        """Write one row, high enough for its text; returns its number, counted from 1 as spreadsheets do."""
        lines = 1
        for value, room in zip(values, self._rooms, strict=True):
            if isinstance(value, str) and 2 * len(value) > room:
                lines = max(lines, _lines(value, room))
        self._rows.write(self.row, values, min(LINE * lines + 2, HIGHEST) if lines > 1 else 0)
        self.row += 1
        return self.row

    def close(self, lists: Mapping[str, str]) -> None:
        """Filters, and drop-downs for the columns that have them."""
        if self.row == self.FIRST:
            self.add([NOTHING, *[""] * (len(self.columns) - 1)])
        last = max(self.row - 1, self.FIRST)
        self.sheet.autofilter(self.FIRST - 1, 0, last, len(self.columns) - 1)
        if self._sparse:
            filled = {"type": "formula", "criteria": f'=$A{self.FIRST + 1}<>""', "format": self._ruled}
            self.sheet.conditional_format(self.FIRST, 0, last, len(self.columns) - 1, filled)
        for n, column in enumerate(self.columns):
            if column.choices:
                rule = {"validate": "list", "source": lists[column.choices], "error_type": "warning"}
                rule |= {"error_title": "请从列表选择", "error_message": "可在“选项”表中增改可选值"}
                self.sheet.data_validation(self.FIRST, n, last + 200, n, rule)

    def colour(self, title: str, value: str, look: Any) -> None:
        """Colour the cells of a column that hold a word."""
        n = next(i for i, c in enumerate(self.columns) if c.title == title)
        rule = {"type": "cell", "criteria": "==", "value": f'"{value}"', "format": look}
        self.sheet.conditional_format(self.FIRST, n, max(self.row, self.FIRST), n, rule)


def _lines(text: str, room: int) -> int:
    """How many lines a text takes where so many characters fit; Chinese characters are two wide."""
    if len(text) > 40 * room:
        return 40
    if "\n" not in text:
        return max(1, -(-_width(text) // room))
    return sum(max(1, -(-_width(piece) // room)) for piece in text.split("\n"))


def _width(text: str) -> int:
    """Columns that a text takes: Chinese characters have three bytes and are two wide."""
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2 if not text.isascii() else len(text)


def to_wan(value: Decimal | None) -> Decimal | None:
    """Yuan as 万元."""
    return None if value is None else value / WAN
