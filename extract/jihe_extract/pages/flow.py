"""What readers hand over, paragraph by paragraph and table by table, and its assembly into a document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct, field

from jihe_extract.charmap import CharStore
from jihe_extract.document import (
    Block,
    BlockKind,
    Box,
    Cell,
    CellOrigin,
    Document,
    Dropped,
    Join,
    JoinKind,
    Span,
    Table,
    Warning_,
)
from jihe_extract.grids.gridshape import kind as kind_of

Ranges = list[tuple[int, int]]


class Passage(Struct):
    """Text with the store ranges of its characters (``(-1, n)``: no source) and the joins inside it."""

    text: str = ""
    ranges: Ranges = field(default_factory=list)
    joins: list[tuple[int, JoinKind]] = field(default_factory=list)

    def append(self, text: str, first: int = -1) -> None:
        """Add characters that stand in the store from ``first`` on."""
        if text:
            self.text += text
            self.ranges.append((first, len(text)))

    def extend(self, other: Passage, kind: JoinKind | None = None, between: str = "") -> None:
        """Add another passage; a join of the given kind is noted unless ``between`` parts the two."""
        if not other.text:
            return
        if self.text and between:
            self.append(between)
        elif self.text and kind is not None:
            self.joins.append((len(self.text), kind))
        shift = len(self.text)
        self.joins += [(at + shift, k) for at, k in other.joins]
        self.text += other.text
        self.ranges += other.ranges


@dataclass(slots=True)
class FlowPara:
    """A paragraph-like unit on its way into the document."""

    passage: Passage
    kind: BlockKind = "para"
    level: int = 0
    number: str = ""
    page: int | None = None


class FlowCell(Struct):
    """A table cell on its way into the document."""

    row: int
    col: int
    rowspan: int
    colspan: int
    passage: Passage
    boxes: tuple[Box, ...] = ()
    origin: CellOrigin = "text"
    trust: Decimal | None = None


@dataclass(slots=True)
class FlowTable:
    """A table on its way into the document."""

    cells: list[FlowCell]
    pages: tuple[int, ...] = ()
    unit: str = ""
    header_rows: int | None = None
    label_cols: int | None = None
    sure: bool = True
    reasons: tuple[str, ...] = ()


Item = FlowPara | FlowTable


class Assembly:
    """Builds the canonical text, a block a line; cells are parted by tabs, rows by line ends."""

    def __init__(self, store: CharStore) -> None:
        self.store = store
        self.parts: list[str] = []
        self.ranges: Ranges = []
        self.length = 0
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.joins: list[Join] = []

    def put(self, text: str, ranges: Ranges | None = None) -> None:
        """Write characters at the end of the canonical text."""
        if text:
            self.parts.append(text)
            self.ranges += ranges if ranges is not None else [(-1, len(text))]
            self.length += len(text)

    def passage(self, passage: Passage) -> Span:
        """Write a passage and note its joins."""
        start = self.length
        for at, kind in passage.joins:
            inside = _numeric(passage.text[at - 1 : at]) and _numeric(passage.text[at : at + 1])
            self.joins.append(Join(start + at, kind, inside))
        self.put(passage.text, passage.ranges)
        return Span(start, self.length)

    def para(self, para: FlowPara) -> None:
        """Write a paragraph as one block."""
        if self.length:
            self.put("\n")
        span = self.passage(para.passage)
        self.blocks.append(Block(para.kind, para.level, span, para.page, para.number))

    def table(self, table: FlowTable) -> None:
        """Write a table row by row as one block."""
        if self.length:
            self.put("\n")
        start = self.length
        cells: list[Cell] = []
        row = None
        for flow in sorted(table.cells, key=lambda c: (c.row, c.col)):
            if row is not None:
                self.put("\t" if flow.row == row else "\n")
            row = flow.row
            span = self.passage(flow.passage)
            origin: CellOrigin = flow.origin if len(span) else "blank"
            cells.append(Cell(flow.row, flow.col, flow.rowspan, flow.colspan, span, origin, flow.trust, flow.boxes))
        span = Span(start, self.length)
        header = header_rows(table.cells) if table.header_rows is None else table.header_rows
        labels = label_cols(table.cells, header) if table.label_cols is None else table.label_cols
        self.tables.append(
            Table(span, table.unit, header, tuple(cells), table.pages, labels, table.sure, table.reasons)
        )
        self.blocks.append(Block("table", 0, span, table.pages[0] if table.pages else None))


def _numeric(char: str) -> bool:
    return char.isdecimal() or char in {".", ",", "，", "．", "%", "％"}


def assemble(
    items: Sequence[Item],
    store: CharStore,
    *,
    name: str,
    kind: str,
    data: bytes,
    pages: int | None = None,
    dropped: Sequence[Dropped] = (),
    warnings: Sequence[Warning_] = (),
) -> Document:
    """One document from its paragraphs and tables in reading order."""
    assembly = Assembly(store)
    for item in items:
        if isinstance(item, FlowTable):
            if item.cells:
                assembly.table(item)
        elif item.passage.text:
            assembly.para(item)
    return Document(
        name=name,
        format=kind,
        digest=hashlib.sha256(data).hexdigest(),
        text="".join(assembly.parts),
        blocks=tuple(assembly.blocks),
        tables=tuple(assembly.tables),
        source_map=store.freeze(assembly.ranges),
        joins=tuple(assembly.joins),
        dropped=tuple(dropped),
        warnings=tuple(warnings),
        pages=pages,
    )


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, with or without sign, relation, percent or a short unit."""
    return kind_of(text) in ("percent", "number", "amount")


def header_rows(cells: Sequence[FlowCell]) -> int:
    """Leading rows without a figure; 0 when that would be the whole table or more than four rows."""
    first = min((c.row for c in cells if is_figure(c.passage.text)), default=None)
    if first is None:
        return 1 if max((c.row for c in cells), default=0) > 0 else 0
    covering = max((c.row + c.rowspan for c in cells if c.row < first), default=0)
    return first if first <= 4 and covering >= first else 1


def label_cols(cells: Sequence[FlowCell], header: int) -> int:
    """Leading columns in which the body holds fewer than one figure in five filled cells; at least 1."""
    width = max((c.col + c.colspan for c in cells), default=0)
    columns: list[list[str]] = [[] for _ in range(width)]
    for cell in cells:
        if cell.row >= header and cell.passage.text.strip():
            columns[cell.col].append(cell.passage.text)
    for col, filled in enumerate(columns):
        figures = sum(map(is_figure, filled))
        if 5 * figures > len(filled) or (not filled and col):
            return max(col, 1)
    return max(width - 1, 1)
