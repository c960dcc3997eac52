"""From findings to issues: grouped by theme, merged by root, ranked by consequence, worded for the reader.

All wording is data (``rulebook/issues/*.toml``); a finding brings its own facts, formula, basis and advice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jihe_audit.export.records import FindingRecord, ReportRecord, plain
from jihe_audit.finding import PERSONAL
from jihe_audit.issue_wording import Kind, Theme, Wording, wording

Cite = Callable[[Sequence[str], str], tuple[tuple[str, str, str], ...]]
"""Codes and the report's year in; code, title with article, and gist of what may be cited out."""

CERTAINTY = {"error": "确定矛盾", "warning": "疑点待核", "info": "提示"}
SEVERITY = {"error": 0, "warning": 1, "info": 2}
LEVEL = {"高": 0, "中": 1, "低": 2}
CENT = Decimal("0.01")
WEIGHTY = ("score", "grade")
SUMS = ("total", "amount")


@dataclass(frozen=True)
class Issue:
    """Findings of one report composed for a reader."""

    number: str
    theme: Theme
    kind: Kind
    findings: tuple[FindingRecord, ...]
    cited: tuple[tuple[str, str, str], ...]
    main: bool = True

    @property
    def lead(self) -> FindingRecord:
        """The weightiest finding."""
        return self.findings[0]

    @property
    def severity(self) -> str:
        """Severity of the weightiest finding."""
        return self.lead.severity

    @property
    def level(self) -> str:
        """高, 中 or 低: what the kind usually weighs, raised by consequence and lowered by doubt."""
        if self.severity == "info":
            return "低"
        if self.severity == "error" and self.lead.consequence in (*WEIGHTY, *SUMS):
            return "高"
        if self.severity == "warning" and self.kind.level == "高" and self.lead.consequence not in WEIGHTY:
            return "中"
        return self.kind.level

    @property
    def basis(self) -> tuple[str, ...]:
        """Titles and articles to cite."""
        return tuple(title for _, title, _ in self.cited)

    @property
    def amount(self) -> Decimal | None:
        """The largest amount at stake, in yuan."""
        amounts = [abs(f.amount) for f in self.findings if f.amount is not None]
        return max(amounts) if amounts else None

    @property
    def delta(self) -> Decimal | None:
        """Points to add or take off, all findings together."""
        deltas = [f.score_delta for f in self.findings if f.score_delta is not None]
        return sum(deltas, Decimal(0)) if deltas else None

    @property
    def advice(self) -> str:
        """What the unit should do, starting with a verb."""
        own = list(dict.fromkeys(f.advice.rstrip("。；") for f in self.findings if f.advice))
        return self.kind.advice or "；".join(own[:3])

    @property
    def needs(self) -> tuple[str, ...]:
        """Material to ask for."""
        return wording().named([*self.kind.needs, *(n for f in self.findings for n in f.needs)])

    @property
    def accepted(self) -> str:
        """The reason, when every finding of the issue was accepted."""
        return self.lead.accepted if all(f.accepted for f in self.findings) else ""

    @property
    def status(self) -> str:
        """new when any of its findings is."""
        return "new" if any(f.status == "new" for f in self.findings) else "unchanged"


def ended(sentence: str) -> str:
    """The sentence with a full stop."""
    sentence = sentence.strip()
    return sentence if not sentence or sentence[-1] in "。！？”）" else sentence.rstrip("；;，,.") + "。"


def _rank(f: FindingRecord) -> tuple[int, int, int, Decimal]:
    weighty = 0 if f.consequence in WEIGHTY else 1 if f.consequence in SUMS else 2
    level = LEVEL[wording().kind(f.category, f.title).level]
    return SEVERITY[f.severity], weighty, level, -abs(f.amount or Decimal(0))


def _bucket(issue: Issue) -> tuple[int, int, int, int, Decimal]:
    severity, weighty, level, amount = _rank(issue.lead)
    return (1 if issue.accepted else 0), severity, weighty, level, amount


