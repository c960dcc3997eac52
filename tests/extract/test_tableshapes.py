"""Shapes of score sheets and plain tables that places fill in differently."""

from __future__ import annotations

from jihe_extract.cells.tablefacts import table_facts
from jihe_extract.document import Document
from jihe_extract.extraction import extract
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.reading import read_text
from jihe_extract.scores.scoretables import table_rows


def pipe(*rows: str, before: str = "") -> Document:
    """A Markdown table from rows of cells parted by bars."""
    lines = [f"| {r} |" for r in rows]
    bars = "|" + "---|" * (rows[0].count("|") + 1)
    return read_text(before + "\n".join([lines[0], bars, *lines[1:]]) + "\n")


def flat(*rows: str, before: str = "") -> Document:
    """A table as crawled text: a cell a line led by a tab, rows parted by empty lines, merged cells lost."""
    return read_text(before + "\n\n".join("\n".join(f"\t{c.strip()}" for c in r.split("|")) for r in rows) + "\n")


def value(fact: Fact | None) -> str | None:
    return None if fact is None else f"{fact.quantity.value.normalize():f}{fact.quantity.unit}"


def short(row: ScoreRow) -> tuple[str, str | None, str | None, str | None, str | None]:
    return row.indicator, value(row.weight), value(row.target), value(row.actual), value(row.score)


def bound(document: Document, year: str = "2023") -> set[tuple[str, str, str, str]]:
    facts, _ = table_facts(document, year)
    return {(f.measure, f.scope, f.period, str(value(f))) for f in facts.values()}


def test_marks_and_numbers_before_names_are_no_part_of_them() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 分值 | 年度指标值 | 全年实际值 | 得分",
        "产出指标 | 数量指标 | ★补种苗木株数 | 20 | 5200株 | 5260株 | 20",
        " | | 其中桃树 | | 2000株 | 2060株 | ",
        " | 质量指标 | 指标1：苗木成活率 | 20 | ≥90% | 93% | 20",
        " | | 指标2 | | | | ",
        " | | …… | | | | ",
        "效益指标 | 社会效益指标 | 1.受益村民人数 | 20 | ≥300人 | 312人 | 20",
    )
    rows, _, _ = table_rows(document)
    assert [short(r) for r in rows] == [
        ("补种苗木株数", "20分", "5200株", "5260株", "20分"),
        ("其中桃树", None, "2000株", "2060株", None),
        ("苗木成活率", "20分", "0.9%", "0.93%", "20分"),
        ("受益村民人数", "20分", "300人", "312人", "20分"),
    ]


def test_units_that_no_vocabulary_knows_but_no_dates() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | 数量指标 | 简报编印期数 | ≥18期 | 20期 | 30 | 30",
        " | 时效指标 | 汇编完成时间 | 11月底 | 10月20日 | 20 | 20",
        " | | 出版年度 | 2023年 | 2023年 | 10 | 10",
    )
    rows, _, _ = table_rows(document)
    assert [(value(r.target), value(r.actual)) for r in rows] == [("18期", "20期"), (None, None), (None, None)]
    assert rows[0].target is not None and rows[0].target.quantity.relation == "ge"


def test_points_in_the_brackets_of_names_and_lines_of_signatures() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 得分",
        "部门决策（40分） | 目标任务（25分） | 依据充分性（25分） | 24",
        " | 预算编制（15分） | 测算合理性（15分） | 15",
        "部门绩效（60分） | 履职成效（60分） | 办结率（60分） | 58",
        "总分 | | | 97",
        "填表人 | 某某 | 联系电话 | ",
    )
    rows, facts, _ = table_rows(document)
    assert [(r.indicator, value(r.weight), value(r.score)) for r in rows] == [
        ("依据充分性", "25分", "24分"),
        ("测算合理性", "15分", "15分"),
        ("办结率", "60分", "58分"),
    ]
    assert {(f.subject, value(f)) for f in facts.values() if f.scope == "小计"} == {
        ("部门决策", "40分"), ("目标任务", "25分"), ("预算编制", "15分"), ("部门绩效", "60分"), ("履职成效", "60分"),
    }  # fmt: skip


