"""What is counted when a report is scored: tallies, flags, relations, misses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Place = tuple[int, int]


@dataclass
class Tally:
    """Right, wrong and missed; ``half`` are right places with the wrong reason, counted half."""

    right: float = 0
    wrong: int = 0
    missed: float = 0

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 1 when nothing was said."""
        said = self.right + self.wrong
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 when there was nothing to find."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def __iadd__(self, other: Tally) -> Tally:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        return self


@dataclass(frozen=True)
class Flag:
    """A finding as scoring needs it: places of its evidence in document offsets, the first at fault."""

    rule: str
    category: str
    severity: str
    places: tuple[Place, ...]
    says: str = ""


@dataclass(frozen=True)
class Relation:
    """A relation that the audit tried: places of its figures, its verdict (pass, tail, fail, …)."""

    verdict: str
    places: tuple[Place, ...]
    identity: str = ""


@dataclass(frozen=True)
class Miss:
    """One thing gone wrong: ``what`` names the metric, ``expected`` and ``got`` are for people."""

    what: str
    expected: str
    got: str
    start: int
    end: int
    context: str = ""


@dataclass
class ReportScore:
    """Tallies of one report and everything missed in it."""

    quantities: Tally = field(default_factory=Tally)
    binding: Tally = field(default_factory=Tally)
    rows: Tally = field(default_factory=Tally)
    row_figures: Tally = field(default_factory=Tally)
    claims: Tally = field(default_factory=Tally)
    verdicts: Tally = field(default_factory=Tally)
    misses: list[Miss] = field(default_factory=list)

    def tallies(self) -> Iterable[tuple[str, Tally]]:
        """(name, tally) of every metric."""
        names = ("quantities", "binding", "rows", "row_figures", "claims", "verdicts")
        return ((name, getattr(self, name)) for name in names)


def overlap(one: Place, two: Place) -> bool:
    """Whether two places share a character."""
    return one[0] < two[1] and two[0] < one[1]
