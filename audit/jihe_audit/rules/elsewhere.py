"""Changes and shares whose other figures stand elsewhere in the report: verified, or doubted as slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jihe_audit.groups import distinct
from jihe_audit.ledger import Ledger
from jihe_audit.pairs import LEVELS
from jihe_audit.relate import Try, agrees
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, judged, settled, weighed
from jihe_extract.facts import Claim, Fact


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
    by_slip=True,
)
def far_changes(ledger: Ledger) -> Outcome:
    """增减额、增减率所比的两期数写在别处的，与同一范围的本期数、上期数核对：相符的记为已核；都不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = settled(ledger)
    places: list[list[SlipReading]] = []
    for claim in ledger.claims:
        stated = claim.stated
        if claim.kind not in ("difference", "growth") or stated is None or stated.quantity.span in tried:
            continue
        levels = _levels(ledger, claim, stated)
        if levels and stated.quantity.exact and "点" not in stated.quantity.surface:
            tries = _far(ledger, claim, stated, levels)
            places.append(list(weighed(ledger, claim.kind, stated, tries, is_open=False)))
    yield from judged(ledger, places)


TOTALS = "收支总计"
_TOTALS_NEAR = 40
"""Characters before a change in which its totals are named."""
SPOKEN = {
    "决算数大于": ("执行数", "年初预算数", "预算数"),
    "决算数小于": ("执行数", "年初预算数", "预算数"),
    "本年收入": ("收入数",),
    "本年支出": ("执行数",),
}
"""Words of a change that has no scope, and the measures that it may be a change of."""


def _levels(ledger: Ledger, claim: Claim, stated: Fact) -> list[Fact]:
    """The amounts that a change may be one of: of its scope, and the totals of both sides where it speaks of them."""
    of_scope = ledger.of_scope(claim.subject, claim.scope) if claim.scope or claim.subject else ()
    if not (claim.scope or claim.subject):
        of_scope = [f for m in _spoken_of(ledger, claim) for f in ledger.of_measure(m) if not f.scope and not f.subject]
    found = [f for f in of_scope if f.measure in (*LEVELS, TOTALS)]
    found = [*(ledger.of_measure(TOTALS) if _of_totals(ledger, stated) else ()), *found]
    return [f for f in found if f.quantity.unit == "CNY" and f.quantity.exact and f.quantity.value > 0]


def _spoken_of(ledger: Ledger, claim: Claim) -> tuple[str, ...]:
    """What a change of no scope says that it is a change of: ``本年收入较上年增加9万元``, ``决算数大于预算数9万元``."""
    where = ledger.sentence(claim.span, "。\n")
    words = ledger.document.text[max(where.start, claim.span.start - _TOTALS_NEAR) : claim.span.end]
    return next((measures for word, measures in SPOKEN.items() if word in words), ())


def _far(ledger: Ledger, claim: Claim, stated: Fact, levels: Sequence[Fact]) -> Iterator[Try]:
    """A change from the figures of its scope told elsewhere in the report, of this year and of another."""
    now = distinct([f for f in levels if f.period in ("", ledger.year)])
    past = distinct([f for f in levels if f.period not in ("", ledger.year)])
    if _of_budget(ledger, claim):
        past = [b for b in now if b.measure != "执行数"]
        now = [a for a in now if a.measure == "执行数"]
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


def _of_budget(ledger: Ledger, claim: Claim) -> bool:
    """Whether a difference is told of accounts and budget of one year."""
    told = ledger.document.quote(claim.span)
    return claim.kind == "difference" and not claim.operands and any(w in told for w in list(SPOKEN)[:2])


def _of_totals(ledger: Ledger, change: Fact) -> bool:
    """Whether the words before a change, or before the one right before it, speak of the totals of both sides."""
    text, at = ledger.document.text, change.quantity.span.start
    where = ledger.sentence(change.quantity.span, "。\n")
    return "总计" in text[max(where.start, at - _TOTALS_NEAR) : at]


def _before(ledger: Ledger, rate: Fact) -> Fact | None:
    """The change in money right before its rate."""
    where = ledger.sentence(rate.quantity.span)
    near = [f for f in ledger.within(where) if f.quantity.span < rate.quantity.span]
    last = near[-1] if near else None
    return last if last is not None and last.measure == "增减额" and last.quantity.unit == "CNY" else None


SIBLINGS = 2
"""Fewest shares of a paragraph that tell what the others are shares of."""


@rule(
    id="N31",
    title="占比与同段其他占比所据合计疑有录入差错",
    category="A08",
    severity="warning",
    basis=("STL-83",),
    advice="核对分项数和占比，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n从功能看，教育支出600.00万元，占75.00%；"
        "«住房保障支出950.00万元»，占18.75%；卫生健康支出50.00万元，占6.25%。",
    ),
    passes=(
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n按功能分类，教育支出600.00万元，占75.00%；"
        "住房保障支出150.00万元，占18.75%；卫生健康支出50.00万元，占6.25%。",
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n按功能分类，教育支出600.00万元，占75.00%，其中小学教育420.00万元，占教育支出的70.00%；"
        "卫生健康支出50.00万元，占6.25%。",
    ),
    late=True,
    by_slip=True,
)
def sibling_shares(ledger: Ledger) -> Outcome:
    """同段的其他占比（至少两个）都以某一合计为分母而相符的，其余占比也按该合计核对；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = {s for c in ledger.tried if c.rule not in ("N03", "N21") for s in c.spans}
    tried |= {s for c in ledger.tried if c.verdict in ("pass", "tail") for s in c.spans[:1]}
    places: list[list[SlipReading]] = []
    for pairs in _shares_by_paragraph(ledger).values():
        left = [(s, p) for s, p in pairs if s.quantity.span not in tried]
        whole = _shared_whole(ledger, pairs) if left and len(pairs) > SIBLINGS else None
        if whole is not None:
            for share, part in left:
                places.append(list(weighed(ledger, "ratio", share, [Try("rate", (part, whole))], is_open=False)))
    yield from judged(ledger, places)


def _shares_by_paragraph(ledger: Ledger) -> dict[int, list[tuple[Fact, Fact]]]:
    """The shares of each paragraph that name no whole, with their parts."""
    told: dict[int, list[tuple[Fact, Fact]]] = {}
    for claim in ledger.claims:
        share = claim.stated
        if claim.kind != "share" or share is None or claim.word or len(claim.operands) != 1:
            continue
        if share.quantity.exact and claim.operands[0].quantity.exact:
            told.setdefault(ledger.paragraph(share.quantity.span).start, []).append((share, claim.operands[0]))
    return told


def _shared_whole(ledger: Ledger, pairs: Sequence[tuple[Fact, Fact]]) -> Fact | None:
    """The figure before a paragraph's shares that all of them but one hold for."""
    unit = pairs[0][1].quantity.unit
    before = [
        f for f in ledger.extraction.facts
        if f.quantity.span < pairs[-1][1].quantity.span and f.quantity.unit == unit and f.quantity.exact and f.quantity.value > 0
    ]  # fmt: skip
    for whole in reversed(distinct(before)):
        held = sum(
            agrees(ledger, share, Try("rate", (part, whole)))
            for share, part in pairs
            if part.quantity.unit == unit and part.quantity.value <= whole.quantity.value
        )
        if held >= max(SIBLINGS, len(pairs) - 1):
            return whole
    return None
