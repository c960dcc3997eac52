"""How a report's text is laid out: insertions into the plain text that keep every gold offset true."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable

import msgspec

from jihe_corpus.gold import Gold, GoldClaim, GoldFact, GoldRow, Quote

Insertion = tuple[int, str]


def insert(text: str, gold: Gold, insertions: list[Insertion]) -> tuple[str, Gold]:
    """Text with pieces put in before the given offsets, and the gold moved along."""
    insertions = sorted(insertions)
    pieces: list[str] = []
    last = 0
    for at, piece in insertions:
        pieces += [text[last:at], piece]
        last = at
    pieces.append(text[last:])
    changed = "".join(pieces)
    offsets = [at for at, _ in insertions]
    grown = [0]
    for _, piece in insertions:
        grown.append(grown[-1] + len(piece))

    def move(start: int, end: int) -> tuple[int, int]:
        return start + grown[bisect_right(offsets, start)], end + grown[bisect_left(offsets, end)]

    return changed, relocate(gold, changed, move)


def relocate(gold: Gold, text: str, move: Callable[[int, int], tuple[int, int]]) -> Gold:
    """The gold with every place moved, its quotes cut afresh from ``text``."""

    def fact(item: GoldFact) -> GoldFact:
        start, end = move(item.start, item.end)
        return msgspec.structs.replace(item, start=start, end=end, quote=text[start:end])

    def quote(item: Quote) -> Quote:
        start, end = move(item.start, item.end)
        return Quote(quote=text[start:end], start=start, end=end)

    def row(item: GoldRow) -> GoldRow:
        texts = {n: getattr(item, n) for n in ("name", "target_text", "actual_text", "reason", "remedy")}
        return msgspec.structs.replace(item, **{n: quote(q) for n, q in texts.items() if q})

    def claim(item: GoldClaim) -> GoldClaim:
        return msgspec.structs.replace(item, items=tuple(quote(q) for q in item.items))

    return msgspec.structs.replace(
        gold,
        facts=tuple(fact(f) for f in gold.facts),
        rows=tuple(row(r) for r in gold.rows),
        claims=tuple(claim(c) for c in gold.claims),
        findings=tuple(msgspec.structs.replace(f, quotes=tuple(quote(q) for q in f.quotes)) for f in gold.findings),
        clear=tuple(msgspec.structs.replace(c, quotes=tuple(quote(q) for q in c.quotes)) for c in gold.clear),
    )


_NO_BREAK_BEFORE = set("，。；：、！？）》”%")


def wrap(text: str, gold: Gold, width: int = 32, gap: str = "\n\n", page: int = 0) -> tuple[str, Gold]:
    """Break long lines as a PDF's text comes out: mid-sentence, even inside numbers.

    ``page`` > 0 puts extra blank lines after so many lines, as page breaks do. Tables (lines with tabs or
    pipes) and their lines are left whole.
    """
    insertions: list[Insertion] = []
    at = lines = 0
    for line in text.split("\n"):
        end = at + len(line)
        whole = "\t" in line or line.startswith("|")
        point = at + width
        while not whole and point < end - 1:
            if text[point] in _NO_BREAK_BEFORE:
                point += 1
                continue
            lines += 1
            extra = "\n\n" if page and lines % page == 0 else ""
            insertions.append((point, gap + extra))
            point += width
        if end < len(text) and gap == "\n\n" and not whole:
            insertions.append((end, "\n"))
        at = end + 1
    return insert(text, gold, insertions)


def loosen(text: str, gold: Gold, rng: random.Random, share: float = 0.5) -> tuple[str, Gold]:
    """Blanks between Chinese characters and figures, as typesetters and OCR leave them."""
    insertions: list[Insertion] = []
    for fact in gold.facts:
        if rng.random() < share and fact.start and "一" <= text[fact.start - 1] <= "鿿":
            insertions.append((fact.start, " "))
        unit = next((i for i in range(fact.start, fact.end) if text[i] in "万元亿人次个项"), None)
        if unit is not None and unit > fact.start and rng.random() < share and text[unit - 1].isdigit():
            insertions.append((unit, " "))
    return insert(text, gold, insertions)
