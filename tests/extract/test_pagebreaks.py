"""Rows of ruled tables that a page end has torn, and hyphens at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jihe_extract.pages.flow import Passage
from jihe_extract.pages.pagelayout import LaidCell, LaidTable
from jihe_extract.pages.tablejoins import join_tables
from jihe_extract.sources.pdfium import _characters

XS = [0.0, 50.0, 100.0, 150.0]


def page(no: int, rows: Sequence[Sequence[str]]) -> LaidTable:
    cells = [
        LaidCell(r, c, 1, 1, XS[c], XS[c + 1], Passage(text, [(-1, len(text))]), ())
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return LaidTable(list(XS), len(rows), cells, [no], 0.0, 100.0)


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
