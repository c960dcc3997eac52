"""All passages of one pair of reports: a function of the two reports and their islands alone.

Both engines call it, the embedded one directly and the distributed one inside Arrow batches, so that
they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from jihe_audit.reuse.differences import MOST, Change, compact, names_left, number_changes, word_changes
from jihe_audit.reuse.growth import Frequent, Island, Pair, Side, align, by_section, grow, masked_similarity
from jihe_audit.reuse.masking import NAME, NUMBER, fold_name
from jihe_audit.reuse.sections import KINDS, rules, section_kinds
from jihe_audit.reuse.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a pair, ready to be aligned. ``read`` gives a stretch (start, end) of its canonical text."""

    doc: int
    side: Side
    names: tuple[str, ...]
    read: Callable[[int, int], str]


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


@dataclass(frozen=True, slots=True)
class _Quote:
    """A stretch of a report's canonical text, from which its clauses are quoted."""

    side: Side
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, report: Report, first: int, last: int) -> _Quote:
        start, end = report.side.clauses.bounds(first, last)
        return cls(report.side, start, end, report.read(start, end))

    def clause(self, n: int) -> str:
        """The words of a clause as written, without white space, widths folded."""
        start, end = self.side.clauses.bounds(n, n)
        return compact(self.text[start - self.start : end - self.start])


def _changes(a: _Quote, b: _Quote, pairs: Sequence[Pair]) -> tuple[float, list[Change]]:
    """Unmasked similarity of the paired clauses, weighted by length, and what differs between them."""
    agreed = total = 0.0
    changes: list[Change] = []
    for pair in pairs:
        x, y = a.clause(pair.i), b.clause(pair.j)
        weight = len(x) + len(y)
        total += weight
        agreed += weight * (1.0 if x == y else fuzz.ratio(x, y) / 100)
        if len(changes) >= MOST:
            continue
        masked_a, masked_b = a.side.text(pair.i), b.side.text(pair.j)
        if chr(NUMBER) in masked_b:
            changes += number_changes(x, y)
        if masked_a != masked_b:
            changes += word_changes(masked_a, masked_b)
        elif x != y and chr(NAME) in masked_b and changes[-1:] != [Change("名称替换", "〔名称〕", "〔名称〕")]:
            changes.append(Change("名称替换", "〔名称〕", "〔名称〕"))
    return agreed / total if total else 0.0, changes


def _passage(
    a: Report, b: Report, part: Sequence[Pair], whole: int, island: Island, flags: tuple[int, int, int]
) -> Aligned:
    thin, near, aside = flags
    bounds = Island(min(p.i for p in part), max(p.i for p in part), min(p.j for p in part), max(p.j for p in part))
    quote_a, quote_b = _Quote.of(a, bounds.a0, bounds.a1), _Quote.of(b, bounds.b0, bounds.b1)
    similarity, changes = _changes(quote_a, quote_b, part)
    left = names_left(quote_a.text, quote_b.text, a.names, b.names, quote_a.start, quote_b.start)
    matched = forms = outlined = 0
    for word in (b.side.text(p.j) for p in part):
        matched += len(word)
        forms += len(word) if chr(NUMBER) in word else 0
        outlined += len(word) if prescribed(word) else 0
    masked = masked_similarity(a.side, b.side, bounds, part)
    return Aligned(
        a=a.doc,
        b=b.doc,
        a_start=quote_a.start,
        a_end=quote_a.end,
        b_start=quote_b.start,
        b_end=quote_b.end,
        kind_a=KINDS[a.side.kinds([part[0].i])[0]],
        kind_b=KINDS[b.side.kinds([part[0].j])[0]],
        evidence=_evidence(b.side, part, aside),
        whole=whole,
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
        return sum(len(side.text(p.j)) for p in part)
    own = ((side.open(p.j), p.ratio) for p in part)
    return round(sum(len(word) * ratio for word, ratio in own if word and not prescribed(word)))


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
    merged = list(islands) if aside else grow(a.side, b.side, islands, settings)
    for island in merged:
        pairs = align(a.side, b.side, island, settings)
        whole = _evidence(b.side, pairs, aside)
        if whole < settings.shortest and not aside and not thin:
            continue
        least = 0 if thin else settings.shortest
        for part in by_section(a.side, b.side, pairs, least=least):
            yield _passage(a, b, part, whole, island, (thin, near, aside))


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
