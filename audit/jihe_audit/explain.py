"""Why a relation fails: which figure is most likely at fault, and what would mend it. Offered as possible only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from jihe_audit.finding import Finding
from jihe_audit.groups import Relation
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try
from jihe_audit.slips import DIGITS, holds_with, is_sharp, repairs, window
from jihe_audit.wording import name, show, show_value
from jihe_extract.document import Span
from jihe_extract.facts import Fact

MAX_ITEMS = 40
"""Most ledger items looked at for a subset that equals a difference."""
TURNING = ("调增数", "调减数", "调整数", "增减额")
"""Measures whose direction a report may turn round."""
NOT_STARTED = ("未开展", "未实施", "未启动", "未执行", "取消", "终止", "暂停", "核减", "收回")


class Diagnosis(Struct, frozen=True):
    """One root: the figure most likely at fault, the relations it breaks, and the possible cause in Chinese."""

    culprit: Fact
    broken: tuple[Relation, ...]
    cause: str
    certain: bool


Index = dict[Span, list[Relation]]


def _index(relations: Iterable[Relation]) -> Index:
    """The relations by each figure that takes part in them."""
    found: Index = {}
    for relation in relations:
        for span in dict.fromkeys(m.quantity.span for m in relation.members):
            found.setdefault(span, []).append(relation)
    return found


def _weight(relation: Relation, fact: Fact) -> int:
    if isinstance(relation.recompute, Try) or callable(relation.recompute):
        return 1
    return min(2, len(relation.operands))


Known = dict[tuple[int, ...], Decimal]
"""Scores so far, by figure and broken relations: the search for each further root asks for them again."""


def _score(ledger: Ledger, fact: Fact, failing: Index, passing: Index, alone: bool, known: Known) -> Decimal:
    broken = failing.get(fact.quantity.span, [])
    key = (alone, id(fact), *map(id, broken))
    score = known.get(key)
    if score is None:
        score = known[key] = _weighed(ledger, fact, broken, passing.get(fact.quantity.span, []), alone)
    return score


def _weighed(ledger: Ledger, fact: Fact, broken: Sequence[Relation], good: Sequence[Relation], alone: bool) -> Decimal:
    mended = repairs(ledger, fact, [*broken, *good], limit=3, near=True)
    told = any(_told_elsewhere(ledger, new) for new, _ in mended)
    trusted = bool(mended) and (told or mended[0][1] == "单位误写" or not alone or is_sharp(fact, broken))
    score = Decimal(2 * len(broken))
    if not trusted:  # the slip undone keeps what holds: it does not speak against the figure then
        score -= Decimal(2 * sum(_weight(r, fact) for r in good))
    if any(r.stated.quantity.span == fact.quantity.span for r in broken):
        score += Decimal("0.5")
    if any(_turned(r) == fact.quantity.span for r in broken):
        score += 2
    if trusted:
        score += Decimal("1.5") + (1 if mended[0][1] == "单位误写" and _odd_unit(fact, broken) else 0)
    return score + (2 if told else 0)


def _told_elsewhere(ledger: Ledger, new: Fact) -> bool:
    """Whether the report tells the mended figure in another place: one that no chance repeats."""
    q = new.quantity
    if q.unit != "CNY" or sum(c.isdigit() for c in q.shown) <= DIGITS:
        return False
    others = (f.quantity for f in ledger.extraction.facts if f.quantity.span != q.span)
    return any(o.value == q.value and o.unit == "CNY" for o in others)


def _odd_unit(fact: Fact, broken: Sequence[Relation]) -> bool:
    """Whether the figure is written in another unit than all other amounts of its broken relations."""
    others = {m.quantity.surface for r in broken for m in r.members if m.quantity.span != fact.quantity.span}
    return bool(others) and fact.quantity.surface not in others


def _turned(relation: Relation) -> Span | None:
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


def diagnose(ledger: Ledger) -> list[Diagnosis]:
    """Roots of all failing relations, greedily: the figure whose change mends most comes first."""
    failing = [r for r in ledger.relations if r.weighing.verdict == "fail" and r.finding is not None]
    passing = _index(r for r in ledger.relations if r.weighing.verdict in ("pass", "tail"))
    roots: list[Diagnosis] = []
    known: Known = {}
    while failing:
        members = {m.quantity.span: m for r in failing for m in r.members}
        touched = _index(failing)
        alone = len(failing) == 1
        scored = [(_score(ledger, m, touched, passing, alone, known), -i, m) for i, m in enumerate(members.values())]
        if alone:
            mendable = [
                m
                for m in members.values()
                if repairs(ledger, m, [*failing, *passing.get(m.quantity.span, [])], limit=1, near=True)
            ]
            if len(mendable) == 1:
                scored = [(s + (1 if m is mendable[0] else 0), i, m) for s, i, m in scored]
        best = max(scored, key=lambda s: (s[0], s[1]))
        culprit = best[2]
        broken = _one_change(ledger, culprit, touched[culprit.quantity.span])
        good = passing.get(culprit.quantity.span, [])
        runner_up = max((s[0] for s in scored if s[2] is not culprit), default=Decimal(-9))
        cause = cause_of(ledger, culprit, broken, good)
        roots.append(Diagnosis(culprit, tuple(broken), cause, best[0] - runner_up >= 1))
        failing = [r for r in failing if r not in broken]
    return roots


def _one_change(ledger: Ledger, culprit: Fact, broken: Sequence[Relation]) -> list[Relation]:
    """Those relations, the first among them, that one and the same change of the figure would mend."""
    kept: list[Relation] = []
    span: Interval | None = None
    for relation in broken:
        reach = window(relation, culprit)
        if reach is None:
            middle = None if span is None else (span.low + span.high) / 2
            if middle is None:
                kept += [] if kept else [relation]
            else:
                new = replace(culprit, quantity=replace(culprit.quantity, value=middle))
                kept += [relation] if holds_with(ledger, relation, culprit, new) else []
        elif span is None or span.meets(reach):
            span = reach if span is None else Interval(max(span.low, reach.low), min(span.high, reach.high))
            kept.append(relation)
    return kept


def cause_of(ledger: Ledger, culprit: Fact, broken: Sequence[Relation], good: Sequence[Relation]) -> str:
    """The most plausible cause in one Chinese sentence, "" when nothing fits."""
    if len(broken) == 1 and not good and broken[0].recompute is None:
        return ""
    for relation in broken:
        turned = _turned(relation)
        if turned is not None:
            fact = next(m for m in relation.members if m.quantity.span == turned)
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


def gathered(ledger: Ledger, findings: Sequence[Finding]) -> list[Finding]:
    """One finding for each root: the relations that one figure breaks are told under it."""
    roots = diagnose(ledger)
    replaced: dict[int, Finding | None] = {}
    order = {"error": 2, "warning": 1, "info": 0}
    for root in roots:
        own = [r.finding for r in root.broken if r.finding is not None]
        stated_here = [r.finding for r in root.broken if r.stated.quantity.span == root.culprit.quantity.span]
        lead = max(own, key=lambda f: (order[f.severity], any(f is s for s in stated_here), -own.index(f)))
        others = [f for f in own if f is not lead]
        evidence = list(lead.evidence)
        usual = {ledger.spot(r.stated) for r in root.broken}
        culprit = ledger.spot(root.culprit)
        if evidence[0].span in usual and (len(root.broken) > 1 or root.certain) and culprit != evidence[0].span:
            mark = ledger.evidence(root.culprit)
            evidence = [mark, *(e for e in evidence if e.span != mark.span)]
        for other in others:
            evidence += [e for e in other.evidence if all(e.span != x.span for x in evidence)]
        merged = replace(
            lead,
            evidence=tuple(evidence[:12]),
            explanation=lead.explanation or root.cause,
            consequences=tuple(o.says for o in others),
        )
        for f in own:
            replaced[id(f)] = None
        replaced[id(lead)] = merged
    result = [replaced.get(id(f), f) for f in findings]
    return _same_gap([f for f in result if f is not None])


def _same_gap(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one rule with the same amount and the same cause are one defect seen twice."""
    kept: list[Finding] = []
    for f in findings:
        first = next(
            (
                i
                for i, k in enumerate(kept)
                if f.amount and f.explanation and (k.rule, k.amount, k.explanation) == (f.rule, f.amount, f.explanation)
            ),
            None,
        )
        if first is None:
            kept.append(f)
            continue
        lead = kept[first]
        more = [e for e in f.evidence if all(e.span != x.span for x in lead.evidence)]
        kept[first] = replace(
            lead,
            evidence=(*lead.evidence, *more)[:12],
            consequences=tuple(dict.fromkeys((*lead.consequences, f.says, *f.consequences))),
        )
    return kept
