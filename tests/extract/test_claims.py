"""What the prose asserts about its own figures."""

from __future__ import annotations

import pytest

from jihe_extract.extraction import extract
from jihe_extract.facts import Claim, Extraction
from jihe_extract.reading import read_text


def claims(text: str, kind: str) -> tuple[Extraction, list[Claim]]:
    """The extraction of a text and its claims of one kind."""
    extraction = extract(read_text(text))
    return extraction, [c for c in extraction.claims if c.kind == kind]


def figures(extraction: Extraction, claim: Claim) -> tuple[str, list[str]]:
    """The stated figure and the operands, as quoted."""
    quote = extraction.document.quote
    return quote(claim.stated.quantity.span) if claim.stated else "", [quote(o.quantity.span) for o in claim.operands]


SUMS = {
    "open list": (
        "全年支出 640.00 万元，其中：基本支出 410.00 万元，项目支出 230.00 万元。",
        [("640.00 万元", ["410.00 万元", "230.00 万元"])],
    ),
    "nested list goes to the scope that holds its parts": (
        "全年支出 640.00 万元，其中：基本支出 410.00 万元，项目支出 230.00 万元，其中：人员经费 390.00 万元，公用经费 20.00 万元。",
        [("640.00 万元", ["410.00 万元", "230.00 万元"]), ("410.00 万元", ["390.00 万元", "20.00 万元"])],
    ),
    "parts in brackets": (
        "总支出 908.4 万元（其中：人员经费 780.1 万元，公用经费 128.3 万元）。",
        [("908.4 万元", ["780.1 万元", "128.3 万元"])],
    ),
    "marks": (
        "该项目自评 96 分，其中产出 48 分、效益 29 分、满意度 9 分、执行率 10 分。",
        [("96 分", ["48 分", "29 分", "9 分", "10 分"])],
    ),
    "no list": ("全年支出 640.00 万元。基本支出 410.00 万元。", []),
}


@pytest.mark.parametrize("name", SUMS)
def test_sums(name: str) -> None:
    text, wanted = SUMS[name]
    extraction, found = claims(text, "sum")
    assert [figures(extraction, c) for c in found] == wanted


COUNTS = {
    "items after the count": ("中心下设 3 个科室，分别是：综合科、业务科、财务科。", "3 个", 3, False),
    "items before the count": ("辖区有东风社区、新建社区、滨河社区共计 3 个社区。", "3 个", 3, False),
    "noun repeated before the list": (
        "内设机构 2 个、下设 3 个事业单位，内设机构包括：办公室和财务股，事业单位包括：水管站、农机站和文化站。",
        "2 个",
        2,
        False,
    ),
    "ordinals": ("主要采取三项措施。一是建立台账；二是定期通报；三是专人督办。", "三项", 3, False),
    "amounts behind the names": (
        "全年实施 2 个项目，分别是渠道疏浚项目和泵站维修项目，资金合计年初预算 96.00 万元，实际支出 90.00 万元。",
        "2 个",
        2,
        False,
    ),
    "open list": ("下辖 9 个站所，包括农机站、水管站等。", "9 个", 2, True),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    text, stated, items, is_open = COUNTS[name]
    extraction, found = claims(text, "count")
    claim = next(c for c in found if figures(extraction, c)[0] == stated)
    assert (len(claim.items), claim.open) == (items, is_open)


FORMULAS = {
    "预算控制率=216÷1080×100%=20%": ("20%", ["216", "1080"], "rpn:0 1 /"),
    "变动率=（36−32）÷32=12.50%": ("12.50%", ["36", "32", "32"], "rpn:0 1 - 2 /"),
    "达标率 98.33%（118/120）": ("98.33%", ["118", "120"], "rpn:0 1 /"),
}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text: str) -> None:
    extraction, found = claims(text + "。", "ratio")
    written = [c for c in found if c.word.startswith("rpn:")]
    stated, operands, word = FORMULAS[text]
    assert [(*figures(extraction, c), c.word) for c in written] == [(stated, operands, word)]


def test_growth_knows_level_change_and_direction() -> None:
    extraction, found = claims("财政拨款支出 1530.75 万元，较上年增加 86.65 万元，增长 6.00%。", "growth")
    assert [(figures(extraction, c), c.word) for c in found] == [(("6.00%", ["1530.75 万元", "86.65 万元"]), "up")]


def test_rate_of_the_figure_before_it() -> None:
    extraction, found = claims("公务用车运行维护费支出 9.20 万元，完成预算 11.50 万元的 80%。", "ratio")
    assert [figures(extraction, c) for c in found] == [("80%", ["9.20 万元", "11.50 万元"])]


def test_total_and_grade() -> None:
    extraction, found = claims("2022年度自评得分合计 93.40 分，评价等级为“优”。", "grade")
    assert [(c.word, figures(extraction, c)[1]) for c in found] == [("优", ["93.40 分"])]


PHRASES = {
    "资金不存在闲置现象。": ["no_idle_funds"],
    "部门预算执行率低，但重点工作完成。": ["low_execution"],
    "预算执行率不低于 90%。": [],
    "居家养老项目未开展。": ["not_started"],
    "有 0 个属当年度新增项目。": ["no_new_projects"],
}


@pytest.mark.parametrize("text", PHRASES)
def test_phrases(text: str) -> None:
    assert [c.word for c in claims(text, "qualitative")[1]] == PHRASES[text]
