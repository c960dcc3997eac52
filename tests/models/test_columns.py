"""Columns of indicator tables that only the model can name."""

from __future__ import annotations

import pytest

from jihe_audit.engine import audit
from jihe_extract.extraction import extract
from jihe_extract.facts import SURE, Extraction
from jihe_extract.reading import read_text
from jihe_models.binder import binder_for
from jihe_models.model import Model, default

ROWS = (
    "网格巡查次数 | ≥240次 | 252次 | 30",
    "入户走访户数 | ≥900户 | 912户 | 25",
    "隐患整改率 | ≥95% | 97% | 25",
    "居民满意度 | ≥90% | 93% | 20",
)


@pytest.fixture(scope="module")
def model() -> Model:
    found = default()
    assert found is not None
    return found


def sheet(weight: str, score: str, marks: tuple[str, ...] = ("30", "25", "25", "20")) -> str:
    head = f"绩效指标 | 年度指标值 | 实际完成值 | {weight} | {score} | 备注"
    rows = [f"{row} | {mark} | " for row, mark in zip(ROWS, marks, strict=True)]
    lines = "\n".join(f"| {line} |" for line in (head, " | ".join(["---"] * 6), *rows))
    return f"# 某街道办事处2023年度部门整体支出绩效自评报告\n\n指标完成情况见下表：\n\n{lines}\n"


def read(text: str, model: Model) -> Extraction:
    return extract(read_text(text), binder=binder_for(model))


def marks(extraction: Extraction) -> list[tuple[str, str]]:
    quote = extraction.document.quote
    return [
        (quote(r.weight.quote) if r.weight else "", quote(r.score.quote) if r.score else "") for r in extraction.rows
    ]


def test_foreign_headings_are_read_by_the_model(model: Model) -> None:
    text = sheet("该项满额分值", "自评下得分")
    assert marks(extract(read_text(text))) == [("", "")] * 4
    extraction = read(text, model)
    assert marks(extraction) == [("30", "30"), ("25", "25"), ("25", "25"), ("20", "20")]
    for row in extraction.rows:
        assert row.weight is not None and row.weight.by == model.by and row.weight.trust < SURE
        assert row.weight.quantity.unit == "分" and row.weight in extraction.facts


def test_marks_above_the_full_marks_are_a_doubt(model: Model) -> None:
    findings = audit(read(sheet("该项满额分值", "自评下得分", ("30", "28", "25", "20")), model)).findings
    assert ("S04", "warning") in {(f.rule, f.severity) for f in findings}
    assert all(f.severity != "error" for f in findings)
    fair = audit(read(sheet("该项满额分值", "自评下得分"), model)).findings
    assert [f.rule for f in fair if f.severity != "info"] == [
        f.rule for f in audit(extract(read_text(sheet("分值", "得分")))).findings if f.severity != "info"
    ]


@pytest.mark.parametrize(("weight", "score"), [("分值", "得分"), ("佐证页码", "台账册数"), ("分值", "自评下得分")])
def test_known_and_unrelated_headings_stay_as_the_rules_read_them(weight: str, score: str, model: Model) -> None:
    text = sheet(weight, score)
    assert marks(read(text, model)) == marks(extract(read_text(text)))
