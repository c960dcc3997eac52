"""From islands of equal clauses to aligned passages: growth over edits, merging, alignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from jihe_audit.reuse.fingerprints import Clauses, Hashes
from jihe_audit.reuse.settings import Settings

_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
_SHORT = 5
"""Clauses up to this length may match on the way but never carry an edge outwards."""


@dataclass(frozen=True, slots=True)
class Island:
    """Linked clauses ``a0``…``a1`` and ``b0``…``b1`` of two reports, both ends included."""

    a0: int
    a1: int
    b0: int
    b1: int
    holders: int = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Clause ``i`` of the one report answers to clause ``j`` of the other, with their ratio (0 to 1)."""

    i: int
    j: int
    ratio: float


@dataclass(frozen=True)
class Side:
    """One report of a pair: its clauses, and which of them are frequent and thus carry no evidence."""

    clauses: Clauses
    frequent: Sequence[bool]

    @classmethod
    def of(cls, clauses: Clauses, frequent: Hashes) -> Side:
        """``frequent`` are the sorted fingerprints of template and outline."""
        return cls(clauses, frequent_flags(clauses, frequent).tolist())

    def text(self, n: int) -> str:
        """The masked symbols of a clause."""
        return self.clauses.words[n]

    def size(self, n: int) -> int:
        """Length of a clause in masked symbols."""
        return len(self.clauses.words[n])

    def distance(self, n: int, m: int) -> int:
        """Masked symbols between the end of clause ``n`` and the start of clause ``m``; negative if they overlap."""
        first, last, _, _ = self.clauses.bounds
        return first[m] - last[n]


def frequent_flags(clauses: Clauses, frequent: Hashes) -> npt.NDArray[np.bool_]:
    """Which clauses are frequent."""
    if not frequent.size:
        return np.zeros(len(clauses), dtype=np.bool_)
    at = np.minimum(np.searchsorted(frequent, clauses.hash), frequent.size - 1)
    return (frequent[at] == clauses.hash) & (clauses.hash != 0)


def _ratio(a: Side, i: int, b: Side, j: int, cutoff: float) -> float:
    """Similarity of two clauses from 0 to 100, 0 below the cut-off."""
    x, y = a.text(i), b.text(j)
    if x == y:
        return 100.0
    if min(len(x), len(y)) <= _SHORT and abs(len(x) - len(y)) > 2:
        return 0.0
    return fuzz.ratio(x, y, score_cutoff=cutoff)


def _step(a: Side, i: int, b: Side, j: int, way: int, settings: Settings) -> tuple[int, int] | None:
    """The nearest pair of matching clauses beyond ``i``, ``j`` in the given direction."""
    best: tuple[float, int, int] | None = None
    for di, dj in _STEPS:
        x, y = i + way * di, j + way * dj
        if not (0 <= x < len(a.frequent) and 0 <= y < len(b.frequent)) or a.frequent[x] or b.frequent[y]:
            continue
        score = _ratio(a, x, b, y, settings.match) - 6 * (di + dj - 2)
        if score >= settings.match - 12 and (best is None or score > best[0]):
            best = (score, x, y)
            if score > 95:
                break
    return (best[1], best[2]) if best else None


def _extend(a: Side, i: int, b: Side, j: int, way: int, settings: Settings) -> tuple[int, int]:
    """Walk outwards from an edge; returns the new edge."""
    edge = (i, j)
    misses = 0
    while misses < settings.misses:
        found = _step(a, i, b, j, way, settings)
        if found is None:
            misses += 1
            i, j = i + way, j + way
            if not (0 <= i < len(a.frequent) and 0 <= j < len(b.frequent)):
                break
            continue
        i, j = found
        misses = 0
        if min(a.size(i), b.size(j)) > _SHORT:
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
                max(last.holders, island.holders),
            )
        else:
            merged.append(island)
    return merged


def grow(a: Side, b: Side, islands: Sequence[Island], settings: Settings) -> list[Island]:
    """Grow the islands of one pair of reports in both directions and merge what meets."""
    grown: list[Island] = []
    for island in sorted(islands, key=lambda p: (p.b0, p.b1, p.a0, p.a1)):
        last = grown[-1] if grown else None
        if last is not None and last.b0 <= island.b0 and island.b1 <= last.b1 and last.a0 <= island.a0 and island.a1 <= last.a1:
            continue
        a0, b0 = _extend(a, island.a0, b, island.b0, -1, settings)
        a1, b1 = _extend(a, island.a1, b, island.b1, 1, settings)
        grown.append(Island(a0, a1, b0, b1, island.holders))
    previous = -1
    while len(grown) != previous:
        previous = len(grown)
        grown = _merge(a, b, grown, settings)
    return grown


def align(a: Side, b: Side, island: Island, settings: Settings) -> list[Pair]:
    """Pair the clauses inside a passage, in the order of ``b``: equal ones anywhere in it, the rest nearby."""
    places: dict[str, list[int]] = {}
    for i in range(island.a1, island.a0 - 1, -1):
        places.setdefault(a.text(i), []).append(i)
    match: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for j in range(island.b0, island.b1 + 1):
        known = places.get(b.text(j))
        if known:
            i = known.pop()
            match[j] = (i, 1.0)
            taken.add(i)
    expected = island.a0
    for j in range(island.b0, island.b1 + 1):
        if j in match:
            expected = match[j][0] + 1
            continue
        best = _nearby(a, b, j, expected, island, taken, settings)
        if best is not None:
            i, ratio = best
            match[j] = (i, ratio)
            taken.add(i)
            expected = i + 1
    return [Pair(i, j, ratio) for j, (i, ratio) in sorted(match.items())]


def _nearby(
    a: Side, b: Side, j: int, expected: int, island: Island, taken: set[int], settings: Settings
) -> tuple[int, float] | None:
    best: tuple[int, float] | None = None
    for i in (expected, expected + 1, expected - 1, expected + 2, expected - 2, expected + 3):
        if island.a0 <= i <= island.a1 and i not in taken:
            ratio = _ratio(a, i, b, j, settings.match - 10) / 100
            if ratio > (best[1] if best else 0.0):
                best = (i, ratio)
    return best


def masked_similarity(a: Side, b: Side, island: Island, pairs: Sequence[Pair]) -> float:
    """Share of both sides' masked symbols that agree, 0 to 1."""
    first_a, last_a, _, _ = a.clauses.bounds
    first_b, last_b, _, _ = b.clauses.bounds
    total = last_a[island.a1] - first_a[island.a0] + last_b[island.b1] - first_b[island.b0]
    agreed = sum(p.ratio * (a.size(p.i) + b.size(p.j)) for p in pairs)
    return agreed / total if total else 0.0


def by_section(a: Side, b: Side, pairs: Sequence[Pair], *, least: int) -> Iterator[list[Pair]]:
    """Cut an alignment where the kind of section changes on either side.

    A part of fewer than ``least`` masked symbols stays with the part before it.
    """
    parts: list[tuple[tuple[int, int], list[Pair]]] = []
    for pair in pairs:
        kind = (a.clauses.kinds[pair.i], b.clauses.kinds[pair.j])
        if parts and parts[-1][0] == kind:
            parts[-1][1].append(pair)
        else:
            parts.append((kind, [pair]))
    kept: list[tuple[tuple[int, int], list[Pair]]] = []
    for kind, part in parts:
        small = sum(b.size(p.j) for p in part) < least
        if kept and (small or kept[-1][0] == kind or sum(b.size(p.j) for p in kept[-1][1]) < least):
            kept[-1][1].extend(part)
        else:
            kept.append((kind, list(part)))
    yield from (part for _, part in kept)
