"""From findings to issues: grouped by theme, merged by root, ranked by consequence, worded for the reader.

All wording is data (``rulebook/issues/*.toml``); a finding brings its own facts, formula, basis and advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jihe_audit.export.records import FindingRecord, ReportRecord
from jihe_audit.issue_wording import Kind, Theme, Wording, wording

Cite = Callable[[Sequence[str], str], tuple[tuple[str, str, str], ...]]
"""Codes and the report's year in; code, title with article, and gist of what may be cited out."""

CERTAINTY = {"error": "确定矛盾", "warning": "疑点待核", "info": "提示"}
SEVERITY = {"error": 0, "warning": 1, "info": 2}
LEVEL = {"高": 0, "中": 1, "低": 2}
CENT = Decimal("0.01")
WEIGHTY = ("score", "grade")
SUMS = ("total", "amount")


@dataclass(frozen=True)
class Issue:
    """Findings of one report composed for a reader."""

    number: str
    theme: Theme
    kind: Kind
    findings: tuple[FindingRecord, ...]
    cited: tuple[tuple[str, str, str], ...]
    main: bool = True

    @property
    def lead(self) -> FindingRecord:
        """The weightiest finding."""
        return self.findings[0]

    @property
    def severity(self) -> str:
        """Severity of the weightiest finding."""
        return self.lead.severity

    @property
    def level(self) -> str:
        """高, 中 or 低: what the kind usually weighs, raised by consequence and lowered by doubt."""
        return _level(self.lead, self.kind)

    @property
    def basis(self) -> tuple[str, ...]:
        """Titles and articles to cite."""
        return tuple(title for _, title, _ in self.cited)

    @property
    def amount(self) -> Decimal | None:
        """The largest amount at stake, in yuan."""
        amounts = [abs(f.amount) for f in self.findings if f.amount is not None]
        return max(amounts) if amounts else None

    @property
    def delta(self) -> Decimal | None:
        """Points to add or take off, all findings together."""
        deltas = [f.score_delta for f in self.findings if f.score_delta is not None]
        return sum(deltas, Decimal(0)) if deltas else None

    @property
    def advice(self) -> str:
        """What the unit should do, starting with a verb."""
        own = list(dict.fromkeys(f.advice.rstrip("。；") for f in self.findings if f.advice))
        return self.kind.advice or "；".join(own[:3])

    @property
    def needs(self) -> tuple[str, ...]:
        """Material to ask for."""
        return wording().named([*self.kind.needs, *(n for f in self.findings for n in f.needs)])

    @property
    def accepted(self) -> str:
        """The reason, when every finding of the issue was accepted."""
        return self.lead.accepted if all(f.accepted for f in self.findings) else ""

    @property
    def status(self) -> str:
        """new when any of its findings is."""
        return "new" if any(f.status == "new" for f in self.findings) else "unchanged"


def _level(f: FindingRecord, kind: Kind) -> str:
    if f.severity == "info":
        return "低"
    if f.severity == "error" and f.consequence in (*WEIGHTY, *SUMS):
        return "高"
    if f.severity == "warning" and kind.level == "高" and f.consequence not in WEIGHTY:
        return "中"
    return kind.level


Rank = tuple[int, int, int, int, Decimal]


def _rank(f: FindingRecord) -> Rank:
    """Proofs first, then by level, by what the kind usually weighs, by what it changes, and by the amount."""
    kind = wording().kind(f.category, f.title)
    weighty = 0 if f.consequence in WEIGHTY else 1 if f.consequence in SUMS else 2
    usual = LEVEL[kind.level]
    return SEVERITY[f.severity], LEVEL[_level(f, kind)], usual, weighty, -abs(f.amount or Decimal(0))


def _bucket(issue: Issue) -> tuple[int, Rank]:
    return (1 if issue.accepted else 0), _rank(issue.lead)


