"""Hand-labelled real reports: measured on when they are at hand, never trained on, kept outside the repository.

The labels hold offsets into the raw text and the digest of the file, not its sentences.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jihe_corpus.alignment import Alignment
from jihe_corpus.spans import Mark
from jihe_extract.extraction import extract, prose_quantities
from jihe_extract.prose.binding import prose_blocks
from jihe_extract.reading import read
from jihe_models.binder import binder_for
from jihe_models.examples import Paragraph, shifted
from jihe_models.measuring import NameScore
from jihe_models.model import Model

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "models" / "real_labels.json"
SECOND = "real_labels_second.json"
"""Beside the labels: a sample labelled again from the text alone, without sight of the first labels."""
REPORTS = ROOT.parent / "shared" / "reports"


def real(labels: Path, folder: Path) -> dict[str, list[Paragraph]]:
    """Paragraphs of real reports with hand labels, by file; files that are absent or changed are left out."""
    return {path.name: _real(path, entry) for path, entry in _present(labels, folder)}


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


def _present(labels: Path, folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for name, entry in json.loads(labels.read_text(encoding="utf-8")).items():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]:
            yield path, entry


def agreement(labels: Path) -> tuple[int, int]:
    """How many figures of the second labelling have a measure that the first admits, and how many there are."""
    first = json.loads(labels.read_text(encoding="utf-8"))
    second = json.loads((labels.parent / SECOND).read_text(encoding="utf-8"))
    known = {(name, a, b): role for name, entry in first.items() for a, b, _, role in entry["quantities"]}
    pairs = [(known[name, a, b], role) for name, rows in second.items() for a, b, role in rows]
    return sum(bool(set(one.split("|")) & set(two.split("|"))) for one, two in pairs), len(pairs)


def row_names(model: Model, labels: Path, folder: Path) -> NameScore:
    """Names of the indicator rows that the audit works with, from prose and tables, against the labels.

    A name is exact when it begins where the label does and says the same, blanks and widths aside.
    """
    score = NameScore()
    for path, entry in _present(labels, folder):
        document = read(path, name=path.name)
        raw = path.read_bytes().decode("utf-8")
        alignment = Alignment(raw, document.text)
        want = {}
        for a, b, _ in entry["names"]:
            place = alignment.to_document(a, b)
            want[place[0] if place else -a - 1] = _folded(raw[a:b])
        rows = extract(document, binder=binder_for(model)).rows
        said = {r.name.start: _folded(r.indicator) for r in rows if r.name is not None and r.path[0] != "预算执行率"}
        score.gold += len(want)
        score.said += len(said)
        score.exact += sum(said.get(at) == name for at, name in want.items())
        score.touched += len(want.keys() & said.keys())
    return score


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
