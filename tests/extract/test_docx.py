from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.report import sample_report
from jihe_corpus.samples.documents.word import write_docx
from jihe_extract.document import Document, Span
from jihe_extract.errors import ReadError
from jihe_extract.limits import Limits
from jihe_extract.sources.docx import read_docx
from jihe_extract.sources.office import convert, office, read_office
from jihe_extract.sources.rendered import align
from jihe_extract.sources.wordnumbers import chinese, formatted

REPORT = sample_report()
PLAIN = Limits(render=False)
needs_office = pytest.mark.skipif(office() is None, reason="LibreOffice 未安装")


@pytest.fixture(scope="module")
def document() -> Document:
    return read_docx(write_docx(REPORT, automatic=True, tracked=True), "样本.docx", PLAIN)


def test_paragraphs_with_revisions_controls_and_numbers(document: Document) -> None:
    body = [document.quote(b.span) for b in document.prose() if b.kind not in ("caption", "note")]
    assert body == [p.text for p in REPORT.paragraphs()]


def test_what_the_page_does_not_show_is_kept_aside(document: Document) -> None:
    assert {(d.kind, d.text) for d in document.dropped} == {("deleted", "96.50%"), ("hidden", "内部批注不外发")}


def test_tables(document: Document) -> None:
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]
    assert [t.unit for t in document.tables] == ["万元", "万元"]
    assert offsets_hold(document)


def test_automatic_numbers_are_headings(document: Document) -> None:
    headings = [(b.level, b.number) for b in document.blocks if b.kind == "heading"]
    assert headings[:4] == [(1, "一、"), (2, "（一）"), (2, "（二）"), (1, "二、")]


def built(*xml: str) -> bytes:
    document = docx.Document()
    body = document.element.body
    for piece in xml:
        body.insert(len(body) - 1, parse_xml(piece))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


NS = nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
NS += ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
NS += ' xmlns:v="urn:schemas-microsoft-com:vml"'


def test_text_boxes_are_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>得分95.5分</w:t></w:r></w:p></w:txbxContent>"
    data = built(
        f"<w:p {NS}><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert read_docx(data, "框.docx", PLAIN).text == "正文\n得分95.5分"


def test_fields_show_results_and_not_codes() -> None:
    data = built(
        f"<w:p {NS}><w:r><w:t>共</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        "<w:r><w:instrText> = 3+4 </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>项</w:t></w:r></w:p>"
    )
    assert read_docx(data, "域.docx", PLAIN).text == "共7项"


def test_nested_tables_follow_their_table() -> None:
    inner = "<w:tbl><w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in "丙3")
    inner += "</w:tr></w:tbl>"
    data = built(
        f"<w:tbl {NS}><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p>{inner}<w:p/></w:tc>"
        "<w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    document = read_docx(data, "套.docx", PLAIN)
    assert [[document.quote(c.span) for c in t.cells] for t in document.tables] == [["甲", "乙"], ["丙", "3"]]


def test_line_breaks_part_lines_and_symbols_are_shown() -> None:
    data = built(f"<w:p {NS}><w:r><w:t>第一行</w:t><w:br/><w:sym w:font='Wingdings' w:char='F0FE'/></w:r></w:p>")
    assert read_docx(data, "行.docx", PLAIN).text == "第一行\n☑"


@pytest.mark.parametrize(
    ("n", "style", "shown"),
    [(3, "decimalEnclosedCircle", "③"), (4, "upperRoman", "IV"), (28, "lowerLetter", "bb"), (2, "未知", "2"),
     (21, "chineseCountingThousand", "二十一"), (12, "chineseLegalSimplified", "壹拾贰"), (1, "ideographTraditional", "甲")],
)  # fmt: skip
def test_number_formats(n: int, style: str, shown: str) -> None:
    assert formatted(n, style) == shown


def test_chinese_counting_goes_up_one_by_one() -> None:
    assert len({chinese(n) for n in range(1, 10_000)}) == 9_999


def test_alignment_places_all_but_what_is_missing() -> None:
    rendered = "页眉" + "预算执行率为97.95%，项目支出231.58万元。" * 1 + "-1-" + "合计641.78"
    text = "预算执行率为97.95%，\n项目支出231.58万元。合计 641.78元"
    places = align(text, rendered)
    assert all(rendered[p] == c for c, p in zip(text, places.tolist(), strict=True) if p >= 0)
    assert [c for c, p in zip(text, places.tolist(), strict=True) if p < 0] == ["\n", " ", "元"]


@needs_office
def test_pages_and_boxes_through_rendering() -> None:
    document = read_docx(write_docx(REPORT, automatic=True, tracked=True), "样本.docx")
    inked = [i for i, c in enumerate(document.text) if not c.isspace()]
    placed = [i for i in inked if document.source_map.boxes(Span(i, i + 1))]
    assert len(placed) >= 0.995 * len(inked)
    assert document.pages == 3
    form = document.tables[1]
    assert form.pages == (2, 3)
    assert all(c.boxes for c in form.cells if len(c.span))


@needs_office
def test_old_formats_read_the_same() -> None:
    made = convert(write_docx(REPORT), ".docx", "doc")
    assert made is not None
    document = read_office(made, "样本.doc", "ole", PLAIN)
    assert document.format == "doc"
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]
    assert all(p.text in document.text for p in REPORT.paragraphs())


def test_without_libreoffice_the_message_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jihe_extract.sources.office.office", lambda: None)
    with pytest.raises(ReadError) as caught:
        read_office(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧.doc", "ole")
    assert caught.value.code == "needs_office"
    assert "另存为 .docx" in caught.value.message_zh


def test_a_package_without_text_part() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ReadError) as caught:
        read_docx(out.getvalue(), "x.docx", PLAIN)
    assert caught.value.code == "broken"


def test_blanks_of_no_width_inside_figures_are_not_read() -> None:
    made = docx.Document()
    made.add_paragraph("2023年全年预算1\u200b,655.\u200b20万元。")
    out = BytesIO()
    made.save(out)
    assert read_docx(out.getvalue(), "r.docx", PLAIN).text == "2023年全年预算1,655.20万元。"


@needs_office
def test_deleted_rows_are_not_printed() -> None:
    gone = "<w:tr><w:trPr><w:del w:id='1' w:author='x'/></w:trPr><w:tc><w:p><w:del w:id='2' w:author='x'><w:r>"
    gone += "<w:delText>删去的行</w:delText></w:r></w:del></w:p></w:tc></w:tr>"
    kept = "".join(f"<w:tr><w:tc><w:p><w:r><w:t>第{n}行</w:t></w:r></w:p></w:tc></w:tr>" for n in (1, 2))
    grid = "<w:tblPr><w:tblW w:w='0' w:type='auto'/></w:tblPr><w:tblGrid><w:gridCol w:w='3000'/></w:tblGrid>"
    document = read_docx(
        built(f"<w:tbl {NS}>{grid}{kept[: len(kept) // 2]}{gone}{kept[len(kept) // 2 :]}</w:tbl>"), "r.docx"
    )
    first, second = (cell.boxes[0] for cell in document.tables[0].cells)
    assert second.top - first.top < 3 * float(first.bottom - first.top)
