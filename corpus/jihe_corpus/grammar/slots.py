"""What each slot of the grammar means: its value, its name in the vocabulary, and the claims slots make."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jihe_corpus.grammar.figures import Figure, Style, World, round_to

_AMOUNTS: Mapping[str, tuple[str, str]] = {
    "A0": ("年初预算数", ""),
    "J0": ("年初预算数", "基本支出"),
    "X0": ("年初预算数", "项目支出"),
    "UP": ("调增数", ""),
    "DN": ("调减数", ""),
    "A1": ("全年预算数", ""),
    "J1": ("全年预算数", "基本支出"),
    "X1": ("全年预算数", "项目支出"),
    "RA": ("全年预算数", "人员经费"),
    "GA": ("全年预算数", "公用经费"),
    "B": ("执行数", ""),
    "JB": ("执行数", "基本支出"),
    "XB": ("执行数", "项目支出"),
    "RB": ("执行数", "人员经费"),
    "GB": ("执行数", "公用经费"),
    "D": ("增减额", ""),
    "L0": ("上年结转", ""),
    "L1": ("年末结转", ""),
    "RV": ("收入数", ""),
    "G0": ("预算数", "三公经费"),
    "G2": ("预算数", "公车运行费"),
    "G3": ("预算数", "公务接待费"),
    "H0": ("执行数", "三公经费"),
    "H2": ("执行数", "公车运行费"),
    "H3": ("执行数", "公务接待费"),
    "CA": ("预算数", "政府采购"),
    "CB": ("执行数", "政府采购"),
    "Y1": ("资产原值", ""),
    "Y2": ("累计折旧", ""),
    "Y3": ("资产净值", ""),
}
_COUNTS: Mapping[str, tuple[str, str, str]] = {
    "BZ": ("编制数", "", "人"),
    "ZZ": ("在职人数", "", "人"),
    "Z1": ("在职人数", "行政人员", "人"),
    "Z2": ("在职人数", "事业人员", "人"),
    "Z3": ("在职人数", "工勤人员", "人"),
    "BW": ("实有人数", "编外人员", "人"),
    "INC": ("增加人数", "*", "人"),
    "I1": ("增加人数", "*", "人"),
    "I2": ("增加人数", "*", "人"),
    "DEC": ("减少人数", "*", "人"),
    "E1": ("减少人数", "*", "人"),
    "E2": ("减少人数", "*", "人"),
    "Q0": ("样本数", "*", "份"),
    "Q1": ("样本数", "*", "份"),
    "Q2": ("样本数", "*", "份"),
}
_RATES: Mapping[str, tuple[str, str, str, str]] = {
    "ER": ("执行率", "", "B", "A1"),
    "R1": ("完成预算比", "", "B", "A1"),
    "R0": ("完成年初预算比", "", "B", "A0"),
    "SHJ": ("占比", "基本支出", "JB", "B"),
    "SHX": ("占比", "项目支出", "XB", "B"),
    "JER": ("执行率", "基本支出", "JB", "J1"),
    "XER": ("执行率", "项目支出", "XB", "X1"),
    "LR": ("结转结余率", "", "L1", "A1"),
    "CR": ("控制率", "*", "ZZ", "BZ"),
    "HR": ("控制率", "三公经费", "H0", "G0"),
    "CPR": ("采购执行率", "*", "CB", "CA"),
    "QR": ("满意度", "*", "Q2", "Q1"),
}
_WHOLE = frozenset({"A0", "X0", "UP", "DN", "A1", "X1", "B", "XB"})
CLAIMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sum", "A0", ("J0", "X0")),
    ("sum", "A1", ("S1", "S2", "S3")),
    ("sum", "A1", ("A0", "UP")),
    ("difference", "A1", ("A0", "DN")),
    ("difference", "LF", ("A1", "B")),
    ("ratio", "DR", ("DA", "A1")),
    ("ratio", "TR", ("UP", "A0")),
    ("ratio", "TR", ("DN", "A0")),
    ("sum", "B", ("JB", "XB")),
    ("sum", "J1", ("RA", "GA")),
    ("sum", "JB", ("RB", "GB")),
    ("growth", "GR", ("B", "LY")),
    ("sum", "H0", ("H2", "H3")),
    ("sum", "G0", ("G2", "G3")),
    ("difference", "Y3", ("Y1", "Y2")),
    ("sum", "ZZ", ("Z1", "Z2", "Z3")),
    ("sum", "INC", ("I1", "I2")),
    ("sum", "DEC", ("E1", "E2")),
    *(("share" if r in ("SHJ", "SHX") else "ratio", r, (a, b)) for r, (_, _, a, b) in _RATES.items()),
)
"""Claims a sentence makes when all their slots stand in it: kind, stated, operands."""


@cache
def scope_ids() -> Mapping[str, str]:
    """Scope id of every alias of the vocabulary."""
    raw = (files("jihe_extract") / "vocabulary" / "scopes.toml").read_text(encoding="utf-8")
    return {alias: scope["id"] for scope in tomllib.loads(raw)["scope"] for alias in (scope["id"], *scope["aliases"])}


def figure(world: World, slot: str, pools: Mapping[str, tuple[str, ...]]) -> Figure | None:
    """The figure of a slot, or None when the slot is not a figure of the unit's year."""
    raw, style = world.raw, world.style
    if slot in _AMOUNTS:
        measure, scope = _AMOUNTS[slot]
        if world.only_projects and slot in _WHOLE:
            scope = "*"  # in a report on projects alone the whole and its project part are one
        return Figure(style.amount(raw[slot]), measure, scope)
    if slot in ("S1", "S2", "S3"):
        return Figure(style.amount(raw[slot]), "全年预算数", scope_ids().get(pools[slot][0], "*"))
    if slot in _COUNTS:
        measure, scope, unit = _COUNTS[slot]
        return Figure(f"{raw[slot]}{style.gap}{unit}", measure, scope)
    if slot in _RATES:
        measure, scope, top, bottom = _RATES[slot]
        if world.only_projects and top in _WHOLE:
            scope = "*"
        return Figure(style.rate(raw[top] / raw[bottom]), measure, scope)
    return _special(world, slot, raw, style)


def _special(world: World, slot: str, raw: dict[str, Decimal], style: Style) -> Figure | None:
    match slot:
        case "TR":
            return Figure(style.rate(raw.get("UP", raw.get("DN", Decimal(0))) / raw["A0"]), "调整率")
        case "GR":
            return Figure(style.rate(abs(raw["B"] - raw["LY"]) / raw["LY"]), "变动率", relation="*")
        case "LY":
            return Figure(style.amount(raw["LY"]), "执行数", period=str(world.year - 1))
        case "OTHER":
            return Figure(style.amount(round_to(raw["A1"] * Decimal("0.137"), style.places)), "*", "*")
        case "ES":
            return Figure(f"{style.score(world.exec_score)}{style.gap}分", "得分", "*")
        case "EW":
            return Figure(f"{world.exec_weight}{style.gap}分", "权重", "*")
        case "Z":
            return Figure(f"{style.score(world.total)}{style.gap}分", "总分")
        case "ZK":  # marks lost in all
            return Figure(f"{style.score(100 - world.total)}{style.gap}分", "*", "*")
        case "LF":  # what was not spent
            return Figure(style.amount(raw["A1"] - raw["B"]), "*", "*")
        case "DA":  # what arrived: all of it
            return Figure(style.amount(raw["A1"]), "*", "*")
        case "DR":
            return Figure(style.rate(Decimal(1)), "*", "*")
        case _:
            return None
