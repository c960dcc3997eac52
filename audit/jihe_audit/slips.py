"""Slips of the hand: figures one keystroke or one unit away, and whether one of them mends the relations it broke."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from jihe_audit.groups import Relation
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, weigh_try
from jihe_audit.wording import factor
from jihe_extract.facts import Fact
from jihe_extract.numbers.quantity import Quantity

DIGITS = 3
"""A figure with fewer digits is mended by some slip too easily to mean anything."""
SHARP = Decimal("0.002")
"""Relative width below which a relation fixes a figure so closely that no slip mends it by chance."""
_TOUCHED = 5
"""Characters that a slip touches at most: two digits, and marks and blanks between them."""
_NEAR = ("相邻", "一位")
"""Names of the slips that leave the number of digits as it is."""
_PADDED = re.compile(r"\D*0\d")
_UNITS = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(100000000)}


def edits(shown: str) -> Iterator[tuple[str, str]]:
    """Figures one slip away from the one shown, with the slip's name; most plausible slips first.

    Nobody meant to write a figure that begins with a zero before another digit (``010%`` of ``100%``).
    """
    return ((meant, slip) for meant, slip in _edits(shown) if not _PADDED.match(meant))


def is_near(slip: str) -> bool:
    """Whether a slip, by its name, leaves the number of digits as it is: one wrong digit, or two swapped ones."""
    return slip.startswith(_NEAR)


def near_slip(shown: str, meant: str) -> bool:
    """Whether ``meant`` is one wrong digit or two swapped ones away from the figure shown."""
    return meant in _near(shown)


def near_values(fact: Fact) -> Iterator[Decimal]:
    """What a figure would be worth with one wrong digit mended, or two swapped ones put right."""
    worth = factor(fact.quantity)
    return (v for shown in _near(fact.quantity.shown) if (v := _value(fact, shown, worth)) is not None)


def _near(shown: str) -> Iterator[str]:
    return (meant for meant, _ in takewhile(lambda edit: is_near(edit[1]), edits(shown)))


def one_slip(shown: str, meant: str) -> bool:
    """Whether ``meant`` is one slip away from the figure shown: told at a glance of most figures."""
    same = _begin_alike(shown, meant)
    touched = max(len(shown), len(meant)) - same - _begin_alike(shown[same:][::-1], meant[same:][::-1])
    if abs(len(shown) - len(meant)) > 1 or touched > _TOUCHED:
        return False
    return any(candidate == meant for candidate, _ in edits(shown))


def _begin_alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _edits(shown: str) -> Iterator[tuple[str, str]]:
    digits = [i for i, c in enumerate(shown) if c.isdigit()]
    for i, j in pairwise(digits):
        if shown[i] != shown[j]:
            swapped = list(shown)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield "".join(swapped), "相邻两位数字颠倒"
    for i in digits:
        for d in "0123456789":
            if d != shown[i]:
                yield shown[:i] + d + shown[i + 1 :], "一位数字录入有误"
    whole_end = shown.find(".") if "." in shown else len(shown)
    for i in [d for d in digits if d < whole_end]:
        if len(digits) > 1:
            yield shown[:i] + shown[i + 1 :], "多录一位数字"
    for i in range(whole_end + 1):
        for d in "0123456789":
            yield shown[:i] + d + shown[i:], "漏录一位数字"


def _value(fact: Fact, shown: str, worth: Decimal) -> Decimal | None:
    try:
        value = Decimal(shown.replace(",", "").replace("，", "").lstrip("-−－—")) * worth
    except InvalidOperation:
        return None
    return -value if fact.quantity.value < 0 else value


def common(windows: Iterable[Interval]) -> Interval | None:
    """Where all windows overlap; None when they do not, or there is none."""
    low = high = None
    for w in windows:
        low = w.low if low is None else max(low, w.low)
        high = w.high if high is None else min(high, w.high)
    return Interval(low, high) if low is not None and high is not None and low <= high else None


def holds_with(ledger: Ledger, relation: Relation, old: Fact, new: Fact) -> bool:
    """Whether the relation holds once ``new`` stands in the place of ``old``."""
    attempt = relation.recompute
    if callable(attempt):
        return bool(attempt([new if m.quantity.span == old.quantity.span else m for m in relation.members]))
    if not isinstance(attempt, Try):
        other = next((m for m in relation.members if m.quantity.span != old.quantity.span), None)
        return other is not None and other.quantity.value == new.quantity.value
    members = [new if m.quantity.span == old.quantity.span else m for m in relation.members]
    weighing = weigh_try(ledger, members[0], replace(attempt, operands=tuple(members[1:])))
    return weighing is not None and weighing.verdict in ("pass", "tail")


def window(relation: Relation, fact: Fact) -> Interval | None:
    """Where the figure would have to lie for the relation to hold; None when nothing is known."""
    attempt, w = relation.recompute, relation.weighing
    if callable(attempt):
        return None
    if not isinstance(attempt, Try):
        values = [m.quantity.value for m in relation.members if m.quantity.span != fact.quantity.span]
        return Interval(min(values), max(values)) if values else None
    value, stated = fact.quantity.value, relation.stated.quantity
    index = next((i for i, m in enumerate(relation.members) if m.quantity.span == fact.quantity.span), 0)
    if attempt.kind == "sum" and not attempt.absolute:
        sign = 1 if index == 0 else (attempt.signs or (1,) * len(attempt.operands))[index - 1]
        need = value - w.difference if index == 0 else value + sign * w.difference
        slack = w.tolerance + fact.quantity.step
        return Interval(need - slack, need + slack)
    if attempt.kind == "rate" and stated.value > 0 and all(o.quantity.value > 0 for o in attempt.operands):
        top, base = (o.quantity.value for o in attempt.operands)
        need = (top / base, stated.value * base, top / stated.value)[index]
        slack = need * (stated.step / stated.value) + fact.quantity.step
        return Interval(need - slack, need + slack)
    return None


class _Slip(NamedTuple):
    """A figure with one slip undone; the fact itself is only made for the few that are of use."""

    name: str
    value: Decimal
    shown: str
    step: Decimal
    surface: str

    def undone(self, fact: Fact) -> Fact:
        q = fact.quantity
        mended = replace(q, value=self.value, step=self.step, surface=self.surface, shown=self.shown)
        return replace(fact, quantity=mended)


def _slips(fact: Fact, lengths: bool, reach: Interval | None) -> Iterator[_Slip]:
    """The figure with one slip undone: another unit first, then digits; ``lengths``: also digits lost or added.

    Digits that lead out of ``reach`` are left out early, for nearly all of them do.
    """
    q = fact.quantity
    if q.unit == "CNY":
        for surface, other in _UNITS.items():
            if surface != q.surface and q.surface in _UNITS:
                scale = other / _UNITS[q.surface]
                yield _Slip("单位误写", q.value * scale, q.shown, q.step * scale, surface)
    worth = factor(q)
    digits = _digits_between(q, worth, reach)
    for candidate, slip, number in _candidates(q.shown):
        if not lengths and len(candidate) != len(q.shown):
            return
        if digits is not None and not digits[0] <= number <= digits[1]:
            continue
        value = _value(fact, candidate, worth)
        if value is not None:
            yield _Slip(slip, value, candidate, q.step, q.surface)


@lru_cache(maxsize=128)
def _candidates(shown: str) -> tuple[tuple[str, str, int], ...]:
    """What one slip makes of a figure, with its digits as a whole number; a figure is asked for again and again."""
    plain = _bare(shown).isdecimal()
    return tuple((candidate, slip, int(_bare(candidate)) if plain else 0) for candidate, slip in edits(shown))


def _bare(shown: str) -> str:
    """A figure without the marks between its digits."""
    return shown.replace(",", "").replace(".", "")


def _digits_between(quantity: Quantity, worth: Decimal, reach: Interval | None) -> tuple[Decimal, Decimal] | None:
    """What a figure's digits, read as a whole number, come to at the ends of ``reach`` and a little beyond."""
    if reach is None or not worth or quantity.value < 0 or not _bare(quantity.shown).isdecimal():
        return None
    last = worth.scaleb(-quantity.shown_decimals)
    return reach.low / last - 1, reach.high / last + 1


