"""Spending with the budget it is measured against."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.ledger import Ledger
from jihe_extract.facts import Fact

BUDGETS = ("全年预算数", "预算数", "年初预算数")
LEVELS = ("执行数", "收入数", "预算数", "总投资", "年初预算数", "全年预算数")
"""Amounts that stand by themselves: of one of them are parts, changes and shares told elsewhere."""


def spending_pairs(
    ledger: Ledger, spent: str = "执行数", budgets: tuple[str, ...] = BUDGETS
) -> Iterator[tuple[Fact, Fact]]:
    """Every settled figure of spending with its budget, same subject and scope."""
    for (measure, subject, scope, period, stage), group in ledger.groups.items():
        if measure != spent or period or stage or group.best is None:
            continue
        budget = next((f for b in budgets if (f := ledger.at(b, scope, subject)) is not None), None)
        if budget is not None and budget.quantity.unit == group.best.quantity.unit:
            yield group.best, budget
