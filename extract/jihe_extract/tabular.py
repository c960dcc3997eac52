"""Units that stand apart from their numbers: unit lines, column headings, labels, and single cells."""

from __future__ import annotations

import re

import regex

from jihe_extract import numerals, relations
from jihe_extract.arabic import NUMBER, Digits
from jihe_extract.document import Span
from jihe_extract.hanzi import chinese_quantities
from jihe_extract.numerals import power
from jihe_extract.quantity import Quantity, Relation
from jihe_extract.units import Unit, unit, unit_pattern, vocabulary

_ROW = re.compile(r"^[^\n\t]*\t[^\n]*", re.MULTILINE)
_DIGIT = re.compile("[0-9０-９]")
_MARKS = frozenset("≥≤＞＜=")
_UNIT_LINE = regex.compile(f"单位\\s{{0,2}}[:：]\\s{{0,2}}(?:人民币)?({unit_pattern()})")
_LABEL_UNIT = regex.compile(f"([≥≤＞＜>=<]{{0,2}})\\s{{0,2}}[（(]\\s{{0,2}}({unit_pattern()})\\s{{0,2}}[)）]\\s{{0,2}}([≥≤＞＜>=<]{{0,2}})")
_MARKED = regex.compile(r"([≥≤＞＜]|>=|<=)\s{0,2}$")
_CELL = regex.compile(
    f"[\\s]{{0,40}}(?P<cue>[≥≤≧≦＞＜>=<＝=]{{0,2}}|不低于|不少于|不超过|不高于|大于等于|小于等于|大于|小于)\\s{{0,3}}"
    f"(?P<sign>[-−－—–+＋]?)[ ]?(?P<open>[（(]?)(?P<mark>[￥¥]?)(?P<number>{NUMBER})(?P<close>[)）]?)[\\s]{{0,40}}"
)
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


def _merged(text: str) -> list[Quantity]:
    """Both passes over a cell's words, without the layer of lent units."""
    found = Digits(text).quantities()
    taken = [q.span for q in found]
    spelt = [q for q in chinese_quantities(text) if not any(q.span.meets(span) for span in taken)]
    return sorted([*found, *spelt], key=lambda q: q.span) if spelt else found


def lend(text: str, found: list[Quantity]) -> list[Quantity]:
    """``found`` with the bare numbers of tab-separated rows added, under the units that govern them."""
    taken = {q.span.start: i for i, q in enumerate(found)}
    starts = sorted(taken)
    rows = _Rows(text, found, starts)
    return rows.lent()


class _Rows:
    """The tab-separated rows of one text, read from top to bottom."""

    def __init__(self, text: str, found: list[Quantity], starts: list[int]) -> None:
        self.text = text
        self.found = found
        self.governing = ""
        self.headings: list[str] = []
        self.out: list[Quantity] = []
        self.next = 0

    def lent(self) -> list[Quantity]:
        position = 0
        declared = "单位" in self.text
        for row in _ROW.finditer(self.text):
            if declared and self.text.find("单位", position, row.start()) >= 0:
                for line in _UNIT_LINE.finditer(self.text, position, row.start()):
                    self.governing = line[1]
            if row.start() - position > 1 and self.text[position : row.start()].strip():
                self.headings = []
            self._flow(row.start())
            self._row(row.start(), row[0])
            position = row.end()
        self._flow(len(self.text) + 1)
        return self.out

    def _flow(self, stop: int) -> None:
        """Hands over what was found before ``stop``."""
        while self.next < len(self.found) and self.found[self.next].span.start < stop:
            self.out.append(self.found[self.next])
            self.next += 1

    def _row(self, start: int, line: str) -> None:
        cells = line.split("\t")
        bracket = "（" in cells[0] or "(" in cells[0]
        label = _LABEL_UNIT.search(cells[0]) if bracket else None
        marked = _MARKED.search(cells[0]) if cells[0].rstrip()[-1:] in _MARKS else None
        lent = label[2] if label is not None else ""
        cue = (label[1] or label[3]) if label is not None else (marked[1] if marked is not None else "")
        numbers = values = 0
        at = start
        for column, cell in enumerate(cells):
            end = at + len(cell)
            inside = self._inside(at, end)
            if inside:
                if column and cue and not values:
                    inside[0] = self._bounded(inside[0], cue)
                values += bool(column)
                self.out.extend(inside)
                numbers += 1
            elif column and _DIGIT.search(cell) is not None:
                added = self._bare(at, cell, column, lent, values, cue)
                values += bool(added)
                numbers += bool(added)
                self.out.extend(added)
            at = end + 1
        if not numbers and sum(bool(cell.strip()) for cell in cells) > 1:
            self.headings = [cell.strip() for cell in cells]
            line_unit = _UNIT_LINE.search(line) if "单位" in line else None
            self.governing = line_unit[1] if line_unit is not None else self.governing

    def _inside(self, start: int, end: int) -> list[Quantity]:
        inside = []
        while self.next < len(self.found) and self.found[self.next].span.start < end:
            inside.append(self.found[self.next])
            self.next += 1
        return inside

    @staticmethod
    def _bounded(q: Quantity, cue: str) -> Quantity:
        relation = relations.before(cue, len(cue))
        if q.relation != "eq":
            return q
        return q.related(relation)

    def _bare(self, at: int, cell: str, column: int, lent: str, values: int, cue: str) -> list[Quantity]:
        heading = self.headings[column] if column < len(self.headings) else ""
        own = _LABEL_UNIT.search(heading) if "（" in heading or "(" in heading else None
        if heading in _SCORES:
            hint = "分"
        elif own is not None:
            hint = own[2]
        elif lent or cue:
            hint = (lent if values < 2 else "分") if not heading else lent
        else:
            hint = self.governing
        read = quantities_in_cell(cell, hint)
        if len(read) != 1 or read[0].span.start == read[0].span.end:
            return []
        q = read[0]
        relation = relations.before(cue, len(cue)) if cue and not values and q.relation == "eq" else q.relation
        span = Span(q.span.start + at, q.span.end + at)
        return [
            Quantity(q.value, q.unit, q.step, relation, span, q.surface, q.shown, q.inherited, False, q.text)
        ]
