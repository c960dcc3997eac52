"""Surpluses, changed budgets and rates whose other figures stand elsewhere: verified, or doubted as slips."""

from __future__ import annotations

from collections.abc import Sequence

from jihe_audit.groups import distinct
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, digits, judged, settled, weighed
from jihe_extract.asserted.readings import CHANGES
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.paragraphstate import BUSINESS
from jihe_extract.prose.running import PART_OF_YEAR


@rule(
    id="N32",
    title="结余与收支之差疑有录入差错",
    category="A07",
    severity="warning",
    basis=("STL-83",),
    advice="核对收入、支出和结余，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "（一）收入。«全年总收入8632.47万元»。\n（二）支出。全年总支出7420.15万元，本期盈余1272.32万元。",
        "«合计到位5346.00万元»。\n截至年底，专项资金支出4918.32万元，其中甲类4061.32万元、乙类857.00万元。未支出425.68万元。",
    ),
    passes=(
        "（一）收入。全年总收入8632.47万元。\n（二）支出。全年总支出7420.15万元，本期盈余1212.32万元。",
        "合计到位5346.00万元。\n截至年底支出4918.32万元，其中甲类4061.32万元、乙类857.00万元。未支出427.68万元。",
        "（一）收入。全年总收入8632.47万元。\n（二）支出。全年总支出7420.15万元，提取专用基金后收支结余912.68万元。",
    ),
    late=True,
    by_slip=True,
)
def surplus(ledger: Ledger) -> Outcome:
    """收支结余（当年结余、本期盈余）应等于收入总额减支出总额，未支出数应等于到位（预算）总额减支出总额；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    named, unspent = ledger.rulebook.words["surplus"], ledger.rulebook.words["unspent"]
    tried = settled(ledger)
    places: list[list[SlipReading]] = []
    for left in ledger.extraction.facts:
        if left.quantity.unit != "CNY" or not left.quantity.exact or left.label is None or left.quantity.span in tried:
            continue
        label = ledger.document.quote(left.label).strip()
        both = named.search(label) is not None
        if not both and (unspent.search(label) is None or digits(left) < LONG_AMOUNT):
            continue
        scopes = _own(ledger) if both or not left.subject else [(left.subject, left.scope)]
        wholes = _levels_of(ledger, ("收入数",) if both else ("到位数", "全年预算数", "预算数"), scopes)
        place = [Try("sum", (spent, left)) for spent in _levels_of(ledger, ("执行数",), scopes)]
        places.append([r for whole in wholes for r in weighed(ledger, "sum", whole, place, is_open=False)])
    yield from judged(ledger, places)


def _own(ledger: Ledger) -> list[tuple[str, str]]:
    """Subjects and scopes that stand for the whole of what the report is about: also the fund that its title names."""
    return ledger.once(_own_subjects)


def _own_subjects(ledger: Ledger) -> list[tuple[str, str]]:
    title = ledger.document.text.lstrip()[:_TITLE].partition("\n")[0]
    named = {f.subject for f in ledger.extraction.facts if f.subject and f.subject in title}
    return [("", ""), ("", "项目支出"), *((s, "") for s in sorted(named))]


def _levels_of(ledger: Ledger, measures: Sequence[str], scopes: Sequence[tuple[str, str]]) -> list[Fact]:
    """This year's amounts of the measures and scopes, one for each value, the largest first."""
    found = [
        f for m in measures for scope in scopes for f in ledger.of_scope(*scope)
        if f.measure == m and f.quantity.unit == "CNY" and f.quantity.exact and f.period in ("", ledger.year)
    ]  # fmt: skip
    return sorted(distinct(found), key=lambda f: -f.quantity.value)[:MEANT]


