"""Tables that add up: rows of parts under their whole, and lines of totals, as sum claims.

The tree of rows is read from indentation, from numbering (一、 （一） 1、 （1）) and from 其中. A whole whose parts
are all filled in makes a closed claim; a part left blank, or a list opened by 其中, makes an open one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from jihe_extract.cells.tablepanels import panels
from jihe_extract.cells.tabletree import (
    CODE,
    Row,
    added_up,
    column_of,
    continue_among,
    divide,
    heads_of,
    nest,
    of_one_kind,
    of_one_measure,
    rows_of,
    set_in_funds,
)
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact

_GRAND = re.compile(r"总\s*计")
CODED = "科目"
"""``Claim.word`` of an account and its items, which leave nothing out even when there is one alone."""
_TELLING = 4
"""Digits of a figure that will not differ in one alone by chance."""
_BESIDE = 2
"""Other columns in which a list must add up for it to be complete."""
_TRUST = Decimal("0.9")
_UNSURE = Decimal("0.7")


def table_sums(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Sum claims of the tables whose structure is sure, in text order."""
    by_start = {f.quantity.span.start: f for f in facts if f.origin != "prose"}
    for index, table in enumerate(document.tables):
        if table.sure:
            heads, running = heads_of(document, table, index)
            for first, after in panels(document, table):
                rows = rows_of(document, table, by_start, first, after, heads)
                if len(rows) > 1:
                    divide(rows)
                    continue_among(rows)
                    set_in_funds(rows)
                    nest(rows)
                    yield from _parts(rows)
                    yield from _totals(rows, running)


def _parts(rows: Sequence[Row]) -> Iterator[Claim]:
    for row in rows:
        children = row.children
        if not children:
            continue
        for col, whole in (row.divides or row).facts.items():
            closed = row.divides is not None or _closes(row) or _closed_beside(row, col)
            parts = column_of(children, col, whole)
            if not parts and not closed:
                continue
            full = len(parts) == len(children) and not any(c.among for c in children)
            unsure = any(c.unsure or CODE.fullmatch(c.label.strip()) for c in children)
            if not full and closed:
                parts = column_of(children, col, whole, of_one_kind)
                full = unsure = True
            trust = _UNSURE if unsure else _TRUST
            coded = all(CODE.fullmatch(c.label.strip()) for c in children)
            word = "其中" if children[0].among else CODED if coded else "分项"
            yield _claim(whole, parts, not full, word, trust)


def _closes(row: Row) -> bool:
    """Whether a list leaves nothing out: its last part is what remains (其他资金), or they are the funds together."""
    words = load_table_words()
    if words.meaning(row.label).text in words.carried:
        return True
    return len(row.children) > 1 and words.meaning(row.children[-1].label).text in words.remaining


def _closed_beside(row: Row, col: int) -> bool:
    """Whether a list (其中) is all there is in the other columns: then it leaves nothing out in this one either."""
    told = [child for child in row.children if child.facts]
    columns = {c: column_of(told, c, whole, of_one_kind) for c, whole in row.facts.items()}
    others = [c for c, whole in row.facts.items() if c != col and whole.quantity.value]
    whole = all(len(columns[c]) == len(told) > 1 for c in (col, *others))
    return whole and len(others) >= _BESIDE and all(added_up(columns[c]) == row.facts[c].quantity.value for c in others)


def _totals(rows: Sequence[Row], running: frozenset[int]) -> Iterator[Claim]:
    """Lines of totals: below their rows, or above them when nothing stands above."""
    starts = [0, *(i for i, r in enumerate(rows) if r.head), len(rows)]
    nested = {id(c) for r in rows if r.facts for c in r.children}
    for first, after in pairwise(starts):
        yield from _totals_of(rows[first:after], nested, running)


