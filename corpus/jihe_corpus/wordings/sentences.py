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
from jihe_corpus.wordings.parts import Parts, parts_pattern
from jihe_extract.prose.words import load_words

HERE = Path(__file__).parent
OTHER = "其他"
_SLOT = re.compile(r"\{([^{}]+)\}")
_CARD = re.compile(r"<@([^<>]+)>")
_DRAWN = re.compile(r"<([^<>@]+)>")
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
    invented: dict[str, tuple[str, ...]] = {}
    """Kind of measure → endings of made-up words, for sentences in which some names say nothing."""
    shuffled: dict[str, tuple[str, ...]] = {}
    """Sentence type → pools in their usual order, for sentences that tell some of them in other orders."""
    shuffled_share: int = 0
    """How many sentences of a hundred are shuffled."""
    parts: dict[str, Parts] = {}
    """Pool → how the parts of its measure are told, for sentences of a whole and its parts."""
    parts_share: int = 0
    """How many sentences of a hundred tell parts."""
    business: tuple[str, ...] = ()
    """Pools that name what no measure of the vocabulary does."""
    invented_share: int = 0
    """How many sentences of a hundred hold made-up words."""
    invented_words: int = 35
    """How many pools of a hundred are made up in such a sentence."""


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


Taught = Mapping[str, Sequence[str]]
"""Measure → phrases that someone has shown to mean it."""


