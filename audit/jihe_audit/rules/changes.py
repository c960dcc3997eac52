"""Changes against another time: amount and rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from jihe_audit.changing import of_two_times
from jihe_audit.finding import Check, Finding
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, agrees, relate, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.telling import computed
from jihe_audit.verdict import Weighing, counted, judge_value
from jihe_audit.wording import places, plain, show
from jihe_extract.facts import SURE, Claim, Fact


def _width(fact: Fact) -> Interval:
    q = fact.quantity
    if counted(q):
        return Interval.point(q.value)
    return Interval(q.value - q.step / 2, q.value + q.step / 2)


@rule(
    id="N02",
    title="增减率与增减额不符",
    category="A08",
    severity="error",
    basis=("STL-83",),
    advice="核对本期数、上期数和增减额后更正增减率。",
    fails=(
        "财政拨款支出决算1530.75万元，较上年增加86.65万元，«增长8.00%»。",
        "2024年总收入680.55万元，支出660.20万元。总收入较上年622.40万元增加58.15万元，«增长8.34%»。",
    ),
    passes=(
        "财政拨款支出决算1530.75万元，较上年增加86.65万元，增长6.00%。",
        "2024年总收入680.55万元，支出660.20万元。总收入较上年622.40万元增加58.15万元，增长9.34%。",
    ),
)
def growth(ledger: Ledger) -> Outcome:
    """由本期数和增减额倒推上期数，增减率应等于增减额除以上期数；增、减两个方向都试，都不相符才报。"""
    for claim in ledger.claims:
        if claim.kind == "growth" and claim.stated is not None and not claim.stated.quantity.in_points:
            levels = of_two_times(ledger, claim, claim.stated)
            held = [t for t in _beside(ledger, claim.stated) if agrees(ledger, claim.stated, t)]
            if held:
                yield from relate(ledger, "I17", claim.stated, held[:1], label="增减率")
                yield from _moved(ledger, claim, held[0])
            elif levels and not _only_moved(ledger, claim, levels):
                yield from relate(
                    ledger, "I17", claim.stated, levels, sure=claim.trust >= SURE, cap="warning", label="增减率"
                )
            elif (based := _on_base(ledger, claim.stated)) is not None:
                yield from relate(ledger, "I17", claim.stated, [based], cap="warning", label="增减率")
            else:
                yield from _growth(ledger, claim, claim.stated)


def _on_base(ledger: Ledger, stated: Fact) -> Try | None:
    """The change right before its rate, of another year's figure right before that: ``较上年90万元增加9万元，增长10%``."""
    near = [f for f in ledger.within(ledger.sentence(stated.quantity.span)) if f.quantity.span < stated.quantity.span]
    if len(near) < 2 or near[-1].measure not in ("增减额", "节约额") or near[-2].period in ("", ledger.year):
        return None
    moved, base = near[-1], near[-2]
    if base.period.isdigit() and base.period > (ledger.year or base.period):
        return None  # 2026年计划90万元，较2025年增加9万元
    alike = moved.quantity.unit == base.quantity.unit and base.measure not in ("增减额", "节约额")
    return Try("rate", (moved, base), absolute=True) if alike and base.quantity.value else None


def _only_moved(ledger: Ledger, claim: Claim, levels: list[Try]) -> bool:
    """Whether the amount of change beside the rate decides: no two levels of the report bear the rate out."""
    moved = any(o.measure in ("增减额", "节约额") for o in claim.operands) and len(claim.operands) > 1
    weighed = [w for t in levels if claim.stated and (w := weigh_try(ledger, claim.stated, t)) is not None]
    return moved and all(w.verdict == "fail" for w in weighed)


def _moved(ledger: Ledger, claim: Claim, held: Try) -> Iterator[Finding | Check]:
    """The amount of change beside a rate that two levels bear out must be their difference."""
    moved = next((o for o in claim.operands if o.measure in ("增减额", "节约额")), None)
    apart = 0 if moved is None or claim.stated is None else claim.stated.quantity.span.start - moved.quantity.span.end
    if (
        moved is None
        or not 0 < apart <= 6
        or held.kind != "change"
        or any(o.quantity.span == moved.quantity.span for o in held.operands)
    ):
        return
    if moved.quantity.unit == held.operands[0].quantity.unit:
        yield from relate(
            ledger, "I17", moved, [Try("sum", held.operands, (1, -1), absolute=True)], sure=claim.trust >= SURE, cap="warning",
            label="增减额", category="A07",
        )  # fmt: skip


def _beside(ledger: Ledger, stated: Fact) -> list[Try]:
    """Relative changes between any two amounts of the sentence: when one of them agrees, it was meant."""
    near: list[Fact] = []
    for stops in ("。；;\n", "。\n"):
        where = ledger.sentence(stated.quantity.span, stops)
        if len(near) < 2:
            near = [
                f for f in ledger.within(where)
                if f.quantity.unit not in ("%", "分", "") and f.quantity.exact and f.quantity.value > 0
            ]  # fmt: skip
    close = sorted(near, key=lambda f: abs(f.quote.start - stated.quote.start))[:6]
    return [
        Try(kind, (a, b), absolute=True)
        for a in close for b in close
        for kind in ("change", "rate")
        if a is not b and a.quantity.unit == b.quantity.unit
        and (kind == "change" or a.measure in ("增减额", "节约额"))
    ]  # fmt: skip


