import random
from io import BytesIO
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument, PdfiumError

from jihe_corpus.samples.documents.compare import cells, wanted
from jihe_corpus.samples.documents.pdf import RULED, Style, write_pdf
from jihe_corpus.samples.documents.report import (
    Paragraph,
    Report,
    Sheet,
    finance_sheet,
    sample_report,
    score_sheet,
)
from jihe_corpus.writers import write_pdf as write_flush
from jihe_extract.document import Document, Span
from jihe_extract.errors import ReadError
from jihe_extract.limits import Limits
from jihe_extract.sources.pdf import read_pdf

REPORT = sample_report()


@pytest.fixture(scope="module")
def document() -> Document:
    return read_pdf(write_pdf(REPORT, repeat_header=True, head="绩效自评报告"), "样本.pdf")


def test_paragraphs_are_whole(document: Document) -> None:
    assert [document.quote(b.span) for b in document.prose() if b.kind not in ("caption", "note")] == [
        p.text for p in REPORT.paragraphs()
    ]


def test_headings_and_title(document: Document) -> None:
    assert document.blocks[0].kind == "title"
    headings = [(b.level, b.number) for b in document.blocks if b.kind == "heading"]
    assert headings == [
        (1, "一、"),
        (2, "（一）"),
        (2, "（二）"),
        (1, "二、"),
        (1, "三、"),
        (1, "四、"),
        (1, "五、"),
    ]


def test_furniture_is_dropped_and_kept_aside(document: Document) -> None:
    kinds = [d.kind for d in document.dropped]
    assert kinds.count("head") == kinds.count("page_no") == document.pages == 3
    assert "绩效自评报告" not in document.text.split("\n")
    assert all(d.box is not None for d in document.dropped)


def test_table_over_pages_is_one(document: Document) -> None:
    finance, form = document.tables
    assert cells(document, finance) == wanted(REPORT.sheets()[0])
    assert cells(document, form) == wanted(REPORT.sheets()[1])
    assert form.pages == (2, 3)
    assert form.sure
    assert form.unit == finance.unit == "万元"
    assert (finance.header_rows, finance.label_cols) == (1, 1)


def test_a_cell_over_a_page_end_has_two_boxes(document: Document) -> None:
    form = document.tables[1]
    assert any({box.page for box in cell.boxes} == {2, 3} for cell in form.cells)


@pytest.mark.parametrize("style", RULED)
def test_the_same_table_drawn_in_nine_ways(style: Style) -> None:
    document = read_pdf(write_pdf(Report(tuple(REPORT.sheets())), style), "表.pdf")
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]


def test_every_character_is_traced(document: Document) -> None:
    pages = PdfDocument(write_pdf(REPORT, repeat_header=True, head="绩效自评报告"))
    texts = [page.get_textpage() for page in pages]
    chooser = random.Random(7)
    offsets = chooser.sample([i for i, c in enumerate(document.text) if not c.isspace()], 200)
    for offset in offsets:
        (box,) = document.source_map.boxes(Span(offset, offset + 1))
        text, height = texts[box.page - 1], pages[box.page - 1].get_height()
        seen = text.get_text_bounded(
            float(box.x0) + 1, height - float(box.bottom), float(box.x1) - 1, height - float(box.top)
        )
        assert document.text[offset] in seen


def test_sideways_pages_are_read_upright_and_traced_as_displayed(document: Document) -> None:
    pdf, out = PdfDocument(write_pdf(REPORT)), BytesIO()
    for page in pdf:
        page.set_rotation(90)
    pdf.save(out)
    sideways = read_pdf(out.getvalue(), "横置.pdf")
    assert sideways.blocks[0].kind == "title"
    assert cells(sideways, sideways.tables[1]) == wanted(REPORT.sheets()[1])
    box = sideways.source_map.boxes(sideways.blocks[0].span)[0]
    assert box.bottom - box.top > box.x1 - box.x0  # the title runs down the displayed page


