"""Words from data: residue of templates, and phrases that a figure of the report refutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, Rule, of_spec
from jihe_audit.specs import Condition, Contradiction, Residue, compiled
from jihe_audit.wording import name, show
from jihe_extract.document import Span
from jihe_extract.facts import Fact

_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def residue_rule(spec: Residue, sources: tuple[str, ...] = ()) -> Rule:
    """The rule that an entry of ``residue.toml`` stands for."""

    def run(ledger: Ledger) -> Outcome:
        yield from residue(ledger, spec)

    return of_spec(spec, run, sources)


def contradiction_rule(spec: Contradiction, sources: tuple[str, ...] = ()) -> Rule:
    """The rule that an entry of ``contradictions.toml`` stands for."""

    def run(ledger: Ledger) -> Outcome:
        yield from contradiction(ledger, spec)

    return of_spec(spec, run, sources)


def _hits(ledger: Ledger, pattern: str, unless: str, sections: str = "") -> Iterator[Span]:
    text = ledger.document.text
    for match in compiled(pattern).finditer(text):
        start, end = match.span("at") if "at" in match.re.groupindex and match["at"] else match.span()
        if start == end:
            continue
        span = Span(start, end)
        if unless and compiled(unless).search(ledger.document.quote(ledger.sentence(span))):
            continue
        if sections and not any(compiled(sections).search(s) for s in ledger.document.section(start)):
            continue
        yield span


def residue(ledger: Ledger, spec: Residue) -> Iterator[Finding | Check]:
    """Report every hit of the pattern, up to the spec's limit."""
    for count, span in enumerate(_hits(ledger, spec.pattern, spec.unless, spec.sections)):
        if count >= spec.limit:
            return
        words = " ".join(ledger.document.quote(span).split())
        yield ledger.finding(spec.says.format(words), span)


def _witnesses(ledger: Ledger, condition: Condition) -> Iterator[Fact]:
    for (measure, subject, scope, period, stage), group in ledger.groups.items():
        if measure != condition.measure or period or stage in ("目标", "年中") or group.best is None:
            continue
        if condition.scope not in ("*", scope) or (subject and not condition.per_subject):
            continue
        yield group.best


def contradiction(ledger: Ledger, spec: Contradiction) -> Iterator[Finding | Check]:
    """Report the phrase when a figure of the ledger meets a condition."""
    told = [c for c in ledger.claims if c.kind == "qualitative" and c.word in spec.words]
    spans = [c.span for c in told if not (c.subject or c.scope)]
    if spec.phrase:
        spans += _hits(ledger, spec.phrase, spec.unless)
    if not spans:
        return
    for condition in spec.conditions:
        against = [
            f for f in _witnesses(ledger, condition) if _COMPARE[condition.op](f.quantity.value, condition.value)
        ]
        if against:
            figures = "、".join(f"{name(f)}{show(f)}" for f in against[:3])
            words = " ".join(ledger.document.quote(spans[0]).split())
            yield ledger.finding(spec.says.format(words, figures), spans[0], *against[:3])
            return
