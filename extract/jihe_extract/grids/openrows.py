"""Which lines of a column belong to which row of a table without rules.

Figures do not wrap: the levels on which figures stand are the rows (*anchors*). The lines of the other columns are
dealt out to the anchors in order, so that each cell stands to its anchor as the table's cells do (its middle, its
first or its last line beside it), wrapped lines are full, and lines of one cell stand close.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from jihe_extract.grids.gridshape import kind
from jihe_extract.lineends import first_unit, text_width

Mode = Literal["middle", "top", "bottom"]
MODES: tuple[Mode, ...] = ("middle", "top", "bottom")
FIGURES = ("percent", "number")
TOTAL = re.compile(r"\s*(?:合\s*计|总\s*计|总\s*分|小\s*计|综合得分|总得分|[一-龥]{2,6}[合总]计\s*$)")
_ITEM = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.、．](?!\d)|其中[:：]")
"""How an item of a list begins: no line of a cell goes on with it."""
_EMPTY = 0.3
_BROKEN = 0.7
_LOOSE, _WIDER = 0.1, 0.12
_FAR = 1.0
_PITCH = 2.4
_MOST_LINES = 14
_LEVEL = 0.6
_SHARE = 0.6
_MERGED = 0.2
_OFF = 0.5
"""How far the label of several rows may stand from their middle, in em."""
_NEAR, _BETWEEN = 2.4, 0.25


@dataclass(slots=True)
class Piece:
    """A line of a cell: its box, its words, its column and how many columns it covers."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    col: int = 0
    span: int = 1
    loose: bool = False
    """Whether the column that it begins could not be dealt out well."""
    room: float = 0.0
    """How wide a line of its cell may be; 0 when that is not known."""

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2

    @property
    def figure(self) -> bool:
        """Whether it is a bare number or a rate, with or without a sign."""
        return kind(self.text) in FIGURES


@dataclass(slots=True)
class Anchor:
    """A row: the extents of what surely stands in it. ``alone``: nothing else stands between its rules."""

    top: float
    bottom: float
    band: int = 0
    alone: bool = False
    head: bool = False
    """Whether its extents are those of several lines: the head, or a row of words."""

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2

    def level(self, mode: Mode, high: float) -> float:
        """Where the middle of a cell, or of its first or last line, ought to be; lines are ``high``."""
        if not self.head or mode == "middle":
            return self.middle
        return self.top + high / 2 if mode == "top" else self.bottom - high / 2


class Dealt(NamedTuple):
    """The lines of one column by anchor, and what speaks against it."""

    cost: float
    groups: tuple[tuple[Piece, ...], ...]


def figure_columns(pieces: Sequence[Piece], n_cols: int, em: float) -> list[int]:
    """Columns that hold bare figures alone from their first figure on; else those that also hold counts with a unit."""
    pure: dict[int, int] = {}
    mixed: dict[int, int] = {}
    for col in range(n_cols):
        column = sorted((p for p in pieces if p.col == col and p.span == 1), key=lambda p: p.top)
        kinds = [kind(p.text) for p in column]
        first = next((i for i, k in enumerate(kinds) if k in FIGURES), None)
        if first is not None and all(k in (*FIGURES, "blank") for k in kinds[first:]):
            pure[col] = len(kinds) - first
        elif "amount" in kinds and "text" not in kinds[kinds.index("amount") :]:
            mixed[col] = len(kinds) - kinds.index("amount")
    found = pure or mixed
    most = max(found.values(), default=0)
    columns = [col for col, count in found.items() if count >= _SHARE * most]
    figures = [p for p in pieces if p.col in columns and p.span == 1 and p.figure]
    return _with_rows(columns, found, _mended(figures, em)) if len(columns) > 1 else columns


