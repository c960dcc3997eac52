"""Heads of tables without vertical rules: three levels of names, names at the bottom of their cells, the unit above."""

from __future__ import annotations

import pytest

from jihe_corpus.samples.documents.compare import cells, wanted
from jihe_corpus.samples.documents.opendrawing import Setting, draw
from jihe_corpus.samples.documents.report import Sheet, place
from jihe_extract.sources.pdf import read_pdf

Rows = list[list[str | tuple[str, int, int]]]
_SUBJECTS = ["教育支出", "农林水支出", "卫生健康支出", "住房保障支出", "节能环保支出"]


def _body(columns: int) -> Rows:
    return [
        [name, *(f"{137.25 * (r + 2) + 311.4 * c:.2f}" for c in range(columns))] for r, name in enumerate(_SUBJECTS)
    ]


def _years(count: int, *, deep: bool) -> Sheet:
    years: list[str | tuple[str, int, int]] = [(f"{2021 + i}年", 1, 2) for i in range(count)]
    label = ("支出功能分类", 3 if deep else 2, 1)
    head: Rows = [[label, ("各年预算执行情况", 1, 2 * count)], years] if deep else [[label, *years]]
    rows = [*head, ["预算数", "决算数"] * count, *_body(2 * count)]
    return Sheet(place(rows), (2.0, *[1.1] * (2 * count)), "支出对比表", "万元")


def _one(sheet: Sheet, setting: Setting) -> None:
    document = read_pdf(draw(sheet, setting), "表.pdf")
    (table,) = document.tables
    assert cells(document, table) == wanted(sheet)
    assert table.sure


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize(
    ("rules", "stand"),
    [("three", "middle"), ("three", "top"), ("three", "bottom"), ("none", "middle"), ("none", "top"), ("none", "bottom"),
     ("stripes", "middle")],
)  # fmt: skip
def test_three_levels_of_names(count: int, rules: str, stand: str) -> None:
    _one(_years(count, deep=True), Setting(rules=rules, head=3, size=9, stand=stand))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("rules", ["three", "none"])
def test_names_at_the_bottom_of_their_cells(count: int, rules: str) -> None:
    _one(_years(count, deep=False), Setting(rules=rules, head=2, size=9, stand="bottom"))  # type: ignore[arg-type]


@pytest.mark.parametrize("pad", [1.0, 3.0])
def test_the_unit_close_above_is_no_name(pad: float) -> None:
    sheet = _years(2, deep=False)
    _one(sheet, Setting(rules="none", head=2, size=10, pad=pad, pitch=11))


def test_rules_that_leave_out_the_labels_do_not_make_one_of_them() -> None:
    rows: Rows = [["问题类别", "存在问题", "整改措施", "责任单位"]]
    for kind in ("预算编制", "资金管理", "资产管理"):
        rows.append([(kind, 2, 1), "资料归档不及时", "补齐单据并装订成册", "区水务局"])
        rows.append(["指标值设置偏低", "参照往年水平测算", "区教育局"])
    sheet = Sheet(place(rows), (1.0, 1.8, 2.0, 1.1), "问题整改情况表", "个")
    document = read_pdf(draw(sheet, Setting(rules="beside", size=9, pad=5)), "表.pdf")
    assert not any(
        "资金管理资产管理" in document.quote(c.span).replace(" ", "") for t in document.tables for c in t.cells
    )
    (table,) = document.tables
    assert cells(document, table) == wanted(sheet) or not table.sure


def test_a_table_of_words_whose_rest_is_not_read_is_unsure() -> None:
    rows: Rows = [["序号", "存在问题", "整改措施", "责任单位"]]
    rows += [[f"{i}", "资料归档不及时", "补齐单据并装订成册", "区水务局"] for i in "甲乙丙丁戊己庚"]
    sheet = Sheet(place(rows), (0.6, 1.8, 2.0, 1.1), "问题整改情况表", "个")
    document = read_pdf(draw(sheet, Setting(size=9, pad=5, breaks=(5,), top=640)), "表.pdf")
    assert not any(t.sure and cells(document, t) != wanted(sheet) for t in document.tables)


def _offices(*counts: int) -> Sheet:
    rows: Rows = [["主管部门", "项目名称", "全年预算数", "全年执行数", "执行率"]]
    for office, count in zip(("区水务局", "区教育局", "财政所"), counts, strict=False):
        for i in range(count):
            label: list[str | tuple[str, int, int]] = [(office, count, 1)] if i == 0 else []
            rows.append([*label, f"第{'一二三四五六'[i]}期苗圃管护", f"{310.5 + i:.2f}", f"{290.25 + i:.2f}", "93.47%"])
    return Sheet(place(rows), (1.3, 2.4, 1.1, 1.1, 0.9), "项目执行情况表", "万元")


@pytest.mark.parametrize("stand", ["middle", "top", "bottom"])
@pytest.mark.parametrize("counts", [(3, 3), (2, 3, 4), (4, 1, 2)])
@pytest.mark.parametrize("breaks", [(), (5,)])
def test_labels_that_may_stand_beside_other_rows_are_unsure(
    stand: str, counts: tuple[int, ...], breaks: tuple[int, ...]
) -> None:
    sheet = _offices(*counts)
    setting = Setting(size=9, pad=5, stand=stand, breaks=breaks, top=640 if breaks else 420)  # type: ignore[arg-type]
    document = read_pdf(draw(sheet, setting), "表.pdf")
    assert document.tables
    assert not any(t.sure and cells(document, t) != wanted(sheet) for t in document.tables)
