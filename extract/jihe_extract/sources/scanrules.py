"""Ruling lines of page images: long strokes, rid of the writing in line with them, and those that form grids."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jihe_extract.layout import Rule

Image = NDArray[np.uint8]
_FILL = 0.86
_DRAWN, _APART = 0.9, 0.08
"""Least share of ink at the end of a rule, and by how much less than the rest of the rule writing has."""
_NEAR = 3
_ON_RING = 0.6
_LEAST_UPRIGHT, _FULL = 0.24, 0.96
"""Least length of an upright rule in inches, and share of ink of a shorter one."""


def _cv2() -> Any:
    import cv2

    return cv2


def ruling_lines(bits: Image, dpi: float) -> list[Rule]:
    """Long straight strokes in both directions; rows of writing, which have gaps, are told apart by their fill."""
    cv2 = _cv2()
    rules: list[Rule] = []
    for vertical in (False, True):
        page = np.ascontiguousarray(bits.T) if vertical else bits
        least = int(max(dpi * (_LEAST_UPRIGHT if vertical else 0.3), 16))
        thick = cv2.dilate(page, np.ones((3, 1), np.uint8))
        bridged = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
        strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
        for x, y, long, high, _ in stats[1:count].tolist():
            if high > max(dpi * 0.06, 6) + 0.03 * long:
                continue
            fill = page[y : y + high, x : x + long].max(axis=0).mean()
            if fill >= _FILL:
                middle = y + high / 2
                rules.append(
                    Rule(middle, x, middle, x + long, True) if vertical else Rule(x, middle, x + long, middle, False)
                )
    return rules


def off_rings(rules: list[Rule], outlines: NDArray[np.bool_]) -> list[Rule]:
    """The rules that are no stretch of the outline of a round seal; lengths are pixels."""

    def share(rule: Rule) -> float:
        x0, x1, top, bottom = (round(v) for v in (rule.x0, rule.x1, rule.top, rule.bottom))
        part = outlines[top : bottom + 1, x0 : x1 + 1]
        return float(part.mean()) if part.size else 0.0

    return [r for r in rules if share(r) < _ON_RING]


def low_uprights(rules: list[Rule], bits: Image, dpi: float) -> list[Rule]:
    """Upright rules in rows too low for :func:`ruling_lines`: ink from one level rule all the way to the next.

    All lengths are pixels.
    """
    least = max(dpi * _LEAST_UPRIGHT, 16)
    flat = sorted((r for r in rules if not r.vertical), key=lambda r: r.top)
    upright = [r for r in rules if r.vertical]
    found: list[Rule] = []
    for above, below in pairwise(flat):
        top, bottom = round(above.top) + _NEAR, round(below.top) - _NEAR
        x0, x1 = int(max(above.x0, below.x0)), int(min(above.x1, below.x1))
        if not dpi * 0.08 < bottom - top < least or x1 - x0 < dpi:
            continue
        part = bits[top:bottom, x0 : x1 + 1]
        full = _cv2().dilate(part, np.ones((1, 3), np.uint8)).mean(axis=0) > _FULL
        edges = np.flatnonzero(np.diff(np.concatenate(([0], full.astype(np.int8), [0]))))
        for start, end in edges.reshape(-1, 2).tolist():
            at = x0 + (start + end - 1) / 2
            known = any(abs(u.x0 - at) < 2 * _NEAR and u.top <= bottom and u.bottom >= top for u in upright)
            if end - start <= 2 * _NEAR + 1 and not known:
                found.append(Rule(at, above.top, at, below.top, True))
    return found


def tied(rules: list[Rule], reach: float) -> list[Rule]:
    """The rules that cross or touch rules of the other direction at both ends; strays of seals fall out."""
    kept = rules
    for _ in range(3):
        flat, upright = [r for r in kept if not r.vertical], [r for r in kept if r.vertical]
        out = [r for r in kept if _tied(r, flat if r.vertical else upright, reach)]
        if len(out) == len(kept):
            break
        kept = out
    return kept


def _tied(rule: Rule, crossing: list[Rule], reach: float) -> bool:
    if rule.vertical:
        near = [c for c in crossing if c.x0 - reach <= rule.x0 <= c.x1 + reach]
        return any(abs(c.top - rule.top) <= reach for c in near) and any(
            abs(c.top - rule.bottom) <= reach for c in near
        )
    near = [
        c
        for c in crossing
        if c.top - reach <= rule.top <= c.bottom + reach and rule.x0 - reach <= c.x0 <= rule.x1 + reach
    ]
    ends = [any(abs(c.x0 - end) <= reach for c in near) for end in (rule.x0, rule.x1)]
    return all(ends) or len(near) >= 2


def without_writing(rules: list[Rule], bits: Image, reach: float) -> list[Rule]:
    """The rules without their ends that are strokes of writing: between the last two crossings ink has gaps there.

    All lengths are pixels.
    """
    flat, upright = [r for r in rules if not r.vertical], [r for r in rules if r.vertical]
    return [_cut_back(r, flat if r.vertical else upright, bits, reach) for r in rules]


def _cut_back(rule: Rule, crossing: list[Rule], bits: Image, reach: float) -> Rule:
    if rule.vertical:
        at, start, end = rule.x0, rule.top, rule.bottom
        met = [c.top for c in crossing if c.x0 - reach <= at <= c.x1 + reach]
    else:
        at, start, end = rule.top, rule.x0, rule.x1
        met = [c.x0 for c in crossing if c.top - reach <= at <= c.bottom + reach]
    places = sorted({round(m) for m in met if start - reach <= m <= end + reach})
    places = [p for n, p in enumerate(places) if n == 0 or p - places[n - 1] > 2 * _NEAR]
    page = bits.T if not rule.vertical else bits
    while len(places) > 2:
        shares = [_drawn(page, round(at), a, b) for a, b in pairwise(places)]
        usual = float(np.median(shares))
        if shares[0] < min(_DRAWN, usual - _APART):
            places = places[1:]
        elif shares[-1] < min(_DRAWN, usual - _APART):
            places = places[:-1]
        else:
            break
    if len(places) < 2:
        return rule
    return _within(rule, places, start, end, reach)


def _within(rule: Rule, places: list[int], start: float, end: float, reach: float) -> Rule:
    """The rule between its first and last crossing, where it runs on beyond them by more than it may."""
    new_start = float(places[0]) if places[0] - start > reach else start
    new_end = float(places[-1]) if end - places[-1] > reach else end
    long = new_end - new_start < 0.5 * (end - start)
    if long:
        return rule
    return rule._replace(top=new_start, bottom=new_end) if rule.vertical else rule._replace(x0=new_start, x1=new_end)


def _drawn(page: Image, at: int, start: int, end: int) -> float:
    """Share of the stretch of an upright line that is inked, give or take two pixels."""
    part = page[start + _NEAR : end - _NEAR, max(at - 2, 0) : at + 3]
    return float(part.max(axis=1).mean()) if part.size else 1.0
