"""Relations that the build of a sentence suggests although its figures are not named: verified, or doubted as slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from jihe_audit.finding import Check, Finding, Verdict
from jihe_audit.ledger import Ledger, Relation
from jihe_audit.relate import Try, can_be_weighed, misses_by_far, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import repairs
from jihe_audit.verdict import Weighing
from jihe_audit.wording import show
from jihe_extract.asserted.namedrates import NAMED
from jihe_extract.asserted.supposed import ADMITTED
from jihe_extract.cells.tablepatterns import COLUMN
from jihe_extract.document import Span
from jihe_extract.facts import Claim, Fact

BOUNDS = frozenset({"I05≥", "S04", "S07≥", "R11", "I18", "I20", "I21"})
"""Comparisons that a figure with a wrong digit may still satisfy."""
IDENTITY = {"sum": "I05", "ratio": "R00", "growth": "I17", "difference": "I17"}
LONG = 4
"""Fewest digits of a figure that a slip is laid to in a list that may leave things out: a shorter one is mended by chance
too easily."""
VERIFIED = 3
"""Fewest digits of the longest figure of a sum that is no chance."""
SHORT = 2
"""The same for figures whose sum, remainder or quotient is told as such."""


@dataclass(frozen=True)
class _Reading:
    """One reading of a place that can be weighed; most sums are so far off that there is no need to."""

    ledger: Ledger
    kind: str
    stated: Fact
    attempt: Try
    open: bool
    """Whether the list may leave things out."""
    weighed: Weighing | None
    """None for a sum that is far off."""
    word: str = ""
    """``NAMED``: the rate is named after its numerator, and no slip need explain that it does not hold. ``ADMITTED``: the
    reading only verifies."""

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
        return (self.stated, *self.attempt.operands)

    @property
    def relation(self) -> Relation:
        identity = IDENTITY[self.kind]
        return Relation(identity, self.stated, self.attempt.operands, self.weighing, recompute=self.attempt)


def _tries(claim: Claim) -> Iterator[Try]:
    """The formulas of a reading."""
    if claim.kind == "sum":
        yield Try("sum", claim.operands)
    elif claim.kind == "ratio":
        yield Try("rate", claim.operands)
    elif claim.kind == "difference":
        yield Try("sum", claim.operands, (1, -1), absolute=True)


def _weighed(
    ledger: Ledger, kind: str, stated: Fact, attempts: Iterable[Try], *, is_open: bool, word: str = ""
) -> Iterator[_Reading]:
    for attempt in attempts:
        if not can_be_weighed(stated, attempt):
            continue
        far = misses_by_far(stated, attempt)
        weighing = None if far else weigh_try(ledger, stated, attempt)
        if far or weighing is not None:
            yield _Reading(ledger, kind, stated, attempt, is_open, weighing, word)


def _of_indicators(ledger: Ledger) -> frozenset[Span]:
    """The rates of indicators: what they divide their places tell, not the build of the sentence."""
    rows = ledger.extraction.rows
    told = [f for row in rows for f in (row.completion if row.actual else None, row.deviation, row.score)]
    return frozenset(f.quantity.span for f in told if f is not None)


def _digits(fact: Fact) -> int:
    return _significant(fact.quantity.shown)


@lru_cache(maxsize=4096)
def _significant(shown: str) -> int:
    """The digits of a figure without the zeros at its ends that say nothing."""
    kept = shown if "." in shown else shown.rstrip("0")
    return len("".join(c for c in kept if c.isdigit()).lstrip("0"))


@rule(
    id="N21",
    title="行文所列数字疑有录入差错",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对同句各数，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "«预拨款2734.60万元»（部里1520.40万元、厅里1204.20万元）已分到各院。",
        "«县里给了1850.75万元»，先用掉1432.35万元，结余428.40万元。",
        "应于年底前完工的40个项目点中，按期完工36个，«按期完工率40%»。",
    ),
    passes=(
        "预拨款2724.60万元（部里1520.40万元、厅里1204.20万元）已分到各院。",
        "预拨款2734.60万元（部里1520.40万元、厅里827.35万元）已分到各院。",
        "县里给了1850.75万元，先用掉1432.35万元，结余418.40万元。",
        "特困供养人数：目标值不低于1401人，半年监控值607人，实际值1063人，完成率75.9%，权重9分，得分6.83分。",
        "应于年底前完工的40个项目点中，按期完工36个，按期完工率90%。",
        "发放问卷200份，收回194份，回收率97%，其中有效问卷190份，有效率97.94%。",
    ),
    late=True,
)
def slips(ledger: Ledger) -> Outcome:
    """句子的写法表明几个数字之间存在合计、结余、比率或差额关系，而各数没有写明名称。相符的记为已核；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可全部相符时，才作为疑似录入差错提示。"""
    places: dict[tuple[str, Span], list[_Reading]] = {}
    rows = _of_indicators(ledger)
    for claim in ledger.extraction.supposed:
        if claim.word.startswith(COLUMN) or claim.stated is None:
            continue
        if claim.stated.quantity.span not in rows:
            found = _weighed(ledger, claim.kind, claim.stated, _tries(claim), is_open=claim.open, word=claim.word)
            places.setdefault((claim.kind, claim.span), []).extend(found)
    yield from _judged(ledger, places.values())


@rule(
    id="N22",
    title="增减数与他处两期数疑有录入差错",
    category="A07",
    severity="warning",
    basis=("STL-83",),
    advice="核对两期数和增减额、增减率，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "2023年会议费预算21.80万元。\n2022年会议费支出20.12万元。\n«2023年会议费预算较2022年增加1.98万元»。",
        "一、总体情况\n会议费支出7.24万元。\n二、变动情况\n会议费决算数比上年减少0.13万元，«下降1.46%»。",
    ),
    passes=(
        "2023年会议费预算21.80万元。\n2022年会议费支出20.12万元。\n2023年会议费预算较2022年增加1.68万元。",
        "2023年会议费预算21.80万元。\n2022年会议费支出20.12万元。\n2023年会议费预算较2022年预算增加4.25万元。",
        "一、总体情况\n会议费支出7.24万元。\n二、变动情况\n会议费决算数比上年减少0.13万元，下降1.76%。",
    ),
    late=True,
)
def far_changes(ledger: Ledger) -> Outcome:
    """增减额、增减率所比的两期数写在别处的，与同一范围的本期数、上期数核对：相符的记为已核；都不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = {s for c in ledger.tried if c.rule != "N21" for s in c.spans}
    places: list[list[_Reading]] = []
    for claim in ledger.claims:
        stated = claim.stated
        if claim.kind not in ("difference", "growth") or stated is None or stated.quantity.span in tried:
            continue
        if (claim.scope or claim.subject) and stated.quantity.exact and "点" not in stated.quantity.surface:
            places.append(list(_weighed(ledger, claim.kind, stated, _far(ledger, claim, stated), is_open=False)))
    yield from _judged(ledger, places)


