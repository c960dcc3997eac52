from __future__ import annotations

from jihe_audit.finding import Evidence, Finding
from jihe_audit.setwise import settled
from jihe_extract.document import Span


def _finding(rule: str, reports: tuple[str, ...] = ("乙", "甲"), says: str = "", severity: str = "warning") -> Finding:
    quotes = tuple(Evidence(f"{rule}{says}", Span(3, 9), report=r) for r in reports)
    return Finding(rule, severity, says or rule, quotes, report=reports[0])  # type: ignore[arg-type]


def test_equal_figures_of_a_pair_are_told_once() -> None:
    rows = [
        _finding("M02", says="满意度均为95.5%。"),
        _finding("R9", says="8个数值相同。"),
        _finding("M09", says="9个数字相同。"),
    ]
    (told,) = settled(rows)
    assert told.rule == "R9"
    assert told.consequences == ("满意度均为95.5%。", "9个数字相同。")


def test_a_suspicion_goes_before_a_remark_and_other_pairs_stay() -> None:
    rows = [
        _finding("R9", says="2个数值相同。", severity="info"),
        _finding("M02", says="满意度均为95.5%。"),
        _finding("M02", says="合格率均为98.1%。"),
        _finding("M02", reports=("丙", "甲"), says="满意度均为95.5%。"),
        _finding("R5"),
    ]
    assert [(f.rule, f.report) for f in settled(rows)] == [("M02", "乙"), ("M02", "乙"), ("M02", "丙"), ("R5", "乙")]


def test_of_reports_with_one_text_only_one_is_compared() -> None:
    rows = [_finding("R5", ("丁", "甲")), _finding("R5", ("丁", "乙")), _finding("R5", ("乙", "甲"))]
    assert [f.report for f in settled(rows, same=[("甲", "乙")])] == ["丁"]


def test_no_two_findings_of_a_set_share_a_fingerprint() -> None:
    one, other = _finding("R7", ("丁", "甲"), "同"), _finding("R7", ("丁", "乙"), "同")
    assert one.fingerprint != other.fingerprint
    assert len(settled([one, other, one])) == 2
