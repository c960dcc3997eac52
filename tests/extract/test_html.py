import pytest

from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.report import sample_report
from jihe_corpus.samples.documents.sheets import write_html
from jihe_extract.errors import ReadError
from jihe_extract.sources.html import read_html, tidy

REPORT = sample_report()


@pytest.mark.parametrize(("encoding", "declared"), [("gbk", "utf-8"), ("utf-8", "gb2312"), ("gb18030", "gb2312")])
def test_report_page(encoding: str, declared: str) -> None:
    document = read_html(write_html(REPORT, encoding, declared), "页.html")
    body = [document.quote(b.span) for b in document.prose() if b.kind not in ("caption", "note")]
    assert body == [p.text for p in REPORT.paragraphs()]
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]
    assert offsets_hold(document)
    assert "【打印】【关闭】" in [d.text for d in document.dropped]


def page(body: str) -> str:
    return f"<html><body>{body}</body></html>"


def test_endless_spans_are_clamped() -> None:
    table = "<table><tr><td rowspan=999999999>甲<td colspan=100000000>5<tr><td>6</table>"
    document = read_html(page(table).encode(), "x.html")
    assert cells(document, document.tables[0]) == {(0, 0, 2, 1, "甲"), (0, 1, 1, 1, "5"), (1, 1, 1, 1, "6")}


@pytest.mark.parametrize(("colspan", "sure"), [(2, False), (1, True)])
def test_rows_pushed_out_of_their_columns_make_a_table_unsure(colspan: int, sure: bool) -> None:
    lines = [
        ["预算数", "执行数"],
        ["财政", "20.00", "18.00"],
        ["甲", "1", "2", "3"],
        ["乙", "4", "5", "6"],
        ["丙", "7", "8", "9"],
    ]
    lines[0] = lines[0] if colspan == 2 else ["", *lines[0]]
    rows = ["".join(f"<td>{text}</td>" for text in line) for line in lines]
    rows[0] = f"<td rowspan=2 colspan={colspan}>资金</td>{rows[0]}"
    page = "".join(f"<tr>{row}</tr>" for row in rows)
    document = read_html(f"<table>{page}</table>".encode(), "a.html")
    assert [t.sure for t in document.tables] == [sure]


def test_layout_tables_are_unpacked() -> None:
    inner = "<table><tr><td>甲<td>1<tr><td>乙<td>2</table>"
    document = read_html(page(f"<table><tr><td>左栏文字说明<td>{inner}</table>").encode(), "x.html")
    assert [t.n_rows for t in document.tables] == [2]
    assert document.text.startswith("左栏文字说明\n")


def test_link_lines_and_hidden_parts_are_dropped() -> None:
    body = "<p>正文内容共三项。</p><ul><li><a href=a>通知公告</a></ul><div style='display:none'>暗字</div>"
    document = read_html(page(body).encode(), "x.html")
    assert document.text == "正文内容共三项。"


def test_deep_nesting_keeps_the_text() -> None:
    document = read_html(page("<div>" * 20_000 + "预算12.5万元").encode(), "x.html")
    assert document.text == "预算12.5万元"


def test_headings_and_entities() -> None:
    document = read_html(page("<h1>自评报告</h1><h2>总体情况</h2><p>完成率&ge;95&#37;</p>").encode(), "x.html")
    assert [(b.kind, b.level) for b in document.blocks] == [("title", 0), ("heading", 1), ("para", 0)]
    assert document.text.endswith("完成率≥95%")


def test_page_without_text() -> None:
    with pytest.raises(ReadError) as caught:
        read_html(b"<html><body><script>var a=1</script></body></html>", "x.html")
    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    ("raw", "clean"), [("预算\n 执行", "预算执行"), ("a\nb", "a b"), ("　　年初\xa0100", "年初 100"), ("A\n年", "A年")]
)
def test_white_space(raw: str, clean: str) -> None:
    assert tidy(raw) == clean
