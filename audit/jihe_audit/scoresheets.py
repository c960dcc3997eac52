"""The score sheets of a report: the rows of each, the totals stated for it, and what these gather."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from jihe_audit.ledger import Ledger
from jihe_extract.facts import Fact, ScoreRow

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Sheet:
    """The rows of one score sheet, and the totals that stand in it."""

    rows: tuple[ScoreRow, ...]
    table: int | None

    @cached_property
    def weights(self) -> list[Fact]:
        """Weights that are stated."""
        return [r.weight for r in self.rows if r.weight is not None]

    @cached_property
    def scores(self) -> list[Fact]:
        """Scores that are stated."""
        return [r.score for r in self.rows if r.score is not None]

    @property
    def whole(self) -> bool:
        """Whether every row has its score."""
        return len(self.scores) == len(self.rows)


def sheets(ledger: Ledger) -> list[Sheet]:
    """The score sheets of the report: one for each table, one for the prose."""
    return ledger.once(_sheets)


def _sheets(ledger: Ledger) -> list[Sheet]:
    by_table: dict[int | None, list[ScoreRow]] = {}
    for row in ledger.rows:
        if row.weight is not None or row.score is not None:
            by_table.setdefault(row.table, []).append(row)
    _join_execution(by_table)
    by_table = {table: _lowest(rows) for table, rows in by_table.items()}
    return [Sheet(tuple(rows), table) for table, rows in by_table.items() if len(rows) > 1]


EXECUTION = "预算执行率"


def _lowest(rows: list[ScoreRow]) -> list[ScoreRow]:
    """The rows without those that only gather the rows below them, when the rest adds up to full marks."""
    weights = [r.weight.quantity.value if r.weight is not None else None for r in rows]
    if sum((w for w in weights if w is not None), Decimal(0)) <= HUNDRED:
        return rows
    kept: list[ScoreRow] = []
    i = 0
    while i < len(rows):
        own, end = weights[i], _gathered(weights, i)
        gathers = own is not None and end > 0 and _scores_too(rows, i, end)
        end = end if gathers else 0
        kept += rows[i + 1 : end] if gathers else [rows[i]]
        i = end or i + 1
    total = sum((r.weight.quantity.value for r in kept if r.weight is not None), Decimal(0))
    return kept if total in (HUNDRED, *(HUNDRED - p for p in (Decimal(10), Decimal(20)))) else rows


def _scores_too(rows: list[ScoreRow], at: int, end: int) -> bool:
    """Whether the scores of the rows below may add up to the row's own, a slip aside."""
    own = rows[at].score
    below = [r.score.quantity.value for r in rows[at + 1 : end] if r.score is not None]
    if own is None or len(below) < end - at - 1:
        return True
    return abs(sum(below, Decimal(0)) - own.quantity.value) <= own.quantity.value / 4


def _gathered(weights: list[Decimal | None], at: int) -> int:
    """End of the rows right below that add up to the weight at ``at``; 0 when none do."""
    own, total = weights[at], Decimal(0)
    for j in range(at + 1, len(weights)):
        weight = weights[j]
        if own is None or weight is None:
            return 0
        total += weight
        if total >= own:
            return j + 1 if total == own and j > at + 1 else 0
    return 0


def _join_execution(by_table: dict[int | None, list[ScoreRow]]) -> None:
    """A table of funds that holds only the execution rate's marks is the head of the indicator table behind it."""
    order = sorted(t for t in by_table if t is not None)
    for here, behind in pairwise(order):
        alone = all(r.indicator == EXECUTION for r in by_table[here])
        if alone and not any(r.indicator == EXECUTION for r in by_table[behind]):
            by_table[behind] = [*by_table.pop(here), *by_table[behind]]


def in_table(ledger: Ledger, fact: Fact) -> int | None:
    """The table that a fact stands in, None for the prose."""
    cell = ledger.document.cell_at(fact.quantity.span)
    return cell[0] if cell else None


