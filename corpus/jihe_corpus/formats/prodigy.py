"""Prodigy-style tasks: spans with character tokens; ``token_end`` is inclusive; only ``accept`` is gold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from jihe_corpus.formats.jsonlines import integer, objects, text_of
from jihe_corpus.formats.raw import FormatError, RawDoc, RawMark
from jihe_corpus.spans import Doc, Mark, digest

_STATUS = {"accept": "accepted", "reject": "rejected"}


def export(docs: Iterable[Doc]) -> bytes:
    """One task a document; suggestions stay without an answer."""
    return b"".join(msgspec.json.encode(task) + b"\n" for doc in docs for task in _tasks(doc))


def _tasks(doc: Doc) -> Iterator[dict[str, Any]]:
    """A task for each status that occurs, because one answer covers all spans of a task."""
    tokens = [{"text": c, "start": i, "end": i + 1, "id": i} for i, c in enumerate(doc.text)]
    statuses = [s for s in ("accepted", "rejected", "suggested") if any(m.status == s for m in doc.spans)]
    for status in statuses or ["accepted"]:
        spans = [_span(m) for m in doc.spans if m.status == status]
        task: dict[str, Any] = {"text": doc.text, "spans": spans, "tokens": tokens}
        task["meta"] = dict(sorted(doc.meta.items())) | {"doc_id": doc.doc_id, "sha256": digest(doc.text)}
        answer = {"accepted": "accept", "rejected": "reject"}.get(status)
        if answer:
            task["answer"] = answer
        task["_input_hash"] = _hash(doc.text)
        task["_task_hash"] = _hash(doc.text + "".join(f"\0{m['start']}-{m['end']}-{m['label']}" for m in spans))
        task["_view_id"] = "spans_manual"
        yield task


def _span(mark: Mark) -> dict[str, Any]:
    return {
        "start": mark.start, "end": mark.end, "label": mark.label,
        "token_start": mark.start, "token_end": mark.end - 1, "text": mark.text,
    }  # fmt: skip


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big") & 0x7FFFFFFF


def read(data: bytes) -> Iterator[RawDoc]:
    """Tasks; ``ignore`` is left out, ``reject`` becomes rejected marks, no answer becomes suggestions.

    Raises:
        FormatError: a task is malformed.
    """
    gathered: dict[tuple[str, str], RawDoc] = {}
    for where, task in objects(data):
        answer = task.get("answer")
        if answer == "ignore":
            continue
        text = text_of(task, where, "text")
        meta = {str(k): str(v) for k, v in (task.get("meta") or {}).items() if isinstance(v, str)}
        sha, doc_id = meta.pop("sha256", ""), meta.pop("doc_id", str(task.get("_input_hash", "")))
        status = _STATUS.get(str(answer), "suggested")
        try:
            marks = [
                RawMark(
                    integer(s["start"]),
                    integer(s["end"]),
                    str(s["label"]),
                    s.get("text"),
                    origin="model" if status == "suggested" else "human",
                    status=status,
                )
                for s in task.get("spans", [])
            ]
        except (KeyError, TypeError) as error:
            raise FormatError(f"{where}：标注不符合 Prodigy 的格式（{error!r}）") from error
        before = gathered.get((doc_id, text))
        gathered[doc_id, text] = RawDoc(doc_id, text, [*(before.marks if before else ()), *marks], (), meta, sha)
    yield from gathered.values()
