"""HTML tables while they are being read: rows, cells and spans that no page may blow up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from jihe_extract.limits import Limits
from jihe_extract.pages.flow import FlowCell, FlowPara, FlowTable, Item, Passage


@dataclass(slots=True)
class _Cell:
    rowspan: int
    colspan: int
    head: bool
    items: list[Item] = field(default_factory=list)


def span(text: str | None) -> int:
    """A span attribute: 1 unless it is a sensible number; 0 stands for the rest of the table."""
    text = (text or "1").strip()[:12]
    return int(text) if text.isascii() and text.isdecimal() else 1


@dataclass(slots=True)
class OpenTable:
    """One table between its tags."""

    rows: list[list[_Cell]] = field(default_factory=list)
    captions: list[FlowPara] = field(default_factory=list)
    in_cell: bool = False

    def start_row(self) -> None:
        """Open a row."""
        self.rows.append([])
        self.in_cell = False

    def start_cell(self, rowspan: str | None, colspan: str | None, *, head: bool) -> None:
        """Open a cell."""
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(_Cell(span(rowspan), max(span(colspan), 1), head))
        self.in_cell = True

    def end_cell(self) -> None:
        """Close the cell."""
        self.in_cell = False

    def add(self, item: Item) -> None:
        """Content of the open cell."""
        self.rows[-1][-1].items.append(item)

    def finish(self, limits: Limits) -> list[Item]:
        """The table, or the contents of its cells when it only lays out the page."""
        rows = [row for row in self.rows[: limits.rows] if row]
        if any(isinstance(item, FlowTable) for row in rows for cell in row for item in cell.items) or not rows:
            return [*self.captions, *(item for row in rows for cell in row for item in cell.items)]
        if max(len(row) for row in rows) == 1 and all(cell.colspan == 1 for row in rows for cell in row):
            return [*self.captions, *(item for row in rows for cell in row for item in cell.items)]
        table, places = FlowTable([]), 0
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(rows):
            col = 0
            for cell in row:
                while (r, col) in taken:
                    col += 1
                if col >= limits.columns:
                    break
                colspan = min(cell.colspan, limits.columns - col)
                rowspan = min(cell.rowspan or len(rows), len(rows) - r)
                places += colspan * rowspan
                if places > limits.grid_cells:
                    return [*self.captions, table]
                taken |= {(i, j) for i in range(r, r + rowspan) for j in range(col, col + colspan)}
                table.cells.append(FlowCell(r, col, rowspan, colspan, _text(cell.items)))
                col += colspan
        if _jutting(table):
            table.sure, table.reasons = False, ("有的行比其他行多出单元格，列的归属不能确定",)
        _clip(table)
        if any(cell.head for cell in rows[0]):
            heads = [all(cell.head for cell in row) for row in rows]
            head = heads.index(False) if False in heads else len(heads)
            table.header_rows = max([head, *(c.row + c.rowspan for c in table.cells if c.row < head)])
        return [*self.captions, table]


def _text(items: list[Item]) -> Passage:
    passage = Passage()
    for item in items:
        if isinstance(item, FlowPara):
            if passage.text:
                passage.append(" ")
            passage.append(item.passage.text.replace("\t", " "))
    return passage


def _jutting(table: FlowTable) -> bool:
    """Whether a few rows reach beyond all others: spans that do not fit push cells out of their columns."""
    ends: dict[int, int] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            ends[row] = max(ends.get(row, 0), cell.col + cell.colspan)
    widths = Counter(ends.values())
    widest = max(widths, default=0)
    return ends.get(0, 0) < widest and widths[widest] * 2 < widths.total()


def _clip(table: FlowTable) -> None:
    """Cut spans that reach over columns in which no cell begins."""
    starts = {c.col for c in table.cells}
    width = max((c.col + 1 for c in table.cells), default=0)
    edges = [*sorted(starts), width]
    ends = {col: i for i, col in enumerate(edges)}
    for cell in table.cells:
        end = min(cell.col + cell.colspan, width)
        cell.colspan = max(sum(cell.col <= e < end for e in edges[:-1]), 1)
        cell.col = ends[cell.col]