_TITLE = 80
"""Characters of the report's first line in which its fund may be named."""
MEANT = 3
"""Most amounts of a report that a rate is tried on."""
LONG_RATE, LONG_AMOUNT, LONG_COUNT = 4, 4, 3
"""Fewest digits of a rate and of an amount that no chance brings together."""
LEAST_NAME = 4
LEFT = ("年末结转", "节约额", "上年结转")
BASES = (
    "全年预算数",
    "预算数",
    "总投资",
    "年初预算数",
    "到位数",
    "收入数",
    "执行数",
    "收支总计",
    "在职人数",
    "实有人数",
)


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
    by_slip=True,
)
def far_rates(ledger: Ledger) -> Outcome:
    """比率的分子紧靠其前、分母写在他处的，按报告中最近的几个总额核对；都不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = settled(ledger, stated=True)
    places: list[list[SlipReading]] = []
    for rate in ledger.rates:
        long = digits(rate) >= (LONG_RATE - 1 if _named(ledger, rate) else LONG_RATE)
        if not long or rate.quantity.span in tried or rate.measure in ("变动率", "调整率") or rate.quantity.in_points:
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
    near = [f for f in near if f.measure not in LEFT or f is near[0]]
    top = near[-1] if near else None
    if top is None or not top.quantity.exact or top.measure in CHANGES:
        return None
    if rate.label is not None and "分别" in ledger.document.quote(rate.label):
        return None  # 6笔、70.79万元，分别占抽查数的5%和2%: dealt out over several figures
    if PART_OF_YEAR.match(top.scope):
        return None
    long = {"CNY": LONG_AMOUNT, "人": LONG_COUNT}.get(top.quantity.unit)
    return top if long is not None and digits(top) >= long else None


def _bases(ledger: Ledger, rate: Fact, top: Fact) -> list[Fact]:
    """The report's totals and the amounts of the part's own scope, the nearest before first."""
    scopes = [*_own(ledger), (top.subject, top.scope), (rate.subject, rate.scope)]
    scopes += [(s, "") for s in ledger.subjects if top.subject and s != top.subject and _one_name(s, top.subject)]
    words = _named(ledger, rate)
    named = [f for f in ledger.extraction.facts if words and _ends_in(ledger, f, words)]
    found = named or [
        f for s in dict.fromkeys(scopes) for f in ledger.of_scope(*s)
        if f.measure in BASES or (s[1] and f.measure in (UNBOUND, BUSINESS))
    ]  # fmt: skip
    fit = [
        f for f in found
        if f.quantity.unit == top.quantity.unit and f.quantity.exact and f.quantity.value > top.quantity.value
        and f.quantity.span < top.quantity.span and f.period in ("", ledger.year)
    ]  # fmt: skip
    return distinct(sorted(fit, key=lambda f: f.quantity.span))[:MEANT]


@rule(
    id="N35",
    title="调整后预算与他处预算加调整数疑有录入差错",
    category="A01",
    severity="warning",
    basis=("STL-83",),
    advice="核对调整前预算、调整数和调整后预算，更正录入有误的一位数字。",
    consequence="amount",
    fails=("2024年部门预算收入4286.52万元。年中追加365.24万元，«调整预算数为4651.26万元»。",),
    passes=(
        "2024年部门预算收入4286.52万元。年中追加365.24万元，调整预算数为4651.76万元。",
        "2024年部门预算收入4286.52万元。年中追加365.24万元，调整预算数为5210.33万元。",
    ),
    late=True,
    by_slip=True,
)
def adjusted(ledger: Ledger) -> Outcome:
    """同句写有追加（调减）数的调整后预算，按他处的调整前预算加减核对；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    tried = settled(ledger)
    places: list[list[SlipReading]] = []
    for move in (*ledger.of_measure("调增数"), *ledger.of_measure("调减数")):
        near = [f for f in ledger.within(ledger.sentence(move.quantity.span)) if f.quantity.span > move.quantity.span]
        now = next((f for f in near if f.measure in ("全年预算数", "预算数") and f.quantity.unit == "CNY"), None)
        if now is None or move.quantity.span in tried or not move.quantity.exact or move.subject or move.scope:
            continue
        up = move.measure == "调增数"
        for base in _bases_before(ledger, move):
            whole, parts = (now, (base, move)) if up else (base, (now, move))
            places.append(list(weighed(ledger, "sum", whole, [Try("sum", parts)], is_open=False)))
    yield from judged(ledger, places)


def _bases_before(ledger: Ledger, move: Fact) -> list[Fact]:
    """The totals told before a change of the budget, the nearest first."""
    found = [
        f for m in ("年初预算数", "预算数", "收入预算数", "收入数") for f in ledger.of_measure(m)
        if not f.subject and not f.scope and f.quantity.exact and f.quantity.span < move.quantity.span
        and f.quantity.value > move.quantity.value
    ]  # fmt: skip
    return distinct(sorted(found, key=lambda f: f.quantity.span))[:MEANT]


def _named(ledger: Ledger, rate: Fact) -> str:
    """The words of the whole that a share names: ``占总投入的``."""
    words = ledger.document.quote(rate.label) if rate.label is not None else ""
    return words.rpartition("占")[2].strip(" 的比例重为：:") if "占" in words else ""


def _one_name(one: str, other: str) -> bool:
    """Whether two names of projects are one, told in full and in short (养老护理员培训, 护理员培训)."""
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST_NAME and long.endswith(short)


def _ends_in(ledger: Ledger, fact: Fact, words: str) -> bool:
    return (
        len(words) > 1 and fact.label is not None and ledger.document.quote(fact.label).strip(" 为：:").endswith(words)
    )
