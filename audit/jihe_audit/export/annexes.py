"""The annexes of an opinion: issue list, indicator scores, working paper of the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jihe_audit.export.cellvalues import figure_words, near
from jihe_audit.export.records import CheckRecord, FindingRecord, ReportRecord
from jihe_audit.export.wordstyle import landscape, paragraph, table
from jihe_audit.finding import VERDICT_WORDS
from jihe_audit.issue_wording import Wording
from jihe_audit.issues import CERTAINTY, Issue

MOST_CHECKS = 200
MOST_FINDINGS = 4
MOST_PLACES = 3
VERDICTS = ("fail", "tail", "pass")
Hits = Sequence[tuple[Issue, FindingRecord]]


class Annexes:
    """The annexes under construction; ``places`` are the items of the text by issue number."""

    def __init__(self, document: Any, places: Mapping[str, str], words: Wording) -> None:
        self._document, self._places, self._words = document, places, words

    def write(self, record: ReportRecord, issues: Sequence[Issue], faults: Sequence[Hits]) -> None:
        """All of them, on landscape pages."""
        landscape(self._document)
        self._issues(issues)
        if record.indicators:
            self._scores(record, faults)
        tried = [c for c in record.checks if c.verdict in VERDICTS]
        if tried:
            self._checks(tried)

    def _caption(self, title: str) -> None:
        paragraph(self._document, title, "表题")

    def _issues(self, issues: Sequence[Issue]) -> None:
        self._caption("附件1 问题清单")
        rows = []
        for n, issue in enumerate(issues, 1):
            few = issue.findings[:MOST_FINDINGS]
            working = "\n".join(dict.fromkeys(f.working for f in few if f.working)) or "—"
            said = "\n".join(dict.fromkeys(f.message for f in few))
            if len(issue.findings) > MOST_FINDINGS:
                said += "\n" + self._words.sentence["more_annex"].format(count=len(issue.findings) - MOST_FINDINGS)
            place = self._places.get(issue.number, "—")
            certainty = "已接受" if issue.accepted else CERTAINTY[issue.severity]
            rows.append([str(n), place, issue.number, issue.kind.name, said, working, certainty, issue.level])
        heads = ["序号", "正文条目", "问题编号", "问题类型", "问题描述", "复核计算", "确定性", "程度"]
        table(self._document, heads, rows or [["—"] * 8], [11, 19, 34, 38, 76, 51, 17, 11])

    def _scores(self, record: ReportRecord, faults: Sequence[Hits]) -> None:
        self._caption("附件2 得分复核表")
        rows = [
            [
                *([""] * (3 - len(r.path)) + list(r.path))[-3:],
                *[figure_words(r.target, r.target_text), figure_words(r.actual, r.actual_text)],
                *[figure_words(f) for f in (r.completion, r.weight, r.score)],
                named(told, self._places, self._words) or "—",
            ]
            for r, told in zip(record.indicators, faults, strict=True)
        ]
        heads = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "完成率", "分值", "得分", "复核情况"]
        table(self._document, heads, rows, [24, 26, 46, 26, 26, 20, 14, 14, 61], {6, 7})

    def _checks(self, tried: Sequence[CheckRecord]) -> None:
        self._caption("附件3 数据勾稽底稿")
        places: dict[tuple[str, str, str], list[str]] = {}
        for c in sorted(tried, key=lambda c: VERDICTS.index(c.verdict)):
            at = places.setdefault((c.title, c.working, c.verdict), [])
            if (place := near(c.place) or "—") not in at:
                at.append(place)
        rows = []
        for n, ((title, working, verdict), at) in enumerate(list(places.items())[:MOST_CHECKS], 1):
            seen = "；".join(at[:MOST_PLACES]) + ("等" if len(at) > MOST_PLACES else "")
            rows.append([str(n), title, working, VERDICT_WORDS[verdict], seen])  # type: ignore[index]
        table(self._document, ["序号", "勾稽关系", "代入值", "结论", "取数位置"], rows, [14, 62, 104, 16, 61])


def named(told: Hits, places: Mapping[str, str], words: Wording) -> str:
    """What was found about an indicator: the kinds of issue, and where the text tells of them."""
    parts = []
    for issue in {i.number: i for i, _ in told}.values():
        place = places.get(issue.number)
        parts.append(issue.kind.name + (f"（{words.sentence['seen'].format(place=place)}）" if place else ""))
    return "；".join(parts)
