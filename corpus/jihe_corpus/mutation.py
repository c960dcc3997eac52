"""Whether a planted error was found, for the right reason, with the right figure named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jihe_corpus.alignment import Alignment
from jihe_corpus.seeding import Planted
from jihe_corpus.tallies import Flag, Place, overlap


@dataclass(frozen=True)
class Hunt:
    """The fate of one planted error.

    ``found`` is 1 when a new error or warning has the planted place in its evidence for an accepted reason,
    ½ when the reason is another, else 0. ``culprit``: one of those findings puts the planted place first.
    ``stray`` counts new errors that touch neither the planted place nor the relations it breaks.
    """

    kind: str
    found: float
    culprit: bool
    stray: int
    by: tuple[str, ...] = ()


def hunt(planted: Planted, document: str, before: Sequence[Flag], after: Sequence[Flag]) -> Hunt:
    """Judge the findings on a seeded report; ``before`` are those on the report without the error."""
    alignment = Alignment(planted.text, document)
    known = {_mark(f) for f in before}
    fresh = [f for f in after if f.severity != "info" and _mark(f) not in known]
    place = alignment.to_document(planted.manifest.start, max(planted.manifest.end, planted.manifest.start + 1))
    related = [p for q in planted.manifest.related if (p := alignment.to_document(*q))]
    also = [p for q in planted.manifest.also if (p := alignment.to_document(*q))]
    cut = not planted.manifest.changed
    targets = [p for p in [place, *also, *(related if cut else [])] if p]
    hits = [f for f in fresh if any(overlap(e, t) for e in f.places for t in targets)]
    right = [f for f in hits if _reason_fits(f, planted.manifest.categories)]
    culprit = any(f.places and any(overlap(f.places[0], t) for t in targets) for f in hits)
    touched = [*targets, *related, *_relation_places(planted, alignment)]
    stray = [f for f in fresh if f.severity == "error" and not any(overlap(e, t) for e in f.places for t in touched)]
    return Hunt(
        kind=planted.manifest.kind,
        found=1.0 if right else 0.5 if hits else 0.0,
        culprit=culprit,
        stray=len(stray),
        by=tuple(sorted({f.rule for f in hits})),
    )


def _mark(flag: Flag) -> tuple[str, str]:
    return flag.rule, flag.says


def _reason_fits(flag: Flag, categories: Sequence[str]) -> bool:
    return not categories or not flag.category or flag.category.startswith(tuple(categories))


def _relation_places(planted: Planted, alignment: Alignment) -> list[Place]:
    """Places of every figure of a relation that the planted figure takes part in."""
    start, end = planted.manifest.start, planted.manifest.end
    facts = {f.id: f for f in planted.gold.facts}
    mine = {f.id for f in planted.gold.facts if f.start < end and start < f.end}
    near = set(mine)
    for claim in planted.gold.claims:
        members = {claim.stated, *claim.operands} - {""}
        if members & mine or claim.verdict == "broken":
            near |= members
    for row in planted.gold.rows:
        members = {i for _, i in row.figures()}
        if members & mine:
            near |= members
    return [p for i in near if i in facts and (p := alignment.to_document(facts[i].start, facts[i].end))]
