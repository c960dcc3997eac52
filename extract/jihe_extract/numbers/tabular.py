"""Units that stand apart from their numbers: unit lines, column headings, labels, and single cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal

from jihe_extract.document import Span
from jihe_extract.numbers import numerals, relations
from jihe_extract.numbers.arabic import Digits
from jihe_extract.numbers.hanzi import chinese_quantities
from jihe_extract.numbers.numerals import power
from jihe_extract.numbers.quantity import Quantity, Relation, quantity
from jihe_extract.numbers.unitless import NUMBER
from jihe_extract.numbers.units import Unit, unit, units, vocabulary

_DIGIT = re.compile("[0-9０-９]")
_MARKS = frozenset("≥≤＞＜=")
_UNIT_LINE: re.Pattern[str] = re.compile("单位\\s{0,2}[:：]\\s{0,2}(?:人民币)?([^\\s）)，,;；]{1,6})")
_BOUND = "([≥≤＞＜>=<]{0,2})\\s{0,2}"
_LABEL_UNIT: re.Pattern[str] = re.compile(
    f"{_BOUND}[（(]\\s{{0,2}}([^\\s（()）]{{1,6}})\\s{{0,2}}[)）]\\s{{0,2}}{_BOUND}"
)
_MARKED: re.Pattern[str] = re.compile(r"([≥≤＞＜]|>=|<=)\s{0,2}$")
_CELL: re.Pattern[str] = re.compile(
    f"[\\s]{{0,40}}(?P<cue>[≥≤≧≦＞＜>=<＝=]{{0,2}}|不低于|不少于|不超过|不高于|大于等于|小于等于|大于|小于)\\s{{0,3}}"
    f"(?P<sign>[-−－—–+＋]?)[ ]?(?P<open>[（(]?)(?P<mark>[￥¥]?)(?P<number>{NUMBER})(?P<close>[)）]?)[\\s]{{0,40}}"
)
_PLAIN_CELL = re.compile(r"[ \u3000]{0,20}([0-9]{1,18}(?:\.[0-9]{1,9})?)[ \u3000]{0,20}")
_IDLE = re.compile("(?:\n\t[^\t\n0-9０-９]*+(?=\n))++")  # cells of words in a table flattened cell by cell
_SCORES = frozenset(vocabulary("units")["bare"]["columns"])
_PLAIN = Unit("", "")
_MINUS = frozenset("-−－—–")


def quantities_in_cell(text: str, unit_hint: str = "") -> list[Quantity]:
    """Quantities of one table cell; offsets are relative to ``text``.

    A cell that is nothing but a number is a quantity even without a unit: it takes ``unit_hint`` (the unit
    as written in its column heading, row label or unit line: ``万元``, ``人``, ``%``) and is marked
    ``inherited``; without a hint its unit is ``''``. A number in brackets is negative when it has decimals,
    separators or a money hint. A cell with a unit of its own ignores the hint. Empty cells, dashes and words
    give an empty list.
    """
    m = _PLAIN_CELL.fullmatch(text)
    if m is not None:
        start, end = m.span(1)
        return [_plain(m[1], start, end, unit(unit_hint) if unit_hint else _PLAIN)]
    m = _CELL.fullmatch(text)
    if m is None:
        return _merged(text)
    number = m["number"]
    value = numerals.arabic(number)
    if value is None or bool(m["open"]) != bool(m["close"]):
        return []
    of = unit(unit_hint) if unit_hint else (Unit("", "CNY") if m["mark"] else _PLAIN)
    if m["open"]:
        if not ("." in number or "," in number or "，" in number or "．" in number or of.name == "CNY"):
            return []
        value, number = -value, "-" + number
    if m["sign"] in _MINUS and m["sign"]:
        value, number = -value, "-" + number
    relation: Relation = relations.before(m["cue"], len(m["cue"])) if m["cue"] else "eq"
    step = power(of.exponent - numerals.decimals(m["number"]))
    start = min(i for i in (m.start("sign"), m.start("open"), m.start("mark"), m.start("number")) if i >= 0)
    if not m["sign"] and not m["open"] and not m["mark"]:
        start = m.start("number")
    end = m.end("close") if m["open"] else m.end("number")
    return [
        Quantity(
            value * power(of.exponent), of.name, step, relation, Span(start, end), of.surface, number,
            bool(unit_hint), False, text[start:end],
        )
    ]  # fmt: skip


def _plain(number: str, start: int, end: int, of: Unit) -> Quantity:
    """A cell that is a number in ASCII digits and no more."""
    point = number.find(".")
    places = len(number) - point - 1 if point >= 0 else 0
    value = Decimal(number) * power(of.exponent) if of.exponent else Decimal(number)
    step, lent = power(of.exponent - places), bool(of.surface)
    return quantity(value, of.name, step, "eq", start, end, of.surface, number, lent, False, number)


def _merged(text: str) -> list[Quantity]:
    """Both passes over a cell's words, without the layer of lent units."""
    found = Digits(text).quantities()
    taken = [q.span for q in found]
    spelt = [q for q in chinese_quantities(text) if not any(q.span.meets(span) for span in taken)]
    return sorted([*found, *spelt], key=lambda q: q.span) if spelt else found


def _labelled(label: str) -> re.Match[str] | None:
    """The first bracketed unit of a label, with the bound marks beside it."""
    return next((m for m in _LABEL_UNIT.finditer(label) if m[2] in units()), None)


