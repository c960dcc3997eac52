"""Changes and shares whose other figures stand elsewhere in the report: verified, or doubted as slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, digits, judged, weighed
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
)
def far_changes(ledger: Ledger) -> Outcome:
    """增减额、增减率所比的两期数写在别处的，与同一范围的本期数、上期数核对：相符的记为已核；都不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = {s for c in ledger.tried if c.rule != "N21" for s in c.spans}
    places: list[list[SlipReading]] = []
    for claim in ledger.claims:
        stated = claim.stated
        if claim.kind not in ("difference", "growth") or stated is None or stated.quantity.span in tried:
            continue
        if (claim.scope or claim.subject) and stated.quantity.exact and "点" not in stated.quantity.surface:
            places.append(list(weighed(ledger, claim.kind, stated, _far(ledger, claim, stated), is_open=False)))
    yield from judged(ledger, places)


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
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n按功能分类，教育支出600.00万元，占75.00%；"
        "«住房保障支出950.00万元»，占18.75%；卫生健康支出50.00万元，占6.25%。",
    ),
    passes=(
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n按功能分类，教育支出600.00万元，占75.00%；"
        "住房保障支出150.00万元，占18.75%；卫生健康支出50.00万元，占6.25%。",
        "2026年部门预算公开说明\n支出预算总额800.00万元，其中基本支出500.00万元，占62.50%；项目支出300.00万元，占37.50%。\n按功能分类，教育支出600.00万元，占75.00%，其中小学教育420.00万元，占教育支出的70.00%；"
        "卫生健康支出50.00万元，占6.25%。",
    ),
    late=True,
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
    for whole in reversed(_distinct(before)):
        held = sum(
            (w := weigh_try(ledger, share, Try("rate", (part, whole)))) is not None and w.verdict == "pass"
            for share, part in pairs
            if part.quantity.unit == unit and part.quantity.value <= whole.quantity.value
        )
        if held >= max(SIBLINGS, len(pairs) - 1):
            return whole
    return None


@rule(
    id="N32",
    title="收支结余与收入支出之差疑有录入差错",
    category="A07",
    severity="warning",
    basis=("STL-83",),
    advice="核对收入、支出和结余，更正录入有误的一位数字。",
    consequence="amount",
    fails=("（一）收入。«全年总收入8632.47万元»。\n（二）支出。全年总支出7420.15万元，收支结余1272.32万元。",),
    passes=(
        "（一）收入。全年总收入8632.47万元。\n（二）支出。全年总支出7420.15万元，收支结余1212.32万元。",
        "（一）收入。全年总收入8632.47万元。\n（二）支出。全年总支出7420.15万元，提取专用基金后收支结余912.68万元。",
    ),
    late=True,
)
def surplus(ledger: Ledger) -> Outcome:
    """收支结余（当年结余、本期盈余）应等于收入总额减支出总额；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    named = ledger.rulebook.words["surplus"]
    tried = {s for c in ledger.tried if c.rule != "N21" for s in c.spans}
    income, outlay = _totals_of(ledger, "收入数"), _totals_of(ledger, "执行数")
    places: list[list[SlipReading]] = []
    for left in ledger.extraction.facts if income and outlay else ():
        if left.quantity.unit != "CNY" or not left.quantity.exact or left.label is None or left.quantity.span in tried:
            continue
        if named.search(ledger.document.quote(left.label).strip()):
            for whole in income:
                tries = [Try("sum", (spent, left)) for spent in outlay]
                places.append(list(weighed(ledger, "sum", whole, tries, is_open=False)))
    yield from judged(ledger, places)


def _totals_of(ledger: Ledger, measure: str) -> list[Fact]:
    """The report's own totals of a measure this year."""
    found = [f for f in ledger.of_scope("", "") if f.measure == measure and f.quantity.unit == "CNY"]
    return _distinct([f for f in found if f.quantity.exact and f.period in ("", ledger.year)])


MEANT = 3
"""Most amounts of a report that a rate is tried on."""
LONG_RATE, LONG_AMOUNT = 4, 4
"""Fewest digits of a rate and of an amount that no chance brings together."""
BASES = ("全年预算数", "预算数", "年初预算数", "到位数", "收入数", "执行数", "收支总计")


@rule(
    id="N33",
    title="比率与他处金额疑有录入差错",
    category="A08",
    severity="warning",
    basis=("STL-83",),
    advice="核对比率的分子和他处的分母，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "项目计划总投资3580.00万元。\n截至年末，到位资金3380.00万元，«资金到位率94.91%»。",
        "一、资金情况\n到位资金3380.00万元。\n二、使用情况\n累计支付2966.42万元，«占到位资金的81.76%»。",
    ),
    passes=(
        "项目计划总投资3580.00万元。\n截至年末，到位资金3380.00万元，资金到位率94.41%。",
        "项目计划总投资3580.00万元。\n截至年末，到位资金3380.00万元，资金到位率98.66%。",
        "一、资金情况\n到位资金3380.00万元。\n二、使用情况\n累计支付2966.42万元，占到位资金的87.76%。",
    ),
    late=True,
)
def far_rates(ledger: Ledger) -> Outcome:
    """比率的分子紧靠其前、分母写在他处的，按报告中最近的几个总额核对；都不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = {s for c in ledger.tried if c.rule != "N21" for s in c.spans[:1]}
    places: list[list[SlipReading]] = []
    for rate in ledger.rates:
        long = digits(rate) >= LONG_RATE
        if (
            not long
            or rate.quantity.span in tried
            or rate.measure in ("变动率", "调整率")
            or "点" in rate.quantity.surface
        ):
            continue
        top = _amount_before(ledger, rate)
        if top is not None and ledger.document.cell_at(rate.quantity.span) is None:
            tries = [Try("rate", (top, base)) for base in _bases(ledger, rate, top)]
            places.append(list(weighed(ledger, "ratio", rate, tries, is_open=False)))
    yield from judged(ledger, places)


def _amount_before(ledger: Ledger, rate: Fact) -> Fact | None:
    """The amount right before a rate in its clause group, long enough to be no chance."""
    where = ledger.sentence(rate.quantity.span, "。；;\n")
    near = [f for f in ledger.within(where) if f.quantity.span < rate.quantity.span]
    top = near[-1] if near else None
    if top is None or top.quantity.unit != "CNY" or not top.quantity.exact or top.measure == "增减额":
        return None
    return top if digits(top) >= LONG_AMOUNT else None


def _bases(ledger: Ledger, rate: Fact, top: Fact) -> list[Fact]:
    """The report's totals and the amounts of the part's own scope, the nearest before first."""
    scopes = [("", ""), ("", "项目支出"), (top.subject, top.scope), (rate.subject, rate.scope)]
    found = [f for s in dict.fromkeys(scopes) for f in ledger.of_scope(*s) if f.measure in BASES]
    fit = [
        f for f in found
        if f.quantity.unit == "CNY" and f.quantity.exact and f.quantity.value > top.quantity.value
        and f.quantity.span < top.quantity.span and f.period in ("", ledger.year)
    ]  # fmt: skip
    return _distinct(sorted(fit, key=lambda f: f.quantity.span))[:MEANT]
