"""Plain text and Markdown into a :class:`Document`.

Canonical text: one block a line; a table is one block, its rows are lines and tabs part its cells.
"""

from __future__ import annotations

import hashlib
import re

from jihe_extract.document import Block, BlockKind, Cell, Document, Dropped, Span, Table, Warning_
from jihe_extract.grids.gridshape import ShortRows, shape
from jihe_extract.grids.textgrid import Layout, RawTable, find
from jihe_extract.pages import headings
from jihe_extract.pages.headings import Outline
from jihe_extract.pages.textmap import Composer, page_of
from jihe_extract.sources.encoding import decode
from jihe_extract.sources.textflow import Flow, Group, Item
from jihe_extract.sources.textlines import Lines, furniture, scan, unseen

_MARKDOWN = re.compile(r"^#{1,6}[ \t]+\S|^\|?[ \t]*:?-{2,}:?[ \t]*\|", re.MULTILINE)
_LIST_OF_ATTACHMENTS = re.compile(r"附\s*件?\s*[:：]|附\s*件$")


def read_raw(data: bytes, *, name: str, format_: str, digest: str) -> Document:
    """Read the bytes of a text file. Raises :class:`jihe_extract.errors.ReadError`."""
    text, warnings = decode(data)
    return document_of_text(text, name=name, format_=format_, digest=digest, warnings=warnings)


def document_of_text(
    source: str,
    *,
    name: str = "",
    format_: str = "",
    digest: str = "",
    warnings: tuple[Warning_, ...] = (),
) -> Document:
    """Read decoded text; the source map's offsets count in ``source``."""
    markdown = format_ == "md" or (not format_ and name.endswith(".md")) or _MARKDOWN.search(source) is not None
    found = scan(source, markdown=markdown)
    items, dropped = _items(found)
    writer = _Writer(source, found)
    groups = Flow(items, found.plain).groups()
    for k, group in enumerate(groups):
        if isinstance(group, RawTable):
            writer.table(group)
        else:
            following = groups[k + 1 : k + 3]
            writer.group(group, over_table=_over_table(following, found), empty=_empty(group, following))
    return Document(
        name=name,
        format=format_ or ("md" if markdown else "txt"),
        digest=digest or hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
        text=writer.out.text(),
        blocks=tuple(writer.blocks),
        tables=tuple(writer.tables),
        source_map=writer.out.map(found.breaks),
        joins=tuple(writer.out.joins),
        dropped=(*dropped, *unseen(source, found.holes)),
        warnings=warnings,
        pages=len(found.breaks) + 1 if found.breaks else None,
    )


def _items(found: Lines) -> tuple[list[Item], list[Dropped]]:
    """Lines of running text and tables in reading order; blank lines and page furniture left out."""
    drop = furniture(found)
    dropped = [
        Dropped(kind, found.lines[i].text, found.lines[i].page if found.breaks else None)
        for i, kind in sorted(drop.items())
    ]
    lines = [line for i, line in enumerate(found.lines) if i not in drop] if drop else found.lines
    items: list[Item] = []
    i = barren = 0
    while i < len(lines):
        line = lines[i]
        if line.blank and not line.tab:
            i += 1
            continue
        table = find(lines, i) if i >= barren else None
        if table is not None and table.rows:
            items.append(table)
            i = table.after
            continue
        if table is not None:
            barren = table.after
        if found.plain(line.text):
            items.append(line)
        i += 1
    return items, dropped


def _over_table(following: list[Group | RawTable], found: Lines) -> bool:
    """Whether a table follows at once, or with nothing but a unit line between."""
    if not following:
        return False
    if isinstance(following[0], RawTable):
        return True
    between = found.plain(following[0].text)
    return len(following) > 1 and isinstance(following[1], RawTable) and bool(headings.unit_line(between))


def _empty(group: Group, following: list[Group | RawTable]) -> bool:
    """Whether a low heading is followed by its own sibling or the end: then it is an item of a list."""
    number = headings.numbering(group.text)
    if number is None or number.level <= 2 or group.lines[0].marks:
        return False
    if not following:
        return True
    after = following[0]
    if isinstance(after, RawTable):
        return False
    next_ = headings.numbering(after.text)
    return next_ is not None and next_.style == number.style and next_.value == number.value + 1


_SHORT_ROWS: dict[Layout, ShortRows] = {
    "markdown": "padded",
    "columns": "padded",
    "tabs": "either",
    "cells": "merged",
}


