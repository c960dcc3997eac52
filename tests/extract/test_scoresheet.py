"""Indicator statements in prose, in the wordings of many places."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_extract.document import Document, Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.spotting import quantities
from jihe_extract.reading import read, read_text
from jihe_extract.scores.scoresheet import prose_rows

REPORTS = Path(__file__).parents[3] / "shared" / "reports"


def rows_of(text: str) -> tuple[Document, tuple[ScoreRow, ...], dict[Span, Fact]]:
    document = read_text(text)
    rows, facts = prose_rows(document, quantities(document.text))
    return document, rows, facts


def shown(document: Document, row: ScoreRow) -> dict[str, str]:
    """The row's figures as written, without blanks."""
    figures = {
        "weight": row.weight,
        "target": row.target,
        "mid": row.mid_year,
        "actual": row.actual,
        "completion": row.completion,
        "deviation": row.deviation,
        "score": row.score,
    }
    return {k: document.quote(f.quote).replace(" ", "") for k, f in figures.items() if f is not None}


STATEMENTS = [
    (
        "指标三：河道巡查次数：预期指标值大于等于 180 次，年中监控完成 92 次，本次评价 189 次，完成率 105%，权重 12 分，自评 12 分。",
        "河道巡查次数",
        {
            "target": "180次",
            "mid": "92次",
            "actual": "189次",
            "completion": "105%",
            "weight": "12分",
            "score": "12分",
        },
    ),
    (
        "（一）指标一：\n\n公厕保洁达标率：该指标年度指标值为不低于95%，年中监控值为93.10%，年末公厕保洁达标率完成96.40%，"
        "完成率为101.47%。该指标分值为8分，自评得8分。",
        "公厕保洁达标率",
        {
            "target": "95%",
            "mid": "93.10%",
            "actual": "96.40%",
            "completion": "101.47%",
            "weight": "8分",
            "score": "8分",
        },
    ),
    (
        "指标 2：普法讲座场次，指标值≥12 场，年中监控值 5 场；自评完成 12 场，指标完成率 100%，偏差率 0%，偏差原因及改进措施：未发生偏差。",
        "普法讲座场次",
        {"target": "12场", "mid": "5场", "actual": "12场", "completion": "100%", "deviation": "0%"},
    ),
    (
        "未完成的绩效目标：护理员培训 300 人次，实际 246 人次，完成率 82%，原因是场地调整。",
        "护理员培训",
        {"target": "300人次", "actual": "246人次", "completion": "82%"},
    ),
    (
        "1.产出指标—数量指标—走访次数：年初目标 120 次，实际完成 126 次，完成率 105%，满分 10 分，自评得 10 分。",
        "走访次数",
        {"target": "120次", "actual": "126次", "completion": "105%", "weight": "10分", "score": "10分"},
    ),
    (
        "困难群众走访户数：绩效目标值为60户，全年完成66户，指标完成率110%，赋分10分，自评得分10分。",
        "困难群众走访户数",
        {"target": "60户", "actual": "66户", "completion": "110%", "weight": "10分", "score": "10分"},
    ),
    (
        "图书借阅人次指标，年度指标值不少于3000人次，截至年末实际完成3120人次，得分8分，满分8分。",
        "图书借阅人次",
        {"target": "3000人次", "actual": "3120人次", "score": "8分", "weight": "8分"},
    ),
    (
        "（3）垃圾分类覆盖率：指标值：≥95%；完成值：96%；分值：10；得分：10。",
        "垃圾分类覆盖率",
        {"target": "95%", "actual": "96%", "weight": "10", "score": "10"},
    ),
    (
        "指标5：投诉处理及时率。年初指标值：≥98%；半年监控值：97.5%；全年实际值：98.6%。指标得分：10分，权重：10分。",
        "投诉处理及时率",
        {"target": "98%", "mid": "97.5%", "actual": "98.6%", "weight": "10分", "score": "10分"},
    ),
    (
        "指标1政策宣传场次，预期目标30场，年中完成16场，实际完成33场，完成率110%，偏差率10%，权重5分，得5分，偏差原因是群众需求增加，"
        "下一步将合理设定目标。",
        "政策宣传场次",
        {
            "target": "30场",
            "mid": "16场",
            "actual": "33场",
            "completion": "110%",
            "deviation": "10%",
            "weight": "5分",
            "score": "5分",
        },
    ),
    (
        "三级指标“设备在用率”绩效目标值为100%，实际完成值为95%，赋分5分，得4.75分。",
        "设备在用率",
        {"target": "100%", "actual": "95%", "weight": "5分", "score": "4.75分"},
    ),
    (
        "目标2：完成农村改厕200户，实际完成210户，完成率105%。",
        "农村改厕",
        {"target": "200户", "actual": "210户", "completion": "105%"},
    ),
    (
        "质量指标：苗木成活率≥90%，实际为92.5%。",
        "苗木成活率",
        {"target": "90%", "actual": "92.5%"},
    ),
    (
        "3.成本指标：亩均补助≤650元，实际620元。",
        "亩均补助",
        {"target": "650元", "actual": "620元"},
    ),
    (
        "生态效益指标：森林覆盖率达到52%，实际达到52.3%。",
        "森林覆盖率",
        {"target": "52%", "actual": "52.3%"},
    ),
    (
        "1.补贴面积：目标56.67万亩，实际补贴56.36万亩，完成率99.45%。",
        "补贴面积",
        {"target": "56.67万亩", "actual": "56.36万亩", "completion": "99.45%"},
    ),
    (
        "综合机械化率：目标78%，实际78.6%，较上年提高1.2个百分点。",
        "综合机械化率",
        {"target": "78%", "actual": "78.6%"},
    ),
    (
        "满意度目标 95%，实际 95% 以上，得 10 分。",
        "满意度",
        {"target": "95%", "actual": "95%", "score": "10分"},
    ),
]


