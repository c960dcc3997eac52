"""How a score sheet is built: blank targets, missing kinds of indicators, targets that nobody comes near."""

from __future__ import annotations

from decimal import Decimal

from jihe_audit.caserows import filled, indicators
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.facts import Fact

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


def _unmarked(*rows: str) -> str:
    head = "一级指标 | 二级指标 | 三级指标 | 指标值 | 全年实际完成值 | 未完成原因和改进措施"
    lines = [head, *rows]
    return "\n".join([f"| {lines[0]} |", "|---|---|---|---|---|---|", *(f"| {r} |" for r in lines[1:])]) + "\n"


@rule(
    id="D19",
    title="未达到指标值而未说明原因",
    category="E08",
    severity="warning",
    basis=("CY10",),
    advice="说明未完成的原因和改进措施；数字有误的，更正指标值或完成值。",
    fails=(
        _unmarked(
            "产出指标 | 数量指标 | 栽植行道树株数 | ≥600株 | 650株 |  ",
            "产出指标 | 质量指标 | 行道树成活率 | ≥90% | «29.50%» |  ",
        ),
    ),
    passes=(
        _unmarked(
            "产出指标 | 数量指标 | 栽植行道树株数 | ≥600株 | 580株 | 雨季推迟，已补植",
            "产出指标 | 质量指标 | 行道树成活率 | ≥90% | 92.50% |  ",
        ),
    ),
)
def unexplained(ledger: Ledger) -> Outcome:
    """不计分的自评表（区域绩效目标自评表等），某指标完成值没有达到指标值（限额类为超过），既没有填写原因，文中他处也没有谈到该指标。"""
    rows = [r for r in ledger.rows if r.table is not None]
    marked = {r.table for r in rows if r.score is not None or r.weight is not None}
    asked = {r.table for r in rows if r.reason is not None}
    for row in rows:
        if row.target is None or row.actual is None or row.table in marked or row.reason is not None:
            continue
        told = row.table in asked or ledger.document.text.count(row.indicator) == 1  # not spoken of elsewhere
        if told and _missed(row.target, row.actual):
            says = f"“{row.indicator}”指标值{show(row.target)}，完成{show(row.actual)}，未达到，没有说明原因。"
            yield ledger.finding(says, row.actual, row.target)


def _missed(target: Fact, actual: Fact) -> bool:
    """Whether what was done falls short of what was promised, or passes a limit."""
    t, a = target.quantity, actual.quantity
    if t.unit != a.unit or not a.exact or not (target.sure and actual.sure):
        return False
    if t.relation in ("le", "lt"):
        return a.value > t.value
    return t.relation in ("ge", "gt", "eq") and a.value < t.value


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
