"""Weighing one relation: does the stated figure agree with its operands under any admissible reading?

A shown figure stands for every value that rounds half-up to it, or, in a second reading, for every value
that is cut off to it. Zeros at the end are often dropped (``512.3`` beside ``87.46``), so two widths are
tried: the *fine* one, where every figure of a relation has the precision of its most precise neighbour in
the same unit, and the figure's *own*. What fails at the fine width and holds at the own one is a doubt,
never a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from jihe_audit.finding import Severity, Verdict
from jihe_audit.interval import Interval, total
from jihe_extract.numbers.quantity import Quantity

_Reading = Callable[[Quantity, Decimal, bool], Interval]
Formula = Callable[[Sequence[Interval]], Interval]
Shape = Literal["sum", "rate"]
TAIL = 3
"""A sum that misses by at most this many times its tolerance is a doubt, not a proof."""


class Weighing(Struct, frozen=True):
    """The outcome of one relation. ``severity`` is None when there is nothing to say.

    ``difference`` is stated minus computed in base units; ``truncated`` tells that only the cut-off reading
    agrees.
    """

    verdict: Verdict
    severity: Severity | None
    stated: Interval
    computed: Interval
    nominal: Decimal
    difference: Decimal
    tolerance: Decimal
    truncated: bool = False


def counted(quantity: Quantity) -> bool:
    """Whether the figure is a count of whole things and so has no rounding at all."""
    return quantity.unit not in ("CNY", "%") and quantity.step <= 1 and quantity.shown_decimals == 0


Precision = Mapping[tuple[str, str], Decimal]
"""The usual step of each unit as written in a report, by (unit, surface)."""


def _fine_steps(quantities: Sequence[Quantity], usual: Precision) -> list[Decimal]:
    kinds = [(q.unit, q.surface) for q in quantities]
    finest = {kind: usual[kind] for kind in kinds if kind in usual}
    for q, kind in zip(quantities, kinds, strict=True):
        if q.step:
            finest[kind] = min(q.step, finest.get(kind, q.step))
    return [min(finest.get(kind, q.step), q.step) for q, kind in zip(quantities, kinds, strict=True)]


def _around(quantity: Quantity, step: Decimal, exact: bool) -> Interval:
    if exact:
        return Interval.point(quantity.value)
    return Interval(quantity.value - step / 2, quantity.value + step / 2)


def _cut(quantity: Quantity, step: Decimal, exact: bool) -> Interval:
    if exact:
        return Interval.point(quantity.value)
    if quantity.value >= 0:
        return Interval(quantity.value, quantity.value + step)
    return Interval(quantity.value - step, quantity.value)


def magnitude(interval: Interval) -> Interval:
    """The absolute values of an interval."""
    if interval.low >= 0:
        return interval
    if interval.high <= 0:
        return -interval
    return Interval(Decimal(0), max(-interval.low, interval.high))


_ROUNDED = 2
"""Decimals of marks that tell a computed figure."""


def weigh(
    stated: Quantity,
    operands: Sequence[Quantity],
    formula: Formula,
    shape: Shape,
    *,
    absolute: bool = False,
    lenient: bool = False,
    usual: Precision = MappingProxyType({}),
) -> Weighing:
    """Compare ``stated`` with ``formula`` of the operands.

    ``usual`` tells the report's own precision, so that an integer among figures of two decimals is not taken
    for a rounded one.

    ``absolute`` compares magnitudes (a rate of decrease written without sign). ``lenient`` is set when the
    report says itself that figures were rounded: near misses become notes.

    Raises:
        ZeroDivisionError: when a divisor may be zero.
    """
    every = [stated, *operands]
    rate = shape == "rate"
    fine = _fine_steps(every, usual)
    if rate and not (abs(stated.value) == 1 and stated.unit == "%"):
        fine[0] = stated.step
    finely = [counted(q) or (rate and q.unit == "分") for q in every]

    def read(reading: _Reading, steps: Sequence[Decimal], exact: Sequence[bool]) -> tuple[Interval, Interval]:
        intervals = [reading(q, s, e) for q, s, e in zip(every, steps, exact, strict=True)]
        left, right = intervals[0], formula(intervals[1:])
        return (magnitude(left), magnitude(right)) if absolute else (left, right)

    left, right = read(_around, fine, finely)
    points = formula([Interval.point(q.value) for q in operands])
    nominal = (magnitude(points) if absolute else points).low
    difference = (abs(stated.value) if absolute else stated.value) - nominal
    tolerance = (left.high - left.low + right.high - right.low) / 2
    verdict: Verdict
    severity: Severity | None
    verdict, severity, truncated = "pass", None, False
    if left.meets(right):
        if not rate and abs(difference) > abs(nominal) * Decimal("1e-20"):
            rounding = [Decimal(0) if e else s for s, e in zip(fine, finely, strict=True)]
            again = len(operands) == 1 and stated.shown_decimals == operands[0].shown_decimals
            odd = not lenient and (again or _plain_marks(every) or abs(difference) > _chance(rounding))
            verdict, severity = ("fail", "warning") if odd else ("tail", "info")
    else:
        marks = any(q.unit == "分" and q.shown_decimals for q in every)
        own = [step if q.value == 0 else q.step for q, step in zip(every, fine, strict=True)]
        loosely = [counted(q) and not (marks and q.unit == "分") for q in every]
        own_left, own_right = read(_around, own, loosely)
        cut_left, cut_right = read(_cut, fine, finely) if rate else (left, right)
        close = left.gap(right) <= stated.step if rate else abs(difference) <= TAIL * tolerance
        if rate and (cut_left.meets(cut_right) or cut_left.meets(right)):
            verdict, severity, truncated = "tail", "info", True
        elif (close and lenient) or (rate and left.meets(formula([_mark(q) for q in operands]))):
            verdict, severity = "tail", "info"
        elif close or own_left.meets(own_right):
            verdict, severity = "fail", "warning"
        else:
            verdict, severity = "fail", "error"
    return Weighing(verdict, severity, left, right, nominal, difference, tolerance, truncated)


def _plain_marks(quantities: Sequence[Quantity]) -> bool:
    """Whether all are marks of one decimal at most: such marks are given so, not rounded."""
    return all(q.unit == "分" and q.shown_decimals < _ROUNDED for q in quantities)


def _mark(quantity: Quantity) -> Interval:
    """A figure of a rate, where marks of two decimals may be rounded: many are computed from the very rate."""
    return _around(quantity, quantity.step, exact=quantity.unit != "分" or quantity.shown_decimals < _ROUNDED)


def _chance(steps: Sequence[Decimal]) -> Decimal:
    """The most that independent roundings add up to but for a few times in a thousand, in a sum's own unit."""
    variance = sum((step * step for step in steps), Decimal(0)) / 12
    return max(variance.sqrt() * TAIL, max(steps, default=Decimal(0)) * Decimal("1.5"))


