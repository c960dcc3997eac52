"""How a list may be read against the figure that it is to add up to."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, weigh_try
from jihe_audit.slips import near_values
from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.words import load_words

ALIKE = Decimal("0.8")
"""Share of a total from which on marks are no part of it when there are several."""
LONG = 4
"""Significant digits from which a figure is unlikely to be mended by a single slip by chance."""


def _axes(operands: tuple[Fact, ...], whole: str, told: bool) -> list[tuple[Fact, ...]]:
    """Groups of operands that divide the whole along one axis each.

    In a table that tells all parts (``told``) what was carried over is one source of money beside the others.
    """
    scopes = load_words().scopes
    by_axis: dict[str, list[Fact]] = {}
    for o in operands:
        if o.scope in scopes and scopes[o.scope].within == whole:
            by_axis.setdefault(scopes[o.scope].axis, []).append(o)
        elif told and "结转" in o.measure + o.scope:
            by_axis.setdefault("来源", []).append(o)
    return [tuple(group) for group in by_axis.values() if len(group) > 1 and len(group) < len(operands)]


def _outermost(operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    scopes = load_words().scopes
    named = {o.scope for o in operands}
    return tuple(o for o in operands if not (o.scope in scopes and scopes[o.scope].within in named - {""}))


def mended_by_slip(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether one slip in one long figure would make the open list add up."""
    difference = stated.quantity.value - sum((o.quantity.value for o in operands), Decimal(0))
    rounded = any(f.quantity.shown_decimals for f in (stated, *operands))
    slack = sum((o.quantity.step for o in operands), stated.quantity.step) / 2 if rounded else Decimal(0)
    for fact, need in ((stated, -difference), *((o, difference) for o in operands)):
        q = fact.quantity
        if len("".join(c for c in q.shown if c.isdigit()).strip("0")) < LONG:
            continue
        if any(abs(value - q.value - need) <= slack for value in near_values(fact)):
            return True
    return False


def attempts_of(claim: Claim) -> list[Try]:
    """The sums that a list may stand for: all parts, the outermost ones, those that divide the whole along one axis."""
    whole = [Try("sum", claim.operands)]
    inner = _outermost(claim.operands)
    if 1 < len(inner) < len(claim.operands):
        whole.append(Try("sum", inner))
    stated = claim.stated
    if stated is None:
        return whole
    told = not claim.open and stated.origin != "prose"
    return whole + [Try("sum", group) for group in _axes(claim.operands, stated.scope, told)]


def _heads_of(stated: Fact, operands: tuple[Fact, ...]) -> list[tuple[Fact, ...]]:
    """The list up to an item from which on it tells of others (正式60人，其中……，退休28人), if that adds up."""
    total = Decimal(0)
    for i, o in enumerate(operands[:-1], 1):
        total += o.quantity.value
        if i > 1 and total == stated.quantity.value:
            return [operands[:i]]
    return []


def other_reading(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, Try] | None:
    """A reading of the list that holds exactly: cut off at a stop, without brackets, with what was carried over,
    or as parts of another amount of the paragraph."""
    lists = [operands]
    text = ledger.document.text
    for i in range(2, len(operands)):
        between = text[operands[i - 1].quantity.span.end : operands[i].quantity.span.start]
        if any(stop in between for stop in "；;。\n"):
            lists.append(operands[:i])
            break
    lists += _heads_of(stated, operands)
    depth = min(ledger.depth(o.quantity.span) for o in operands)
    outside = tuple(o for o in operands if ledger.depth(o.quantity.span) <= depth)
    if 1 < len(outside) < len(operands):
        lists.append(outside)
    where = ledger.paragraph(stated.quantity.span)
    used = {stated.quantity.span, *(o.quantity.span for o in operands)}
    near = [
        f for f in ledger.within(where)
        if f.quantity.unit == stated.quantity.unit and f.quantity.value > 0 and f.quantity.span not in used
        and (stated.origin == "prose" or column_of(ledger, f) == column_of(ledger, stated))
    ]  # fmt: skip
    once = tuple({o.quantity.value: o for o in reversed(operands)}.values())
    if 1 < len(once) < len(operands):  # one of them is told again within its own entry
        lists.append(once)
    tries = [(stated, Try("sum", group)) for group in lists[1:]]
    if len(operands) > 2:  # 其中12个已出具报告：优5个、良7个: the rest divides the first part
        tries.append((operands[0], Try("sum", operands[1:])))
    carried = [f for f in near if "结转" in f.measure + f.scope]
    tries += [(stated, Try("sum", (*group, f))) for group in lists for f in carried]
    tries += [(whole, Try("sum", group)) for group in lists if len(group) > 1 for whole in near]
    first, last = operands[0].quantity.span.start, operands[-1].quantity.span.end
    ahead = [f for f in near if f.quantity.span.end <= first]
    behind = [f for f in near if f.quantity.span.start >= last][:2]
    unnamed = [
        f for f in behind[:1] if (f.measure == UNBOUND or f.by != "rule") and ledger.together(operands[-1], f)
    ]  # fmt: skip
    tries += [(stated, Try("sum", (*operands, more))) for more in unnamed]
    if len(operands) > 1:
        tries += [(whole, Try("sum", (*operands, more))) for whole in ahead for more in behind]
    for whole, attempt in tries:
        weighing = weigh_try(ledger, whole, attempt)
        if weighing is not None and weighing.verdict == "pass":
            return whole, attempt
    return None


