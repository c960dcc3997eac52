"""Weigh one relation of the ledger, and say what came of it: a check always, a finding when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Literal

from msgspec import Struct

from jihe_audit import verdict as weighing_rules
from jihe_audit.finding import Check, Consequence, Finding, Severity
from jihe_audit.groups import Relation
from jihe_audit.interval import Interval
from jihe_audit.ledger import Ledger, softened
from jihe_audit.telling import told
from jihe_audit.verdict import Formula, Shape, Weighing, weigh
from jihe_audit.wording import name, places, plain, show, show_value
from jihe_extract.document import Span
from jihe_extract.facts import Fact
from jihe_extract.numbers.quantity import Quantity

Kind = Literal["sum", "rate", "change", "product", "sum_rate", "grown", "shrunk"]

_CLOSE = Decimal("0.05")
"""Share of a quotient that its figures' last digits may come to for it to be told as far off without weighing."""
_LEVELS: tuple[Severity, ...] = ("info", "warning", "error")
_FORMULAS: dict[str, tuple[Formula, Shape]] = {
    "rate": (weighing_rules.quotient, "rate"),
    "change": (weighing_rules.change, "rate"),
    "product": (weighing_rules.product, "rate"),
    "sum_rate": (weighing_rules.quotient_of_sum, "rate"),
    "grown": (weighing_rules.grown, "rate"),
    "shrunk": (weighing_rules.shrunk, "rate"),
}


class Try(Struct, frozen=True):
    """One admissible reading of a relation: its operands, and what to say when only it agrees.

    ``signs`` belong to sums (+1, −1). ``note`` is empty for the usual reading.
    """

    kind: Kind
    operands: tuple[Fact, ...]
    signs: tuple[int, ...] = ()
    note: str = ""
    absolute: bool = False


def can_be_weighed(stated: Fact, attempt: Try) -> bool:
    """Whether all figures are exact statements, and those of a sum are of one unit."""
    if not attempt.operands or not all(f.quantity.exact for f in (stated, *attempt.operands)):
        return False
    return attempt.kind != "sum" or all(o.quantity.unit == stated.quantity.unit for o in attempt.operands)


def misses_by_far(stated: Fact, attempt: Try) -> bool:
    """Whether a sum or a quotient misses by more than its figures' last digits could ever account for."""
    if attempt.kind == "rate":
        return _is_other_rate(stated.quantity, *(o.quantity for o in attempt.operands))
    if attempt.kind != "sum":
        return False
    signs = attempt.signs or (1,) * len(attempt.operands)
    value = stated.quantity.value
    total = sum((sign * o.quantity.value for sign, o in zip(signs, attempt.operands, strict=True)), Decimal(0))
    gap = abs(abs(value) - abs(total)) if attempt.absolute else abs(value - total)
    return gap > weighing_rules.TAIL * sum((o.quantity.step for o in attempt.operands), stated.quantity.step)


def _is_other_rate(stated: Quantity, top: Quantity, base: Quantity) -> bool:
    """Whether a quotient is off by several times what all last digits come to, small as they are beside the figures."""
    if stated.value <= 0 or top.value <= 0 or base.value <= 0:
        return False
    shares = top.step / top.value + base.step / base.value
    quotient = top.value / base.value
    return shares < _CLOSE and abs(stated.value - quotient) > weighing_rules.TAIL * (stated.step + quotient * shares)


def weigh_try(ledger: Ledger, stated: Fact, attempt: Try) -> Weighing | None:
    """Weigh one reading; None when it cannot be computed (zero base, figures that are no exact statements)."""
    if not can_be_weighed(stated, attempt):
        return None
    quantities = [o.quantity for o in attempt.operands]
    if attempt.kind == "sum":
        signs = attempt.signs or (1,) * len(quantities)
        formula, shape = weighing_rules.signed_sum(signs), "sum"
        return weigh(
            stated.quantity,
            quantities,
            formula,
            "sum",
            absolute=attempt.absolute,
            lenient=ledger.lenient,
            usual=ledger.usual(stated),
        )
    formula, shape = _FORMULAS[attempt.kind]
    try:
        return weigh(
            stated.quantity, quantities, formula, shape,
            absolute=attempt.absolute, lenient=ledger.lenient, usual=ledger.usual(stated),
        )  # fmt: skip
    except ZeroDivisionError:
        return None


