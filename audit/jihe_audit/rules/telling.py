"""What the report tells and leaves untold: reasons for low execution, problems without facts, new projects."""

from __future__ import annotations

from decimal import Decimal

import regex

from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.document import Block, Span
from jihe_extract.facts import Fact

LARGE = Decimal("0.1")
WHY = regex.compile(r"原因|由于|因|系|依据|根据|用于|增资|政策|新增|文件|安排|结转|压减要求|过紧日子")


@rule(
    id="C04",
    title="执行率偏低而未说明原因",
    category="C04",
    severity="warning",
    basis=("CY10",),
    advice="单独说明执行率偏低的原因和改进措施。",
    fails=("全年预算数1000.00万元，全年实际支出600.00万元，«预算执行率60.00%»。",),
    passes=(
        "全年预算数1000.00万元，全年实际支出600.00万元，预算执行率60.00%，主要原因是工程推迟开工。",
        "上半年支出600.00万元，为预算的60.00%。",
        "全年罚没收入完成78.00万元，为预算的78.00%。",
    ),
)
def unexplained(ledger: Ledger) -> Outcome:
    """总执行率低于提示线（地区包，默认80%），而所在段落和存在问题部分都没有说明原因。"""
    for fact in ledger.extraction.facts:
        if fact.measure not in ("执行率", "完成预算比") or fact.scope or fact.subject or fact.period:
            continue
        if fact.quantity.value >= ledger.pack.low_execution or not fact.sure or not fact.quantity.exact:
            continue
        if _of_revenue(ledger, fact) or ledger.within_year(fact.quantity.span):
            continue
        if not any(ledger.rulebook.words["reason_told"].search(text) for text in _around(ledger, fact.quantity.span)):
            yield ledger.finding(f"执行率{show(fact)}，报告没有说明偏低的原因。", fact)
        return


def _of_revenue(ledger: Ledger, rate: Fact) -> bool:
    """Whether the amount right before a rate is revenue: no execution of a budget of spending."""
    where = ledger.sentence(rate.quantity.span, "。\n")
    before = [
        f for f in ledger.within(where) if f.quantity.unit == "CNY" and f.quantity.span < rate.quantity.span
    ]  # fmt: skip
    return bool(before) and before[-1].measure == "收入数"


def _around(ledger: Ledger, span: Span) -> list[str]:
    """The paragraph of a figure, the next one, and sentences elsewhere that speak of execution."""
    blocks, words = list(ledger.document.blocks), ledger.rulebook.words
    at = next((i for i, b in enumerate(blocks) if b.span.holds(span)), None)
    near = [ledger.document.quote(b.span) for b in blocks[at : at + 2]] if at is not None else [ledger.document.text]
    told = [s for s in regex.split(r"[。；\n]", ledger.document.text) if words["execution_told"].search(s)]
    return near + [s for s in told if words["reason_told"].search(s)]


@rule(
    id="B05",
    title="预算调整未说明原因",
    category="B03",
    severity="info",
    basis=("CY10",),
    advice="逐项说明调整的原因和文号。",
    needs=("年中追加（调减）指标文件",),
    fails=("年初预算数1000.00万元，年中调增«150.00万元»，全年预算数1150.00万元。",),
    passes=(
        "年初预算数1000.00万元，年中调增150.00万元，主要原因是人员增资，全年预算数1150.00万元。",
        "年初预算数1000.00万元，年中调增12.00万元，全年预算数1012.00万元。",
    ),
)
def unexplained_change(ledger: Ledger) -> Outcome:
    """调增数、调减数达到年初预算数的10%，而所在段落和下一段没有说明原因。"""
    first = ledger.at("年初预算数", "")
    for measure in ("调增数", "调减数"):
        moved = ledger.at(measure, "")
        if first is None or moved is None or moved.origin != "prose" or not moved.sure:
            continue
        if moved.quantity.value < first.quantity.value * LARGE:
            continue
        if not any(WHY.search(text) for text in _around(ledger, moved.quantity.span)[:2]):
            yield ledger.finding(f"{measure}{show(moved)}，报告没有说明调整的原因。", moved.quantity.span)


@rule(
    id="K04",
    title="存在问题部分空泛",
    category="K04",
    severity="info",
    basis=("CY10",),
    advice="写明涉及的项目、数据和事项，与指标偏差对应。",
    consequence="text",
    fails=(
        "一、基本情况\n某局为一级预算单位。\n«二、存在的问题»\n绩效指标的明确性还需进一步提升。预算编制精细化程度有待提高。\n三、改进措施\n加强管理。",
    ),
    passes=(
        "一、基本情况\n某局为一级预算单位。\n二、存在的问题\n道路维修项目执行率35%，招标流标延至11月签约，预算编制精细化程度有待提高。\n三、改进措施\n加强管理。",
    ),
)
def vague_problems(ledger: Ledger) -> Outcome:
    """存在问题部分没有任何数字、项目或制度名称，只有“有待”“还需”一类用语。"""
    blocks, words = ledger.document.blocks, ledger.rulebook.words
    for i, block in enumerate(blocks):
        if block.kind != "heading" or block.level != 1 or "问题" not in ledger.document.quote(block.span):
            continue
        body = _body(ledger, blocks[i + 1 :])
        concrete = words["concrete_problem"].search(body)
        if len(body) >= 20 and not concrete and words["vague_problem"].search(body):
            title = ledger.document.quote(block.span).rstrip()
            yield ledger.finding(
                "存在问题部分没有数据、项目或事项，只有笼统表述。",
                Span(block.span.start, block.span.start + len(title)),
            )


def _body(ledger: Ledger, blocks: tuple[Block, ...]) -> str:
    texts: list[str] = []
    for block in blocks:
        if block.kind == "heading" and block.level <= 1:
            break
        texts.append(ledger.document.quote(block.span))
    return "\n".join(texts)


@rule(
    id="W08",
    title="称无新增项目，而列有新增项目",
    category="A13",
    severity="warning",
    basis=("CY10",),
    advice="核实项目性质，更正表述。",
    fails=("调整原因：新增渠道清淤项目。\n全年共实施12个项目，均为延续项目，«无新增项目»。",),
    passes=("全年共实施12个项目，均为延续项目，无新增项目。",),
)
def new_projects(ledger: Ledger) -> Outcome:
    """一处写明无新增项目，另一处写明新增某项目。"""
    none = next((c for c in ledger.claims if c.kind == "qualitative" and c.word == "no_new_projects"), None)
    some = next((c for c in ledger.claims if c.kind == "qualitative" and c.word == "new_projects"), None)
    if none is None or some is None or none.span.meets(some.span):
        return
    yield ledger.finding(
        f"一处称“{ledger.document.quote(none.span)}”，另一处称“{ledger.document.quote(some.span)}”，前后不一。",
        none.span, some.span,
    )  # fmt: skip