def _totals_of(rows: Sequence[Row], nested: set[int], running: frozenset[int]) -> Iterator[Claim]:
    """Those of the rows under one header."""
    run: list[Row] = []
    subtotals: list[Row] = []
    for i, row in enumerate(rows):
        if not (row.total or row.subtotal):
            if id(row) not in nested and row.facts:
                run.append(row)
            continue
        parts = run
        if row.children:
            parts = run if _adds_up(row, run) else []
        elif row.total and subtotals:
            parts = [*subtotals, *run]
        elif row.total and not run:
            parts = [r for r in rows[i + 1 :] if id(r) not in nested and r.facts and not r.subtotal and not r.total]
            if any(r.total or r.subtotal for r in rows[i + 1 :]):
                parts = []
        yield from _column_sums(row, parts, running)
        if row.subtotal:
            subtotals.append(row)
        else:
            subtotals = []
        run = []


def _adds_up(row: Row, parts: Sequence[Row]) -> bool:
    """Whether the rows above make up a line of totals in nearly all columns, though it has parts of its own below."""
    told: list[bool] = []
    for col, whole in row.facts.items():
        figures = [p.facts[col] for p in parts if col in p.facts and of_one_measure(p.facts[col], whole)]
        if len(figures) > 1 and whole.quantity.unit != "%":
            told.append(added_up(figures) == whole.quantity.value)
    return sum(told) >= _BESIDE and told.count(False) <= 1


def _column_sums(row: Row, parts: Sequence[Row], running: frozenset[int]) -> Iterator[Claim]:
    alike = of_one_kind if _GRAND.search(row.label) else of_one_measure
    held = _held(row, parts, alike)
    usual = next(iter(held)) if len(held) == 1 else frozenset()
    for col, whole in row.facts.items():
        own, named = _summed(parts, col, whole, alike)
        figures = [p.facts[col] for p in own]
        if _alone(own, parts, col, held):
            yield _claim(whole, figures, False, CODED, _UNSURE)
        if col in running and _reached(whole, figures):
            yield _claim(whole, figures[-1:], False, CODED, _UNSURE)
        elif len(figures) > 1 and not _averaged(whole, figures) and not _running(whole, figures):
            tops = _tops(figures) if added_up(figures) > whole.quantity.value else figures
            fits = added_up(tops) == whole.quantity.value
            if fits and len(tops) == 1:
                continue  # one account and its items
            if not fits and any(_told_apart(p.facts[col], whole) for p in parts if col in p.facts):
                continue  # the column holds more of this unit, under other names
            known = [p.facts[col] for p in own if p.number in usual] if usual and not fits else []
            mixed = len({"小计" in p.label for p in own}) > 1  # subtotals beside rows that may be their parts
            plain = len(tops) == len(figures) and not mixed and named
            trust = _TRUST if plain or fits or len(known) > 1 else _UNSURE
            is_open = any(col not in p.facts and col not in p.blank for p in parts)
            yield _claim(whole, known if len(known) > 1 else tops, is_open, "合计", trust)


def _alone(own: Sequence[Row], parts: Sequence[Row], col: int, held: set[frozenset[int]]) -> bool:
    """Whether a column has one figure above its total, in a row that other totals count, and is blank beside it."""
    if len(own) != 1 or not any(own[0].number in rows for rows in held):
        return False
    return all(col in p.blank for p in parts if p is not own[0])


def _summed(parts: Sequence[Row], col: int, whole: Fact, alike: Callable[[Fact, Fact], bool]) -> tuple[list[Row], bool]:
    """The rows that a total adds up in a column, and whether their figures are read as what the total measures: where
    these fall further short of it, rows of its unit that were read as something else are taken as well."""
    own = [p for p in parts if col in p.facts and alike(p.facts[col], whole)]
    wide = [p for p in parts if col in p.facts and of_one_kind(p.facts[col], whole)]
    gaps = [abs(added_up([p.facts[col] for p in rows]) - whole.quantity.value) for rows in (own, wide)]
    return (wide, False) if len(wide) > len(own) and gaps[1] < gaps[0] else (own, True)


