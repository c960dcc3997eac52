"""Figures that no other rule has tried, checked against what stands beside them. They are verified or left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from jihe_audit.finding import Check
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Fact

DIGITS = 3
"""Fewest significant digits of a figure whose agreement is no chance."""
NEAR = 10
"""Most figures of a sentence that are combined."""
MONEY = (
    "年初预算数",
    "全年预算数",
    "预算数",
    "总投资",
    "收入数",
    "执行数",
    "到位数",
    "收支总计",
    "年末结转",
    "上年结转",
)
"""Amounts that one and the same figure may be called."""


def _digits(fact: Fact) -> int:
    return len("".join(c for c in fact.quantity.shown if c.isdigit()).strip("0"))


def _usable(fact: Fact) -> bool:
    q = fact.quantity
    return q.exact and q.value > 0 and q.relation != "from"


@rule(
    id="V01",
    title="旁证核对",
    category="A07",
    severity="info",
    advice="无须处理；仅作已核对的依据。",
    late=True,
    confirms=("两次拨付«131.40万元»，先拨81.20万元、后拨50.20万元。",),
    passes=("两次拨付132.40万元，先拨81.20万元、后拨50.20万元。",),
)
def corroborated(ledger: Ledger) -> Outcome:
    """其他规则没有用到、或归属不够确定的金额和百分比，与同一句内的数字（和、差、比、增减率）或他处的同值数字对照：恰好相符的记为已核，不相符的不作判断。"""
    done = {
        span for check in ledger.tried if check.verdict in ("pass", "tail", "fail", "uncertain") for span in check.spans
    }
    sentences: dict[Span, list[Fact]] = {}
    for fact in ledger.extraction.facts:
        if fact.quantity.unit in ("CNY", "%") and fact.quantity.span not in done and _usable(fact):
            for check in _support(ledger, fact, sentences):
                yield check
                done.update(check.spans)
                break


def _support(ledger: Ledger, fact: Fact, sentences: dict[Span, list[Fact]]) -> Iterator[Check]:
    yield from _same(ledger, fact)
    if ledger.document.cell_at(fact.quantity.span) is not None:
        return
    where = ledger.sentence(fact.quantity.span, "。\n")
    beside = sentences.get(where)
    if beside is None:
        beside = [f for f in ledger.within(where) if _usable(f)]
        sentences[where] = beside
    at = next((i for i, f in enumerate(beside) if f.quantity.span == fact.quantity.span), 0)
    near = beside[max(0, at - NEAR // 2) : at + NEAR // 2 + 1]
    if fact.quantity.unit == "%":
        yield from _rates(ledger, fact, near)
        if fact.quantity.in_points:
            yield from _points(ledger, fact, near)
        elif fact.quantity.shown_decimals > 1:
            yield from _far_base(ledger, fact, beside[:at])
    if _digits(fact) >= DIGITS:
        yield from _sums(ledger, fact, [f for f in near if f.quantity.unit == fact.quantity.unit])
        if fact.quantity.unit == "CNY" and _digits(fact) > DIGITS:
            yield from _paragraph(ledger, fact)


def _paragraph(ledger: Ledger, fact: Fact) -> Iterator[Check]:
    """The amount as sum or difference of two others of its paragraph."""
    line = ledger.within(ledger.paragraph(fact.quantity.span))
    inside = [f for f in line if f.quantity.unit == "CNY" and _usable(f)]
    at = next((i for i, f in enumerate(inside) if f.quantity.span == fact.quantity.span), 0)
    yield from _sums(ledger, fact, inside[max(0, at - NEAR) : at + NEAR])


def _points(ledger: Ledger, points: Fact, near: Sequence[Fact]) -> Iterator[Check]:
    """Percentage points between a rate of the sentence and any other rate of the report."""
    rates = [f for f in ledger.extraction.facts if f.quantity.unit == "%" and _usable(f) and not f.quantity.in_points]
    for a in near:
        if a.quantity.unit != "%" or a is points or a.quantity.in_points:
            continue
        for b in rates:
            if abs(a.quantity.value - b.quantity.value) == points.quantity.value:
                first, second = (a, b) if a.quantity.value > b.quantity.value else (b, a)
                yield from _tried(ledger, points, Try("sum", (first, second), (1, -1)), "I17")


def _far_base(ledger: Ledger, rate: Fact, before: Sequence[Fact]) -> Iterator[Check]:
    """The amount right before a rate against any amount of the report as its base."""
    top = next((f for f in reversed(before) if f.quantity.unit == "CNY"), None)
    if top is None or not rate.quantity.value:
        return
    need = top.quantity.value / rate.quantity.value
    for base in ledger.extraction.facts:
        if base.quantity.unit == "CNY" and base is not top and abs(base.quantity.value - need) <= need / 5000:
            yield from _tried(ledger, rate, Try("rate", (top, base)), "R00")


def _same(ledger: Ledger, fact: Fact) -> Iterator[Check]:
    """The same amount under a name that may mean the same."""
    if _digits(fact) < DIGITS:
        return
    for other in ledger.extraction.facts:
        p, q = fact.quantity, other.quantity
        if q.span == p.span or q.unit != p.unit or q.value != p.value or not q.exact:
            continue
        alike = fact.measure == other.measure or UNBOUND in (fact.measure, other.measure)
        alike = alike or (fact.measure in MONEY and other.measure in MONEY)
        if p.unit == "%":
            alike = fact.measure == other.measure or "完成值" in (fact.measure, other.measure)
        if alike:
            yield ledger.check("I19", "pass", f"{show(fact)}与他处{show(other)}一致", (fact, other))
            return


def _tried(ledger: Ledger, stated: Fact, attempt: Try, identity: str) -> Iterator[Check]:
    weighing = weigh_try(ledger, stated, attempt)
    if weighing is not None and weighing.verdict == "pass" and not weighing.truncated:
        working = f"{show(stated)}={working_of(attempt, stated, weighing)}"
        yield ledger.check(identity, "pass", working.rsplit("=", 1)[0], (stated, *attempt.operands), weighing=weighing)


def _sums(ledger: Ledger, fact: Fact, near: Sequence[Fact]) -> Iterator[Check]:
    """The figure as sum or difference of two, or as the sum of a run beside it; or as a term of such a sum."""
    others = [f for f in near if f.quantity.span != fact.quantity.span and f.quantity.value != fact.quantity.value]
    for a, b in combinations(others, 2):
        for stated, operands in ((fact, (a, b)), (a, (fact, b)), (b, (fact, a))):
            if _digits(stated) >= DIGITS and sum(o.quantity.value for o in operands) == stated.quantity.value:
                yield from _tried(ledger, stated, Try("sum", operands, (1, 1)), "I05")
    for i in range(len(near)):
        for j in range(i + 3, len(near) + 1):
            run = tuple(near[i:j])
            for stated in (*near[max(0, i - 1) : i], *near[j : j + 1]):
                if fact in (stated, *run) and sum(o.quantity.value for o in run) == stated.quantity.value:
                    yield from _tried(ledger, stated, Try("sum", run), "I05")


def _rates(ledger: Ledger, rate: Fact, near: Sequence[Fact]) -> Iterator[Check]:
    """The rate as quotient, or relative change, of two figures of one unit beside it."""
    whole = rate.quantity.shown_decimals == 0
    if whole:  # a round rate agrees with anything: only the figures right before it may bear it out
        at = next((i for i, f in enumerate(near) if f.quantity.span == rate.quantity.span), 0)
        last = next((i for i in range(at - 1, -1, -1) if near[i].quantity.unit == "%"), -1)
        near = near[last + 1 : at]
    others = [f for f in near if f.quantity.unit not in ("%", "分", "")]
    for a in others:
        for b in others:
            units = {a.quantity.unit, b.quantity.unit}
            if a is b or not b.quantity.value or (len(units) > 1 and (whole or "CNY" in units)):
                continue
            quotient = a.quantity.value / b.quantity.value
            for kind, value in (("rate", quotient), ("change", abs(quotient - 1))):
                if whole and value != rate.quantity.value:
                    continue
                if abs(value - rate.quantity.value) <= rate.quantity.step:
                    yield from _tried(ledger, rate, Try(kind, (a, b), absolute=True), "R00")  # type: ignore[arg-type]


RUN = 3
"""Most figures right before a rate that may bear it."""