def test_indicators_in_blocks_between_their_goals() -> None:
    head = "年度绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B） | 得分"
    document = flat(
        "预算执行情况（万元）（20分） | | 预算数（A） | 执行数（B） | 执行率（B/A） | 得分（20分*执行率） | 备注",
        " | 部门整体支出总额 | 1500.00 | 1425.00 | 95.00% | 19 | ",
        "年度目标1（40分） | 整治农村道路",
        head,
        " | 产出指标 | 数量指标 | 整治道路里程 | ≥60公里 | 63公里 | 40",
        "年度目标2（40分） | 更新公交车辆",
        head,
        " | 产出指标 | 数量指标 | 更新车辆数 | 20辆 | 19辆 | 38",
        "总分 | 97",
    )
    rows, facts, _ = table_rows(document)
    assert [(r.indicator, value(r.actual), value(r.score)) for r in rows] == [
        ("预算执行率", None, "19分"),
        ("整治道路里程", "63公里", "40分"),
        ("更新车辆数", "19辆", "38分"),
    ]
    amounts = {(f.measure, f.scope, value(f)) for f in facts.values() if f.quantity.unit == "CNY"}
    assert amounts == {("预算数", "", "15000000CNY"), ("执行数", "", "14250000CNY")}


def test_funds_under_a_title_that_looks_like_a_column() -> None:
    document = flat(
        "项目名称 | 消防设施维护经费",
        "预算执行情况（10分） | 年度预算数（万元） | | 年初预算 | 调整后预算数 | 预算执行数 | 预算执行率 | 权重 | 得分",
        " | 总额 | | 80.00 | 90.00 | 85.50 | 95.00% | 10 | 9.5",
        " | 其中：财政资金 | | 80.00 | 90.00 | 85.50 | 95.00% | / | /",
    )
    rows, facts, _ = table_rows(document)
    assert [(value(r.weight), value(r.completion), value(r.score)) for r in rows] == [("10分", "0.95%", "9.5分")]
    assert {(f.measure, f.scope) for f in facts.values() if f.quantity.unit == "CNY"} == {
        (m, s) for m in ("年初预算数", "全年预算数", "执行数") for s in ("", "财政拨款")
    }


def test_a_form_head_is_no_table_header() -> None:
    document = pipe(
        "项目名称 | 牧草种子补助 | | 项目实施单位 | 山南县草原站 | ",
        "自治区主管部门 | 林草局 | | 专项实施期 | 2023年 | ",
        "资金情况（万元） | | 全年预算数（A） | 全年执行数（B） | 执行率（B/A） | ",
        " | 年度资金总额 | 260.00 | 247.00 | 95.00% | ",
        " | 其中：中央补助 | 200.00 | 190.00 | 95.00% | ",
    )
    assert {("全年预算数", "", "", "2600000CNY"), ("执行数", "", "", "2470000CNY")} <= bound(document)


def test_income_and_spending_side_by_side_with_line_and_column_numbers() -> None:
    rows = (
        "收入 | 支出",
        "项目 | 行次 | 金额 | 项目 | 行次 | 金额",
        "栏次 | | 1 | 栏次 | | 2",
        "一、一般公共预算财政拨款收入 | 1 | 640.00 | 一、教育支出 | 31 | 500.00",
        "二、事业收入 | 2 | 60.00 | 二、卫生健康支出 | 32 | 180.00",
        "本年收入合计 | 27 | 700.00 | 本年支出合计 | 57 | 680.00",
        "年初结转和结余 | 28 | 5.00 | 年末结转和结余 | 58 | 25.00",
        "总计 | 30 | 705.00 | 总计 | 60 | 705.00",
    )
    document = flat(*rows, before="收入支出决算总表\n单位：万元\n")
    found = bound(document)
    assert ("收入数", "事业收入", "", "600000CNY") in found and ("收入数", "", "", "7000000CNY") in found
    assert ("执行数", "", "", "6800000CNY") in found and ("上年结转", "", "", "50000CNY") in found
    assert not any(v in ("10000CNY", "20000CNY") for *_, v in found)
    sums = [c for c in extract(document).claims if c.kind == "sum"]
    assert [(value(c.stated), len(c.operands)) for c in sums] == [
        ("7000000CNY", 2), ("6800000CNY", 2), ("7050000CNY", 2), ("7050000CNY", 2),
    ]  # fmt: skip


