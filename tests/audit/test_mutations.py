"""Change one digit of a figure that an equality rests on: the change must be found, with that figure in evidence."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jihe_audit.coverage import CORROBORATION
from jihe_audit.engine import AuditResult, audit
from jihe_extract.extraction import extract
from jihe_extract.reading import read, read_text

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "corpus" / "jihe_corpus" / "samples" / "reports").glob("*.txt"))
REAL = sorted((ROOT.parent / "shared" / "reports").glob("0*.txt"))
BOUNDS = {"I20", "S04", "S07≥", "R11", "I05≥", "I18"}
"""Comparisons (not above, not below) that a small change of a figure need not disturb."""


def _judge(text: str) -> AuditResult:
    return audit(extract(read_text(text)))


def _bearing(result: AuditResult) -> list[tuple[int, int]]:
    spans = {
        (s.start, s.end)
        for c in result.checks
        if c.verdict in ("pass", "tail") and c.identity not in BOUNDS and c.rule != CORROBORATION
        for s in c.spans
    }
    return sorted(spans)


def _found(before: AuditResult, after: AuditResult, at: int) -> bool:
    known = {(f.rule, f.says) for f in before.findings}
    return any(
        f.severity != "info"
        and (f.rule, f.says) not in known
        and any(e.span.start <= at < e.span.end for e in f.evidence)
        for f in after.findings
    )


def _score(paths: list[Path], times: int, seed: int) -> tuple[int, list[str]]:
    rng = random.Random(seed)
    tried, missed = 0, []
    for path in paths:
        text = read(path).text
        before = _judge(text)
        text = extract(read_text(text)).document.text
        spans = _bearing(before)
        for _ in range(times):
            start, end = rng.choice(spans)
            digits = [i for i in range(start, end) if text[i] in "0123456789"]
            if not digits:
                continue
            at = rng.choice(digits)
            digit = rng.choice([d for d in "0123456789" if d != text[at]])
            tried += 1
            if not _found(before, _judge(text[:at] + digit + text[at + 1 :]), at):
                missed.append(f"{path.name} {text[start:end]} → {text[start:at]}{digit}{text[at + 1 : end]}")
    return tried, missed


@pytest.mark.skipif(not SAMPLES, reason="no samples")
def test_changed_digits_of_the_samples_are_found() -> None:
    tried, missed = _score(SAMPLES, 12, seed=20231)
    assert tried and len(missed) <= tried * 0.07, "\n".join(missed)


@pytest.mark.skipif(not REAL, reason="the shared reports are not here")
def test_changed_digits_of_real_reports_are_found() -> None:
    tried, missed = _score(REAL, 30, seed=20232)
    assert tried and len(missed) <= tried * 0.05, "\n".join(missed)
