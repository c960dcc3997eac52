"""Lines of text from the runs of a page: which runs stand on one line, and what is written between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jihe_extract.charmap import CharStore
from jihe_extract.layout import Floats, Line, PageContent, Run

_BLANKS = " \t\u00a0\u3000\u2002\u2003\u2009"
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = 0x4E00, 0x9FFF
_FILLING = 16
"""Most characters that are drawn into the gaps of a line after it (quotes and dashes of another font)."""
_WIDE_GAP = 1.0
_WORD_GAP = 0.34
_LETTER_GAP = 0.2
"""Gaps in em: between words, between figures and words, and where one side is a Latin letter (a blank is a quarter)."""


def lines_of_runs(runs: list[Run], boxes: Floats) -> list[list[Run]]:
    """Put runs that overlap vertically by half onto one line, lines top down, runs left to right.

    ``boxes`` are those of the page's characters.
    """
    if len(runs) < 2:
        return [runs] if runs else []
    rows: list[list[Run]] = []
    anchors: list[Run] = []
    for run in sorted(runs, key=lambda r: (r.top + r.bottom) / 2):
        top, bottom = run.top, run.bottom
        for k in range(len(rows) - 1, max(len(rows) - 5, -1), -1):
            anchor = anchors[k]
            overlap = min(bottom, anchor.bottom) - max(top, anchor.top)
            if 2 * overlap >= min(bottom - top, anchor.bottom - anchor.top) and not _collides(run, rows[k], boxes):
                rows[k].append(run)
                if run.i1 - run.i0 > anchor.i1 - anchor.i0:
                    anchors[k] = run
                break
        else:
            rows.append([run])
            anchors.append(run)
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda r: r.x0)
    return sorted(rows, key=lambda row: min(r.top for r in row))


def _collides(run: Run, row: list[Run], boxes: Floats) -> bool:
    """Whether a run stands over or under one of a row; quotes that were drawn into the gaps of a line do not."""
    wide = run.x1 - run.x0
    return any(
        min(run.x1, r.x1) - max(run.x0, r.x0) > 0.5 * min(wide, r.x1 - r.x0) and not _fills_gaps(run, r, boxes)
        for r in row
    )


def _fills_gaps(run: Run, other: Run, boxes: Floats) -> bool:
    """Whether no character of two runs stands over one of the other."""
    short, long = sorted(((r.i0, r.i1) for r in (run, other)), key=lambda r: r[1] - r[0])
    if short[1] - short[0] > _FILLING:
        return False
    ours, theirs = boxes[slice(*short)], boxes[slice(*long)]
    shared = np.minimum(ours[:, 2, None], theirs[:, 2]) - np.maximum(ours[:, 0, None], theirs[:, 0])
    return not np.any(shared > 0.5 * (ours[:, 2] - ours[:, 0])[:, None])


class LineMaker:
    """Makes the lines of a page, whose characters it writes into the character store.

    What is asked of every character is worked out once, for the whole page.
    """

    def __init__(self, content: PageContent, store: CharStore) -> None:
        self.content = content
        self.store = store
        glyphs = content.glyphs
        boxes, self._text = glyphs.boxes, "".join(glyphs.text)
        self._first = store.add(self._text, content.no, content.shown, glyphs.scores)
        self._heights: list[float] = (boxes[:, 3] - boxes[:, 1]).tolist()
        codes = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), np.uint32)
        wide = (codes >= _FIRST_IDEOGRAPH) & (codes <= _LAST_IDEOGRAPH)
        self._widths: list[float] = (boxes[:, 2] - boxes[:, 0])[wide].tolist()
        self._ideographs = _before(wide)
        least = min(self._widths, default=1.0), 0.8 * min(self._heights, default=1.0)
        self._gaps = _before(boxes[1:, 0] - boxes[:-1, 2] > _LETTER_GAP * max(min(least), 0.8))
        """Counts of places where the next character of the stream stands further away than the least gap."""

    def line(self, row: list[Run]) -> Line | None:
        """One line from its runs; white space at its ends is left out, wide gaps become one blank."""
        if len(row) > 1:
            return self._joined(row)
        _, i0, i1, x0, top, x1, bottom = row[0]
        text = self._text[i0:i1].rstrip(_BLANKS)
        end = i0 + len(text)
        text = text.lstrip(_BLANKS)
        start = end - len(text)
        if start == end:
            return None
        size = self._em(self._widths[self._ideographs[start] : self._ideographs[end]], range(start, end))
        if self._gaps[end - 1] > self._gaps[start]:
            return self._parted_line(slice(start, end), size)
        if start > i0 or end < i1:
            (x0, top, x1, bottom) = _around(self.content.glyphs.boxes[start:end])
        return Line(text, self._first + start, self.content.no, x0, top, x1, bottom, size)

    def _joined(self, row: list[Run]) -> Line | None:
        """A line of several runs."""
        order = [i for run in row for i in range(run.i0, run.i1)]
        if any(right.x0 < left.x1 - 1.0 for left, right in pairwise(row)):
            order.sort(key=self.content.glyphs.boxes[:, 0].__getitem__)
        while order and self._text[order[0]] in _BLANKS:
            order.pop(0)
        while order and self._text[order[-1]] in _BLANKS:
            order.pop()
        if not order:
            return None
        widths = [w for run in row for w in self._widths[self._ideographs[run.i0] : self._ideographs[run.i1]]]
        return self._parted_line(np.array(order, np.int64), self._em(widths, order))

    def _parted_line(self, at: slice | NDArray[np.int64], size: float) -> Line:
        """A line in which there may be wide gaps."""
        glyphs = self.content.glyphs
        text = glyphs.text[at] if isinstance(at, slice) else [glyphs.text[i] for i in at.tolist()]
        boxes = glyphs.boxes[at]
        shown = self.content.shown[at]
        scores = None if glyphs.scores is None else glyphs.scores[at]
        steps = boxes[1:, 0] - boxes[:-1, 2]
        gaps: list[int] = np.flatnonzero(steps > _LETTER_GAP * size).tolist()
        for k in reversed([k for k in gaps if _parted(text, k, float(steps[k]), size)]):
            between = np.array([[shown[k, 2], shown[k, 1], shown[k + 1, 0], shown[k, 3]]], np.float32)
            text.insert(k + 1, " ")
            shown = np.concatenate((shown[: k + 1], between, shown[k + 1 :]))
            if scores is not None:
                scores = np.insert(scores, k + 1, scores[k])
        joined = "".join(text)
        first = self.store.add(joined, self.content.no, shown, scores)
        return Line(joined, first, self.content.no, *_around(boxes), size)

    def _em(self, widths: list[float], order: Sequence[int]) -> float:
        """Side of the em square: the usual one of the ideographs' widths, else most of the line's height."""
        if widths and not self.content.optical:
            return max(_middle(widths), 1.0)
        share = 0.9 if self.content.optical else 0.8
        return share * max(_middle([self._heights[i] for i in order]), 1.0)


def _before(marks: NDArray[np.bool_]) -> list[int]:
    """How many of the places before each one are marked; one entry more than there are places."""
    return [0, *np.cumsum(marks).tolist()]


def _around(boxes: Floats) -> tuple[float, float, float, float]:
    """The box around all boxes."""
    x0, top = boxes[:, :2].min(axis=0).tolist()
    x1, bottom = boxes[:, 2:].max(axis=0).tolist()
    return x0, top, x1, bottom


def _parted(text: list[str], k: int, step: float, size: float) -> bool:
    left, right = text[k], text[k + 1]
    if left in _BLANKS or right in _BLANKS:
        return False
    if not (left.isascii() and right.isascii() and (left.isalnum() or right.isalnum())):
        return step > _WIDE_GAP * size
    lettered = left.isalnum() and right.isalnum() and (left.isalpha() or right.isalpha())
    return step > (_LETTER_GAP if lettered else _WORD_GAP) * size


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
