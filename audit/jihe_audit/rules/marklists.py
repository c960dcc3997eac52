"""Weights and scores told one after another in running text, against the total told before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import HUNDRED, added
from jihe_audit.wording import show
from jihe_extract.facts import Fact


@rule(
    id="N38",
    title="行文所列分值、得分与总分不符",
    category="E01",
    severity="warning",
    basis=("CY10",),
    advice="逐项核对分值和得分，更正有误的一项或总分。",
    consequence="total",
    fails=(
        "«自评得分91.50分»：产出类46.20分（50分），效益类27.50分（30分），满意类18.80分（20分）。",
        "自评得分92.50分：产出类46.20分（«50分»），效益类27.50分（30分），满意类18.80分（30分）。",
    ),
    passes=(
        "自评得分92.50分。其中：履职效能（50分）得46.20分；预算管理（30分）得27.50分；资产管理（20分）得18.80分。",
        "自评得分92.50分。其中：履职效能（50分）得46.20分；预算管理（30分）得27.50分。",
        "自评得分92.50分：产出指标46.20分（50分），效益指标27.50分（30分），满意度指标18.80分（20分）。",
    ),
    late=True,
    by_slip=True,
)
def mark_lists(ledger: Ledger) -> Outcome:
    """逐项列出分值和得分的：各项分值合计为100分的，各项得分之和应等于总分；各项得分之和等于总分的，各项分值合计应为100分。"""
    for claim in ledger.claims:
        if claim.kind == "score" and claim.stated is not None and not claim.word:
            yield from _judge(ledger, claim.stated, claim.operands[::2], claim.operands[1::2])


def _judge(
    ledger: Ledger, total: Fact, weights: tuple[Fact, ...], scores: tuple[Fact, ...]
) -> Iterator[Finding | Check]:
    """One list."""
    attempt = Try("sum", scores)
    weighing = weigh_try(ledger, total, attempt)
    if weighing is None:
        return
    working, whole = working_of(attempt, total, weighing), added(list(weights))
    if whole == HUNDRED:
        yield ledger.check("I12", "pass", "各项分值之和=100分", weights, title="分值之和")
    sums_up = weighing.verdict in ("pass", "tail")
    if sums_up:
        yield ledger.check("I12", "pass", working, (total, *scores), weighing=weighing, title="得分之和")
    if sums_up == (whole == HUNDRED):
        return
    if sums_up and not _told(ledger, weights, "S01"):
        yield ledger.finding(
            f"各项得分之和等于总分{show(total)}，而各项分值之和为{_marks(whole)}，不是100分。", *weights
        )
    elif not sums_up and not _told(ledger, (total,), "N05", "N21", "S02", "S20"):
        yield ledger.finding(
            f"各项分值之和为100分，而总分载明{show(total)}，按各项得分计算为{working}，不符。",
            total,
            *scores,
            working=working,
            weighing=weighing,
        )


def _told(ledger: Ledger, facts: Iterable[Fact], *rules: str) -> bool:
    """Whether one of the rules found figures at fault already."""
    return any(not ledger.told.get(r, set()).isdisjoint(f.quantity.span for f in facts) for r in rules)


def _marks(value: Decimal) -> str:
    return f"{value.normalize():f}分"
