"""The goals of a form told in words (年度总体目标), and the figures of its indicators that they repeat.

``预期目标 | 改造管网38公里`` says again what the indicator 改造供水管网长度 has as its target, and 实际完成情况 what
was done. A figure of such a text and the indicator that its words name are a restatement among the supposed claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from jihe_extract.cells.tablewords import load_table_words, squeeze
from jihe_extract.document import Cell, Document, Span, Table
from jihe_extract.facts import UNBOUND, Claim, Fact, ScoreRow

GOAL = "goal"
"""``Claim.word`` of these readings."""
_AROUND = 14
"""Characters before a figure that may name it."""
_SHARED = 2
"""Fewest characters that an indicator's name and the words of a figure have in common in a row."""
_STOPS = regex.compile(r"[，,。；;：:、\d]")


@dataclass(frozen=True)
class _Told:
    """A figure of a text of goals, and the words before it."""

    fact: Fact
    words: str


def goal_readings(document: Document, facts: Sequence[Fact], rows: Sequence[ScoreRow]) -> Iterator[Claim]:
    """What texts of goals repeat of the indicators of their own table, each figure once."""
    for index, table in enumerate(document.tables):
        own = [r for r in rows if r.table == index and r.target is not None and r.actual is not None]
        if not table.sure or not own:
            continue
        for expected, done in _texts(document, table):
            yield from _pairs(document, facts, own, expected, "target")
            yield from _pairs(document, facts, own, done, "actual")


def _texts(document: Document, table: Table) -> Iterator[tuple[Cell, Cell]]:
    """The cells below the headers of what was expected and what was done."""
    words = load_table_words()
    for above, below in pairwise(table.grid()):
        expected = _below(document, above, below, words.goal_expected)
        done = _below(document, above, below, words.goal_done)
        if expected is not None and done is not None and expected is not done:
            yield expected, done


def _below(
    document: Document, above: Sequence[Cell | None], below: Sequence[Cell | None], names: frozenset[str]
) -> Cell | None:
    """The first cell with words below a header of one of the names."""
    for head, cell in zip(above, below, strict=False):
        if head is None or cell is None or head is cell or not len(cell.span):
            continue
        if squeeze(document.quote(head.span)) in names:
            return cell
    return None


def _pairs(
    document: Document, facts: Sequence[Fact], rows: Sequence[ScoreRow], cell: Cell, side: str
) -> Iterator[Claim]:
    told = [_Told(f, _words(document, cell, f)) for f in facts if cell.span.holds(f.quantity.span)]
    taken: set[Span] = set()
    for row in rows:
        stated = row.target if side == "target" else row.actual
        best = _named(row.indicator, stated, told) if stated is not None else None
        if stated is not None and best is not None and best.quantity.span not in taken:
            taken.add(best.quantity.span)
            word = f"{GOAL}:{row.indicator}"
            yield Claim("restatement", best.quantity.span, stated=best, operands=(stated,), word=word)


def _named(indicator: str, stated: Fact, told: Sequence[_Told]) -> Fact | None:
    """The one figure of the text whose words have most in common with an indicator's name; None when two have."""
    near = [t for t in told if t.fact.measure == UNBOUND and t.fact.quantity.unit == stated.quantity.unit]
    shared = [_shared(indicator, t.words) for t in near]
    most = max(shared, default=0)
    return near[shared.index(most)].fact if most >= _SHARED and shared.count(most) == 1 else None


def _words(document: Document, cell: Cell, fact: Fact) -> str:
    """The words of a clause before a figure."""
    start = max(cell.span.start, fact.quantity.span.start - _AROUND)
    return str(_STOPS.split(document.quote(Span(start, fact.quantity.span.start)))[-1])


def _shared(name: str, words: str) -> int:
    """The longest run of characters that a name and some words have in common."""
    best = 0
    for i in range(len(name)):
        for j in range(i + best + 1, len(name) + 1):
            if name[i:j] not in words:
                break
            best = j - i
    return best
