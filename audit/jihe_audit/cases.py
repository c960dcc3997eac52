"""Runs a rule's own cases through an extractor: every failing text must be caught at exactly the marked words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from jihe_audit.engine import AuditResult, Settings, audit
from jihe_audit.rule import NEXT, Rule
from jihe_extract.facts import Extraction

Extractor = Callable[[str], Extraction]


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """A case that did not come out as its rule says."""

    rule: str
    text: str
    message: str


def marked(case: str) -> tuple[str, list[str]]:
    """The text without marks, and the words between « and »."""
    words: list[str] = []
    plain = ""
    rest = case
    while "«" in rest:
        before, _, after = rest.partition("«")
        word, _, rest = after.partition("»")
        plain += before + word
        words.append(word)
    return plain + rest, words


def _audited(extract: Extractor, text: str, settings: Settings | None) -> AuditResult:
    """The audit of a case; of a set when the text holds several reports, each under its own name."""
    reports = [extract(part) for part in text.split(NEXT)]
    if len(reports) == 1:
        return audit(reports[0], pack="national", settings=settings)
    named = [replace(r, document=replace(r.document, name=f"第{n}份")) for n, r in enumerate(reports, 1)]
    return audit(named, pack="national", settings=settings)


def failures(rule: Rule, extract: Extractor, settings: Settings | None = None) -> Iterator[CaseFailure]:
    """Cases of the rule that come out wrong; none when all is well. ``settings`` may name overlays."""
    for case in rule.fails:
        text, words = marked(case)
        found = [f for f in _audited(extract, text, settings).findings if f.rule == rule.id]
        quotes = [f.evidence[0].quote for f in found if f.evidence]
        for word in words:
            if word not in quotes:
                yield CaseFailure(rule.id, text, f"应当指出“{word}”，实际指出：{quotes or '无'}")
    for case in rule.confirms:
        text, words = marked(case)
        checks = [c for c in _audited(extract, text, settings).checks if c.rule == rule.id and c.verdict == "pass"]
        quotes = [text[c.spans[0].start : c.spans[0].end] for c in checks]
        for word in words:
            if word not in quotes:
                yield CaseFailure(rule.id, text, f"应当核为相符“{word}”，实际：{quotes or '无'}")
    for text in rule.passes:
        result = _audited(extract, text, settings)
        loud = [f for f in result.findings if f.rule == rule.id and (f.severity != "info" or rule.severity == "info")]
        if loud:
            yield CaseFailure(rule.id, text, f"不应报告，实际报告：{loud[0].says}")
        if rule.confirms and any(c.rule == rule.id for c in result.checks):
            yield CaseFailure(rule.id, text, "不应核为相符")
