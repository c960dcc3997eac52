"""ZIP archives of reports, member by member; nothing is ever written to disk under a name from the archive."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.sources.zipsafe import SafeZip

if TYPE_CHECKING:
    from jihe_extract.document import Document
    from jihe_extract.reading import RawFile

_UTF8_FLAG = 0x800
_REPORTS = frozenset(
    [
        ".pdf",
        ".docx",
        ".doc",
        ".wps",
        ".rtf",
        ".odt",
        ".xlsx",
        ".xls",
        ".et",
        ".html",
        ".htm",
        ".mht",
        ".txt",
        ".md",
        ".zip",
        ".png",
        ".jpg",
        ".jpeg",
        ".tif",
        ".tiff",
        ".bmp",
    ]
)
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name inside, cleaned, and its bytes or why they cannot be had."""

    name: str
    data: bytes = b""
    error: ReadError | None = None


def iter_archive(data: bytes, limits: Limits = DEFAULT, *, _depth: int = 1) -> Iterator[Member]:
    """All report-like files of an archive and of the archives in it, in name order.

    Symbolic links, names that point outside, and encrypted or broken members come with an error; a broken
    archive raises :class:`ReadError`. The limits hold for the sum of all members.
    """
    package = SafeZip(data, limits)
    for info in sorted(package.members, key=lambda m: m.filename):
        name = clean_name(member_name(info))
        if any(part in name for part in _JUNK) or PurePosixPath(name).name.startswith(("~$", ".~", ".")):
            continue
        if PurePosixPath(name).suffix.lower() not in _REPORTS:
            continue
        refused = _refused(info)
        if refused is not None:
            yield Member(name, error=refused)
            continue
        try:
            content = package.read(info)
        except ReadError as error:
            yield Member(name, error=error)
            continue
        if name.lower().endswith(".zip"):
            for member in _inner(name, content, replace(limits, zip_bytes=limits.zip_bytes - package.inflated), _depth):
                package.inflated += len(member.data)
                yield member
        else:
            yield Member(name, content)


def _inner(name: str, content: bytes, limits: Limits, depth: int) -> Iterator[Member]:
    if depth >= limits.archive_depth:
        yield Member(name, error=ReadError("too_deep", "压缩包嵌套过深，未读取"))
        return
    try:
        for member in iter_archive(content, limits, _depth=depth + 1):
            yield Member(f"{name}/{member.name}", member.data, member.error)
    except ReadError as error:
        yield Member(name, error=error)


def _refused(info: zipfile.ZipInfo) -> ReadError | None:
    if stat.S_ISLNK(info.external_attr >> 16):
        return ReadError("link", "压缩包内的符号链接不予读取")
    parts = member_name(info).replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        return ReadError("path", "压缩包内的文件路径指向包外，不予读取")
    return None


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: Chinese tools write GBK without saying so."""
    if info.flag_bits & _UTF8_FLAG or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def clean_name(name: str) -> str:
    """A relative name with forward slashes and without dots that lead anywhere."""
    parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..") and not p.endswith(":")]
    return "/".join("".join(c for c in part if c.isprintable()) for part in parts) or "未命名"


def read(raw: RawFile) -> Document:
    """The registered reader: an archive that holds one report is that report."""
    from jihe_extract.reading import read_bytes

    members = list(iter_archive(raw.data, raw.limits))
    sound = [m for m in members if m.error is None]
    if len(sound) != 1:
        if not sound and members and members[0].error is not None:
            raise members[0].error
        raise ReadError("archive", f"这是含{len(sound)}个文件的压缩包，不是单个报告；请批量审核或解压后再读")
    return read_bytes(sound[0].data, f"{raw.name}/{sound[0].name}", limits=raw.limits)