def _groups(findings: Sequence[FindingRecord]) -> list[list[FindingRecord]]:
    """One group a root: the same kind of issue, or the same figure at fault."""
    joined = {code: kind.code for codes, kind in wording().joins.items() for code in codes}
    root: dict[str, int] = {}
    groups: list[list[FindingRecord]] = []
    for f in sorted(findings, key=_rank):
        state = "accepted" if f.accepted else "open"
        kind = joined.get(f.category, f.category) or f.rule
        keys = [f"{state}:{'info' if f.severity == 'info' else 'main'}:{kind}"]
        if f.severity == "error" and f.evidence:
            first = f.evidence[0]
            keys.append(f"{state}:{first.report}:{first.start}:{first.end}")
        at = next((root[k] for k in keys if k in root), len(groups))
        if at == len(groups):
            groups.append([])
        groups[at].append(f)
        for k in keys:
            root.setdefault(k, at)
    return groups


def compose(record: ReportRecord, cite: Cite, index: int = 1, words: Wording | None = None) -> list[Issue]:
    """The issues of one report, main ones first, each list by rank; ``index`` is the report's number."""
    words = words or wording()
    issues = []
    for group in _groups(record.findings):
        lead = group[0]
        codes = list(dict.fromkeys(c for f in group for c in f.basis))
        cited = cite(codes, lead.year) if lead.severity != "info" else ()
        kind = words.joint(f.category for f in group) or words.kind(lead.category, lead.title)
        issues.append(Issue("", words.theme(lead.category), kind, tuple(group), cited))
    issues.sort(key=_bucket)
    year = record.summary.year or "0000"
    limit = words.main
    result = []
    for n, issue in enumerate(issues, 1):
        main = n <= limit and issue.severity != "info" and not issue.accepted
        number = f"JH-{year}-{index:03d}-{n:03d}"
        result.append(Issue(number, issue.theme, issue.kind, issue.findings, issue.cited, main))
    return result


@dataclass(frozen=True, slots=True)
class Chapter:
    """What stands under one heading of 三, and under its counterpart in 四."""

    problem: str
    advice: str
    issues: tuple[Issue, ...]


def chapters(issues: Iterable[Issue]) -> list[Chapter]:
    """Main issues under their headings, in the customary order; a group of one theme has that theme's headings."""
    grouped: dict[int, list[Issue]] = {}
    for issue in issues:
        if issue.main:
            grouped.setdefault(issue.theme.group.order, []).append(issue)
    made = []
    for _, members in sorted(grouped.items()):
        members.sort(key=lambda i: (i.severity != "error", i.theme.order))
        themes = {i.theme.id for i in members}
        head = members[0].theme if len(themes) == 1 else members[0].theme.group
        made.append(Chapter(head.problem, head.advice, tuple(members)))
    return made


SCORED = "performance"
"""The group of themes whose findings may concern a single indicator."""


def faults(record: ReportRecord, issues: Iterable[Issue]) -> list[list[tuple[str, str]]]:
    """For every indicator the numbers of the issues that concern it alone, and what they say."""
    rows = record.indicators
    told: list[list[tuple[str, str]]] = [[] for _ in rows]
    for issue in issues:
        for f in issue.findings:
            if f.severity == "info" or issue.theme.group.id != SCORED:
                continue
            own = [e for e in f.evidence if e.report in ("", record.report)]
            at = {n for e in own for n, row in enumerate(rows) if row.start <= e.start < row.end}
            if len(at) == 1:
                told[at.pop()].append((issue.number, f.message))
    return told


AROUND = 80
"""Longest quotation in the issue list."""


