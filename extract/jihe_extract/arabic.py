"""The digit pass: numbers in digits of either width, with unit, magnitude, sign, range and relation."""

from __future__ import annotations

from decimal import Decimal

import regex

from jihe_extract import numerals, relations, silence
from jihe_extract.document import Span
from jihe_extract.numerals import power
from jihe_extract.quantity import Quantity, Relation
from jihe_extract.units import Unit, literal, unit, unit_pattern, units, vocabulary

D = "[0-9０-９]"
NUMBER = (
    f"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}}(?![0-9])(?:\\.[0-9]{{1,20}}+)?"
    f"|[０-９]{{1,3}}(?:[，,][０-９]{{3}}){{1,6}}(?![０-９])(?:[．.][０-９]{{1,20}}+)?"
    f"|{D}++(?:[.．]{D}{{1,20}}+)?+)"
)
WS = r"[^\S\t]{0,8}+"
MAGNITUDE = "(?:[十百千]?万亿|[十百千]?[万亿]|[十百千])"

_MAIN = regex.compile(
    f"(?<![0-9０-９A-Za-z])(?:(?=({D}))(?:{silence.shapes()})|({NUMBER})(?:{WS}({unit_pattern()}))?+)"
)
_TAIL = regex.compile(f"{WS}([余多来几])?{WS}({MAGNITUDE})?([余多来几])?(?:{WS}({unit_pattern()}))?")
_TAIL_FIRST = frozenset("余多来几十百千万亿日 \u3000\u00a0\n\r")
_MIXED = regex.compile(
    f"{NUMBER}[十百千]?[万亿](?:零?(?:{NUMBER}|[一二两三四五六七八九])[十百千万]{{1,2}}|零?[0-9]{{3,4}}(?!{D})){{1,4}}"
)
_JIAO = regex.compile(f"{WS}({D}{{1,2}})角(?:({D}{{1,2}})分)?|{WS}({D}{{1,2}})分(?!{D}|钟)")
_MONEY_TAIL = regex.compile("人民币|整(?![体个理合改治])")
_BROKEN = regex.compile(
    f"(?:({D}+[.．])|(?<=[为达到于约近超率])[ ]?({D}{{1,4}}))[ ]{{0,2}}\n{{1,3}}[ ]{{0,2}}"
    f"({D}{{1,20}}(?:[.．]{D}{{1,20}})?){WS}({unit_pattern()})"
)
_LABEL = regex.compile(f"[（(]\\s{{0,2}}({unit_pattern()})\\s{{0,2}}[)）]\\s{{0,2}}([≥≤＞＜>=<]?)\\s{{0,2}}[:：=＝]?\\s{{0,3}}$")
_LIMITS = vocabulary("units")["limits"]
_BARE = vocabulary("units")["bare"]
_BRACKETED = regex.compile("[（(](?:" + "|".join(map(literal, _LIMITS["bracketed"])) + ")[)）]")
_DAYS = tuple(_LIMITS["days"])
_YEAR_BEFORE, _YEAR_AFTER = tuple(_LIMITS["year_before"]), tuple(_LIMITS["year_after"])
_HALF = frozenset(_LIMITS["half"])
_SCORE = regex.compile("(?:" + "|".join(map(literal, sorted(_BARE["score"], key=len, reverse=True))) + r")[为是:： ]{0,3}$")
_NAMES = regex.compile("(?:" + "|".join(map(literal, _BARE["names"])) + ")[ ]?$")
_TAILS = regex.compile("(?:" + "|".join(map(literal, _BARE["tails"])) + ")")
_LABELLED = regex.compile("(?:" + "|".join(map(literal, sorted(_BARE["label"], key=len, reverse=True))) + ")[为是:： ]{0,3}$")
_CLOSED = frozenset("，。；、,;）)\n\t|：:÷×=＝$” ")
_EXTENDS = frozenset("0123456789０１２３４５６７８９角人整半（( ")
_NO_MONEY = frozenset("＋+一")
_OPERATORS = frozenset("÷×＝=/*")
_CURRENCY = ("人民币", "￥", "¥", "RMB", "CNY")
_CURRENCY_LAST = frozenset(c[-1] for c in _CURRENCY)
_DASHES = frozenset("-－−—–")
_MONEY = Unit("", "CNY")
_PLAIN = Unit("", "")
_BY_SURFACE = units()
_ONE = Decimal(1)


