"""Characters, ruling lines and images of one PDF page, straight from pdfium.

Everything is given in *display space*: points, origin at the top left of the page as a viewer shows it.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from jihe_extract.layout import Glyphs, turn_boxes
from jihe_extract.limits import Limits

_ANGLE_SLACK = 0.06
_UNSEEN = ((0x200B, 0x200F), (0x2060, 0x2064), (0xFEFF, 0xFEFF))
"""Characters without ink or width."""
_EVERY, _BIG = 12, 1.35


class PageSpace:
    """The way from pdfium's unrotated space (origin bottom left) into display space."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.rotation = page.get_rotation() % 360
        left, bottom, right, top = page.get_bbox()
        self.left, self.top = left, top
        self.plain = (right - left, top - bottom)
        self.width, self.height = self.plain if self.rotation % 180 == 0 else self.plain[::-1]

    def boxes(self, found: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn rows of left, bottom, right, top into rows of x0, top, x1, bottom."""
        out = np.empty_like(found)
        out[:, 0], out[:, 2] = found[:, 0] - self.left, found[:, 2] - self.left
        out[:, 1], out[:, 3] = self.top - found[:, 3], self.top - found[:, 1]
        return turn_boxes(out, self.rotation, *self.plain)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """One point of the unrotated space."""
        x, y = x - self.left, self.top - y
        width, height = self.plain
        if self.rotation == 90:
            return height - y, x
        if self.rotation == 180:
            return width - x, height - y
        if self.rotation == 270:
            return y, width - x
        return x, y


def page_glyphs(page: pdfium.PdfPage, space: PageSpace, limits: Limits) -> tuple[Glyphs, NDArray[np.float32]]:
    """The characters of the page in stream order, and the writing angle of each in radians.

    Characters that pdfium generated itself (spaces, line ends) are left out; the two UTF-16 halves of a
    rare character become one.
    """
    textpage = page.get_textpage()
    try:
        address = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
        count = max(min(raw.FPDFText_CountChars(textpage.raw), limits.page_characters), 0)
        codes, rects = _codes_and_rects(address, count)
        kept, text = _characters(codes, lambda i: _IS_GENERATED(address, i) == 1)
        corners = np.frombuffer(rects, np.float32).reshape(-1, 4)[kept]  # left, top, right, bottom
        corners = _pieces_made_whole(address, kept, text, corners)
        shown = _tame(space.boxes(corners[:, [0, 3, 2, 1]]))
        angles = _angles(address, kept, shown)
    finally:
        textpage.close()
    return Glyphs(text, shown, 0.8 * np.abs(shown[:, 3] - shown[:, 1]), None), angles


_RADICALS = {unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FD6)}
_LESS = 0.97


def _pieces_made_whole(
    address: int, kept: list[int], text: list[str], corners: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The boxes, with those of ideographs that a font names as radicals as big as their neighbours' boxes.

    pdfium folds such characters, and then gives the box of their ink alone: a stroke for 一.
    """
    if len(text) < 2:
        return corners
    high = np.abs(corners[:, 1] - corners[:, 3])
    low = np.zeros(len(high), np.bool_)
    low[1:] = high[1:] < _LESS * high[:-1]
    low[:-1] |= high[:-1] < _LESS * high[1:]
    cut = [i for i in np.flatnonzero(low).tolist() if text[i] in _RADICALS]
    if not cut:
        return corners
    whole, pieces = corners.copy(), set(cut)
    seen: dict[tuple[float, float], tuple[float, float]] = {}
    for i in cut:
        (x, y), size = _origin(address, kept[i]), _size(address, kept[i])
        if (size, y) not in seen:
            beside = (k for k in _around_index(i, len(text)) if k not in pieces)
            near = next((k for k in beside if _origin(address, kept[k])[1] == y), None)
            if near is not None and _size(address, kept[near]) == size:
                seen[size, y] = float(corners[near, 1]), float(corners[near, 3])
        if size > 0 and (size, y) in seen and x <= corners[i, 2] <= x + 1.1 * size:
            top, bottom = seen[size, y]
            whole[i] = (x, top, x + size, bottom)
    return whole


def _around_index(i: int, n: int) -> list[int]:
    return [k for step in range(1, 5) for k in (i - step, i + step) if 0 <= k < n]


def _origin(address: int, i: int) -> tuple[float, float]:
    _ORIGIN_OF(address, i, *_AT)
    return round(_AT_X.value, 2), round(_AT_Y.value, 2)


def _size(address: int, i: int) -> float:
    """Side of the em square of a level character on the page; 0 when it is not level."""
    _MATRIX_OF(address, i, _FOUND_AT)
    if abs(_FOUND.b) > 1e-3 or abs(_FOUND.c) > 1e-3 or _FOUND.a <= 0:
        return 0.0
    return float(round(_FONT_SIZE_OF(address, i) * _FOUND.a, 2))


_AT_X, _AT_Y, _FOUND = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
_AT, _FOUND_AT = (ctypes.addressof(_AT_X), ctypes.addressof(_AT_Y)), ctypes.addressof(_FOUND)


def by_address(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium that takes addresses as whole numbers: that halves its cost where it is called for
    every character, blank or part of a line."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_UNICODE_OF = by_address(raw.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_BOX_OF = by_address(raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_ORIGIN_OF = by_address(
    raw.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
_MATRIX_OF = by_address(raw.FPDFText_GetMatrix, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_FONT_SIZE_OF = by_address(raw.FPDFText_GetFontSize, ctypes.c_double, ctypes.c_void_p, ctypes.c_int)
_ANGLE_OF = by_address(raw.FPDFText_GetCharAngle, ctypes.c_float, ctypes.c_void_p, ctypes.c_int)
_IS_GENERATED = by_address(raw.FPDFText_IsGenerated, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


def _codes_and_rects(address: int, count: int) -> tuple[list[int], Any]:
    """The UTF-16 unit (0 where there is no box) and the box of each character, as pdfium counts them."""
    rects = (raw.FS_RECTF * max(count, 1))()
    size, first = ctypes.sizeof(raw.FS_RECTF), ctypes.addressof(rects)
    codes = list(map(_UNICODE_OF, repeat(address, count), range(count)))
    placed = list(map(_BOX_OF, repeat(address, count), range(count), range(first, first + size * count, size)))
    if not all(placed):
        codes = [code if there else 0 for code, there in zip(codes, placed, strict=True)]
    return codes, rects


_DIVIDING = 2


def _characters(codes: list[int], generated: Callable[[int], bool]) -> tuple[list[int], list[str]]:
    """Indexes and texts of the real characters among pdfium's UTF-16 units.

    A hyphen at the end of a line, which pdfium takes for one of a divided word, stays what it is.
    """
    if _DIVIDING in codes:
        codes = [ord("-") if code == _DIVIDING else code for code in codes]
    units = np.array(codes, np.uint32)
    if not ((units >= 0xD800) & (units < 0xE000)).any():
        real = (units >= 0x20) & (units != 0xFFFE)
        for first, last in _UNSEEN:
            real &= (units < first) | (units > last)
        for i in np.flatnonzero(units == 0x20).tolist():
            real[i] = not generated(i)
        return np.flatnonzero(real).tolist(), list(units[real].astype("<u4").tobytes().decode("utf-32-le"))
    kept: list[int] = []
    text: list[str] = []
    high = 0
    for i, code in enumerate(codes):
        if code < 0x20 or code == 0xFFFE or (code == 0x20 and generated(i)):
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not high:
                continue
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        kept.append(i)
        text.append(chr(code))
    return kept, text


def _angles(address: int, kept: list[int], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Writing angle of each character: all are asked only when a sample, or unusually big ones, are not level."""
    angles = np.zeros(len(kept), np.float32)
    if not kept:
        return angles
    sides = np.maximum(boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0])
    big = np.flatnonzero(sides > _BIG * float(np.median(sides)))
    sample = {*range(0, len(kept), _EVERY), *big.tolist(), len(kept) - 1}
    if all(_ANGLE_OF(address, kept[i]) == 0 for i in sample):
        return angles
    angles[:] = [_ANGLE_OF(address, i) for i in kept]
    return angles


def _tame(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut absurdly tall loose boxes down to twice the usual height of their page."""
    if not len(boxes):
        return boxes
    heights = boxes[:, 3] - boxes[:, 1]
    usual = float(np.median(heights))
    tall = heights > 6 * max(usual, 1.0)
    if tall.any():
        widths = boxes[:, 2] - boxes[:, 0]
        middle = (boxes[:, 1] + boxes[:, 3]) / 2
        half = np.maximum(widths, usual) * 0.6
        boxes[tall, 1], boxes[tall, 3] = (middle - half)[tall], (middle + half)[tall]
    return boxes


def reading_turn(angles: NDArray[np.float32], rotation: int) -> int:
    """Clockwise degrees (0, 90, 180, 270) by which the display must be turned to set most text upright."""
    if not len(angles):
        return 0
    quarter = np.rint(angles / (math.pi / 2)).astype(int) % 4
    usual = int(np.bincount(quarter, minlength=4).argmax())
    return (-(rotation + 90 * usual)) % 360


def slanted(angles: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which characters stand at an angle that is no multiple of 90 degrees: watermarks."""
    off = np.abs(angles / (math.pi / 2) - np.rint(angles / (math.pi / 2)))
    return np.asarray(off > _ANGLE_SLACK, np.bool_)