def _told_apart(fact: Fact, whole: Fact) -> bool:
    """Whether a figure under a total of people is read as something else than what the total counts."""
    return whole.quantity.unit == "人" and fact.quantity.unit in ("", "人") and not of_one_measure(fact, whole)


def _held(row: Row, parts: Sequence[Row], alike: Callable[[Fact, Fact], bool]) -> set[frozenset[int]]:
    """The rows that a total adds up in each column in which it holds, their items left out."""
    found: set[frozenset[int]] = set()
    for col, whole in row.facts.items():
        own = [p for p in parts if col in p.facts and alike(p.facts[col], whole)]
        figures = [p.facts[col] for p in own]
        tops = _tops(figures)
        if len(tops) > 1 and added_up(tops) == whole.quantity.value and all(f.quantity.value for f in figures):
            spans = {f.quantity.span for f in tops}
            found.add(frozenset(p.number for p, f in zip(own, figures, strict=True) if f.quantity.span in spans))
    return found


def _averaged(whole: Fact, figures: Sequence[Fact]) -> bool:
    """Whether the last line of a column that nothing names lies among its figures: a ratio (生师比) or an average."""
    values = [f.quantity.value for f in figures]
    between = whole.measure == UNBOUND and 0 < min(values) <= whole.quantity.value <= max(values)
    return between and not _one_digit_off(whole, figures)


def _running(whole: Fact, figures: Sequence[Fact]) -> bool:
    """Whether a column adds up line by line (累计支出), so that its last line is the total already."""
    values = [f.quantity.value for f in figures]
    rising = len(values) > _BESIDE and all(a <= b for a, b in pairwise(values)) and values[0] > 0
    return rising and whole.quantity.value == values[-1]


def _reached(whole: Fact, figures: Sequence[Fact]) -> bool:
    """Whether the total of a column called a running one is its last line, but for a slip: its lines do not add up."""
    values = [f.quantity.value for f in figures]
    last = figures[-1:] and (values[-1] == whole.quantity.value or _one_digit_off(whole, figures[-1:]))
    return bool(last) and len(values) > 1 and sum(values) != whole.quantity.value


def _one_digit_off(whole: Fact, figures: Sequence[Fact]) -> bool:
    """Whether the figures add up but for one digit of one of them, or of the sum: a slip, no average."""
    gap = whole.quantity.value - added_up(figures)
    for fact in (whole, *figures):
        shown, step = fact.quantity.value, fact.quantity.step
        now, meant = (str(int(value / step)) for value in (shown, shown - gap if fact is whole else shown + gap))
        if len(now) == len(meant) >= _TELLING and sum(a != b for a, b in zip(now, meant, strict=True)) == 1:
            return True
    return False


def _tops(figures: Sequence[Fact]) -> list[Fact]:
    """The figures without those that make up the one right before them (an account followed by its items)."""
    ends, kept, i = _ends(figures), [], 0
    while i < len(figures):
        kept.append(figures[i])
        i = ends[i]
    return kept


def _ends(figures: Sequence[Fact]) -> list[int]:
    """For each figure where those end that make it up; the next one when none do."""
    ends = [0] * len(figures)
    for at in range(len(figures) - 1, -1, -1):
        own, total, j = figures[at].quantity.value, Decimal(0), at + 1
        while own and j < len(figures) and total < own:
            total += figures[j].quantity.value
            j = ends[j]
        ends[at] = j if own and total == own else at + 1
    return ends


def _claim(whole: Fact, parts: Sequence[Fact], is_open: bool, word: str, trust: Decimal) -> Claim:
    span = whole.quantity.span
    return Claim(
        "sum",
        Span(span.start, span.end),
        stated=whole,
        operands=tuple(parts),
        open=is_open,
        word=word,
        subject=whole.subject,
        scope=whole.scope,
        trust=min([trust, whole.trust, *(p.trust for p in parts)]),
    )
