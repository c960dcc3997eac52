"""The frozen slices that every candidate is measured on; none of them is trained on."""

from __future__ import annotations

from collections.abc import Callable

from jihe_corpus.gold import Annotated
from jihe_corpus.grammar.dialect import dialects
from jihe_corpus.grammar.report import write
from jihe_corpus.wordings.rephrase import provinces, rephrase
from jihe_corpus.wordings.sentences import sentences, unseen_names
from jihe_models.examples import Paragraph, from_doc, from_gold

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