def lend(text: str, found: list[Quantity]) -> list[Quantity]:
    """``found`` with the bare numbers of tab-separated rows added, under the units that govern them."""
    return _Rows(text, found).lent()


class _Rows:
    """The tab-separated rows of one text, read from top to bottom."""

    def __init__(self, text: str, found: list[Quantity]) -> None:
        self.text = text
        self.found = found
        self.starts = [q.span.start for q in found] + [len(text) + 1]
        self.governing = ""
        self.headings: list[str] = []
        self.out: list[Quantity] = []
        self.next = 0

    def lent(self) -> list[Quantity]:
        text, position, starts = self.text, 0, self.starts
        declared = "单位" in text
        tab = text.find("\t")
        while tab >= 0:
            start = text.rfind("\n", position, tab) + 1 or position
            stop = text.find("\n", tab)
            stop = len(text) if stop < 0 else stop
            if declared and text.find("单位", position, start) >= 0:
                for line in _UNIT_LINE.finditer(text, position, start):
                    self.governing = line[1] if line[1] in units() else self.governing
            if self.headings and start - position > 1 and text[position:start].strip():
                self.headings = []
            if starts[self.next] < start:
                self._flow(start)
            self._line(start, tab, stop)
            idle = _IDLE.match(text, stop)
            position = idle.end() if idle is not None else stop
            tab = text.find("\t", position)
        self._flow(len(text) + 1)
        return self.out

    def _line(self, start: int, tab: int, stop: int) -> None:
        """One line with tabs; those that hold one cell (a table flattened cell by cell) go the short way."""
        text = self.text
        single = tab == start and text.find("\t", tab + 1, stop) < 0
        if self.starts[self.next] < stop or (not single and _DIGIT.search(text, tab, stop) is not None):
            self._row(start, text[start:stop])
        elif not single:
            if text.count("\t", start, stop) > 1:
                self._head(text[start:stop].split("\t"))
        elif stop - tab < 60 and (m := _PLAIN_CELL.fullmatch(text, tab + 1, stop)) is not None:
            of = unit(self.governing) if self.governing else _PLAIN
            self.out.append(_plain(m[1], m.start(1), m.end(1), of))
        elif _DIGIT.search(text, tab, stop) is not None:
            self._row(start, text[start:stop])

    def _flow(self, stop: int) -> None:
        """Hands over what was found before ``stop``."""
        ahead = bisect_left(self.starts, stop, self.next, len(self.found))
        self.out.extend(self.found[self.next : ahead])
        self.next = ahead

    def _row(self, start: int, line: str) -> None:
        cells = line.split("\t")
        first = cells[0]
        label = _labelled(first) if "（" in first or "(" in first else None
        marked = _MARKED.search(first) if first and first.rstrip()[-1:] in _MARKS else None
        lent = label[2] if label is not None else ""
        cue = (label[1] or label[3]) if label is not None else (marked[1] if marked is not None else "")
        values, at, numbers = 0, start, False
        for column, cell in enumerate(cells):
            end = at + len(cell)
            if self.starts[self.next] < end:
                first_here = len(self.out)
                self._flow(end)
                inside = self.out[first_here:]
                del self.out[first_here:]
                if column and cue and not values:
                    inside[0] = self._bounded(inside[0], cue)
                values += column > 0
                self.out.extend(inside)
                numbers = True
            elif column and cell and _DIGIT.search(cell) is not None:
                q = self._bare(at, cell, column, lent, values, cue)
                if q is not None:
                    values, numbers = values + 1, True
                    self.out.append(q)
            at = end + 1
        if not numbers and len(cells) > 2:
            self._head(cells)

    def _head(self, cells: list[str]) -> None:
        """A row without numbers and with several words is the heading of those below."""
        if sum(bool(cell.strip()) for cell in cells) < 2:
            return
        self.headings = [cell.strip() for cell in cells]
        line_unit = next((_UNIT_LINE.search(cell) for cell in cells if "单位" in cell), None)
        if line_unit is not None and line_unit[1] in units():
            self.governing = line_unit[1]

    @staticmethod
    def _bounded(q: Quantity, cue: str) -> Quantity:
        relation = relations.before(cue, len(cue))
        if q.relation != "eq":
            return q
        return q.related(relation)

    def _bare(self, at: int, cell: str, column: int, lent: str, values: int, cue: str) -> Quantity | None:
        heading = self.headings[column] if column < len(self.headings) else ""
        own = _labelled(heading) if "（" in heading or "(" in heading else None
        if heading in _SCORES:
            hint = "分"
        elif own is not None:
            hint = own[2]
        elif lent or cue:
            hint = (lent if values < 2 else "分") if not heading else lent
        else:
            hint = self.governing
        m = _PLAIN_CELL.fullmatch(cell)
        if m is not None:
            start, end = m.span(1)
            q = _plain(m[1], start + at, end + at, unit(hint) if hint else _PLAIN)
        else:
            read = quantities_in_cell(cell, hint)
            if len(read) != 1:
                return None
            r = read[0]
            q = quantity(
                r.value, r.unit, r.step, r.relation, r.start + at, r.end + at,
                r.surface, r.shown, r.inherited, False, r.text,
            )  # fmt: skip
        return self._bounded(q, cue) if cue and not values else q
