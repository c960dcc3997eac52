"""The machine contract: one typed record per line of the files that ``jihe screen`` writes.

Records are plain data with personal numbers already covered; every deliverable (workbook, opinion, pages,
SARIF) is made from them and from nothing else, so what a person reads and what a machine reads agree.
Offsets are code points into ``text/<report>.txt``; amounts are yuan, rates fractions.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Pair = tuple[Decimal, Decimal]
Numbers = tuple[Decimal, Decimal, Decimal, Decimal]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Anything that becomes one JSON object."""


class EvidenceRecord(Record, frozen=True, kw_only=True):
    """One quote and where it stands."""

    quote: str
    start: int
    end: int
    page: int | None = None
    bbox: Numbers | None = None
    section: tuple[str, ...] = ()
    place: str = ""
    report: str = ""
    trust: Decimal | None = None
    boxes: tuple[tuple[int, Decimal, Decimal, Decimal, Decimal], ...] = ()


class FindingRecord(Record, frozen=True, kw_only=True):
    """One line of ``findings.jsonl``."""

    report: str
    unit: str
    year: str
    rule: str
    category: str
    severity: str
    message: str
    working: str
    stated: Pair | None
    computed: Pair | None
    evidence: tuple[EvidenceRecord, ...]
    explanation: str
    basis: tuple[str, ...]
    advice: str
    fingerprint: str
    title: str = ""
    needs: tuple[str, ...] = ()
    consequence: str = ""
    consequences: tuple[str, ...] = ()
    amount: Decimal | None = None
    score_delta: Decimal | None = None
    sources: tuple[str, ...] = ()
    accepted: str = ""
    status: str = "new"


class FactRecord(Record, frozen=True, kw_only=True):
    """One line of ``facts.jsonl``: one quantity, what it measures and how it was judged."""

    report: str
    quote: str
    start: int
    end: int
    page: int | None
    value: Decimal
    unit: str
    relation: str
    measure: str
    subject: str
    scope: str
    period: str
    stage: str
    status: str
    reason: str
    checks: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    bbox: Numbers | None = None
    place: str = ""
    origin: str = "prose"
    by: str = "rule"
    trust: Decimal = Decimal(1)


class CheckRecord(Record, frozen=True, kw_only=True):
    """One line of ``checks.jsonl``: one relation that was tried."""

    report: str
    id: str
    rule: str
    identity: str
    title: str
    verdict: str
    working: str
    stated: Pair | None
    computed: Pair | None
    difference: Decimal | None
    tolerance: Decimal | None
    unit: str
    needs: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    place: str = ""


class Figure(Record, frozen=True, kw_only=True):
    """One figure of an indicator row."""

    value: Decimal
    unit: str
    relation: str
    quote: str
    start: int
    end: int


class IndicatorRecord(Record, frozen=True, kw_only=True):
    """One line of ``indicators.jsonl``."""

    report: str
    path: tuple[str, ...]
    start: int
    end: int
    weight: Figure | None = None
    target: Figure | None = None
    mid_year: Figure | None = None
    actual: Figure | None = None
    completion: Figure | None = None
    score: Figure | None = None
    target_text: str = ""
    actual_text: str = ""
    reason: str = ""
    remedy: str = ""
    origin: str = "prose"
    table: int | None = None


class CellRecord(Record, frozen=True, kw_only=True):
    """One cell; rows and columns count from 0."""

    row: int
    col: int
    rowspan: int
    colspan: int
    text: str
    start: int
    end: int
    page: int | None = None
    bbox: Numbers | None = None


class TableRecord(Record, frozen=True, kw_only=True):
    """One line of ``tables.jsonl``."""

    report: str
    pages: tuple[int, ...]
    unit: str
    header_rows: int
    cells: tuple[CellRecord, ...]
    start: int = 0
    end: int = 0
    sure: bool = True


class BlockRecord(Record, frozen=True, kw_only=True):
    """A paragraph-like unit of the text, for the page."""

    kind: str
    level: int
    start: int
    end: int
    page: int | None = None


class Coverage(Record, frozen=True, kw_only=True):
    """How the figures of a report ended."""

    quantities: int = 0
    verified: int = 0
    borne_out: int = 0
    """Of the verified, those that only agree with figures nearby or elsewhere, without a relation told of."""
    contradicted: int = 0
    unchecked: int = 0
    rate: Decimal = Decimal(0)
    """Share of the quantities that were verified or contradicted."""
    money_and_rates: int = 0
    money_and_rates_judged: int = 0


class Summary(Record, frozen=True, kw_only=True):
    """One report in ``summary.json``."""

    report: str
    status: str
    """read, partial or failed"""
    unit: str = ""
    year: str = ""
    kind: str = ""
    region: str = ""
    format: str = ""
    pages: int | None = None
    characters: int = 0
    digest: str = ""
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    accepted: int = 0
    checks: int = 0
    coverage: Coverage = Coverage()
    seconds: Decimal = Decimal(0)
    problem: str = ""
    notes: tuple[str, ...] = ()


class ReportRecord(Record, frozen=True, kw_only=True):
    """Everything about one report, as kept between reading and writing."""

    summary: Summary
    key: str = ""
    findings: tuple[FindingRecord, ...] = ()
    facts: tuple[FactRecord, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    indicators: tuple[IndicatorRecord, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    blocks: tuple[BlockRecord, ...] = ()
    covered: tuple[tuple[int, Decimal, Decimal, Decimal, Decimal], ...] = ()
    """Page and box of everything that was covered, so that page images can be covered too."""
    text: str = ""

    @property
    def report(self) -> str:
        """Path of the report relative to the input root."""
        return self.summary.report


T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def encode(record: Any) -> bytes:
    """One JSON object without a line end; Decimals are JSON numbers with all their digits."""
    return _encoder.encode(record)


def decode(data: bytes, kind: type[T]) -> T:
    """The record that :func:`encode` wrote.

    Raises:
        msgspec.DecodeError: when the data are not such a record.
    """
    return msgspec.json.decode(data, type=kind)


def lines(path: Path, kind: type[T]) -> list[T]:
    """All records of a ``.jsonl`` file."""
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(line) for line in path.read_bytes().splitlines() if line.strip()]


def plain(value: Decimal) -> Decimal:
    """The same value without an exponent and without trailing zeros after the point."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal("0") if text in ("-0", "") else Decimal(text)


_GRAIN = Decimal("1e-10")


def outward(low: Decimal, high: Decimal) -> Pair:
    """The bounds widened to ten decimals, so that no admissible value is lost."""
    if max(abs(low), abs(high)) > Decimal("1e17"):
        return plain(low), plain(high)
    return (
        plain(low.quantize(_GRAIN, rounding=ROUND_FLOOR)),
        plain(high.quantize(_GRAIN, rounding=ROUND_CEILING)),
    )
