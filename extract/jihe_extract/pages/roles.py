"""What each paragraph of a report is: title, heading with its depth, caption, unit line, signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jihe_extract.pages import headings
from jihe_extract.pages.flow import FlowPara, FlowTable, Item

_TITLE_REACH = 12


def give_roles(items: Sequence[Item]) -> list[Item]:
    """The same items with kinds, heading levels and numbers, and tables with the unit line over them.

    A kind that a reader has set itself (a heading style, a note) is kept.
    """
    outline = headings.Outline()
    out: list[Item] = []
    titled = False
    for i, item in enumerate(items):
        if isinstance(item, FlowTable):
            out.append(_with_unit(item, items[max(0, i - 3) : i]))
            continue
        follower = items[i + 1] if i + 1 < len(items) else None
        para = _role(item, outline, follower, titled or i >= _TITLE_REACH)
        titled = titled or para.kind == "heading"
        out.append(para)
    return out


def _role(para: FlowPara, outline: headings.Outline, follower: Item | None, titled: bool) -> FlowPara:
    text = para.passage.text.strip()
    if para.kind != "para":
        return _kept(para, text, outline)
    number = headings.numbering(text)
    if number is not None:
        if headings.heading(text, number):
            return replace(para, kind="heading", level=outline.level(number), number=number.text)
        outline.note(number)
        return replace(para, number=number.text)
    if isinstance(follower, FlowTable) and (headings.caption(text) or headings.attachment(text)):
        return replace(para, kind="caption")
    if headings.unit_line(text):
        return replace(para, kind="note")
    if headings.signature(text):
        return replace(para, kind="signature")
    if not titled and headings.title(text):
        return replace(para, kind="title")
    if headings.caption(text) and len(text) <= 40 and text[-1] == "表":
        return replace(para, kind="caption")
    return para


def _kept(para: FlowPara, text: str, outline: headings.Outline) -> FlowPara:
    number = headings.numbering(text) if para.kind == "heading" else None
    if number is None:
        return para
    return replace(para, level=outline.level(number), number=para.number or number.text)


def _with_unit(table: FlowTable, before: Sequence[Item]) -> FlowTable:
    """The unit line among the last paragraphs before the table, or in its first row, or its caption."""
    if table.unit:
        return table
    for item in reversed(before):
        if isinstance(item, FlowTable):
            break
        text = item.passage.text.strip()
        unit = headings.unit_line(text) or (headings.caption_unit(text) if headings.caption(text) else "")
        if unit:
            return replace(table, unit=unit)
        if len(text) > 60:
            break
    for cell in table.cells:
        if cell.row <= 1 and (unit := headings.unit_line(cell.passage.text.strip())):
            return replace(table, unit=unit)
    return table
