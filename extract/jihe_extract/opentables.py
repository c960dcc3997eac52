"""Tables without vertical rules, three-line and borderless: columns from the gaps that all rows share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from jihe_extract.gridshape import kind
from jihe_extract.layout import PageContent, Rule, Run, runs_of
from jihe_extract.opengrid import grid_from_blocks
from jihe_extract.tables import Grid

_GAP = 0.5
_MIN_COLUMNS = 3
_MIN_ROWS = 3
_FAR = 3.2
_NEAR = 1.62
_MAX_LOOSE = 6
_LEVEL = 0.5
_LONG = 0.4
_HINT = re.compile(r"表|指标|分值|得分|预算数|决算数|执行数|金额|单位[:：]")


class Segment(NamedTuple):
    """A stretch of a text row without a wide gap inside."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Row:
    """One text row of the page."""

    segments: list[Segment]
    em: float

    @property
    def top(self) -> float:
        """Highest point."""
        return min(s.top for s in self.segments)

    @property
    def bottom(self) -> float:
        """Lowest point."""
        return max(s.bottom for s in self.segments)

    @property
    def text(self) -> str:
        """The words, without gaps."""
        return "".join(s.text for s in self.segments)


def find_open_grids(content: PageContent, free: np.ndarray) -> list[Grid]:
    """Tables among the characters for which ``free`` holds (those outside ruled tables)."""
    if int(free.sum()) < 2 * _MIN_COLUMNS or not _side_by_side(content, free):
        return []
    rows = text_rows(content, free)
    if sum(len(row.segments) >= _MIN_COLUMNS for row in rows) < _MIN_ROWS:
        return []
    flat = [r for r in content.rules if not r.vertical and r.x1 - r.x0 > _LONG * content.width]
    grids = []
    for region in _regions(rows, flat):
        body = rows[region.start : region.stop]
        em = sorted(row.em for row in body)[len(body) // 2]
        columns = _columns(body, em)
        if len(columns) < _MIN_COLUMNS + 1 or not _figured(body, columns) or not _hinted(rows, region, flat):
            continue
        segments = [piece for row in body for s in row.segments for piece in _split(s, columns, content, em)]
        grid = grid_from_blocks([(s.x0, s.top, s.x1, s.bottom, s.text) for s in segments], columns, em)
        if grid is not None:
            grids.append(grid)
    return grids


def _side_by_side(content: PageContent, free: np.ndarray) -> bool:
    """Whether the page holds clearly more stretches of text than levels of text: cheap, and true of all tables."""
    boxes = content.glyphs.boxes[free]
    step, high = boxes[1:, 0] - boxes[:-1, 2], np.maximum(boxes[1:, 3] - boxes[1:, 1], 1.0)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    parted = (step > 0.4 * high) | (step < -0.8 * high) | (np.abs(np.diff(middle)) > 0.5 * high)
    levels = np.unique(np.rint(middle / (0.5 * float(high.mean())))) if len(boxes) > 1 else middle
    return int(parted.sum()) + 1 - len(levels) >= 2 * _MIN_ROWS - 2


def text_rows(content: PageContent, free: np.ndarray) -> list[Row]:
    """Rows of segments, top down; blanks are gaps."""
    inked = np.array([not c.isspace() for c in content.glyphs.text]) & free
    index = np.flatnonzero(inked)
    if not len(index):
        return []
    boxes = content.glyphs.boxes[index]
    wide = np.array(["\u4e00" <= content.glyphs.text[i] <= "\u9fff" for i in index])
    ems = np.where(wide, boxes[:, 2] - boxes[:, 0], 0.8 * (boxes[:, 3] - boxes[:, 1]))
    if content.optical:
        ems = 0.9 * (boxes[:, 3] - boxes[:, 1])
    apart = boxes[1:, 0] - boxes[:-1, 2] > _GAP * np.minimum(ems[1:], ems[:-1])
    runs = runs_of(boxes, np.concatenate(([0], np.cumsum(apart))).astype(np.int32))
    rows = []
    for line in _level_runs(runs):
        sizes = sorted(size for run in line for size in ems[run.i0 : run.i1].tolist())
        em = sizes[len(sizes) // 2]
        segments: list[Segment] = []
        for run in line:
            words = "".join(content.glyphs.text[i] for i in index[run.i0 : run.i1])
            if segments and run.x0 - segments[-1].x1 <= _GAP * em:
                last = segments[-1]
                segments[-1] = Segment(last.text + words, last.x0, min(last.top, run.top), run.x1,
                                       max(last.bottom, run.bottom))  # fmt: skip
            else:
                segments.append(Segment(words, run.x0, run.top, run.x1, run.bottom))
        rows.append(Row(segments, em))
    return rows


def _level_runs(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs on exactly one level; the lines of a tall cell beside a low one are rows of their own."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.top + r.bottom):
        head = rows[-1][0] if rows else None
        if head is not None and abs(run.top + run.bottom - head.top - head.bottom) < _LEVEL * (head.bottom - head.top):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda r: r.x0) for row in rows]


def _regions(rows: Sequence[Row], flat: Sequence[Rule]) -> list[range]:
    """Stretches of rows that may be one table: rows of three segments, and what lies close between them."""
    regions: list[range] = []
    start: int | None = None
    last = 0
    for i, row in enumerate(rows):
        tabular = len(row.segments) >= _MIN_COLUMNS
        if start is not None and not _goes_on(rows, i, start, last, flat):
            regions.append(range(start, last + 1))
            start = None
        if start is None and tabular:
            start = last = i
            while start > 0 and _attached(rows, start - 1, start, i):
                start -= 1
        elif start is not None and (tabular or (i - last <= 2 and _attached(rows, i, i - 1, last))):
            last = i
    if start is not None:
        regions.append(range(start, last + 1))
    return [r for r in regions if sum(len(rows[i].segments) >= _MIN_COLUMNS for i in r) >= _MIN_ROWS - 1]


def _goes_on(rows: Sequence[Row], i: int, start: int, last: int, flat: Sequence[Rule]) -> bool:
    """Whether row ``i`` may still belong to the region whose last certain row is ``last``."""
    row, before = rows[i], rows[i - 1]
    if not _same_size(row, rows[last]) or i - last > _MAX_LOOSE:
        return False
    gap = row.top - before.bottom
    if gap > _FAR * row.em and not any(before.top < rule.top < row.bottom for rule in flat):
        return False
    return len(row.segments) >= _MIN_COLUMNS or _narrow(row, rows[start : last + 12])


def _same_size(row: Row, other: Row) -> bool:
    """Whether the two rows are set in type of about one size."""
    a, b = (max(s.bottom - s.top for s in r.segments) for r in (row, other))
    return abs(a - b) <= 0.2 * max(a, b)


def _narrow(row: Row, table: Sequence[Row]) -> bool:
    """Whether the row's stretches are narrow enough to be the lines of cells."""
    tabular = [s for r in table if len(r.segments) >= _MIN_COLUMNS for s in r.segments]
    wide = max(s.x1 for s in tabular) - min(s.x0 for s in tabular)
    return all(s.x1 - s.x0 < 0.4 * wide for s in row.segments)


def _attached(rows: Sequence[Row], i: int, neighbour: int, tabular: int) -> bool:
    """Whether row ``i`` stands as close to its neighbour as the lines of one cell, in the table's columns."""
    row, other = rows[i], rows[neighbour]
    close = abs(row.top - other.top) < _NEAR * max(row.em, other.em)
    over = [s for r in rows[max(0, tabular - 12) : tabular + 12] for s in r.segments if len(r.segments) > 2]
    fits = all(
        any(min(s.x1, x.x1) - max(s.x0, x.x0) > -1.0 * row.em for s in over) and x.x1 - x.x0 < 14 * row.em
        for x in row.segments
    )
    return close and fits and _same_size(row, other) and _narrow(row, rows[max(0, tabular - 12) : tabular + 12])


def _columns(rows: Sequence[Row], em: float) -> list[float]:
    """Column edges: the middles of the gaps that (nearly) all rows keep free, and the outer ends."""
    full = [row for row in rows if len(row.segments) >= 2] or list(rows)
    low, high = min(s.x0 for r in rows for s in r.segments), max(s.x1 for r in rows for s in r.segments)
    step = max(em / 8, 0.5)
    cover = np.zeros(int((high - low) / step) + 2)
    for row in full:
        for s in row.segments:
            cover[int((s.x0 - low) / step) : int((s.x1 - low) / step) + 1] += 1
    allowed = 0 if len(full) < 6 else max(1, int(0.08 * len(full)))
    free = cover <= allowed
    edges = [low - em / 2]
    start = None
    for i, empty in enumerate([*free.tolist(), False]):
        if empty and start is None:
            start = i
        elif not empty and start is not None:
            if (i - start) * step >= 0.3 * em and start > 0 and i < len(cover) - 1:
                edges.append(low + (start + i) / 2 * step)
            start = None
    return [*edges, high + em / 2]


def _split(segment: Segment, columns: Sequence[float], content: PageContent, em: float) -> list[Segment]:
    """Cut a segment at a column edge where two neighbouring cells nearly touch."""
    boxes = content.glyphs.boxes
    for edge in columns[1:-1]:
        if not segment.x0 + 0.4 * em < edge < segment.x1 - 0.4 * em:
            continue
        inside = np.flatnonzero(
            (boxes[:, 0] >= segment.x0 - 0.1)
            & (boxes[:, 2] <= segment.x1 + 0.1)
            & (boxes[:, 1] >= segment.top - 0.1)
            & (boxes[:, 3] <= segment.bottom + 0.1)
        )
        order = sorted((float(boxes[i, 0]), float(boxes[i, 2]), int(i)) for i in inside)
        for k, (left, right) in enumerate(pairwise(order)):
            if right[0] - left[1] >= 0.18 * em and abs((right[0] + left[1]) / 2 - edge) < em:
                words = [content.glyphs.text[i] for _, _, i in order]
                first = Segment("".join(words[: k + 1]), segment.x0, segment.top, left[1], segment.bottom)
                rest = Segment("".join(words[k + 1 :]), right[0], segment.top, segment.x1, segment.bottom)
                return [first, *_split(rest, columns, content, em)]
    return [segment]


def _figured(rows: Sequence[Row], columns: Sequence[float]) -> bool:
    """Whether at least one column holds figures in half of the rows."""
    tabular = [row for row in rows if len(row.segments) >= _MIN_COLUMNS]
    for left, right in pairwise(columns):
        texts = [s.text for row in tabular for s in row.segments if left < (s.x0 + s.x1) / 2 < right]
        if sum(kind(t) in ("percent", "number", "amount") for t in texts) >= max(2, 0.5 * (len(tabular) - 1)):
            return True
    return False


def _hinted(rows: Sequence[Row], region: range, flat: Sequence[Rule]) -> bool:
    """Whether anything but the columns says that this is a table: rules, a caption, a head, many rows."""
    top, bottom = rows[region.start].top, rows[region.stop - 1].bottom
    if sum(top - 30 < rule.top < bottom + 30 for rule in flat) >= 2:
        return True
    words = "".join(row.text for row in rows[max(0, region.start - 3) : region.start + 2])
    return bool(_HINT.search(words)) or len(region) >= 2 * _MIN_ROWS
