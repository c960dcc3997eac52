"""From aligned passages to graded ones, packed by the chunk: what travels between processes and into the result."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from jihe_audit.reuse.alignment import Aligned
from jihe_audit.reuse.families import summarise_pair
from jihe_audit.reuse.grading import Author, grade_pair
from jihe_audit.reuse.passages import SOURCES, pack
from jihe_audit.reuse.report import GRADES, Passage
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.settings import Settings

_KIND = {kind: i for i, kind in enumerate(KINDS)}
_GRADE = {grade: i for i, grade in enumerate(GRADES)}
_SOURCE = {source: i for i, source in enumerate(SOURCES)}
_PAIRS = 500


@dataclass
class Sheaf:
    """The judged passages of some pairs of reports, flat.

    ``keys`` has six numbers a passage: the two reports by number, and the places by which passages are sorted.
    ``reused`` has five a reused stretch: report, kind of section, grade, start, end; ``counts`` six a pair that
    shares something of its own: the reports, code points of ``b`` that are substantive and shared, passages,
    source; ``shares`` two a pair.
    """

    rows: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("i"))
    keys: array[int] = field(default_factory=lambda: array("i"))
    reused: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    shares: array[float] = field(default_factory=lambda: array("d"))


@dataclass(frozen=True)
class Judge:
    """Grades the passages of pairs. ``authors`` are the reports by number; see ``Plan`` for the rest."""

    authors: Sequence[Author]
    crowds: Mapping[str, int]
    apart: int
    settings: Settings

    def sheaves(self, aligned: Iterable[Aligned]) -> Iterator[Sheaf]:
        """All passages, those of a pair (found one way) in a row, in sheaves of some hundred pairs."""
        pairs = groupby(aligned, key=lambda f: (f.a, f.b, bool(f.aside)))
        while True:
            sheaf, empty = Sheaf(), True
            for (a, b, aside), found in islice(pairs, _PAIRS):
                empty = False
                self._judge(sheaf, a, b, aside, list(found))
            if empty:
                return
            yield sheaf

    def _judge(self, sheaf: Sheaf, a: int, b: int, aside: bool, found: list[Aligned]) -> None:
        one, two = self.authors[a], self.authors[b]
        crowd = self.crowds[one.region] if one.region == two.region else self.apart
        if not (one.region and two.region):
            crowd = min(crowd, self.settings.fewest_crowd)
        found.sort()
        graded = grade_pair(found, one, two, crowd, self.settings)
        for passage in graded:
            row = pack(passage)
            sheaf.rows += row
            sheaf.sizes.append(len(row))
            sheaf.keys.extend((a, b, passage.b_start, passage.b_end, passage.a_start, passage.a_end))
            if not aside:
                _note(sheaf.reused, a, b, passage)
        pair = summarise_pair(one, two, graded)
        if pair:
            sheaf.counts.extend((a, b, pair.substantive, pair.shared, pair.passages, _SOURCE[pair.source]))
            sheaf.shares.extend((pair.share_a, pair.share_b))


def _note(reused: array[int], a: int, b: int, p: Passage) -> None:
    """Note the stretches that a passage covers. Text is original where it probably came from."""
    grade = _GRADE[p.grade]
    if p.source != "a":
        reused.extend((a, _KIND[p.kind_a], grade, p.a_start, p.a_end))
    if p.source != "b":
        reused.extend((b, _KIND[p.kind_b], grade, p.b_start, p.b_end))
