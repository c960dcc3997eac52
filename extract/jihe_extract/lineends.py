"""How wide text is, and what the end of a line may not cut."""

from __future__ import annotations

import re

_CLOSING = "，。、；：！？）》」』】”’％%)"
_UNIT_OF_TEXT = re.compile(rf"[A-Za-z0-9.,%‰+\-/０-９．％]+[{_CLOSING}]*|.[{_CLOSING}]*")
_QUOTES = tuple('“”‘’"')
_HOLDS = (*_QUOTES, "（", "(", "《", "【", "「", "『", "〔")
"""What never ends a line."""
_GLUED = 6


def text_width(text: str) -> float:
    """Width in em: full-width characters count 1, others a half."""
    return 0.5 * len(text) if text.isascii() else len(text) - 0.5 * len(text.encode("ascii", "ignore"))


def first_unit(text: str) -> str:
    """What a line end may not cut: a number, a word, or one ideograph with its closers."""
    end = 0
    for _ in range(_GLUED):
        match = _UNIT_OF_TEXT.match(text, end)
        end = match.end() if match else end
        if text[end - 1 : end] not in _HOLDS and text[end : end + 1] not in _QUOTES:
            break
    return text[: max(end, 1)]
