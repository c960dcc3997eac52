"""Lists that the report itself adds up or counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import regex
from msgspec.structs import replace

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, note_relation, percent, relate, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import edits
from jihe_audit.wording import name, show
from jihe_extract.cells.tablesums import CODED
from jihe_extract.document import Span
from jihe_extract.facts import SURE, UNBOUND, Claim, Fact
from jihe_extract.prose.labelreading import unit_class
from jihe_extract.prose.words import load_words

STAFF_MOVES = ("增加人数", "减少人数")
"""Sums that the rules about staff judge."""
ALIKE = Decimal("0.8")
"""Share of a total from which on marks are no part of it when there are several."""
LONG = 4
"""Significant digits from which a figure is unlikely to be mended by a single slip by chance."""


def _axes(operands: tuple[Fact, ...], whole: str) -> list[tuple[Fact, ...]]:
    """Groups of operands that divide the whole along one axis each."""
    scopes = load_words().scopes
    by_axis: dict[str, list[Fact]] = {}
    for o in operands:
        if o.scope in scopes and scopes[o.scope].within == whole:
            by_axis.setdefault(scopes[o.scope].axis, []).append(o)
    return [tuple(group) for group in by_axis.values() if len(group) > 1 and len(group) < len(operands)]


def _outermost(operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    scopes = load_words().scopes
    named = {o.scope for o in operands}
    return tuple(o for o in operands if not (o.scope in scopes and scopes[o.scope].within in named - {""}))


def _slip(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether one slip in one long figure would make the open list add up."""
    difference = stated.quantity.value - sum((o.quantity.value for o in operands), Decimal(0))
    rounded = any(f.quantity.shown_decimals for f in (stated, *operands))
    slack = sum((o.quantity.step for o in operands), stated.quantity.step) / 2 if rounded else Decimal(0)
    for fact, need in ((stated, -difference), *((o, difference) for o in operands)):
        q = fact.quantity
        if len("".join(c for c in q.shown if c.isdigit()).strip("0")) < LONG:
            continue
        unit = q.step.scaleb(q.shown_decimals)
        for shown, slip in edits(q.shown):
            if not slip.startswith(("相邻", "一位")):
                break
            if abs(Decimal(shown.replace(",", "").lstrip("-−")) * unit - q.value - need) <= slack:
                return True
    return False


def _attempts(claim: Claim) -> list[Try]:
    whole = [Try("sum", claim.operands)]
    inner = _outermost(claim.operands)
    if 1 < len(inner) < len(claim.operands):
        whole.append(Try("sum", inner))
    return whole + [Try("sum", group) for group in _axes(claim.operands, claim.stated.scope if claim.stated else "")]


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
            if _means(claim.stated, claim.operands):
                continue  # 满意度得分92分，其中环境93分、态度91分
            if claim.open and unit_class(claim.stated.quantity.unit) == "人" and _attributes(ledger, claim.operands):
                continue  # 党员52人、女职工31人、35岁以下28人: one may be all of them
            for ways in _ways(claim, claim.stated):
                yield from _judge(ledger, ways, claim.stated)


def _heads_of(stated: Fact, operands: tuple[Fact, ...]) -> list[tuple[Fact, ...]]:
    """The list up to an item from which on it tells of others (正式职工60人，其中……，退休28人), if that adds up exactly."""
    total = Decimal(0)
    for i, o in enumerate(operands[:-1], 1):
        total += o.quantity.value
        if i > 1 and total == stated.quantity.value:
            return [operands[:i]]
    return []


