"""Annotated text for learning and exchange: schema ``jihe-span/1``, one JSON object a line.

A ``Doc`` is a text with marks on it. Offsets are Unicode code points into ``text``, half-open, so that
``text[start:end] == mark.text``. ``layer`` is ``qty`` (label: a measure id), ``name`` (IND, PROJ, REASON,
FIX) or ``block``. A ``suggested`` mark is a machine's proposal; only ``accepted`` marks are gold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

SCHEMA = "jihe-span/1"
Layer = Literal["qty", "name", "block"]
Status = Literal["suggested", "accepted", "rejected"]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One labelled stretch."""

    id: str
    start: int
    end: int
    text: str
    label: str
    layer: str = "qty"
    origin: str = "human"
    model: str = ""
    score: float | None = None
    status: str = "accepted"

    @property
    def place(self) -> tuple[int, int, str]:
        """What makes a mark the same mark on re-import, within one text."""
        return self.start, self.end, self.layer


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation between two marks of one text."""

    id: str
    from_id: str
    to_id: str
    type: str


class Doc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An annotated text. ``meta`` holds strings only; ``sha256`` is that of the text in UTF-8."""

    schema: str
    doc_id: str
    sha256: str
    text: str
    meta: dict[str, str] = {}
    spans: tuple[Mark, ...] = ()
    relations: tuple[Link, ...] = ()
    annotator: str = ""
    decided_at: str = ""

    @classmethod
    def of(cls, doc_id: str, text: str, spans: Iterable[Mark] = (), *, meta: dict[str, str] | None = None) -> Doc:
        """A document with its digest, the marks in text order."""
        ordered = tuple(sorted(spans, key=lambda m: (m.start, m.end, m.layer, m.label)))
        return cls(SCHEMA, doc_id, digest(text), text, meta or {}, ordered)

    def gold(self, layer: str) -> Iterator[Mark]:
        """The accepted marks of a layer."""
        return (m for m in self.spans if m.layer == layer and m.status == "accepted")


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
