"""What goes into the cells of the workbook, made from records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from jihe_audit.export.cells import to_wan
from jihe_audit.export.records import CheckRecord, FactRecord, Figure, FindingRecord, IndicatorRecord, Summary
from jihe_audit.export.rows import DASH, Formula, harmless
from jihe_audit.issues import Issue
from jihe_audit.packs import Pack

HUNDRED = Decimal(100)
SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<"}


def score_row(unit: str, at: int, row: IndicatorRecord, hits: Sequence[tuple[Issue, FindingRecord]]) -> list[Any]:
    """The cells of one indicator; ``at`` is the row's number, ``hits`` what was found about it."""
    path = [*([""] * (3 - len(row.path))), *row.path][-3:]
    relation = row.target.relation if row.target else ""
    numeric = bool(row.target and row.actual and row.target.unit == row.actual.unit)
    down = relation in ("le", "lt")
    sense = "定性" if row.target is None else "反向" if down else "正向"
    rate: Any = None
    score: Any = None
    if numeric and row.target and row.target.value and not down and row.actual:
        rate = Formula(f"=H{at}/F{at}", row.actual.value / row.target.value)
        if row.weight:
            share = min(Decimal(1), max(Decimal(0), row.actual.value / row.target.value))
            score = Formula(f"=ROUND(K{at}*MAX(0,MIN(1,J{at})),2)", round(row.weight.value * share, 2))
    elif numeric and down and row.weight and row.target and row.actual and row.actual.value <= row.target.value:
        score = Formula(f'=IF(H{at}<=F{at},K{at},"")', row.weight.value)
    gap: Any = None
    if score is not None and row.score is not None:
        gap = Formula(f'=IF(OR(L{at}="",M{at}=""),"",M{at}-L{at})', score.shown - row.score.value)
    return [
        unit,
        *path,
        sense,
        shown(row.target) if row.target else row.target_text or None,
        unit_of(row.target or row.actual),
        shown(row.actual) if row.actual else row.actual_text or None,
        row.completion.value if row.completion else None,
        rate,
        row.weight.value if row.weight else None,
        row.score.value if row.score else None,
        score,
        gap,
        harmless("；".join(dict.fromkeys(f.message for _, f in hits)), 300) or None,
        "、".join(dict.fromkeys(i.number for i, _ in hits)) or None,
    ]


def figure_words(figure: Figure | None, text: str = "") -> str:
    """A figure as one writes it in a letter: ``≥96次``."""
    if figure is None:
        return text.strip() or DASH
    words = "".join(figure.quote.split()).replace("\\%", "%")
    sign = SIGNS.get(figure.relation, "")
    return words if not words[:1].isdigit() else sign + words


def numbered(texts: Sequence[str], many: bool, limit: int, each: int = 0) -> str:
    """Several texts in one cell, numbered when there is more than one; equal texts once."""
    kept = [t if not each or len(t) <= each else t[: each - 1] + "…" for t in dict.fromkeys(texts) if t]
    if not many or len(kept) < 2:
        return harmless(kept[0], limit) if kept else ""
    return harmless("\n".join(f"（{n}）{t}" for n, t in enumerate(kept, 1)), limit)


def remark(summary: Summary) -> str:
    """Why a report was not read, or what is to be known of its reading."""
    return summary.problem or "；".join(summary.notes[:3])


def unit_of(figure: Figure | FactRecord | None) -> str:
    """The unit that a figure is shown in."""
    if figure is None:
        return DASH
    return "万元" if figure.unit == "CNY" else figure.unit or DASH


def shown(figure: Figure) -> Any:
    """A figure in the unit it is shown in."""
    if figure.unit == "%":
        return figure.value * HUNDRED
    return to_wan(figure.value) if figure.unit == "CNY" else figure.value


def scaled(value: Decimal, unit: str) -> Decimal:
    """A value in base units in the unit it is shown in."""
    return value / 10_000 if unit == "万元" else value * HUNDRED if unit == "%" else value


def sides(check: CheckRecord, values: dict[tuple[int, int], FactRecord]) -> tuple[Decimal | None, Decimal | None, str]:
    """Stated and computed value for people, and their unit."""
    unit = "万元" if check.unit == "CNY" else check.unit
    if check.stated is None or check.computed is None:
        return None, None, unit
    fact = values.get(check.spans[0]) if check.spans else None
    if fact is not None and check.stated[0] <= fact.value <= check.stated[1]:
        stated = fact.value
        unit = unit or unit_of(fact)
    else:
        stated = (check.stated[0] + check.stated[1]) / 2
    computed = (check.computed[0] + check.computed[1]) / 2
    places = Decimal("0.0001")
    return scaled(stated, unit), scaled(computed, unit).quantize(places).normalize() + 0, unit


_CELL = re.compile(r"表\d+第\d+行第\d+列$")


def near(place: str) -> str | None:
    """Page or line, and the cell or the nearest heading: long ways through the headings make tall rows."""
    head, _, rest = place.partition("，")
    if cell := _CELL.search(rest):
        return f"{head}，{cell[0]}"
    return f"{head}，{rest.rsplit(' › ', 1)[-1]}" if rest else place or None


def score_sheets(rows: Sequence[IndicatorRecord]) -> Iterator[tuple[int, int]]:
    """The rows of one score sheet after the other: weights that come to 100 before others follow are a whole."""
    weights = [r.weight.value if r.weight else Decimal(0) for r in rows]
    start, sum_ = 0, Decimal(0)
    for n, weight in enumerate(weights, 1):
        sum_ += weight
        if sum_ == HUNDRED and any(weights[n:]):
            yield start, n
            start, sum_ = n, Decimal(0)
    if start < len(rows):
        yield start, len(rows)


def score_total(unit: str, at: tuple[int, int], cells: Sequence[Sequence[Any]], pack: Pack) -> list[Any]:
    """The line below a score sheet, whose cells stand in the rows ``at``: sums, and the grades they would get.

    An indicator whose own rule gives no score counts with the score that the report gives it.
    """
    first, last = at
    weight, own = (sum((row[n] for row in cells if row[n] is not None), Decimal(0)) for n in (10, 11))
    again = Decimal(0)
    for row in cells:
        shown = row[12].shown if isinstance(row[12], Formula) else None
        again += (row[11] or Decimal(0)) if shown is None or shown == "" else shown
    sums = [Formula(f"=SUM({c}{first}:{c}{last})", value) for c, value in (("K", weight), ("L", own))]
    formula = f'=SUM(M{first}:M{last})+SUMPRODUCT((M{first}:M{last}="")*1,L{first}:L{last})'
    sums += [Formula(formula, again), Formula(f"=M{last + 1}-L{last + 1}", again - own)]
    told = "仅据文本测算，不替代现场评价"
    grades = [pack.grade(score) for score in (own, again)]
    if weight == HUNDRED and all(grades):
        words = [f"“{g.words[0]}”" for g in grades if g]
        told = f"按{pack.name}，自评得分对应{words[0]}，测算得分对应{words[1]}；{told}"
    return [unit, "合计", *[""] * 8, *sums, told, ""]
