"""What a comparison of reports yields: passages, families, shares of original text; plain data for displays."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from jihe_audit.reuse.differences import Change

Grade = Literal["outline", "template", "shared", "substantive"]
GRADES: tuple[Grade, ...] = ("outline", "template", "shared", "substantive")
GRADE_WORDS: dict[Grade, str] = {
    "outline": "规定提纲",
    "template": "地区模板",
    "shared": "共用短句",
    "substantive": "实质雷同",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A reused passage, aligned. Offsets are code points into the two canonical texts, half-open.

    ``similarity`` and ``masked_similarity`` run from 0 to 1, before and after numbers and own names are masked.
    ``source`` names the side it was probably taken from, None when nothing gives it away. ``length`` counts
    masked symbols that are no template; ``holders`` is how many reports (or units) hold the text;
    ``reason`` says in Chinese why it has its grade.
    """

    a: str
    b: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    grade: Grade
    similarity: float
    masked_similarity: float
    changed: tuple[Change, ...]
    source: Literal["a", "b"] | None
    reason: str
    kind_a: str = ""
    kind_b: str = ""
    length: int = 0
    holders: int = 2
    a_quote: str = ""
    b_quote: str = ""

    @property
    def key(self) -> tuple[str, str, int, int, int, int]:
        """Sort key; unique within a report of results."""
        return self.a, self.b, self.b_start, self.b_end, self.a_start, self.a_end

    def row(self) -> dict[str, object]:
        """The passage as a line of ``reuse.jsonl``."""
        return {
            "a": self.a,
            "b": self.b,
            "a_start": self.a_start,
            "a_end": self.a_end,
            "b_start": self.b_start,
            "b_end": self.b_end,
            "a_quote": self.a_quote,
            "b_quote": self.b_quote,
            "grade": self.grade,
            "similarity": self.similarity,
            "masked_similarity": self.masked_similarity,
            "changed": [change.row() for change in self.changed],
            "source": self.source,
            "reason": self.reason,
            "section_a": self.kind_a,
            "section_b": self.kind_b,
        }


@dataclass(frozen=True, slots=True)
class SectionShare:
    """How much of the text of one kind of section is of which grade; shares of ``length`` code points, 0 to 1."""

    kind: str
    length: int
    original: float
    shares: Mapping[Grade, float]


@dataclass(frozen=True, slots=True)
class ReportShare:
    """One report of the set: who wrote it, and how much of it is original. Sections in the rulebook's order."""

    id: str
    unit: str
    region: str
    year: str
    length: int
    original: float
    shares: Mapping[Grade, float]
    sections: tuple[SectionShare, ...] = ()


@dataclass(frozen=True, slots=True)
class PairSummary:
    """One cell of the matrix: reused code points of ``b`` by grade, and the substantive part of either report."""

    a: str
    b: str
    substantive: int
    shared: int
    passages: int
    share_a: float
    share_b: float
    source: Literal["a", "b"] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Reports tied by substantive copies. ``source`` is the likely origin, ``""`` if unclear.

    ``same_unit`` says that all are one unit's reports of several years; ``links`` are the pairs that tie them.
    """

    members: tuple[str, ...]
    source: str
    same_unit: bool
    substantive: int
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SameText:
    """Reports whose whole text is the same but for white space and widths; ``opening`` is how it begins."""

    members: tuple[str, ...]
    opening: str


@dataclass(frozen=True)
class ReuseReport:
    """Everything found in a set, sorted; equal inputs give equal bytes whatever engine ran."""

    reports: tuple[ReportShare, ...]
    passages: Sequence[Passage]
    pairs: Sequence[PairSummary] = ()
    families: tuple[Family, ...] = ()
    others: tuple[ReportShare, ...] = ()
    """Reports that were only compared against and that share something; without shares."""
    same: tuple[SameText, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Remarks in Chinese on how the set was judged (too small for frequencies, background used …)."""

    @cached_property
    def by_report(self) -> Mapping[str, ReportShare]:
        """Reports by id."""
        return {report.id: report for report in self.reports}

    @cached_property
    def of_unit(self) -> Counter[str]:
        """How many reports of the set each unit has."""
        return Counter(report.unit for report in self.reports)

    def of(self, report: str) -> Iterator[Passage]:
        """The passages in which a report takes part."""
        return (p for p in self.passages if report in (p.a, p.b))

    def matrix(self, members: tuple[str, ...] | None = None) -> list[list[float]]:
        """Substantive share of the row's report that is shared with the column's, for a heat map."""
        names = tuple(r.id for r in self.reports) if members is None else members
        place = {name: i for i, name in enumerate(names)}
        rows = [[0.0] * len(names) for _ in names]
        for pair in self.pairs:
            if pair.a in place and pair.b in place:
                i, j = place[pair.a], place[pair.b]
                rows[i][j], rows[j][i] = pair.share_a, pair.share_b
        return rows


def write_reuse_jsonl(report: ReuseReport, path: Path) -> None:
    """Write one passage a line, sorted, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as out:
        for passage in report.passages:
            out.write(json.dumps(passage.row(), ensure_ascii=False, separators=(",", ":")) + "\n")
    os.replace(new, path)
