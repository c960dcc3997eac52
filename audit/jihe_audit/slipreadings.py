"""Readings of a place of which none is sure: what holds is verified, what a slip of the hand broke is doubted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from jihe_audit.finding import Check, Finding, Verdict
from jihe_audit.groups import Relation
from jihe_audit.holding import holding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, agrees, can_be_weighed, misses_by_far, weigh_try, working_of
from jihe_audit.slips import DIGITS, is_near, repairs
from jihe_audit.verdict import Weighing
from jihe_audit.wording import show
from jihe_extract.asserted.readings import ADMITTED, NAMED
from jihe_extract.document import Span
from jihe_extract.facts import Fact

IDENTITY = {"sum": "I05", "ratio": "R00", "growth": "I17", "difference": "I17"}
LONG = 4
"""Fewest digits of a figure that a slip is laid to in a list that may leave things out: a shorter one is mended by
chance too easily."""
SEVERAL = 3
"""Parts from which a list is long enough that one digit less will do."""
VERIFIED = 3
"""Fewest digits of the longest figure of a sum that is no chance."""
SHORT = 2
"""The same for figures whose sum, remainder or quotient is told as such."""


@dataclass(frozen=True)
class SlipReading:
    """One reading of a place that can be weighed; most are so far off that there is no need to."""

    ledger: Ledger
    kind: str
    stated: Fact
    attempt: Try
    open: bool
    """Whether the list may leave things out."""
    weighed: Weighing | None
    """None for what is far off."""
    word: str = ""
    """``NAMED``: the rate is named after its numerator, and no slip need explain that it does not hold.
    ``ADMITTED``: the reading only verifies."""

    @cached_property
    def weighing(self) -> Weighing:
        """What came of it."""
        weighing = self.weighed or weigh_try(self.ledger, self.stated, self.attempt)
        if weighing is None:
            raise ValueError("a reading is one that can be weighed")
        return weighing

    @property
    def verdict(self) -> Verdict:
        """What came of it in a word."""
        return self.weighed.verdict if self.weighed is not None else "fail"

    @property
    def members(self) -> tuple[Fact, ...]:
        """The figure and what it is recomputed from."""
        return (self.stated, *self.attempt.operands)

    @property
    def relation(self) -> Relation:
        """The reading as a relation that a slip may be sought for."""
        identity = IDENTITY[self.kind]
        return Relation(identity, self.stated, self.attempt.operands, self.weighing, recompute=self.attempt)


def weighed(
    ledger: Ledger, kind: str, stated: Fact, attempts: Iterable[Try], *, is_open: bool, word: str = ""
) -> Iterator[SlipReading]:
    """The formulas of a place that can be weighed, weighed where they are near enough."""
    for attempt in attempts:
        if not can_be_weighed(stated, attempt):
            continue
        far = misses_by_far(stated, attempt)
        weighing = None if far else weigh_try(ledger, stated, attempt)
        if far or weighing is not None:
            yield SlipReading(ledger, kind, stated, attempt, is_open, weighing, word)


def digits(fact: Fact) -> int:
    """How many digits of a figure say something."""
    rate = fact.quantity.unit == "%"  # 100% is not as short as 1%
    return sum(c.isdigit() for c in fact.quantity.shown) if rate else _significant(fact.quantity.shown)


@lru_cache(maxsize=4096)
def _significant(shown: str) -> int:
    """The digits of a figure without the zeros at its ends that say nothing."""
    kept = shown if "." in shown else shown.rstrip("0")
    return len("".join(c for c in kept if c.isdigit()).lstrip("0"))


def judged(ledger: Ledger, places: Iterable[Sequence[SlipReading]]) -> Iterator[Finding | Check]:
    """What holds is verified; where nothing holds, the first reading that one slip would mend is doubted."""
    known = holding(ledger)
    held, doubted = set(known.held), known.doubted()
    fixed: set[Span] = set()

    def loose(span: Span) -> Sequence[Relation]:
        """The equalities of a figure that would not see another digit in it."""
        return () if span in fixed else known.loosely(span)

    for readings in places:
        good = next((r for r in readings if r.verdict == "pass"), None)
        good = good or next((r for r in readings if r.verdict == "tail"), None)
        if good is not None:
            yield from _agreed(ledger, good)
            fixed.update(m.quantity.span for m in good.members)
            held.update(m.quantity.span for m in good.members)
            continue
        if any(ends_early(r) for r in readings):
            continue
        likely = [r for r in readings if r.word != ADMITTED]
        for reading in likely:
            if doubted.isdisjoint(m.quantity.span for m in reading.members):
                found = _slip(ledger, reading, held, loose)
                if found is None and reading.word == NAMED and reading is likely[-1]:
                    found = _unlike(ledger, [r for r in likely if r.word == NAMED])
                if found is not None:
                    doubted.update(m.quantity.span for m in reading.members)
                    yield ledger.check(
                        IDENTITY[reading.kind], "uncertain", found.working, reading.members, weighing=reading.weighing
                    )
                    yield found
                    break


def settled(ledger: Ledger, *, stated: bool = False) -> set[Span]:
    """Figures that a rule has weighed with an outcome, those of N21 aside; ``stated``: as what was recomputed."""
    done = [c for c in ledger.tried if c.rule != "N21" and c.verdict != "uncertain"]
    return {s for c in done for s in (c.spans[:1] if stated else c.spans)}


def _agreed(ledger: Ledger, reading: SlipReading) -> Iterator[Check]:
    """What a reading verifies: figures long enough that a wrong digit in them would have been doubted."""
    least = LONG if reading.open else SHORT
    told = (digits(m) for m in reading.members if m.quantity.value or reading.kind != "sum")
    if min(told, default=0) < least:
        return
    if reading.kind == "ratio" and len({o.quantity.value for o in reading.attempt.operands}) == 1:
        return
    if reading.kind == "sum" and not _weighty(reading, VERIFIED):
        return
    working = f"{show(reading.stated)}={working_of(reading.attempt, reading.stated, reading.weighing)}".rpartition("=")[
        0
    ]
    yield ledger.check(
        IDENTITY[reading.kind], reading.weighing.verdict, working, reading.members, weighing=reading.weighing
    )


def _digit_slips(ledger: Ledger, fact: Fact, relation: Relation, kept: Sequence[Relation]) -> list[tuple[Fact, str]]:
    """The wrong digits of a figure that would mend a reading and leave those ``kept`` as they are.

    In another unit the figure would only vanish from a sum, unless it alone bears that unit.
    """
    exact = relation.stated.quantity.unit == "%" and digits(relation.stated) >= LONG
    found = repairs(ledger, fact, [relation, *kept], limit=3, near=True, least=SHORT if exact else DIGITS)
    odd = _odd_unit(fact, relation)
    return [
        (new, slip) for new, slip in found
        if is_near(slip) or (odd and new.quantity.surface == odd)
    ]  # fmt: skip


def _odd_unit(fact: Fact, relation: Relation) -> str:
    """The unit of all other figures of a relation when this one alone is in 元 (``90元`` among 万元); else empty."""
    others = {m.quantity.surface for m in relation.members if m.quantity.span != fact.quantity.span}
    if fact.quantity.surface != "元" or len(others) != 1 or len(relation.members) <= SHORT + 1:
        return ""
    return next(iter(others - {"元"}), "")


def ends_early(reading: SlipReading) -> bool:
    """Whether a list adds up before its last item: then the others are no part of it."""
    if reading.kind != "sum" or not reading.open:
        return False
    total = Decimal(0)
    for i, operand in enumerate(reading.attempt.operands[:-1], 1):
        total += operand.quantity.value
        if i > 1 and total == reading.stated.quantity.value:
            return True
    return False


def _slip(
    ledger: Ledger, reading: SlipReading, held: set[Span], loose: Callable[[Span], Sequence[Relation]]
) -> Finding | None:
    """The doubt that one digit of one figure is wrong, when that alone would make the reading hold."""
    several = len(reading.attempt.operands) >= SEVERAL
    least = LONG - several if reading.open else SHORT
    long = [m for m in reading.members if digits(m) >= least and not _all_of(m, reading)]
    free = [m for m in long if m.quantity.span not in held]
    culprits = [*free, *(m for m in long if loose(m.quantity.span))]
    less = not reading.open or (several and reading.stated.quantity.unit == "CNY")
    if not culprits or (reading.kind == "sum" and not _weighty(reading, LONG - less)):
        return None
    relation = reading.relation
    tried = ((m, _digit_slips(ledger, m, relation, loose(m.quantity.span))) for m in culprits)
    mended, fixes = next(((m, f) for m, f in tried if f), (None, []))
    if mended is None or _otherwise(ledger, reading):
        return None
    others = [m for m in reading.members if m is not mended]
    working = working_of(reading.attempt, reading.stated, reading.weighing)
    new, slip = fixes[0]
    return ledger.finding(
        f"按行文，{show(reading.stated)}应等于{working}，不符；疑录入差错。",
        mended,
        *others,
        working=working,
        weighing=reading.weighing,
        explanation=f"可能{slip}：{show(mended)}若为{show(new)}，则相符。",
    )


def _otherwise(ledger: Ledger, reading: SlipReading) -> bool:
    """Whether another figure of the sentence tells why the reading does not hold, so that no slip need be supposed.

    It is just what a sum lacks (``结转4.50万元，到账572.75万元，支出567.82万元后结转9.43万元``), or the rate is of it
    (``在职70人（行政31人、事业39人），占编制72人的97.22%``).
    """
    spans = {m.quantity.span for m in reading.members}
    where = ledger.sentence(reading.stated.quantity.span, "。\n")
    unit = reading.attempt.operands[0].quantity.unit
    beside = [f for f in ledger.within(where) if f.quantity.unit == unit and f.quantity.span not in spans]
    if reading.kind == "ratio":
        top, base = reading.attempt.operands
        pairs = [pair for f in beside for pair in ((f, base), (top, f))]
        return any(agrees(ledger, reading.stated, Try("rate", pair)) for pair in pairs)
    operands, signs = reading.attempt.operands, reading.attempt.signs or (1,) * len(reading.attempt.operands)
    if reading.kind != "sum":
        return False
    longer = [Try("sum", (*operands, f), (*signs, sign)) for f in beside if digits(f) >= DIGITS for sign in (1, -1)]
    return any(agrees(ledger, reading.stated, attempt) for attempt in longer)


def _all_of(fact: Fact, reading: SlipReading) -> bool:
    """Whether a figure says 100% where others come to more: who writes that all was done misspells no rate above."""
    return fact.quantity.unit == "%" and fact.quantity.value == 1 and reading.weighing.nominal > 1


_UNLIKE = {
    "ratio": ("A08", "比率与所列数不符", "核对比率的分子、分母后更正。"),
    "growth": ("A08", "增减率与所列数不符", "核对前后两数和增减率后更正。"),
    "difference": ("A07", "增减数与前后两数不符", "核对前后两数和增减数后更正。"),
    "sum": ("A04", "所列各数与合计不符", "核对合计和各部分后更正。"),
}
"""Category, title and advice where none of the figures that the words name bears a figure out."""


def _unlike(ledger: Ledger, readings: Sequence[SlipReading]) -> Finding:
    """The doubt that a figure agrees with none of those that the words take it of."""
    first = readings[0]
    category, title, advice = _UNLIKE[first.kind]
    workings = "，".join(dict.fromkeys(working_of(r.attempt, r.stated, r.weighing) for r in readings))
    return ledger.finding(
        f"按行文，{show(first.stated)}应为{workings}，不符。",
        first.stated, *dict.fromkeys(o for r in readings for o in r.attempt.operands),
        working=working_of(first.attempt, first.stated, first.weighing), weighing=first.weighing, category=category,
        title=title, advice=advice,
    )  # fmt: skip


def _weighty(reading: SlipReading, least: int) -> bool:
    """Whether a sum is of figures so long that it is no chance that they add up, or but for one digit do."""
    return max(digits(m) for m in reading.members) >= least
