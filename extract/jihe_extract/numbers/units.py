"""The vocabulary of units: what is written, what it means, and the pattern that finds it.

The table is data (``vocabulary/units.toml``). A unit's ``exponent`` leads from the written number to base
units: 万元 → 4, % → -2.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Unit:
    """One written unit: its surface, normalised name, power of ten, and whether Chinese numerals take it."""

    surface: str
    name: str
    exponent: int = 0
    digits_only: bool = False


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """A vocabulary file of this room as parsed TOML; ``name`` without suffix."""
    source = resources.files("jihe_extract").joinpath("vocabulary", f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _declared() -> Iterable[Unit]:
    for entry in vocabulary("units")["unit"]:
        names: list[str] = entry["names"]
        exponents = entry.get("exponents", [entry.get("exponent", 0)] * len(names))
        tos = entry.get("tos", [entry.get("to", "")] * len(names))
        for surface, exponent, to in zip(names, exponents, tos, strict=True):
            yield Unit(surface, to or surface, exponent, entry.get("digits_only", False))


@cache
def units() -> Mapping[str, Unit]:
    """All units by surface, frequent ones first."""
    table = {unit.surface: unit for unit in _declared()}
    words = vocabulary("units")
    only_digits = set(words["limits"]["digits_only"])
    dropped = set(words["drop"]["as_head"])
    for group in words["classifiers"].values():
        for surface in group.split():
            if surface not in dropped:
                table.setdefault(surface, Unit(surface, surface, 0, surface in only_digits))
    return table


_META = frozenset(r"\.+*?()[]{}|^$")


def literal(text: str) -> str:
    """A word as a regular expression that matches only itself."""
    return "".join("\\" + c if c in _META else c for c in text)


def _trapped(surface: str, traps: Mapping[str, str]) -> str:
    trap = traps.get(surface, "")
    return f"(?!{trap})" if trap else ""


def pattern(surfaces: Iterable[str]) -> str:
    """Alternation of units, grouped by first character, longest first, each with its traps."""
    traps: Mapping[str, str] = vocabulary("units")["traps"]
    groups: dict[str, list[str]] = {}
    for surface in surfaces:
        groups.setdefault(surface[0], []).append(surface[1:])
    parts = []
    for first, rests in groups.items():
        rests.sort(key=len, reverse=True)
        tails = "|".join(literal(rest) + _trapped(first + rest, traps) for rest in rests)
        parts.append(f"{literal(first)}(?:{tails})")
    return "|".join(parts)


@cache
def unit_pattern() -> str:
    """Pattern of every unit that digits take."""
    return pattern(units())


@cache
def chinese_unit_pattern() -> str:
    """Pattern of every unit that Chinese numerals take."""
    return pattern(s for s, u in units().items() if not u.digits_only)


def unit(surface: str) -> Unit:
    """The unit of a written form, blanks and breaks inside ignored; unknown forms stand for themselves."""
    bare = "".join(surface.split())
    return units().get(bare) or Unit(bare, bare)


class Trap:
    """What may not follow a unit: a quick look at one character, then the whole pattern."""

    __slots__ = ("_first", "_pattern", "_written")

    def __init__(self, written: str) -> None:
        self._first = frozenset(part[0] for part in written.split("|")) if "[" not in written else None
        self._written = written
        self._pattern: re.Pattern[str] | None = None  # compiled when first needed, for a quick start

    def may_spring(self, following: str) -> bool:
        """Whether a look at the next character (empty at the end) leaves a doubt."""
        return self._first is None or following in self._first

    def springs(self, text: str, at: int) -> bool:
        """Whether the forbidden follows at ``at``."""
        if self._first is not None and text[at : at + 1] not in self._first:
            return False
        if self._pattern is None:
            self._pattern = re.compile(self._written)
        return self._pattern.match(text, at) is not None


Entry = tuple[str, int, Unit, Trap | None]


@cache
def _tables() -> tuple[Mapping[str, tuple[Entry, ...]], Mapping[str, Entry]]:
    """Units of two or more characters by their first two, longest first; and those of one."""
    traps = vocabulary("units")["traps"]
    pairs: dict[str, list[Entry]] = {}
    singles: dict[str, Entry] = {}
    for surface, of in units().items():
        entry = (surface, len(surface), of, Trap(traps[surface]) if traps.get(surface) else None)
        if len(surface) == 1:
            singles[surface] = entry
        else:
            pairs.setdefault(surface[:2], []).append(entry)
    ordered = {two: tuple(sorted(entries, key=lambda e: -e[1])) for two, entries in pairs.items()}
    return ordered, singles


PAIRS, SINGLES = _tables()
FIRST = frozenset(SINGLES) | {two[0] for two in PAIRS}
"""First characters of all units."""


def unit_at(text: str, at: int) -> Entry | None:
    """The longest unit that stands at ``at`` and is not sprung by its trap."""
    entries = PAIRS.get(text[at : at + 2])
    if entries is not None:
        for entry in entries:
            if (entry[1] == 2 or text.startswith(entry[0], at)) and (
                entry[3] is None or not entry[3].springs(text, at + entry[1])
            ):
                return entry
    single = SINGLES.get(text[at : at + 1])
    if single is not None and (single[3] is None or not single[3].springs(text, at + 1)):
        return single
    return None
