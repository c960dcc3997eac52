"""Where on a page tables without vertical rules stand: between rules of one length, else by rows of stretches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jihe_extract.grids.gridshape import kind
from jihe_extract.grids.openframes import CAPTION, FIGURES, MIN_COLUMNS, UNIT_LINE, Frame, frames_of, within
from jihe_extract.grids.openlines import Row
from jihe_extract.grids.openrows import TOTAL
from jihe_extract.grids.openrules import Sep, families

MIN_ROWS = 3
_FAR = 3.2
_NEAR = 1.62
_MAX_LOOSE = 6
_LOW, _FOOT = 0.6, 0.92
_TOP = 0.22
_SKIPPED = 3
_HEAD_BANDS = 2
_ABOVE = 4
"""How many rows at most stand above the head: lines of a caption, the unit."""


@dataclass(slots=True)
class Region:
    """Rows that may be one table, and the rules between and around them."""

    rows: list[Row]
    seps: list[Sep]
    ruled: bool = False
    rules: tuple[Sep, ...] = ()
    """The rules of its full length."""
    head: float | None = None
    """The level of the rule below its head, when that is known."""
    head_only: bool = False
    """Whether only the head stands on this page, at its end."""


def regions_of_page(rows: Sequence[Row], seps: Sequence[Sep], width: float, height: float) -> list[Region]:
    """All regions of a page, top down."""
    found: list[Region] = []
    rest = list(rows)
    for family in families(seps, 0.25 * width):
        for frame in frames_of(rest, family):
            region, left = _cut_out(rest, frame, seps)
            if frame.open or _runs_on(region, left):
                left = _extend(region, left, len(frame.rules) - 1)
                if region.head_only and any(frame.last.y < r.top < _FOOT * height for r in left):
                    continue
            rest = left
            found.append(region)
    flat = [s for s in seps if s.x1 - s.x0 > 0.4 * width]
    spans = _regions(rest, flat)
    if not spans and (head := _last_head(rest, height)):
        found.append(Region(head, [], head_only=True))
    for span in spans:
        body = _without_caption(rest[_under_unit(rest, span) : span.stop])
        top, bottom = body[0].top - 1.5 * body[0].em, body[-1].bottom + 1.5 * body[-1].em
        last = not any(body[-1].bottom < r.top < _FOOT * height for r in rest)
        found.append(Region(body, [s for s in seps if top < s.y < bottom], ruled=last and _under_rule(body, seps)))
    return sorted(found, key=lambda r: r.rows[0].top)


def _without_caption(body: list[Row]) -> list[Row]:
    """The rows without first ones that hold one stretch in the middle of the whole: no column's name, but a caption.

    A line of the unit stands between a caption and the head: what is below it belongs to the table.
    """
    unit = next((i for i, row in enumerate(body[:_ABOVE]) if UNIT_LINE.match(row.text)), -1)
    if 0 <= unit < len(body) - 1 and not any(kind(s.text) in FIGURES for r in body[:unit] for s in r.segments):
        return body[unit + 1 :]
    x0, x1 = min(s.x0 for r in body for s in r.segments), max(s.x1 for r in body for s in r.segments)
    start = 0
    for row in body[:-1]:
        if len(row.segments) > 1 or abs(row.segments[0].x0 + row.segments[0].x1 - x0 - x1) > 4 * row.em:
            break
        start += 1
    return body[start:]


def _under_unit(rows: Sequence[Row], span: range) -> int:
    """Where the table begins: with the row below the line of its unit, if that stands few rows above.

    The names over several columns stand further from the names below them than lines of one cell do.
    """
    for i in range(span.start - 1, max(span.start - _ABOVE, 0) - 1, -1):
        if UNIT_LINE.match(rows[i].text):
            return i + 1
        if rows[i + 1].top - rows[i].bottom > _FAR * rows[i].em or not _narrow(rows[i], rows[span.start : span.stop]):
            break
    return span.start


def _under_rule(body: Sequence[Row], seps: Sequence[Sep]) -> bool:
    """Whether a rule as long as the rows stands right above them."""
    x0, x1 = min(s.x0 for r in body for s in r.segments), max(s.x1 for r in body for s in r.segments)
    top, em = body[0].top, body[0].em
    return any(top - 2 * em < s.y < top and s.x0 < x0 + em and s.x1 > x1 - em and not s.shade for s in seps)


def _last_head(rows: Sequence[Row], height: float) -> list[Row]:
    """The last rows of the page, when they look like names of columns and follow a caption."""
    rows = [r for r in rows if r.top < _FOOT * height]
    taken: list[Row] = []
    for row in reversed(rows):
        if len(taken) > 3 or row.bottom < _LOW * height or (taken and taken[0].top - row.top > _NEAR * row.em):
            break
        if any(kind(s.text) != "text" or s.x1 - s.x0 > 9 * row.em for s in row.segments) or CAPTION.search(row.text):
            break
        taken.insert(0, row)
    above = [r.text for r in rows[: len(rows) - len(taken)][-3:]]
    named = max((len(r.segments) for r in taken), default=0) > MIN_COLUMNS
    return taken if named and any(CAPTION.search(text) for text in above) else []


def continued(rows: Sequence[Row], seps: Sequence[Sep], columns: Sequence[float], head: str, height: float
              ) -> Region | None:  # fmt: skip
    """The rows at the page's top that go on with a table in the given columns; ``head`` are the words of its head."""
    start = next(
        (i for i, row in enumerate(rows[: _SKIPPED + 1])
         if row.top < _TOP * height and (_fits(row, columns) or _named(row, head))), -1
    )  # fmt: skip
    if start < 0 or any(s.x1 - s.x0 > 0.5 * (columns[-1] - columns[0]) for r in rows[:start] for s in r.segments):
        return None
    taken: list[Row] = []
    ends = [s.y for s in seps if abs(s.x0 - columns[0]) < 12 and abs(s.x1 - columns[-1]) < 12]
    certain, figured = 1, False
    for row in rows[start:]:
        gap = row.top - taken[-1].bottom if taken else 0.0
        parted = bool(taken) and any(taken[-1].bottom - 1 < y < row.top + 1 for y in ends)
        most = (_FAR if parted or len(row.segments) > 1 else _NEAR) * row.em
        if gap > most or not (_fits(row, columns) or (not figured and _named(row, head))):
            break
        figures = any(kind(s.text) in FIGURES for s in row.segments)
        if len(row.segments) >= MIN_COLUMNS and not (figured or figures or _named(row, head)):
            return None
        taken.append(row)
        figured = figured or figures
        near = row.top - taken[certain - 1].bottom < row.em
        if len(row.segments) > 1 or near or (parted and figures):
            certain = len(taken)
    taken = taken[:certain]
    if not figured or not taken or sum(len(r.segments) for r in taken) < MIN_COLUMNS - 1:
        return None
    low, high = taken[0].top - 1.5 * taken[0].em, taken[-1].bottom + 1.5 * taken[-1].em
    return Region(taken, [s for s in seps if low < s.y < high], ruled=True)


