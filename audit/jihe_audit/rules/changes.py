"""Changes against another time: amount, rate, direction."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jihe_extract.facts import SURE, Claim, Fact

from jihe_audit.finding import Check, Finding
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate
from jihe_audit.rule import Outcome, rule
from jihe_audit.verdict import judge_value
from jihe_audit.wording import name, places, plain, show


def _width(fact: Fact) -> Interval:
    q = fact.quantity
    return Interval(q.value - q.step / 2, q.value + q.step / 2)


@rule(
    id="N02",
    title="增减率与增减额不符",
    category="A08",
    severity="error",
    basis=("STL-83",),
    advice="核对本期数、上期数和增减额后更正增减率。",
    fails=("财政拨款支出决算1530.75万元，较上年增加86.65万元，增长«8.00%»。",),
    passes=("财政拨款支出决算1530.75万元，较上年增加86.65万元，增长6.00%。",),
)
def growth(ledger: Ledger) -> Outcome:
    """由本期数和增减额倒推上期数，增减率应等于增减额除以上期数；增、减两个方向都试，都不相符才报。"""
    for claim in ledger.claims:
        if claim.kind == "growth" and claim.stated is not None:
            yield from _growth(ledger, claim, claim.stated)


def _growth(ledger: Ledger, claim: Claim, stated: Fact) -> Iterator[Finding | Check]:
    change = next((o for o in claim.operands if o.measure in ("增减额", "节约额")), None)
    level = next((o for o in claim.operands if o is not change), None)
    if change is None or level is None or not (stated.quantity.exact and change.quantity.exact):
        return
    weighed = []
    for sign in ((-1, 1) if claim.word == "down" else (1, -1)):
        base = _width(level) - (_width(change) if sign > 0 else -_width(change))
        if base.low <= 0 <= base.high:
            continue
        rate = _width(change) / base
        nominal = change.quantity.value / (level.quantity.value - sign * change.quantity.value)
        for own in (abs(nominal),):
            low, high = sorted((abs(rate.low), abs(rate.high)))
            weighed.append((judge_value(stated.quantity, own, low, high, lenient=ledger.lenient), sign))
    quotient = abs(change.quantity.value / level.quantity.value) if level.quantity.value else Decimal(0)
    if weighed and quotient:
        ratio = _width(change) / _width(level) if not _width(level).holds(Decimal(0)) else None
        if ratio is not None:
            low, high = sorted((abs(ratio.low), abs(ratio.high)))
            weighed.append((judge_value(stated.quantity, quotient, low, high, lenient=ledger.lenient), 0))
    if not weighed:
        return
    good = next((w for w in weighed if w[0].verdict != "fail"), None)
    weighing, sign = good or weighed[0]
    base_words = f"({show(level)}{'−' if sign > 0 else '+'}{show(change)})" if sign else show(level)
    working = f"{show(change)}÷{base_words}={plain(weighing.nominal * 100, max(2, places([stated.quantity])))}%"
    yield ledger.check("I17", weighing.verdict, working, (stated, change, level), weighing=weighing)
    if weighing.verdict == "fail" and weighing.severity:
        sure = claim.trust >= SURE and level.subject == stated.subject and level.scope == stated.scope
        severity = "warning" if not sure and weighing.severity == "error" else weighing.severity
        yield ledger.finding(
            f"增减率载明{show(stated)}，按{working}，不符。",
            stated, change, level, severity=severity, working=working, weighing=weighing,
        )  # fmt: skip


@rule(
    id="N02a",
    title="增减额与前后两数不符",
    category="A07",
    severity="error",
    basis=("STL-83",),
    advice="核对前后两期数，更正增减额。",
    fails=("三公经费决算14.60万元，较预算18.00万元节约«3.90万元»。",),
    passes=("三公经费决算14.60万元，较预算18.00万元节约3.40万元。",),
)
def differences(ledger: Ledger) -> Outcome:
    """写明了前后两数的，增减额应等于两数之差（不计方向）。"""
    for claim in ledger.claims:
        if claim.kind == "difference" and claim.stated is not None and len(claim.operands) == 2:
            yield from relate(
                ledger, "I17", claim.stated, [Try("sum", claim.operands, (1, -1), absolute=True)],
                sure=claim.trust >= SURE, label="增减额",
            )  # fmt: skip


@rule(
    id="N16",
    title="方向用语与数字相反",
    category="A15",
    severity="error",
    basis=("STL-83",),
    advice="核对增减方向，更正用语或数字。",
    fails=("三公经费决算14.60万元，较预算18.00万元«增加3.40万元»。",),
    passes=("三公经费决算14.60万元，较预算18.00万元减少3.40万元。",),
)
def directions(ledger: Ledger) -> Outcome:
    """“增加”“减少”等用语应与前后两数的大小一致；用语已含方向而数字又带负号的，语义反转，一并提示。"""
    for claim in ledger.claims:
        stated = claim.stated
        if stated is None or claim.kind not in ("difference", "growth") or claim.word not in ("up", "down"):
            continue
        if stated.quantity.value < 0:
            yield ledger.finding(
                f"用语已表示{'增加' if claim.word == 'up' else '减少'}，数字又带负号（{show(stated)}），方向表述相反。",
                stated, severity="warning",
            )  # fmt: skip
            continue
        pair = [o for o in claim.operands if o.measure not in ("增减额", "节约额")]
        if len(pair) != 2 or pair[0].quantity.unit != pair[1].quantity.unit:
            continue
        now, base = pair
        if claim.trust < SURE or not (now.sure and base.sure) or now.quantity.value == base.quantity.value:
            continue
        rising = now.quantity.value > base.quantity.value
        if rising != (claim.word == "up"):
            yield ledger.finding(
                f"{name(now)}{show(now)}{'大于' if rising else '小于'}对比数{show(base)}，用语却为"
                f"“{'增加' if claim.word == 'up' else '减少'}”。",
                stated, now, base, working=f"{show(now)}{'>' if rising else '<'}{show(base)}",
            )  # fmt: skip
