"""Tables without vertical rules, drawn as programs draw them: wrapped cells, rules and shades, page ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from jihe_corpus.samples.documents.report import Place, Sheet

Rules = Literal["three", "middle", "rows", "beside", "none", "stripes", "columns"]
_FONT, _WIDTH, _HEIGHT, _LEFT = "STSong-Light", 595.3, 841.9, 72.0


@dataclass(slots=True)
class Setting:
    """How a table is set. ``breaks`` are the rows that begin a page; ``head`` how many rows are its head."""

    rules: Rules = "three"
    size: float = 10.0
    pitch: float = 13.0
    pad: float = 3.0
    gap: float = 4.0
    stand: Literal["middle", "top", "bottom"] = "middle"
    figures: Literal["right", "centre"] = "right"
    head: int = 1
    repeat: bool = False
    breaks: tuple[int, ...] = ()
    top: float = 420.0
    wide: float = 451.3
    torn: int = 0
    """How many characters of a figure stand on its first line, when its cell is too narrow; 0 for all."""


@dataclass(slots=True)
class Drawing:
    """A table on its way into a PDF."""

    sheet: Sheet
    set: Setting
    out: BytesIO = field(default_factory=BytesIO)
    canvas: Any = None
    xs: list[float] = field(default_factory=list)

    def write(self) -> bytes:
        """The table as PDF, under its caption and unit line, with a sentence behind it."""
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        self.canvas = Canvas(self.out, pagesize=(_WIDTH, _HEIGHT), invariant=1)
        scale = self.set.wide / sum(self.sheet.widths)
        left = (_WIDTH - self.set.wide) / 2
        self.xs = [left + scale * sum(self.sheet.widths[:i]) for i in range(len(self.sheet.widths) + 1)]
        self._text(self.sheet.caption, 12, _WIDTH / 2, self.set.top - 22, 0.5)
        self._text(f"（单位：{self.sheet.unit}）", 10, self.xs[-1], self.set.top - 8, 1.0)
        starts = [0, *self.set.breaks, self.sheet.n_rows]
        y = self.set.top
        for i, (first, after) in enumerate(pairwise(starts)):
            if i:
                self.canvas.showPage()
                y = 72.0
                if self.set.repeat:
                    y = self._rows(0, self.set.head, y, first=True, last=False)
            y = self._rows(first, after, y, first=i == 0, last=after == self.sheet.n_rows)
        self._text("以上数据来自部门决算报表和绩效监控系统，口径与上年一致。", 14, _LEFT, y + 40, 0.0)
        self.canvas.save()
        return self.out.getvalue()

    def _rows(self, start: int, after: int, y: float, *, first: bool, last: bool) -> float:
        """The rows of one page; ``first`` and ``last`` tell whether the table begins and ends there."""
        heights = [self._height(r) for r in range(start, after)]
        ys = [y + sum(heights[:i]) for i in range(len(heights) + 1)]
        self._shades(start, ys)
        for cell in self.sheet.cells:
            if start <= cell.row < after:
                end = min(cell.row + cell.rowspan, after)
                self._cell(cell, ys[cell.row - start], ys[end - start])
        self._draw(start, after, ys, begins=first, ends=last)
        return ys[-1]

    def _height(self, row: int) -> float:
        lines = [len(self._lines(c)) for c in self.sheet.cells if c.row == row and c.rowspan == 1]
        return max(lines, default=1) * self.set.pitch + 2 * self.set.pad

    def _lines(self, cell: Place) -> list[str]:
        room = self.xs[cell.col + cell.colspan] - self.xs[cell.col] - 2 * self.set.gap
        lines = [""]
        if self.set.torn and cell.text.replace(".", "").isdigit() and len(cell.text) > self.set.torn:
            return [cell.text[: self.set.torn], cell.text[self.set.torn :]]
        for char in cell.text:
            if pdfmetrics.stringWidth(lines[-1] + char, _FONT, self.set.size) > room and not char.isascii():
                lines.append("")
            lines[-1] += char
        return lines

    def _cell(self, cell: Place, top: float, bottom: float) -> None:
        lines, here = self._lines(cell), self.set
        left, right = self.xs[cell.col] + here.gap, self.xs[cell.col + cell.colspan] - here.gap
        free = (bottom - top) - len(lines) * here.pitch
        y = top + {"top": here.pad, "middle": free / 2, "bottom": free - here.pad}[here.stand]
        named = cell.row < here.head
        share = 0.5 if named or cell.colspan > 1 else 0.0
        if not named and cell.text and all(c in "0123456789.,%-" for c in cell.text):
            share = 1.0 if here.figures == "right" else 0.5
        for i, line in enumerate(lines):
            baseline = y + (i + 0.5) * here.pitch + 0.36 * here.size
            self._text(line, here.size, left + share * (right - left), baseline, share)

    def _text(self, text: str, size: float, x: float, y: float, share: float) -> None:
        self.canvas.setFont(_FONT, size)
        self.canvas.drawString(x - share * pdfmetrics.stringWidth(text, _FONT, size), _HEIGHT - y, text)

    def _shades(self, first: int, ys: list[float]) -> None:
        if self.set.rules != "stripes":
            return
        self.canvas.setFillGray(0.85)
        for i, (top, bottom) in enumerate(pairwise(ys)):
            if (first + i) % 2 == 0:
                self.canvas.rect(self.xs[0], _HEIGHT - bottom, self.xs[-1] - self.xs[0], bottom - top, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def _draw(self, first: int, after: int, ys: list[float], *, begins: bool, ends: bool) -> None:
        kind, head = self.set.rules, self.set.head
        if kind in ("none", "stripes"):
            return
        rules = [ys[0]] if begins else []
        rules += [ys[head - first]] if first < head <= after else []
        rules += [ys[-1]] if ends else []
        rules += ys[1:-1] if kind == "rows" else []
        for y in rules:
            self._line(self.xs[0], y, self.xs[-1], y)
        if kind == "beside":
            for y in ys[1:-1]:
                self._line(self.xs[1], y, self.xs[-1], y)
        if kind == "middle" and first == 0:
            for cell in self.sheet.cells:
                if cell.row == 0 and cell.colspan > 1:
                    self._line(self.xs[cell.col] + 3, ys[1], self.xs[cell.col + cell.colspan] - 3, ys[1])
        if kind == "columns":
            for x in self.xs:
                self._line(x, ys[0], x, ys[-1])

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.7)
        self.canvas.line(x0, _HEIGHT - y0, x1, _HEIGHT - y1)


def draw(sheet: Sheet, setting: Setting) -> bytes:
    """The table as PDF."""
    return Drawing(sheet, setting).write()


def draw_columns(left: list[str], right: list[str], size: float = 11.0) -> bytes:
    """A page of two columns of lines as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setFont(_FONT, size)
    for x, lines in ((_LEFT, left), (_WIDTH / 2 + 12, right)):
        for i, line in enumerate(lines):
            canvas.drawString(x, _HEIGHT - 140 - 1.6 * size * i, line)
    canvas.save()
    return out.getvalue()
