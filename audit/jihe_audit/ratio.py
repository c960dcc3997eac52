"""Rates from data: every stated rate against every admissible pair of numerator and base."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate
from jihe_audit.rule import Outcome, Rule, of_spec
from jihe_audit.specs import Ratio, Reading
from jihe_extract.facts import SURE, Claim, Fact


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
    for top in _pick(ledger, reading.top, rate):
        for base in _pick(ledger, reading.base, rate):
            if top is not base:
                yield Try(reading.kind, (top, base), note=reading.note, absolute=absolute)


def _beside(ledger: Ledger, rate: Fact) -> list[Try]:
    """Pairs of neighbouring amounts in the rate's own clause: when one of them agrees, it was meant."""
    clause = ledger.sentence(rate.quantity.span)
    near = [
        f
        for f in ledger.extraction.facts
        if f.quantity.unit == "CNY" and f.quantity.value > 0 and clause.holds(f.quantity.span)
    ]
    close = sorted(near, key=lambda f: abs(f.quote.start - rate.quote.start))[:4]
    pairs = [(a, b) for a in close for b in close if a is not b and {a.measure, b.measure} != {"执行数", "年初预算数"}]
    return [Try("rate", pair) for pair in pairs]


def _claims(ledger: Ledger) -> dict[int, Claim]:
    return {
        c.stated.quantity.span.start: c for c in ledger.claims if c.stated and c.kind in ("ratio", "growth", "share")
    }


def stated_rates(ledger: Ledger, spec: Ratio) -> Iterator[tuple[Fact, Claim | None]]:
    """Every rate of the spec that the report states, with the claim about it when there is one."""
    claims = _claims(ledger)
    for fact in ledger.extraction.facts:
        if fact.measure in spec.rates and fact.quantity.unit == "%" and fact.quantity.exact:
            if spec.scope not in ("*", fact.scope):
                continue
            yield fact, claims.get(fact.quantity.span.start)


def judge(ledger: Ledger, spec: Ratio) -> Iterator[Finding | Check]:
    """Recompute every stated rate of the spec."""
    for rate, claim in stated_rates(ledger, spec):
        attempts: list[Try] = []
        if claim is not None and len(claim.operands) == 2:
            kind = "change" if claim.kind == "growth" else "rate"
            attempts.append(Try(kind, claim.operands, absolute=spec.absolute or claim.kind == "growth"))  # type: ignore[arg-type]
        if not rate.stage:
            for reading in spec.readings:
                tries = list(from_ledger(ledger, reading, rate, spec.absolute))
                near = [t for t in tries if all(ledger.together(rate, o) for o in t.operands)]
                attempts += near or sorted(tries, key=lambda t: sum(not ledger.together(rate, o) for o in t.operands))
            attempts += _beside(ledger, rate) if attempts else []
        sure = rate.sure and (claim is None or claim.trust >= rate.trust or claim.trust >= SURE)
        if _complement(ledger, rate, attempts):
            continue
        named = claim is not None and len(claim.operands) == 2
        named = named or _beyond_doubt(ledger, spec, rate, attempts)
        yield from relate(
            ledger, spec.id, rate, attempts,
            sure=sure, cap=spec.severity if named else min(spec.severity, "warning", key=_rank),
        )  # fmt: skip


def _beyond_doubt(ledger: Ledger, spec: Ratio, rate: Fact, attempts: list[Try]) -> bool:
    """Whether rate, numerator and usual base stand firm in one sentence, each the only one of its name there, and
    no two amounts of the paragraph give the rate as quotient or as relative change."""
    if not attempts or attempts[0].note or attempts[0].kind != "rate" or not rate.sure:
        return False
    members = attempts[0].operands
    where = ledger.sentence(rate.quantity.span, "。\n")
    if not all(m.sure and m.trust >= SURE and where.holds(m.quantity.span) for m in members):
        return False
    facts = [f for f in ledger.extraction.facts if f.quantity.unit == "CNY" and f.quantity.value]
    if any(sum(f.measure == m.measure and where.holds(f.quantity.span) for f in facts) > 1 for m in members):
        return False
    if sum(f.measure in spec.rates and where.holds(f.quantity.span) for f in ledger.extraction.facts) > 1:
        return False
    line = ledger.paragraph(rate.quantity.span)
    near = [f.quantity for f in facts if line.holds(f.quantity.span)]
    value, slack = rate.quantity.value, rate.quantity.step
    return not any(
        a is not b and min(abs(a.value / b.value - value), abs(abs(a.value / b.value - 1) - value)) <= slack
        for a in near
        for b in near
    )


def _complement(ledger: Ledger, rate: Fact, attempts: list[Try]) -> bool:
    """Whether the first reading gives just what is wanting to 100 %: then its numerator is the other part."""
    if not attempts or attempts[0].kind != "rate":
        return False
    top, base = (o.quantity.value for o in attempts[0].operands)
    return bool(base) and top != base and abs(1 - top / base - rate.quantity.value) <= rate.quantity.step / 2


def _rank(severity: str) -> int:
    return ("info", "warning", "error").index(severity)
