"""The numbered headings of a report: their values, runs of siblings, and numbers told inside paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex
from msgspec import Struct

from jihe_audit.ledger import Ledger
from jihe_extract.document import Block, Span

_CN = "一二三四五六七八九十"
_NO_ORDINAL = regex.compile(r"[^一二三四五六七八九十\d]")


@lru_cache(maxsize=1024)
def ordinal(number: str) -> int | None:
    """The value of a heading number (``（十一）`` → 11, ``3.`` → 3); None when it is none."""
    core = _NO_ORDINAL.sub("", number)
    if core.isdigit():
        return int(core)
    if not core or any(c not in _CN for c in core):
        return None
    if core == "十":
        return 10
    if core.startswith("十"):
        return 10 + _CN.index(core[1]) + 1
    if core.endswith("十"):
        return (_CN.index(core[0]) + 1) * 10
    if "十" in core:
        return (_CN.index(core[0]) + 1) * 10 + _CN.index(core[-1]) + 1
    return _CN.index(core) + 1 if len(core) == 1 else None


class Heading(Struct, frozen=True):
    """A numbered heading with its place among the blocks."""

    block: Block
    index: int
    value: int
    arabic: bool


def numbered(ledger: Ledger) -> list[Heading]:
    """The numbered headings of the report, in order."""
    found = []
    for index, block in enumerate(ledger.document.blocks):
        value = ordinal(block.number) if block.kind == "heading" and block.number else None
        if value is not None:
            found.append(Heading(block, index, value, any(c.isdigit() for c in block.number)))
    return found


_NUMBER, _HANZI_NUMBER = regex.compile(r"\d+"), regex.compile("[一二三四五六七八九十]+")


def _shape(number: str) -> str:
    return str(_HANZI_NUMBER.sub("一", _NUMBER.sub("1", number)))


def told_inline(ledger: Ledger, start: int, end: int, like: Heading) -> set[int]:
    """Numbers of the same shape that paragraphs between two blocks carry in front of their text."""
    return {
        value
        for block in ledger.document.blocks[start:end]
        if block.kind != "heading" and block.number and _shape(block.number) == _shape(like.block.number)
        if (value := ordinal(block.number)) is not None
    }


def siblings(headings: list[Heading], level: int) -> Iterator[list[Heading]]:
    """Runs of headings of one level under one parent."""
    run: list[Heading] = []
    for heading in headings:
        if heading.block.level < level:
            if run:
                yield run
            run = []
        elif heading.block.level == level:
            run.append(heading)
    if run:
        yield run


def title_of(ledger: Ledger, heading: Heading) -> str:
    """The words of a heading without its number."""
    text = ledger.document.quote(heading.block.span).strip()
    return text.removeprefix(heading.block.number).strip(" 　：:。、.")


def spot(heading: Heading, ledger: Ledger) -> Span:
    """Where a finding shows the heading."""
    text = ledger.document.quote(heading.block.span)
    end = heading.block.span.start + len(text.rstrip())
    return Span(heading.block.span.start, min(end, heading.block.span.start + 40))


def numeral(value: int, level: int) -> str:
    """How a number is written in front of a heading of a level."""
    numeral = _CN[value - 1] if value <= 10 else str(value)
    return f"（{numeral}）" if level == 2 else f"{numeral}、"
