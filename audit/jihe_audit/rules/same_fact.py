"""The same fact in several places."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from jihe_audit.finding import Check, Finding, Severity
from jihe_audit.groups import Group, Relation, agree
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import one_slip
from jihe_audit.verdict import Weighing
from jihe_audit.wording import name, show, show_value
from jihe_extract.facts import Fact

AMOUNTS = (
    "年初预算数", "调增数", "调减数", "调整数", "全年预算数", "执行数", "收入数", "收支总计", "到位数", "上年结转",
    "资产原值", "累计折旧", "资产净值", "总分", "执行率", "调整率", "完成年初预算比", "完成预算比",
)  # fmt: skip
FULL = Decimal(100)
LOOSE = ("编制数", "在职人数", "实有人数", "个数", "预算数", "总投资", "年末结转", "满意度", "控制率", "采购执行率")
"""Measures that may stand for different things under one name: a difference is only a doubt."""
NEAR = Decimal("0.02")
FIRM = Decimal("0.9")
"""Trust below which two figures that are far apart are rather two things than two statements of one."""


DIGITS = 3
"""Significant digits below which two amounts are one digit apart too easily."""
SURE_DIGITS = 4
CROWD = 4
"""So many different values under one name, none of them told twice, are so many things."""


def _digits(fact: Fact) -> int:
    shown = "".join(c for c in fact.quantity.shown if c.isdigit())
    return max(len(shown.strip("0")), len(shown.lstrip("0")) - 2)


def _slip(a: Fact, b: Fact) -> bool:
    """Whether one figure is a slip of the other: one digit, two swapped, or a near miss."""
    p, q = a.quantity, b.quantity
    long = p.unit != "CNY" or max(_digits(a), _digits(b)) >= DIGITS
    if long and one_slip(p.shown, q.shown):
        return True
    biggest = max(abs(p.value), abs(q.value))
    if biggest and abs(p.value - q.value) / biggest <= NEAR:
        return True
    low = min(abs(p.value), abs(q.value))
    return low > 0 and biggest / low in (Decimal(10), Decimal(10000), Decimal(100000000))


def _listed_as_part(ledger: Ledger, usual: Fact, odd: Fact) -> bool:
    """Whether a list tells one of the two figures as a part of the other: then a name was left out, nothing else."""
    low, high = sorted((usual.quantity.value, odd.quantity.value))
    lists = (c for c in ledger.claims if c.kind == "sum" and c.stated is not None and c.stated.quantity.value == high)
    return any(o.quantity.value == low for c in lists for o in c.operands)


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
    late=True,
    basis=("STL-83",),
    advice="以批复的决算（预算）数为准，统一各处数字。",
    needs=("部门决算批复",),
    consequence="amount",
    fails=(
        "我单位年初预算数为1200.00万元。\n经统计，年初预算数1200.00万元全部下达。\n«2023年年初预算数为1260.00万元»，全年预算数1300.00万元。",
    ),
    passes=(
        "我单位年初预算数为1200.00万元。\n全年预算数1300.00万元，年初预算数1200万元。",
        "本年收入1420万元，上年结转60万元，收入总计1480万元；本年支出1440万元，结余分配5万元，年末结转35万元，支出总计1480万元。",
        "政府性基金预算180.00万元，支出171.00万元，执行率95.00%；一般公共预算1100.00万元，支出1067.00万元，执行率97.00%。",
        "项目预算安排资金860.00万元（其中：当年预算760.00万元，上年结转100.00万元）。",
    ),
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
    if group.facts[0].quantity.unit == "%" and all(_borne_out(ledger, side[0]) for side in sides):
        return
    kept = sides[0]
    if len(sides) >= CROWD and len(kept) == 1:
        return
    for side in sides[1:]:
        twins = [s for s in sides if s is not side and len(s) > len(side) and _slip(s[0], side[0])]
        yield from _differs(ledger, group, max(twins, key=len, default=kept), side)


def _borne_out(ledger: Ledger, rate: Fact) -> bool:
    """Whether a rate agrees with a numerator and a base of its own clause, or was found to elsewhere."""
    if any(c.verdict == "pass" and c.spans[:1] == (rate.quantity.span,) and len(c.spans) > 2 for c in ledger.tried):
        return True
    near = [f.quantity for f in _clause(ledger, rate) if f.quantity.unit == "CNY" and f.quantity.value]
    return any(
        a is not b and abs(a.value / b.value - rate.quantity.value) <= rate.quantity.step / 2
        for a in near
        for b in near
    )


def _of_two_amounts(ledger: Ledger, a: Fact, b: Fact) -> bool:
    """Whether two rates follow amounts of their own that are not one and the same: revenue and spending, two funds."""
    if a.quantity.unit != "%":
        return False
    own = [_own_amount(ledger, f) for f in (a, b)]
    if own[0] is None or own[1] is None:
        return False
    return own[0].measure != own[1].measure or agree(own[0], own[1]) == "inconsistent"


def _own_amount(ledger: Ledger, rate: Fact) -> Fact | None:
    """The last amount before a rate in its sentence that is neither a budget nor a change."""
    before = [
        f for f in _clause(ledger, rate)
        if f.quantity.unit == "CNY" and f.quantity.span.end <= rate.quantity.span.start
        and "预算" not in f.measure and f.measure not in ("增减额", "节约额")
    ]  # fmt: skip
    return before[-1] if before else None


def _clause(ledger: Ledger, fact: Fact) -> list[Fact]:
    where = ledger.sentence(fact.quantity.span)
    return [f for f in ledger.within(where) if f.quantity.exact]


def _adds_up(ledger: Ledger, fact: Fact, other: Fact) -> bool:
    """Whether a figure takes part in a sum that holds and that the other figure has no part in."""
    span, apart = fact.quantity.span, other.quantity.span
    return any(
        c.verdict == "pass" and len(c.spans) > 2 and c.identity.startswith("I0") and not c.identity.endswith("≥")
        and span in c.spans and apart not in c.spans
        for c in ledger.tried
    )  # fmt: skip


def _one_list(ledger: Ledger, a: Fact, b: Fact) -> bool:
    """Whether two figures stand in one list, as its whole and a part or as two parts."""
    pair = {a.quantity.span, b.quantity.span}
    return any(
        c.kind == "sum" and c.stated is not None
        and pair <= {c.stated.quantity.span, *(o.quantity.span for o in c.operands)}
        for c in ledger.claims
    )  # fmt: skip


def _accounted(ledger: Ledger, a: Fact, b: Fact, gap: Decimal) -> bool:
    """Whether another figure, or two, beside either of them are just what they differ by: then they are two things."""
    if a.quantity.unit != "CNY":
        return False
    if ledger.left_out((a, b), gap, listed=True) is not None:
        return True
    near = {f.quantity.span: f.quantity.value for o in (a, b) for f in _clause(ledger, o) if f.quantity.unit == "CNY"}
    values = [v for span, v in near.items() if span not in (a.quantity.span, b.quantity.span) and v]
    return any(x + y == gap for x, y in combinations(values, 2))


def _two_things(ledger: Ledger, group: Group, a: Fact, b: Fact) -> bool:
    """Whether two figures that bear one name are none the less two things.

    Parts of one list, full marks and marks (自评总分100分，自评得分98分), or counts that change within a paragraph
    (批复项目20个，新增4个，调减2个，年末22个).
    """
    if _one_list(ledger, a, b) or _of_two_amounts(ledger, a, b):
        return True
    if group.key[0] == "总分":
        return FULL in (a.quantity.value, b.quantity.value) and ledger.together(a, b)
    return group.key[0] == "个数" and ledger.paragraph(a.quantity.span).holds(b.quantity.span)


def _differs(ledger: Ledger, group: Group, kept: list[Fact], side: list[Fact]) -> Iterator[Finding | Check]:
    odd, usual = side[0], kept[0]
    if usual.quantity.unit != odd.quantity.unit:
        return
    if _two_things(ledger, group, usual, odd):
        return
    tail, slip = agree(usual, odd) == "tail", _slip(usual, odd)
    if min(usual.trust, odd.trust) < FIRM and not slip:
        return
    scope = _part_elsewhere(ledger, odd) or _part_elsewhere(ledger, usual)
    section = ledger.document.section
    beside = len(side) == 1 and section(odd.quantity.span.start) == section(usual.quantity.span.start)
    part = beside and _listed_as_part(ledger, usual, odd)
    if not slip and (part or scope in ("基本支出", "项目支出")):
        return
    severity: Severity = "warning"
    majority = len(kept) > len(side)
    if not tail and not scope and group.key[0] in AMOUNTS and slip and (majority or len(kept) > 1):
        severity = "error"
    if severity == "error" and odd.quantity.unit == "CNY" and max(_digits(usual), _digits(odd)) < SURE_DIGITS:
        severity = "warning"
    if not slip and (group.key[0] in LOOSE or not scope):
        severity = "info"
    difference = abs(usual.quantity.value - odd.quantity.value)
    if (
        not tail
        and not scope
        and (
            _accounted(ledger, usual, odd, difference)
            or (_adds_up(ledger, usual, odd) and _adds_up(ledger, odd, usual))
        )
    ):
        severity = "info"
    if tail and ledger.lenient:
        severity = "info"
    gap = show_value(abs(usual.quantity.value - odd.quantity.value), usual.quantity).replace("%", "个百分点")
    working = f"{show(usual)}（{len(kept)}处）≠{show(odd)}（{len(side)}处）"
    yield ledger.check("I19", "fail", working, (odd, usual))
    note = f"；{show(odd if _part_elsewhere(ledger, odd) else usual)}另作{scope}数，可能口径不同" if scope else ""
    what = name(usual)
    says = f"{what}一处为{show(usual)}，另一处为{show(odd)}，相差{gap}{note}。"
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
