"""Exact arithmetic of gold claims: an oracle of its own, so that gold never rests on the audit it measures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from jihe_corpus.gold import GoldClaim, GoldFact, GoldVerdict

_NEEDS = {"ratio": 2, "share": 2, "growth": 2, "score": 2}
Range = tuple[Fraction, Fraction]
GRADES: tuple[tuple[Decimal, str], ...] = (
    (Decimal(90), "优"),
    (Decimal(80), "良"),
    (Decimal(60), "中"),
    (Decimal(0), "差"),
)


def grade_of(score: Decimal) -> str:
    """Grade word of a score out of 100 by the national bands."""
    return next(word for floor, word in GRADES if score >= floor)


def _shown(fact: GoldFact) -> Range:
    """Values that round or truncate to what is shown; counts and marks stand for themselves."""
    value, step = Fraction(fact.value), Fraction(fact.step)
    if fact.unit not in ("CNY", "%", ""):
        return value, value
    low = value - step / 2 if value >= 0 else value - step
    return low, (value + step if value > 0 else value + step / 2)


def _sum(ranges: Sequence[Range]) -> Range:
    return sum((r[0] for r in ranges), Fraction(0)), sum((r[1] for r in ranges), Fraction(0))


def _quotient(a: Range, b: Range) -> Range | None:
    if b[0] <= 0 <= b[1]:
        return None
    corners = [x / y for x in a for y in b]
    return min(corners), max(corners)


def _times(a: Range, b: Range) -> Range:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _rounded(value: Fraction, step: Decimal) -> Decimal:
    units = value / Fraction(step)
    whole = int(abs(units) + Fraction(1, 2))
    return Decimal(whole if units >= 0 else -whole) * step


def computed(claim: GoldClaim, operands: Sequence[GoldFact]) -> tuple[Fraction, Range] | None:
    """The value of the claim's right side from shown figures, and its range; None when not arithmetic."""
    if len(operands) < _NEEDS.get(claim.kind, 1):
        return None
    values = [Fraction(f.value) for f in operands]
    ranges = [_shown(f) for f in operands]
    match claim.kind:
        case "sum" | "total":
            return sum(values, Fraction(0)), _sum(ranges)
        case "difference":
            rest = _sum(ranges[1:])
            return values[0] - sum(values[1:], Fraction(0)), (ranges[0][0] - rest[1], ranges[0][1] - rest[0])
        case "ratio" | "share":
            quotient = _quotient(ranges[0], ranges[1])
            return None if quotient is None else (values[0] / values[1], quotient)
        case "growth":
            quotient = _quotient(ranges[0], ranges[1])
            if quotient is None:
                return None
            value, low, high = values[0] / values[1] - 1, quotient[0] - 1, quotient[1] - 1
            return (-value, (-high, -low)) if value < 0 else (value, (low, high))
        case "score":
            weight, rate = ranges[0], ranges[1]
            cap = (min(rate[0], Fraction(1)), min(rate[1], Fraction(1)))
            return values[0] * min(values[1], Fraction(1)), _times(weight, cap)
        case _:
            return None


def verdict(claim: GoldClaim, stated: GoldFact | None, operands: Sequence[GoldFact]) -> GoldVerdict:
    """What exact arithmetic says of the claim: ``holds`` to the last digit, ``tail`` by rounding, ``broken``."""
    if claim.kind == "grade" and operands:
        return "holds" if claim.word == grade_of(operands[0].value) else "broken"
    if claim.kind == "restatement":
        return _same(operands)
    if stated is None:
        return "undecided"
    if claim.kind == "count" and claim.items:
        return "holds" if stated.value == len(claim.items) else "broken"
    result = computed(claim, operands)
    if result is None:
        return "undecided"
    value, reach = result
    if claim.open and claim.kind == "sum":
        return "holds" if value <= Fraction(stated.value) else "broken"
    if _rounded(value, stated.step) == stated.value:
        return "holds"
    low, high = _shown(stated)
    return "tail" if reach[0] <= high and low <= reach[1] else "broken"


def _same(operands: Sequence[GoldFact]) -> GoldVerdict:
    ranges = [_shown(f) for f in operands]
    if len({f.value for f in operands}) <= 1:
        return "holds"
    meets = max(r[0] for r in ranges) <= min(r[1] for r in ranges)
    return "tail" if meets else "broken"
