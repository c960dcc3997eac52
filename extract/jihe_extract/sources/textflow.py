"""Lines to paragraphs: which line breaks were meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jihe_extract.document import JoinKind
from jihe_extract.grids.textgrid import Line, RawTable
from jihe_extract.pages import headings, rejoin
from jihe_extract.pages.headings import Numbering

_OPEN_PUNCTUATION = tuple("，,、（(“‘《〈【[「『")
_START_PUNCTUATION = tuple("，,、。；;：:！？）)”’》〉】]」』%％‰")
_CUT_WIDTH = 36
_FRAGMENT = re.compile(r"(?!无。)[^，。；]{1,8}。")
"""The end of a sentence that began on the line before."""


@dataclass(slots=True)
class Group:
    """The lines of one paragraph, how each was joined to the one before, and its text so far."""

    lines: list[Line]
    texts: list[str]
    joins: list[JoinKind] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraph as it will read."""
        return "".join(self.texts)


Item = Line | RawTable


class Flow:
    """Groups the lines of running text between tables."""

    def __init__(self, items: Sequence[Item], plain: Callable[[str], str]) -> None:
        self._items = items
        self._plain = plain
        self._texts = [plain(item.text) if isinstance(item, Line) else "" for item in items]
        self._numbers = [headings.numbering(text) if text else None for text in self._texts]
        self._scale = rejoin.measure([text for text in self._texts if text])
        self._cut = self._cut_sentences()
        self._seen: dict[int, int] = {}
        self._front = True

    def groups(self) -> list[Group | RawTable]:
        """Paragraphs and tables in reading order."""
        out: list[Group | RawTable] = []
        group: Group | None = None
        for i, item in enumerate(self._items):
            if isinstance(item, RawTable):
                out.append(item)
                group = None
                continue
            if group is not None and self._goes_on(group, i):
                group.joins.append(self._join_kind(group.lines[-1], item))
                group.lines.append(item)
                group.texts.append(self._texts[i])
                continue
            number = self._numbers[i]
            if number is not None:
                self._seen = {level: n for level, n in self._seen.items() if level <= number.level}
                self._seen[number.level] = number.value
            text = self._texts[i]
            self._front = self._front and number is None and len(text) <= 60 and "。" not in text
            group = Group([item], [text])
            out.append(group)
        return out

    def _join_kind(self, prev: Line, line: Line) -> JoinKind:
        return "page" if prev.page != line.page or self._scale is None else "line"

    def _goes_on(self, group: Group, i: int) -> bool:
        prev, text, number = group.texts[-1], self._texts[i], self._numbers[i]
        single = len(group.texts) == 1
        if self._marked(group.lines[0]) or self._marked(self._items[i]):
            return False
        if self._front and self._title(prev, text):
            return True
        if self._opens(text, number) and self._may_open(i, prev, text):
            return False
        if single and self._numbers[i - 1] is None and self._stands(prev):
            return not (self._front and headings.title(prev)) and self._full_open(prev, text)
        if self._heading(group, i):
            return self._heading_goes_on(group, text)
        return rejoin.continues(prev, text, self._scale, first=single)

    def _marked(self, item: Item) -> bool:
        return isinstance(item, Line) and item.marks > 0

    def _title(self, prev: str, text: str) -> bool:
        """A title over two lines: the first says nothing complete, the second ends the title."""
        if len(prev) > 40 or len(text) > 40 or rejoin.closed(prev) or headings.year_line(text):
            return False
        if headings.title(prev) or headings.signature(prev) or headings.attachment(prev):
            return False
        return headings.title(text) and headings.numbering(text) is None

    def _opens(self, text: str, number: Numbering | None) -> bool:
        return (
            number is not None
            or headings.item(text)
            or headings.signature(text)
            or headings.attachment(text)
            or bool(headings.unit_line(text))
            or headings.year_line(text)
        )

    def _may_open(self, i: int, prev: str, text: str) -> bool:
        """Whether a line that looks like a beginning is one, seen from the line before it."""
        number, before = self._numbers[i], self._numbers[i - 1]
        if headings.attachment(text) or headings.label(text):
            return True
        if (self._front and headings.title(prev)) or (headings.signature(prev) and headings.signature(text)):
            return True
        if number is not None and self._expected(text, number):
            return True
        if prev.endswith(_OPEN_PUNCTUATION) or _unclosed(prev):
            return False
        if before is not None and headings.heading(prev, before):
            return True
        if number is None and self._scale is not None and headings.item(text):
            return not rejoin.full(prev, text, self._scale, first=False)
        return self._scale is None or not self._full_open(prev, text)

    def _expected(self, text: str, number: Numbering) -> bool:
        """Whether the number is due here: a heading of the upper levels, or the next one of a series."""
        if number.level <= 2 and headings.heading(text, number):
            return True
        return number.value > 1 and self._seen.get(number.level) == number.value - 1

    def _full_open(self, prev: str, text: str) -> bool:
        """Whether the line was full and its sentence goes on."""
        if self._scale is None or rejoin.closed(prev) or rejoin.width(prev) > self._scale.width + 8:
            return False
        return rejoin.full(prev, text, self._scale, first=False)

    def _stands(self, prev: str) -> bool:
        """Whether a first line is complete by its looks: signature, unit line, attachment, title."""
        if headings.signature(prev) or headings.attachment(prev) or headings.unit_line(prev):
            return True
        return self._front and headings.title(prev)

    def _heading(self, group: Group, i: int) -> bool:
        if len(group.texts) > 3 or self._numbers[i - len(group.texts)] is None:
            return False
        number = headings.numbering(group.texts[0])
        if number is None or not headings.heading(group.text, number):
            return False
        return not (self._scale is None and (i - 1) in self._cut)

    def _heading_goes_on(self, group: Group, text: str) -> bool:
        """Whether a line shaped like a heading was full: a heading over two lines, or a sentence after all."""
        prev, number = group.texts[-1], headings.numbering(group.texts[0])
        if prev.endswith(_OPEN_PUNCTUATION) or text.startswith(_START_PUNCTUATION):
            return True
        low = number is not None and number.level > 2
        first = low and rejoin.closed(prev)
        if self._scale is None or not rejoin.full(prev, text, self._scale, first=first, slack=4):
            return False
        if low or _FRAGMENT.match(text):
            return True
        rest = rejoin.width(text) < self._scale.width - 8 and not any(mark in text for mark in "。；，")
        return rest and not rejoin.closed(prev)

    def _cut_sentences(self) -> set[int]:
        """Numbered lines shaped like headings whose siblings are sentences: pieces of cut paragraphs."""
        families: dict[tuple[int, str], list[int]] = defaultdict(list)
        section = 0
        for i, number in enumerate(self._numbers):
            if number is None:
                continue
            if number.level <= 2:
                section += 1
            else:
                families[section, number.style].append(i)
        cut: set[int] = set()
        for family in families.values():
            shaped = [i for i in family if self._doubtful(i)]
            if shaped and len(family) > 1:
                apart = set(shaped)
                rest = [self._texts[i] for i in family if i not in apart]
                if rest and headings.siblings_are_sentences(rest):
                    cut.update(shaped)
        return cut

    def _doubtful(self, i: int) -> bool:
        text, number = self._texts[i], self._numbers[i]
        if number is None or not headings.heading(text, number):
            return False
        return headings.doubtful(text, number) or rejoin.width(text) >= _CUT_WIDTH


def _unclosed(text: str) -> bool:
    """Whether a bracket is open at the end of the line's last stretch."""
    tail = text[-60:]
    return tail.count("（") + tail.count("(") > tail.count("）") + tail.count(")")
