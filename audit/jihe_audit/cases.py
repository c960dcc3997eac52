"""Runs a rule's own cases through an extractor: every failing text must be caught at exactly the marked words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jihe_audit.engine import audit
from jihe_audit.finding import Finding
from jihe_audit.rule import Rule
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


def _found(rule: Rule, extract: Extractor, text: str) -> list[Finding]:
    return [f for f in audit(extract(text), pack="national").findings if f.rule == rule.id]


def failures(rule: Rule, extract: Extractor) -> Iterator[CaseFailure]:
    """Cases of the rule that come out wrong; none when all is well."""
    for case in rule.fails:
        text, words = marked(case)
        quotes = [f.evidence[0].quote for f in _found(rule, extract, text) if f.evidence]
        for word in words:
            if word not in quotes:
                yield CaseFailure(rule.id, text, f"应当指出“{word}”，实际指出：{quotes or '无'}")
    for text in rule.passes:
        loud = [f for f in _found(rule, extract, text) if f.severity != "info" or rule.severity == "info"]
        if loud:
            yield CaseFailure(rule.id, text, f"不应报告，实际报告：{loud[0].says}")
