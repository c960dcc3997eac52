"""How well a pattern of columns fits the lines of a table, and how much that says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import prod

from jihe_extract.cells.patternkinds import FALL, TIMES, Grid, Heads, Pattern
from jihe_extract.facts import Fact

HOLD = 3
"""Lines in which a pattern must hold."""
_TOLD = frozenset({"占比", "变动率", "增减额", "执行率", "完成预算比", "节约额", "结余数"})
"""Measures of figures that are computed: two lines are enough to tell from what."""
_FEW = 2
_DIGITS = 9
"""Digits that the figures of a pattern must have together in the lines where it holds: fewer agree by chance."""
_NAMED = 4
"""Digits that are enough where the head of a rate repeats that of its numerator."""


class Rough:
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

    def may_hold(self, pattern: Pattern) -> bool:
        """Whether a pattern is near enough in all but a few lines."""
        columns = [self.values[c] for c in (pattern.result, *pattern.operands)]
        failed = -pattern.runs_on  # a slip in a running total breaks its own line and the next
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
        self, pattern: Pattern, stated: Decimal, step: Decimal, others: Sequence[tuple[Decimal, Decimal]]
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
            rate = -rate if pattern.signs == FALL else rate
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


def supported(pattern: Pattern, grid: Grid, heads: Heads) -> bool:
    """Whether the pattern holds in enough lines, with enough digits, and fails in next to none."""
    held = failed = digits = 0
    broken = -2
    for number, line in enumerate(grid):
        members = pattern.members(line, grid) if number != pattern.total else None
        if members is None:
            continue
        good = holds(pattern, *members)
        if good is None:
            continue
        if not good:
            failed += not pattern.runs_on or broken < number - 1  # one running total stands in two lines
            broken = number
            if failed > max(1, (len(grid) - 1) // 5):
                return False
        elif telling(pattern, *members):
            held += 1
            digits += _said(*members)
    measured = [line[pattern.result].measure in _TOLD for line in grid if pattern.result in line]
    added = "-" not in pattern.signs or len(pattern.signs) > HOLD  # 加分、扣分 behind marks of several kinds
    called = pattern.result in heads.sums and pattern.kind == "sum" and added
    called = called or (pattern.result in heads.each and pattern.kind == "ratio") or pattern.runs_on
    rates = all(line[pattern.result].quantity.unit == "%" for line in grid if pattern.result in line)
    told = called or rates or sum(measured) * 2 > len(measured)
    hold, least = (HOLD - 1, _DIGITS - 3) if told else (HOLD, _DIGITS)
    if pattern.kind == "ratio" and (pattern.result, pattern.operands[0]) in heads.named:
        least = _NAMED
    return held >= hold and digits >= least and failed <= max(1, held // 4)


def telling(pattern: Pattern, result: Fact, operands: Sequence[Fact]) -> bool:
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


def holds(pattern: Pattern, result: Fact, operands: Sequence[Fact]) -> bool | None:
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
    apart = pattern.kind == "difference" and result.quantity.in_points  # points between rates
    if len({_unit(f) for f in (result, *operands)}) > 1 or (result.quantity.unit == "%" and not apart):
        return None
    slack = sum((_rounding(f) for f in (result, *operands)), Decimal(0)) / 2
    if pattern.kind == "difference":
        return abs(abs(values[0] - values[1]) - abs(stated)) <= slack
    signed = (v if s == "+" else -v for v, s in zip(values, pattern.signs, strict=True))
    return abs(sum(signed, Decimal(0)) - stated) <= slack


def _rounding(fact: Fact) -> Decimal:
    """The step to which a figure may be rounded: heads and things are counted, not rounded."""
    q = fact.quantity
    return q.step if q.unit == "CNY" or q.shown_decimals else Decimal(0)


def _rate_holds(pattern: Pattern, result: Fact, operands: Sequence[Fact]) -> bool | None:
    top, base = sum((o.quantity.value for o in operands[:-1]), Decimal(0)), operands[-1].quantity.value
    units = {o.quantity.unit for o in operands}
    bare = {"", "CNY"} <= units  # nobody knows how many yuan a bare number is
    alike = len(units - {""}) <= 1 and units.isdisjoint(("%", "分")) and not bare
    rated = result.quantity.unit == "%"
    if not base or "%" in units or (not alike if rated else len(operands) > 2):
        return None
    if not rated:
        return abs(top / base - result.quantity.value) <= _quotient_slack(result, operands)
    rate = (top - base) / base if pattern.kind == "growth" else top / base
    rate = -rate if pattern.signs == FALL else rate
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
