"""Completion of single indicators: against target and actual, and the deviation against the completion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from jihe_audit import scoring
from jihe_audit.caserows import told_row
from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, percent, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoring import comparable, completion_of, met
from jihe_audit.slips import edits, one_slip
from jihe_audit.telling import computed
from jihe_audit.wording import factor, plain, show
from jihe_extract.facts import Fact, ScoreRow

ONE = Decimal(1)


def _exact(fact: Fact) -> Fact:
    """The target as an exact figure: it was set, not measured."""
    return replace(fact, quantity=replace(fact.quantity, relation="eq", step=Decimal(0)))


@rule(
    id="S15",
    title="完成率与目标值、完成值不符",
    category="E06",
    severity="error",
    basis=("CY10",),
    advice="按批复的指标值和实际完成值重新计算完成率，并相应更正得分。",
    consequence="score",
    fails=(told_row("12分", rate="«115%»"),),
    passes=(
        told_row("12分"),
        told_row("12分", rate="100%"),
        "年度计划培训6期600人次，实际培训7期682人次，完成率113.67%，得10分。",
        "档案编目准确率年初目标为不少于96%，上半年已完成93%，年末完成96%，完成率100.0%，权重8分，自评8分。",
    ),
)
def completion(ledger: Ledger) -> Outcome:
    """完成率＝完成值÷目标值。超额完成的写100%视为封顶（同一报告内须一致）；不高于（≤）类指标在限额内写100%、完成值÷目标值、目标值÷完成值均接受。"""
    capped = scoring.capped(ledger)
    for row in map(_so_far, ledger.rows):
        if row.completion is not None and row.completion.measure != "得分率" and comparable(row):
            yield from _completion(ledger, row, row.completion, capped)


def _so_far(row: ScoreRow) -> ScoreRow:
    """A row watched within the year: its completion is of what was reached by then."""
    return replace(row, actual=row.mid_year) if row.actual is None and row.mid_year is not None else row


def _readings(row: ScoreRow) -> list[tuple[str, Try]]:
    if row.target is None or row.actual is None:
        return []
    target, actual = _exact(row.target), row.actual
    readings = [("", Try("rate", (actual, target)))]
    if row.target.quantity.relation in ("le", "lt") and actual.quantity.value:
        readings.append(("", Try("rate", (target, actual))))
    return readings


def _completion(ledger: Ledger, row: ScoreRow, stated: Fact, capped: bool) -> Iterator[Finding | Check]:
    target, actual = row.target, row.actual
    if target is None or actual is None or not stated.quantity.exact:
        return
    weighed = [(t, w) for _, t in _readings(row) if (w := weigh_try(ledger, stated, t)) is not None]
    if not weighed and not target.quantity.value:
        yield ledger.finding(
            f"“{row.indicator}”目标值为{show(target)}，无法计算完成率，报告却写完成率{show(stated)}。",
            target, stated, actual, severity="warning",
        )  # fmt: skip
    if not weighed:
        return
    full = met(row) and stated.quantity.value == ONE
    members: tuple[Fact, ...] = (stated, actual, target)
    good = next((w for _, w in weighed if w.verdict in ("pass", "tail")), None)
    shown = f"{show(actual)}÷{show(target).lstrip('≥≤><')}={percent(weighed[0][1].nominal)}"
    if good is not None and not actual.quantity.value:
        members = (stated, actual)
    if good is not None or (full and (capped or target.quantity.relation in ("le", "lt"))):
        yield ledger.check(
            "I15", "pass", shown if good is not None else f"{shown}，按100%封顶", members, title="完成率"
        )
        return
    if (other := _second_pair(ledger, row, stated)) is not None:
        yield ledger.check(
            "I15", "pass", f"{show(other[0])}÷{show(other[1])}={show(stated)}", (stated, *other), title="完成率"
        )
        return
    yield ledger.check("I15", "fail", shown, members, weighing=weighed[0][1], title="完成率")
    base = _other_base(ledger, row, stated)
    what = f"“{row.indicator}”目标值{show(target)}，完成值{show(actual)}，完成率载明{show(stated)}"
    if full:
        yield ledger.finding(
            f"{what}，按{computed(shown)}；同一报告其他超额指标未按100%封顶，口径不一致，且未说明偏差原因。" if row.reason is None
            else f"{what}，按{computed(shown)}；同一报告其他超额指标未按100%封顶，口径不一致。",
            stated, actual, target, severity="warning", working=shown, category="E06",
        )  # fmt: skip
    elif base:
        yield ledger.finding(
            f"{what}，系以{base}为分母，与批复的目标值不一致（{shown}）。",
            stated, actual, target, severity="warning", working=shown, category="E06",
        )  # fmt: skip
    else:
        weighing = weighed[0][1]
        yield ledger.finding(
            f"{what}，按{computed(shown)}，不符。", *_suspects(row, stated, actual, target),
            severity=(weighing.severity or "warning") if _in_one_place(ledger, row, members) else "warning",
            working=shown, weighing=weighing, explanation=_cause(row, stated),
        )  # fmt: skip


def _in_one_place(ledger: Ledger, row: ScoreRow, members: tuple[Fact, ...]) -> bool:
    """Whether the figures of a statement in prose stand in one paragraph: apart, they may be of two indicators."""
    places = {ledger.paragraph(m.quantity.span) for m in members}
    return row.origin != "prose" or len(places) == 1


def _second_pair(ledger: Ledger, row: ScoreRow, stated: Fact) -> tuple[Fact, Fact] | None:
    """Another pair of figures of the statement that bears its completion out: ``计划6期600人次，实际7期682人次``."""
    figures = {f.quantity.span for f in (row.target, row.actual, row.score, row.weight) if f is not None}
    near = [
        f for span in row.spans for f in ledger.within(span)
        if f.quantity.span not in figures and f.quantity.unit not in ("%", "分") and f.quantity.value > 0
    ]  # fmt: skip
    for n, target in enumerate(near):
        for actual in near[n + 1 :]:
            if actual.quantity.unit == target.quantity.unit:
                weighed = weigh_try(ledger, stated, Try("rate", (actual, _exact(target))))
                if weighed is not None and weighed.verdict == "pass":
                    return actual, target
    return None


def _suspects(row: ScoreRow, stated: Fact, actual: Fact, target: Fact) -> tuple[Fact, ...]:
    """The figures of a completion, the one most likely at fault first: when the score agrees with the stated
    completion, or no slip would mend the completion, it is the actual or the target, whichever one slip would mend."""
    plain_order = (stated, actual, target)
    if not stated.quantity.value or not target.quantity.value:
        return plain_order
    due = plain(actual.quantity.value / target.quantity.value * 100, stated.quantity.shown_decimals)
    if not _cause(row, stated) and one_slip(stated.quantity.shown, due):
        return plain_order
    rate = stated.quantity.value
    for fact, other, need in (
        (actual, target, target.quantity.value * rate),
        (target, actual, actual.quantity.value / rate),
    ):
        worth = factor(fact.quantity)
        slack = need * stated.quantity.step / rate / 2  # completions are computed from the figures as shown
        for shown, _ in edits(fact.quantity.shown):
            if abs(Decimal(shown.replace(",", "")) * worth - need) <= slack:
                return (fact, stated, other)
    return plain_order


def _cause(row: ScoreRow, stated: Fact) -> str:
    if row.weight is None or row.score is None or not row.weight.quantity.value:
        return ""
    rate = row.score.quantity.value / row.weight.quantity.value
    if abs(rate - stated.quantity.value) < Decimal("0.005"):
        return "得分是按载明的完成率计算的，可能目标值或完成值有误。"
    return ""


def _other_base(ledger: Ledger, row: ScoreRow, stated: Fact) -> str:
    actual = row.actual
    if actual is None or actual.quantity.unit != "CNY":
        return ""
    for measure in ("全年预算数", "年初预算数", "到位数", "预算数"):
        for base in ledger.stated(measure):
            weighing = weigh_try(ledger, stated, Try("rate", (actual, base)))
            if weighing is not None and weighing.verdict in ("pass", "tail"):
                return f"{measure}{show(base)}"
    return ""


@rule(
    id="S16",
    title="偏差率与完成率不符",
    category="E06",
    severity="error",
    basis=("CY10",),
    advice="更正偏差率。",
    fails=(
        "指标2：培训场次，指标值≥12场，年中监控值5场；自评完成15场，指标完成率125%。偏差率«20%»，偏差原因及改进措施：新增培训任务。",
    ),
    passes=(
        "指标2：培训场次，指标值≥12场，年中监控值5场；自评完成15场，指标完成率125%。偏差率25%，偏差原因及改进措施：新增培训任务。",
    ),
)
def deviation(ledger: Ledger) -> Outcome:
    """偏差率＝完成率－100%（或取绝对值）。"""
    for row in ledger.rows:
        dev, rate = row.deviation, row.completion
        if dev is None or rate is None or rate.measure == "得分率" or not (dev.quantity.exact and rate.quantity.exact):
            continue
        own = (
            completion_of(row) if row.target is not None and row.target.quantity.relation not in ("le", "lt") else None
        )
        if own is not None and abs(own - rate.quantity.value) > rate.quantity.step / 2:
            own = None
        due = (own if own is not None else rate.quantity.value) - ONE
        slack = dev.quantity.step / 2 if own is not None else (dev.quantity.step + rate.quantity.step) / 2
        holds = min(abs(abs(dev.quantity.value) - abs(due)), abs(dev.quantity.value - due)) <= slack
        working = f"{show(rate)}−100%={percent(due)}"
        yield ledger.check("I15", "pass" if holds else "fail", working, (dev, rate), title="偏差率")
        if not holds:
            yield ledger.finding(
                f"“{row.indicator}”偏差率载明{show(dev)}，按{computed(working)}，不符。", dev, rate, working=working
            )
