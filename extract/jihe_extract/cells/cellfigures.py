"""The figures of table cells: bare numbers take the unit that header, label or unit line lend them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import regex
from msgspec.structs import replace

from jihe_extract.cells.tablewords import TableWords, load_table_words, squeeze
from jihe_extract.document import Cell, Document, Span, Table
from jihe_extract.facts import UNBOUND, Fact, Origin, Stage
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.numbers.spotting import quantities_in_cell

_HUNDREDTH = Decimal("0.01")
_UNSURE = Decimal("0.5")
_AMBIGUOUS = Decimal("0.7")
_FULL = Decimal(1)
_BARE = re.compile(r"[\s¥￥≥≤≧≦＞＜>=<＝]*[-−－—+＋(（]{0,2}\s*[\d０-９][\d０-９,，.．\s]*[)）]?\s*")
_ITEM = re.compile(
    r"(?P<label>[^：:；;，,。\n\t\d][^：:；;，,。\n\t]*?)\s*[：:]\s*(?P<value>[-−－]?\d[\d,，]*(?:\.\d+)?\s*(?:[%％]|[^\s\d，,；;。：:]{0,3})?)(?=[\s；;，,。、]|$)"
)


_COUNTED = regex.compile(
    r"(?P<figure>[\s≥≤≧≦＞＜>=<＝]*(?:不低于|不少于|不超过|不高于)?\s*[\d０-９][\d０-９,，.．]*)\s*(?P<unit>\p{Han}{1,4})"
)
_NO_UNIT = frozenset("年月日号时点前后底初末起至级等第类届以内上下中为是")
"""Characters that make a number and a word a date, a rank or a part of a sentence."""

Scale = Literal["", "percent", "fraction"]


@dataclass(frozen=True, slots=True)
class Item:
    """A ``label：value`` pair inside one cell, with document spans."""

    label: str
    label_span: Span
    quantity: Quantity


@dataclass(slots=True)
class Sheet:
    """One table under reading: its words, and the facts found so far (one for each figure)."""

    document: Document
    table: Table
    index: int
    words: TableWords
    facts: dict[Span, Fact]
    quantities: list[Quantity]
    _figures: dict[tuple[int, str], list[Quantity]] = field(default_factory=dict)
    _by_cell: dict[int, list[Span]] = field(default_factory=dict)

    def text(self, cell: Cell | None) -> str:
        """The cell's text, ``""`` for a place without a cell."""
        return self.document.quote(cell.span) if cell is not None else ""

    def figures(self, cell: Cell | None, hint: str = "") -> list[Quantity]:
        """The quantities of a cell in document offsets; a bare number takes ``hint`` as its unit."""
        if cell is None or not len(cell.span):
            return []
        key = (cell.span.start, hint)
        known = self._figures.get(key)
        if known is None:
            found = _in_cell(self.text(cell), hint)
            known = self._figures[key] = [q.moved(cell.span.start) for q in found]
        return known

    def figure(self, cell: Cell | None, hint: str = "") -> Quantity | None:
        """The cell's one quantity; None when it has none or several."""
        found = self.figures(cell, hint)
        return found[0] if len(found) == 1 else None

    def counted(self, cell: Cell | None) -> list[Quantity]:
        """The figure of a cell that is a number with a unit which the vocabulary does not know (``≥12期``)."""
        m = _COUNTED.fullmatch(self.text(cell).strip()) if cell is not None else None
        if cell is None or m is None or _NO_UNIT & set(m["unit"]):
            return []
        at = cell.span.start + self.text(cell).find(m[0])
        return [
            replace(q.moved(at), unit=m["unit"], surface=m["unit"], span=Span(at + q.span.start, at + m.end("unit")))
            for q in quantities_in_cell(m["figure"])
            if q.unit == ""
        ]

    def bare(self, cell: Cell | None) -> bool:
        """Whether the cell holds a number and nothing else (no unit either)."""
        return cell is not None and _BARE.fullmatch(self.text(cell)) is not None

    def blank(self, cell: Cell | None) -> bool:
        """Whether the cell says nothing."""
        return cell is None or self.words.blank(self.text(cell))

    def numeric(self, cell: Cell | None) -> bool:
        """Whether a number makes up the cell, with or without a unit (``7个``, ``≥95%``)."""
        if cell is None:
            return False
        if self.bare(cell):
            return True
        found = self.figures(cell)
        return len(found) == 1 and len(squeeze(self.text(cell))) <= len(found[0].span) + 3

    def rate(self, cell: Cell | None, scale: Scale = "") -> tuple[Quantity, Decimal] | None:
        """A percentage and how sure its scale is: ``94%``, ``94`` and ``0.94`` are the same rate.

        ``scale`` is what the column's bare numbers are, see :meth:`scale`.
        """
        found = self.figure(cell)
        if found is None or found.unit not in ("%", ""):
            return None
        if found.unit == "%":
            return found, _FULL
        percent = replace(found, value=found.value * _HUNDREDTH, step=found.step * _HUNDREDTH, unit="%", inherited=True)
        if scale == "percent" or (not scale and abs(found.value) > 2):
            return percent, _FULL
        fraction = replace(found, unit="%", inherited=True)
        if scale == "fraction" or found.value == 0 or (found.value < 1 and found.shown_decimals >= 2):
            return fraction, _FULL
        return fraction, _AMBIGUOUS

    def scale(self, cells: Iterable[Cell | None], unit: str = "") -> Scale:
        """What bare numbers of a column of rates are: its header's ``%`` and their sizes decide."""
        bare = [q for c in cells if self.bare(c) and (q := self.figure(c)) is not None and q.unit == ""]
        if unit in ("%", "％") or any(abs(q.value) > 2 for q in bare):
            return "percent"
        return "fraction" if any(0 < abs(q.value) < 1 for q in bare) else ""

    def items(self, cell: Cell | None, hint: str = "") -> list[Item]:
        """The ``label：value`` pairs of a cell (按收入性质分：812.50)."""
        text = self.text(cell)
        if cell is None or not (":" in text or "：" in text):
            return []
        out = []
        for m in _ITEM.finditer(text):
            found = quantities_in_cell(m["value"], hint)
            if len(found) == 1:
                at = cell.span.start + m.start("value")
                label = Span(cell.span.start + m.start("label"), cell.span.start + m.end("label"))
                out.append(Item(squeeze(m["label"]), label, found[0].moved(at)))
        return out

    def put(
        self,
        measure: str,
        quantity: Quantity,
        cell: Cell,
        *,
        subject: str = "",
        scope: str = "",
        period: str = "",
        stage: Stage = "",
        label: Span | None = None,
        trust: Decimal = _FULL,
        origin: Origin = "table",
    ) -> Fact | None:
        """Record the fact of a figure; None when the figure has one already."""
        taken = self._by_cell.setdefault(cell.span.start, [])
        if any(quantity.span.meets(span) for span in taken):
            return None
        taken.append(quantity.span)
        if not self.table.sure:
            trust = min(trust, _UNSURE)
        if cell.trust is not None:
            trust = min(trust, cell.trust)
        fact = Fact(measure, quantity, quantity.span, subject, scope, period, stage, label, origin, "rule", trust)
        self.facts[quantity.span] = fact
        self.quantities.append(quantity)
        return fact


@lru_cache(maxsize=4096)
def _in_cell(text: str, hint: str) -> tuple[Quantity, ...]:
    """The quantities of a cell; rows and facts of a table both ask for them, and many cells say the same."""
    return tuple(quantities_in_cell(text, hint))


def as_amount(fact: Fact, table: Table) -> Fact:
    """A figure of a table, where a bare number that nothing names is an amount in the table's unit of money."""
    worth = load_table_words().money.get(table.unit)
    q = fact.quantity
    if q.unit or fact.measure != UNBOUND or worth is None:
        return fact
    amount = replace(q, value=q.value * worth, step=q.step * worth, unit="CNY", surface=table.unit, inherited=True)
    return replace(fact, quantity=amount)
