"""Tables that add up: the tree of rows by indentation, numbering, 其中 and lines of totals."""

from __future__ import annotations

from jihe_extract.extraction import extract
from jihe_extract.reading import read_text


def sums(text: str) -> list[tuple[str, list[str], bool]]:
    """(whole, parts, open) of every sum claim of the tables."""
    extraction = extract(read_text(text))
    quote = extraction.document.quote
    return [
        (quote(c.stated.quantity.span), [quote(o.quantity.span) for o in c.operands], c.open)
        for c in extraction.claims
        if c.kind == "sum" and c.stated is not None and c.stated.origin != "prose"
    ]


HEAD = "（单位：万元）\n| 项目 | 2023年预算数 | 2023年决算数 |\n|--|--|--|\n"


def test_total_below_its_rows() -> None:
    table = "（单位：万元）\n| 项目名称 | 预算数 | 执行数 |\n|--|--|--|\n| 河道保洁项目 | 20.00 | 18.00 |\n| 路灯维护项目 | 30.00 | 30.00 |\n| 合计 | 50.00 | 48.00 |\n"
    assert sums(table) == [("50.00", ["20.00", "30.00"], False), ("48.00", ["18.00", "30.00"], False)]


def test_numbered_parts_and_a_list_of_some() -> None:
    table = HEAD + (
        "| 三公经费 | 9.00 | 8.00 |\n| 1、公务用车购置和维护经费 | 5.00 | 5.00 |\n| 其中：公车购置 | 1.00 | 1.00 |\n"
        "| 公车运行维护 | 4.00 | 4.00 |\n| 2、公务接待 | 4.00 | 3.00 |\n"
    )
    assert sums(table) == [
        ("9.00", ["5.00", "4.00"], False),
        ("8.00", ["5.00", "3.00"], False),
        ("5.00", ["1.00", "4.00"], True),
        ("5.00", ["1.00", "4.00"], True),
    ]


def test_indentation_ends_a_list() -> None:
    rows = ["公用经费", "  其中：办公经费", "        会议费", "政府采购"]
    figures = ["30.00", "10.00", "5.00", "12.00"]
    lines = "".join(f"\t{label}\n\t{figure}\n\n" for label, figure in zip(rows, figures, strict=True))
    text = "经费情况表（单位：万元）\n\t项目\n\t2023年决算数\n\n" + lines
    assert sums(text) == [("30.00", ["10.00", "5.00"], True)]


def test_a_part_left_blank_opens_the_list() -> None:
    table = HEAD + "| 项目支出 | 9.00 | 8.00 |\n| 1、业务工作经费 | | |\n| 2、运行维护经费 | 9.00 | 8.00 |\n"
    assert sums(table) == [("9.00", ["9.00"], True), ("8.00", ["8.00"], True)]


def test_rows_without_structure_say_nothing() -> None:
    assert sums(HEAD + "| 基本支出 | 9.00 | 8.00 |\n| 项目支出 | 5.00 | 4.00 |\n") == []


def test_long_falling_columns_are_added_up_once() -> None:
    values = [1000 - n for n in range(90)]
    rows = "".join(f"| 第{n}村 | {value} |\n" for n, value in enumerate(values))
    text = f"| 村名 | 发放金额（元） |\n|---|---|\n{rows}| 合计 | {sum(values)} |\n"
    assert [len(parts) for _, parts, _ in sums(text)] == [90]