def _other_reading(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, Try] | None:
    """A reading of the list that holds exactly: cut off at a stop, without brackets, with what was carried over,
    or as parts of another amount of the paragraph."""
    lists = [operands]
    text = ledger.document.text
    for i in range(2, len(operands)):
        between = text[operands[i - 1].quantity.span.end : operands[i].quantity.span.start]
        if any(stop in between for stop in "；;。\n"):
            lists.append(operands[:i])
            break
    lists += _heads_of(stated, operands)
    depth = min(ledger.depth(o.quantity.span) for o in operands)
    outside = tuple(o for o in operands if ledger.depth(o.quantity.span) <= depth)
    if 1 < len(outside) < len(operands):
        lists.append(outside)
    where = ledger.paragraph(stated.quantity.span)
    used = {stated.quantity.span, *(o.quantity.span for o in operands)}
    near = [
        f for f in ledger.within(where)
        if f.quantity.unit == stated.quantity.unit and f.quantity.value > 0 and f.quantity.span not in used
        and (stated.origin == "prose" or column_of(ledger, f) == column_of(ledger, stated))
    ]  # fmt: skip
    once = tuple({o.quantity.value: o for o in reversed(operands)}.values())
    if 1 < len(once) < len(operands):  # one of them is told again within its own entry
        lists.append(once)
    tries = [(stated, Try("sum", group)) for group in lists[1:]]
    if len(operands) > 2:  # 其中12个已出具报告：优5个、良7个: the rest divides the first part
        tries.append((operands[0], Try("sum", operands[1:])))
    carried = [f for f in near if "结转" in f.measure + f.scope]
    tries += [(stated, Try("sum", (*group, f))) for group in lists for f in carried]
    tries += [(whole, Try("sum", group)) for group in lists if len(group) > 1 for whole in near]
    first, last = operands[0].quantity.span.start, operands[-1].quantity.span.end
    ahead = [f for f in near if f.quantity.span.end <= first]
    behind = [f for f in near if f.quantity.span.start >= last][:2]
    unnamed = [
        f for f in behind[:1] if (f.measure == UNBOUND or f.by != "rule") and ledger.together(operands[-1], f)
    ]  # fmt: skip
    tries += [(stated, Try("sum", (*operands, more))) for more in unnamed]
    if len(operands) > 1:
        tries += [(whole, Try("sum", (*operands, more))) for whole in ahead for more in behind]
    for whole, attempt in tries:
        weighing = weigh_try(ledger, whole, attempt)
        if weighing is not None and weighing.verdict == "pass":
            return whole, attempt
    return None


def _ways(claim: Claim, stated: Fact) -> list[Claim]:
    """A list of people that divides them several ways (by post, by title), as a list for each of them."""
    if unit_class(stated.quantity.unit) != "人":
        return [claim]
    kinds = {_kind(o) for o in claim.operands}
    apart = {"职称"} | ({"医护"} if "岗位" in kinds else set())
    groups: dict[str, list[Fact]] = {}
    for operand in claim.operands:
        groups.setdefault(kind if (kind := _kind(operand)) in apart else "", []).append(operand)
    return [replace(claim, operands=tuple(g)) for g in groups.values()] if len(groups) > 1 else [claim]


def column_of(ledger: Ledger, fact: Fact) -> tuple[int, int] | None:
    """The table and the column that a figure stands in."""
    at = ledger.document.cell_at(fact.quantity.span)
    return (at[0], at[2]) if at is not None else None


def _kind(part: Fact) -> str:
    """What divides a whole into such parts: named projects, an axis of the vocabulary, or the report's own words."""
    scopes = load_words().scopes
    return "subject" if part.subject else scopes[part.scope].axis if part.scope in scopes else "own"


