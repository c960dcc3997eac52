"""The working papers in the workbook: scores, checks, figures, and what stands in two reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jihe_audit.coverage import STATUS_WORDS
from jihe_audit.export import columns
from jihe_audit.export.cells import Column, Sheet
from jihe_audit.export.cellvalues import near, scaled, score_row, score_sheets, score_total, sides, unit_of
from jihe_audit.export.records import ReportRecord
from jihe_audit.export.rows import Formula
from jihe_audit.finding import VERDICT_WORDS
from jihe_audit.issues import Issue, faults
from jihe_audit.packs import pack, pack_for

MOST_ROWS = 1_000_000
HEAD = 300
"""So much of a text tells its region."""
CHECKS = "数据勾稽底稿"
"""The sheet that findings link to."""


class Papers:
    """The four sheets of working papers, in their order."""

    def __init__(self, new: Callable[[str, tuple[Column, ...], bool], Sheet], pack_id: str) -> None:
        """``pack_id`` names the region pack whose grades are told, "" the one of each report's region."""
        self._pack = pack_id
        self._scores = new("自评得分复核表", columns.SCORES, True)
        self._checks = new(CHECKS, columns.CHECKS, True)
        self._facts = new("抽取数据表", columns.FACTS, True)
        self._across = new("跨报告比对", columns.ACROSS, False)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All of them."""
        return self._scores, self._checks, self._facts, self._across

    def colour(self, red: Any, yellow: Any) -> None:
        """Mark what does not hold."""
        self._checks.colour("结论", "不平", red)
        self._checks.colour("结论", "尾差", yellow)
        self._facts.colour("核对结果", "不符", red)

    def checks(self, record: ReportRecord, index: int) -> dict[tuple[int, int], tuple[str, int]]:
        """Write the checks; returns for each figure the check that failed on it, with its row."""
        values = {(f.start, f.end): f for f in record.facts}
        rows: dict[tuple[int, int], tuple[str, int]] = {}
        for check in record.checks:
            if self._checks.row > MOST_ROWS:
                break
            stated, computed, unit = sides(check, values)
            number = f"{index:03d}-{check.id}"
            at = self._checks.row + 1
            gap: Any = check.difference if stated is None or computed is None else stated - computed
            if stated is not None and computed is not None:
                gap = Formula(f"=D{at}-E{at}", stated - computed)
            tolerance = None if check.tolerance is None else scaled(check.tolerance, unit)
            title = check.title or check.identity
            self._checks.add(
                [
                    *[number, record.summary.unit, title, stated, computed, unit, gap, check.working or None],
                    *[tolerance, VERDICT_WORDS[check.verdict], near(check.place)],  # type: ignore[index]
                ]
            )
            if check.verdict in ("fail", "tail"):
                for span in check.spans[:1]:
                    rows.setdefault(span, (number, at))
        return rows

    def scores(self, record: ReportRecord, issues: Sequence[Issue]) -> None:
        """The indicators with the scores that their own rule gives."""
        hits, unit = faults(record, issues), record.summary.unit
        bands = pack(self._pack) if self._pack else pack_for(record.summary.region, unit + record.text[:HEAD])
        for start, end in score_sheets(record.indicators):
            first = self._scores.row + 1
            cells = []
            for row, told in zip(record.indicators[start:end], hits[start:end], strict=True):
                cells.append(score_row(unit, self._scores.row + 1, row, told))
                self._scores.add(cells[-1])
            if any(row.score for row in record.indicators[start:end]):
                self._scores.add(score_total(unit, (first, self._scores.row), cells, bands))

    def facts(self, record: ReportRecord) -> None:
        """Every figure, to be corrected by hand."""
        for fact in record.facts:
            if self._facts.row > MOST_ROWS:
                return
            at = self._facts.row + 1
            value = scaled(fact.value, unit_of(fact))
            scope = " · ".join(x for x in (fact.subject, fact.scope) if x)
            year = fact.period or record.summary.year
            self._facts.add(
                [
                    *[record.report, fact.measure, scope or None, year or None, fact.stage or None, value],
                    *[unit_of(fact), fact.quote, near(fact.place), fact.trust, STATUS_WORDS[fact.status]],
                    *[fact.reason or None, "", Formula(f'=IF(M{at}="",F{at},M{at})', value)],
                ]
            )

    def across(self, record: ReportRecord) -> None:
        """Findings whose evidence stands in two reports."""
        for f in record.findings:
            others = [e for e in f.evidence if e.report and e.report != record.report]
            if not others or not f.evidence:
                continue
            a, b = f.evidence[0], others[0]
            self._across.add(
                [
                    *[self._across.row - Sheet.FIRST + 1, f.title or f.rule, record.report],
                    *[near(a.place), a.quote, b.report, near(b.place), b.quote, None, f.message],
                ]
            )