@pytest.mark.parametrize(("text", "name", "figures"), STATEMENTS, ids=[s[1] for s in STATEMENTS])
def test_statement(text: str, name: str, figures: dict[str, str]) -> None:
    document, rows, facts = rows_of(text)
    assert [r.indicator for r in rows] == [name]
    got = shown(document, rows[0])
    assert {k: v.replace("以上", "") for k, v in got.items()} == figures
    assert all(document.quote(span) and fact.subject == name for span, fact in facts.items())
    assert len(facts) == len(figures)


def test_measures_stages_and_relations() -> None:
    document, (row,), facts = rows_of(STATEMENTS[0][0])
    assert row.target is not None and row.target.quantity.relation == "ge"
    kinds = {(f.measure, f.stage) for f in facts.values()}
    assert kinds == {
        ("目标值", "目标"),
        ("监控值", "年中"),
        ("完成值", "年末"),
        ("完成率", "年末"),
        ("权重", ""),
        ("得分", ""),
    }
    assert row.name is not None and document.quote(row.name) == "河道巡查次数"


def test_reason_and_remedy_are_kept_apart_and_hold_no_figures() -> None:
    document, (row,), facts = rows_of(
        "指标一：\n\n道路修补面积：该指标预期指标值为 500 平方米，本次评价道路修补面积 420 平方米，该指标完成率为 84%。"
        "偏差原因：7 月停工 20 天，目标值 500 平方米偏高，改进措施：下年增加 2 个班组。该指标权重分值为 10 分，自评得分 8.4 分。"
    )
    assert row.reason is not None and document.quote(row.reason).startswith("7 月停工 20 天")
    assert row.remedy is not None and document.quote(row.remedy) == "下年增加 2 个班组"
    assert shown(document, row)["score"] == "8.4分"
    assert len(facts) == 5


