"""A text as the models read it: every number is hidden."""

from __future__ import annotations

import regex

_HIDDEN = regex.compile(r"[0-9０-９]+(?:[.,，．][0-9０-９]+)*|\s+")


class Masked:
    """A text with every number as one 0 and blanks gone; windows are counted in it, so that lengths do not leak."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._at: list[int] = []
        last = length = 0
        for match in _HIDDEN.finditer(text):
            start, end = match.span()
            self._at += range(length, length + start - last)
            length += start - last
            pieces.append(text[last:start])
            shown = "" if match.group().isspace() else "0"
            pieces.append(shown)
            self._at += [length] * (end - start)
            length += len(shown)
            last = end
        self._at += range(length, length + len(text) - last + 1)
        self.text = "".join([*pieces, text[last:]])

    def cut(self, start: int, end: int) -> str:
        """The stretch of the raw text from ``start`` to ``end``, masked."""
        return self.text[self._at[max(start, 0)] : self._at[end]]

    def before(self, at: int, count: int) -> str:
        """So many masked characters before a raw offset."""
        end = self._at[at]
        return self.text[max(0, end - count) : end]

    def after(self, at: int, count: int) -> str:
        """So many masked characters from a raw offset on."""
        start = self._at[at]
        return self.text[start : start + count]
