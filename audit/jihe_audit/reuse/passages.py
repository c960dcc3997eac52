"""Passages and pairs by the million: packed in a temporary file and in arrays, read back one at a time, in order."""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Generic, Literal, TypeVar, overload

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.differences import Change
from jihe_audit.reuse.report import PairSummary, Passage

_NAMES = tuple(field.name for field in fields(Passage))
_CHANGED = _NAMES.index("changed")
_before = attrgetter(*_NAMES[:_CHANGED])
_after = attrgetter(*_NAMES[_CHANGED + 1 :])
_change = attrgetter(*(field.name for field in fields(Change)))
_FORM = 2
"""Of ``marshal``: without references, so that equal passages give equal bytes."""
_BUFFER = 1 << 20
SOURCES: tuple[Literal["a", "b"] | None, ...] = (None, "a", "b")
Item = TypeVar("Item")


def pack(passage: Passage) -> bytes:
    """A passage as bytes for this run's temporary file."""
    values = (*_before(passage), tuple(map(_change, passage.changed)), *_after(passage))
    return marshal.dumps(values, _FORM)


def _unpack(row: bytes) -> Passage:
    values = list(marshal.loads(row))
    values[_CHANGED] = tuple(Change(*change) for change in values[_CHANGED])
    return Passage(*values)


class _Packed(Sequence[Item], Generic[Item]):
    """A sequence that makes its items when they are asked for; equal to any sequence of equal items."""

    __hash__ = None  # type: ignore[assignment]

    def _one(self, at: int) -> Item:
        raise NotImplementedError

    def _some(self, at: slice) -> Sequence[Item]:
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        return self._some(at) if isinstance(at, slice) else self._one(at)

    def __iter__(self) -> Iterator[Item]:
        return map(self._one, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(x == y for x, y in zip(self, other, strict=True))


class _Rows:
    """Rows of bytes in a temporary file that is gone when no one reads it any more."""

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile(prefix="jihe-passages-", dir=folder, buffering=0)  # noqa: SIM115

    def write(self, rows: bytes | bytearray) -> None:
        self._file.write(rows)

    def read(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


class Passages(_Packed[Passage]):
    """The passages of a result. The file goes when this does."""

    def __init__(self, rows: _Rows, start: npt.NDArray[np.int64], size: npt.NDArray[np.int32]) -> None:
        self._rows, self._start, self._size = rows, start, size

    def __len__(self) -> int:
        return int(self._start.size)

    def _one(self, at: int) -> Passage:
        return _unpack(self._rows.read(int(self._start[at]), int(self._size[at])))

    def _some(self, at: slice) -> Passages:
        return Passages(self._rows, self._start[at], self._size[at])


class Spool:
    """Takes packed passages in any order. ``ranks`` places the reports, by number, in the order of the result."""

    def __init__(self, ranks: npt.NDArray[np.int32], folder: Path | None = None) -> None:
        self._ranks = ranks
        self._rows = _Rows(folder)
        self._waiting = bytearray()
        self._size, self._keys = array("i"), array("i")

    def add(self, rows: bytes | bytearray, sizes: array[int], keys: array[int]) -> None:
        """Take passages; see ``judging.Sheaf``."""
        self._waiting += rows
        self._size.extend(sizes)
        self._keys.extend(keys)
        if len(self._waiting) >= _BUFFER:
            self._write()

    def _write(self) -> None:
        self._rows.write(self._waiting)
        self._waiting.clear()

    def reports(self) -> set[int]:
        """The numbers of the reports that have passages."""
        return set(np.unique(np.array(self._keys, dtype=np.int32).reshape(-1, 6)[:, :2]).tolist())

    def close(self) -> Passages:
        """All passages, sorted by their keys; those of one key in the order in which they came."""
        self._write()
        size = np.array(self._size, dtype=np.int32)
        start = np.cumsum(size, dtype=np.int64) - size
        keys = np.array(self._keys, dtype=np.int32).reshape(-1, 6)
        a, b = self._ranks[keys[:, 0]], self._ranks[keys[:, 1]]
        order = np.lexsort([keys[:, 5], keys[:, 4], keys[:, 3], keys[:, 2], b, a])
        return Passages(self._rows, start[order], size[order])


class Pairs(_Packed[PairSummary]):
    """The cells of the matrix that are not empty, in order; 40 bytes each.

    ``names`` are the reports by number; ``counts`` and ``shares`` as in ``judging.Sheaf``.
    """

    def __init__(self, names: Sequence[str], counts: npt.NDArray[np.int32], shares: npt.NDArray[np.float64]) -> None:
        self._names, self._counts, self._shares = names, counts, shares

    @classmethod
    def sorted(
        cls, names: Sequence[str], ranks: npt.NDArray[np.int32], counts: array[int], shares: array[float]
    ) -> Pairs:
        """The pairs in the order of the names."""
        rows = np.array(counts, dtype=np.int32).reshape(-1, 6)
        order = np.lexsort([ranks[rows[:, 1]], ranks[rows[:, 0]]])
        return cls(names, rows[order], np.array(shares, dtype=np.float64).reshape(-1, 2)[order])

    def __len__(self) -> int:
        return len(self._counts)

    def _one(self, at: int) -> PairSummary:
        a, b, substantive, shared, passages, source = self._counts[at].tolist()
        share_a, share_b = self._shares[at].tolist()
        given = SOURCES[source]
        return PairSummary(self._names[a], self._names[b], substantive, shared, passages, share_a, share_b, given)

    def _some(self, at: slice) -> Pairs:
        return Pairs(self._names, self._counts[at], self._shares[at])
