"""Identities from data: the whole against its parts, wherever the report states them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, agrees, relate, weigh_try
from jihe_audit.rule import Outcome, Rule, of_spec
from jihe_audit.specs import Identity, Term
from jihe_extract.document import Span
from jihe_extract.facts import Fact


def as_rule(spec: Identity, sources: tuple[str, ...] = ()) -> Rule:
    """The rule that an entry of ``identities.toml`` stands for."""

    def run(ledger: Ledger) -> Outcome:
        yield from judge(ledger, spec)

    return of_spec(spec, run, sources)


OWN = "合计"
"""Scope of a table's last line, which is a total of that table and of no other."""


def _member(ledger: Ledger, term: Term, whole: Fact, together: bool) -> Fact | None:
    period = ledger.key(whole)[3]
    scope = whole.scope if term.scope == "*" else term.scope
    together = together or scope == OWN
    measures = [whole.measure] if term.measure == "*" else term.measure.split("|")
    for measure in measures:
        group = ledger.group(measure, scope, whole.subject, period, whole.stage)
        if group and together:
            near = [f for f in group.facts if ledger.together(whole, f)]
            if near:
                return min(near, key=lambda f: abs(f.quote.start - whole.quote.start))
        elif group and group.best:
            return group.best
    return None


def _members(
    ledger: Ledger, terms: tuple[Term, ...], whole: Fact, spec: Identity
) -> tuple[list[Fact], list[int]] | None:
    facts: list[Fact] = []
    signs: list[int] = []
    for term in terms:
        fact = _member(ledger, term, whole, spec.together)
        if fact is None:
            if term.optional:
                continue
            return None
        facts.append(fact)
        signs.append(term.sign)
    return (facts, signs) if len(facts) >= spec.least else None


def wholes(ledger: Ledger, spec: Identity) -> Iterator[Fact]:
    """Settled facts that the identity speaks of as the whole."""
    for (measure, subject, scope, _period, _stage), group in ledger.groups.items():
        if measure not in spec.measures or spec.scope not in ("*", scope) or (subject and not spec.per_subject):
            continue
        if spec.together:
            yield from group.facts
        elif group.best:
            yield group.best
            if group.standing == "inconsistent":
                yield from (
                    f for f in _odd_ones(ledger, spec, group.facts) if f.quantity.value != group.best.quantity.value
                )
        else:
            yield from _odd_ones(ledger, spec, group.facts)


