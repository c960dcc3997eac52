"""Score sheets and tables that are right as they stand, and what a slip in one of their cells must raise.

Each table is consistent and of our own making: nothing in it may be doubted. With a slip (the text of a cell, and
what it is changed to) it must be doubted, and the changed cell must be among the evidence.
"""

from __future__ import annotations

import pytest

from jihe_audit.engine import Settings, audit
from jihe_audit.finding import Finding
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text

IND = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施"


def pipe(*rows: str, before: str = "", after: str = "") -> str:
    lines = [f"| {r} |" for r in rows]
    bars = "|" + "---|" * (rows[0].count("|") + 1)
    return before + "\n".join([lines[0], bars, *lines[1:]]) + "\n" + after


CASES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a total of the indicators, then one with the execution rate": (
        pipe(
            "一、预算执行情况 | 年初预算数（万元） | 调整后预算数（万元） | 支出执行数（万元） | 预算执行率 | 得分",
            " | 800.00 | 900.00 | 864.00 | 96.00% | 9.6",
            "一级指标 | 二级指标 | 三级指标 | 评价标准 | 分值 | 自评得分",
            "投入（40） | 目标设定 | 目标明确性 | 明确得满分 | 40 | 39",
            "产出（50） | 职责履行 | 办件数量 | 达到得满分 | 50 | 49",
            "合计 | | | | 90 | 88",
            "总得分 | | | | 100 | 97.6",
            before="部门整体支出绩效自评表\n\n",
        ),
        [("| 39 |", "| 36 |"), ("| 88 |", "| 80 |"), ("97.6", "91.6"), ("864.00", "834.00"), ("9.6 |\n| 一级", "6.9 |\n| 一级")],
    ),
    "one total that the unstated full marks of the execution rate fill": (
        pipe(
            "一、预算执行情况 | 年初预算数（万元） | 调整后预算数（万元） | 支出执行数（万元） | 预算执行率 | 得分",
            " | 800.00 | 900.00 | 864.00 | 96.00% | 9.6",
            "一级指标 | 二级指标 | 三级指标 | 评价标准 | 分值 | 自评得分",
            "投入 | 目标设定 | 目标明确性 | 明确得满分 | 40 | 39",
            "产出 | 职责履行 | 办件数量 | 达到得满分 | 50 | 49",
            "总分 | | | | 100 | 97.6",
            before="部门整体支出绩效自评表\n\n",
        ),
        [("| 50 | 49", "| 45 | 44"), ("97.6", "91.6")],
    ),
    "two projects with totals of their own": (
        pipe(
            "项目名称 | 图书修复项目 | | | | | | ", IND,
            "产出指标 | 数量指标 | 修复册数 | ≥800册 | 820册 | 30 | 30 | ",
            " | 质量指标 | 修复合格率 | ≥95% | 97% | 30 | 30 | ",
            "效益指标 | 社会效益指标 | 借阅人次 | ≥2000人次 | 1900人次 | 40 | 38 | 闭馆装修",
            "总分 | | | | | 100 | 98 | ",
            before="附表1\n\n",
        )
        + "\n"
        + pipe(
            "项目名称 | 文化讲座项目 | | | | | | ", IND,
            "产出指标 | 数量指标 | 讲座场次 | ≥12场 | 12场 | 30 | 30 | ",
            " | 质量指标 | 到课率 | ≥80% | 84% | 30 | 30 | ",
            "效益指标 | 社会效益指标 | 听众人次 | ≥900人次 | 930人次 | 40 | 39 | 个别场次座位不足",
            "总分 | | | | | 100 | 99 | ",
            before="附表2\n\n",
        ),
        [("100 | 98 |", "100 | 95 |"), ("100 | 99 |", "100 | 93 |"), ("| 39 |", "| 35 |")],
    ),
    "income and spending side by side": (
        pipe(
            "收入 | | | 支出 | | ", "项目 | 行次 | 金额 | 项目 | 行次 | 金额", "栏次 | | 1 | 栏次 | | 2",
            "一、一般公共预算财政拨款收入 | 1 | 640.00 | 一、教育支出 | 31 | 500.00",
            "二、事业收入 | 2 | 60.00 | 二、卫生健康支出 | 32 | 180.00",
            "本年收入合计 | 27 | 700.00 | 本年支出合计 | 57 | 680.00",
            "年初结转和结余 | 28 | 5.00 | 年末结转和结余 | 58 | 25.00",
            "总计 | 30 | 705.00 | 总计 | 60 | 705.00",
            before="收入支出决算总表\n单位：万元\n\n",
        ),
        [("640.00", "610.00"), ("180.00", "130.00"), ("700.00", "790.00"), ("| 25.00", "| 52.00")],
    ),
    "three public expenses in two stacked headers": (
        pipe(
            "预算数 | | | | 决算数 | | | ",
            "合计 | 因公出国（境）费 | 公务用车购置及运行费 | 公务接待费 | 合计 | 因公出国（境）费 | 公务用车购置及运行费 | 公务接待费",
            "1 | 2 | 3 | 4 | 5 | 6 | 7 | 8", "30.00 | 0 | 21.00 | 9.00 | 24.50 | 0 | 18.00 | 6.50",
            before="“三公”经费支出决算表\n单位：万元\n\n",
        ),
        [("30.00", "36.00"), ("18.00", "13.00"), ("24.50", "25.40")],
    ),
    "stocks at both ends of the year": (
        pipe(
            "项目 | 年初数 | 期末数 | 增减额 | 增减率",
            "固定资产原值 | 800.00 | 860.00 | 60.00 | 7.50%",
            "减：累计折旧 | 300.00 | 345.00 | 45.00 | 15.00%",
            "固定资产净值 | 500.00 | 515.00 | 15.00 | 3.00%",
            before="2023年度资产情况表\n单位：万元\n\n",
        ),
        [("860.00", "890.00"), ("| 45.00 |", "| 54.00 |"), ("7.50%", "5.70%"), ("500.00", "560.00"), ("515.00", "551.00")],
    ),
    "years side by side, people and money": (
        pipe(
            "项目 | 2021年 | 2022年 | 2023年 | 2023年较上年增减额 | 增减率",
            "三公经费 | 9.00 | 8.00 | 7.50 | -0.50 | -6.25%",
            "年末在职人数（人） | 90 | 86 | 84 | -2 | -2.33%",
            before="2023年度水务局部门整体支出绩效自评报告\n近三年情况表\n单位：万元\n\n",
        ),
        [("-0.50", "-0.90"), ("-6.25%", "-2.65%"), ("| 84 |", "| 48 |")],
    ),
    "what follows a list of parts is no part": (
        pipe(
            "经费控制情况（万元） | 2022年决算数 | 2023年预算数 | 2023年决算数",
            "公用经费 | 90.00 | 88.00 | 85.00", "其中：办公经费 | 30.00 | 29.00 | 28.00",
            "会议费、培训费 | 5.00 | 4.80 | 4.50", "政府采购金额 | 70.00 | 68.00 | 66.00",
            before="2023年度部门整体支出绩效评价基础数据表\n\n",
        ),
        [],
    ),
    "a list of parts ends where its whole is filled": (
        pipe(
            "项目 | 预算数 | 决算数 | 完成率",
            "公务用车购置及运行维护费 | 14.00 | 12.60 | 90.00%", "其中：公务用车购置费 | 0.00 | 0.00 | —",
            "公务用车运行维护费 | 14.00 | 12.60 | 90.00%", "公务接待费 | 5.00 | 4.00 | 80.00%",
            "合计 | 19.00 | 16.60 | 87.37%",
            before="2023年“三公”经费情况表\n单位：万元\n\n",
        ),
        [("| 4.00", "| 4.90"), ("19.00", "91.00"), ("80.00%", "60.00%"), ("87.37%", "83.77%")],
    ),
    "the execution rate as a line among the indicators": (
        pipe(
            "一级指标 | 二级指标 | 三级指标 | 目标值（A） | 完成值（B） | 分值 | 得分",
            "产出 | 数量 | 培训场次 | 25场 | 26场 | 30 | 30", "产出 | 质量 | 合格率 | 95% | 93.1% | 30 | 29.4",
            "效益 | 社会效益 | 覆盖村数 | 40个 | 40个 | 30 | 30", "预算执行率（10分） | | | | | 10 | 9.6",
            "合计 | | | | | 100 | 99",
            before="项目绩效自评表\n\n",
        ),
        [("| 9.6", "| 6.9"), ("| 99", "| 96"), ("29.4", "24.9")],
    ),
    "the change of the budget beside the budgets": (
        pipe(
            "序号 | 项目名称 | 年初预算数 | 调整预算数 | 全年预算数 | 支出 | 执行率",
            "1 | 养老服务补助 | 150.00 | 30.00 | 180.00 | 171.00 | 95.00%",
            "2 | 社会救助经办 | 60.00 | -5.00 | 55.00 | 53.90 | 98.00%",
            " | 合计 | 210.00 | 25.00 | 235.00 | 224.90 | 95.70%",
            before="2023年度项目支出明细表\n单位：万元\n\n",
        ),
        [("| 30.00", "| 80.00"), ("95.00%", "99.00%"), ("235.00", "253.00"), ("53.90", "58.90")],
    ),
    "rates of lines whose amounts are all alike": (
        pipe(
            "项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 执行率",
            " | 年度资金总额 | 43.00 | 43.00 | 43.00 | 100%", " | 其中：当年财政拨款 | 43.00 | 43.00 | 43.00 | 100%",
            before="2023年度项目支出绩效自评表\n\n",
        ),
        [("100% |\n|  | 其中", "90% |\n|  | 其中")],
    ),
    "points in the brackets of the names": (
        pipe(
            "一级指标 | 二级指标 | 三级指标 | 得分",
            "部门决策（40分） | 目标任务（25分） | 依据充分性（25分） | 24",
            " | 预算编制（15分） | 测算合理性（15分） | 15",
            "部门绩效（60分） | 履职成效（60分） | 办结率（60分） | 58", "总分 | | | 97",
            before="部门整体支出绩效评价得分表\n\n",
        ),
        [("| 97", "| 91"), ("| 24", "| 27"), ("办结率（60分）", "办结率（50分）")],
    ),
}  # fmt: skip


