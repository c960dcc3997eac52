"""Column edges of a table without vertical rules: the gaps that its rows keep free."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jihe_extract.grids.gridshape import kind
from jihe_extract.grids.openlines import Row, Segment
from jihe_extract.grids.openrows import TOTAL

_FIGURES = ("number", "percent", "amount")
_LEAST, _STEP = 0.2, 0.05
"""The least gap between two columns, and the precision of places, in em."""


def columns_of(rows: Sequence[Row], em: float, names: int = 0) -> list[float]:
    """Column edges: the middles of the gaps that (nearly) all rows keep free, and the outer ends.

    Names in the head (so many rows, if known) that stand over several columns fill no gap; names over nothing are
    columns, too.
    """
    first = names or next((i for i, row in enumerate(rows) if any(kind(s.text) in _FIGURES for s in row.segments)), 0)
    strict, held = _edges(rows, first, em, 0)
    if len(rows) - first < 6:
        return strict
    loose, more = _edges(rows, first, em, max(1, int(0.08 * (len(rows) - first))))
    return loose if more > held else strict


def _edges(rows: Sequence[Row], first: int, em: float, allowed: int) -> tuple[list[float], int]:
    """Edges when a gap may be crossed by so many rows of the body, which begins at row ``first``.

    Also returns how many of the columns hold more than a name.
    """
    low, high = min(s.x0 for r in rows for s in r.segments), max(s.x1 for r in rows for s in r.segments)
    step = _STEP * max(em, 1.0)
    cover = np.zeros(int((high - low) / step) + 2)

    def place(s: Segment) -> slice:
        return slice(int((s.x0 - low) / step), max(int((s.x1 - low) / step), int((s.x0 - low) / step) + 1))

    for s in (s for row in rows[first:] for s in row.segments if not TOTAL.match(s.text)):
        cover[place(s)] += 1
    body = np.where(cover <= allowed, 0, cover) > 0
    named = np.zeros(len(body), np.bool_)
    least = round(_LEAST / _STEP)
    for row in reversed(rows[:first]):
        parts = _parts(body | named, least)
        for at in map(place, row.segments):
            near = [(a, b) for a, b in parts if b + least > at.start and a < at.stop + least]
            touched = len(near) - sum(_rest_of(at, part, body, round(0.3 / _STEP)) for part in near)
            if touched < 2 and not (touched == 0 and _centred(at, parts, named, round(1 / _STEP))):
                named[at] = True
    filled = _parts(body | named, least)
    filled = _wedded(filled, body, named)
    inner = [low + (before[1] + after[0]) / 2 * step for before, after in pairwise(filled)]
    return [low - em / 2, *inner, high + em / 2], sum(bool(body[a:b].any()) for a, b in filled)


def _rest_of(at: slice, part: tuple[int, int], body: np.ndarray, slack: int) -> bool:
    """Whether a part without figures is only the last, short line of the name that stands above it."""
    inside = at.start - slack <= part[0] and part[1] <= at.stop + slack and not body[slice(*part)].any()
    aligned = abs(part[0] - at.start) < slack or abs(part[0] + part[1] - at.start - at.stop) < 2 * slack
    return inside and aligned


def _centred(at: slice, parts: Sequence[tuple[int, int]], named: np.ndarray, em: int) -> bool:
    """Whether a name stands right between two names below it, as one over both does."""
    left = max((p for p in parts if p[1] <= at.start), default=None)
    right = min((p for p in parts if p[0] >= at.stop), default=None)
    if left is None or right is None or not (named[slice(*left)].any() and named[slice(*right)].any()):
        return False
    centres = [float(np.flatnonzero(named[a:b]).mean()) + a for a, b in (left, right)]
    return bool(abs(sum(centres) - (at.start + at.stop)) < 1.6 * em)


def _wedded(parts: Sequence[tuple[int, int]], body: np.ndarray, named: np.ndarray) -> list[tuple[int, int]]:
    """The columns; a name beside a column without a name, with which it shares no place, is that column's."""
    found: list[tuple[int, int]] = []
    for a, b in parts:
        if found:
            p, q = found[-1]
            held = {(bool(body[i:j].any()), bool(named[i:j].any())) for i, j in ((p, q), (a, b))}
            if held == {(True, False), (False, True)}:
                found[-1] = p, b
                continue
        found.append((a, b))
    return found


def _parts(filled: np.ndarray, least: int) -> list[tuple[int, int]]:
    """Half-open stretches in which the mask holds; gaps smaller than the least are none."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    found: list[tuple[int, int]] = []
    for a, b in steps.reshape(-1, 2).tolist():
        if found and a - found[-1][1] < least:
            found[-1] = found[-1][0], b
        else:
            found.append((a, b))
    return found
