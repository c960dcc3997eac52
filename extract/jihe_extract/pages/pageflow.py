"""Laid-out pages become one stream of paragraphs and tables; page ends are no boundary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jihe_extract.charmap import point
from jihe_extract.document import Box, Dropped
from jihe_extract.grids.gridshape import kind
from jihe_extract.layout import Line
from jihe_extract.pages.flow import FlowCell, FlowPara, FlowTable, Item, is_figure
from jihe_extract.pages.furniture import furniture
from jihe_extract.pages.openchecks import doubts
from jihe_extract.pages.pagelayout import LaidTable, PageLayout
from jihe_extract.pages.paragraphs import begins_paragraph, join_lines, measures, usual_pitch
from jihe_extract.pages.tablejoins import continues, join_tables, same_edges

_LAST_PART = 0.6
_LEAST_PART = 0.25
"""The same where the columns are exactly those of the table above: a tall row may have been moved on."""
_FIRST_PART = 0.2
_CAPTION_LINES = 3
_CONTINUED = re.compile(
    r"[（(]?\s*续\s*(?:上|前)?\s*表?\s*[)）]?\s*[\d一二三四五六七八九十]*\s*$|[（(]?\s*(?:接|续)上页"
)

Piece = Line | LaidTable


def flow_of(pages: Sequence[PageLayout]) -> tuple[list[Item], list[Dropped]]:
    """Paragraphs and tables of all pages in reading order, and the furniture that was taken out."""
    kept, dropped = _without_furniture(pages)
    pieces: list[Piece] = []
    heights = {page.no: page.height for page in pages}
    optical = {page.no: page.optical for page in pages}
    for page in pages:
        ordered = _ordered(kept[page.no], page.tables)
        skipped = _repeated_heads(pieces, ordered)
        dropped += [_drop("table_head", line) for line in ordered[:skipped] if isinstance(line, Line)]
        for i, piece in enumerate(ordered[skipped:]):
            last = pieces[-1] if pieces else None
            if i == 0 and isinstance(piece, LaidTable) and isinstance(last, LaidTable):
                scan = optical[last.pages[-1]] or page.optical
                if _page_cut(last, piece, heights, scan) and continues(last, piece, optical=scan):
                    pieces[-1], heads = join_tables(last, piece, optical=scan)
                    dropped += heads
                    continue
            pieces.append(piece)
    for piece in pieces:
        if isinstance(piece, LaidTable) and piece.sure and _headless(piece):
            piece.sure = False
            piece.reasons.append("表格没有表头，可能是另一表格的一部分")
    return _items(pieces, {page.no: page.width for page in pages}), dropped


def _drop(kind: str, line: Line) -> Dropped:
    box = Box(line.page, *(point(v) for v in (line.x0, line.top, line.x1, line.bottom)))
    return Dropped(kind, line.text, line.page, box)


def _repeated_heads(before: Sequence[Piece], page: Sequence[Piece]) -> int:
    """How many lines at the page's top only repeat the caption of the table that the page before ended with."""
    if not before or not isinstance(before[-1], LaidTable):
        return 0
    above = {_bare(p.text) for p in before[-_CAPTION_LINES - 1 : -1] if isinstance(p, Line)}
    count = 0
    while count < min(len(page), _CAPTION_LINES):
        piece = page[count]
        if isinstance(piece, LaidTable):
            return count
        if _bare(piece.text) not in above and not _CONTINUED.match(piece.text):
            return 0
        count += 1
    return count if count < len(page) and isinstance(page[count], LaidTable) else 0


def _bare(text: str) -> str:
    return re.sub(r"[\s（(]*续(?:表|上表|前表)?[)）]*|\s", "", text)


def _page_cut(last: LaidTable, piece: LaidTable, heights: dict[int, float], optical: bool) -> bool:
    """Whether the first table ends a page low enough, and the second begins the next one high enough."""
    before, here = last.pages[-1], piece.pages[0]
    least = _LAST_PART if last.open or not same_edges(last, piece, optical=optical) else _LEAST_PART
    if last.open and piece.open and (_figured(piece) or _names(last) == _names(piece)):
        least = _LEAST_PART
    return here == before + 1 and last.bottom > least * heights[before] and piece.top < _FIRST_PART * heights[here]


def _figured(piece: LaidTable) -> bool:
    """Whether the table begins without a head."""
    return any(is_figure(c.passage.text) for c in piece.cells if c.row == 0)


def _headless(table: LaidTable) -> bool:
    """Whether the first row holds figures alone behind its label, as the rest of a table that was cut off does."""
    first = [c for c in table.cells if c.row == 0 and c.col > 0 and c.passage.text]
    figures = [c for c in first if kind(c.passage.text) in ("number", "percent")]
    below = {c.col for c in table.cells if c.row > 0 and kind(c.passage.text) in ("number", "percent")}
    return len(figures) > 1 and 2 * len(figures) > len(first) and sum(c.col in below for c in figures) > 1


def _names(table: LaidTable) -> list[tuple[int, str]]:
    """The words of the first row."""
    return sorted((c.col, c.passage.text) for c in table.cells if c.row == 0)


def _without_furniture(pages: Sequence[PageLayout]) -> tuple[dict[int, list[Line]], list[Dropped]]:
    lines = [line for page in pages for line in page.lines]
    heights = {page.no: page.height for page in pages}
    occupied = {page.no: [(t.top, t.bottom) for t in page.tables] for page in pages}
    kinds = furniture(lines, heights, occupied, {page.no: page.sheet or page.height for page in pages})
    kept: dict[int, list[Line]] = {page.no: [] for page in pages}
    dropped = []
    for i, line in enumerate(lines):
        if i in kinds:
            dropped.append(_drop(kinds[i], line))
        else:
            kept[line.page].append(line)
    return kept, dropped


def _ordered(lines: Sequence[Line], tables: Sequence[LaidTable]) -> list[Piece]:
    """Lines and tables of one page, top down; a line beside a table comes before it."""
    keyed: list[tuple[float, int, Piece]] = [(table.top, 1, table) for table in tables]
    order = 0.0
    for line in lines:
        middle = (line.top + line.bottom) / 2
        holder = next((t for t in tables if t.top <= middle <= t.bottom), None)
        order = max(order, holder.top if holder is not None else middle)
        keyed.append((order, 0, line))
    return [piece for _, _, piece in sorted(keyed, key=lambda k: (k[0], k[1]))]


def _items(pieces: Sequence[Piece], widths: dict[int, float]) -> list[Item]:
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    columns = measures(lines, widths) if lines else {}
    pitch = usual_pitch(lines)
    items: list[Item] = []
    paragraph: list[Line] = []

    def close() -> None:
        if paragraph:
            items.append(FlowPara(join_lines(paragraph), page=paragraph[0].page))
            paragraph.clear()

    for piece in pieces:
        if isinstance(piece, LaidTable):
            close()
            items.append(flow_table(piece))
            continue
        if paragraph and begins_paragraph(paragraph[-1], piece, columns, pitch):
            close()
        paragraph.append(piece)
    close()
    return items


def flow_table(table: LaidTable) -> FlowTable:
    """A joined table on its way into the document."""
    cells = [FlowCell(c.row, c.col, c.rowspan, c.colspan, c.passage, c.boxes, c.origin, c.trust) for c in table.cells]
    against = doubts(table) if table.open and table.sure else []
    reasons = tuple(dict.fromkeys([*table.reasons, *against]))
    return FlowTable(cells, tuple(dict.fromkeys(table.pages)), sure=table.sure and not against, reasons=reasons)