def doubts(text: str) -> list[Finding]:
    document = read_text(text)
    found = audit(extract(document), settings=Settings()).findings
    return [f for f in found if f.severity != "info" and f.rule not in {"D01", "D05"}]


def test_many_lines_over_their_budget_are_told_once() -> None:
    rows = [f"{name} | {n}0.00 | {n}1.00" for n, name in enumerate(("办公费", "会议费", "培训费", "差旅费"), 3)]
    text = pipe("项目 | 预算数 | 决算数", *rows, before="2023年经费情况表\n单位：万元\n\n")
    told = [f for f in doubts(text) if f.rule == "B06"]
    assert len(told) == 1 and "同表另有3项支出超过预算" in told[0].says and len(told[0].evidence) == 8


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_doubted(name: str) -> None:
    assert [f"{f.rule} {f.says}" for f in doubts(CASES[name][0])] == []


@pytest.mark.parametrize(
    ("name", "slip"), [(name, slip) for name, (_, slips) in CASES.items() for slip in slips], ids=lambda v: str(v)[:40]
)
def test_a_slip_is_found_in_its_cell(name: str, slip: tuple[str, str]) -> None:
    text = CASES[name][0]
    assert text.count(slip[0]) == 1
    figure = slip[1].split("\n")[0].strip("| ")
    quotes = [e.quote for f in doubts(text.replace(*slip)) for e in f.evidence]
    assert any(q and (q in figure or figure.split("|")[-1].strip() in q) for q in quotes), quotes
