"""Rates from data: every stated rate against every admissible pair of numerator and base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Literal

import regex

from jihe_audit.finding import Check, Finding, Severity
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate, weigh_try
from jihe_audit.rule import Outcome, Rule, of_spec
from jihe_audit.specs import Ratio, Reading
from jihe_extract.cells.cellfigures import as_amount
from jihe_extract.facts import SURE, Claim, Fact

_BUDGETS = frozenset({"年初预算数", "全年预算数", "预算数", "总投资"})


def as_rule(spec: Ratio, sources: tuple[str, ...] = ()) -> Rule:
    """The rule that an entry of ``ratios.toml`` stands for."""

    def run(ledger: Ledger) -> Outcome:
        yield from judge(ledger, spec)

    return of_spec(spec, run, sources)


def _pick(ledger: Ledger, names: str, rate: Fact) -> list[Fact]:
    found: list[Fact] = []
    period = ledger.key(rate)[3]
    for name in names.split("|"):
        measure, at, scope = name.partition("@")
        found += ledger.stated(measure, scope if at else rate.scope, rate.subject, period, near=rate)
    return [f for f in found if f.quantity.unit != "%" and not _of_other(ledger, f, rate)]


def _of_other(ledger: Ledger, fact: Fact, rate: Fact) -> bool:
    """Whether a figure told elsewhere is part of a whole narrower than the unit's (财政拨款支出，其中基本支出……)."""
    whole = ledger.at(fact.measure, "", fact.subject) if fact.scope else None
    return whole is not None and not ledger.together(rate, fact) and ledger.of_another_whole(fact, whole)


def from_ledger(ledger: Ledger, reading: Reading, rate: Fact, absolute: bool) -> Iterator[Try]:
    """The readings of one line of the rulebook that the ledger can fill."""
    if reading.unless and regex.search(reading.unless, ledger.document.quote(rate.quote)):
        return
    if "+" in reading.top:
        yield from _of_sum(ledger, reading, rate, absolute)
        return
    note = "" if reading.plain and regex.search(reading.plain, ledger.named(rate)) else reading.note
    for top in _pick(ledger, reading.top, rate):
        for base in _pick(ledger, reading.base, rate):
            if top is not base:
                yield Try(reading.kind, (top, base), note=note, absolute=absolute)


def _of_sum(ledger: Ledger, reading: Reading, rate: Fact, absolute: bool) -> Iterator[Try]:
    """A rate of several figures of its sentence together: those who are content and those who are very content."""
    parts = [[f for f in _pick(ledger, name, rate) if ledger.together(rate, f)] for name in reading.top.split("+")]
    if all(parts):
        for base in _pick(ledger, reading.base, rate):
            yield Try("sum_rate", (*(p[0] for p in parts), base), note=reading.note, absolute=absolute)


def _may_weight(ledger: Ledger, spec: Ratio, rate: Fact) -> bool:
    """Whether the sentence tells so many grades that the rate may be their weighted mean."""
    told = [n for n in spec.graded if any(ledger.together(rate, f) for f in _pick(ledger, n, rate))]
    return len(told) > 1


def _beside(ledger: Ledger, rate: Fact) -> list[Try]:
    """Pairs of neighbouring amounts in the rate's own clause: when one of them agrees, it was meant."""
    clause = ledger.sentence(rate.quantity.span)
    near = [f for f in ledger.within(clause) if f.quantity.unit == "CNY" and f.quantity.value > 0]
    if rate.origin != "prose":
        near = _in_row(ledger, rate)
    close = sorted(near, key=lambda f: abs(f.quote.start - rate.quote.start))[:4]
    pairs = [(a, b) for a in close for b in close if a is not b and {a.measure, b.measure} != {"执行数", "年初预算数"}]
    if rate.origin != "prose":  # the columns of a table are named: a budget is no spending
        pairs = [(a, b) for a, b in pairs if a.measure not in _BUDGETS]
    return [Try("rate", pair) for pair in pairs]


def _in_row(ledger: Ledger, rate: Fact) -> list[Fact]:
    """The amounts in the table row of a rate, bare numbers of a table of amounts among them."""
    at = ledger.document.cell_at(rate.quantity.span)
    if at is None:
        return []
    table = ledger.document.tables[at[0]]
    line = [as_amount(f, table) for f in ledger.within(ledger.sentence(rate.quantity.span, "\n"))]
    amounts = [f for f in line if f.quantity.unit == "CNY" and f.quantity.value > 0]
    return [f for f in amounts if (cell := ledger.document.cell_at(f.quantity.span)) is not None and cell[:2] == at[:2]]


def stated_rates(ledger: Ledger, spec: Ratio) -> Iterator[tuple[Fact, Claim | None]]:
    """Every rate of the spec that the report states, with the claim about it when there is one."""
    for fact in ledger.rates:
        if fact.measure in spec.rates and spec.scope in ("*", fact.scope):
            yield fact, ledger.rate_claims.get(fact.quantity.span.start)


