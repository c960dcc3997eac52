"""Puts a found number together: currency mark, sign, range, relation; shared state of the digit pass."""

from __future__ import annotations

from decimal import Decimal

from jihe_extract.numbers import numerals, relations
from jihe_extract.numbers.numerals import power
from jihe_extract.numbers.quantity import Quantity, Relation, quantity
from jihe_extract.numbers.units import unit

CURRENCY = ("人民币", "￥", "¥", "RMB", "CNY")
CURRENCY_LAST = frozenset(c[-1] for c in CURRENCY)
_DASHES = frozenset("-－−—–负")
_BEARING = frozenset("自肩胜抱欺担")  # 自负30% is no minus
_CLEAR_DASH_BEFORE = frozenset("为是:：（(数率额到\t|\n")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
CUES = relations.PAIRS
CAREFUL = frozenset(" \n\u3000$￥¥币BY-－−—–负") | frozenset(relations.SINGLES)
AFTER_FIRST = relations.AFTER_FIRST | {"内"}
_PLAIN = frozenset[Relation](["eq", "inc", "dec", "approx", "le"])


class Assembly:
    """The quantities of one text so far, and what the next number may still change about them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quantity] = []
        self.pending: tuple[int, int, str] | None = None  # a bare number that a range may claim
        self.ended = -9  # end of the last number
        self.rising: int | None = None  # index of a quantity after 由 or 从

    def currency(self, start: int) -> int | None:
        """Start of a currency mark right before ``start``."""
        for mark in CURRENCY:
            if start >= len(mark) and self.text.startswith(mark, start - len(mark)):
                return start - len(mark)
        return None

    def add(
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
        """Appends a number that stands at ``start:end``, with the relation that its surroundings give."""
        text, found = self.text, self.found
        previous = text[start - 1] if start else "\n"
        relation: Relation = "eq"
        if start - self.ended < 5 and self._low_of_range(start, value, name, surface):
            relation = "to" if found[-1].relation == "from" else "hi"
        else:
            if previous in _DASHES and self._negative(start, previous):
                start, value, number = start - 1, -value, "-" + number
                previous = text[start - 1] if start else "\n"
            if previous in CAREFUL or text[max(0, start - 2) : start] in CUES:
                relation = self._told_before(start, name)
            behind = text[end : end + 1]
            if behind in relations.BLANK:
                behind = text[end : end + 4].lstrip()[:1]
            if relation in _PLAIN and behind in AFTER_FIRST:
                told = relations.after(text, end, name)
                relation = told if told != "eq" else relation
            if inner is not None and relation in _PLAIN and relation != "le":
                relation = inner
        if previous in CURRENCY_LAST and name == "CNY":
            mark = self.currency(start)
            if mark is not None:
                start = mark
                relation = self._told_before(start, name) if relation == "eq" else relation
        self.pending = None
        self.ended = end
        found.append(
            quantity(value, name, step, relation, start, end, surface, number, inherited, inferred, text[start:end])
        )
        if relation == "to" and self.rising is not None:
            self._settle_from(start)

    def _told_before(self, start: int, name: str) -> Relation:
        relation = relations.before(self.text, start)
        if relation == "from":
            self.rising = len(self.found)
            return "eq"
        if name == "%" and relation in ("inc", "dec") and not relations.has_base(self.text, start):
            return "eq"
        return relation

    def _settle_from(self, start: int) -> None:
        index, self.rising = self.rising, None
        if index is None or index >= len(self.found) - 1 or start - self.found[index].span.end > 40:
            return
        q = self.found[index]
        if q.relation == "eq" and not any(c in "。；;" for c in self.text[q.span.end : start]):
            self.found[index] = q.related("from")

    def _negative(self, start: int, dash: str) -> bool:
        before = self.text[start - 2] if start > 1 else "\n"
        if dash == "负":
            return before not in _BEARING
        if before in _DASHES or before.isdigit() or before in LETTERS or before in "%％）)":
            return False
        return dash not in "—–" or before in _CLEAR_DASH_BEFORE

    def _low_of_range(self, start: int, value: Decimal, name: str, surface: str) -> bool:
        """Whether a range mark joins the number before to this one; settles the lower bound."""
        text, last = self.text, self.found[-1] if self.found else None
        if self.pending is not None:
            at, stop, number = self.pending
        elif last is not None:
            at, stop, number = last.span.start, last.span.end, ""
        else:
            return False
        if not 0 < start - stop < 5 or text[stop:start].strip() not in relations.RANGE_MARKS:
            return False
        if number:
            return bool(name) and self._lend_to_low(at, stop, number, value, name, surface)
        if last is None or last.unit != name or last.relation not in ("eq", "from"):
            return False
        self.found[-1] = last.related("from" if self.rising == len(self.found) - 1 else "lo")
        return True

    def _lend_to_low(self, at: int, stop: int, number: str, value: Decimal, name: str, surface: str) -> bool:
        """The lower bound of 10～15万元 takes the unit, and the magnitude when that keeps it below."""
        text = self.text
        plain = numerals.arabic(number)
        if plain is None or text[at - 1 : at] == "第":
            return False
        of = unit(surface)
        exponent = of.exponent
        if of.name != name:  # a magnitude before the unit: 万平方米
            head = len(surface) - len(surface.lstrip("十百千万亿"))
            exponent = unit(surface[head:]).exponent + numerals.magnitude(surface[:head])
        if plain * power(exponent) > value and plain < value:
            exponent = 0
        if plain * power(exponent) > value:
            return False
        relation: Relation = "from" if text[at - 1 : at] in ("由", "从") else "lo"
        self.found.append(
            quantity(
                plain * power(exponent), name, power(exponent - numerals.decimals(number)), relation,
                at, stop, surface, number, False, False, text[at:stop],
            )
        )  # fmt: skip
        return True
