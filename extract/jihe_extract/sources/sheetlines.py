"""Which rows of a worksheet are lines of text and which are rows of a table.

A sheet may hold a whole report: title, headings, sentences, tables one under the other without a blank row
between them. A row with one filled cell is a line of text at the top of its stretch of rows; between and
under tables it is one when it reads like one, and the section label of a form when it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from jihe_extract.pages import headings
from jihe_extract.pages.flow import is_figure

Place = tuple[int, int]
_NOTE, _LABEL = 12, 7
_FEWEST = 2
_ENDING = re.compile(r"\s*[（(][^（）()]*[)）]$")
"""What stands in brackets at the end of a heading: a unit or a year."""


@dataclass(slots=True)
class SheetRows:
    """The filled cells of a sheet by row and column (from 1), and the last place of each merged range."""

    grid: dict[Place, str]
    merged: dict[Place, Place]
    by_row: dict[int, list[int]] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)
    """Rows that a filled cell merged downwards covers."""

    def __post_init__(self) -> None:
        for row, col in sorted(self.grid):
            self.by_row.setdefault(row, []).append(col)
        for (row, col), (end, _) in self.merged.items():
            if end > row and (row, col) in self.grid:
                self.covered |= set(range(row, end + 1))

    def stretches(self) -> list[tuple[int, int]]:
        """First and last row of every stretch of rows without a blank row inside."""
        found: list[tuple[int, int]] = []
        for row in sorted(self.covered | set(self.by_row)):
            if found and row <= found[-1][1] + 1:
                found[-1] = (found[-1][0], row)
            else:
                found.append((row, row))
        return found

    def text(self, row: int) -> str:
        """The text of a row's filled cells."""
        return " ".join(self.grid[row, col] for col in self.by_row.get(row, []))


def parts(rows: SheetRows, first: int, last: int) -> Iterator[tuple[Literal["lines", "table"], int, int]]:
    """A stretch of rows in its parts, top down: lines of text, or one table; with first and last row."""
    runs = [(single, list(group)) for single, group in groupby(range(first, last + 1), lambda r: _single(rows, r))]
    table: list[int] = []
    for i, (single, run) in enumerate(runs):
        follower = runs[i + 1][1][0] if i + 1 < len(runs) else None
        cut = _text_from(rows, run, follower, top=i == 0) if single else len(run)
        table += run[:cut]
        if cut == len(run):
            continue
        if table:
            yield "table", table[0], table[-1]
            table = []
        yield "lines", run[cut], run[-1]
    if table:
        yield "table", table[0], table[-1]


def _single(rows: SheetRows, row: int) -> bool:
    return len(rows.by_row.get(row, [])) <= 1 and row not in rows.covered


def _text_from(rows: SheetRows, run: Sequence[int], follower: int | None, *, top: bool) -> int:
    """How many rows of a run of single cells still belong to the table above; the rest are lines of text."""
    if top:
        return 0
    texts = [rows.text(row) for row in run]
    if follower is None:
        if any(map(_spoken, texts)) or any(map(_numbered, texts)):
            return next(i for i, text in enumerate(texts) if _spoken(text) or _numbered(text))
        keep = len(run)
        while keep and len(texts[keep - 1]) > _NOTE:
            keep -= 1
        return keep
    headed = _heads(rows, follower)
    if len(run) == 1 and _wide(rows, run[0]):
        return int(not (headed and (_numbered(texts[0]) or headings.unit_line(texts[0]) or headings.caption(texts[0]))))
    if any(_spoken(text) or (headed and _numbered(text)) for text in texts):
        return next(i for i, text in enumerate(texts) if _spoken(text) or _numbered(text))
    return len(run)


def _spoken(text: str) -> bool:
    """A sentence, a line that announces a table, a unit line, a caption or a signature."""
    if (len(text) > _NOTE and "。" in text) or (len(text) > _LABEL and text[-1] in "。：:"):
        return True
    if headings.caption(text) and text[-1] in "表）)":
        return True
    return bool(headings.unit_line(text)) or headings.signature(text)


def _numbered(text: str) -> bool:
    text = _ENDING.sub("", text)
    number = headings.numbering(text)
    return number is not None and number.level <= 1 and headings.heading(text, number)


def _heads(rows: SheetRows, row: int) -> bool:
    """Whether a row looks like the header row of a table: several cells, none of them a figure."""
    cells = [rows.grid[row, col] for col in rows.by_row.get(row, [])]
    return len(cells) >= _FEWEST and not any(map(is_figure, cells))


def _wide(rows: SheetRows, row: int) -> bool:
    """Whether the row's only cell is merged over several columns: the mark of a form's own rows."""
    cols = rows.by_row.get(row, [])
    return bool(cols) and rows.merged.get((row, cols[0]), (row, cols[0]))[1] > cols[0]
