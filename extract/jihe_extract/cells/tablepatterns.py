"""Columns that are computed from others, told by the rows themselves: what holds in the other rows is meant in all.

``复核得分 | 自评得分 | 差异`` need no vocabulary: where the third figure is the difference of the first two in all rows
but one, that row is worth a look. Looked for are sums of neighbouring columns, sums and differences of two, balances
(年初 + 增加 − 减少 = 年末), quotients, changes and shares of the last row's total; the same between the rows of a table
that lies on its side. Each row of a pattern is one claim among the supposed ones, see :data:`COLUMN`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations

from msgspec.structs import replace

from jihe_extract.cells import patternkinds as kinds
from jihe_extract.cells.cellfigures import Sheet, as_amount
from jihe_extract.cells.patternfit import Rough, holds, supported, telling
from jihe_extract.cells.patternkinds import Grid, Heads, Pattern, key
from jihe_extract.cells.tablesections import Section, distinct, sections
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import Claim, ClaimKind, Fact

COLUMN = "column:"
"""``Claim.word`` of these readings begins so; a number that tells the patterns apart and the signs of a sum follow."""
SIDEWAYS = "r"
"""Mark behind that number when the lines are columns, which may be of different kinds."""
_LINES, _SIDEWAYS = 3, 16
"""Lines that a pattern must be about, and most rows of a table on its side."""
_FEW = 2
_RULED = frozenset({"target", "actual", "mid", "completion", "deviation"})
"""Columns of indicators that have rules of their own, where both target and result are told."""
_Build = Callable[[int, Sequence[int], int], Iterator[Pattern]]
_BUILDS: tuple[_Build, ...] = (
    kinds.sums, kinds.differences, kinds.rates, kinds.runs, kinds.balances, kinds.running, kinds.quotients,
    kinds.products,
)  # fmt: skip
"""The ways in which a column may be computed: the first that holds is the one meant."""


def table_patterns(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """The readings of all tables whose structure is sure."""
    by_start = {f.quantity.span.start: f for f in facts if f.origin != "prose"}
    words = load_table_words()
    number = 0
    for index, table in enumerate(document.tables):
        if not table.sure:
            continue
        sheet, cells = Sheet(document, table, index, words, {}, []), table.grid()
        for section in sections(sheet, cells):
            heads = _heads(sheet, cells, section)
            for mark, grid in _grids(sheet, section, cells, by_start):
                patterns = list(_patterns(grid, heads if not mark else Heads()))
                known = {key(p) for p in patterns}
                for pattern in patterns:
                    number += 1
                    yield from _claims(pattern, grid, f"{COLUMN}{number}{mark}:{pattern.signs}", known)


def _grids(
    sheet: Sheet, section: Section, cells: Sequence[Sequence[Cell | None]], by_start: Mapping[int, Fact]
) -> Iterator[tuple[str, Grid]]:
    """The figures of a section by rows, and, marked, by columns where it has few rows."""
    indicators = section.kind == "indicators" and section.columns("target") and section.columns("actual")
    ruled = _RULED if indicators else frozenset()
    skipped = {c for role in ("serial", *ruled) for c in section.columns(role)}
    rows: Grid = []
    running = _headed(section, sheet.words.running)
    above: dict[int, Fact] = {}
    for n in section.rows:
        own = [(c, cell) for c, cell in distinct(cells[n]) if cell.row == n and c not in skipped]
        row = {c: f for c, cell in own if (f := _figure(sheet, cell, by_start)) is not None}
        if row:
            up = {kinds.before(c): above[c] for c in running if c in above and c in row and not _adds_up(sheet, own)}
            rows.append(row | up)
            above = row
    yield "", rows
    if section.kind == "data" and len(rows) <= _SIDEWAYS:
        columns = sorted({c for row in rows for c in row if c >= 0})
        yield SIDEWAYS, [{n: row[c] for n, row in enumerate(rows) if c in row} for c in columns]


def _headed(section: Section, words: Sequence[str]) -> frozenset[int]:
    """The columns in whose heads one of the words stands."""
    return frozenset(c for c, text in _said(section).items() if any(w in text for w in words))


def _said(section: Section) -> dict[int, str]:
    """The words of each column's head, all its levels together."""
    return {c: "".join(m.text for m in stack) for c, stack in section.headers.items()}


def _adds_up(sheet: Sheet, row: Sequence[tuple[int, Cell]]) -> bool:
    """Whether a line is the total of those above."""
    return any(sheet.words.meaning(sheet.text(cell)).total for _, cell in row if not sheet.numeric(cell))


def _figure(sheet: Sheet, cell: Cell, by_start: Mapping[int, Fact]) -> Fact | None:
    """The exact figure of a cell; a bare number that nothing names is an amount in a table of amounts."""
    at = next((at for at in range(cell.span.start, min(cell.span.end, cell.span.start + 4)) if at in by_start), -1)
    fact = by_start.get(at)
    if fact is None or not fact.quantity.exact:
        return None
    return as_amount(fact, sheet.table)


