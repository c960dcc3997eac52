"""Planted errors of words: years, names, directions, sections."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from jihe_corpus.gold import Annotated
from jihe_corpus.mistakes import Edit, Kind, Proposal, facts_of, places_of

_HEADING = re.compile(r"^(?:## )?([一二三四五六七八九十])、[^\n]*$", re.M)
_FLIPS = {"增长": "下降", "下降": "增长", "增加": "减少", "减少": "增加", "增幅": "降幅", "降幅": "增幅"}
_FLIPS |= {
    "多支": "少支",
    "少支": "多支",
    "上升": "下降",
    "调增": "调减",
    "调减": "调增",
    "追加": "核减",
    "核减": "追加",
}


def other_year(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A sentence of the body speaks of another year."""
    year = annotated.gold.year
    if not year:
        return
    hits = [m.start() for m in re.finditer(rf"{year}(?=年|预算年度)", annotated.text)]
    for at in hits[1:]:
        new = str(int(year) - rng.choice([2, 3]))
        yield Proposal((Edit(at, at + 4, new),), (), ("L04", "L08", "L09", "T", "A07"))


def other_unit(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The name of another unit stands in the body."""
    unit = annotated.gold.unit
    if len(unit) < 5:
        return
    stranger = rng.choice(["丹崖", "雁塘", "朗溪", "金穗", "墨池"]) + unit[2:]
    hits = [m.start() for m in re.finditer(re.escape(unit), annotated.text)]
    for at in hits[1:]:
        yield Proposal((Edit(at, at + len(unit), stranger),), (), ("L08", "L04", "M", "T"))


def direction_flipped(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A direction word says the opposite of the figures."""
    facts = facts_of(annotated)
    for claim in annotated.gold.claims:
        if claim.kind not in ("growth", "difference") and not (claim.kind == "sum" and len(claim.operands) == 2):
            continue
        for figure in [facts[claim.stated], *(facts[o] for o in claim.operands)]:
            before = annotated.text[max(0, figure.start - 6) : figure.start].rstrip()
            word = next((w for w in _FLIPS if before.endswith((w, w + "了", w + "数", w + "预算", w + "金额"))), "")
            if word and figure.measure in ("变动率", "增减额", "调增数", "调减数"):
                at = annotated.text.rfind(word, 0, figure.start)
                places = places_of([facts[claim.stated], *(facts[o] for o in claim.operands)])
                edit = Edit(at, at + len(word), _FLIPS[word])
                reasons = ("A15", "A01", "A07", "A08", "N")
                yield Proposal((edit,), places, reasons, also=((figure.start, figure.end),))


def _headings(text: str) -> list[re.Match[str]]:
    return list(_HEADING.finditer(text))


def section_dropped(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A middle section's heading and text are gone, its number with them."""
    found = _headings(annotated.text)
    for here, after in pairwise(found[1:]):
        if after.start() - here.start() < 400:
            yield Proposal(
                (Edit(here.start(), after.start(), ""),), ((after.start(), after.end()),), ("L03", "L", "T8")
            )


def section_doubled(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A section stands twice."""
    found = _headings(annotated.text)
    for here, after in pairwise(found[1:]):
        body = annotated.text[here.start() : after.start()]
        if len(body) < 300 and not re.search(r"\d", body):
            yield Proposal(
                (Edit(after.start(), after.start(), body),), ((here.start(), here.end()),), ("L03", "L", "N06")
            )


def section_misnumbered(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A heading bears the number of the one before it."""
    found = _headings(annotated.text)
    for before, here in pairwise(found):
        yield Proposal((Edit(here.start(1), here.end(1), before.group(1)),), (), ("L03", "L"))


def kinds_of_words() -> dict[str, Kind]:
    """Mistakes in years, names, direction words and sections."""
    return {
        "other_year": other_year,
        "other_unit": other_unit,
        "direction_flipped": direction_flipped,
        "section_dropped": section_dropped,
        "section_doubled": section_doubled,
        "section_misnumbered": section_misnumbered,
    }
