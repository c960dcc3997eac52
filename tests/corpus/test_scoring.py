from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe.evaluate import Job, evaluate
from jihe.evaluate_table import regressions, tabulate
from jihe_corpus.alignment import Alignment
from jihe_corpus.generate import orders
from jihe_corpus.gold import Annotated
from jihe_corpus.markup import compile_report
from jihe_corpus.scoring import Scorer
from jihe_corpus.tallies import Relation, Tally
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Extraction, Fact
from jihe_extract.numbers.quantity import Quantity

SOURCE = """预算{100.00万元|年初预算数#a}，支出{90.00万元|执行数#b}，执行率{90.00%|执行率#r}。
+++
claims = "ratio r = b a"
"""


def extraction(*measures: str) -> tuple[Annotated, Extraction]:
    text, gold = compile_report(SOURCE)
    facts = tuple(
        Fact(m, Quantity(f.value, f.unit, f.step, "eq", Span(f.start, f.end)), Span(f.start, f.end))
        for m, f in zip(measures, gold.facts, strict=False)
    )
    return Annotated(text, gold), Extraction(Document("a", "txt", "", text), facts)


def test_a_perfect_reading_is_perfect() -> None:
    a, e = extraction("年初预算数", "执行数", "执行率")
    claim = Claim("ratio", Span(0, 1), e.facts[2], (e.facts[1], e.facts[0]))
    s = Scorer(a, replace(e, claims=(claim,))).run()
    assert (s.quantities.f1, s.binding.f1, s.claims.recall) == (1, 1, 1)


def test_each_fault_is_counted() -> None:
    a, e = extraction("执行数", "执行数")
    s = Scorer(a, e).run()
    assert s.quantities == Tally(2, 0, 1)
    assert s.binding == Tally(1, 1, 2)
    assert s.claims.missed == 1
    assert {m.what for m in s.misses} == {"quantity missed", "binding", "claim"}


def test_a_broken_claim_called_sound_is_a_miss() -> None:
    text, gold = compile_report(SOURCE.replace("90.00%", "91.00%").replace("= b a", "= b a !broken"))
    _, e = extraction("年初预算数", "执行数", "执行率")
    a = Annotated(text, gold)
    e = replace(e, document=Document("a", "txt", "", text))
    places = tuple((f.start, f.end) for f in gold.facts)
    assert Scorer(a, e).run([Relation("pass", places)]).verdicts == Tally(0, 1, 1)
    assert Scorer(a, e).run([Relation("fail", places)]).verdicts == Tally(1, 0, 0)


@given(st.text(alphabet="预算执行12. \n\t|", max_size=60), st.text(alphabet=" \n\t|", max_size=3))
def test_alignment_ignores_blanks_only(text: str, blank: str) -> None:
    spaced = blank.join(text)
    alignment = Alignment(text, spaced)
    assert alignment.whole
    for i, char in enumerate(text):
        place = alignment.to_document(i, i + 1)
        assert place is None or spaced[place[0]] == char


def test_alignment_bridges_dropped_lines() -> None:
    gold = (
        "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥" * 1
        + "页脚"
        + "春夏秋冬东南西北金木水火土风花雪月山河日星云雨雷电"
    )
    document = gold.replace("页脚", "")
    alignment = Alignment(gold, document)
    at = gold.index("春夏")
    assert alignment.to_document(at, at + 2) == (document.index("春夏"), document.index("春夏") + 2)
    assert alignment.to_document(gold.index("页脚"), gold.index("页脚") + 2) is None


def test_an_evaluation_compares_with_its_baseline() -> None:
    jobs = [Job(order=o, number=i) for i, o in enumerate(orders(3, "train", 3))]
    table = tabulate(evaluate(jobs, workers=1), 1.0)
    assert table.lines[0].reports == 3 and table.lines[0].planted == 3
    assert regressions(table, table) == []
    better = tabulate(table.results, 1.0)
    better.lines[0].f1["quantities"] += 0.1
    assert any("quantities" in sentence for sentence in regressions(table, better))


def test_a_report_that_cannot_be_judged_counts_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("jihe.evaluate.judge", fail)
    jobs = [Job(order=o) for o in orders(2, "train", 3)]
    entry = tabulate(evaluate(jobs, workers=1), 1.0).lines[0]
    assert entry.failures == 2
    assert entry.f1["quantities"] == 0 and entry.recall["binding"] == 0
    assert entry.coverage == 0 and entry.clean == 0


def test_what_was_not_measured_is_not_shown_as_perfect() -> None:
    entry = tabulate([], 0.0).lines[0]
    assert not entry.f1 and entry.mutation == 0


def test_tally_shares() -> None:
    assert Tally(3, 1, 2).precision == 0.75
    assert Tally(3, 1, 2).recall == pytest.approx(0.6)
    assert Decimal(str(Tally().f1)) == 1
