"""What looks like a figure and is none: dates, document and telephone numbers, slogans, set phrases.

Everything here is data from ``vocabulary/silence.toml``. Digit shapes are tried at the first digit of a
run; phrases are tried at a Chinese numeral, looking back over the part of the phrase that precedes it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache

from jihe_extract.numbers.numerals import CHINESE
from jihe_extract.numbers.units import literal, vocabulary

BLANK = "[ \u3000\u00a0]{0,3}"
_DIGIT = "[0-9０-９]"
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_QUOTES = {"“": "”", "‘": "’", '"': '"', "「": "」", "『": "』", "＂": "＂"}


@cache
def shapes() -> Mapping[str, re.Pattern[str]]:
    """Patterns of digit shapes that are no quantity, by the character that follows the first digits.

    The key ``''`` holds those of long runs of digits, whatever follows.
    """
    by_next: dict[str, list[str]] = {}
    for shape in vocabulary("silence")["shapes"]:
        for character in shape["next"] or [""]:
            by_next.setdefault(character, []).append(_spelt(shape["at"]))
    return {character: re.compile("|".join(parts)) for character, parts in by_next.items()}


def _spelt(shape: str) -> str:
    """A shape with its letters D (a digit) and S (blanks) spelt out, outside of brackets."""
    return str(re.sub(r"\[[^\]]*\]|[DS]", lambda m: {"D": _DIGIT, "S": BLANK}.get(m[0], m[0]), shape))


Part = tuple[str, str]
"""A phrase cut before one of its numerals."""


@cache
def _phrases() -> Mapping[str, tuple[Part, ...]]:
    """Phrases by two characters: a numeral and what follows it, or what precedes a numeral that ends it."""
    by_pair: dict[str, list[Part]] = {}
    for word in vocabulary("silence")["phrases"]["words"].split():
        for i, c in enumerate(word):
            if c in CHINESE or c == "半":
                pair = word[i : i + 2] if i + 1 < len(word) else word[i - 1 :] + "$"
                by_pair.setdefault(pair, []).append((word[:i], word[i:]))
    return {pair: tuple(sorted(set(parts), key=lambda p: (-len(p[1]), p))) for pair, parts in by_pair.items()}


_PHRASES = _phrases()


def phrase_end(text: str, at: int) -> int:
    """End of the longest set phrase over the numeral character at ``at``; ``at`` itself when there is none."""
    for pair in (text[at : at + 2], text[max(0, at - 1) : at + 1] + "$"):
        for before, rest in _PHRASES.get(pair, ()):
            if text.startswith(rest, at) and (not before or text.endswith(before, 0, at)):
                return at + len(rest)
    return at


@cache
def _places() -> tuple[frozenset[str], re.Pattern[str]]:
    places = vocabulary("silence")["places"]
    endings = sorted(places["endings"], key=len, reverse=True)
    return frozenset(places["classifiers"]), re.compile("|".join(map(literal, endings)))


def names_a_place(text: str, surface: str, end: int) -> bool:
    """Whether numeral + classifier goes on as the name of a place: 九家湾, 三道街."""
    classifiers, endings = _places()
    return surface in classifiers and endings.match(text, end) is not None


def quoted(text: str, start: int) -> bool:
    """Whether a short quotation opens right before ``start``: “125”, “六项举措”."""
    close = _QUOTES.get(text[start - 1]) if start else None
    return close is not None and text.find(close, start, start + vocabulary("silence")["marks"]["quoted"]) >= 0


def refrain(text: str, start: int) -> bool:
    """Whether 一…一 stands here (一村一品, 成熟一个发展一个): two 一 within six characters of one clause."""
    if text[start] != "一":
        return False
    return text[max(0, start - 5) : start + 6].count("一") > 1 and bool(_others(text, start))


def _others(text: str, start: int) -> list[int]:
    found = []
    for step in (-5, -4, -3, -2, 2, 3, 4, 5):
        at = start + step
        if 0 <= at < len(text) and text[at] == "一":
            between = text[min(at, start) + 1 : max(at, start)]
            if not any(c in "，。；、,;\n " for c in between):
                found.append(step)
    return found


class Titles:
    """The titles of documents (《…》) in a text: numbers inside belong to a name."""

    def __init__(self, text: str) -> None:
        spans = [m.span() for m in _TITLE.finditer(text)] if "《" in text else []
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def __bool__(self) -> bool:
        return bool(self._starts)

    def hold(self, offset: int) -> bool:
        """Whether the offset lies inside a title."""
        i = bisect_right(self._starts, offset) - 1
        return i >= 0 and offset < self._ends[i]
