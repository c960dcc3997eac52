"""Which measures can have which unit."""

from __future__ import annotations

from functools import lru_cache

from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.labels import KINDS, unit_class
from jihe_extract.prose.words import load_words
from jihe_models.features import INDICATOR, OTHER

POINTS = "百分点"
"""What a rate's unit is called when it is told in percentage points: a distance between rates."""
_DISTANCES = frozenset({"变动率"})
"""Measures that can be told in percentage points, beside those of indicators."""


@lru_cache(maxsize=4096)
def fits(label: str, unit: str) -> bool:
    """Whether a measure can have a unit: 万元 is never a rate, points are never one either, but a distance of two.

    Changes of measure are money, people or rates.
    """
    if label == OTHER or label in INDICATOR:
        return True
    if unit == POINTS:
        return label in _DISTANCES
    kind = unit_class(unit)
    measure = load_words().measures.get(label)
    if measure is None:
        return True
    if label in ("增减额", "合同额"):
        return kind in ("CNY", "人")
    if measure.kind == "people":
        return kind == "人" or unit in ("个", "辆", "人次")
    if measure.kind == "score":
        return kind == "分" or unit == ""
    if measure.kind == "count":
        return kind in ("个", "人")
    return measure.kind in KINDS.get(kind, frozenset())


def unit_of(quantity: Quantity) -> str:
    """The unit that a guess must fit: that of the quantity, ``POINTS`` for percentage points."""
    return POINTS if quantity.in_points else quantity.unit
