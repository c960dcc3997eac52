"""Where the money came from and what was left: sources, carry-over, what the names of projects give away."""

from __future__ import annotations

from jihe_audit.caserows import funds
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.facts import Fact
from jihe_extract.prose.words import load_words

LEVELS = ("上级安排", "中央资金", "省级资金")


@rule(
    id="A11",
    title="列有结转结余，而执行率为100%",
    category="A11",
    severity="warning",
    basis=("STL-40", "STL-83"),
    advice="核实结转资金是否计入全年预算数，还原口径后重算执行率和得分。",
    needs=("部门收支决算总表", "项目支付明细"),
    consequence="score",
    fails=(
        "全年预算数1260.50万元，全年实际支出1260.50万元，预算执行率100%。\n"
        "年中结转以前年度项目资金，金额22.00万元，实际支出1.30万元，«年末结转20.70万元»。",
    ),
    passes=("全年预算数1260.50万元，全年实际支出1239.80万元，预算执行率98.36%，年末结转20.70万元。",),
)
def left_over(ledger: Ledger) -> Outcome:
    """总执行率为100%而另处列有年末结转（结余），说明结转资金未计入全年预算，执行率可能虚高。"""
    whole = [
        f
        for f in ledger.extraction.facts
        if f.measure in ("执行率", "完成预算比") and not (f.scope or f.subject or f.period) and f.quantity.value == 1
    ]
    if not whole:
        return
    for fact in ledger.extraction.facts:
        q = fact.quantity
        if fact.measure != "年末结转" or fact.period or q.unit != "CNY" or q.value <= 0 or not q.exact:
            continue
        who = f"“{fact.subject}”" if fact.subject else ""
        yield ledger.finding(
            f"{who}结转（结余）{show(fact)}，而总执行率为{show(whole[0])}，结转资金可能未计入全年预算数。",
            fact, whole[0], amount=q.value,
        )  # fmt: skip
        return


@rule(
    id="A05",
    title="资金来源漏列",
    category="A05",
    severity="warning",
    basis=("YSF-75",),
    advice="在资金来源中补列，核对各来源之和。",
    consequence="amount",
    fails=("«国有资本经营预算支出2.40万元»，用于退休人员管理。\n" + funds(),),
    passes=("政府性基金预算支出62.50万元，用于设施维护。\n" + funds(),),
)
def unlisted(ledger: Ledger) -> Outcome:
    """正文列有某项资金来源的支出，而自评表“按收入性质分”中没有该项，其余各项之和却已等于合计。"""
    head = ledger.at("预算数", "按收入性质分")
    if head is None:
        return
    scopes = load_words().scopes
    told = [
        f for f in ledger.among("执行数")
        if f.scope in scopes and scopes[f.scope].axis == "来源" and not f.subject and f.quantity.value
        and f.scope not in ("财政拨款", "其他资金", "单位资金")
    ]  # fmt: skip
    if not told:
        return
    listed = [f for f in ledger.among("预算数") if ledger.together(head, f) and f is not head]
    names = {f.scope for f in listed}
    for spent in (f for f in told if f.scope not in names) if _adds_up(head, listed) else ():
        yield ledger.finding(
            f"正文列有{spent.scope}支出{show(spent)}，自评表按收入性质列示的各项来源中没有该项，而各项之和已等于{show(head)}。",
            spent, head,
        )  # fmt: skip


def _adds_up(head: Fact, listed: list[Fact]) -> bool:
    scopes = load_words().scopes
    of = [f.quantity.value for f in listed if f.scope in scopes and scopes[f.scope].axis == "来源"]
    return bool(of) and abs(sum(of) - head.quantity.value) <= head.quantity.step


@rule(
    id="A13",
    title="资金来源与项目名称矛盾",
    category="A13",
    severity="warning",
    basis=("YSF-75",),
    advice="按指标文号还原资金级次，更正来源数。",
    needs=("指标文件",),
    consequence="amount",
    fails=(
        "2023年年初安排预算数为300.00万元，其中：«上级安排0万元»、本级安排300.00万元。具体包括：自治区基层组织建设资金25.50万元、社区运转经费274.50万元。",
    ),
    passes=(
        "2023年年初安排预算数为300.00万元，其中：上级安排25.50万元、本级安排274.50万元。具体包括：自治区基层组织建设资金25.50万元、社区运转经费274.50万元。",
    ),
)
def higher_names(ledger: Ledger) -> Outcome:
    """上级（中央、自治区、省级）资金写为0，而所列项目名称带有“中央”“自治区”“省级”字样。"""
    none = next(
        (
            f
            for f in ledger.extraction.facts
            if f.scope in LEVELS and not f.quantity.value and f.quantity.unit == "CNY" and not f.period
        ),
        None,
    )
    some = any(f.scope in LEVELS and f.quantity.value for f in ledger.extraction.facts if f.quantity.unit == "CNY")
    if none is None or some:
        return
    named = {
        f.subject: f
        for f in ledger.extraction.facts
        if f.subject
        and f.quantity.unit == "CNY"
        and f.quantity.value
        and ledger.rulebook.words["higher_level"].search(f.subject)
    }
    if named:
        words = "、".join(f"“{s}”{show(f)}" for s, f in list(named.items())[:4])
        yield ledger.finding(
            f"{none.scope}写为{show(none)}，而列有{words}，来源表述矛盾。", none, *list(named.values())[:6]
        )
