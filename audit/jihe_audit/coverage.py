"""What became of every figure: verified, contradicted, or unchecked with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from jihe_audit.finding import Check, Finding
from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Extraction, Fact

Status = Literal["verified", "contradicted", "unchecked"]
CORROBORATION = "V01"
"""The rule that only agrees: no relation named in the report binds the figures that it compares."""
BORNE_OUT = "旁证：仅与邻近或他处的数字相符，无明文的计算关系"
"""Reason of a figure that is verified by :data:`CORROBORATION` alone."""
STATUS_WORDS: dict[str, str] = {"verified": "已核实", "contradicted": "不符", "unchecked": "未核对"}


class Entry(Struct, frozen=True):
    """One figure and its fate; ``checks`` are ids of the identities it took part in."""

    fact: Fact
    status: Status
    reason: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The fate of every figure of one report, in reading order."""

    report: str
    entries: tuple[Entry, ...]

    def count(self, status: Status, units: Collection[str] = ()) -> int:
        """How many figures have the status; ``units`` confines it (``CNY``, ``%``)."""
        return sum(e.status == status and (not units or e.fact.quantity.unit in units) for e in self.entries)

    def share(self, units: Collection[str] = ("CNY", "%")) -> Decimal:
        """Share of figures in these units that were verified or contradicted; 1 when there are none."""
        of = [e for e in self.entries if not units or e.fact.quantity.unit in units]
        if not of:
            return Decimal(1)
        return Decimal(sum(e.status != "unchecked" for e in of)) / len(of)

    @property
    def summary(self) -> str:
        """One Chinese sentence."""
        verified, contradicted = self.count("verified"), self.count("contradicted")
        borne_out = sum(e.reason == BORNE_OUT for e in self.entries)
        percent = f"{self.share() * 100:.1f}"
        return (
            f"共识别数字{len(self.entries)}个：已核{verified}个（其中旁证{borne_out}个），不符{contradicted}个，"
            f"未核{len(self.entries) - verified - contradicted}个；金额和百分比覆盖率{percent}%。"
        )


def _reason(fact: Fact) -> str:
    if not fact.quantity.exact:
        return "约数、上下限或区间，不作精确核对"
    if fact.measure == UNBOUND:
        return "业务数据，无对应计算关系"
    if not fact.sure:
        return "归属未能确定，不作判断"
    if fact.quantity.unit not in ("CNY", "%"):
        return "业务数量，报告内无可比对的数字"
    return "仅出现一次，报告内无可比对的关系"


def _meets(told: Iterable[Span], spans: Iterable[Span]) -> bool:
    """Whether evidence that was told lies on one of the figures."""
    spans = tuple(spans)
    return any(t.meets(s) for t in told for s in spans)


def cover(extraction: Extraction, checks: Iterable[Check], findings: Iterable[Finding] = ()) -> Coverage:
    """The coverage of one report from all checks tried on it.

    What is uncertain counts against a figure only where a finding says so. A figure that is an operand of a failed
    relation but holds in others counts as verified, unless a finding names it as the place at fault.
    """
    checks = tuple(checks)
    findings = tuple(findings)
    told = [e.span for f in findings for e in f.evidence]
    at_fault = [f.evidence[0].span for f in findings if f.evidence and f.severity != "info"]
    passed: dict[Span, list[str]] = {}
    failed: dict[Span, list[str]] = {}
    for item in checks:
        doubted = item.verdict == "fail" or (item.verdict == "uncertain" and _meets(told, item.spans))
        into = passed if item.verdict in ("pass", "tail") else failed if doubted else None
        if into is not None:
            for span in item.spans:
                into.setdefault(span, []).append(item.identity)
    firm = {span for c in checks if c.verdict in ("pass", "tail") and c.rule != CORROBORATION for span in c.spans}
    reasons = {left.fact.quantity.span: left.reason for left in extraction.leftovers}
    entries: list[Entry] = []
    for fact in extraction.facts:
        span = fact.quantity.span
        names = tuple(dict.fromkeys([*failed.get(span, ()), *passed.get(span, ())]))
        if span in failed and (span not in passed or any(f.meets(span) for f in at_fault)):
            entries.append(Entry(fact, "contradicted", "", names))
        elif span in passed:
            entries.append(Entry(fact, "verified", "" if span in firm else BORNE_OUT, names))
        else:
            entries.append(Entry(fact, "unchecked", reasons.get(span) or _reason(fact), ()))
    return Coverage(extraction.document.name, tuple(entries))
