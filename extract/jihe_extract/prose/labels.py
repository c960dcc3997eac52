"""What a label can say of a figure, and the classes of units and axes of scopes that it is read by."""

from __future__ import annotations

from msgspec import Struct

SURVEY_AXES = frozenset({"问卷"})
MONEY_AXES = frozenset({"性质", "基本", "来源", "级次", "三公", "公车", "采购", "公用"})
KINDS_OF_STAFF = frozenset({"人员", "岗位", "司法", "医护", "职称"})
"""Axes that divide the staff in post."""
PEOPLE_AXES = KINDS_OF_STAFF | {"离退", "编外", "挂职"}

KINDS: dict[str, frozenset[str]] = {
    "CNY": frozenset({"amount"}),
    "%": frozenset({"rate"}),
    "人": frozenset({"people"}),
    "分": frozenset({"score"}),
}
_PEOPLE_UNITS = frozenset({"人", "名", "位"})


class Label(Struct, frozen=True):
    """What a label says. ``name`` is a project's or fund's name, ``own`` words that the vocabulary lacks.

    ``against`` is true when the label compares with another time or plan (较上年 …). ``clean`` is false
    when words of unknown meaning stand between the measure and the figure.
    """

    measure: str = ""
    scope: str = ""
    name: str = ""
    own: str = ""
    period: str = ""
    against: str = ""
    clean: bool = True
    settled: bool = False
    """Whether the label itself says that the figure covers the whole (合计, or a rate of staff)."""
    sourced: bool = False
    """Whether a source stands before the scope (财政拨款基本支出): the figure may leave out what others pay for."""
    own_year: bool = False
    """Whether the label names the report's own year (``period`` is then ``""``)."""
    respective: bool = False
    """Whether the label is one of several names before 分别: then even a share's scope is that of its part."""

    @property
    def empty(self) -> bool:
        """Whether the label names nothing at all."""
        return not (self.measure or self.scope or self.name or self.own)


def unit_class(unit: str) -> str:
    """The class of a unit: CNY, %, 人, 分, or 个 for every other count."""
    if unit in ("CNY", "%", "分"):
        return unit
    return "人" if unit in _PEOPLE_UNITS else "个"