def _ended(ledger: Ledger, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The parts up to the first stop behind which parts of quite other kinds follow: they may be no parts at all.

    ``在编 118 人，其中专任教师 112 人；临聘人员 12 人``.
    """
    text = ledger.document.text
    for i in range(1, len(operands)):
        between = text[operands[i - 1].quantity.span.end : operands[i].quantity.span.start]
        apart = {_kind(o) for o in operands[:i]}.isdisjoint(_kind(o) for o in operands[i:])
        if apart and any(stop in between for stop in "；;。\n"):
            return operands[:i]
    return operands


def _overlapping(stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether parts may hold the same persons (党员、女职工): kinds of people that the vocabulary does not know."""
    return stated.quantity.unit in ("人", "名", "位") and any(_kind(o) == "own" for o in operands)


_ATTRIBUTE = regex.compile(r"党员|女|男|青年|少数民族|困难|低保|贫困|脱贫|残疾|监测|留守|住校|寄宿|岁|以上|以下")
"""Words of what people are besides what they are counted as."""


def _means(stated: Fact, operands: tuple[Fact, ...]) -> bool:
    """Whether marks are divided into marks of their own size: the first is the mean of the others."""
    alike = [o for o in operands if o.quantity.value >= stated.quantity.value * ALIKE]
    return stated.quantity.unit == "分" and len(alike) > 1


def _attributes(ledger: Ledger, operands: tuple[Fact, ...]) -> bool:
    """Whether parts are told by attributes of people, of several kinds."""
    found = [_ATTRIBUTE.search(ledger.document.quote(o.quote)) for o in operands]
    kinds = {m.group() for m in found if m is not None} - {"男", "女"}
    return bool(kinds) and any(m is not None for m in found[1:])


def _taken_off(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Reductions told among the parts of a list (``其中：甲项目调减 2 万元，乙项目 5 万元``): parts with a minus."""
    first, last = stated.quantity.span.end, operands[-1].quantity.span.end
    if stated.origin != "prose" or last <= first:
        return ()
    inside = ledger.within(Span(first, last))
    return tuple(f for f in inside if f.measure == "调减数" and f not in operands and f.quantity.unit == "CNY")


def _with_reductions(
    ledger: Ledger, stated: Fact, operands: tuple[Fact, ...], taken: tuple[Fact, ...]
) -> Iterator[Finding | Check]:
    """The list with its reductions, which is judged only when it adds up: who takes off may leave things out."""
    attempt = Try("sum", (*operands, *taken), (1,) * len(operands) + (-1,) * len(taken))
    weighing = weigh_try(ledger, stated, attempt)
    if weighing is not None and weighing.verdict == "pass":
        yield from relate(ledger, "I05", stated, [attempt], label=name(stated) or "合计")


def _one_of_each(ledger: Ledger, stated: Fact, operands: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Of entries that tell several figures each (``甲获得20万元，用去18万元；乙……``), the one that comes nearest the whole.

    Empty when the entries are no such ones, or when all figures together come nearer.
    """
    text = ledger.document.text
    entries: list[list[Fact]] = []
    for i, operand in enumerate(operands):
        between = text[operands[i - 1].quantity.span.end : operand.quantity.span.start] if i else "；"
        if any(stop in between for stop in "；;。\n"):
            entries.append([])
        entries[-1].append(operand)
    if len(entries) < 2 or len(entries[0]) < 2 or any(len(e) != len(entries[0]) for e in entries):
        return ()
    columns = [operands, *(tuple(c) for c in zip(*entries, strict=True))]

    def off(column: tuple[Fact, ...]) -> Decimal:
        return abs(stated.quantity.value - sum((f.quantity.value for f in column), Decimal(0)))

    best = min(columns, key=off)
    return () if best is operands else best


def _judge(ledger: Ledger, claim: Claim, stated: Fact) -> Iterator[Finding | Check]:
    attempts = _attempts(claim)
    weighed = weigh_try(ledger, stated, attempts[0])
    if weighed is None:
        return
    sure = claim.trust >= SURE
    if weighed.verdict == "fail" and (taken := _taken_off(ledger, stated, claim.operands)):
        yield from _with_reductions(ledger, stated, claim.operands, taken)
        return
    if weighed.verdict == "fail" and not (stated.origin != "prose" and sure):
        held = _other_reading(ledger, stated, claim.operands)
        if held is not None:
            yield from relate(ledger, "I05", held[0], [held[1]], label=name(held[0]) or "合计")
            return
    short = weighed.verdict == "fail" and weighed.difference > 0
    single = len(claim.operands) == 1 and claim.word != CODED
    if (claim.open or single) and short:
        holds = any(w.verdict != "fail" for t in attempts[1:] if (w := weigh_try(ledger, stated, t)))
        if not holds and (not sure or single or not _slip(ledger, stated, claim.operands)):
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
        ended = _ended(ledger, claim.operands)
        if sum((o.quantity.value for o in ended), Decimal(0)) <= stated.quantity.value and len(ended) < len(
            claim.operands
        ):
            return
    column = _one_of_each(ledger, stated, claim.operands) if weighed.verdict == "fail" else ()
    if column:
        yield from relate(ledger, "I05", stated, [Try("sum", column)], sure=sure, cap="warning", label=name(stated))
        return
    net = stated.measure in ("调增数", "调减数", "调整数")  # what an open list leaves out may be of the other sign
    loose = claim.open and (short or net or _overlapping(stated, claim.operands))
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