def ways(claim: Claim, stated: Fact) -> list[Claim]:
    """A list of people that divides them several ways (by post, by title), as a list for each of them."""
    if unit_class(stated.quantity.unit) != "人":
        return [claim]
    kinds = {_kind(o) for o in claim.operands}
    apart = {"职称"} | ({"医护"} if "岗位" in kinds else set())
    groups: dict[str, list[Fact]] = {}
    for operand in claim.operands:
        groups.setdefault(kind if (kind := _kind(operand)) in apart else "", []).append(operand)
    return [replace(claim, operands=tuple(g)) for g in groups.values()] if len(groups) > 1 else [claim]


def column_of(ledger: Ledger, fact: Fact) -> tuple[int, int] | None:
    """The table and the column that a figure stands in."""
    at = ledger.document.cell_at(fact.quantity.span)
    return (at[0], at[2]) if at is not None else None


def _kind(part: Fact) -> str:
    """What divides a whole into such parts: named projects, an axis of the vocabulary, or the report's own words."""
    scopes = load_words().scopes
    return "subject" if part.subject else scopes[part.scope].axis if part.scope in scopes else "own"


def ended(ledger: Ledger, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The parts up to the first stop behind which parts of quite other kinds follow: they may be no parts at all.

    ``在编 118 人，其中专任教师 112 人；临聘人员 12 人``.
    """
    text = ledger.document.text
    for i in range(1, len(operands)):
        between = text[operands[i - 1].quantity.span.end : operands[i].quantity.span.start]
        apart = {_kind(o) for o in operands[:i]}.isdisjoint(_kind(o) for o in operands[i:])
        if apart and any(stop in between for stop in "；;。\n"):
            return operands[:i]
    return operands


def overlapping(stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether parts may hold the same persons (党员、女职工): kinds of people that the vocabulary does not know."""
    return stated.quantity.unit in ("人", "名", "位") and any(_kind(o) == "own" for o in operands)


def has_means(stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether marks are divided into marks of their own size: the first is the mean of the others."""
    alike = [o for o in operands if o.quantity.value >= stated.quantity.value * ALIKE]
    return stated.quantity.unit == "分" and len(alike) > 1


def has_attributes(ledger: Ledger, operands: tuple[Fact, ...]) -> bool:
    """Whether parts are told by attributes of people, of several kinds."""
    found = [ledger.rulebook.words["attribute"].search(ledger.document.quote(o.quote)) for o in operands]
    kinds = {m.group() for m in found if m is not None} - {"男", "女"}
    return bool(kinds) and any(m is not None for m in found[1:])


def taken_off(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Reductions told among the parts of a list (``其中：甲项目调减 2 万元，乙项目 5 万元``): parts with a minus."""
    first, last = stated.quantity.span.end, operands[-1].quantity.span.end
    if stated.origin != "prose" or last <= first:
        return ()
    inside = ledger.within(Span(first, last))
    return tuple(f for f in inside if f.measure == "调减数" and f not in operands and f.quantity.unit == "CNY")


def one_of_each(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Of entries that tell several figures each (``甲获得20万元，用去18万元；乙……``), the one nearest the whole.

    Empty when the entries are no such ones, or when all figures together come nearer.
    """
    text = ledger.document.text
    entries: list[list[Fact]] = []
    for i, operand in enumerate(operands):
        between = text[operands[i - 1].quantity.span.end : operand.quantity.span.start] if i else "；"
        if any(stop in between for stop in "；;。\n"):
            entries.append([])
        entries[-1].append(operand)
    if len(entries) < 2 or len(entries[0]) < 2 or any(len(e) != len(entries[0]) for e in entries):
        return ()
    columns = [operands, *(tuple(c) for c in zip(*entries, strict=True))]

    def off(column: tuple[Fact, ...]) -> Decimal:
        return abs(stated.quantity.value - sum((f.quantity.value for f in column), Decimal(0)))

    best = min(columns, key=off)
    return () if best is operands else best
