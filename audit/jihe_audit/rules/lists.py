"""Lists that the report itself adds up or counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.listreadings import (
    attempts_of,
    ended,
    has_attributes,
    has_means,
    mended_by_slip,
    one_of_each,
    other_reading,
    overlapping,
    taken_off,
    ways,
)
from jihe_audit.relate import Try, note_relation, percent, relate, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show
from jihe_extract.cells.tablesums import CODED
from jihe_extract.document import Span
from jihe_extract.facts import SURE, Claim, Fact
from jihe_extract.prose.labels import unit_class

STAFF_MOVES = ("增加人数", "减少人数")
"""Sums that the rules about staff judge."""


@rule(
    id="N05",
    title="合计与所列分项之和不符",
    category="A04",
    severity="error",
    basis=("STL-83", "YSF-75"),
    advice="逐项核对清单，补列漏项或更正合计数。",
    needs=("项目（分项）明细表",),
    consequence="amount",
    fails=(
        "2023年共有3个项目，«项目预算总额97.00万元»，分别为：道路维修项目预算36.20万元、绿化养护项目预算24.30万元、路灯改造项目预算35.50万元。",
    ),
    passes=(
        "2023年共有3个项目，项目预算总额96.00万元，分别为：道路维修项目预算36.20万元、绿化养护项目预算24.30万元、路灯改造项目预算35.50万元。",
        "项目支出210.00万元，主要包括：社区运转经费120.00万元、维稳经费30.00万元等。",
        "财政拨款收入1100.00万元，其中一般公共预算1000.00万元，政府性基金100.00万元；事业收入80.00万元，其他收入20.00万元。本年收入合计1200.00万元。",
        "项目支出涉及3个子项目，共安排61.27万元，共支出52.06万元。分项目看，水质抽检子项目获得资金20.41万元，用去18.33万元；河堤巡护子项目获得资金30.52万元，用去25.61万元；泵站检修子项目获得资金10.34万元，用去8.12万元。",
        "在编教职工118人，其中专任教师112人；退休教师46人；临聘人员12人。",
        "固定资产原值5200.00万元，净值3120.00万元；其中房屋3900.00万元，占75%；设备1040.00万元，占20%；其他260.00万元，占5%。",
    ),
)
def listed_sums(ledger: Ledger) -> Outcome:
    """报告自己列出的分项相加应等于它给出的合计。“其中”“主要包括”一类不穷尽的清单，只有分项之和超过合计，或者一处录入差错即可使其恰好相等时才提示。"""
    for claim in ledger.claims:
        if claim.kind != "sum" or claim.stated is None or not claim.operands:
            continue
        if claim.stated.measure not in STAFF_MOVES:
            if has_means(claim.stated, claim.operands):
                continue  # 满意度得分92分，其中环境93分、态度91分
            if claim.open and unit_class(claim.stated.quantity.unit) == "人" and has_attributes(ledger, claim.operands):
                continue  # 党员52人、女职工31人、35岁以下28人: one may be all of them
            for way in ways(claim, claim.stated):
                yield from _judge(ledger, way, claim.stated)


def _with_reductions(
    ledger: Ledger, stated: Fact, operands: tuple[Fact, ...], taken: tuple[Fact, ...]
) -> Iterator[Finding | Check]:
    """The list with its reductions, which is judged only when it adds up: who takes off may leave things out."""
    attempt = Try("sum", (*operands, *taken), (1,) * len(operands) + (-1,) * len(taken))
    weighing = weigh_try(ledger, stated, attempt)
    if weighing is not None and weighing.verdict == "pass":
        yield from relate(ledger, "I05", stated, [attempt], label=name(stated) or "合计")


def _judge(ledger: Ledger, claim: Claim, stated: Fact) -> Iterator[Finding | Check]:
    attempts = attempts_of(claim)
    weighed = weigh_try(ledger, stated, attempts[0])
    if weighed is None:
        return
    sure = claim.trust >= SURE
    if weighed.verdict == "fail" and (taken := taken_off(ledger, stated, claim.operands)):
        yield from _with_reductions(ledger, stated, claim.operands, taken)
        return
    closed = stated.origin != "prose" and (sure or (claim.word == "其中" and not claim.open))
    if weighed.verdict == "fail" and not closed:
        held = other_reading(ledger, stated, claim.operands)
        if held is not None:
            yield from relate(ledger, "I05", held[0], [held[1]], label=name(held[0]) or "合计")
            return
    short = weighed.verdict == "fail" and weighed.difference > 0
    single = len(claim.operands) == 1 and claim.word != CODED
    if (claim.open or single) and short:
        holds = any(w.verdict != "fail" for t in attempts[1:] if (w := weigh_try(ledger, stated, t)))
        if not holds and (not sure or single or not mended_by_slip(ledger, stated, claim.operands)):
            if claim.open and not single:
                yield ledger.check(
                    "I05≥",
                    "pass",
                    f"{working_of(attempts[0], stated, weighed)}≤{show(stated)}",
                    (stated, *claim.operands),
                )
            return
    if single and weighed.verdict != "fail" and weighed.verdict != "pass":
        return
    if claim.open and weighed.verdict == "fail" and not short:
        upto = ended(ledger, claim.operands)
        if sum((o.quantity.value for o in upto), Decimal(0)) <= stated.quantity.value and len(upto) < len(
            claim.operands
        ):
            return
    column = one_of_each(ledger, stated, claim.operands) if weighed.verdict == "fail" else ()
    if column:
        yield from relate(ledger, "I05", stated, [Try("sum", column)], sure=sure, cap="warning", label=name(stated))
        return
    net = stated.measure in ("调增数", "调减数", "调整数")  # what an open list leaves out may be of the other sign
    loose = claim.open and (short or net or overlapping(stated, claim.operands))
    label = name(stated) or "合计"
    identity = "I05≥" if single else "I05"
    yield from relate(
        ledger, identity, stated, attempts, sure=sure, cap="warning" if loose or single else "error", label=label
    )


def _may_be_two(items: Sequence[str]) -> bool:
    """Whether the last item may be two names joined by a word: ``人大、政府和党委``."""
    *others, last = ("".join(i.split()) for i in items)
    for word in ("以及", "和", "及", "与"):
        left, found, right = last.partition(word)
        if found and left and right and others:
            sizes = [len(o) for o in others]
            alike = all(min(sizes) - 1 <= len(half) <= max(sizes) + 1 for half in (left, right))
            ends = sum(o[-1] == right[-1] for o in others) * 2 > len(others)
            return alike and (left[-1] == right[-1] or not ends)
    return False


TAIL = 8
"""Characters behind the last item of a list in which the list may give a count of its own."""


@rule(
    id="N17",
    title="数目与清单条数不符",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对清单，补列漏项或更正数目。",
    needs=("机构（项目、事项）清单",),
    fails=(
        "单位下设«4个»科室，分别是：办公室、财务科、业务科。",
        "目前设有救助股、养老股、社会组织股，共«5个»内设机构。",
    ),
    passes=(
        "目前设有救助股、养老股、社会组织股，共3个内设机构。",
        "设一级指标4个、二级指标9个、三级指标23个，其中完成22个，未完成1个。",
        "单位下设3个科室，分别是：办公室、财务科、业务科。",
        "单位下设5个科室，分别是：办公室、财务科、业务科等。",
        "全年设产出指标12项，包括数量、质量、时效三类指标。",
    ),
)
def counts(ledger: Ledger) -> Outcome:
    """报告写明的个数应与随后列举的条数一致；列举不穷尽（“等”）且条数少于个数的不报。"""
    for claim in ledger.claims:
        if claim.kind != "count" or claim.stated is None or not claim.items:
            continue
        stated, listed = claim.stated, len(claim.items)
        between = Span(stated.quantity.span.end, max(claim.items[0].start, stated.quantity.span.end))
        if any(f.measure == stated.measure for f in ledger.within(between)):
            continue
        if any(f.quantity.unit == stated.quantity.unit for i in claim.items for f in ledger.within(i)):
            continue
        value = stated.quantity.value
        end = ledger.sentence(claim.items[-1]).end
        tail = ledger.document.text[claim.items[-1].start : min(end, claim.items[-1].end + TAIL)]
        if value != listed and ledger.rulebook.words["own_count"].search(tail):
            continue
        if value == listed + 1 and _may_be_two([ledger.document.quote(i) for i in claim.items]):
            continue
        holds = value == listed or (claim.open and listed < value)
        working = f"列举{listed}项"
        yield ledger.check("N17", "pass" if holds else "fail", working, (stated,))
        if not holds:
            what = "".join(ledger.document.quote(stated.quantity.span).split())
            sure = claim.trust >= SURE
            yield ledger.finding(
                f"写明{what}{''.join(claim.word.split())}，实际列举{listed}项，相差{abs(int(value) - listed)}项。",
                stated.quantity.span,
                *claim.items[:1],
                *claim.items[-1:],
                severity="warning" if sure else "info",
                working=working,
            )


@rule(
    id="N04",
    title="占比之和不等于100%",
    category="A09",
    severity="warning",
    basis=("STL-83",),
    advice="核对各项占比及其分子、分母后更正。",
    fails=("基本支出600.00万元，«占总支出的60.00%»；项目支出400.00万元，占总支出的40.50%。",),
    passes=("基本支出600.00万元，占总支出的60.00%；项目支出400.00万元，占总支出的40.00%。",),
)
def shares(ledger: Ledger) -> Outcome:
    """基本支出与项目支出等穷尽分类的占比相加应为100%；因四舍五入相差一个显示位的不报。"""
    by_scope: dict[str, Fact] = {}
    for claim in ledger.claims:
        fact, part = claim.stated, claim.operands[0] if claim.operands else None
        if claim.kind != "share" or fact is None or part is None or not fact.quantity.exact:
            continue
        if not part.period and not part.subject:
            by_scope.setdefault(part.scope, fact)
    pair = [by_scope[s] for s in ("基本支出", "项目支出") if s in by_scope]
    if len(pair) < 2:
        return
    total = sum((f.quantity.value for f in pair), Decimal(0))
    slack = sum((f.quantity.step for f in pair), Decimal(0))
    working = "+".join(show(f) for f in pair) + f"={percent(total)}"
    holds = abs(total - 1) <= slack
    yield ledger.check("I16", "pass" if total == 1 else "tail" if holds else "fail", working, pair)
    found = None
    if not holds and Decimal("0.9") < total < Decimal("1.1"):
        says = f"基本支出与项目支出占比之和为{percent(total)}，不等于100%。"
        found = ledger.finding(says, *pair, working=working)
        yield found

    def adds_up(members: Sequence[Fact]) -> bool:
        return abs(sum((m.quantity.value for m in members), Decimal(0)) - 1) <= slack

    note_relation(ledger, "I16", pair, adds_up, found, Decimal(1), total)