def _with_rows(columns: list[int], counts: Mapping[int, int], figures: Sequence[Piece]) -> list[int]:
    """The columns without those whose figures stand between the rows of the fullest one: figures of merged cells."""
    fullest = max(columns, key=lambda c: (counts[c], c))
    levels = sorted(p.middle for p in figures if p.col == fullest)
    if not levels:
        return columns
    step = min((b - a for a, b in pairwise(levels) if b - a > 1), default=0.0)

    def between(col: int) -> bool:
        offs = [min(abs(p.middle - y) for y in levels) for p in figures if p.col == col]
        return sum(_MERGED < off / max(step, 1.0) < 1 - _MERGED for off in offs) > max(1, _MERGED * len(offs))

    return [c for c in columns if counts[c] == counts[fullest] or not between(c)]


def anchors_of(pieces: Sequence[Piece], columns: Sequence[int], em: float) -> list[Anchor] | None:
    """The rows that the figures of the given columns stand on; None when the figures contradict each other."""
    figures = [p for p in pieces if p.col in columns and p.span == 1 and kind(p.text) not in ("text", "blank")]
    figures = sorted(_mended(figures, em), key=lambda p: p.middle)
    groups: list[list[Piece]] = []
    for piece in figures:
        if groups and piece.middle - groups[-1][0].middle < _LEVEL * em:
            if any(piece.col == other.col for other in groups[-1]):
                return None
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [Anchor(min(p.top for p in g), max(p.bottom for p in g)) for g in groups]


def _mended(figures: Sequence[Piece], em: float) -> list[Piece]:
    """The figures, with the two lines of a figure that its narrow cell has broken as one piece.

    Only where a figure of another column stands right between the two lines, and the first one is full.
    """
    found: list[Piece] = []
    for col in {p.col for p in figures}:
        column = sorted((p for p in figures if p.col == col), key=lambda p: p.top)
        others = [p.middle for p in figures if p.col != col]
        width = max(p.x1 - p.x0 for p in column)
        for piece in column:
            last = found[-1] if found and found[-1].col == col else None
            if last is not None and piece.top - last.top < _NEAR * em and last.x1 - last.x0 > width - 0.3 * em:
                centre = (last.top + piece.bottom) / 2
                whole = kind(last.text + piece.text) in FIGURES
                if whole and any(abs(other - centre) < _BETWEEN * em for other in others):
                    found[-1] = Piece(min(last.x0, piece.x0), last.top, max(last.x1, piece.x1), piece.bottom,
                                      last.text + piece.text, col)  # fmt: skip
                    continue
            found.append(piece)
    return found


def deal(
    lines: Sequence[Piece], anchors: Sequence[Anchor], bands: Sequence[float], em: float, mode: Mode
) -> Dealt | None:
    """The cheapest way to deal the lines of one column out to the anchors; None when there is none."""
    width = max((p.x1 for p in lines), default=0.0) - min((p.x0 for p in lines), default=0.0)
    home = [bisect_left(bands, p.middle) for p in lines]
    states: dict[int, tuple[float, tuple[tuple[Piece, ...], ...]]] = {0: (0.0, ())}
    for anchor in anchors:
        grown: dict[int, tuple[float, tuple[tuple[Piece, ...], ...]]] = {}
        for i, (cost, groups) in states.items():
            _keep(grown, i, cost + _EMPTY, (*groups, ()))
            inner = 0.0
            for j in range(i, min(i + _MOST_LINES, len(lines))):
                if home[j] != anchor.band:
                    break
                if j > i:
                    step = lines[j].top - lines[j - 1].top
                    if step > _PITCH * em and not anchor.alone:
                        break
                    inner += 0.0 if anchor.alone else _wrap_cost(lines[j - 1], lines[j], width, em)
                off = 0.0 if anchor.alone else _off(lines[i : j + 1], anchor, em, mode)
                if off <= _FAR:
                    _keep(grown, j + 1, cost + off + inner, (*groups, tuple(lines[i : j + 1])))
        states = grown
    found = states.get(len(lines))
    return Dealt(*found) if found is not None else None


