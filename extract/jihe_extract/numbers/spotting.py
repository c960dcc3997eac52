"""Finds every quantity in a text: ``quantities(text)``.

Two linear passes: one over digits, one over Chinese numerals that have a unit; then ranges, the units that
labels and table headings lend, and what must stay silent. Offsets are code points into the given text.
"""

from __future__ import annotations

from operator import attrgetter

from jihe_extract.numbers.arabic import Digits
from jihe_extract.numbers.hanzi import chinese_quantities
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.numbers.silence import Titles
from jihe_extract.numbers.tabular import lend, quantities_in_cell

__all__ = ["quantities", "quantities_in_cell"]

_start = attrgetter("span.start")


def quantities(text: str) -> list[Quantity]:
    """All quantities of ``text`` in order of appearance, with disjoint spans.

    Values are exact and in base units (see :class:`Quantity`). Dates, document numbers, list numbers,
    hotlines, slogans and set phrases are no quantities. Numbers and units may be parted by blanks and line
    breaks. Units declared by a label or a table heading are lent to the bare numbers that they govern
    (``inherited``). Never raises on any string.
    """
    found = Digits(text).quantities()
    spelt = chinese_quantities(text)
    if spelt:
        found = _merged(found, spelt)
    if "\t" in text:
        found = lend(text, found)
    titles = Titles(text)
    if titles:
        found = [q for q in found if not titles.hold(q.span.start)]
    return found


def _merged(digits: list[Quantity], spelt: list[Quantity]) -> list[Quantity]:
    """Both lists in order; where two overlap, the longer stays."""
    merged: list[Quantity] = []
    for q in sorted(digits + spelt, key=_start):
        if merged and q.span.start < merged[-1].span.end:
            if len(q.span) > len(merged[-1].span):
                merged[-1] = q
        else:
            merged.append(q)
    return merged
