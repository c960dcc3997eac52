"""Compare tables as read with the sheets they were written from."""

from __future__ import annotations

from jihe_corpus.samples.documents.report import Sheet
from jihe_extract.document import Document, Table

Cells = set[tuple[int, int, int, int, str]]


def cells(document: Document, table: Table) -> Cells:
    """Row, column, spans and text (without blanks) of every cell."""
    return {(c.row, c.col, c.rowspan, c.colspan, document.quote(c.span).replace(" ", "")) for c in table.cells}


def wanted(sheet: Sheet) -> Cells:
    """The same of a sheet."""
    return {(c.row, c.col, c.rowspan, c.colspan, c.text) for c in sheet.cells}


def cell_f1(document: Document, sheet: Sheet) -> float:
    """F1 of the best matching table's cells against the sheet; 0 when there is no table."""
    goal = wanted(sheet)
    scores = [2 * len(goal & cells(document, t)) / (len(goal) + len(t.cells)) for t in document.tables]
    return max(scores, default=0.0)


def offsets_hold(document: Document) -> bool:
    """Whether blocks are in order and inside the text, and cells inside their tables."""
    ends = [0, *(b.span.end for b in document.blocks)]
    ordered = all(b.span.start >= end for b, end in zip(document.blocks, ends, strict=False))
    inside = all(t.span.holds(c.span) for t in document.tables for c in t.cells)
    return ordered and inside and ends[-1] <= len(document.text)
