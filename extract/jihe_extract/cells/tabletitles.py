"""What the title over a table says of all its amounts: 财政拨款收入支出决算总表 is of one source of funds alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import regex
from msgspec.structs import replace

from jihe_extract.cells.tablewords import load_table_words, squeeze
from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Fact

_NEAR, _LONGEST = 4, 40
"""Blocks looked back at for a title, and its most characters."""
_SOURCES = "来源"
_WHOLE = ("", "合计")
_GRAND = "总计"
"""End of the label of a total that holds what was carried over too."""
_DIVIDED = frozenset({*_WHOLE, "基本支出", "项目支出", "人员经费", "公用经费"})
"""Scopes under which tables of several sources hold figures of their own."""


@lru_cache(maxsize=1)
def _titled() -> regex.Pattern[str]:
    words = load_table_words()
    sources = [a for s in words.words.scopes.values() if s.axis == _SOURCES for a in s.aliases]
    names = "|".join(sorted(map(regex.escape, map(squeeze, sources)), key=len, reverse=True))
    return regex.compile(rf"(?P<source>{names})(?:收入支出|收支|支出)(?:预算|决算)?(?:总表|表|总体情况表|情况表)$")


def source_told(document: Document, index: int) -> str:
    """The source of funds that the title of a table names for income and expenditure, ``""`` when it names none."""
    at = document.tables[index].span.start
    after = document.tables[index - 1].span.end if index else 0
    before = [b for b in document.blocks if b.kind != "table" and after <= b.span.start and b.span.end <= at]
    for block in reversed(before[-_NEAR:]):
        text = squeeze(document.quote(block.span))
        found = _titled().search(text) if len(text) <= _LONGEST else None
        if found is not None:
            return load_table_words().scope(found["source"])
    return ""


def sources_apart(document: Document, facts: Mapping[Span, Fact]) -> dict[Span, Fact]:
    """The facts, those of one source of funds apart from those of all, where the totals of the tables differ."""
    sources = {i: s for i in range(len(document.tables)) if (s := source_told(document, i))}
    if not sources:
        return dict(facts)
    owned = {span: i for span in facts for i, t in enumerate(document.tables) if t.span.holds(span)}
    wholes: dict[tuple[str, str, str], set[Decimal]] = {}
    for span, fact in facts.items():
        if owned.get(span) not in sources and _whole(fact):
            wholes.setdefault((fact.measure, fact.scope, fact.period), set()).add(fact.quantity.value)
    moved: dict[int, str] = {}
    for span, fact in facts.items():
        table = owned.get(span, -1)
        told = wholes.get((fact.measure, fact.scope, fact.period)) if table in sources and _whole(fact) else None
        if told is not None and fact.quantity.value not in told:
            moved[table] = sources[table]
    return {span: _moved(document, fact, moved.get(owned.get(span, -1), "")) for span, fact in facts.items()}


def _whole(fact: Fact) -> bool:
    amount = fact.quantity.unit == "CNY" and fact.measure != UNBOUND
    return amount and not fact.subject and fact.scope in _WHOLE


def _moved(document: Document, fact: Fact, source: str) -> Fact:
    if not source or fact.subject or fact.scope not in _DIVIDED or fact.quantity.unit not in ("CNY", "%"):
        return fact
    grand = fact.label is not None and squeeze(document.quote(fact.label)).endswith(_GRAND)
    scope = _GRAND if grand and fact.scope in _WHOLE else fact.scope
    return replace(fact, scope=f"{scope}·{source}" if scope else source)
