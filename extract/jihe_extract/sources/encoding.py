"""Bytes to text by evidence: byte order marks, then strict decoding, then whether it reads as Chinese."""

from __future__ import annotations

import codecs
import re

from jihe_extract.document import Warning_
from jihe_extract.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN1 = re.compile(r"[\u0080-\u00ff]")
_REPLACED = re.compile("\ufffd|锟斤拷|锟|烫烫烫|屯屯屯")
_UNREADABLE = "文件内容是乱码，请用原编辑软件另存为 UTF-8 编码的文本后重试"


def decode(data: bytes) -> tuple[str, tuple[Warning_, ...]]:
    """The text of a file, without its byte order mark, and what a reader must know about the decoding.

    Raises :class:`ReadError` ``empty``, ``binary`` or ``encoding``.
    """
    if not data:
        raise ReadError("empty", "文件为空（0 字节），没有可审核的内容")
    text, warnings = _decoded(data)
    if not text or text.isspace():
        raise ReadError("empty", "文件中只有空白字符，没有可审核的内容")
    sample = text[:_SAMPLE]
    if _mojibake(sample):
        raise ReadError("encoding", _UNREADABLE)
    if len(_CONTROL.findall(sample)) * 100 > len(sample):
        raise ReadError("binary", "文件不是文本（含大量控制字符），请核对文件类型，扩展名可能有误")
    broken = len(_REPLACED.findall(sample))
    if broken * 20 > len(sample):
        raise ReadError("encoding", _UNREADABLE)
    if broken:
        warnings += (Warning_("encoding", f"文本中有 {broken} 处无法还原的字符，相关语句请核对原件"),)
    return text, warnings


def _decoded(data: bytes) -> tuple[str, tuple[Warning_, ...]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), ()
    if data[:4096].count(0):
        return _wide_without_mark(data), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return _damaged(data)
    if _chinese(text[:_SAMPLE]):
        return text, ()
    return _damaged(data)


def _wide_without_mark(data: bytes) -> str:
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text[:_SAMPLE] and _chinese(text[:_SAMPLE]):
            return text
    raise ReadError("binary", "文件不是文本（含空字节），请核对文件类型，扩展名可能有误")


def _damaged(data: bytes) -> tuple[str, tuple[Warning_, ...]]:
    """A mostly sound UTF-8 or GB18030 file with a few broken bytes is read with a warning."""
    for name in ("utf-8", "gb18030"):
        text = data.decode(name, "replace")
        bad = text.count("\ufffd")
        if bad * 200 <= len(text) + 200 and _chinese(text[:_SAMPLE]):
            return text, ()
    if len(_CONTROL.findall(data[:_SAMPLE].decode("latin-1"))) * 50 > len(data[:_SAMPLE]):
        raise ReadError("binary", "文件不是文本（含大量控制字符），请核对文件类型，扩展名可能有误")
    raise ReadError("encoding", "无法识别文件编码（既不是 UTF-8，也不是 GB18030），请另存为 UTF-8 后重试")


def _chinese(sample: str) -> bool:
    """Whether the characters are those of everyday Chinese: nearly all Han characters lie in GB 2312."""
    han = "".join(_HAN.findall(sample))
    if not han:
        return sample.isascii()
    everyday = len(han.encode("gb2312", "ignore")) // 2
    outside = len(re.findall(r"[^\x00-\x7f\u2000-\u33ff\u3400-\u9fff\uff00-\uffef\u00a0-\u00ff]", sample))
    return everyday * 100 >= len(han) * 90 and outside * 20 <= len(sample) and _level_one(han)


def _level_one(han: str) -> bool:
    """Most running Chinese lies in GB 2312's first level (rows 16-55); wrong decodings scatter evenly."""
    codes = han.encode("gb2312", "ignore")
    first = sum(1 for lead in codes[::2] if 0xB0 <= lead <= 0xD7)
    return first * 100 >= max(len(codes) // 2, 1) * 75


def _mojibake(sample: str) -> bool:
    latin, han = len(_LATIN1.findall(sample)), len(_HAN.findall(sample))
    return latin >= 8 and latin > 2 * han and latin * 4 > len(sample)
