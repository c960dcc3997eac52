"""What the rule binder makes of ordinary sentences; every sentence is our own."""

from __future__ import annotations

import pytest

from jihe_extract.extraction import extract
from jihe_extract.facts import UNBOUND, Extraction
from jihe_extract.reading import read_text


def bound(extraction: Extraction) -> list[tuple[str, str, str, str]]:
    """(figure, measure, scope or subject, period) of every fact."""
    quote = extraction.document.quote
    return [(quote(f.quantity.span), f.measure, f.scope or f.subject, f.period) for f in extraction.facts]


CASES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "four figures of one sentence": (
        "我单位年初批复预算 1864.20 万元，年中调增 97.35 万元，调整后全年预算 1961.55 万元，预算调整率 5.22%。",
        [
            ("1864.20 万元", "年初预算数", ""),
            ("97.35 万元", "调增数", ""),
            ("1961.55 万元", "全年预算数", ""),
            ("5.22%", "调整率", ""),
        ],
    ),
    "parts inherit the measure of their head": (
        "全年实际支出 640.00 万元，其中：基本支出 410.00 万元，项目支出 230.00 万元。",
        [("640.00 万元", "执行数", ""), ("410.00 万元", "执行数", "基本支出"), ("230.00 万元", "执行数", "项目支出")],
    ),
    "the topic survives its list": (
        "基本支出全年预算 300.00 万元，其中：人员经费 260.00 万元，公用经费 40.00 万元。实际支出 291.00 万元，执行率 97.00%。",
        [
            ("300.00 万元", "全年预算数", "基本支出"),
            ("260.00 万元", "全年预算数", "人员经费"),
            ("40.00 万元", "全年预算数", "公用经费"),
            ("291.00 万元", "执行数", "基本支出"),
            ("97.00%", "执行率", "基本支出"),
        ],
    ),
    "budget and outlay of each part": (
        "“三公”经费预算数为 12.60 万元，实际支出 10.08 万元，控制率为 80.00%。其中：公务用车运行维护费预算 9.60 万元，"
        "实际支出 8.08 万元；公务接待费预算 3.00 万元，实际支出 2.00 万元。",
        [
            ("12.60 万元", "预算数", "三公经费"),
            ("10.08 万元", "执行数", "三公经费"),
            ("80.00%", "控制率", "三公经费"),
            ("9.60 万元", "预算数", "公车运行费"),
            ("8.08 万元", "执行数", "公车运行费"),
            ("3.00 万元", "预算数", "公务接待费"),
            ("2.00 万元", "执行数", "公务接待费"),
        ],
    ),
    "a named project owns the figures behind it": (
        "主要项目为农田水渠维修项目，预算金额为 86.00 万元，执行金额为 79.12 万元。",
        [("86.00 万元", "预算数", "农田水渠维修项目"), ("79.12 万元", "执行数", "农田水渠维修项目")],
    ),
    "a list of named projects": (
        "年初安排预算数为 75.50 万元，具体明细包括：文化站免费开放经费 20.50 万元、河道保洁项目（上级补助）55 万元。",
        [
            ("75.50 万元", "年初预算数", ""),
            ("20.50 万元", "年初预算数", "文化站免费开放经费"),
            ("55 万元", "年初预算数", "河道保洁项目（上级补助）"),
        ],
    ),
    "staff and the ones who came and went": (
        "编制 46 人，在职 45 人，其中管理岗 40 人、工勤岗 5 人。在职人员减少 4 人，其中退休 3 人、调出 1 人；增加 2 人。",
        [
            ("46 人", "编制数", ""),
            ("45 人", "在职人数", ""),
            ("40 人", "在职人数", "管理岗"),
            ("5 人", "在职人数", "工勤人员"),
            ("4 人", "减少人数", ""),
            ("3 人", "减少人数", "退休人员"),
            ("1 人", "减少人数", "调出"),
            ("2 人", "增加人数", ""),
        ],
    ),
    "figures after 分别": (
        "基本支出、项目支出分别为 100.00 万元、50.00 万元。",
        [("100.00 万元", "执行数", "基本支出"), ("50.00 万元", "执行数", "项目支出")],
    ),
    "change against another time is no level": (
        "财政拨款支出决算 1530.75 万元，较上年增加 86.65 万元，增长 6.00%。",
        [("1530.75 万元", "执行数", "财政拨款"), ("86.65 万元", "增减额", "财政拨款"), ("6.00%", "变动率", "财政拨款")],
    ),
    "the base of a comparison is a level": (
        "三公经费决算 14.60 万元，较预算 18.00 万元节约 3.40 万元。",
        [
            ("14.60 万元", "执行数", "三公经费"),
            ("18.00 万元", "预算数", "三公经费"),
            ("3.40 万元", "节约额", "三公经费"),
        ],
    ),
    "a figure behind a list of parts belongs to the whole": (
        "预算批复 420 万元，其中市级 300 万元、区级 120 万元，支出 403.20 万元，预算执行率 96%。",
        [
            ("420 万元", "预算数", ""),
            ("300 万元", "预算数", "市级资金"),
            ("120 万元", "预算数", "本级资金"),
            ("403.20 万元", "执行数", ""),
            ("96%", "执行率", ""),
        ],
    ),
    "words that the vocabulary lacks make a scope of their own": (
        "全年预算 500.00 万元。办公楼电梯改造材料支出 12.00 万元。",
        [("500.00 万元", "全年预算数", ""), ("12.00 万元", "执行数", "办公楼电梯改造材料")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_sentences(name: str) -> None:
    text, wanted = CASES[name]
    assert [(q, m, s) for q, m, s, _ in bound(extract(read_text(text)))] == wanted


def test_the_nearest_keyword_is_no_binding() -> None:
    extraction = extract(read_text("全年预算执行情况较好。活动带动消费超 400 万元。"))
    assert [f.measure for f in extraction.facts if f.measure not in (UNBOUND, "业务量")] == []


def test_another_year_is_kept_apart() -> None:
    text = "2023年度某县水利局部门整体支出绩效自评报告\n2022年预算执行数为 90.00 万元，2023年执行数为 96.00 万元。"
    facts = extract(read_text(text)).facts
    assert [(f.measure, f.period) for f in facts] == [("执行数", "2022"), ("执行数", "")]


def test_every_quantity_is_in_exactly_one_fact() -> None:
    text = "一、预算情况\n全年预算 10.00 万元，支出 9.00 万元，执行率 90.00%。\n|项目|预算数|执行数|\n|--|--|--|\n|甲|1.00|0.50|\n"
    extraction = extract(read_text(text))
    spans = [f.quantity.span for f in extraction.facts]
    assert len(spans) == len(set(spans)) == 5
    for fact in extraction.facts:
        assert extraction.document.quote(fact.quantity.span).strip()


def test_verbs_before_a_project_are_no_part_of_its_name() -> None:
    facts = extract(read_text("积极推进农田水渠维修项目，预算金额为 86.00 万元。")).facts
    assert [f.subject for f in facts] == ["农田水渠维修项目"]


def test_names_are_the_same_with_and_without_blanks_beside_chinese_characters() -> None:
    def names(text: str) -> list[tuple[str, str]]:
        return [(f.subject, f.scope) for f in extract(read_text(text, "a.txt")).facts]

    spaced = names("2023年受理 12345 热线工单1874件，利用 LED 播放平安建设内容120条。")
    assert spaced == names("2023年受理12345热线工单1874件，利用LED播放平安建设内容120条。")
    assert ("", "受理12345热线工单") in spaced


def test_a_stock_at_the_end_of_the_year_is_not_that_of_the_year_before() -> None:
    facts = extract(
        read_text("2024年基金决算情况\n2023年末滚存结余1,260.00万元，年末滚存结余1,415.00万元，可支付12个月。")
    ).facts
    assert [f.period for f in facts if f.measure == "年末结转"] == ["2023", ""]