def unread_rest(rows: Sequence[Row], columns: Sequence[float], height: float) -> bool:
    """Whether the first rows of a page stand in the columns of the table before, and were read as no table."""
    first = rows[:_SKIPPED]
    if not first or first[0].top > _TOP * height or not _fits(first[0], columns):
        return False
    return any(len(row.segments) >= MIN_COLUMNS and _fits(row, columns) for row in first)


def _named(row: Row, head: str) -> bool:
    """Whether the row holds nothing but words of the head."""
    return bool(head) and all(s.text.strip() in head for s in row.segments)


def _fits(row: Row, columns: Sequence[float]) -> bool:
    """Whether every stretch of the row stands inside one column."""
    slack, most = 0.6 * row.em, 12 * row.em
    edges = [columns[0] - most, *columns[1:-1], columns[-1] + most]
    segments = row.segments[1:] if TOTAL.match(row.segments[0].text) else row.segments
    return all(any(a - slack <= s.x0 and s.x1 <= b + slack for a, b in pairwise(edges)) for s in segments)


def _cut_out(rows: list[Row], frame: Frame, seps: Sequence[Sep]) -> tuple[Region, list[Row]]:
    """The region between two rules, and the rows without it."""
    first, last = frame.first, frame.last
    inside = within(rows, first.y, last.y, first.x0, first.x1)
    taken = {id(s) for row in inside for s in row.segments}
    rest = []
    for row in rows:
        kept = [s for s in row.segments if id(s) not in taken]
        if kept:
            rest.append(row if len(kept) == len(row.segments) else Row(kept, row.em))
    near = [s for s in seps if first.y - 1 <= s.y <= last.y + 1 and s.x1 > first.x0 and s.x0 < first.x1]
    return Region(inside, near, ruled=True, rules=frame.rules, head=frame.head), rest


