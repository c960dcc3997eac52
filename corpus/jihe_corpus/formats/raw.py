"""What any importer hands over: texts with marks as the other tool wrote them, not yet believed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Offsets = Literal["points", "utf16"]
NAMES = frozenset({"IND", "PROJ", "REASON", "FIX"})


class FormatError(ValueError):
    """A file that is not in the format it is said to be in; the message (Chinese) says where."""


@dataclass(frozen=True)
class RawMark:
    """A mark as found. ``quote`` is the marked text when the format gives it, else None."""

    start: int
    end: int
    label: str
    quote: str | None = None
    id: str = ""
    layer: str = ""
    origin: str = "human"
    model: str = ""
    score: float | None = None
    status: str = "accepted"


@dataclass(frozen=True)
class RawLink:
    """A relation as found, between mark ids."""

    id: str
    from_id: str
    to_id: str
    type: str


@dataclass(frozen=True)
class RawDoc:
    """A text as found. ``sha256`` is what the file says of it, ``""`` when it says nothing."""

    doc_id: str
    text: str
    marks: Sequence[RawMark] = ()
    links: Sequence[RawLink] = ()
    meta: dict[str, str] = field(default_factory=dict)
    sha256: str = ""
    annotator: str = ""
    decided_at: str = ""


def layer_of(label: str) -> str:
    """The layer a label belongs to when the format does not say."""
    return "name" if label in NAMES else "qty"


def utf16_starts(text: str) -> list[int]:
    """UTF-16 offset of every code point of a text, and of its end."""
    starts = [0]
    for char in text:
        starts.append(starts[-1] + (2 if ord(char) > 0xFFFF else 1))
    return starts


def to_points(starts: Sequence[int], offset: int) -> int | None:
    """The code point at a UTF-16 offset, None inside a surrogate pair or past the end."""
    at = bisect_left(starts, offset)
    return at if at < len(starts) and starts[at] == offset else None
