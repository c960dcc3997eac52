"""Money as a whole: execution against budget, adjustments, carry-over, what the figures say about the year."""

from __future__ import annotations

from decimal import Decimal

from jihe_audit.caserows import funds, years
from jihe_audit.ledger import Ledger
from jihe_audit.pairs import spending_pairs
from jihe_audit.relate import percent
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show, show_value
from jihe_extract.facts import Fact


def _budget(ledger: Ledger) -> tuple[Fact | None, list[Fact]]:
    """The year's budget, and what is stated as the budget it began with."""
    last = ledger.at("全年预算数")
    return last, ledger.stated("年初预算数", near=last) if last is not None else []


@rule(
    id="I07",
    title="按收入性质合计与按支出性质合计不等",
    category="A06",
    severity="error",
    basis=("YSF-75",),
    advice="重填自评表资金栏，使收入口径、支出口径与年度资金总额一致。",
    consequence="amount",
    fails=(funds(outlay="«802.50»", work="202.50"),),
    passes=(funds(),),
)
def two_sides(ledger: Ledger) -> Outcome:
    """自评表“按收入性质分”与“按支出性质分”两栏的合计应当相等。"""
    income, outlay = ledger.at("预算数", "按收入性质分"), ledger.at("预算数", "按支出性质分")
    if income is None or outlay is None:
        return
    gap = abs(income.quantity.value - outlay.quantity.value)
    holds = gap <= max(income.quantity.step, outlay.quantity.step)
    working = f"{show(income)}{'=' if holds else '≠'}{show(outlay)}"
    year = next((f for m in ("全年预算数", "执行数") for f in ledger.stated(m) if ledger.together(income, f)), None)
    members = (income, outlay, *((year,) if year is not None and year.quantity.value == income.quantity.value else ()))
    yield ledger.check("I07", "pass" if holds else "fail", working, members)
    if not holds:
        yield ledger.finding(
            f"按收入性质合计{show(income)}，按支出性质合计{show(outlay)}，相差{show_value(gap, income.quantity)}。",
            outlay, income, working=working, amount=gap,
        )  # fmt: skip


@rule(
    id="B02",
    title="净调整小而结构调整大",
    category="B02",
    severity="warning",
    basis=("YSF-72",),
    advice="分别披露基本支出、项目支出的调整数，说明调剂的批复依据。",
    needs=("预算调剂批复",),
    fails=(
        "本馆年初预算数1000.00万元，其中基本支出600.00万元、项目支出400.00万元。\n"
        "«全年预算数为980.00万元»，其中：基本支出全年预算数为700.00万元、项目支出全年预算数为280.00万元。",
    ),
    passes=(
        "本馆年初预算数1000.00万元，其中基本支出600.00万元、项目支出400.00万元。\n"
        "全年预算数为1050.00万元，其中：基本支出全年预算数为630.00万元、项目支出全年预算数为420.00万元。",
    ),
)
def structure(ledger: Ledger) -> Outcome:
    """基本支出与项目支出一增一减，净调整率看似不高，实际调整幅度较大的，应当披露。"""
    first, last = ledger.at("年初预算数"), ledger.at("全年预算数")
    parts: list[tuple[Fact, Fact]] = []
    for scope in ("基本支出", "项目支出"):
        start = ledger.at("年初预算数", scope)
        end = ledger.at("全年预算数", scope) or (ledger.at("预算数", scope) if scope == "项目支出" else None)
        if start is not None and end is not None:
            parts.append((start, end))
    if first is None or last is None or len(parts) < 2 or not first.quantity.value:
        return
    moves = [end.quantity.value - start.quantity.value for start, end in parts]
    if moves[0] * moves[1] >= 0:
        return
    base = first.quantity.value
    net, gross = abs(sum(moves, Decimal(0))) / base, sum((abs(m) for m in moves), Decimal(0)) / base
    if gross < Decimal("0.1") or gross < net * Decimal("1.5"):
        return
    words = "、".join(
        f"{end.scope}{'增' if m > 0 else '减'}{show_value(abs(m), end.quantity)}"
        for (_, end), m in zip(parts, moves, strict=True)
    )
    yield ledger.finding(
        f"{words}，净调整率{percent(net)}，按增减绝对额计的调整率{percent(gross)}，净额掩盖了结构调整。",
        last, first, *(f for pair in parts for f in pair), amount=sum((abs(m) for m in moves), Decimal(0)),
    )  # fmt: skip


