"""The functions that run inside a cluster's workers: Arrow record batches in, Arrow record batches out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.alignment import Aligned, Report, align_islands
from jihe_audit.reuse.definition import OCCURRENCES
from jihe_audit.reuse.differences import Change
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.growth import Island
from jihe_audit.reuse.sections import KINDS, Section
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import clause_rows, kind_widths
from jihe_audit.reuse.side import Frequent, Side

ALIGNED = "a INT, b INT, found STRING"
_KEPT = 256
"""Reports a worker keeps prepared; pairs arrive sorted, so one side is nearly always there."""


def pack_document(document: ReuseDocument) -> bytes:
    """A report as one line of JSON; unpaired surrogates survive as escapes."""
    sections = [[s.start, s.end, s.kind, s.title] for s in document.sections]
    row = [document.id, document.text, sections, document.names, document.wrapped]
    return json.dumps(row, separators=(",", ":")).encode("ascii")


def unpack_document(line: bytes) -> ReuseDocument:
    """The report of :func:`pack_document`, without what only the driver needs."""
    name, text, sections, names, wrapped = json.loads(line)
    return ReuseDocument(name, text, tuple(Section(*s) for s in sections), tuple(names), wrapped=wrapped)


def pack(found: Aligned) -> str:
    """An aligned passage as JSON."""
    return json.dumps([*found[:-1], [astuple(change) for change in found.changed]], separators=(",", ":"))


def unpack(row: str) -> Aligned:
    """The passage of :func:`pack`."""
    values = json.loads(row)
    return Aligned._make([*values[:-1], tuple(Change(*change) for change in values[-1])])


def fingerprint_batches(batches: Iterator[Any]) -> Iterator[Any]:
    """Reports (doc, report) to rows of ``occ``; the widths of section kinds travel as rows with ``n`` = -1."""
    import pyarrow as pa

    for batch in batches:
        parts: list[dict[str, npt.NDArray[Any]]] = []
        for doc, line in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            document = unpack_document(line)
            cut = clauses(document)
            if len(cut):
                parts.append(clause_rows(doc, cut, len(document.text)))
                parts.append(_width_rows(doc, kind_widths(cut, len(document.text))))
        if parts:
            columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            yield pa.RecordBatch.from_pydict(columns)


def _stretch(text: str, start: int, end: int) -> str:
    return text[start:end]


_TYPES = {"INT": np.int32, "BIGINT": np.int64, "SMALLINT": np.int16}


def _width_rows(doc: int, widths: dict[str, int]) -> dict[str, npt.NDArray[Any]]:
    rows = {name: np.zeros(len(widths), dtype=_TYPES[kind]) for name, kind in OCCURRENCES.items()}
    rows["doc"][:] = doc
    rows["n"][:] = -1
    rows["w"][:] = list(widths.values())
    rows["k"][:] = [KINDS.index(kind) for kind in widths]
    return rows


def align_batches(batches: Iterator[Any], frequent: Frequent, settings: Settings, *, aside: bool) -> Iterator[Any]:
    """Pairs (a, b, islands, thin, near, report_a, report_b) to aligned passages as JSON."""
    import pyarrow as pa

    kept: dict[int, Report] = {}

    def report(doc: int, line: bytes) -> Report:
        if doc not in kept:
            if len(kept) >= _KEPT:
                del kept[next(iter(kept))]
            document = unpack_document(line)
            side = Side.of(clauses(document), frequent, partial(_stretch, document.text))
            kept[doc] = Report(doc, side, document.names)
        return kept[doc]

    for batch in batches:
        rows: list[tuple[int, int, str]] = []
        for pair in batch.to_pylist():
            a, b = report(pair["a"], pair["report_a"]), report(pair["b"], pair["report_b"])
            islands = sorted((Island(*i) for i in json.loads(pair["islands"])), key=lambda i: (i.b0, i.b1, i.a0, i.a1))
            for found in align_islands(a, b, islands, frequent, settings, pair["thin"], pair["near"], aside=aside):
                rows.append((found.a, found.b, pack(found)))
        if rows:
            columns = list(zip(*rows, strict=True))
            yield pa.RecordBatch.from_arrays(
                [pa.array(columns[0], pa.int32()), pa.array(columns[1], pa.int32()), pa.array(columns[2])],
                names=["a", "b", "found"],
            )
