"""What the words of a table say: roles of columns, measures, scopes and years in headers and row labels.

Only whole words count. A header or label that is not known as a whole names nothing, so that a figure is
left unbound rather than bound to a likely-looking part of its header.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from jihe_extract.numbers.units import units
from jihe_extract.prose.cues import vocabulary
from jihe_extract.prose.words import Words, load_words

_BRACKET = re.compile(r"（([^（）]*)）")
_FOLD = str.maketrans("():【】[]％", "（）：（）（）%")
_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|（[一二三四五六七八九十\d]{1,2}）|\d{1,2}[、.．](?!\d)|\d{1,2}[）](?!\d)|[①-⑳]|[—\-－·])+"
)
_MONTHS = re.compile(r"^(?:截至|截止)?\d{1,2}(?:月份?)?(?:[-－—–~～至到]+\d{1,2}月份?|月[底末])[底末]?(?=\w)")
"""Months of the year in front of what was done in them (1—8月完成值)."""
_COMPARED = re.compile(r"^(20\d{2})年?度?[比较](20\d{2})年?度?(?=\w)")
"""The years that a change lies between (2023年比2022年增减)."""
_YEAR = re.compile(r"(20\d{2})(?:年度|年)?")


class Meaning(Struct, frozen=True):
    """What a header or label says. ``known`` is false when some of its words are not understood.

    ``text`` is the label without numbering, brackets and 其中; ``period`` is a year, ``上年`` or ``""``;
    ``unit`` the unit in its brackets as written; ``kind`` the kind of its measure.
    """

    text: str
    role: str = ""
    measure: str = ""
    kind: str = ""
    scope: str = ""
    period: str = ""
    unit: str = ""
    neutral: bool = False
    total: bool = False
    known: bool = True


@lru_cache(maxsize=8192)
def squeeze(text: str) -> str:
    """The text without white space, with brackets, colon and percent sign in one form."""
    return "".join(text.split()).translate(_FOLD)


class TableWords:
    """The header vocabulary joined with measures and scopes."""

    def __init__(self, data: dict[str, Any], words: Words) -> None:
        """``data`` is ``headers.toml`` as parsed."""
        self._roles: dict[str, str] = {}
        self._parts: list[tuple[str, str]] = []
        self._role_measures: dict[str, str] = {}
        for column in data["column"]:
            for name in column["names"]:
                self._roles.setdefault(name, column["role"])
            self._parts += [(part, column["role"]) for part in column.get("parts", ())]
            if "measure" in column:
                self._role_measures[column["role"]] = column["measure"]
        listed: dict[str, list[str]] = data["words"]
        self.total, self.subtotal = frozenset(listed["total"]), frozenset(listed["subtotal"])
        self.whole, self.split = frozenset(listed["whole"]), frozenset(listed["split"])
        self.income, self.expense = frozenset(listed["income"]), frozenset(listed["expense"])
        self.sides = {"income": self.income, "expense": self.expense}
        self.side_labels = {t: side for side in ("income", "expense") for t in listed[f"{side}_labels"]}
        self._neutral, self._blank = frozenset(listed["neutral"]), frozenset(listed["blank"])
        self.loose_subject = frozenset(listed["loose_subject"])
        self.project_label = frozenset(listed["project_label"])
        self.form_label = frozenset(listed["form_label"]) | self.project_label
        self.funds = frozenset(listed["funds"])
        self.carried = frozenset(listed["carried"])
        self.remaining = frozenset(listed["remaining"])
        self.adjusting = frozenset(listed["adjusting"])
        self.each: tuple[str, ...] = tuple(listed["each"])
        self.falls: tuple[str, ...] = tuple(listed["falls"])
        self.running: tuple[str, ...] = tuple(listed["running"])
        self.goal_expected, self.goal_done = frozenset(listed["goal_expected"]), frozenset(listed["goal_done"])
        self.readjusted, self.moves = tuple(listed["readjusted"]), frozenset(listed["moves"])
        self.execution = frozenset(listed["execution"])
        self._own_total = frozenset(listed["own_total"])
        self.no_indicator = frozenset(listed["no_indicator"])
        self.opening, self.closing = frozenset(listed["opening"]), frozenset(listed["closing"])
        self.counting = frozenset(listed["counting"])
        self._lead = sorted(listed["lead"], key=len, reverse=True)
        self._tail = sorted(listed["tail"], key=len, reverse=True)
        self._last, self._this = tuple(listed["last_year"]), tuple(listed["this_year"])
        self.directions: dict[str, str] = data["directions"]
        self.money: dict[str, int] = data["money"]
        self.words = words
        self._measures = {a: m.id for m in words.measures.values() for a in m.aliases}
        self._scopes = {squeeze(a): s.id for s in words.scopes.values() for a in s.aliases}
        self._read = lru_cache(maxsize=4096)(self._meaning)

    def blank(self, text: str) -> bool:
        """Whether a cell says nothing: empty, a dash, 无."""
        return squeeze(text) in self._blank

    def own_total(self, text: str) -> bool:
        """Whether a label in the head of a form stands before the sheet's own score."""
        return _BRACKET.sub("", squeeze(text)).strip("：") in self._own_total

    def role(self, text: str) -> str:
        """The column role that a header names, or ``""``."""
        return self.meaning(text).role

    def column(self, text: str) -> str:
        """The column role whose name the whole of a text is, or ``""``."""
        return self._roles.get(self._core(squeeze(text)), "")

    def is_whole(self, text: str) -> bool:
        """Whether a row label stands for the whole (年度资金总额), with a word of its kind behind it or not."""
        return text in self.whole or any(text.endswith(t) and text[: -len(t)] in self.whole for t in self._tail)

    def scope(self, text: str) -> str:
        """The scope that a whole label names, or ``""``."""
        return self._scopes.get(text, "") or next(
            (self._scopes[text[: -len(t)]] for t in self._tail if text.endswith(t) and text[: -len(t)] in self._scopes),
            "",
        )

    def meaning(self, text: str) -> Meaning:
        """What a header or a row label says."""
        return self._read(text[:200])

    def _meaning(self, raw: str) -> Meaning:
        text = squeeze(raw)
        unit = self.unit_in(text)
        if (done := self._within_year(text) or self._compared(text)) is not None:
            return replace(done, unit=unit)
        core = self._core(text)
        meaning = self._whole_word(core)
        if meaning is None:
            core, period = self._year(core)
            meaning = self._whole_word(core) or self._scoped(core) or Meaning(self._named(text, core), known=False)
            meaning = replace(meaning, period=period, neutral=meaning.neutral or (bool(period) and not core))
            if period and not core:
                meaning = replace(meaning, known=True)
        return replace(meaning, unit=unit)

    def _within_year(self, text: str) -> Meaning | None:
        """What indicators had reached within the year, when months stand in front of a result."""
        months = _MONTHS.match(text)
        known = self._whole_word(self._core(text[months.end() :])) if months is not None else None
        return replace(known, role="mid") if known is not None and known.role == "actual" else None

    def _compared(self, text: str) -> Meaning | None:
        """A change of a year, when that year and the one before it stand in front."""
        years = _COMPARED.match(text)
        if years is None or int(years[1]) - int(years[2]) != 1:
            return None
        known = self._whole_word(self._core(text[years.end() :]))
        return replace(known, period=years[1]) if known and known.role in ("change", "change_rate") else None

    def _named(self, text: str, core: str) -> str:
        """A name that the vocabulary does not know keeps its bracket (``路灯项目（二期）``), unless it holds a unit."""
        bracket = _BRACKET.search(text)
        if bracket is None or not core or not text.endswith(bracket.group()) or core[-1:] != text[bracket.start() - 1]:
            return core
        return core if self.unit_in(bracket.group()) or bracket.group(1)[:1].isdigit() else core + bracket.group()

    def _core(self, text: str) -> str:
        """Without numbering, 其中：, brackets and outer punctuation."""
        before = None
        while before != text:
            before = text
            text = _NUMBER.sub("", text).strip("：:，,。；;、—")
            for lead in self._lead:
                if text.startswith((lead + "：", lead + "，", lead + "、")):
                    text = text[len(lead) + 1 :]
        full = text
        text = _BRACKET.sub("", text) if full not in self._scopes else full
        for lead in ("其中", "包括"):
            if text.startswith(lead) and len(text) > len(lead) + 1:
                text = text[len(lead) :]
        return text.strip("：:，,。；;、≥≤=＝><＞＜")

    def _year(self, core: str) -> tuple[str, str]:
        found = _YEAR.search(core)
        if found is not None:
            return (core[: found.start()] + core[found.end() :]).strip("年度"), found.group(1)
        for words, period in ((self._last, "上年"), (self._this, "")):
            for word in sorted(words, key=len, reverse=True):
                if core.startswith(word):
                    return core[len(word) :], period
        return core, ""

    def _whole_word(self, core: str) -> Meaning | None:
        """The meaning of a text that the vocabulary knows as a whole."""
        role = self._roles.get(core, "") or next((r for p, r in self._parts if p in core and len(core) <= 24), "")
        measure = self._role_measures.get(role) or self._measures.get(core, "") or self._tailed(core)
        scope = self.scope(core)
        neutral, total = core in self._neutral, core in self.total or core in self.subtotal
        if not (role or measure or scope or neutral or total):
            return None
        if scope and not role:
            measure = ""
        return Meaning(core, role, measure, self.kind(measure), scope, neutral=neutral, total=total)

    def _tailed(self, core: str) -> str:
        """A measure with a word behind it that adds nothing (上年结转资金)."""
        return next((m for t in self._tail if core.endswith(t) and (m := self._measures.get(core[: -len(t)], ""))), "")

    def _scoped(self, core: str) -> Meaning | None:
        """A scope beside a measure (基本支出预算数, 决算数·公用经费), when nothing is left over."""
        for alias in sorted((a for a in self._scopes if a in core), key=len, reverse=True):
            if core.startswith(alias):
                rest = core[len(alias) :]
            elif core.endswith(alias):
                rest = core[: -len(alias)]
            else:
                continue
            rest, period = self._year(rest.strip("的·-—_/"))
            inner = self._whole_word(rest)
            if inner is not None and inner.measure and not inner.scope:
                return replace(inner, text=core, scope=self._scopes[alias], role="", period=period)
        return None

    def kind(self, measure: str) -> str:
        """The kind of a measure (amount, rate, people …), ``""`` when unknown."""
        known = self.words.measures.get(measure)
        return known.kind if known is not None else ""

    def unit_in(self, text: str) -> str:
        """The unit that stands in brackets of a squeezed header or label, as written, or ``""``."""
        for inner in _BRACKET.findall(text):
            inner = inner.removeprefix("单位").lstrip("：")
            if inner in self.money or inner in units():
                return str(inner)
        return ""

    def within(self, scope: str) -> str | None:
        """The wider scope that a known scope lies in; None when the scope is not of the vocabulary."""
        known = self.words.scopes.get(scope)
        return known.within if known is not None else None

    def axis(self, scope: str) -> str:
        """The division that a known scope belongs to, ``""`` when unknown."""
        known = self.words.scopes.get(scope)
        return known.axis if known is not None else ""


@lru_cache(maxsize=1)
def load_table_words() -> TableWords:
    """The shipped header vocabulary."""
    return TableWords(vocabulary("headers.toml"), load_words())
