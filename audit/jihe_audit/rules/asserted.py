"""Relations that the build of a sentence suggests although its figures are not named: verified, or doubted as slips."""

from __future__ import annotations

from collections.abc import Iterator

from jihe_audit.ledger import Ledger
from jihe_audit.relate import Kind, Try, agrees
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, judged, weighed
from jihe_extract.asserted.readings import ADMITTED, CHANGES, NAMED
from jihe_extract.cells.tablepatterns import COLUMN
from jihe_extract.document import Span
from jihe_extract.facts import Claim

_PAIR = 2
_GROWN: tuple[Kind, ...] = ("grown", "shrunk")


def _tries(claim: Claim) -> Iterator[Try]:
    """The formulas of a reading."""
    if claim.kind == "sum":
        yield Try("sum", claim.operands)
    elif claim.kind == "ratio":
        yield Try("rate" if len(claim.operands) == _PAIR else "sum_rate", claim.operands)
    elif claim.kind == "difference":
        yield Try("sum", claim.operands, (1, -1), absolute=True)
    elif claim.kind == "growth":
        now, other = claim.operands
        if other.measure in CHANGES and now.quantity.value == other.quantity.value:
            return  # from nothing there is no rate of growth
        if other.measure in CHANGES:
            yield from (Try(kind, (other, now)) for kind in _GROWN)
        else:
            yield Try("change", claim.operands, absolute=True)


def _of_indicators(ledger: Ledger) -> frozenset[Span]:
    """The rates of indicators: what they divide their places tell, not the build of the sentence."""
    rows = ledger.extraction.rows
    told = [
        f for row in rows for f in (row.completion if row.actual and row.target else None, row.deviation, row.score)
    ]
    return frozenset(f.quantity.span for f in told if f is not None)


def _of_other(ledger: Ledger, claim: Claim) -> bool:
    """Whether a rate is the same figure's out of another amount of its paragraph (结余率 of what came in, not of costs)."""
    top, stated = claim.operands[0], claim.stated
    if stated is None or top.quantity.unit != "CNY" or len(claim.operands) != _PAIR:
        return False
    wholes = (
        f for f in ledger.within(ledger.paragraph(stated.quantity.span))
        if f.quantity.unit == "CNY" and f.quantity.exact and f.quantity.value > top.quantity.value
    )  # fmt: skip
    return any(agrees(ledger, stated, Try("rate", (top, f))) for f in wholes)


@rule(
    id="N21",
    title="行文所列数字疑有录入差错",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对同句各数，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "«预拨款2734.60万元»（部里1520.40万元、厅里1204.20万元）已分到各院。",
        "«县里给了1850.75万元»，先用掉1432.35万元，结余428.40万元。",
        "应于年底前完工的40个项目点中，按期完工36个，«按期完工率40%»。",
    ),
    passes=(
        "预拨款2724.60万元（部里1520.40万元、厅里1204.20万元）已分到各院。",
        "预拨款2734.60万元（部里1520.40万元、厅里827.35万元）已分到各院。",
        "县里给了1850.75万元，先用掉1432.35万元，结余418.40万元。",
        "特困供养人数：目标值不低于1401人，半年监控值607人，实际值1063人，完成率75.9%，权重9分，得分6.83分。",
        "应于年底前完工的40个项目点中，按期完工36个，按期完工率90%。",
        "年初账面结转6.20万元，本年到账741.35万元，列支734.10万元以后，年末账面结转13.45万元。",
        "在职人员70人（行政31人，事业34人，工勤5人），占编制72人的97.22%。",
        "发放问卷200份，收回194份，回收率97%，其中有效问卷190份，有效率97.94%。",
    ),
    late=True,
    by_slip=True,
)
def slips(ledger: Ledger) -> Outcome:
    """句子的写法表明几个数字之间存在合计、结余、比率或差额关系，而各数没有写明名称。相符的记为已核；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可全部相符时，才作为疑似录入差错提示。"""
    places: dict[tuple[str, Span], list[SlipReading]] = {}
    rows = _of_indicators(ledger)
    named = {c.stated.quantity.span for c in ledger.extraction.supposed if c.word == NAMED and c.stated is not None}
    for claim in ledger.extraction.supposed:
        if claim.kind == "restatement" or claim.word.startswith(COLUMN) or claim.stated is None:
            continue
        place = places.setdefault((claim.kind, claim.span), [])
        if claim.stated.quantity.span not in rows and not any(r.verdict == "pass" for r in place):
            word = claim.word or (ADMITTED if claim.stated.quantity.span in named else "")
            found = list(weighed(ledger, claim.kind, claim.stated, _tries(claim), is_open=claim.open, word=word))
            if claim.kind == "ratio" and all(r.weighing.verdict == "fail" for r in found) and _of_other(ledger, claim):
                continue
            place.extend(found)
    yield from judged(ledger, places.values())
