"""A list of parts being read, and which whole each of its parts belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.labels import KINDS_OF_STAFF, unit_class
from jihe_extract.prose.paragraphstate import BUSINESS
from jihe_extract.prose.partlists import BUDGETS
from jihe_extract.prose.words import load_words

_MOVES = frozenset({"增加人数", "减少人数"})
PARTS_OF: Mapping[str, frozenset[str]] = {
    "总分": frozenset({"得分"}),
    "实有人数": frozenset({"在职人数"}),
    "收支总计": frozenset({"收入数", "执行数", "上年结转", "年末结转", "节约额", BUSINESS, UNBOUND}),
}
"""Measures that are parts of a whole of another measure."""


@dataclass
class PartsList:
    """A list of parts being read: its possible heads and what has been listed so far."""

    heads: list[Fact]
    nested: list[Fact]
    opener: str
    closed: bool
    sentence: int
    start: int
    bracket: int | None
    owner: str = ""
    """The scope that the opener names as the whole (基本支出中，……)."""
    side: bool = False
    """Whether it is one side of a whole (收入包括……；支出包括……)."""
    number: int = 0
    """How many entries the report says the list has, where it counts them right before."""
    parts: list[Fact] = field(default_factory=list)
    groups: dict[Span, int] = field(default_factory=dict)
    """The ；-group of each figure of the list."""

    def complete(self, head: Fact, parts: list[Fact], taken: Set[Span]) -> bool:
        """Whether a list of named entries gave a part in each: one that could not be read proves nothing.

        ``taken`` are the figures that are parts of any of the list's wholes.
        """
        if any(p.quantity.unit == head.quantity.unit and p.quantity.span not in taken for p in self.parts):
            return sum(p.quantity.value for p in parts) == head.quantity.value
        if not any(p.subject for p in parts) or sum(p.quantity.value for p in parts) == head.quantity.value:
            return True
        told = {self.groups[p.quantity.span] for p in parts}
        return told == set(self.groups.values()) and self.number in (0, len(parts))


def owner_of(between: str, opener: str) -> str:
    """The scope named right before 中 where that opens the list (``财政拨款支出中，一般公共预算……``)."""
    if not opener.startswith("中"):
        return ""
    hits = load_words().scope_finder.find(between[: between.rfind(opener)])
    return hits[-1].id if hits else ""


def named_owner(between: str, opener: str, heads: Sequence[Fact]) -> str:
    """The report's own words for a whole of people (``专任教师中，……``), if one of the heads is called so."""
    words = between[: between.rfind(opener)].strip(" ，。；") if opener.startswith("中") else ""
    return next((h.scope for h in reversed(heads) if h.scope and words.endswith(h.scope)), "")


def beside_whole(fact: Fact, listed: PartsList) -> bool:
    """Whether a figure's scope stands beside the whole's, not within it: ``基本支出…，其中…；项目支出…``."""
    return load_words().siblings(listed.heads[-1].scope, fact.scope)


def match_heads(listed: PartsList) -> Iterator[tuple[Fact, list[Fact]]]:
    """For each measure among the parts, the head that they are parts of."""
    groups: dict[Span, tuple[Fact, list[Fact]]] = {}
    known: dict[tuple[str, str, str], tuple[list[Fact], list[Fact]]] = {}
    for part in listed.parts:
        unit = unit_class(part.quantity.unit)
        if unit == "%" or part.measure in ("增减额", "标准") or not part.quantity.exact:
            continue
        kind = unit, part.measure, part.period
        if kind not in known:
            known[kind] = _fitting(part, listed)
        head = _head_of(part, listed, *known[kind])
        if part.measure == UNBOUND and (head is None or head.measure != "收支总计"):
            continue
        if head is not None and _outnumbers(part, head, listed):
            continue  # 教职工186人，其中专任教师160人，学生2680人: more than all of them are none of them
        if head is not None and (part.measure != BUSINESS or head.quantity.unit == "CNY"):
            groups.setdefault(head.quantity.span, (head, []))[1].append(part)
    yield from groups.values()


def _outnumbers(part: Fact, head: Fact, listed: PartsList) -> bool:
    """Whether a part counts more people than its whole, and no other part of the list is a kind like it."""
    if unit_class(part.quantity.unit) != "人" or part.quantity.value <= head.quantity.value:
        return False
    if head.measure in _MOVES:
        return False  # 净减少3人，其中调入2人，退休4人，调出1人
    scopes = load_words().scopes
    axis = scopes[part.scope].axis if part.scope in scopes else ""
    alike = [p for p in listed.parts if p is not part and p.scope in scopes and scopes[p.scope].axis == axis]
    return axis not in KINDS_OF_STAFF or not alike


def _fitting(part: Fact, listed: PartsList) -> tuple[list[Fact], list[Fact]]:
    """The heads, and the parts with parts of their own, whose figures a part can add up to."""
    unit = unit_class(part.quantity.unit)
    fit = [
        h for h in listed.heads
        if h.period == part.period and _holds(h, part) and unit_class(h.quantity.unit) == unit and h.quantity.exact
    ]  # fmt: skip
    return fit, [h for h in listed.nested if _holds(h, part) and unit_class(h.quantity.unit) == unit]


def _head_of(part: Fact, listed: PartsList, fit: list[Fact], inner: list[Fact]) -> Fact | None:
    """The head that the part belongs to: of its measure, and of the nearest wider scope that a head has."""
    scopes = load_words().scopes
    if listed.owner:
        owners = [h for h in (*fit, *inner) if h.scope == listed.owner]
        return owners[-1] if owners else None
    scope = part.scope
    while scope in scopes and scopes[scope].within:
        scope = scopes[scope].within
        for head in reversed([*fit, *inner]):
            if head.scope == scope and head.subject == part.subject:
                return head
    if not fit and listed.closed and part.measure in BUDGETS:
        fit = [h for h in listed.heads if h.measure in BUDGETS]
    fit = [h for h in fit if (h.subject, h.scope) != (part.subject, part.scope) or h.measure != part.measure]
    return fit[-1] if fit else None


def _holds(head: Fact, part: Fact) -> bool:
    """Whether figures of the part's measure can add up to the head's."""
    return head.measure == part.measure or part.measure in PARTS_OF.get(head.measure, ())
