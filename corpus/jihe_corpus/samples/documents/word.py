"""The report as DOCX: styles, tables with merged cells, tracked changes and automatic numbering on wish."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from jihe_corpus.samples.documents.report import Paragraph, Report, Sheet

_FONT = "Noto Serif CJK SC"
_NUMBERING = """<w:abstractNum {ns} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/>
<w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/>
<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>"""


def write_docx(report: Report, *, automatic: bool = False, tracked: bool = False) -> bytes:
    """The report as a Word file. ``automatic``: heading numbers by numbering; ``tracked``: with revisions."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    _page_number(section.footer.paragraphs[0])
    if automatic:
        _add_numbering(document)
    for part in report.parts:
        if isinstance(part, Sheet):
            _sheet(document, part)
        else:
            _paragraph(document, part, automatic)
    if tracked:
        _track(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(document: Any, part: Paragraph, automatic: bool) -> None:
    text, level = part.text, part.level
    paragraph = document.add_paragraph()
    if automatic and level in (1, 2):
        text = text.split("、", 1)[1] if level == 1 else text.split("）", 1)[1]
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="77"/></w:numPr>')
        )
    run = paragraph.add_run(text)
    if level == 9:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.font.size, run.bold = Pt(20), True
    else:
        paragraph.paragraph_format.first_line_indent = Pt(28)
        run.bold = level > 0


def _add_numbering(document: Any) -> None:
    numbering = document.part.numbering_part.element
    first = numbering.find(qn("w:num"))
    abstract = parse_xml(_NUMBERING.format(ns=nsdecls("w")))
    if first is None:
        numbering.append(abstract)
    else:
        first.addprevious(abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def _sheet(document: Any, sheet: Sheet) -> None:
    document.add_paragraph(sheet.caption).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(f"单位：{sheet.unit}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table = document.add_table(sheet.n_rows, len(sheet.widths))
    table.style, table.autofit = "Table Grid", False
    scale = 15.8 / sum(sheet.widths)
    for row in table.rows:
        for cell, width in zip(row.cells, sheet.widths, strict=True):
            cell.width = Cm(width * scale)
    for place in sheet.cells:
        cell = table.cell(place.row, place.col)
        if place.rowspan > 1 or place.colspan > 1:
            cell = cell.merge(table.cell(place.row + place.rowspan - 1, place.col + place.colspan - 1))
        cell.text = place.text
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(9)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for xml in (
        f"<w:r {nsdecls('w')}><w:t>— </w:t></w:r>",
        f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>',
        f"<w:r {nsdecls('w')}><w:t> —</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))


def _track(document: Any) -> None:
    """Put the first ``97.95%`` into an insertion beside a deleted older figure, and hide a note."""
    ns = nsdecls("w")
    for paragraph in document.paragraphs:
        if "97.95%" not in paragraph.text:
            continue
        run = paragraph.runs[0]
        before, after = run.text.split("97.95%", 1)
        run.text = before
        mark = 'w:id="1" w:author="审核" w:date="2024-02-01T09:00:00Z"'
        pieces = (
            f"<w:del {ns} {mark}><w:r><w:delText>96.50%</w:delText></w:r></w:del>",
            f"<w:ins {ns} {mark}><w:r><w:t>97.95%</w:t></w:r></w:ins>",
            f'<w:sdt {ns}><w:sdtContent><w:r><w:t xml:space="preserve">{after}</w:t></w:r></w:sdtContent></w:sdt>',
            f"<w:r {ns}><w:rPr><w:vanish/></w:rPr><w:t>内部批注不外发</w:t></w:r>",
        )
        last = run._r
        for piece in pieces:
            element = parse_xml(piece)
            last.addnext(element)
            last = element
        return
