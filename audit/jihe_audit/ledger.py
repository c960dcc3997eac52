"""One report's accounts, and the hand that writes findings and checks about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeVar, cast

from msgspec.structs import replace

from jihe_audit.accounts import Accounts
from jihe_audit.finding import Check, Consequence, Finding, Severity, Verdict
from jihe_audit.groups import Relation
from jihe_audit.rule import Rule
from jihe_audit.verdict import Weighing
from jihe_extract.document import Span
from jihe_extract.facts import Fact

T = TypeVar("T")


@dataclass
class Ledger(Accounts):
    """One report's accounts with what the rules have made of them so far.

    ``rule`` is the rule at work: findings and checks made here carry its fields. ``relations`` fills up as
    rules weigh relations; ``seen`` keeps a relation from being judged twice; ``tried`` holds the checks of the rules
    that have run so far.
    """

    rule: Rule | None = None
    relations: list[Relation] = field(default_factory=list)
    seen: set[tuple[str, frozenset[Span]]] = field(default_factory=set)
    tried: list[Check] = field(default_factory=list)
    told: dict[str, set[Span]] = field(default_factory=dict)
    """The figures at fault in what each rule found so far."""

    def once(self, work: Callable[[Ledger], T]) -> T:
        """What a function makes of the whole report, made at the first call."""
        if work not in self._made:
            self._made[work] = work(self)
        return cast(T, self._made[work])

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    def finding(
        self,
        says: str,
        at: Fact | Span,
        *others: Fact | Span,
        severity: Severity | None = None,
        working: str = "",
        weighing: Weighing | None = None,
        explanation: str = "",
        advice: str = "",
        category: str = "",
        title: str = "",
        basis: tuple[str, ...] | None = None,
        consequence: Consequence | None = None,
        amount: Decimal | None = None,
        score_delta: Decimal | None = None,
    ) -> Finding:
        """A finding of the rule at work; ``at`` is the place at fault, ``others`` the operands."""
        rule = self.rule
        if rule is None:
            raise RuntimeError("a finding is made by a rule at work")
        spans = list(dict.fromkeys(self.spot(w) for w in (at, *others)))
        self.told.setdefault(rule.id, set()).update(w.quantity.span for w in (at, *others) if isinstance(w, Fact))
        chosen = rule.basis if basis is None else basis
        return Finding(
            rule=rule.id,
            severity=severity or rule.severity,
            says=says,
            evidence=tuple(self.evidence(s) for s in spans),
            category=category or rule.category,
            title=title or rule.title,
            working=working,
            stated=weighing.stated if weighing else None,
            computed=weighing.computed if weighing else None,
            explanation=explanation,
            basis=self.rulebook.citable(chosen, self.year),
            advice=advice or rule.advice,
            needs=rule.needs,
            consequence=rule.consequence if consequence is None else consequence,
            amount=amount,
            score_delta=score_delta,
            sources=rule.sources,
            report=self.document.name,
            unit=self.profile.unit,
            year=self.year,
        )

    def check(
        self,
        identity: str,
        verdict: Verdict,
        working: str,
        members: Sequence[Fact | Span],
        *,
        title: str = "",
        weighing: Weighing | None = None,
        needs: tuple[str, ...] = (),
        unit: str = "",
    ) -> Check:
        """A check of the rule at work over its members."""
        rule = self.rule
        if rule is None:
            raise RuntimeError("a check is made by a rule at work")
        return Check(
            rule=rule.id,
            identity=identity,
            title=title or self.rulebook.relations.get(identity, rule.title),
            verdict=verdict,
            working=working,
            spans=tuple(m.quantity.span if isinstance(m, Fact) else m for m in members),
            stated=weighing.stated if weighing else None,
            computed=weighing.computed if weighing else None,
            difference=weighing.difference if weighing else None,
            tolerance=weighing.tolerance if weighing else None,
            unit=unit,
            needs=needs,
            report=self.document.name,
        )

    def first_time(self, kind: str, members: Iterable[Fact]) -> bool:
        """Whether this relation over these figures is tried for the first time; remembers it."""
        mark = (kind, frozenset(m.quantity.span for m in members))
        if mark in self.seen:
            return False
        self.seen.add(mark)
        return True


def softened(severity: Severity, sure: bool) -> Severity:
    """An error needs a firm binding; otherwise it is a doubt."""
    return "warning" if severity == "error" and not sure else severity


def renamed(finding: Finding, **changes: object) -> Finding:
    """The finding with some fields changed."""
    return replace(finding, **changes)
