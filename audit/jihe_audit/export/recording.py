"""From a judged report to its record: findings, checks, coverage; everything covered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from jihe_audit.coverage import BORNE_OUT
from jihe_audit.coverage import Coverage as Fates
from jihe_audit.export.mask import Mask
from jihe_audit.export.readings import bbox, fact_records, indicator_record, table_record
from jihe_audit.export.records import (
    BlockRecord,
    CheckRecord,
    Coverage,
    EvidenceRecord,
    FactRecord,
    FindingRecord,
    Pair,
    ReportRecord,
    Summary,
    outward,
    plain,
)
from jihe_audit.finding import PERSONAL, Check, Evidence, Finding
from jihe_audit.interval import Interval
from jihe_extract.document import Document
from jihe_extract.facts import Extraction

_BROKEN = re.compile(r"\s*[\r\n]\s*")
"""A line that a quotation brought into a sentence."""
JUDGED = ("verified", "contradicted")
REMARKS = ("encoding", "no_rendering", "rendered_pages")
"""Codes of reading notes that do not mean that something is missing."""


def _pair(interval: Interval | None) -> Pair | None:
    return None if interval is None else outward(interval.low, interval.high)


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else plain(value)


def evidence_record(evidence: Evidence, mask: Mask) -> EvidenceRecord:
    """One piece of evidence with its quote covered."""
    covered = mask.quote(evidence.span)
    fits = len(covered) == len(evidence.quote)
    return EvidenceRecord(
        quote=covered if fits else mask.of(evidence.quote),
        start=evidence.span.start,
        end=evidence.span.end,
        page=evidence.page,
        bbox=bbox(evidence.boxes),
        section=tuple(map(mask.of, evidence.section)),
        place=mask.of(evidence.place),
        report=evidence.report,
        trust=_number(evidence.trust),
        boxes=tuple((b.page, b.x0, b.top, b.x1, b.bottom) for b in evidence.boxes),
    )


def finding_record(finding: Finding, masks: Mapping[str, Mask]) -> FindingRecord:
    """One finding; ``masks`` holds the cover of every report that its evidence may come from."""
    own = masks.get(finding.report) or Mask("")

    def words(text: str) -> str:
        for mask in masks.values() if len(masks) < 4 else (own,):
            text = mask.of(text)
        return _BROKEN.sub("", text)

    return FindingRecord(
        report=finding.report,
        unit=finding.unit,
        year=finding.year,
        rule=finding.rule,
        category=finding.category,
        severity=finding.severity,
        message=words(finding.says),
        working=words(finding.working),
        stated=_pair(finding.stated),
        computed=_pair(finding.computed),
        evidence=tuple(evidence_record(e, masks.get(e.report, own)) for e in finding.evidence),
        explanation=words(finding.explanation),
        basis=finding.basis,
        advice=words(finding.advice),
        fingerprint=finding.fingerprint,
        title=words(finding.title),
        needs=finding.needs,
        consequence=finding.consequence,
        consequences=tuple(map(words, finding.consequences)),
        amount=_number(finding.amount),
        score_delta=_number(finding.score_delta),
        sources=finding.sources,
        accepted=finding.accepted,
    )


def check_records(checks: Sequence[Check], document: Document, mask: Mask, report: str) -> list[CheckRecord]:
    """Every check of one report, numbered in order."""
    return [
        CheckRecord(
            report=report,
            id=f"K{n:04d}",
            rule=c.rule,
            identity=c.identity,
            title=mask.of(c.title),
            verdict=c.verdict,
            working=mask.of(c.working),
            stated=_pair(c.stated),
            computed=_pair(c.computed),
            difference=_number(c.difference),
            tolerance=_number(c.tolerance),
            unit=c.unit,
            needs=c.needs,
            spans=tuple((s.start, s.end) for s in c.spans),
            place=mask.of(document.place(c.spans[0]).words()) if c.spans else "",
        )
        for n, c in enumerate(checks, 1)
    ]


def coverage(facts: Sequence[FactRecord]) -> Coverage:
    """How the quantities ended; amounts and percentages are also counted apart."""
    judged = [f for f in facts if f.status in JUDGED]
    main = [f for f in facts if f.unit in ("CNY", "%")]
    rate = Decimal(len(judged)) / len(facts) if facts else Decimal(1)
    return Coverage(
        quantities=len(facts),
        verified=sum(f.status == "verified" for f in facts),
        borne_out=sum(f.status == "verified" and f.reason == BORNE_OUT for f in facts),
        contradicted=sum(f.status == "contradicted" for f in facts),
        unchecked=len(facts) - len(judged),
        rate=plain(rate.quantize(Decimal("0.0001"))),
        money_and_rates=len(main),
        money_and_rates_judged=sum(f.status in JUDGED for f in main),
    )


def record_report(
    extraction: Extraction,
    findings: Sequence[Finding],
    checks: Sequence[Check],
    fates: Fates,
    *,
    report: str,
    seconds: Decimal = Decimal(0),
) -> ReportRecord:
    """The whole record of one judged report; ``report`` is its path relative to the input root."""
    document, profile = extraction.document, extraction.profile
    mask = Mask.of_document(document, (e.span for f in findings if f.category in PERSONAL for e in f.evidence))
    own = [f.on(report, profile.unit, profile.year) for f in findings]
    masks = {report: mask, document.name: mask}
    found = tuple(finding_record(f, masks) for f in own)
    tried = check_records(checks, document, mask, report)
    facts = fact_records(fates, document, tried, mask, report)
    open_ = [f for f in found if not f.accepted]
    summary = Summary(
        report=report,
        status="partial" if any(w.code not in REMARKS for w in document.warnings) else "read",
        unit=profile.unit,
        year=profile.year,
        kind=profile.kind,
        region=profile.region,
        format=document.format,
        pages=document.pages,
        characters=len(document.text),
        digest=document.digest,
        errors=sum(f.severity == "error" for f in open_),
        warnings=sum(f.severity == "warning" for f in open_),
        infos=sum(f.severity == "info" for f in open_),
        accepted=len(found) - len(open_),
        checks=len(tried),
        coverage=coverage(facts),
        seconds=seconds,
        notes=tuple(mask.of(w.detail) for w in document.warnings),
    )
    return ReportRecord(
        summary=summary,
        findings=found,
        facts=tuple(facts),
        checks=tuple(tried),
        indicators=tuple(indicator_record(r, mask, report) for r in extraction.rows),
        tables=tuple(table_record(t, document, mask, report) for t in document.tables),
        blocks=tuple(
            BlockRecord(kind=b.kind, level=b.level, start=b.span.start, end=b.span.end, page=b.page)
            for b in document.blocks
        ),
        covered=tuple(
            (b.page, b.x0, b.top, b.x1, b.bottom) for span in mask.spans for b in document.source_map.boxes(span)
        ),
        text=mask.text,
    )
