"""Which figures the relations weighed so far hold or doubt, kept up to date while the rules go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from jihe_audit.groups import Relation
from jihe_audit.ledger import Ledger
from jihe_extract.document import Span

BOUNDS = frozenset({"I05≥", "S04", "S07≥", "R11", "I18", "I20", "I21"})
"""Comparisons that a figure with a wrong digit may still satisfy."""
SAME = "I19"
"""Figures of one name that differ are often two things: only those that were told count as doubted."""


@dataclass
class Holding:
    """What holds a figure. Relations and checks are only ever added to a ledger, so that each is looked at once."""

    held: set[Span] = field(default_factory=set)
    """Figures that an equality holds already."""
    _failed: set[Span] = field(default_factory=set)
    _differing: set[Span] = field(default_factory=set)
    _told: set[Span] = field(default_factory=set)
    _relations: dict[Span, list[Relation]] = field(default_factory=dict)
    _checks: Counter[Span] = field(default_factory=Counter)
    _seen: tuple[int, int] = (0, 0)

    def doubted(self) -> set[Span]:
        """Figures of relations that failed."""
        return self._failed | (self._differing & self._told)

    def loosely(self, span: Span) -> Sequence[Relation]:
        """The equalities of a figure when all can be weighed again with another digit: a share may not see it."""
        relations = self._relations.get(span, ())
        return relations if len(relations) == self._checks[span] else ()

    def follow(self, ledger: Ledger) -> None:
        """Take in what was weighed since the last time."""
        relations, checks = self._seen
        for relation in ledger.relations[relations:]:
            spans = {m.quantity.span for m in relation.members}
            if relation.finding and relation.finding.severity != "info":
                self._told |= spans
            if relation.weighing.verdict in ("pass", "tail") and relation.identity not in BOUNDS:
                for span in spans:
                    self._relations.setdefault(span, []).append(relation)
        for check in ledger.tried[checks:]:
            if check.verdict in ("fail", "uncertain"):
                (self._differing if check.identity == SAME else self._failed).update(check.spans)
            elif check.verdict in ("pass", "tail") and check.identity not in BOUNDS:
                self.held.update(check.spans)
                self._checks.update(set(check.spans))
        self._seen = len(ledger.relations), len(ledger.tried)


def holding(ledger: Ledger) -> Holding:
    """What holds the figures of a report by now."""
    found = ledger.once(_nothing_yet)
    found.follow(ledger)
    return found


def _nothing_yet(_: Ledger) -> Holding:
    return Holding()
