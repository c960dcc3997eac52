"""From islands of equal clauses to aligned passages: growth over edits, merging, alignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Pair:
    """Clause ``i`` of the one report answers to clause ``j`` of the other, with their ratio (0 to 1)."""

    i: int
    j: int
    ratio: float


@dataclass(frozen=True)
class Frequent:
    """Sorted fingerprints of frequent clauses and of frequent pairs, these with their grade (1 template, 2 outline)."""

    clauses: Hashes
    pairs: Hashes
    grades: npt.NDArray[np.int8]

    def marks(self, clauses: Clauses) -> bytes:
        """1 for each clause that is template or outline: frequent, alone and with a neighbour, if it has one."""
        opens, ends, _ = clauses.pairs
        alone = (opens == 0) & (ends == 0)
        tied = _among(opens, self.pairs) | _among(ends, self.pairs) | alone
        marks: bytes = (_among(clauses.hash, self.clauses) & tied).tobytes()
        return marks


class Side:
    """One report of a pair: its clauses, and which of them are frequent (1) and thus carry no evidence.

    A pair touches few clauses of a report, so the words are cut out in blocks when they are first asked for.
    """

    __slots__ = ("_open", "_words", "clauses", "count", "frequent")
    _BLOCK = 32

    def __init__(self, clauses: Clauses, frequent: bytes) -> None:
        self.clauses, self.frequent, self.count = clauses, frequent, len(clauses)
        self._words: list[str | None] = [None] * self.count
        self._open: list[str | None] = [None] * self.count

    @classmethod
    def of(cls, clauses: Clauses, frequent: Frequent) -> Side:
        """The side with its frequent clauses marked."""
        return cls(clauses, frequent.marks(clauses))

    def _cut(self, n: int) -> None:
        low = n - n % self._BLOCK
        high = min(low + self._BLOCK, self.count)
        words = self.clauses.words(low, high)
        self._words[low:high] = words
        self._open[low:high] = [
            "" if often else word for word, often in zip(words, self.frequent[low:high], strict=True)
        ]

    def text(self, n: int) -> str:
        """The masked symbols of a clause."""
        word = self._words[n]
        if word is None:
            self._cut(n)
            word = self._words[n]
            assert word is not None
        return word

    def open(self, n: int) -> str:
        """The masked symbols of a clause that may be matched; ``""`` beyond the ends and for frequent ones."""
        if not 0 <= n < self.count:
            return ""
        word = self._open[n]
        if word is None:
            self._cut(n)
            word = self._open[n]
            assert word is not None
        return word

    def distance(self, n: int, m: int) -> int:
        """Masked symbols from the end of clause ``n`` to the start of clause ``m``; negative if they overlap."""
        return int(self.clauses.first[m]) - int(self.clauses.last[n])

    def kinds(self, clauses: Sequence[int]) -> list[int]:
        """The kinds of the sections in which clauses stand."""
        kinds: list[int] = self.clauses.kind[np.asarray(clauses, dtype=np.intp)].tolist()
        return kinds


def _among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Which fingerprints (0: none) are among the known ones, which are sorted."""
    if not known.size:
        return np.zeros(hashes.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, hashes), known.size - 1)
    found: npt.NDArray[np.bool_] = (known[at] == hashes) & (hashes != 0)
    return found


def _ratio(x: str, y: str, cutoff: float) -> float:
    """Similarity of two clauses from 0 to 100, 0 below the cut-off."""
    if x == y:
        return 100.0
    shorter, longer = (len(x), len(y)) if len(x) < len(y) else (len(y), len(x))
    if 200 * shorter < cutoff * (shorter + longer) or (shorter <= _SHORT and longer - shorter > 2):
        return 0.0
    return fuzz.ratio(x, y, score_cutoff=cutoff)


