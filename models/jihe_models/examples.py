"""From annotated texts to what the trainers eat: paragraphs, their quantities, their roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jihe_corpus.alignment import Alignment
from jihe_corpus.gold import Annotated
from jihe_corpus.spans import Doc, Mark
from jihe_extract.extraction import prose_quantities
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.numbers.spotting import quantities
from jihe_extract.prose.binding import prose_blocks
from jihe_extract.prose.words import load_words
from jihe_extract.reading import read_text
from jihe_models.features import OTHER

_SAME = {"未定": OTHER, "业务量": OTHER, "个数": OTHER, "采购执行率": "执行率", "*": ""}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: ``roles[i]`` is the measure of ``figures[i]``, ``""`` when unlabelled. Offsets from 0."""

    text: str
    figures: tuple[Quantity, ...]
    roles: tuple[str, ...]
    names: tuple[Mark, ...] = ()
    kind: str = ""
    source: str = ""


def role_of(measure: str) -> str:
    """The model's label of a gold measure; ``""`` for one that cannot be learnt."""
    label = _SAME.get(measure, measure)
    return label if label in ("", OTHER) or label in load_words().measures else ""


def from_doc(doc: Doc, source: str = "") -> Iterator[Paragraph]:
    """The paragraphs of an annotated text (its lines), with its accepted marks."""
    by_end = {m.end: m for m in doc.gold("qty")}
    names = list(doc.gold("name"))
    at = 0
    for line in doc.text.split("\n"):
        end = at + len(line)
        figures = tuple(quantities(line))
        roles = tuple(_role_at(by_end, at, q) for q in figures)
        inside = tuple(_moved(m, -at) for m in names if at <= m.start and m.end <= end)
        if figures or inside:
            yield Paragraph(line, figures, roles, inside, doc.meta.get("type", ""), source or doc.doc_id)
        at = end + 1


def _role_at(by_end: dict[int, Mark], at: int, figure: Quantity) -> str:
    mark = by_end.get(at + figure.span.end)
    if mark is None or mark.start > at + figure.span.end - 1:
        return ""
    return role_of(mark.label)


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(mark.id, mark.start + by, mark.end + by, mark.text, mark.label, mark.layer)


def from_gold(annotated: Annotated) -> Iterator[Paragraph]:
    """The prose paragraphs of a gold report, as the reader sees them."""
    document = read_text(annotated.text)
    alignment = Alignment(annotated.text, document.text)
    gold = {_trim(annotated.text, f.start, f.end): role_of(f.measure) for f in annotated.gold.facts}
    figures = prose_quantities(document)
    i = 0
    for block in prose_blocks(document):
        inside: list[Quantity] = []
        roles: list[str] = []
        while i < len(figures) and figures[i].span.start < block.span.end:
            if figures[i].span.start >= block.span.start:
                place = alignment.to_gold(figures[i].span.start, figures[i].span.end)
                inside.append(shifted(figures[i], -block.span.start))
                roles.append(gold.get(place, "") if place else "")
            i += 1
        if inside:
            yield Paragraph(document.quote(block.span), tuple(inside), tuple(roles), (), "", annotated.gold.dialect)


def shifted(figure: Quantity, by: int) -> Quantity:
    """The quantity at another offset."""
    from msgspec.structs import replace

    from jihe_extract.document import Span

    return replace(figure, span=Span(figure.span.start + by, figure.span.end + by)) if by else figure


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def all_paragraphs(docs: Iterable[Doc]) -> list[Paragraph]:
    """The paragraphs of several annotated texts."""
    return [p for doc in docs for p in from_doc(doc)]
