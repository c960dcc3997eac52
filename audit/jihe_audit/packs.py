"""Region packs: score rules, grade bands and thresholds with their source, chosen by the report's region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from jihe_audit.specs import Band, PackSpec

DEFAULT = "national"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack with every field filled in."""

    id: str
    name: str
    cite: str
    since: str
    regions: tuple[str, ...]
    bands: tuple[Band, ...]
    execution_points: tuple[Decimal, ...]
    weights: Mapping[str, tuple[Decimal, ...]]
    over_completion: Decimal
    low_execution: Decimal
    very_low_execution: Decimal
    high_adjustment: Decimal
    heavy_weight: Decimal

    def told(self, year: str) -> str:
        """The pack's name, with its source where that was in force in the year."""
        return self.name if year and self.since[:4] > year else f"{self.name}（{self.cite}）"

    def grade(self, score: Decimal) -> Band | None:
        """The band a score out of 100 falls into."""
        fitting = [b for b in self.bands if score >= b.least]
        return max(fitting, key=lambda b: b.least) if fitting else None

    def band_of(self, word: str) -> Band | None:
        """The band that bears a grade's name."""
        return next((b for b in self.bands if word in b.words), None)


class UnknownPackError(LookupError):
    """No pack has this id."""


_FIELDS = (
    "bands", "execution_points", "weights", "over_completion", "low_execution",
    "very_low_execution", "high_adjustment", "heavy_weight",
)  # fmt: skip


def read_pack(text: str) -> PackSpec:
    """Parse a pack file.

    Raises:
        msgspec.ValidationError: when a key is unknown or has the wrong type.
    """
    return msgspec.toml.decode(text, type=PackSpec)


@cache
def shipped() -> dict[str, PackSpec]:
    """The packs that come with the program, by id."""
    found = [
        read_pack(entry.read_text("utf-8"))
        for entry in sorted(files("jihe_audit").joinpath("packs").iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".toml")
    ]
    return {spec.id: spec for spec in found}


def _filled(spec: PackSpec, known: Mapping[str, PackSpec]) -> Pack:
    chain, at = [spec], spec
    while at.extends:
        at = known[at.extends]
        if at in chain:
            raise UnknownPackError(f"地区包循环继承：{at.id}")
        chain.append(at)

    def field(name: str) -> object:
        return next((v for s in chain if (v := getattr(s, name)) is not None), None)

    values = {name: field(name) for name in _FIELDS}
    empty = [name for name, value in values.items() if value is None]
    if empty:
        raise UnknownPackError(f"地区包 {spec.id} 缺少 {'、'.join(empty)}")
    return Pack(spec.id, spec.name, spec.cite, spec.since, spec.regions, **values)  # type: ignore[arg-type]


def pack(id: str = DEFAULT, extra: Iterable[PackSpec] = ()) -> Pack:
    """The pack with this id, or read from the TOML file of this path.

    Raises:
        UnknownPackError: when there is none, or a field is missing in it and its parents.
    """
    known = {**shipped(), **{s.id: s for s in extra}}
    if id.endswith(".toml") and Path(id).is_file():
        spec = read_pack(Path(id).read_text("utf-8"))
        return _filled(spec, {**known, spec.id: spec})
    if id not in known:
        raise UnknownPackError(f"没有名为“{id}”的地区包，可用：{'、'.join(sorted(known))}")
    return _filled(known[id], known)


@cache
def pack_for(region: str, text_head: str = "") -> Pack:
    """The pack of a region's name, the national one when no pack knows it."""
    for spec in shipped().values():
        if any(name and (name in region or name in text_head) for name in spec.regions):
            return pack(spec.id)
    return pack(DEFAULT)