@rule(
    id="B01",
    title="预算调整幅度较大",
    category="B01",
    severity="warning",
    basis=("YSF-32", "YSF-72"),
    advice="结合历年支出和年度工作计划编细年初预算，逐项说明追加（调减）依据。",
    needs=("追加（调减）指标文件",),
    fails=("年初预算数500.00万元，年中调增数400.00万元，«全年预算数900.00万元»。",),
    passes=("年初预算数500.00万元，年中调增数20.00万元，全年预算数520.00万元。",),
)
def adjusted(ledger: Ledger) -> Outcome:
    """全年预算与年初预算相差超过提示线（地区包，默认30%）的提示。"""
    last, firsts = _budget(ledger)
    if last is None:
        return
    firsts += [
        f for f in ledger.extraction.facts
        if f.quantity.relation == "from" and f.quantity.unit == last.quantity.unit
        and f.quantity.value > 0 and ledger.together(f, last)
    ]  # fmt: skip
    first = min(firsts, key=lambda f: abs(last.quantity.value - f.quantity.value), default=None)
    if first is None or not first.quantity.value:
        return
    rate = (last.quantity.value - first.quantity.value) / first.quantity.value
    if abs(rate) > ledger.pack.high_adjustment:
        yield ledger.finding(
            f"年初预算{show(first)}，全年预算{show(last)}，调整率{percent(rate)}，超过{percent(ledger.pack.high_adjustment, 0)}。",
            last, first, working=f"({show(last)}−{show(first)})÷{show(first)}={percent(rate)}",
            amount=abs(last.quantity.value - first.quantity.value),
        )  # fmt: skip


@rule(
    id="B03",
    title="调整数与调整前后预算不相容",
    category="A01",
    severity="warning",
    basis=("YSF-75", "STL-83"),
    advice="核对调整后预算数，统一年初、调整、全年预算的口径。",
    needs=("年中追加（调减）指标文件",),
    consequence="amount",
    fails=("年初预算数552.40万元，«调整预算数552.40万元»。\n财政拨款预算调增115.40万元，预算调整率20.89%。",),
    passes=("年初预算数552.40万元，调整预算数667.80万元。\n财政拨款预算调增115.40万元，预算调整率20.89%。",),
)
def unmoved(ledger: Ledger) -> Outcome:
    """年初预算与全年预算相等，却另有调增或调减数的，二者不能同时成立（调增、调减相抵的除外）。"""
    last, firsts = _budget(ledger)
    first = next((f for f in firsts if last is not None and f.quantity.value == last.quantity.value), None)
    if last is None or first is None:
        return
    ups = [f for f in ledger.among("调增数") if not f.subject and f.quantity.value]
    downs = [f for f in ledger.among("调减数") if not f.subject and f.quantity.value]
    if bool(ups) == bool(downs):
        return
    move = (ups or downs)[0]
    yield ledger.finding(
        f"年初预算{show(first)}与调整后预算{show(last)}相等，另处却载明{name(move)}{show(move)}，前后不相容。",
        last, move, first, working=f"{show(first)}={show(last)}，{move.measure}{show(move)}≠0",
        amount=move.quantity.value,
    )  # fmt: skip


