"""Which figure is most likely at fault where relations fail: the one whose change would mend most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from jihe_audit.causes import cause_of, turned
from jihe_audit.finding import Finding
from jihe_audit.groups import Relation
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try
from jihe_audit.slips import DIGITS, holds_with, is_sharp, repairs, window
from jihe_extract.document import Span
from jihe_extract.facts import Fact


class Diagnosis(Struct, frozen=True):
    """One root: the figure most likely at fault, the relations it breaks, and the possible cause in Chinese."""

    culprit: Fact
    broken: tuple[Relation, ...]
    cause: str
    certain: bool


Index = dict[Span, list[Relation]]


def _index(relations: Iterable[Relation]) -> Index:
    """The relations by each figure that takes part in them."""
    found: Index = {}
    for relation in relations:
        for span in dict.fromkeys(m.quantity.span for m in relation.members):
            found.setdefault(span, []).append(relation)
    return found


def _weight(relation: Relation, fact: Fact) -> int:
    if isinstance(relation.recompute, Try) or callable(relation.recompute):
        return 1
    return min(2, len(relation.operands))


Known = dict[tuple[int, ...], Decimal]
"""Scores so far, by figure and broken relations: the search for each further root asks for them again."""


def _score(ledger: Ledger, fact: Fact, failing: Index, passing: Index, alone: bool, known: Known) -> Decimal:
    broken = failing.get(fact.quantity.span, [])
    key = (alone, id(fact), *map(id, broken))
    score = known.get(key)
    if score is None:
        score = known[key] = _weighed(ledger, fact, broken, passing.get(fact.quantity.span, []), alone)
    return score


def _weighed(ledger: Ledger, fact: Fact, broken: Sequence[Relation], good: Sequence[Relation], alone: bool) -> Decimal:
    mended = repairs(ledger, fact, [*broken, *good], limit=3, near=True)
    told = any(_told_elsewhere(ledger, new) for new, _ in mended)
    trusted = bool(mended) and (told or mended[0][1] == "单位误写" or not alone or is_sharp(fact, broken))
    score = Decimal(2 * len(broken))
    if not trusted:  # the slip undone keeps what holds: it does not speak against the figure then
        score -= Decimal(2 * sum(_weight(r, fact) for r in good))
    if any(r.stated.quantity.span == fact.quantity.span for r in broken):
        score += Decimal("0.5")
    if any(turned(r) == fact.quantity.span for r in broken):
        score += 2
    if trusted:
        score += Decimal("1.5") + (1 if mended[0][1] == "单位误写" and _odd_unit(fact, broken) else 0)
    return score + (2 if told else 0)


def _told_elsewhere(ledger: Ledger, new: Fact) -> bool:
    """Whether the report tells the mended figure in another place: one that no chance repeats."""
    q = new.quantity
    if q.unit != "CNY" or sum(c.isdigit() for c in q.shown) <= DIGITS:
        return False
    others = (f.quantity for f in ledger.extraction.facts if f.quantity.span != q.span)
    return any(o.value == q.value and o.unit == "CNY" for o in others)


def _odd_unit(fact: Fact, broken: Sequence[Relation]) -> bool:
    """Whether the figure is written in another unit than all other amounts of its broken relations."""
    others = {m.quantity.surface for r in broken for m in r.members if m.quantity.span != fact.quantity.span}
    return bool(others) and fact.quantity.surface not in others


def diagnose(ledger: Ledger) -> list[Diagnosis]:
    """Roots of all failing relations, greedily: the figure whose change mends most comes first."""
    failing = [r for r in ledger.relations if r.weighing.verdict == "fail" and r.finding is not None]
    passing = _index(r for r in ledger.relations if r.weighing.verdict in ("pass", "tail"))
    roots: list[Diagnosis] = []
    known: Known = {}
    while failing:
        members = {m.quantity.span: m for r in failing for m in r.members}
        touched = _index(failing)
        alone = len(failing) == 1
        scored = [(_score(ledger, m, touched, passing, alone, known), -i, m) for i, m in enumerate(members.values())]
        if alone:
            mendable = [
                m
                for m in members.values()
                if repairs(ledger, m, [*failing, *passing.get(m.quantity.span, [])], limit=1, near=True)
            ]
            if len(mendable) == 1:
                scored = [(s + (1 if m is mendable[0] else 0), i, m) for s, i, m in scored]
        best = max(scored, key=lambda s: (s[0], s[1]))
        culprit = best[2]
        broken = _one_change(ledger, culprit, touched[culprit.quantity.span])
        good = passing.get(culprit.quantity.span, [])
        runner_up = max((s[0] for s in scored if s[2] is not culprit), default=Decimal(-9))
        cause = cause_of(ledger, culprit, broken, good)
        roots.append(Diagnosis(culprit, tuple(broken), cause, best[0] - runner_up >= 1))
        failing = [r for r in failing if r not in broken]
    return roots


def _one_change(ledger: Ledger, culprit: Fact, broken: Sequence[Relation]) -> list[Relation]:
    """Those relations, the first among them, that one and the same change of the figure would mend."""
    kept: list[Relation] = []
    span: Interval | None = None
    for relation in broken:
        reach = window(relation, culprit)
        if reach is None:
            middle = None if span is None else (span.low + span.high) / 2
            if middle is None:
                kept += [] if kept else [relation]
            else:
                new = replace(culprit, quantity=replace(culprit.quantity, value=middle))
                kept += [relation] if holds_with(ledger, relation, culprit, new) else []
        elif span is None or span.meets(reach):
            span = reach if span is None else Interval(max(span.low, reach.low), min(span.high, reach.high))
            kept.append(relation)
    return kept


def gathered(ledger: Ledger, findings: Sequence[Finding]) -> list[Finding]:
    """One finding for each root: the relations that one figure breaks are told under it."""
    roots = diagnose(ledger)
    replaced: dict[int, Finding | None] = {}
    order = {"error": 2, "warning": 1, "info": 0}
    for root in roots:
        own = [r.finding for r in root.broken if r.finding is not None]
        stated_here = [r.finding for r in root.broken if r.stated.quantity.span == root.culprit.quantity.span]
        lead = max(own, key=lambda f: (order[f.severity], any(f is s for s in stated_here), -own.index(f)))
        others = [f for f in own if f is not lead]
        evidence = list(lead.evidence)
        usual = {ledger.spot(r.stated) for r in root.broken}
        culprit = ledger.spot(root.culprit)
        if evidence[0].span in usual and (len(root.broken) > 1 or root.certain) and culprit != evidence[0].span:
            mark = ledger.evidence(root.culprit)
            evidence = [mark, *(e for e in evidence if e.span != mark.span)]
        for other in others:
            evidence += [e for e in other.evidence if all(e.span != x.span for x in evidence)]
        merged = replace(
            lead,
            evidence=tuple(evidence[:12]),
            explanation=lead.explanation or root.cause,
            consequences=tuple(o.says for o in others),
        )
        for f in own:
            replaced[id(f)] = None
        replaced[id(lead)] = merged
    result = [replaced.get(id(f), f) for f in findings]
    return _same_gap([f for f in result if f is not None])


def _same_gap(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one rule with the same amount and the same cause are one defect seen twice."""
    kept: list[Finding] = []
    for f in findings:
        first = next(
            (
                i
                for i, k in enumerate(kept)
                if f.amount and f.explanation and (k.rule, k.amount, k.explanation) == (f.rule, f.amount, f.explanation)
            ),
            None,
        )
        if first is None:
            kept.append(f)
            continue
        lead = kept[first]
        more = [e for e in f.evidence if all(e.span != x.span for x in lead.evidence)]
        kept[first] = replace(
            lead,
            evidence=(*lead.evidence, *more)[:12],
            consequences=tuple(dict.fromkeys((*lead.consequences, f.says, *f.consequences))),
        )
    return kept
