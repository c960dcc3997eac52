"""What indicators came to: the right thing counted, no trivial excess, mid-year against year's end, not all full marks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import regex

from jihe_audit.caserows import filled, told_row
from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import percent
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoring import capped
from jihe_audit.wording import show
from jihe_extract.document import Span
from jihe_extract.facts import Fact, ScoreRow

ONE = Decimal(1)
_ADMITTED = "一、存在的问题\n部分项目执行偏慢，资料归档不够及时。\n二、改进措施\n加强调度。"
_MARKS = regex.compile(r"[^\p{Han}A-Za-z0-9]")
_VERBS = regex.compile(
    r"^(?:基本|全部|已|共|累计|新|全面|顺利|实际)*(?:建成|完成|完工|竣工|开工|建设|落实|实施|发放|改造|达到|通过)"
)


def _verbal(label: str) -> bool:
    """Whether a label only says that something was done (基本建成), not what."""
    return _VERBS.match(label.strip()) is not None


def _bigrams(text: str) -> set[str]:
    core = _MARKS.sub("", text)
    for filler in ("工作", "开展", "次数", "数量", "人数", "个数", "件数", "完成", "情况"):
        core = core.replace(filler, "·")
    return {core[i : i + 2] for i in range(len(core) - 1) if "·" not in core[i : i + 2]}


@rule(
    id="D02",
    title="完成值与指标名称不对应",
    category="E10",
    severity="warning",
    basis=("CY10",),
    advice="核对该指标的完成值是否误取其他指标，更正后重新计分。",
    needs=("业务台账",),
    consequence="score",
    fails=(
        told_row(
            title="开展督导检查工作",
            target="大于等于96次",
            mid="52次",
            told="受理信访案件",
            done="«93件»",
            rate="96.88%",
        ),
    ),
    passes=(told_row(), "棚户区改造目标任务420套，实际基本建成436套，完成率103.8%，得10分。"),
)
def mismatched(ledger: Ledger) -> Outcome:
    """完成值前的事项与指标名称没有共同用词，或目标值、完成值计量单位不同（人与人次、次与件），可能张冠李戴。"""
    for row in ledger.rows:
        actual, target = row.actual, row.target
        if actual is None or not row.indicator:
            continue
        label = ledger.document.quote(actual.label) if actual.label is not None else ""
        mine, told = _bigrams(row.indicator), _bigrams(label)
        foreign = len(told) > 1 and bool(mine) and not mine & told and row.origin == "prose"
        foreign = foreign and not (
            target is not None and target.quantity.unit == actual.quantity.unit and _verbal(label)
        )
        units = target is not None and target.quantity.unit != actual.quantity.unit and "" not in (
            target.quantity.unit, actual.quantity.unit,
        )  # fmt: skip
        if not foreign and not units:
            continue
        words = [f"“{row.indicator}”目标值{show(target)}" if target is not None else f"“{row.indicator}”"]
        words.append(f"完成值写的是“{label.strip()}{show(actual)}”" if foreign else f"完成值为{show(actual)}")
        words += ["与指标名称不对应"] if foreign else []
        words += ["计量单位不同"] if units else []
        yield ledger.finding("，".join(words) + "。", actual, *([target] if target else []))


@rule(
    id="S10",
    title="大幅超额完成",
    category="E07",
    severity="warning",
    basis=("CY10",),
    advice="分析超额原因；属年初指标值明显偏低的，适度调减得分并调整下年目标。",
    consequence="score",
    fails=(told_row(done="«504次»", rate="210%"),),
    passes=(told_row(), told_row(done="252次", rate="105%")),
)
def over(ledger: Ledger) -> Outcome:
    """完成值超过目标值达到提示线（地区包，默认130%）：未说明原因的作疑点；原因已说明的作提示。"""
    line = ledger.pack.over_completion
    for row in ledger.rows:
        t, v = row.target, row.actual
        if t is None or v is None or t.quantity.unit != v.quantity.unit or t.quantity.relation in ("le", "lt"):
            continue
        if not t.quantity.value or t.quantity.value < 0 or not v.quantity.exact:
            continue
        rate = v.quantity.value / t.quantity.value
        told = row.completion is not None and row.completion.quantity.value == ONE and not capped(ledger)
        if rate < line or told:
            continue
        marked = (
            row.score is not None and row.weight is not None and row.score.quantity.value == row.weight.quantity.value
        )
        explained = row.reason is not None and len(row.reason) > 4
        big = rate >= max(Decimal(2), line)
        yield ledger.finding(
            f"“{row.indicator}”目标值{show(t)}，完成值{show(v)}，为目标的{percent(rate, 0 if rate >= 2 else 1)}"
            f"{'，得满分' if marked else ''}{'，未说明原因' if not explained else ''}；年初目标值可能偏低。",
            v, t, *([row.score] if row.score else []), working=f"{show(v)}÷{show(t).lstrip('≥>')}={percent(rate)}",
            severity="warning" if big or not explained else "info",
        )  # fmt: skip


@rule(
    id="D07",
    title="年中值与年末值异常",
    category="E16",
    severity="warning",
    basis=("CY136",),
    advice="提供年中监控记录，核对年中、年末完成值。",
    needs=("绩效监控表",),
    fails=(
        told_row(
            "0分", title="公务接待费下降率", target="大于等于5%", mid="100%", done="«0%»", rate="0%", weight="8分"
        ),
    ),
    passes=(told_row(),),
)
def stages(ledger: Ledger) -> Outcome:
    """累计类指标年末值不应小于年中值；全部指标年中即已达到年末值的，监控或目标可能流于形式；下降率、节约率年中远高于年末的提请核实。"""
    both = [(r, r.mid_year, r.actual) for r in ledger.rows if r.mid_year is not None and r.actual is not None]
    both = [
        (r, m, v) for r, m, v in both if m.quantity.unit == v.quantity.unit and m.quantity.exact and v.quantity.exact
    ]
    equal = [r for r, m, v in both if m.quantity.value == v.quantity.value]
    if len(both) >= 4 and len(equal) == len(both):
        mids = [m for _, m, _ in both[:8]]
        yield ledger.finding(f"{len(both)}项指标的年中监控值与年末完成值全部相等，未见年中与年末的变化。", *mids)
    for row, mid, last in both:
        yield from _stage(ledger, row, mid, last)


def _stage(ledger: Ledger, row: ScoreRow, mid: Fact, last: Fact) -> Iterator[Finding | Check]:
    fell = last.quantity.value < mid.quantity.value
    if not fell:
        yield ledger.check("I20", "pass", f"年中{show(mid)}≤年末{show(last)}", (mid, last))
        return
    rate = mid.quantity.unit == "%"
    if rate and not (last.quantity.value == 0 or mid.quantity.value >= last.quantity.value * 2):
        return
    yield ledger.finding(f"“{row.indicator}”年中监控值{show(mid)}，年末{show(last)}，年末反而大幅低于年中。", last, mid)


@rule(
    id="S17",
    title="自评表全部满分",
    category="E09",
    severity="warning",
    basis=("CY10",),
    advice="对照自述问题和佐证材料重新评分。",
    consequence="score",
    fails=(filled(_ADMITTED, score="10").replace("| 20 | 20", "| 20 | «20»", 1),),
    passes=(
        filled(_ADMITTED),
        filled(score="10"),
    ),
)
def all_full(ledger: Ledger) -> Outcome:
    """八成以上分值的指标全部满分、无一扣分，而存在问题部分另有具体问题的，评分没有区分度。"""
    rows = [(r.score, r.weight) for r in ledger.rows if r.score is not None and r.weight is not None]
    if len(rows) < 8:
        return
    lost = [1 for s, w in rows if s.quantity.value < w.quantity.value]
    if not lost:
        heading = next(
            (b for b in ledger.document.blocks if b.kind == "heading" and "问题" in ledger.document.quote(b.span)), None
        )
        if heading is not None:
            span = Span(heading.span.start, heading.span.start + len(ledger.document.quote(heading.span).rstrip()))
            yield ledger.finding(f"{len(rows)}项指标全部满分，而报告另列存在问题。", rows[0][0], span)
