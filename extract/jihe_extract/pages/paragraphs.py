"""Lines with geometry become paragraphs: across line ends and page ends, by indents and line fill.

A false split costs a fact and a false join almost nothing: when unsure, lines are joined.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jihe_extract.document import JoinKind
from jihe_extract.layout import Line
from jihe_extract.lineends import first_unit, text_width
from jihe_extract.pages import headings
from jihe_extract.pages.flow import Passage

_CLOSED = "。！？；：”》"
_INDENT = 1.2
_SHORT = 2.2
_SIZE = 0.15
_FLUSH = 3
_GOES_ON = ("其中",)


@dataclass(frozen=True, slots=True)
class Measure:
    """The body column: left and right margin in points; ``flush`` if its paragraphs have no first-line indent."""

    left: float
    right: float
    flush: bool = False


def measures(lines: Sequence[Line], widths: dict[int, float]) -> dict[int, Measure]:
    """The body column of each page, shared by pages of the same width. ``widths`` is by page number."""
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        groups[round(widths[line.page])].append(line)
    found = {width: _flush(_measure(members, width), members) for width, members in groups.items()}
    return {page: found.get(round(width), Measure(0, width)) for page, width in widths.items()}


def _measure(lines: Sequence[Line], width: float) -> Measure:
    long = [line for line in lines if line.x1 - line.x0 > 0.45 * width] or list(lines)
    votes: dict[int, int] = defaultdict(int)
    for line in long:
        votes[round(line.x0 / 3)] += len(line.text)
    best = max(votes.values())
    left = 3.0 * min(key for key, vote in votes.items() if vote >= 0.4 * best)
    ends = sorted(line.x1 for line in long)
    right = ends[min(int(0.9 * len(ends)), len(ends) - 1)]
    left = _outer(lines, left, right)
    return Measure(left, max(right, width - left - 40 if len(long) < 3 else right))


def _outer(lines: Sequence[Line], left: float, right: float) -> float:
    """The margin, further left when lines that go on from a full one begin there.

    On wide pages most paragraphs have one line, so that most lines begin at the first-line indent.
    """
    starts = sorted(
        line.x0
        for previous, line in itertools.pairwise(lines)
        if _INDENT * line.size < left - line.x0 < 1.3 * _SHORT * line.size
        and right - previous.x1 < _SHORT * previous.size
        and previous.text[-1] not in _CLOSED
    )
    usual = starts[len(starts) // 2] if starts else left
    return usual if sum(abs(start - usual) < 3 for start in starts) >= _FLUSH else left


def _flush(measure: Measure, lines: Sequence[Line]) -> Measure:
    """The measure, marked when lines after the short last line of a paragraph begin at the margin."""
    flush = indented = 0
    for previous, line in itertools.pairwise(lines):
        short = measure.right - previous.x1 > _SHORT * previous.size and previous.text[-1] == "。"
        if short and headings.numbering(line.text) is None:
            indent = (line.x0 - measure.left) / line.size
            flush += indent < 0.5 * _INDENT
            indented += indent > _INDENT
    return replace(measure, flush=flush >= _FLUSH and flush > 4 * indented)


def begins_paragraph(previous: Line, line: Line, measure: dict[int, Measure], pitch: float) -> bool:
    """Whether ``line`` opens a new paragraph after ``previous``."""
    here, before = measure[line.page], measure[previous.page]
    if centred_pair(previous, line, measure):
        return False
    if previous.x0 > (before.left + before.right) / 2 and headings.unit_line(previous.text):
        return True
    if _sized_apart(previous, line) and not _same_flow(previous, line, here):
        return True
    indent = (line.x0 - here.left) / line.size
    previous_indent = (previous.x0 - before.left) / previous.size
    room = (before.right - previous.x1) / previous.size
    if indent > _INDENT and not (abs(indent - previous_indent) < 0.5 and room < 1 and indent > 2 * _SHORT):
        return True
    if previous.text[-1] in _CLOSED and (room > _SHORT or (before.flush and _closes(previous, line))):
        return True
    unit = text_width(first_unit(line.text))
    if room > unit + _INDENT + (0.0 if previous.text[-1] in _CLOSED else 0.8):
        return True
    if line.page == previous.page and line.top - previous.top > 1.9 * max(pitch, line.height):
        return True
    number = headings.numbering(line.text)
    return number is not None and headings.heading(line.text, number) and room > 0.9 and _opens(previous, number.style)


def _closes(previous: Line, line: Line) -> bool:
    """Whether a full line ends its paragraph, where no indent can tell: with a full stop, unless the next goes on."""
    return previous.text[-1] == "。" and not line.text.startswith(_GOES_ON)


def _opens(previous: Line, style: str) -> bool:
    return previous.text[-1] in _CLOSED or style in {"cn", "cn_paren", "part"}


def _sized_apart(previous: Line, line: Line) -> bool:
    """Whether the lines differ in size; also in height, since the size of a line of figures is only estimated."""
    return all(
        abs(one - other) > _SIZE * max(one, other)
        for one, other in ((line.size, previous.size), (line.height, previous.height))
    )


def _same_flow(previous: Line, line: Line, measure: Measure) -> bool:
    """A line of another size that still continues: few characters, or the body's full width."""
    return min(len(previous.text), len(line.text)) <= 3 and line.x0 - measure.left < _INDENT * line.size


