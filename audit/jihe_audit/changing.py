"""What a change is told of: this period's figure and the one of the period that it is compared with."""

from __future__ import annotations

import regex

from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try
from jihe_extract.facts import Claim, Fact

_AGAINST = regex.compile(r"[较比与]\s*(20\d\d)\s*年")


def of_two_times(ledger: Ledger, claim: Claim, stated: Fact) -> list[Try]:
    """This period's figure against another period's, when the sentence gives both."""
    if stated.quantity.in_points:
        return []
    levels = [o for o in claim.operands if o.measure not in ("增减额", "节约额") and not o.quantity.in_points]
    found = [Try("change", (levels[0], levels[1]), absolute=True)] if len(levels) == 2 else []
    against = named_year(ledger, stated)
    for now in levels[:1] or ledger.of_scope(stated.subject, stated.scope):
        if (now.period and now.period != ledger.year) or now.quantity.unit == "%" or not ledger.together(stated, now):
            continue
        for base in ledger.of_scope(now.subject, now.scope):
            earlier = base.period not in ("", now.period, ledger.year)
            earlier = earlier and not (
                base.period.isdigit() and base.period > (now.period or ledger.year or base.period)
            )
            alike = base.measure == now.measure and base.quantity.unit == now.quantity.unit
            if earlier and alike and against in ("", base.period) and ledger.together(stated, base):
                found.append(Try("change", (now, base), absolute=True))
    return found


def named_year(ledger: Ledger, stated: Fact) -> str:
    """The year that the sentence compares with, told last before a change (``较2024年减少9万元，下降3%``)."""
    where = ledger.sentence(stated.quantity.span, "。\n")
    found = _AGAINST.findall(ledger.document.text, where.start, stated.quantity.span.start)
    return found[-1] if found else ""
