"""Findings of a set of reports, settled: one defect of a pair is told once, and no two share a fingerprint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from jihe_audit.finding import Finding

COPIED = ("R5", "R6", "R7")
"""Whole passages are alike."""
FIGURES = ("R9", "M09", "M02")
"""Figures are alike, the fullest account first."""

Pair = frozenset[str]


def _pair(finding: Finding) -> Pair:
    """The two reports that a finding is about; empty when there are more or fewer."""
    reports = frozenset({finding.report, *(e.report for e in finding.evidence)} - {""})
    return reports if len(reports) == 2 else frozenset()


def settled(findings: Sequence[Finding], same: Iterable[Sequence[str]] = ()) -> list[Finding]:
    """The findings without those that another one says already.

    ``same`` are groups of reports with one whole text: a copy from one member is told, not one from each.
    Of several findings about equal figures of one pair the fullest account stays and takes up the others.
    """
    group = {name: n for n, members in enumerate(same) for name in members}
    kept = _once_a_group(findings, group)
    by_pair: dict[Pair, list[Finding]] = defaultdict(list)
    for f in kept:
        if f.rule in FIGURES and (pair := _pair(f)):
            by_pair[pair].append(f)
    roots = {pair: _root(found) for pair, found in by_pair.items()}
    result = []
    for f in kept:
        root = roots.get(_pair(f)) if f.rule in FIGURES else None
        if root is None or (f.rule == root.rule == "M02"):
            result.append(f)
        elif f is root:
            told = tuple(o.says for o in by_pair[_pair(f)] if o is not root)
            result.append(replace(f, consequences=(*f.consequences, *told)))
    return unique(result)


def _root(found: Sequence[Finding]) -> Finding:
    """The finding that tells most: a suspicion before a remark, then the fullest account."""
    return min(found, key=lambda f: (f.severity == "info", FIGURES.index(f.rule)))


def _once_a_group(findings: Sequence[Finding], group: dict[str, int]) -> list[Finding]:
    """Of what is told of a report against each member of one group only the first."""
    seen: set[tuple[str, frozenset[str | int]]] = set()
    kept = []
    for f in findings:
        pair = _pair(f)
        if f.rule in (*COPIED, *FIGURES) and pair & group.keys():
            sides = frozenset[str | int](group.get(name, name) for name in pair)
            mark = (f.says[:12] if f.rule == "M02" else f.rule, sides)
            if len(sides) == 1 or mark in seen:
                continue  # the whole texts are the same, or it has been said
            seen.add(mark)
        kept.append(f)
    return kept


def unique(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in order, of those with one fingerprint only the first."""
    first: dict[str, Finding] = {}
    for f in findings:
        first.setdefault(f.fingerprint, f)
    return list(first.values())
