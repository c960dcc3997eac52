"""Tables inside plain text come out as grids whose cells lie in the canonical text."""

from jihe_extract.document import Document, Table
from jihe_extract.reading import read_text


def texts(document: Document, table: Table) -> list[list[str]]:
    return [["" if c is None else document.quote(c.span) for c in row] for row in table.grid()]


def only(source: str) -> tuple[Document, Table]:
    document = read_text(source)
    assert len(document.tables) == 1
    return document, document.tables[0]


def test_tabs_between_cells() -> None:
    document, table = only(
        "得分情况见下表。\n单位：万元\n指标\t分值\t得分\n过程\t30\t28.5\n\n产出\t40\t\n合计\t70\t28.5\n二、结论\n无。"
    )
    assert texts(document, table) == [
        ["指标", "分值", "得分"], ["过程", "30", "28.5"], ["产出", "40", ""], ["合计", "70", "28.5"],
    ]  # fmt: skip
    assert (table.unit, table.header_rows, table.label_cols, table.sure) == ("万元", 1, 1, True)
    assert [b.kind for b in document.blocks] == ["para", "note", "table", "heading", "para"]
    assert document.cell_at(table.cells[4].span) == (0, 1, 1)


def test_markdown_with_escaped_pipes_breaks_and_short_rows() -> None:
    source = "| 项目 | 预算（万元） | 说明 |\n|:--|--:|---|\n| 甲\\|乙 | **12.5** | 一<br>二 |\n| 丙 | 3 |\n"
    document, table = only(source)
    assert texts(document, table) == [["项目", "预算（万元）", "说明"], ["甲|乙", "12.5", "一二"], ["丙", "3", ""]]
    assert table.header_rows == 1


FLAT = """附表1
整体支出绩效自评表（单位：万元）
\t年度资金
\t
\t年初预算
\t全年预算
\t全年执行
\t分值
\t得分

\t
\t资金总额
\t100.5
\t120
\t118.2
\t10
\t9.85

\t绩
效

\t一级指标
\t二级指标
\t三级指标
\t目标值
\t完成值
\t分值
\t得分

\t
\t产出指标

（50分）
\t数量指标
\t巡查次数
\t≥12次
\t13次
\t25
\t25

\t
\t
\t
\t建设里程
\t3公里
\t2公里
\t25
\t16.7

\t总分
\t100
\t86.55


说明：本表由单位填写。
"""


def test_one_cell_a_line_with_cells_merged_both_ways() -> None:
    document, table = only(FLAT)
    grid = texts(document, table)
    assert table.n_cols == 8
    assert grid[2] == ["绩效", "一级指标", "二级指标", "三级指标", "目标值", "完成值", "分值", "得分"]
    assert grid[4] == ["绩效", "产出指标（50分）", "数量指标", "建设里程", "3公里", "2公里", "25", "16.7"]
    assert grid[5] == ["总分"] * 6 + ["100", "86.55"]
    assert grid[0][3:] == ["年初预算", "全年预算", "全年执行", "分值", "得分"]
    assert grid[1] == ["年度资金", "资金总额", "资金总额", "100.5", "120", "118.2", "10", "9.85"]
    assert (table.unit, table.sure) == ("万元", True)
    assert {j.kind for j in document.joins} == {"cell_line"}
    assert document.quote(document.blocks[-1].span) == "说明：本表由单位填写。"
    assert [b.kind for b in document.blocks] == ["note", "caption", "table", "para"]


def test_columns_parted_by_blanks() -> None:
    document, table = only(
        "三级指标 目标值 完成值 分值 得分\n培训场次 ≥50场 52 8 8\n受益人数 100人 90 10 9\n"
        "合计 — — 18 17\n以上为自评结果。"
    )
    assert texts(document, table)[1] == ["培训场次", "≥50场", "52", "8", "8"]
    assert table.header_rows == 1


def test_leading_tabs_continue_the_cells_above() -> None:
    document, table = only("一级\t二级\t三级\t分值\n产出\t数量\t场次\t10\n\t\t人数\t9\n\t质量\t合格率\t8\n")
    assert texts(document, table)[2:] == [["产出", "数量", "人数", "9"], ["产出", "质量", "合格率", "8"]]
    assert (table.label_cols, [c.rowspan for c in table.cells if c.rowspan > 1]) == (3, [3, 2])


def test_two_header_rows() -> None:
    source = "指标\t预算\t\t执行\t\n\t基本\t项目\t基本\t项目\n甲\t1\t2\t3\t4\n乙\t5\t6\t7\t8\n"
    _, table = only(source)
    assert table.header_rows == 2


def test_prose_is_no_table() -> None:
    for source in (
        "填表人：张三\t联系电话：0731\n负责人：李四\t日期：3月\n",
        "\t本年度工作按计划完成，资金使用规范，效果较好，群众满意。\n\n\t下一步将继续完善制度，提高资金使用效益，加强监督。\n",
        "2023 年 12 月 31 日\n2024 年 1 月 1 日\n2024 年 2 月 1 日\n",
        "完成 3 个\n完成 5 个\n",
        "甲|乙\n丙|丁\n",
    ):
        assert read_text(source).tables == (), source


def test_a_short_row_whose_columns_cannot_be_told_is_marked() -> None:
    _, table = only("项目\t一月\t二月\t三月\n甲\t1\t2\t3\n乙\t4\t5\n丙\t6\t7\t8\n")
    assert not table.sure
    assert "不能确定" in table.reasons[0]
