"""Tables of a report, their cells marked: funds, indicators, projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jihe_corpus.grammar.figures import Figure, Indicator
from jihe_corpus.grammar.teller import Teller, indicator_marks, mark, shown_value

_FUNDS_KEYS = ("all", "a0", "a1", "b", "ew", "er", "es")
_PROJECT_KEYS = ("name", "pa", "pb", "pr")
FUNDS = ("资金来源", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
INDICATORS = {
    "train": ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    "test": ("一级指标", "二级指标", "绩效指标", "计划指标值", "指标完成值", "标准分值", "自评得分", "偏离原因"),
}
PROJECTS = {
    "train": ("项目名称", "预算数", "执行数", "执行率"),
    "test": ("项目名称", "预算金额", "支出金额", "支出进度"),
}


def _columns(heads: Sequence[str], usual: Sequence[str]) -> list[tuple[str, str]]:
    """Key and head of every column: ``key=head``, or the usual key of the place."""
    named = [head.partition("=") for head in heads]
    return [(a, b) if sep else (usual[i], a) for i, (a, sep, b) in enumerate(named)]


def _word(teller: Teller, key: str, usual: str) -> str:
    words = dict(entry.split("=", 1) for entry in teller.dialect.sheet.get("words", ()))
    return words.get(key, usual)


@dataclass
class Sheet:
    """A table: marked cells by row, the first row its heads; ``unit`` is the line above it, if any."""

    rows: list[list[str]]
    unit: str = ""
    header_rows: int = 1


def funds(teller: Teller) -> Sheet:
    """The line of the year's money: initial, whole-year, spent, weight, rate, marks."""
    world, style = teller.world, teller.world.style
    columns = _columns(teller.dialect.sheet.get("funds", FUNDS), _FUNDS_KEYS)
    teller.count += 1
    n = teller.count
    cells = {
        "a0": Figure(style.amount(world.raw["A0"], unit=False), "年初预算数", lent=style.unit),
        "a1": Figure(style.amount(world.raw["A1"], unit=False), "全年预算数", lent=style.unit),
        "b": Figure(style.amount(world.raw["B"], unit=False), "执行数", lent=style.unit),
        "ew": Figure(f"{world.exec_weight}", "权重", "*", lent="分"),
        "er": Figure(style.rate(world.raw["B"] / world.raw["A1"]), "执行率"),
        "es": Figure(style.score(world.exec_score), "得分", "*", lent="分"),
    }
    marked = {name: mark(item, f"{name}_{n}") for name, item in cells.items()}
    marked["all"] = _word(teller, "all", "年度资金总额")
    heads, row = [head for _, head in columns], [marked[key] for key, _ in columns]
    teller.claims += [f"ratio er_{n} = b_{n} a1_{n}", f"score es_{n} = ew_{n} er_{n}"]
    teller.score_ids.append(f"es_{n}")
    inside = any("万元" in head for head in heads)
    return Sheet([heads, row], "" if inside and style.unit == "万元" else f"单位：{style.unit}")


def projects(teller: Teller) -> Sheet:
    """All projects with a total row."""
    world, style = teller.world, teller.world.style
    teller.count += 1
    n = teller.count
    columns = _columns(teller.dialect.sheet.get("projects", PROJECTS.get(teller.dialect.split, ())), _PROJECT_KEYS)
    rows = [[head for _, head in columns]]
    for i, project in enumerate(world.projects):
        name = project.name
        budget, spent = style.amount(project.budget, False), style.amount(project.spent, False)
        rate = style.rate(project.spent / project.budget)
        cells = {
            "no": str(i + 1),
            "name": f"{{{name}|=p_{n}_{i}}}",
            "pa": mark(Figure(budget, "预算数", subject=name, lent=style.unit), f"pa_{n}_{i}"),
            "pb": mark(Figure(spent, "执行数", subject=name, lent=style.unit), f"pb_{n}_{i}"),
            "pr": mark(Figure(rate, "执行率", subject=name), f"pr_{n}_{i}"),
        }
        rows.append([cells[key] for key, _ in columns])
        teller.claims.append(f"ratio pr_{n}_{i} = pb_{n}_{i} pa_{n}_{i}")
    budget, spent = style.amount(world.raw["X1"], False), style.amount(world.raw["XB"], False)
    cells = {
        "no": "",
        "name": _word(teller, "sum", "合计"),
        "pa": mark(Figure(budget, "预算数", "*", lent=style.unit), f"x1_{n}"),
        "pb": mark(Figure(spent, "执行数", "*", lent=style.unit), f"xb_{n}"),
        "pr": mark(Figure(style.rate(world.raw["XB"] / world.raw["X1"]), "执行率", "*"), f"xer_{n}"),
    }
    rows.append([cells[key] for key, _ in columns])
    ids = range(len(world.projects))
    teller.claims += [
        f"sum x1_{n} = {' '.join(f'pa_{n}_{i}' for i in ids)}",
        f"sum xb_{n} = {' '.join(f'pb_{n}_{i}' for i in ids)}",
        f"ratio xer_{n} = xb_{n} x1_{n}",
    ]
    return Sheet(rows, f"单位：{style.unit}")