def test_analysis_text_is_business_not_the_rows_figures() -> None:
    document, (row,), facts = rows_of(
        "指标 4: 消防检查次数, 指标值≥ 6 次, 年中监控完成值: 3 次; 自评完成值: 7 次, 指标完成率 117%。指标成效分析: 全年检查商户 310 家，"
        "完成整改 88 处，整改率达到 97%，开展演练 4 次。偏差率 17%，偏差原因及改进措施：检查力度加大。"
    )
    assert shown(document, row) == {
        "target": "6次",
        "mid": "3次",
        "actual": "7次",
        "completion": "117%",
        "deviation": "17%",
    }
    assert len(facts) == 5
    assert row.reason is not None and document.quote(row.reason) == "检查力度加大"


def test_label_of_the_actual_is_kept_for_comparing_names() -> None:
    document, (row,), _ = rows_of(
        "指标六：入户宣传次数：该指标预期指标值为大于等于 60 次，本次评价调解邻里纠纷 57 件，该指标完成率为 95%，"
        "该指标权重分值为 10 分，自评得分 9.5 分。"
    )
    assert row.actual is not None and row.actual.label is not None
    assert document.quote(row.actual.label) == "调解邻里纠纷"
    assert row.indicator == "入户宣传次数"


def test_a_stray_stop_inside_a_cue_is_bridged_when_the_order_speaks_for_it() -> None:
    document, (row,), _ = rows_of(
        "指标七：技能培训人数：该指标预期指标值为 40 人，年中监控实际完。该值指成为 18 人，本次评价技能培训人数 44 人，该指标完成率为 110%。"
    )
    assert shown(document, row)["mid"] == "18人"
    assert row.mid_year is not None and row.mid_year.sure


def test_cues_broken_over_lines_and_paragraphs() -> None:
    document, (row,), _ = rows_of(
        "（二）指标二：\n\n绿化补植棵数：该指标预期指标值为 300\n\n棵，年中监控实际完\n\n成值为 120 棵，本次评价绿化补植棵数 306 棵，\n\n该指标完\n成率为 102%。\n"
        "该指标权重分值为 9 分，自评得分 9 分。"
    )
    figures = shown(document, row)
    assert figures["mid"] == "120棵" and figures["completion"] == "102%" and figures["score"] == "9分"


def test_levels_come_from_headings_and_names() -> None:
    _, rows, _ = rows_of(
        "三、绩效目标完成情况\n\n（一）产出指标完成情况\n\n1.数量指标\n\n指标1：清淤长度，指标值≥8公里，自评完成8.5公里，指标完成率106.25%。\n\n"
        "2.质量指标\n\n指标2：验收合格率，指标值100%，自评完成100%，指标完成率100%。\n\n（二）效益指标完成情况\n\n"
        "指标3：受益人口，指标值≥2000人，自评完成2300人，指标完成率115%。\n\n四、存在问题\n"
    )
    assert [r.path for r in rows] == [
        ("产出指标", "数量指标", "清淤长度"),
        ("产出指标", "质量指标", "验收合格率"),
        ("效益指标", "", "受益人口"),
    ]


def test_statements_of_one_paragraph_share_its_level_and_take_no_figure_of_the_next() -> None:
    text = (
        "（一）产出指标\n1.数量指标：培训人次≥60人次，实际完成65人次；造林面积≥1200亩，实际完成1250亩。\n"
        "2.时效指标：工程按期完成率目标值≥95%，20个单项工程中19个按期完成，完成率95%。\n3.成本指标：亩均补助≤650元，实际620元。"
    )
    document, rows, _ = rows_of(text)
    assert [row.path for row in rows] == [
        ("产出指标", "数量指标", "培训人次"),
        ("产出指标", "数量指标", "造林面积"),
        ("产出指标", "时效指标", "工程按期完成率"),
        ("成本指标", "", "亩均补助"),
    ]
    assert rows[2].actual is None and shown(document, rows[3])["actual"] == "620元"


def test_targets_that_count_are_no_headings_and_pairs_in_words_are_rows() -> None:
    text = (
        "维修校舍：年度目标6所，实际完成6所，完成率100.00%，分值17分，得17分。\n"
        "城乡教育差距：年度目标稳步缩小，实际完成稳步缩小，分值10分，得10分。"
    )
    document, rows, _ = rows_of(text)
    assert [row.path[-1] for row in rows] == ["维修校舍", "城乡教育差距"]
    assert shown(document, rows[0])["target"] == "6所"
    assert rows[1].target_text is not None and document.quote(rows[1].target_text) == "稳步缩小"


