"""Subtotals of score sheets: those of a kind of indicator and those of a level."""

from __future__ import annotations

from jihe_audit.caserows import indicators
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import (
    in_table,
)
from jihe_extract.facts import Fact
from jihe_extract.scores.groupmarks import LEVEL_TOTAL


@rule(
    id="S03",
    title="一级指标小计与下级之和不符",
    category="E01",
    severity="error",
    basis=("CY10",),
    advice="核对该类指标的分值（得分）与小计。",
    consequence="score",
    fails=(
        indicators(
            "产出指标（«50»分） | 数量指标 | 网格巡查次数 | ≥240次 | 252次 | 20 | 20",
            "产出指标（50分） | 数量指标 | 培训场次 | ≥30场 | 31场 | 20 | 20",
        ),
    ),
    passes=(
        indicators(
            "产出指标（40分） | 数量指标 | 网格巡查次数 | ≥240次 | 252次 | 20 | 20",
            "产出指标（40分） | 数量指标 | 培训场次 | ≥30场 | 31场 | 20 | 20",
        ),
    ),
)
def subtotals(ledger: Ledger) -> Outcome:
    """表中写明的一级指标分值（得分）小计应等于其下各指标之和；各级分值单独成列的，每列之和应等于该列合计。"""
    yield from _level_totals(ledger)
    for fact in ledger.extraction.facts:
        if fact.scope != "小计" or fact.measure not in ("权重", "得分") or not fact.quantity.exact:
            continue
        table = in_table(ledger, fact)
        parts = [
            p for r in ledger.rows
            if r.table == table and fact.subject in r.path[:-1]
            and (p := r.weight if fact.measure == "权重" else r.score) is not None
        ]  # fmt: skip
        if parts:
            yield from relate(
                ledger,
                "I12",
                fact,
                [Try("sum", tuple(parts))],
                label=f"{fact.subject}{fact.measure}小计",
                cap="warning",
            )


def _level_totals(ledger: Ledger) -> Outcome:
    """The weights of a level, in a column of their own, against the total below them."""
    for whole in ledger.of_measure("权重"):
        if whole.scope != LEVEL_TOTAL or not whole.quantity.exact:
            continue
        parts = [
            f for f in ledger.of_measure("权重") if f.scope == "小计" and _column(ledger, f) == _column(ledger, whole)
        ]
        if len(parts) > 1:
            yield from relate(ledger, "I12", whole, [Try("sum", tuple(parts))], label="本级分值合计", cap="warning")


def _column(ledger: Ledger, fact: Fact) -> tuple[int, int] | None:
    """The table and the column that a figure stands in."""
    cell = ledger.document.cell_at(fact.quantity.span)
    return (cell[0], cell[2]) if cell is not None else None
