"""What reports share on the page and in the workbook."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

from jihe_audit.export.acrosssheets import write_across_workbook
from jihe_audit.export.acrossview import across_markup, highlighted
from jihe_audit.reuse import ReuseDocument, ReuseReport, find_reuse

_TOLD = "{}部分社区台账更新平均滞后{}天，整改销号缺少第三方复核，责任分工没有落实到具体{}，夜间巡查流于形式，知晓率只有43.5%。"


def _pair() -> ReuseReport:
    texts = {
        ("甲.txt", "长河街道办事处"): _TOLD.format("长河街道办事处", 12, "岗位"),
        ("乙.txt", "青山街道办事处"): _TOLD.format("<b>长河街道办事处", 20, "人员"),
        ("丙.txt", "西林街道办事处"): "合作社分红机制不透明，社员代表大会三年未开。",
    }
    return find_reuse(
        ReuseDocument.from_text(name, f"四、存在的主要问题\n{text}\n", unit=unit, region="东湖", year="2023")
        for (name, unit), text in texts.items()
    )


def test_both_sides_are_marked_where_they_differ() -> None:
    report = _pair()
    row = next(p.row() for p in report.passages if p.grade == "substantive")
    sides = dict(zip((row["a"], row["b"]), highlighted(row), strict=True))
    assert "<mark>12</mark>" in sides["甲.txt"] and "<mark>20</mark>" in sides["乙.txt"]
    assert "<mark>岗位</mark>" in sides["甲.txt"] and "<mark>人员</mark>" in sides["乙.txt"]
    assert "<b>长河街道办事处</b>" in sides["乙.txt"] and "&lt;b&gt;" in sides["乙.txt"]
    for side, markup in sides.items():
        plain = re.sub(r"</?(?:mark|b)>|<br>", "", markup).replace("&lt;", "<").replace("&gt;", ">")
        quote = row["a_quote"] if side == row["a"] else row["b_quote"]
        assert plain == str(quote).replace("\n", "")


def test_the_heat_map_leads_to_the_passages_of_a_pair() -> None:
    report = _pair()
    page = across_markup(report, (p.row() for p in report.passages))
    targets = re.findall(r'href="#(\w+)"', page)
    assert targets and all(f'id="{target}"' in page for target in targets)
    assert "残留对方名称：长河街道办事处" in page and "数值相同：43.5%" in page
    assert "青山街道办事处" in page and all(note in page for note in report.notes)
    assert "西林街道办事处" in page.split("各报告原创文字比例")[1]


def test_the_sheets_hold_passages_shares_matrix_and_families(tmp_path: Path) -> None:
    report = _pair()
    write_across_workbook(tmp_path / "雷同比对.xlsx", report, (p.row() for p in report.passages))
    book = openpyxl.load_workbook(tmp_path / "雷同比对.xlsx")
    assert book.sheetnames == ["雷同段落", "原创比例", "雷同矩阵", "雷同报告群"]
    copies = [dict(zip([c.value for c in book["雷同段落"][3]], row, strict=True))
              for row in book["雷同段落"].iter_rows(min_row=4, values_only=True)]  # fmt: skip
    first = next(row for row in copies if row["等级"] == "实质雷同")
    assert "数字改动：12→20" in str(first["变动内容"]).replace("20→12", "12→20")
    assert {first["甲单位"], first["乙单位"]} == {"长河街道办事处", "青山街道办事处"}
    matrix = list(book["雷同矩阵"].iter_rows(min_row=4, values_only=True))
    assert len(matrix) == 2 and matrix[0][2] > 0.5
    assert book["原创比例"].max_row == 3 + 3
    assert "报告数量太少" in str(book["雷同段落"]["A2"].value)


def test_a_set_that_shares_nothing_says_so(tmp_path: Path) -> None:
    report = find_reuse(ReuseDocument.from_text(f"{n}", f"一、情况\n{n * 7}号院修缮。\n") for n in range(3))
    assert "未发现" in across_markup(report, ())
    write_across_workbook(tmp_path / "a.xlsx", report, ())
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["雷同段落", "原创比例"]
