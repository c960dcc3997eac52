"""Rules and edges of shaded bands, as a help for tables without vertical rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from jihe_extract.layout import Glyphs, Rule

_LEVEL = 2.0
_YEAR = re.compile(r"(?:19|20)\d\d\s*年")
_TOUCH = 2.5
_SAME_END = 5.0


class Sep(NamedTuple):
    """A horizontal line at ``y`` from ``x0`` to ``x1``."""

    y: float
    x0: float
    x1: float
    shade: bool = False
    """Whether it is the edge of a shaded band, not a rule."""

    def covers(self, left: float, right: float) -> bool:
        """Whether the line runs over the middle of the stretch."""
        return self.x0 <= (left + right) / 2 <= self.x1


def level_rules(rules: Sequence[Rule]) -> list[Sep]:
    """Horizontal rules from top to bottom; the pieces that cells were given, and double lines, become one."""
    levels: list[list[Rule]] = []
    for rule in sorted((r for r in rules if not r.vertical), key=lambda r: r.top):
        if levels and rule.top - levels[-1][-1].top <= _LEVEL:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    found = []
    for level in levels:
        y = sum(r.top for r in level) / len(level)
        start, end = None, 0.0
        for rule in sorted(level, key=lambda r: r.x0):
            if start is not None and rule.x0 > end + _TOUCH:
                found.append(Sep(y, start, end))
                start = None
            start, end = (rule.x0, rule.x1) if start is None else (start, max(end, rule.x1))
        if start is not None:
            found.append(Sep(y, start, end))
    return found


def same_ends(one: Sep, other: Sep) -> bool:
    """Whether two lines begin and end at the same places."""
    return abs(one.x0 - other.x0) < _SAME_END and abs(one.x1 - other.x1) < _SAME_END


def families(seps: Sequence[Sep], least: float) -> list[list[Sep]]:
    """Lines of at least the given length, together with those that begin and end at the same places; longest first."""
    groups: list[list[Sep]] = []
    for sep in seps:
        if sep.x1 - sep.x0 < least:
            continue
        home = next((g for g in groups if same_ends(g[0], sep)), None)
        if home is not None:
            home.append(sep)
        else:
            groups.append([sep])
    return sorted((g for g in groups if len(g) > 1), key=lambda g: g[0].x0 - g[0].x1)


def separators(rules: Sequence[Rule], fills: Sequence[Rule]) -> list[Sep]:
    """Horizontal rules, and the edges of shaded bands where no rule runs, top down."""
    drawn = level_rules(rules)
    edges = [s._replace(shade=True) for s in level_rules(fills) if not any(abs(s.y - d.y) <= 2 * _LEVEL for d in drawn)]
    return sorted([*drawn, *edges], key=lambda s: s.y)


def striped(fills: Sequence[Rule], glyphs: Glyphs) -> bool:
    """Whether shades only mark every other row, or the head: text stands between them, or no figure on them."""
    bands: list[list[float]] = []
    for side in sorted((f for f in fills if f.vertical), key=lambda f: f.top):
        if bands and side.top <= bands[-1][1] + 1.0:
            bands[-1][1] = max(bands[-1][1], side.bottom)
        else:
            bands.append([side.top, side.bottom])
    if not bands:
        return False
    boxes = glyphs.boxes
    left, right = min(f.x0 for f in fills), max(f.x1 for f in fills)
    middle, centre = (boxes[:, 1] + boxes[:, 3]) / 2, (boxes[:, 0] + boxes[:, 2]) / 2
    within = (centre > left) & (centre < right) & (middle > bands[0][0]) & (middle < bands[-1][1])
    shaded = np.zeros(len(boxes), np.bool_)
    for top, bottom in bands:
        shaded |= within & (middle > top) & (middle < bottom)
    words = _YEAR.sub("", "".join(glyphs.text[i] for i in np.flatnonzero(shaded).tolist()))
    return bool(within.sum() > 1.1 * shaded.sum()) or not any(c.isdecimal() for c in words)
