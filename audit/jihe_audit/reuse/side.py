"""One report of a pair as growth and alignment look at it: words by clause, what may be matched, as written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.fingerprints import Clauses, Hashes

Read = Callable[[int, int], str]
"""Gives the stretch (start, end) of a canonical text."""


def compact(text: str) -> str:
    """Text without white space and with widths folded, for comparing words."""
    return unicodedata.normalize("NFKC", "".join(text.split()))


@dataclass(frozen=True)
class Frequent:
    """Sorted fingerprints of frequent clauses and of frequent pairs, these with their grade (1 template, 2 outline)."""

    clauses: Hashes
    pairs: Hashes
    grades: npt.NDArray[np.int8]

    def marks(self, clauses: Clauses) -> bytes:
        """1 for each clause that is template or outline: frequent, alone and with a neighbour, if it has one."""
        marks = _among(clauses.hash, self.clauses)
        often = np.flatnonzero(marks)
        opens, ends, _ = clauses.pairs
        opens, ends = opens[often], ends[often]
        marks[often] = _among(opens, self.pairs) | _among(ends, self.pairs) | ((opens == 0) & (ends == 0))
        found: bytes = marks.tobytes()
        return found


def _among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Which fingerprints (0: none) are among the known ones, which are sorted."""
    if not known.size:
        return np.zeros(hashes.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, hashes), known.size - 1)
    found: npt.NDArray[np.bool_] = (known[at] == hashes) & (hashes != 0)
    return found


class Side:
    """One report of a pair: its clauses, and which of them are frequent (1) and thus carry no evidence.

    A pair touches few clauses of a report, so words are cut out in blocks when they are first asked for;
    lists and bytes, since single elements of arrays are slow to come by.
    """

    __slots__ = ("_open", "_words", "clauses", "count", "frequent", "kinds", "read", "written")
    _BLOCK = 16

    def __init__(self, clauses: Clauses, frequent: bytes, read: Read) -> None:
        self.clauses, self.frequent, self.count, self.read = clauses, frequent, len(clauses), read
        self.kinds = clauses.kind.tobytes()
        """The kind of the section in which each clause stands."""
        self._words: list[str | None] = [None] * self.count
        self._open: list[str | None] = [None] * self.count
        self.written: dict[int, str] = {}
        """Clauses as written, as far as they were asked for; see ``Quote``."""

    @classmethod
    def of(cls, clauses: Clauses, frequent: Frequent, read: Read) -> Side:
        """The side with its frequent clauses marked."""
        return cls(clauses, frequent.marks(clauses), read)

    def _cut(self, n: int) -> None:
        low = n - n % self._BLOCK
        high = min(low + self._BLOCK, self.count)
        self._words[low:high] = words = self.clauses.words(low, high)
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

    def texts(self, low: int, high: int) -> list[str]:
        """The masked symbols of the clauses ``low``…``high``, both included."""
        return [word if word is not None else self.text(n) for n, word in enumerate(self._words[low : high + 1], low)]

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

    def quote(self, first: int, last: int) -> Quote:
        """The canonical text of the clauses ``first``…``last``, both included."""
        return Quote(self, first, last)

    def distance(self, n: int, m: int) -> int:
        """Masked symbols from the end of clause ``n`` to the start of clause ``m``; negative if they overlap."""
        return int(self.clauses.first[m]) - int(self.clauses.last[n])


class Quote:
    """A stretch of a report's canonical text, from which its clauses are quoted."""

    __slots__ = ("_ends", "_first", "_side", "_starts", "end", "start", "text")

    def __init__(self, side: Side, first: int, last: int) -> None:
        self._side, self._first = side, first
        self._starts: list[int] = side.clauses.start[first : last + 1].tolist()
        self._ends: list[int] = side.clauses.end[first : last + 1].tolist()
        self.start, self.end = self._starts[0], self._ends[-1]
        self.text = side.read(self.start, self.end)

    def clause(self, n: int) -> str:
        """The words of a clause as written, without white space, widths folded."""
        word = self._side.written.get(n)
        if word is None:
            k = n - self._first
            word = compact(self.text[self._starts[k] - self.start : self._ends[k] - self.start])
            self._side.written[n] = word
        return word
