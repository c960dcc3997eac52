"""The pass over Chinese numerals: only those with a unit, a magnitude or 分之 are quantities."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_extract.document import Span
from jihe_extract.numbers import numerals, relations, silence
from jihe_extract.numbers.hanzipatterns import JIAO, PARTS, RUN, SPOT, WHOLE
from jihe_extract.numbers.numerals import power
from jihe_extract.numbers.quantity import Quantity, Relation
from jihe_extract.numbers.units import Unit, unit, vocabulary

_KINDS = vocabulary("units")["kinds"]
_LIMITS = vocabulary("units")["limits"]
_HALF = frozenset(_LIMITS["half"])
_MONEY = Unit("", "CNY")
_CAPITALS = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟貳叄陸")
_OFFICES = frozenset(word for word in _KINDS["offices"] if len(word) == 2)
_NO_HALF = frozenset("度报期级")
_NO_START = frozenset("第0123456789０１２３４５６７８９.．" + numerals.CHINESE)
_PART = {"十": -1, "百": -2, "千": -3, "万": -4}
_CURRENCY = ("人民币", "￥", "¥")


class _Spelt:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quantity] = []

    def quantities(self) -> list[Quantity]:
        text, position = self.text, 0
        for run in RUN.finditer(text):
            start = run.start()
            before = text[start - 1] if start else ""
            if start >= position and before not in _NO_START:
                stop = run.end()
                covered = silence.phrase_end(text, start)
                if covered >= stop > start and text[stop : stop + 2] not in _OFFICES and text[start] != "零":
                    position = covered
                    continue
                m = SPOT.match(text, start)
                if m is not None:
                    position = self._take(m)
        return self.found

    def _take(self, m: re.Match[str]) -> int:
        start = m.start()
        covered = silence.phrase_end(self.text, start)
        if covered > start and not m["offices"] and not (m["nought"] and m.end() > covered):
            return covered if covered >= self._end_of_run(start) else self._rest(m, covered)
        if m["part"] is not None:
            return self._rate(m)
        if m["base"] is not None:
            return self._fraction(m)
        if m["nought"] is not None:
            self._add(start, m.end(), Decimal(0), Decimal(1), m["nought"], m["nought"], "零", "eq")
            return m.end()
        if m["offices"] is not None:
            return self._offices(m)
        if m["tenths"] is not None:
            return self._tenths(m)
        if m["half"] is not None:
            return self._half(m)
        if m["low"] is not None:
            return self._range(m)
        return self._count(m)

    def _end_of_run(self, start: int) -> int:
        end = start
        while end < len(self.text) and end - start < numerals.LONGEST and self.text[end] in numerals.CHINESE:
            end += 1
        return end

    def _rest(self, m: re.Match[str], covered: int) -> int:
        """统一三个: the phrase covers the first numeral only, the rest counts."""
        if m["number"] is None or covered >= m.end("number"):
            return max(covered, m.start() + 1)
        return self._count(m, covered)

    def _rate(self, m: re.Match[str]) -> int:
        exponent = _PART[m["part"]]
        written = m["rate"]
        plain = numerals.arabic(written)
        parsed = (plain, -numerals.decimals(written)) if plain is not None else numerals.chinese(written)
        if parsed is None and written == "百":
            parsed = (Decimal(100), 0)
        if parsed is None:
            return m.end()
        place = min(parsed[1], 0)
        relation = relations.before(self.text, m.start())
        if relation in ("inc", "dec") and not relations.has_base(self.text, m.start()):
            relation = "eq"
        start, value = m.start(), parsed[0] * power(exponent)
        if self.text[start - 1 : start] == "负":
            start, value = start - 1, -value
        self._add(start, m.end(), value, power(exponent + place), "%", m["part"] + "分之", written, relation)
        return m.end()

    def _fraction(self, m: re.Match[str]) -> int:
        base, top = numerals.chinese(m["base"]), numerals.chinese(m["top"])
        if base is None or top is None or not base[0] or top[0] > base[0] * 100:
            return m.end()
        value = (top[0] / base[0]).quantize(power(-10))
        relation = relations.before(self.text, m.start())
        self._add(m.start(), m.end(), value, power(-10), "%", "", m[0], relation)
        return m.end()

    def _offices(self, m: re.Match[str]) -> int:
        if m["offices"].count("一") > 1 and "两" not in m["offices"]:
            return m.end()
        for part in PARTS.finditer(m["offices"]):
            value = numerals.chinese(part[1])
            if value is not None:
                start = m.start() + part.start()
                self._add(start, m.start() + part.end(), value[0], Decimal(1), part[2], part[2], part[1], "eq")
        return m.end()

    def _tenths(self, m: re.Match[str]) -> int:
        text = self.text
        parsed = numerals.chinese(m["tenths"])
        if parsed is None:
            return m.end()
        value, step = parsed[0] * power(-1), power(min(parsed[1], 0) - 1)
        if m["hundredths"] is not None or m["cut"] is not None:
            value += power(-2) * (numerals.DIGITS[m["hundredths"]] if m["hundredths"] else 5)
            step = power(-2)
        if text[m.start() - 1 : m.start()] in ("组", "形", "构", "合"):
            return m.end()
        self._add(m.start(), m.end(), value, step, "%", "成", m["tenths"], relations.before(text, m.start()))
        return m.end()

    def _half(self, m: re.Match[str]) -> int:
        if silence.phrase_end(self.text, m.start()) > m.start() or self.text[m.end() : m.end() + 1] in _NO_HALF:
            return m.end()
        of = unit(m["half"])
        relation = relations.before(self.text, m.start())
        self._add(m.start(), m.end(), power(-1) * 5, power(-1), of.name, of.surface, "半", relation)
        return m.end()

    def _range(self, m: re.Match[str]) -> int:
        """二到三次: the lower bound takes the unit of the upper."""
        upper = SPOT.match(self.text, m.end())
        low = numerals.chinese(m["low"])
        if upper is None or upper["number"] is None or low is None:
            return m.end()
        count = len(self.found)
        end = self._count(upper)
        if len(self.found) == count or self.found[-1].value <= low[0]:
            return end
        high = self.found[-1]
        value, step = low[0] * high.step, high.step
        if value >= high.value:
            value, step = low[0], Decimal(1)
        self.found[-1] = _as(high, "hi")
        at = m.start()
        bound = Span(at, m.end("low"))
        self.found.insert(-1, Quantity(value, high.unit, step, "lo", bound, high.surface, m["low"], text=m["low"]))
        return end

    def _count(self, m: re.Match[str], start: int | None = None) -> int:
        text = self.text
        start = m.start() if start is None else start
        number = text[start : m.end("number")]
        surface, end = m["unit"], m.end("unit")
        if self._silent(start, number, surface, end):
            return m.end("number")
        of = unit(surface)
        value, place, relation = self._value(m, start, number)
        if value is None:
            return m.end("number")
        if number[0] in _CAPITALS and len(number) == 1 and of.name != "CNY":
            return m.end("number")
        exponent = of.exponent + numerals.magnitude(m["scale"] or "")
        step = power(place + exponent)
        value *= power(exponent)
        if of.name != "CNY" and exponent == 0 and 0 < place < 4:
            step = Decimal(1)
        name = of.name
        end, value, step, name = self._behind(m, end, value, step, name, of)
        if relation != "eq" and text[start - 1 : start] in _INSIDE and number[0] in _LEADING:
            start, number = start - 1, text[start - 1] + number
        self._add(start, end, value, step, name, (m["scale"] or "") + surface, number, relation)
        return end

    def _value(self, m: re.Match[str], start: int, number: str) -> tuple[Decimal | None, int, Relation]:
        text = self.text
        relation: Relation = "eq"
        if number[0] in "百千万亿佰仟" or (number[0] in "十拾" and text[start - 1 : start] in _INSIDE):
            cue = text[start - 1 : start]
            if cue not in relations.LEADING or (cue == "数" and text[start - 2 : start - 1] in _COUNTED):
                return None, 0, "eq"
            relation = relations.LEADING[cue]
            parsed = numerals.chinese("一" + number)
        else:
            parsed = numerals.chinese(number)
        if parsed is None:
            pair = numerals.neighbours(number)
            return (pair[0], pair[2], "range") if pair is not None else (None, 0, "eq")
        inner = relations.INNER.get(m["more"] or m["more2"] or "")
        if inner is not None and parsed[0] < 10 and not m["more2"] and not m["scale"]:
            return None, 0, "eq"
        return parsed[0], parsed[1], inner or relation

    def _silent(self, start: int, number: str, surface: str, end: int) -> bool:
        text = self.text
        if silence.refrain(text, start) or silence.quoted(text, start):
            return True
        if silence.names_a_place(text, surface, end) and number[:1] not in _CAPITALS:
            return True
        if text[start - 1 : start] == "第":
            return True
        return surface == "年" and len(number) > 1 and all(c in numerals.DIGITS for c in number)

    def _behind(
        self, m: re.Match[str], end: int, value: Decimal, step: Decimal, name: str, of: Unit
    ) -> tuple[int, Decimal, Decimal, str]:
        text = self.text
        if name == "CNY":
            jiao = JIAO.match(text, end) if of.surface in ("元", "圆") else None
            if jiao is not None:
                value += power(-1) * numerals.DIGITS.get(jiao["jiao"] or "零", 0)
                value += power(-2) * numerals.DIGITS.get(jiao["fen"] or jiao["only"] or "零", 0)
                end, step = jiao.end(), power(-2 if jiao["fen"] or jiao["only"] else -1)
            whole = WHOLE.match(text, end)
            return (whole.end() if whole is not None else end), value, step, name
        rest = m["rest"]
        if rest == "半" and name in _HALF:
            return end + 1, value + power(-1) * 5, power(-1), name
        if rest and rest != "半":
            return m.end("rest"), value, step, name + rest
        return end, value, step, name

    def _add(
        self,
        start: int,
        end: int,
        value: Decimal,
        step: Decimal,
        name: str,
        surface: str,
        shown: str,
        relation: Relation,
    ) -> None:
        text = self.text
        before = relations.before(text, start)
        if relation == "eq" and before != "from":
            relation = before
        if relation == "from" or (relation in ("inc", "dec") and name == "%" and not relations.has_base(text, start)):
            relation = "eq"
        if relation in ("eq", "approx", "inc", "dec"):
            behind = relations.after(text, end, name)
            relation = behind if behind != "eq" else relation
        if name == "CNY":
            for mark in _CURRENCY:
                if text.startswith(mark, start - len(mark)) and start >= len(mark):
                    start -= len(mark)
        self.found.append(Quantity(value, name, step, relation, Span(start, end), surface, shown, text=text[start:end]))


_INSIDE = ("数", "几", "上", "成", "过")
_LEADING = frozenset("十百千万亿拾佰仟")
_COUNTED = frozenset("人户次件")


def _as(q: Quantity, relation: Relation) -> Quantity:
    return Quantity(q.value, q.unit, q.step, relation, q.span, q.surface, q.shown, text=q.text)


def chinese_quantities(text: str) -> list[Quantity]:
    """Quantities of ``text`` that are written in Chinese numerals, in order."""
    return _Spelt(text).quantities()
