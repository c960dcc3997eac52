"""Words of direction: up or down as the figures go, amount and rate alike."""

from __future__ import annotations

from itertools import pairwise

import regex

from jihe_audit.changing import of_two_times
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, agrees, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show
from jihe_extract.asserted.readings import NAMED
from jihe_extract.facts import SURE, Claim, Fact

_IS_RATE = regex.compile(r"增长率(?:为|是)?[-－−—]")


@rule(
    id="N18",
    title="同句增减方向不一致",
    category="A15",
    severity="warning",
    basis=("STL-83",),
    advice="核对增减方向，统一用语。",
    fails=("财政拨款支出决算1530.75万元，«较上年减少86.65万元»，增长6.00%。",),
    passes=("财政拨款支出决算1530.75万元，较上年增加86.65万元，增长6.00%。",),
)
def two_directions(ledger: Ledger) -> Outcome:
    """同一句中增减额和增减率的方向用语应当一致。"""
    moves = [c for c in ledger.claims if c.kind in ("difference", "growth") and c.word in ("up", "down") and c.stated]
    for first, second in pairwise(moves):
        if first.kind != "difference" or second.kind != "growth" or first.word == second.word:
            continue
        if first.stated is None or second.stated is None or second.span.start - first.span.end > 4:
            continue
        if (first.scope, first.subject) == (second.scope, second.subject) and first.stated.quantity.value:
            yield ledger.finding(
                f"增减额{show(first.stated)}与增减率{show(second.stated)}的方向用语相反。", first.stated, second.stated
            )


def _of_whole(ledger: Ledger, stated: Fact, base: Fact) -> bool:
    """Whether the rate is that of an earlier figure of the sentence (支出90万元，其中甲30万元，比上年的80万元增长12.5%)."""
    return any(
        told.kind == "growth" and told.word == NAMED and told.operands[-1].quantity.span == base.quantity.span
        and told.stated is not None and told.stated.quantity.span == stated.quantity.span
        and agrees(ledger, stated, Try("change", told.operands))
        for told in ledger.extraction.supposed
    )  # fmt: skip


def _compared(ledger: Ledger, claim: Claim, stated: Fact) -> list[Fact]:
    """The figure of a change and the one it is compared with, where both stand before it and differ by just that much.

    ``全年预算5566.72万元，较年初预算5376.32万元增加190.40万元``: the words name one of them only.
    """
    if claim.kind != "difference" or len(claim.operands) != 1:
        return []
    base = claim.operands[0]
    for told in ledger.extraction.supposed:
        if told.kind != "difference" or told.stated is None or told.stated.quantity.span != stated.quantity.span:
            continue
        others = [o for o in told.operands if o.quantity.span < base.quantity.span]
        weighing = weigh_try(ledger, stated, Try("sum", told.operands, (1, -1), absolute=True))
        if len(told.operands) != 2 or len(others) != 1 or weighing is None or weighing.verdict != "pass":
            continue
        between = ledger.document.text[others[0].quantity.span.end : base.quantity.span.start]
        if ledger.rulebook.words["compared"].search(between):
            return [others[0], base]
    return []


@rule(
    id="N16",
    title="方向用语与数字相反",
    category="A15",
    severity="error",
    basis=("STL-83",),
    advice="核对增减方向，更正用语或数字。",
    fails=(
        "三公经费决算14.60万元，较预算18.00万元«增加3.40万元»。",
        "全年预算2571.80万元，较年初预算2455.40万元«减少116.40万元»。",
    ),
    passes=(
        "三公经费决算14.60万元，较预算18.00万元减少3.40万元。",
        "全年预算2571.80万元，较年初预算2455.40万元增加116.40万元。",
        "年初预算2571.80万元，全年支出2455.40万元，减少116.40万元。",
        "与上年的336.69万元相比，本年支出400.86万元，净增64.17万元，增幅19.06%。",
        "三公经费预算23.00万元，支出19.46万元，较预算节约3.54万元。",
        "全年预算5566.72万元，年初预算5757.12万元；全年预算较5376.32万元的上年预算增加190.40万元。",
    ),
)
def directions(ledger: Ledger) -> Outcome:
    """“增加”“减少”等用语应与前后两数的大小一致；用语已含方向而数字又带负号的，语义反转，一并提示。"""
    for claim in ledger.claims:
        stated = claim.stated
        if stated is None or claim.kind not in ("difference", "growth") or claim.word not in ("up", "down"):
            continue
        if stated.quantity.value < 0 and _IS_RATE.search(ledger.document.quote(claim.span)):
            continue  # 自然增长率-1.2‰
        if stated.quantity.value < 0:
            yield ledger.finding(
                f"用语已表示{'增加' if claim.word == 'up' else '减少'}，数字又带负号（{show(stated)}），方向表述相反。",
                stated, severity="warning",
            )  # fmt: skip
            continue
        pair = [o for o in claim.operands if o.measure not in ("增减额", "节约额") and not o.quantity.in_points]
        if len(pair) != 2 and not stated.quantity.in_points:
            pair = [o for t in of_two_times(ledger, claim, stated)[:1] for o in t.operands]
        if len(pair) != 2 and not stated.quantity.in_points:
            pair = _compared(ledger, claim, stated)
        pair = [o for o in pair if o.quantity.relation not in ("inc", "dec")]  # 净增64万元 is itself a change
        if len(pair) != 2 or pair[0].quantity.unit != pair[1].quantity.unit:
            continue
        now, base = pair
        if now.quantity.value == base.quantity.value:
            continue
        sure = claim.trust >= SURE and now.sure and base.sure
        rising = now.quantity.value > base.quantity.value
        if rising != (claim.word == "up") and not _of_whole(ledger, stated, base):
            yield ledger.finding(
                f"{name(now)}{show(now)}{'大于' if rising else '小于'}对比数{show(base)}，用语却为"
                f"“{'增加' if claim.word == 'up' else '减少'}”。",
                stated, now, base, severity="error" if sure else "warning",
                working=f"{show(now)}{'>' if rising else '<'}{show(base)}",
            )  # fmt: skip
