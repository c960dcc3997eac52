"""Numbers without a unit right behind them: a magnitude (25万, 3万5千), a split number, a bare figure."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_extract.numbers import numerals, relations
from jihe_extract.numbers.assembly import CURRENCY_LAST, Assembly
from jihe_extract.numbers.labels import label_unit, shown_figure
from jihe_extract.numbers.numerals import power
from jihe_extract.numbers.units import FIRST, Unit, literal, unit_at, vocabulary

D = "[0-9０-９]"
NUMBER = (
    f"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}}(?![0-9])(?:\\.[0-9]{{1,20}}+)?"
    f"|[０-９]{{1,3}}(?:[，,][０-９]{{3}}){{1,6}}(?![０-９])(?:[．.][０-９]{{1,20}}+)?"
    f"|{D}++(?:[.．]{D}{{1,20}}+)?+)"
)
"""Pattern of one number in digits of either width."""
BLANKS = frozenset(" \u3000\u00a0\n\r")
"""What may part a number from its unit."""
_BLANKS = re.compile(f"[{''.join(sorted(BLANKS))}]{{1,8}}")
_MAGNITUDES = frozenset("余多来几十百千万亿")
_MAGNITUDE = re.compile("[十百千]?万亿|[十百千]?[万亿]|[十百千]")
_MIXED = re.compile(
    f"{NUMBER}[十百千]?[万亿](?:零?(?:{NUMBER}|[一二两三四五六七八九])[十百千万]{{1,2}}|零?[0-9]{{3,4}}(?!{D})){{1,4}}"
)
_JIAO = re.compile(f"[ ]?({D}{{1,2}})角(?:({D}{{1,2}})分)?|[ ]?({D}{{1,2}})分(?!{D}|钟)")
_MONEY_TAIL = re.compile("人民币|整(?![体个理合改治])")
_BROKEN = re.compile(
    f"(?:({D}+[.．])|({D}{{1,9}})(?=[ \n]{{1,7}}[.．])"
    f"|(?:(?<=[为达到于约近超率])|(?<=[为达到于约近超率] ))({D}{{1,4}}))"
    f"[ ]{{0,2}}\n{{1,3}}[ ]{{0,2}}((?:(?<!{D})[.．])?{D}{{1,20}}(?:[.．]{D}{{1,20}})?)[^\\S\t]{{0,4}}"
)
_LIMITS = vocabulary("units")["limits"]
_BRACKETED = re.compile("[（(](?:" + "|".join(map(literal, _LIMITS["bracketed"])) + ")[)）]")
_DAYS = tuple(_LIMITS["days"])
HALF = frozenset(_LIMITS["half"])
"""Units that a half may follow: 3年半."""
_NO_MONEY = frozenset("＋+一")
_MAY_FOLLOW_BARE = frozenset("，。；、,;）)\n\t|：:÷×=＝$” /*") | {""}
_MONEY = Unit("", "CNY")
_ONE = Decimal(1)
_POINTS = frozenset(".．")
_GAPS = frozenset(" \n")
_LINE_STARTS = frozenset(["", "\n"])
_BREAKS_AFTER = frozenset("为达到于约近超率 ")
EXTENDS = frozenset("0123456789０１２３４５６７８９角人整半（( ")
"""What may go on behind a unit."""


class Unitless(Assembly):
    """The digit pass where no unit stands right behind the number, and what may extend a unit."""

    def extended(
        self, end: int, value: Decimal, step: Decimal, name: str, surface: str
    ) -> tuple[int, Decimal, Decimal, str, str]:
        """Jiao and fen, 人民币, 整, a half, or a second classifier in brackets behind the unit."""
        text = self.text
        if name == "CNY":
            if surface in ("元", "圆"):
                jiao = _JIAO.match(text, end)
                if jiao is not None and value == value.to_integral_value():
                    fen = jiao[2] or jiao[3]
                    value += (numerals.arabic(jiao[1] or "0") or 0) * power(-1)
                    value += (numerals.arabic(fen or "0") or 0) * power(-2)
                    return jiao.end(), value, power(-2 if fen else -1), name, surface
            tail = _MONEY_TAIL.match(text, end)
            return (tail.end() if tail is not None else end), value, step, name, surface
        if text[end] == "半" and name in HALF and value == value.to_integral_value():
            return end + 1, value + power(-1) * 5, power(-1), name, surface
        bracket = _BRACKETED.match(text, end)
        if bracket is not None:
            return bracket.end(), value, step, name + bracket[0], surface + bracket[0]
        return end, value, step, name, surface

    def without_unit(self, start: int, stop: int, number: str, at: int, following: str) -> int:
        """Takes a number that no unit follows; returns where to go on."""
        text = self.text
        if following in _MAGNITUDES:
            end = self._with_magnitude(start, stop, number, at)
            if end:
                return end
        elif following == "日" and text.startswith(_DAYS, at + 1):
            value = numerals.arabic(number)
            if value is not None:
                self.add(start, at + 1, number, value, _ONE, "日", "日")
                return at + 1
        elif following in _POINTS or (at > stop and following.isdigit() and text[start - 1 : start] in _BREAKS_AFTER):
            end = self._broken(start) if at > stop or text[at + 1 : at + 2] in _GAPS else 0
            if end:
                return end
        elif following not in _MAY_FOLLOW_BARE and following not in FIRST:
            return self._left_open(start, stop, number)
        if text[start - 1 : start] in _LINE_STARTS:
            return self._left_open(start, stop, number)  # a list number
        return self._bare(start, stop, number)

    def _bare(self, start: int, stop: int, number: str) -> int:
        """A number that only its currency mark, its label or its surroundings can make a figure."""
        text = self.text
        value = numerals.arabic(number)
        if value is None:
            return stop
        if start and text[start - 1] in CURRENCY_LAST and self.currency(start) is not None:
            self.add(start, stop, number, value, power(-numerals.decimals(number)), "CNY", "")
            return stop
        lent = label_unit(text, start)
        if lent is not None:
            scale = power(lent.exponent)
            step = power(lent.exponent - numerals.decimals(number))
            self.add(start, stop, number, value * scale, step, lent.name, lent.surface, inherited=True)
            return stop
        name = shown_figure(text, start, stop, number)
        if name is None:
            return self._left_open(start, stop, number)
        self.add(start, stop, number, value, power(-numerals.decimals(number)), name, "", inherited=name != "")
        return stop

    def _left_open(self, start: int, stop: int, number: str) -> int:
        """Remembers a bare number that a range may claim."""
        self.pending = (start, stop, number)
        self.ended = stop
        return stop

    def _with_magnitude(self, start: int, stop: int, number: str, at: int) -> int:
        """A magnitude or 余/多/来 between number and unit; 0 when there is none."""
        text = self.text
        inner = relations.INNER.get(text[at])
        at += inner is not None
        m = _MAGNITUDE.match(text, self.over(at))
        if m is not None:
            if at == stop and (compound := _MIXED.match(text, start)) is not None:
                return self._mixed(start, compound.end())
            at = m.end()
            more = relations.INNER.get(text[at : at + 1])
            inner, at = (more, at + 1) if inner is None and more is not None else (inner, at)
        elif inner is None:
            return 0
        entry = unit_at(text, self.over(at))
        value = numerals.arabic(number)
        if value is None or (entry is None and not self._may_be_money(m, at)):
            return 0
        of = entry[2] if entry is not None else _MONEY
        end = self.over(at) + entry[1] if entry is not None else at
        exponent = of.exponent + (numerals.magnitude(m[0]) if m is not None else 0)
        value, step = value * power(exponent), power(exponent - numerals.decimals(number))
        surface, name = (m[0] if m is not None else "") + of.surface, of.name
        if entry is not None and text[end : end + 1] in EXTENDS:
            end, value, step, name, surface = self.extended(end, value, step, name, surface)
        self.add(start, end, number, value, step, name, surface, inner, inferred=entry is None)
        return end

    def _may_be_money(self, m: re.Match[str] | None, at: int) -> bool:
        """Whether 25万 without a unit may be read as money."""
        return m is not None and ("万" in m[0] or "亿" in m[0]) and self.text[at : at + 1] not in _NO_MONEY

    def over(self, at: int) -> int:
        """``at`` moved over blanks and line breaks."""
        found = _BLANKS.match(self.text, at)
        return found.end() if found is not None else at

    def _mixed(self, start: int, end: int) -> int:
        text = self.text
        found = numerals.mixed(text[start:end])
        if found is None:
            return 0
        value, place = found
        shown = text[start:end]
        inner = relations.INNER.get(text[end : end + 1])
        at = self.over(end + (inner is not None))
        entry = unit_at(text, at)
        if entry is None:
            self.add(start, end, shown, value, power(place), "CNY", "", None, inferred=True)
            return end
        of = entry[2]
        value, step = value * power(of.exponent), power(place + of.exponent)
        self.add(start, at + entry[1], shown, value, step, of.name, of.surface, inner)
        return at + entry[1]

    def _broken(self, start: int) -> int:
        """A number that a line break splits, where nothing else can be meant: 为 9⏎7.00%."""
        m = _BROKEN.match(self.text, start)
        entry = unit_at(self.text, m.end()) if m is not None else None
        if m is None or entry is None:
            return 0
        number, of, end = (m[1] or m[2] or m[3]) + m[4], entry[2], m.end() + entry[1]
        value = numerals.arabic(number)
        if value is None:
            return 0
        step = power(of.exponent - numerals.decimals(number))
        self.add(start, end, number, value * power(of.exponent), step, of.name, of.surface)
        return end
