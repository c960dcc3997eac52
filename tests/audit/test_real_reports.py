"""The published reports: what a reader can prove is found, what adds up is verified, nothing true is accused."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from jihe_audit.engine import AuditResult, audit
from jihe_extract.extraction import extract
from jihe_extract.facts import Extraction
from jihe_extract.reading import read

REAL = sorted((Path(__file__).resolve().parents[3] / "shared" / "reports").glob("0*.txt"))
pytestmark = pytest.mark.skipif(len(REAL) < 5, reason="the shared reports are not here")


@lru_cache(maxsize=8)
def _extracted(number: int) -> Extraction:
    return extract(read(REAL[number]))


@lru_cache(maxsize=8)
def _audited(number: int) -> AuditResult:
    return audit(_extracted(number))


MUST = [
    (0, "E10", "督导检查"), (0, "E05", "10.46"), (0, "E06", "35.60%"), (0, "E07", "728"), (0, "C09", "50.71%"),
    (0, "B02", "7.11%"), (0, "L03", "（一）"), (0, "P01", "182"), (0, "L08", "街道办事处"),
    (1, "E06", "完成率与计分口径"), (1, "E06", "90.65%"), (1, "A19", "99.73%"), (1, "L05", "完。"), (1, "E16", "100%"),
    (1, "D06", "信访"), (1, "L03", "截断"), (1, "L08", "518.29"), (1, "B02", "4.84%"), (1, "E07", "210%"),
    (2, "A02", "6814.62"), (2, "A02", "6934.01"), (2, "A08", "35.03%"), (2, "P02", "合计4人"), (2, "P02", "121"),
    (2, "L04", "单位（单位）"), (2, "L03", "六、"), (2, "D01", "数量指标"), (2, "E13", "100分"), (2, "E16", "全部相等"),
    (2, "E07", "250%"), (2, "E12", "轻绩效"),
    (3, "A01", "115.47"), (3, "A15", "120.90%"), (3, "L05", "搬迁安置"), (3, "A07", "994.07"),
    (4, "B01", "272.25%"), (4, "B06", "2875"), (4, "L01", "185****"), (4, "L02", "**”，公开前"), (4, "L08", "家土街道"),
    (4, "L07", "附件"), (4, "E07", "66人"), (4, "D07", "成本指标"), (4, "D14", "满意"), (4, "E09", "一字不差"),
    (4, "M06", "771.52"), (4, "A11", "14.57"), (4, "A05", "国有资本"), (2, "A13", "自治区"), (2, "A13", "新增"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "category", "words"), MUST)
def test_defect_is_found(number: int, category: str, words: str) -> None:
    told = [
        f for f in _audited(number).findings
        if f.severity != "info" and words in f"{f.says}{f.working}{''.join(f.consequences)}{f.explanation}"
    ]  # fmt: skip
    assert any(f.category == category for f in told), [(f.category, f.says) for f in told]


def test_the_missing_amount_is_named() -> None:
    explained = [f.explanation for f in _audited(2).findings if "25.00" in f.explanation]
    assert explained and "居家养老" in explained[0] and "未开展" in explained[0]


TRUE_ERRORS = {0: 0, 1: 0, 2: 5, 3: 1, 4: 0}


@pytest.mark.parametrize("number", range(5))
def test_no_error_beyond_the_proven(number: int) -> None:
    errors = [f for f in _audited(number).findings if f.severity == "error"]
    assert len(errors) <= TRUE_ERRORS[number], [f.says for f in errors]


VERIFIED = [
    (0, "I12"), (0, "R03"), (0, "R01"), (0, "I03"), (0, "I05"), (0, "E14"), (0, "I14"),
    (1, "I12"), (1, "R03"), (1, "R01"), (1, "I03"), (1, "E14"), (1, "I14"),
    (2, "R03"), (2, "I09"), (2, "R09"), (2, "N17"), (3, "I13"), (3, "I12"), (3, "I14"), (4, "I12"), (4, "S07"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "identity"), VERIFIED)
def test_what_holds_is_verified(number: int, identity: str) -> None:
    assert any(c.identity == identity and c.verdict in ("pass", "tail") for c in _audited(number).checks)


@pytest.mark.parametrize("number", range(5))
def test_coverage(number: int) -> None:
    coverage = _audited(number).coverage[0]
    assert coverage.share() >= Decimal("0.9"), coverage.summary
    assert len(coverage.entries) == len(_extracted(number).facts)
    assert all(e.reason for e in coverage.entries if e.status == "unchecked")


def test_evidence_is_exact() -> None:
    for number in range(5):
        text = _extracted(number).document.text
        for finding in _audited(number).findings:
            assert finding.evidence
            assert all(text[e.span.start : e.span.end] == e.quote for e in finding.evidence)


def test_sister_reports_are_compared() -> None:
    findings = audit([_extracted(0), _extracted(1)]).findings
    assert {"M11", "M02"} <= {f.rule for f in findings}


def test_the_same_report_gives_the_same_fingerprints() -> None:
    again = audit(extract(read(REAL[2])))
    assert [f.fingerprint for f in again.findings] == [f.fingerprint for f in _audited(2).findings]


def test_no_word_of_guilt() -> None:
    for number in range(5):
        for f in _audited(number).findings:
            assert not any(w in f"{f.says}{f.advice}{f.explanation}" for w in ("违规", "违反", "造假", "虚报"))