def _odd_ones(ledger: Ledger, spec: Identity, facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Of statements that contradict one another: those that fail where another one holds, and that one."""
    held: list[Fact] = []
    failed: list[Fact] = []
    for fact in facts:
        weighed = [
            w for a in _attempts(ledger, spec.parts, fact, spec) if (w := weigh_try(ledger, fact, a)) is not None
        ]
        if weighed:
            (held if any(w.verdict == "pass" for w in weighed) else failed).append(fact)
    if held and spec.charity:
        yield held[0]
        near = _first_parts(ledger, spec, held[0])
        yield from (f for f in failed if any(ledger.together(f, part) for part in near))


def _first_parts(ledger: Ledger, spec: Identity, whole: Fact) -> tuple[Fact, ...]:
    """Every statement of the first part."""
    first = _member(ledger, spec.parts[0], whole, together=False)
    group = ledger.groups.get(ledger.key(first)) if first is not None else None
    return group.facts if group is not None else ()


def _attempts(ledger: Ledger, terms: tuple[Term, ...], whole: Fact, spec: Identity) -> list[Try]:
    found = _members(ledger, terms, whole, spec)
    if found is None:
        return []
    facts, signs = found
    attempts = [Try("sum", tuple(facts), tuple(signs), absolute=spec.absolute)]
    if spec.together:
        return attempts + _others(ledger, terms, whole, facts, signs, spec)
    if any(ledger.of_another_whole(fact, whole) for fact in facts):
        return []
    pools = [
        [f for f in ledger.groups[ledger.key(fact)].facts if f.quantity.value != fact.quantity.value] for fact in facts
    ]
    if any(pools) and sum(len(p) for p in pools) < 8:
        for choice in product(*[[fact, *pool] for fact, pool in zip(facts, pools, strict=True)]):
            if list(choice) != facts:
                attempts.append(Try("sum", tuple(choice), tuple(signs), absolute=spec.absolute))
    return attempts


_LOOSE = ("预算数",)
"""Measures that may stand for different things under one name in different places."""
MOST = 7
"""Most figures of a paragraph that charity combines."""


def _charitable(ledger: Ledger, spec: Identity, whole: Fact, attempts: list[Try]) -> list[Try]:
    """Readings that hold when other figures of the same paragraph join the first part, in any scope."""
    if not spec.charity:
        return []
    first = _member(ledger, spec.parts[0], whole, together=False)
    if first is not None and not spec.together:
        base: tuple[tuple[Fact, ...], tuple[int, ...]] = ((first,), (1,))
    elif spec.together and attempts:
        base = (attempts[0].operands, attempts[0].signs or (1,) * len(attempts[0].operands))
    else:
        return []
    lines = {ledger.paragraph(f.quantity.span) for f in (whole, *base[0])}
    bases = [base]
    if not spec.together:  # 由甲增加到乙: the earlier figure may have no name of its own
        line, unit = ledger.paragraph(whole.quantity.span), whole.quantity.unit
        bases += [
            ((f,), (1,)) for f in ledger.within(Span(line.start, whole.quantity.start))
            if f.quantity.unit == unit and f.quantity.value > 0
        ][-3:]  # fmt: skip
    pool: list[tuple[Fact, int]] = []
    for fact in ledger.extraction.facts:
        q = fact.quantity
        if q.unit != whole.quantity.unit or not q.exact or not q.value or not any(line.holds(q.span) for line in lines):
            continue
        signs = [
            t.sign
            for t in spec.charity
            if fact.measure in t.measure.split("|")
            or (t.scope != "*" and t.scope in fact.scope and fact.measure == whole.measure)
        ]
        pool += [(fact, sign) for sign in signs]
    found: list[Try] = []
    for start, size in product(bases, range(1, min(4, len(pool)) + 1)):
        if start is not base and size > 1:
            continue
        for chosen in combinations(pool[:MOST], size):
            facts = (*start[0], *(f for f, _ in chosen))
            if len({f.quantity.span for f in (whole, *facts)}) <= len(facts):
                continue
            attempt = Try("sum", facts, (*start[1], *(sign for _, sign in chosen)))
            weighing = weigh_try(ledger, whole, attempt)
            if weighing is not None and weighing.verdict == "pass":
                found.append(attempt)
    return found


def _others(
    ledger: Ledger, terms: tuple[Term, ...], whole: Fact, facts: list[Fact], signs: list[int], spec: Identity
) -> list[Try]:
    """Other readings of a sentence: all figures of one kind together, and without what stands in brackets."""
    found: list[Try] = []
    keys = [ledger.key(f) for f in facts]
    every = [
        [o for o in ledger.groups[key].facts if ledger.together(whole, o)] if key in ledger.groups else [f]
        for key, f in zip(keys, facts, strict=True)
    ]
    if any(len(group) > 1 for group in every):
        pairs = [(o, sign) for group, sign in zip(every, signs, strict=True) for o in group]
        found.append(Try("sum", tuple(o for o, _ in pairs), tuple(s for _, s in pairs), absolute=spec.absolute))
    depth = ledger.depth(whole.quantity.span)
    open_ = [(f, s) for f, s in zip(facts, signs, strict=True) if ledger.depth(f.quantity.span) <= depth]
    if len(open_) > 1 and len(open_) < len(facts):
        found.append(Try("sum", tuple(f for f, _ in open_), tuple(s for _, s in open_), absolute=spec.absolute))
    return found


def _told_from(ledger: Ledger, spec: Identity, whole: Fact) -> Iterator[Finding | Check]:
    """A whole told with the figure it came from (由甲变为乙), against the moves of the same paragraph."""
    if not ledger.changed:
        return
    line, unit = ledger.paragraph(whole.quantity.span), whole.quantity.unit
    inside = [f for f in ledger.within(line) if f.quantity.unit == unit]
    start = next((f for f in inside if f.quantity.relation == "from" and f.quantity.end <= whole.quantity.start), None)
    if start is None or ledger.sentence(start.quantity.span) != ledger.sentence(whole.quantity.span):
        return
    moves = [
        (f, t.sign) for f in inside for t in spec.charity[1:3]
        if f.measure == t.measure and f.quantity.exact and f.sure and f.scope in ("", whole.scope)
    ]  # fmt: skip
    if len(moves) == 1:
        attempt = Try("sum", (start, moves[0][0]), (1, moves[0][1]))
        yield from relate(ledger, spec.id, whole, [attempt], cap="warning", label=f"{whole.scope}{whole.measure}")


def _any_holds(ledger: Ledger, whole: Fact, attempts: Iterable[Try]) -> bool:
    return any(w is not None and w.verdict != "fail" for w in (weigh_try(ledger, whole, a) for a in attempts))


def _longer_lists(ledger: Ledger, whole: Fact, attempts: list[Try]) -> list[Try]:
    """Lists that the text tells of the whole with all these parts and others: parts that the identity does not know."""
    known = [frozenset(o.quantity.span for o in a.operands) for a in attempts]
    told = [
        c.operands for c in (ledger.extraction.claims if attempts else ())
        if c.kind == "sum" and c.stated is not None and c.stated.quantity.span == whole.quantity.span
    ]  # fmt: skip
    every = [(operands, frozenset(o.quantity.span for o in operands)) for operands in told]
    return [Try("sum", operands) for operands, spans in every if any(own < spans for own in known)]


def _other_whole(ledger: Ledger, spec: Identity, whole: Fact, attempts: list[Try]) -> tuple[Fact, Try] | None:
    """Another figure of the whole in the same sentence that the parts behind both add up to.

    ``基本支出预算900万元，支出880万元，由人员经费700万元、公用经费180万元构成``: the parts name no measure.
    """
    where = ledger.sentence(whole.quantity.span, "。\n")
    beside = [
        f for f in ledger.within(where)
        if f.quantity.span > whole.quantity.span and f.quantity.unit == whole.quantity.unit
        and (f.measure, f.scope) != (whole.measure, whole.scope)
    ]  # fmt: skip
    for other in beside:
        for attempt in attempts:
            parts = [o.quantity.span for o in attempt.operands]
            if all(other.quantity.span < span and where.holds(span) for span in parts):
                weighing = weigh_try(ledger, other, attempt)
                if weighing is not None and weighing.verdict == "pass":
                    return other, attempt
    return None


def judge(ledger: Ledger, spec: Identity) -> Iterator[Finding | Check]:
    """Try the identity for every whole that the report states with its parts."""
    for whole in wholes(ledger, spec):
        tried = [(terms, _attempts(ledger, terms, whole, spec)) for terms in (spec.parts, *spec.variants)]
        lists = [a for _, a in tried if a]
        full = any(a and len(a[0].operands) == len(terms) for terms, a in tried)
        if spec.together:
            sets = [frozenset(o.quantity.span for o in group[0].operands) for group in lists]
            lists = [g for g, own in zip(lists, sets, strict=True) if not any(own < other for other in sets)]
        attempts = [a for group in lists for a in group]
        attempts += _longer_lists(ledger, whole, attempts)
        attempts += [a for terms in (spec.admitted if attempts else ()) for a in _attempts(ledger, terms, whole, spec)]
        held = _charitable(ledger, spec, whole, attempts)
        if held and not any(agrees(ledger, whole, a) for a in attempts):
            for attempt in held:
                yield from relate(
                    ledger, spec.id, whole, [attempt], label=f"{whole.subject}{whole.scope}{whole.measure}"
                )
            continue
        if not attempts and spec.charity:
            yield from _told_from(ledger, spec, whole)
        if not attempts:
            continue
        first = weigh_try(ledger, whole, attempts[0])
        if first is None:
            continue
        if first.verdict == "fail" and (other := _other_whole(ledger, spec, whole, attempts)) is not None:
            yield from relate(
                ledger, spec.id, other[0], [other[1]], label=f"{whole.subject}{whole.scope}{whole.measure}"
            )
            continue
        short = next(len(a[0].operands) < len(terms) for terms, a in tried if a)
        if first.verdict == "fail" and not tried[0][1] and short and not _any_holds(ledger, whole, attempts):
            continue  # another list of parts that lacks some of them can bear out, not refute
        missing = first.difference > 0 and not spec.exhaustive
        if missing and not full and all(term.optional for term in spec.parts):
            continue  # parts that the report does not tell may make up the rest
        beside = all(ledger.together(whole, part) for part in attempts[0].operands)
        apart = not beside and (first.difference > 0 or whole.measure in _LOOSE)
        group = ledger.groups.get(ledger.key(whole))
        undecided = group is not None and (group.best is None or group.best.quantity.value != whole.quantity.value)
        cap = "warning" if undecided or missing or apart or spec.severity == "warning" else spec.severity
        label = f"{whole.subject}{whole.scope}{whole.measure}"
        yield from relate(ledger, spec.id, whole, attempts, cap=cap, label=label)
