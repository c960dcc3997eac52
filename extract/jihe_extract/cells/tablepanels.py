"""The halves of a table that holds two lists side by side (income left, spending right)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from jihe_extract.cells.tablewords import Meaning, load_table_words
from jihe_extract.document import Cell, Document, Table

_FIGURE = regex.compile(r"[-−]?[\d,，.]+%?")
_HAN = regex.compile(r"\p{Han}")
_PAIRED = 4
"""Heads of two lists side by side, each of labels and figures."""
_SIDED = "项目"
"""What a label column holds, whichever side of the accounts it is on (收入项目, 支出项目)."""
_HEADS = 4


def panels(document: Document, table: Table) -> list[tuple[int, int]]:
    """Column ranges of the halves of a table that repeats its label column (income left, spending right)."""
    words = load_table_words()
    for number, places in enumerate(table.grid()[:_HEADS]):
        heads = [(c.col, words.meaning(document.quote(c.span)).text) for c in own_cells(places, number) if len(c.span)]
        named = [(col, _SIDED if text in words.side_labels else text) for col, text in heads]
        starts = [col for col, text in named if named and text == named[0][1]]
        texts = [text for _, text in named]
        each = len(texts) // max(len(starts), 1)
        alike = each > 1 and texts == texts[:each] * len(starts) and _labels(words.meaning(texts[0]), starts[0])
        if len(starts) > 1 and (alike or texts[0] in words.loose_subject):
            return list(pairwise([*starts, len(places)]))
        if (
            len(named) == _PAIRED
            and texts[1] == texts[3]
            and _worded(document, table, number, named[0][0], named[2][0])
        ):
            return [(named[0][0], named[2][0]), (named[2][0], len(places))]
    return [(0, max((c.col + c.colspan for c in table.cells), default=0))]


def _worded(document: Document, table: Table, number: int, *columns: int) -> bool:
    """Whether columns hold words below their heads: labels of two lists side by side (资金来源 金额 资金支出 金额)."""
    below = [c for c in table.cells if c.row > number and c.col in columns and len(c.span)]
    worded = {c.col for c in below if _HAN.search(document.quote(c.span))}
    return worded == set(columns) and not any(_FIGURE.fullmatch(document.quote(c.span)) for c in below)


def _labels(meaning: Meaning, at: int) -> bool:
    """Whether a column that stands first, and again, holds labels: its header names no figures."""
    return at == 0 and not (meaning.measure or meaning.total or meaning.scope or meaning.period)


def own_cells(places: Sequence[Cell | None], number: int) -> list[Cell]:
    """The cells of a grid row that begin in it, each once."""
    seen: list[Cell] = []
    for cell in places:
        if cell is not None and cell.row == number and cell not in seen:
            seen.append(cell)
    return seen
