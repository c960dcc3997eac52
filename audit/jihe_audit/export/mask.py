"""Covering personal data before anything leaves the tool.

Phone and identity numbers and the names of private persons become stars of the same length, so that every
offset into the text stays right: ``185****3391``, ``唐**``. What is covered is data
(``rulebook/issues/privacy.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import regex

from jihe_extract.document import Span

STAR = "*"
LONGEST = 20
"""Longest name or number that is covered as a whole."""


@dataclass(frozen=True, slots=True)
class _Number:
    kind: str
    pattern: regex.Pattern[str]
    keep_head: int
    keep_tail: int

    def cover(self, surface: str) -> str:
        middle = len(surface) - self.keep_head - self.keep_tail
        if middle <= 0:
            return STAR * len(surface)
        return surface[: self.keep_head] + STAR * middle + surface[len(surface) - self.keep_tail :]


@dataclass(frozen=True, slots=True)
class _Names:
    following: regex.Pattern[str]
    preceding: regex.Pattern[str]
    ordinary: frozenset[str]
    stops: frozenset[str]

    def spans(self, text: str) -> list[Span]:
        found = [self._after_cue(m) for m in self.following.finditer(text)]
        found += [Span(*m.span("name")) for m in self.preceding.finditer(text)]
        return [s for s in found if s is not None and text[s.start : s.start + 2] not in self.ordinary]

    def _after_cue(self, match: regex.Match[str]) -> Span | None:
        """The name behind a cue; its third character may already belong to the sentence."""
        start, end = match.span("name")
        name = match.group("name")
        if name[1] in self.stops:
            return None
        if len(name) == 3 and name[2] in self.stops:
            end -= 1
        return Span(start, end)


@lru_cache(maxsize=1)
def _knowledge() -> tuple[tuple[_Number, ...], _Names]:
    data = tomllib.loads((files("jihe_audit") / "rulebook" / "issues" / "privacy.toml").read_text(encoding="utf-8"))
    numbers = tuple(
        _Number(n["kind"], regex.compile(n["pattern"]), n["keep_head"], n["keep_tail"]) for n in data["number"]
    )
    names = data["names"]
    surnames = "".join(names["surnames"].split())
    before = "|".join(map(regex.escape, names["before"]))
    after = "|".join(map(regex.escape, names["after"]))
    titles = "|".join(map(regex.escape, names["titles"]))
    family = rf"[{surnames}]"
    return numbers, _Names(
        following=regex.compile(rf"(?:{before})(?:{titles}){{0,3}}(?P<name>{family}\p{{Han}}{{1,2}})"),
        preceding=regex.compile(
            rf"(?<![\p{{Han}}\d])(?P<name>{family}\p{{Han}}{{1,2}})(?=(?:等人?)?(?:的|因[^，。；]{{0,12}})?(?:{after}))"
        ),
        ordinary=frozenset(names["ordinary"].split()),
        stops=frozenset(names["stops"]),
    )


_SURROGATES = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced."""
    return _SURROGATES.sub("\ufffd", text)


def _cover_other(surface: str) -> str:
    if any(c.isdigit() for c in surface):
        keep = 3 if len(surface) > 8 else 1
        return surface[:keep] + STAR * (len(surface) - 2 * keep) + surface[len(surface) - keep :]
    return surface[0] + STAR * (len(surface) - 1)


class Mask:
    """The text with personal data covered, and the same cover for any sentence made from it."""

    def __init__(self, text: str, more: Iterable[Span] = ()) -> None:
        """``more`` are spans known to hold personal data: numbers lose their middle, names all but the first."""
        numbers, names = _knowledge()
        self._cover: dict[str, str] = {}
        spans: list[Span] = []
        pieces: list[tuple[Span, str]] = []
        for number in numbers:
            for match in number.pattern.finditer(text):
                pieces.append((Span(*match.span()), number.cover(match.group())))
        for span in [*names.spans(text), *more]:
            surface = text[span.start : span.end]
            if 1 < len(surface) <= LONGEST and STAR not in surface:
                pieces.append((span, _cover_other(surface)))
        out: list[str] = []
        at = 0
        for span, covered in sorted(pieces, key=lambda p: (p[0].start, -p[0].end)):
            if span.start < at:
                continue
            self._cover[text[span.start : span.end]] = covered
            out += (text[at : span.start], covered)
            at = span.end
            spans.append(span)
        out.append(text[at:])
        self.text: str = whole("".join(out))
        self.spans: tuple[Span, ...] = tuple(spans)
        self._longest_first = sorted(self._cover, key=len, reverse=True)

    def quote(self, span: Span) -> str:
        """The covered characters of a span of the text."""
        return self.text[span.start : span.end]

    def of(self, words: str) -> str:
        """``words`` with what this text's cover hides hidden too, and numbers of its own covered."""
        for surface in self._longest_first:
            if surface in words:
                words = words.replace(surface, self._cover[surface])
        for number in _knowledge()[0]:
            words = number.pattern.sub(lambda m, n=number: n.cover(m.group()), words)
        return whole(words)
