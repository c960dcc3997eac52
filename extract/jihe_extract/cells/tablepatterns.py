"""Columns that are computed from others, told by the rows themselves: what holds in the other rows is meant in all.

``复核得分 | 自评得分 | 差异`` need no vocabulary: where the third figure is the difference of the first two in all rows
but one, that row is worth a look. Looked for are sums of neighbouring columns, sums and differences of two, balances
(年初 + 增加 − 减少 = 年末), quotients, changes and shares of the last row's total; the same between the rows of a table
that lies on its side. Each row of a pattern is one claim among the supposed ones, see :data:`COLUMN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, permutations
from math import prod
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from jihe_extract.cells.cellfigures import Sheet, as_amount
from jihe_extract.cells.tablesections import Section, distinct, sections
from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import Claim, ClaimKind, Fact

COLUMN = "column:"
"""``Claim.word`` of these readings begins so; a number that tells the patterns apart and the signs of a sum follow."""
SIDEWAYS = "r"
"""Mark behind that number when the lines are columns, which may be of different kinds."""
_TOLD = frozenset({"占比", "变动率", "增减额", "执行率", "完成预算比", "节约额", "结余数"})
"""Measures of figures that are computed: two rows are enough to tell from what."""
_HOLD, _LINES = 3, 3
"""Rows in which a pattern must hold, and rows that it must be about."""
TIMES = "*"
"""Sign of the factors of a product."""
_FEW = 2
_DIGITS = 9
"""Digits that the figures of a pattern must have together in the rows where it holds: fewer agree by chance."""
_NAMED = 4
"""Digits that are enough where the head of a rate repeats that of its numerator."""
_PAIRS, _BALANCES, _SUMMED, _SIDEWAYS = 14, 8, 9, 16
"""Most columns among which pairs and balances are tried, most columns of a sum, most rows of a table on its side."""
_GRADES = 3
"""Most columns side by side that a rate counts together."""
_RULED = frozenset({"target", "actual", "mid", "completion", "deviation"})
"""Columns of indicators that have rules of their own, where both target and result are told."""
Grid = list[dict[int, Fact]]
"""The figures of the rows by column."""


class _Pattern(Struct, frozen=True):
    """A figure of each line, and the figures that it is computed from."""

    kind: ClaimKind
    result: int
    operands: tuple[int, ...]
    signs: str = ""
    total: int = -1
    """Line whose figure is the base of a share."""

    def members(self, line: Mapping[int, Fact], grid: Grid) -> tuple[Fact, tuple[Fact, ...]] | None:
        """The result and the operands in a line; None when one of them is missing there."""
        places = [line.get(c) for c in (self.result, *self.operands)]
        if self.total >= 0:
            places.append(grid[self.total].get(self.operands[0]))
        found = [f for f in places if f is not None]
        return (found[0], tuple(found[1:])) if len(found) == len(places) else None


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
                known = {_key(p) for p in patterns}
                for pattern in patterns:
                    number += 1
                    yield from _claims(pattern, grid, f"{COLUMN}{number}{mark}:{pattern.signs}", known)


def _grids(
    sheet: Sheet, section: Section, cells: Sequence[Sequence[Cell | None]], by_start: Mapping[int, Fact]
) -> Iterator[tuple[str, Grid]]:
    """The figures of a section by rows, and, marked, by columns where it has few rows."""
    ruled = _RULED if section.columns("target") and section.columns("actual") else frozenset()
    skipped = {c for role in ("serial", *ruled) for c in section.columns(role)}
    rows: Grid = []
    for n in section.rows:
        own = [(c, cell) for c, cell in distinct(cells[n]) if cell.row == n and c not in skipped]
        row = {c: f for c, cell in own if (f := _figure(sheet, cell, by_start)) is not None}
        if row:
            rows.append(row)
    yield "", rows
    if section.kind == "data" and len(rows) <= _SIDEWAYS:
        columns = sorted({c for row in rows for c in row})
        yield SIDEWAYS, [{n: row[c] for n, row in enumerate(rows) if c in row} for c in columns]


def _figure(sheet: Sheet, cell: Cell, by_start: Mapping[int, Fact]) -> Fact | None:
    """The exact figure of a cell; a bare number that nothing names is an amount in a table of amounts."""
    at = next((at for at in range(cell.span.start, min(cell.span.end, cell.span.start + 4)) if at in by_start), -1)
    fact = by_start.get(at)
    if fact is None or not fact.quantity.exact:
        return None
    return as_amount(fact, sheet.table)


class Heads(NamedTuple):
    """The columns whose heads tell how they are computed: totals, figures for each (班均人数, 单价), falls (下降率),
    and what a rate is of (开工率 beside 已开工)."""

    sums: frozenset[int] = frozenset()
    each: frozenset[int] = frozenset()
    falls: frozenset[int] = frozenset()
    named: frozenset[tuple[int, int]] = frozenset()


def _heads(sheet: Sheet, cells: Sequence[Sequence[Cell | None]], section: Section) -> Heads:
    sums = {c for c, stack in section.headers.items() if any(m.total for m in stack)}
    for row in (cells[n] for n in section.header_rows):  # 其中 stands over the first part of the column before it
        sums |= {c - 1 for c, cell in distinct(row) if sheet.text(cell).strip().startswith("其中")}
    said = {c: "".join(m.text for m in stack) for c, stack in section.headers.items()}
    each, falls = (
        frozenset(c for c, text in said.items() if any(w in text for w in words))
        for words in (sheet.words.each, sheet.words.falls)
    )
    rates = [(c, text[:-1]) for c, text in said.items() if len(text) > _FEW and text.endswith("率")]
    named = frozenset((c, top) for c, stem in rates for top, text in said.items() if top != c and stem in text)
    return Heads(frozenset(sums), each, falls, named)


def _patterns(grid: Grid, heads: Heads) -> Iterator[_Pattern]:
    """Patterns that hold in nearly all lines; one for each result, the first found."""
    if len(grid) < _LINES:
        return
    counts: dict[int, int] = {}
    for line in grid:
        for col in line:
            counts[col] = counts.get(col, 0) + 1
    columns = sorted(c for c, n in counts.items() if n >= _LINES)
    rates = {c for c in columns if sum(f.quantity.unit == "%" for ln in grid if (f := ln.get(c))) * 2 > len(grid)}
    rough = _Rough(grid, columns)
    filled = [c for c in columns if rough.filled(c)]
    taken: set[frozenset[int]] = set()
    for build in (_sums, _differences, _rates, _runs, _balances, _quotients, _products):
        for result in columns:
            if (result in rates) != (build is _rates) or result not in filled:
                continue
            if build is _quotients and len(filled) > _BALANCES and result not in heads.each:
                continue
            for made in build(result, columns if build is _runs else filled, len(grid) - 1):
                pattern = replace(made, signs="-") if made.kind == "growth" and result in heads.falls else made
                if _key(pattern) not in taken and rough.may_hold(pattern) and _supported(pattern, grid, heads):
                    taken.add(_key(pattern))
                    yield pattern
                    if not (build is _quotients and result in heads.each):
                        break  # one price may be of what was planned and of what came


class _Rough:
    """The figures of a table by columns: most patterns are so far off that there is no need to weigh them."""

    def __init__(self, grid: Grid, columns: Sequence[int]) -> None:
        self.values = {
            c: [None if (f := line.get(c)) is None else (f.quantity.value, f.quantity.step) for line in grid]
            for c in columns
        }
        self.least = max(1, (len(grid) - 1) // 5)

    def filled(self, column: int) -> bool:
        """Whether a column has figures enough that are not zero to tell anything."""
        return sum(figure is not None and figure[0] != 0 for figure in self.values[column]) >= _FEW

    def may_hold(self, pattern: _Pattern) -> bool:
        """Whether a pattern is near enough in all but a few lines."""
        columns = [self.values[c] for c in (pattern.result, *pattern.operands)]
        failed = 0
        for figures in zip(*columns, strict=True):
            if None in figures or pattern.total >= 0:
                continue
            (stated, slack), *others = [f for f in figures if f is not None]
            if not self._near(pattern, stated, slack, others):
                failed += 1
                if failed > self.least:
                    return False
        return True

    def _near(
        self, pattern: _Pattern, stated: Decimal, step: Decimal, others: Sequence[tuple[Decimal, Decimal]]
    ) -> bool:
        (first, first_step), (second, second_step) = others[:2]
        if pattern.signs.startswith(TIMES):
            made = prod((value for value, _ in others), start=Decimal(1))
            return abs(made - stated) <= _product_slack(step, made, others)
        if pattern.kind == "ratio" and len(others) > 2:
            first, first_step = (sum(column, Decimal(0)) for column in zip(*others[:-1], strict=True))
            second, second_step = others[-1]
        if pattern.kind in ("ratio", "growth"):
            rate = first / second - (pattern.kind == "growth") if second else stated
            rate = -rate if pattern.signs == "-" else rate
            rounding = abs(rate) * (first_step / (abs(first) or Decimal(1)) + second_step / (abs(second) or Decimal(1)))
            return abs(rate - stated) <= step + rounding
        slack = (step + first_step + second_step) / 2
        if pattern.kind == "difference":
            return abs(abs(first - second) - abs(stated)) <= slack
        total = first + second
        for (value, more), sign in zip(others[2:], pattern.signs[2:], strict=True):
            total += value if sign == "+" else -value
            slack += more
        return abs(total - stated) <= slack


def _key(pattern: _Pattern) -> frozenset[int]:
    """The columns of a pattern: one relation, whichever of them is called the result."""
    return frozenset((pattern.result, *pattern.operands))


def _sums(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as the sum of two others."""
    others = [c for c in columns if c != result]
    if len(others) <= _PAIRS:
        yield from (_Pattern("sum", result, pair, "++") for pair in combinations(others, 2))


