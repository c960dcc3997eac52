"""The vocabulary as the binder uses it: measures, scopes and steering words, matched in one pass.

Loaded from ``vocabulary/{measures,scopes,wording}.toml`` beside this file. A user's overlay folder may add
entries or aliases by id.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, NamedTuple

from msgspec import Struct

Kind = Literal["amount", "rate", "people", "count", "score", "indicator"]


class Measure(Struct, frozen=True):
    """What a figure can measure; ``kind`` decides which units fit."""

    id: str
    kind: Kind
    aliases: tuple[str, ...]
    absolute: bool = False
    """Whether the measure has no scope to inherit from heading or topic."""
    of: tuple[tuple[str, str], ...] = ()
    """For a rate: the measures that it divides, part and whole."""


class Scope(Struct, frozen=True):
    """What part a figure covers. ``axis`` names the division it belongs to, ``within`` the wider scope."""

    id: str
    axis: str
    within: str
    aliases: tuple[str, ...]


class Hit(NamedTuple):
    """An alias found in a text: which entry, and where."""

    id: str
    start: int
    end: int


def longest_of(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words at a place; words that begin alike share a branch.

    >>> longest_of(["执行数", "执行率", "执行"])
    '执行(?:数|率)?'
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for c in word:
            node = node.setdefault(c, {})
        node[""] = {}
    return _branches(tree) or "(?!)"


def _branches(node: Mapping[str, Any]) -> str:
    parts = [re.escape(c) + _branches(rest) for c, rest in node.items() if c]
    if "" not in node:
        return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})" if parts else ""
    return f"(?:{'|'.join(parts)})?" if parts else ""


class Finder:
    """Finds the longest aliases in a text, left to right, without overlaps."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        """``aliases`` maps each alias to the id it stands for."""
        self._ids = dict(aliases)
        self._firsts = frozenset(alias[0] for alias in self._ids)
        self._pattern = re.compile(longest_of(self._ids))

    def find(self, text: str) -> list[Hit]:
        """All hits in order."""
        if self._firsts.isdisjoint(text):
            return []
        return [Hit(self._ids[m.group()], *m.span()) for m in self._pattern.finditer(text)]

    def found(self, text: str) -> bool:
        """Whether there is any hit."""
        return not self._firsts.isdisjoint(text) and self._pattern.search(text) is not None

    def erase(self, text: str) -> str:
        """The text without the hits."""
        return text if self._firsts.isdisjoint(text) else str(self._pattern.sub("", text))


def _load(name: str, overlays: Iterable[Path]) -> dict[str, Any]:
    source = resources.files("jihe_extract") / "vocabulary" / name
    data: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    for folder in overlays:
        path = folder / name
        if path.is_file():
            _merge(data, tomllib.loads(path.read_text("utf-8")))
    return data


def _merge(data: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Add an overlay: entries by id (aliases united, other keys replaced), plain lists united."""
    for key, value in extra.items():
        if value and isinstance(value, list) and isinstance(value[0], dict):
            known = {entry["id"]: entry for entry in data.setdefault(key, [])}
            for entry in value:
                if entry["id"] in known:
                    old = known[entry["id"]]
                    aliases = [*old.get("aliases", []), *entry.get("aliases", [])]
                    old.update(entry, aliases=list(dict.fromkeys(aliases)))
                else:
                    data[key].append(entry)
        elif isinstance(value, list):
            data[key] = list(dict.fromkeys([*data.get(key, []), *value]))
        else:
            data[key] = value


@dataclass(frozen=True)
class Words:
    """Everything the vocabulary knows, ready for use."""

    measures: Mapping[str, Measure]
    scopes: Mapping[str, Scope]
    steering: Mapping[str, tuple[str, ...]]

    def siblings(self, whole: str, other: str) -> bool:
        """Whether a scope stands beside another, not within it: ``基本支出…，其中…；项目支出…``.

        Sources hold one another (财政拨款 and 一般公共预算) without the vocabulary saying so.
        """
        a, b = self.scopes.get(whole), self.scopes.get(other)
        if a is None or b is None or a is b:
            return False
        return a.axis == b.axis != "来源" and a.within == b.within

    @cached_property
    def measure_finder(self) -> Finder:
        """Finds measures by alias."""
        return Finder({a: m.id for m in self.measures.values() for a in m.aliases})

    @cached_property
    def _finders(self) -> dict[object, Finder]:
        return {}

    def _kept(self, key: object, aliases: Callable[[], Mapping[str, str]]) -> Finder:
        finder = self._finders.get(key)
        if finder is None:
            finder = self._finders[key] = Finder(aliases())
        return finder

    def finder(self, kinds: frozenset[str]) -> Finder:
        """Finds measures of some kinds only, so that a word of another kind does not hide them."""
        return self._kept(
            kinds, lambda: {a: m.id for m in self.measures.values() if m.kind in kinds for a in m.aliases}
        )

    @cached_property
    def scope_finder(self) -> Finder:
        """Finds scopes by alias."""
        return Finder({a: s.id for s in self.scopes.values() for a in s.aliases})

    @cached_property
    def neutral(self) -> tuple[str, ...]:
        """Words of several characters that say nothing at the ends of a name."""
        return tuple(w for w in self.steering["neutral"] if len(w) > 1)

    @cached_property
    def particles(self) -> str:
        """The single characters of that kind."""
        return "".join(w for w in self.steering["neutral"] if len(w) == 1)

    def list_finder(self, key: str) -> Finder:
        """Finds the words of one steering list."""
        return self._kept(key, lambda: {w: w for w in self.steering[key]})

    def long_finder(self, key: str) -> Finder:
        """Like :meth:`list_finder`, without the words of one character (they occur inside other words)."""
        return self._kept((key, "long"), lambda: {w: w for w in self.steering[key] if len(w) > 1})

    def __hash__(self) -> int:
        return id(self)


def _pairs(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((top, base) for top, base in entry.get("of", ()))


@lru_cache(maxsize=8)
def load_words(overlays: tuple[Path, ...] = ()) -> Words:
    """The shipped vocabulary, with the overlays' entries merged in by id.

    Raises:
        KeyError: when an entry has no id.
        tomllib.TOMLDecodeError: when a file is not TOML.
    """
    measures = [
        Measure(m["id"], m["kind"], tuple(m["aliases"]), bool(m.get("absolute")), _pairs(m))
        for m in _load("measures.toml", overlays)["measure"]
    ]
    scopes = [
        Scope(s["id"], s["axis"], s["within"], tuple(s["aliases"])) for s in _load("scopes.toml", overlays)["scope"]
    ]
    steering = {k: tuple(v) for k, v in _load("wording.toml", overlays).items()}
    return Words({m.id: m for m in measures}, {s.id: s for s in scopes}, steering)
