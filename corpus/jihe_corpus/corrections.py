"""An evaluator's corpus: annotated texts in one folder, every correction kept, nothing lost on a crash.

``<folder>/docs.jsonl`` holds the annotated texts (native format), ``<folder>/rejects.jsonl`` what could not
be imported and why. Importing the same thing twice changes nothing: a mark's key is the text's digest, its
offsets and its layer, and people beat machines.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jihe_corpus.formats import native
from jihe_corpus.formats.importing import Imported, Reject, better, import_docs
from jihe_corpus.formats.raw import FormatError
from jihe_corpus.spans import Doc, Mark

DOCS = "docs.jsonl"
REJECTS = "rejects.jsonl"


class CorpusError(ValueError):
    """A corpus folder that cannot be used; the message is Chinese."""


@dataclass(frozen=True)
class Merge:
    """What an import changed."""

    new_docs: int
    new_marks: int
    changed_marks: int


class Corrections:
    """The corpus of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> list[Doc]:
        """All documents, ordered by id; every quote checked.

        Raises:
            CorpusError: the file is damaged.
        """
        path = self.folder / DOCS
        if not path.is_file():
            return []
        try:
            found = import_docs(native.read(path.read_bytes()))
        except FormatError as error:
            raise CorpusError(f"语料 {path} 损坏：{error}") from error
        if found.rejects:
            first = found.rejects[0]
            raise CorpusError(
                f"语料 {path} 有 {len(found.rejects)} 处标注与正文不符，首处：{first.doc_id} {first.reason}"
            )
        return sorted(found.docs, key=lambda d: (d.doc_id, d.sha256))

    def corrected(self, split: str = "train") -> list[Doc]:
        """Documents with at least one accepted mark: what a model is refitted on, or (``test``) measured on."""
        held = {"train": False, "test": True}[split]
        gold = [d for d in self.load() if any(m.status == "accepted" for m in d.spans)]
        return [d for d in gold if (d.meta.get("split") == "test") is held]

    def replace(self, docs: Iterable[Doc]) -> None:
        """Write the documents in place of what is there."""
        self._write(DOCS, native.export(sorted(docs, key=lambda d: (d.doc_id, d.sha256))))

    def merge(self, imported: Imported) -> Merge:
        """Take in what was imported, and write down what was rejected."""
        by_text = {d.sha256: d for d in self.load()}
        before = {sha: {m.place: m for m in d.spans} for sha, d in by_text.items()}
        for doc in imported.docs:
            old = by_text.get(doc.sha256)
            by_text[doc.sha256] = _united(old, doc) if old else doc
        docs = sorted(by_text.values(), key=lambda d: (d.doc_id, d.sha256))
        self._write(DOCS, native.export(docs))
        if imported.rejects:
            self._reject(imported.rejects)
        new = changed = 0
        for sha, doc in by_text.items():
            known = before.get(sha, {})
            new += sum(m.place not in known for m in doc.spans)
            changed += sum(m.place in known and known[m.place] != m for m in doc.spans)
        return Merge(len(by_text) - len(before), new, changed)

    def _reject(self, rejects: Sequence[Reject]) -> None:
        path = self.folder / REJECTS
        known = path.read_bytes().splitlines() if path.is_file() else []
        lines = [msgspec.json.encode(r) for r in rejects]
        every = list(dict.fromkeys([*known, *lines]))
        self._write(REJECTS, b"".join(line + b"\n" for line in every))

    def _write(self, name: str, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{os.getpid()}.part"
        try:
            draft.write_bytes(data)
            draft.replace(self.folder / name)
        finally:
            draft.unlink(missing_ok=True)


def _united(old: Doc, new: Doc) -> Doc:
    """Two states of one text: marks by place, people before machines; relations of both."""
    marks: dict[tuple[int, int, str], Mark] = {m.place: m for m in old.spans}
    ids = {m.id for m in old.spans}
    renamed: dict[str, str] = {}
    for mark in new.spans:
        held = marks.get(mark.place)
        chosen = better(held, mark) if held else mark
        if held:
            renamed[mark.id] = held.id
            chosen = msgspec.structs.replace(chosen, id=held.id)
        elif mark.id in ids:
            fresh = _free(mark.id, ids)
            renamed[mark.id] = fresh
            chosen = msgspec.structs.replace(mark, id=fresh)
        ids.add(chosen.id)
        marks[mark.place] = chosen
    links = {(r.from_id, r.to_id, r.type): r for r in old.relations}
    for link in new.relations:
        ends = renamed.get(link.from_id, link.from_id), renamed.get(link.to_id, link.to_id)
        links.setdefault((*ends, link.type), msgspec.structs.replace(link, from_id=ends[0], to_id=ends[1]))
    doc = Doc.of(old.doc_id, old.text, marks.values(), meta={**old.meta, **new.meta})
    return msgspec.structs.replace(
        doc,
        relations=tuple(links.values()),
        annotator=new.annotator or old.annotator,
        decided_at=new.decided_at or old.decided_at,
    )


def _free(wanted: str, taken: Iterable[str]) -> str:
    taken = set(taken)
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
