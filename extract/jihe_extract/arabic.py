"""The digit pass: numbers in digits of either width, with unit, magnitude, sign, range and relation."""

from __future__ import annotations

import re
from decimal import Decimal

import regex

from jihe_extract import numerals, relations, silence
from jihe_extract.assembly import AFTER_FIRST, CAREFUL, CUES, CURRENCY_LAST, LETTERS, Assembly
from jihe_extract.labels import label_unit, shown_figure
from jihe_extract.numerals import power
from jihe_extract.quantity import Quantity, quantity
from jihe_extract.units import FIRST, PAIRS, Unit, literal, unit, unit_at, vocabulary

D = "[0-9０-９]"
NUMBER = (
    f"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}}(?![0-9])(?:\\.[0-9]{{1,20}}+)?"
    f"|[０-９]{{1,3}}(?:[，,][０-９]{{3}}){{1,6}}(?![０-９])(?:[．.][０-９]{{1,20}}+)?"
    f"|{D}++(?:[.．]{D}{{1,20}}+)?+)"
)
_RUN = re.compile("([0-9０-９][0-9０-９]*+)(\\.[0-9]++)?+((?:[.,，．]?[0-9０-９])++)?+")
_NUMBER: re.Pattern[str] = regex.compile(NUMBER)
_SHAPES = silence.shapes()
_LIST_MARKS = frozenset("、和")
BLANKS = frozenset(" \u3000\u00a0\n\r")
_MAGNITUDES = frozenset("余多来几十百千万亿")
_MAGNITUDE: re.Pattern[str] = regex.compile("[十百千]?万亿|[十百千]?[万亿]|[十百千]")
_MIXED: re.Pattern[str] = regex.compile(
    f"{NUMBER}[十百千]?[万亿](?:零?(?:{NUMBER}|[一二两三四五六七八九])[十百千万]{{1,2}}|零?[0-9]{{3,4}}(?!{D})){{1,4}}"
)
_JIAO: re.Pattern[str] = regex.compile(f"[ ]?({D}{{1,2}})角(?:({D}{{1,2}})分)?|[ ]?({D}{{1,2}})分(?!{D}|钟)")
_LONGER: re.Pattern[str] = regex.compile("([多余半])(月|小时|工作日|百分点)")
_MONEY_TAIL: re.Pattern[str] = regex.compile("人民币|整(?![体个理合改治])")
_BROKEN: re.Pattern[str] = regex.compile(
    f"(?:({D}+[.．])|(?<=[为达到于约近超率][ ]?)({D}{{1,4}}))[ ]{{0,2}}\n{{1,3}}[ ]{{0,2}}"
    f"({D}{{1,20}}(?:[.．]{D}{{1,20}})?)[^\\S\t]{{0,4}}"
)
_LIMITS = vocabulary("units")["limits"]
_BRACKETED: re.Pattern[str] = regex.compile("[（(](?:" + "|".join(map(literal, _LIMITS["bracketed"])) + ")[)）]")
_DAYS = tuple(_LIMITS["days"])
_YEAR_BEFORE, _YEAR_AFTER = tuple(_LIMITS["year_before"]), tuple(_LIMITS["year_after"])
_HALF = frozenset(_LIMITS["half"])
_EXTENDS = frozenset("0123456789０１２３４５６７８９角人整半（( ")
_NO_MONEY = frozenset("＋+一")
_NAMED = frozenset("年个分")
_MAY_FOLLOW_BARE = frozenset("，。；、,;）)\n\t|：:÷×=＝$” /*") | {""}
_MONEY = Unit("", "CNY")
_ONE = Decimal(1)
_NO_NUMBER_AFTER = LETTERS | {"第"}
_POINTS = frozenset(".．")
_BREAKS_AFTER = frozenset("为达到于约近超率 ")
_OPENING, _CLOSING = frozenset("（("), frozenset("）)")
_CELL_ENDS = frozenset(["", "\t", "\n"])
_CERTAIN = {
    two: entries[0]
    for two, entries in PAIRS.items()
    if len(entries) == 1 and entries[0][1] == 2 and entries[0][3] is None
}
TEN_TO = {n: power(n) for n in range(-32, 33)}