def working_of(attempt: Try, stated: Fact, weighing: Weighing) -> str:
    """The formula with its values and what it gives: ``3234.69万元÷3711.12万元=87.16%``."""
    shown = [show(o) for o in attempt.operands]
    if attempt.kind == "sum":
        signs = attempt.signs or (1,) * len(shown)
        left = shown[0] if signs[0] > 0 else f"−{shown[0]}"
        left += "".join(("+" if s > 0 else "−") + v for s, v in zip(signs[1:], shown[1:], strict=True))
    elif attempt.kind == "rate":
        left = f"{shown[0]}÷{shown[1]}"
    elif attempt.kind == "change":
        left = f"({shown[0]}−{shown[1]})÷{shown[1]}"
    elif attempt.kind in ("grown", "shrunk"):
        left = f"{shown[0]}÷({shown[1]}{'−' if attempt.kind == 'grown' else '+'}{shown[0]})"
    elif attempt.kind == "sum_rate":
        left = f"({'+'.join(shown[:-1])})÷{shown[-1]}"
    else:
        left = "×".join(shown)
    decimals = places([stated.quantity, *([o.quantity for o in attempt.operands] if attempt.kind == "sum" else [])])
    if attempt.kind != "sum" and weighing.verdict == "fail":
        decimals = max(decimals, 2)
    return f"{left}={show_value(weighing.nominal, stated.quantity, decimals=decimals)}"


def agrees(ledger: Ledger, stated: Fact, attempt: Try) -> bool:
    """Whether a reading can be weighed and bears the stated figure out."""
    if misses_by_far(stated, attempt):
        return False
    weighing = weigh_try(ledger, stated, attempt)
    return weighing is not None and weighing.verdict == "pass"