def totals(ledger: Ledger, measure: str, sheet: Sheet) -> list[Fact]:
    """Totals stated for a sheet: those of its own table first, else those of the prose."""
    of = [f for f in ledger.of_measure(measure) if f.period in ("", ledger.year) and f.scope in ("", "合计")]
    bare = [f for f in of if not f.subject or f.scope == "合计"]
    own = of if measure == "总分" else bare
    own = [f for f in own if in_table(ledger, f) == sheet.table and sheet.table is not None]
    told = [f for f in bare if in_table(ledger, f) is None and measure == "总分"]
    lone = sheet.table is None or added(sheet.weights) == HUNDRED
    return own + [f for f in told if _of_sheet(ledger, sheet, f)] if lone else own


def _of_sheet(ledger: Ledger, sheet: Sheet, told: Fact) -> bool:
    """Whether a total of the prose may be this sheet's: of several whole sheets, it need be one's only."""
    whole = ledger.once(_whole_sheets)
    if sheet.table is None or len(whole) < 2:
        return True
    return not any(added(s.scores) == told.quantity.value for s in whole) and sheet.table == whole[0].table


def _whole_sheets(ledger: Ledger) -> list[Sheet]:
    return [s for s in sheets(ledger) if s.table is not None and added(s.weights) == HUNDRED]


def added(facts: Sequence[Fact]) -> Decimal:
    """The sum of the facts' values."""
    return sum((f.quantity.value for f in facts), Decimal(0))


def weights_total(ledger: Ledger, sheet: Sheet) -> Decimal | None:
    """What the weights add up to, the unstated full marks of the execution rate filled in; None when unknown."""
    blank = [r for r in sheet.rows if r.weight is None]
    total = added(sheet.weights)
    if not blank:
        return total
    if len(blank) == 1 and blank[0].indicator == "预算执行率":
        fill = next((p for p in ledger.pack.execution_points if total + p == HUNDRED), None)
        return total + (fill if fill is not None else ledger.pack.execution_points[0])
    return None


def weights_of(rows: Sequence[ScoreRow]) -> list[Fact]:
    """The weights that the rows state."""
    return [r.weight for r in rows if r.weight is not None]


def stated_weights(ledger: Ledger, sheet: Sheet) -> tuple[Fact, Sequence[ScoreRow]] | None:
    """A total of weights that the sheet states, and the rows that it gathers: all, or all but the execution rate.

    A total that the unstated full marks of the execution rate would fill says nothing against the rest.
    """
    found: list[tuple[Fact, Sequence[ScoreRow]]] = []
    for whole in totals(ledger, "权重", sheet):
        if len(weights_of(sheet.rows)) < len(sheet.rows) and weights_total(ledger, sheet) == whole.quantity.value:
            continue
        for rows in _gatherings(sheet):
            if len(weights_of(rows)) == len(rows) > 1:
                found.append((whole, rows))
    holding = [(w, rows) for w, rows in found if added(weights_of(rows)) == w.quantity.value]
    return next(iter([*holding, *found]), None)


def _gatherings(sheet: Sheet) -> list[tuple[ScoreRow, ...]]:
    """The rows that a total line may gather: the whole sheet, or the indicators without the execution rate."""
    plain_rows = tuple(r for r in sheet.rows if r.indicator != EXECUTION)
    return [sheet.rows] if len(plain_rows) == len(sheet.rows) else [sheet.rows, plain_rows]


def scored(ledger: Ledger, sheet: Sheet, total: Fact) -> list[tuple[Fact, ...]]:
    """The scores that a line of totals may add up, told by the weight that stands in the same line if one does."""
    groups = [rows for rows in _gatherings(sheet) if all(r.score is not None for r in rows)]
    beside = next((w for w in totals(ledger, "权重", sheet) if w.label is not None and w.label == total.label), None)
    if beside is not None:
        groups = [rows for rows in groups if added(weights_of(rows)) == beside.quantity.value] or groups[:1]
    return [tuple(r.score for r in rows if r.score is not None) for rows in groups if len(rows) > 1]


def without_execution(ledger: Ledger, sheet: Sheet) -> bool:
    """Whether only the execution rate's marks are wanting to full marks: its line was not read, or stands elsewhere."""
    if any(r.indicator == EXECUTION for r in sheet.rows):
        return False
    return added(sheet.weights) in {HUNDRED - p for p in ledger.pack.execution_points}
