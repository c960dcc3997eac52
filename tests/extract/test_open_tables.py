"""Tables without vertical rules on layouts of many kinds: wrapped cells, heads over columns, page ends."""

from __future__ import annotations

import pytest

from jihe_corpus.samples.documents.compare import cells, wanted
from jihe_corpus.samples.documents.opendrawing import Setting, draw, draw_columns
from jihe_corpus.samples.documents.report import Place, Sheet, finance_sheet, place, score_sheet
from jihe_extract.document import Document
from jihe_extract.sources.pdf import read_pdf


def projects() -> Sheet:
    """Long names and remarks that wrap in narrow columns."""
    rows: list[list[str | tuple[str, int, int]]] = [
        ["序号", "项目名称", "主管部门", "预算数", "执行数", "执行率", "备注"],
        ["1", "乡村公共浴室锅炉更新及管网保温改造", "区乡村建设局", "186.40", "171.35", "91.93%", ""],
        ["2", "读书角布置", "区文化馆", "12.00", "12.00", "100%", "已验收"],
        ["3", "冬季清雪机械租赁", "区城市管理局", "64.50", "58.05", "90%", "按台班据实结算，余款已收回"],
        ["4", "老年助餐点设备购置与运营补助", "区民政局", "233.15", "201.02", "86.22%", "两处助餐点延期开业"],
        ["5", "河道护坡巡查", "区水务局", "38.20", "38.20", "100%", ""],
    ]
    return Sheet(place(rows), (0.6, 1.7, 1.2, 1.0, 1.0, 1.0, 1.7), "项目资金使用明细表", "万元")


def comparison() -> Sheet:
    """Two years, each with two columns under its name."""
    rows: list[list[str | tuple[str, int, int]]] = [
        [("支出功能分类", 2, 1), ("2022年", 1, 2), ("2023年", 1, 2), ("决算增减额", 2, 1)],
        ["预算数", "决算数", "预算数", "决算数"],
        ["教育支出", "812.40", "790.15", "905.00", "887.62", "97.47"],
        ["文化旅游体育与传媒支出", "96.30", "95.80", "120.00", "101.44", "5.64"],
        ["农林水支出", "1204.00", "1188.73", "1150.00", "1142.09", "-46.64"],
        ["住房保障支出", "77.25", "77.25", "80.10", "80.10", "2.85"],
    ]
    return Sheet(place(rows), (2.0, 1.1, 1.1, 1.1, 1.1, 1.2), "功能科目支出对比表", "万元")


def _read(sheet: Sheet, setting: Setting) -> Document:
    return read_pdf(draw(sheet, setting), "表.pdf")


def _one(sheet: Sheet, setting: Setting) -> None:
    document = _read(sheet, setting)
    (table,) = document.tables
    assert cells(document, table) == wanted(sheet)
    assert table.sure


@pytest.mark.parametrize("rules", ["three", "rows", "none", "stripes", "columns"])
@pytest.mark.parametrize("stand", ["middle", "top"])
def test_wrapped_cells_stay_whole(rules: str, stand: str) -> None:
    _one(projects(), Setting(rules=rules, stand=stand, size=9, pitch=12))  # type: ignore[arg-type]


@pytest.mark.parametrize("pad", [0.5, 6.0])
@pytest.mark.parametrize("pitch", [11.0, 15.0])
def test_rows_closer_than_or_as_close_as_lines(pad: float, pitch: float) -> None:
    _one(projects(), Setting(size=9, pitch=pitch, pad=pad))


@pytest.mark.parametrize("rules", ["three", "middle", "rows", "none", "columns"])
@pytest.mark.parametrize("wide", [451.3, 300.0])
def test_names_over_several_columns(rules: str, wide: float) -> None:
    _one(comparison(), Setting(rules=rules, head=2, wide=wide, figures="centre"))  # type: ignore[arg-type]


@pytest.mark.parametrize("rules", ["three", "none", "stripes"])
@pytest.mark.parametrize("size", [8.0, 9.0])
def test_merged_labels_that_wrap(rules: str, size: float) -> None:
    _one(score_sheet(), Setting(rules=rules, size=size, pitch=1.3 * size, top=160))  # type: ignore[arg-type]


@pytest.mark.parametrize("sheet", [projects(), finance_sheet()], ids=["projects", "finance"])
@pytest.mark.parametrize("rules", ["three", "none"])
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("row", [1, 3, 5])
def test_page_ends(sheet: Sheet, rules: str, repeat: bool, row: int) -> None:
    _one(sheet, Setting(rules=rules, repeat=repeat, breaks=(row,), size=9, pitch=12, top=640))  # type: ignore[arg-type]


def test_a_head_over_columns_before_a_page_end() -> None:
    _one(comparison(), Setting(rules="middle", head=2, breaks=(4,), repeat=True, top=640))


def test_names_that_reach_over_the_gap_between_their_figures() -> None:
    """The names are centred, the figures stand right: a short figure is nowhere below its name."""
    rows: list[list[str | tuple[str, int, int]]] = [
        ["单位", "编制数", "年末实有人数", "人员控制率"],
        *([f"第{i}管护站", str(8 + i), str(7 + i), f"{100 * (7 + i) / (8 + i):.2f}%"] for i in range(6)),
    ]
    _one(Sheet(place(rows), (1.6, 1.0, 1.3, 1.2), "人员编制情况表", "人"), Setting())


