"""Grades: the word that the score's band gives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.scoresheets import (
    HUNDRED,
)
from jihe_audit.wording import plain, show
from jihe_extract.facts import SURE, Fact


@rule(
    id="S12",
    title="等级与得分不符",
    category="E02",
    severity="error",
    basis=("CY10",),
    advice="按等级划分标准核定等级；另有地方标准的，附文号。",
    consequence="grade",
    fails=(
        "本年自评得分86.75分，评价等级为“«优»”。",
        "经综合评定，得86.75分，合计扣13.25分，绩效等级“«优»”。",
    ),
    passes=(
        "本年自评得分86.75分，评价等级为“良”。",
        "经综合评定，得86.75分，合计扣13.25分，绩效等级“良”。",
        "经综合评定，该指标得8.60分，项目等级为“良”。",
    ),
)
def grade(ledger: Ledger) -> Outcome:
    """总分所在分数段应与所评等级一致（分数段取自地区包，默认90/80/60）。"""
    for claim in ledger.claims:
        if claim.kind != "grade" or not claim.operands:
            continue
        score = claim.operands[0]
        band = ledger.pack.band_of(claim.word)
        value = score.quantity.value
        if band is None or value > HUNDRED or not score.quantity.exact:
            continue
        due = ledger.pack.grade(value)
        working = f"{show(score)}应为“{due.words[0]}”" if due else ""
        holds = due is not None and due.words == band.words
        yield ledger.check("I14", "pass" if holds else "fail", working, (score,))
        if not holds and due is not None:
            yield ledger.finding(
                f"得分{show(score)}，评为“{claim.word}”；按{ledger.pack.told(ledger.year)}应为“{due.words[0]}”。",
                claim.span, score, working=working,
                severity="error" if claim.trust >= SURE else "warning",
            )  # fmt: skip
        elif due is not None and due.least > 0 and value - due.least < Decimal("0.5"):
            yield from _edge(ledger, score, due.least)


def _edge(ledger: Ledger, score: Fact, line: Decimal) -> Iterator[Finding | Check]:
    yield ledger.finding(
        f"得分{show(score)}距等级分界{plain(line, 0)}分仅{plain(score.quantity.value - line, 2)}分，任一指标得分更正都可能改变等级。",
        score, severity="info", title="得分临界",
    )  # fmt: skip
