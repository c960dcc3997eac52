"""doccano: spans only (``label``) or with relations (``entities``); meta stands flat beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from jihe_corpus.formats.jsonlines import integer, objects, text_of
from jihe_corpus.formats.raw import FormatError, RawDoc, RawLink, RawMark
from jihe_corpus.spans import Doc, Link, digest

_OWN = frozenset({"id", "text", "data", "label", "labels", "entities", "relations", "Comments", "cats"})


def export(docs: Iterable[Doc]) -> bytes:
    """Accepted marks, with relations in doccano's relation form when any document has some."""
    docs = list(docs)
    related = any(_kept(doc) for doc in docs)
    return b"".join(msgspec.json.encode(_one(n, doc, related)) + b"\n" for n, doc in enumerate(docs, 1))


def _kept(doc: Doc) -> list[Link]:
    """Relations whose both ends are exported."""
    ids = {m.id for m in doc.spans if m.status == "accepted"}
    return [r for r in doc.relations if r.from_id in ids and r.to_id in ids]


def _one(number: int, doc: Doc, related: bool) -> dict[str, Any]:
    marks = [m for m in doc.spans if m.status == "accepted"]
    meta = {k: v for k, v in sorted(doc.meta.items()) if k not in _OWN} | {
        "doc_id": doc.doc_id,
        "sha256": digest(doc.text),
    }
    if not related:
        return {
            "id": number,
            "text": doc.text,
            "label": [[m.start, m.end, m.label] for m in marks],
            "Comments": [],
        } | meta
    ids = {m.id: n for n, m in enumerate(marks, 1)}
    entities = [{"id": ids[m.id], "label": m.label, "start_offset": m.start, "end_offset": m.end} for m in marks]
    links = _kept(doc)
    relations = [
        {"id": n, "from_id": ids[r.from_id], "to_id": ids[r.to_id], "type": r.type} for n, r in enumerate(links, 1)
    ]
    return {"id": number, "text": doc.text, "entities": entities, "relations": relations, "Comments": []} | meta


def read(data: bytes) -> Iterator[RawDoc]:
    """Both forms. The format carries no quotes: the digest we export beside them guards the text.

    Raises:
        FormatError: a line is not doccano's.
    """
    for where, item in objects(data):
        text = text_of(item, where, "text", "data")
        meta = {k: v for k, v in item.items() if k not in _OWN and isinstance(v, str)}
        sha, doc_id = meta.pop("sha256", ""), meta.pop("doc_id", str(item.get("id", "")))
        marks, links = _marks(item, where), _links(item, where)
        yield RawDoc(doc_id, text, marks, links, meta, sha)


def _marks(item: dict[str, Any], where: str) -> list[RawMark]:
    try:
        if "entities" in item:
            return [
                RawMark(integer(e["start_offset"]), integer(e["end_offset"]), str(e["label"]), id=str(e["id"]))
                for e in item["entities"]
            ]
        spans = item.get("label", item.get("labels", []))
        return [RawMark(integer(a), integer(b), str(label)) for a, b, label in spans]
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{where}：标注不符合 doccano 的格式（{error!r}）") from error


def _links(item: dict[str, Any], where: str) -> list[RawLink]:
    try:
        return [
            RawLink(str(r["id"]), str(r["from_id"]), str(r["to_id"]), str(r["type"])) for r in item.get("relations", [])
        ]
    except (KeyError, TypeError) as error:
        raise FormatError(f"{where}：关系不符合 doccano 的格式（{error!r}）") from error
