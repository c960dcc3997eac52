"""Marks of single indicators: the score against what was promised and done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from jihe_audit.caserows import told_row
from jihe_audit.finding import Check, Finding
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import note_relation, percent
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoring import completion_of, limited, met
from jihe_audit.telling import computed
from jihe_audit.verdict import Weighing, judge_value
from jihe_audit.wording import plain, show
from jihe_extract.facts import Fact, ScoreRow

ONE = Decimal(1)


def _due(row: ScoreRow, step: Decimal) -> Weighing | None:
    """The score due in proportion, weighed against the score given."""
    if row.score is None or row.weight is None or row.target is None or row.actual is None:
        return None
    w = row.weight.quantity.value
    rates: list[tuple[Decimal, Interval]] = []
    own = completion_of(row)
    if own is not None:
        rates.append((own, Interval.point(own)))
    if row.completion is not None and row.completion.quantity.exact:
        q = row.completion.quantity
        rates.append((q.value, Interval(q.value - q.step / 2, q.value + q.step / 2)))
    best: Weighing | None = None
    for nominal, span in rates:
        low, high = min(span.low, ONE) * w, min(span.high, ONE) * w
        weighing = judge_value(replace(row.score.quantity, step=step), min(nominal, ONE) * w, low, high)
        if best is None or abs(weighing.difference) < abs(best.difference):
            best = weighing
    return best


@rule(
    id="S09",
    title="未完成目标而得满分或少扣分",
    category="E03",
    severity="warning",
    basis=("CY10",),
    advice="按完成值与目标值的比例（或本地计分标准）重新计分；有其他计分标准的，附标准。",
    needs=("计分标准",),
    consequence="score",
    fails=(told_row("«12分»", rate="90.00%", done="216次"),),
    passes=(told_row("10.80分", rate="90.00%", done="216次"), told_row("12分")),
)
def missed(ledger: Ledger) -> Outcome:
    """未达到目标值的，通行做法按完成比例计分；得分高于按比例应得分的提示。报告自己写明的完成率低于100%却得满分的同样提示。"""
    for row in ledger.rows:
        yield from _marks(ledger, row)


def _marks(ledger: Ledger, row: ScoreRow) -> Iterator[Finding | Check]:
    reached = met(row)
    score, weight = row.score, row.weight
    if score is None or weight is None or row.target is None or row.actual is None:
        return
    rate = row.completion if row.completion is not None and row.completion.measure != "得分率" else None
    if reached is None and rate is not None and rate.quantity.exact and not limited(row):
        reached = rate.quantity.value >= ONE
    below = rate is not None and rate.quantity.exact and rate.quantity.value < ONE
    if reached is None:
        return
    full = score.quantity.value == weight.quantity.value
    idle = not row.actual.quantity.value
    members = (score, weight, row.actual, *((rate,) if rate else ()), *(() if idle else (row.target,)))
    if reached:
        if full:
            yield ledger.check("S07", "pass", f"达到目标，得满分{show(weight)}", (score, weight), title="计分")
            note_relation(
                ledger, "S07", (score, weight), _in_share(ONE, Decimal(0)), None,
                score.quantity.value, weight.quantity.value,
            )  # fmt: skip
            yield ledger.check(
                "S07≥", "pass", f"{show(row.actual)}达到{show(row.target)}", (row.actual, row.target), title="目标完成"
            )
            if below and rate is not None and not _either(row):
                lower = row.target.quantity.relation in ("le", "lt")
                within = f"{show(row.actual)}{'≤' if lower else '≥'}{show(row.target).lstrip('≤≥<>')}"
                yield ledger.finding(
                    f"“{row.indicator}”{within}，得满分{show(score)}，载明的完成率却为{show(rate)}，完成率与计分口径不一致。",
                    rate, score, weight, row.actual, row.target, working=f"{within}，应按100%计",
                    category="E06", title="完成率与计分口径不一致",
                    advice="目标值已达到的，完成率按100%列示；另有计分标准的，说明标准。", consequence="text",
                )  # fmt: skip
        return
    usual = ledger.precision.get((score.quantity.unit, score.quantity.surface), score.quantity.step)
    weighing = _due(row, score.quantity.step if score.quantity.shown_decimals else min(usual, score.quantity.step))
    if weighing is None:
        return
    due = plain(weighing.nominal, 2)
    working = (
        f"{show(weight)}×{percent(weighing.nominal / weight.quantity.value if weight.quantity.value else ONE)}={due}分"
    )
    holds = weighing.verdict in ("pass", "tail")
    zero = score.quantity.value == 0
    yield ledger.check("S07", "pass" if holds or zero else "fail", working, members, weighing=weighing, title="计分")
    found: Finding | None = None
    if weighing.difference > 0 and not holds:
        found = ledger.finding(
            f"“{row.indicator}”目标值{show(row.target)}，完成值{show(row.actual)}，未达目标，"
            f"{'仍得满分' if full else '得'}{show(score)}；按比例应得{due}分。",
            score, row.actual, row.target, weight, *((rate,) if rate else ()), working=working, weighing=weighing,
            score_delta=-weighing.difference,
        )  # fmt: skip
    elif not holds and not zero:
        found = ledger.finding(
            f"“{row.indicator}”得{show(score)}，按完成比例应得{due}分，相差{plain(abs(weighing.difference), 2)}分。",
            score, row.actual, row.target, weight, *((rate,) if rate else ()),
            working=working, weighing=weighing, category="E04",
            title="得分与完成比例不符", severity="warning" if row.reason is None or _near(weighing) else "info",
            score_delta=-weighing.difference,
        )  # fmt: skip
    if found is not None:
        yield found
    if weight.quantity.value and not zero:
        share, slack = weighing.nominal / weight.quantity.value, max(usual, Decimal("0.01"))
        note_relation(
            ledger, "S07", (score, weight), _in_share(share, slack), found, score.quantity.value, weighing.nominal
        )


def _in_share(share: Decimal, slack: Decimal) -> Callable[[Sequence[Fact]], bool]:
    """Whether a score is a share of its weight."""
    return lambda members: abs(members[0].quantity.value - members[1].quantity.value * share) <= slack


def _either(row: ScoreRow) -> bool:
    """Whether a target in money may be a limit or a plan: it bears no sign (成本指标 … 250万元)."""
    return limited(row) and row.target is not None and row.target.quantity.relation == "eq"


def _near(weighing: Weighing) -> bool:
    return abs(weighing.difference) <= abs(weighing.nominal) / 5


@rule(
    id="S07",
    title="达到目标却扣分且无说明",
    category="E04",
    severity="warning",
    basis=("CY10",),
    advice="说明扣分依据，或按满分计。",
    needs=("计分标准",),
    consequence="score",
    fails=(told_row("«11分»"),),
    passes=(told_row("12分"), told_row("11分", rest="偏差原因：巡查记录不完整，酌情扣分，改进措施：完善记录。")),
)
def unexplained(ledger: Ledger) -> Outcome:
    """达到目标值而得分低于分值的，应说明扣分原因；不高于（≤）类指标在限额内按比例扣分的，属计分方向错误。"""
    for row in ledger.rows:
        score, weight = row.score, row.weight
        if score is None or weight is None or row.target is None or row.actual is None or met(row) is not True:
            continue
        lower = row.target.quantity.relation in ("le", "lt")
        if score.quantity.value >= weight.quantity.value or not score.quantity.exact or _either(row):
            continue
        if row.reason is not None and not lower:
            continue
        gap = weight.quantity.value - score.quantity.value
        why = "不高于（≤）类指标在限额之内应按满分计，报告按比例计分" if lower else "已达目标而扣分，报告未说明原因"
        yield ledger.check(
            "S07", "fail", f"{show(score)}<{show(weight)}", (score, weight, row.target, row.actual), title="计分"
        )
        yield ledger.finding(
            f"“{row.indicator}”目标值{show(row.target)}，完成值{show(row.actual)}，得{show(score)}（分值{show(weight)}）；{why}。",
            score, row.actual, row.target, weight,
            category="E05" if lower else "E04", working=f"{show(weight)}−{show(score)}={plain(gap, 2)}分", score_delta=gap,
        )  # fmt: skip


@rule(
    id="S14",
    title="预算执行率得分与执行率不符",
    category="E14",
    severity="warning",
    basis=("CY10",),
    advice="按执行率乘以分值计分；有分档标准的，附标准。",
    needs=("计分标准",),
    consequence="score",
    fails=("我单位2023年全年预算金额为1961.55万元，执行金额为1902.70万元，执行率97.00%，得«9.50分»。",),
    passes=("我单位2023年全年预算金额为1961.55万元，执行金额为1902.70万元，执行率97.00%，得9.70分。",),
)
def execution(ledger: Ledger) -> Outcome:
    """预算执行率得分通常等于分值乘以执行率（不超过100%）；未写分值的，按地区包可能的分值逐一试算。"""
    for row in ledger.rows:
        rate, score = row.completion, row.score
        if rate is None or score is None or rate.measure not in ("执行率", "完成预算比") or row.target is not None:
            continue
        if not (rate.quantity.exact and score.quantity.exact):
            continue
        points = [row.weight.quantity.value] if row.weight is not None else list(ledger.pack.execution_points)
        weighed = []
        for full in points:
            q = rate.quantity
            low, high = (min(max(v, Decimal(0)), ONE) * full for v in (q.value - q.step / 2, q.value + q.step / 2))
            weighed.append((full, judge_value(score.quantity, min(q.value, ONE) * full, low, high)))
        full, weighing = min(weighed, key=lambda p: abs(p[1].difference))
        holds = any(w.verdict in ("pass", "tail") for _, w in weighed)
        working = f"{plain(full, 0)}分×{percent(min(rate.quantity.value, ONE))}={plain(weighing.nominal, 2)}分"
        members = (score, rate, *((row.weight,) if row.weight else ()))
        yield ledger.check("E14", "pass" if holds else "fail", working, members, weighing=weighing, title="执行率得分")
        if not holds:
            yield ledger.finding(
                f"执行率{show(rate)}，得{show(score)}，按{computed(working)}，不符。", score, rate,
                working=working, weighing=weighing, score_delta=-weighing.difference,
            )  # fmt: skip
