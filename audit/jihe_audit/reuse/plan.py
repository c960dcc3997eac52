"""What both engines are told: the reports in order, their regions, and how frequent is frequent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from jihe_audit.reuse.background import Background
from jihe_audit.reuse.definition import Statement, statements
from jihe_audit.reuse.judging import Judge, Sheaf
from jihe_audit.reuse.settings import Settings


class Known(Protocol):
    """What planning must know about a report; see ``ReuseDocument``."""

    @property
    def id(self) -> str:
        """The report, unique in the set."""
        ...

    @property
    def region(self) -> str:
        """Its district, "" if unknown."""
        ...

    @property
    def year(self) -> str:
        """Four digits, "" if unknown."""
        ...

    @property
    def unit(self) -> str:
        """Who reports, "" if unknown."""
        ...

    @property
    def owner(self) -> str:
        """Who counts as its author."""
        ...

    @property
    def side(self) -> int:
        """1 for a report that is only compared against."""
        ...

    @property
    def seal(self) -> str:
        """Equal for equal texts, "" for short ones."""
        ...

    @property
    def opening(self) -> str:
        """The beginning of the text."""
        ...


@dataclass(frozen=True, slots=True)
class DocRow:
    """One row of ``docs`` (see ``definition``); ``place`` is the report's place in the input."""

    doc: int
    place: int
    region: str
    owner: int
    side: int
    fresh: int
    thin: int


@dataclass(frozen=True)
class Plan:
    """The work to do. ``order[doc]`` describes report number ``doc``."""

    order: Sequence[DocRow]
    needs: Mapping[str, int]
    crowds: Mapping[str, int]
    """By region, from how many holders what two of its reports share is prescribed; ``settings.crowd``."""
    settings: Settings
    every_pair: bool
    owners: int
    background: Path | None = None

    def statements(self) -> list[Statement]:
        """The definition of reuse for this plan, in SQL."""
        return statements(self.settings, owners=self.owners, every_pair=self.every_pair, aside=self.every_pair)

    @property
    def reach(self) -> int:
        """How many earlier holders a clause is linked to."""
        return max(len(self.order), 1) if self.every_pair else self.settings.reach


@dataclass
class Outcome:
    """What an engine brings back: passages by pair, and what frequency set aside in each report.

    ``judged`` may be called once: it gives the passages as the judge grades them, those of one pair together.
    ``covered`` holds (report number, index of the section's kind, grade 1 template or 2 outline, code points);
    ``widths`` (report number, index of the section's kind, code points).
    """

    judged: Callable[[Judge], Iterable[Sheaf]]
    covered: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, int]] = field(default_factory=list)


def make_plan(
    entries: Sequence[Known],
    settings: Settings,
    *,
    background: Background | None = None,
    fresh: Iterable[int] | None = None,
) -> Plan:
    """Number the reports by year and id and count owners by region.

    ``fresh`` are the places in the input whose passages are wanted; None wants all.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        owners[entry.region].add(entry.owner)
    counts = {region: len(found) for region, found in owners.items()}
    for region, count in (background.owners if background else {}).items():
        counts[region] = counts.get(region, 0) + count
    everyone = len(set().union(*owners.values())) if owners else 0
    everyone += sum(background.owners.values()) if background else 0
    wanted = None if fresh is None else set(fresh)
    number = {owner: i for i, owner in enumerate(sorted({e.owner for e in entries}))}
    ranked = sorted(range(len(entries)), key=lambda p: (entries[p].year or "9999", entries[p].id, entries[p].side))
    order = [
        DocRow(
            doc=doc,
            place=place,
            region=entries[place].region,
            owner=number[entries[place].owner],
            side=entries[place].side,
            fresh=int(wanted is None or place in wanted),
            thin=settings.thinness(everyone, counts[entries[place].region]),
        )
        for doc, place in enumerate(ranked)
    ]
    needs = {region: settings.holders(count) for region, count in sorted(counts.items())}
    if "" in needs:
        needs[""] = min(needs[""], settings.unknown_holders)
    return Plan(
        order=order,
        needs=needs,
        crowds={region: settings.crowd(everyone, count) for region, count in sorted(counts.items())},
        settings=settings,
        every_pair=len(order) <= settings.full_reach,
        owners=everyone,
        background=background.path if background else None,
    )
