"""Where figures stand among the parts of a whole, told by structure alone: lists, brackets, totals, 分别."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jihe_extract.prose.listwords import is_total, respective_labels, total_behind
from jihe_extract.prose.mentions import Mention

_MARKS = frozenset("、，,；;：:。和与及（(")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands among the parts of a whole.

    ``whole`` is the position of the whole among the paragraph's figures, -1 for none; ``member`` counts the
    parts from 1 on; ``mark`` is what parts the figure from the one before; ``how`` tells what makes it a part:
    a word that opens a list, a bracket behind the whole, a total behind the parts, or 分别. ``broken`` tells
    that a figure of another kind stands in between, ``total`` that the figure is told as a sum.
    """

    whole: int = -1
    member: int = 0
    mark: str = ""
    how: str = ""
    broken: bool = False
    total: bool = False


def places_of(
    text: str, offset: int, found: Sequence[Mention], kinds: Sequence[str], opened: Sequence[bool]
) -> list[Place]:
    """The place of each figure among the parts of a whole, which stands before them or behind them."""
    behind = total_behind(text, offset, found)
    respective = respective_labels(text, offset, found)
    out: list[Place] = []
    run = _Run()
    for i, mention in enumerate(found):
        gap = text[found[i - 1].span.end - offset if i else 0 : mention.span.start - offset].lstrip(" 　）)")
        mark = gap[:1] if gap[:1] in _MARKS else ""
        run.move(i, found, kinds, opened[i])
        total = is_total(text[mention.label.start - offset : mention.label.end - offset])
        if i in behind and run.whole < 0:
            out.append(Place(behind[i], 1, mark, "behind", total=total))
        elif run.whole >= 0 and kinds[i] == kinds[run.whole]:
            run.member += 1
            out.append(Place(run.whole, run.member, mark, run.how, run.broken, total))
        elif i in respective:
            out.append(Place(-1, 1, mark, "respective", total=total))
        else:
            run.broken = True
            out.append(Place(mark=mark, total=total))
    return out


@dataclass
class _Run:
    """The list of parts that is open at a figure."""

    whole: int = -1
    member: int = 0
    how: str = ""
    broken: bool = False

    def move(self, i: int, found: Sequence[Mention], kinds: Sequence[str], opened: bool) -> None:
        """Close, keep or open a list before figure ``i``."""
        bracket = found[i].bracket
        left = self.how == "bracket" and bracket is None
        if left or (i and not opened and found[i].sentence != found[i - 1].sentence):
            self._start(-1, "")
        if opened:
            before = next((j for j in range(i - 1, max(i - 4, -1), -1) if kinds[j] == kinds[i]), -1)
            self._start(before, "opened")
        elif bracket is not None and i and found[i - 1].bracket is None and kinds[i - 1] == kinds[i]:
            self._start(i - 1, "bracket")

    def _start(self, whole: int, how: str) -> None:
        self.whole, self.how, self.member, self.broken = whole, how, 0, False
