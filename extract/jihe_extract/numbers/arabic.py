"""The digit pass: numbers in digits of either width, with unit, magnitude, sign, range and relation.

Most numbers of a report are plain: a few digits, a unit that no character behind it could change, no cue on
either side. Those are settled on the spot, by table look-ups only; all others take the long way.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jihe_extract.numbers import numerals, relations, silence
from jihe_extract.numbers.assembly import AFTER_FIRST, CAREFUL, CUES, LETTERS
from jihe_extract.numbers.numerals import power
from jihe_extract.numbers.quantity import Quantity, quantity
from jihe_extract.numbers.unitless import BLANKS, EXTENDS, HALF, NUMBER, Unitless
from jihe_extract.numbers.units import FIRST, PAIRS, SINGLES, Entry, Unit, unit, unit_at, vocabulary

_RUN = re.compile("([0-9０-９][0-9０-９]*+)(\\.[0-9]++)?+((?:[.,，．]?[0-9０-９])++)?+")
_NUMBER = re.compile(NUMBER)
_SHAPES = silence.shapes()
_LONG_SHAPES, _YEAR = _SHAPES[""], _SHAPES["年"]
_LIST_MARKS = frozenset("、和")
_LONGER = re.compile("([多余半])(月|小时|工作日|百分点)")
_LIMITS = vocabulary("units")["limits"]
_YEAR_BEFORE, _YEAR_AFTER = tuple(_LIMITS["year_before"]), tuple(_LIMITS["year_after"])
_NAMED = frozenset("年个分")
_ONE = Decimal(1)
_RANGE_MARKS = relations.RANGE_MARKS
_NO_NUMBER_AFTER = LETTERS | {"第"}
_OPENING, _CLOSING = frozenset("（("), frozenset("）)")
_CELL_ENDS = frozenset(["", "\t", "\n"])
_CERTAIN = {
    two: entries[0]
    for two, entries in PAIRS.items()
    if len(entries) == 1 and entries[0][1] == 2 and entries[0][3] is None
}
TEN_TO = {n: power(n) for n in range(-32, 33)}
_TELLING = AFTER_FIRST | BLANKS
_YUAN = frozenset("元圆")
_DIGITS = frozenset("0123456789０１２３４５６７８９ ")  # 5角, 5分
_AFTER_MONEY = frozenset("人整")

Plain = tuple[int, str, str, int, Decimal, frozenset[str]]
"""Length, name, surface, exponent and scale of a unit, and what must not follow it."""


def _stops(of: Unit) -> frozenset[str]:
    """The characters behind a unit that may change what it says."""
    if of.name == "CNY":
        return _AFTER_MONEY | _DIGITS if of.surface in _YUAN else _AFTER_MONEY
    return frozenset("（(半" if of.name in HALF else "（(")


@lru_cache(maxsize=8192)
def _plain(two: str) -> Plain | None:
    """The unit that two characters settle, whatever stands behind them; None when there is any doubt."""
    entry = _CERTAIN.get(two)
    if entry is None and two not in PAIRS and two[:1] not in _SHAPES:
        entry = _single(two)
    if entry is None or two[0] in _SHAPES:
        return None
    of = entry[2]
    if of.name == "年" or (of.name == "个" and two[1:] in relations.INNER.keys() | {"半"}):
        return None
    return entry[1], of.name, of.surface, of.exponent, power(of.exponent), _stops(of)


def _single(two: str) -> Entry | None:
    """A unit of one character that the next one cannot spoil."""
    entry = SINGLES.get(two[:1])
    if entry is None or entry[3] is None or not entry[3].may_spring(two[1:]):
        return entry
    return None


class Digits(Unitless):
    """One run of the digit pass over one text."""

    def quantities(self) -> list[Quantity]:
        """Every quantity written in digits, in order."""
        text, position, found = self.text, 0, self.found
        for m in _RUN.finditer(text):
            start, stop = m.span()
            if start < position:
                continue
            group = m.lastindex
            if group == 3 or stop - start > 9 or start < 3:
                position = self._long(start, stop, m[0], group == 3)
                continue
            at = stop if text[stop : stop + 1] not in BLANKS else self.over(stop)
            two, cue = text[at : at + 2], text[start - 2 : start]
            of, previous = _plain(two), cue[1]
            if of is None or previous in _NO_NUMBER_AFTER:
                if two[:1] == "年" and previous not in _NO_NUMBER_AFTER:
                    position = self._year(start, stop, m[0])
                elif previous != "\t" or two[:1] != "\t":  # a cell's plain number is the tables' business
                    position = self._number(start, stop, m[0])
                continue
            end = at + of[0]
            behind = text[end : end + 1]
            if previous == " ":
                cue = text[start - 3 : start - 1]
            if behind in of[5] or (at > stop and of[1] in _NAMED and "\n" in text[stop:at]) or cue[1] == "第":
                position = self._number(start, stop, m[0])
                continue
            number = m[0]
            value, step = Decimal(number), of[4]
            if of[3]:
                value *= step
            if group == 2:
                step = TEN_TO[of[3] + 1 + m.end(1) - stop]
            position = end
            if (
                behind in _TELLING
                or cue[1] in CAREFUL
                or cue in CUES
                or (start - self.ended < 5 and text[self.ended : start].strip() in _RANGE_MARKS)
            ):
                self.add(start, end, number, value, step, of[1], of[2])
                continue
            self.ended = end
            self.pending = None
            found.append(quantity(value, of[1], step, "eq", start, end, of[2], number, False, False, text[start:end]))
        return found

    def _long(self, start: int, stop: int, number: str, marked: bool) -> int:
        """A long run, one with several marks, or one at the very start; codes are passed over."""
        if stop - start > numerals.LONGEST and (stop - start > 99 or "," not in number):
            self.pending = None
            return start
        return self._pieces(start, stop) if marked else self._number(start, stop, number)

    def _year(self, start: int, stop: int, number: str) -> int:
        """A number before 年: mostly a date."""
        shape = _YEAR.match(self.text, start)
        if shape is None:
            return self._number(start, stop, number)
        self.pending = None
        return shape.end()

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
        at = stop if text[stop : stop + 1] not in BLANKS else self.over(stop)
        following = text[at : at + 1]
        if following in _SHAPES or stop - start > 9:
            end = self._shape_end(start, stop, following)
            if end:
                return end
        if following in FIRST:
            entry = _CERTAIN.get(text[at : at + 2]) or unit_at(text, at)
            if entry is not None:
                return self._with_unit(start, stop, number, previous, at + entry[1], entry[2])
        if previous == "\t" and text[stop : stop + 1] in _CELL_ENDS:
            return stop  # the tables' business
        if previous in _OPENING and following in _CLOSING:
            self.pending = None
            return stop  # a list number
        return self.without_unit(start, stop, number, at, following)

    def _shape_end(self, start: int, stop: int, following: str) -> int:
        """End of a date, a document number or the like that starts here; 0 when none does."""
        shape = None
        if following in _SHAPES and (following not in _LIST_MARKS or stop - start == 4):
            shape = _SHAPES[following].match(self.text, start)
        if shape is None and stop - start > 9:
            shape = _LONG_SHAPES.match(self.text, start)
        if shape is None:
            return 0
        self.pending = None
        return shape.end()

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
        if text[end : end + 1] in EXTENDS:
            end, value, step, name, surface = self.extended(end, value, step, name, surface)
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
