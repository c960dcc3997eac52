"""Shares against the figures that they are of."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, agrees, relate, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name
from jihe_extract.document import Span
from jihe_extract.facts import SURE, Claim, Fact
from jihe_extract.prose.words import load_words

SPENDING = ("预算数", "年初预算数", "总投资")
"""Further measures that a whole named with its scope may have."""
_MOST_TOPS = 4
"""Most figures that a share may be of together."""
_HAN = regex.compile(r"\p{Han}+")
_NAMED = 4
"""Characters before 占 that name what the share is of."""


@rule(
    id="N03",
    title="占比与金额不符",
    category="A08",
    severity="error",
    basis=("STL-83",),
    advice="核对分项、合计后更正占比。",
    fails=("支出合计500.00万元，其中基本支出300.00万元，«占总支出的62.00%»。",),
    passes=("支出合计500.00万元，其中基本支出300.00万元，占总支出的60.00%。",),
)
def shares(ledger: Ledger) -> Outcome:
    """占比＝分项÷合计；合计取同一量的总额（各处所述都试），有一个相符即可。写明占何者的，以该项为合计。"""
    shared = {c.operands[0].quantity.span for c in ledger.claims if c.kind == "share" and c.operands}
    for claim in ledger.claims:
        if claim.kind != "share" or claim.stated is None or not claim.operands:
            continue
        part = claim.operands[0]
        named = [claim.operands[1]] if len(claim.operands) > 1 else []
        if not (named or claim.word):
            named = _divided(ledger, part, claim)
        wholes: list[Fact] = []
        for measure in dict.fromkeys((part.measure, "执行数", "全年预算数", *(SPENDING if claim.word else ()))):
            wholes += ledger.stated(measure, claim.word, "", ledger.key(part)[3], near=part)
        if not claim.word:
            wholes = [w for w in wholes if w.quantity.span not in shared and _may_hold(ledger, w, part)]
        above = _above(part.scope) if not (claim.word or named) else ()
        wholes[:0] = [
            w for scope in above for w in ledger.stated(part.measure, scope, "", ledger.key(part)[3], near=part)
        ]
        tops = _parts(ledger, claim, part)
        attempts = [
            Try("rate", (top, whole))
            for whole in (*named, *wholes)
            for top in tops
            if whole.quantity.span != top.quantity.span and whole.quantity.unit == top.quantity.unit
        ]
        weighed = (w for t in attempts if (w := weigh_try(ledger, claim.stated, t)) is not None)
        if all(w.verdict == "fail" for w in weighed):
            if len(claim.operands) < 2 and not (part.scope or part.subject):
                continue
            if above and not any(w.scope == above[0] for w in wholes):
                continue  # its natural whole is not in the report
            attempts += _wholes_beside(ledger, claim.stated, part)
            attempts += _tops_together(ledger, claim.stated, part, (*named, *wholes))
        sure = claim.trust >= SURE and not _of_another(ledger, claim.stated, part)
        yield from relate(ledger, "I16", claim.stated, attempts, sure=sure, label=name(part) + "占比")


def _above(scope: str) -> tuple[str, ...]:
    """The scopes that a scope naturally lies in, the nearest first (公车运行费: 公务用车费, 三公经费)."""
    scopes = load_words().scopes
    found: list[str] = []
    while scope in scopes and scopes[scope].within and scopes[scope].within not in found:
        scope = scopes[scope].within
        found.append(scope)
    return tuple(found)


def _divided(ledger: Ledger, part: Fact, share: Claim) -> list[Fact]:
    """The wholes of the lists that a figure is a part of; a share of the year's own is none of what was carried over too."""
    own_year = "本年" in ledger.document.quote(share.span)
    measures = (part.measure,) if own_year else (part.measure, "收支总计")
    lists = ledger.once(_lists_of).get(part.quantity.span, ())
    return [c.stated for c in lists if c.stated is not None and c.stated.measure in measures]


def _lists_of(ledger: Ledger) -> dict[Span, list[Claim]]:
    """The lists with a whole that each figure is a part of."""
    found: dict[Span, list[Claim]] = {}
    for claim in ledger.claims:
        if claim.kind == "sum" and claim.stated is not None:
            for span in dict.fromkeys(o.quantity.span for o in claim.operands):
                found.setdefault(span, []).append(claim)
    return found


def _totals(ledger: Ledger) -> dict[Span, set[Span]]:
    """The figures that each total of a list (合计) adds up."""
    found: dict[Span, set[Span]] = {}
    for claim in ledger.claims:
        if claim.kind == "sum" and claim.word == "合计" and claim.stated is not None:
            found.setdefault(claim.stated.quantity.span, set()).update(o.quantity.span for o in claim.operands)
    return found


def _may_hold(ledger: Ledger, whole: Fact, part: Fact) -> bool:
    """Whether a total may hold a part: no smaller than it, and not the sum of a list that the part is not in."""
    if whole.quantity.value < part.quantity.value:
        return False
    own = ledger.once(_totals).get(whole.quantity.span)
    return own is None or part.quantity.span in own


def _wholes_beside(ledger: Ledger, stated: Fact, part: Fact) -> list[Try]:
    """Other amounts of the paragraph as the whole, as far as the share agrees with them."""
    where = ledger.paragraph(stated.quantity.span)
    tries = [
        Try("rate", (part, f)) for f in ledger.within(where)
        if f.quantity.unit == part.quantity.unit and f is not part and f.quantity.value
    ]  # fmt: skip
    return [t for t in tries if agrees(ledger, stated, t)]


def _tops_together(ledger: Ledger, stated: Fact, part: Fact, wholes: Sequence[Fact]) -> list[Try]:
    """Shares of the last figures of a list together: ``教授16人、副教授34人，高级职称教师占50%``."""
    run: list[Fact] = []
    for fact in reversed([f for f in ledger.within(ledger.sentence(stated.quantity.span)) if f is not stated]):
        if fact.quantity.span > part.quantity.span:
            continue
        if fact.quantity.unit != part.quantity.unit or len(run) == _MOST_TOPS:
            break
        run.append(fact)
    tries = [
        Try("sum_rate", (*run[:n], whole))
        for n in range(2, len(run) + 1) for whole in wholes
        if whole.quantity.unit == part.quantity.unit and whole not in run[:n]
    ]  # fmt: skip
    return [t for t in tries if agrees(ledger, stated, t)]


def _of_another(ledger: Ledger, stated: Fact, part: Fact) -> bool:
    """Whether the words of a share before 占 name something that the words of the part do not."""
    if stated.label is None or part.label is None:
        return False
    said, found, _ = ledger.document.quote(stated.label).partition("占")
    named, told = "".join(_HAN.findall(said)), ledger.document.quote(part.label)
    return bool(found) and len(named) >= _NAMED and not any(named[i : i + 2] in told for i in range(len(named) - 1))


def _parts(ledger: Ledger, claim: Claim, part: Fact) -> list[Fact]:
    """The part that the sentence speaks of, and other figures of its scope in the same sentence."""
    near = [
        f for f in ledger.of_scope(part.subject, part.scope)
        if f.quantity.unit == part.quantity.unit and f is not part and claim.stated is not None and ledger.together(claim.stated, f)
    ]  # fmt: skip
    return [part, *near]
