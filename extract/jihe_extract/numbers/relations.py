"""How a number is meant: 不低于, 以上, 余, 约, 增加, from … to …, read from the words beside it.

The words are data (``vocabulary/relations.toml``). Every look is bounded: a cue before a number is found by
its last character in a table, a cue behind it by one anchored pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from jihe_extract.numbers.quantity import Relation
from jihe_extract.numbers.units import literal, vocabulary

BLANK = frozenset(" \u3000\u00a0\n\r$")
"""What may part a number from its cue."""


Cue = tuple[str, int, Relation]


@cache
def _before() -> tuple[Mapping[str, tuple[Cue, ...]], Mapping[str, Relation]]:
    """Cues before a number by their last two characters, longest first; and those of one character."""
    pairs: dict[str, list[Cue]] = {}
    singles: dict[str, Relation] = {}
    for relation, words in vocabulary("relations")["before"].items():
        for word in words:
            if len(word) == 1:
                singles[word] = relation
            else:
                pairs.setdefault(word[-2:], []).append((word, len(word), relation))
    return {last: tuple(sorted(cues, key=lambda cue: -cue[1])) for last, cues in pairs.items()}, singles


@cache
def _after() -> tuple[frozenset[str], re.Pattern[str], Mapping[str, Relation]]:
    """First characters of the cues behind a number, their pattern, and what each means."""
    after = vocabulary("relations")["after"]
    shields: Mapping[str, str] = after["shields"]
    relations: tuple[Relation, ...] = ("ge", "le", "approx")
    meaning = {word: relation for relation in relations for word in after[relation]}
    parts = [
        literal(word) + (f"(?!{shields[word]})" if shields.get(word) else "")
        for word in sorted(meaning, key=len, reverse=True)
    ]
    return frozenset(word[0] for word in meaning), re.compile("|".join(parts)), meaning


PAIRS, SINGLES = _before()
"""Cues before a number: by their last two characters, and those of one character."""
AFTER_FIRST, _AFTER, _AFTER_MEANING = _after()
_TIME_AFTER = frozenset(vocabulary("relations")["after"]["time"]["le"])
_TIMES = frozenset(["天", "日", "月", "年", "工作日", "小时", "分钟", "周", "自然日", "秒"])
INNER: Mapping[str, Relation] = {
    word: relation for relation, words in vocabulary("relations")["inner"].items() for word in words
}
LEADING: Mapping[str, Relation] = {
    word: relation for relation, words in vocabulary("relations")["leading"].items() for word in words
}
RANGE_MARKS = frozenset(vocabulary("relations")["range"]["marks"])
_BASES = tuple(vocabulary("relations")["growth"]["base"])


def before(text: str, start: int) -> Relation:
    """Relation that the words right before ``start`` give, blanks and a line break skipped."""
    i = start
    if text[i - 1 : i] in BLANK:
        while i > 0 and start - i < 4 and text[i - 1] in BLANK:
            i -= 1
    for word, length, relation in PAIRS.get(text[max(0, i - 2) : i], ()):
        if length == 2 or (i >= length and text.startswith(word, i - length)):
            return relation
    return SINGLES.get(text[i - 1 : i], "eq") if i else "eq"


def after(text: str, end: int, unit: str) -> Relation:
    """Relation that the words right behind ``end`` give."""
    i = end
    if text[i : i + 1] in BLANK:
        limit = min(end + 3, len(text))
        while i < limit and text[i] in BLANK:
            i += 1
    found = _AFTER.match(text, i)
    if found is not None:
        return _AFTER_MEANING[found[0]]
    if unit in _TIMES and text[i : i + 1] in _TIME_AFTER:
        return "le"
    return "eq"


def has_base(text: str, start: int) -> bool:
    """Whether a base of comparison (同比, 较上年) stands in the same clause before ``start``."""
    clause = text[max(0, start - 24) : start]
    cut = max(clause.rfind(mark) for mark in "。；;\t")
    return any(base in clause[cut + 1 :] for base in _BASES)
