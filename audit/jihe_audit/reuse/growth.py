"""From islands of equal clauses to passages: growth over edits, merging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.fuzz import ratio

from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.side import Side

_STEPS = tuple((i, j, 6 * (i + j - 2)) for i, j in ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)))
"""How far ahead a match is looked for on either side, and what is taken off its ratio for that."""
_SHORT = 5
"""Clauses up to this length may match on the way but never carry an edge outwards."""


@dataclass(frozen=True, slots=True)
class Island:
    """Linked clauses ``a0``…``a1`` and ``b0``…``b1`` of two reports, both ends included.

    ``held`` sums the holders of its ``links``. ``parts`` are the islands from which a grown one was made.
    """

    a0: int
    a1: int
    b0: int
    b1: int
    held: int = 2
    links: int = 1
    parts: tuple[Island, ...] = ()

    def holders(self, b0: int, b1: int) -> int:
        """How many reports hold a linked clause of the stretch ``b0``…``b1`` on average.

        A clause met by chance elsewhere does not decide; nor does another section that grew into this one.
        """
        parts = self.parts or (self,)
        inside = [p for p in parts if p.b0 <= b1 and b0 <= p.b1] or parts
        held, links = sum(p.held for p in inside), sum(p.links for p in inside)
        return (2 * held + links) // (2 * links)

    def holds(self, other: Island) -> bool:
        """Whether the other lies within this one on both sides."""
        return self.b0 <= other.b0 and other.b1 <= self.b1 and self.a0 <= other.a0 and other.a1 <= self.a1


def ratio_of(x: str, y: str, cutoff: float) -> float:
    """Similarity of two clauses from 0 to 100, 0 below the cut-off."""
    if x == y:
        return 100.0
    shorter, both = min(len(x), len(y)), len(x) + len(y)
    if 200 * shorter < cutoff * both or (shorter <= _SHORT and both - 2 * shorter > 2):
        return 0.0
    return ratio(x, y, score_cutoff=cutoff)


def _step(a: Side, i: int, b: Side, j: int, way: int, match: float) -> tuple[int, int, int]:
    """How far to go on either side to the best match ahead, and its length; 1, 1, 0 when nothing matches."""
    ahead_a = ("", a.open(i + way), a.open(i + 2 * way), a.open(i + 3 * way))
    ahead_b = ("", b.open(j + way), b.open(j + 2 * way), b.open(j + 3 * way))
    best, found = 0.0, (1, 1, 0)
    for di, dj, further in _STEPS:
        x, y = ahead_a[di], ahead_b[dj]
        if x and y:
            score = ratio_of(x, y, max(match, best + further)) - further
            if score > best:
                best, found = score, (di, dj, min(len(x), len(y)))
                if score > 95:
                    break
    return found


def _extend(a: Side, i: int, b: Side, j: int, way: int, settings: Settings) -> tuple[int, int]:
    """Walk outwards from an edge over clauses that match; returns the new edge."""
    size_a, size_b, match, most = a.count, b.count, settings.match, settings.misses
    edge = (i, j)
    misses = 0
    while misses < most and 0 <= i < size_a and 0 <= j < size_b:
        x = a.open(i + way)
        if x and x == b.open(j + way):
            di, dj, size = 1, 1, len(x)
        else:
            di, dj, size = _step(a, i, b, j, way, match)
        i, j = i + way * di, j + way * dj
        if not size:
            misses += 1
            continue
        misses = 0
        if size > _SHORT:
            edge = (i, j)
    return edge


def _merge(a: Side, b: Side, grown: Iterable[Island], settings: Settings) -> list[Island]:
    """Passages of two reports that overlap or nearly touch on both sides become one."""
    merged: list[Island] = []
    for island in sorted(grown, key=lambda p: (p.b0, p.b1, p.a0, p.a1)):
        last = merged[-1] if merged else None
        if (
            last is not None
            and (island.b0 <= last.b1 + 1 or b.distance(last.b1, island.b0) <= settings.join)
            and (island.a0 <= last.a1 + 1 or a.distance(last.a1, island.a0) <= settings.join)
            and (last.a0 <= island.a1 + 1 or a.distance(island.a1, last.a0) <= settings.join)
        ):
            merged[-1] = Island(
                min(last.a0, island.a0),
                max(last.a1, island.a1),
                last.b0,
                max(last.b1, island.b1),
                parts=last.parts + island.parts,
            )
        else:
            merged.append(island)
    return merged


def grow(a: Side, b: Side, islands: Sequence[Island], settings: Settings) -> list[Island]:
    """Grow the islands of one pair of reports in both directions and merge what meets."""
    grown: list[Island] = []
    for island in sorted(islands, key=lambda p: (p.b0, p.b1, p.a0, p.a1)):
        last = grown[-1] if grown else None
        if last is not None and last.holds(island):
            grown[-1] = replace(last, parts=(*last.parts, island))
            continue
        a0, b0 = _extend(a, island.a0, b, island.b0, -1, settings)
        a1, b1 = _extend(a, island.a1, b, island.b1, 1, settings)
        grown.append(Island(a0, a1, b0, b1, parts=(island,)))
    previous = -1
    while len(grown) != previous:
        previous = len(grown)
        grown = _merge(a, b, grown, settings)
    return grown
