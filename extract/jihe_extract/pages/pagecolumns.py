"""Pages set in two columns are unrolled: the right column is moved below the left one, as it is read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jihe_extract.layout import Floats, Glyphs, PageContent, Rule, Run, Unrolled, runs_of

_LONG = 0.26
_MIN_LINES, _MIN_BESIDE = 8, 1
_STRIP = (0.49, 0.51)
_FEW = 0.02
_GUTTER = (6.0, 0.12)
_RULED = 0.3


def unroll(content: PageContent) -> PageContent:
    """The page with its right column below its left one; the page itself when it has no two columns of prose."""
    boxes, width = content.glyphs.boxes, content.width
    inside = (boxes[:, 0] < _STRIP[1] * width) & (boxes[:, 2] > _STRIP[0] * width)
    if len(boxes) < 100 or int(inside.sum()) > _FEW * len(boxes):
        return content
    runs = runs_of(boxes, np.zeros(len(boxes), np.int32))
    gutter = _gutter(runs, width)
    if gutter is None or _parted(content, *gutter):
        return content
    left, right, top, bottom = gutter
    middle = (left + right) / 2
    centre, level = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    moved = (centre > middle) & (level > top) & (level < bottom)
    below = level > bottom
    start = min(r.x0 for r in runs if r.x1 < middle and r.x1 - r.x0 > _LONG * width)
    shift = min(r.x0 for r in runs if r.x0 > middle and r.x1 - r.x0 > _LONG * width) - start
    return _moved(content, Unrolled(middle, top, bottom, shift, content.height), moved, below)


def _gutter(runs: list[Run], width: float) -> tuple[float, float, float, float] | None:
    """Left and right edge of the gutter, top and bottom of the columns."""
    half = width / 2
    left = [r for r in runs if r.x1 < half * 1.12 and r.x1 - r.x0 > _LONG * width]
    right = [r for r in runs if r.x0 > half * 0.88 and r.x1 - r.x0 > _LONG * width]
    if max(len(left), len(right)) < _MIN_LINES or min(len(left), len(right)) < _MIN_BESIDE:
        return None
    low, high = max(r.x1 for r in left), min(r.x0 for r in right)
    if not _GUTTER[0] <= high - low <= _GUTTER[1] * width:
        return None
    top = min(r.top for r in (*left, *right))
    bottom = max(r.bottom for r in (*left, *right))
    for run in sorted(runs, key=lambda r: r.top):
        beside = run.x1 < high or run.x0 > low
        if beside and bottom - run.bottom < 0 < bottom + 1.2 * (run.bottom - run.top) - run.top:
            bottom = run.bottom
    if any(r.x0 < low - 3 and r.x1 > high + 3 and top < (r.top + r.bottom) / 2 < bottom for r in runs):
        return None
    return low, high, top, bottom


def _parted(content: PageContent, left: float, right: float, top: float, bottom: float) -> bool:
    """Whether a rule runs down the gutter, or rules run across it: then the halves are cells of one table."""
    down = sum(r.bottom - r.top for r in content.rules if r.vertical and left <= r.x0 <= right)
    level = [r for r in content.rules if not r.vertical and top < r.top < bottom]
    return down > _RULED * (bottom - top) or sum(r.x0 < left - 9 and r.x1 > right + 9 for r in level) > 1


def _moved(content: PageContent, unrolled: Unrolled, moved: NDArray[np.bool_], below: NDArray[np.bool_]) -> PageContent:
    """The content with the marked characters, and the rules beside them, in their new places."""
    boxes: Floats = content.glyphs.boxes.copy()
    boxes[moved] += np.array([-unrolled.shift, unrolled.height] * 2, np.float32)
    boxes[below] += np.array([0, unrolled.height] * 2, np.float32)
    order = np.argsort(moved.astype(np.int8) + 2 * below, kind="stable")
    glyphs = Glyphs([content.glyphs.text[i] for i in order.tolist()], boxes[order], content.glyphs.sizes[order],
                    None if content.glyphs.scores is None else content.glyphs.scores[order])  # fmt: skip
    rules, fills = ([_rule(r, unrolled) for r in drawn] for drawn in (content.rules, content.fills))
    return replace(
        content, glyphs=glyphs, shown=content.shown[order], rules=rules, fills=fills, height=2 * content.height,
        unrolled=unrolled,
    )  # fmt: skip


def _rule(rule: Rule, unrolled: Unrolled) -> Rule:
    dx, dy = unrolled.step((rule.x0 + rule.x1) / 2, (rule.top + rule.bottom) / 2)
    return rule._replace(x0=rule.x0 - dx, x1=rule.x1 - dx, top=rule.top + dy, bottom=rule.bottom + dy)
