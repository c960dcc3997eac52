"""Ruling lines and image areas of a PDF page, from pdfium's page objects.

Thin filled rectangles count as lines, as do the sides of stroked rectangles; forms are followed to a
bounded depth. Coordinates are display space (points, origin top left).
"""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jihe_extract.layout import Rule
from jihe_extract.limits import Limits
from jihe_extract.sources.pdfium import PageSpace, by_address

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.2
_STRAIGHT = 1.0
_MIN_RULE = 2.0
_FORM_DEPTH = 6
_NEARLY_WHITE = 250
_FOUND_MATRIX, _FILL, _STROKE = raw.FS_MATRIX(), ctypes.c_int(), ctypes.c_int()
_X, _Y = ctypes.c_float(), ctypes.c_float()
_AT = ctypes.addressof(_X), ctypes.addressof(_Y)
"""Where pdfium writes its answers: made once, since a page may have thousands of paths (pdfium has one thread)."""

_OBJECT_OF = by_address(raw.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_KIND_OF = by_address(raw.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
_SEGMENT_OF = by_address(raw.FPDFPath_GetPathSegment, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_POINT_OF = by_address(raw.FPDFPathSegment_GetPoint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_TURN_OF = by_address(raw.FPDFPathSegment_GetType, ctypes.c_int, ctypes.c_void_p)
_CLOSES = by_address(raw.FPDFPathSegment_GetClose, ctypes.c_int, ctypes.c_void_p)


@dataclass(slots=True)
class PageObjects:
    """What is drawn on a page besides characters. ``fills`` are the sides of shaded areas."""

    rules: list[Rule] = field(default_factory=list)
    fills: list[Rule] = field(default_factory=list)
    image_area: float = 0.0
    unseen: bool = False
    """Whether all texts of a page with images are invisible: an old OCR layer."""
    segments: int = 0
    overfull: bool = False


def page_objects(page: pdfium.PdfPage, space: PageSpace, limits: Limits) -> PageObjects:
    """Collect the page's lines and count its images and invisible texts, up to the segment limit."""
    found = PageObjects()
    handle = page.raw
    count = max(raw.FPDFPage_CountObjects(handle), 0)
    addresses = list(map(_OBJECT_OF, repeat(ctypes.cast(handle, ctypes.c_void_p).value or 0, count), range(count)))
    kinds = list(map(_KIND_OF, addresses))
    texts: list[Any] = []
    for i, kind in enumerate(kinds):
        if found.overfull:
            break
        if kind != raw.FPDF_PAGEOBJ_TEXT:
            _collect(raw.FPDFPage_GetObject(handle, i), _IDENTITY, space, limits, found, texts, 0)
    if found.image_area:
        texts += [raw.FPDFPage_GetObject(handle, i) for i, kind in enumerate(kinds) if kind == raw.FPDF_PAGEOBJ_TEXT]
    if texts and found.image_area:
        mode, invisible = raw.FPDFTextObj_GetTextRenderMode, raw.FPDF_TEXTRENDERMODE_INVISIBLE
        found.unseen = all(mode(obj) == invisible for obj in texts)
    return found


def _collect(
    obj: Any, outer: Matrix, space: PageSpace, limits: Limits, found: PageObjects, texts: list[Any], depth: int
) -> None:
    kind = raw.FPDFPageObj_GetType(obj)
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        texts.append(obj)
    elif kind == raw.FPDF_PAGEOBJ_PATH:
        _path(obj, _chain(_matrix(obj), outer), space, limits, found)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        a, b, c, d, _, _ = _chain(_matrix(obj), outer)
        found.image_area += abs(a * d - b * c)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
        inner = _chain(_matrix(obj), outer)
        for i in range(raw.FPDFFormObj_CountObjects(obj)):
            if found.overfull:
                return
            _collect(raw.FPDFFormObj_GetObject(obj, i), inner, space, limits, found, texts, depth + 1)


def _matrix(obj: Any) -> Matrix:
    if not raw.FPDFPageObj_GetMatrix(obj, _FOUND_MATRIX):
        return _IDENTITY
    m = _FOUND_MATRIX
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _chain(inner: Matrix, outer: Matrix) -> Matrix:
    if outer == _IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer  # noqa: N806
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)


def _path(obj: Any, matrix: Matrix, space: PageSpace, limits: Limits, found: PageObjects) -> None:
    raw.FPDFPath_GetDrawMode(obj, _FILL, _STROKE)
    fill, stroke = _FILL.value, _STROKE.value
    if not fill and not stroke:
        return
    count = raw.FPDFPath_CountSegments(obj)
    found.segments += max(count, 0)
    if found.segments > limits.path_segments:
        found.overfull = True
        return
    for outline in _outlines(obj, count, matrix, space):
        xs, ys = [p[0] for p in outline], [p[1] for p in outline]
        x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if fill and min(x1 - x0, bottom - top) <= _THIN:
            _add(found.rules, x0, top, x1, bottom)
        elif stroke:
            for (ax, ay), (bx, by) in itertools.pairwise(outline):
                _add(found.rules, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        elif _shaded(obj):
            for side in (
                (x0, top, x1, top),
                (x0, bottom, x1, bottom),
                (x0, top, x0, bottom),
                (x1, top, x1, bottom),
            ):
                _add(found.fills, *side)


def _outlines(obj: Any, count: int, matrix: Matrix, space: PageSpace) -> list[list[Point]]:
    a, b, c, d, e, f = matrix
    x, y = _X, _Y
    address = ctypes.cast(obj, ctypes.c_void_p).value or 0
    outlines: list[list[Point]] = []
    for i, segment in enumerate(map(_SEGMENT_OF, repeat(address, count), range(count))):
        if not _POINT_OF(segment, *_AT):
            continue
        point = space.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if _TURN_OF(segment) == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([point])
        else:
            outlines[-1].append(point)
        if i > 1 and _CLOSES(segment) and len(outlines[-1]) > 2:
            outlines[-1].append(outlines[-1][0])
    return [outline for outline in outlines if len(outline) > 1]


def _shaded(obj: Any) -> bool:
    channels = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(obj, *channels):
        return False
    return any(channel.value < _NEARLY_WHITE for channel in channels[:3])


def _add(rules: list[Rule], x0: float, top: float, x1: float, bottom: float) -> None:
    wide, high = x1 - x0, bottom - top
    if high <= max(_STRAIGHT, _THIN if wide > 3 * high else 0) and wide >= _MIN_RULE and wide > high:
        middle = (top + bottom) / 2
        rules.append(Rule(x0, middle, x1, middle, False))
    elif wide <= max(_STRAIGHT, _THIN if high > 3 * wide else 0) and high >= _MIN_RULE:
        middle = (x0 + x1) / 2
        rules.append(Rule(middle, top, middle, bottom, True))
