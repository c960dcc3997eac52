"""The importer contract: nothing enters the corpus unless its text stands where it says.

A mark whose quote does not stand at its offsets is looked for within 20 characters either side and moved
when it stands there exactly once; otherwise it is rejected with the reason. Offsets of browsers (UTF-16) are
converted, by request or when the quotes prove them. Labels that this project does not know need a mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jihe_corpus.formats.raw import NAMES, Offsets, RawDoc, RawMark, layer_of, to_points, utf16_starts
from jihe_corpus.spans import Doc, Link, Mark, digest
from jihe_extract.prose.words import load_words

REACH = 20
OTHER_LABELS = frozenset({"其他", "未定", "业务量", "个数"})
DROP = "-"
"""Mapping target of labels that are to be left out on purpose."""


@dataclass(frozen=True)
class Reject:
    """Something that was not imported, and why (Chinese)."""

    doc_id: str
    reason: str
    start: int = -1
    end: int = -1
    label: str = ""
    quote: str = ""


@dataclass
class Imported:
    """What came in, what was mended, what was refused."""

    docs: list[Doc] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    repaired: int = 0
    converted: int = 0


def known_labels() -> frozenset[str]:
    """Labels that marks may carry."""
    return frozenset(load_words().measures) | OTHER_LABELS | NAMES


def import_docs(
    raws: Iterable[RawDoc], *, mapping: Mapping[str, str] | None = None, offsets: Offsets | None = None
) -> Imported:
    """Check and convert raw documents. ``mapping`` is foreign label → ours, or ``-`` to leave out."""
    out = Imported()
    for raw in raws:
        _one(raw, mapping or {}, offsets, out)
    return out


def _one(raw: RawDoc, mapping: Mapping[str, str], offsets: Offsets | None, out: Imported) -> None:
    if not raw.text:
        out.rejects.append(Reject(raw.doc_id, "没有正文"))
        return
    sha = digest(raw.text)
    if raw.sha256 and raw.sha256 != sha:
        out.rejects.append(Reject(raw.doc_id, "正文与其校验值不符，可能在标注工具中被改动"))
        return
    marks: Sequence[RawMark] = raw.marks
    if offsets == "utf16" or (offsets is None and _speaks_utf16(raw)):
        marks = _from_utf16(raw, out)
        out.converted += 1
    kept: dict[tuple[int, int, str], Mark] = {}
    ids: dict[str, str] = {}
    for number, mark in enumerate(marks):
        placed = _placed(raw, mark, out)
        label = _label(raw, mark, mapping, out) if placed else ""
        if not placed or not label:
            continue
        made = _mark(raw.text, replace(mark, start=placed[0], end=placed[1]), label, number)
        old = kept.get(made.place)
        ids[mark.id or made.id] = old.id if old else made.id
        kept[made.place] = better(old, made) if old else made
    links = tuple(
        Link(link.id, ids[link.from_id], ids[link.to_id], link.type)
        for link in raw.links
        if link.from_id in ids and link.to_id in ids
    )
    doc = Doc.of(raw.doc_id or sha[:16], raw.text, kept.values(), meta=dict(raw.meta))
    import msgspec

    out.docs.append(msgspec.structs.replace(doc, relations=links, annotator=raw.annotator, decided_at=raw.decided_at))


def better(old: Mark, new: Mark) -> Mark:
    """Which of two marks on one place stands: people beat machines, later beats earlier."""
    if old.origin == "human" and new.origin != "human":
        return old
    return new


def _speaks_utf16(raw: RawDoc) -> bool:
    """Whether the quotes stand at the offsets only when these are read as UTF-16."""
    quoted = [m for m in raw.marks if m.quote is not None]
    if not quoted or all(ord(c) <= 0xFFFF for c in raw.text):
        return False
    if all(raw.text[m.start : m.end] == m.quote for m in quoted):
        return False
    starts = utf16_starts(raw.text)
    for mark in quoted:
        a, b = to_points(starts, mark.start), to_points(starts, mark.end)
        if a is None or b is None or raw.text[a:b] != mark.quote:
            return False
    return True


def _from_utf16(raw: RawDoc, out: Imported) -> list[RawMark]:
    starts = utf16_starts(raw.text)
    kept: list[RawMark] = []
    for mark in raw.marks:
        a, b = to_points(starts, mark.start), to_points(starts, mark.end)
        if a is None or b is None:
            out.rejects.append(_reject(raw, mark, "UTF-16 位置落在字符中间或超出正文"))
        else:
            kept.append(replace(mark, start=a, end=b))
    return kept


def _placed(raw: RawDoc, mark: RawMark, out: Imported) -> tuple[int, int] | None:
    """Where the mark really stands, None when it was rejected."""
    text = raw.text
    inside = 0 <= mark.start < mark.end <= len(text)
    if mark.quote is None:
        if not inside:
            out.rejects.append(_reject(raw, mark, "位置超出正文或为空，且没有引文可供核对"))
            return None
        return mark.start, mark.end
    if inside and text[mark.start : mark.end] == mark.quote:
        return mark.start, mark.end
    low, high = max(0, mark.start - REACH), max(0, mark.end + REACH)
    near = text[low:high]
    if mark.quote and near.count(mark.quote) == 1 and near.find(mark.quote) == near.rfind(mark.quote):
        at = low + near.find(mark.quote)
        out.repaired += 1
        return at, at + len(mark.quote)
    reason = "引文在该处前后 20 字内不唯一" if mark.quote and mark.quote in near else "引文不在所称位置附近"
    out.rejects.append(_reject(raw, mark, reason))
    return None


def _label(raw: RawDoc, mark: RawMark, mapping: Mapping[str, str], out: Imported) -> str:
    label = mapping.get(mark.label, mark.label)
    if label == DROP:
        return ""
    if label not in known_labels():
        out.rejects.append(_reject(raw, mark, f"不认识的标签“{mark.label}”，请在对照表中写明对应的事项"))
        return ""
    return label


def _mark(text: str, raw: RawMark, label: str, number: int) -> Mark:
    return Mark(
        raw.id or f"m{number}", raw.start, raw.end, text[raw.start : raw.end], label, raw.layer or layer_of(label),
        raw.origin, raw.model, raw.score, raw.status,
    )  # fmt: skip


def _reject(raw: RawDoc, mark: RawMark, reason: str) -> Reject:
    return Reject(raw.doc_id, reason, mark.start, mark.end, mark.label, mark.quote or "")