def _growth(ledger: Ledger, claim: Claim, stated: Fact) -> Iterator[Finding | Check]:
    """Judge a rate of change by the change beside it and the level; any level told before it may be the one."""
    change = next((o for o in claim.operands if o.measure in ("增减额", "节约额")), None)
    level = next((o for o in claim.operands if o is not change), None)
    if change is None or level is None or not (stated.quantity.exact and change.quantity.exact):
        return
    found = [
        (w, now) for now in _told_before(ledger, change, level) if (w := _weigh_change(ledger, claim, change, now))
    ]
    if not found:
        return
    (weighing, working), now = next((f for f in found if f[0][0].verdict != "fail"), found[0])
    yield ledger.check("I17", weighing.verdict, working, (stated, change, now), weighing=weighing)
    if weighing.verdict == "fail" and weighing.severity:
        sure = claim.trust >= SURE and level.subject == stated.subject and level.scope == stated.scope
        severity = "warning" if not sure and weighing.severity == "error" else weighing.severity
        yield ledger.finding(
            f"增减率载明{show(stated)}，按{computed(working)}，不符。",
            stated, change, level, severity=severity, working=working, weighing=weighing,
        )  # fmt: skip


def _told_before(ledger: Ledger, change: Fact, level: Fact) -> list[Fact]:
    """The level that the change is bound to, and the other amounts of its sentence before it.

    A level right before its change is the one meant, or the whole of which it is a part: no other may bear the rate
    out in its stead.
    """
    where = ledger.sentence(change.quantity.span, "。\n")
    others = [
        f for f in ledger.within(where)
        if f is not level and f.quantity.unit == level.quantity.unit and f.measure not in ("增减额", "节约额")
        and f.quantity.exact and f.quantity.span.end <= change.quantity.span.start
    ]  # fmt: skip
    beside = where.holds(level.quantity.span) and all(f.quantity.span < level.quantity.span for f in others)
    between = ledger.document.text[level.quantity.span.end : change.quantity.span.start]
    if beside and others and any(s in between for s in "；;"):
        return [*others, level]  # a list ended in between: the change may be of what was divided
    wholes = [
        c.stated for c in ledger.claims
        if c.kind == "sum" and c.stated is not None and level.quantity.span in {o.quantity.span for o in c.operands}
    ]  # fmt: skip
    return [level, *wholes] if beside else [level, *others]


def _weigh_change(ledger: Ledger, claim: Claim, change: Fact, level: Fact) -> tuple[Weighing, str] | None:
    """The rate of a change on one level, with its working: on the level before it, or on the level itself."""
    stated = claim.stated
    weighed: list[tuple[Weighing, int]] = []
    if stated is None:
        return None
    for sign in (-1, 1) if claim.word == "down" else (1, -1):
        base = _width(level) - (_width(change) if sign > 0 else -_width(change))
        if base.low <= 0 <= base.high:
            continue
        rate = _width(change) / base
        nominal = change.quantity.value / (level.quantity.value - sign * change.quantity.value)
        low, high = sorted((abs(rate.low), abs(rate.high)))
        weighed.append((judge_value(stated.quantity, abs(nominal), low, high, lenient=ledger.lenient), sign))
    quotient = abs(change.quantity.value / level.quantity.value) if level.quantity.value else Decimal(0)
    if weighed and quotient:
        ratio = _width(change) / _width(level) if not _width(level).holds(Decimal(0)) else None
        if ratio is not None:
            low, high = sorted((abs(ratio.low), abs(ratio.high)))
            weighed.append((judge_value(stated.quantity, quotient, low, high, lenient=ledger.lenient), 0))
    if not weighed:
        return None
    weighing, sign = next((w for w in weighed if w[0].verdict != "fail"), weighed[0])
    base_words = f"({show(level)}{'−' if sign > 0 else '+'}{show(change)})" if sign else show(level)
    shown = plain(weighing.nominal * 100, max(2, places([stated.quantity])))
    return weighing, f"{show(change)}÷{base_words}={shown}%"


@rule(
    id="N02a",
    title="增减额与前后两数不符",
    category="A07",
    severity="error",
    basis=("STL-83",),
    advice="核对前后两期数，更正增减额。",
    fails=("三公经费决算14.60万元，较预算18.00万元«节约3.90万元»。",),
    passes=("三公经费决算14.60万元，较预算18.00万元节约3.40万元。",),
)
def differences(ledger: Ledger) -> Outcome:
    """写明了前后两数的，增减额应等于两数之差（不计方向）。"""
    for claim in ledger.claims:
        if claim.kind == "difference" and claim.stated is not None and len(set(claim.operands)) == 2:
            tries = [Try("sum", claim.operands, (1, -1), absolute=True), *_saved(ledger, claim.stated)]
            yield from relate(ledger, "I17", claim.stated, tries, sure=claim.trust >= SURE, label="增减额")


def _saved(ledger: Ledger, saving: Fact) -> list[Try]:
    """A saving may be one on any amount that its sentence has told before: the budget, the ceiling, the estimate."""
    if saving.measure != "节约额":
        return []
    where = ledger.sentence(saving.quantity.span, "。\n")
    near = [
        f for f in ledger.within(where)
        if f.quantity.unit == saving.quantity.unit and f.quantity.exact and f.quantity.span < saving.quantity.span
    ]  # fmt: skip
    return [Try("sum", (a, b), (1, -1), absolute=True) for a, b in combinations(near, 2)]