def quoted(record: ReportRecord, finding: FindingRecord) -> str:
    """The clause around the place at fault, so that a bare figure can be read and found again.

    Of personal data nothing is quoted but the covered words: other names may stand beside them.
    """
    first = finding.evidence[0]
    text = record.text
    elsewhere = first.report not in ("", record.report) or text[first.start : first.end] != first.quote
    if elsewhere or finding.category in PERSONAL:
        return cut(first.quote)
    before = max(text.rfind(c, 0, first.start) for c in _STOPS) + 1
    ends = [at for c in _STOPS if (at := text.find(c, first.end)) >= 0]
    after = min(ends, default=len(text))
    room = max(AROUND - len(first.quote), 0)
    start = max(before, first.start - room * 2 // 3)
    if start > before and (comma := _COMMA.search(text, start, first.start)):
        start = comma.end()
    end = min(after, max(first.end, start + AROUND))
    words = " ".join(text[start:end].split())
    return cut(("…" if start > before else "") + words + ("…" if end < after else ""), AROUND + 2)


_STOPS = "。；！？\n"
_COMMA = re.compile("[，、：:]")


def cut(text: str, most: int = AROUND) -> str:
    """A quotation of bearable length."""
    return text if len(text) <= most else text[: most - 1] + "…"


_ROW = re.compile(r"表\d+第\d+行(?=第\d+列$)")


def place_words(finding: FindingRecord) -> str:
    """Where the first quote stands, as one would write it in a letter."""
    if not finding.evidence:
        return ""
    first = finding.evidence[0]
    parts = [f"第{first.page}页"] if first.page is not None else []
    row = _ROW.search(first.place)
    if row:
        parts.append(row[0])
    elif first.section:
        parts.append(f"“{first.section[-1].strip().rstrip('：:')[:30]}”部分")
    return "".join(parts)


_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?", re.ASCII)
_COUNT = re.compile(r"（\d+处）|>100%|>0$")
LONG = 100
"""Longest formula that stands in a sentence; longer ones are left to the annex."""


def _adds(working: str, message: str) -> bool:
    """Whether a formula tells figures that the message does not."""
    return not _figures(_COUNT.sub("", working)) <= _figures(message)


def _figures(text: str) -> set[Decimal]:
    return {Decimal(figure.replace(",", "")).normalize() for figure in _FIGURE.findall(text)}


def fact_sentences(issue: Issue, words: Wording | None = None) -> list[str]:
    """The facts of an issue, one paragraph a finding, examples limited."""
    words = words or wording()
    say = words.sentence
    result = []
    for f in issue.findings[: words.examples]:
        place = place_words(f)
        text = ended(f.message)
        if place:
            text = text[:-1] + say["place"].format(place=place) + text[-1]
        if _adds(f.working, f.message):
            long = len(f.working) > LONG
            text += say["working_long"] if long else say["working"].format(working=f.working.rstrip("。"))
        if f.explanation:
            text += ended(say["cause"].format(cause=f.explanation))
        result.append(text)
    rest = len(issue.findings) - words.examples
    if rest > 0:
        result.append(say["more"].format(count=rest))
    return result


def closing(issue: Issue, words: Wording | None = None, told: set[str] | None = None) -> str:
    """What follows the facts: effect, basis, and the request to verify when it is a doubt.

    ``told`` holds the codes whose gist the text has given already, and takes up those given here; a doubt
    cites one basis only, and one about mere form none.
    """
    say = (words or wording()).sentence
    told = set() if told is None else told
    parts = []
    delta = (issue.delta or Decimal(0)).quantize(CENT)
    if delta:
        parts.append(say["effect_more" if delta > 0 else "effect_less"].format(delta=plain(abs(delta))))
    elif issue.severity == "error" and issue.lead.consequence in ("score", "grade", "total"):
        parts.append(say[f"effect_{issue.lead.consequence}"])
    sure = issue.severity == "error"
    cited = issue.cited if sure else () if issue.lead.consequence == "text" else issue.cited[:1]
    if cited:
        key = "basis_error" if sure else "basis_warning"
        parts.append(say[key].format(basis="；".join(_with_gist(c, told) for c in cited)))
    if issue.severity == "warning":
        parts.append(say["doubt"])
    return "".join(parts)


def _with_gist(cited: tuple[str, str, str], told: set[str]) -> str:
    code, title, gist = cited
    if not gist or code in told:
        return title
    told.add(code)
    return f"{title}（{gist.rstrip('。')}）"


def material(issues: Iterable[Issue]) -> list[tuple[str, list[str]]]:
    """Material to request, each with the numbers of the issues that need it."""
    wanted: dict[str, list[str]] = {}
    for issue in issues:
        if not issue.accepted and issue.severity != "info":
            for need in issue.needs:
                wanted.setdefault(need, []).append(issue.number)
    return list(wanted.items())


def citing(rulebook: Any) -> Cite:
    """A :data:`Cite` from a loaded rulebook: at most two, in force in the year, never an uncertain one."""

    def cite(codes: Sequence[str], year: str) -> tuple[tuple[str, str, str], ...]:
        known = rulebook.regulations
        return tuple((c, rulebook.cite(c), known[c].text) for c in rulebook.citable(codes, year))

    return cite
