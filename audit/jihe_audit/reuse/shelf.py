"""Reports laid out flat in files, so that memory holds only what is being looked at.

One file a column; each report is a slice of every file. Files are only ever appended to, and the list of
slices is written last, so an interrupted run leaves a shelf that opens as it was before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.fingerprints import Clauses
from jihe_audit.reuse.masking import code_points
from jihe_audit.reuse.sections import KINDS

_COLUMNS: dict[str, type[Any]] = {
    "first": np.int32,
    "last": np.int32,
    "start": np.int32,
    "end": np.int32,
    "hash": np.int64,
    "kind": np.int8,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about a shelved report, and where its slices lie. ``widths`` are code points by kind."""

    id: str
    region: str
    year: str
    unit: str
    owner: str
    names: tuple[str, ...]
    side: int
    seal: str
    opening: str
    length: int
    widths: dict[str, int]
    text_at: int
    symbols_at: int
    symbols: int
    clauses_at: int
    clauses: int
    wide: bool


_FIELDS = tuple(field.name for field in fields(Entry))
_values = attrgetter(*_FIELDS)


class Shelf:
    """An append-only folder of reports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.entries: list[Entry] = []
        listing = folder / "reports.json"
        if listing.exists():
            rows = json.loads(listing.read_text("utf-8"))
            self.entries = [Entry(**{**row, "names": tuple(row["names"])}) for row in rows]
        self._writing: dict[str, IO[bytes]] = {}
        self._reading: dict[str, npt.NDArray[Any]] = {}

    def add(self, document: ReuseDocument, clauses: Clauses, *, side: int = 0) -> Entry:
        """Put a report on the shelf; seen by readers after :meth:`flush`."""
        raw = code_points(document.text)
        wide = bool(np.any((raw > 0xFFFF) | ((raw >= 0xD800) & (raw < 0xE000))))
        last = self.entries[-1] if self.entries else None
        size = raw.size * 2 if wide else raw.size
        entry = Entry(
            id=document.id,
            region=document.region,
            year=document.year,
            unit=document.unit,
            owner=document.owner,
            names=document.names,
            side=side,
            seal=document.seal,
            opening=document.opening,
            length=len(document.text),
            widths=kind_widths(clauses, len(document.text)),
            text_at=last.text_at + (last.length * (2 if last.wide else 1)) if last else 0,
            symbols_at=last.symbols_at + last.symbols if last else 0,
            symbols=int(clauses.symbols.size),
            clauses_at=last.clauses_at + last.clauses if last else 0,
            clauses=len(clauses),
            wide=wide,
        )
        self._append("text", entry.text_at, raw.view(np.uint16) if wide else raw.astype(np.uint16), size)
        self._append("symbols", entry.symbols_at, clauses.symbols, entry.symbols)
        for name in _COLUMNS:
            self._append(name, entry.clauses_at, getattr(clauses, name), entry.clauses)
        self.entries.append(entry)
        return entry

    def _append(self, name: str, at: int, values: npt.NDArray[Any], size: int) -> None:
        if name not in self._writing:
            path = self.folder / f"{name}.bin"
            mode = "r+b" if path.exists() else "w+b"
            self._writing[name] = path.open(mode)
        file = self._writing[name]
        file.seek(at * values.itemsize)
        file.write(values[:size].tobytes())

    def flush(self) -> None:
        """Write everything out; the list of reports last and at once."""
        for file in self._writing.values():
            file.truncate()
            file.close()
        self._writing.clear()
        self._reading.clear()
        new = self.folder / "reports.json.new"
        new.write_text(json.dumps([dict(zip(_FIELDS, _values(e), strict=True)) for e in self.entries]), "ascii")
        os.replace(new, self.folder / "reports.json")

    def _column(self, name: str, kind: type[Any]) -> npt.NDArray[Any]:
        if name not in self._reading:
            path = self.folder / f"{name}.bin"
            empty = not path.exists() or path.stat().st_size == 0
            column = np.zeros(0, dtype=kind) if empty else np.memmap(path, dtype=kind, mode="r")
            self._reading[name] = np.asarray(column)
        return self._reading[name]

    def clauses(self, doc: int) -> Clauses:
        """The clauses of a report."""
        e = self.entries[doc]
        low, high = e.clauses_at, e.clauses_at + e.clauses
        columns = {name: np.asarray(self._column(name, kind)[low:high]) for name, kind in _COLUMNS.items()}
        symbols = np.asarray(self._column("symbols", np.uint16)[e.symbols_at : e.symbols_at + e.symbols])
        return Clauses(symbols=symbols, **columns)

    def text(self, doc: int, start: int, end: int) -> str:
        """A stretch of the canonical text of a report, in code points."""
        e = self.entries[doc]
        per = 2 if e.wide else 1
        raw = self._column("text", np.uint16)[e.text_at + start * per : e.text_at + end * per].tobytes()
        return raw.decode("utf-32-le" if e.wide else "utf-16-le", "surrogatepass")

    def rows(self, docs: Iterable[int]) -> dict[str, npt.NDArray[Any]]:
        """The rows of several reports for ``occ``; ``doc`` is the place on the shelf."""
        parts = [clause_rows(doc, self.clauses(doc), self.entries[doc].length) for doc in docs]
        parts = [part for part in parts if part["n"].size]
        if not parts:
            return {}
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def clause_rows(doc: int, clauses: Clauses, length: int) -> dict[str, npt.NDArray[Any]]:
    """The fingerprinted clauses of a report of ``length`` code points as columns of ``occ``; see ``definition``."""
    kept = np.flatnonzero(clauses.hash).astype(np.int32)
    width = np.diff(np.append(clauses.start, np.int32(length)))
    before, after = clauses.neighbours
    sketch, hashed = np.append(clauses.sketches, 0), np.append(clauses.hash, 0)
    opens, ends, partner = clauses.pairs
    return {
        "doc": np.full(kept.size, doc, dtype=np.int32),
        "n": kept,
        "s": clauses.first[kept],
        "e": clauses.last[kept],
        "w": width[kept].astype(np.int32),
        "h": clauses.hash[kept],
        "k": clauses.kind[kept].astype(np.int16),
        "p": sketch[before[kept]],
        "q": sketch[after[kept]],
        "ph": hashed[before[kept]],
        "qh": hashed[after[kept]],
        "g": opens[kept],
        "f": ends[kept],
        "m": partner[kept],
        "t": clauses.last[partner[kept]],
        "u": sketch[after[partner[kept]]],
        "uh": hashed[after[partner[kept]]],
        "c": _firsts(clauses.hash[kept]),
        "d": _firsts(opens[kept]),
    }


def _firsts(hashes: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """1 where a fingerprint (0: none) stands for the first time."""
    firsts = np.zeros(hashes.size, dtype=np.int16)
    firsts[np.unique(hashes, return_index=True)[1]] = 1
    firsts[hashes == 0] = 0
    return firsts


def kind_widths(clauses: Clauses, length: int) -> dict[str, int]:
    """Code points by kind of section, from the first clause of a report on."""
    if not len(clauses):
        return {}
    width = np.diff(np.append(clauses.start, np.int32(length)))
    summed = np.bincount(clauses.kind, weights=width)
    return {KINDS[k]: int(total) for k, total in enumerate(summed.tolist()) if total}
