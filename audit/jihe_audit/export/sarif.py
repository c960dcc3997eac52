"""Findings as SARIF 2.1.0, for tools that show results beside the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from jihe_audit.export.records import EvidenceRecord, FindingRecord, ReportRecord
from jihe_audit.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(reports: Iterable[ReportRecord], rules: Mapping[str, Rule], version: str) -> dict[str, Any]:
    """The log of one run. Regions are character offsets into ``text/<report>.txt``."""
    results: list[dict[str, Any]] = []
    artifacts: list[dict[str, Any]] = []
    used: dict[str, int] = {}
    for report in reports:
        lines = _line_starts(report.text)
        artifacts.append({"location": {"uri": _uri(report.report)}, "encoding": "utf-8", "roles": ["analysisTarget"]})
        for f in report.findings:
            used.setdefault(f.rule, len(used))
            results.append(_result(f, used[f.rule], report.report, lines))
    driver = {
        "name": "jihe",
        "version": version,
        "language": "zh-CN",
        "rules": [_rule(name, rules.get(name)) for name in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": artifacts,
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _uri(report: str) -> str:
    return "text/" + quote(f"{report}.txt")


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name, "shortDescription": {"text": name}}
    return {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.rationale.split())},
        "help": {"text": rule.advice},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"category": rule.category, "basis": list(rule.basis)},
    }


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _region(e: EvidenceRecord, lines: Sequence[int]) -> dict[str, Any]:
    first, last = bisect_right(lines, e.start), bisect_right(lines, e.end)
    return {
        "startLine": first,
        "startColumn": e.start - lines[first - 1] + 1,
        "endLine": last,
        "endColumn": e.end - lines[last - 1] + 1,
        "charOffset": e.start,
        "charLength": e.end - e.start,
        "snippet": {"text": e.quote},
    }


def _location(e: EvidenceRecord, report: str, lines: Sequence[int]) -> dict[str, Any]:
    own = e.report in ("", report)
    region = _region(e, lines) if own else {"charOffset": e.start, "charLength": e.end - e.start}
    place = {"artifactLocation": {"uri": _uri(report if own else e.report)}, "region": region}
    location: dict[str, Any] = {"physicalLocation": place}
    if e.section:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(e.section), "kind": "module"}]
    return location


def _result(f: FindingRecord, index: int, report: str, lines: Sequence[int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": f.rule,
        "ruleIndex": index,
        "level": LEVELS[f.severity],
        "message": {"text": f"{f.message} {f.working}".strip()},
        "partialFingerprints": {"jihe/v1": f.fingerprint},
        "locations": [_location(e, report, lines) for e in f.evidence[:1]],
        "properties": {"category": f.category, "explanation": f.explanation, "advice": f.advice},
    }
    others = [dict(_location(e, report, lines), id=n) for n, e in enumerate(f.evidence[1:], 1)]
    if others:
        result["relatedLocations"] = others
    if f.status in ("new", "unchanged"):
        result["baselineState"] = f.status
    if f.accepted:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": f.accepted}]
    return result
