"""Passages by the million: packed in a temporary file, read back one at a time, in the order of their keys."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.differences import Change
from jihe_audit.reuse.report import Passage

_NAMES = tuple(field.name for field in fields(Passage))
_CHANGED = _NAMES.index("changed")
_values = attrgetter(*_NAMES)
_change = attrgetter(*(field.name for field in fields(Change)))
_BUFFER = 1 << 20


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


class Passages(Sequence[Passage]):
    """The passages of a result; equal to any sequence of equal passages. The file goes when this does."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, rows: _Rows, start: npt.NDArray[np.int64], size: npt.NDArray[np.int32]) -> None:
        self._rows, self._start, self._size = rows, start, size

    def __len__(self) -> int:
        return int(self._start.size)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(at, slice):
            return Passages(self._rows, self._start[at], self._size[at])
        row = self._rows.read(int(self._start[at]), int(self._size[at]))
        values = json.loads(row.decode("utf-8", "surrogatepass"))
        values[_CHANGED] = tuple(Change(*change) for change in values[_CHANGED])
        return Passage(*values)

    def __iter__(self) -> Iterator[Passage]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(x == y for x, y in zip(self, other, strict=True))


class Spool:
    """Takes passages in any order. ``ranks`` places the names of reports in the order of the result."""

    def __init__(self, ranks: Mapping[str, int], folder: Path | None = None) -> None:
        self._ranks = ranks
        self._rows = _Rows(folder)
        self._waiting = bytearray()
        self._size = array("i")
        self._keys = tuple(array("i") for _ in range(6))

    def add(self, passage: Passage) -> None:
        """Take a passage."""
        values = list(_values(passage))
        values[_CHANGED] = [_change(change) for change in passage.changed]
        row = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self._waiting += row
        self._size.append(len(row))
        a, b, *places = passage.key
        for column, value in zip(self._keys, (self._ranks[a], self._ranks[b], *places), strict=True):
            column.append(value)
        if len(self._waiting) >= _BUFFER:
            self._write()

    def _write(self) -> None:
        self._rows.write(self._waiting)
        self._waiting.clear()

    def close(self) -> Passages:
        """All passages, sorted by their keys; those of one key in the order in which they came."""
        self._write()
        size = np.array(self._size, dtype=np.int32)
        start = np.cumsum(size, dtype=np.int64) - size
        order = np.lexsort([np.array(column, dtype=np.int32) for column in reversed(self._keys)])
        return Passages(self._rows, start[order], size[order])