def _runs_on(region: Region, rest: Sequence[Row]) -> bool:
    """Whether another row of figures follows right below the last rule, so that it only parts two groups of rows."""
    last = region.rules[-1]
    under = within(rest, last.y, last.y + 2.5 * region.rows[-1].em, last.x0, last.x1)
    figured = (any(kind(s.text) in FIGURES for s in row.segments) for row in under if len(row.segments) >= MIN_COLUMNS)
    return not last.shade and not any(CAPTION.search(row.text) for row in under) and any(figured)


def _extend(region: Region, rest: list[Row], bands: int) -> list[Row]:
    """Take in the rows below a head whose table has no rule at its end; returns what remains.

    ``bands`` are the stretches between the rules: more than two are rows, not a head.
    """
    low = region.rows[-1].bottom
    x0, x1 = min(s.x0 for s in region.seps), max(s.x1 for s in region.seps)
    below = within(rest, low, 1e9, x0, x1)
    taken = 0
    for i, row in enumerate(below):
        before = below[i - 1] if i else region.rows[-1]
        wide = any(s.x1 - s.x0 > 0.6 * (x1 - x0) for s in row.segments)
        if wide or row.top - before.bottom > _FAR * row.em or CAPTION.search(row.text):
            break
        close = i == taken > 0 and row.top - before.top < _NEAR * row.em
        near = close and _narrow(row, region.rows + below[:i]) and _same_size(row, before)
        if len(row.segments) >= MIN_COLUMNS or near:
            taken = i + 1
        elif i - taken > 3:
            break
    region.rows += below[:taken]
    gone = {id(s) for row in below[:taken] for s in row.segments}
    figured = any(kind(s.text) in FIGURES for r in region.rows for s in r.segments)
    region.head_only = not taken and not figured and bands <= _HEAD_BANDS
    return [r for r in rest if not any(id(s) in gone for s in r.segments)]


def _regions(rows: Sequence[Row], flat: Sequence[Sep]) -> list[range]:
    """Stretches of rows that may be one table: rows of three segments, and what lies close between them."""
    regions: list[range] = []
    start: int | None = None
    last = 0
    for i, row in enumerate(rows):
        tabular = len(row.segments) >= MIN_COLUMNS
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
    return [r for r in regions if sum(len(rows[i].segments) >= MIN_COLUMNS for i in r) >= MIN_ROWS - 1]


def _goes_on(rows: Sequence[Row], i: int, start: int, last: int, flat: Sequence[Sep]) -> bool:
    """Whether row ``i`` may still belong to the region whose last certain row is ``last``."""
    row, before = rows[i], rows[i - 1]
    if not _same_size(row, rows[last]) or i - last > _MAX_LOOSE:
        return False
    gap = row.top - before.bottom
    if gap > _FAR * row.em and not any(before.top < rule.y < row.bottom for rule in flat):
        return False
    return len(row.segments) >= MIN_COLUMNS or _narrow(row, rows[start : last + 12])


def _same_size(row: Row, other: Row) -> bool:
    """Whether the two rows are set in type of about one size."""
    a, b = (max(s.bottom - s.top for s in r.segments) for r in (row, other))
    return abs(a - b) <= 0.2 * max(a, b)


def _narrow(row: Row, table: Sequence[Row]) -> bool:
    """Whether the row's stretches are narrow enough to be the lines of cells."""
    tabular = [s for r in table if len(r.segments) >= MIN_COLUMNS for s in r.segments]
    wide = max((s.x1 for s in tabular), default=0.0) - min((s.x0 for s in tabular), default=0.0)
    return all(s.x1 - s.x0 < 0.4 * wide for s in row.segments)


def _attached(rows: Sequence[Row], i: int, neighbour: int, tabular: int) -> bool:
    """Whether row ``i`` stands as close to its neighbour as the lines of one cell, in the table's columns."""
    row, other = rows[i], rows[neighbour]
    close = abs(row.top - other.top) < _NEAR * max(row.em, other.em)
    over = [s for r in rows[max(0, tabular - 12) : tabular + 12] for s in r.segments if r is not row]
    fits = all(
        any(min(s.x1, x.x1) - max(s.x0, x.x0) > -1.0 * row.em for s in over) and x.x1 - x.x0 < 14 * row.em
        for x in row.segments
    )
    return close and fits and _same_size(row, other) and _narrow(row, rows[max(0, tabular - 12) : tabular + 12])
