"""One report from file to record, and a set of reports against one another: wiring, no judgement."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from jihe.errors import UsageError
from jihe.settings import Settings
from jihe_audit.coverage import Coverage
from jihe_audit.export.recording import record_report
from jihe_audit.export.records import ReportRecord
from jihe_audit.finding import Check, Finding
from jihe_audit.packs import Pack
from jihe_extract.document import Document
from jihe_extract.errors import ReadError
from jihe_extract.facts import Extraction

MOST_CHARACTERS = 5_000_000
"""Longer texts are no reports; they would only keep a worker busy."""


@dataclass(frozen=True)
class Judged:
    """What one report asserts and what the audit says of it."""

    extraction: Extraction
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    coverage: Coverage


def read_document(path: Path, name: str) -> Document:
    """The document, read in a process of its own and within the limits.

    Raises:
        ReadError: when the file cannot be read.
    """
    from jihe_extract.guard.sandbox import read_safely

    document = read_safely(path, name=name)
    if len(document.text) > MOST_CHARACTERS:
        raise ReadError(
            "too_long", f"正文有 {len(document.text)} 字，超过 {MOST_CHARACTERS} 字的上限，不像绩效报告，未审核"
        )
    return document


def pack_of(settings: Settings, extraction: Extraction | None = None) -> Pack | None:
    """The pack that the settings ask for, with their thresholds; None to leave the choice to the audit.

    Raises:
        UsageError: when there is no such pack or threshold.
    """
    from jihe_audit import packs

    if not settings.pack and not settings.thresholds:
        return None
    try:
        if settings.pack or extraction is None:
            pack = packs.pack(settings.pack or packs.DEFAULT)
        else:
            profile = extraction.profile
            pack = packs.pack_for(profile.region, profile.unit + extraction.document.text[:300])
        return replace(pack, **settings.thresholds)  # type: ignore[arg-type]
    except packs.UnknownPackError as error:
        raise UsageError(str(error)) from error
    except TypeError as error:
        raise UsageError(f"设置里有不认识的阈值：{'、'.join(settings.thresholds)}") from error


def _engine_settings(settings: Settings, *, set_only: bool = False) -> object:
    from jihe_audit import engine
    from jihe_audit.rulebook import load

    overlays = tuple(Path(p) for p in settings.rulebook)
    rules = load(overlays).rules.values()
    off = {r.id for r in rules if not settings.rules.allow(r.id) or (set_only and r.run_set is None)}
    accepted = {a.fingerprint: a.reason for a in settings.accept}
    return engine.Settings(overlays=overlays, disabled=frozenset(off), accepted=accepted)


def judge(document: Document, settings: Settings) -> Judged:
    """Extract and audit one document."""
    from jihe.models import binder_of
    from jihe_audit.engine import audit
    from jihe_extract.extraction import extract

    extraction = extract(document, binder=binder_of(settings.model, settings.vocabulary))
    options = _engine_settings(settings)
    result = audit(extraction, pack=pack_of(settings, extraction), settings=options)  # type: ignore[arg-type]
    return Judged(extraction, result.findings, result.checks, result.coverage[0])


def judge_set(extractions: Sequence[Extraction], settings: Settings, *, set_only: bool = False) -> list[Finding]:
    """Findings of each report and of the set; with ``set_only`` only those that need several reports."""
    from jihe_audit.engine import audit

    options = _engine_settings(settings, set_only=set_only)
    pack = pack_of(settings, extractions[0] if extractions else None)
    return list(audit(extractions, pack=pack, settings=options).findings)  # type: ignore[arg-type]


def record_file(path: Path, report: str, settings: Settings) -> tuple[ReportRecord, Extraction]:
    """The record of one file, and what it was made from.

    Raises:
        ReadError: when the file cannot be read.
    """
    started = time.perf_counter_ns()
    one = judge(read_document(path, report), settings)
    seconds = Decimal(time.perf_counter_ns() - started).scaleb(-9).quantize(Decimal("0.001"))
    record = record_report(one.extraction, one.findings, one.checks, one.coverage, report=report, seconds=seconds)
    return record, one.extraction


def resume_key(path: Path, settings: Settings, version: str) -> str:
    """What must be unchanged for an earlier record to be taken over."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return f"{digest[:32]}-{settings.judging}-{version}"
