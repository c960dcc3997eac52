"""What is personal is covered in every row that a comparison hands out, at once or when it is read."""

from __future__ import annotations

from jihe.comparing import covered_passages, passages_for_display
from jihe_audit.export.mask import Mask
from jihe_audit.reuse import ReuseDocument, find_reuse

_TEXT = (
    "{unit}2023年度绩效自评报告\n一、存在的问题\n"
    "隐患台账更新平均滞后12天，整改销号缺少第三方复核，群众可拨打{phone}反映，责任分工没有落实到具体岗位，"
    "夜间巡查流于形式，群众举报渠道知晓率偏低，部分点位长期无人认领。\n"
)


def test_rows_for_displays_are_the_rows_of_the_contract() -> None:
    phones = ("13812345678", "13987654321")
    documents = [
        ReuseDocument.from_text(name, _TEXT.format(unit=unit, phone=phone), unit=unit)
        for name, unit, phone in zip(("a", "b"), ("长河街道办事处", "青山街道办事处"), phones, strict=True)
    ]
    report = find_reuse(documents)
    assert any(phone in str(p.changed) for p in report.passages for phone in phones)
    masks = {d.id: Mask(d.text) for d in documents}
    rows = list(covered_passages(report, masks))
    assert rows and list(rows[0]) == list(report.passages[0].row())
    assert not any(phone in str(row) for row in rows for phone in phones)
    for row, shown in zip(rows, passages_for_display(report, masks), strict=True):
        assert {key: shown[key] for key in row} == row