class Digits(Assembly):
    """One run of the digit pass over one text."""

    def quantities(self) -> list[Quantity]:
        """Every quantity written in digits, in order."""
        text, position, longest, number_at = self.text, 0, numerals.LONGEST, self._number
        for m in _RUN.finditer(text):
            start, stop = m.span()
            if start < position:
                continue
            if stop - start > longest and (stop - start > 99 or text.find(",", start, stop) < 0):
                self.pending = None
                continue
            position = self._pieces(start, stop) if m.lastindex == 3 else number_at(start, stop, m[0])
        return self.found

    def _pieces(self, start: int, stop: int) -> int:
        """A run with several marks: 3,208.50 is one number, 3.2.1 none, 20，300 two."""
        position = start
        for m in _NUMBER.finditer(self.text, start, stop):
            if m.start() < position or m.end() - m.start() > numerals.LONGEST:
                continue
            if self.text[m.end() : m.end() + 1] in (".", "．") and m.end() < stop:
                shape = _SHAPES["."].match(self.text, m.start())
                self.pending = None
                position = max(position, shape.end() if shape is not None else stop)
            else:
                position = max(position, self._number(m.start(), m.end(), m[0]))
        return position

    def _number(self, start: int, stop: int, number: str) -> int:
        """One number: silent, with a unit behind it, or bare. Returns where to go on."""
        text = self.text
        previous = text[start - 1] if start else "\n"
        if previous in _NO_NUMBER_AFTER or (previous == " " and text[start - 2 : start] == "第 "):
            self.pending = None
            return stop
        at = stop
        following = text[at : at + 1]
        while following in BLANKS and at - stop < 8:
            at += 1
            following = text[at : at + 1]
        if following in _SHAPES or stop - start > 9:
            end = self._shape_end(start, stop, following)
            if end:
                return end
        entry = _CERTAIN.get(text[at : at + 2])
        if entry is None and following in FIRST:
            entry = unit_at(text, at)
        if entry is not None:
            return self._with_unit(start, stop, number, previous, at + entry[1], entry[2])
        if previous == "\t" and text[stop : stop + 1] in _CELL_ENDS:
            return stop  # the tables' business
        if previous in _OPENING and following in _CLOSING:
            self.pending = None
            return stop  # a list number
        return self._without_unit(start, stop, number, at, following)

    def _shape_end(self, start: int, stop: int, following: str) -> int:
        """End of a date, a document number or the like that starts here; 0 when none does."""
        keys = [following] if following not in _LIST_MARKS or stop - start == 4 else []
        for key in [*keys, ""] if stop - start > 9 else keys:
            shape = _SHAPES[key].match(self.text, start) if key in _SHAPES else None
            if shape is not None:
                self.pending = None
                return shape.end()
        return 0

    def _with_unit(self, start: int, stop: int, number: str, previous: str, end: int, of: Unit) -> int:
        text, name, exponent = self.text, of.name, of.exponent
        if name in _NAMED and self._is_name(start, stop, number, end, name):
            self.pending = None
            return end
        value = Decimal(number) if number.isascii() and "," not in number else numerals.arabic(number)
        if value is None:
            return end
        if name == "个" and (longer := _LONGER.match(text, end)) is not None:
            return self._longer(start, number, value, longer)
        point = number.find(".") if "．" not in number else number.find("．")
        step = TEN_TO[exponent - (stop - start - point - 1 if point >= 0 else 0)]
        if exponent:
            value *= TEN_TO[exponent]
        surface = of.surface
        if text[end : end + 1] in _EXTENDS:
            end, value, step, name, surface = self._extended(end, value, step, name, surface)
        behind = text[end : end + 1]
        if behind in BLANKS:
            behind = text[end : end + 4].lstrip()[:1]
        cue = text[start - 2 : start] if previous != " " else text[max(0, start - 3) : start - 1]
        if cue[-1:] in CAREFUL or cue in CUES or behind in AFTER_FIRST or start - self.ended < 5 or start < 3:
            self.add(start, end, number, value, step, name, surface)
        else:
            self.ended = end
            self.pending = None
            self.found.append(
                quantity(value, name, step, "eq", start, end, surface, number, False, False, text[start:end])
            )
        return end

    def _longer(self, start: int, number: str, value: Decimal, m: re.Match[str]) -> int:
        """5个多月, 2个半月."""
        half = m[1] == "半"
        value, step = (value + power(-1) * 5, power(-1)) if half else (value, _ONE)
        of, inner = unit(m[2]), relations.INNER.get(m[1])
        exponent = power(of.exponent)
        self.add(start, m.end(), number, value * exponent, step * exponent, of.name, "个" + m[0], inner)
        return m.end()

    def _is_name(self, start: int, stop: int, number: str, end: int, name: str) -> bool:
        """Whether the number is part of a name or a date: 23年, 个人 behind a line break."""
        text = self.text
        if name == "年":
            head, tail = text[max(0, start - 4) : start].rstrip(), text[end : end + 2]
            if "." in number or "．" in number:
                return len(number) > 4
            durable = head.endswith(_YEAR_BEFORE) or tail.startswith(_YEAR_AFTER)
            return len(number) > 3 or (len(number) == 2 and number[0] in "12１２" and not durable)
        if name == "个":
            return text.startswith("人", end) and "\n" in text[stop:end]
        return text.startswith(("项", "为"), end) and "\n" in text[stop:end]

    def _extended(
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
        if text[end] == "半" and name in _HALF and value == value.to_integral_value():
            return end + 1, value + power(-1) * 5, power(-1), name, surface
        bracket = _BRACKETED.match(text, end)
        if bracket is not None:
            return bracket.end(), value, step, name + bracket[0], surface + bracket[0]
        return end, value, step, name, surface

    # a number without a unit right behind it

    def _without_unit(self, start: int, stop: int, number: str, at: int, following: str) -> int:
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
            end = self._broken(start)
            if end:
                return end
        elif following not in _MAY_FOLLOW_BARE and following not in FIRST:
            self.pending = (start, stop, number)
            self.ended = stop
            return stop
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
            self.pending = (start, stop, number)
            self.ended = stop
        else:
            self.add(start, stop, number, value, power(-numerals.decimals(number)), name, "", inherited=name != "")
        return stop

    def _with_magnitude(self, start: int, stop: int, number: str, at: int) -> int:
        """A magnitude or 余/多/来 between number and unit; 0 when there is none."""
        text = self.text
        inner = relations.INNER.get(text[at])
        at += inner is not None
        m = _MAGNITUDE.match(text, self._over(at))
        if m is not None:
            if at == stop and (compound := _MIXED.match(text, start)) is not None:
                return self._mixed(start, compound.end())
            at = m.end()
            more = relations.INNER.get(text[at : at + 1])
            inner, at = (more, at + 1) if inner is None and more is not None else (inner, at)
        elif inner is None:
            return 0
        entry = unit_at(text, self._over(at))
        value = numerals.arabic(number)
        if value is None or (entry is None and not self._may_be_money(m, at)):
            return 0
        of = entry[2] if entry is not None else _MONEY
        end = self._over(at) + entry[1] if entry is not None else at
        exponent = of.exponent + (numerals.magnitude(m[0]) if m is not None else 0)
        value, step = value * power(exponent), power(exponent - numerals.decimals(number))
        surface, name = (m[0] if m is not None else "") + of.surface, of.name
        if entry is not None and text[end : end + 1] in _EXTENDS:
            end, value, step, name, surface = self._extended(end, value, step, name, surface)
        self.add(start, end, number, value, step, name, surface, inner, inferred=entry is None)
        return end

    def _may_be_money(self, m: re.Match[str] | None, at: int) -> bool:
        """Whether 25万 without a unit may be read as money."""
        return m is not None and ("万" in m[0] or "亿" in m[0]) and self.text[at : at + 1] not in _NO_MONEY

    def _over(self, at: int) -> int:
        """``at`` moved over blanks and line breaks."""
        text, limit = self.text, at + 8
        while at < limit and text[at : at + 1] in BLANKS:
            at += 1
        return at

    def _mixed(self, start: int, end: int) -> int:
        text = self.text
        found = numerals.mixed(text[start:end])
        if found is None:
            return 0
        value, place = found
        shown = text[start:end]
        inner = relations.INNER.get(text[end : end + 1])
        at = self._over(end + (inner is not None))
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
        number, of, end = (m[1] or m[2]) + m[3], entry[2], m.end() + entry[1]
        value = numerals.arabic(number)
        if value is None:
            return 0
        step = power(of.exponent - numerals.decimals(number))
        self.add(start, end, number, value * power(of.exponent), step, of.name, of.surface)
        return end
