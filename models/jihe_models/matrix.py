"""Feature rows as a sparse matrix of ones, made once and joined to others without reading the strings again."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Rows of distinct features. ``names`` are in alphabetical order; row ``r`` holds the features
    ``columns[starts[r]:starts[r + 1]]``, in rising order; ``counts`` tells in how many rows each stands."""

    names: tuple[str, ...]
    columns: Numbers
    starts: Numbers
    counts: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Rows:
        """The matrix of feature rows."""
        seen: defaultdict[str, int] = defaultdict()
        seen.default_factory = seen.__len__
        flat = array("i")
        ends = [0]
        for row in rows:
            flat.extend(map(seen.__getitem__, row))
            ends.append(len(flat))
        names = sorted(seen)
        place = np.empty(len(seen), dtype=np.int64)
        place[[seen[name] for name in names]] = np.arange(len(names))
        width = max(len(names), 1)
        which = np.repeat(np.arange(len(ends) - 1, dtype=np.int64), np.diff(ends))
        pairs = np.sort(which * width + place[np.frombuffer(flat, dtype=np.int32)])
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]
        starts = np.searchsorted(pairs, np.arange(len(ends), dtype=np.int64) * width)
        columns = pairs % width
        return cls(tuple(names), columns, starts, np.bincount(columns, minlength=len(names)))

    def csr(self, keep: Numbers) -> Any:
        """The matrix with the columns ``keep`` alone (a rising list), for scikit-learn."""
        from scipy.sparse import csr_matrix

        moved = np.full(len(self.names), -1, dtype=np.int64)
        moved[keep] = np.arange(len(keep))
        columns = moved[self.columns]
        held = columns >= 0
        starts = np.concatenate([[0], np.cumsum(held)])[self.starts]
        ones = np.ones(int(held.sum()), dtype=np.float64)
        return csr_matrix((ones, columns[held].astype(np.int32), starts.astype(np.int32)), shape=(len(self), len(keep)))


def joined(parts: Sequence[Rows]) -> Rows:
    """Several matrices as one, row after row; the same as if all had been read at once."""
    names = sorted(set().union(*(part.names for part in parts)))
    index = {name: i for i, name in enumerate(names)}
    counts = np.zeros(len(names), dtype=np.int64)
    columns: list[Numbers] = []
    starts: list[Numbers] = [np.zeros(1, dtype=np.int64)]
    height = 0
    for part in parts:
        place = np.array([index[name] for name in part.names], dtype=np.int64)
        columns.append(place[part.columns])
        starts.append(part.starts[1:] + height)
        height += len(part.columns)
        counts[place] += part.counts
    return Rows(tuple(names), np.concatenate(columns), np.concatenate(starts), counts)
