"""All passages of one pair of reports: a function of the two reports and their islands alone.

Both engines call it, the embedded one directly and the distributed one inside Arrow batches, so that
they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.fuzz import ratio

from jihe_audit.reuse.differences import MOST, Change, names_left, number_changes, word_changes
from jihe_audit.reuse.growth import Island, grow
from jihe_audit.reuse.masking import NAME, NUMBER, fold_name
from jihe_audit.reuse.pairing import Pair, align, by_section, masked_similarity
from jihe_audit.reuse.sections import KINDS, rules, section_kinds
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.side import Frequent, Quote, Side

_NUMBER, _NAME = chr(NUMBER), chr(NAME)
_RENAMED = Change("名称替换", "〔名称〕", "〔名称〕")


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a pair, ready to be aligned."""

    doc: int
    side: Side
    names: tuple[str, ...]


class Aligned(NamedTuple):
    """An aligned passage before it is graded.

    Offsets are code points into the canonical texts; ``evidence`` is its length in masked symbols without
    template clauses, ``whole`` that of the passage before it was cut at section borders; ``forms`` and
    ``outlined`` are the shares of it that are clauses filled in with numbers, and prescribed wording.
    ``aside`` is 0, or the grade (1 template, 2 outline) that frequency gave it. ``thin`` says that
    frequencies could not speak, ``near`` that both reports are of one region.
    """

    a: int
    b: int
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    kind_a: str
    kind_b: str
    evidence: int
    whole: int
    holders: int
    thin: int
    near: int
    aside: int
    forms: float
    outlined: float
    similarity: float
    masked_similarity: float
    a_quote: str
    b_quote: str
    changed: tuple[Change, ...]


@cache
def _outline_phrases() -> frozenset[str]:
    aliases = [alias for kind in section_kinds().values() for alias in kind.aliases]
    return frozenset(fold_name(p) for p in (*rules()["outline"]["phrases"], *aliases))


@cache
def _set_phrases() -> tuple[str, ...]:
    return tuple(fold_name(p) for p in rules()["outline"]["common"])


@lru_cache(maxsize=65536)
def prescribed(clause: str) -> bool:
    """Whether a masked clause is wording of the rulebook's outlines, or mostly a set phrase."""
    return clause in _outline_phrases() or any(p in clause and 2 * len(p) >= len(clause) for p in _set_phrases())


def _changes(a: Side, b: Side, quotes: tuple[Quote, Quote], pairs: Sequence[Pair]) -> tuple[float, list[Change]]:
    """Unmasked similarity of the paired clauses, weighted by length, and what differs between them."""
    agreed = total = 0.0
    changes: list[Change] = []
    written_a, written_b = quotes[0].clause, quotes[1].clause
    for i, j, _ in pairs:
        x, y = written_a(i), written_b(j)
        weight = len(x) + len(y)
        total += weight
        agreed += weight if x == y else weight * (ratio(x, y) / 100)
        if len(changes) >= MOST:
            continue
        masked_a, masked_b = a.text(i), b.text(j)
        if _NUMBER in masked_b:
            changes += number_changes(x, y)
        if masked_a != masked_b:
            changes += word_changes(masked_a, masked_b)
        elif x != y and _NAME in masked_b and changes[-1:] != [_RENAMED]:
            changes.append(_RENAMED)
    return agreed / total if total else 0.0, changes


def _passage(
    a: Report, b: Report, part: Sequence[Pair], lengths: tuple[int, int], island: Island, flags: tuple[int, int, int]
) -> Aligned:
    """``lengths`` are the evidence in the part, and in the passage from which it was cut."""
    thin, near, aside = flags
    side_a, side_b = a.side, b.side
    in_a = [pair.i for pair in part]
    bounds = Island(min(in_a), max(in_a), part[0].j, part[-1].j)
    quote_a, quote_b = side_a.quote(bounds.a0, bounds.a1), side_b.quote(bounds.b0, bounds.b1)
    similarity, changes = _changes(side_a, side_b, (quote_a, quote_b), part)
    left = names_left(quote_a.text, quote_b.text, a.names, b.names, quote_a.start, quote_b.start)
    matched = forms = outlined = 0
    for _, j, _ in part:
        word = side_b.text(j)
        matched += len(word)
        forms += len(word) if _NUMBER in word else 0
        outlined += len(word) if prescribed(word) else 0
    masked = masked_similarity(side_a, side_b, bounds, part)
    return Aligned(
        a=a.doc,
        b=b.doc,
        a_start=quote_a.start,
        a_end=quote_a.end,
        b_start=quote_b.start,
        b_end=quote_b.end,
        kind_a=KINDS[side_a.kinds[part[0].i]],
        kind_b=KINDS[side_b.kinds[part[0].j]],
        evidence=lengths[0],
        whole=lengths[1],
        holders=island.holders(bounds.b0, bounds.b1),
        thin=thin,
        near=near,
        aside=aside,
        forms=round(forms / (matched or 1), 4),
        outlined=round(outlined / (matched or 1), 4),
        similarity=round(min(similarity, 1.0) * min(masked, 1.0), 4) if masked < 1 else round(similarity, 4),
        masked_similarity=round(masked, 4),
        a_quote=quote_a.text,
        b_quote=quote_b.text,
        changed=tuple((left + changes)[:MOST]),
    )


def _evidence(side: Side, part: Sequence[Pair], aside: int) -> int:
    """Length in masked symbols of what matches and is neither frequent nor prescribed."""
    if aside:
        return sum(len(side.text(j)) for _, j, _ in part)
    found = 0.0
    for _, j, alike in part:
        word = side.open(j)
        if word and not prescribed(word):
            found += len(word) * alike
    return round(found)


def align_pair(
    a: Report,
    b: Report,
    islands: Sequence[Island],
    settings: Settings,
    *,
    thin: int,
    near: int,
    aside: int = 0,
) -> Iterator[Aligned]:
    """The passages of one pair of reports, in the order of ``b``.

    ``aside`` is given for islands of template (1) or outline (2), which are aligned but not grown.
    """
    merged = islands if aside else grow(a.side, b.side, islands, settings)
    for island in merged:
        pairs = align(a.side, b.side, island, settings)
        whole = _evidence(b.side, pairs, aside)
        if whole < settings.shortest and not aside and not thin:
            continue
        least = 0 if thin else settings.shortest
        parts = by_section(a.side, b.side, pairs, least=least)
        for part in parts:
            own = whole if len(parts) == 1 else _evidence(b.side, part, aside)
            yield _passage(a, b, part, (own, whole), island, (thin, near, aside))


def align_islands(
    a: Report,
    b: Report,
    islands: list[Island],
    frequent: Frequent,
    settings: Settings,
    thin: int,
    near: int,
    *,
    aside: bool,
) -> Iterator[Aligned]:
    """The passages of one pair from its islands, either rare ones or those that were set aside."""
    if not aside:
        yield from align_pair(a, b, islands, settings, thin=thin, near=near)
        return
    for island in islands:
        at = np.searchsorted(frequent.pairs, b.side.clauses.pairs[0][island.b0])
        yield from align_pair(a, b, [island], settings, thin=thin, near=near, aside=int(frequent.grades[at]))
