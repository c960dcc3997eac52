"""Rows of ruled tables that a page end has torn, and hyphens at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jihe_extract.pages.flow import Passage
from jihe_extract.pages.pagelayout import LaidCell, LaidTable
from jihe_extract.pages.tablejoins import join_tables
from jihe_extract.sources.pdfium import _characters

XS = [0.0, 50.0, 100.0, 150.0, 200.0]


def page(no: int, rows: Sequence[Sequence[str]]) -> LaidTable:
    cells = [
        LaidCell(r, c, 1, 1, XS[c], XS[c + 1], Passage(text, [(-1, len(text))]), ())
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return LaidTable(XS[: len(rows[0]) + 1], len(rows), cells, [no], 0.0, 100.0)


@pytest.mark.parametrize(
    ("last", "first", "torn"),
    [
        (("“三公经", "5", "27.00/30"), ("费”控制率", "", ".00"), True),
        (("资产管理（规", "5", "账实相符"), ("范性）", "", ""), True),
        (("资产管理", "5", "账实相符"), ("资金使用", "", "合规"), False),
        (("资产管理", "5", "账实相符"), ("资金使用", "5", "（合规）"), False),
    ],
)
def test_a_row_is_joined_where_a_cell_cannot_begin(last: tuple[str, ...], first: tuple[str, ...], torn: bool) -> None:
    joined, _ = join_tables(page(1, [("指标", "分值", "依据"), last]), page(2, [first, ("合计", "10", "")]))
    texts = [c.passage.text for c in joined.cells if c.row == 1]
    assert joined.n_rows == (3 if torn else 4)
    assert texts == ([a + b for a, b in zip(last, first, strict=True)] if torn else list(last))


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    kept, text = _characters([ord("核"), 2, ord("自"), 0x0D], lambda i: False)
    assert (kept, text) == ([0, 1, 2], ["核", "-", "自"])


WIDE = [0.0, 60.0, 200.0, 260.0, 400.0]


def full(table: LaidTable) -> LaidTable:
    """The table, each cell of its last row with a full last line."""
    for cell in table.cells:
        cell.full = cell.row == table.n_rows - 1
        cell.x0, cell.x1 = WIDE[cell.col], WIDE[cell.col + 1]
    return table


@pytest.mark.parametrize(
    ("last", "first", "torn"),
    [
        (
            ("开发项目", "完善项目库，按季通报支", "36,768.6", "建立台账，明确责任科"),
            ("一期", "付进度", "2", "室"),
            True,
        ),
        (
            ("开发项目", "完善项目库，按季通报支", "36,768.62", "建立台账，明确责任科"),
            ("一期", "付进度", "2", "室"),
            False,
        ),
        (("开发项目", "完善项目库。", "36.5", "建立台账。"), ("二期", "约谈单位", "20.6", "培训人员"), False),
        (("督办销号", "逐项", "加强", "预算"), ("组织", "核对", "", "编制"), True),
        (("督办销号", "逐项", "", "预算"), ("组织", "核对", "加强", "编制"), False),
    ],
)
def test_a_row_of_words_is_joined_where_all_its_cells_go_on(
    last: tuple[str, ...], first: tuple[str, ...], torn: bool
) -> None:
    above = full(page(1, [("项目", "内容", "金额", "情况"), last]))
    joined, _ = join_tables(above, page(2, [first, ("合计", "", "10.00", "")]))
    assert joined.n_rows == (3 if torn else 4)