LEVELS = ("执行数", "收入数", "预算数", "年初预算数", "全年预算数")
"""What a change told of a scope may be a change of."""


def _far(ledger: Ledger, claim: Claim, stated: Fact) -> Iterator[Try]:
    """A change from the figures of its scope told elsewhere in the report, of this year and of another."""
    levels = [
        f for f in ledger.of_scope(claim.subject, claim.scope)
        if f.measure in LEVELS and f.quantity.unit == "CNY" and f.quantity.exact and f.quantity.value > 0
    ]  # fmt: skip
    now = _distinct([f for f in levels if f.period in ("", ledger.year)])
    past = _distinct([f for f in levels if f.period not in ("", ledger.year)])
    for a in now:
        for b in past:
            if claim.kind == "difference":
                yield Try("sum", (a, b), (1, -1), absolute=True)
            else:
                yield Try("change", (a, b), absolute=True)
    moved = next((o for o in claim.operands if o.measure in ("增减额", "节约额")), None) or _before(ledger, stated)
    if claim.kind == "growth" and moved is not None:
        for a in now:
            if a.quantity.value > moved.quantity.value > 0:
                yield Try("grown", (moved, a))
                yield Try("shrunk", (moved, a))


def _before(ledger: Ledger, rate: Fact) -> Fact | None:
    """The change in money right before its rate."""
    where = ledger.sentence(rate.quantity.span)
    near = [f for f in ledger.within(where) if f.quantity.span < rate.quantity.span]
    last = near[-1] if near else None
    return last if last is not None and last.measure == "增减额" and last.quantity.unit == "CNY" else None


def _distinct(facts: Sequence[Fact]) -> list[Fact]:
    """The facts, one for each value."""
    return list({f.quantity.value: f for f in reversed(facts)}.values())


