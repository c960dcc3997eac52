"""What to annotate next: disagreement of rule and model first, then low margins, each kind of wording once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from jihe_corpus.spans import Doc, Mark
from jihe_extract.document import Document
from jihe_extract.extraction import extract, prose_quantities
from jihe_extract.facts import Fact
from jihe_extract.prose.binding import prose_blocks
from jihe_models.binder import guess
from jihe_models.examples import shifted
from jihe_models.features import OTHER
from jihe_models.measures import alike
from jihe_models.model import Model
from jihe_models.naming import Namer

_UNNAMED = frozenset({"未定", "业务量", "个数"})
_SHAPE = regex.compile(r"[0-9０-９.,，]+")
MARGIN_CAP = 9.0


@dataclass(frozen=True)
class Item:
    """One paragraph to annotate, with suggestions. Lower ``rank`` comes first."""

    doc: Doc
    rank: tuple[float, float]
    disagreements: int
    least_margin: float
    novelty: float
    """Share of the paragraph's figures on which rule and model do not agree."""


def queue(
    documents: Iterable[Document], model: Model, *, limit: int = 50, known: frozenset[str] = frozenset()
) -> list[Item]:
    """Paragraphs in the order in which annotating them teaches most.

    ``known`` are digests of paragraphs already annotated. A wording that stands in the queue already lets
    others pass: of paragraphs alike but for figures and names only one is taken until all kinds are in.
    """
    items = [item for document in documents for item in _items(document, model) if item.doc.sha256 not in known]
    items.sort(key=lambda i: (i.rank, i.doc.doc_id))
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int, Item]] = []
    for place, item in enumerate(items):
        shape = _shape(item.doc.text)
        turns.append((seen[shape], place, item))
        seen[shape] += 1
    turns.sort(key=lambda t: t[:2])
    return [item for _, _, item in turns[:limit]]


def _shape(text: str) -> str:
    """The paragraph's words around its figures, so that paragraphs of one template look alike."""
    masked = _SHAPE.sub("0", text.replace(" ", ""))
    return "|".join(masked[max(0, m.start() - 4) : m.start()] for m in regex.finditer("0", masked))


def _items(document: Document, model: Model) -> list[Item]:
    figures = prose_quantities(document)
    facts = {f.quantity.span: f for f in extract(document).facts}
    guesses = guess(model, document, figures)
    namer = Namer.of(model)
    found: list[Item] = []
    for number, block in enumerate(prose_blocks(document)):
        here = [k for k, f in enumerate(figures) if block.span.start <= f.span.start < block.span.end]
        if not here:
            continue
        text = document.quote(block.span)
        marks: list[Mark] = []
        apart, margins = 0, []
        for k in here:
            said = guesses[k]
            rule = _role(facts.get(figures[k].span))
            agree = alike(rule, said.label)
            apart += not agree
            margins.append(said.margin)
            span = figures[k].span
            a, b = span.start - block.span.start, span.end - block.span.start
            label = said.label if rule == OTHER or agree else rule
            marks.append(
                Mark(f"q{k}", a, b, text[a:b], label, "qty", "model", model.by, round(said.margin, 3), "suggested")
            )
        inside = [shifted(figures[k], -block.span.start) for k in here]
        for n, name in enumerate(namer.find(text, inside, [guesses[k] for k in here])):
            quote = text[name.start : name.end]
            marks.append(
                Mark(f"n{n}", name.start, name.end, quote, name.label, "name", "model", model.by, None, "suggested")
            )
        least = min(margins)
        meta = {"file": document.name, "disagreements": str(apart), "least_margin": f"{least:.3f}"}
        unique = {m.place: m for m in reversed(marks)}.values()
        doc = Doc.of(f"{document.name}#{number:04d}", text, unique, meta=meta)
        rank = (-float(apart > 0), min(least, MARGIN_CAP))
        found.append(Item(doc, rank, apart, least, apart / len(here)))
    return found


def _role(fact: Fact | None) -> str:
    return OTHER if fact is None or fact.measure in _UNNAMED else fact.measure