def indicators(teller: Teller) -> Sheet:
    """The score sheet of all indicators, with a total row."""
    given = teller.dialect.sheet.get("indicators", INDICATORS.get(teller.dialect.split, ()))
    columns = [_column(head) for head in given]
    keys = [key for key, _ in columns]
    rows = [[head for _, head in columns]]
    merged = teller.rng.random() < 0.5
    last = ("", "")
    for i, item in enumerate(teller.world.indicators, 1):
        teller.upper[f"r{i}"] = list(item.upper)
        cells = _cells(teller, item, f"r{i}", keys)
        if merged:
            first, second = item.upper
            cells["一级指标"] = "" if first == last[0] else first
            cells["二级指标"] = "" if (first, second) == last else second
            last = item.upper
        rows.append([cells.get(key, "") for key in keys])
    rows.append(_total(teller, keys))
    return Sheet(rows)


def _cells(teller: Teller, item: Indicator, row: str, keys: Sequence[str]) -> dict[str, str]:
    marks = indicator_marks(teller, item, row)
    style = teller.world.style
    split_unit = "unit" in keys
    if "completion" not in keys:
        teller.claims[:] = [c for c in teller.claims if not c.startswith(f"ratio {row}.completion")]
        teller.claims[:] = [c for c in teller.claims if not c.startswith(f"score {row}.score")]
    sign = {"ge": "≥", "le": "≤", "eq": "＝"}.get(item.relation, "")
    cells = {
        "一级指标": item.upper[0],
        "二级指标": item.upper[1],
        "name": marks["NAME"],
        "weight": mark(Figure(f"{item.weight}", lent="分"), f"{row}.weight"),
        "score": mark(Figure(style.score(item.score), lent="分"), f"{row}.score"),
        "no": row.removeprefix("r"),
        "reason": teller.deviation(item, row, bare=True) if item.unit != "定性" else "",
        "sign": sign or "定性",
        "unit": item.unit if item.unit != "定性" else "",
    }
    if item.unit == "定性":
        return cells | {"target": marks["TT"], "actual": marks["VT"]}
    lent = item.unit.replace("%", "％") if split_unit else ""
    target = mark(
        Figure(shown_value(teller, item, item.target, not split_unit), relation=item.relation, lent=lent),
        f"{row}.target",
    )
    actual = mark(Figure(shown_value(teller, item, item.actual, not split_unit), lent=lent), f"{row}.actual")
    mid = mark(Figure(shown_value(teller, item, item.mid, not split_unit), lent=lent), f"{row}.mid_year")
    sign_apart = "sign" in keys or item.relation == "eq"
    return cells | {
        "target": target if sign_apart else sign + target,
        "mid": mid,
        "actual": actual,
        "completion": marks["C"],
    }


_HEADS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("name", lambda h: h in ("三级指标", "绩效指标")),
    ("sign", lambda h: h == "指标性质"),
    ("unit", lambda h: h == "度量单位"),
    ("actual", lambda h: "完成值" in h),
    ("reason", lambda h: "原因" in h),
    ("score", lambda h: "得分" in h),
    ("target", lambda h: "指标值" in h),
    ("weight", lambda h: h in ("分值", "权重", "标准分值")),
)


def _column(head: str) -> tuple[str, str]:
    """Key and head of a column of indicators: ``key=head``, or the key that a usual head tells."""
    key, given, shown = head.partition("=")
    return (key, shown) if given else (next((name for name, fits in _HEADS if fits(head)), head), head)


def _total(teller: Teller, keys: list[str]) -> list[str]:
    world, style = teller.world, teller.world.style
    teller.count += 1
    n = teller.count
    cells = {
        keys[0]: _word(teller, "total", "总分"),
        "weight": mark(Figure("100", "权重", "*", lent="分"), f"tw_{n}"),
        "score": mark(Figure(style.score(world.total), "总分", lent="分"), f"tz_{n}"),
    }
    teller.claims.append(f"total tz_{n} = @scores")
    return [cells.get(key, "") for key in keys]