def relate(
    ledger: Ledger,
    identity: str,
    stated: Fact,
    attempts: Iterable[Try],
    *,
    title: str = "",
    sure: bool = True,
    at: Span | None = None,
    cap: Severity | Callable[[], Severity] = "error",
    category: str = "",
    consequence: Consequence | None = None,
    label: str = "",
) -> Iterator[Finding | Check]:
    """Try every reading in turn; the first is the usual one.

    One reading that agrees is enough, and those after it are not asked for. When it is an unusual one the
    finding names it as ``info``; when all fail the first reading's figures are shown. ``cap`` bounds the
    severity; a function is only called when there is something to bound. ``at`` replaces the stated figure as
    the place at fault.
    """
    attempts = iter(attempts)
    usual = next(attempts, None)
    weighed = ((t, w) for t in chain((usual,), attempts) if t and (w := weigh_try(ledger, stated, t)) is not None)
    first = next(weighed, None)
    if first is None or not ledger.first_time(identity[:1] + first[0].kind, (stated, *first[0].operands)):
        return
    attempt, weighing = _prevailing(chain((first,), weighed))
    working = working_of(attempt, stated, weighing)
    members = (stated, *attempt.operands)
    every_sure = sure and all(m.sure for m in members)
    relation = Relation(identity, stated, attempt.operands, weighing, recompute=attempt)
    verdict = weighing.verdict if weighing.verdict != "fail" or every_sure else "uncertain"
    yield ledger.check(identity, verdict, working, members, title=title or label, weighing=weighing)
    ledger.relations.append(relation)
    found: Finding | None = None
    what = label or name(stated)
    if weighing.severity is not None and weighing.verdict == "fail":
        severity = softened(weighing.severity, every_sure)
        severity = min(severity, cap() if callable(cap) else cap, key=_LEVELS.index)
        gap_size = abs(weighing.difference)
        missing = ledger.left_out(members, gap_size) if attempt.kind == "sum" and gap_size else None
        if missing is not None and severity == "error":
            severity = "warning"
        if (
            missing is None
            and attempt.kind == "sum"
            and stated.quantity.unit not in ("CNY", "分", "%")
            and gap_size > 1
        ):
            missing = ledger.left_out(members, gap_size, listed=True)
        gap = show_value(abs(weighing.difference), stated.quantity, decimals=_gap_places(members, weighing))
        found = ledger.finding(
            f"{told(attempt.kind, what, stated, attempt.operands, attempt.signs, working)}，"
            f"相差{gap.replace('%', '个百分点')}，不符。",
            at or stated,
            *attempt.operands,
            *((missing,) if missing is not None else ()),
            severity=severity,
            working=working,
            weighing=weighing,
            explanation=_missing_words(ledger, missing) if missing is not None else "",
            category=category,
            title=title,
            consequence=consequence,
            amount=abs(weighing.difference) if stated.quantity.unit == "CNY" else None,
        )
    elif attempt.note and usual is not None and not (usual.note and ledger.together(stated, attempt.operands[-1])):
        plain_base = bool(usual.operands) and not usual.note and ledger.together(stated, usual.operands[-1])
        found = ledger.finding(
            f"{what}{show(stated)}按{attempt.note}计算方才相符（{working}），计算口径需写明。",
            at or stated,
            *attempt.operands,
            *(usual.operands if plain_base else ()),
            severity="warning" if plain_base and every_sure else "info",
            working=working,
            weighing=weighing,
            category=category,
            title=title,
        )
    elif weighing.truncated and stated.quantity.unit == "%":
        found = ledger.finding(
            f"{what}{show(stated)}系截位而非四舍五入所得：{working}。",
            at or stated, *attempt.operands,
            severity="info", working=working, weighing=weighing, category="A17", title="比率截位",
        )  # fmt: skip
    elif weighing.verdict == "tail":
        gap = show_value(abs(weighing.difference), stated.quantity, decimals=_gap_places(members, weighing))
        found = ledger.finding(
            f"{what}{show(stated)}与{working}相差{gap}，属四舍五入尾差。",
            at or stated, *attempt.operands,
            severity="info", working=working, weighing=weighing, category="A17", title="尾差",
        )  # fmt: skip
    relation.finding = found
    if found is not None:
        yield found


def _prevailing(weighed: Iterable[tuple[Try, Weighing]]) -> tuple[Try, Weighing]:
    """The first reading that holds, else the first that misses by a tail, else the first."""
    kept: list[tuple[Try, Weighing]] = []
    for reading in weighed:
        if reading[1].verdict == "pass":
            return reading
        kept.append(reading)
    return next((reading for reading in kept if reading[1].verdict == "tail"), kept[0])


def _missing_words(ledger: Ledger, missing: Fact) -> str:
    """What to say of a figure of the same paragraph that equals the difference."""
    words = ledger.document.quote(missing.label).strip() if missing.label is not None else ""
    what = f"“{words}”" if words and len(words) <= 30 else ""
    return f"差额恰等于同段所列{what}{show(missing)}，可能是该项未计入或重复计入所致。"


def _gap_places(members: Sequence[Fact], weighing: Weighing) -> int:
    same = [m.quantity for m in members if m.quantity.unit == members[0].quantity.unit]
    return max(places(same), 2 if members[0].quantity.unit == "%" else 0)


def note_relation(
    ledger: Ledger,
    identity: str,
    members: Sequence[Fact],
    holds: Callable[[Sequence[Fact]], bool],
    finding: Finding | None,
    stated: Decimal,
    computed: Decimal,
) -> None:
    """Remember a relation that was judged elsewhere, so that it helps to tell the figure at fault."""
    passed = holds(members)
    point = Interval.point(stated)
    weighing = Weighing(
        "pass" if passed else "fail", None if passed else "warning", point, Interval.point(computed),
        computed, stated - computed, Decimal(0),
    )  # fmt: skip
    ledger.relations.append(Relation(identity, members[0], tuple(members[1:]), weighing, holds, finding))


def percent(value: Decimal, decimals: int = 2) -> str:
    """A fraction as a percentage: ``87.16%``."""
    return f"{plain(value * 100, decimals)}%"