def repairs(
    ledger: Ledger,
    fact: Fact,
    relations: Sequence[Relation],
    limit: int = 3,
    near: bool = False,
    least: int = DIGITS,
) -> list[tuple[Fact, str]]:
    """Single slips of the figure that would mend every one of the relations; ``near``: no digit lost or added.

    A figure of fewer than ``least`` digits is mended by chance too easily.
    """
    shown = fact.quantity.shown
    if sum(c.isdigit() for c in shown) < least or not relations:
        return []
    found: list[tuple[Fact, str]] = []
    seen: set[Decimal] = set()
    windows = [w for r in relations if (w := window(r, fact)) is not None]
    reach = common(windows)
    if windows and reach is None:
        return []
    sharp = reach is not None and reach.high - reach.low <= abs(reach.high) * SHARP
    for slip in _slips(fact, sharp or not near, reach):
        value = slip.value
        if value in seen or (reach is not None and not reach.holds(value)):
            continue
        seen.add(value)
        new = slip.undone(fact)
        if all(holds_with(ledger, r, fact, new) for r in relations):
            found.append((new, slip.name))
            if len(found) >= limit:
                break
    return found


def is_sharp(fact: Fact, broken: Sequence[Relation]) -> bool:
    """Whether the broken relations fix the figure closely, so that a slip that mends them is no chance."""
    if len("".join(c for c in fact.quantity.shown if c.isdigit()).strip("0")) <= DIGITS:
        return False
    reach = common(w for r in broken if (w := window(r, fact)) is not None)
    return reach is not None and reach.high - reach.low <= abs(reach.high) * SHARP
