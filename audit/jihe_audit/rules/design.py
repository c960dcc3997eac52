"""How a score sheet is built: blank targets, missing kinds of indicators, targets that nobody comes near."""

from __future__ import annotations

from decimal import Decimal

from jihe_audit.caserows import filled, indicators
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule

HALF = Decimal("0.5")
ENOUGH = 4
"""Rows that a sheet must have before a kind of indicator is missed in it."""


@rule(
    id="D15",
    title="指标值为空而已计分",
    category="D15",
    severity="warning",
    basis=("CY10",),
    advice="补填指标值和计量单位。",
    consequence="score",
    fails=(
        indicators(
            "产出指标 | 数量指标 | «维修水库座数» |  | 10座 | 20 | 20",
            "产出指标 | 质量指标 | 验收合格率 | ≥95% | 96% | 10 | 10",
        ),
    ),
    passes=(filled(),),
)
def blank_targets(ledger: Ledger) -> Outcome:
    """自评表内同表其他指标有指标值，某指标的指标值为空，却有完成值和得分。"""
    rows = [r for r in ledger.rows if r.table is not None]
    told = {r.table for r in rows if r.target is not None}
    for row in rows:
        blank = row.target is None and row.target_text is None and row.table in told
        if blank and row.score is not None and row.actual is not None and row.name is not None:
            yield ledger.finding(f"“{row.path[-1]}”没有指标值，却已计分。", row.name)


@rule(
    id="D17",
    title="未设时效或成本指标",
    category="D02",
    severity="info",
    basis=("CY88", "CY101"),
    advice="补设时效、成本指标，或说明不适用的理由。",
    fails=(
        indicators(
            "产出指标 | «数量指标» | 维修水库座数 | ≥10座 | 10座 | 20 | 20",
            "产出指标 | 质量指标 | 验收合格率 | ≥95% | 96% | 20 | 20",
            "效益指标 | 社会效益指标 | 供水保障率 | ≥95% | 96% | 30 | 30",
            "满意度指标 | 服务对象满意度 | 群众满意度 | ≥90% | 95% | 20 | 20",
        ),
    ),
    passes=(filled(),),
)
def kinds_missing(ledger: Ledger) -> Outcome:
    """自评表列有数量、质量指标，而没有时效指标和成本指标。"""
    sheets: dict[int, list[int]] = {}
    for i, row in enumerate(ledger.rows):
        if row.table is not None:
            sheets.setdefault(row.table, []).append(i)
    for places in sheets.values():
        rows = [ledger.rows[i] for i in places]
        words = "".join("".join(r.path[:-1]) for r in rows)
        if len(rows) < ENOUGH or "数量" not in words or "质量" not in words:
            continue
        lacks = [kind for kind in ("时效", "成本") if kind not in words]
        if len(lacks) == 2 and rows[0].name is not None:
            text = ledger.document.text
            at = text.rfind("数量指标", 0, rows[0].name.start)
            where = rows[0].name if at < 0 else type(rows[0].name)(at, at + 4)
            yield ledger.finding("自评表没有时效指标和成本指标。", where)


@rule(
    id="D18",
    title="指标值过高或任务大半未完成",
    category="D05",
    severity="info",
    basis=("CY88",),
    advice="分析未完成原因，核实指标值是否合理。",
    fails=(indicators("产出指标 | 数量指标 | 维修水库座数 | ≥100座 | «30座» | 20 | 6"),),
    passes=(filled(),),
)
def out_of_reach(ledger: Ledger) -> Outcome:
    """完成值不到目标值的一半，目标可能定得不合理，或任务大半没有完成。"""
    for row in ledger.rows:
        t, v = row.target, row.actual
        if t is None or v is None or t.quantity.unit != v.quantity.unit or not v.quantity.exact:
            continue
        wants = t.quantity.relation in ("ge", "gt", "eq") and t.quantity.value > 0 and t.quantity.unit != "%"
        if wants and 0 < v.quantity.value < t.quantity.value * HALF:
            yield ledger.finding(f"“{row.path[-1]}”完成值不到目标值的一半。", v, t)
