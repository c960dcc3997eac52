"""Marks told by what was taken off: ``预算管理25分，扣1.5分``."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import HUNDRED, added
from jihe_audit.slipreadings import judged, weighed
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
