"""The engine: relations, severities, causes, coverage, settings, overlays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_audit import packs, rulebook
from jihe_audit.engine import Settings, audit
from jihe_audit.finding import Finding
from jihe_audit.rule import Rule
from jihe_audit.verdict import quotient, signed_sum, weigh
from jihe_extract.document import Span
from jihe_extract.extraction import extract
from jihe_extract.numbers.quantity import Quantity, rounded
from jihe_extract.reading import read_text


def _q(value: str, unit: str = "CNY", surface: str = "万元", factor: str = "10000") -> Quantity:
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) * Decimal(factor)
    return Quantity(number * Decimal(factor), unit, step, "eq", Span(0, len(value)), surface, value)


def _rate(value: str) -> Quantity:
    return _q(value, "%", "%", "0.01")


def _findings(text: str, **settings: object) -> list[Finding]:
    return list(audit(extract(read_text(text)), pack="national", settings=Settings(**settings)).findings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stated", "parts", "verdict", "severity"),
    [
        ("3995.36", ["2794.60", "1200.76"], "pass", None),
        ("6789.62", ["5923.79", "865.82"], "tail", "info"),
        ("6789.64", ["5923.79", "865.82"], "fail", "warning"),
        ("6789.62", ["4436.3", "2378.32"], "fail", "error"),
        ("6814.62", ["4436.3", "2378.32"], "pass", None),
    ],
)
def test_sums(stated: str, parts: list[str], verdict: str, severity: str | None) -> None:
    weighed = weigh(_q(stated), [_q(p) for p in parts], signed_sum([1] * len(parts)), "sum")
    assert (weighed.verdict, weighed.severity) == (verdict, severity)


@pytest.mark.parametrize(
    ("stated", "top", "base", "verdict", "severity"),
    [
        ("87.16", "3234.69", "3711.12", "pass", None),
        ("66.66", "2000.00", "3000.00", "tail", "info"),
        ("35.01", "2378.32", "6789.62", "fail", "error"),
        ("94", "32", "34", "pass", None),
        ("87.17", "3234.69", "3711.12", "fail", "warning"),
    ],
)
def test_rates(stated: str, top: str, base: str, verdict: str, severity: str | None) -> None:
    weighed = weigh(_rate(stated), [_q(top), _q(base)], quotient, "rate")
    assert (weighed.verdict, weighed.severity) == (verdict, severity)


cents = st.integers(min_value=1, max_value=10**9).map(lambda n: Decimal(n) / 1000)


@given(cents, cents)
def test_rounded_sums_are_never_accused(a: Decimal, b: Decimal) -> None:
    step = Decimal("0.01")
    shown = [str(rounded(v, step)) for v in (a, b, a + b)]
    weighed = weigh(_q(shown[2]), [_q(shown[0]), _q(shown[1])], signed_sum([1, 1]), "sum")
    assert weighed.verdict in ("pass", "tail")


@given(cents, cents)
def test_rounded_rates_are_never_accused(a: Decimal, b: Decimal) -> None:
    step = Decimal("0.01")
    rate = rounded(a / b * 100, step)
    top, base = rounded(a, step), rounded(b, step)
    if base <= 0 or rate > 10**6:
        return
    try:
        weighed = weigh(_rate(str(rate)), [_q(str(top)), _q(str(base))], quotient, "rate")
    except ZeroDivisionError:
        return
    assert weighed.verdict in ("pass", "tail")


def test_a_cause_is_named() -> None:
    found = _findings("全年预算数200.00万元，全年实际支出150.00万元，预算执行率57.00%。")
    causes = [f.explanation for f in found if f.rule == "R01"]
    assert causes and "75.00%" in causes[0] and "颠倒" in causes[0]


def test_one_wrong_figure_is_one_finding() -> None:
    found = _findings(
        "本站年初预算4120.50万元，其中基本支出2890.20万元、项目支出1230.30万元。\n"
        "年初预算数4120.50万元，年中调减数309.40万元，全年预算数3811.10万元，预算调整率7.51%。\n"
        "全年预算数为3871.10万元，执行数3310.45万元，执行率86.86%。"
    )
    accused = [f for f in found if f.severity != "info"]
    assert len(accused) == 1
    assert "3871.10" in accused[0].evidence[0].quote


def test_disclaimed_rounding_is_a_note() -> None:
    text = "年初预算数4310.27万元，年中调增数612.38万元，全年预算数4922.68万元。{}"
    assert any(f.severity == "warning" for f in _findings(text.format("")))
    assert all(f.severity == "info" for f in _findings(text.format("\n注：因四舍五入可能存在尾差。")))


def test_other_bases_are_tried() -> None:
    found = _findings("年初预算数100.00万元，调整后全年预算数200.00万元。\n全年实际支出90.00万元，预算执行率90.00%。")
    assert [f.severity for f in found if f.rule == "R01"] == ["info"]


def test_accepted_and_disabled() -> None:
    text = "全年预算数200.00万元，全年实际支出150.00万元，预算执行率80.00%。"
    mark = _findings(text)[0].fingerprint
    assert _findings(text, accepted={mark: "已核实"})[0].accepted == "已核实"
    assert not [f for f in _findings(text, disabled=frozenset({"R01"})) if f.rule == "R01"]


def test_coverage_counts_every_figure() -> None:
    extraction = extract(read_text("全年预算数200.00万元，全年实际支出150.00万元，预算执行率75.00%。慰问42户。"))
    coverage = audit(extraction).coverage[0]
    assert [e.status for e in coverage.entries] == ["verified"] * 3 + ["unchecked"]
    assert coverage.share() == 1 and "覆盖率100.0%" in coverage.summary


def test_empty_document() -> None:
    assert audit(extract(read_text(""))).findings == ()


def test_rules_are_complete() -> None:
    book = rulebook.shipped()
    assert len(book.rules) > 80
    with pytest.raises(ValueError, match="advice"):
        Rule("Z1", "题", "理由", "A01", "error", (), "", fails=("«甲»",), passes=("乙",), run=lambda _: iter(()))


@pytest.mark.parametrize("name", sorted(packs.shipped()))
def test_packs_are_whole(name: str) -> None:
    assert packs.pack(name).grade(Decimal("89.99")).words[0] == "良"  # type: ignore[union-attr]


def test_regulations_by_year() -> None:
    book = rulebook.shipped()
    assert book.citable(("KJ-NB-2017", "KJ-NB-2024"), "2023") == ("KJ-NB-2017",)
    assert book.citable(("KJ-NB-2017", "KJ-NB-2024"), "2024") == ("KJ-NB-2024",)
    assert book.citable(("ZF427",), "2023") == ()
    assert "第七十五条" in book.cite("YSF-75")
    assert "第" not in book.cite("CY10").replace("第三方", "")


OVERLAY = """
[[residue]]
id = "X01"
title = "占位符未替换"
why = "本地占位符。"
category = "L04"
severity = "warning"
advice = "补填。"
pattern = "待填"
says = "残留“{0}”。"
fails = ["单位名称：«待填»"]
passes = ["单位名称：某局"]
"""


def test_an_overlay_is_named_in_its_findings(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_text(OVERLAY, encoding="utf-8")
    found = _findings("单位名称：待填", overlays=(tmp_path,))
    assert [(f.rule, f.sources) for f in found] == [("X01", ("local.toml",))]


@pytest.mark.parametrize(
    ("change", "line", "key"),
    [
        (("pattern", "patern"), 9, "patern"),
        (('category = "L04"', "category = 4"), 6, "category"),
        (('advice = "补填。"', 'advice = "补填。"\nbasis = ["XYZ"]'), 9, "basis"),
        (('says = "残留“{0}”。"\n', ""), 2, "says"),
    ],
)
def test_a_wrong_rulebook_names_key_and_line(tmp_path: Path, change: tuple[str, str], line: int, key: str) -> None:
    path = tmp_path / "local.toml"
    path.write_text(OVERLAY.replace(*change), encoding="utf-8")
    problems = rulebook.check(path)
    assert [(p.line, p.key) for p in problems] == [(line, key)], problems
    assert all(any("\u4e00" <= c <= "\u9fff" for c in p.message) for p in problems)


def test_broken_toml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "local.toml"
    path.write_text("[[residue]\nid = 1\n", encoding="utf-8")
    assert rulebook.check(path)[0].line == 1


@pytest.mark.parametrize(
    ("text", "rule", "amount"),
    [
        ("项目支出全年预算数800.00万元，执行数320.00万元，执行率40.00%。", "C02", 4_800_000),
        ("年初预算数500.00万元，全年预算数900.00万元。", "B01", 4_000_000),
    ],
)
def test_findings_about_spending_tell_the_amount_at_stake(text: str, rule: str, amount: int) -> None:
    assert [f.amount for f in _findings(text) if f.rule == rule] == [Decimal(amount)]


@pytest.mark.parametrize(("year", "source"), [("2018", False), ("2023", True)])
def test_grades_of_an_earlier_year_do_not_rest_on_a_later_rule(year: str, source: bool) -> None:
    text = f"某局{year}年度部门整体支出绩效自评报告\n一、自评得分\n{year}年度部门整体支出绩效自评得分88.64分，评价等级为“优”。\n"
    (told,) = [f.says for f in _findings(text) if f.rule == "S12"]
    assert ("2020" in told) is source and "应为“良”" in told
