"""What may have gone wrong in a broken relation, in one Chinese sentence: a turned sign, a unit, an omitted item."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from jihe_audit.groups import Relation
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try
from jihe_audit.slips import repairs
from jihe_audit.wording import name, show, show_value
from jihe_extract.document import Span
from jihe_extract.facts import Fact

MAX_ITEMS = 40
"""Most ledger items looked at for a subset that equals a difference."""
TURNING = ("调增数", "调减数", "调整数", "增减额")
"""Measures whose direction a report may turn round."""
NOT_STARTED = ("未开展", "未实施", "未启动", "未执行", "取消", "终止", "暂停", "核减", "收回")


def turned(relation: Relation) -> Span | None:
    """The operand whose sign would have to turn for a sum to hold (调增 written for 调减)."""
    attempt, w = relation.recompute, relation.weighing
    if not isinstance(attempt, Try) or attempt.kind != "sum":
        return None
    signs = attempt.signs or (1,) * len(attempt.operands)
    for sign, operand in zip(signs, attempt.operands, strict=True):
        moved = operand.measure in TURNING
        if moved and abs(w.difference + 2 * sign * operand.quantity.value) <= w.tolerance + operand.quantity.step:
            return operand.quantity.span
    return None


def cause_of(ledger: Ledger, culprit: Fact, broken: Sequence[Relation], good: Sequence[Relation]) -> str:
    """The most plausible cause in one Chinese sentence, "" when nothing fits."""
    if len(broken) == 1 and not good and broken[0].recompute is None:
        return ""
    for relation in broken:
        span = turned(relation)
        if span is not None:
            fact = next(m for m in relation.members if m.quantity.span == span)
            return f"{fact.measure}{show(fact)}的增减方向可能写反：方向相反时，上述关系相符。"
    mended = repairs(ledger, culprit, [*broken, *good])
    if mended and mended[0][1] == "单位误写":
        return f"可能单位误写：{show(culprit)}若为{show(mended[0][0])}，则上述关系均相符。"
    for relation in broken:
        if isinstance(relation.recompute, Try) and relation.recompute.kind == "sum":
            found = _same_difference(ledger, relation) or _unit_slip(relation)
            if found:
                return found
        slip = _unit_slip(relation)
        if slip:
            return slip
    if len(mended) == 1:
        new, slip = mended[0]
        return f"可能{slip}：{show(culprit)}若为{show(new)}，则上述关系均相符。"
    if len(mended) == 2:
        return f"可能录入有误：{show(culprit)}若为{show(mended[0][0])}或{show(mended[1][0])}，则上述关系均相符。"
    return _stale(ledger, broken)


def _same_difference(ledger: Ledger, relation: Relation) -> str:
    difference = relation.weighing.difference
    gap, step = abs(difference), relation.stated.quantity.step
    if gap == 0 or relation.stated.quantity.unit in ("%", "分"):
        return ""
    if relation.stated.quantity.unit != "CNY":
        return _same_count(ledger, relation, gap)
    members = {m.quantity.span for m in relation.members}
    for m in relation.operands:
        if difference < 0 and abs(m.quantity.value - gap) < step:
            return f"差额恰等于{name(m)}{show(m)}，可能重复计入。"
    pool: dict[tuple[str, Decimal], Fact] = {}
    for f in ledger.extraction.facts:
        q = f.quantity
        if q.unit == "CNY" and q.exact and q.value > 0 and q.span not in members:
            pool.setdefault((f.subject or f.scope or str(q.span.start), q.value), f)
    singles = [f for f in pool.values() if abs(f.quantity.value - gap) < step]
    if singles:
        singles.sort(key=lambda f: (not _not_started(ledger, f), not f.subject, f.quote.start))
        first = singles[0]
        doubt = "可能与该项未开展、未相应调整有关" if _not_started(ledger, first) else "可能漏列或重复计入该项"
        also = f"（另有{len(singles) - 1}项金额相同）" if len(singles) > 1 else ""
        label = first.subject or name(first)
        return (
            f"差额{show_value(gap, relation.stated.quantity, decimals=2)}恰等于“{label}”{show(first)}{also}，{doubt}。"
        )
    items = [f for f in pool.values() if f.subject][:MAX_ITEMS]
    for places in _together([f.quantity.value for f in items], gap, step):
        group = [items[i] for i in places]
        if len({f.subject for f in group}) == len(group):
            names = "、".join(f"“{f.subject}”{show(f)}" for f in group)
            return f"差额恰等于{names}之和，可能漏列或重复计入。"
    return ""


def _together(values: Sequence[Decimal], gap: Decimal, step: Decimal) -> Iterator[tuple[int, ...]]:
    """Places of two or three values that come to the gap, but for less than a step; pairs first."""
    pairs = [(i, j, values[i] + values[j]) for i, j in combinations(range(len(values)), 2)]
    yield from ((i, j) for i, j, both in pairs if abs(both - gap) < step)
    ordered = sorted(values)
    for i, j, both in pairs:
        near = bisect_left(ordered, gap - both - step)
        if near < len(ordered) and ordered[near] <= gap - both + step:
            yield from ((i, j, k) for k in range(j + 1, len(values)) if abs(both + values[k] - gap) < step)


def _same_count(ledger: Ledger, relation: Relation, gap: Decimal) -> str:
    """A part of the same count stated elsewhere that the relation does not list, when it is just what is wanting."""
    if relation.weighing.difference < 0 or gap < 2:
        return ""
    listed = {o.scope for o in relation.operands}
    for f in ledger.extraction.facts:
        same = (f.measure, f.subject, f.period) == (
            relation.stated.measure,
            relation.stated.subject,
            relation.stated.period,
        )
        if same and f.scope and f.scope not in listed and f.quantity.value == gap:
            return f"差额{show(f)}恰等于另处所列“{name(f)}”，疑漏列该项。"
    return ""


def _not_started(ledger: Ledger, fact: Fact) -> bool:
    core = fact.subject
    if len(core) < 4:
        return False
    text = ledger.document.text
    for word in NOT_STARTED:
        at = text.find(word)
        while at >= 0:
            sentence = ledger.document.quote(ledger.sentence(Span(at, at + len(word))))
            if any(core[i : i + 4] in sentence for i in range(len(core) - 3)):
                return True
            at = text.find(word, at + 1)
    return False


_POWERS = (
    (4, "元与万元混用"),
    (8, "元与亿元混用"),
    (3, "千元与元混用"),
    (1, "小数点错位"),
    (2, "小数点错位或百分号误用"),
)


def _unit_slip(relation: Relation) -> str:
    stated, nominal = relation.stated.quantity.value, relation.weighing.nominal
    if stated == 0 or nominal == 0 or relation.stated.quantity.unit == "分":
        return ""
    ratio = abs(stated / nominal)
    for power, words in _POWERS:
        for scale in (Decimal(10) ** power, Decimal(10) ** -power):
            if abs(ratio / scale - 1) < Decimal("0.0005"):
                return f"两数恰差10的{power}次方倍，可能{words}。"
    return ""


def _stale(ledger: Ledger, broken: Sequence[Relation]) -> str:
    for relation in broken:
        if relation.stated.quantity.unit != "%":
            continue
        own = {m.quantity.span for m in relation.members}
        for other in ledger.relations:
            if other.stated.quantity.span in own:
                continue
            if other is relation or other.weighing.verdict != "pass" or other.stated.measure != relation.stated.measure:
                continue
            if other.stated.quantity.value == relation.stated.quantity.value and relation.stated.quantity.value not in (
                0,
                1,
            ):
                return f"与{name(other.stated)}{show(other.stated)}相同，可能误用了该处数字。"
    return ""