def test_values_in_words() -> None:
    document, (row,), _ = rows_of(
        "指标一：\n\n营商环境：该指标预期指标值为有所提升，年中监控有所提升，本次评价有所提升，该指标权重分值为5分，自评得分5分。"
    )
    assert row.target is None and row.target_text is not None and document.quote(row.target_text) == "有所提升"
    assert row.actual is None and row.actual_text is not None and document.quote(row.actual_text) == "有所提升"


@pytest.mark.parametrize(
    ("text", "completion", "weight", "score"),
    [
        (
            "我单位全年预算金额为 1961.55 万元，执行金额为 1902.70 万元，执行率 97.00%，得 9.70 分。",
            "97.00%",
            None,
            "9.70分",
        ),
        (
            "执行数（B）2695.00 万元，执行率（B/A）98.00%，该项分值 20 分，得 19.60 分。",
            "98.00%",
            "20分",
            "19.60分",
        ),
        ("实际支出 3110.40 万元，预算执行率 96%，权重 10 分，自评得 9.6 分。", "96%", "10分", "9.6分"),
        ("预算完成率=1478.00÷1520.00=97.24%，大于 95%，得 10 分。", "97.24%", None, "10分"),
    ],
)
def test_execution_score(text: str, completion: str, weight: str | None, score: str) -> None:
    document, (row,), facts = rows_of(text)
    assert row.path == ("预算执行率",)
    got = shown(document, row)
    assert (got["completion"], got.get("weight"), got["score"]) == (completion, weight, score)
    assert {f.measure for f in facts.values()} <= {"执行率", "权重", "得分"}
    assert not any(f.quantity.unit == "CNY" for f in facts.values())


@pytest.mark.parametrize(
    ("text", "path", "measure", "scope", "sure"),
    [
        ("部门整体支出预算执行率为95%，得9.5分。", "预算执行率", "执行率", "", True),
        ("基本支出预算执行率98%，得4.9分。", "基本支出预算执行率", "执行率", "基本支出", True),
        ("政府采购执行率100%，得5分。", "政府采购执行率", "执行率", "政府采购", True),
        ("预算控制率=216÷1080×100%=20%，按标准计3分。", "预算控制率", "调整率", "", True),
        ("其中农田灌溉项目预算60万元，执行率80%，得8分。", "预算执行率", "执行率", "", False),
        ("群众知晓率96%，得10分。", "群众知晓率", "完成值", "", True),
    ],
)
def test_scored_rates_keep_their_own_names(text: str, path: str, measure: str, scope: str, sure: bool) -> None:
    _, (row,), facts = rows_of(text)
    rate = next(f for f in facts.values() if f.quantity.unit == "%")
    assert row.path == (path,) and (rate.measure, rate.scope, rate.sure) == (measure, scope, sure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "决策权重 10，得分率 90%，得 9；管理权重 24，得分率 95.83%，得 23。",
            [("决策", "10", "9", "90%"), ("管理", "24", "23", "95.83%")],
        ),
        (
            "履职效能 48.2 分（满分 50），管理效率 44.9 分（满分 50），合计 93.1 分。",
            [("履职效能", "50", "48.2", None), ("管理效率", "50", "44.9", None)],
        ),
        ("管理效率分值 30，得分 24.60，得分率 82.00%。", [("管理效率", "30", "24.60", "82.00%")]),
        (
            "该项目自评 96 分，其中产出 48 分、效益 29 分、满意度 19 分。",
            [("产出", None, "48", None), ("效益", None, "29", None), ("满意度", None, "19", None)],
        ),
    ],
)
def test_group_scores(text: str, expected: list[tuple[str, str | None, str, str | None]]) -> None:
    document, rows, _ = rows_of(text)
    got = []
    for row in rows:
        figures = shown(document, row)
        weight = figures.get("weight")
        got.append(
            (
                row.indicator,
                weight and weight.rstrip("分"),
                figures["score"].rstrip("分"),
                figures.get("completion"),
            )
        )
    assert got == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023年度部门整体支出绩效自评综合得分 92.30 分，评价结果为“优”。",
        "本次评价综合得分92分（满分100分），等级为优。",
        "三级指标共设置15个，完成14个，完成率93.33%。",
        "全年完成安全检查500次，达到预期目标，走访群众120户，实际办结率98%。",
        "根据评分标准，执行率低于80%的扣2分，得8分；超过95%的得10分。",
        "本单位设置绩效指标12个，其中：产出指标8个、效益指标3个。全年完成11个，完成率91.67%。",
        "该项工作年初计划开展20次，实际开展22次，超额完成目标值的10%。",
        "年初计划投资 50 万元，实际完成投资 48 万元，投资完成率 96%。",
        "完成率=实际完成值÷目标值×100%，偏差率超过20%的应说明原因。",
        "数量指标设 6 项，完成 5 项，完成率 83.33%；质量达标率 98.33%（118/120）。",
        "我单位编制60名，实有58人，全年实际支出100.00万元，完成年初预算的98%。",
        "",
    ],
)
def test_ordinary_sentences_are_no_rows(text: str) -> None:
    _, rows, facts = rows_of(text)
    assert rows == () and facts == {}