def test_columns_of_totals_hold_the_wider_scope_even_when_merged_cells_are_lost() -> None:
    document = flat(
        "预算数 | 决算数",
        "合计 | 因公出国（境）费 | 公务用车购置及运行费 | 公务接待费 | 合计 | 因公出国（境）费 | 公务用车购置及运行费 | 公务接待费",
        " | | 小计 | 公务用车购置费 | 公务用车运行费 | | | | 小计 | 公务用车购置费 | 公务用车运行费 | ",
        "1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12",
        "30.00 | 0 | 21.00 | 0 | 21.00 | 9.00 | 24.50 | 0 | 18.00 | 0 | 18.00 | 6.50",
        before="“三公”经费支出决算表\n单位：万元\n",
    )
    found = bound(document)
    assert len(found) == 12
    assert {("预算数", "三公经费", "", "300000CNY"), ("执行数", "三公经费", "", "245000CNY")} <= found
    assert {("预算数", "公务用车费", "", "210000CNY"), ("执行数", "公务接待费", "", "65000CNY")} <= found


def test_stacked_headers_whose_columns_cannot_be_told_are_unsure() -> None:
    document = flat(
        "预算 | 决算 | 差异",
        "总额 | 甲类 | 乙类 | 丙类 | 总额",
        "10.00 | 4.00 | 6.00 | 0 | 9.00 | 4.00 | 5.00",
        "20.00 | 8.00 | 12.00 | 0 | 19.00 | 8.00 | 11.00",
    )
    assert [t.sure for t in document.tables] == [False]


def test_stocks_at_both_ends_of_a_year_and_their_changes() -> None:
    document = pipe(
        "项目 | 年初数 | 期末数 | 增减额 | 增减率",
        "固定资产原值 | 800.00 | 860.00 | 60.00 | 7.50%",
        "减：累计折旧 | 300.00 | 345.00 | 45.00 | 15.00%",
        before="2023年度资产情况表\n单位：万元\n\n",
    )
    found = bound(document)
    assert {("资产原值", "", "2022", "8000000CNY"), ("资产原值", "", "", "8600000CNY")} <= found
    assert {("增减额", "资产原值", "", "600000CNY"), ("变动率", "累计折旧", "", "0.15%")} <= found
    claims = {(c.kind, value(c.stated)) for c in extract(document).claims}
    assert {("difference", "600000CNY"), ("growth", "0.075%"), ("growth", "0.15%")} <= claims


def test_changes_against_several_years_take_the_last_two() -> None:
    document = pipe(
        "项目 | 2021年 | 2022年 | 2023年 | 2023年较上年增减额",
        "年末在职人数（人） | 90 | 86 | 84 | -2",
        "三公经费 | 9.00 | 8.00 | 7.50 | -0.50",
        before="近三年情况表\n单位：万元\n\n",
    )
    claims = [(value(c.stated), [value(o) for o in c.operands]) for c in extract(document).claims]
    assert claims == [("-2人", ["84人", "86人"]), ("-5000CNY", ["75000CNY", "80000CNY"])]


def test_rows_that_merely_follow_a_list_are_no_parts_of_it() -> None:
    document = pipe(
        "经费控制情况（万元） | 2022年决算数 | 2023年预算数 | 2023年决算数",
        "公用经费 | 90.00 | 80.00 | 85.00",
        "其中：办公经费 | 30.00 | 25.00 | 28.00",
        "会议费、培训费 | 5.00 | 4.00 | 4.50",
        "政府采购金额 | 70.00 | 60.00 | 66.00",
    )
    sums = [c for c in extract(document).claims if c.kind == "sum"]
    assert [len(c.operands) for c in sums] == [2, 2, 2]


def test_two_forms_in_one_text_are_two_tables_with_totals_of_their_own() -> None:
    def form(name: str, unit: str, done: str, total: str) -> tuple[str, ...]:
        return (
            "项目支出绩效自评表",
            f"项目名称 | {name}",
            "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
            f"产出指标 | 数量指标 | 完成数量 | ≥10{unit} | {done}{unit} | 60 | 60",
            f"效益指标 | 社会效益指标 | 受益人数 | ≥50人 | 55人 | 40 | {int(total) - 60}",
            f"总分 | 100 | {total}",
        )

    document = flat(*form("图书修复项目", "册", "11", "98"), *form("讲座项目", "场", "10", "99"))
    assert len(document.tables) == 2
    rows, facts, _ = table_rows(document)
    assert [(r.table, value(r.score)) for r in rows] == [(0, "60分"), (0, "38分"), (1, "60分"), (1, "39分")]
    totals = {(f.subject, value(f)) for f in facts.values() if f.measure == "总分"}
    assert totals == {("图书修复项目", "98分"), ("讲座项目", "99分")}
