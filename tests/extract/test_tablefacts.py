"""Plain tables: header and label together say what a figure measures, or nothing does."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_extract.cells.tablefacts import table_facts
from jihe_extract.document import Document
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.reading import read, read_text
from jihe_extract.scores.scoretables import table_rows
from jihe_extract.sources.html import read_html

REPORTS = Path(__file__).parents[3] / "shared" / "reports"


def pipe(*rows: str, before: str = "") -> Document:
    lines = [f"| {r} |" for r in rows]
    bars = "|" + "---|" * (rows[0].count("|") + 1)
    return read_text(before + "\n".join([lines[0], bars, *lines[1:]]) + "\n")


def bound(document: Document, year: str = "") -> set[tuple[str, str, str, str, str]]:
    """Measure, subject, scope, period, value with unit of every fact."""
    facts, quantities = table_facts(document, year)
    assert sorted(facts) == [q.span for q in quantities]
    return {(f.measure, f.subject, f.scope, f.period, value(f)) for f in facts.values()}


def value(fact: Fact) -> str:
    return f"{fact.quantity.value.normalize():f}{fact.quantity.unit}"


def test_three_public_expenses_by_year() -> None:
    document = pipe(
        "项目 | 2021年决算数 | 2022年预算数 | 2022年决算数",
        "三公经费 | 15.2 | 18.0 | 14.6",
        "其中：公务接待费 | 2.2 | 3.0 | 1.6",
        "会议费、培训费 | 1 | — | ",
        before="2022年度整体支出绩效评价基础数据表\n单位：万元\n\n",
    )
    assert bound(document) == {
        ("执行数", "", "三公经费", "2021", "152000CNY"),
        ("预算数", "", "三公经费", "", "180000CNY"),
        ("执行数", "", "三公经费", "", "146000CNY"),
        ("执行数", "", "公务接待费", "2021", "22000CNY"),
        ("预算数", "", "公务接待费", "", "30000CNY"),
        ("执行数", "", "公务接待费", "", "16000CNY"),
        ("执行数", "", "会议费、培训费", "2021", "10000CNY"),
    }


def test_headers_in_the_middle_of_a_table() -> None:
    document = pipe(
        "财政供养人员情况（人） | 编制数 | 实际在职人数 | 控制率",
        " | 34 | 32 | 94%",
        "经费控制情况（万元） | 上年决算数 | 本年预算数 | 本年决算数",
        "公用经费 | 208.72 | 31.8 | 94.25",
    )
    assert bound(document, "2023") == {
        ("编制数", "", "", "", "34人"),
        ("在职人数", "", "", "", "32人"),
        ("控制率", "", "", "", "0.94%"),
        ("执行数", "", "公用经费", "2022", "2087200CNY"),
        ("预算数", "", "公用经费", "", "318000CNY"),
        ("执行数", "", "公用经费", "", "942500CNY"),
    }


def test_labels_beside_their_figures() -> None:
    document = pipe("编制数 | 60 | 在职人数 | 58 | 控制率 | 96.67%", "公车编制 | 2 | 公车实有 | 2 | 备注 | 无")
    assert bound(document) == {
        ("编制数", "", "", "", "60人"),
        ("在职人数", "", "", "", "58人"),
        ("控制率", "", "", "", "0.9667%"),
        (UNBOUND, "", "公车编制", "", "2"),
        (UNBOUND, "", "公车实有", "", "2"),
    }


def test_labels_beside_figures_with_parts_below() -> None:
    document = pipe(
        "项目名称 | 河道保洁 | 主管部门 | 水务局",
        "预算执行情况（万元） | 预算数： | 100.00 | 执行数： | 95.00",
        " | 其中：财政拨款 | 80.00 | 其中：财政拨款 | 76.00",
    )
    assert bound(document) == {
        ("预算数", "河道保洁", "", "", "1000000CNY"),
        ("执行数", "河道保洁", "", "", "950000CNY"),
        ("预算数", "河道保洁", "财政拨款", "", "800000CNY"),
        ("执行数", "河道保洁", "财政拨款", "", "760000CNY"),
    }


def test_list_of_projects() -> None:
    document = pipe(
        "序号 | 项目名称 | 预算数 | 执行数 | 执行率（%） | 备注",
        "1 | 文化站开放补助 | 20.00 | 18.40 | 92.00 | ",
        "2 | 村道养护 | 66.00 | 60.72 | 92.00 | 跨年支付5.28万元",
        " | 合计 | 86.00 | 79.12 | 92.00 | ",
        before="项目支出明细（单位：万元）\n\n",
    )
    assert bound(document) == {
        ("预算数", "文化站开放补助", "", "", "200000CNY"),
        ("执行数", "文化站开放补助", "", "", "184000CNY"),
        ("执行率", "文化站开放补助", "", "", "0.92%"),
        ("预算数", "村道养护", "", "", "660000CNY"),
        ("执行数", "村道养护", "", "", "607200CNY"),
        ("执行率", "村道养护", "", "", "0.92%"),
        (UNBOUND, "", "", "", "52800CNY"),
        ("预算数", "", "合计", "", "860000CNY"),
        ("执行数", "", "合计", "", "791200CNY"),
        ("执行率", "", "合计", "", "0.92%"),
    }


def test_final_accounts_with_line_numbers_and_two_panels() -> None:
    document = pipe(
        "收入 | | | 支出 | | ",
        "项目 | 行次 | 金额 | 项目 | 行次 | 金额",
        "一、一般公共预算财政拨款收入 | 1 | 905.60 | 一、基本支出 | 58 | 699.00",
        "二、政府性基金收入 | 2 | 10.00 | 二、项目支出 | 59 | 200.00",
        "本年收入合计 | 3 | 915.60 | 本年支出合计 | 60 | 899.00",
        before="收入支出决算总表\n单位：万元\n\n",
    )
    assert bound(document) == {
        ("收入数", "", "一般公共预算", "", "9056000CNY"),
        ("收入数", "", "政府性基金", "", "100000CNY"),
        ("收入数", "", "", "", "9156000CNY"),
        ("执行数", "", "基本支出", "", "6990000CNY"),
        ("执行数", "", "项目支出", "", "2000000CNY"),
        ("执行数", "", "", "", "8990000CNY"),
    }


def test_stacked_headers_and_yuan() -> None:
    document = pipe(
        "支出构成 | 年初预算数 | | 执行数 | ",
        " | 基本支出 | 项目支出 | 基本支出 | 项目支出",
        "机关本级 | 1,000,000.00 | 500,000.00 | 1,080,000.00 | 395,000.00",
        before="单位：元\n\n",
    )
    assert {b[0:1] + b[2:3] + b[4:5] for b in bound(document)} == {
        ("年初预算数", "机关本级·基本支出", "1000000CNY"),
        ("年初预算数", "机关本级·项目支出", "500000CNY"),
        ("执行数", "机关本级·基本支出", "1080000CNY"),
        ("执行数", "机关本级·项目支出", "395000CNY"),
    }


def test_people_do_not_take_the_unit_of_money() -> None:
    document = pipe(
        "人员类别 | 编制数 | 实有人数 | 人员经费",
        "行政人员 | 20 | 19 | 310.50",
        "事业人员 | 30 | 31 | 402.10",
        before="单位：万元\n\n",
    )
    got = bound(document)
    assert ("编制数", "", "行政人员", "", "20人") in got and ("实有人数", "", "事业人员", "", "31人") in got
    assert {b[0] for b in got if b[4].endswith("CNY")} == {UNBOUND}


def test_totals_of_parts_are_not_the_units_whole() -> None:
    parts = pipe("项目 | 预算数（万元）", "因公出国（境）费 | 0", "公务接待费 | 3", "合计 | 3")
    assert ("预算数", "", "三公经费", "", "30000CNY") in bound(parts)
    whole = pipe("支出 | 预算数（万元）", "基本支出 | 30", "项目支出 | 10", "合计 | 40")
    assert ("预算数", "", "", "", "400000CNY") in bound(whole)
    mixed = pipe("项目 | 预算数（万元）", "路灯 | 30", "项目支出 | 10", "合计 | 40")
    assert ("预算数", "", "合计", "", "400000CNY") in bound(mixed)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "0.75"), {"1%", "0.75%"}),
        (("100", "75"), {"1%", "0.75%"}),
        (("100.00", "0.80"), {"1%", "0.008%"}),
        (("100%", "75%"), {"1%", "0.75%"}),
    ],
)
def test_scale_of_a_column_of_rates(cells: tuple[str, str], expected: set[str]) -> None:
    document = pipe("项目名称 | 执行率", f"甲项工程 | {cells[0]}", f"乙项工程 | {cells[1]}")
    assert {b[4] for b in bound(document)} == expected


def test_unknown_or_conflicting_headers_stay_unbound() -> None:
    unknown = pipe("事项 | 甲类 | 乙类", "巡河 | 12 | 15", "清淤 | 3 | 4")
    assert {b[0] for b in bound(unknown)} == {UNBOUND} and len(bound(unknown)) == 4
    clash = pipe("资金来源 | 预算金额（万元）", "中央财政资金 | 1200", "全年执行数 | 1425")
    assert (UNBOUND, "", "", "", "14250000CNY") in bound(clash)
    partly = pipe("单位 | 预算数中以前年度部分", "甲站 | 12")
    assert {b[0] for b in bound(partly)} == {UNBOUND}


def test_percentages_of_budget_and_of_change() -> None:
    document = pipe(
        "项目 | 年初预算 | 决算数 | 完成年初预算的百分比 | 增减率（%）",
        "基本支出 | 765 | 742.05 | 97% | -3",
        before="单位：万元\n\n",
    )
    got = bound(document)
    assert ("完成年初预算比", "", "基本支出", "", "0.97%") in got
    assert ("变动率", "", "基本支出", "", "-0.03%") in got


def test_score_sheets_are_left_to_table_rows() -> None:
    document = pipe("一级指标 | 分值 | 得分", "产出 | 60 | 58", "效益 | 40 | 39")
    assert bound(document) == set()
    assert len(table_rows(document)[1]) == 4


def test_title_beside_the_rows_is_not_their_label() -> None:
    document = pipe(
        "专项名称 | 乡村道路提升资金 | | | ",
        "资金情况（万元） | | 全年预算数（A） | 全年执行数（B） | 执行率（B/A）",
        " | 年度资金总额： | 1500.00 | 1425.00 | 95%",
        " | 其中：中央财政资金 | 1200.00 | 1200.00 | 100%",
        " | 地方资金 | 300.00 | 225.00 | 75%",
    )
    name = "乡村道路提升资金"
    assert bound(document) == {
        ("全年预算数", name, "", "", "15000000CNY"),
        ("执行数", name, "", "", "14250000CNY"),
        ("执行率", name, "", "", "0.95%"),
        ("全年预算数", name, "中央资金", "", "12000000CNY"),
        ("执行数", name, "中央资金", "", "12000000CNY"),
        ("执行率", name, "中央资金", "", "1%"),
        ("全年预算数", name, "本级资金", "", "3000000CNY"),
        ("执行数", name, "本级资金", "", "2250000CNY"),
        ("执行率", name, "本级资金", "", "0.75%"),
    }


def test_rows_that_cannot_be_told_apart_are_never_sure() -> None:
    document = pipe(
        "支出 | 预算数（万元）",
        "三公经费 | 30",
        "“三公”经费 | 32",
        "会议费 | 4",
    )
    facts, _ = table_facts(document)
    assert {(f.scope, f.sure) for f in facts.values()} == {("三公经费", False), ("会议费", True)}


def test_own_year_is_the_later_of_two_named_alike() -> None:
    document = pipe("项目 | 2022年决算数（万元） | 2023年决算数（万元）", "公务接待费 | 2.4 | 2.1")
    assert {(b[3], b[4]) for b in bound(document)} == {("2022", "24000CNY"), ("", "21000CNY")}
    assert {b[3] for b in bound(document, "2024")} == {"2022", "2023"}


WORDS = st.sampled_from(
    ["项目", "预算数", "执行率", "得分", "分值", "一级指标", "三级指标", "合计", "三公经费", "12.5", "94%", "0", "—", "", "7个", "序号",
     "2022年", "其中：办公费", "按收入性质分：3.5", "全年执行数", "年初预算数", "行次", "指标值", "≥5%", "基本支出"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=2, max_size=5), min_size=1, max_size=6))
def test_every_figure_has_exactly_one_fact(cells: list[list[str]]) -> None:
    width = max(map(len, cells))
    document = pipe(*(" | ".join(row + [""] * (width - len(row))) for row in cells))
    rows, sheet, in_sheet = table_rows(document)
    plain, in_plain = table_facts(document)
    assert not set(sheet) & set(plain)
    spans = sorted([*sheet, *plain])
    assert len(spans) == len(in_sheet) + len(in_plain)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    for span, fact in {**sheet, **plain}.items():
        assert fact.quantity.span == span == fact.quote and document.quote(span).strip()
    for row in rows:
        held = [f for f in (row.weight, row.target, row.actual, row.completion, row.score) if f is not None]
        assert all(sheet[f.quote] is f for f in held)


def test_real_basic_data_table() -> None:
    found = sorted(REPORTS.glob("004*"))
    if not found:
        pytest.skip("the published reports are not here")
    document = read(found[0])
    facts, _ = table_facts(document)
    people = {f.measure: value(f) for f in facts.values() if f.measure in ("编制数", "在职人数", "控制率")}
    assert people == {"编制数": "34人", "在职人数": "32人", "控制率": "0.94%"}
    public = {(f.measure, f.period): value(f) for f in facts.values() if f.scope == "公用经费"}
    assert public == {
        ("执行数", "2022"): "2087200CNY",
        ("预算数", ""): "318000CNY",
        ("执行数", ""): "9142500CNY",
    }


def test_a_title_over_a_whole_half_narrows_nothing() -> None:
    head = "<tr><td colspan=3>人员经费</td><td colspan=3>公用经费</td></tr>"
    names = "<td>科目编码</td><td>科目名称</td><td>决算数</td>" * 2
    row = "<td>301</td><td>工资福利支出</td><td>957.49</td><td>302</td><td>商品和服务支出</td><td>112.82</td>"
    page = f"<p>单位：万元</p><table>{head}<tr>{names}</tr><tr>{row}</tr></table>"
    facts, _ = table_facts(read_html(page.encode(), "r.html"), "2023")
    assert {(f.measure, f.scope) for f in facts.values() if f.measure == "执行数"} == {
        ("执行数", "工资福利支出"),
        ("执行数", "商品和服务支出"),
    }


def test_what_was_carried_over_names_no_other_money_below_it() -> None:
    rows = (
        ("中期资金总额", "1260.00", "年度资金总额", "420.00"),
        ("其中：财政拨款", "900.00", "其中：财政拨款", "300.00"),
    )
    rows += (("上年结转资金", "260.00", "上年结转资金", "86.67"), ("其他资金", "100.00", "其他资金", "33.33"))
    lead = "<td rowspan=4>项目资金（万元）</td>"
    cells = ["".join(f"<td>{c}</td>" for c in row) for row in rows]
    page = f"<table><tr>{lead}{cells[0]}</tr>" + "".join(f"<tr>{c}</tr>" for c in cells[1:]) + "</table>"
    facts, _ = table_facts(read_html(page.encode(), "r.html"), "2023")
    assert {f.quantity.shown for f in facts.values() if f.measure == "上年结转"} == {"260.00", "86.67"}


def test_a_title_over_all_columns_is_no_label_of_a_row() -> None:
    head, row = (
        "<tr><td>项目</td><td>全年预算数</td><td>执行数</td></tr>",
        "<tr><td>道路维修</td><td>128.50</td><td>121.36</td></tr>",
    )
    title = "<tr><td colspan=3>二、项目支出</td></tr>"
    more = (
        "<tr><td>类别</td><td>预算金额</td><td>采购金额</td></tr><tr><td>货物类</td><td>86.20</td><td>81.55</td></tr>"
    )
    page = f"<p>单位：万元</p><table>{head}{row}{title}{more}</table>"
    facts, _ = table_facts(read_html(page.encode(), "r.html"), "2023")
    assert {(f.measure, f.subject, f.scope) for f in facts.values() if f.measure == "执行数"} == {
        ("执行数", "道路维修", "")
    }
