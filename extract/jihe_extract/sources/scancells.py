"""Cells of scanned tables: stretches cut at ruling lines and read again, blank cells kept blank."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jihe_extract.grids.tables import Grid, GridCell
from jihe_extract.sources import ocr
from jihe_extract.sources.picture import letters_ink

Image = NDArray[np.uint8]
_KEEP = 0.8
_INSET = 3
_STROKES = frozenset("1lI|丨一-—－_~'’‘`,.，。、·:：;/\\7")
_LEAST_INK = 14
_CUT_SHARE = 0.15


@dataclass(slots=True)
class Mended:
    """All characters of the page, and the (row, column) of cells whose ink nobody could read."""

    letters: list[ocr.Letter] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    cut_up: list[int] = field(default_factory=list)
    """Grids whose lines run through so many stretches of text that they can hardly be right."""


def mend_cells(found: list[ocr.Found], grids: list[Grid], grey: Image, bits: Image, scale: float) -> Mended:
    """Check the stretches against the cells. ``bits`` is the ink without ruling lines; ``scale`` pixels a point."""
    out = Mended()
    rest: list[ocr.Found] = []
    held: dict[tuple[int, int], list[ocr.Found]] = {}
    total: Counter[int] = Counter()
    cuts: Counter[int] = Counter()
    for stretch in found:
        places = _cells_under(stretch, grids, scale)
        total.update({g for g, _ in places})
        cuts.update({g for g, _ in places if len(places) > 1})
        if not places:
            rest.append(stretch)
        elif len(places) == 1:
            held.setdefault(places[0], []).append(stretch)
        else:
            for place, piece in _cut(stretch, places, grids, grey, scale):
                held.setdefault(place, []).append(piece)
    out.cut_up = [g for g in total if cuts[g] > max(2, _CUT_SHARE * total[g])]
    for stretch in rest:
        out.letters += stretch.letters
    for g, grid in enumerate(grids):
        for i, cell in enumerate(grid.cells):
            stretches = held.get((g, i), [])
            box = _pixels(cell, scale, bits.shape)
            kept = [s for s in stretches if not _stray(s, box, bits)]
            kept = [_upright_column(s, grey, bits) for s in kept]
            if kept:
                if len(kept) == 1 and kept[0].text == "一":  # alone in a cell it is the dash that stands for nothing
                    kept[0].letters = [replace(kept[0].letters[0], text="—")]
                for stretch in sorted(kept, key=lambda s: (round(s.top / max(s.bottom - s.top, 1)), s.x0)):
                    out.letters += stretch.letters
                continue
            read = _read_blank(box, grey, bits)
            if read is None:
                out.unread.append((cell.row, cell.col))
            else:
                out.letters += read
    return out


def _cells_under(stretch: ocr.Found, grids: list[Grid], scale: float) -> list[tuple[int, int]]:
    """The cells that hold the centre of at least one of the stretch's characters, left to right."""
    places: list[tuple[int, int]] = []
    for letter in stretch.letters:
        x, y = (letter.x0 + letter.x1) / 2 / scale, (letter.top + letter.bottom) / 2 / scale
        for g, grid in enumerate(grids):
            x0, top, x1, bottom = grid.box
            if not (x0 <= x < x1 and top <= y < bottom):
                continue
            for i, cell in enumerate(grid.cells):
                if cell.x0 <= x < cell.x1 and cell.top <= y < cell.bottom and (g, i) not in places:
                    places.append((g, i))
    return places


def _cut(
    stretch: ocr.Found, places: list[tuple[int, int]], grids: list[Grid], grey: Image, scale: float
) -> list[tuple[tuple[int, int], ocr.Found]]:
    """Read again what of a stretch lies in each cell."""
    pieces = []
    for place in places:
        cell = grids[place[0]].cells[place[1]]
        x0, x1 = max(stretch.x0, cell.x0 * scale + 2), min(stretch.x1, cell.x1 * scale - 2)
        top, bottom = max(stretch.top, cell.top * scale + 1), min(stretch.bottom, cell.bottom * scale - 1)
        if x1 - x0 < 5 or bottom - top < 5:
            continue
        text, score = ocr.read_line(_rgb(grey[int(top) : int(bottom) + 1, int(x0) : int(x1) + 1]))
        if text:
            pieces.append((place, ocr.Found(x0, top, x1, bottom, ocr.spread(text, score, x0, top, x1, bottom))))
    return pieces


