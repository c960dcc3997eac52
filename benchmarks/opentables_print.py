"""The reports of the open tables' benchmark as PDF, by three programs: Chromium, LibreOffice and reportlab."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO

from opentables_layouts import Layout, Paper, Setting
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from jihe_corpus.samples.documents.report import Place
from jihe_extract.sources.office import convert, office

Printer = Callable[[Paper], bytes]
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_FONT = "STSong-Light"
_INCHES = 451.3


def figure(text: str) -> bool:
    return bool(text) and all(c in "0123456789.,%-—" for c in text)


def share(cell: Place, layout: Layout, chosen: Setting) -> str:
    """Where the text of a cell stands."""
    if cell.row < layout.head or cell.colspan > 1:
        return "center"
    return chosen.figures if figure(cell.text) else chosen.words


def ruled(cell: Place, layout: Layout, chosen: Setting) -> tuple[str, str]:
    """The rules above and below a cell: ``""``, ``solid`` or ``dotted``."""
    last, head = cell.row + cell.rowspan == layout.sheet.n_rows, cell.row + cell.rowspan == layout.head
    if chosen.rules in ("stripes", "none"):
        return "", ""
    if chosen.rules == "head":
        return "", "solid" if head else ""
    inner = {"rows": "solid", "dotted": "dotted"}.get(chosen.rules, "")
    return "solid" if cell.row == 0 else "", "solid" if head or last else inner


def as_html(paper: Paper) -> str:
    """The report as a web page of A4 size."""
    here, parts = paper.setting, []
    for part in paper.parts:
        parts.append(f"<p>{escape(part)}</p>" if isinstance(part, str) else _html_table(part, here))
    style = "@page{size:A4;margin:2.5cm}body{font-family:'Noto Serif CJK SC';font-size:12pt}"
    style += f"td{{font-size:{here.size}pt}}"
    return f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>{''.join(parts)}</body></html>"


def _html_table(layout: Layout, here: Setting) -> str:
    sheet = layout.sheet
    rows = [""] * sheet.n_rows
    for cell in sorted(sheet.cells, key=lambda c: (c.row, c.col)):
        above, below = ruled(cell, layout, here)
        style = f"text-align:{share(cell, layout, here)};vertical-align:{here.stand};padding:0;"
        style += f"border-top:0.7pt {above} #000;" if above else ""
        style += f"border-bottom:0.7pt {below} #000;" if below else ""
        style += "background:#e6e6e6;" if here.rules == "stripes" and cell.row % 2 == 0 else ""
        spans = f"rowspan='{cell.rowspan}' colspan='{cell.colspan}'"
        width = f"width='{100 * sheet.widths[cell.col] / sum(sheet.widths):.1f}%'" if cell.colspan == 1 else ""
        rows[cell.row] += (
            f"<td {spans} {width} style='{style}'><p style='margin:{here.pad}pt 4pt'>{escape(cell.text)}</p></td>"
        )
    lines = [f"<tr>{row}</tr>" for row in rows]
    head = f"<thead>{''.join(lines[: layout.head])}</thead>" if here.repeat else "".join(lines[: layout.head])
    unit = f"<p style='text-align:right;margin:2pt'>（单位：{sheet.unit}）</p>" if sheet.unit else ""
    note = f"<p style='margin:2pt'>{layout.note}</p>" if layout.note else ""
    table = f"<table width='{here.wide}%' align='center' cellspacing='0' cellpadding='0'"
    table += " style='border-collapse:collapse'>"
    body = "".join(lines[layout.head :])
    return f"<p style='text-align:center'>{sheet.caption}</p>{unit}{table}{head}{body}</table>{note}"


def _words(text: str, size: float, align: int = TA_LEFT) -> Paragraph:
    style = ParagraphStyle("s", fontName=_FONT, fontSize=size, leading=1.3 * size, alignment=align, wordWrap="CJK")
    return Paragraph(escape(text), style)


def by_reportlab(paper: Paper) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    story: list[Flowable] = []
    for part in paper.parts:
        if isinstance(part, str):
            story += [_words(part, 12), Spacer(1, 8)]
            continue
        story += [Spacer(1, 8), _words(part.sheet.caption, 12, TA_CENTER), Spacer(1, 4)]
        story += [_words(f"（单位：{part.sheet.unit}）", 10, TA_RIGHT), Spacer(1, 3)] if part.sheet.unit else []
        story += [_platypus(part, paper.setting), Spacer(1, 3)]
        story += [_words(part.note, 9)] if part.note else []
        story += [Spacer(1, 10)]
    out = BytesIO()
    SimpleDocTemplate(out, leftMargin=72, rightMargin=72, invariant=1).build(story)
    return out.getvalue()


def _platypus(layout: Layout, here: Setting) -> Table:
    sheet = layout.sheet
    data: list[list[object]] = [[""] * len(sheet.widths) for _ in range(sheet.n_rows)]
    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), here.stand.upper()),
        ("TOPPADDING", (0, 0), (-1, -1), here.pad),
        ("BOTTOMPADDING", (0, 0), (-1, -1), here.pad),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    for cell in sheet.cells:
        first, last = (cell.col, cell.row), (cell.col + cell.colspan - 1, cell.row + cell.rowspan - 1)
        data[cell.row][cell.col] = _words(cell.text, here.size, _ALIGN[share(cell, layout, here)])
        style += [("SPAN", first, last)] if first != last else []
        for command, kind in zip(("LINEABOVE", "LINEBELOW"), ruled(cell, layout, here), strict=True):
            dash = (1, 2) if kind == "dotted" else None
            style += [(command, first, last, 0.7, colors.black, 1, dash)] if kind and cell.rowspan == 1 else []
            if kind and cell.rowspan > 1:
                row = cell.row if command == "LINEABOVE" else last[1]
                style.append((command, (first[0], row), (last[0], row), 0.7, colors.black, 1, dash))
        if here.rules == "stripes" and cell.row % 2 == 0:
            style.append(("BACKGROUND", first, last, colors.HexColor("#e6e6e6")))
    scale = _INCHES * here.wide / 100 / sum(sheet.widths)
    return Table(data, [scale * w for w in sheet.widths], style=style, repeatRows=layout.head if here.repeat else 0)


@contextmanager
def printers() -> Iterator[dict[str, Printer]]:
    """The programs that are here, by name; what is missing is said."""
    found: dict[str, Printer] = {"reportlab": by_reportlab}
    if office() is None:
        print("LibreOffice is not here: left out")
    else:
        found["LibreOffice"] = lambda paper: convert(as_html(paper).encode(), ".html", "pdf") or b""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        chromium = None
    if chromium is None:
        print("Chromium or Playwright is not here: left out")
        yield found
        return
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()

        def by_chromium(paper: Paper) -> bytes:
            page.set_content(as_html(paper))
            return page.pdf(prefer_css_page_size=True)

        found["Chromium"] = by_chromium
        yield found
        browser.close()