def _groups(findings: Sequence[FindingRecord]) -> list[list[FindingRecord]]:
    """One group a root: the same kind of issue, or the same figure at fault."""
    joined = {code: kind.code for codes, kind in wording().joins.items() for code in codes}
    root: dict[str, int] = {}
    groups: list[list[FindingRecord]] = []
    for f in sorted(findings, key=_rank):
        state = "accepted" if f.accepted else "open"
        kind = joined.get(f.category, f.category) or f.rule
        keys = [f"{state}:{'info' if f.severity == 'info' else 'main'}:{kind}"]
        if f.severity == "error" and f.evidence:
            first = f.evidence[0]
            keys.append(f"{state}:{first.report}:{first.start}:{first.end}")
        at = next((root[k] for k in keys if k in root), len(groups))
        if at == len(groups):
            groups.append([])
        groups[at].append(f)
        for k in keys:
            root.setdefault(k, at)
    return groups


def compose(record: ReportRecord, cite: Cite, index: int = 1, words: Wording | None = None) -> list[Issue]:
    """The issues of one report, main ones first, each list by rank; ``index`` is the report's number."""
    words = words or wording()
    issues = []
    for group in _groups(record.findings):
        lead = group[0]
        codes = list(dict.fromkeys(c for f in group for c in f.basis))
        cited = cite(codes, lead.year) if lead.severity != "info" else ()
        kind = words.joint(f.category for f in group) or words.kind(lead.category, lead.title)
        kind = words.addressed(kind, record.summary.kind)
        issues.append(Issue("", words.theme(lead.category), kind, tuple(group), cited))
    issues.sort(key=_bucket)
    year = record.summary.year or "0000"
    limit = words.main
    result = []
    for n, issue in enumerate(issues, 1):
        main = n <= limit and issue.severity != "info" and not issue.accepted
        number = f"JH-{year}-{index:03d}-{n:03d}"
        result.append(Issue(number, issue.theme, issue.kind, issue.findings, issue.cited, main))
    return result


@dataclass(frozen=True, slots=True)
class Chapter:
    """What stands under one heading of 三, and under its counterpart in 四."""

    problem: str
    advice: str
    issues: tuple[Issue, ...]


def chapters(issues: Iterable[Issue]) -> list[Chapter]:
    """Main issues under their headings, in the customary order; a group of one theme has that theme's headings."""
    grouped: dict[int, list[Issue]] = {}
    for issue in issues:
        if issue.main:
            grouped.setdefault(issue.theme.group.order, []).append(issue)
    made = []
    for _, members in sorted(grouped.items()):
        members.sort(key=lambda i: (i.severity != "error", i.theme.order))
        themes = {i.theme.id for i in members}
        head = members[0].theme if len(themes) == 1 else members[0].theme.group
        made.append(Chapter(head.problem, head.advice, tuple(members)))
    return made


SCORED = "performance"
"""The group of themes whose findings may concern a single indicator."""


def faults(record: ReportRecord, issues: Iterable[Issue]) -> list[list[tuple[Issue, FindingRecord]]]:
    """For every indicator the findings that concern it alone, each with its issue."""
    rows = record.indicators
    told: list[list[tuple[Issue, FindingRecord]]] = [[] for _ in rows]
    for issue in issues:
        for f in issue.findings:
            if f.severity == "info" or issue.theme.group.id != SCORED:
                continue
            own = [e for e in f.evidence if e.report in ("", record.report)]
            at = {n for e in own for n, row in enumerate(rows) if row.start <= e.start < row.end}
            if len(at) == 1:
                told[at.pop()].append((issue, f))
    return told


def material(issues: Iterable[Issue]) -> list[tuple[str, list[str]]]:
    """Material to request, each with the numbers of the issues that need it."""
    wanted: dict[str, list[str]] = {}
    for issue in issues:
        if not issue.accepted and issue.severity != "info":
            for need in issue.needs:
                wanted.setdefault(need, []).append(issue.number)
    return list(wanted.items())


def citing(rulebook: Any) -> Cite:
    """A :data:`Cite` from a loaded rulebook: at most two, in force in the year, never an uncertain one."""

    def cite(codes: Sequence[str], year: str) -> tuple[tuple[str, str, str], ...]:
        known = rulebook.regulations
        return tuple((c, rulebook.cite(c), known[c].text) for c in rulebook.citable(codes, year))

    return cite