def _keep(states: dict[int, tuple[float, tuple[tuple[Piece, ...], ...]]], i: int, cost: float,
          groups: tuple[tuple[Piece, ...], ...]) -> None:  # fmt: skip
    if i not in states or cost < states[i][0]:
        states[i] = cost, groups


def _off(group: Sequence[Piece], anchor: Anchor, em: float, mode: Mode) -> float:
    """How far the cell stands from where the table's way of setting cells would have it, in em."""
    if mode == "middle":
        at = (group[0].top + group[-1].bottom) / 2
    else:
        at = group[0].middle if mode == "top" else group[-1].middle
    return abs(at - anchor.level(mode, group[0].bottom - group[0].top)) / em


def _wrap_cost(line: Piece, after: Piece, width: float, em: float) -> float:
    """What speaks against two lines being one cell's: room left on the first, a wide step."""
    return (0.0 if full(line, after, width, em) else _BROKEN) + 0.1 * max((after.top - line.top) / em - 1.0, 0.0)


def full(line: Piece, after: Piece, width: float, em: float) -> bool:
    """Whether what stands first on the next line would not have found room on a line of a cell of some width."""
    if _ITEM.match(after.text):
        return False
    room = (line.room or width) - (line.x1 - line.x0)
    unit = first_unit(after.text)
    loose = 0.0 if line.room else _LOOSE
    return room < (text_width(unit) + _WIDER * sum(c.isascii() for c in unit) - loose) * em


def spans(lines: Sequence[Piece], rows: Sequence[Anchor], edges: Sequence[float], em: float, mode: Mode,
          walls: Set[int] = frozenset()
          ) -> tuple[float, list[tuple[int, int, tuple[Piece, ...]]]] | None:  # fmt: skip
    """Merged labels that together cover all rows: (first row, row after the last, lines) of each, with their cost.

    None of them reaches over the rule above one of the rows ``walls``.
    """
    n, m = len(lines), len(rows)
    width = max((p.x1 for p in lines), default=0.0) - min((p.x0 for p in lines), default=0.0)
    states: dict[tuple[int, int], tuple[float, tuple[tuple[int, int, tuple[Piece, ...]], ...]]] = {(0, 0): (0.0, ())}
    for i in range(n):
        for r in range(m):
            state = states.get((i, r))
            if state is None:
                continue
            cost, done = state
            inner = 0.0
            for j in range(i, min(i + _MOST_LINES, n)):
                if j > i:
                    step = lines[j].top - lines[j - 1].top
                    if step > _PITCH * em or lines[j].figure:
                        break
                    inner += _wrap_cost(lines[j - 1], lines[j], width, em)
                for s in range(r + 1, next((w for w in range(r + 1, m) if w in walls), m) + 1):
                    off = _span_off(lines[i : j + 1], rows, edges, (r, s), em, mode)
                    if off <= (_FAR if s == r + 1 else _OFF):
                        key, total = (j + 1, s), cost + off + inner
                        if key not in states or total < states[key][0]:
                            states[key] = total, (*done, (r, s, tuple(lines[i : j + 1])))
    found = states.get((n, m))
    return (found[0], list(found[1])) if found is not None else None


def _span_off(group: Sequence[Piece], rows: Sequence[Anchor], edges: Sequence[float], place: tuple[int, int],
              em: float, mode: Mode) -> float:  # fmt: skip
    first, after = place
    if mode == "top":
        return abs(group[0].middle - rows[first].level(mode, group[0].bottom - group[0].top)) / em
    if mode == "bottom":
        return abs(group[-1].middle - rows[after - 1].level(mode, group[0].bottom - group[0].top)) / em
    centre = rows[first].middle if after - first == 1 else (edges[first] + edges[after]) / 2
    return abs((group[0].top + group[-1].bottom) / 2 - centre) / em
