"""Native JSON lines, schema ``jihe-span/1``: everything kept, nothing inferred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from jihe_corpus.formats.raw import FormatError, RawDoc, RawLink, RawMark
from jihe_corpus.spans import SCHEMA, Doc


def export(docs: Iterable[Doc]) -> bytes:
    """One document a line."""
    return b"".join(msgspec.json.encode(doc) + b"\n" for doc in docs)


def read(data: bytes) -> Iterator[RawDoc]:
    """Documents as written.

    Raises:
        FormatError: a line is not a document of this schema.
    """
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            doc = msgspec.json.decode(line, type=Doc)
        except msgspec.DecodeError as error:
            raise FormatError(f"第 {number} 行不符合 {SCHEMA}：{error}") from error
        if doc.schema != SCHEMA:
            raise FormatError(f"第 {number} 行的版本是 {doc.schema!r}，应为 {SCHEMA!r}")
        marks = [
            RawMark(m.start, m.end, m.label, m.text, m.id, m.layer, m.origin, m.model, m.score, m.status)
            for m in doc.spans
        ]
        links = [RawLink(r.id, r.from_id, r.to_id, r.type) for r in doc.relations]
        yield RawDoc(doc.doc_id, doc.text, marks, links, doc.meta, doc.sha256, doc.annotator, doc.decided_at)
