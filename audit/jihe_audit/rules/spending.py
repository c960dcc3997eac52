"""What the shape of spending gives away: over the budget, sources without a counterpart, cars, running costs."""

from __future__ import annotations

from decimal import Decimal

from jihe_audit.groups import agree
from jihe_audit.ledger import Ledger
from jihe_audit.pairs import BUDGETS
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show, show_value
from jihe_extract.facts import Fact

SOURCES = ("一般公共预算", "政府性基金", "国有资本经营预算", "财政专户", "单位资金")
FIVE = 5
"""How many times the running costs a purchase of cars may be before it is asked about."""


@rule(
    id="C05",
    title="执行率超过100%",
    category="C05",
    severity="warning",
    basis=("YSF-13",),
    advice="说明超出部分的追加来源和批复文件；以年初预算为分母的，另列全年预算口径的执行率。",
    needs=("追加指标文件",),
    fails=("截至年末，«预算执行率104.20%»。",),
    passes=(
        "截至年末，预算执行率98.20%。",
        "全年完成营造林12.68万亩，占计划的101.44%。",
        "事业收入620.00万元，完成预算的103.33%。",
    ),
)
def over_hundred(ledger: Ledger) -> Outcome:
    """整体执行率大于100%，须说明超出部分的资金来源；已另按金额提示支出超过预算的，不重复提示。"""
    if any(c.rule == "B06" and c.verdict == "uncertain" for c in ledger.tried):
        return
    for measure in ("执行率", "完成预算比"):
        group = ledger.group(measure)
        told = [f for f in group.facts if agree(f, group.best) != "inconsistent"] if group and group.best else []
        rate = next((f for f in told if not _of_revenue(ledger, f)), None)
        if rate is not None and rate.quantity.value > 1 and rate.sure and rate.quantity.exact:
            yield ledger.finding(
                f"{name(rate)}{show(rate)}，超过100%，超出部分的资金来源需说明。", rate, working=f"{show(rate)}>100%"
            )
            return


def _of_revenue(ledger: Ledger, rate: Fact) -> bool:
    """Whether the amount that the rate follows in its sentence is revenue: that may well pass its budget."""
    where = ledger.sentence(rate.quantity.span)
    before = [
        f.measure for f in ledger.within(where)
        if f.quantity.unit == "CNY" and f.quantity.span.end <= rate.quantity.span.start
        and "预算" not in f.measure and f.measure not in ("增减额", "节约额")
    ]  # fmt: skip
    return before[-1:] == ["收入数"] or ("收入数" in before and "执行数" not in before)


@rule(
    id="A14",
    title="资金来源的预算与支出不对应",
    category="A14",
    severity="info",
    basis=("YSF-13",),
    advice="按资金来源逐项列示预算数和支出数，说明有预算无支出、有支出无预算的原因。",
    needs=("部门收支总表",),
    fails=(
        "年初预算数939.40万元，其中：一般公共预算552.40万元，«政府性基金预算387.00万元»。\n"
        "全年支出994.00万元，其中：一般公共预算支出667.90万元，单位资金支出326.10万元。",
    ),
    passes=(
        "年初预算数939.40万元，其中：一般公共预算552.40万元，政府性基金预算387.00万元。\n"
        "全年支出900.00万元，其中：一般公共预算支出550.00万元，政府性基金支出350.00万元。",
    ),
)
def counterparts(ledger: Ledger) -> Outcome:
    """按来源列示预算，又按来源列示支出的，同一来源应两边都有；只有一边的提示。"""
    budgets: dict[str, Fact] = {}
    spent: dict[str, Fact] = {}
    for source in SOURCES:
        budget = next((f for m in BUDGETS if (f := ledger.at(m, source)) and f.quantity.value), None)
        outlay = ledger.at("执行数", source)
        if budget is not None:
            budgets[source] = budget
        if outlay is not None and outlay.quantity.value:
            spent[source] = outlay
    if not set(budgets) & set(spent):
        return
    for source in SOURCES:
        lone = budgets.get(source) if source not in spent else spent.get(source) if source not in budgets else None
        if lone is not None:
            lacks = "支出" if source in budgets else "预算"
            yield ledger.finding(f"{name(lone)}{show(lone)}，报告没有列该项资金的{lacks}。", lone)