def _rgb(grey: Image) -> Image:
    padded = np.pad(grey, 6, constant_values=255)
    return np.repeat(padded[..., None], 3, axis=2)


def _pixels(cell: GridCell, scale: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The inside of a cell in pixels: x0, top, x1, bottom."""
    x0, top = int(cell.x0 * scale) + _INSET, int(cell.top * scale) + _INSET
    x1, bottom = int(cell.x1 * scale) - _INSET, int(cell.bottom * scale) - _INSET
    return max(x0, 0), max(top, 0), min(x1, shape[1]), min(bottom, shape[0])


def _stray(stretch: ocr.Found, box: tuple[int, int, int, int], bits: Image) -> bool:
    """Whether a reading of a stroke or two is only the rest of a ruling line or a speck."""
    if any(c not in _STROKES for c in stretch.text):
        return False
    x0, top, x1, bottom = box
    if x1 - x0 < 4 or bottom - top < 4:
        return True
    clean = letters_ink(np.ascontiguousarray(bits[top:bottom, x0:x1]))
    left, up = max(int(stretch.x0) - x0 - 2, 0), max(int(stretch.top) - top - 2, 0)
    part = clean[up : max(int(stretch.bottom) - top + 2, 0), left : max(int(stretch.x1) - x0 + 2, 0)]
    return int(part.sum()) < _LEAST_INK


def _read_blank(box: tuple[int, int, int, int], grey: Image, bits: Image) -> list[ocr.Letter] | None:
    """Read a cell in which nothing was found from its ink alone; [] when it is blank, None when unreadable."""
    x0, top, x1, bottom = box
    if x1 - x0 < 6 or bottom - top < 6:
        return []
    clean = letters_ink(np.ascontiguousarray(bits[top:bottom, x0:x1]))
    if int(clean.sum()) < _LEAST_INK:
        return []
    rows, cols = np.flatnonzero(clean.any(axis=1)), np.flatnonzero(clean.any(axis=0))
    if rows[-1] - rows[0] < 5:
        return _dash(rows, cols, box)
    part = (slice(top + rows[0], top + rows[-1] + 1), slice(x0 + cols[0], x0 + cols[-1] + 1))
    mask = clean[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    image = np.where(_grown(mask), grey[part], 255).astype(np.uint8)
    text, score = ocr.read_line(_rgb(image))
    if not text or score < _KEEP:
        return None
    return ocr.spread(text, score, x0 + cols[0], top + rows[0], x0 + cols[-1], top + rows[-1])


def _dash(rows: NDArray[np.int64], cols: NDArray[np.int64], box: tuple[int, int, int, int]) -> list[ocr.Letter]:
    """A flat stroke in the middle of an otherwise empty cell is the dash that stands for nothing."""
    x0, top, x1, bottom = box
    middle = (rows[0] + rows[-1]) / 2 / max(bottom - top, 1)
    centre = (cols[0] + cols[-1]) / 2 / max(x1 - x0, 1)
    if not (cols[-1] - cols[0] >= 8 and 0.3 < middle < 0.7 and 0.25 < centre < 0.75):
        return []
    return ocr.spread("—", _KEEP, x0 + cols[0], top + rows[0] - 4, x0 + cols[-1], top + rows[-1] + 4)


def _grown(mask: Image) -> NDArray[np.bool_]:
    import cv2

    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.bool_)


def _upright_column(stretch: ocr.Found, grey: Image, bits: Image) -> ocr.Found:
    """Read a stretch of characters that stand below one another character by character."""
    wide, high = stretch.x1 - stretch.x0, stretch.bottom - stretch.top
    if high < 1.7 * wide or len(stretch.letters) < 2:
        return stretch
    x0, x1 = max(int(stretch.x0), 0), int(stretch.x1) + 1
    top, bottom = max(int(stretch.top), 0), int(stretch.bottom) + 1
    filled = bits[top:bottom, x0:x1].any(axis=1).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled, [0])))).reshape(-1, 2)
    pieces: list[list[int]] = []
    for start, end in edges.tolist():
        if pieces and end - pieces[-1][0] <= 1.15 * wide:
            pieces[-1][1] = end
        else:
            pieces.append([start, end])
    letters: list[ocr.Letter] = []
    for start, end in pieces:
        if end - start < 4:
            continue
        text, score = ocr.read_line(_rgb(grey[top + start : top + end, x0:x1]))
        letters += ocr.spread(text, score, x0, top + start, x1, top + end)
    return ocr.Found(stretch.x0, stretch.top, stretch.x1, stretch.bottom, letters) if letters else stretch
