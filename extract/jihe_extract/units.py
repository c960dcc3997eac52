"""The vocabulary of units: what is written, what it means, and the pattern that finds it.

The table is data (``vocabulary/units.toml``). A unit's ``exponent`` leads from the written number to base
units: 万元 → 4, % → -2.
"""

from __future__ import annotations

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