def _differences(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as the difference of two others."""
    others = [c for c in columns if c != result]
    if len(others) <= _PAIRS:
        yield from (_Pattern("difference", result, pair) for pair in combinations(others, 2))


def _rates(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column of rates as quotient or change of two others, as shares of the last line's total, or as the quotient of
    some columns side by side (非常满意、满意、基本满意) and another."""
    others = [c for c in columns if c != result]
    if len(others) <= _PAIRS:
        yield from (_Pattern("ratio", result, pair) for pair in permutations(others, 2))
        yield from (_Pattern("growth", result, pair) for pair in permutations(others, 2))
        yield from (_Pattern("share", result, (c,), total=last) for c in others)
        runs = [tuple(others[i : i + n]) for n in range(2, _GRADES + 1) for i in range(len(others) - n + 1)]
        yield from (_Pattern("ratio", result, (*run, base)) for run in runs for base in others if base not in run)


def _quotients(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as the quotient of two others (生均经费, 单价)."""
    others = [c for c in columns if c != result]
    if len(others) <= _PAIRS:
        yield from (_Pattern("ratio", result, pair) for pair in permutations(others, 2))


def _runs(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as the sum of the columns right before or behind it, the last of which may be taken off (加分、扣分)."""
    at = columns.index(result)
    for size in range(3, _SUMMED):
        for start in (at + 1, at - size):
            if 0 <= start <= len(columns) - size:
                run = tuple(columns[start : start + size])
                yield _Pattern("sum", result, run, "+" * size)
                yield _Pattern("sum", result, run, "+" * (size - 1) + "-")


def _balances(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as two others less a third (年初 + 增加 − 减少 = 年末)."""
    others = [c for c in columns if c != result]
    if len(others) <= _BALANCES:
        for pair in combinations(others, 2):
            yield from (_Pattern("sum", result, (*pair, less), "++-") for less in others if less not in pair)


def _products(result: int, columns: Sequence[int], last: int) -> Iterator[_Pattern]:
    """A column as the product of two or three others (人数 × 标准 × 月数)."""
    others = [c for c in columns if c != result]
    if len(others) <= _BALANCES:
        for n in (3, 2):
            yield from (_Pattern("ratio", result, some, TIMES * n) for some in combinations(others, n))


def _supported(pattern: _Pattern, grid: Grid, heads: Heads) -> bool:
    """Whether the pattern holds in enough lines, with enough digits, and fails in next to none."""
    held = failed = digits = 0
    for number, line in enumerate(grid):
        members = pattern.members(line, grid) if number != pattern.total else None
        if members is None:
            continue
        good = _holds(pattern, *members)
        if good is None:
            continue
        if not good:
            failed += 1
            if failed > max(1, (len(grid) - 1) // 5):
                return False
        elif _telling(pattern, *members):
            held += 1
            digits += _said(*members)
    measured = [line[pattern.result].measure in _TOLD for line in grid if pattern.result in line]
    added = "-" not in pattern.signs or len(pattern.signs) > _HOLD  # 加分、扣分 behind marks of several kinds
    called = pattern.result in heads.sums and pattern.kind == "sum" and added
    called = called or (pattern.result in heads.each and pattern.kind == "ratio")
    rates = all(line[pattern.result].quantity.unit == "%" for line in grid if pattern.result in line)
    told = called or rates or sum(measured) * 2 > len(measured)
    hold, least = (_HOLD - 1, _DIGITS - 3) if told else (_HOLD, _DIGITS)
    if pattern.kind == "ratio" and (pattern.result, pattern.operands[0]) in heads.named:
        least = _NAMED
    return held >= hold and digits >= least and failed <= max(1, held // 4)


def _telling(pattern: _Pattern, result: Fact, operands: Sequence[Fact]) -> bool:
    """Whether a line in which a pattern holds says anything for it: no zero makes it hold of itself."""
    if pattern.kind == "ratio" and operands[0].quantity.value == operands[1].quantity.value:
        return False
    if any(o.quantity.value == result.quantity.value for o in operands):
        return False  # the others cancel out
    return bool(result.quantity.value) and sum(o.quantity.value != 0 for o in operands) > 1


def _said(result: Fact, operands: Sequence[Fact]) -> int:
    """The digits that agree: those of a sum without its end zeros, as far as its figures differ at all; of a rate all,
    as far as its operands have any."""
    if result.quantity.unit != "%":
        values = [f.quantity.value for f in (result, *operands)]
        return min(_digits(result), len(str(int((max(values) - min(values)) / result.quantity.step))))
    return min(sum(c.isdigit() for c in result.quantity.shown), max(_digits(o) for o in operands))


def _digits(fact: Fact) -> int:
    return len("".join(c for c in fact.quantity.shown if c.isdigit()).strip("0"))


def _holds(pattern: _Pattern, result: Fact, operands: Sequence[Fact]) -> bool | None:
    """Whether a line holds; None when it cannot be said, for its figures are of different kinds."""
    values = [o.quantity.value for o in operands]
    stated, step = result.quantity.value, result.quantity.step
    if pattern.signs.startswith(TIMES):
        units = [o.quantity.unit for o in operands]
        if {"%", "分"} & {*units, result.quantity.unit} or units.count("CNY") != (result.quantity.unit == "CNY"):
            return None
        made = prod(values, start=Decimal(1))
        return abs(made - stated) <= _product_slack(step, made, [(o.quantity.value, o.quantity.step) for o in operands])
    if pattern.kind in ("ratio", "growth", "share"):
        return _rate_holds(pattern, result, operands)
    if len({_unit(f) for f in (result, *operands)}) > 1 or result.quantity.unit == "%":
        return None
    slack = (step + sum((o.quantity.step for o in operands), Decimal(0))) / 2
    if pattern.kind == "difference":
        return abs(abs(values[0] - values[1]) - abs(stated)) <= slack
    signed = (v if s == "+" else -v for v, s in zip(values, pattern.signs, strict=True))
    return abs(sum(signed, Decimal(0)) - stated) <= slack


def _rate_holds(pattern: _Pattern, result: Fact, operands: Sequence[Fact]) -> bool | None:
    top, base = sum((o.quantity.value for o in operands[:-1]), Decimal(0)), operands[-1].quantity.value
    units = {o.quantity.unit for o in operands}
    alike = len(units - {""}) <= 1 and units.isdisjoint(("%", "分"))
    rated = result.quantity.unit == "%"
    if not base or "%" in units or (not alike if rated else len(operands) > 2):
        return None
    if not rated:
        return abs(top / base - result.quantity.value) <= _quotient_slack(result, operands)
    rate = (top - base) / base if pattern.kind == "growth" else top / base
    rate = -rate if pattern.signs == "-" else rate
    return abs(rate - result.quantity.value) <= result.quantity.step


def _product_slack(step: Decimal, made: Decimal, factors: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """How far a product may be off for its rounded factors; whole numbers of heads, months and yuan are exact."""
    spread = sum((slack / abs(value) for value, slack in factors if value and slack != 1), Decimal(0))
    return step / 2 + abs(made) * spread / 2


def _quotient_slack(result: Fact, operands: Sequence[Fact]) -> Decimal:
    """How far a quotient may be off for its figures are rounded."""
    top, base = (o.quantity for o in operands)
    spread = top.step / (abs(top.value) or Decimal(1)) + base.step / abs(base.value)
    rounding = abs(top.value / base.value) * spread / 2
    return result.quantity.step / 2 + rounding


def _unit(fact: Fact) -> str:
    """The unit of a figure; a bare number beside marks is one of them."""
    return fact.quantity.unit or "分"


def _claims(pattern: _Pattern, grid: Grid, word: str, known: set[frozenset[int]]) -> Iterator[Claim]:
    kind: ClaimKind = "ratio" if pattern.kind == "share" else pattern.kind
    for at, line in enumerate(grid):
        members = pattern.members(line, grid) if at != pattern.total else None
        if members is None or _holds(pattern, *members) is None:
            continue
        result, *rest = _alike(members[0], *members[1])
        operands = tuple(rest)
        if _holds(pattern, result, operands) or not _otherwise(pattern, at, grid, known):
            span = Span(result.quantity.span.start, result.quantity.span.end)
            trust = min(f.trust for f in (result, *operands))
            yield Claim(kind, span, stated=result, operands=operands, word=word, trust=trust)


def _alike(*facts: Fact) -> list[Fact]:
    """The figures, bare numbers among marks with the unit of these."""
    if len({f.quantity.unit for f in facts} & {"", "分"}) < 2:
        return list(facts)
    return [f if f.quantity.unit else replace(f, quantity=replace(f.quantity, unit="分")) for f in facts]


def _otherwise(pattern: _Pattern, at: int, grid: Grid, known: set[frozenset[int]]) -> bool:
    """Whether a line that breaks a pattern keeps, as some other line does, to another one of the same build."""
    line = grid[at]
    others = [c for c in line if c != pattern.result]
    if len(others) > _PAIRS or len(pattern.operands) != 2 or pattern.total >= 0:
        return False
    pairs = permutations(others, 2) if pattern.kind in ("ratio", "growth") else combinations(others, 2)
    for pair in pairs:
        other = replace(pattern, operands=pair)
        if _key(other) not in known and _keeps(other, line) and any(_keeps(other, o) for o in grid if o is not line):
            return True
    return False


def _keeps(pattern: _Pattern, line: Mapping[int, Fact]) -> bool:
    """Whether a line keeps to a pattern, and not for zeros alone."""
    members = pattern.members(line, [])
    return members is not None and bool(_holds(pattern, *members)) and _telling(pattern, *members)
