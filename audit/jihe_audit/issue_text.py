"""Issues in words: quotations, places, sentences of fact and what follows them. All wording is data."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_audit.export.records import FindingRecord, ReportRecord, plain
from jihe_audit.finding import PERSONAL
from jihe_audit.issue_wording import Wording, wording
from jihe_audit.issues import CENT, Issue


def ended(sentence: str) -> str:
    """The sentence with a full stop."""
    sentence = sentence.strip()
    return sentence if not sentence or sentence[-1] in "。！？”）" else sentence.rstrip("；;，,.") + "。"


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


_ROW = re.compile(r"表\d+第\d+行(?=第\d+列$)|^原文第\d+行$")


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
    """What follows the facts: effect, basis, and what would settle a doubt.

    ``told`` holds the codes that the text has cited already, and takes up those cited here. Proofs always cite their
    basis, its gist once; a doubt cites one that was not cited before, and one about mere form none.
    """
    words = words or wording()
    say = words.sentence
    told = set() if told is None else told
    parts = []
    delta = (issue.delta or Decimal(0)).quantize(CENT)
    if delta:
        parts.append(say["effect_more" if delta > 0 else "effect_less"].format(delta=plain(abs(delta))))
    elif issue.severity == "error" and issue.lead.consequence in ("score", "grade", "total"):
        parts.append(say[f"effect_{issue.lead.consequence}"])
    sure = issue.severity == "error"
    form = issue.lead.consequence == "text"
    cited = issue.cited if sure else () if form else [c for c in issue.cited[:1] if c[0] not in told]
    if cited:
        key = "basis_error" if sure else "basis_warning"
        parts.append(say[key].format(basis="；".join(_with_gist(c, told) for c in cited)))
    if issue.severity == "warning" and not all(f.category in PERSONAL for f in issue.findings):
        needs = () if form else issue.needs[: words.needs]
        parts.append(say["doubt_needs"].format(needs="、".join(needs)) if needs else say["doubt"])
    return "".join(parts)


def _with_gist(cited: tuple[str, str, str], told: set[str]) -> str:
    code, title, gist = cited
    known = code in told
    told.add(code)
    if not gist or known:
        return title
    return f"{title}（{gist.rstrip('。')}）"
