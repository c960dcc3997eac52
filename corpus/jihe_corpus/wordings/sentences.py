"""Draws labelled sentences from a wording file; the same seed gives the same sentences."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from jihe_corpus.grammar.dialect import kinds
from jihe_corpus.grammar.expand import expand
from jihe_corpus.spans import Doc, Mark
from jihe_extract.words import load_words

HERE = Path(__file__).parent
OTHER = "其他"
_SLOT = re.compile(r"\{([^{}]+)\}")
_UNITS = (
    "次",
    "场",
    "人次",
    "户",
    "个",
    "公里",
    "人",
    "件",
    "家",
    "台",
    "亩",
    "份",
    "批次",
    "小时",
    "平方米",
    "套",
    "天",
)
_PLACES = {"WHY": "reason", "FIX": "remedy"}


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wording file: pools of words, sentences by type, and texts for names and running prose."""

    id: str
    sentences: dict[str, tuple[str, ...]]
    pools: dict[str, tuple[str, ...]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    mixed: dict[str, str] = {}
    """Pool → measure, for sentences that name figures in no order, so that words weigh more than places."""
    mixed_share: int = 0
    """How many sentences of a hundred are mixed."""


@cache
def wording(name: str) -> Wording:
    """The wording file ``name.toml`` of this package.

    Raises:
        FileNotFoundError: there is none.
    """
    return msgspec.convert(tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")), Wording)


def unseen_names() -> tuple[str, ...]:
    """The sentence wordings that no training may see."""
    return tuple(sorted(p.stem for p in HERE.glob("trial-*.toml")))


@cache
def _aliases() -> Mapping[str, tuple[str, ...]]:
    """Aliases by measure; the measure's own name and its first aliases stand several times, as in reports."""
    found: dict[str, tuple[str, ...]] = {}
    for measure in load_words().measures.values():
        first = tuple(a for a in measure.aliases[:6] for _ in range(2))
        name = (measure.id,) * 8 if measure.id in measure.aliases else ()
        found[f"@{measure.id}"] = (*name, *first, *measure.aliases)
    return found


@cache
def _kind_names() -> Mapping[str, tuple[str, ...]]:
    """Names of indicators and projects of the grammar's train pools."""
    pools = [kind.train for kind in kinds().kind.values()]
    indicators = (entry.split("/")[2] for pool in pools for entry in pool.indicators)
    return {"IND": tuple(sorted(set(indicators))), "PROJ": tuple(sorted({p for pool in pools for p in pool.projects}))}


def sentences(name: str, count: int, seed: int) -> Iterator[Doc]:
    """``count`` labelled sentences of a wording; ``meta.type`` is the sentence type."""
    source = wording(name)
    rng = random.Random(f"jihe/wordings/{name}/{seed}")
    kinds = [(kind, pattern) for kind, patterns in source.sentences.items() for pattern in patterns]
    for number in range(count):
        kind, pattern = rng.choice(kinds)
        if source.mixed and rng.randrange(100) < source.mixed_share:
            kind, pattern = "", _mixed(source.mixed, rng)
        yield _Sentence(source, rng).tell(pattern, kind, f"{name}-{seed}-{number:05d}")


def _mixed(pools: Mapping[str, str], rng: random.Random) -> str:
    """A pattern of two to six figures named side by side, in any order."""
    chosen = rng.sample(sorted(pools), rng.randint(2, 6))
    names = [pool if rng.random() < 0.5 else f"@{pools[pool]}" for pool in chosen]
    parts = [f"<{name}><is>{{{pools[pool]}}}" for name, pool in zip(names, chosen, strict=True)]
    return "<self><yr>" + rng.choice(["<c>", "，", "；"]).join(parts) + "。"


class _Sentence:
    """One sentence being drawn: its unit of amounts, its unit of the indicator, its year."""

    def __init__(self, source: Wording, rng: random.Random) -> None:
        self.rng, self.source = rng, source
        self.indicator = ""
        self.pools: dict[str, Sequence[str]] = {**_aliases(), **source.pools}
        self.texts = source.texts
        self.money = rng.choice(["万元", "万元", "万元", "万元", "元", "亿元"])
        self.places = rng.choice([2, 2, 2, 1, 0, 4, 6])
        self.gap = rng.choice(["", "", " "])
        self.unit = rng.choice(_UNITS)
        self.year = rng.choice(["2020", "2021", "2022", "2023", "2024"])
        self.separators = rng.random() < 0.2

    def tell(self, pattern: str, kind: str, name: str) -> Doc:
        raw = expand(pattern, self.rng, self.pools)
        pieces: list[str] = []
        marks: list[Mark] = []
        at = last = 0
        for match in _SLOT.finditer(raw):
            before = raw[last : match.start()]
            shown, label, layer = self._fill(match.group(1))
            pieces += [before, shown]
            at += len(before)
            if label and shown:
                marks.append(Mark(f"s{len(marks)}", at, at + len(shown), shown, label, layer))
            at += len(shown)
            last = match.end()
        text = "".join([*pieces, raw[last:]])
        return Doc.of(name, text, tuple(marks), meta={"type": kind, "source": name.rpartition("-")[0]})

    def _fill(self, slot: str) -> tuple[str, str, str]:
        if slot == "J":
            return self.indicator, "", "name"
        if slot in ("YEAR", "N"):
            return (self.year if slot == "YEAR" else self.rng.choice("一二三四五六")), "", "name"
        if slot in ("P", "I", "UNIT", "WHY", "FIX"):
            pool = {"P": "PROJ", "I": "IND"}.get(slot, slot)
            shown = expand(self.rng.choice(self._pool(pool)), self.rng, self.pools).replace("{YEAR}", self.year)
            if slot == "I":
                self.indicator = shown
            return shown, {"P": "PROJ", "I": "IND", "WHY": "REASON", "FIX": "FIX"}.get(slot, ""), "name"
        measure, _, unit = slot.partition(":")
        if measure[-1] in "%$":
            unit, measure = {"%": "%", "$": "CNY"}[measure[-1]], measure[:-1]
        return self._figure(measure, unit), measure, "qty"

    def _pool(self, pool: str) -> Sequence[str]:
        own = self.texts[pool]
        more = _kind_names().get(pool, ()) if self.source.id == "train" else ()
        return more if more and self.rng.random() < 0.4 else own

    def _figure(self, measure: str, unit: str) -> str:
        kind = load_words().measures[measure].kind if measure in load_words().measures else ""
        unit = unit or {"amount": "CNY", "rate": "%", "people": "人", "count": "份", "score": "分"}.get(kind, self.unit)
        rng = self.rng
        if unit == "CNY":
            size = {"元": rng.uniform(1e4, 9e6), "万元": rng.uniform(0.5, 9000), "亿元": rng.uniform(0.5, 90)}[
                self.money
            ]
            return self._number(size, 2 if self.money == "亿元" else self.places) + self.gap + self.money
        if unit == "%":
            return (
                self._number(rng.choice([rng.uniform(0, 60), rng.uniform(60, 130), 100]), rng.choice([2, 2, 1, 0]))
                + "%"
            )
        if unit == "分":
            return (
                self._number(rng.choice([rng.uniform(1, 20), rng.uniform(60, 100)]), rng.choice([0, 0, 2, 1]))
                + self.gap
                + "分"
            )
        return self._number(rng.choice([rng.uniform(1, 60), rng.uniform(10, 5000)]), 0) + self.gap + unit

    def _number(self, size: float, places: int) -> str:
        return f"{size:,.{places}f}" if self.separators else f"{size:.{places}f}"
