"""Figures that cannot be: rates above their bound, rates that no count reaches, negative people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show
from jihe_extract.facts import UNBOUND, Fact, ScoreRow

ONE = Decimal(1)
CAPPED = ("满意度", "办结率", "利用率", "占比")
NAMES = (
    "满意度",
    "满意率",
    "合格率",
    "办结率",
    "覆盖率",
    "及时率",
    "达标率",
    "完好率",
    "参与率",
    "知晓率",
    "回复率",
    "公开率",
    "准确率",
    "成活率",
    "优良率",
    "合规率",
)


@rule(
    id="N12",
    title="不可能的数值",
    category="A08",
    severity="error",
    basis=("CY10",),
    advice="核对该数值。",
    fails=("经问卷调查，«群众满意度105%»。",),
    passes=("经问卷调查，群众满意度95%。", "全年培训完成率120%。"),
)
def impossible(ledger: Ledger) -> Outcome:
    """满意度、合格率、办结率、占比等不可能超过100%；人数、户数不可能为负。"""
    for fact in ledger.extraction.facts:
        q = fact.quantity
        if not q.exact:
            continue
        over = q.unit == "%" and q.value > ONE and (fact.measure in CAPPED or _named(fact))
        below = q.unit in ("人", "名", "户", "人次", "家") and q.value < 0 and fact.measure not in ("增减额", UNBOUND)
        if over and fact.measure not in ("完成率", "偏差率", "变动率"):
            yield ledger.finding(
                f"{name(fact)}为{show(fact)}，不可能超过100%。", fact, severity="error" if fact.sure else "warning"
            )
        elif below and fact.measure not in ("增加人数", "减少人数"):
            yield ledger.finding(f"{name(fact)}为{show(fact)}，人数（户数）不可能为负。", fact, severity="warning")


ASKED = ("受理", "收到", "发放", "回收", "调查", "抽查", "抽样", "问卷", "交办")
"""Words that make a count the number out of which a rate is taken."""


def _named(fact: Fact) -> bool:
    return fact.measure in ("完成值", "目标值", "监控值") and fact.subject.endswith(NAMES)


def _rate_of(row: ScoreRow) -> Fact | None:
    actual = row.actual
    if actual is None or actual.quantity.unit != "%" or not actual.quantity.exact:
        return None
    return actual if row.indicator.endswith(NAMES) else None


def _core(text: str) -> str:
    for word in (*NAMES, "受益", "服务对象", "人员", "群众"):
        text = text.replace(word, "")
    return text


COUNTED = ("件", "份", "人", "户", "个", "项", "次", "家", "名", "起", "条")
"""Units of what such a rate is a share of."""
ASKED_UNITS = ("份", "人", "户", "名", "位")
"""Units of those who were asked whether they are content."""

ASPECTS = 2
"""Rates of satisfaction in a sentence from which on they are those of its aspects."""


def _told_counts(ledger: Ledger) -> list[Fact]:
    """Counts of several things that are neither marks nor staff nor an indicator's figures."""
    units = {*COUNTED, *ASKED_UNITS}
    others = ("权重", "得分", "编制数", "实有人数", "在职人数", "目标值", "完成值", "监控值")
    return [
        f for f in ledger.extraction.facts
        if f.quantity.unit in units and f.quantity.exact and f.quantity.value >= 2 and f.measure not in others
    ]  # fmt: skip


def _counts(ledger: Ledger, rate: Fact, title: str) -> list[Fact]:
    """Counts that the rate is a share of: in its sentence, or where its name's core stands."""
    core = _core(title)
    pieces = {core[i : i + 4] for i in range(max(len(core) - 3, 0))}
    found: list[Fact] = []
    units = ASKED_UNITS if rate.measure == "满意度" or "满意" in title else COUNTED
    for fact in ledger.once(_told_counts):
        if fact.quantity.unit not in units:
            continue
        if fact.measure == "样本数" and fact.scope.endswith("满意"):
            continue  # what the rate counts, not what it is a share of
        label = ledger.document.quote(fact.quote)
        asked = fact.measure == "样本数" or any(word in label for word in ASKED)
        near = asked and ledger.together(rate, fact)
        if near or (pieces and any(p in label for p in pieces)):
            found.append(fact)
    return found


def _borne_out(ledger: Ledger, rate: Fact) -> bool:
    """Whether two counts of the rate's own sentence give it: then those are what it is a share of."""
    group = ledger.sentence(rate.quantity.span, "。\n")
    near = [f for f in ledger.within(group) if f.quantity.unit in COUNTED and f.quantity.exact and f.quantity.value]
    return any(
        a is not b and a.quantity.unit == b.quantity.unit and reachable(rate, b.quantity.value)
        and abs(a.quantity.value / b.quantity.value - rate.quantity.value) <= rate.quantity.step
        for a in near for b in near
    )  # fmt: skip


def reachable(rate: Fact, count: Decimal) -> bool:
    """Whether some whole number out of ``count`` rounds (or is cut off) to the rate."""
    q = rate.quantity
    low, high = (q.value - q.step / 2) * count, (q.value + q.step) * count
    return int(high) >= low or int(low) == low


@rule(
    id="N15",
    title="百分率与件数（样本数）不可能对应",
    category="A19",
    severity="warning",
    basis=("CY10",),
    advice="提供办理（调查）台账，核对件数和百分率。",
    needs=("业务台账", "问卷统计表"),
    fails=("全年共受理群众来信20件，«办结率97.30%»。",),
    passes=(
        "全年共受理群众来信20件，办结率95.00%。",
        "抽查120户，发现问题18户，问题率15%；整改到位17户，整改率94.44%。",
        "信访受理156件，办结152件，办结率97.44%；热线工单1,286件，按时办结1,279件，按时办结率99.46%。",
    ),
)
def unreachable(ledger: Ledger) -> Outcome:
    """办结率、满意度等必为某个整数除以总件数（样本数）；已知总数时，凡任何整数都除不出的百分率都提示。"""
    pairs: list[tuple[Fact, str]] = [(f, row.indicator) for row in ledger.rows if (f := _rate_of(row)) is not None]
    pairs += [(f, "") for f in ledger.extraction.facts if f.measure in ("办结率", "满意度") and f.quantity.exact]
    for rate, title in pairs:
        if rate.quantity.value in (0, ONE) or rate.quantity.value > ONE:
            continue
        yield from _unreachable(ledger, rate, title)


def _unreachable(ledger: Ledger, rate: Fact, title: str) -> Iterator[Finding | Check]:
    group = ledger.within(ledger.sentence(rate.quantity.span, "。\n"))
    if sum(f.measure == "满意度" for f in group) > ASPECTS:
        return  # of several aspects: means of marks, not shares of those asked
    counts = [c for c in _counts(ledger, rate, title) if c.quantity.value <= 10 / rate.quantity.step]
    if not counts or any(reachable(rate, c.quantity.value) for c in counts) or _borne_out(ledger, rate):
        return
    count = counts[0]
    n = int(count.quantity.value)
    k = int(rate.quantity.value * n)
    around = "、".join(f"{i}/{n}={Decimal(i) / n * 100:.2f}%" for i in (k, k + 1) if i <= n)
    yield ledger.check("I21", "fail", around, (rate, count))
    yield ledger.finding(
        f"“{title or name(rate)}”为{show(rate)}，而前文共{show(count)}，最接近的只有{around}，无法得到{show(rate)}。",
        rate, count, working=around,
    )  # fmt: skip
