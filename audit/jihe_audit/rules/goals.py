"""Goals told in words against the indicators of the same form."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.finding import Check, Finding
from jihe_audit.groups import agree
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import near_slip
from jihe_audit.wording import show
from jihe_extract.cells.goaltexts import GOAL
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.facts import Fact

LONG = 3
"""Fewest digits of a figure that differs from another by one of them, and by no chance."""


def _form(goal: str = "380公里", done: str = "386.5公里") -> str:
    rows = (
        "年度总体目标 | 预期目标 | | 实际完成情况 | | |",
        f" | 疏浚灌渠{goal}，发放灌溉补贴。 | | 疏浚灌渠{done}，补贴发放到户。 | | |",
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | 数量指标 | 疏浚灌渠长度 | ≥380公里 | 386.5公里 | 50 | 50",
        "产出指标 | 时效指标 | 按期完工比例 | 100% | 100% | 50 | 50",
    )
    lines = [f"| {r} |" for r in rows]
    return "\n".join((lines[0], "|---|---|---|---|---|---|---|", *lines[1:])) + "\n"


@rule(
    id="N25",
    title="总体目标所述数字与指标不符",
    category="A07",
    severity="warning",
    basis=("CY10",),
    advice="核对总体目标（完成情况）与绩效指标的数字，更正录入有误的一处。",
    fails=(_form(done="«396.5公里»"), _form(goal="«340公里»")),
    passes=(_form(), _form(goal="200公里"), _form(goal="38万米")),
    late=True,
)
def goals(ledger: Ledger) -> Outcome:
    """自评表的总体目标、完成情况用文字复述某指标的指标值、完成值：相符的记为已核；只差一位数字（另一处相符，或位数足够）的提示核对，相差悬殊的视为另有所指。"""
    told: dict[str, list[tuple[Fact, Fact]]] = {}
    for claim in ledger.extraction.supposed:
        if claim.kind == "restatement" and claim.word.startswith(GOAL) and claim.stated is not None:
            told.setdefault(claim.word, []).append((claim.stated, claim.operands[0]))
    for word, pairs in told.items():
        yield from _judged(ledger, word.partition(":")[2], pairs)


def _table(actual: str = "94.88%") -> str:
    rows = (
        "资金性质 | 全年预算（万元） | 全年支出（万元） | 执行率",
        "合计 | 2378.70 | 2256.90 | 94.88%",
        "一级指标 | 二级指标 | 三级指标 | 目标值 | 完成值 | 权重 | 得分",
        f"管理效率 | 预算管理 | 预算执行率 | ≥98% | {actual} | 40 | 38.73",
        "履职效能 | 参保扩面 | 参保人数 | ≥420人 | 428人 | 60 | 60",
    )
    first = [f"| {r} |" for r in rows[:2]]
    second = [f"| {r} |" for r in rows[2:]]
    head = "|---|---|---|---|"
    return "\n".join((first[0], head, first[1], "", second[0], head + "---|---|---|", *second[1:])) + "\n"


@rule(
    id="N26",
    title="执行率指标的完成值与预算执行率不符",
    category="A07",
    severity="warning",
    basis=("CY10",),
    advice="核对该指标的完成值与资金部分的执行率，更正录入有误的一处。",
    fails=(_table(actual="«99.88%»"),),
    passes=(_table(), _table(actual="97.20%")),
    late=True,
)
def execution(ledger: Ledger) -> Outcome:
    """指标体系内“预算执行率”的完成值应等于报告的某一执行率；与总执行率只差一位数字的提示核对。"""
    rates = [f for f in ledger.of_measure("执行率") if f.quantity.exact and not f.period]
    totals = [f for f in rates if f.scope in ("", "合计") and not f.subject]
    for row in ledger.rows:
        actual = row.actual
        if actual is None or row.indicator not in load_table_words().execution or actual.quantity.unit != "%":
            continue
        same = next((f for f in rates if agree(actual, f) in ("complete", "consistent")), None)
        if same is not None:
            yield ledger.check("I19", "pass", f"{show(actual)}={show(same)}", (actual, same))
            continue
        near = next((f for f in totals if _slip(actual, f, LONG)), None)
        if near is not None:
            yield ledger.check("I19", "uncertain", f"{show(actual)}≠{show(near)}", (actual, near))
            says = f"“{row.indicator}”完成值{show(actual)}，而预算执行率为{show(near)}，只差一位数字，疑录入差错。"
            yield ledger.finding(says, actual, near)


def _judged(ledger: Ledger, title: str, pairs: list[tuple[Fact, Fact]]) -> Iterator[Finding | Check]:
    same = [agree(said, stated) in ("complete", "consistent") for said, stated in pairs]
    for (said, stated), holds in zip(pairs, same, strict=True):
        working = f"{show(said)}{'=' if holds else '≠'}{show(stated)}"
        if holds:
            yield ledger.check("I19", "pass", working, (said, stated))
        elif _slip(said, stated, LONG - any(same)):
            yield ledger.check("I19", "uncertain", working, (said, stated))
            says = f"总体目标（完成情况）写明{show(said)}，指标“{title}”为{show(stated)}，只差一位数字，疑录入差错。"
            yield ledger.finding(says, said, stated, working=working)


def _slip(a: Fact, b: Fact, least: int) -> bool:
    """Whether two figures of one unit, long enough, are one digit apart."""
    p, q = a.quantity, b.quantity
    if p.surface != q.surface or min(len(_digits(p.shown)), len(_digits(q.shown))) < least:
        return False
    return near_slip(p.shown, q.shown)


def _digits(shown: str) -> str:
    return "".join(c for c in shown if c.isdigit()).strip("0")