def test_digest_and_format(document: Document) -> None:
    assert document.format == "pdf"
    assert len(document.digest) == 64


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"", b"<html>not a pdf</html>"])
def test_broken_files(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_pdf(data, "坏.pdf")
    assert caught.value.code == "broken"


def test_encrypted_file_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(100, 100, "1")
    canvas.save()
    with pytest.raises(ReadError) as caught:
        read_pdf(out.getvalue(), "密.pdf")
    assert caught.value.code == "encrypted"
    assert "密码" in caught.value.message_zh


@pytest.mark.parametrize("style", ["three_line", "borderless"])
@pytest.mark.parametrize("sheet", [finance_sheet(), score_sheet()], ids=["plain", "merged labels"])
def test_tables_without_vertical_rules(style: Style, sheet: Sheet) -> None:
    after = Paragraph("二、以上数据来自部门决算报表和绩效监控系统，口径与上年一致，佐证材料已归档备查。")
    document = read_pdf(write_pdf(Report((sheet, after)), style), "表.pdf")
    (table,) = document.tables
    assert cells(document, table) == wanted(sheet)
    assert table.sure
    assert document.quote(document.blocks[-1].span) == after.text


def test_a_form_without_rules_is_not_sure() -> None:
    document = read_pdf(write_pdf(Report((REPORT.sheets()[1],)), "borderless"), "表.pdf")
    assert document.tables
    assert all(not t.sure for t in document.tables if cells(document, t) != wanted(REPORT.sheets()[1]))


def test_both_readers_agree_on_figures() -> None:
    document = read_pdf(write_pdf(REPORT, "fake_bold"), "样本.pdf", Limits(compare_every=1))
    assert not document.warnings


def test_differing_figures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jihe_extract.sources.pdf.second_text", lambda pages, index: "2024年1.5%")
    document = read_pdf(write_pdf(Report(REPORT.parts[:3])), "样本.pdf", Limits(compare_every=1))
    assert [(w.code, w.page) for w in document.warnings] == [("digits_differ", 1)]


def test_pages_that_pdfium_refuses_go_to_the_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PdfiumError("no")

    monkeypatch.setattr("jihe_extract.sources.pdf.page_objects", refuse)
    document = read_pdf(write_pdf(REPORT), "样本.pdf")
    assert {w.code for w in document.warnings} == {"second_reader"}
    assert cells(document, document.tables[1]) == wanted(REPORT.sheets()[1])


def test_page_limit_is_told() -> None:
    document = read_pdf(write_pdf(REPORT), "样本.pdf", Limits(pages=1))
    assert [w.code for w in document.warnings] == ["too_many_pages"]
    assert {b.page for b in document.blocks} == {1}


@pytest.mark.parametrize("notes", [("续表",), ("（续上表）", "单位：万元"), ("部门整体支出绩效自评表（续）",)])
def test_captions_repeated_on_the_next_page_do_not_part_the_table(notes: tuple[str, ...]) -> None:
    data = write_pdf(REPORT, repeat_header=True, continued=notes)
    document = read_pdf(data, "样本.pdf")
    assert cells(document, document.tables[-1]) == wanted(REPORT.sheets()[1])
    assert [d.text for d in document.dropped if d.kind == "table_head"][: len(notes)] == list(notes)


def test_another_table_on_the_next_page_stays_apart() -> None:
    other = Paragraph("附表二 其他事项", 0)
    filler = [Paragraph("二、补充说明事项。")] * 20
    document = read_pdf(write_pdf(Report((*filler, finance_sheet(), other, finance_sheet()))), "样本.pdf")
    assert [cells(document, t) for t in document.tables] == [wanted(finance_sheet())] * 2


def test_paragraphs_without_an_indent_end_with_their_full_stop(tmp_path: Path) -> None:
    words = "馆内设施按计划完成维护并全部投入使用"
    body = [f"一、情况{i}\n{(words * 9)[: 40 + i]}。\n{words}，共{i}处。" for i in range(10)]
    write_flush("\n".join(("某某馆绩效自评报告", *body)), tmp_path / "r.pdf")
    document = read_pdf((tmp_path / "r.pdf").read_bytes(), "r.pdf")
    assert [document.quote(b.span) for b in document.blocks[1:]] == [t for part in body for t in part.split("\n")]


def test_a_figure_alone_on_its_line_stays_with_its_sentence(tmp_path: Path) -> None:
    lead = "本年度各项工作按照年初制定的计划有序推进并在规定时间内全部完成验收"
    body = [f"{lead[:n]}，经考核年末在职人员总体控制率86.89%。" for n in range(24, 34)]
    write_flush("\n".join(("某某馆绩效自评报告", *body)), tmp_path / "r.pdf")
    text = read_pdf((tmp_path / "r.pdf").read_bytes(), "r.pdf").text
    assert text.count("控制率86.89%。") == len(body)


def _drawn(lines: list[tuple[float, float, str]], size: float = 16.0) -> bytes:
    """A wide page with lines at the given places."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(841.9, 595.3))
    canvas.setFont("STSong-Light", size)
    for x, y, text in lines:
        canvas.drawString(x, 595.3 - y, text)
    canvas.save()
    return out.getvalue()


def test_on_wide_pages_the_margin_is_where_full_lines_go_on() -> None:
    words = "馆内设施按计划完成维护并全部投入使用，各项活动如期举办，"
    goal, lines, y = [], [], 60.0
    for i in range(7):
        full = (words * 3)[:40]
        rest = f"（第{i}类）未完成的事项转入下年。" if i % 2 else ""
        goal.append(full[:38] + "。" if not rest else full + rest)
        lines.append((112.0, y, goal[-1][:40]))
        y += 28
        if rest:
            lines.append((80.0, y, rest))
            y += 28
    document = read_pdf(_drawn(lines), "r.pdf")
    assert [document.quote(b.span) for b in document.blocks] == goal


def test_a_narrow_blank_between_a_letter_and_a_figure_is_kept() -> None:
    from reportlab.pdfbase import pdfmetrics

    text = "该指标的目标值为≥95%，编号为Q"
    _drawn([])
    end = 80 + pdfmetrics.stringWidth(text, "STSong-Light", 16)
    data = _drawn([(80, 60, text), (end + 0.26 * 16, 60, "95号，"), (80, 90, "各项工作均按年初计划完成并通过验收。")])
    assert "编号为Q 95号" in read_pdf(data, "r.pdf").text


def test_quotes_drawn_after_their_line_stand_in_its_gaps() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    _drawn([])
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595.3, 841.9))
    pieces, wide = ("经综合评价，评价等级为", "良", "。得分88.87分，"), pdfmetrics.stringWidth("“", "Times-Roman", 12)
    canvas.setFont("STSong-Light", 12)
    at, gaps = 80.0, []
    for piece in pieces:
        canvas.drawString(at, 760, piece)
        at += pdfmetrics.stringWidth(piece, "STSong-Light", 12)
        gaps.append(at)
        at += wide
    canvas.drawString(80, 740, "各项工作均按年初计划完成。")
    canvas.setFont("Times-Roman", 12)
    for place, mark in zip(gaps, "“”", strict=False):
        canvas.drawString(place, 760, mark)
    canvas.save()
    assert "评价等级为“良”。得分88.87分" in read_pdf(out.getvalue(), "r.pdf").text


def test_a_unit_line_at_the_right_is_no_beginning_of_the_sentence_below() -> None:
    lines = [(672.0, 60.0, "单位：万元"), (80.0, 82.0, "全年预算数1620.00万元。"), (80.0, 104.0, "各项工作均已" * 7)]
    document = read_pdf(_drawn(lines), "r.pdf")
    assert [document.quote(b.span) for b in document.blocks][:2] == ["单位：万元", "全年预算数1620.00万元。"]


def test_figures_torn_in_narrow_cells_are_no_rows() -> None:
    from reportlab.pdfgen.canvas import Canvas

    _drawn([])
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595.3, 841.9))
    canvas.setFont("STSong-Light", 10)
    xs, ys = (80, 200, 260, 320, 500), (800, 780, 740, 700)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    rows = (
        (("项目",), ("预算",), ("支出",), ("情况",)),
        (("河道治理",), ("4389,181.6", "2"), ("3725,610.6", "5"), ("主体工程已经完工并", "通过验收")),
        (("道路维修",), ("1256,300.4", "0"), ("1250,008.1", "6"), ("全线通车",)),
    )
    for top, row in zip(ys, rows, strict=False):
        for x, lines in zip(xs, row, strict=False):
            for n, line in enumerate(lines):
                canvas.drawString(x + 3, top - 13 - 14 * n, line)
    canvas.save()
    document = read_pdf(out.getvalue(), "r.pdf")
    assert [(t.n_rows, t.sure) for t in document.tables] == [(3, True)]
    assert "4389,181.62" in document.text and "1250,008.16" in document.text
