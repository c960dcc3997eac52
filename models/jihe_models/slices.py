"""The frozen slices that every candidate is measured on; none of them is trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from jihe_corpus.alignment import Alignment
from jihe_corpus.gold import Annotated
from jihe_corpus.grammar.dialect import dialects
from jihe_corpus.grammar.report import write
from jihe_corpus.spans import Mark
from jihe_corpus.wordings.rephrase import provinces, rephrase
from jihe_corpus.wordings.sentences import sentences, unseen_names
from jihe_extract.binding import prose_blocks
from jihe_extract.extraction import prose_quantities
from jihe_extract.reading import read
from jihe_models.examples import Paragraph, from_doc, from_gold, shifted

HELD_OUT = 900_000
"""Seeds from here on are for measuring."""


def dialect_slice(name: str, reports: int = 4, *, first: int = HELD_OUT) -> list[Paragraph]:
    """Held-out reports of a dialect of the grammar."""
    found: list[Paragraph] = []
    for seed in range(first, first + reports):
        report = write(seed, name, layout="plain")
        found += from_gold(Annotated(report.text, report.gold))
    return found


def rephrased_slice(province: str, reports: int = 8, *, first: int = HELD_OUT) -> list[Paragraph]:
    """Held-out reports of the test dialects, told in a province's words (``""``: in their own)."""
    found: list[Paragraph] = []
    unseen = [d.id for d in dialects().values() if d.split == "test"]
    for number in range(reports):
        report = write(first + number, unseen[number % len(unseen)], layout="plain")
        annotated = Annotated(report.text, report.gold, report.name)
        found += from_gold(rephrase(annotated, province) if province else annotated)
    return found


def wording_slice(name: str, count: int = 300, *, seed: int = HELD_OUT) -> list[Paragraph]:
    """Held-out sentences of a wording."""
    return [p for doc in sentences(name, count, seed) for p in from_doc(doc, name)]


def frozen(reports: int = 4, count: int = 300) -> dict[str, Callable[[], list[Paragraph]]]:
    """Slice name → what draws it: train dialects on held-out seeds, test dialects, blind wordings."""
    found: dict[str, Callable[[], list[Paragraph]]] = {}
    for dialect in dialects().values():
        kind = "known" if dialect.split == "train" else "unseen"
        found[f"{kind}/{dialect.id}"] = lambda d=dialect.id: dialect_slice(d, reports)  # type: ignore[misc]
    found["known/wordings"] = lambda: wording_slice("train", count)
    for name in provinces():
        found[f"blind/{name}"] = lambda n=name: rephrased_slice(n, reports * 2)  # type: ignore[misc]
    for name in unseen_names():
        found[name.replace("-", "/", 1)] = lambda n=name: wording_slice(n, count)  # type: ignore[misc]
    return found


def real(labels: Path, folder: Path) -> dict[str, list[Paragraph]]:
    """Paragraphs of real reports with hand labels, by file; files that are absent or changed are left out."""
    found: dict[str, list[Paragraph]] = {}
    for name, entry in json.loads(labels.read_text(encoding="utf-8")).items():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]:
            found[name] = _real(path, entry)
    return found


def _real(path: Path, entry: dict[str, list[list[object]]]) -> list[Paragraph]:
    raw = path.read_bytes().decode("utf-8")
    document = read(path, name=path.name)
    alignment = Alignment(raw, document.text)
    roles = {(int(str(a)), int(str(b))): str(role) for a, b, _, role in entry["quantities"]}
    names = {(int(str(a)), int(str(b))): str(label) for a, b, label in entry["names"]}
    figures = prose_quantities(document)
    out: list[Paragraph] = []
    for block in prose_blocks(document):
        inside = [f for f in figures if block.span.start <= f.span.start < block.span.end]
        places = [alignment.to_gold(f.span.start, f.span.end) for f in inside]
        marks = []
        for (start, end), label in names.items():
            a, b = _canonical(alignment, start, end)
            if block.span.start <= a < b <= block.span.end:
                a, b = a - block.span.start, b - block.span.start
                marks.append(Mark("", a, b, document.quote(block.span)[a:b], label, "name"))
        if inside:
            moved = tuple(shifted(f, -block.span.start) for f in inside)
            wanted = tuple(roles.get(p, "") if p else "" for p in places)
            out.append(Paragraph(document.quote(block.span), moved, wanted, tuple(marks), "", path.name))
    return out


def _canonical(alignment: Alignment, start: int, end: int) -> tuple[int, int]:
    place = alignment.to_document(start, end)
    return place if place else (0, 0)
