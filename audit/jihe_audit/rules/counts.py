"""Counts of things divided into parts: more parts than there are things, or one digit less than all of them."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from jihe_audit.holding import holding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, ends_early, weighed
from jihe_audit.slips import near_values
from jihe_audit.wording import show
from jihe_extract.asserted.readings import CHANGES, DIVIDED
from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.paragraphstate import BUSINESS

_PEOPLE = frozenset({"人", "名", "位", "人次", "户", "人天"})
_NO_NAME = regex.compile(r"其中|分别|包括|为|有|是|共|约|和|及|与|[^\p{Han}\p{L}\d]")
_CLASS = regex.compile(r"(?:[级类型组期层段批档](?:别|次)?|机关|事业|行政|工勤)(?:编制|人员)?(?:为|有|共)?$")
_TOUCHED = regex.compile(r"涉及|兼|同时|含有|具有|具备|的")
_SOME = regex.compile(r"主要|等|结转|较|比|各|每|均")
_MEAN = regex.compile(r"平均|\p{Han}均")
_MOST_NAME = 10
_LEAST = 3
_DONE = regex.compile(r"^(?:已|实际|累计|尚|未)")


@rule(
    id="N36",
    title="所列各项之和与总数不符",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对总数和各项数量后更正。",
    consequence="amount",
    fails=(
        "«全县有水库64座»，其中小（1）型12座、小（2）型57座。",
        "«改造温室120座»，其中一连48座、二连40座、三连31座。",
    ),
    passes=(
        "全县有水库64座，其中小（1）型12座、小（2）型52座。",
        "改造温室120座，其中一连48座、二连40座。",
        "培训682人，其中女性395人、少数民族407人。",
        "在园幼儿100名，其中女童50名、留守儿童40名、低保儿童30名。",
    ),
    late=True,
    by_slip=True,
)
def divided_counts(ledger: Ledger) -> Outcome:
    """数量后以“其中”等列出各项的，各项之和不应超过总数；各项名称同类且有三项以上、只差一位数字即与总数相符的，也提示。人数的各项可能交叉，只核对名称同类的。"""
    places: dict[Span, list[SlipReading]] = {}
    for claim in ledger.extraction.supposed:
        stated = claim.stated
        if claim.kind != "sum" or stated is None or stated.quantity.unit in ("%", "分", ""):
            continue
        if stated.origin != "prose" or len(claim.operands) < 2:
            continue
        found = weighed(ledger, "sum", stated, [Try("sum", claim.operands)], is_open=claim.open, word=claim.word)
        places.setdefault(claim.span, []).extend(found)
    for readings in places.values():
        if not readings or any(r.verdict in ("pass", "tail") or ends_early(r) for r in readings):
            continue
        doubted = holding(ledger).doubted()
        for reading in [r for r in readings if r.word == DIVIDED][:1]:
            if doubted.isdisjoint(m.quantity.span for m in reading.members) and _wrong(ledger, reading):
                working = working_of(reading.attempt, reading.stated, reading.weighing)
                yield ledger.finding(
                    f"总数为{show(reading.stated)}，所列各项之和为{working}，不符。",
                    *reading.members, working=working, weighing=reading.weighing,
                )  # fmt: skip


def _wrong(ledger: Ledger, reading: SlipReading) -> bool:
    """Whether parts exceed the whole that they divide, or parts of one kind lack one digit of it."""
    parts = reading.attempt.operands
    if reading.stated.label is not None and _MEAN.search(ledger.document.quote(reading.stated.label)):
        return False
    names = _names(ledger, parts)
    alike = _alike(names)
    if _in_turn(parts, names):
        return False
    if reading.stated.quantity.unit in _PEOPLE and not _kinds(ledger, parts):
        return False
    if any(p.label is not None and _TOUCHED.search(ledger.document.quote(p.label)) for p in parts):
        return False
    money = reading.stated.quantity.unit == "CNY"
    if not ledger.together(reading.stated, parts[0]) or (money and _loose(ledger, reading)):
        return False
    if sum(o.quantity.value for o in parts) > reading.stated.quantity.value:
        return True
    return (alike or money) and len(parts) >= _LEAST and _one_digit(reading)


def _loose(ledger: Ledger, reading: SlipReading) -> bool:
    """Whether the words say that a list of amounts leaves things out, or figures of other things stand in it."""
    parts = reading.attempt.operands
    first, last = reading.stated.quantity.span.end, parts[-1].quantity.span.end
    told = ledger.document.text[first : last + 2]
    spans = {p.quantity.span for p in parts}
    if any(p.quantity.value >= reading.stated.quantity.value for p in parts):
        return True
    if _told_twice(parts):
        return True
    strange = [f for f in ledger.within(Span(first, last)) if f.quantity.span not in spans and f.quantity.unit == "CNY"]
    return bool(strange) or _SOME.search(told) is not None or any(p.measure in CHANGES for p in parts)


def _told_twice(parts: Sequence[Fact]) -> bool:
    """Whether amounts are of one thing or of several measures: what was planned for it, and what was spent on it."""
    named = [p for p in parts if p.by == "rule"]
    things = [(p.scope, p.subject) for p in named if p.scope or p.subject]
    measures = {p.measure for p in named} - {UNBOUND, BUSINESS}
    return len(set(things)) < len(things) or len(measures) > 1


def _names(ledger: Ledger, parts: Sequence[Fact]) -> list[str]:
    """What the parts are called, without the words that only lead to their figures."""
    return [_NO_NAME.sub("", ledger.document.quote(p.label)) if p.label is not None else "" for p in parts]


def _in_turn(parts: Sequence[Fact], names: Sequence[str]) -> bool:
    """Whether several figures are told of each part in turn (刑事受理26件、审结25件，民事受理…): no parts of one whole.

    A label comes again, or a figure without a name of its own tells what was done of the part before it (已拨付).
    """
    told = [name for name in names if name]
    nameless = [
        not (p.scope or p.subject) and _DONE.match(name) is not None for p, name in zip(parts, names, strict=True)
    ]
    return len(set(told)) < len(told) or (any(nameless[1:]) and not nameless[0])


def _alike(names: Sequence[str]) -> bool:
    """Whether the names of parts end alike (县级、乡级、村级) and so divide one thing one way."""
    return all(1 < len(n) <= _MOST_NAME for n in names) and len({n[-1] for n in names}) == 1 and len({*names}) > 1


def _kinds(ledger: Ledger, parts: Sequence[Fact]) -> bool:
    """Whether the names are of levels or classes, in which nobody is counted twice (女童、留守儿童 are none)."""
    return all(p.label is not None and _CLASS.search(ledger.document.quote(p.label).strip()) for p in parts)


def _one_digit(reading: SlipReading) -> bool:
    """Whether one wrong digit of a figure of two digits or more explains what the parts lack."""
    missing = reading.stated.quantity.value - sum(o.quantity.value for o in reading.attempt.operands)
    for fact in reading.members:
        q = fact.quantity
        if sum(c.isdigit() for c in q.shown) < 2:
            continue
        need = q.value + (missing if fact is not reading.stated else -missing)
        if need in near_values(fact):
            return True
    return False
