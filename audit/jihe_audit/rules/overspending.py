"""Spending over its budget, told once for a table that has many such lines."""

from __future__ import annotations

from decimal import Decimal

from jihe_audit.finding import Finding
from jihe_audit.ledger import Ledger
from jihe_audit.pairs import spending_pairs
from jihe_audit.relate import percent
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name, show
from jihe_extract.document import Span
from jihe_extract.facts import Fact


@rule(
    id="B06",
    title="支出超过预算",
    category="C05",
    severity="warning",
    basis=("YSF-13",),
    advice="说明超出部分的资金来源和批复文件；属口径不同的，统一口径。",
    needs=("追加指标文件",),
    consequence="amount",
    fails=("2023年度全年预算数552.40万元，«决算支出667.90万元»。",),
    passes=(
        "2023年度全年预算数552.40万元，决算支出540.90万元。",
        "大气污染防治（项）。年初预算为420.00万元，支出决算为986.30万元，主要原因是年中追加中央资金。",
    ),
)
def overspent(ledger: Ledger) -> Outcome:
    """同一范围的支出大于全年预算的，须有追加来源；只有年初预算可比时，支出超过年初预算两成的提示。同一张表超过的项多的，合为一条。"""
    over: list[tuple[Fact, Fact]] = []
    for spent, budget in spending_pairs(ledger):
        s, b = spent.quantity, budget.quantity
        if (budget.measure == "预算数" and not ledger.together(spent, budget)) or _grand_total(ledger, spent):
            continue
        if s.exact and b.exact and budget.measure != "年初预算数" and spent.quantity.unit == "CNY":
            within = s.value <= b.value + max(s.step, b.step)
            mark = "≤" if within else ">"
            yield ledger.check(
                "I18", "pass" if within else "uncertain", f"{show(spent)}{mark}{show(budget)}", (spent, budget)
            )
        if s.value <= b.value + max(s.step, b.step) or not b.exact or not s.exact:
            continue
        early = budget.measure == "年初预算数"
        if early and (s.value < b.value * Decimal("1.2") or ledger.at("调增数", spent.scope, spent.subject)):
            continue
        if (early and _explained(ledger, spent)) or _one_of_parts(ledger, spent, budget):
            continue
        over.append((spent, budget))
    for alike in _by_table(ledger, over):
        yield _told_overspent(ledger, *alike[0], alike[1:])


def _grand_total(ledger: Ledger, spent: Fact) -> bool:
    """Whether a total holds what was carried over to the next year, too (支出总计): it is no spending."""
    return spent.label is not None and ledger.document.quote(spent.label).endswith("总计")


def _explained(ledger: Ledger, spent: Fact) -> bool:
    """Whether the paragraph says behind a spending why it passes the budget that its year began with."""
    line = ledger.paragraph(spent.quantity.span)
    behind = ledger.document.text[spent.quantity.span.end : line.end]
    return ledger.document.cell_at(spent.quantity.span) is None and bool(
        ledger.rulebook.words["over_explained"].search(behind)
    )


def _one_of_parts(ledger: Ledger, spent: Fact, budget: Fact) -> bool:
    """Whether the "budget" is the last part of the spending (支出1386万元，其中甲924万元；一般预算安排462万元)."""
    if budget.quantity.span.start < spent.quantity.span.end or not ledger.together(spent, budget):
        return False
    if ledger.document.cell_at(spent.quantity.span) is not None:
        return False
    told = ledger.within(Span(spent.quantity.span.end, budget.quantity.span.end))
    parts = {f.quantity.span: f.quantity for f in told if f.quantity.unit == "CNY"}
    return len(parts) > 1 and sum(q.value for q in parts.values()) == spent.quantity.value


MOST = 3
"""Lines of one table over their budget that are told one by one; of more, the greatest leads."""


def _by_table(ledger: Ledger, over: list[tuple[Fact, Fact]]) -> list[list[tuple[Fact, Fact]]]:
    """The pairs that one finding tells together: those of one table when there are many, the greatest first."""
    tables: dict[int, list[tuple[Fact, Fact]]] = {}
    groups: list[list[tuple[Fact, Fact]]] = []
    for spent, budget in over:
        cells = [ledger.document.cell_at(f.quantity.span) for f in (spent, budget)]
        if cells[0] is None or cells[1] is None or cells[0][0] != cells[1][0]:
            groups.append([(spent, budget)])
            continue
        if cells[0][0] not in tables:
            groups.append(tables.setdefault(cells[0][0], []))
        tables[cells[0][0]].append((spent, budget))
    split = [[g] if len(g) > MOST else [[pair] for pair in g] for g in groups]
    return [sorted(g, key=lambda p: p[1].quantity.value - p[0].quantity.value) for parts in split for g in parts]


def _told_overspent(ledger: Ledger, spent: Fact, budget: Fact, more: list[tuple[Fact, Fact]]) -> Finding:
    s, b = spent.quantity, budget.quantity
    rate = f"为预算的{percent(s.value / b.value)}" if b.value else "而未列预算"
    public = spent.scope in ("公用经费", "三公经费", "公务接待费", "公务用车费", "公车运行费", "会议费", "培训费")
    slipped = bool(spent.subject) and (s.value >= b.value * 4 or s.surface != b.surface)
    others = "、".join(dict.fromkeys(f.subject or f.scope or name(f) for f, _ in more[:4]))
    rest = f"同表另有{len(more)}项支出超过预算（{others}{'等' if len(more) > 4 else ''}）。" if more else ""
    return ledger.finding(
        f"{name(budget)}{show(budget)}，{name(spent)}{show(spent)}，支出{rate}，超出部分的资金来源需说明"
        f"{'；预算数疑有漏位或单位误写' if slipped else ''}。{rest}",
        *((budget, spent) if slipped else (spent, budget)), *(f for pair in more for f in pair),
        working=f"{show(spent)}>{show(budget)}", amount=s.value - b.value,
        category="B12" if not b.value else "B06" if public else "C05",
    )  # fmt: skip
