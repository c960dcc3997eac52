"""Re-joining hard-wrapped lines without geometry.

The question is not how a line ends but whether the next word would have fitted on it: if it would, the
break was meant. A false split costs a fact and a false join almost nothing, so doubt joins.
Widths count a Chinese character as 2 and an ASCII character as 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CLOSERS = "。；：！？;:!?"
_QUOTES = "”’》）)」』】"
_OPEN_END = re.compile(
    r"[，,、（(“‘《〈【\[「『—–~～－＋+×÷=＝≥≤＞＜>]$"
    r"|(?:其中|包括|分别(?:为|是)|包含)[:：]$"
    r"|(?:为|是|的|和|与|及|或|由|在|对|将|被|把|共|约|达|以|从|向|至|到|不足|超过|低于|高于|其中|增加|减少)$"
)
_CLOSED_START = re.compile(r"[，,、。；;：:！？）)”’》〉】\]」』%％‰÷×=＝]")
_UNIT_START = re.compile(
    r"(?:[百千万亿]*元|[%％‰]|[万亿]?(?:人|个|项|家|户|次|件|场|名|份|条|辆|台|套|分|年|月|日|亩|平方米|公里|㎡|余|多)|个?百分点)"
)
_NUMBER_END = re.compile(r"\d[.,]?$")
_NUMBER_START = re.compile(r"[.,]?\d[\d.,]*\s*(?:[百千万亿]*元|[%％‰]|[万亿]?(?:人|个|项|家|户|次|件|场|名|分))")
_TOKEN = re.compile(r"[A-Za-z0-9.,%％‰+\-/:]+|\S")
_MAX_WRAP = 140
_USUAL = 40
"""Pages are at least this wide; narrower wraps need more evidence."""
_SHORT = 36
"""Below this width a bare line (no closing punctuation) in unwrapped text stands alone."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Line length of wrapped text; ``indent`` is what first lines fall short of it."""

    width: int
    indent: int


def width(text: str) -> int:
    """Display width; long lines are estimated, since only wrapped lines are ever measured.

    >>> width("共计3项")
    7
    """
    if len(text) > 400:
        return 2 * len(text)
    return len(text.encode("gb18030", "replace"))


def first_unit(text: str) -> int:
    """Width of the first unbreakable unit with the punctuation that may not begin a line."""
    match = _TOKEN.match(text)
    if match is None:
        return 0
    end = match.end()
    while end < len(text) and text[end] in _CLOSERS + _QUOTES + "，、":
        end += 1
    return width(text[:end])


def measure(lines: Sequence[str]) -> Measure | None:
    """The measure of hard-wrapped text; None when lines are paragraphs.

    Wrapped text has many lines of nearly one length, most of which stop in mid-sentence.
    """
    widths = [width(line) for line in lines]
    counts = Counter(w for w in widths if 16 <= w <= _MAX_WRAP)
    total = sum(1 for w in widths if w >= 16)
    if total < 2 or not counts:
        return None
    near = {w: sum(counts.get(w + d, 0) for d in range(-2, 3)) for w in counts}
    mode = max(counts, key=lambda w: (near[w], counts[w], w))
    cluster = [line for line, w in zip(lines, widths, strict=True) if -8 <= w - mode <= 4]
    longer = sum(1 for w in widths if w > mode + 8)
    open_ended = sum(1 for line in cluster if line[-1] not in _CLOSERS + _QUOTES)
    if mode < _USUAL and (len(cluster) < 8 or open_ended * 10 < len(cluster) * 6):
        return None
    if len(cluster) * 10 < total * 3 or longer * 5 > total or open_ended * 10 < len(cluster) * 4:
        return None
    return Measure(mode, _indent(lines, widths, mode))


def _indent(lines: Sequence[str], widths: Sequence[int], mode: int) -> int:
    """4 when lines that follow a meant break mostly stop about two characters early, else 0."""
    firsts = [
        widths[i]
        for i in range(1, len(lines))
        if widths[i - 1] < mode - 12 and widths[i] >= mode - 8 and lines[i][-1] not in _CLOSERS
    ]
    early = sum(1 for w in firsts if w <= mode - 2)
    return 4 if firsts and early * 3 >= len(firsts) else 0


def closed(text: str) -> bool:
    """Whether the text ends a sentence: closing punctuation, perhaps followed by quotes or brackets."""
    stripped = text.rstrip(_QUOTES)
    return stripped[-1:] in tuple("。！？!?；;：:")


def full(prev: str, following: str, scale: Measure, *, first: bool, slack: int = 8) -> bool:
    """Whether ``following``'s first unit would not have fitted on the line of ``prev``.

    Lines are set with up to ``slack`` left over; hardly any after a closed sentence, less on narrow pages.
    """
    taken = width(prev) + (scale.indent if first else 0)
    slack = 1 if closed(prev) else min(slack, scale.width // 6)
    return taken + first_unit(following) > scale.width - slack


def mended(prev: str, following: str) -> bool:
    """Whether the break cannot be meant at all: inside a number, before its unit, at an open phrase."""
    if _OPEN_END.search(prev[-8:]) or _CLOSED_START.match(following):
        return True
    if _NUMBER_END.search(prev[-3:]):
        return bool(_UNIT_START.match(following) or _NUMBER_START.match(following[:40]))
    return False


def continues(prev: str, following: str, scale: Measure | None, *, first: bool) -> bool:
    """Whether ``following`` continues the paragraph whose last line is ``prev``.

    Both are lines of running text (the caller has ruled out headings, list items and tables). ``first``
    says that ``prev`` is the first line of its paragraph.
    """
    if mended(prev, following):
        return True
    taken = width(prev)
    if scale is not None and taken <= scale.width + 8:
        return full(prev, following, scale, first=first)
    end = prev.rstrip(_QUOTES)[-1:]
    if end in tuple("。！？!?：:"):
        return False
    return taken >= _SHORT
