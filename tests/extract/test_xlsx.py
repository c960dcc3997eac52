from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.report import sample_report
from jihe_corpus.samples.documents.sheets import write_xlsx
from jihe_extract.errors import ReadError
from jihe_extract.sources.numberformat import plain, shown
from jihe_extract.sources.xlsx import exact, read_xlsx

REPORT = sample_report()


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_sheets_become_tables() -> None:
    document = read_xlsx(write_xlsx(REPORT), "得分.xlsx")
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]
    assert [t.unit for t in document.tables] == ["万元", "万元"]
    assert offsets_hold(document)
    assert [(d.kind, d.text) for d in document.dropped] == [("hidden_sheet", "底稿")]


def test_formula_without_value_is_reported() -> None:
    book = Workbook()
    page = book.active
    page.append(["指标", "得分"])
    page.append(["甲", 4])
    page.append(["合计", "=SUM(B2:B2)"])
    document = read_xlsx(saved(book), "x.xlsx")
    assert [w.code for w in document.warnings] == ["formula_without_value"]
    assert "B3" in document.warnings[0].detail


def sheet(*rows: str) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row.split("|"))
    for row in book.active.iter_rows():
        for cell in row:
            cell.value = cell.value or None
    return book


def test_a_whole_report_on_one_sheet_keeps_its_headings() -> None:
    document = read_xlsx(
        saved(
            sheet(
                "某某馆绩效自评报告", "一、收支情况", "收支情况如下：", "单位：万元",
                "项目|预算数|执行数", "基本支出|10.5|10.5", "项目支出||", "设备购置|3|3", "合计|13.5|13.5",
                "二、指标情况", "各项指标见下表。",
                "三级指标|指标值|完成值", "产出指标", "展览场次|3场|3场", "三、存在问题", "无。",
            )
        ),
        "r.xlsx",
    )  # fmt: skip
    assert [(b.kind, document.quote(b.span)[:4]) for b in document.blocks[1:]] == [
        ("title", "某某馆绩"),
        ("heading", "一、收支"),
        ("para", "收支情况"),
        ("note", "单位：万"),
        ("table", "项目\t预"),
        ("heading", "二、指标"),
        ("para", "各项指标"),
        ("table", "三级指标"),
        ("heading", "三、存在"),
        ("para", "无。"),
    ]
    assert [(t.n_rows, t.unit) for t in document.tables] == [(5, "万元"), (3, "")]


def test_a_form_keeps_its_wide_rows() -> None:
    book = sheet("年度目标|内容", "全年保障开放，举办展览三场，服务群众。", "指标|完成值", "展览场次|3场")
    book.active.merge_cells("A2:B2")
    document = read_xlsx(saved(book), "r.xlsx")
    assert [t.n_rows for t in document.tables] == [4]


def test_line_ends_in_a_cell_of_prose_part_paragraphs() -> None:
    document = read_xlsx(saved(sheet("一、基本情况\n编制12人。\n在职11人。")), "r.xlsx")
    assert [b.kind for b in document.blocks[1:]] == ["heading", "para", "para"]


def test_a_far_cell_costs_nothing() -> None:
    book = Workbook()
    page = book.active
    page.append(["指标", "得分"])
    page.append(["甲", 4])
    page["XFD1048576"] = 1
    document = read_xlsx(saved(book), "x.xlsx")
    assert document.tables[0].n_cols == 2
    assert [w.code for w in document.warnings] == ["table_cut"]


def test_empty_workbook() -> None:
    with pytest.raises(ReadError) as caught:
        read_xlsx(saved(Workbook()), "x.xlsx")
    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        ("0.94", "0%", "94%"),
        ("0.979502", "0.00%", "97.95%"),
        ("1234567.5", "#,##0.00", "1,234,567.50"),
        ("-3.2", "0.00", "-3.20"),
        ("-3.2", "0.00;(0.00)", "(3.20)"),
        ("0", '0.00;-0.00;"—"', "—"),
        ("12", '0"人"', "12人"),
        ("12345678", '#,##0.00,"千元"', "12,345.68千元"),
        ("5", "General", "5"),
        ("0.5", "#.##", ".5"),
        ("7", "000", "007"),
        ("1.50", "0.##", "1.5"),
        ("100", "[Red]0.0", "100.0"),
        ("88.5", "_ * #,##0.00_ ;_ * -#,##0.00_ ", "88.50"),
    ],
)
def test_number_formats(value: str, style: str, text: str) -> None:
    assert shown(Decimal(value), style).strip() == text


def test_binary_noise_is_not_shown() -> None:
    assert plain(exact(0.1 + 0.2)) == "0.3"
    assert shown(exact(2.675), "0.00") == "2.68"


@given(st.decimals(-(10**7), 10**7, places=2))
def test_general_keeps_the_value(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


@pytest.mark.parametrize("line", ["附表2 各县任务完成情况", "任务完成情况表", "二、任务完成情况（单位：公里）"])
def test_a_caption_over_all_columns_begins_another_table(line: str) -> None:
    book = sheet("县|下达资金|支出资金", "甲县|10.5|10.1", "乙县|20.3|20.3", line, "县|任务数|完成数", "甲县|12|12")
    book.active.merge_cells("A4:C4")
    document = read_xlsx(saved(book), "r.xlsx")
    assert [t.n_rows for t in document.tables] == [3, 2]
    assert any(line in document.quote(b.span) for b in document.blocks)
