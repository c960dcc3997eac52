"""The document model: one canonical text, and everything else as spans that stand off from it.

All offsets are Unicode code points into :attr:`Document.text`, half-open, so that
``document.text[span.start:span.end]`` is always the quoted evidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Literal, Protocol

from msgspec import Struct

BlockKind = Literal["title", "heading", "para", "caption", "table", "note", "signature"]
CellOrigin = Literal["text", "ocr", "blank"]
JoinKind = Literal["line", "page", "cell_line"]


class Span(Struct, frozen=True, order=True):
    """A half-open range of code points in the canonical text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span out of order: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def cover(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


class Box(Struct, frozen=True):
    """A rectangle on a page in points, origin at the top left; ``page`` counts from 1."""

    page: int
    x0: Decimal
    top: Decimal
    x1: Decimal
    bottom: Decimal


class Block(Struct, frozen=True):
    """A paragraph-like unit. ``level`` is the heading depth (1 for 一、, 2 for （一）, …), 0 for other text."""

    kind: BlockKind
    level: int
    span: Span
    page: int | None = None
    number: str = ""


class Cell(Struct, frozen=True):
    """A table cell; row and column count from 0. ``trust`` is the lowest character score of an OCR cell.

    ``indent`` is how far its text is set in from the cell's edge, in half-width characters (0 when unknown).
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    span: Span
    origin: CellOrigin = "text"
    trust: Decimal | None = None
    boxes: tuple[Box, ...] = ()
    indent: int = 0


class Table(Struct, frozen=True):
    """A grid of cells whose texts lie in the canonical text, cells parted by tabs and rows by newlines.

    ``unit`` is the unit line that governs it (``万元``), ``""`` if none. ``header_rows`` and ``label_cols``
    count from the top and the left. When ``sure`` is false the structure is in doubt, and nothing that
    depends on which column a figure stands in may be asserted.
    """

    span: Span
    unit: str
    header_rows: int
    cells: tuple[Cell, ...]
    pages: tuple[int, ...] = ()
    label_cols: int = 1
    sure: bool = True
    reasons: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of grid rows."""
        return max((c.row + c.rowspan for c in self.cells), default=0)

    @property
    def n_cols(self) -> int:
        """Number of grid columns."""
        return max((c.col + c.colspan for c in self.cells), default=0)

    def grid(self) -> list[list[Cell | None]]:
        """The cells by row and column; a cell that spans several places stands in each of them."""
        width = self.n_cols
        rows: list[list[Cell | None]] = [[None] * width for _ in range(self.n_rows)]
        for cell in self.cells:
            for r in range(cell.row, cell.row + cell.rowspan):
                for c in range(cell.col, cell.col + cell.colspan):
                    rows[r][c] = cell
        return rows


class Join(Struct, frozen=True):
    """Two source pieces were joined at ``offset`` without a character between them."""

    offset: int
    kind: JoinKind
    inside_number: bool = False


class Dropped(Struct, frozen=True):
    """Text that was read but is not part of the canonical text (running heads, page numbers, watermarks)."""

    kind: str
    text: str
    page: int | None = None
    box: Box | None = None


class Warning_(Struct, frozen=True):  # noqa: N801 - plain Warning is a builtin
    """Something about the reading that a user must know; ``detail`` is in Chinese."""

    code: str
    detail: str
    page: int | None = None


class SourceMap(Protocol):
    """Where each canonical character came from."""

    def page(self, offset: int) -> int | None:
        """Page number from 1, or None when the format has no pages."""
        ...

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """Boxes of the span's characters, merged by line, one or more per page; empty when unknown."""
        ...

    def source(self, offset: int) -> int | None:
        """Offset into the decoded source text, for formats that are text; None otherwise."""
        ...

    def line(self, offset: int) -> int | None:
        """Line from 1 of the source, for files that are read line by line; None otherwise."""
        ...

    def trust(self, span: Span) -> Decimal | None:
        """Lowest character score when the span was read by OCR, None when it was text."""
        ...


@dataclass(frozen=True, slots=True)
class NoSource:
    """A source map that knows nothing: for text made in memory."""

    def page(self, offset: int) -> int | None:
        """No pages."""
        return None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """No boxes."""
        return ()

    def source(self, offset: int) -> int | None:
        """The text is its own source."""
        return offset

    def line(self, offset: int) -> int | None:
        """No file, no lines."""
        return None

    def trust(self, span: Span) -> Decimal | None:
        """Nothing was recognised optically."""
        return None


class Place(Struct, frozen=True):
    """Where a span stands, for people: page, boxes, section path, table cell when it is in one, line of a text file."""

    page: int | None
    boxes: tuple[Box, ...]
    section: tuple[str, ...]
    cell: tuple[int, int, int] | None = None
    """(table index, row, column), all from 0."""
    line: int | None = None

    def words(self) -> str:
        """The place in Chinese, e.g. ``第3页，三、部门整体支出绩效分析，表2第4行第5列``."""
        parts = [f"第{self.page}页"] if self.page is not None else []
        if self.line is not None:
            parts.append(f"原文第{self.line}行")
        if self.section:
            parts.append(" › ".join(s.strip().rstrip("：:") for s in self.section))
        if self.cell is not None:
            table, row, col = self.cell
            parts.append(f"表{table + 1}第{row + 1}行第{col + 1}列")
        return "，".join(parts)


@dataclass(frozen=True)
class Document:
    """One report as read. Immutable; derived indexes are cached."""

    name: str
    format: str
    digest: str
    text: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    source_map: SourceMap = field(default_factory=NoSource)
    joins: tuple[Join, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    pages: int | None = None

    @cached_property
    def derived(self) -> dict[tuple[str, int], tuple[object, object]]:
        """What readers made of parts of the document, each with the words they read by; it never leaves the process."""
        return {}

    def __getstate__(self) -> dict[str, object]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def quote(self, span: Span) -> str:
        """The characters of a span."""
        return self.text[span.start : span.end]

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [b.span.start for b in self.blocks]

    def block_at(self, offset: int) -> Block | None:
        """The block that holds the offset, if any."""
        i = bisect_right(self._starts, offset) - 1
        if i >= 0 and offset < max(self.blocks[i].span.end, self.blocks[i].span.start + 1):
            return self.blocks[i]
        return None

    @cached_property
    def _section_paths(self) -> Sequence[tuple[str, ...]]:
        paths: list[tuple[str, ...]] = []
        stack: list[tuple[int, str]] = []
        for block in self.blocks:
            if block.kind == "heading":
                while stack and stack[-1][0] >= block.level:
                    stack.pop()
                stack.append((block.level, self.quote(block.span).strip()[:60]))
            paths.append(tuple(title for _, title in stack))
        return paths

    def section(self, offset: int) -> tuple[str, ...]:
        """Titles of the headings above the offset, outermost first."""
        i = bisect_right(self._starts, offset) - 1
        return self._section_paths[i] if i >= 0 else ()

    @cached_property
    def _cell_index(self) -> Sequence[tuple[int, int, int, int, int]]:
        index = [
            (cell.span.start, cell.span.end, t, cell.row, cell.col)
            for t, table in enumerate(self.tables)
            for cell in table.cells
        ]
        return sorted(index)

    def cell_at(self, span: Span) -> tuple[int, int, int] | None:
        """(table index, row, column) of the cell that holds the span's start, if any."""
        i = bisect_right(self._cell_index, (span.start, 1 << 62, 0, 0, 0)) - 1
        while i >= 0 and self._cell_index[i][0] <= span.start:
            start, end, table, row, col = self._cell_index[i]
            if start <= span.start < end:
                return table, row, col
            if start < span.start:
                return None
            i -= 1
        return None

    def place(self, span: Span) -> Place:
        """Where the span stands."""
        return Place(
            page=self.source_map.page(span.start),
            boxes=self.source_map.boxes(span),
            section=self.section(span.start),
            cell=self.cell_at(span),
            line=self.source_map.line(span.start),
        )

    def prose(self) -> Iterator[Block]:
        """The blocks that hold sentences: everything but tables."""
        return (b for b in self.blocks if b.kind != "table")