def _judged(ledger: Ledger, places: Iterable[Sequence[_Reading]]) -> Iterator[Finding | Check]:
    """What holds is verified; where nothing holds, the first reading that one slip would mend is doubted."""
    held, doubted = _known(ledger)
    for readings in places:
        good = next((r for r in readings if r.verdict == "pass"), None)
        good = good or next((r for r in readings if r.verdict == "tail"), None)
        if good is not None:
            yield from _agreed(ledger, good)
            held.update(m.quantity.span for m in good.members)
            continue
        if any(_ends_early(r) for r in readings):
            continue
        likely = [r for r in readings if r.word != ADMITTED]
        for reading in likely:
            if doubted.isdisjoint(m.quantity.span for m in reading.members):
                found = _slip(ledger, reading, held)
                if found is None and reading.word == NAMED and reading is likely[-1]:
                    found = _unlike(ledger, [r for r in likely if r.word == NAMED])
                if found is not None:
                    doubted.update(m.quantity.span for m in reading.members)
                    yield found
                    break


def _known(ledger: Ledger) -> tuple[set[Span], set[Span]]:
    """Figures that an equality holds already, and figures of relations that failed."""
    held = {s for c in ledger.tried if c.verdict in ("pass", "tail") and c.identity not in BOUNDS for s in c.spans}
    doubted = {s for c in ledger.tried if c.verdict in ("fail", "uncertain") for s in c.spans}
    return held, doubted


def _agreed(ledger: Ledger, reading: _Reading) -> Iterator[Check]:
    """What a reading verifies: figures long enough that a wrong digit in them would have been doubted."""
    least = LONG if reading.open else SHORT
    if min(_digits(m) for m in reading.members if m.quantity.value or reading.kind != "sum") < least:
        return
    if reading.kind == "ratio" and len({o.quantity.value for o in reading.attempt.operands}) == 1:
        return
    if reading.kind == "sum" and not _weighty(reading, VERIFIED):
        return
    working = f"{show(reading.stated)}={working_of(reading.attempt, reading.stated, reading.weighing)}".rsplit("=", 1)[
        0
    ]
    yield ledger.check(
        IDENTITY[reading.kind], reading.weighing.verdict, working, reading.members, weighing=reading.weighing
    )


def _digit_slips(ledger: Ledger, fact: Fact, relation: Relation) -> list[tuple[Fact, str]]:
    """The wrong digits of a figure that would mend a reading; in another unit it would only vanish from a sum."""
    found = repairs(ledger, fact, [relation], limit=3, near=True)
    return [(new, slip) for new, slip in found if slip.startswith(("相邻", "一位"))]


def _ends_early(reading: _Reading) -> bool:
    """Whether a list adds up before its last item: then the others are no part of it."""
    if reading.kind != "sum" or not reading.open:
        return False
    total = Decimal(0)
    for i, operand in enumerate(reading.attempt.operands[:-1], 1):
        total += operand.quantity.value
        if i > 1 and total == reading.stated.quantity.value:
            return True
    return False


def _slip(ledger: Ledger, reading: _Reading, held: set[Span]) -> Finding | None:
    """The doubt that one digit of one figure is wrong, when that alone would make the reading hold."""
    least = LONG if reading.open else SHORT
    culprits = [m for m in reading.members if m.quantity.span not in held and _digits(m) >= least]
    if not culprits or (reading.kind == "sum" and not _weighty(reading, LONG - (not reading.open))):
        return None
    relation = reading.relation
    mended, fixes = next(((m, f) for m in culprits if (f := _digit_slips(ledger, m, relation))), (None, []))
    if mended is None:
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


def _unlike(ledger: Ledger, readings: Sequence[_Reading]) -> Finding:
    """The doubt that a rate agrees with none of the figures that it may be taken of."""
    first = readings[0]
    workings = "，".join(dict.fromkeys(working_of(r.attempt, r.stated, r.weighing) for r in readings))
    return ledger.finding(
        f"按行文，{show(first.stated)}应为{workings}，不符。",
        first.stated, *dict.fromkeys(o for r in readings for o in r.attempt.operands),
        working=working_of(first.attempt, first.stated, first.weighing), weighing=first.weighing, category="A08",
        title="比率与所列数不符", advice="核对比率的分子、分母后更正。",
    )  # fmt: skip


def _weighty(reading: _Reading, least: int) -> bool:
    """Whether a sum is of figures so long that it is no chance that they add up, or but for one digit do."""
    return max(_digits(m) for m in reading.members) >= least
