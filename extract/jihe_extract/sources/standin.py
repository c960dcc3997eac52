"""A stand-in for Chinese fonts that a PDF names but does not carry.

pdfium would look for such fonts among those of the machine and load the outline of every character, several
times, only to know where it stands. The stand-in has one small outline for all characters: reading is three
times as fast, and the boxes are the same on every machine. It is never used where pages are drawn.
"""

from __future__ import annotations

import contextlib
import ctypes
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pypdfium2.raw as raw

_CHINESE = frozenset({128, 129, 134, 136})
"""Character sets of FPDF_SYSFONTINFO whose fonts are large: Japanese, Korean, Chinese (GB, Big5)."""
_NAME = b"Stand-in\0"
_HANDLE = 1
_TICK = (100, 0, 200, 700)
"""The outline's box in thousandths of the em: narrow, so that it never reaches out of its character."""


@lru_cache(maxsize=1)
def font() -> bytes:
    """A TrueType font in which every character is the same small rectangle."""
    x0, y0, x1, y1 = _TICK
    corners = ((x0, 0), (0, y1 - y0), (x1 - x0, 0), (0, y0 - y1))  # each from the one before
    points = b"\x01" * 4 + b"".join(struct.pack(">h", x) for x, _ in corners)
    points += b"".join(struct.pack(">h", y) for _, y in ((0, y0), *corners[1:]))
    glyph = struct.pack(">hhhhhHH", 1, x0, y0, x1, y1, 3, 0) + points
    glyph += bytes(-len(glyph) % 4)
    groups = struct.pack(">HHIIIIII", 13, 0, 28, 0, 1, 0x20, 0x10FFFF, 1)
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + groups,
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, 0, x0, y0, x1, y1, 0, 6, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhh8hH", 0x10000, 880, -120, 0, 1000, x0, 0, x1, 1, *([0] * 7), 1),
        b"hmtx": struct.pack(">HhH", 1000, x0, x0),
        b"loca": struct.pack(">III", 0, 0, len(glyph)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    at = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in tables.items():
        directory += tag + struct.pack(">III", 0, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return head + directory + body


def _map_font(_self: Any, _weight: int, _italic: int, charset: int, _pitch: int, _face: Any, _exact: Any) -> int | None:
    return _HANDLE if charset in _CHINESE else None


def _font_data(_self: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
    if table:
        return 0
    data = font()
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


def _face_name(_self: Any, _font: Any, buffer: Any, size: int) -> int:
    if buffer and size >= len(_NAME):
        ctypes.memmove(buffer, _NAME, len(_NAME))
    return len(_NAME)


@lru_cache(maxsize=1)
def _stand_ins() -> Any:
    """pdfium's view of a machine that has the stand-in only."""
    kinds = dict(raw.FPDF_SYSFONTINFO._fields_)
    info = raw.FPDF_SYSFONTINFO()
    info.version = 1
    calls: dict[str, Any] = {
        "Release": lambda _self: None,
        "EnumFonts": lambda _self, _mapper: None,
        "MapFont": _map_font,
        "GetFont": lambda _self, _face: None,
        "GetFontData": _font_data,
        "GetFaceName": _face_name,
        "GetFontCharset": lambda _self, _font: 134,
        "DeleteFont": lambda _self, _font: None,
    }
    for name, call in calls.items():
        setattr(info, name, kinds[name](call))
    return info


@contextlib.contextmanager
def stand_in_fonts() -> Iterator[None]:
    """Within, documents that are opened know no font of this machine; their pages are not to be drawn."""
    _use(_stand_ins())
    try:
        yield
    finally:
        _use(None)


@contextlib.contextmanager
def machine_fonts() -> Iterator[None]:
    """Within :func:`stand_in_fonts`, documents that are opened have the fonts of this machine after all."""
    _use(None)
    try:
        yield
    finally:
        _use(_stand_ins())


def _use(info: Any) -> None:
    """Let pdfium look for fonts as told; None: as it would by itself. It releases what it had before."""
    fonts = raw.FPDF_GetDefaultSystemFontInfo() if info is None else ctypes.byref(info)
    raw.FPDF_SetSystemFontInfo(fonts)
