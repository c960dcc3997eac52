"""What changed inside a reused passage: numbers, names, words; and what should have changed but did not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz.distance import Indel

from jihe_audit.reuse.sections import rules

What = Literal["数字改动", "数字相同", "名称残留", "名称替换", "年度改动", "字句改动"]
MOST = 24
"""No more changes than this are kept for one passage."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference, or one thing that stayed the same.

    ``a`` and ``b`` are the words on either side (``""`` when absent). For ``名称残留`` the offsets bound the
    foreign name in the canonical text of the side named by ``at``; else they are -1.
    """

    what: What
    a: str
    b: str
    at: str = ""
    start: int = -1
    end: int = -1

    def row(self) -> dict[str, str | int]:
        """The change as plain data."""
        plain: dict[str, str | int] = {"what": self.what, "a": self.a, "b": self.b}
        if self.at:
            plain |= {"at": self.at, "start": self.start, "end": self.end}
        return plain


@cache
def _plain_numbers() -> frozenset[str]:
    return frozenset(rules()["numbers"]["plain"])


def telling(number: str) -> bool:
    """Whether it means anything that two reports share this number."""
    digits = number.rstrip("%").replace(",", "")
    if number in _plain_numbers() or _YEAR.fullmatch(digits):
        return False
    return "." in digits or len(digits) >= 3


def number_changes(a: str, b: str) -> list[Change]:
    """Numbers of two matching clauses, in order; nothing when their counts differ."""
    right = _NUMBER.findall(b)
    left = right if a == b else _NUMBER.findall(a)
    if len(left) != len(right):
        return []
    changes = []
    for x, y in zip(left, right, strict=True):
        if x != y:
            years = _YEAR.fullmatch(x) and _YEAR.fullmatch(y)
            changes.append(Change("年度改动" if years else "数字改动", x, y))
        elif telling(x):
            changes.append(Change("数字相同", x, y))
    return changes


def word_changes(a: str, b: str) -> list[Change]:
    """Words of two matching masked clauses that were replaced, left out or put in."""
    joined: list[tuple[int, int, int, int]] = []
    for op in Indel.opcodes(a, b) if a != b else ():
        if op.tag == "equal":
            continue
        s0, s1, d0, d1 = op.src_start, op.src_end, op.dest_start, op.dest_end
        if joined and s0 - joined[-1][1] <= 1 and d0 - joined[-1][3] <= 1:
            joined[-1] = (joined[-1][0], s1, joined[-1][2], d1)
        else:
            joined.append((s0, s1, d0, d1))
    return [Change("字句改动", _shown(a[s0:s1]), _shown(b[d0:d1])) for s0, s1, d0, d1 in joined]


def _shown(masked: str) -> str:
    return masked.replace("\ue000", "〔名称〕")


@lru_cache(maxsize=8192)
def _foreign(own: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the other report that are not the report's own, nor part of them, longest first.

    Names of two characters are left out: they stand inside too many other words.
    """
    kept = [n for n in other if len(n) >= 3 and not any(n in mine or mine in n for mine in own)]
    return tuple(sorted(kept, key=lambda n: (-len(n), n)))


@lru_cache(maxsize=8192)
def _any_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of three characters or more that hold no other such name: if none is there, no name is."""
    long = [n for n in names if len(n) >= 3]
    return tuple(n for n in long if not any(m != n and m in n for m in long))


def names_left(
    quote_a: str, quote_b: str, names_a: tuple[str, ...], names_b: tuple[str, ...], start_a: int, start_b: int
) -> list[Change]:
    """Names of one report's unit that stand in the other's text, with the place where they stand."""
    found = []
    for quote, own, other, at, start in (
        (quote_b, names_b, names_a, "b", start_b),
        (quote_a, names_a, names_b, "a", start_a),
    ):
        if not own:
            continue
        squeezed = "".join(quote.split())
        if not any(name in squeezed for name in _any_of(other)):
            continue
        taken: list[tuple[int, int]] = []
        for name in _foreign(own, other):
            if name not in squeezed:
                continue
            for hit in re.finditer(r"\s*".join(map(re.escape, name)), quote):
                span = (start + hit.start(), start + hit.end())
                if not any(lo < span[1] and span[0] < hi for lo, hi in taken):
                    taken.append(span)
                    found.append(Change("名称残留", name, name, at, *span))
    return sorted(found, key=lambda c: (c.at, c.start))
