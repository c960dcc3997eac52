"""Rows of a sheet as markup, written straight into the part file that XlsxWriter keeps for a sheet in constant memory.

A cell through ``Worksheet.write_*`` costs ten times as much, and a batch has millions of them. Only the rows below the
column heads are written here; everything else of a sheet stays XlsxWriter's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

LIMIT = 32_000
RISKY = ("=", "+", "-", "@", "\t", "\r")
DASH = "—"

_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile("[&<>]")
_ESCAPE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
"""What a spreadsheet would take for an escaped character."""


def harmless(text: str, limit: int = LIMIT) -> str:
    """Text without control characters, short enough for one cell."""
    kept = _BROKEN.sub("\ufffd", _UNSEEN.sub("", text)) if _ODD.search(text) else text
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


@dataclass(frozen=True)
class Formula:
    """A live formula with the value to show until it is recalculated."""

    text: str
    shown: Any = ""


@dataclass(frozen=True)
class Link:
    """A link to a cell of the workbook; it is a formula, so that it moves with its row when the sheet is sorted."""

    sheet: str
    cell: str
    shown: str | int

    @property
    def formula(self) -> Formula:
        """The link as a formula."""
        label = str(self.shown) if isinstance(self.shown, int) else f'"{self.shown}"'
        return Formula(f"=HYPERLINK(\"#'{self.sheet}'!{self.cell}\",{label})", self.shown)


def escaped(text: str) -> str:
    """Text as it stands between tags."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_x", text)
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


@dataclass(frozen=True)
class Shapes:
    """The looks of the cells: one a column, and those of text that looks like a formula and of the dash."""

    columns: Sequence[Any]
    quoted: Any
    dash: Any


class Rows:
    """The rows of one sheet. A ``sparse`` sheet leaves empty cells out."""

    def __init__(self, sheet: Any, shapes: Shapes, first: int, sparse: bool) -> None:
        sheet._write_single_row(first)  # XlsxWriter's rows above are flushed; none of its own may follow
        self._sheet, self._sink, self._sparse = sheet, sheet.row_data_fh, sparse
        self._last = len(shapes.columns) - 1
        self._letters = [_letters(n) for n in range(len(shapes.columns))]
        self._styles = [shape._get_xf_index() for shape in shapes.columns]
        self._quoted, self._dash = shapes.quoted._get_xf_index(), shapes.dash._get_xf_index()

    def write(self, row: int, values: Sequence[Any], height: int) -> None:
        """One row; ``row`` counts from 0, ``height`` is in points, 0 for the usual one."""
        at = row + 1
        parts = [f'<row r="{at}" ht="{height}" customHeight="1">' if height else f'<row r="{at}">']
        for n, value in enumerate(values):
            if self._sparse and (value is None or value == ""):
                continue
            parts.append(self._cell(f"{self._letters[n]}{at}", value, self._styles[n]))
        parts.append("</row>")
        self._sink.write("".join(parts))
        self._sheet.dim_rowmax = row
        self._sheet.dim_colmax = self._last

    def _cell(self, at: str, value: Any, style: int) -> str:
        if isinstance(value, str):
            if value == "":
                return f'<c r="{at}" s="{style}"/>'
            risky, markup = _often(value) if len(value) < OFTEN else _inline(value)
            return f'<c r="{at}" s="{self._quoted if risky else style}" {markup}</c>'
        if value is None:
            return f'<c r="{at}" s="{self._dash}" t="inlineStr"><is><t>{DASH}</t></is></c>'
        if isinstance(value, Link):
            value = value.formula
        if isinstance(value, Formula):
            shown = value.shown
            kind = ' t="str"' if isinstance(shown, str) and shown else ""
            words = escaped(shown) if isinstance(shown, str) else _figure(shown)
            return f'<c r="{at}" s="{style}"{kind}><f>{escaped(value.text[1:])}</f><v>{words}</v></c>'
        return f'<c r="{at}" s="{style}"><v>{_figure(value)}</v></c>'


def _inline(value: str) -> tuple[bool, str]:
    """Whether a text looks like a formula, and the text as the inside of a cell."""
    text = harmless(value)
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return text.startswith(RISKY), f't="inlineStr"><is><t{kept}>{escaped(text)}</t></is>'


OFTEN = 48
"""Texts shorter than this are likely to come again: names, states, units."""
_often = lru_cache(maxsize=4096)(_inline)


def _figure(value: Any) -> str:
    return repr(float(value)) if isinstance(value, Decimal) else str(value)


def _letters(column: int) -> str:
    """Letters of a column, counted from 0: A, B, …, AA.

    >>> _letters(0), _letters(26)
    ('A', 'AA')
    """
    high, low = divmod(column, 26)
    return (_letters(high - 1) if high else "") + chr(65 + low)
