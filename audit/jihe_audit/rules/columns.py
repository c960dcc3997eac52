"""Lines of a table that break what all its other lines keep to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jihe_audit.finding import Check, Finding
from jihe_audit.groups import Relation
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Kind, Try, weigh_try, working_of
from jihe_audit.rule import Outcome, rule
from jihe_audit.slips import repairs
from jihe_audit.verdict import Weighing
from jihe_audit.wording import show
from jihe_extract.cells.patternkinds import FALL, TIMES
from jihe_extract.cells.tablepatterns import COLUMN, SIDEWAYS
from jihe_extract.facts import Claim, Fact

IDENTITY = {"sum": "I05", "ratio": "R00"}
LOOSE = ("I18", "I19")
"""Comparisons that accuse no digit: spending over its budget, and figures of one name, which may be several things."""
Line = tuple[Fact, Try, Weighing]


def _table(total: str = "60", grown: str = "18") -> str:
    rows = (
        "线路 | 早班 | 晚班 | 班次 | 增开",
        "一线 | 128 | 96 | 224 | 32",
        f"二线 | 143 | 117 | {total} | 26",
        "三线 | 151 | 88 | 239 | 63",
        f"四线 | 137 | 119 | 256 | {grown}",
        "五线 | 164 | 133 | 297 | 31",
    )
    lines = [f"| {r} |" for r in rows]
    return "\n".join(("公交班次表\n", lines[0], "|---|---|---|---|---|", *lines[1:])) + "\n"


@rule(
    id="N23",
    title="表中一行与其余各行的计算关系不符",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对该行各数，更正有误的数字。",
    consequence="amount",
    fails=(_table(total="«290»"), _table(total="260", grown="«16»")),
    passes=(_table(total="260"),),
    late=True,
)
def broken_lines(ledger: Ledger) -> Outcome:
    """表中某一列在其余各行（至少三行，且不是因为有零而相符）都等于另几列之和、之差、之商或占末行的比重，只有个别行不符的，提示该行。一行另有算法可以相符的不提示。"""
    patterns: dict[str, list[Line]] = {}
    for claim in ledger.extraction.supposed:
        if claim.word.startswith(COLUMN) and claim.stated is not None:
            attempt = _try(claim)
            weighing = weigh_try(ledger, claim.stated, attempt)
            if weighing is not None:
                patterns.setdefault(claim.word, []).append((claim.stated, attempt, weighing))
    doubted = {
        s for c in ledger.tried if c.verdict in ("fail", "uncertain") and c.identity not in LOOSE for s in c.spans
    }
    for lines in patterns.values():
        yield from (_check(ledger, *line) for line in lines if line[2].verdict in ("pass", "tail"))
    for mark, lines in patterns.items():
        for stated, attempt, weighing in lines:
            members = (stated, *attempt.operands)
            if weighing.verdict == "fail" and doubted.isdisjoint(m.quantity.span for m in members):
                relation = Relation(_identity(attempt), stated, attempt.operands, weighing, recompute=attempt)
                culprit, slip = _slip(ledger, relation)
                if slip or SIDEWAYS not in mark:
                    doubted.update(m.quantity.span for m in members)
                    yield from _doubt(ledger, relation, attempt, culprit, slip, len(lines) - 1)


def _try(claim: Claim) -> Try:
    signs = claim.word.rpartition(":")[2]
    if claim.kind == "sum":
        return Try("sum", claim.operands, tuple(1 if s == "+" else -1 for s in signs))
    if claim.kind == "difference":
        return Try("sum", claim.operands, (1, -1), absolute=True)
    if signs.startswith(TIMES):
        return Try("product", claim.operands)
    together = len(claim.operands) > 2
    kind: Kind = "change" if claim.kind == "growth" else "sum_rate" if together else "rate"
    return Try(kind, claim.operands, absolute=signs == FALL)


def _identity(attempt: Try) -> str:
    return IDENTITY["sum" if attempt.kind == "sum" else "ratio"]


def _check(ledger: Ledger, stated: Fact, attempt: Try, weighing: Weighing) -> Check:
    working = f"{show(stated)}={working_of(attempt, stated, weighing)}".rpartition("=")[0]
    members = (stated, *attempt.operands)
    return ledger.check(_identity(attempt), weighing.verdict, working, members, weighing=weighing)


def _doubt(
    ledger: Ledger, relation: Relation, attempt: Try, culprit: Fact, slip: str, others: int
) -> Iterator[Finding | Check]:
    working = working_of(attempt, relation.stated, relation.weighing)
    members = [culprit, *(m for m in relation.members if m is not culprit)]
    yield ledger.check(relation.identity, "uncertain", working, members, weighing=relation.weighing)
    yield ledger.finding(
        f"{show(relation.stated)}按表中其余{others}行的算法应为{working}，不符。",
        culprit, *members[1:], working=working, weighing=relation.weighing, explanation=slip,
    )  # fmt: skip


def _slip(ledger: Ledger, relation: Relation) -> tuple[Fact, str]:
    """The figure that a slip of the hand would mend, and how; else the one that is computed."""
    held = {s for c in ledger.tried if c.verdict in ("pass", "tail") for s in c.spans}
    free: Sequence[Fact] = [m for m in relation.members if m.quantity.span not in held] or relation.members
    for member in free:
        for new, slip in repairs(ledger, member, [relation], limit=1, near=True):
            return member, f"可能{slip}：{show(member)}若为{show(new)}，则相符。"
    return (free[0] if len(free) == 1 else relation.stated), ""