@rule(
    id="C02",
    title="项目执行率偏低",
    category="C02",
    severity="warning",
    basis=("STL-60", "CY10"),
    advice="说明原因和改进措施；确难执行的，按程序调减或收回。",
    needs=("项目支付明细",),
    fails=("2023年文化活动经费预算金额为60.00万元，«执行金额为21.00万元»。",),
    passes=("2023年文化活动经费预算金额为60.00万元，执行金额为58.00万元。",),
)
def low_projects(ledger: Ledger) -> Outcome:
    """项目（项目支出）执行率低于提示线的提示，零执行另行说明；提示线取自地区包。"""
    for spent, budget in spending_pairs(ledger, budgets=("全年预算数", "预算数", "年初预算数")):
        if not budget.quantity.value or not (spent.subject or spent.scope == "项目支出"):
            continue
        if spent.quantity.unit != "CNY" or (budget.measure == "年初预算数" and not spent.subject):
            continue
        rate = spent.quantity.value / budget.quantity.value
        if rate >= ledger.pack.very_low_execution and not (not spent.subject and rate < ledger.pack.low_execution):
            continue
        if ledger.within_year(spent.quantity.span):
            continue
        who = f"“{spent.subject}”" if spent.subject else "项目支出"
        if budget.quantity.surface == "亿元" and spent.quantity.surface == "万元" and rate < Decimal("0.001"):
            yield ledger.finding(
                f"{who}预算写作{show(budget)}，执行{show(spent)}，相差上万倍，预算单位疑误写为亿元。",
                budget, spent, working=f"{show(spent)}÷{show(budget)}={percent(rate, 4)}",
                category="A16", title="单位疑误写", advice="核对预算数的计量单位后更正。",
            )  # fmt: skip
            continue
        yield ledger.finding(
            f"{who}预算{show(budget)}，执行{show(spent)}，执行率{percent(rate)}{'，未执行' if not rate else ''}。",
            spent, budget, working=f"{show(spent)}÷{show(budget)}={percent(rate)}", category="C03" if not rate else "C02",
            amount=budget.quantity.value - spent.quantity.value,
        )  # fmt: skip


@rule(
    id="W01",
    title="称不存在资金闲置、按进度支付，而执行率偏低",
    category="C09",
    severity="warning",
    basis=("CY10", "STL-60"),
    advice="据实表述资金使用情况，说明未支付原因。",
    fails=("全年预算数1000.00万元，全年实际支出500.00万元，预算执行率50.00%。资金使用«不存在闲置»、浪费情况。",),
    passes=("全年预算数1000.00万元，全年实际支出980.00万元，预算执行率98.00%。资金使用不存在闲置、浪费情况。",),
)
def idle(ledger: Ledger) -> Outcome:
    """整体、项目支出或某个项目的执行率低于提示线（地区包，默认80%），“不存在闲置、按进度支付”的表述缺乏依据。"""
    claim = next(
        (c for c in ledger.claims if c.kind == "qualitative" and c.word in ("no_idle_funds", "on_schedule")), None
    )
    if claim is None:
        return
    low = [
        (spent, budget)
        for spent, budget in spending_pairs(ledger, budgets=("全年预算数", "预算数"))
        if budget.quantity.value and spent.scope in ("", "项目支出")
        and spent.quantity.value / budget.quantity.value < ledger.pack.low_execution
    ]  # fmt: skip
    if not low:
        return
    low.sort(key=lambda pair: (pair[0].subject != "", pair[0].scope == ""))
    words = "、".join(
        f"{f'“{s.subject}”' if s.subject else s.scope or '整体'}执行率{percent(s.quantity.value / b.quantity.value)}"
        for s, b in low[:3]
    )
    yield ledger.finding(
        f"文中称“{ledger.document.quote(claim.span)}”，而{words}，两者不相符。",
        claim.span, *(f for pair in low[:3] for f in pair),
    )  # fmt: skip


@rule(
    id="B07",
    title="支出结构较上年异常变动",
    category="M06",
    severity="warning",
    basis=("STL-5",),
    advice="说明科目变动原因，核实是否将项目支出列入公用经费。",
    needs=("上年决算报表",),
    fails=(years(work="20.40", running="«514.20»"),),
    passes=(years(),),
)
def moved(ledger: Ledger) -> Outcome:
    """项目支出较上年骤减九成以上而公用经费成倍增长的，可能在科目之间转移，提请核实。"""
    for old in ledger.extraction.facts:
        if old.measure not in ("执行数", "上年决算数") or old.scope != "项目支出" or not old.period or old.subject:
            continue
        now = ledger.at("执行数", "项目支出")
        before = ledger.at("执行数", "公用经费", period=old.period)
        after = next(iter(f for f in ledger.stated("执行数", "公用经费")), None)
        if now is None or before is None or after is None or not (old.quantity.value and before.quantity.value):
            continue
        fell, rose = now.quantity.value / old.quantity.value, after.quantity.value / before.quantity.value
        if fell <= Decimal("0.1") and rose >= 2:
            yield ledger.finding(
                f"项目支出由上年{show(old)}降至{show(now)}，公用经费由{show(before)}增至{show(after)}（为上年的{percent(rose)}），疑似科目间转移。",
                after, before, now, old,
            )  # fmt: skip
        return
