"""One page: its prose lines and its tables with the text of each cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from msgspec import Struct

from jihe_extract.charmap import CharStore, point
from jihe_extract.document import Box, CellOrigin
from jihe_extract.grids.opentables import Carried, find_open_grids, goes_on_unread, split_rows
from jihe_extract.grids.tables import Grid, find_grids, regions_of
from jihe_extract.layout import Line, PageContent, Run, runs_of
from jihe_extract.lineends import text_width
from jihe_extract.pages.flow import Passage, is_figure
from jihe_extract.pages.linemaker import LineMaker, lines_of_runs
from jihe_extract.pages.pagecolumns import unroll
from jihe_extract.pages.paragraphs import cell_passage

_FOOT = 0.92


class LaidCell(Struct):
    """A cell with its text between ``x0`` and ``x1``; ``full`` if its last line is full."""

    row: int
    col: int
    rowspan: int
    colspan: int
    x0: float
    x1: float
    passage: Passage
    boxes: tuple[Box, ...]
    full: bool = False
    origin: CellOrigin = "text"
    trust: Decimal | None = None


@dataclass(slots=True)
class LaidTable:
    """A table, on one page at first, on several once joined."""

    xs: list[float]
    n_rows: int
    cells: list[LaidCell]
    pages: list[int]
    top: float
    bottom: float
    reasons: list[str] = field(default_factory=list)
    sure: bool = True
    open: bool = False
    names: tuple[Any, ...] = ()


@dataclass(slots=True)
class PageLayout:
    """A page after its characters have been dealt out to lines and cells."""

    no: int
    width: float
    height: float
    lines: list[Line]
    tables: list[LaidTable]
    optical: bool = False
    sheet: float = 0.0
    """Height of the page before its columns were unrolled; 0 when it has none."""


def lay_out(
    content: PageContent, store: CharStore, grids: list[Grid] | None = None, before: PageLayout | None = None
) -> PageLayout:
    """Deal the characters of a page out to prose lines and table cells, and write them to the store.

    ``before`` is the page before, whose last table may go on here.
    """
    if not grids:
        content = unroll(content)
    if grids is None:
        grids = find_grids(content.rules)
    boxes = content.glyphs.boxes
    regions, cells = regions_of(boxes, grids)
    if split_rows(content, regions, cells, grids):
        regions, cells = regions_of(boxes, grids)
    ruled_scan = content.optical and bool(grids)  # what a seal has torn from a ruled table is no table of its own
    carried = _carried(before)
    open_grids = [] if ruled_scan else find_open_grids(content, regions < 0, carried)
    if open_grids:
        grids = sorted([*grids, *open_grids], key=lambda g: g.ys[0])
        regions, cells = regions_of(boxes, grids)
    if before is not None and carried is not None and goes_on_unread(content, regions < 0, carried):
        last = max(before.tables, key=lambda t: t.bottom)
        last.sure = False
        last.reasons.append("下一页开头的文字可能仍属本表")
    by_region: dict[int, list[Run]] = defaultdict(list)
    for run in runs_of(boxes, regions):
        by_region[run.region].append(run)
    maker = LineMaker(content, store)
    lines = _lines(by_region.get(-1, []), maker)
    if content.optical:
        _level_sizes(lines)
    tables: list[LaidTable] = []
    numbers: dict[int, list[int]] = defaultdict(list)
    for region, (g, _) in enumerate(cells):
        numbers[g].append(region)
    for g, grid in enumerate(grids):
        texts = [_lines(by_region.get(region, []), maker) for region in numbers[g]]
        if any(texts):
            tables.append(_laid(grid, texts, content, store))
    sheet = content.unrolled.height if content.unrolled is not None else 0.0
    return PageLayout(content.no, content.width, content.height, lines, tables, content.optical, sheet)


def _carried(before: PageLayout | None) -> Carried | None:
    """The columns of the open table that a page ends with."""
    if before is None or not before.tables:
        return None
    last = max(before.tables, key=lambda t: t.bottom)
    if not last.open or any(last.bottom < line.top < _FOOT * before.height for line in before.lines):
        return None
    first = min((c.row for c in last.cells if is_figure(c.passage.text)), default=last.n_rows)
    return Carried(last.xs, "".join(c.passage.text for c in last.cells if c.row < first), last.names)


def _lines(runs: list[Run], maker: LineMaker) -> list[Line]:
    return [line for row in lines_of_runs(runs, maker.content.glyphs.boxes) if (line := maker.line(row)) is not None]


def _level_sizes(lines: list[Line]) -> None:
    """Give lines of about the usual height the usual size: boxes of recognised text are uneven."""
    if not lines:
        return
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    for line in lines:
        if abs(line.size - usual) < 0.18 * usual:
            line.size = usual


def _laid(grid: Grid, texts: list[list[Line]], content: PageContent, store: CharStore) -> LaidTable:
    cells: list[LaidCell] = []
    no = content.no
    room = _text_widths(grid, texts) if grid.open else {}
    for cell, lines in zip(grid.cells, texts, strict=True):
        left, right = cell.x0, cell.x1
        if cell.col in room:
            left = min((line.x0 for line in lines), default=left)
            right = left + room[cell.col]
        passage = cell_passage(lines, left, right)
        x0, y0, x1, y1 = content.show(cell.x0, cell.top, cell.x1, cell.bottom)
        box = Box(no, point(x0), point(y0), point(x1), point(y1))
        full = bool(lines) and cell.x1 - lines[-1].x1 < (1.0 + 0.8 + text_width(lines[-1].text[-1:])) * lines[-1].size
        laid = LaidCell(cell.row, cell.col, cell.rowspan, cell.colspan, cell.x0, cell.x1, passage, (box,), full)
        if content.optical:
            laid.origin = "ocr" if lines else "blank"
            laid.trust = _lowest(passage, store)
        cells.append(laid)
    _, top, _, bottom = grid.box
    rows, reasons = len(grid.ys) - 1, list(grid.reasons)
    return LaidTable(grid.xs, rows, cells, [content.no], top, bottom, reasons, grid.sure, grid.open, grid.names)


def _text_widths(grid: Grid, texts: list[list[Line]]) -> dict[int, float]:
    """How wide cells are where no rules tell: as wide as the widest line of the columns with wrapped cells."""
    widest: dict[int, float] = {}
    wrapped = set()
    for cell, lines in zip(grid.cells, texts, strict=True):
        if cell.colspan == 1 and lines:
            widest[cell.col] = max([widest.get(cell.col, 0.0), *(ln.x1 - ln.x0 + 0.8 * ln.size for ln in lines)])
            if len(lines) > 1:
                wrapped.add(cell.col)
    return {col: width for col, width in widest.items() if col in wrapped}


def _lowest(passage: Passage, store: CharStore) -> Decimal | None:
    scores = [store.score(first, n) for first, n in passage.ranges if first >= 0]
    known = [s for s in scores if s is not None]
    return Decimal(min(known)) / 100 if known else None


def is_empty(content: PageContent) -> bool:
    """Whether a page holds no character at all."""
    return not np.any([c.strip() for c in content.glyphs.text])
