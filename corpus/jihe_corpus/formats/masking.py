"""Personal numbers hidden before a text leaves the house: every digit of them becomes ``＊``, lengths stay."""

from __future__ import annotations

import msgspec
import regex

from jihe_corpus.spans import Doc, digest

_PERSONAL = regex.compile(
    r"(?<![0-9.])(?:1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx]|0[0-9]{2,3}[-—－ ]?[0-9]{7,8}|6[0-9]{15,18})(?![0-9.])"
)


def mask(text: str) -> str:
    """The text with mobile, identity, telephone and card numbers masked; offsets stay true."""
    return str(_PERSONAL.sub(lambda m: regex.sub(r"[0-9Xx]", "＊", m.group()), text))


def masked(doc: Doc) -> Doc:
    """The document with personal numbers masked in text and marks."""
    text = mask(doc.text)
    if text == doc.text:
        return doc
    spans = tuple(msgspec.structs.replace(m, text=text[m.start : m.end]) for m in doc.spans)
    return msgspec.structs.replace(doc, text=text, sha256=digest(text), spans=spans)