def _heads(sheet: Sheet, cells: Sequence[Sequence[Cell | None]], section: Section) -> Heads:
    sums = {c for c, stack in section.headers.items() if any(m.total for m in stack)}
    for row in (cells[n] for n in section.header_rows):  # 其中 stands over the first part of the column before it
        sums |= {c - 1 for c, cell in distinct(row) if sheet.text(cell).strip().startswith("其中")}
    said = _said(section)
    each, falls = _headed(section, sheet.words.each), _headed(section, sheet.words.falls)
    rates = [(c, text[:-1]) for c, text in said.items() if len(text) > _FEW and text.endswith("率")]
    named = frozenset((c, top) for c, stem in rates for top, text in said.items() if top != c and stem in text)
    return Heads(frozenset(sums), each, falls, named)


def _patterns(grid: Grid, heads: Heads) -> Iterator[Pattern]:
    """Patterns that hold in nearly all lines; one for each result, the first found."""
    if len(grid) < _LINES:
        return
    counts: dict[int, int] = {}
    for line in grid:
        for col in line:
            counts[col] = counts.get(col, 0) + 1
    columns = sorted(c for c, n in counts.items() if n >= _LINES and c >= 0)
    above = sorted(c for c, n in counts.items() if n >= _LINES and c < 0)
    rates = {c for c in columns if sum(f.quantity.unit == "%" for ln in grid if (f := ln.get(c))) * 2 > len(grid)}
    points = {c for c in rates if any(f.quantity.in_points for ln in grid if (f := ln.get(c)))}
    rough = Rough(grid, [*above, *columns])
    filled = [c for c in columns if rough.filled(c)]
    taken: set[frozenset[int]] = set()
    for build in _BUILDS:
        for result in filled:
            each = result in heads.each
            if build is kinds.quotients and len(filled) > kinds.BALANCES and not each:
                continue
            among = columns if build is kinds.runs else [*above, *filled] if build is kinds.running else filled
            for made in build(result, _admitted(build, result, among, rates, points), len(grid) - 1):
                pattern = replace(made, signs=kinds.FALL) if made.kind == "growth" and result in heads.falls else made
                if key(pattern) not in taken and rough.may_hold(pattern) and supported(pattern, grid, heads):
                    taken.add(key(pattern))
                    yield pattern
                    if not (build is kinds.quotients and each):
                        break  # one price may be of what was planned and of what came


def _admitted(build: _Build, result: int, among: Sequence[int], rates: set[int], points: set[int]) -> Sequence[int]:
    """The columns from which a build may make a result: rates are quotients, points lie between two rates."""
    if build is kinds.rates:
        return among if result in rates - points else [result]
    if result not in rates:
        return among
    between = build is kinds.differences and result in points
    return [c for c in among if c == result or c in rates - points] if between else [result]


def _claims(pattern: Pattern, grid: Grid, word: str, known: set[frozenset[int]]) -> Iterator[Claim]:
    kind: ClaimKind = "ratio" if pattern.kind == "share" else pattern.kind
    for at, line in enumerate(grid):
        members = pattern.members(line, grid) if at != pattern.total else None
        if members is None or holds(pattern, *members) is None:
            continue
        result, *rest = _alike(members[0], *members[1])
        operands = tuple(rest)
        if holds(pattern, result, operands) or not _otherwise(pattern, at, grid, known):
            span = Span(result.quantity.span.start, result.quantity.span.end)
            trust = min(f.trust for f in (result, *operands))
            yield Claim(kind, span, stated=result, operands=operands, word=word, trust=trust)


def _alike(*facts: Fact) -> list[Fact]:
    """The figures, bare numbers among marks with the unit of these."""
    if len({f.quantity.unit for f in facts} & {"", "分"}) < 2:
        return list(facts)
    return [f if f.quantity.unit else replace(f, quantity=replace(f.quantity, unit="分")) for f in facts]


def _otherwise(pattern: Pattern, at: int, grid: Grid, known: set[frozenset[int]]) -> bool:
    """Whether a line that breaks a pattern keeps, as some other line does, to another one of the same build."""
    line = grid[at]
    others = [c for c in line if c != pattern.result]
    if len(others) > kinds.PAIRS or len(pattern.operands) != 2 or pattern.total >= 0:
        return False
    pairs = permutations(others, 2) if pattern.kind in ("ratio", "growth") else combinations(others, 2)
    for pair in pairs:
        other = replace(pattern, operands=pair)
        if key(other) not in known and _keeps(other, line) and any(_keeps(other, o) for o in grid if o is not line):
            return True
    return False


def _keeps(pattern: Pattern, line: Mapping[int, Fact]) -> bool:
    """Whether a line keeps to a pattern, and not for zeros alone."""
    members = pattern.members(line, [])
    return members is not None and bool(holds(pattern, *members)) and telling(pattern, *members)
