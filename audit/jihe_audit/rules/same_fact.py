"""The same fact in several places."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jihe_audit.finding import Check, Finding, Severity
from jihe_audit.interval import Interval
from jihe_audit.ledger import Group, Ledger, Relation, agree
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import edits
from jihe_audit.verdict import Weighing
from jihe_audit.wording import name, show, show_value
from jihe_extract.facts import Fact

AMOUNTS = (
    "年初预算数", "调增数", "调减数", "调整数", "全年预算数", "执行数", "收入数", "收支总计", "到位数", "上年结转",
    "资产原值", "累计折旧", "资产净值", "总分", "执行率", "调整率", "完成年初预算比", "完成预算比",
)  # fmt: skip
LOOSE = ("编制数", "在职人数", "实有人数", "个数", "预算数", "年末结转", "满意度", "控制率", "采购执行率")
"""Measures that may stand for different things under one name: a difference is only a doubt."""
NEAR = Decimal("0.02")
FIRM = Decimal("0.9")
"""Trust below which two figures that are far apart are rather two things than two statements of one."""


def _slip(a: Fact, b: Fact) -> bool:
    """Whether one figure is a slip of the other: one digit, two swapped, or a near miss."""
    p, q = a.quantity, b.quantity
    if any(shown == q.shown for shown, _ in edits(p.shown)):
        return True
    biggest = max(abs(p.value), abs(q.value))
    if biggest and abs(p.value - q.value) / biggest <= NEAR:
        return True
    low = min(abs(p.value), abs(q.value))
    return low > 0 and biggest / low in (Decimal(10), Decimal(10000), Decimal(100000000))


def _part_elsewhere(ledger: Ledger, fact: Fact) -> str:
    """A narrower scope under which the report states the very same value: two scopes under one name."""
    if not fact.quantity.value:
        return ""
    for (measure, subject, scope, period, _stage), group in ledger.groups.items():
        if (
            measure == fact.measure
            and subject == fact.subject
            and scope
            and scope != fact.scope
            and not period
            and (any(f.quantity.value == fact.quantity.value for f in group.facts))
        ):
            return scope
    return ""


@rule(
    id="C01",
    title="同一数字前后不一致",
    category="A07",
    severity="error",
    basis=("STL-83",),
    advice="以批复的决算（预算）数为准，统一各处数字。",
    needs=("部门决算批复",),
    consequence="amount",
    fails=(
        "我单位年初预算数为1200.00万元。\n经统计，年初预算数1200.00万元全部下达。\n«2023年年初预算数为1260.00万元»，全年预算数1300.00万元。",
    ),
    passes=("我单位年初预算数为1200.00万元。\n全年预算数1300.00万元，年初预算数1200万元。",),
)
def restated(ledger: Ledger) -> Outcome:
    """同一量（名称、主体、范围、年度都相同）在报告各处的取值应一致；位数少而相容的不算，末位差一的作尾差疑点。两处取值相差悬殊、可能口径不同的，只作疑点。"""
    for group in ledger.groups.values():
        if len(group.facts) > 1 and group.key[0] in (*AMOUNTS, *LOOSE) and group.key[4] == "":
            yield from _judge(ledger, group)


def _sides(group: Group) -> list[list[Fact]]:
    sides: list[list[Fact]] = []
    for fact in group.facts:
        side = next((s for s in sides if agree(s[0], fact) in ("complete", "consistent")), None)
        if side is None:
            sides.append([fact])
        else:
            side.append(fact)
    return sorted(sides, key=lambda s: (-len(s), s[0].quote.start))


def _judge(ledger: Ledger, group: Group) -> Iterator[Finding | Check]:
    sides = _sides(group)
    for side in sides:
        if len(side) > 1:
            yield ledger.check("I19", "pass", f"{name(side[0])}各处均为{show(side[0])}", side)
            point = Interval.point(side[0].quantity.value)
            weighing = Weighing("pass", None, point, point, point.low, Decimal(0), Decimal(0))
            ledger.relations.append(Relation("I19", side[0], tuple(side[1:]), weighing))
    if len(sides) == 1:
        return
    kept = sides[0]
    for side in sides[1:]:
        yield from _differs(ledger, group, kept, side)


def _differs(ledger: Ledger, group: Group, kept: list[Fact], side: list[Fact]) -> Iterator[Finding | Check]:
    odd, usual = side[0], kept[0]
    if usual.quantity.unit != odd.quantity.unit:
        return
    tail = agree(usual, odd) == "tail"
    if min(usual.trust, odd.trust) < FIRM and not _slip(usual, odd):
        return
    scope = _part_elsewhere(ledger, odd) or _part_elsewhere(ledger, usual)
    if scope in ("基本支出", "项目支出") and not _slip(usual, odd):
        return
    severity: Severity = "warning"
    majority = len(kept) > len(side)
    if not tail and not scope and group.key[0] in AMOUNTS and _slip(usual, odd) and (majority or len(kept) > 1):
        severity = "error"
    if group.key[0] in LOOSE and not _slip(usual, odd):
        severity = "info"
    if tail and ledger.lenient:
        severity = "info"
    gap = show_value(abs(usual.quantity.value - odd.quantity.value), usual.quantity).replace("%", "个百分点")
    working = f"{show(usual)}（{len(kept)}处）≠{show(odd)}（{len(side)}处）"
    yield ledger.check("I19", "fail", working, (odd, usual))
    note = f"；{show(odd if _part_elsewhere(ledger, odd) else usual)}另作{scope}数，可能口径不同" if scope else ""
    what = name(usual)
    says = f"{what}一处为{show(usual)}，另一处为{show(odd)}，相差{gap}{note}，请统一。"
    found = ledger.finding(
        says, odd, usual, severity=severity, working=working,
        amount=abs(usual.quantity.value - odd.quantity.value) if odd.quantity.unit == "CNY" else None,
        title="同一数字尾差" if tail else "",
    )  # fmt: skip
    point = Interval.point(usual.quantity.value)
    weighing = Weighing("fail", severity, Interval.point(odd.quantity.value), point, point.low, Decimal(0), Decimal(0))
    for fact in side:
        ledger.relations.append(Relation("I19", fact, (usual,), weighing, finding=found))
    yield found
