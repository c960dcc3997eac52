"""Parts in the head of a form (基本支出总额 | 项目支出总额) whose whole stands further down as budget or spending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact

_PARTS = ("基本支出", "项目支出")
_WHOLES = ("预算数", "总投资", "全年预算数", "执行数", "年初预算数")


def form_parts(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Readings of unnamed parts that stand in one row: of the budget of their table, or of what was spent."""
    for index, table in enumerate(document.tables):
        if not table.sure:
            continue
        own = [f for f in facts if table.span.holds(f.quantity.span) and f.quantity.unit == "CNY" and not f.subject]
        parts = [next((f for f in own if f.measure == UNBOUND and f.scope == p), None) for p in _PARTS]
        found = [p for p in parts if p is not None]
        if len(found) < len(_PARTS) or len({_row(document, index, p) for p in found}) > 1:
            continue
        span = Span(found[0].quantity.span.start, found[-1].quantity.span.end)
        for whole in own:
            if whole.measure in _WHOLES and not whole.scope and not whole.period:
                yield Claim("sum", span, stated=whole, operands=tuple(found))


def _row(document: Document, index: int, fact: Fact) -> int:
    at = document.cell_at(fact.quantity.span)
    return at[1] if at is not None and at[0] == index else -1