class Digits:
    """One run of the digit pass over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quantity] = []
        self.pending: tuple[int, int, str] | None = None  # a bare number that a range may claim
        self.rising: int | None = None  # index of a quantity after 由 or 从

    def quantities(self) -> list[Quantity]:
        """Every quantity written in digits, in order."""
        text, position = self.text, 0
        for m in _MAIN.finditer(text):
            number = m[2]
            if number is None or len(number) > numerals.LONGEST:
                self.pending = None
                continue
            if m.start() < position:
                continue
            surface = m[3]
            if surface is None:
                position = self._without_unit(m.start(2), m.end(2), number)
            else:
                position = self._with_unit(m.start(2), m.end(2), number, m.end(3), _BY_SURFACE[surface], surface)
        return self.found

    # a number and its unit

    def _with_unit(self, start: int, stop: int, number: str, end: int, of: Unit, surface: str) -> int:
        text = self.text
        name = of.name
        if name in ("年", "个", "分") and self._is_name(start, stop, number, end, name):
            self.pending = None
            return end
        value = Decimal(number) if number.isascii() and "," not in number else numerals.arabic(number)
        if value is None:
            return end
        places = numerals.decimals(number) if "." in number or "．" in number else 0
        step = power(of.exponent - places)
        if of.exponent:
            value *= power(of.exponent)
        following = text[end : end + 1]
        if following in _EXTENDS:
            end, value, step, name, surface = self._extended(end, value, step, name, surface)
        self._add(start, end, number, value, step, name, surface)
        return end

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
            return "\n" in text[stop:end] and text.startswith("人", end)
        return "\n" in text[stop:end] and text.startswith(("项", "为"), end)

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

    def _without_unit(self, start: int, stop: int, number: str) -> int:
        text = self.text
        if text[stop : stop + 1] in _TAIL_FIRST:
            end = self._with_tail(start, stop, number)
            if end:
                return end
        broken = _BROKEN.match(text, start) if text.find("\n", stop, stop + 3) >= 0 or text[stop : stop + 1] in (".", "．") else None
        if broken is not None:
            joined = (broken[1] or broken[2]) + broken[3]
            return self._with_unit(start, broken.end(3), joined, broken.end(4), unit(broken[4]), broken[4])
        if text[start - 1 : start] in _CURRENCY_LAST and self._currency(start) is not None:
            value = numerals.arabic(number)
            if value is not None:
                self._add(start, stop, number, value, power(-numerals.decimals(number)), "CNY", "")
            return stop
        if not self._bare(start, stop, number):
            self.pending = (start, stop, number)
        return stop

    def _with_tail(self, start: int, stop: int, number: str) -> int:
        """A magnitude or 余/多/来 between number and unit; 0 when there is none."""
        text = self.text
        m = _TAIL.match(text, stop)
        if m is None or not (m[1] or m[2]):
            return self._days(start, stop, number)
        if m[2] and m[4] is None:
            compound = _MIXED.match(text, start)
            if compound is not None:
                return self._mixed(start, compound.end())
        if m[4] is None and (m[2] is None or not {"万", "亿"} & set(m[2])):
            return 0
        of = unit(m[4]) if m[4] else _MONEY
        value = numerals.arabic(number)
        if value is None:
            return 0
        exponent = of.exponent + numerals.magnitude(m[2] or "")
        inner = relations.INNER.get(m[1] or m[3] or "")
        end = m.end(4) if m[4] else (m.end(3) if m[3] else m.end(2))
        if m[4] is None and text[end : end + 1] in _NO_MONEY:
            return 0
        step = power(exponent - numerals.decimals(number))
        surface = (m[2] or "") + (m[4] or "")
        name = of.name
        value *= power(exponent)
        if text[end : end + 1] in _EXTENDS and m[4]:
            end, value, step, name, surface = self._extended(end, value, step, name, surface)
        self._add(start, end, number, value, step, name, surface, inner, inferred=not m[4])
        return end

    def _mixed(self, start: int, end: int) -> int:
        text = self.text
        found = numerals.mixed(text[start:end])
        if found is None:
            return 0
        value, place = found
        m = _TAIL.match(text, end)
        of = unit(m[4]) if m is not None and m[4] and not m[2] else None
        stop = end
        if m is not None and of is not None:
            end = m.end(4)
        chosen = of or _MONEY
        inner = relations.INNER.get(m[1] or "") if m is not None and of is not None else None
        value, step = value * power(chosen.exponent), power(place + chosen.exponent)
        self._add(start, end, text[start:stop], value, step, chosen.name, chosen.surface, inner, inferred=of is None)
        return end

    def _days(self, start: int, stop: int, number: str) -> int:
        """7日以内: a day of the month is a span of days only beside such a word."""
        text = self.text
        at = stop
        while text[at : at + 1] == " " and at - stop < 3:
            at += 1
        value = numerals.arabic(number)
        if value is None or text[at : at + 1] != "日" or not text.startswith(_DAYS, at + 1):
            return 0
        self._add(start, at + 1, number, value, _ONE, "日", "日")
        return at + 1

    def _currency(self, start: int) -> int | None:
        """Start of a currency mark right before ``start``."""
        for mark in _CURRENCY:
            if self.text.startswith(mark, start - len(mark)) and start >= len(mark):
                return start - len(mark)
        return None

    def _bare(self, start: int, stop: int, number: str) -> bool:
        """A number whose unit its label gives, or that a label or a formula shows to be a figure."""
        text = self.text
        value = numerals.arabic(number)
        if value is None:
            return False
        window = text[max(0, start - 16) : start]
        label = _LABEL.search(window) if ")" in window or "）" in window else None
        step = power(-numerals.decimals(number))
        if label is not None:
            of = unit(label[1])
            scale = power(of.exponent)
            self._add(start, stop, number, value * scale, step * scale, of.name, of.surface, inherited=True)
            return True
        following = text[stop : stop + 1]
        if following and following not in _CLOSED:
            return following in _OPERATORS and self._figure(start, stop, number, value, step)
        if "\t" in window[-2:]:
            return False
        if _SCORE.search(window) is not None:
            self._add(start, stop, number, value, step, "分", "", inherited=True)
            return True
        return self._figure(start, stop, number, value, step)

    def _figure(self, start: int, stop: int, number: str, value: Decimal, step: Decimal) -> bool:
        text = self.text
        window = text[max(0, start - 8) : start]
        last = window.rstrip(" ")[-1:]
        shown_as_figure = (
            last in _OPERATORS
            or text[stop : stop + 1] in ("÷", "×")
            or relations.before(text, start) in ("ge", "le", "gt", "lt")
            or _LABELLED.search(window) is not None
            or (step < 1 and last.isalpha() and not last.isascii())
        )
        if not text[stop : stop + 1] or not shown_as_figure or not last or last == "\n":
            return False
        if _NAMES.search(window) is not None or _TAILS.match(text, stop) is not None:
            return False
        if text[stop : stop + 1] == " " and text[stop + 1 : stop + 2].isalpha():
            return False
        if len(number) == 4 and number.isdigit() and number[:2] in ("19", "20"):
            return False
        self._add(start, stop, number, value, step, "", "")
        return True

    # relations, signs and ranges

    def _add(
        self,
        start: int,
        end: int,
        number: str,
        value: Decimal,
        step: Decimal,
        name: str,
        surface: str,
        inner: Relation | None = None,
        inherited: bool = False,
        inferred: bool = False,
    ) -> None:
        text = self.text
        previous = text[start - 1] if start else "\n"
        if previous == "第" or (previous == " " and text[start - 2 : start - 1] == "第"):
            self.pending = None
            return
        low = self._low_of_range(start, value, step, name, surface) if (self.pending or self.found) else False
        if not low and previous in _DASHES and self._negative(start, previous):
            start -= 1
            value = -value
            number = "-" + number
            previous = text[start - 1] if start else "\n"
        relation: Relation
        if low:
            relation = "to" if self.found and self.found[-1].relation == "from" else "hi"
        else:
            relation = self._relation(start, end, name, inner, previous)
        if name == "CNY" and previous in _CURRENCY_LAST:
            mark = self._currency(start)
            if mark is not None:
                start = mark
                relation = relations.before(text, start) if relation == "eq" else relation
        self.pending = None
        self.found.append(
            Quantity(
                value, name, step, relation, Span(start, end), surface, number, inherited, inferred, text[start:end]
            )
        )
        if relation == "to" and self.rising is not None:
            self._settle_from(start)

    def _relation(self, start: int, end: int, name: str, inner: Relation | None, previous: str) -> Relation:
        text = self.text
        relation: Relation = "eq"
        if previous in relations.BEFORE or previous in " \n\u3000$":
            relation = relations.before(text, start)
        if relation == "from":
            self.rising = len(self.found)
            relation = "eq"
        if relation in ("inc", "dec") and name == "%" and not relations.has_base(text, start):
            relation = "eq"
        if relation in ("eq", "inc", "dec", "approx", "le") and text[end : end + 1] in _AFTER_FIRST:
            behind = relations.after(text, end, name)
            relation = behind if behind != "eq" else relation
        return inner if inner is not None and relation in ("eq", "approx", "inc", "dec") else relation

    def _settle_from(self, start: int) -> None:
        index = self.rising
        self.rising = None
        if index is None or index >= len(self.found) - 1 or start - self.found[index].span.end > 40:
            return
        q = self.found[index]
        if q.relation == "eq" and not any(c in "。；;" for c in self.text[q.span.end : start]):
            self.found[index] = _as(q, "from")

    def _negative(self, start: int, dash: str) -> bool:
        before = self.text[start - 2] if start > 1 else "\n"
        if before in _DASHES or before.isdigit() or (before.isascii() and before.isalpha()) or before in "%％）)":
            return False
        if dash in "—–":
            return before in "为是:：（(数率额到\t|\n"
        return True

    def _low_of_range(self, start: int, value: Decimal, step: Decimal, name: str, surface: str) -> bool:
        """Whether a range mark joins the number before to this one; settles the lower bound."""
        text = self.text
        if self.pending is not None:
            at, stop, number = self.pending
        else:
            last = self.found[-1]
            at, stop, number = last.span.start, last.span.end, ""
        if start - stop > 4 or start <= stop:
            return False
        mark = text[stop:start].strip()
        if mark not in relations.RANGE_MARKS:
            return False
        if self.pending is None:
            last = self.found[-1]
            if last.unit != name or last.relation not in ("eq", "from"):
                return False
            self.found[-1] = _as(last, "from" if self.rising == len(self.found) - 1 else "lo")
            return True
        if text[at - 1 : at] == "第" or not name:
            return False
        self._lend_to_low(at, stop, number, value, name, surface)
        return True

    def _lend_to_low(self, at: int, stop: int, number: str, value: Decimal, name: str, surface: str) -> None:
        """The lower bound of 10～15万元 takes the unit, and the magnitude when that keeps it below."""
        text = self.text
        plain = numerals.arabic(number)
        if plain is None:
            return
        written = unit(surface)
        exponent = written.exponent
        if surface not in _BY_SURFACE:
            head = surface.rstrip("".join(c for c in surface if c not in "十百千万亿"))
            exponent = unit(surface[len(head) :]).exponent + numerals.magnitude(head)
        if plain * power(exponent) > value and plain < value:
            exponent = 0
        low_value = plain * power(exponent)
        if low_value > value:
            return
        relation: Relation = "from" if text[at - 1 : at] in ("由", "从") else "lo"
        step = power(exponent - numerals.decimals(number))
        self.found.append(
            Quantity(low_value, name, step, relation, Span(at, stop), surface, number, False, False, text[at:stop])
        )


_AFTER_FIRST = relations.AFTER_FIRST | {"内"}


def _as(q: Quantity, relation: Relation) -> Quantity:
    return Quantity(
        q.value, q.unit, q.step, relation, q.span, q.surface, q.shown, q.inherited, q.inferred, q.text
    )
