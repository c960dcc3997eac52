"""Score sheets in tables, in the shapes of many places."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jihe_extract.cells.tablefacts import table_facts
from jihe_extract.document import Cell, Document, Span, Table
from jihe_extract.facts import UNBOUND, Fact, ScoreRow
from jihe_extract.reading import read, read_bytes, read_text
from jihe_extract.scores.scoretables import table_rows

REPORTS = Path(__file__).parents[3] / "shared" / "reports"
ROLES = ("weight", "target", "mid_year", "actual", "completion", "score")


def pipe(*rows: str) -> Document:
    """A Markdown table from rows of cells parted by bars."""
    lines = [f"| {r} |" for r in rows]
    bars = "|" + "---|" * (rows[0].count("|") + 1)
    return read_text("\n".join([lines[0], bars, *lines[1:]]) + "\n")


def value(fact: Fact | None) -> str | None:
    return None if fact is None else f"{fact.quantity.value.normalize():f}{fact.quantity.unit}"


def figures(row: ScoreRow) -> dict[str, str | None]:
    return {r: value(getattr(row, r)) for r in ROLES if getattr(row, r) is not None}


def group_facts(facts: dict[Span, Fact]) -> dict[tuple[str, str, str], str | None]:
    kept = (f for f in facts.values() if f.scope in ("小计", "合计") or f.measure == "总分")
    return {(f.measure, f.subject, f.scope): value(f) for f in kept}


def test_sheet_with_funds_indicators_and_total() -> None:
    document = pipe(
        "项目名称 | 老旧小区充电桩建设 | | | | | | ",
        "项目资金（万元） | | 年初预算数 | 全年预算数（A） | 全年执行数（B） | 分值 | 执行率（B/A） | 得分",
        " | 年度资金总额 | 640.00 | 812.50 | 780.00 | 10 | 96.00% | 9.60",
        " | 其中：当年财政拨款 | 600.00 | 772.50 | 740.00 | — | 95.79% | —",
        "一级指标 | 二级指标 | 三级指标 | 年度指标值(A) | 实际完成值(B) | 分值 | 得分 | 偏差原因分析及改进措施",
        "产出指标（60分） | 数量指标 | 新建桩位 | ≥50个 | 52个 | 30 | 30 | ",
        " | | 培训人次 | 不少于300人次 | 246人次 | 10 | 8.2 | 场地调整，下年提前安排",
        " | 时效指标 | 完成时间 | 12月底前 | 11月20日 | 20 | 20 | ",
        "效益指标（20分） | 社会效益指标 | 服务覆盖率 | ≥95% | 0.965 | 20 | 20 | ",
        "满意度指标(10分) | 服务对象满意度 | 居民满意度 | ≥90% | 92.5% | 10 | 10 | ",
        "总分 | | | | | 100 | 97.8 | ",
    )
    rows, facts, quantities = table_rows(document)
    assert [r.path for r in rows] == [
        ("预算执行率",),
        ("产出指标", "数量指标", "新建桩位"),
        ("产出指标", "数量指标", "培训人次"),
        ("产出指标", "时效指标", "完成时间"),
        ("效益指标", "社会效益指标", "服务覆盖率"),
        ("满意度指标", "服务对象满意度", "居民满意度"),
    ]
    assert figures(rows[0]) == {"weight": "10分", "completion": "0.96%", "score": "9.6分"}
    assert figures(rows[1]) == {"weight": "30分", "target": "50个", "actual": "52个", "score": "30分"}
    assert rows[1].target is not None and rows[1].target.quantity.relation == "ge"
    assert figures(rows[4])["actual"] == "0.965%"
    assert rows[2].reason is not None and rows[2].reason == rows[2].remedy
    assert rows[3].target is None and rows[3].target_text is not None
    assert document.quote(rows[3].target_text) == "12月底前"
    assert group_facts(facts) == {
        ("权重", "产出指标", "小计"): "60分",
        ("权重", "效益指标", "小计"): "20分",
        ("权重", "满意度指标", "小计"): "10分",
        ("权重", "", "合计"): "100分",
        ("总分", "", ""): "97.8分",
    }
    funds = {(f.measure, f.scope): value(f) for f in facts.values() if f.quantity.unit == "CNY"}
    assert funds[("年初预算数", "")] == "6400000CNY" and funds[("执行数", "财政拨款")] == "7400000CNY"
    assert {f.subject for f in facts.values() if f.quantity.unit == "CNY"} == {"老旧小区充电桩建设"}
    assert sorted(facts) == [q.span for q in quantities]
    assert all(f.origin == "sheet" for f in facts.values())


def test_direction_value_and_unit_in_columns_of_their_own() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 完成值 | 权重 | 得分 | 未完成原因分析",
        "产出指标 | 数量指标 | 巡林次数 | ≥ | 120 | 次 | 126 | 15 | 15 | ",
        " | 质量指标 | 成活率 | ＝ | 100 | % | 98 | 20 | 19 | 两处补植",
        " | 成本指标 | 项目总成本 | ≤ | 140 | 万元 | 133 | 10 | 10 | ",
        "效益指标 | 社会效益指标 | 环境面貌 | 定性 | 优 | | 优 | 20 | 20 | ",
    )
    rows, facts, _ = table_rows(document)
    assert [(value(r.target), value(r.actual)) for r in rows] == [
        ("120次", "126次"),
        ("1%", "0.98%"),
        ("1400000CNY", "1330000CNY"),
        (None, None),
    ]
    assert [r.target.quantity.relation for r in rows if r.target] == ["ge", "eq", "le"]
    assert [f.measure for f in facts.values() if "处" in f.quantity.unit] == [UNBOUND]


def test_mark_and_unit_inside_the_name() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | 数量指标 | 新增床位≥（张） | 60张 | 62 | 10 | 10",
        "产出指标 | 数量指标 | 义诊活动（场） | 3 | 4 | 10 | 10",
    )
    (first, second), _, _ = table_rows(document)
    assert first.indicator == "新增床位" and value(first.actual) == "62张"
    assert first.target is not None and first.target.quantity.relation == "ge"
    assert second.indicator == "义诊活动" and value(second.target) == "3场"


def test_flat_cells_without_merging_inherit_levels_and_name_score_order() -> None:
    document = pipe(
        "一级指标 | 指标 | 分值 | 指标值（A） | 实际值（B） | 得分 | 未完成原因 | 财政审核评分",
        "产出指标(30分) | 资助人数 | 10 | 1860人 | 1860人 | 10 | | 10",
        " | 到位及时率 | 20 | 100% | 95% | 19 | 拨付较晚 | 18",
    )
    rows, facts, _ = table_rows(document)
    assert [r.path for r in rows] == [("产出指标", "", "资助人数"), ("产出指标", "", "到位及时率")]
    assert [value(r.score) for r in rows] == ["10分", "19分"]
    assert {value(f) for f in facts.values() if f.scope == "复核"} == {"10分", "18分"}


def test_marks_of_levels_in_columns_of_their_own() -> None:
    document = pipe(
        "一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值 | 自评得分 | 扣分原因",
        "决策 | 20 | 项目立项 | 8 | 立项依据充分性 | 4 | 4 | ",
        " | | | | 立项程序规范性 | 4 | 3 | 缺少可行性论证",
        " | | 绩效目标 | 12 | 目标合理性 | 12 | 12 | ",
        "合计 | 20 | | 20 | | 20 | 19 | ",
    )
    rows, facts, _ = table_rows(document)
    assert [(r.path, value(r.weight), value(r.score)) for r in rows] == [
        (("决策", "项目立项", "立项依据充分性"), "4分", "4分"),
        (("决策", "项目立项", "立项程序规范性"), "4分", "3分"),
        (("决策", "绩效目标", "目标合理性"), "12分", "12分"),
    ]
    groups = group_facts(facts)
    assert groups[("权重", "决策", "小计")] == "20分" and groups[("权重", "项目立项", "小计")] == "8分"
    assert groups[("总分", "", "")] == "19分"


def test_standards_are_no_figures_of_the_row() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 指标内容 | 评价标准 | 分值 | 自评得分",
        "投入(30) | 绩效目标 | 目标明确性 | 符合得9分，每缺1项扣2分 | 9 | 7",
        "过程(40分) | 预算执行 | 预算调整率 | =0计3分；10%以内计2分 | 3 | 2",
    )
    rows, facts, _ = table_rows(document)
    assert [figures(r) for r in rows] == [
        {"weight": "9分", "score": "7分"},
        {"weight": "3分", "score": "2分"},
    ]
    assert sum(f.measure == UNBOUND for f in facts.values()) >= 4
    assert group_facts(facts)[("权重", "投入", "小计")] == "30分"


def test_summary_table() -> None:
    document = pipe(
        "序号 | 一级指标 | 权重 | 得分 | 得分率",
        "1 | 投入管理 | 30 | 27.5 | 91.67%",
        "2 | 产出效果 | 70 | 61.6 | 88%",
        "合计 | | 100 | 89.1 | 89.1%",
    )
    rows, facts, _ = table_rows(document)
    assert [r.path for r in rows] == [("投入管理",), ("产出效果",)]
    assert figures(rows[0]) == {"weight": "30分", "completion": "0.9167%", "score": "27.5分"}
    assert rows[0].completion is not None and rows[0].completion.measure == "得分率"
    assert group_facts(facts) == {
        ("权重", "", "合计"): "100分",
        ("总分", "", ""): "89.1分",
        ("得分率", "", "合计"): "0.891%",
    }
    assert len(facts) == 9


def test_double_columns_by_nature_of_money() -> None:
    document = pipe(
        "年度预算申请（万元） | 资金 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分",
        " | 年度资金总额 | 640 | 812.5 | 780 | 10 | 96% | 9.6",
        " | 按收入性质分：812.50 其中：一般公共预算：700.00；政府性基金拨款：62.50；其他资金：50.00 | | | | 按支出性质分：812.50 | | ",
        " | | | | | 其中：基本支出：500.00；项目支出：312.50 | | ",
    )
    rows, facts, _ = table_rows(document)
    assert [r.path for r in rows] == [("预算执行率",)]
    assert {(f.scope, value(f)) for f in facts.values() if f.measure == "预算数"} == {
        ("按收入性质分", "8125000CNY"),
        ("一般公共预算", "7000000CNY"),
        ("政府性基金", "625000CNY"),
        ("其他资金", "500000CNY"),
        ("按支出性质分", "8125000CNY"),
        ("基本支出", "5000000CNY"),
        ("项目支出", "3125000CNY"),
    }


def test_columns_that_do_not_hold_what_their_headers_say_bind_nothing() -> None:
    document = pipe(
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | 数量指标 | 修渠 | 完成 | 12公里 | 良好 | 优",
        "产出指标 | 数量指标 | 宣传 | 完成 | 3次 | 良好 | 优",
    )
    rows, facts, _ = table_rows(document)
    assert rows == ()
    assert {f.measure for f in facts.values()} == {UNBOUND} and len(facts) == 2


def grid(cells: list[tuple[int, int, int, int, str]], *, sure: bool = True) -> Document:
    """A document of one table with spans: (row, col, rowspan, colspan, text)."""
    text, placed = "", []
    for row, col, rowspan, colspan, words in cells:
        placed.append(Cell(row, col, rowspan, colspan, Span(len(text), len(text) + len(words))))
        text += words + "\t"
    return Document("t", "txt", "", text, tables=(Table(Span(0, len(text)), "", 1, tuple(placed), sure=sure),))


MERGED = [
    (0, 0, 4, 1, "绩效指标"),
    *(
        (0, 1 + n, 1, 1, t)
        for n, t in enumerate(["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"])
    ),
    (1, 1, 2, 1, "产出指标"),
    (1, 2, 2, 1, "数量指标"),
    (1, 3, 1, 1, "补贴户数"),
    (1, 4, 1, 1, "80户"),
    (1, 5, 1, 1, "81户"),
    (1, 6, 2, 1, "40"),
    (1, 7, 1, 1, "20"),
    (2, 3, 1, 1, "回访户数"),
    (2, 4, 1, 1, "80户"),
    (2, 5, 1, 1, "80户"),
    (2, 7, 1, 1, "19"),
    (3, 1, 1, 5, "合计"),
    (3, 6, 1, 1, "40"),
    (3, 7, 1, 1, "39"),
]


def test_merged_cells_and_a_weight_over_several_indicators() -> None:
    rows, facts, _ = table_rows(grid(MERGED))
    assert [(r.path, value(r.weight), value(r.score)) for r in rows] == [
        (("产出指标", "数量指标", "补贴户数"), None, "20分"),
        (("产出指标", "数量指标", "回访户数"), None, "19分"),
    ]
    assert group_facts(facts)[("权重", "数量指标", "小计")] == "40分"
    assert group_facts(facts)[("总分", "", "")] == "39分"


def test_doubtful_structure_is_never_sure() -> None:
    _, facts, _ = table_rows(grid(MERGED, sure=False))
    assert facts and not any(f.sure for f in facts.values())


@pytest.mark.parametrize(
    "text", ["", "一级指标\t得分\n", "| a |\n|---|\n| 1 |\n", "| 一级指标 | 分值 | 得分 |\n|---|---|---|\n"]
)
def test_poor_tables_do_not_raise(text: str) -> None:
    document = read_text(text)
    rows, facts, quantities = table_rows(document)
    assert rows == () and len(facts) == len(quantities)


@pytest.mark.parametrize(
    ("prefix", "rows_expected", "weight", "score"),
    [("003", 5, Decimal(100), Decimal("85.54")), ("004", 30, Decimal(100), Decimal(99))],
)
def test_real_reports(prefix: str, rows_expected: int, weight: Decimal, score: Decimal) -> None:
    found = sorted(REPORTS.glob(prefix + "*"))
    if not found:
        pytest.skip("the published reports are not here")
    document = read(found[0])
    rows, facts, quantities = table_rows(document)
    assert len(rows) == rows_expected
    assert sum((r.weight.quantity.value for r in rows if r.weight), Decimal(0)) == weight
    assert sum((r.score.quantity.value for r in rows if r.score), Decimal(0)) == score
    other, other_quantities = table_facts(document)
    assert not set(other) & set(facts)
    assert len(facts) == len(quantities) and len(other) == len(other_quantities)


def web(*rows: str) -> Document:
    """An HTML table from rows of cells parted by bars; ``3*甲`` is one cell over three columns."""
    out = ""
    for row in rows:
        parts = [c.strip().rpartition("*") for c in row.split("|")]
        out += "<tr>" + "".join(f"<td colspan={n or 1}>{text}</td>" for n, _, text in parts) + "</tr>"
    return read_bytes(f"<html><body><table>{out}</table></body></html>".encode(), "表.html")


@pytest.mark.parametrize(("made", "label"), [(pipe, "预算执行率 |  | "), (web, "3*预算执行率")])
def test_the_line_of_execution_among_indicators_has_a_target_and_a_rate(
    made: Callable[..., Document], label: str
) -> None:
    document = made(
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | 数量指标 | 维修水闸 | ≥12座 | 12座 | 50 | 50",
        "满意度指标 | 服务对象满意度 | 村民满意率 | ≥90% | 94.4% | 40 | 40",
        f"{label} | 100% | 95.85% | 10 | 9.59",
    )
    rows, facts, _ = table_rows(document)
    assert figures(rows[-1]) == {"target": "1%", "completion": "0.9585%", "weight": "10分", "score": "9.59分"}
    assert [value(f) for f in facts.values() if f.measure == "执行率"] == ["0.9585%"]
