"""Score sheets: weights and scores add up to the totals, nothing above its full marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import (
    HUNDRED,
    Sheet,
    added,
    scored,
    sheets,
    stated_weights,
    totals,
    weights_of,
    weights_total,
    without_execution,
)
from jihe_audit.scoring import completion_of
from jihe_audit.wording import plain, show
from jihe_extract.facts import Fact, ScoreRow

_LISTED = 3
"""Fewest marks in one sentence that are a list of all."""
_TABLE = (
    "| 一级指标 | 分值 | 得分 | 得分率 |\n|---|---|---|---|\n| 决策 | 20 | 17.5 | 87.50% |\n"
    "| 过程 | 30 | {process} | 90.00% |\n| 产出 | {output} | 46 | 92.00% |\n| 合计 | 100 | {total} | {rate} |\n"
)


def _table(process: str = "27", output: str = "50", total: str = "90.5", rate: str = "90.50%") -> str:
    return "附表：评价指标得分表\n" + _TABLE.format(process=process, output=output, total=total, rate=rate)


@rule(
    id="S01",
    title="指标权重之和不等于满分",
    category="D12",
    severity="error",
    basis=("CY10",),
    advice="补齐或调整各指标分值，使合计等于100分。",
    consequence="score",
    fails=(_table(output="«45»"),),
    passes=(_table(),),
)
def weights(ledger: Ledger) -> Outcome:
    """各指标分值之和应等于表中写明的总分值；未写明时应为100分，预算执行率的分值未列出的按地区包补足。"""
    for sheet in sheets(ledger):
        if len(sheet.weights) < 2:
            continue
        stated = stated_weights(ledger, sheet)
        if stated is not None:
            whole, rows = stated
            excess = added(weights_of(rows)) - whole.quantity.value
            if whole.quantity.value == HUNDRED and without_execution(ledger, sheet):
                continue
            odd = [r.weight for r in rows if excess and r.weight is not None and _restores(r, excess)]
            at = odd[0].quantity.span if len(odd) == 1 else None
            yield from relate(ledger, "I12", whole, [Try("sum", tuple(weights_of(rows)))], label="分值合计", at=at)
            yield from _other_totals(ledger, sheet, whole)
            continue
        total = weights_total(ledger, sheet)
        if total is None or total in {HUNDRED - p for p in ledger.pack.execution_points}:
            continue
        working = f"{len(sheet.weights)}项分值之和={plain(added(sheet.weights), _places(sheet.weights))}分"
        yield ledger.check("I12", "pass" if total == HUNDRED else "fail", working, sheet.weights)
        if total != HUNDRED and sheet.whole and len(sheet.rows) > 2:
            sure = bool(_holding(ledger, sheet))
            odd = [r.weight for r in sheet.rows if r.weight is not None and _restores(r, total - HUNDRED)]
            lead = odd if len(odd) == 1 else []
            if not (sure or lead or sheet.table is not None):
                continue
            yield ledger.finding(
                f"{working}，{'加上预算执行率后' if len(sheet.weights) < len(sheet.rows) else ''}为{plain(total, 2)}分，不等于100分。",
                *lead, *sheet.weights[:8], severity="error" if sure else "warning", working=working,
            )  # fmt: skip


def _other_totals(ledger: Ledger, sheet: Sheet, held: Fact) -> Iterator[Finding | Check]:
    """Further totals of weights in the table: full marks, or what was held and the points of the execution rate."""
    parts = added(weights_of(sheet.rows))
    due = {HUNDRED, parts, held.quantity.value, *(held.quantity.value + p for p in ledger.pack.execution_points)}
    for other in totals(ledger, "权重", sheet):
        if other.quantity.span != held.quantity.span and other.quantity.exact and other.quantity.value not in due:
            yield ledger.check("I12", "uncertain", show(other), (other, held))
            yield ledger.finding(
                f"分值合计另载明{show(other)}，与{show(held)}和满分100分都不符。", other, held, severity="warning"
            )


def _restores(row: ScoreRow, excess: Decimal) -> bool:
    """Whether the row's weight, rid of the excess, would agree with its score while as written it does not."""
    if row.weight is None or row.score is None:
        return False
    rate = completion_of(row)
    if rate is None and row.completion is not None and row.completion.quantity.exact:
        rate = row.completion.quantity.value
    due = min(rate, Decimal(1)) if rate is not None else Decimal(1)
    slack = max(row.score.quantity.step, Decimal("0.01"))
    w, s = row.weight.quantity.value, row.score.quantity.value
    return abs((w - excess) * due - s) <= slack < abs(w * due - s)


def _places(facts: Sequence[Fact]) -> int:
    return max((f.quantity.shown_decimals for f in facts), default=0)


def _holding(ledger: Ledger, sheet: Sheet) -> list[Fact]:
    """Totals that the scores do add up to: then no row was missed."""
    good = []
    for total in totals(ledger, "总分", sheet):
        weighing = weigh_try(ledger, total, Try("sum", tuple(sheet.scores))) if sheet.scores else None
        if weighing is not None and weighing.verdict in ("pass", "tail"):
            good.append(total)
    return good