def test_a_piece_without_a_head_is_not_certain() -> None:
    sheet = finance_sheet()
    body = tuple(Place(c.row - 1, c.col, 1, 1, c.text) for c in sheet.cells if c.row)
    document = _read(Sheet(body, sheet.widths, "接上页", "万元"), Setting(rules="rows", head=0))
    assert [t.sure for t in document.tables] == [False]


def test_text_in_columns_without_figures_is_no_certain_table() -> None:
    names = ["甲", "乙", "丙", "丁", "戊", "己", "庚"]
    rows: list[list[str | tuple[str, int, int]]] = [
        ["姓名", "岗位", "分工", "联系部门"],
        *([f"工作人员{n}", "讲解", "负责第一展厅的日常讲解和设备看护", "办公室"] for n in names),
    ]
    document = _read(Sheet(place(rows), (1.0, 1.0, 1.5, 1.0), "人员分工表", "人"), Setting(rules="none"))
    assert not any(t.sure for t in document.tables)


def test_a_figure_that_its_narrow_cell_breaks_is_one() -> None:
    rows: list[list[str | tuple[str, int, int]]] = [
        ["序号", "绩效指标", "分值", "得分"],
        *([str(i), f"第{i}处站点完工率", "8", "8"] for i in range(1, 7)),
        ["7", "服务对象满意度", "52", "51.25"],
        ["", "合计", "100", "99.25"],
    ]
    sheet = Sheet(place(rows), (0.7, 2.6, 0.9, 0.9), "绩效指标完成情况表", "分")
    torn = draw(sheet, Setting(torn=4, figures="centre"))
    document = read_pdf(torn, "表.pdf")
    (table,) = document.tables
    assert cells(document, table) == wanted(sheet)


def test_two_columns_are_read_one_after_the_other() -> None:
    words = "本年度各项任务按计划推进并在规定时间内全部完成验收"
    left = [f"左{i}{words}"[:18] for i in range(14)]
    right = [f"右{i}{words}"[:18] for i in range(14)]
    text = read_pdf(draw_columns(left, right), "栏.pdf").text.replace("\n", "")
    assert text == "".join(left) + "".join(right)


def stages() -> Sheet:
    """Words alone, with labels that span several rows."""
    rows: list[list[str | tuple[str, int, int]]] = [
        ["阶段", "工作内容", "起止时间", "牵头科室"],
        [("准备阶段", 2, 1), "成立工作小组，收集制度文件和项目资料，走访服务对象", "三月上旬至三月中旬", "财务科"],
        ["设计指标和问卷", "三月下旬", "业务科"],
        [("实施阶段", 2, 1), "现场核查与座谈", "四月", "评价小组"],
        ["汇总数据，逐项复核后交换意见，形成底稿并归入档案备查", "五月", "评价小组"],
        ["总结阶段", "撰写并报送报告", "六月", "办公室"],
    ]
    return Sheet(place(rows), (1.0, 2.6, 1.6, 1.0), "工作进度安排表", "天")


@pytest.mark.parametrize("stand", ["middle", "top"])
@pytest.mark.parametrize("size", [9.0, 10.0])
def test_labels_over_rows_of_words(stand: str, size: float) -> None:
    """Read right, and sure only where no other reading fits."""
    document = _read(stages(), Setting(stand=stand, size=size, pitch=1.3 * size))  # type: ignore[arg-type]
    (table,) = document.tables
    assert cells(document, table) == wanted(stages()) or not table.sure


def test_a_table_of_two_columns() -> None:
    rows: list[list[str | tuple[str, int, int]]] = [
        ["指标名称", "数值"],
        *([f"第{i}管护站面积（平方米）", f"{310 + 7 * i}"] for i in range(1, 6)),
    ]
    _one(Sheet(place(rows), (2.0, 1.0), "基本数据表", "平方米"), Setting())


@pytest.mark.parametrize("rules", ["three", "rows"])
def test_rows_without_figures(rules: str) -> None:
    rows: list[list[str | tuple[str, int, int]]] = [
        ["支出项目", "预算数", "决算数"],
        ["一、基本支出", "", ""],
        ["人员经费", "310.20", "305.11"],
        ["对个人和家庭的补助", "21.00", "20.40"],
        ["二、项目支出", "", ""],
        ["设备购置", "88.00", "80.05"],
        ["专项活动", "46.50", "46.50"],
    ]
    _one(Sheet(place(rows), (2.2, 1.0, 1.0), "支出明细表", "万元"), Setting(rules=rules))  # type: ignore[arg-type]


def test_names_over_all_columns_and_over_a_middle_one() -> None:
    rows: list[list[str | tuple[str, int, int]]] = [
        [("单位", 2, 1), ("编制数", 1, 3), ("实有数", 1, 3)],
        ["小计", "行政", "事业", "小计", "行政", "事业"],
        *([f"第{i}管护站", str(9 + i), "4", str(5 + i), str(8 + i), "4", str(4 + i)] for i in range(4)),
    ]
    _one(Sheet(place(rows), (1.6, *[0.8] * 6), "人员情况表", "人"), Setting(head=2, figures="centre"))
