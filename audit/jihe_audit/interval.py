"""Exact intervals of Decimals: what a shown number can stand for, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal

from msgspec import Struct

_WIDE = Context(prec=40)
_SLACK = Decimal(1).scaleb(-36)


class Interval(Struct, frozen=True):
    """A closed range of exact values in base units; ``low == high`` for an exact number."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"interval out of order: {self.low}..{self.high}")

    @classmethod
    def point(cls, value: Decimal) -> Interval:
        """The interval that holds one value only."""
        return cls(value, value)

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies inside, bounds included."""
        return self.low <= value <= self.high

    def gap(self, other: Interval) -> Decimal:
        """Distance between the two, 0 when they meet."""
        return max(self.low - other.high, other.low - self.high, Decimal(0))

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        products = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(products), max(products))

    def __truediv__(self, other: Interval) -> Interval:
        """Quotient, widened outwards in the 40th digit.

        Raises:
            ZeroDivisionError: when the divisor may be zero.
        """
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor may be zero")
        low, high = self._quotients(other)
        outwards = _WIDE.multiply(_WIDE.abs(low), _SLACK), _WIDE.multiply(_WIDE.abs(high), _SLACK)
        return Interval(_WIDE.subtract(low, outwards[0]), _WIDE.add(high, outwards[1]))

    def _quotients(self, other: Interval) -> tuple[Decimal, Decimal]:
        """The least and the greatest quotient of the bounds."""
        if self.low > 0 and other.low > 0:
            return _WIDE.divide(self.low, other.high), _WIDE.divide(self.high, other.low)
        quotients = [_WIDE.divide(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return min(quotients), max(quotients)


def total(intervals: Iterable[Interval]) -> Interval:
    """Sum of the intervals; zero for none."""
    low = high = Decimal(0)
    for interval in intervals:
        low += interval.low
        high += interval.high
    return Interval(low, high)