class _Writer:
    """Writes blocks and tables into the canonical text."""

    def __init__(self, source: str, found: Lines) -> None:
        self.source = source
        self.out = Composer(source, found.holes)
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self._found = found
        self._outline = Outline()
        self._front = True
        self._listing = False
        self._unit = ""

    def group(self, group: Group, *, over_table: bool, empty: bool) -> None:
        """Write one paragraph-like block; ``empty`` says that as a heading it would have nothing below it."""
        start = self._open()
        for k, line in enumerate(group.lines):
            if k:
                self.out.join(group.joins[k - 1])
            self.out.take(line.start, line.end)
        text = group.text
        number = headings.numbering(text)
        kind = self._kind(text, group, over_table)
        if kind == "heading" and empty:
            kind = "para"
        level = 0
        if kind == "heading":
            level = self._outline.level(number) if number else group.lines[0].marks
            self._front = False
        elif number is not None and kind == "para":
            self._outline.note(number)
        elif kind == "para" and text[-1] in "。；":
            self._front = False
        self._listing = kind == "note" and (self._listing or bool(_LIST_OF_ATTACHMENTS.match(text)))
        if kind in ("caption", "note"):
            self._unit = headings.caption_unit(text) or self._unit
        else:
            self._unit = ""
        page = group.lines[0].page if self._found.breaks else None
        number_text = number.text if number is not None else ""
        self.blocks.append(Block(kind, level, Span(start, self.out.length), page, number_text))

    def table(self, raw: RawTable) -> None:
        """Write one table."""
        start = self._open()
        rows = [[cell.text for cell in row] for row in raw.rows]
        layout = shape(rows, short=_SHORT_ROWS[raw.layout])
        cells: list[Cell] = []
        row = 0
        fresh = True
        for placed in layout.cells:
            while row < placed.row:
                self.out.separate("\n")
                row, fresh = row + 1, True
            if not fresh:
                self.out.separate("\t")
            fresh = False
            left = self.out.length
            source = raw.rows[placed.row][placed.index]
            for k, (begin, end) in enumerate(source.pieces):
                if k and raw.layout == "cells":
                    self.out.join("cell_line")
                self.out.take(begin, end)
            span = Span(left, self.out.length)
            origin = "text" if len(span) else "blank"
            indent = _indent(self.source, source.pieces[0][0]) if source.pieces else 0
            cells.append(
                Cell(row, placed.col, placed.rowspan, placed.colspan, span, origin, indent=indent)  # type: ignore[arg-type]
            )
        span = Span(start, self.out.length)
        pages = self._pages(raw)
        reasons = layout.reasons if raw.sure else (*layout.reasons, "单元格只凭次序还原，列的归属不能确定")
        sure = layout.sure and raw.sure
        table = Table(span, self._unit, layout.header_rows, tuple(cells), pages, layout.label_cols, sure, reasons)
        self.tables.append(table)
        self.blocks.append(Block("table", 0, span, pages[0] if pages else None))
        self._unit = ""

    def _pages(self, raw: RawTable) -> tuple[int, ...]:
        breaks = self._found.breaks
        if not breaks:
            return ()
        origins = [begin for row in raw.rows for cell in row for begin, _ in cell.pieces]
        return tuple(sorted({page_of(breaks, origin) for origin in origins}))

    def _open(self) -> int:
        if self.blocks:
            self.out.separate("\n")
        return self.out.length

    def _kind(self, text: str, group: Group, over_table: bool) -> BlockKind:
        number = headings.numbering(text)
        marks = group.lines[0].marks
        if marks:
            return "title" if self._front and marks == 1 and number is None else "heading"
        if over_table and number is None and headings.caption(text):
            return "caption"
        if headings.unit_line(text) or headings.attachment(text):
            return "note"
        if (self._listing and number is not None) or _LIST_OF_ATTACHMENTS.match(text):
            if len(text) <= 60 and (number is None or number.level > 2) and text[-1] != "。":
                return "note"
            self._listing = False
        if number is not None:
            return "heading" if headings.heading(text, number) else "para"
        if self._front and headings.title(text):
            return "title"
        return "signature" if headings.signature(text) else "para"


def _indent(source: str, begin: int) -> int:
    """Width of the blanks right before an offset, a full-width one counting 2."""
    width = 0
    while begin > 0 and source[begin - 1] in " \u3000\xa0" and width < 80:
        begin -= 1
        width += 2 if source[begin] == "\u3000" else 1
    return width
