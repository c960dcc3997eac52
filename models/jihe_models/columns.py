"""Columns of an indicator table that no rule can name, read by the model as if their rows were sentences.

``网格巡查次数 | ≥240次 | 252次 | 12 | 11.5`` under headings is read as 网格巡查次数：<heading>240次，<heading>252次，
<heading>12分，<heading>11.5分. A column is an indicator's full marks or its score when the model says so, surely
and in nearly every row, and when no other column is. What comes of it is a learned fact like others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex
from msgspec.structs import replace

from jihe_extract.document import Cell, Document, Span, Table
from jihe_extract.facts import UNBOUND, Fact, ScoreRow
from jihe_extract.numbers.spotting import quantities
from jihe_models.roles import RoleModel

_HEADING = regex.compile("[分权]")
"""What a heading of marks holds in whatever words: the unit lent to its figures must not be all that speaks for it."""
_FIELDS = {"权重": "weight", "得分": "score"}
_LEAST = 3
"""Rows that must show the column."""
_SHARE = 0.8
"""Share of the rows in which the model must say the same."""
_MOST = 100
"""Most that one indicator's marks can be."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the columns gave: the rows with their marks, and the facts that take the place of unnamed ones."""

    rows: tuple[ScoreRow, ...]
    facts: dict[Span, Fact]


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table as a sentence: where each unnamed figure's column stands in it."""

    row: int
    text: str
    columns: Mapping[int, int]
    facts: Mapping[int, Fact]


def named_columns(
    roles: RoleModel, by: str, trust: Decimal, sure: float, document: Document, rows: Sequence[ScoreRow],
    facts: Mapping[Span, Fact],
) -> Named:  # fmt: skip
    """The rows of all tables with the marks that the model finds in unnamed columns.

    ``facts`` are those of the tables by their span; ``sure`` is the margin from which a guess counts.
    """
    out = list(rows)
    changed: dict[Span, Fact] = {}
    for index, table in enumerate(document.tables):
        mine = [n for n, r in enumerate(rows) if r.table == index and r.name is not None]
        if len(mine) < _LEAST or not table.sure or any(rows[n].weight or rows[n].score for n in mine):
            continue
        lines = [line for n in mine if (line := _line(document, table, n, rows[n], facts)) is not None]
        for column, measure in _measures(roles, lines, sure).items():
            for line in lines:
                if column in line.facts:
                    fact = _fact(line.facts[column], measure, rows[line.row], by, trust)
                    changed[line.facts[column].quantity.span] = fact
                    out[line.row] = replace(out[line.row], **{_FIELDS[measure]: fact})
    return Named(tuple(out), changed)


def _fact(fact: Fact, measure: str, row: ScoreRow, by: str, trust: Decimal) -> Fact:
    quantity = replace(fact.quantity, unit="分", inherited=True)
    return replace(fact, measure=measure, quantity=quantity, subject=row.indicator, label=row.name, by=by, trust=trust)


def _line(document: Document, table: Table, number: int, row: ScoreRow, facts: Mapping[Span, Fact]) -> _Line | None:
    """The row as a sentence, None when it has no unnamed figure."""
    grid = table.grid()
    at = next((c for c in table.cells if row.name is not None and c.span == row.name), None)
    if at is None:
        return None
    text = row.indicator + "："
    columns: dict[int, int] = {}
    held: dict[int, Fact] = {}
    for cell in dict.fromkeys(c for c in grid[at.row] if c is not None and c.row == at.row and c.col > at.col):
        inside = [f for f in facts.values() if cell.span.holds(f.quantity.span)]
        if len(inside) != 1 or cell.rowspan > 1:
            continue
        heading = _heading(document, grid, at.row, cell.col)
        text += heading
        shown = document.quote(cell.span).strip()
        bare = inside[0].measure == UNBOUND and inside[0].quantity.unit in ("", "分")
        if bare and _HEADING.search(heading):
            if not 0 <= inside[0].quantity.value <= _MOST:
                return None
            columns[cell.col], held[cell.col] = len(text), inside[0]
            shown = shown.removesuffix("分") + "分"
        text += shown + "，"
    return _Line(number, text.rstrip("，") + "。", columns, held) if held else None


def _heading(document: Document, grid: Sequence[Sequence[Cell | None]], row: int, column: int) -> str:
    """The nearest words above a cell that hold no figure."""
    for above in range(row - 1, -1, -1):
        cell = grid[above][column]
        words = document.quote(cell.span).strip() if cell is not None else ""
        if words and not any(c.isdigit() for c in words):
            return "".join(words.split())
    return ""


def _measures(roles: RoleModel, lines: Sequence[_Line], sure: float) -> dict[int, str]:
    """Column → 权重 or 得分, each at most once."""
    votes: dict[int, Counter[str]] = {}
    for line in lines:
        found = quantities(line.text)
        said = roles.paragraph(line.text, 0, found)
        for column, start in line.columns.items():
            label = next(
                (g.label for q, g in zip(found, said, strict=True) if q.span.start == start and g.margin >= sure), ""
            )
            votes.setdefault(column, Counter())[label] += 1
    chosen: dict[int, str] = {}
    for column, count in votes.items():
        label, most = max(count.items(), key=lambda v: (v[1], v[0]))
        if label in _FIELDS and most >= max(_LEAST, _SHARE * sum(count.values())):
            chosen[column] = label
    twice = {label for label, n in Counter(chosen.values()).items() if n > 1}
    return {column: label for column, label in chosen.items() if label not in twice}
