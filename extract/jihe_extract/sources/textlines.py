"""Decoded text to lines: where they start and end, which are page furniture, which characters never count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jihe_extract.document import Dropped
from jihe_extract.grids.textgrid import Line
from jihe_extract.pages.headings import numbering

_LINE = re.compile(r"([^\n\r\f\v\x85\u2028\u2029]*)(\r\n|[\n\r\f\v\x85\u2028\u2029]|\Z)")
_UNSEEN = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_HOLE = re.compile(f"[{_UNSEEN}]+")
_MARKED = re.compile(rf"[{_UNSEEN}]+|\*\*")
_HASHES = re.compile(r"(#{1,6})[ \t]+")
_EDGE = re.compile(f"[ \t\u3000\xa0{_UNSEEN}]*")
_TAIL = " \t\u3000\xa0" + "".join(
    chr(c) for c in (*range(9), *range(14, 32), 127, 173, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF)
)
_DASHED = re.compile(r"[-—–－─·~]\s*\d{1,4}\s*[-—–－─·~]$|第\s*\d{1,4}\s*页(?:\s*[,，/、]?\s*共\s*\d{1,4}\s*页)?$")
_SLASHED = re.compile(r"\d{1,4}\s*/\s*(\d{1,4})$")
_BARE = re.compile(r"\d{1,4}$")
_CONTENTS = re.compile(r"目\s*[录次]$")
_LEADER = re.compile(r"(?:…{2,}|[.．]{4,}|[·•]{4,}|_{4,}|-{6,}|(?:\. ){3,})\s*[-—]?\s*\d{1,3}\s*[-—]?$")
_ENTRY = re.compile(r"[^\d\s.]\s+\d{1,3}$")
_DIGITS = re.compile(r"\d+")
_HEAD_LIMIT = 60


def visible(text: str) -> str:
    """The text without the characters that nobody sees, such as blanks of no width inside figures.

    >>> visible("1,2\u200b34.50万元")
    '1,234.50万元'
    """
    return text if text.isascii() else _HOLE.sub("", text)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a source, its page breaks (source offsets) and the ranges without visible characters."""

    lines: list[Line]
    breaks: list[int]
    holes: list[tuple[int, int]]

    def plain(self, text: str) -> str:
        """A line's text as a reader sees it."""
        return _MARKED.sub("", text).strip() if self.holes else text.rstrip("\t ")


def scan(source: str, *, markdown: bool = False) -> Lines:
    """Cut a source into lines; in Markdown, ``#`` and ``**`` marks are holes."""
    lines: list[Line] = []
    breaks: list[int] = []
    for match in _LINE.finditer(source):
        left, right = match.span(1)
        if left == right:
            lines.append(Line("", right, right, 0, True, len(breaks) + 1))
            if match.group(2) == "\f":
                breaks.append(match.end())
            continue
        edge = _EDGE.match(source, left, right)
        start = edge.end() if edge else left
        marks = _HASHES.match(source, start, right) if markdown else None
        start = marks.end() if marks else start
        text = source[start:right].rstrip(_TAIL)
        end = start + len(text)
        if source.find("\t", start, right) >= 0 and text:
            text = source[start:right]
        tab = source.count("\t", left, min(start, right)) if source.startswith("\t", left) and left < right else 0
        if not text:
            start = end = right
        hollow = not text and not source[left:right].strip("\t")
        lines.append(Line(text, start, end, tab, hollow, len(breaks) + 1, len(marks[1]) if marks else 0))
        if match.group(2) == "\f":
            breaks.append(match.end())
    while breaks and not source[breaks[-1] :].strip():
        breaks.pop()
    pattern = _MARKED if markdown else _HOLE
    holes = [m.span() for m in pattern.finditer(source)]
    return Lines(lines, breaks, holes)


def furniture(found: Lines) -> dict[int, str]:
    """Lines that belong to the page and not to the text: index to kind (``page_no``, ``head``, ``foot``)."""
    lines = found.lines
    kinds = _edges(found)
    bare: list[tuple[int, int]] = []
    totals: Counter[str] = Counter()
    slashed: list[tuple[int, str]] = []
    for i, line in enumerate(lines):
        if not line.text or len(line.text) > 20 or line.tab or not _DIGITS.search(line.text):
            continue
        if _DASHED.match(line.text):
            kinds[i] = "page_no"
        elif (match := _SLASHED.match(line.text)) is not None:
            slashed.append((i, match[1]))
            totals[match[1]] += 1
        elif _BARE.match(line.text):
            bare.append((i, int(line.text)))
    kinds.update(_contents(lines))
    kinds.update((i, "page_no") for i, total in slashed if totals[total] > 1)
    kinds.update((i, "page_no") for i in _counting(bare, lines))
    return kinds


def _contents(lines: Sequence[Line]) -> dict[int, str]:
    """The lines of a table of contents: dot leaders with a page number, or any line under 目录 that ends in one."""
    kinds: dict[int, str] = {}
    under = False
    for i, line in enumerate(lines):
        if line.blank:
            continue
        if _CONTENTS.match(line.text):
            under = True
            kinds[i] = "toc"
        elif len(line.text) <= 100 and (_LEADER.search(line.text) or (under and _ENTRY.search(line.text))):
            kinds[i] = "toc"
        else:
            under = False
    return kinds if any(not _CONTENTS.match(lines[i].text) for i in kinds) else {}


def _counting(bare: Sequence[tuple[int, int]], lines: Sequence[Line]) -> list[int]:
    """Bare numbers that stand alone and count the pages up by one, at least three of them."""
    alone = [(i, n) for i, n in bare if _apart(lines, i - 1) and _apart(lines, i + 1)]
    best: list[int] = []
    run: list[int] = []
    for k, (i, n) in enumerate(alone):
        if k and n == alone[k - 1][1] + 1 and i - alone[k - 1][0] >= 5:
            run.append(i)
        else:
            run = [i]
        if len(run) > len(best):
            best = list(run) if len(run) < 3 else run
    return best if len(best) >= 3 else []


def _apart(lines: Sequence[Line], i: int) -> bool:
    return not 0 <= i < len(lines) or lines[i].blank


def _edges(found: Lines) -> dict[int, str]:
    """First and last lines of pages that recur, digits aside, on at least two pages in five."""
    if not found.breaks:
        return {}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, line in enumerate(found.lines):
        if not line.blank:
            first.setdefault(line.page, i)
            last[line.page] = i
    pages = len(found.breaks) + 1
    kinds: dict[int, str] = {}
    for at, kind in ((first, "head"), (last, "foot")):
        masked = {i: _DIGITS.sub("0", found.lines[i].text[: _HEAD_LIMIT + 1]) for i in at.values()}
        counts = Counter(masked.values())
        for i, mask in masked.items():
            number = _BARE.match(found.lines[i].text) is not None
            recurs = counts[mask] >= 2 and counts[mask] * 5 >= pages * 2
            fixed = len(mask) <= _HEAD_LIMIT and not mask.endswith(("。", "；")) and numbering(mask) is None
            if recurs and fixed and not found.lines[i].tab:
                kinds[i] = "page_no" if number else kind
    return kinds


def unseen(source: str, holes: Sequence[tuple[int, int]]) -> list[Dropped]:
    """One entry for each unseen character that was left out, with its count."""
    counts = Counter(c for start, end in holes for c in source[start:end] if c != "*")
    return [Dropped("control", f"U+{ord(c):04X}×{n}") for c, n in sorted(counts.items())]
