"""Statements of one fact settled, and relations between facts that were weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from jihe_audit.finding import Finding
from jihe_audit.verdict import Weighing
from jihe_extract.facts import Fact

Key = tuple[str, str, str, str, str]
Standing = Literal["single", "complete", "consistent", "tail", "inconsistent"]


class Group(Struct, frozen=True):
    """All facts with one key. ``best`` is the most precise of the value that prevails, None when none does."""

    key: Key
    facts: tuple[Fact, ...]
    standing: Standing
    best: Fact | None


@dataclass(slots=True)
class Relation:
    """One relation that was weighed, kept so that the figure at fault can be told from the others."""

    identity: str
    stated: Fact
    operands: tuple[Fact, ...]
    weighing: Weighing
    recompute: object = None
    """How to weigh it again with another figure: a ``Try``, a function of the members, or None (all equal)."""
    finding: Finding | None = None

    @property
    def members(self) -> tuple[Fact, ...]:
        """Stated figure first, then the operands."""
        return (self.stated, *self.operands)


def agree(a: Fact, b: Fact) -> Literal["complete", "consistent", "tail", "inconsistent"]:
    """How two statements of the same fact stand to one another."""
    p, q = a.quantity, b.quantity
    if p.value == q.value:
        return "complete"
    if p.step == q.step:
        return "tail" if p.shown_decimals and abs(p.value - q.value) <= p.step else "inconsistent"
    coarse, fine = (p, q) if p.step > q.step else (q, p)
    if abs(coarse.value - fine.value) <= coarse.step / 2 + fine.step / 2:
        return "consistent"
    if coarse.shown_decimals == 0 and abs(coarse.value - fine.value) <= coarse.step:
        return "consistent"
    return "inconsistent"


_RANK: dict[str, int] = {"complete": 0, "consistent": 1, "tail": 2, "inconsistent": 3}


def settle(key: Key, facts: Sequence[Fact]) -> Group:
    """Settle one key: the prevailing value is the one that most statements agree on; a draw has none."""
    if len(facts) == 1:
        return Group(key, tuple(facts), "single", facts[0])
    worst = 0
    support: list[int] = []
    for a in facts:
        ranks = [_RANK[agree(a, b)] for b in facts]
        worst = max(worst, *ranks)
        support.append(sum(rank <= 1 for rank in ranks))
    names: tuple[Standing, ...] = ("complete", "consistent", "tail", "inconsistent")
    standing = names[worst]
    top = max(support)
    leading = [f for f, s in zip(facts, support, strict=True) if s == top]
    best = min(leading, key=lambda f: (f.quantity.step, f.quote.start))
    drawn = worst >= 2 and any(_RANK[agree(best, f)] > 1 for f in leading)
    return Group(key, tuple(facts), standing, None if drawn and worst == 3 else best)


def distinct(facts: Sequence[Fact]) -> list[Fact]:
    """The facts, one for each value: the first of those that share it, and the last values first."""
    return list({f.quantity.value: f for f in reversed(facts)}.values())
