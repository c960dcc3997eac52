"""Page and box of every character of a document that has no pages, from a rendering of it as PDF."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from jihe_extract.charmap import NO_SCORE, CharMap
from jihe_extract.document import Document, Warning_
from jihe_extract.limits import Limits

_ANCHOR = 10
_SMALL = 4_000
_STRAY = 3_000


def place_by_rendering(document: Document, pdf: bytes | None, limits: Limits) -> Document:
    """The document with the pages and boxes of its rendering; unchanged but for a warning when that failed."""
    if pdf is None:
        warning = Warning_("no_rendering", "LibreOffice 未能排版该文件，证据位置只给出段落和单元格")
        return dataclasses.replace(document, warnings=(*document.warnings, warning))
    text, pages, boxes, count = rendered_characters(pdf, limits)
    places = align(document.text, text)
    found = places >= 0
    page_of = np.zeros(len(places), np.int32)
    box_of = np.zeros((len(places), 4), boxes.dtype)
    page_of[found] = pages[places[found]]
    box_of[found] = boxes[places[found]]
    chars = CharMap(page_of, box_of, np.full(len(places), NO_SCORE, np.uint8))
    return dataclasses.replace(
        document,
        source_map=chars,
        pages=count,
        blocks=tuple(replace(b, page=_first_page(page_of, b.span.start, b.span.end)) for b in document.blocks),
        tables=tuple(
            replace(
                table,
                cells=tuple(replace(c, boxes=chars.boxes(c.span)) for c in table.cells),
                pages=tuple(sorted({int(p) for p in page_of[table.span.start : table.span.end] if p})),
            )
            for table in document.tables
        ),
        warnings=(
            *document.warnings,
            Warning_("rendered_pages", "页码和位置按 LibreOffice 排版得出，可能与 Word 中略有出入"),
        ),
    )


def _first_page(pages: NDArray[np.int32], start: int, end: int) -> int | None:
    placed = np.flatnonzero(pages[start:end])
    return int(pages[start + placed[0]]) if len(placed) else None


def rendered_characters(
    pdf: bytes, limits: Limits
) -> tuple[str, NDArray[np.int32], NDArray[np.int16] | NDArray[np.int32], int]:
    """All visible characters of a PDF in stream order with page and box in tenths of a point."""
    from jihe_extract.sources.pdf import open_pdf
    from jihe_extract.sources.pdfium import PageSpace, page_glyphs

    document = open_pdf(pdf)
    texts: list[str] = []
    pages: list[NDArray[np.int32]] = []
    boxes: list[NDArray[np.float32]] = []
    try:
        count = len(document)
        for index in range(min(count, limits.pages)):
            page = document[index]
            glyphs, _ = page_glyphs(page, PageSpace(page), limits)
            page.close()
            inked = np.array([not c.isspace() for c in glyphs.text], np.bool_)
            if not inked.any():
                continue
            texts.append("".join(c for c in glyphs.text if not c.isspace()))
            boxes.append(glyphs.boxes[inked])
            pages.append(np.full(int(inked.sum()), index + 1, np.int32))
    finally:
        document.close()
    if not texts:
        return "", np.zeros(0, np.int32), np.zeros((0, 4), np.int16), count
    tenths = np.rint(np.concatenate(boxes) * 10).astype(np.int32)
    return "".join(texts), np.concatenate(pages), tenths, count


def align(text: str, rendered: str) -> NDArray[np.int64]:
    """For each character of ``text`` its index in ``rendered``, -1 for white space and what has no partner.

    Both run in the same order. Long stretches that occur once on both sides are the anchors; what lies
    between two anchors is compared in detail.
    """
    index = np.array([i for i, c in enumerate(text) if not c.isspace()], np.int64)
    bare = "".join(c for c in text if not c.isspace())
    places = np.full(len(text), -1, np.int64)
    at_a = at_b = 0
    for a, b, n in [*_anchors(bare, rendered), (len(bare), len(rendered), 0)]:
        for i, j, m in _matches(bare[at_a:a], rendered[at_b:b]):
            places[index[at_a + i : at_a + i + m]] = np.arange(at_b + j, at_b + j + m)
        places[index[a : a + n]] = np.arange(b, b + n)
        at_a, at_b = a + n, b + n
    inked = places[index]
    _place_strays(bare, rendered, inked)
    places[index] = inked
    return places


def _place_strays(bare: str, rendered: str, places: NDArray[np.int64]) -> None:
    """Find the rest of cells that a page end has moved behind their neighbours: exact text, nearest place."""
    used = np.zeros(len(rendered), np.bool_)
    used[places[places >= 0]] = True
    spare = _stretches(~used)
    for start, end in _stretches(places < 0):
        near = places[max(0, start - 1)] if start else 0
        wanted = bare[start:end]
        found = [
            at
            for i, j in spare
            if (at := rendered.find(wanted, i, j)) >= 0 and abs(at - near) < _STRAY and not used[at]
        ]
        if found:
            at = min(found, key=lambda k: abs(k - near))
            places[start:end] = np.arange(at, at + end - start)
            used[at : at + end - start] = True


def _stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which the mask holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _anchors(a: str, b: str) -> list[tuple[int, int, int]]:
    """Increasing, disjoint matches built on pieces that occur exactly once in each string."""
    once_a, once_b = _unique(a), _unique(b)
    pairs = sorted((i, once_b[piece]) for piece, i in once_a.items() if piece in once_b)
    chain = _increasing(pairs)
    anchors: list[tuple[int, int, int]] = []
    for i, j in chain:
        if anchors:
            p, q, n = anchors[-1]
            if i - p == j - q and i <= p + n:
                anchors[-1] = (p, q, i + _ANCHOR - p)
                continue
            if i < p + n or j < q + n:
                continue
        anchors.append((i, j, _ANCHOR))
    return anchors


def _unique(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for i in range(len(text) - _ANCHOR + 1):
        piece = text[i : i + _ANCHOR]
        found[piece] = -1 if piece in found else i
    return {piece: i for piece, i in found.items() if i >= 0}


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that increases on both sides."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        before[k] = ends[at - 1] if at else -1
        if at == len(tails):
            tails.append(j)
            ends.append(k)
        else:
            tails[at], ends[at] = j, k
    chain = []
    k = ends[-1] if ends else -1
    while k >= 0:
        chain.append(pairs[k])
        k = before[k]
    return chain[::-1]


def _matches(a: str, b: str) -> list[tuple[int, int, int]]:
    if not a or not b:
        return []
    if len(a) * len(b) > _SMALL * _SMALL:
        return []
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(m.a, m.b, m.size) for m in blocks if m.size]
