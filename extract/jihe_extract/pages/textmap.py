"""From canonical text back to the decoded source: the map, and the composer that writes both at once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jihe_extract.document import Box, Join, JoinKind, Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMERIC = frozenset("0123456789０１２３４５６７８９.,")


@dataclass(frozen=True, slots=True)
class TextMap:
    """Runs of characters that were copied from the source.

    Run ``i`` puts ``source[origins[i]:origins[i] + lengths[i]]`` at ``text[starts[i]:]``. Characters between
    runs are separators of our own. ``breaks`` are the source offsets at which a new page begins; empty when
    the source knows no pages. ``lines`` are the source offsets at which its lines begin.
    """

    starts: Sequence[int]
    origins: Sequence[int]
    lengths: Sequence[int]
    breaks: Sequence[int] = ()
    lines: Sequence[int] = ()

    def source(self, offset: int) -> int | None:
        """Offset into the decoded source of a canonical character; None for a separator of our own."""
        i = bisect_right(self.starts, offset) - 1
        if i < 0 or offset - self.starts[i] >= self.lengths[i]:
            return None
        return self.origins[i] + offset - self.starts[i]

    def page(self, offset: int) -> int | None:
        """Page from 1, counted by form feeds; a separator stands on the page of the run before it."""
        if not self.breaks or not self.starts:
            return None
        return bisect_right(self.breaks, self._nearest(offset)) + 1

    def line(self, offset: int) -> int | None:
        """Line of the source from 1; a separator stands on the line of the run before it."""
        return bisect_right(self.lines, self._nearest(offset)) if self.lines and self.starts else None

    def _nearest(self, offset: int) -> int:
        i = max(bisect_right(self.starts, offset) - 1, 0)
        return self.origins[i] + min(max(offset - self.starts[i], 0), max(self.lengths[i] - 1, 0))

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """Text has no geometry."""
        return ()

    def trust(self, span: Span) -> Decimal | None:
        """Text was not recognised optically."""
        return None


class Composer:
    """Writes the canonical text piece by piece and remembers where each piece came from.

    ``holes`` are half-open source ranges, sorted and disjoint, that never reach the canonical text.
    """

    def __init__(self, source: str, holes: Sequence[tuple[int, int]] = ()) -> None:
        self._source = source
        self._hole_ends = [end for _, end in holes]
        self._holes = holes
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._lengths: list[int] = []
        self._last = ""
        self._pending: JoinKind | None = None
        self.length = 0
        self.joins: list[Join] = []

    def take(self, start: int, end: int) -> None:
        """Copy a source range, without its holes."""
        i = bisect_right(self._hole_ends, start)
        while i < len(self._holes) and self._holes[i][0] < end:
            self._copy(start, self._holes[i][0])
            start = self._holes[i][1]
            i += 1
        self._copy(start, end)

    def join(self, kind: JoinKind) -> None:
        """The next piece continues the last one without a character between them."""
        self._pending = kind

    def separate(self, mark: str) -> None:
        """Write a separator that is not in the source."""
        self._parts.append(mark)
        self.length += len(mark)
        self._last = mark[-1]
        self._pending = None

    def text(self) -> str:
        """The canonical text so far."""
        return "".join(self._parts)

    def map(self, breaks: Sequence[int] = ()) -> TextMap:
        """The map back to the source."""
        lines = [0, *(match.end() for match in _LINE_END.finditer(self._source))]
        return TextMap(self._starts, self._origins, self._lengths, breaks, lines)

    def _copy(self, start: int, end: int) -> None:
        if start >= end:
            return
        piece = self._source[start:end]
        if self._pending is not None:
            pair = self._last, piece[0]
            inside = all(c in _NUMERIC for c in pair) and any(c.isdigit() for c in pair)
            self.joins.append(Join(self.length, self._pending, inside))
            self._pending = None
        self._parts.append(piece)
        self._starts.append(self.length)
        self._origins.append(start)
        self._lengths.append(end - start)
        self.length += end - start
        self._last = piece[-1]


def page_of(breaks: Sequence[int], origin: int) -> int:
    """Page from 1 of a source offset."""
    return bisect_left(breaks, origin + 1) + 1
