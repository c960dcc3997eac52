"""JSON lines and JSON lists of objects, read with places for complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from jihe_corpus.formats.raw import FormatError


def objects(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, object) of every object in a JSON list or in JSON lines.

    Raises:
        FormatError: not JSON, or something else than objects.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip().startswith(b"["):
        items = _decoded(data, "文件")
        for number, item in enumerate(items, 1):
            yield f"第 {number} 项", _object(item, f"第 {number} 项")
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield f"第 {number} 行", _object(_decoded(line, f"第 {number} 行"), f"第 {number} 行")


def _decoded(data: bytes, where: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{where}不是有效的 JSON：{error}") from error


def _object(item: Any, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise FormatError(f"{where}不是对象")
    return item


def text_of(item: dict[str, Any], where: str, *keys: str) -> str:
    """The first of the keys that holds a string.

    Raises:
        FormatError: none does.
    """
    for key in keys:
        if isinstance(item.get(key), str):
            return str(item[key])
    raise FormatError(f"{where}没有正文（{'、'.join(keys)}）")


def integer(value: Any) -> int:
    """A whole number; booleans and fractions are none.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"不是整数：{value!r}")
    return value
