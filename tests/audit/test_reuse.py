"""Passages, grades, families, findings: on sets of our own sentences."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from jihe_audit.reuse import (
    ReuseDocument,
    ReuseReport,
    ReuseStore,
    bench,
    build_background,
    find_reuse,
    findings,
    join,
    write_reuse_jsonl,
)
from jihe_audit.reuse.differences import Change, number_changes, word_changes
from jihe_audit.reuse.families import union

_PROBLEM = (
    "部分社区对燃气安全的重视程度不够，隐患台账更新平均滞后12天，整改销号缺少第三方复核，"
    "责任分工没有落实到具体岗位，夜间巡查流于形式，群众举报渠道知晓率只有43.5%。"
)
_ADVICE = "建立燃气隐患周调度制度，由分管领导逐条销号，每季度委托第三方复核一次，并把知晓率列入社区年终考核指标。"
_FORM = "我单位年初预算数为{}万元，其中基本支出{}万元，项目支出{}万元，全年执行数{}万元，预算执行率{}%。"
_MANAGE = "本单位严格执行财务管理制度，资金拨付审批手续完整，不存在截留挤占挪用情形，资金使用方向合理合规。"
_TOPICS = (
    "河道清淤",
    "电梯加装",
    "养老助餐",
    "违建拆除",
    "就业培训",
    "停车泊位",
    "路灯照明",
    "农技推广",
    "图书借阅",
    "防汛物资",
)


def _report(
    name: str,
    unit: str,
    topic: str,
    *,
    problem: str = "",
    advice: str = "",
    n: int = 7,
    region: str = "东湖",
    year: str = "2023",
) -> ReuseDocument:
    text = (
        f"{unit}{year}年度部门整体支出绩效自评报告\n一、基本情况\n{unit}编制{n}人，围绕{topic}履行职责。\n"
        f"二、重点工作\n{unit}全年牵头{topic}专项{n}轮，走访{topic}点位{n * 3}处，{topic}投诉量下降{n}.5%。\n"
        f"三、预算执行情况\n{_FORM.format(n * 100, n * 60, n * 40, n * 95, 95)}\n{_MANAGE}\n"
        f"四、存在的主要问题\n{problem or topic + '点位分布不均，' + topic + '设施老化，维护经费测算偏粗。'}\n"
        f"五、改进措施\n{advice or '对' + topic + '点位重新布局，' + topic + '设施按年限分批更新。'}\n"
    )
    return ReuseDocument.from_text(name, text, unit=unit, region=region, year=year)


def _set(count: int) -> list[ReuseDocument]:
    return [
        _report(f"r{n:02}", f"第{n}街道办事处", _TOPICS[n % 10] + "甲乙丙丁"[n // 10], n=n + 3) for n in range(count)
    ]


def _quotes_hold(report: ReuseReport, documents: list[ReuseDocument]) -> None:
    texts = {d.id: d.text for d in documents}
    for p in report.passages:
        assert texts[p.a][p.a_start : p.a_end] == p.a_quote != ""
        assert texts[p.b][p.b_start : p.b_end] == p.b_quote != ""
    for f in findings(report):
        assert f.severity != "error"
        assert f.evidence
        for e in f.evidence:
            assert texts[e.report][e.span.start : e.span.end] == e.quote


def test_two_sister_reports_without_frequencies() -> None:
    a = _report("a", "长河街道办事处", "河道清淤", problem=_PROBLEM, advice=_ADVICE)
    b = _report("b", "青山街道办事处", "电梯加装", problem=_PROBLEM.replace("12天", "20天"), advice=_ADVICE, n=9)
    report = find_reuse([b, a])
    grades = {(p.kind_b, p.grade) for p in report.passages}
    assert ("problems", "substantive") in grades
    assert ("advice", "substantive") in grades
    assert all(p.grade in ("template", "outline") for p in report.passages if p.kind_b in ("budget", "overview"))
    assert any(p.kind_b == "budget" for p in report.passages)
    problem = next(p for p in report.passages if p.kind_b == "problems")
    assert Change("数字改动", "12", "20") in problem.changed
    assert Change("数字相同", "43.5%", "43.5%") in problem.changed
    assert problem.masked_similarity == 1.0 > problem.similarity
    assert problem.source is None
    _quotes_hold(report, [a, b])
    assert report.families[0].members == ("a", "b")
    assert any("无法统计" in note for note in report.notes)
    assert report.by_report["a"].original < 0.6
    told = {f.rule for f in findings(report)}
    assert told >= {"R6", "R9"} and "R10" not in told
    c = _report("c", "南坡街道办事处", "照明改造", problem=_PROBLEM.replace("12天", "31天"), advice=_ADVICE, n=14)
    assert "R10" in {f.rule for f in findings(find_reuse([a, b, c]))}


def test_unlike_reports_share_nothing_substantive() -> None:
    a = _report("a", "长河街道办事处", "河道清淤")
    c = ReuseDocument.from_text(
        "c", "一、存在问题\n合作社分红机制不透明，社员代表大会三年未开。\n二、建议\n尽快补开大会。\n"
    )
    report = find_reuse([a, c])
    assert not [p for p in report.passages if p.grade in ("substantive", "shared")]
    assert report.families == ()


def test_frequency_tells_template_from_copy() -> None:
    documents = _set(30)
    documents[4] = _report("r04", "第4街道办事处", "农贸市场", problem=_PROBLEM, n=7)
    documents[21] = _report("r21", "第21街道办事处", "应急广播", problem=_PROBLEM.replace("12天", "9天"), n=24)
    report = find_reuse(documents)
    own = [p for p in report.passages if p.grade == "substantive"]
    assert {(p.a, p.b) for p in own} == {("r04", "r21")}
    assert own[0].holders == 2 and "仅见于2份报告" in own[0].reason
    aside = [p for p in report.passages if p.grade == "template"]
    assert aside and all("地区模板" in p.reason for p in aside)
    assert any(_MANAGE[:20] in p.b_quote for p in aside)
    _quotes_hold(report, documents)
    assert report.by_report["r21"].shares["substantive"] > 0.1
    assert report.by_report["r00"].shares.get("substantive", 0.0) == 0.0


def test_edits_swaps_and_wraps_are_seen_through() -> None:
    edited = (
        "部分村组对燃气安全的重视程度不够，整改销号缺少第三方复核，隐患台账更新平均\n滞后31天，"
        "责任分工没有落实到具体人员，夜间巡查流于形式，群众举报途径知晓率只有２８．１％。"
    )
    documents = _set(20)
    documents[2] = _report("r02", "第2街道办事处", "农贸市场", problem=_PROBLEM)
    documents[9] = _report("r09", "第9街道办事处", "应急广播", problem=edited, n=11)
    report = find_reuse(documents)
    own = [p for p in report.passages if p.grade == "substantive"]
    assert {(p.a, p.b) for p in own} == {("r02", "r09")}
    assert sum(len(p.b_quote) for p in own) > 0.85 * len(edited)
    words = {(c.a, c.b) for p in own for c in p.changed if c.what == "字句改动"}
    assert ("社区", "村组") in words


def test_a_name_left_over_names_the_source() -> None:
    documents = _set(20)
    told = "长河街道办事处{}，并向全区推广这一做法，累计接待外地考察团组多批次，形成可复制的工作样板。"
    documents[3] = _report("r03", "长河街道办事处", "农贸市场", problem=_PROBLEM + told.format("建立联席机制"))
    documents[8] = _report("r08", "青山街道办事处", "应急广播", problem=_PROBLEM + told.format("建立联席机制"), n=12)
    report = find_reuse(documents)
    passage = next(p for p in report.passages if p.grade == "substantive" and p.b == "r08")
    assert passage.source == "a"
    left = next(c for c in passage.changed if c.what == "名称残留")
    assert documents[8].text[left.start : left.end] == left.b == "长河街道办事处"
    finding = next(f for f in findings(report) if f.rule == "R11")
    assert finding.report == "r08" and finding.evidence[0].quote == "长河街道办事处"
    assert report.families[0].source == "r03"


def test_last_years_report_with_the_year_changed() -> None:
    old = [
        _report(f"old{n}", f"第{n}街道办事处", _TOPICS[n], problem=_PROBLEM if n == 1 else "", year="2022")
        for n in range(8)
    ]
    new = [_report(f"new{n}", f"第{n}街道办事处", _TOPICS[n] + "新", n=n + 30) for n in range(8)]
    new[1] = _report("new1", "第1街道办事处", "消防通道", problem=_PROBLEM, n=31)
    report = find_reuse(new, against=old)
    assert {r.id for r in report.reports} == {d.id for d in new}
    assert not [p for p in report.passages if p.a.startswith("old") and p.b.startswith("old")]
    finding = next(f for f in findings(report) if f.rule == "R7" and f.report == "new1")
    assert "以前年度" in finding.says
    passage = next(p for p in report.passages if {p.a, p.b} == {"old1", "new1"} and p.kind_b == "problems")
    assert (passage.source == "a") == (passage.a == "old1")


def test_a_background_supplies_the_frequencies(tmp_path: Path) -> None:
    pair = [
        _report("a", "长河街道办事处", "河道清淤", advice=_ADVICE),
        _report("b", "青山街道办事处", "电梯加装", advice=_ADVICE, n=9),
    ]
    assert any(p.grade == "substantive" and p.kind_b == "advice" for p in find_reuse(pair).passages)
    corpus = [_report(f"c{n}", f"第{n}街道办事处", _TOPICS[n % 10] + "库", advice=_ADVICE, n=n + 3) for n in range(20)]
    file = tmp_path / "background.parquet"
    built = build_background(corpus, file)
    assert built.owners == {"东湖": 20}
    report = find_reuse(pair, background=file)
    assert not [p for p in report.passages if p.grade == "substantive"]
    assert any(p.grade == "template" and p.kind_b == "advice" for p in report.passages)
    assert "燃气".encode() not in file.read_bytes()
    file.write_bytes(b"no parquet")
    with pytest.raises(ValueError, match="背景库"):
        find_reuse(pair, background=file)


def test_order_of_input_and_number_of_runs_do_not_matter(tmp_path: Path) -> None:
    documents = _set(14)
    documents[3] = _report("r03", "第3街道办事处", "农贸市场", problem=_PROBLEM)
    documents[6] = _report("r06", "第6街道办事处", "应急广播", problem=_PROBLEM, n=9)
    one, two = find_reuse(documents), find_reuse(reversed(documents))
    assert one == two
    write_reuse_jsonl(one, tmp_path / "one.jsonl")
    write_reuse_jsonl(two, tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    row = json.loads((tmp_path / "one.jsonl").read_text("utf-8").splitlines()[0])
    wanted = {"a", "b", "a_start", "a_end", "b_start", "b_end", "a_quote", "b_quote", "grade", "similarity",
              "masked_similarity", "changed", "source", "reason"}  # fmt: skip
    assert wanted <= set(row)


@pytest.fixture(params=["DuckDB", "SQLite"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both databases that may run the statements."""
    if request.param == "DuckDB":
        pytest.importorskip("duckdb")
    else:
        monkeypatch.setitem(sys.modules, "duckdb", None)
    assert join.has_duckdb() == (request.param == "DuckDB")
    return str(request.param)


