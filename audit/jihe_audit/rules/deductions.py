"""Marks told by what was taken off: ``预算管理25分，扣1.5分``."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import HUNDRED, added
from jihe_audit.slipreadings import judged, weighed
from jihe_audit.wording import show
from jihe_extract.asserted.marklists import LOST, OFF_HUNDRED
from jihe_extract.facts import Fact

LEAST = 2
"""Fewest groups that make a list."""


@rule(
    id="S20",
    title="总分与分值减扣分不符",
    category="E01",
    severity="warning",
    basis=("CY10",),
    advice="逐项核对分值和扣分，更正总分或扣分。",
    consequence="total",
    fails=(
        "«自评得分95.5分»。其中预算管理25分，扣2.5分；履职效能50分，扣2分；社会效应25分，扣1分。",
        "满分100分，«自评得分95.6分»。扣分项：预算执行扣0.3分，绿化补植扣1.1分，投诉办结率扣4分，成本节约扣1分。",
    ),
    passes=(
        "自评得分95.5分。其中预算管理25分，扣1.5分；履职效能50分，扣2分；社会效应25分，扣1分。",
        "满分100分，自评得分95.6分。扣分项：预算执行扣0.3分，绿化补植扣1.1分，投诉办结率扣2分，成本节约扣1分。",
        "自评得分95.5分。扣分情况：其中预算管理25分，扣1.5分；履职效能50分，扣2分。",
    ),
)
def deducted(ledger: Ledger) -> Outcome:
    """按分值和扣分列示的，各项分值之和减去各项扣分应等于总分；各项分值合计为100分时才核对。

    只列满分100分和各项扣分的，相符的记为已核；不相符的，只有改动一位数字即可相符时，才提示。
    """
    for total in ledger.of_measure("总分"):
        near = [f for f in ledger.within(ledger.paragraph(total.quantity.span)) if f.subject]
        lost = {f.subject: f for f in near if f.measure == "扣分"}
        full = {f.subject: f for f in near if f.measure == "权重" and f.subject in lost}
        if not total.quantity.exact:
            continue
        if len(full) < LEAST or set(full) != set(lost):
            yield from _of_hundred(ledger, total)
        elif added([total, *lost.values()]) == HUNDRED and added(list(full.values())) not in (
            HUNDRED,
            total.quantity.value,
        ):
            whole = added(list(full.values()))
            yield ledger.finding(
                f"总分与各项扣分之和为100分，而各项分值之和为{whole.normalize():f}分，不符。", *full.values()
            )
        elif added(list(full.values())) == HUNDRED:
            operands = (*full.values(), *lost.values())
            signs = (1,) * len(full) + (-1,) * len(lost)
            yield from relate(ledger, "I12", total, [Try("sum", operands, signs)], label="总分")


def _of_hundred(ledger: Ledger, total: Fact) -> Iterator[Finding | Check]:
    """``满分100分，自评95.6分。预算执行扣0.4分，……``."""
    near = list(ledger.within(ledger.paragraph(total.quantity.span)))
    whole = next((f for f in near if f.measure == "权重" and f.quantity.value == HUNDRED), None)
    lost = [f for f in near if f.measure == "扣分"]
    if whole is not None and total.quantity.exact and len(lost) >= LEAST:
        attempt = Try("sum", (total, *lost))
        yield from judged(ledger, [list(weighed(ledger, "sum", whole, [attempt], is_open=False))])


@rule(
    id="N37",
    title="所述扣分与分值、得分不符",
    category="E01",
    severity="warning",
    basis=("CY10",),
    advice="核对分值、得分和扣分，更正有误的一处。",
    consequence="total",
    fails=(
        "自评98.35分，«扣1.85分»。",
        "| 一级指标 | 分值 | 得分 |\n|---|---|---|\n| 决策 | 20 | 18.50 |\n| 过程 | 30 | 26.85 |\n| 产出 | 50 | 46.10 |\n| 合计 | 100 | 91.45 |\n\n«（二）过程方面扣3.75分»。",
    ),
    passes=(
        "自评98.35分，扣1.65分。",
        "| 一级指标 | 分值 | 得分 |\n|---|---|---|\n| 决策 | 20 | 18.50 |\n| 过程 | 30 | 26.85 |\n| 产出 | 50 | 46.10 |\n| 合计 | 100 | 91.45 |\n\n（二）过程方面扣3.15分。",
    ),
    late=True,
    by_slip=True,
)
def told_deductions(ledger: Ledger) -> Outcome:
    """总分之后写明扣分的，两者之和应为100分；分析某部分时写明其扣分的，应等于得分表中该部分的分值减得分。"""
    for claim in ledger.claims:
        stated = claim.stated
        if claim.kind != "score" or stated is None or not stated.quantity.exact:
            continue
        if claim.word == OFF_HUNDRED:
            lost = claim.operands[0]
            total = added([stated, lost])
            working = f"{show(stated)}+{show(lost)}={total.normalize():f}分"
            yield ledger.check("I12", "pass" if total == HUNDRED else "uncertain", working, (lost, stated))
            if total != HUNDRED:
                yield ledger.finding(f"总分与扣分之和{working}，不是100分。", lost, stated, working=working)
        elif claim.word == LOST:
            yield from _of_table(ledger, stated, claim.scope)


def _of_table(ledger: Ledger, lost: Fact, part: str) -> Iterator[Finding | Check]:
    """What a part lost by the table of marks: its weight less its score."""
    marks = [f for f in ledger.extraction.facts if f.origin != "prose" and _bare(f.subject) == part]
    weights, scores = ([f for f in marks if f.measure == m and f.quantity.exact] for m in ("权重", "得分"))
    if not weights or not scores or len({*(f.quantity.value for f in weights)}) > 1:
        return
    weight, score = weights[0], scores[-1]
    due = weight.quantity.value - score.quantity.value
    working = f"{show(weight)}−{show(score)}={due.normalize():f}分"
    holds = due == lost.quantity.value
    yield ledger.check("I12", "pass" if holds else "uncertain", working, (lost, weight, score))
    if not holds:
        yield ledger.finding(
            f"“{part}”载明扣{show(lost)}，按得分表为{working}，不符。", lost, weight, score, working=working
        )


def _bare(subject: str) -> str:
    """The name of a part of the marks without the words around it."""
    return subject.removeprefix("项目").removesuffix("指标").removesuffix("类")
