"""Figures of entries whose words say what they are beside one another, once all are bound.

``重点专科480万元，支出462万元``: the first is what the entry may spend; ``四个项目分别支出57万元、38万元``: none of
them is the unit's own; ``资金执行10分，得9.63分``: the first are full marks.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from msgspec.structs import replace

from jihe_extract.document import Document
from jihe_extract.facts import UNBOUND, Fact

_SPENT = "执行数"
_BUDGET = "预算数"
_THEN_SPENT = regex.compile(r"[，,]\s*(?:实际|已|累计|共)?(?:支出|支付|执行|使用|列支)(?:了|为)?")
_SPENDING = regex.compile(r"支出|支付|执行|使用|列支|拨付|决算")
_EACH = regex.compile(r"^(?:子?项目|单位|部门|县区?|乡镇)[^，。；]{0,6}分别[^，。；]{0,6}$")
_SCORED = regex.compile(r"[，,]?\s*(?:实际|自评)?得分?(?:为)?")
_OWN_MARKS = regex.compile(r"[，,]\s*(?:自评|评价|综合|实际|最终|复核)(?:得分?|评分)?(?:为)?")
_FULL = 100
_RATE = "执行率"
_RATE_BEHIND = regex.compile(r"[，,、（(]\s*\p{Han}{0,4}执行率(?:为|达到?)?")
_RATES = regex.compile(r"分别(?:为|是|达到?)?$")
_JOINED = regex.compile(r"\s*(?:、|和|及|与|，)\s*")


def in_entries(document: Document, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of prose with what the figures beside them say."""
    out = list(facts)
    several = False
    entry = -1
    for i, fact in enumerate(out):
        last = out[i - 1] if i else None
        between = document.text[last.quantity.span.end : fact.quantity.span.start] if last is not None else ""
        if last is not None and _entry(document, last, fact, between):
            out[i - 1] = replace(last, measure=_BUDGET)
            out[i] = replace(fact, subject=last.subject)
            entry = i
        elif last is not None and entry == i - 1 and _rate_of_entry(fact, between):
            out[i] = replace(fact, subject=last.subject, scope="")
        elif last is not None and _marks(last, fact, between):
            out[i - 1] = replace(last, measure="权重")
            out[i] = replace(fact, subject=fact.subject or last.subject)
        elif last is not None and _of_hundred(last, fact, between):
            out[i - 1] = replace(last, measure="权重")
            out[i] = replace(fact, measure="总分")
        elif several and last is not None and _goes_on(document, last, fact, between):
            out[i] = replace(fact, measure=UNBOUND)
        else:
            several = _of_several(document, fact)
            out[i] = replace(fact, measure=UNBOUND) if several else fact
    return tuple(out)


def _marks(first: Fact, second: Fact, between: str) -> bool:
    """Whether marks are followed by the score that was given of them."""
    return first.measure == second.measure == "得分" and _SCORED.fullmatch(between) is not None


def _of_hundred(first: Fact, second: Fact, between: str) -> bool:
    """Whether a total is the full marks of the total behind it: ``总分100分，自评99分``."""
    full = first.measure == "总分" and first.quantity.value == _FULL and second.measure in ("得分", "总分")
    return full and not second.subject and not second.scope and _OWN_MARKS.fullmatch(between) is not None


def _of_several(document: Document, fact: Fact) -> bool:
    """Whether a figure is the first of one for each of several projects that it does not name."""
    label = document.quote(fact.label) if fact.label is not None else ""
    return fact.quantity.unit in ("CNY", "%") and _EACH.search(label) is not None and _more(document, fact)


def _goes_on(document: Document, last: Fact, fact: Fact, between: str) -> bool:
    """Whether a figure goes on with those told of several projects, or with their rates."""
    label = document.quote(fact.label) if fact.label is not None else ""
    joined = _JOINED.fullmatch(between) is not None and fact.quantity.unit == last.quantity.unit
    return joined or (fact.quantity.unit == "%" and _RATES.search(label) is not None)


def _entry(document: Document, first: Fact, second: Fact, between: str) -> bool:
    """Whether two amounts are what an entry may spend and what it spent."""
    money = first.quantity.unit == second.quantity.unit == "CNY" and second.measure == _SPENT
    open_ = first.measure in (_SPENT, UNBOUND) or (first.measure == _BUDGET and not (second.subject or second.scope))
    named = bool(first.subject) and open_
    label = document.quote(first.label) if first.label is not None else ""
    return money and named and _THEN_SPENT.fullmatch(between) is not None and not _SPENDING.search(label)


def _rate_of_entry(fact: Fact, between: str) -> bool:
    """Whether a rate right behind what an entry spent is the entry's: ``甲专科480万元，支出462万元，执行率96.25%``."""
    return fact.measure == _RATE and not fact.subject and _RATE_BEHIND.fullmatch(between) is not None


def _more(document: Document, fact: Fact) -> bool:
    """Whether another figure is joined right behind."""
    return document.text[fact.quantity.span.end : fact.quantity.span.end + 1] in ("、", "和", "及")