class _Pools(Mapping[str, Sequence[str]]):
    """The pools of one run of sentences; ``@measure`` deals the vocabulary's aliases like cards.

    Every alias comes as often as any other, whatever the draw, so that no entry of the vocabulary is missed by
    chance and a new one moves nothing but its own measure's. Common ones (the measure's name, its first
    aliases) come between them, as in reports.
    """

    def __init__(self, source: Wording, seed: str, taught: Taught) -> None:
        self._own = source.pools
        self._seed, self._taught = seed, taught
        self._named = measures_of(source)
        self._decks: dict[str, Iterator[str]] = {}
        self.made_up: dict[str, str] = {}

    def __getitem__(self, pool: str) -> Sequence[str]:
        if pool in self.made_up:
            return (self.made_up[pool],)
        measure = pool[1:] if pool.startswith("@") else self._named.get(pool, "")
        dealt = tuple(self._own.get(pool, ())) or (self._deal(measure),)
        phrases = tuple(self._taught.get(measure, ()))
        return (*dealt, *(phrases * max(1, len(dealt) // len(phrases)))) if phrases else dealt

    def _deal(self, measure: str) -> str:
        if measure not in self._decks:
            self._decks[measure] = _deck(measure, random.Random(f"{self._seed}/@{measure}"))
        return next(self._decks[measure])

    def __iter__(self) -> Iterator[str]:
        return iter([*self._own, *(f"@{m}" for m in load_words().measures)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, pool: object) -> bool:
        return pool in self._own or (isinstance(pool, str) and pool[:1] == "@" and pool[1:] in load_words().measures)


def _deck(measure: str, rng: random.Random) -> Iterator[str]:
    aliases = load_words().measures[measure].aliases
    common = [*((measure,) * 4 if measure in aliases else ()), *aliases[:6]]
    while True:
        for alias in rng.sample(aliases, len(aliases)):
            yield alias
            if rng.random() < 0.3:
                yield rng.choice(common)


def measures_of(source: Wording) -> dict[str, str]:
    """Pool → the measure that all its entries name: that of its entry ``<@measure>``, or none (``OTHER``)."""
    cards = ((pool, _CARD.fullmatch(entry)) for pool, entries in source.pools.items() for entry in entries)
    return {pool: card.group(1) for pool, card in cards if card} | dict.fromkeys(source.business, OTHER)


@cache
def _kind_names() -> Mapping[str, tuple[str, ...]]:
    """Names of indicators and projects of the grammar's train pools."""
    pools = [kind.train for kind in kinds().kind.values() if kind.train is not None]
    indicators = (entry.split("/")[2] for pool in pools for entry in pool.indicators)
    return {"IND": tuple(sorted(set(indicators))), "PROJ": tuple(sorted({p for pool in pools for p in pool.projects}))}


def sentences(name: str, count: int, seed: int, *, taught: Taught = {}) -> Iterator[Doc]:  # noqa: B006
    """``count`` labelled sentences of a wording; ``meta.type`` is the sentence type.

    With ``taught`` phrases only patterns that name such a measure are told, half of the time in those words.
    """
    source = wording(name)
    named = measures_of(source)
    kinds = [(kind, pattern) for kind, patterns in source.sentences.items() for pattern in patterns]
    if taught:
        kinds = [k for k in kinds if any(named.get(pool) in taught for pool in _DRAWN.findall(k[1]))] or kinds
    key = f"jihe/wordings/{name}/{seed}"
    pools = _Pools(source, key, taught)
    for number in range(count):
        rng = random.Random(f"{key}/{number}")
        kind, pattern = rng.choice(kinds)
        turn = rng.randrange(100)
        mixed = turn < source.mixed_share
        if mixed:
            kind, pattern = "", _mixed(source.mixed, rng, [p for p in source.mixed if source.mixed[p] in taught])
        elif turn < source.mixed_share + source.shuffled_share:
            kind, pattern = _shuffled(source.shuffled, named, rng)
        elif turn < source.mixed_share + source.shuffled_share + source.parts_share:
            told = [pool for pool in sorted(source.parts) if not taught or named[pool] in taught]
            if told:
                pool = rng.choice(told)
                kind, pattern = "", parts_pattern(pool, named[pool], source.parts[pool], rng, letter)
        invented = not mixed and rng.randrange(100) < source.invented_share
        pools.made_up = _made_up(source, named, pattern, rng) if invented else {}
        yield _Sentence(source, rng, pools).tell(pattern, kind, f"{name}-{seed}-{number:05d}")


_ANY_ORDER = 0.2
"""Share of the shuffled sentences that keep nothing of the usual order."""


def _shuffled(families: Mapping[str, Sequence[str]], named: Mapping[str, str], rng: random.Random) -> tuple[str, str]:
    """Three to seven figures of one matter, up to two of them out of their usual place or all, some in brackets."""
    kind = rng.choice(sorted(families))
    family = families[kind]
    chosen = sorted(rng.sample(range(len(family)), min(len(family), rng.randint(3, 7))))
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        chosen.insert(rng.randrange(len(chosen)), chosen.pop(rng.randrange(len(chosen))))
    if rng.random() < _ANY_ORDER:
        rng.shuffle(chosen)
    indicator = "目标值" in {named[pool] for pool in family}
    unit = rng.choice(["", "", "%"]) if indicator else ""
    text = rng.choice(["{I}：", "{I}，", "{I}"] if indicator else ["<self><yr>", "<yr>", "<sc1>", ""])
    joint = rng.choice(["<c>", "，", "，", "；"])
    for n, pool in enumerate(family[i] for i in chosen):
        measure = named[pool]
        slot = f"{{{measure}{unit if measure in _OWN_UNIT else ''}}}"
        clause = f"<{pool}><is>" + ("<lim>" if measure == "目标值" else "") + slot
        bracketed = n and text[-1] == "}" and rng.random() < 0.15
        text += f"（{clause}）" if bracketed else (joint if n else "") + clause
    return kind, text + "。"


_OWN_UNIT = frozenset({"目标值", "监控值", "完成值"})


def _made_up(source: Wording, named: Mapping[str, str], pattern: str, rng: random.Random) -> dict[str, str]:
    """Made-up words for some pools of a pattern: the others, the units and the order must name the figures."""
    drawn = sorted({pool for pool in _DRAWN.findall(pattern) if pool in named})
    if len(drawn) < 2:
        return {}
    chosen = [pool for pool in drawn if rng.randrange(100) < source.invented_words]
    return {pool: _invent(source, named[pool], rng) for pool in chosen}


def _kind(measure: str) -> str:
    known = load_words().measures.get(measure)
    return "business" if known is None else "rate" if measure.endswith("率") else known.kind


def _invent(source: Wording, measure: str, rng: random.Random) -> str:
    letters = [letter(rng) for _ in range(rng.choice([1, 2, 2, 3, 4]))]
    word = "".join(letters) + rng.choice(source.invented[_kind(measure)])
    return word if len(word) > 1 else word + letter(rng)


def letter(rng: random.Random) -> str:
    """A character, half of the time one that names of indicators and projects are made of."""
    return rng.choice(_letters()) if rng.random() < 0.5 else chr(rng.randrange(0x4E00, 0x9FA5))


@cache
def _letters() -> tuple[str, ...]:
    names = "".join(n for pool in _kind_names().values() for n in pool)
    return tuple(sorted({c for c in names if "一" <= c <= "鿿"}))


def _mixed(pools: Mapping[str, str], rng: random.Random, shown: Sequence[str]) -> str:
    """A pattern of two to six figures named side by side, in any order; one of ``shown`` among them."""
    chosen = rng.sample(sorted(pools), rng.randint(2, 6))
    if shown and not set(shown) & set(chosen):
        chosen[rng.randrange(len(chosen))] = rng.choice(shown)
    names = [pool if rng.random() < 0.5 else f"@{pools[pool]}" for pool in chosen]
    parts = [f"<{name}><is>{{{pools[pool]}}}" for name, pool in zip(names, chosen, strict=True)]
    return "<self><yr>" + rng.choice(["<c>", "，", "；"]).join(parts) + "。"


class _Sentence:
    """One sentence being drawn: its unit of amounts, its unit of the indicator, its year."""

    def __init__(self, source: Wording, rng: random.Random, pools: Mapping[str, Sequence[str]]) -> None:
        self.rng, self.source, self.pools = rng, source, pools
        self.indicator = ""
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
