"""How surely the evidence was read: figures that OCR read weakly, and tables whose columns are not certain.

A finding that rests on them says so and is never more than a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from jihe_audit.finding import Evidence, Finding
from jihe_extract.document import Document, Span

WEAK = Decimal("0.9")
"""Lowest character score of a figure read by OCR that may be relied on."""
_FIGURE = 60
"""Longest evidence that is a figure with its words, and not a whole passage."""


def legible(document: Document, findings: Sequence[Finding]) -> list[Finding]:
    """The findings; those on weakly read figures or in uncertain tables say so, and are no errors."""
    unsure = [table.span for table in document.tables if not table.sure]
    out = []
    for finding in findings:
        words = _weakness(finding.evidence) + _doubtful(finding.evidence, unsure)
        if not words:
            out.append(finding)
            continue
        severity = "warning" if finding.severity == "error" else finding.severity
        out.append(replace(finding, severity=severity, explanation=finding.explanation + words))
    return out


def _weakness(evidence: Sequence[Evidence]) -> str:
    weak = [e for e in evidence if e.trust is not None and e.trust < WEAK and len(e.span) <= _FIGURE and _figures(e)]
    if not weak:
        return ""
    lowest = min(weak, key=lambda e: e.trust or Decimal(0))
    return f"“{lowest.quote[:20]}”系扫描识别、低置信（{lowest.trust:.2f}），请先核对原件。"


def _figures(evidence: Evidence) -> bool:
    return any(char.isdecimal() for char in evidence.quote)


def _doubtful(evidence: Sequence[Evidence], unsure: Sequence[Span]) -> str:
    inside = any(span.start <= e.span.start and e.span.end <= span.end for e in evidence for span in unsure)
    return "所引表格的行列结构不能确定，请先核对原件。" if inside else ""