def test_several_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = _set(24)
    documents[3] = _report("r03", "第3街道办事处", "农贸市场", problem=_PROBLEM)
    documents[6] = _report("r06", "第6街道办事处", "应急广播", problem=_PROBLEM, n=9)
    alone = find_reuse(documents)
    assert alone.pairs and any(p.grade == "substantive" for p in alone.passages)
    monkeypatch.setattr(bench, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(bench, "_CHUNK", 40)
    assert find_reuse(documents, jobs=2) == alone


def test_short_agreement_in_a_small_set_is_no_template() -> None:
    told = "本单位另按来访预约登记簿逐日核对出入情况"
    documents = _set(5)
    for n in (1, 3):
        d = documents[n]
        documents[n] = ReuseDocument.from_text(
            d.id, d.text.replace(_MANAGE, _MANAGE + told + "。"), unit=d.unit, region=d.region, year=d.year
        )
    found = [p for p in find_reuse(documents).passages if told in p.b_quote and len(p.b_quote) < 60]
    assert {p.grade for p in found} == {"shared"}


def test_in_a_set_too_small_to_count_management_wording_is_no_copy() -> None:
    told = "资产盘点由行政办牵头，账实不符的逐项列表上报，处置收入当日缴存专户，票据领用与核销由两人分别登记。"
    documents = _set(15)
    for n in (2, 9):
        d = documents[n]
        text = d.text.replace(_MANAGE, _MANAGE + told)
        documents[n] = ReuseDocument.from_text(d.id, text, unit=d.unit, region=d.region, year=d.year)
    grades = {(p.grade, "见于2份" in p.reason) for p in find_reuse(documents).passages if told[:20] in p.b_quote}
    assert grades == {("template", True)}


def test_where_regions_are_unknown_a_few_holders_make_management_wording_template() -> None:
    told = "资产盘点由行政办牵头，账实不符的逐项列表上报，处置收入当日缴存专户，票据领用与核销由两人分别登记。"
    for region, grade in (("", "template"), ("东湖", "substantive")):
        documents = [_report(f"r{n:03}", f"第{n}街道办事处", _TOPICS[n % 10] + str(n), n=n + 3) for n in range(90)]
        for n, place in enumerate(range(5, 85, 16)):
            d = documents[place]
            where = region or f"第{n % 2}区"
            text = d.text.replace(_MANAGE, _MANAGE + told)
            documents[place] = ReuseDocument.from_text(d.id, text, unit=d.unit, region=where if region else "")
        found = {p.grade for p in find_reuse(documents).passages if told[:20] in p.b_quote}
        assert found == {grade}


def test_sqlite_gives_what_duckdb_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    documents = _set(14)
    documents[3] = _report("r03", "第3街道办事处", "农贸市场", problem=_PROBLEM)
    documents[6] = _report("r06", "第6街道办事处", "应急广播", problem=_PROBLEM, n=9)
    by_duckdb = find_reuse(documents)
    assert any(p.grade == "substantive" for p in by_duckdb.passages)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert find_reuse(documents) == by_duckdb


def test_without_duckdb_a_background_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for ask in (lambda: build_background(_set(3), tmp_path / "b"), lambda: find_reuse(_set(3), background=tmp_path)):
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'jihe\[duckdb\]'"):
            ask()


def test_a_store_grows_without_redoing_the_rest(tmp_path: Path, engine: str) -> None:
    documents = _set(20)
    documents[3] = _report("r03", "第3街道办事处", "农贸市场", problem=_PROBLEM)
    documents[19] = _report("r19", "第19街道办事处", "应急广播", problem=_PROBLEM, n=9)
    ReuseStore(tmp_path).add(documents[:18])
    store = ReuseStore(tmp_path)
    report = store.add(documents[18:])
    assert len(store) == 20
    assert {r.id for r in report.reports} == {"r18", "r19"}
    assert all({p.a, p.b} & {"r18", "r19"} for p in report.passages)
    whole = {p.key: p.grade for p in find_reuse(documents).passages}
    found = {p.key: p.grade for p in report.passages if p.grade == "substantive"}
    assert found and all(whole.get(key) == grade for key, grade in found.items())


@pytest.mark.parametrize("texts", [[], [""], ["", " \n\n", "一、\n二、\n"], ["。，；" * 50, "\ud800\udfff𠮷" * 30]])
def test_empty_and_odd_texts(texts: list[str], tmp_path: Path) -> None:
    report = find_reuse(ReuseDocument.from_text(f"t{i}", text) for i, text in enumerate(texts))
    assert len(report.reports) == len(texts)
    assert report.passages == ()
    assert findings(report) == []
    write_reuse_jsonl(report, tmp_path / "reuse.jsonl")
    assert (tmp_path / "reuse.jsonl").read_bytes() == b""


def test_one_report_twice_is_one_text() -> None:
    document = _report("a", "长河街道办事处", "河道清淤", problem=_PROBLEM, advice=_ADVICE)
    report = find_reuse([document, document])
    assert [r.id for r in report.reports] == ["a", "a#2"]
    assert report.same[0].members == ("a", "a#2")
    assert {p.grade for p in report.passages if p.length >= 20} == {"substantive"}
    assert report.by_report["a"].original < 0.25
    assert any("全文相同" in f.says for f in findings(report))


def test_many_copies_of_one_template_stay_linear() -> None:
    text = _report("a", "长河街道办事处", "河道清淤", problem=_PROBLEM).text
    report = find_reuse(ReuseDocument.from_text(f"t{i:04}", text, unit=f"单位{i}", region="东湖") for i in range(400))
    assert report.passages == ()
    assert len(report.same[0].members) == 400
    assert report.by_report["t0000"].shares["template"] > 0.7


def test_in_a_large_set_a_clause_met_again_by_chance_is_no_copy() -> None:
    rand = random.Random(5)

    def clauses(count: int) -> list[str]:
        return ["".join(chr(rand.randrange(0x4E00, 0x9000)) for _ in range(14)) for _ in range(count)]

    bodies = [clauses(12) for _ in range(220)]
    bodies[50][6] = bodies[10][3] = "".join(clauses(2))[:24]  # one clause, other neighbours: chance
    bodies[90][4:8] = [
        bodies[20][4],
        bodies[20][5][:-2] + "试点",
        bodies[20][6][:-2] + "覆盖",
        bodies[20][7][:-2] + "收尾",
    ]
    found = find_reuse(
        ReuseDocument.from_text(f"r{i:03}", "，".join(body) + "。", unit=f"单位{i}", region="东湖")
        for i, body in enumerate(bodies)
    ).passages
    assert [(p.a, p.b, p.grade) for p in found] == [("r020", "r090", "substantive")]
    assert bodies[20][7][:-2] in found[0].a_quote and bodies[90][4] in found[0].b_quote


def test_long_text_without_punctuation() -> None:
    report = find_reuse([ReuseDocument.from_text("a", "很" * 400_000), ReuseDocument.from_text("b", "很" * 3000)])
    assert len(report.passages) <= 1


def test_numbers_and_words_that_changed() -> None:
    assert number_changes("2022年办结30件", "2023年办结30件") == [Change("年度改动", "2022", "2023")]
    assert number_changes("满意度95.5%", "满意度95.5%") == [Change("数字相同", "95.5%", "95.5%")]
    assert number_changes("办结30件", "办结") == []
    assert word_changes("夜间巡查队", "夜间巡逻队") == [Change("字句改动", "查", "逻")]
    assert union([(3, 5), (0, 2), (5, 9), (1, 2)]) == [(0, 2), (3, 9)]


def test_last_years_text_was_not_taken_from_a_third_unit() -> None:
    old = _report("a22", "长河街道办事处", "河道清淤", problem=_PROBLEM, advice=_ADVICE, year="2022")
    new = _report("a23", "长河街道办事处", "河道清淤", problem=_PROBLEM, advice=_ADVICE, n=9)
    other = _report("b22", "青山街道办事处", "电梯加装", problem=_PROBLEM, advice=_ADVICE, n=5, year="2022")
    found = findings(find_reuse([old, new, other]))
    of_new = {f.rule for f in found if f.report == "a23"}
    assert "R7" in of_new and not of_new & {"R5", "R6"}
    assert any(f.rule in ("R5", "R6") for f in found if f.report in ("a22", "b22"))
    same = next(f for f in found if f.rule == "R9" and f.report == "a23")
    assert "往年" in (same.title or "") and "据实更新" in same.advice


def test_the_counterpart_of_a_clause_is_found_from_behind_too() -> None:
    tail = "造成部分经费未及时支付，社区工作人员工资发放推迟到次年一月，群众意见集中在补贴到账偏慢这一点上。"
    a = _report(
        "a", "长河街道办事处", "河道清淤", problem="村级组织和社区运转经费有部分支出年底审批流程未完成，" + tail
    )
    b = _report(
        "b", "青山街道办事处", "电梯加装", problem="排查点位二十处，社区运转经费有部分支出年底审批流程未完成，" + tail
    )
    passage = next(p for p in find_reuse([a, b]).passages if p.kind_b == "problems")
    assert "审批流程未完成" in passage.a_quote and "审批流程未完成" in passage.b_quote


def test_in_sections_that_others_prescribe_a_few_holders_make_a_template() -> None:
    told = "本单位成立预算绩效领导小组，办公室设在党政综合办，每半年听取一次汇报，重大事项提交班子会议集体研究。"
    documents = _set(40)
    for n, place in enumerate((3, 14, 22, 31, 38)):
        d = documents[place]
        text = d.text.replace(_MANAGE, told + _MANAGE).replace("轮，走访", f"轮，{_ADVICE[:-1] if n < 2 else ''}，走访")
        documents[place] = ReuseDocument.from_text(d.id, text, unit=d.unit, region=d.region, year=d.year)
    report = find_reuse(documents)
    grades = {p.grade for p in report.passages if "领导小组" in p.b_quote}
    assert grades == {"template"}
    assert {p.grade for p in report.passages if "周调度" in p.b_quote} == {"substantive"}


def test_passages_are_a_sequence_in_the_order_of_their_keys() -> None:
    documents = _set(14)
    documents[3] = _report("r03", "第3街道办事处", "农贸市场", problem=_PROBLEM + "\ud800𠮷")
    documents[6] = _report("r06", "第6街道办事处", "应急广播", problem=_PROBLEM + "\ud800𠮷", n=9)
    passages = find_reuse(documents).passages
    rows = list(passages)
    assert [p.key for p in rows] == sorted(p.key for p in rows)
    assert passages == tuple(rows) and passages != rows[:-1] and passages[-1] == rows[-1]
    assert list(passages[1:3]) == rows[1:3]
    assert any("\ud800" in p.b_quote for p in rows)


def test_a_large_set_says_what_it_leaves_out() -> None:
    documents = [ReuseDocument.from_text(f"r{n}", f"第{n}份", unit=f"单位{n}") for n in range(201)]
    assert any("超过200份" in note and "不逐段列出" in note for note in find_reuse(documents).notes)
    assert not any("超过" in note for note in find_reuse(documents[:200]).notes)
