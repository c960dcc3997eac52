"""Lists written an item a line, read as the one sentence that they are.

``项目支出预算100万元，明细如下：⏎1.清淤项目60万元；⏎2.绿化项目40万元。`` sets each part on a line of its own. For
binding, the lines are one block and their ends are ；, character for character, so that offsets stay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import regex
from msgspec.structs import replace

from jihe_extract.document import Block, Document, Span
from jihe_extract.pages import headings

_AMOUNT = regex.compile(r"\d\s*(?:亿|万|千)?元")
_ANNOUNCES = regex.compile(
    r"(?:如下|明细|其中|分别[为是]|包括|包含|具体[为是]|构成|组成|分项|列示|安排情况|支出情况|有|是|为|项目)[：:]\s*$|如下。\s*$"
)
_LONGEST = 160
"""Characters of an item, its own explanation included."""
_LEAST = 2


def lists_joined(document: Document) -> Document:
    """The document with each list of amounts, an item a line, as one block; itself when it has none."""
    document = _mended(document)
    runs = _runs(document)
    if not runs:
        return document
    text = list(document.text)
    blocks = list(document.blocks)
    for first, last in reversed(runs):
        for block, following in zip(blocks[first + 1 : last], blocks[first + 2 : last + 1], strict=True):
            _stop(text, block.span.end, following.span.start)
        begin, end = blocks[first].span, blocks[first + 1].span
        for i in range(begin.end, end.start):
            text[i] = " "
        if text[begin.end - 1] == "。":
            text[begin.end - 1] = "："
        blocks[first : last + 1] = [replace(blocks[first], span=Span(begin.start, blocks[last].span.end))]
    return dataclasses.replace(document, text="".join(text), blocks=tuple(blocks))


def _mended(document: Document) -> Document:
    """A list within a paragraph that a line end at one of its ；s has cut in two is one block again."""
    text, blocks = document.text, list(document.blocks)
    for i in range(len(blocks) - 2, -1, -1):
        before, after = blocks[i], blocks[i + 1]
        if before.kind != "para" or after.kind != "para" or after.number:
            continue
        told = text[before.span.start : before.span.end].rstrip()
        if told.endswith("；") and told.count("；") > 1 and _AMOUNT.search(told):
            gap = after.span.start - before.span.end
            text = text[: before.span.end] + " " * gap + text[after.span.start :]
            blocks[i : i + 2] = [replace(before, span=Span(before.span.start, after.span.end))]
    return (
        document
        if len(blocks) == len(document.blocks)
        else dataclasses.replace(document, text=text, blocks=tuple(blocks))
    )


def _stop(text: list[str], end: int, start: int) -> None:
    """Make the end of an item and the break behind it a ；."""
    for i in range(end, start):
        text[i] = " "
    last = end - 1
    while last > 0 and text[last] in " \u3000\t":
        last -= 1
    if text[last] in "。；;，,":
        text[last] = "；"
    else:
        text[end] = "；"


def _runs(document: Document) -> list[tuple[int, int]]:
    """The blocks that announce a list of amounts, each with the last block of its list."""
    blocks = document.blocks
    found: list[tuple[int, int]] = []
    i = 0
    while i + _LEAST < len(blocks):
        opener = document.quote(blocks[i].span)
        last = _end(document, blocks, i) if _announces(blocks[i], opener) else i
        if last - i >= _LEAST:
            found.append((i, last))
        i = max(last, i + 1)
    return found


def _announces(block: Block, text: str) -> bool:
    return block.kind == "para" and bool(_AMOUNT.search(text)) and bool(_ANNOUNCES.search(text))


def _end(document: Document, blocks: Sequence[Block], opener: int) -> int:
    """The last item's place; the opener's own when what follows is no list of amounts."""
    last = opener
    style, value = "", 0
    for at in range(opener + 1, len(blocks)):
        block = blocks[at]
        text = document.quote(block.span).strip()
        number = headings.numbering(text)
        told = number.style if number else ""
        if block.kind == "table" or len(text) > _LONGEST or not _AMOUNT.search(text) or "。" in text[:-1]:
            break
        if at == opener + 1:
            style = told
            if number is not None and number.value != 1:
                break
        elif told != style or (number is not None and number.value != value + 1):
            break
        value = number.value if number else 0
        last = at
        if not style and text[-1:] == "。":
            break
    return last
