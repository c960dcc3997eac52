"""Dialects and kinds of unit, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

HERE = Path(__file__).parent
SplitName = Literal["train", "test", "blind"]
"""``blind``: written from notes on the domain alone, by someone who had not read the other dialects or the rules."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One first-level heading, its sub-headings' level marks and the messages that stand under it."""

    title: str
    messages: tuple[str, ...]


class Dialect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region's way of writing: pools, message patterns, outlines, table heads, number habits."""

    id: str
    region: str
    split: SplitName
    pools: dict[str, tuple[str, ...]] = {}
    messages: dict[str, tuple[str, ...]] = {}
    outlines: dict[str, tuple[Section, ...]] = {}
    units: tuple[str, ...] = ("万元",)
    places: tuple[int, ...] = (2,)
    rate_places: tuple[int, ...] = (2,)
    separators: bool = False
    trim: bool = False
    layouts: tuple[str, ...] = ("plain",)
    exec_weight: int = 10
    titles: dict[str, str] = {}
    """Kind of report → the end of its title, where it differs from the usual one."""
    sheet: dict[str, tuple[str, ...]] = {}
    """Heads of the tables: ``funds``, ``indicators``, ``projects``; ``key=head`` puts any column anywhere under
    any head. ``words`` are the labels of rows: ``all=``, ``sum=`` and ``total=``."""


class Pool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of unit does, in the words of one split."""

    duties: tuple[str, ...]
    orgs: tuple[str, ...]
    projects: tuple[str, ...]
    indicators: tuple[str, ...]
    works: tuple[str, ...]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of unit; ``size`` is a usual yearly budget in 万元."""

    name: str
    names: tuple[str, ...]
    size: int
    train: Pool | None = None
    test: Pool | None = None
    blind: Pool | None = None

    def pool(self, split: SplitName) -> Pool | None:
        """The words of a split, or None when no unit of this kind writes in it."""
        return {"train": self.train, "test": self.test, "blind": self.blind}[split]


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds and the invented place names of each split."""

    places: dict[str, tuple[str, ...]]
    kind: dict[str, Kind]

    def of(self, split: SplitName) -> list[str]:
        """The kinds that a split has words for, sorted."""
        return sorted(name for name, kind in self.kind.items() if kind.pool(split) is not None)


@cache
def kinds() -> Kinds:
    """The kinds of unit."""
    read = [
        msgspec.convert(tomllib.loads((HERE / name).read_text(encoding="utf-8")), Kinds)
        for name in ("kinds.toml", "kinds-blind.toml")
    ]
    places = {split: words for part in read for split, words in part.places.items()}
    return Kinds(places, {name: kind for part in read for name, kind in part.kind.items()})


@cache
def dialects() -> dict[str, Dialect]:
    """All dialects by id, in file-name order."""
    found = {}
    for path in sorted((HERE / "dialects").glob("*.toml")):
        dialect = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Dialect)
        found[dialect.id] = dialect
    return found
