"""The look of official Chinese documents (GB/T 9704), as styles a Word user can change."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor

from jihe_audit.export.rows import harmless

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
    made = document.add_paragraph()
    if style != "Normal":
        made._p.style = style.replace(" ", "")
    if bold_head:
        made.add_run(harmless(bold_head)).bold = True
    made.add_run(harmless(text))
    return made


def table(
    document: Any, heads: list[str], rows: list[list[str]], widths: list[int], right: set[int] | None = None
) -> None:
    """A ruled table with a repeated head; ``widths`` in millimetres, ``right`` the columns of figures.

    Written as markup in one piece: cell by cell through the library takes ten times as long.
    """
    twips = [int(Mm(width).twips) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in twips)
    head = _row(heads, twips, "表头", set(), "<w:tblHeader/>")
    body = "".join(_row(values, twips, "表格文字", right or set()) for values in rows)
    properties = (
        '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    markup = f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    inside = document.element.body
    inside.insert(len(inside) - 1, parse_xml(markup))


def _row(values: list[str], twips: list[int], style: str, right: set[int], properties: str = "") -> str:
    cells = []
    for n, (value, width) in enumerate(zip(values, twips, strict=True)):
        align = '<w:jc w:val="right"/>' if n in right else ""
        lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in harmless(value).split("\n")]
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{align}'
            f"</w:pPr><w:r>{'<w:br/>'.join(lines)}</w:r></w:p></w:tc>"
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{''.join(cells)}</w:tr>"
