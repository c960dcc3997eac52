"""Cue words of indicator statements and names of indicator levels, loaded from the vocabulary.

A cue tells which place of an indicator row the next figure fills (目标, 年中, 完成, 完成率 …). Strong cues
open an indicator by themselves, weak ones count only inside a statement already recognised as one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, Literal

import regex
from msgspec import Struct

from jihe_extract.prose.words import longest_of

Role = Literal[
    "target",
    "mid",
    "actual",
    "completion",
    "deviation",
    "weight",
    "score",
    "given",
    "reason",
    "remedy",
    "both",
    "analysis",
]
_PART_YEAR_REACH = 16
FIGURES: frozenset[str] = frozenset({"target", "mid", "actual", "completion", "deviation", "weight", "score", "given"})


class Cue(Struct, frozen=True):
    """One cue found in a text: its role, whether it opens a row by itself, and where it stands."""

    role: Role
    strong: bool
    start: int
    end: int


@dataclass(frozen=True)
class Cues:
    """The cue vocabulary, compiled. Offsets are those of the text given to each method."""

    roles: dict[str, tuple[Role, bool]]
    pattern: re.Pattern[str]
    anchor: regex.Pattern[str]
    fillers: tuple[str, ...]
    not_rows: tuple[str, ...]
    totals: tuple[str, ...]
    not_names: frozenset[str]
    not_rates: frozenset[str]
    level_tails: tuple[str, ...]
    level_ends: tuple[str, ...]
    execution_name: str
    execution_rates: frozenset[str]
    part_year: re.Pattern[str]
    neutral: tuple[str, ...]
    scored_rate: regex.Pattern[str]
    level1: frozenset[str]
    level2: frozenset[str]

    def find(self, text: str) -> list[Cue]:
        """All cues, left to right, longest first, without overlaps."""
        found = (self._cue(text, m.group(), m.start(), m.end()) for m in self.pattern.finditer(text))
        return [c for c in found if c.role != "score" or not text.endswith(self.totals, max(0, c.start - 4), c.start)]

    def _cue(self, text: str, word: str, start: int, end: int) -> Cue:
        """The cue a word is; what was reached by the middle of the year (``上半年已完成``) is no final result."""
        role, strong = self.roles[word]
        if role == "actual" and self.part_year.search(text, max(0, start - _PART_YEAR_REACH), start):
            role = "mid"
        return Cue(role, strong, start, end)

    @cached_property
    def levels(self) -> frozenset[str]:
        """The names of both levels."""
        return self.level1 | self.level2

    def level(self, name: str) -> int:
        """1 or 2 when ``name`` is the name of a first- or second-level indicator, else 0."""
        word = self.level_name(name)
        if word in self.level1:
            return 1
        return 2 if word in self.level2 else 0

    def level_name(self, name: str) -> str:
        """A level's name without what its heading adds (产出指标完成情况 → 产出指标)."""
        known = self.levels
        if name in known:
            return name
        bases = (name.removesuffix(t) for t in self.level_tails if name.endswith(t))
        return next((b for b in bases if b in known and b.endswith(self.level_ends)), name)


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """One TOML file of the vocabulary as shipped."""
    source = resources.files("jihe_extract") / "vocabulary" / name
    return tomllib.loads(source.read_text("utf-8"))


def _choice(words: list[str]) -> str:
    return "|".join(regex.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The shipped cues, compiled once."""
    data, names = vocabulary("cues.toml"), vocabulary("indicators.toml")
    roles: dict[str, tuple[Role, bool]] = {}
    for entry in data["cue"]:
        for word in entry["weak"]:
            roles.setdefault(word, (entry["role"], False))
        for word in entry["strong"]:
            roles[word] = (entry["role"], True)
    run = data["execution"]
    heading = _choice(data["heading"]["words"])
    counted = _choice(data["heading"]["counted"])
    return Cues(
        roles=roles,
        pattern=re.compile(longest_of(roles)),
        anchor=regex.compile(
            rf"(?:[（(][一二三四五六七八九十]{{1,3}}[）)])?(?:{heading})"
            rf"(?:(?:[一二三四五六七八九十百]{{1,4}}|\d{{1,3}})[：:、.．，,](?!\d)|\d{{1,2}}(?![\u4e00-\u9fff]{{1,3}}[，。；、）])(?=[\u4e00-\u9fff“](?<!{counted})))"
        ),
        fillers=tuple(sorted(data["heading"]["fillers"], key=len, reverse=True)),
        not_rows=tuple(data["heading"]["not_rows"]),
        totals=tuple(data["heading"]["totals"]),
        not_names=frozenset(data["heading"]["not_names"]),
        not_rates=frozenset(run["not_rates"]),
        level_tails=tuple(sorted(data["heading"]["level_tails"], key=len, reverse=True)),
        level_ends=tuple(data["heading"]["level_ends"]),
        execution_name=run["name"],
        neutral=tuple(sorted(run["neutral"], key=len, reverse=True)),
        execution_rates=frozenset(run["rates"]),
        part_year=re.compile(
            rf"(?:{_choice(data['part_year']['words'])})(?:{_choice(data['part_year']['between'])})*$"
        ),
        scored_rate=regex.compile(rf"(?P<name>[\u4e00-\u9fff“”\"]{{1,24}}?(?:{_choice(run['endings'])}))"),
        level1=frozenset(names["level1"]),
        level2=frozenset(names["level2"]),
    )