def test_several_indicators_in_one_paragraph() -> None:
    document, rows, _ = rows_of(
        "（1）产出指标\n①数量指标“开展志愿服务”，目标值≥20场，实际完成值23场，分值5分，得分5分。"
        "②质量指标“设备验收合格率”，目标值100%，实际完成值100%，分值5分，得分4.5分。\n"
    )
    assert [(r.path, shown(document, r)["score"]) for r in rows] == [
        (("产出指标", "数量指标", "开展志愿服务"), "5分"),
        (("产出指标", "质量指标", "设备验收合格率"), "4.5分"),
    ]


@given(
    st.integers(1, 9999),
    st.integers(0, 9999),
    st.decimals(0, 300, places=2),
    st.integers(1, 60),
    st.decimals(0, 60, places=1),
)
@settings(max_examples=60, deadline=None)
def test_figures_keep_their_places_whatever_they_are(
    target: int, actual: int, rate: Decimal, weight: int, score: Decimal
) -> None:
    _, (row,), _ = rows_of(
        f"指标四：夜间巡查次数：该指标预期指标值为大于等于 {target} 次，本次评价夜间巡查次数 {actual} 次，该指标完成率为 {rate}%，"
        f"该指标权重分值为 {weight} 分，自评得分 {score} 分。"
    )
    assert row.target and row.actual and row.completion and row.weight and row.score
    got = [f.quantity.value for f in (row.target, row.actual, row.completion, row.weight, row.score)]
    assert got == [target, actual, rate / 100, weight, score]


def test_long_text_is_read_in_linear_time() -> None:
    sentence = "目标值为12次，完成值为13次，原因是计划完成率得分。"
    _, rows, _ = rows_of(sentence * 1500)
    assert len(rows) <= 1500


@pytest.mark.parametrize(
    ("prefix", "indicators", "weights"),
    [("000", 8, Decimal(90)), ("001", 8, Decimal(90)), ("002", 7, Decimal(0)), ("003", 0, Decimal(0))],
)
def test_real_reports(prefix: str, indicators: int, weights: Decimal) -> None:
    found = sorted(REPORTS.glob(prefix + "*"))
    if not found:
        pytest.skip("the published reports are not here")
    document = read(found[0])
    rows, facts = prose_rows(document, quantities(document.text))
    named = [r for r in rows if len(r.path) == 3]
    assert len(named) == indicators
    assert sum((r.weight.quantity.value for r in named if r.weight), Decimal(0)) == weights
    for row in named:
        assert row.target and row.actual and row.mid_year
    for span, fact in facts.items():
        assert fact.quote == span and document.quote(span)
