"""Writers: a report's text as Word, Excel or PDF with real tables, and planted edits put into such files.

The text decides the blocks: a line with tabs (or pipes) is a table row, ``一、`` opens a section, the first
line is the title, ``单位：…`` before a table is its unit line. So a seeded text becomes a seeded document by
the same writer. Files carry fixed dates: the same text gives the same bytes (PDF and DOCX; XLSX likewise).
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jihe_corpus.mistakes import Edit

Blocks = list[tuple[str, str | list[list[str]]]]
_SECTION = re.compile(r"^[一二三四五六七八九十]+、")
_EPOCH = dt.datetime(2024, 3, 20, 9, 0, 0)


def blocks_of(text: str) -> Blocks:
    """(kind, text) blocks of a plain, tab or Markdown text; kind is title, heading, para, unit or table."""
    blocks: Blocks = []
    rows: list[list[str]] = []
    for number, line in enumerate(text.split("\n")):
        cells = _cells(line)
        if cells is not None:
            if cells:
                rows.append(cells)
            continue
        if rows:
            blocks.append(("table", rows))
            rows = []
        bare = line.lstrip("# ").strip()
        if bare:
            kind = "heading" if _SECTION.match(bare) else "unit" if bare.startswith("单位：") else "para"
            blocks.append(("title" if number == 0 else kind, bare))
    if rows:
        blocks.append(("table", rows))
    return blocks


def _cells(line: str) -> list[str] | None:
    if line.startswith("|"):
        if re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+", line):
            return []
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    return line.split("\t") if "\t" in line else None


def write_docx(text: str, path: Path) -> None:
    """The text as a Word file with headings and grid tables."""
    import docx

    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = _EPOCH
    for kind, body in blocks_of(text):
        if isinstance(body, str):
            level = {"title": 0, "heading": 1}.get(kind)
            document.add_paragraph(body) if level is None else document.add_heading(body, level)
            continue
        width = max(len(row) for row in body)
        table = document.add_table(rows=len(body), cols=width, style="Table Grid")
        for r, row in enumerate(body):
            for c, cell in enumerate(row):
                table.rows[r].cells[c].text = cell
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(_fixed_zip(buffer.getvalue()))


def write_xlsx(text: str, path: Path) -> None:
    """The text as a workbook: one sheet, sentences in column A, table rows in cells, figures as text or numbers."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet("绩效自评报告")
    grid, wrap = book.add_format({"border": 1}), book.add_format({"text_wrap": True})
    at = 0
    for _, body in blocks_of(text):
        if isinstance(body, str):
            sheet.write_string(at, 0, body, wrap)
            at += 1
            continue
        for row in body:
            for c, cell in enumerate(row):
                sheet.write_string(at, c, cell, grid)
            at += 1
    book.close()
    path.write_bytes(_fixed_zip(buffer.getvalue()))


def write_pdf(text: str, path: Path) -> None:
    """The text as an A4 PDF with ruled tables and page numbers."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body_style = ParagraphStyle("body", fontName="STSong-Light", fontSize=10.5, leading=17, wordWrap="CJK")
    cell_style = ParagraphStyle("cell", parent=body_style, fontSize=8.5, leading=12)
    head_style = ParagraphStyle("head", parent=body_style, fontSize=13, leading=22)
    rules = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    flow: list[Any] = []
    for kind, body in blocks_of(text):
        if isinstance(body, str):
            flow.append(Paragraph(_escaped(body), head_style if kind in ("title", "heading") else body_style))
            continue
        width = max(len(row) for row in body)
        cells = [[Paragraph(_escaped(c), cell_style) for c in [*row, *[""] * (width - len(row))]] for row in body]
        flow.append(Table(cells, colWidths=[(A4[0] - 100) / width] * width, style=rules, repeatRows=0))

    def page_number(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(A4[0] / 2, 24, f"- {document.page} -")

    template = SimpleDocTemplate(
        str(path), pagesize=A4, leftMargin=50, rightMargin=50, invariant=1, title="绩效自评报告"
    )
    template.build(flow, onFirstPage=page_number, onLaterPages=page_number)


def write_text(text: str, path: Path) -> None:
    """The text as it is, UTF-8."""
    path.write_bytes(text.encode("utf-8"))


WRITERS: dict[str, Callable[[str, Path], None]] = {
    "txt": write_text,
    "md": write_text,
    "docx": write_docx,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fixed_zip(data: bytes) -> bytes:
    """The archive with the dates of its members fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, (2024, 3, 20, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(item.filename))
    return out.getvalue()


# ── edits into files that exist ──────────────────────────────────────────────────────────────────


class EditError(ValueError):
    """An edit's place was not found in the file; the message (Chinese) quotes it."""


def edit_docx(source: Path, target: Path, text: str, edits: Sequence[Edit]) -> None:
    """A Word file with planted edits; ``text`` is the canonical text the edits' offsets belong to.

    Raises:
        EditError: a paragraph or cell with the edited words cannot be told apart or is not there.
    """
    import docx

    document = docx.Document(str(source))
    paragraphs = list(document.paragraphs)
    for table in document.tables:
        seen: set[int] = set()
        for cell in (c for row in table.rows for c in row.cells):
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                paragraphs += cell.paragraphs
    before = [(p.text, p) for p in paragraphs]
    for old, new, rank in _line_edits(text, edits):
        hits = [p for body, p in before if body.strip() == old.strip()]
        if rank >= len(hits):
            raise EditError(f"文件中找不到“{old[:40]}”")
        runs = hits[rank].runs
        for run in runs[1:]:
            run.text = ""
        if runs:
            runs[0].text = new
        else:
            hits[rank].add_run(new)
    document.save(str(target))


def edit_xlsx(source: Path, target: Path, text: str, edits: Sequence[Edit]) -> None:
    """A workbook with planted edits in its cells, numbers staying numbers; see :func:`edit_docx`."""
    import openpyxl

    book = openpyxl.load_workbook(str(source))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    before = [(str(cell.value).strip(), cell) for cell in cells]
    for old, new, rank in _line_edits(text, edits):
        hits = [cell for body, cell in before if body == old.strip()]
        if rank >= len(hits):
            raise EditError(f"文件中找不到“{old[:40]}”")
        number = isinstance(hits[rank].value, int | float)
        hits[rank].value = float(new) if number else new
    book.save(str(target))


def _line_edits(text: str, edits: Sequence[Edit]) -> list[tuple[str, str, int]]:
    """(piece, changed piece, how many equal pieces stand before it), a piece being a line or a cell."""
    pieces: dict[tuple[int, int], list[Edit]] = {}
    for edit in edits:
        start = max(text.rfind("\n", 0, edit.start), text.rfind("\t", 0, edit.start)) + 1
        ends = [i for i in (text.find("\n", edit.end), text.find("\t", edit.end)) if i >= 0]
        pieces.setdefault((start, min(ends, default=len(text))), []).append(edit)
    out = []
    for (start, end), inside in pieces.items():
        old = text[start:end]
        new = old
        for edit in sorted(inside, reverse=True):
            new = new[: edit.start - start] + edit.new + new[edit.end - start :]
        rank = sum(1 for piece in re.split(r"[\n\t]", text[:start]) if piece.strip() == old.strip())
        out.append((old, new, rank))
    return out
