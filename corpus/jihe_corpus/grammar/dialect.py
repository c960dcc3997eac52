"""Dialects and kinds of unit, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

HERE = Path(__file__).parent
SplitName = Literal["train", "test"]


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
    sheet: dict[str, tuple[str, ...]] = {}
    """Heads of the tables: ``funds``, ``indicators``, ``projects``, ``scores``."""


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
    train: Pool
    test: Pool


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds and the invented place names of each split."""

    places: dict[str, tuple[str, ...]]
    kind: dict[str, Kind]


@cache
def kinds() -> Kinds:
    """The kinds of unit."""
    return msgspec.convert(tomllib.loads((HERE / "kinds.toml").read_text(encoding="utf-8")), Kinds)


@cache
def dialects() -> dict[str, Dialect]:
    """All dialects by id, in file-name order."""
    found = {}
    for path in sorted((HERE / "dialects").glob("*.toml")):
        dialect = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Dialect)
        found[dialect.id] = dialect
    return found