def _step(a: Side, i: int, b: Side, j: int, way: int, settings: Settings) -> tuple[tuple[int, int], int]:
    """How far to go on either side to the best match ahead, and its length; (1, 1), 0 when nothing matches."""
    x, y = a.open(i + way), b.open(j + way)
    if x and x == y:
        return (1, 1), len(x)
    ahead_a = (x, a.open(i + 2 * way), a.open(i + 3 * way))
    ahead_b = (y, b.open(j + 2 * way), b.open(j + 3 * way))
    best, step, size = 0.0, (1, 1), 0
    for di, dj in _STEPS:
        x, y = ahead_a[di - 1], ahead_b[dj - 1]
        if x and y:
            further = 6 * (di + dj - 2)
            score = _ratio(x, y, max(settings.match, best + further)) - further
            if score > best:
                best, step, size = score, (di, dj), min(len(x), len(y))
                if score > 95:
                    break
    return step, size


def _extend(a: Side, i: int, b: Side, j: int, way: int, settings: Settings) -> tuple[int, int]:
    """Walk outwards from an edge over clauses that match; returns the new edge."""
    size_a, size_b = a.count, b.count
    edge = (i, j)
    misses = 0
    while misses < settings.misses and 0 <= i < size_a and 0 <= j < size_b:
        step, size = _step(a, i, b, j, way, settings)
        i, j = i + way * step[0], j + way * step[1]
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
    following = _following(match, island)
    expected = island.a0
    for j in range(island.b0, island.b1 + 1):
        if j in match:
            expected = match[j][0] + 1
            continue
        near = (expected, expected + 1, expected - 1, expected + 2, expected - 2, expected + 3)
        best = _best(a, b, j, (*near, *following[j - island.b0]), island, taken, settings)
        if best is not None:
            i, ratio = best
            match[j] = (i, ratio)
            taken.add(i)
            expected = i + 1
    return [Pair(i, j, ratio) for j, (i, ratio) in sorted(match.items())]


def _following(match: Mapping[int, tuple[int, float]], island: Island) -> list[tuple[int, ...]]:
    """For each clause of ``b`` where its counterpart would stand, seen from the next clause that has one."""
    places: list[tuple[int, ...]] = []
    after: int | None = None
    for j in range(island.b1, island.b0 - 1, -1):
        places.append(() if after is None else (after, after - 1))
        after = match[j][0] - 1 if j in match else None if after is None else after - 1
    return places[::-1]


def _best(
    a: Side, b: Side, j: int, places: Iterable[int], island: Island, taken: set[int], settings: Settings
) -> tuple[int, float] | None:
    best: tuple[int, float] | None = None
    for i in places:
        if island.a0 <= i <= island.a1 and i not in taken:
            near = _ratio(a.text(i), b.text(j), settings.match - 10) / 100
            if near > (best[1] if best else 0.0):
                best = (i, near)
    return best


def masked_similarity(a: Side, b: Side, island: Island, pairs: Sequence[Pair]) -> float:
    """Share of both sides' masked symbols that agree, 0 to 1."""
    total = -a.distance(island.a1, island.a0) - b.distance(island.b1, island.b0)
    agreed = sum(p.ratio * (len(a.text(p.i)) + len(b.text(p.j))) for p in pairs)
    return agreed / total if total else 0.0


def by_section(a: Side, b: Side, pairs: Sequence[Pair], *, least: int) -> Iterator[list[Pair]]:
    """Cut an alignment where the kind of section changes on either side.

    A part of fewer than ``least`` masked symbols stays with the part before it.
    """
    kinds = zip(a.kinds([p.i for p in pairs]), b.kinds([p.j for p in pairs]), strict=True)
    parts: list[tuple[tuple[int, int], list[Pair]]] = []
    for pair, kind in zip(pairs, kinds, strict=True):
        if parts and parts[-1][0] == kind:
            parts[-1][1].append(pair)
        else:
            parts.append((kind, [pair]))
    kept: list[tuple[tuple[int, int], list[Pair]]] = []
    for kind, part in parts:
        small = sum(len(b.text(p.j)) for p in part) < least
        if kept and (small or kept[-1][0] == kind or sum(len(b.text(p.j)) for p in kept[-1][1]) < least):
            kept[-1][1].extend(part)
        else:
            kept.append((kind, list(part)))
    yield from (part for _, part in kept)
