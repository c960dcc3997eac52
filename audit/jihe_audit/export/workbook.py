"""``问题清单.xlsx``: the issue list, the remedy ledger and the working papers of one report or a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from jihe_audit.export import columns
from jihe_audit.export.acrosssheets import AcrossSheets
from jihe_audit.export.cells import Column, Looks, Sheet, to_wan
from jihe_audit.export.cellvalues import numbered, remark
from jihe_audit.export.papers import CHECKS, Papers
from jihe_audit.export.records import (
    FindingRecord,
    ReportRecord,
    Summary,
)
from jihe_audit.export.rows import Link
from jihe_audit.issue_text import ended, place_words, quoted
from jihe_audit.issues import CERTAINTY, Issue, citing, compose
from jihe_audit.reuse import ReuseReport
from jihe_audit.rulebook import Rulebook

NOVELTY = {"new": "新增", "unchanged": "未变"}
READ = {"read": "完整", "partial": "部分", "failed": "未能读取"}
Across = tuple[ReuseReport, Iterable[Mapping[str, Any]]]


class Workbook:
    """One workbook under construction; reports are added one by one, in order."""

    def __init__(
        self,
        path: Path,
        summaries: Sequence[Summary],
        rulebook: Rulebook,
        across: Across | None = None,
        pack: str = "",
    ) -> None:
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"title": "绩效自评复核问题清单", "author": "", "company": ""})
        self._book.set_calc_mode("auto")
        self._looks = Looks(self._book)
        self._cite = citing(rulebook)
        self._rulebook = rulebook
        self._used: set[str] = set()
        self._index = 0
        self._count = 0
        years = sorted({s.year for s in summaries if s.year})
        units = [s.unit for s in summaries if s.unit]
        who = units[0] if len(summaries) == 1 and units else f"共{len(summaries)}份报告"
        self._sub = f"{who}　年度：{'、'.join(years) or '未标明'}　金额单位：万元（另有注明的除外）"
        self._overview = self._new("总览", "绩效自评复核总览", columns.OVERVIEW) if len(summaries) > 1 else None
        self._issues = self._new("问题清单", "绩效自评复核问题清单", columns.ISSUES)
        self._remedy = self._new("整改台账", "整改台账", columns.REMEDY, sparse=True)
        self._papers = Papers(lambda name, heads, sparse: self._new(name, name, heads, sparse), pack)
        if across is not None:
            AcrossSheets(self._book, self._looks, self._sub).write(*across)
        self._bases = self._new("依据清单", "依据清单", columns.BASES)
        self._notes = self._new("说明", "说明", columns.NOTES)
        self._details = self._new("问题明细", "问题明细（附表）", columns.DETAILS, sparse=True)
        if self._overview is not None:
            self._rank(summaries)

    def _new(self, name: str, title: str, heads: tuple[Column, ...], sparse: bool = False) -> Sheet:
        return Sheet(self._book, self._looks, name, title, self._sub, heads, sparse)

    def _rank(self, summaries: Sequence[Summary]) -> None:
        """The overview: every report by consequence. Ranks count errors first, then doubts."""
        assert self._overview is not None
        worst = sorted({(-s.errors, -s.warnings) for s in summaries if s.status != "failed"})
        rank = {key: n for n, key in enumerate(worst, 1)}
        self._ranks = {s.report: rank.get((-s.errors, -s.warnings)) for s in summaries}

    def overview(self, summaries: Sequence[Summary], weights: dict[str, Counter[str]]) -> None:
        """Fill the overview, when the workbook has one; ``weights`` counts consequences by report."""
        if self._overview is None:
            return
        for n, s in enumerate(summaries, 1):
            w = weights.get(s.report, Counter())
            grave = w["score"] + w["grade"]
            sums = w["total"] + w["amount"]
            failed = s.status == "failed"
            cover = s.coverage
            share = Decimal(cover.money_and_rates_judged) / cover.money_and_rates if cover.money_and_rates else None
            counts: list[Any] = [grave, sums, w.total() - grave - sums, s.errors, s.warnings, s.infos, s.accepted]
            counts += [cover.quantities, cover.verified, cover.contradicted, share, self._ranks[s.report]]
            self._overview.add(
                [n, s.unit, s.report, s.year, READ[s.status], *([None] * 12 if failed else counts), remark(s)]
            )

    def add(self, record: ReportRecord) -> Counter[str]:
        """Write one report into all sheets; returns how many open findings have which consequence."""
        self._index += 1
        issues = compose(record, self._cite, self._index)
        check_row = self._papers.checks(record, self._index)
        for issue in issues:
            self._used.update(code for code, _, _ in issue.cited)
            first = self._details.row + 1
            for finding in issue.findings:
                self._add_detail(issue, finding, check_row)
            if issue.main:
                self._add_issue(record, issue, first)
        self._papers.scores(record, issues)
        self._papers.facts(record)
        self._papers.across(record)
        return Counter(f.consequence for f in record.findings if not f.accepted)

    def _add_issue(self, record: ReportRecord, issue: Issue, detail_row: int) -> None:
        self._count += 1
        findings, unit = issue.findings, record.summary.unit
        many = len(findings) > 1
        row = self._issues.add(
            [
                Link("问题明细", f"A{detail_row}", self._count),
                issue.number,
                unit,
                record.report,
                issue.theme.word,
                f"{issue.kind.code} {issue.kind.name}".strip(),
                numbered([f.message for f in findings[:5]], many, 200 if not many else 400),
                numbered([quoted(record, f) for f in findings[:5] if f.evidence], many, 440),
                numbered([place_words(f) for f in findings[:5]], many, 300) or None,
                numbered([f.working for f in findings[:5] if f.working], many, 400) or None,
                to_wan(issue.amount),
                issue.delta,
                CERTAINTY[issue.severity],
                issue.level,
                "；".join(issue.basis) or None,
                ended(f"建议{issue.advice}") if issue.advice else None,
                "、".join(issue.needs) or None,
                "",
                "",
                "本次新增" if issue.status == "new" and record.key == "" else "",
            ]
        )
        self._remedy.add(
            [
                Link("问题清单", f"B{row}", self._count),
                issue.number,
                issue.kind.name,
                ended(f"请{issue.advice}") if issue.advice else None,
                *["", "", unit, "", "", "", "", "未整改", "", "", "", "", ""],
            ]
        )

    def _add_detail(self, issue: Issue, f: FindingRecord, check_row: dict[tuple[int, int], tuple[str, int]]) -> None:
        first = f.evidence[0] if f.evidence else None
        spot = (first.start, first.end) if first else (-1, -1)
        check = check_row.get(spot)
        self._details.add(
            [
                issue.number,
                f.report,
                CERTAINTY[f.severity],
                f.category or None,
                f.message,
                first.quote if first else None,
                first.start if first else None,
                first.end if first else None,
                (first.place if first else "") or None,
                f.working or None,
                f.explanation or None,
                "；".join(f.consequences) or None,
                f.amount,
                f.score_delta,
                f.advice or None,
                "、".join(f.needs) or None,
                Link(CHECKS, f"A{check[1]}", check[0]) if check else None,
                f.rule,
                "已接受" if f.accepted else NOVELTY.get(f.status, ""),
                f.accepted,
                f.fingerprint,
            ]
        )

    def close(self, notes: Sequence[tuple[str, str]]) -> None:
        """Bases, notes, lists, filters and colours; then the file is whole."""
        for code, law in sorted(self._rulebook.regulations.items()):
            if code in self._used:
                title = f"《{law.title}》{f'（{law.number}）' if law.number else ''}"
                span = f"{law.since[:4] or '…'}—{law.until[:4] or '现行'}"
                article = law.article if law.certainty == "C" else ""
                self._bases.add([code, title, article or None, law.text, law.certainty, span])
        for name, words in notes:
            self._notes.add([name, words])
        ranges = self._lists()
        self._colours()
        every = [self._issues, self._remedy, *self._papers.sheets]
        for sheet in [*every, self._bases, self._notes, self._details, *([self._overview] if self._overview else [])]:
            sheet.close(ranges)
        self._issues.sheet.activate()
        (self._overview or self._issues).sheet.activate()
        self._book.close()

    def _lists(self) -> dict[str, str]:
        sheet = self._book.add_worksheet("选项")
        titles = list(columns.LISTS)
        for n, title in enumerate(titles):
            sheet.write_string(0, n, title, self._looks.head)
        depth = max(map(len, columns.LISTS.values()))
        for r in range(depth):
            for n, title in enumerate(titles):
                if r < len(columns.LISTS[title]):
                    sheet.write_string(r + 1, n, columns.LISTS[title][r])
        sheet.hide()
        return {
            title: f"='选项'!${chr(65 + n)}$2:${chr(65 + n)}${len(columns.LISTS[title]) + 1}"
            for n, title in enumerate(titles)
        }

    def _colours(self) -> None:
        looks = self._looks
        for word, look in (("高", looks.high), ("中", looks.middle), ("低", looks.low)):
            self._issues.colour("严重程度", word, look)
        for sheet in (self._issues, self._details):
            sheet.colour("确定性", "确定矛盾", looks.sure)
            sheet.colour("确定性", "疑点待核", looks.doubt)
        self._papers.colour(looks.red, looks.yellow)
        last = max(self._remedy.row, Sheet.FIRST) + 200
        open_ = f'AND($J{Sheet.FIRST + 1}<>"",$L{Sheet.FIRST + 1}<>"已整改"'
        for test, look in (
            (f"$J{Sheet.FIRST + 1}<TODAY())", looks.red),
            (f"$J{Sheet.FIRST + 1}<=TODAY()+10)", looks.yellow),
        ):
            rule = {"type": "formula", "criteria": f"={open_},{test}", "format": look, "stop_if_true": True}
            self._remedy.sheet.conditional_format(Sheet.FIRST, 9, last, 9, rule)


def write_workbook(
    path: Path,
    reports: Iterable[ReportRecord],
    summaries: Sequence[Summary],
    rulebook: Rulebook,
    notes: Sequence[tuple[str, str]],
    across: Across | None = None,
    pack: str = "",
) -> None:
    """Write the workbook whole; it appears under its name only when it is complete.

    ``across`` is what the reports of a set share, and the rows of ``reuse.jsonl``; ``pack`` the region pack that was
    asked for, "" when each report has that of its region.

    Raises:
        OSError: when it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        book = Workbook(temporary, summaries, rulebook, across, pack)
        weights = {record.report: book.add(record) for record in reports}
        book.overview(summaries, weights)
        book.close(notes)
        temporary.replace(path)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(0, "无法写入问题清单，请关闭已打开的同名文件") from error
    finally:
        temporary.unlink(missing_ok=True)
