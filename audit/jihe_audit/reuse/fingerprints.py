"""One report as clauses with a 64-bit fingerprint each: the rows on which reports are joined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.masking import LONGEST_CLAUSE, Offsets, Symbols, mask
from jihe_audit.reuse.sections import KINDS

Hashes = npt.NDArray[np.int64]

SHORTEST_CLAUSE = 8
"""Clauses of fewer symbols get no fingerprint: they say too little to tie two reports."""

_ODD = np.uint64(0x9E3779B97F4A7C15)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finalizer of SplitMix64: every input bit reaches every output bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_SYMBOL = _mix(np.arange(1, 0x10001, dtype=np.uint64) * _ODD)
_PLACE = _mix(np.arange(1, LONGEST_CLAUSE + 1, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)) | np.uint64(1)


@dataclass(frozen=True)
class Clauses:
    """The clauses of one report, in order.

    ``first`` and ``last`` bound a clause in ``symbols`` (half-open); ``start`` and ``end`` bound it in the
    canonical text, in code points. ``hash`` is 0 for a clause too short to be joined on. ``kind`` is the
    index of its section's kind in ``sections.KINDS``.
    """

    symbols: Symbols
    first: Offsets
    last: Offsets
    start: Offsets
    end: Offsets
    hash: Hashes
    kind: npt.NDArray[np.int8]

    @cached_property
    def sketches(self) -> Hashes:
        """A sketch of each clause: one of 64 bits set for every pair of neighbouring symbols.

        Clauses that are alike have most of their bits in common.
        """
        pairs = np.zeros(self.symbols.size, dtype=np.uint64)
        if self.symbols.size > 1:
            mixed = _SYMBOL[self.symbols[:-1]] * np.uint64(3) + _SYMBOL[self.symbols[1:]]
            pairs[:-1] = np.uint64(1) << (_mix(mixed) >> np.uint64(58))
        pairs[self.last - 1] = 0
        none = np.zeros(0, dtype=np.int64)
        return np.bitwise_or.reduceat(pairs, self.first).view(np.int64) if len(self) else none

    @cached_property
    def neighbours(self) -> tuple[Offsets, Offsets]:
        """For each clause the nearest fingerprinted clause before it and after it; -1 where there is none."""
        size = len(self)
        order = np.arange(size, dtype=np.int32)
        marked = self.hash != 0
        upto = np.maximum.accumulate(np.where(marked, order, -1))
        beyond = np.minimum.accumulate(np.where(marked, order, size)[::-1])[::-1]
        before = np.concatenate(([-1], upto))[:size]
        after = np.concatenate((beyond, [size]))[1 : size + 1]
        return before.astype(np.int32), np.where(after == size, -1, after).astype(np.int32)

    @cached_property
    def pairs(self) -> tuple[Hashes, Hashes, Offsets]:
        """For each clause the fingerprint of the pair it opens, of the pair it ends, and its partner in the first.

        A pair is two fingerprinted clauses with at most one short clause between them; 0 where there is none,
        the partner then is the clause itself.
        """
        size = len(self)
        opens, ends = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        partner = np.arange(size, dtype=np.int32)
        marked = np.flatnonzero(self.hash)
        left, right = marked[:-1], marked[1:]
        near = right - left <= 2
        left, right = left[near], right[near]
        one, two = self.hash[left].view(np.uint64), self.hash[right].view(np.uint64)
        both = _mix(one * _ODD + (two ^ (two >> np.uint64(29)))).view(np.int64)
        opens[left], ends[right], partner[left] = both, both, right
        return opens, ends, partner

    def __len__(self) -> int:
        return int(self.first.size)

    def words(self, low: int, high: int) -> list[str]:
        """The masked symbols of the clauses ``low``…``high`` - 1."""
        first, last = self.first[low:high].tolist(), self.last[low:high].tolist()
        base = first[0] if first else 0
        symbols = self.symbols[base : last[-1] if last else 0].tobytes().decode("utf-16-le", "surrogatepass")
        return [symbols[start - base : end - base] for start, end in zip(first, last, strict=True)]

    def word(self, n: int) -> str:
        """The masked symbols of clause ``n``."""
        return self.words(n, n + 1)[0]

    def bounds(self, n: int, m: int) -> tuple[int, int]:
        """Where the clauses ``n``…``m`` (both included) stand in the canonical text, half-open."""
        return int(self.start[n]), int(self.end[m])


def clauses(document: ReuseDocument) -> Clauses:
    """Cut a report into masked clauses and fingerprint them."""
    stream = mask(document.text, document.names, wrapped=document.wrapped)
    size = stream.symbols.size
    if not size:
        none = np.zeros(0, dtype=np.int32)
        return Clauses(stream.symbols, none, none, none, none, none.astype(np.int64), none.astype(np.int8))
    edge = np.flatnonzero(np.concatenate(([True], stream.clause[1:] != stream.clause[:-1]))).astype(np.int32)
    stop = np.concatenate((edge[1:], [size])).astype(np.int32)
    place = np.arange(size, dtype=np.int32) - np.repeat(edge, stop - edge)
    total = np.add.reduceat(_SYMBOL[stream.symbols] * _PLACE[place], edge)
    hashed = _mix(total + (stop - edge).astype(np.uint64) * _ODD).view(np.int64)
    hashed = np.where(stop - edge >= SHORTEST_CLAUSE, hashed, 0)
    start = stream.start[edge]
    return Clauses(
        symbols=stream.symbols,
        first=edge,
        last=stop,
        start=start,
        end=stream.end[stop - 1],
        hash=hashed,
        kind=_kinds(document, start),
    )


def _kinds(document: ReuseDocument, start: Offsets) -> npt.NDArray[np.int8]:
    kinds = np.zeros(start.size, dtype=np.int8)
    for section in document.sections:
        low, high = np.searchsorted(start, (section.start, section.end))
        kinds[low:high] = KINDS.index(section.kind)
    return kinds
