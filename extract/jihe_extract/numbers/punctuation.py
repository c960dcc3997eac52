"""Half-width punctuation of Chinese text read as full-width, character for character, so that offsets stay.

Web pages, converted PDFs and recognised scans hold ``其中:基本支出60万元,项目支出30万元``; what binds figures looks for
the marks of Chinese typography and is shown those. Evidence is always cut from the text as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import regex

from jihe_extract.document import Document

_MARKS = {";": "；", "(": "（", ")": "）", "!": "！", "?": "？"}
_BETWEEN = regex.compile(r"(?<![0-9０-９][ ]?)[,:]|[,:](?![ ]?[0-9０-９])")
"""A comma or colon that stands in no number (1,234.56), time (8:30) or proportion (3:7)."""
_FULL = {",": "，", ":": "："}


def exchanged(text: str, marks: Mapping[str, str]) -> str:
    """The text with single characters exchanged, as ``str.translate`` does.

    In long Chinese text few characters are marks, and looking for each mark costs a fraction of looking up each
    character.

    >>> exchanged("其中(甲)", {"(": "（", ")": "）"})
    '其中（甲）'
    """
    for mark, other in marks.items():
        text = text.replace(mark, other)
    return text


def full_width(text: str) -> str:
    """The text with full-width marks, as long as it was."""
    if "," in text or ":" in text:
        text = _BETWEEN.sub(lambda m: _FULL[m.group()], text)
    return exchanged(text, _MARKS)


def punctuated(document: Document) -> Document:
    """The document with full-width marks; itself when it has no others."""
    text = full_width(document.text)
    return document if text == document.text else replace(document, text=text)
