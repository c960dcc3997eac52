"""The report as PDF, drawn directly, with the table ruled in the ways that different programs rule it."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from jihe_corpus.samples.documents.report import Paragraph, Place, Report, Sheet

Style = Literal[
    "lines", "thin_rectangles", "gaps", "double", "dashes", "shaded", "rotated", "fake_bold", "open_sides",
    "three_line", "borderless",
]  # fmt: skip
RULED: tuple[Style, ...] = (
    "lines", "thin_rectangles", "gaps", "double", "dashes", "shaded", "rotated", "fake_bold", "open_sides",
)  # fmt: skip
_FONT = "STSong-Light"
_WIDTH, _HEIGHT, _MARGIN = 595.3, 841.9, 72.0
_BODY, _CELL = 14.0, 9.0
_NO_START = "，。、；：！？）》」』】”’％%,.;:!?)"


@dataclass(slots=True)
class Writer:
    """Draws one report page by page. ``y`` runs down from the top of the page."""

    style: Style = "lines"
    repeat_header: bool = False
    head: str = ""
    row_height: float = 20.0
    continued: tuple[str, ...] = ()
    out: BytesIO = field(default_factory=BytesIO)
    page: int = 1
    y: float = _MARGIN
    canvas: Any = None

    def start(self) -> None:
        """Open the first page."""
        if _FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        size = (_HEIGHT, _WIDTH) if self.style == "rotated" else (_WIDTH, _HEIGHT)
        self.canvas = Canvas(self.out, pagesize=size, invariant=1)
        self._open_page()

    def _open_page(self) -> None:
        if self.style == "rotated":
            self.canvas.setPageRotation(90)
            self.canvas.translate(0, _WIDTH)
            self.canvas.rotate(-90)
            self.canvas.translate(0, 0)
            self.canvas.transform(-1, 0, 0, -1, _WIDTH, _HEIGHT)
        if self.head:
            self.text(self.head, 9, _WIDTH / 2 - pdfmetrics.stringWidth(self.head, _FONT, 9) / 2, 40)
        number = f"- {self.page} -"
        self.text(number, 9, _WIDTH / 2 - 10, _HEIGHT - 40)
        self.y = _MARGIN

    def turn_page(self) -> None:
        """Close this page and open the next."""
        self.canvas.showPage()
        self.page += 1
        self._open_page()

    def text(self, text: str, size: float, x: float, y: float) -> None:
        """Draw one piece of text with its baseline at ``y`` from the top."""
        self.canvas.setFont(_FONT, size)
        self.canvas.drawString(x, _HEIGHT - y, text)
        if self.style == "fake_bold":
            self.canvas.drawString(x + 0.25, _HEIGHT - y, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw one ruling line in this writer's style."""
        canvas, shift = self.canvas, _HEIGHT
        canvas.setLineWidth(0.6)
        if self.style == "thin_rectangles":
            canvas.rect(x0 - 0.3, shift - y1 - 0.3, x1 - x0 + 0.6, y1 - y0 + 0.6, stroke=0, fill=1)
            return
        if self.style == "gaps":
            dx, dy = (1.0, 0.0) if y0 == y1 else (0.0, 1.0)
            canvas.line(x0 + dx, shift - y0 - dy, x1 - dx, shift - y1 + dy)
            return
        if self.style == "double":
            for off in (-0.8, 0.8):
                dx, dy = (0.0, off) if y0 == y1 else (off, 0.0)
                canvas.line(x0 + dx, shift - y0 + dy, x1 + dx, shift - y1 + dy)
            return
        canvas.setDash([2, 2] if self.style == "dashes" else [])
        canvas.line(x0, shift - y0, x1, shift - y1)

    def paragraph(self, part: Paragraph) -> None:
        """Draw a paragraph with a first-line indent, wrapped by the usual rules for line starts."""
        size = 18.0 if part.level == 9 else _BODY
        room = _WIDTH - 2 * _MARGIN
        indent = 0.0 if part.level == 9 else 2 * size
        for i, line in enumerate(wrap(part.text, size, room, indent)):
            if self.y + 1.6 * size > _HEIGHT - _MARGIN:
                self.turn_page()
            width = pdfmetrics.stringWidth(line, _FONT, size)
            x = _MARGIN + (indent if i == 0 else 0) if part.level != 9 else (_WIDTH - width) / 2
            self.text(line, size, x, self.y + size)
            self.y += 1.6 * size

    def sheet(self, sheet: Sheet) -> None:
        """Draw a table, with its caption and unit line, over as many pages as it needs."""
        for text, right in ((sheet.caption, False), (f"单位：{sheet.unit}", True)):
            width = pdfmetrics.stringWidth(text, _FONT, 10)
            if self.y + 60 > _HEIGHT - _MARGIN:
                self.turn_page()
            self.text(text, 10, _WIDTH - _MARGIN - width if right else (_WIDTH - width) / 2, self.y + 12)
            self.y += 18
        scale = (_WIDTH - 2 * _MARGIN) / sum(sheet.widths)
        xs = [_MARGIN]
        for width in sheet.widths:
            xs.append(xs[-1] + width * scale)
        heights = _row_heights(sheet, xs, self.row_height)
        first = 0
        while first < sheet.n_rows:
            last, room = first, _HEIGHT - _MARGIN - self.y
            while last < sheet.n_rows and sum(heights[first : last + 1]) <= room:
                last += 1
            if last == first:
                self.turn_page()
                continue
            self._rows(sheet, xs, heights, first, last)
            first = last
            if first < sheet.n_rows:
                self.turn_page()
                for note in self.continued:
                    self.text(note, 10, _MARGIN, self.y + 12)
                    self.y += 18
                if self.repeat_header:
                    self._rows(sheet, xs, heights, 0, 1)
        self.y += 10

    def _rows(self, sheet: Sheet, xs: list[float], heights: list[float], first: int, last: int) -> None:
        ys = [self.y]
        for height in heights[first:last]:
            ys.append(ys[-1] + height)
        for place in sheet.cells:
            top, bottom = max(place.row, first), min(place.row + place.rowspan, last)
            if top >= bottom:
                continue
            box = xs[place.col], ys[top - first], xs[place.col + place.colspan], ys[bottom - first]
            self._cell(place, box, place.row >= first, header=place.row == 0)
        if self.style == "three_line":
            for at in {0, 1 if first == 0 else 0, last - first}:
                self.canvas.setLineWidth(1.0)
                self.canvas.line(xs[0], _HEIGHT - ys[at], xs[-1], _HEIGHT - ys[at])
        self.y = ys[-1]

    def _cell(self, place: Place, box: tuple[float, float, float, float], written: bool, *, header: bool) -> None:
        x0, y0, x1, y1 = box
        if self.style == "shaded" and header:
            self.canvas.setFillGray(0.85)
            self.canvas.rect(x0, _HEIGHT - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        if self.style not in ("three_line", "borderless"):
            self.line(x0, y0, x1, y0)
            self.line(x0, y1, x1, y1)
            if self.style != "open_sides" or x0 > _MARGIN + 1:
                self.line(x0, y0, x0, y1)
            if self.style != "open_sides" or x1 < _WIDTH - _MARGIN - 1:
                self.line(x1, y0, x1, y1)
        if not written:
            return
        lines = wrap(place.text, _CELL, x1 - x0 - 6, 0)
        y = y0 + (y1 - y0 - 12 * len(lines)) / 2
        for line in lines:
            y += 12
            width = pdfmetrics.stringWidth(line, _FONT, _CELL)
            self.text(line, _CELL, x0 + (x1 - x0 - width) / 2 if len(lines) == 1 else x0 + 3, y - 2.5)


def wrap(text: str, size: float, room: float, indent: float) -> list[str]:
    """Lines that fit, with no closing punctuation at a line start and no number cut."""
    units: list[str] = []
    for char in text:
        glue = bool(units) and (
            char in _NO_START
            or (char.isascii() and char.isalnum() and units[-1][-1].isascii() and units[-1][-1] not in " )")
        )
        if glue:
            units[-1] += char
        else:
            units.append(char)
    lines: list[str] = []
    current = ""
    for unit in units:
        free = room - (indent if not lines else 0)
        if current and pdfmetrics.stringWidth(current + unit, _FONT, size) > free:
            lines.append(current)
            current = unit
        else:
            current += unit
    return [*lines, current]


def _row_heights(sheet: Sheet, xs: list[float], least: float) -> list[float]:
    heights = [least] * sheet.n_rows
    for place in sheet.cells:
        if place.rowspan == 1:
            lines = len(wrap(place.text, _CELL, xs[place.col + place.colspan] - xs[place.col] - 6, 0))
            heights[place.row] = max(heights[place.row], 12.0 * lines + 8)
    return heights


def write_pdf(
    report: Report,
    style: Style = "lines",
    *,
    repeat_header: bool = False,
    head: str = "",
    row_height: float = 20.0,
    continued: tuple[str, ...] = (),
) -> bytes:
    """The report as a PDF with a text layer (fonts not embedded, so the file stays small)."""
    writer = Writer(style, repeat_header, head, row_height, continued)
    writer.start()
    for part in report.parts:
        if isinstance(part, Sheet):
            writer.sheet(part)
        else:
            writer.paragraph(part)
    writer.canvas.showPage()
    writer.canvas.save()
    return writer.out.getvalue()
