"""How indicators are set: measurable, rightly filed, of every kind, of fair weight, in the right direction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import regex

from jihe_audit.caserows import filled, pipe, told_row
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import plain, show
from jihe_extract.facts import UNBOUND, Fact, ScoreRow


def _one_kind(*names: str, total: str = "部门整体支出绩效自评得分100分", more: str = "", points: str = "") -> str:
    """A table of indicators of one kind, none with its points, and a total; ``more`` heads a further column."""
    rows = (f"产出指标 | 数量指标 | {name} | ≥{n}次 | {n}次{points}" for n, name in enumerate(names, 4))
    head = f"一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值{more}"
    return pipe(head, *rows, before="附表：部门整体支出绩效自评表", after=f"四、评价结论\n{total}，等级为优。")


@rule(
    id="D04",
    title="指标归类不当",
    category="D07",
    severity="warning",
    basis=("CY101",),
    advice="按指标性质归类：数量、质量、时效、成本各归其类。",
    fails=(filled(cost="≥12次", cost_done="12次").replace("培训经费", "«培训经费»"),),
    passes=(filled(),),
)
def misfiled(ledger: Ledger) -> Outcome:
    """成本指标下填活动次数、人数；数量指标下填百分率；时效指标下填金额等。"""
    found: dict[str, list[tuple[ScoreRow, Fact]]] = {}
    known = ledger.rulebook.misfilings
    for row in ledger.rows:
        if len(row.path) < 2 or row.target is None:
            continue
        kind, unit = "".join(row.path[:-1]), row.target.quantity.unit
        wrong = next((m.id for m in known.values() if m.holds(kind, unit, row.indicator)), "")
        if wrong:
            found.setdefault(wrong, []).append((row, row.target))
    for wrong, rows in found.items():
        words = "、".join(f"“{row.indicator}”（{show(target)}）" for row, target in rows[:6])
        yield ledger.finding(
            f"{words}列在{known[wrong].label}之下，与指标性质不符。", *(row.name or target for row, target in rows[:8]),
            severity=known[wrong].severity,
        )  # fmt: skip


@rule(
    id="D03",
    title="指标值不可衡量",
    category="D03",
    severity="warning",
    basis=("CY88", "CY101"),
    advice="改为可量化的指标值，或给出分级标准；满意度应有数值、样本和问卷。",
    fails=(filled(effect="«有所改善»", effect_done="有所改善", pleased="比较满意", pleased_done="比较满意"),),
    passes=(filled(),),
)
def vague(ledger: Ledger) -> Outcome:
    """目标值只有“有所提升、进一步加强”一类用语的，无法衡量；集中报一条，列出各指标。"""
    wanting, pleasing = ledger.rulebook.words["vague_target"], ledger.rulebook.words["satisfaction"]
    rows = [
        r for r in ledger.rows
        if r.target is None and r.target_text is not None and wanting.search(ledger.document.quote(r.target_text))
    ]  # fmt: skip
    if not rows:
        return
    same = [r for r in rows if r.actual_text is not None and _same(ledger, r)]
    full = [
        r
        for r in rows
        if r.score is not None and r.weight is not None and r.score.quantity.value == r.weight.quantity.value
    ]
    names = "、".join(f"“{r.indicator}”" for r in rows[:6])
    spans = [r.target_text for r in rows[:8] if r.target_text is not None]
    points = sum((r.weight.quantity.value for r in rows if r.weight is not None), Decimal(0))
    yield ledger.finding(
        f"{len(rows)}项指标的目标值没有量化（{names}{'等' if len(rows) > 6 else ''}），合计{plain(points, 0)}分。",
        *spans, severity="warning" if len(rows) > 2 else "info",
    )  # fmt: skip
    pleased = [r for r in rows if pleasing.search(r.indicator)]
    if pleased and pleased[0].target_text is not None:
        yield ledger.finding(
            f"满意度指标（{'、'.join(r.indicator for r in pleased)}）没有数值。",
            *(r.target_text for r in pleased if r.target_text is not None), category="D14", title="满意度未量化",
        )  # fmt: skip
    if len(same) > 2 and len(full) == len(rows):
        texts = [r.actual_text for r in same[:8] if r.actual_text is not None]
        yield ledger.finding(
            f"{len(same)}项定性指标的完成值与目标值一字不差，且全部得满分，未附佐证。",
            *texts, category="E09", title="定性指标全部满分",
        )  # fmt: skip


def _same(ledger: Ledger, row: ScoreRow) -> bool:
    if row.target_text is None or row.actual_text is None:
        return False
    return ledger.document.quote(row.target_text).strip() == ledger.document.quote(row.actual_text).strip()


@rule(
    id="D08",
    title="时效指标空泛",
    category="D16",
    severity="info",
    basis=("CY88",),
    advice="写明完成节点，如“12月底前完成”。",
    fails=(filled(timing="«2023年»", timely="1年"),),
    passes=(filled(),),
)
def empty_timing(ledger: Ledger) -> Outcome:
    """时效指标的名称只是年度、指标值只是“1年”，没有信息。"""
    for row in ledger.rows:
        if "时效" in "".join(row.path[:-1]) and regex.fullmatch(r"20\d\d年?度?", row.indicator):
            yield ledger.finding(f"时效指标只写“{row.indicator}”，没有完成节点。", row.name or row.spans[0])


@rule(
    id="D01",
    title="指标设置不全",
    category="D01",
    severity="warning",
    basis=("CY101", "CY88"),
    advice="补设产出、效益、满意度等一级指标，逐项赋分值和得分。",
    fails=(
        _one_kind("«网格巡查次数»", "入户走访次数", "政策宣讲次数", "矛盾调处次数"),
        _one_kind(
            "网格巡查次数", "入户走访次数", "政策宣讲次数", "矛盾调处次数", total="«部门整体支出绩效自评得分100分»"
        ),
    ),
    passes=(
        filled(),
        _one_kind("网格巡查次数", "入户走访次数", "满意度回访次数", "矛盾调处次数", more=" | 核给数", points=" | 25"),
    ),
)
def incomplete(ledger: Ledger) -> Outcome:
    """指标只有一个类别（如只有数量指标），缺效益、满意度；或全部指标没有分值、得分而有总分。"""
    rows = [r for r in ledger.rows if r.indicator != "预算执行率"]
    if len(rows) < 4:
        return
    kinds = {p for r in rows for p in r.path[:-1] if p}
    blank = [r for r in rows if r.weight is None and r.score is None]
    total = ledger.at("总分")
    spots = [r.name or r.spans[0] for r in rows[:6]]
    if len(blank) == len(rows) and total is not None and not _unnamed_columns(ledger, rows):
        yield ledger.finding(
            f"{len(rows)}项指标均无分值、得分，而总分为{show(total)}，总分没有依据。", total, *spots,
            category="E13", title="只有总分没有分项",
        )  # fmt: skip
    words = "".join(kinds) + "".join(r.indicator for r in rows)
    seconds = {r.path[-2] for r in rows if len(r.path) >= 2 and r.path[-2]}
    if seconds and len(seconds) == 1 and not ledger.rulebook.words["beyond_output"].search(words):
        yield ledger.finding(
            f"{len(rows)}项指标全部为“{next(iter(seconds))}”，未设效益、满意度等指标。", *spots, title="缺少一级指标"
        )


def _unnamed_columns(ledger: Ledger, rows: Sequence[ScoreRow]) -> bool:
    """Whether the rows' tables hold a figure a row whose column nobody has named: it may be the points."""
    tables = [ledger.document.tables[n].span for n in sorted({r.table for r in rows if r.table is not None})]
    unnamed = [f for f in ledger.extraction.facts if f.measure == UNBOUND and f.origin == "sheet"]
    return sum(any(table.holds(f.quantity.span) for table in tables) for f in unnamed) >= len(rows)


