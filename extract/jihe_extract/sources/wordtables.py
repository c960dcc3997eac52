"""Word tables: the grid from gridSpan and vMerge, with spans clamped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jihe_extract.document import Warning_
from jihe_extract.pages.flow import FlowCell, FlowPara, FlowTable, Item, Passage
from jihe_extract.sources.wordnumbers import W, value_of

if TYPE_CHECKING:
    from jihe_extract.sources.docx import Walk

_THROUGH = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"}


def read_table(element: Any, walk: Walk) -> list[Item]:
    """A table, and after it the tables nested in its cells; a table of one cell is only a frame."""
    rows = [row for row in _children(element, f"{W}tr") if not _deleted_row(row, walk)]
    if len(rows) > walk.limits.rows:
        walk.warnings.append(Warning_("table_cut", f"表格超过{walk.limits.rows}行，只读取前{walk.limits.rows}行"))
        rows = rows[: walk.limits.rows]
    if len(rows) == 1 and len(list(_children(rows[0], f"{W}tc"))) == 1:
        return _framed(next(iter(_children(rows[0], f"{W}tc"))), walk)
    table = FlowTable([])
    nested: list[Item] = []
    running: dict[int, FlowCell] = {}
    for r, row in enumerate(rows):
        col = _span(value_of(row.find(f"{W}trPr"), "gridBefore"), walk, least=0)
        for tc in _children(row, f"{W}tc"):
            properties = tc.find(f"{W}tcPr")
            width = _span(value_of(properties, "gridSpan"), walk)
            if col + width > walk.limits.columns:
                break
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            goes_on = merge is not None and str(merge.get(f"{W}val") or "continue") == "continue"
            over = running.get(col)
            if goes_on and over is not None and over.colspan == width and over.row + over.rowspan == r:
                over.rowspan += 1
                _append(over.passage, *_content(tc, walk), nested)
            else:
                cell = FlowCell(r, col, 1, width, Passage())
                _append(cell.passage, *_content(tc, walk), nested)
                table.cells.append(cell)
                running[col] = cell
            col += width
    if len(table.cells) > walk.limits.grid_cells:
        walk.warnings.append(Warning_("table_cut", "表格单元格过多，未读取该表"))
        return nested
    return [table, *nested]


def _children(element: Any, tag: str) -> list[Any]:
    """Rows or cells, also those wrapped in content controls or insertions."""
    out = []
    for child in element.iterchildren("*"):
        if child.tag == tag:
            out.append(child)
        elif child.tag in _THROUGH:
            out += _children(child, tag)
    return out


def _deleted_row(row: Any, walk: Walk) -> bool:
    properties = row.find(f"{W}trPr")
    if properties is None or properties.find(f"{W}del") is None:
        return False
    walk.drop("deleted", "".join(row.itertext()))
    return True


def _span(text: str, walk: Walk, least: int = 1) -> int:
    """A column count from the file, clamped to what a page can hold."""
    count = int(text) if text.isdecimal() else least
    if count > walk.limits.columns:
        walk.warnings.append(Warning_("span_clamped", "单元格跨列数异常，已按上限处理"))
        return walk.limits.columns
    return max(count, least)


def _content(tc: Any, walk: Walk) -> tuple[list[str], list[Item]]:
    """Texts of a cell's paragraphs, and the tables in it."""
    outer, walk.items = walk.items, []
    try:
        walk.blocks(tc)
        found = walk.items
    finally:
        walk.items = outer
    texts = [item.passage.text for item in found if isinstance(item, FlowPara)]
    return texts, [item for item in found if isinstance(item, FlowTable)]


def _append(passage: Passage, texts: list[str], tables: list[Item], nested: list[Item]) -> None:
    for text in texts:
        if passage.text:
            passage.append(" ")
        passage.append(text)
    nested += tables


def _framed(tc: Any, walk: Walk) -> list[Item]:
    outer, walk.items = walk.items, []
    try:
        walk.blocks(tc)
        return walk.items
    finally:
        walk.items = outer
