from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_corpus.layout import insert, loosen, wrap
from jihe_corpus.markup import MarkupError, compile_report, read_figure

SOURCE = """预算{1,864.20 万元|年初预算数#a}，支出{1677.78万元|执行数#b}，执行率{90.00%|执行率#r}。
+++
unit = "甲"
claims = "ratio r = b a"
"""


@pytest.mark.parametrize(
    ("quote", "lent", "expected"),
    [
        ("1,864.20 万元", "", ("18642000.0000", "CNY", "100")),
        ("2\n3.20\n万元", "", ("232000", "CNY", "100")),
        ("-7.00%", "", ("-0.07", "%", "0.0001")),
        ("１２．５％", "", ("0.125", "%", "0.001")),
        ("9.5", "分", ("9.5", "分", "0.1")),
        ("95", "％", ("0.95", "%", "0.01")),
        ("2.52 万册", "", ("25200", "册", "100")),
        ("2160 家（次）", "", ("2160", "家（次）", "1")),
    ],
)
def test_figures_are_read_exactly(quote: str, lent: str, expected: tuple[str, str, str]) -> None:
    value, unit, step = read_figure(quote, lent)
    assert (value, unit, step) == (Decimal(expected[0]), expected[1], Decimal(expected[2]))


def test_marks_become_facts_at_their_offsets() -> None:
    text, gold = compile_report(SOURCE)
    assert [text[f.start : f.end] for f in gold.facts] == ["1,864.20 万元", "1677.78万元", "90.00%"]
    assert gold.claims[0].verdict == "holds"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (SOURCE.replace("90.00%", "91.00%"), "实算为 broken"),
        (SOURCE.replace("= b a", "= b x"), "没有名为"),
        (SOURCE.replace("ratio", "rate"), "种类"),
        ("{甲|执行数}", "不是数字"),
        ("前{后", "花括号"),
        ("{甲|=x}{乙|=x}", "重复"),
    ],
)
def test_marks_that_are_wrong_are_refused(source: str, words: str) -> None:
    with pytest.raises(MarkupError, match=words):
        compile_report(source)


@given(st.integers(5, 40), st.sampled_from(["\n", "\n\n"]), st.integers(0, 3), st.integers(0, 99))
def test_layouts_keep_every_offset(width: int, gap: str, page: int, seed: int) -> None:
    import random

    text, gold = compile_report(SOURCE)
    for changed, moved in (wrap(text, gold, width, gap, page), loosen(text, gold, random.Random(seed))):
        for before, after in zip(gold.facts, moved.facts, strict=True):
            assert changed[after.start : after.end] == after.quote
            assert "".join(after.quote.split()) == "".join(before.quote.split())


def test_an_insertion_at_a_facts_edge_stays_outside_it() -> None:
    text, gold = compile_report(SOURCE)
    first = gold.facts[0]
    changed, moved = insert(text, gold, [(first.start, "甲"), (first.end, "乙")])
    assert changed[moved.facts[0].start : moved.facts[0].end] == first.quote
