"""How figures are written in messages: as the report writes them, computed ones in the same unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jihe_extract.facts import Fact
from jihe_extract.numbers.quantity import Quantity

_SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "approx": "约"}


def factor(quantity: Quantity) -> Decimal:
    """What one written unit is worth in base units: 10000 for 万元, 0.01 for %."""
    if quantity.unit == "%" and quantity.surface in ("%", "％", ""):
        return Decimal("0.01")
    return quantity.step.scaleb(quantity.shown_decimals)


def plain(value: Decimal, decimals: int) -> str:
    """A decimal with a fixed number of places, rounded half-up, without exponent."""
    return format(value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP), "f")


def unit_of(quantity: Quantity) -> str:
    """The unit as written, else a default for money and rates."""
    return quantity.surface or {"CNY": "元", "%": "%"}.get(quantity.unit, quantity.unit)


def show(fact: Fact | Quantity) -> str:
    """A figure as the report shows it: ``3995.36万元``."""
    quantity = fact.quantity if isinstance(fact, Fact) else fact
    figure = quantity.shown or plain(quantity.value / factor(quantity), quantity.shown_decimals)
    return f"{_SIGNS.get(quantity.relation, '')}{figure}{unit_of(quantity)}"


def show_value(value: Decimal, like: Quantity, extra: int = 0, decimals: int | None = None) -> str:
    """A computed value in the unit and with the places of ``like`` (and ``extra`` more)."""
    places = (like.shown_decimals if decimals is None else decimals) + extra
    return f"{plain(value / factor(like), places)}{unit_of(like)}"


def places(quantities: list[Quantity]) -> int:
    """The most decimals shown by any figure of one unit."""
    return max((q.shown_decimals for q in quantities), default=0)


def name(fact: Fact) -> str:
    """What a fact measures, in the reader's words: ``文化站项目 基本支出 全年预算数``."""
    period = f"{fact.period}年" if fact.period else ""
    parts = [fact.subject, fact.scope, fact.stage + fact.measure if fact.measure not in ("", "未定") else ""]
    return period + "".join(p for p in parts if p)