def judge(ledger: Ledger, spec: Ratio) -> Iterator[Finding | Check]:
    """Recompute every stated rate of the spec."""
    for rate, claim in stated_rates(ledger, spec):
        attempts = _attempts(ledger, spec, rate, claim)
        usual = next(attempts, None)
        if usual is None or _complement(rate, usual) or _since_changed(ledger, rate, usual):
            continue
        if _may_weight(ledger, spec, rate):
            attempts = iter(t for t in (usual, *attempts) if _agrees(ledger, rate, t))
            usual = next(attempts, None)
            if usual is None:
                continue
        sure = rate.sure and (claim is None or claim.trust >= rate.trust or claim.trust >= SURE)
        cap = partial(_cap, ledger, spec, rate, claim, usual)
        yield from relate(ledger, spec.id, rate, chain((usual,), attempts), sure=sure, cap=cap)


def _attempts(ledger: Ledger, spec: Ratio, rate: Fact, claim: Claim | None) -> Iterator[Try]:
    """Every admissible reading of a rate, the usual one first."""
    some = False
    if claim is not None and len(claim.operands) == 2:
        some = True
        kind: Literal["change", "rate"] = "change" if claim.kind == "growth" else "rate"
        yield Try(kind, claim.operands, absolute=spec.absolute or claim.kind == "growth")
    if rate.stage:
        return
    for reading in spec.readings:
        tries = list(from_ledger(ledger, reading, rate, spec.absolute))
        apart = [sum(not ledger.together(rate, o) for o in t.operands) for t in tries]
        some = some or bool(tries)
        yield from (
            [t for t, far in zip(tries, apart, strict=True) if not far]
            or [tries[i] for i in sorted(range(len(tries)), key=apart.__getitem__)]
        )
    if some:
        yield from _beside(ledger, rate)


def _cap(ledger: Ledger, spec: Ratio, rate: Fact, claim: Claim | None, usual: Try) -> Severity:
    """The most that may be said of a rate: a doubt, unless the report or the sentence leaves no other reading."""
    named = claim is not None and len(claim.operands) == 2
    if named or _beyond_doubt(ledger, spec, rate, usual):
        return spec.severity
    return min(spec.severity, "warning", key=_rank)


def _beyond_doubt(ledger: Ledger, spec: Ratio, rate: Fact, usual: Try) -> bool:
    """Whether rate, numerator and usual base stand firm in one sentence, each the only one of its name there, and
    no two amounts of the paragraph give the rate as quotient or as relative change."""
    if usual.note or usual.kind != "rate" or not rate.sure:
        return False
    members = usual.operands
    if rate.origin != "prose":
        row = _in_row(ledger, rate)
        if rate.quantity.value == 1 and members[0].quantity.value > members[1].quantity.value:
            return False  # a rate above 100 % may have been cut down to it
        known = all(m in row and m.sure and m.trust >= SURE for m in members)
        return known and not _quotient(rate, [f for f in row if f.measure not in _BUDGETS or f in members])
    where = ledger.sentence(rate.quantity.span, "。\n")
    if not all(m.sure and m.trust >= SURE and where.holds(m.quantity.span) for m in members):
        return False
    told = list(ledger.within(where))
    amounts = Counter(f.measure for f in told if f.quantity.unit == "CNY" and f.quantity.value)
    if any(amounts[m.measure] > 1 for m in members) or sum(f.measure in spec.rates for f in told) > 1:
        return False
    line = ledger.within(ledger.paragraph(rate.quantity.span))
    return not _quotient(rate, [f for f in line if f.quantity.unit == "CNY" and f.quantity.value])


def _agrees(ledger: Ledger, rate: Fact, attempt: Try) -> bool:
    weighing = weigh_try(ledger, rate, attempt)
    return weighing is not None and weighing.verdict in ("pass", "tail")


def _quotient(rate: Fact, amounts: Sequence[Fact]) -> bool:
    """Whether two of the amounts give the rate as quotient or as relative change."""
    near, value, slack = [f.quantity for f in amounts], rate.quantity.value, rate.quantity.step
    return any(
        a is not b and min(abs(a.value / b.value - value), abs(abs(a.value / b.value - 1) - value)) <= slack
        for a in near
        for b in near
    )


def _complement(rate: Fact, usual: Try) -> bool:
    """Whether the usual reading gives just what is wanting to 100 %: then its numerator is the other part."""
    if usual.kind != "rate":
        return False
    top, base = (o.quantity.value for o in usual.operands)
    return bool(base) and top != base and abs(1 - top / base - rate.quantity.value) <= rate.quantity.step / 2


def _since_changed(ledger: Ledger, rate: Fact, usual: Try) -> bool:
    """Whether a part's rate could only be tried against the budget that its year began with, and the unit's budget
    was changed since: what the part's budget came to is not in the report."""
    base = usual.operands[-1]
    if base.measure != "年初预算数" or not rate.scope or "年初" in rate.measure:
        return False
    first, last = ledger.at("年初预算数"), ledger.at("全年预算数")
    return first is not None and last is not None and first.quantity.value != last.quantity.value


def _rank(severity: str) -> int:
    return ("info", "warning", "error").index(severity)
