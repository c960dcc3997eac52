"""Goals told in words against the indicators of the same form."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger, agree
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import edits
from jihe_audit.wording import show
from jihe_extract.cells.goaltexts import GOAL
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
    return any(shown == q.shown for shown, slip in edits(p.shown) if slip.startswith(("相邻", "一位")))


def _digits(shown: str) -> str:
    return "".join(c for c in shown if c.isdigit()).strip("0")
