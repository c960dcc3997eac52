"""Members of ZIP files under limits that are checked while inflating, and XML without entities or network."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import Any

from lxml import etree

from jihe_extract.errors import ReadError
from jihe_extract.limits import Limits

_CHUNK = 1 << 16
_SMALL = 1 << 20


class SafeZip:
    """A ZIP file in memory whose members are inflated under limits.

    Raises :class:`ReadError` ``broken``, ``encrypted`` or ``zip_bomb``.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self.inflated = 0
        self.size = len(data)
        try:
            self.archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ReadError("broken", "文件的压缩结构已损坏，无法打开") from error
        self.members = [info for info in self.archive.infolist() if not info.is_dir()]
        if len(self.members) > limits.zip_members:
            raise ReadError("zip_bomb", f"压缩包内有{len(self.members)}个文件，超过上限，未读取")

    def names(self) -> list[str]:
        """Names of the files inside."""
        return [info.filename for info in self.members]

    def read(self, name: str | zipfile.ZipInfo) -> bytes:
        """Inflate one member. The sizes that the archive declares are not believed."""
        try:
            info = self.archive.getinfo(name) if isinstance(name, str) else name
        except KeyError as error:
            raise ReadError("broken", f"文件缺少必要的部分：{name}") from error
        if info.flag_bits & 1:
            raise ReadError("encrypted", "压缩包已加密，需要密码；请提供未加密的文件")
        parts, size = [], 0
        try:
            with self.archive.open(info) as member:
                while chunk := member.read(_CHUNK):
                    parts.append(chunk)
                    size += len(chunk)
                    self._check(size, len(chunk), info.compress_size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise ReadError("broken", "文件的压缩内容已损坏，无法读取") from error
        return b"".join(parts)

    def _check(self, size: int, step: int, packed: int) -> None:
        self.inflated += step
        ratio = size / max(packed, 1)
        if self.inflated > self.limits.zip_bytes or (size > _SMALL and ratio > self.limits.zip_ratio):
            raise ReadError("zip_bomb", "文件解压后体积异常（疑似压缩炸弹），未读取")

    def maybe(self, name: str) -> bytes | None:
        """Inflate a member that need not be there."""
        return self.read(name) if name in self.archive.NameToInfo else None


def parse_xml(data: bytes) -> Any:
    """The root element. Entities, the network and absurd depth are refused."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise ReadError("broken", "文件含有不允许的 XML 声明，未读取")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        code = "too_deep" if "depth" in str(error).lower() else "broken"
        message = "文件的 XML 嵌套过深，未读取" if code == "too_deep" else "文件的 XML 结构已损坏，无法读取"
        raise ReadError(code, message) from error
