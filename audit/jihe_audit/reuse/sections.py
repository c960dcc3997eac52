"""Kinds of sections: what a heading is called, and whether its text must be the unit's own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jihe_extract.document import Document

Own = Literal["must", "may", "mandated"]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the canonical text (half-open, code points) whose kind is known; ``kind`` is a standard key."""

    start: int
    end: int
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section as the rulebook describes it."""

    key: str
    name: str
    own: Own
    aliases: tuple[str, ...]
    cues: tuple[str, ...]


@cache
def rules() -> dict[str, Any]:
    """The rulebook's file of sections, outlines and names."""
    text = resources.files("jihe_audit").joinpath("rulebook/sections.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def section_kinds() -> dict[str, SectionKind]:
    """Kinds by key, in the rulebook's order; the empty key is text of unknown kind."""
    kinds = {"": SectionKind("", "正文", "may", (), ())}
    for row in rules()["section"]:
        unknown = set(row) - {"key", "name", "own", "aliases", "cues"}
        if unknown:
            raise ValueError(f"sections.toml: 未知键 {sorted(unknown)}（{row.get('key')}）")
        kinds[row["key"]] = SectionKind(
            row["key"], row["name"], row["own"], tuple(row["aliases"]), tuple(row.get("cues", ()))
        )
    return kinds


def section_name(kind: str) -> str:
    """A kind of section as people call it."""
    known = section_kinds().get(kind)
    return known.name if known else kind


KINDS: tuple[str, ...] = tuple(section_kinds())
"""Keys by number; clause kinds are stored as indices into it."""


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    pairs = [(alias, kind.key) for kind in section_kinds().values() for alias in kind.aliases]
    return tuple(sorted(pairs, key=lambda p: (-len(p[0]), p[0])))


def kind_of_heading(title: str) -> str:
    """The kind a heading announces, ``""`` when it announces none."""
    plain = re.sub(r"\s", "", title)
    return next((key for alias, key in _aliases() if alias in plain), "")


_NUMBERED = re.compile(
    r"[ \t\u3000]*(?:(?P<one>[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[章节部])"
    r"|(?P<two>[（(][一二三四五六七八九十]{1,3}[）)])|(?P<three>\d{1,2}[.．、](?!\d))|(?P<four>[（(]\d{1,2}[）)]))"
)


def _headings(text: str) -> list[tuple[int, int, str]]:
    """(offset, level, title) of the lines that look like headings."""
    found: list[tuple[int, int, str]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        match = _NUMBERED.match(line)
        title = line.strip()
        if match and len(title) <= 40 and not title.endswith(("。", "；", "，", "、")):
            level = 1 + ("one", "two", "three", "four").index(str(match.lastgroup))
            found.append((offset, level, title))
        offset += len(line)
    return found


def _spread(headings: list[tuple[int, int, str]], end: int) -> list[Section]:
    """Sections from headings: a heading of unknown kind stays in the kind of the heading above it."""
    sections: list[Section] = []
    stack: list[tuple[int, str]] = []
    for i, (start, level, title) in enumerate(headings):
        while stack and stack[-1][0] >= level:
            stack.pop()
        kind = kind_of_heading(title) or (stack[-1][1] if stack else "")
        stack.append((level, kind))
        stop = headings[i + 1][0] if i + 1 < len(headings) else end
        sections.append(Section(start, stop, kind, title[:60]))
    return sections


@cache
def _cues() -> re.Pattern[str] | None:
    cues = {cue: kind.key for kind in section_kinds().values() for cue in kind.cues}
    if not cues:
        return None
    return re.compile("(?P<cue>" + "|".join(map(re.escape, sorted(cues, key=len, reverse=True))) + ")[：:是为]")


def _inline(text: str) -> list[Section]:
    """Stretches inside running text that a cue (偏差原因：…) marks, to the end of the sentence or the next cue."""
    pattern = _cues()
    if pattern is None:
        return []
    kind_of = {cue: kind.key for kind in section_kinds().values() for cue in kind.cues}
    found = list(pattern.finditer(text))
    sections = []
    for i, match in enumerate(found):
        limit = found[i + 1].start() if i + 1 < len(found) else len(text)
        stop = text.find("。", match.end(), limit)
        sections.append(Section(match.end(), limit if stop < 0 else stop, kind_of[match["cue"]], match["cue"]))
    return [s for s in sections if s.end - s.start <= 400]


def find_sections(text: str) -> tuple[Section, ...]:
    """The sections of a bare text, by its numbered heading lines and the cues of the rulebook."""
    return (*_spread(_headings(text), len(text)), *_inline(text))


def sections_of(document: Document) -> tuple[Section, ...]:
    """The sections of a report as read, by its heading blocks and the cues of the rulebook."""
    headings = [
        (block.span.start, max(block.level, 1), document.quote(block.span).strip())
        for block in document.blocks
        if block.kind in ("heading", "title")
    ]
    if not headings:
        return find_sections(document.text)
    return (*_spread(headings, len(document.text)), *_inline(document.text))
