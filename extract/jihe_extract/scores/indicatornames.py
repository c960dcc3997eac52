"""Names of indicators and their levels as they stand before the figures of a statement."""

from __future__ import annotations

import re
from bisect import bisect_right

from msgspec import Struct
from msgspec.structs import replace

from jihe_extract.prose.cues import Cues
from jihe_extract.prose.proseview import View

_NUMBER = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.．）)](?!\d)|[①-⑳]|[一二三四五六七八九十]是|第[一二三四五六七八九十\d]{1,3}[，、])+"
)
_SPLIT = re.compile(r"[：，。；]|——|—|－|(?<=指标)[-“\"《]")
_EDGE = "：，。；、“”\"'‘’《》—-－ "
_MAX = 60
_HEAD = 24


class Name(Struct, frozen=True):
    """An indicator's name with its folded range; ``levels`` are level names written in front of it."""

    text: str
    start: int
    end: int
    levels: tuple[str, ...]


def _pieces(text: str, start: int, end: int, fillers: tuple[str, ...]) -> list[tuple[int, int]]:
    """The parts of a stretch between punctuation, trimmed of numbering, quotes and filler words."""
    out: list[tuple[int, int]] = []
    edges = [start, *(i for m in _SPLIT.finditer(text, start, end) for i in (m.start(), m.end())), end]
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        a, b = _trim(text, a, b, fillers)
        if a < b:
            out.append((a, b))
    return out


def _trim(text: str, a: int, b: int, fillers: tuple[str, ...]) -> tuple[int, int]:
    if (number := _NUMBER.match(text[a:b])) is not None:
        a += number.end()
    while a < b:
        before = (a, b)
        while a < b and text[a] in _EDGE:
            a += 1
        while a < b and (text[b - 1] in _EDGE or text[b - 1] in "（("):
            b -= 1
        if text.endswith("”指标", a, b) and "“" not in text[a:b]:
            b -= 3
        filled = text.endswith(fillers, a, b) or text.startswith(fillers, a, b)
        for word in fillers if filled else ():
            cost = word.startswith("本") and text.endswith("成" + word, a, b)  # 成本指标 is no 本指标
            if text.endswith(word, a, b) and (b - a > len(word) or len(word) > 1) and not cost:
                b -= len(word)
            if len(word) > 1 and text.startswith(word, a, b):
                a += len(word)
        if (a, b) == before:
            break
    return a, max(a, b)


def _trimmed(text: str, a: int, b: int, fillers: tuple[str, ...]) -> str:
    a, b = _trim(text, a, b, fillers)
    return text[a:b]


_LAST_BRACKET = re.compile(r"（[^（）]*）$")


def _bare(text: str) -> str:
    """A level's name without a bracket behind it (产出指标（40分）)."""
    return str(_LAST_BRACKET.sub("", text)) if text.endswith("）") else text


LEVELS_COUNTED = ("一级指标", "二级指标", "三级指标", "四级指标")
"""What a count of indicators counts: ``设置一级指标3个、三级指标21个，其中完成18个``."""


def name_before(text: str, start: int, end: int, cues: Cues, *, first: bool) -> Name | None:
    """The indicator's name between ``start`` and its first cue at ``end`` (folded offsets).

    After a numbered heading the ``first`` piece is the name, elsewhere the last one before the cue.
    """
    pieces = _pieces(text, start, end, cues.fillers)
    levels: list[str] = []
    names: list[tuple[int, int]] = []
    for n, (a, b) in enumerate(pieces):
        word = _bare(text[a:b])
        if cues.level(word) and (n + 1 < len(pieces)):
            levels.append(cues.level_name(word))
        elif word not in cues.not_names and not word.endswith(LEVELS_COUNTED):
            names.append((a, b))
    if not names:
        return None
    a, b = names[0] if first else names[-1]
    if b - a > _MAX:
        return None
    if text.endswith("指标", a, b) and b - a > 4 and not cues.level(text[a:b]):
        a, b = _trim(text, a, b - 2, cues.fillers)
    return Name(text[a:b], a, b, tuple(levels[-2:]))


class Levels:
    """The first- and second-level indicator that is open while a report is read."""

    def __init__(self, view: View, cues: Cues) -> None:
        """``view`` gives the text and its blocks."""
        self._view, self._cues = view, cues
        self._open: list[tuple[int, int, str]] = []
        """(indicator level, heading depth, name)"""
        self._told: tuple[int, tuple[str, ...]] = (-1, ())
        """The block whose last statement named its levels itself, and those: the next in the block shares them."""
        self._depth = {s: b.level for s, b in zip(view.starts, view.blocks, strict=True) if b.kind == "heading"}

    def enter(self, start: int, anchor_end: int, stop: int, has_rows: bool) -> None:
        """Note what the segment's head says; a numbered heading without figures names a level."""
        depth = self._depth.get(start, 0)
        if depth:
            self._open = [o for o in self._open if o[1] < depth or not o[1]] if depth > 1 else []
        if has_rows and not self.named(anchor_end, self._after(anchor_end, stop)):
            return
        head = self._head(anchor_end, stop)
        level = self._cues.level(head) or self._cues.level(head + "指标")
        if anchor_end > start and head and not level:
            level = 1
        if not level:
            return
        if level == 1 and any(o[0] == 1 and 0 < o[1] < depth for o in self._open):
            level = 2
        self._open = [o for o in self._open if o[0] < level] + [(level, depth, self._cues.level_name(head))]

    def named(self, start: int, stop: int) -> bool:
        """Whether a block says nothing but the name of a level."""
        if stop - start > 24:
            return False
        pieces = _pieces(self._view.text, start, stop, self._cues.fillers)
        return len(pieces) == 1 and bool(self._cues.level(_bare(self._view.text[slice(*pieces[0])])))

    def opens(self, start: int, stop: int) -> bool:
        """Whether a block begins with the name of a level: alone, or before a colon (``3.成本指标：……``)."""
        if self.named(start, stop):
            return True
        colon = self._view.text.find("：", start, min(stop, start + _HEAD))
        return colon > 0 and bool(self._cues.level(_bare(_trimmed(self._view.text, start, colon, self._cues.fillers))))

    def _after(self, start: int, stop: int) -> int:
        """The start of the next block, at most ``stop``."""
        i = bisect_right(self._view.starts, start)
        return min(self._view.starts[i], stop) if i < len(self._view.starts) else stop

    def _head(self, start: int, stop: int) -> str:
        text = self._view.text
        end = self._after(start, stop)
        pieces = _pieces(text, start, min(end, start + 40), self._cues.fillers)
        return _bare(text[pieces[0][0] : pieces[0][1]]) if pieces else ""

    def path(self, name: Name) -> tuple[str, ...]:
        """First level, second level and the name; ``""`` where a level is not given."""
        known = {level: word for level, _, word in self._open}
        block = bisect_right(self._view.starts, name.start)
        if name.levels:
            self._told = block, name.levels
        elif self._told[0] == block:
            name = replace(name, levels=self._told[1])
        for word in name.levels:
            level = self._cues.level(word)
            if len(name.levels) > 1:
                level = name.levels.index(word) + 1
            known[level] = word
        return known.get(1, ""), known.get(2, ""), name.text
