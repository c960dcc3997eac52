"""What speaks against a table without vertical rules once it is put together."""

from __future__ import annotations

import pytest

from jihe_extract.pages.flow import Passage
from jihe_extract.pages.openchecks import doubts
from jihe_extract.pages.pagelayout import LaidCell, LaidTable

Entry = str | tuple[str, int] | None
"""A text, a text with the rows that it spans, or None below such a one."""


def laid(*rows: list[Entry]) -> LaidTable:
    cells = []
    for r, row in enumerate(rows):
        for c, entry in enumerate(row):
            if entry is not None:
                text, span = entry if isinstance(entry, tuple) else (entry, 1)
                cells.append(LaidCell(r, c, span, 1, 80.0 * c, 80.0 * c + 80, Passage(text), ()))
    xs = [80.0 * i for i in range(len(rows[0]) + 1)]
    return LaidTable(xs, len(rows), cells, [1], 0.0, 20.0 * len(rows), open=True)


HEAD: list[Entry] = ["一级指标", "二级指标", "三级指标", "指标值", "得分"]


def test_a_table_that_fits_is_not_doubted() -> None:
    table = laid(
        HEAD,
        [("产出指标", 3), ("数量指标", 2), "渠道衬砌长度", "≥90%", "9"],
        [None, None, "村医培训人次", "≥95%", "8.5"],
        [None, "质量指标", "验收合格率", "≥98%", "10"],
    )
    assert doubts(table) == []


@pytest.mark.parametrize(
    ("row", "below"),
    [
        (["产出指标", "数量指", "渠道衬砌长度", "≥90%", "9"], ["产出指标", "标", "村医培训人次", "≥95%", "8"]),
        (["产出指标", "满意度", "渠道衬砌长度", "≥90%", "9"], ["产出指标", "指标", "村医培训人次", "≥95%", "8"]),
        (["产出指标", "", "渠道衬砌长度", "≥90%", "9"], ["产出指标", "数量指标", "村医培训人次", "≥95%", "8"]),
    ],
)
def test_the_end_of_a_wrapped_label_is_no_label(row: list[Entry], below: list[Entry]) -> None:
    table = laid(HEAD, ["产出指标", "质量指标", "验收合格率", "≥98%", "10"], row, below)
    assert doubts(table) == ["合并的标签不能确定"]


def test_a_row_number_beside_a_total_is_doubted() -> None:
    head: list[Entry] = ["序号", "支出科目", "年初预算数", "决算数"]
    right = laid(head, ["1", "教育支出", "2504.76", "8716.29"], ["2", "合计", "2504.76", "8716.29"])
    assert doubts(right) == []
    wrong = laid(head, [("1", 2), "教育支出", "2504.76", "8716.29"], [None, "合计", "2504.76", "8716.29"])
    assert doubts(wrong) == ["合并的标签不能确定"]


def test_a_row_of_the_end_of_a_wrapped_text_is_doubted() -> None:
    head: list[Entry] = ["支出科目", "年初预算数", "决算数", "备注"]
    first: list[Entry] = ["教育支出", "2504.76", "8716.29", "站点工期顺延至次年三"]
    assert doubts(laid(head, first, ["", "", "", "月"], ["农林水支出", "1.00", "2.00", ""])) != []
    assert doubts(laid(head, first, ["农林水支出", "1.00", "2.00", ""])) == []


def test_a_tall_text_beside_a_row_without_figures_is_doubted() -> None:
    head: list[Entry] = ["主管部门", "项目名称", "预算数", "执行数"]
    rows: list[list[Entry]] = [
        [("区文化馆", 2), "红崖渠道衬砌工程", "94.19", "28.22"],
        [None, ("双河档案整理项目", 2), "", ""],
        ["区水务局", None, "81.50", "80.00"],
    ]
    assert "行的划分不能确定" in doubts(laid(head, *rows))