def _odd_scores(sheet: Sheet, gap: Decimal) -> list[Fact]:
    """Scores that, mended by the gap, would be what their row is due, and as written are not."""
    found: list[Fact] = []
    for row in sheet.rows:
        if row.score is None or row.weight is None or not gap:
            continue
        rate = completion_of(row)
        due = row.weight.quantity.value * (min(rate, Decimal(1)) if rate is not None else Decimal(1))
        slack = max(row.score.quantity.step, Decimal("0.01"))
        if abs(row.score.quantity.value + gap - due) <= slack < abs(row.score.quantity.value - due):
            found.append(row.score)
    return found


def _told_as_weights(ledger: Ledger, total: Fact) -> bool:
    """Whether the sentence of a total speaks of full marks and of no marks given."""
    sentence = ledger.document.quote(ledger.sentence(total.quantity.span))
    return "分值" in sentence and "得分" not in sentence.replace("得分率", "")


@rule(
    id="S02",
    title="总分与各指标得分之和不符",
    category="E01",
    severity="error",
    basis=("CY10",),
    advice="逐项加总得分，更正总分或分项得分。",
    consequence="total",
    fails=(_table(total="«91.5»", rate="91.50%"),),
    passes=(_table(),),
)
def scores(ledger: Ledger) -> Outcome:
    """各指标得分相加应等于总分（表内合计和正文所述）。分值合计为满分时可断定各项齐全；否则只作疑点。"""
    for sheet in sheets(ledger):
        if len(sheet.scores) < 2:
            continue
        complete = len(sheet.weights) == len(sheet.rows) and added(sheet.weights) == HUNDRED
        for total in totals(ledger, "总分", sheet):
            groups = scored(ledger, sheet, total)
            short = total.quantity.value - added(sheet.scores)
            if not groups or (0 <= short <= HUNDRED - added(sheet.weights) and without_execution(ledger, sheet)):
                continue
            far = abs(added(sheet.scores) - total.quantity.value) > HUNDRED / 20
            if far and not complete and sheet.table is None and not _told_together(ledger, sheet, total):
                continue
            if (
                sheet.table is None
                and total.quantity.value == HUNDRED
                and total.quantity.value == weights_total(ledger, sheet)
            ):
                whole = _told_as_weights(ledger, total)
                if whole:
                    continue
            odd = _odd_scores(sheet, total.quantity.value - added(groups[0]))
            yield from relate(
                ledger, "I12", total, [Try("sum", scores) for scores in groups],
                cap="error" if complete or sheet.table is not None else "warning", label="总分",
                at=odd[0].quantity.span if len(odd) == 1 else None,
            )  # fmt: skip


def _told_together(ledger: Ledger, sheet: Sheet, total: Fact) -> bool:
    """Whether several marks are listed in the total's own sentence, or in the 其中 behind it."""
    near = [s for s in sheet.scores if ledger.together(total, s)]
    return len(near) == len(sheet.scores) >= _LISTED


@rule(
    id="S04",
    title="得分超出分值范围",
    category="E01",
    severity="error",
    basis=("CY10",),
    advice="核对该指标的分值和得分。",
    consequence="score",
    fails=(_table(process="«32»", total="95.5", rate="95.50%"),),
    passes=(_table(),),
)
def bounds(ledger: Ledger) -> Outcome:
    """得分不应高于分值，也不应为负数。"""
    for row in ledger.rows:
        if row.score is None or row.weight is None:
            continue
        s, w = row.score.quantity, row.weight.quantity
        holds = Decimal(0) <= s.value <= w.value
        if not (s.exact and w.exact):
            continue
        yield ledger.check(
            "S04", "pass" if holds else "fail", f"{show(row.score)}≤{show(row.weight)}", (row.score, row.weight)
        )
        if not holds:
            firm = row.table is not None or any(
                row in sheet.rows and weights_total(ledger, sheet) == HUNDRED for sheet in sheets(ledger)
            )
            yield ledger.finding(
                f"“{row.indicator}”得分{show(row.score)}，分值{show(row.weight)}，得分超出分值范围。",
                row.score, row.weight,
                severity="error" if firm else "warning", working=f"{show(row.score)}>{show(row.weight)}",
                score_delta=w.value - s.value if s.value > w.value else -s.value,
            )  # fmt: skip


@rule(
    id="S05",
    title="得分率与得分、分值不符",
    category="E01",
    severity="error",
    basis=("CY10",),
    advice="核对得分、分值后更正得分率。",
    fails=(_table(rate="«92.50%»"),),
    passes=(_table(),),
)
def score_rates(ledger: Ledger) -> Outcome:
    """得分率＝得分÷分值。"""
    for row in ledger.rows:
        rate = row.completion
        if rate is not None and rate.measure == "得分率" and row.score is not None and row.weight is not None:
            yield from relate(
                ledger, "I13", rate, [Try("rate", (row.score, row.weight))], label=f"“{row.indicator}”得分率"
            )
    for sheet in sheets(ledger):
        rates = totals(ledger, "得分率", sheet)
        scores_ = totals(ledger, "总分", sheet)
        weights_ = totals(ledger, "权重", sheet)
        if sheet.table is not None and rates and scores_ and weights_:
            yield from relate(ledger, "I13", rates[0], [Try("rate", (scores_[0], weights_[0]))], label="总得分率")
