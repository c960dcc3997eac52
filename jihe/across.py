"""What can only be seen in a set: rules over several reports, and passages that reports share."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from jihe.comparing import Comparing, covered_passages, passages_for_display
from jihe.pipeline import judge_set
from jihe.settings import Settings
from jihe.shelf import take_out
from jihe.store import Store
from jihe_audit.export.mask import Mask
from jihe_audit.export.recording import finding_record
from jihe_audit.export.records import FindingRecord
from jihe_audit.finding import PERSONAL, Finding
from jihe_audit.reuse import ReuseDocument, ReuseReport
from jihe_audit.reuse import findings as reuse_findings
from jihe_audit.setwise import settled
from jihe_extract.document import Span
from jihe_extract.facts import Extraction

MOST_FOR_RULES = 3_000
"""Sets larger than this are compared for reuse, but not by the rules that look at all reports at once."""


@dataclass
class Across:
    """The findings of a set by report, what its reports share, and remarks."""

    findings: dict[str, list[FindingRecord]] = field(default_factory=dict)
    reuse: ReuseReport | None = None
    masks: dict[str, Mask] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def passages(self) -> Iterator[dict[str, object]]:
        """The rows of ``reuse.jsonl``."""
        return covered_passages(self.reuse, self.masks) if self.reuse else iter(())

    def for_display(self) -> Iterator[dict[str, Any]]:
        """The same rows for workbook and page."""
        return passages_for_display(self.reuse, self.masks) if self.reuse else iter(())


def judge_across(store: Store, settings: Settings, comparing: Comparing) -> Across:
    """Judge the reports of the store against one another; nothing for a single report."""
    across = Across()
    names = [r for r in store.order if store.path(r).with_suffix(".bin").exists()]
    if len(names) < 2:
        return across
    masks = across.masks
    kept: list[Extraction] = []
    documents: list[ReuseDocument] = []
    for name in names:
        try:
            extraction = take_out(store.path(name).with_suffix(".bin").read_bytes())
        except (OSError, msgspec.DecodeError):
            continue
        masks[name] = Mask.of_document(extraction.document, _personal(store, name))
        documents.append(dataclasses.replace(ReuseDocument.from_extraction(extraction), id=name))
        if len(names) <= MOST_FOR_RULES:
            kept.append(extraction)
    found: list[Finding] = []
    if kept:
        found += judge_set(kept, settings, set_only=True)
    else:
        across.notes.append(f"报告超过 {MOST_FOR_RULES} 份，未作跨报告指标比对，仅比对文字雷同")
    across.reuse = comparing.find(documents)
    across.notes += across.reuse.notes
    found += [f for f in reuse_findings(across.reuse) if settings.rules.allow(f.rule)]
    found = settled(found, [s.members for s in across.reuse.same])
    profiles = {e.document.name: e.profile for e in kept}
    for finding in _accepted(found, settings):
        report = finding.report or (finding.evidence[0].report if finding.evidence else "")
        if report in masks:
            profile = profiles.get(report)
            unit = finding.unit or (profile.unit if profile else "")
            year = finding.year or (profile.year if profile else "")
            concerned = {r: masks[r] for r in {report, *(e.report for e in finding.evidence)} if r in masks}
            record = finding_record(finding.on(report, unit, year), concerned)
            across.findings.setdefault(report, []).append(record)
    return across


def _personal(store: Store, report: str) -> list[Span]:
    found = store.load(report).findings
    return [Span(e.start, e.end) for f in found if f.category in PERSONAL for e in f.evidence]


def _accepted(found: Sequence[Finding], settings: Settings) -> list[Finding]:
    reasons = {a.fingerprint: a.reason for a in settings.accept}
    return [replace(f, accepted=reasons.get(f.fingerprint, f.accepted)) for f in found]
