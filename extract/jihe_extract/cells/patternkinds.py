"""What figures of a table may be computed from, by columns: sums, differences, rates, quotients, balances, products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from msgspec import Struct

from jihe_extract.facts import ClaimKind, Fact

TIMES = "*"
"""Sign of the factors of a product."""
FALL = "-"
"""Sign of a growth that is told as a fall (下降率)."""
PAIRS, BALANCES = 14, 8
"""Most columns among which pairs, and among which balances are tried."""
_SUMMED = 9
"""Most columns of a sum."""
_GRADES = 3
"""Most columns side by side that a rate counts together."""
Grid = list[dict[int, Fact]]
"""The figures of the rows by column; under :func:`before` of a column what stands in the row above."""


class Pattern(Struct, frozen=True):
    """A figure of each line, and the figures that it is computed from."""

    kind: ClaimKind
    result: int
    operands: tuple[int, ...]
    signs: str = ""
    total: int = -1
    """Line whose figure is the base of a share."""

    @property
    def runs_on(self) -> bool:
        """Whether it adds to the figure of the line above (see :func:`before`)."""
        return self.operands[-1] < 0

    def members(self, line: Mapping[int, Fact], grid: Grid) -> tuple[Fact, tuple[Fact, ...]] | None:
        """The result and the operands in a line; None when one of them is missing there."""
        places = [line.get(c) for c in (self.result, *self.operands)]
        if self.total >= 0:
            places.append(grid[self.total].get(self.operands[0]))
        found = [f for f in places if f is not None]
        return (found[0], tuple(found[1:])) if len(found) == len(places) else None


class Heads(NamedTuple):
    """The columns whose heads tell how they are computed: totals, figures for each (班均人数, 单价), falls (下降率),
    and what a rate is of (开工率 beside 已开工)."""

    sums: frozenset[int] = frozenset()
    each: frozenset[int] = frozenset()
    falls: frozenset[int] = frozenset()
    named: frozenset[tuple[int, int]] = frozenset()


def before(column: int) -> int:
    """The number under which a line holds the figure that a column has in the line above."""
    return -1 - column


def key(pattern: Pattern) -> frozenset[int]:
    """The columns of a pattern: one relation, whichever of them is called the result."""
    return frozenset((pattern.result, *pattern.operands))


def sums(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as the sum of two others."""
    others = [c for c in columns if c != result]
    if len(others) <= PAIRS:
        yield from (Pattern("sum", result, pair, "++") for pair in combinations(others, 2))


def differences(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as the difference of two others."""
    others = [c for c in columns if c != result]
    if len(others) <= PAIRS:
        yield from (Pattern("difference", result, pair) for pair in combinations(others, 2))


def rates(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column of rates as quotient or change of two others, as shares of the last line's total, or as the quotient of
    some columns side by side (非常满意、满意、基本满意) and another."""
    others = [c for c in columns if c != result]
    if len(others) <= PAIRS:
        yield from (Pattern("ratio", result, pair) for pair in permutations(others, 2))
        yield from (Pattern("growth", result, pair) for pair in permutations(others, 2))
        yield from (Pattern("share", result, (c,), total=last) for c in others)
        runs = [tuple(others[i : i + n]) for n in range(2, _GRADES + 1) for i in range(len(others) - n + 1)]
        yield from (Pattern("ratio", result, (*run, base)) for run in runs for base in others if base not in run)


def quotients(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as the quotient of two others (生均经费, 单价)."""
    others = [c for c in columns if c != result]
    if len(others) <= PAIRS:
        yield from (Pattern("ratio", result, pair) for pair in permutations(others, 2))


def runs(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as the sum of the columns right before or behind it, the last of which may be taken off (加分、扣分)."""
    at = columns.index(result)
    for size in range(3, _SUMMED):
        for start in (at + 1, at - size):
            if 0 <= start <= len(columns) - size:
                run = tuple(columns[start : start + size])
                yield Pattern("sum", result, run, "+" * size)
                yield Pattern("sum", result, run, "+" * (size - 1) + "-")


def balances(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as two others less a third (年初 + 增加 − 减少 = 年末)."""
    others = [c for c in columns if c != result]
    if len(others) <= BALANCES:
        for pair in combinations(others, 2):
            yield from (Pattern("sum", result, (*pair, less), "++-") for less in others if less not in pair)


def running(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column that adds another one up line by line (当月支出、累计支出)."""
    if before(result) in columns:
        yield from (Pattern("sum", result, (c, before(result)), "++") for c in columns if c >= 0 and c != result)


def products(result: int, columns: Sequence[int], last: int) -> Iterator[Pattern]:
    """A column as the product of two or three others (人数 × 标准 × 月数)."""
    others = [c for c in columns if c != result]
    if len(others) <= BALANCES:
        for n in (3, 2):
            yield from (Pattern("ratio", result, some, TIMES * n) for some in combinations(others, n))
