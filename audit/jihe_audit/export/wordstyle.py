"""The look of official Chinese documents (GB/T 9704), as styles a Word user can change."""

from __future__ import annotations

from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from jihe_audit.export.cells import harmless

BODY, SONG, HEI, KAI = "仿宋_GB2312", "宋体", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"


def _font(style: Any, name: str, size: int | None, bold: bool = False) -> None:
    style.font.name = LATIN
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    if size is not None:
        style.font.size = Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(slot), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), name)


def _spacing(style: Any, indent: bool, exact: int | None = 28) -> None:
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if exact is not None:
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(exact)
    ind = style.element.get_or_add_pPr().get_or_add_ind()
    ind.set(qn("w:firstLineChars"), "200" if indent else "0")
    ind.set(qn("w:firstLine"), "640" if indent else "0")


def new_opinion() -> Any:
    """An empty document with page, styles and page numbers set."""
    document = docx.Document()
    core = document.core_properties
    core.author = core.last_modified_by = core.comments = ""
    styles = document.styles
    _font(styles["Normal"], BODY, 16)
    _spacing(styles["Normal"], indent=True)
    _font(styles["Title"], "方正小标宋简体", 22)
    _spacing(styles["Title"], indent=False, exact=36)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Title"].paragraph_format.space_after = Pt(18)
    _no_border(styles["Title"])
    for level, (name, bold) in enumerate(((HEI, False), (KAI, False), (BODY, True)), 1):
        style = styles[f"Heading {level}"]
        _font(style, name, 16, bold)
        _spacing(style, indent=True)
        style.paragraph_format.keep_with_next = True
    for name, font, size, align in (
        ("表题", HEI, 12, WD_ALIGN_PARAGRAPH.CENTER),
        ("表单位", SONG, 10, WD_ALIGN_PARAGRAPH.RIGHT),
        ("表格文字", SONG, 9, WD_ALIGN_PARAGRAPH.LEFT),
        ("表头", SONG, 9, WD_ALIGN_PARAGRAPH.CENTER),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, font, size, bold=name == "表头")
        _spacing(style, indent=False, exact=None)
        style.paragraph_format.alignment = align
        style.paragraph_format.keep_with_next = name in ("表题", "表单位")
    _page(document.sections[0])
    return document


def _no_border(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.paragraph_format.first_line_indent = Pt(0)
    for text, field in (("— ", False), ("PAGE", True), (" —", False)):
        run = foot.add_run("" if field else text)
        run.font.size = Pt(14)
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)
        if field:
            _field(run, text)


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._element.append(element)


def landscape(document: Any) -> None:
    """Begin a landscape section for wide tables."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(22)
    section.left_margin = section.right_margin = Mm(20)


def paragraph(document: Any, text: str, style: str = "Normal", bold_head: str = "") -> Any:
    """One paragraph; ``bold_head`` is set in bold before the text."""
    made = document.add_paragraph(style=style)
    if bold_head:
        made.add_run(harmless(bold_head)).bold = True
    made.add_run(harmless(text))
    return made


def table(
    document: Any, heads: list[str], rows: list[list[str]], widths: list[int], right: set[int] | None = None
) -> None:
    """A ruled table with a repeated head; ``widths`` in millimetres, ``right`` the columns of figures."""
    made = document.add_table(rows=1, cols=len(heads))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    grid = made._tbl.tblGrid.findall(qn("w:gridCol"))
    for column, width in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(int(Mm(width).twips)))
    _fill(made.rows[0], heads, widths, "表头", set())
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(mark)
    for values in rows:
        _fill(made.add_row(), values, widths, "表格文字", right or set())


def _fill(row: Any, values: list[str], widths: list[int], style: str, right: set[int]) -> None:
    for n, (element, value, width) in enumerate(zip(row._tr.tc_lst, values, widths, strict=True)):
        element.width = Mm(width)
        first = element.p_lst[0]
        properties = first.get_or_add_pPr()
        properties.style = {"表头": "表头", "表格文字": "表格文字"}[style]
        if n in right:
            align = OxmlElement("w:jc")
            align.set(qn("w:val"), "right")
            properties.append(align)
        for m, line in enumerate(harmless(value).split("\n")):
            run = first.add_r()
            if m:
                run.append(OxmlElement("w:br"))
            run.text = run.text + line if m else line
