"""Where tables stand between horizontal rules of one length: which rules begin, part and end each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from jihe_extract.grids.gridshape import kind
from jihe_extract.grids.openlines import Row
from jihe_extract.grids.openrules import Sep

MIN_COLUMNS = 3
FIGURES = ("number", "percent")
CAPTION = re.compile(r"^\s*(?:[（(]?续?表|附表|[（(]?(?:金额)?单位)|^(?:注|说明|资料来源|数据来源)\s*[:：\d]")
_UNIT = re.compile(r"^[（(]?(?:金额|编制|填报|填表|计量)?单位\s*[:：]")
UNIT_LINE = re.compile(r"^[（(]?(?:金额)?(?:计量)?单位\s*[:：]\s*(?:人民币)?[^，。：:]{1,6}[）)]?$")
"""A row that holds nothing but the unit of a table."""
_WIDE = 0.7
_PAIR = 2


class Frame(NamedTuple):
    """A table between rules: its first and last rule, all rules of its length, and whether none of them ends it."""

    first: Sep
    last: Sep
    rules: tuple[Sep, ...]
    open: bool
    head: float | None = None
    """The level of the rule below the head, when it holds no figure."""


class _Band(NamedTuple):
    """What stands between two rules: the rows, in how many columns, and whether a level of it has neighbours."""

    rows: list[Row]
    parts: int
    paired: bool
    high: float

    @property
    def figured(self) -> bool:
        """Whether it holds a bare number or a rate."""
        return any(kind(s.text) in FIGURES for row in self.rows for s in row.segments)


def within(rows: Sequence[Row], top: float, bottom: float, x0: float, x1: float) -> list[Row]:
    """The rows between two levels, with what stands between two edges."""
    found = []
    for row in rows:
        if top < (row.top + row.bottom) / 2 < bottom:
            inside = [s for s in row.segments if x0 - 3 <= (s.x0 + s.x1) / 2 <= x1 + 3]
            if inside:
                found.append(Row(inside, row.em))
    return found


def frames_of(rows: Sequence[Row], family: Sequence[Sep]) -> list[Frame]:
    """The tables between rules of one length, top down."""
    bands = [_band(within(rows, a.y, b.y, a.x0, a.x1), a, b) for a, b in pairwise(family)]
    state = [band.parts >= MIN_COLUMNS for band in bands]
    state = [now or _is_part(bands, state, i) for i, now in enumerate(state)]
    frames: list[Frame] = []
    start = None
    for i, tabular in enumerate([*state, False]):
        if tabular and start is None:
            start = i - 1 if i and _stands_over(bands[i - 1], bands[i]) else i
        elif not tabular and start is not None:
            if i < len(bands) and _bridged(bands, state, start, i):
                continue
            frames.append(_frame(family, bands, start, i))
            start = None
    return sorted([*frames, *_pairs(family, bands, state)], key=lambda f: f.first.y)


def _frame(family: Sequence[Sep], bands: Sequence[_Band], start: int, after: int) -> Frame:
    """The table of some bands; none of its rules ends it when all that they part is a head."""
    inside = bands[start:after]
    figured = any(band.figured for band in inside)
    head = not figured and (len(inside) == 1 or all(_levels(band) == 1 for band in inside))
    names = 1  # bands of names: more of them below, as under names that cover several columns
    while names < len(inside) - 1 and _names(inside[names]) and inside[names].parts > inside[names - 1].parts:
        names += 1
    cut = None if any(band.figured for band in inside[:names]) else family[start + names].y
    return Frame(family[start], family[after], tuple(family[start : after + 1]), family[after].shade or head, cut)


def _stands_over(band: _Band, below: _Band) -> bool:
    """Whether a band holds one name over names below it that leave out the first column: no caption, but a head."""
    if band.parts != 1 or band.figured or below.figured or not below.rows or len(band.rows) != 1:
        return False
    name, first = band.rows[0].segments[0], min((s for r in below.rows for s in r.segments), key=lambda s: s.x0)
    last = max(s.x1 for r in below.rows for s in r.segments)
    over = [s for r in below.rows for s in r.segments if s.x0 > first.x1]
    if not over or name.x0 < first.x1 or CAPTION.search(name.text):
        return False
    middle = (min(s.x0 for s in over) + last) / 2
    return abs((name.x0 + name.x1) / 2 - middle) < band.rows[0].em


def _names(band: _Band) -> bool:
    """Whether a band holds names side by side, and no figure."""
    return band.paired and not band.figured


def _levels(band: _Band) -> int:
    """How many levels of text with neighbours a band has."""
    return sum(len(row.segments) > 1 for row in band.rows)


def _band(inside: list[Row], above: Sep, below: Sep) -> _Band:
    """In how many columns the text between two rules stands: in none when it is prose, a caption, a unit."""
    segments = sorted((s for row in inside for s in row.segments), key=lambda s: s.x0)
    em = max((row.em for row in inside), default=0.0)
    prose = any(s.x1 - s.x0 > _WIDE * (above.x1 - above.x0) for s in segments)
    prose = prose or any(s.x0 < above.x0 - em or s.x1 > above.x1 + em for s in segments)
    if not segments or prose or any(_UNIT.match(s.text) for s in segments):
        return _Band(inside, 0, False, below.y - above.y)
    parts, end = 0, float("-inf")
    for s in segments:
        parts += s.x0 > end
        end = max(end, s.x1)
    paired = any(len(row.segments) > 1 and not CAPTION.search(row.text) for row in inside)
    return _Band(inside, parts, paired, below.y - above.y)


def _is_part(bands: Sequence[_Band], state: Sequence[bool], i: int) -> bool:
    """Whether a band of two columns belongs to the table that it touches."""
    beside = any(state[k] for k in (i - 1, i + 1) if 0 <= k < len(state))
    return beside and bands[i].parts == _PAIR and bands[i].paired


def _bridged(bands: Sequence[_Band], state: Sequence[bool], start: int, i: int) -> bool:
    """Whether a band without columns is the name of a group of rows, not what stands between two tables.

    It holds one stretch, in a row that is no higher than others, and no new head follows.
    """
    inside = bands[i].rows
    if i + 1 >= len(bands) or not state[i + 1] or len(inside) != 1 or len(inside[0].segments) != 1:
        return False
    if CAPTION.search(inside[0].text) or bands[i].parts != 1:
        return False
    usual = max(band.high / max(len(band.rows), 1) for band in bands[start:i])
    headed = any(band.figured for band in bands[start:i])
    return bands[i].high < 1.5 * usual and (bands[i + 1].figured or not headed)


def _pairs(family: Sequence[Sep], bands: Sequence[_Band], state: Sequence[bool]) -> list[Frame]:
    """Tables of two columns: a head of two names under one rule, figures beside their names under the next."""
    frames = []
    for i in range(len(bands) - 1):
        head, body = bands[i], bands[i + 1]
        if state[i] or state[i + 1] or head.parts != _PAIR or body.parts != _PAIR or head.figured:
            continue
        single = len(head.rows) == 1 and head.paired
        if single and _levels(body) > 1 and 2 * _levels(body) > len(body.rows) and _figured_pairs(body):
            after = i + 2
            while after < len(bands) and not state[after] and _figured_pairs(bands[after]):
                after += 1
            frames.append(_frame(family, bands, i, after))
    return frames


def _figured_pairs(band: _Band) -> bool:
    """Whether most levels of two stretches end in a figure."""
    pairs = [row for row in band.rows if len(row.segments) == _PAIR]
    return bool(pairs) and 2 * sum(kind(r.segments[-1].text) in (*FIGURES, "amount") for r in pairs) > len(pairs)
