"""Lines of a text, and the raw cells and tables that are cut out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Line(NamedTuple):
    """A source line: trimmed content at ``start:end``; ``tab`` counts the tabs it begins with.

    ``text`` keeps trailing tabs, which end cells; ``marks`` counts the hashes of a Markdown heading.
    """

    text: str
    start: int
    end: int
    tab: int
    hollow: bool
    page: int
    marks: int = 0

    @property
    def blank(self) -> bool:
        """No content (``hollow``: not even white space)."""
        return self.start == self.end


@dataclass(slots=True)
class RawCell:
    """Source ranges of one cell; ``spaced`` when it holds only white space that someone typed."""

    pieces: list[tuple[int, int]]
    texts: list[str]
    spaced: bool = False

    @property
    def text(self) -> str:
        """The cell as :mod:`jihe_extract.grids.gridshape` wants it."""
        return "".join(self.texts) or (" " if self.spaced else "")


Layout = Literal["markdown", "tabs", "cells", "columns"]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table on lines ``first..after`` (half-open), rows of cells in reading order.

    Without rows it says that no table starts on any of these lines, so that nobody looks again.
    """

    first: int
    after: int
    layout: Layout
    rows: tuple[tuple[RawCell, ...], ...]
    sure: bool = True
    """Whether the columns are told by more than the order of the cells."""
