"""Which measures count as the same when guesses are compared."""

from __future__ import annotations

_ALIKE = (
    frozenset({"预算数", "全年预算数"}),
    frozenset({"执行率", "完成预算比"}),
    frozenset({"总分", "得分"}),
    frozenset({"执行数", "到位数"}),
)
"""Measures that wording cannot part, or whose difference no relation depends on (as in scoring)."""


def alike(one: str, two: str) -> bool:
    """Whether two measures are the same, or such as wording cannot part."""
    return one == two or any({one, two} <= kin for kin in _ALIKE)
