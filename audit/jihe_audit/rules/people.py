"""Staff: establishment against heads, increases and decreases with their causes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import note_relation
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.facts import Fact

NEAR = 80
"""Characters within which an increase and a decrease are told in one breath."""


@rule(
    id="P01",
    title="实有人数超过编制数",
    category="P01",
    severity="warning",
    basis=("BZ-6",),
    advice="区分编内、编外、借调人员口径，核对机构编制实名制台账。",
    needs=("机构编制批复文件", "人员花名册"),
    fails=("我单位编制数46人，实有人数50人，其中：«在职50人»。",),
    passes=(
        "我单位编制数50人，实有人数47人，其中：在职45人，退休2人。",
        "年末在职43人，公车编制2辆，实有2辆。",
    ),
)
def establishment(ledger: Ledger) -> Outcome:
    """在职（实有）人数大于编制数的，可能含编外、借调人员，也可能口径不一，提请核实。"""
    establishment_ = ledger.first(("编制数",))
    heads = ledger.first(("在职人数", "实有人数"))
    if establishment_ is None or heads is None or not _people(establishment_):
        return
    holds = heads.quantity.value <= establishment_.quantity.value
    working = f"{show(heads)}{'≤' if holds else '>'}{show(establishment_)}"
    yield ledger.check("R11", "pass" if holds else "uncertain", working, (heads, establishment_))
    if not holds and establishment_.quantity.value > 0:
        rate = heads.quantity.value / establishment_.quantity.value * 100
        yield ledger.finding(
            f"核定编制{show(establishment_)}，实有（在职）{show(heads)}，在职人员控制率{rate:.2f}%，超过100%。",
            heads, establishment_, working=working,
        )  # fmt: skip


def _people(establishment: Fact) -> bool:
    """Whether an establishment is one of people, and not of cars or beds."""
    return establishment.quantity.unit in ("", "人", "名", "个")


@rule(
    id="P02",
    title="人员增减与原因之和不符",
    category="P02",
    severity="warning",
    basis=("STL-83",),
    advice="核对人员增减变动明细，更正人数或补列原因。",
    needs=("人员增减变动表",),
    fails=("年内在职人员减少9人，其中退休7人、辞职2人；«增加20人»，其中新招录5人、调入3人。",),
    passes=(
        "年内在职人员减少9人，其中退休7人、辞职2人；增加8人，其中新招录5人、调入3人。",
        "年末在职人员57人，较上年减少2人（退休3人、调入1人）。",
    ),
)
def causes(ledger: Ledger) -> Outcome:
    """人员增加（减少）数应等于所列各项原因人数之和。"""
    for claim in ledger.claims:
        stated = claim.stated
        if (
            claim.kind != "sum"
            or stated is None
            or stated.measure not in ("增加人数", "减少人数")
            or not claim.operands
        ):
            continue
        yield from _causes(ledger, stated, claim.operands)


def _causes(ledger: Ledger, stated: Fact, told: tuple[Fact, ...]) -> Iterator[Finding | Check]:
    parts = tuple(p for p in told if "净" not in ledger.document.quote(p.quote))  # 退休54名，净增32名
    if not parts:
        return
    if not all(p.quantity.exact and ledger.together(stated, p) for p in (stated, *parts)) or not ledger.first_time(
        "Isum", (stated, *parts)
    ):
        return
    total = sum((p.quantity.value for p in parts), Decimal(0))
    if len(parts) == 1 and parts[0].scope not in ("", stated.scope) and total < stated.quantity.value:
        return  # the change of one kind of people, told for itself
    holds = total == stated.quantity.value
    working = "+".join(show(p) for p in parts) + f"={total:f}人"
    back = [] if holds else _other_way(ledger, stated)
    net_total = total - sum((f.quantity.value for f in back), Decimal(0))
    if back and net_total == stated.quantity.value:
        net_words = "+".join(show(p) for p in parts) + "".join(f"−{show(f)}" for f in back) + f"={net_total:f}人"
        yield ledger.check("I11", "pass", net_words, (stated, *parts, *back))
        return
    yield ledger.check("I11", "pass" if holds else "fail", working, (stated, *parts))
    found = None
    if not holds:
        found = ledger.finding(
            f"人员{stated.measure[:2]}{show(stated)}，所列各项原因合计{total:f}人，相差{abs(total - stated.quantity.value):f}人。",
            stated, *parts, working=working,
        )  # fmt: skip
        yield found
    note_relation(ledger, "I11", (stated, *parts), _adds_up, found, stated.quantity.value, total)


def _other_way(ledger: Ledger, stated: Fact) -> list[Fact]:
    """Causes of the opposite direction told with a change: then the change is net."""
    opposite = "减少人数" if stated.measure == "增加人数" else "增加人数"
    return [
        f for f in ledger.extraction.facts
        if f.measure == opposite and (f.scope or _runs_on(ledger, stated, f)) and f.quantity.exact and ledger.together(stated, f)
    ]  # fmt: skip


def _runs_on(ledger: Ledger, stated: Fact, later: Fact) -> bool:
    """Whether a figure goes on with the list that began with another (``减少62人，其中退休48人、调出20人，新增6人``)."""
    between = ledger.document.text[stated.quantity.span.end : later.quantity.span.start]
    return stated.quantity.span < later.quantity.span and not {*between} & {*"；;。"}


def _adds_up(members: Sequence[Fact]) -> bool:
    return members[0].quantity.value == sum((m.quantity.value for m in members[1:]), Decimal(0))


@rule(
    id="P03",
    title="净增减人数与前后不符",
    category="P02",
    severity="warning",
    basis=("STL-83",),
    advice="区分增加人数与净增人数，统一表述。",
    fails=("在职人员减少14人，均为退休；增加20人，均为新招录。\n全站在职人员60人，«同比上年增加20人»。",),
    passes=("在职人员减少14人，均为退休；增加20人，均为新招录。\n全站在职人员60人，同比上年增加6人。",),
)
def net(ledger: Ledger) -> Outcome:
    """既有增加又有减少的，“同比（较上年）增加”应为净增数；直接写成增加总数的提示。"""
    plus = [f for f in ledger.extraction.facts if f.measure == "增加人数" and not f.period]
    minus = next((f for f in ledger.extraction.facts if f.measure == "减少人数" and not f.period), None)
    if minus is None or not minus.quantity.value:
        return
    gross = next((f for f in plus if f.sure and abs(f.quote.start - minus.quote.start) < NEAR), None)
    if gross is None:
        return
    for fact in plus:
        label = ledger.document.quote(fact.label) if fact.label else ledger.document.quote(fact.quote)
        compared = ledger.rulebook.words["against_last_year"].search(label)
        if fact is gross or not compared or fact.quantity.value != gross.quantity.value:
            continue
        due = gross.quantity.value - minus.quantity.value
        yield ledger.finding(
            f"人员增加{show(gross)}、减少{show(minus)}，净增{due:f}人，“{label.strip()}{show(fact)}”写的是增加总数。",
            fact, gross, minus, working=f"{show(gross)}−{show(minus)}={due:f}人",
        )  # fmt: skip
