"""The rows of a table as a tree of wholes and parts, read from indentation, numbering, codes and 其中."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest

import regex

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablepanels import own_cells
from jihe_extract.cells.tablesections import sections
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Cell, Document, Table
from jihe_extract.facts import Fact
from jihe_extract.prose.labels import unit_class

_AMONG = re.compile(r"^\s*其中\s*[：:]?")
_TOTAL = re.compile(r"^\s*(?:收\s*入|支\s*出)?\s*(?:合\s*计|总\s*计|总\s*额)\s*[：:]?\s*$")
_SUBTOTAL = re.compile(r"^\s*(?:小\s*计|本\s*年\s*(?:收\s*入|支\s*出)\s*(?:合\s*计|小\s*计))\s*[：:]?\s*$")
_NUMBERS = (
    regex.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、．.]"),
    regex.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[）)]"),
    regex.compile(r"^\s*\d{1,2}\s*[、．.](?!\d)"),
    regex.compile(r"^\s*[（(]\d{1,2}[）)]"),
)
CODE = regex.compile(r"\d{3}(?:\d{2}){0,2}")
"""Codes of functional accounts: a class of three digits, its items of five, their parts of seven."""
_FIRST = regex.compile(r"^\s*[（(]?\s*[一1]\s*(?:[)）、．]|\.(?!\d))")
_AMONG_WIDTH = 6
_ADDED = ("CNY", "人", "个")


_HAN = regex.compile(r"\p{Han}")


_WORDS = 3
"""So many characters behind the figure at its start make a cell a label."""


@dataclass
class Row:
    """A row of a table: its label, how deep it stands, and its figures by column."""

    number: int
    label: str
    depth: tuple[int, int]
    among: bool
    facts: dict[int, Fact]
    blank: frozenset[int]
    children: list[Row] = field(default_factory=list)
    unsure: bool = False
    """Counted into a 其中 list without a mark of its own, where no row has a number."""
    carried: bool = False
    """Counted into a 其中 list without a mark of its own."""

    head: bool = False
    """A header row inside the table."""
    divides: Row | None = None
    """The whole that a line without figures of its own divides (按资金来源分)."""

    @property
    def total(self) -> bool:
        """Whether this is a line of totals."""
        return bool(_TOTAL.match(self.label))

    @property
    def subtotal(self) -> bool:
        """Whether this is a line of subtotals."""
        return bool(_SUBTOTAL.match(self.label))


def heads_of(document: Document, table: Table, index: int) -> tuple[frozenset[int], frozenset[int]]:
    """The header rows inside a table, below which what was listed above does not go on, and its running columns:
    those whose heads say that they add up line by line (累计支出)."""
    words = load_table_words()
    parts = sections(Sheet(document, table, index, words, {}, []), table.grid())
    inner = frozenset(p.header_rows[0] for p in parts if p.header_rows and p.header_rows[0] > 0)
    heads = [(c, m.text) for p in parts for c, stack in p.headers.items() for m in stack]
    return inner, frozenset(c for c, text in heads if any(word in text for word in words.running))


def _is_figure(document: Document, cell: Cell, by_start: Mapping[int, Fact]) -> bool:
    """Whether a cell holds a figure and no words that go on behind one (``60岁以上老人补助``)."""
    fact = by_start.get(cell.span.start)
    behind = document.text[fact.quantity.span.end : cell.span.end] if fact is not None else ""
    return fact is not None and len(_HAN.findall(behind)) < _WORDS


def rows_of(
    document: Document,
    table: Table,
    by_start: Mapping[int, Fact],
    first: int,
    after: int,
    heads: frozenset[int] = frozenset(),
) -> list[Row]:
    """The rows of a table that have a label, with their figures; ``heads``: the header rows inside it."""
    rows: list[Row] = []
    for number, places in enumerate(table.grid()):
        cells = [c for c in own_cells(places, number) if first <= c.col < after]
        label = next((c for c in cells if len(c.span) and not _is_figure(document, c, by_start)), None)
        if cells and label is not None and CODE.fullmatch(document.quote(cells[0].span).strip()):
            label = cells[0]
        if label is None:
            continue
        figures = {c.col: by_start[c.span.start] for c in cells if c.span.start in by_start and c is not label}
        figures = {col: f for col, f in figures.items() if unit_class(f.quantity.unit) in _ADDED and f.quantity.exact}
        text = document.quote(label.span)
        among = bool(_AMONG.match(text))
        blank = frozenset(c.col for c in cells if not len(c.span) and c.col > label.col)
        rows.append(Row(number, text, _depth(text, label, among), among, figures, blank, head=number in heads))
    return rows


def divide(rows: Sequence[Row]) -> None:
    """Lines without figures that say by what a whole is divided stand beside it, with its parts under them."""
    words = load_table_words()
    whole: Row | None = None
    for row in rows:
        text = words.meaning(row.label).text
        if row.facts and words.is_whole(text):
            whole = row
        elif whole is not None and not row.facts and text in words.split:
            row.divides, row.depth, row.among = whole, whole.depth, False


def continue_among(rows: Sequence[Row]) -> None:
    """Where nothing is set in, unmarked rows behind 其中 go on with its list, up to the next numbered row."""
    if len({r.depth[0] - _AMONG_WIDTH * r.among for r in rows}) > 1:
        return
    numbered = any(r.depth[1] for r in rows)
    inside = False
    for row in rows:
        if row.among:
            inside = True
        elif inside and not (
            row.divides or row.depth[1] or row.head or row.total or row.subtotal or _line_of_account(row)
        ):
            row.among, row.unsure, row.carried = True, not numbered, True
            row.depth = (row.depth[0] + _AMONG_WIDTH, 0)
        else:
            inside = False


def set_in_funds(rows: Sequence[Row]) -> None:
    """The funds that make up what was carried over (年初财政拨款结转和结余) are its parts, though not set in."""
    words = load_table_words()
    whole: Row | None = None
    for row in rows:
        meaning = words.meaning(row.label)
        if whole is not None and not row.depth[1] and meaning.text in words.funds and row.facts:
            row.depth = (whole.depth[0] + _AMONG_WIDTH, 0)
        else:
            whole = row if meaning.text in words.carried and row.facts else None


def _line_of_account(row: Row) -> bool:
    """Whether a row is income or spending as a whole, which is no part of what stands above it."""
    words = load_table_words()
    text = words.meaning(row.label).text
    return text in words.income or text in words.expense


def _depth(text: str, cell: Cell, among: bool) -> tuple[int, int]:
    """(indentation, rank of the numbering): what stands deeper is a part of what stands above it."""
    rank = next((i + 1 for i, p in enumerate(_NUMBERS) if p.match(text)), 0)
    if (code := CODE.fullmatch(text.strip())) is not None:
        rank = len(_NUMBERS) + len(code[0])
    return cell.indent + (_AMONG_WIDTH if among else 0), rank


def _deeper(row: Row, above: Row) -> bool:
    """Whether ``row`` is a part of ``above`` by indentation, or by numbering at the same indentation."""
    if abs(row.depth[0] - above.depth[0]) > 1:
        return row.depth[0] > above.depth[0]
    if row.among != above.among:
        return row.among
    return row.depth[1] > above.depth[1]


def _opens(row: Row, above: Row) -> bool:
    """Whether a row may be the first part of the one above: a list told by its numbers alone begins with the first."""
    by_number = row.depth[1] and not above.depth[1] and abs(row.depth[0] - above.depth[0]) <= 1
    return not by_number or bool(_FIRST.match(row.label))


def nest(rows: Sequence[Row]) -> None:
    """Give every row its parts."""
    stack: list[Row] = []
    for row, behind in zip_longest(rows, rows[1:]):
        if row.total or row.subtotal or row.head:
            stack = [row] if row.total and row.facts and behind is not None and behind.among else []
            continue
        while stack and not (_deeper(row, stack[-1]) and (stack[-1].children or _opens(row, stack[-1]))):
            stack.pop()
        if stack:
            stack[-1].children.append(row)
        stack.append(row)
    _release(rows)


def _release(rows: Sequence[Row]) -> None:
    """Rows that merely followed a 其中 list stand beside its whole, not under it."""
    above = {id(c): row for row in rows for c in row.children}
    for row in rows:
        meant = _meant(row)
        loose = row.children[len(meant) :]
        row.children = meant
        if loose and (parent := above.get(id(row))) is not None:
            parent.children += loose


def column_of(
    children: Sequence[Row], col: int, whole: Fact, fits: Callable[[Fact, Fact], bool] | None = None
) -> list[Fact]:
    """The figures of a column that may be added to the whole: of its kind, or of whatever ``fits``."""
    fits = fits or of_one_measure
    return [c.facts[col] for c in children if col in c.facts and fits(c.facts[col], whole)]


def _meant(row: Row) -> list[Row]:
    """The rows below a whole that are its parts.

    Rows that merely follow a 其中 line may already be something else (政府采购金额 after the parts of 公用经费):
    unless some column adds up with all of them, only as many are taken as the whole can hold.
    """
    marked = [c for c in row.children if not c.carried]
    if len(marked) == len(row.children):
        return row.children
    columns = [(whole, col) for col, whole in row.facts.items()]
    for n in range(len(row.children), 0, -1):
        sums = [(added_up(column_of(row.children[:n], col, whole)), whole.quantity.value) for whole, col in columns]
        if sums and all(a == b for a, b in sums) and any(b for _, b in sums):
            return row.children[:n]
    if any(added_up(column_of(row.children, col, whole)) == whole.quantity.value for whole, col in columns):
        return row.children
    kept: list[Row] = []
    for child in row.children:
        trial = [*kept, child]
        over = any(added_up(column_of(trial, col, whole)) > whole.quantity.value for whole, col in columns)
        if child.carried and over:
            break
        kept.append(child)
    return kept


def added_up(parts: Sequence[Fact]) -> Decimal:
    """The sum of some figures."""
    return sum((p.quantity.value for p in parts), Decimal(0))


def of_one_kind(part: Fact, whole: Fact) -> bool:
    """Whether two figures are of one kind of unit and one time: a grand total gathers what was carried over too."""
    return unit_class(part.quantity.unit) == unit_class(whole.quantity.unit) and part.period == whole.period


def of_one_measure(part: Fact, whole: Fact) -> bool:
    """Whether the part's figure is of the whole's kind, so that it may be added to it."""
    same_unit = unit_class(part.quantity.unit) == unit_class(whole.quantity.unit)
    return same_unit and (part.measure, part.period, part.stage) == (whole.measure, whole.period, whole.stage)
