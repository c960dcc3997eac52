"""From passages to the picture of a set: pairs, families, shares of original text."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.grading import Author
from jihe_audit.reuse.report import GRADES, Family, Grade, PairSummary, Passage, ReportShare, SectionShare
from jihe_audit.reuse.sections import KINDS

Spans = list[tuple[int, int]]
_BY_WEIGHT: tuple[Grade, ...] = ("substantive", "shared", "template", "outline")
FAMILY_LENGTH = 200
"""Substantive code points that tie two reports into a family …"""
FAMILY_SHARE = 0.05
"""… or the share of the shorter report that does."""


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """Half-open spans merged where they meet, in order.

    >>> union([(5, 8), (0, 3), (2, 4)])
    [(0, 4), (5, 8)]
    """
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def total(spans: Iterable[tuple[int, int]]) -> int:
    """Code points that the spans cover together."""
    return sum(end - start for start, end in union(spans))


def summarise_pair(a: Author, b: Author, passages: Sequence[Passage]) -> PairSummary | None:
    """One cell of the matrix; None for a pair that shares nothing of its own."""
    found = [p for p in passages if p.grade in ("substantive", "shared")]
    if not found:
        return None
    own = [p for p in found if p.grade == "substantive"]
    in_b = total((p.b_start, p.b_end) for p in own)
    in_a = total((p.a_start, p.a_end) for p in own)
    return PairSummary(
        a=a.id,
        b=b.id,
        substantive=in_b,
        shared=total((p.b_start, p.b_end) for p in found if p.grade == "shared"),
        passages=len(found),
        share_a=round(in_a / max(a.length, 1), 4),
        share_b=round(in_b / max(b.length, 1), 4),
        source=_vote(own),
    )


def _vote(passages: Sequence[Passage]) -> Literal["a", "b"] | None:
    votes = Counter(p.source for p in passages if p.source)
    if votes["a"] == votes["b"]:
        return None
    return "a" if votes["a"] > votes["b"] else "b"


def families(pairs: Sequence[PairSummary], authors: Mapping[str, Author]) -> tuple[Family, ...]:
    """Reports connected by pairs that share enough substance."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    ties = [p for p in pairs if p.substantive >= FAMILY_LENGTH or max(p.share_a, p.share_b) >= FAMILY_SHARE]
    for pair in ties:
        low, high = sorted((root(pair.a), root(pair.b)))
        parent[high] = low
    groups: dict[str, list[PairSummary]] = defaultdict(list)
    for pair in ties:
        groups[root(pair.a)].append(pair)
    found = []
    for links in groups.values():
        members = tuple(sorted({name for p in links for name in (p.a, p.b)}))
        units = {authors[m].unit for m in members}
        found.append(
            Family(
                members=members,
                source=_origin(links),
                same_unit=len(units) == 1 and "" not in units,
                substantive=sum(p.substantive for p in links),
                links=tuple((p.a, p.b) for p in links),
            )
        )
    return tuple(sorted(found, key=lambda f: (-len(f.members), f.members)))


def _origin(links: Sequence[PairSummary]) -> str:
    """The one member that others took from and that took from no one; ``""`` when there is none or several."""
    givers = {p.a if p.source == "a" else p.b for p in links if p.source}
    takers = {p.b if p.source == "a" else p.a for p in links if p.source}
    origins = sorted(givers - takers)
    return origins[0] if len(origins) == 1 else ""


def _shares(spans: Mapping[Grade, Spans], widths: Mapping[Grade, int], length: int) -> tuple[float, dict[Grade, float]]:
    """(original, by grade): a stretch of several grades counts once, as the weightiest of them."""
    seen: Spans = []
    before = 0
    shares: dict[Grade, float] = {}
    for grade in _BY_WEIGHT:
        seen = union([*seen, *spans.get(grade, [])])
        covered = sum(end - start for start, end in seen)
        shares[grade] = min((covered - before + widths.get(grade, 0)) / max(length, 1), 1.0)
        before = covered
    over = max(sum(shares.values()), 1.0)
    shares = {grade: round(share / over, 4) for grade, share in shares.items() if share}
    return round(max(1.0 - sum(shares.values()), 0.0), 4), shares


class Reused:
    """Which stretches of every report are reused, by kind of section and grade; 20 bytes a stretch."""

    def __init__(self) -> None:
        self._rows = array("i")
        self._sorted: npt.NDArray[np.int32] | None = None

    def add(self, rows: array[int]) -> None:
        """Take stretches, five numbers each; see ``judging.Sheaf``."""
        self._rows.extend(rows)
        self._sorted = None

    def of(self, doc: int) -> dict[tuple[str, Grade], Spans]:
        """The stretches of a report."""
        if self._sorted is None:
            rows = np.array(self._rows, dtype=np.int32).reshape(-1, 5)
            self._sorted = rows[np.argsort(rows[:, 0], kind="stable")]
        low, high = np.searchsorted(self._sorted[:, 0], (doc, doc + 1))
        spans: dict[tuple[str, Grade], Spans] = defaultdict(list)
        for _, kind, grade, start, end in self._sorted[low:high].tolist():
            spans[KINDS[kind], GRADES[grade]].append((start, end))
        return spans


def report_share(
    author: Author,
    widths: Mapping[str, int],
    covered: Mapping[tuple[str, Grade], int],
    spans: Mapping[tuple[str, Grade], Spans],
) -> ReportShare:
    """Share of original text of a report and of its kinds of section.

    ``widths`` are code points by kind; ``covered`` those that frequency alone set aside; ``spans`` what it shares
    with other reports besides.
    """
    sections = []
    all_spans: dict[Grade, Spans] = defaultdict(list)
    all_widths: Counter[Grade] = Counter()
    for (_, grade), found in spans.items():
        all_spans[grade] += found
    for (_, grade), width in covered.items():
        all_widths[grade] += width
    for kind in KINDS:
        if widths.get(kind):
            own_spans = {g: s for (k, g), s in spans.items() if k == kind}
            own_widths = {g: w for (k, g), w in covered.items() if k == kind}
            original, shares = _shares(own_spans, own_widths, widths[kind])
            sections.append(SectionShare(kind, widths[kind], original, shares))
    original, shares = _shares(all_spans, all_widths, author.length)
    return ReportShare(
        author.id, author.unit, author.region, author.year, author.length, original, shares, tuple(sections)
    )
