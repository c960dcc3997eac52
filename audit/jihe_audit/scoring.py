"""What an indicator's target, actual and completion say to one another, by the national reading."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from jihe_audit.ledger import Ledger
from jihe_extract.facts import ScoreRow
from jihe_extract.prose.cues import vocabulary

ONE = Decimal(1)


def comparable(row: ScoreRow) -> bool:
    """Whether target and actual are exact figures of one unit."""
    t, v = row.target, row.actual
    if t is None or v is None:
        return False
    q, p = t.quantity, v.quantity
    return q.unit == p.unit and p.exact and q.relation in ("eq", "ge", "le", "gt", "lt")


def limited(row: ScoreRow) -> bool:
    """Whether the target is not to be passed: by its sign, or as a bare sum of money among costs."""
    if row.target is None:
        return False
    target = row.target.quantity
    cost = target.unit == "CNY" and target.relation == "eq" and any(w in p for p in row.path for w in _limits())
    return cost or target.relation in ("le", "lt")


@cache
def _limits() -> tuple[str, ...]:
    return tuple(vocabulary("indicators.toml")["limits"])


def met(row: ScoreRow) -> bool | None:
    """Whether the target was reached; None when that cannot be told."""
    if not comparable(row) or row.target is None or row.actual is None:
        return None
    target, actual = row.target.quantity, row.actual.quantity
    if limited(row):
        return actual.value <= target.value
    if target.relation == "gt":
        return actual.value > target.value
    return actual.value >= target.value


def completion_of(row: ScoreRow) -> Decimal | None:
    """Completion by the national reading: V ÷ T, for ≤ targets T ÷ V beyond the target and 1 within."""
    if not comparable(row) or row.target is None or row.actual is None:
        return None
    t, v = row.target.quantity.value, row.actual.quantity.value
    if limited(row):
        return ONE if v <= t else (t / v if v else None)
    return v / t if t else None


def capped(ledger: Ledger) -> bool:
    """Whether the report writes 100 % wherever a target was exceeded."""
    over = [
        r.completion
        for r in ledger.rows
        if r.completion is not None and (c := completion_of(r)) is not None and c > ONE
    ]
    return bool(over) and all(f.quantity.value == ONE for f in over)