@rule(
    id="D05",
    title="单一指标权重过高",
    category="D11",
    severity="warning",
    basis=("CY10",),
    advice="拆分指标，均衡赋分。",
    consequence="score",
    fails=(filled(patrol_points="«40»"),),
    passes=(filled(),),
)
def heavy(ledger: Ledger) -> Outcome:
    """三级指标分值超过提示线（地区包，默认30分）。"""
    rows = [r for r in ledger.rows if len(r.path) >= 3 and r.weight is not None]
    for row in rows:
        if row.weight is not None and row.weight.quantity.value > ledger.pack.heavy_weight:
            yield ledger.finding(f"“{row.indicator}”分值{show(row.weight)}，权重过高。", row.weight)


@rule(
    id="D06",
    title="指标方向不当",
    category="D06",
    severity="warning",
    basis=("CY88",),
    advice="改用办结率、下降率等能反映工作成效的指标。",
    fails=(told_row(title="受理信访案件", target="大于等于«10件»", mid="5件", done="11件", rate="110%"),),
    passes=(
        told_row(),
        told_row(title="审结案件数", target="大于等于9000件", mid="4000件", done="9100件", rate="101.11%"),
        told_row(title="诉前调解成功案件数", target="大于等于200件", mid="90件", done="210件"),
    ),
)
def backwards(ledger: Ledger) -> Outcome:
    """信访、投诉、事故等负面事件以“不少于若干件”为目标，件数越多得分越高，方向不当。"""
    words = ledger.rulebook.words
    for row in ledger.rows:
        if row.target is None or row.target.quantity.relation not in ("ge", "gt"):
            continue
        counted = words["adverse_unit"].fullmatch(row.target.quantity.unit)
        if counted and words["adverse_event"].search(row.indicator) and not words["handled"].search(row.indicator):
            yield ledger.finding(
                f"“{row.indicator}”以{show(row.target)}为目标，负面事件越多得分越高，指标方向可能不当。",
                row.target,
            )
