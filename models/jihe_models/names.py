"""Names of indicators and projects: structure first, then a tagger of characters for what structure misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from jihe_corpus.spans import Mark
from jihe_models.linear import Linear

VERSION = "names/1"
OUTSIDE = "O"
TAGGED = ("IND", "PROJ")
_CUES = (
    ("REASON", regex.compile(r"(?:偏差|未完成|未达标|差距|偏离|超额|主要)?(?:原因|成因)(?:分析|说明)?(?:为|是|：|:)+")),
    ("FIX", regex.compile(r"(?:改进|整改|下一步)(?:措施|办法|计划|打算|安排)(?:为|是|：|:)+")),
)
_STOP = regex.compile(r"[；。\n]|(?=该指标|权重|自评得分)")
_TRIM = ' 　\t\r\n，,。；;、：:“”"（(＝='


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, half-open; ``label`` is IND, PROJ, REASON or FIX."""

    start: int
    end: int
    label: str
    by: str = "rule"


def _class(char: str) -> str:
    if char.isdigit():
        return "0"
    if char in "，,；;。：:、":
        return char
    if char in '“”"‘’（()）《》【】':
        return char
    return "h" if "一" <= char <= "鿿" else "x"


def _mask(text: str) -> str:
    return "".join("0" if c.isdigit() else "^" if c == "\n" else c for c in text)


def char_features(masked: str, i: int) -> list[str]:
    """Features of one character, without the decisions before it."""
    at = masked[max(0, i - 4) : i].rjust(4, "^")
    after = masked[i + 1 : i + 6].ljust(5, "$")
    char = masked[i]
    return [
        f"c={char}", f"-1={at[3]}", f"-2={at[2]}", f"+1={after[0]}", f"+2={after[1]}", f"+3={after[2]}",
        f"-1c={at[3]}{char}", f"c+1={char}{after[0]}", f"-2-1={at[2:]}", f"+1+2={after[:2]}", f"+123={after[:3]}",
        f"-21c={at[2:]}{char}", f"c12={char}{after[:2]}", f"-321={at[1:]}", f"-4={at}", f"+4={after[:4]}",
        f"k={_class(at[3])}{_class(char)}{_class(after[0])}",
        f"k5={_class(at[2])}{_class(at[3])}{_class(char)}{_class(after[0])}{_class(after[1])}",
        _stop_after(masked, i), _stop_before(masked, i),
    ]  # fmt: skip


def _stop_after(masked: str, i: int) -> str:
    """The punctuation that ends the clause, and the words behind it."""
    for j in range(i + 1, min(i + 26, len(masked))):
        if masked[j] in "，,；;。：:（(0":
            return f"n={masked[j : j + 4]}"
    return "n=$"


def _stop_before(masked: str, i: int) -> str:
    for j in range(i - 1, max(i - 26, -1), -1):
        if masked[j] in "，,；;。：:）)、0":
            return f"b={masked[j]}{min((i - j) // 2, 6)}"
    return f"b=^{min(i // 2, 6)}"


class NameTagger:
    """Greedy BIO tagging with a linear model."""

    def __init__(self, linear: Linear) -> None:
        self.linear = linear
        self._allowed = {
            last: [i for i, label in enumerate(linear.labels) if _follows(last, label)]
            for last in (*linear.labels, OUTSIDE)
        }

    def tag(self, text: str) -> list[Name]:
        """The names in a paragraph; offsets into ``text``."""
        masked = _mask(text)
        tags: list[str] = []
        last = OUTSIDE
        for i in range(len(masked)):
            scores = self.linear.scores((*char_features(masked, i), f"p={last}", f"pc={last}{masked[i]}"))
            last = self.linear.labels[max(self._allowed[last], key=lambda k: float(scores[k]))]
            tags.append(last)
        return list(_spans(text, tags))


def _follows(last: str, label: str) -> bool:
    return not label.startswith("I-") or last[2:] == label[2:]


def _spans(text: str, tags: Sequence[str]) -> Iterator[Name]:
    start = -1
    for i, tag in enumerate([*tags, OUTSIDE]):
        if start >= 0 and not tag.startswith("I-"):
            a, b = trim(text, start, i)
            if b - a >= 2:
                yield Name(a, b, tags[start][2:], "model")
            start = -1
        if tag.startswith("B-"):
            start = i


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without blanks and stops at its ends, and without an unmatched closing bracket."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def cue_names(text: str) -> list[Name]:
    """Causes and remedies: what stands behind a cue, up to the next cue or the end of the sentence."""
    cues = sorted((m.end(), m.start(), label) for label, cue in _CUES for m in cue.finditer(text))
    found: list[Name] = []
    for n, (start, _, label) in enumerate(cues):
        stop = _STOP.search(text, start)
        end = min(stop.start() if stop else len(text), cues[n + 1][1] if n + 1 < len(cues) else len(text))
        a, b = trim(text, start, end)
        if b - a >= 1:
            found.append(Name(a, b, label))
    return found


def training_rows(paragraphs: Iterable[tuple[str, Sequence[Mark]]]) -> tuple[list[list[str]], list[str]]:
    """Feature rows and BIO labels of paragraphs with their marked names."""
    rows: list[list[str]] = []
    gold: list[str] = []
    for text, marks in paragraphs:
        masked = _mask(text)
        tags = [OUTSIDE] * len(text)
        for mark in marks:
            if mark.label in TAGGED:
                tags[mark.start : mark.end] = [f"B-{mark.label}"] + [f"I-{mark.label}"] * (mark.end - mark.start - 1)
        last = OUTSIDE
        for i, tag in enumerate(tags):
            rows.append([*char_features(masked, i), f"p={last}", f"pc={last}{masked[i]}"])
            gold.append(tag)
            last = tag
    return rows, gold
