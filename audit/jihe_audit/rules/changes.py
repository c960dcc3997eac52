"""Changes against another time: amount, rate, direction."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise

import regex

from jihe_audit.finding import Check, Finding
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.telling import computed
from jihe_audit.verdict import Weighing, counted, judge_value
from jihe_audit.wording import name, places, plain, show
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
        if claim.kind == "growth" and claim.stated is not None and not _points(claim.stated):
            levels = _levels(ledger, claim, claim.stated)
            held = [
                t
                for t in _beside(ledger, claim.stated)
                if (w := weigh_try(ledger, claim.stated, t)) and w.verdict == "pass"
            ]
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


def _points(fact: Fact) -> bool:
    """Whether a figure is percentage points, which are no level and no relative change."""
    return "点" in fact.quantity.surface


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


def _levels(ledger: Ledger, claim: Claim, stated: Fact) -> list[Try]:
    """This period's figure against another period's, when the sentence gives both."""
    if _points(stated):
        return []
    levels = [o for o in claim.operands if o.measure not in ("增减额", "节约额") and not _points(o)]
    found = [Try("change", (levels[0], levels[1]), absolute=True)] if len(levels) == 2 else []
    against = _named_year(ledger, stated)
    for now in levels[:1] or ledger.of_scope(stated.subject, stated.scope):
        if (now.period and now.period != ledger.year) or now.quantity.unit == "%" or not ledger.together(stated, now):
            continue
        for base in ledger.of_scope(now.subject, now.scope):
            earlier = base.period not in ("", now.period, ledger.year)
            earlier = earlier and not (
                base.period.isdigit() and base.period > (now.period or ledger.year or base.period)
            )
            alike = base.measure == now.measure and base.quantity.unit == now.quantity.unit
            if earlier and alike and against in ("", base.period) and ledger.together(stated, base):
                found.append(Try("change", (now, base), absolute=True))
    return found


_IS_RATE = regex.compile(r"增长率(?:为|是)?[-－−—]")
_AGAINST = regex.compile(r"[较比与]\s*(20\d\d)\s*年")


def _named_year(ledger: Ledger, stated: Fact) -> str:
    """The year that the sentence compares with, told last before a change (``较2024年减少9万元，下降3%``)."""
    where = ledger.sentence(stated.quantity.span, "。\n")
    found = _AGAINST.findall(ledger.document.text, where.start, stated.quantity.span.start)
    return found[-1] if found else ""


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


@rule(
    id="N18",
    title="同句增减方向不一致",
    category="A15",
    severity="warning",
    basis=("STL-83",),
    advice="核对增减方向，统一用语。",
    fails=("财政拨款支出决算1530.75万元，«较上年减少86.65万元»，增长6.00%。",),
    passes=("财政拨款支出决算1530.75万元，较上年增加86.65万元，增长6.00%。",),
)
def two_directions(ledger: Ledger) -> Outcome:
    """同一句中增减额和增减率的方向用语应当一致。"""
    moves = [c for c in ledger.claims if c.kind in ("difference", "growth") and c.word in ("up", "down") and c.stated]
    for first, second in pairwise(moves):
        if first.kind != "difference" or second.kind != "growth" or first.word == second.word:
            continue
        if first.stated is None or second.stated is None or second.span.start - first.span.end > 4:
            continue
        if (first.scope, first.subject) == (second.scope, second.subject) and first.stated.quantity.value:
            yield ledger.finding(
                f"增减额{show(first.stated)}与增减率{show(second.stated)}的方向用语相反。", first.stated, second.stated
            )


def _compared(ledger: Ledger, claim: Claim, stated: Fact) -> list[Fact]:
    """The figure of a change and the one it is compared with, where both stand before it and differ by just that much.

    ``全年预算5566.72万元，较年初预算5376.32万元增加190.40万元``: the words name one of them only.
    """
    if claim.kind != "difference" or len(claim.operands) != 1:
        return []
    base = claim.operands[0]
    for told in ledger.extraction.supposed:
        if told.kind != "difference" or told.stated is None or told.stated.quantity.span != stated.quantity.span:
            continue
        others = [o for o in told.operands if o.quantity.span < base.quantity.span]
        weighing = weigh_try(ledger, stated, Try("sum", told.operands, (1, -1), absolute=True))
        if len(told.operands) != 2 or len(others) != 1 or weighing is None or weighing.verdict != "pass":
            continue
        between = ledger.document.text[others[0].quantity.span.end : base.quantity.span.start]
        if ledger.rulebook.words["compared"].search(between):
            return [others[0], base]
    return []


@rule(
    id="N16",
    title="方向用语与数字相反",
    category="A15",
    severity="error",
    basis=("STL-83",),
    advice="核对增减方向，更正用语或数字。",
    fails=(
        "三公经费决算14.60万元，较预算18.00万元«增加3.40万元»。",
        "全年预算2571.80万元，较年初预算2455.40万元«减少116.40万元»。",
    ),
    passes=(
        "三公经费决算14.60万元，较预算18.00万元减少3.40万元。",
        "全年预算2571.80万元，较年初预算2455.40万元增加116.40万元。",
        "年初预算2571.80万元，全年支出2455.40万元，减少116.40万元。",
        "与上年的336.69万元相比，本年支出400.86万元，净增64.17万元，增幅19.06%。",
        "三公经费预算23.00万元，支出19.46万元，较预算节约3.54万元。",
        "全年预算5566.72万元，年初预算5757.12万元；全年预算较5376.32万元的上年预算增加190.40万元。",
    ),
)
def directions(ledger: Ledger) -> Outcome:
    """“增加”“减少”等用语应与前后两数的大小一致；用语已含方向而数字又带负号的，语义反转，一并提示。"""
    for claim in ledger.claims:
        stated = claim.stated
        if stated is None or claim.kind not in ("difference", "growth") or claim.word not in ("up", "down"):
            continue
        if stated.quantity.value < 0 and _IS_RATE.search(ledger.document.quote(claim.span)):
            continue  # 自然增长率-1.2‰
        if stated.quantity.value < 0:
            yield ledger.finding(
                f"用语已表示{'增加' if claim.word == 'up' else '减少'}，数字又带负号（{show(stated)}），方向表述相反。",
                stated, severity="warning",
            )  # fmt: skip
            continue
        pair = [o for o in claim.operands if o.measure not in ("增减额", "节约额") and not _points(o)]
        if len(pair) != 2 and not _points(stated):
            pair = [o for t in _levels(ledger, claim, stated)[:1] for o in t.operands]
        if len(pair) != 2 and not _points(stated):
            pair = _compared(ledger, claim, stated)
        pair = [o for o in pair if o.quantity.relation not in ("inc", "dec")]  # 净增64万元 is itself a change
        if len(pair) != 2 or pair[0].quantity.unit != pair[1].quantity.unit:
            continue
        now, base = pair
        if now.quantity.value == base.quantity.value:
            continue
        sure = claim.trust >= SURE and now.sure and base.sure
        rising = now.quantity.value > base.quantity.value
        if rising != (claim.word == "up"):
            yield ledger.finding(
                f"{name(now)}{show(now)}{'大于' if rising else '小于'}对比数{show(base)}，用语却为"
                f"“{'增加' if claim.word == 'up' else '减少'}”。",
                stated, now, base, severity="error" if sure else "warning",
                working=f"{show(now)}{'>' if rising else '<'}{show(base)}",
            )  # fmt: skip
