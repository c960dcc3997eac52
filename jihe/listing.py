"""``findings.csv``: every finding a line, in the words of an issue list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jihe.figures import csv_rows
from jihe_audit.export.records import FindingRecord, ReportRecord
from jihe_audit.export.workbook import NOVELTY
from jihe_audit.issues import CERTAINTY

Cell = Callable[[FindingRecord], Any]
COLUMNS: tuple[tuple[str, Cell], ...] = (
    ("报告", lambda f: f.report),
    ("单位", lambda f: f.unit),
    ("年度", lambda f: f.year),
    ("确定性", lambda f: CERTAINTY[f.severity]),
    ("问题类型", lambda f: f.category),
    ("说明", lambda f: f.message),
    ("证据原文", lambda f: f.evidence[0].quote if f.evidence else ""),
    ("位置", lambda f: f.evidence[0].place if f.evidence else ""),
    ("算式", lambda f: f.working),
    ("可能原因", lambda f: f.explanation),
    ("建议", lambda f: f.advice),
    ("需补充资料", lambda f: "、".join(f.needs)),
    ("金额（元）", lambda f: f.amount),
    ("影响分值", lambda f: f.score_delta),
    ("规则", lambda f: f.rule),
    ("状态", lambda f: "已接受" if f.accepted else NOVELTY.get(f.status, "")),
    ("接受理由", lambda f: f.accepted),
    ("识别码", lambda f: f.fingerprint),
)


def finding_lines(records: Iterable[ReportRecord]) -> Iterator[bytes]:
    """The heads, and a line per finding."""
    rows = ([cell(f) for _, cell in COLUMNS] for r in records for f in r.findings)
    return csv_rows([title for title, _ in COLUMNS], rows)
