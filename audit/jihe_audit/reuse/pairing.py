"""Inside a passage: which clause of the one report answers to which of the other, and how much agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jihe_audit.reuse.growth import Island, ratio_of
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.side import Side


class Pair(NamedTuple):
    """Clause ``i`` of the one report answers to clause ``j`` of the other, with their ratio (0 to 1)."""

    i: int
    j: int
    ratio: float


def align(a: Side, b: Side, island: Island, settings: Settings) -> list[Pair]:
    """Pair the clauses inside a passage, in the order of ``b``: equal ones anywhere in it, the rest nearby."""
    words_a, words_b = a.texts(island.a0, island.a1), b.texts(island.b0, island.b1)
    if words_a == words_b:
        return [Pair(island.a0 + n, island.b0 + n, 1.0) for n in range(len(words_a))]
    places: dict[str, list[int]] = {}
    for i in range(island.a1, island.a0 - 1, -1):
        places.setdefault(words_a[i - island.a0], []).append(i)
    match: dict[int, tuple[int, float]] = {}
    for j, word in enumerate(words_b, island.b0):
        known = places.get(word)
        if known:
            match[j] = (known.pop(), 1.0)
    if len(match) < len(words_b):
        _match_the_rest(match, words_a, words_b, island, settings.match - 10)
    return [Pair(i, j, score) for j, (i, score) in sorted(match.items())]


def _match_the_rest(
    match: dict[int, tuple[int, float]], words_a: Sequence[str], words_b: Sequence[str], island: Island, least: float
) -> None:
    """Pair, in ``match``, the clauses of ``b`` that have no equal with the most similar one near the expected place."""
    taken = {i for i, _ in match.values()}
    following = _following(match, island)
    expected = island.a0
    for j, word in enumerate(words_b, island.b0):
        if j in match:
            expected = match[j][0] + 1
            continue
        near = (expected, expected + 1, expected - 1, expected + 2, expected - 2, expected + 3)
        best, found = 0.0, -1
        for i in (*near, *following[j - island.b0]):
            if island.a0 <= i <= island.a1 and i not in taken:
                score = ratio_of(words_a[i - island.a0], word, least) / 100
                if score > best:
                    best, found = score, i
        if found >= 0:
            match[j] = (found, best)
            taken.add(found)
            expected = found + 1


def _following(match: Mapping[int, tuple[int, float]], island: Island) -> list[tuple[int, ...]]:
    """For each clause of ``b`` where its counterpart would stand, seen from the next clause that has one."""
    places: list[tuple[int, ...]] = []
    after: int | None = None
    for j in range(island.b1, island.b0 - 1, -1):
        places.append(() if after is None else (after, after - 1))
        after = match[j][0] - 1 if j in match else None if after is None else after - 1
    return places[::-1]


def masked_similarity(a: Side, b: Side, island: Island, pairs: Sequence[Pair]) -> float:
    """Share of both sides' masked symbols that agree, 0 to 1."""
    total = -a.distance(island.a1, island.a0) - b.distance(island.b1, island.b0)
    agreed = sum(ratio * (len(a.text(i)) + len(b.text(j))) for i, j, ratio in pairs)
    return agreed / total if total else 0.0


def by_section(a: Side, b: Side, pairs: Sequence[Pair], *, least: int) -> list[Sequence[Pair]]:
    """Cut an alignment where the kind of section changes on either side.

    A part of fewer than ``least`` masked symbols stays with the part before it.
    """
    kinds = [(a.kinds[pair.i], b.kinds[pair.j]) for pair in pairs]
    if pairs and kinds.count(kinds[0]) == len(kinds):
        return [pairs]
    parts: list[tuple[tuple[int, int], list[Pair]]] = []
    for pair, kind in zip(pairs, kinds, strict=True):
        if parts and parts[-1][0] == kind:
            parts[-1][1].append(pair)
        else:
            parts.append((kind, [pair]))
    kept: list[tuple[tuple[int, int], list[Pair]]] = []
    for kind, part in parts:
        if kept and (kept[-1][0] == kind or _size(b, part) < least or _size(b, kept[-1][1]) < least):
            kept[-1][1].extend(part)
        else:
            kept.append((kind, list(part)))
    return [part for _, part in kept]


def _size(b: Side, part: Sequence[Pair]) -> int:
    return sum(len(b.text(pair.j)) for pair in part)
