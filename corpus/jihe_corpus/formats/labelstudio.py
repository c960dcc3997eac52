"""Label Studio: accepted marks as annotations, suggestions as predictions, and the labelling configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from jihe_corpus.formats.jsonlines import integer, objects, text_of
from jihe_corpus.formats.raw import FormatError, RawDoc, RawLink, RawMark
from jihe_corpus.spans import Doc, Link, Mark, digest


def export(docs: Iterable[Doc]) -> bytes:
    """A JSON list of tasks."""
    return msgspec.json.format(msgspec.json.encode([_task(d) for d in docs]), indent=1) + b"\n"


def _task(doc: Doc) -> dict[str, Any]:
    data = {"text": doc.text, "doc_id": doc.doc_id, "sha256": digest(doc.text)} | {
        f"meta_{k}": v for k, v in sorted(doc.meta.items())
    }
    task: dict[str, Any] = {"data": data}
    suggested = [m for m in doc.spans if m.status == "suggested"]
    accepted = [m for m in doc.spans if m.status == "accepted"]
    if suggested:
        models = sorted({m.model for m in suggested})
        task["predictions"] = [_prediction(model, [m for m in suggested if m.model == model]) for model in models]
    if accepted or not suggested:
        result = [_region(m) | {"origin": "manual"} for m in accepted] + _relations(doc.relations, accepted)
        task["annotations"] = [{"was_cancelled": False, "ground_truth": False, "result": result}]
    return task


def _prediction(model: str, marks: Sequence[Mark]) -> dict[str, Any]:
    scores = [m.score for m in marks if m.score is not None]
    result = [_region(m) | ({"score": m.score} if m.score is not None else {}) for m in marks]
    return {"model_version": model, "score": min(scores) if scores else None, "result": result}


def _region(mark: Mark) -> dict[str, Any]:
    value = {"start": mark.start, "end": mark.end, "text": mark.text, "labels": [mark.label]}
    return {"id": mark.id, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def _relations(links: Sequence[Link], marks: Sequence[Mark]) -> list[dict[str, Any]]:
    ids = {m.id for m in marks}
    return [
        {"from_id": r.from_id, "to_id": r.to_id, "type": "relation", "direction": "right", "labels": [r.type]}
        for r in links
        if r.from_id in ids and r.to_id in ids
    ]


def read(data: bytes) -> Iterator[RawDoc]:
    """Tasks as exported by Label Studio or by us; cancelled annotations are skipped.

    Raises:
        FormatError: a task is malformed.
    """
    for where, task in objects(data):
        inner = task.get("data")
        if not isinstance(inner, dict):
            raise FormatError(f"{where}没有 data")
        text = text_of(inner, where, "text")
        marks: list[RawMark] = []
        links: list[RawLink] = []
        try:
            for annotation in task.get("annotations", []):
                if not annotation.get("was_cancelled"):
                    _gather(annotation["result"], marks, links, "accepted", "")
            for prediction in task.get("predictions", []):
                if isinstance(prediction, dict):
                    _gather(prediction["result"], marks, links, "suggested", str(prediction.get("model_version", "")))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise FormatError(f"{where}：标注不符合 Label Studio 的格式（{error!r}）") from error
        meta = {k.removeprefix("meta_"): v for k, v in inner.items() if k.startswith("meta_") and isinstance(v, str)}
        doc_id = str(inner.get("doc_id", task.get("id", "")))
        yield RawDoc(doc_id, text, marks, links, meta, str(inner.get("sha256", "")))


def _gather(
    result: Sequence[dict[str, Any]], marks: list[RawMark], links: list[RawLink], status: str, model: str
) -> None:
    for item in result:
        if item["type"] == "relation":
            kinds = item.get("labels") or [""]
            links.append(RawLink(f"r{len(links)}", str(item["from_id"]), str(item["to_id"]), str(kinds[0])))
            continue
        value = item["value"]
        quote = value.get("text")
        for label in value.get("labels", value.get("hypertextlabels", [])):
            marks.append(
                RawMark(
                    integer(value["start"]),
                    integer(value["end"]),
                    str(label),
                    quote if isinstance(quote, str) else None,
                    str(item.get("id", "")),
                    origin="human" if status == "accepted" else "model",
                    model=model,
                    score=item.get("score"),
                    status=status,
                )
            )


def configuration(labels: Iterable[str]) -> str:
    """The labelling configuration for a project, as XML."""
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [f"    <Label value={quoteattr(label)}/>" for label in labels]
    return "\n".join([*lines, "  </Labels>", '  <Text name="text" value="$text"/>', "</View>", ""])
