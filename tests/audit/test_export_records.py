from __future__ import annotations

import json
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jihe_audit.engine import audit
from jihe_audit.export.recording import record_report
from jihe_audit.export.records import Figure, decode, encode, outward, plain
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15)


@given(decimals)
def test_numbers_keep_every_digit(value: Decimal) -> None:
    figure = Figure(value=plain(value), unit="CNY", relation="eq", quote="x", start=0, end=1)
    line = encode(figure)
    assert decode(line, Figure).value == value
    assert json.loads(line, parse_float=Decimal, parse_int=Decimal)["value"] == value
    assert b"E" not in line.split(b"unit")[0]


@given(decimals, decimals)
def test_bounds_only_ever_widen(a: Decimal, b: Decimal) -> None:
    low, high = min(a, b) / 3, max(a, b) / 3
    wide = outward(low, high)
    assert wide[0] <= low <= high <= wide[1]


TEXT = (
    "某街道办事处2023年度部门整体支出绩效自评报告\n一、基本情况\n"
    "全年预算数200.00万元，执行数150.00万元，执行率80.00%。联系人电话13812345678。\n"
    "指标\t数值\n信访人王小明反映问题数\t3件\n"
)


def test_every_quote_is_the_text_at_its_offsets_even_where_it_is_covered() -> None:
    extraction = extract(read_text(TEXT, "a.txt"))
    result = audit(extraction)
    record = record_report(extraction, result.findings, result.checks, result.coverage[0], report="b/a.txt")
    assert "138****5678" in record.text and "13812345678" not in encode(record).decode()
    assert "王小明" not in encode(record).decode()
    assert len(record.text) == len(extraction.document.text)
    assert record.findings
    for finding in record.findings:
        for e in finding.evidence:
            assert record.text[e.start : e.end] == e.quote
    for fact in record.facts:
        assert record.text[fact.start : fact.end] == fact.quote
    for table in record.tables:
        for cell in table.cells:
            assert record.text[cell.start : cell.end] == cell.text
    assert msgspec.json.decode(encode(record), type=type(record)) == record


def test_the_wrong_rate_is_a_finding_with_both_intervals() -> None:
    extraction = extract(read_text(TEXT, "a.txt"))
    result = audit(extraction)
    record = record_report(extraction, result.findings, result.checks, result.coverage[0], report="a.txt")
    wrong = [f for f in record.findings if f.stated is not None]
    assert len(wrong) == 1
    (finding,) = wrong
    assert finding.stated is not None and finding.computed is not None
    assert finding.stated[0] <= Decimal("0.8") <= finding.stated[1]
    assert finding.computed[0] <= Decimal("0.75") <= finding.computed[1]
    assert finding.evidence[0].quote.endswith("80.00%")
    statuses = {f.quote: f.status for f in record.facts}
    assert statuses["80.00%"] == "contradicted"
