"""A set of reports: siblings that score alike indicators differently, share measured values, or name one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

import regex
from msgspec.structs import replace

from jihe_audit.caserows import batch, report, told_row
from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import percent
from jihe_audit.rule import Outcome, set_rule
from jihe_audit.scoring import met
from jihe_audit.wording import name, show
from jihe_extract.document import Span
from jihe_extract.facts import Fact, ScoreRow

MEASURED = 4
"""Significant digits from which two equal figures are no coincidence."""
SHARED = 3
"""Equal figures from which data were probably copied."""
_A, _B, _C = "南溪县水利局", "北陵县水利局", "东川县水利局"
_FIGURES = "全年预算数812.37万元，全年实际支出798.46万元，预算执行率98.29%。"


def _pleased(unit: str, share: str) -> str:
    return report(unit, told_row(title="居民满意度", target="大于等于90%", mid="88%", done=share, rate="106%"))


def _heads(money: str) -> str:
    return f"年末在职人员40人。公用经费决算支出{money}。"


def _unit(ledger: Ledger) -> str:
    return ledger.profile.unit or ledger.document.name


def _with(finding: Finding, other: Ledger, *where: Fact | Span) -> Finding:
    return replace(finding, evidence=(*finding.evidence, *(other.evidence(w) for w in where)))


def _by_indicator(ledgers: Sequence[Ledger]) -> dict[str, list[tuple[Ledger, ScoreRow]]]:
    found: dict[str, list[tuple[Ledger, ScoreRow]]] = {}
    for ledger in ledgers:
        for row in ledger.rows:
            core = regex.sub(r"[^\p{Han}A-Za-z0-9]", "", row.indicator)
            if len(core) >= 3:
                found.setdefault(core, []).append((ledger, row))
    return {k: v for k, v in found.items() if len({id(led) for led, _ in v}) > 1}


def _manner(row: ScoreRow) -> str:
    if row.score is None or row.weight is None or not row.weight.quantity.value or met(row) is not True:
        return ""
    return "满分" if row.score.quantity.value == row.weight.quantity.value else "按比例扣分"


@set_rule(
    id="M11",
    title="同类指标计分口径不一",
    category="E11",
    severity="warning",
    basis=("CY10",),
    advice="由主管部门统一同类指标的计分标准。",
    consequence="score",
    fails=(
        batch(
            report(
                _A,
                told_row(
                    "«11分»", title="培训经费", target="小于等于180万元", mid="80万元", done="165万元", rate="91.67%"
                ),
            ),
            report(_B, told_row(title="培训经费", target="小于等于200万元", mid="90万元", done="180万元", rate="90%")),
        ),
    ),
    passes=(batch(report(_A, told_row()), report(_B, told_row())),),
)
def scored_differently(ledgers: Sequence[Ledger]) -> Outcome:
    """同一批报告中，同名指标都达到目标而有的得满分、有的按比例计分，说明计分口径不一。"""
    for pairs in _by_indicator(ledgers).values():
        full = [(led, r) for led, r in pairs if _manner(r) == "满分"]
        part = [(led, r) for led, r in pairs if _manner(r) == "按比例扣分"]
        for (a, row), (b, other) in zip(part[:1], full[:1], strict=False):
            if row.score is None or row.weight is None or other.score is None or other.weight is None:
                continue
            says = (
                f"指标“{row.indicator}”：{_unit(a)}得{show(row.score)}（分值{show(row.weight)}），"
                f"{_unit(b)}得{show(other.score)}（分值{show(other.weight)}），均达到目标值而计分口径不同。"
            )
            yield _with(a.finding(says, row.score, row.weight), b, other.score, other.weight)


@set_rule(
    id="M02",
    title="多份报告的满意度等实测值完全相同",
    category="M02",
    severity="warning",
    basis=("CY10",),
    advice="抽查问卷、台账等佐证材料。",
    needs=("问卷及统计表",),
    fails=(batch(_pleased(_A, "96.4%"), _pleased(_B, "«96.4%»")),),
    passes=(batch(_pleased(_A, "96.4%"), _pleased(_B, "95.1%")),),
)
def same_measurements(ledgers: Sequence[Ledger]) -> Outcome:
    """不同单位的满意度等实测值带小数而完全相同，来源存疑。"""
    for pairs in _by_indicator(ledgers).values():
        seen: dict[Decimal, tuple[Ledger, ScoreRow]] = {}
        for ledger, row in pairs:
            v, t = row.actual, row.target
            if v is None or v.quantity.unit != "%" or not v.quantity.shown_decimals or v.quantity.value in (0, 1):
                continue
            if t is not None and t.quantity.value == v.quantity.value:
                continue
            if v.quantity.value in seen and seen[v.quantity.value][0] is not ledger:
                other, row2 = seen[v.quantity.value]
                if _unit(other) == _unit(ledger):
                    continue
                says = f"“{row.indicator}”的完成值，{_unit(other)}与{_unit(ledger)}均为{show(v)}，完全相同。"
                if row2.actual is not None:
                    yield _with(ledger.finding(says, v), other, row2.actual)
            seen.setdefault(v.quantity.value, (ledger, row))


@set_rule(
    id="M03",
    title="同类指标目标值差异过大",
    category="M03",
    severity="info",
    basis=("CY88",),
    advice="参考历史值和同类单位核定指标值。",
    fails=(batch(report(_A, told_row(target="大于等于«40次»", mid="20次", done="42次")), report(_B, told_row())),),
    passes=(batch(report(_A, told_row()), report(_B, told_row())),),
)
def targets_apart(ledgers: Sequence[Ledger]) -> Outcome:
    """同名指标的目标值在单位之间相差五倍以上。"""
    for pairs in _by_indicator(ledgers).values():
        rows = [(led, r.target) for led, r in pairs if r.target is not None and r.target.quantity.value > 0]
        rows = [
            (led, t)
            for led, t in rows
            if t.quantity.unit not in ("CNY", "%") and t.quantity.unit == rows[0][1].quantity.unit
        ]
        if len(rows) < 2:
            continue
        low, high = min(rows, key=lambda p: p[1].quantity.value), max(rows, key=lambda p: p[1].quantity.value)
        if high[1].quantity.value >= low[1].quantity.value * 5:
            says = (
                f"“{high[1].subject}”目标值：{_unit(high[0])}{show(high[1])}，{_unit(low[0])}{show(low[1])}，相差悬殊。"
            )
            yield _with(low[0].finding(says, low[1]), high[0], high[1])


def _telling(fact: Fact) -> bool:
    digits = "".join(c for c in fact.quantity.shown if c.isdigit()).strip("0")
    return fact.quantity.unit in ("CNY", "%") and fact.quantity.exact and len(digits) >= MEASURED


@set_rule(
    id="M09",
    title="两份报告多个数字完全相同",
    category="M01",
    severity="warning",
    basis=("CY10",),
    advice="核实是否复制了其他单位的数据。",
    fails=(batch(report(_A, _FIGURES), report(_B, "«全年预算数812.37万元»" + _FIGURES[11:])),),
    passes=(
        batch(report(_A, _FIGURES), report(_B, "全年预算数655.21万元，全年实际支出641.78万元，预算执行率97.95%。")),
    ),
)
def copied_figures(ledgers: Sequence[Ledger]) -> Outcome:
    """两个单位的报告中有三个以上同名且带小数的金额、比率完全相同。"""
    for a, b in combinations(ledgers, 2):
        if _unit(a) == _unit(b):
            continue
        mine = {(f.measure, f.quantity.value): f for f in a.extraction.facts if f.measure != "未定" and _telling(f)}
        both = [
            (mine[k], f) for f in b.extraction.facts if _telling(f) and (k := (f.measure, f.quantity.value)) in mine
        ]
        values = {f.quantity.value for f, _ in both}
        if len(values) >= SHARED:
            words = "、".join(f"{name(f)}{show(f)}" for f, _ in both[:4])
            says = f"{_unit(a)}与{_unit(b)}有{len(values)}个数字完全相同：{words}等。"
            yield _with(b.finding(says, *(g for _, g in both[:6])), a, *(f for f, _ in both[:6]))


@set_rule(
    id="T04s",
    title="文中出现其他单位名称",
    category="L04",
    severity="warning",
    basis=("CY10",),
    advice="核实是否从其他单位报告移来，更正名称。",
    consequence="text",
    fails=(batch(report(_A, "«北陵县水利局»负责防汛工作。"), report(_B, "本局负责防汛工作。")),),
    passes=(batch(report(_A, "本局负责防汛工作。"), report(_B, "本局负责防汛工作。")),),
)
def foreign_names(ledgers: Sequence[Ledger]) -> Outcome:
    """同一批报告中，甲单位的报告出现乙单位的名称，而乙单位与甲单位无隶属关系，疑为复制残留。"""
    for ledger in ledgers:
        own = (ledger.profile.unit, *ledger.profile.aliases)
        for other in ledgers:
            if other is ledger or other.profile.unit == ledger.profile.unit:
                continue
            names = [n for n in (other.profile.unit, *other.profile.aliases) if len(n) >= 4]
            yield from _foreign(ledger, other, names, own)


def _foreign(ledger: Ledger, other: Ledger, names: list[str], own: tuple[str, ...]) -> Iterator[Finding | Check]:
    for foreign in names:
        if any(foreign in o or (o and o in foreign) for o in own):
            continue
        at = ledger.document.text.find(foreign)
        if at >= 0:
            span = Span(at, at + len(foreign))
            yield ledger.finding(f"{_unit(ledger)}的报告中出现其他单位名称“{foreign}”，疑为复制残留。", span)
            return


@set_rule(
    id="C11",
    title="上年数与上年报告不一致",
    category="A07",
    severity="warning",
    basis=("STL-83",),
    advice="与上年决算批复核对。",
    needs=("上年决算批复",),
    fails=(
        batch(
            report(_A, "«2022年度决算支出655.21万元»，2023年度决算支出701.44万元。"),
            report(_A, "2022年度决算支出641.78万元。", year="2022"),
        ),
    ),
    passes=(
        batch(
            report(_A, "2022年度决算支出641.78万元，2023年度决算支出701.44万元。"),
            report(_A, "2022年度决算支出641.78万元。", year="2022"),
        ),
    ),
)
def last_year(ledgers: Sequence[Ledger]) -> Outcome:
    """本年报告所列上年数，应与同一单位上年报告的本年数一致。"""
    for now in ledgers:
        for before in ledgers:
            if not (now.year.isdigit() and before.year.isdigit()) or now.profile.unit != before.profile.unit:
                continue
            if int(before.year) != int(now.year) - 1:
                continue
            for key, group in now.groups.items():
                if key[3] != before.year or group.best is None:
                    continue
                old = before.at(key[0], key[2], key[1])
                if old is None or old.quantity.unit != group.best.quantity.unit:
                    continue
                gap = abs(old.quantity.value - group.best.quantity.value)
                if gap > old.quantity.step + group.best.quantity.step:
                    says = f"{name(group.best)}本年报告列{show(group.best)}，上年报告为{show(old)}。"
                    yield _with(now.finding(says, group.best), before, old)


@set_rule(
    id="M04",
    title="人均支出明显偏离同类单位",
    category="M04",
    severity="info",
    basis=("STL-21",),
    advice="比对定额标准，核实支出口径和人数口径。",
    fails=(
        batch(
            report(_A, _heads("400.00万元").replace("公用", "«公用").replace("元。", "元»。")),
            report(_B, _heads("80.00万元")),
            report(_C, _heads("110.00万元")),
        ),
    ),
    passes=(batch(report(_A, _heads("90.00万元")), report(_B, _heads("80.00万元")), report(_C, _heads("110.00万元"))),),
)
def per_head(ledgers: Sequence[Ledger]) -> Outcome:
    """同一批单位（三个以上）人均公用经费、人均人员经费偏离中位数一倍以上。"""
    for scope in ("公用经费", "人员经费"):
        rates: list[tuple[Decimal, Ledger, Fact]] = []
        for ledger in ledgers:
            money = ledger.first(("执行数", "全年预算数"), scope)
            heads = ledger.first(("在职人数", "实有人数"))
            if money is not None and heads is not None and heads.quantity.value > 0:
                rates.append((money.quantity.value / heads.quantity.value, ledger, money))
        if len(rates) < 3:
            continue
        middle = sorted(r for r, _, _ in rates)[len(rates) // 2]
        for rate, ledger, money in rates:
            if middle and (rate > middle * 2 or rate * 2 < middle):
                says = f"人均{scope}{rate / 10000:.2f}万元，为同批单位中位数{middle / 10000:.2f}万元的{percent(rate / middle, 0)}。"
                yield ledger.finding(says, money)
