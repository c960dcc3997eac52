"""What the audit says: checks (every relation tried) and findings (what a reader must see)."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from jihe_audit.interval import Interval
from jihe_extract.document import Box, Document, Span

Severity = Literal["error", "warning", "info"]
Verdict = Literal["pass", "tail", "fail", "uncertain", "not_assessable"]
Consequence = Literal["", "score", "grade", "total", "amount", "text"]

PERSONAL = ("L01", "L02")
"""Categories whose evidence is personal data."""
SEVERITY_WORDS: dict[Severity, str] = {"error": "确定矛盾", "warning": "疑点", "info": "提示"}
VERDICT_WORDS: dict[Verdict, str] = {
    "pass": "平",
    "tail": "尾差",
    "fail": "不平",
    "uncertain": "存疑",
    "not_assessable": "缺项",
}


class Evidence(Struct, frozen=True):
    """An exact quote and where it stands. Offsets are code points into the report's canonical text."""

    quote: str
    span: Span
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    section: tuple[str, ...] = ()
    place: str = ""
    report: str = ""
    trust: Decimal | None = None
    """Lowest character score when the quote was read by OCR."""

    @classmethod
    def at(cls, document: Document, span: Span, report: str = "") -> Evidence:
        """Evidence for a span of a document."""
        place = document.place(span)
        return cls(
            quote=document.quote(span),
            span=span,
            page=place.page,
            boxes=place.boxes,
            section=place.section,
            place=place.words(),
            report=report or document.name,
            trust=document.source_map.trust(span),
        )


class Check(Struct, frozen=True):
    """One relation that was tried, with its verdict. Passes are evidence too (数据勾稽底稿).

    ``spans`` are the quantities that took part: they count as verified when the verdict is ``pass`` or
    ``tail`` and as contradicted when it is ``fail``. ``identity`` is the id of the identity or ratio (I01, R01 …).
    """

    rule: str
    identity: str
    title: str
    verdict: Verdict
    working: str
    spans: tuple[Span, ...]
    stated: Interval | None = None
    computed: Interval | None = None
    difference: Decimal | None = None
    tolerance: Decimal | None = None
    unit: str = ""
    needs: tuple[str, ...] = ()
    report: str = ""


class Finding(Struct, frozen=True):
    """Something a reader must see, with its proof.

    ``says`` is one Chinese sentence of facts and figures. ``working`` is the formula with values put in.
    ``evidence[0]`` is the place at fault; the rest are the operands. ``category`` is the code of the issue
    taxonomy (A08). ``consequence`` says what it changes; ``amount`` is in yuan and ``score_delta`` in points
    (negative: points to take off). ``explanation`` offers a cause as possible, never as certain.
    """

    rule: str
    severity: Severity
    says: str
    evidence: tuple[Evidence, ...]
    category: str = ""
    title: str = ""
    working: str = ""
    stated: Interval | None = None
    computed: Interval | None = None
    explanation: str = ""
    basis: tuple[str, ...] = ()
    advice: str = ""
    needs: tuple[str, ...] = ()
    consequence: Consequence = ""
    amount: Decimal | None = None
    score_delta: Decimal | None = None
    consequences: tuple[str, ...] = ()
    """Other relations broken by the same figure, one sentence each."""
    sources: tuple[str, ...] = ()
    """Names of user rulebook files that changed or made the rule."""
    report: str = ""
    unit: str = ""
    year: str = ""
    accepted: str = ""
    """Reason given in the batch's settings for accepting the finding, "" when it is open."""

    @property
    def fingerprint(self) -> str:
        """Stable identity over runs: rule, reports, and the quotes with their order, not their offsets."""
        parts = [self.rule, self.category, self.report, *(e.quote for e in self.evidence[:4]), self.working]
        parts += dict.fromkeys(e.report for e in self.evidence if e.report not in ("", self.report))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def on(self, report: str, unit: str, year: str) -> Finding:
        """The same finding with the report it belongs to."""
        return replace(self, report=report, unit=unit, year=year)