@rule(
    id="F04",
    title="公务用车购置费与运行费疑填反或错列",
    category="F04",
    severity="warning",
    basis=("YSF-37",),
    advice="核对公务用车购置费、运行维护费的科目和金额。",
    needs=("“三公”经费支出明细",),
    fails=(
        "“三公”经费预算数为39.30万元，实际支出37.60万元。其中：公务用车购置预算37.60万元，«实际支出35.90万元»；"
        "公务用车运行费预算1.70万元，实际支出1.70万元。",
    ),
    passes=(
        "“三公”经费预算数为12.30万元，实际支出11.60万元。其中：公务用车购置预算0万元，实际支出0万元；"
        "公务用车运行费预算12.30万元，实际支出11.60万元。",
    ),
)
def cars(ledger: Ledger) -> Outcome:
    """购置费为运行费的五倍以上，购置费预算又恰等于“三公”经费实际合计的，疑有填反或错列；仅金额悬殊的作提示。"""
    bought, ran = ledger.at("执行数", "公车购置费"), ledger.at("执行数", "公车运行费")
    if bought is None or ran is None or not ran.quantity.value or bought.quantity.value < ran.quantity.value * FIVE:
        return
    total = ledger.at("执行数", "三公经费")
    planned = next((f for m in BUDGETS if (f := ledger.at(m, "公车购置费"))), None)
    same = total is not None and planned is not None and planned.quantity.value == total.quantity.value
    note = f"，且购置费预算{show(planned)}恰等于“三公”经费实际支出合计" if same and planned is not None else ""
    yield ledger.finding(
        f"公务用车购置费{show(bought)}，运行费仅{show(ran)}{note}，疑填反或错列。",
        bought, ran, *((planned, total) if same and planned is not None and total is not None else ()),
        severity="warning" if same else "info",
    )  # fmt: skip


@rule(
    id="H06",
    title="公用经费大于人员经费",
    category="B07",
    severity="info",
    basis=("STL-5",),
    advice="核实公用经费中是否列有项目性支出或编外人员经费。",
    fails=("全年基本支出预算4100.00万元，其中人员经费1500.00万元，«公用经费2600.00万元»。",),
    passes=("全年基本支出预算4100.00万元，其中人员经费2600.00万元，公用经费1500.00万元。",),
)
def running_costs(ledger: Ledger) -> Outcome:
    """行政事业单位的公用经费通常小于人员经费；反之可能把项目支出列入公用经费。"""
    for measure in ("执行数", *BUDGETS):
        staff, running = ledger.at(measure, "人员经费"), ledger.at(measure, "公用经费")
        if staff is not None and running is not None and running.quantity.value > staff.quantity.value > 0:
            yield ledger.finding(
                f"公用经费{show(running)}大于人员经费{show(staff)}，可能列有项目性支出。",
                running, staff, working=f"{show(running)}>{show(staff)}",
            )  # fmt: skip
            return


@rule(
    id="B04",
    title="基本、项目调整合计与载明的调整数不符",
    category="A01",
    severity="warning",
    basis=("YSF-75",),
    advice="分别列示基本支出、项目支出的调整数，与总的调整数核对一致。",
    needs=("年中追加（调减）指标文件",),
    consequence="amount",
    fails=(
        "年初预算数900.00万元，年中调增数80.00万元，全年预算数980.00万元。\n"
        "基本支出年初预算数为600.00万元，项目支出年初预算数为300.00万元。\n"
        "«基本支出全年预算数为580.00万元»，项目支出全年预算数为300.00万元。",
    ),
    passes=(
        "年初预算数900.00万元，年中调增数80.00万元，全年预算数980.00万元。\n"
        "基本支出年初预算数为600.00万元，项目支出年初预算数为300.00万元。\n"
        "基本支出全年预算数为650.00万元，项目支出全年预算数为330.00万元。",
    ),
)
def moves(ledger: Ledger) -> Outcome:
    """总的调整数应等于基本支出、项目支出各自调整数之和（I23）。"""
    up, down = ledger.at("调增数"), ledger.at("调减数")
    net = ledger.at("调整数")
    stated = net or up or down
    if stated is None:
        return
    told = (
        net.quantity.value if net else (up.quantity.value if up else Decimal(0)) - (down.quantity.value if down else 0)
    )
    pairs = [(ledger.at("年初预算数", s), ledger.at("全年预算数", s)) for s in ("基本支出", "项目支出")]
    firm = [(a, b) for a, b in pairs if a is not None and b is not None]
    if len(firm) < 2:
        return
    gaps = [b.quantity.value - a.quantity.value for a, b in firm]
    total = sum(gaps, Decimal(0))
    slack = sum((f.quantity.step for pair in firm for f in pair), stated.quantity.step)
    first, last = ledger.at("年初预算数"), ledger.at("全年预算数")
    own = last.quantity.value - first.quantity.value if first is not None and last is not None else told
    if min(abs(abs(total) - abs(told)), abs(total - own)) <= slack:
        return
    words = "、".join(f"{b.scope}{_move(g, b)}" for (_, b), g in zip(firm, gaps, strict=True))
    working = "；".join(
        f"{b.scope}{show(b)}−{show(a)}={show_value(g, b.quantity, decimals=2).replace('-', '−')}"
        for (a, b), g in zip(firm, gaps, strict=True)
    )
    yield ledger.finding(
        f"按分项的年初、全年预算测算，{words}，合计{_move(total, stated)}，与载明的{name(stated)}{show(stated)}不符。",
        firm[0][1], stated, *(f for pair in firm for f in pair), working=working, amount=abs(abs(total) - abs(told)),
    )  # fmt: skip


def _move(amount: Decimal, like: Fact) -> str:
    """A change in words: ``调增``, ``调减`` or ``未调整``."""
    if not amount:
        return "未调整"
    return ("调增" if amount > 0 else "调减") + show_value(abs(amount), like.quantity, decimals=2)