def centred(line: Line, measure: Measure) -> bool:
    """Whether the line stands in the middle of the column with room on both sides."""
    left, right = line.x0 - measure.left, measure.right - line.x1
    return min(left, right) > 1.5 * line.size and abs(left - right) < 2.0 * line.size


def centred_pair(previous: Line, line: Line, measure: dict[int, Measure]) -> bool:
    """Whether the two lines are pieces of one centred title: same page, same size, near each other."""
    return (
        previous.page == line.page
        and centred(line, measure[line.page])
        and (centred(previous, measure[previous.page]) or _full(previous, measure[previous.page]))
        and abs(line.size - previous.size) < 0.12 * line.size
        and line.top - previous.bottom < 1.2 * line.height
        and not headings.signature(line.text)
        and not headings.unit_line(line.text)
        and previous.text[-1] not in _CLOSED
        and headings.numbering(line.text) is None
    )


def _full(line: Line, measure: Measure) -> bool:
    return measure.right - line.x1 < 1.5 * line.size and line.x0 - measure.left < 1.5 * line.size


def usual_pitch(lines: Sequence[Line]) -> float:
    """The usual distance from one line's top to the next."""
    steps = sorted(b.top - a.top for a, b in itertools.pairwise(lines) if a.page == b.page and b.top - a.top > 4)
    return steps[len(steps) // 2] if steps else 0.0


def join_lines(lines: Sequence[Line]) -> Passage:
    """One passage from the lines of a paragraph; nothing is put between them."""
    passage = Passage()
    for i, line in enumerate(lines):
        kind: JoinKind = "line" if i == 0 or lines[i - 1].page == line.page else "page"
        piece = Passage()
        piece.append(line.text, line.first)
        passage.extend(piece, kind, between=_token_gap(passage.text, line.text))
    return passage


def _token_gap(left: str, right: str) -> str:
    """A blank between Latin words or codes that a line end has parted; figures may be cut, and stay together."""
    ends = left[-1:].isascii() and left[-1:].isalnum() and right[:1].isascii() and right[:1].isalnum()
    return " " if ends and not (left[-1].isdecimal() and right[0].isdecimal()) else ""


def word_gap(left: str, right: str) -> str:
    """A blank between two Latin words that a line end has parted; nothing anywhere else."""
    return " " if left[-1:].isascii() and left[-1:].isalpha() and right[:1].isascii() and right[:1].isalpha() else ""


def cell_passage(lines: Sequence[Line], left: float, right: float) -> Passage:
    """The text of a table cell. Lines are joined; where the line end was meant, a blank parts them.

    A line end is meant when the next line's first unit would have fitted with room to spare.
    """
    if not lines:
        return Passage()
    if len(lines) == 1:
        line = lines[0]
        return Passage(line.text, [(line.first, len(line.text))])
    passage = Passage()
    for i, line in enumerate(lines):
        between = ""
        if i:
            previous = lines[i - 1]
            room = (right - left) - (previous.x1 - previous.x0) - 0.8 * previous.size
            room -= _hanging(previous, left)
            wanted = (text_width(first_unit(line.text)) + 1.0) * line.size
            between = " " if room > wanted and right - left > 3.2 * line.size else word_gap(passage.text, line.text)
        piece = Passage()
        piece.append(line.text, line.first)
        passage.extend(piece, "cell_line", between=between)
    return passage


def _hanging(line: Line, left: float) -> float:
    """Indent that a left-set line keeps free at its start."""
    return max(line.x0 - left - 0.6 * line.size, 0.0) if line.x0 - left < 2.6 * line.size else 0.0
