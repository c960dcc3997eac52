"""From a file to a :class:`Document`: sniff by bytes, then hand the file to the reader of its format.

Readers register under a format name, as a callable or as ``"module:function"`` that is imported on first use.
"""

from __future__ import annotations

import hashlib
import importlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from jihe_extract.document import Document
from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, MB, Limits
from jihe_extract.sources.text import document_of_text, read_raw


@dataclass(frozen=True)
class RawFile:
    """A file's bytes and names. ``name`` is what findings call it, ``format`` what sniffing found."""

    path: Path
    name: str
    format: str
    data: bytes
    limits: Limits = DEFAULT

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


Reader = Callable[[RawFile], Document]


def _read_text_file(raw: RawFile) -> Document:
    return read_raw(raw.data, name=raw.name, format_=raw.format, digest=raw.digest)


_READERS: dict[str, Reader | str] = {
    "txt": _read_text_file,
    "md": _read_text_file,
    "pdf": "jihe_extract.sources.pdf:read",
    "docx": "jihe_extract.sources.docx:read",
    "xlsx": "jihe_extract.sources.xlsx:read",
    "html": "jihe_extract.sources.html:read",
    "ole": "jihe_extract.sources.office:read",
    "rtf": "jihe_extract.sources.office:read",
    "odt": "jihe_extract.sources.office:read",
    "zip": "jihe_extract.sources.archive:read",
    "image": "jihe_extract.sources.scan:read",
}
_FORMATS_ZH = {
    "pdf": "PDF",
    "docx": "Word（.docx）",
    "xlsx": "Excel（.xlsx）",
    "ole": "旧版 Office（.doc/.xls/.wps）",
    "rtf": "RTF",
    "odt": "ODT",
    "html": "网页",
    "image": "图片",
    "zip": "压缩包",
}


def register(format_: str, reader: Reader | str) -> None:
    """Name the reader of a format; a string ``"module:function"`` is imported when it is first needed."""
    _READERS[format_] = reader


def formats() -> frozenset[str]:
    """The formats that have a reader."""
    return frozenset(_READERS)


def read(path: Path, *, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """Read one report. ``name`` is what the document is called in findings; the file's name by default.

    Raises :class:`ReadError` with a Chinese message for every file that cannot be read.
    """
    data = _bytes(path, limits.file_bytes)
    name = path.name if name is None else name
    raw = RawFile(path, name, sniff(data, path.name), data, limits)
    return _reader(raw.format)(raw)


def read_bytes(data: bytes, name: str, *, limits: Limits = DEFAULT) -> Document:
    """Read a report that is in memory, such as a member of an archive; errors as in :func:`read`."""
    if not data:
        raise ReadError("empty", "文件为空（0 字节），没有可审核的内容")
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits.file_bytes)
    raw = RawFile(Path(name), name, sniff(data, name), data, limits)
    return _reader(raw.format)(raw)


def read_text(text: str, name: str = "") -> Document:
    """Read a report that is already text; offsets of the source map count in ``text``."""
    return document_of_text(text, name=name)


def sniff(data: bytes, name: str = "") -> str:
    """The format of a file by its first bytes; the suffix only tells Markdown from plain text."""
    head = data[:1024]
    for mark, format_ in _MAGIC:
        if head.startswith(mark):
            return _zip_format(data) if format_ == "zip" else format_
    if b"%PDF-" in head:
        return "pdf"
    folded = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if folded.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in folded:
        return "html"
    suffix = Path(name).suffix.lower()
    if suffix in (".html", ".htm", ".mht") and b"<" in head:
        return "html"
    return "md" if suffix in (".md", ".markdown") else "txt"


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"GIF8", "image"),
)


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist()[:5000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "odt"
    return "zip"


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if path.is_dir():
            raise ReadError("directory", "这是文件夹，不是报告文件")
        size = path.stat().st_size
        if not path.is_file():
            raise ReadError("denied", "这不是普通文件，未读取")
        if size > limit:
            raise _too_large(size, limit)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError("missing", "文件不存在") from error
    except OSError as error:
        raise ReadError("denied", "文件无法打开，请检查读取权限") from error
    if not data:
        raise ReadError("empty", "文件为空（0 字节），没有可审核的内容")
    return data


def _too_large(size: int, limit: int) -> ReadError:
    return ReadError("too_large", f"文件有 {size / MB:.0f} MB，超过 {limit // MB} MB 的上限")


def _reader(format_: str) -> Reader:
    reader = _READERS.get(format_)
    if reader is None:
        shown = _FORMATS_ZH.get(format_, format_)
        raise ReadError("unsupported", f"暂不支持读取{shown}文件，请转换为文本后重试")
    if isinstance(reader, str):
        module, _, function = reader.partition(":")
        reader = _READERS[format_] = getattr(importlib.import_module(module), function)
    assert not isinstance(reader, str)
    return reader
