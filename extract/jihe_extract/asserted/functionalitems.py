"""Functional items told one by one behind their total, each with its budget and what was spent.

``年初预算为90万元，支出决算为80万元。其中：1.小学教育（项）。年初预算为60万元，支出决算为50万元。2.……``: the items of
either measure add up to the total before them. Where one measure adds up, the list is complete, and the other must add
up, too; where none does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jihe_extract.asserted.readings import admitted, reading
from jihe_extract.document import Span
from jihe_extract.facts import Claim, Fact

_ENDINGS = ("（项）", "(项)", "（款）", "(款)")
_MEASURES = ("年初预算数", "全年预算数", "预算数", "执行数")
_LEAST = 3
"""Fewest items of a list."""


def functional_items(facts: Sequence[Fact]) -> Iterator[Claim]:
    """Readings of a report's items; ``facts`` are those of its prose, in order."""
    last: dict[str, Fact] = {}
    wholes: dict[str, Fact] = {}
    items: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.measure not in _MEASURES or not fact.quantity.exact or fact.quantity.unit != "CNY":
            continue
        if fact.scope.endswith(_ENDINGS):
            if not items:
                wholes = dict(last)
            items.setdefault(fact.measure, []).append(fact)
            continue
        yield from _readings(wholes, items)
        items = {}
        last[fact.measure] = fact
    yield from _readings(wholes, items)


def _readings(wholes: dict[str, Fact], items: dict[str, list[Fact]]) -> Iterator[Claim]:
    told = {m: parts for m, parts in items.items() if m in wholes and len(parts) >= _LEAST}
    held = {m for m, parts in told.items() if _adds_up(wholes[m], parts)}
    for measure, parts in told.items():
        span = Span(parts[0].quantity.span.start, parts[-1].quantity.span.end)
        claim = reading("sum", span, wholes[measure], parts)
        alike = any(len(told[m]) == len(parts) for m in held)
        if measure in held or alike:
            yield claim if alike else admitted(claim)


def _adds_up(whole: Fact, parts: Sequence[Fact]) -> bool:
    gap = abs(sum((p.quantity.value for p in parts), Decimal(0)) - whole.quantity.value)
    return gap <= sum((p.quantity.step for p in parts), whole.quantity.step) / 2