def signed_sum(signs: Sequence[int]) -> Formula:
    """Σ sign × operand."""

    def formula(operands: Sequence[Interval]) -> Interval:
        return total(o if sign > 0 else -o for sign, o in zip(signs, operands, strict=True))

    return total if all(sign > 0 for sign in signs) else formula


def quotient(operands: Sequence[Interval]) -> Interval:
    """operands[0] ÷ operands[1]."""
    return operands[0] / operands[1]


def quotient_of_sum(operands: Sequence[Interval]) -> Interval:
    """(operands[0] + … ) ÷ the last operand."""
    return total(operands[:-1]) / operands[-1]


def change(operands: Sequence[Interval]) -> Interval:
    """(operands[0] − operands[1]) ÷ operands[1]."""
    return (operands[0] / operands[1]) - Interval.point(Decimal(1))


def grown(operands: Sequence[Interval]) -> Interval:
    """How much operands[1] has grown by operands[0]: operands[0] ÷ (operands[1] − operands[0])."""
    return operands[0] / (operands[1] - operands[0])


def shrunk(operands: Sequence[Interval]) -> Interval:
    """How much operands[1] has shrunk by operands[0]: operands[0] ÷ (operands[1] + operands[0])."""
    return operands[0] / (operands[1] + operands[0])


def product(operands: Sequence[Interval]) -> Interval:
    """The product of the operands."""
    result = Interval.point(Decimal(1))
    for operand in operands:
        result = result * operand
    return result


def judge_value(stated: Quantity, nominal: Decimal, low: Decimal, high: Decimal, *, lenient: bool = False) -> Weighing:
    """Compare a shown figure with a value computed elsewhere, known to lie between ``low`` and ``high``."""
    left = Interval(stated.value - stated.step / 2, stated.value + stated.step / 2)
    right = Interval(low, high)
    cut = _cut(stated, stated.step, exact=False)
    difference = stated.value - nominal
    tolerance = (stated.step + high - low) / 2
    if left.meets(right):
        return Weighing("pass", None, left, right, nominal, difference, tolerance)
    if cut.meets(right):
        return Weighing("tail", "info", left, right, nominal, difference, tolerance, truncated=True)
    if left.gap(right) <= stated.step:
        severity: Severity = "info" if lenient else "warning"
        return Weighing("fail", severity, left, right, nominal, difference, tolerance)
    return Weighing("fail", "error", left, right, nominal, difference, tolerance)
