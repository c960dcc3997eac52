from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files

import msgspec

from jihe_audit.export.records import IndicatorRecord, ReportRecord
from jihe_audit.issue_text import closing, fact_sentences, place_words, quoted
from jihe_audit.issue_wording import wording
from jihe_audit.issues import chapters, citing, compose, faults, material
from jihe_audit.rulebook import load

MakeRecord = Callable[..., ReportRecord]


def test_every_rule_leads_to_a_kind_and_a_theme() -> None:
    words = wording()
    for rule in load().rules.values():
        assert rule.category in words.kinds, f"{rule.id}: {rule.category} has no wording"
        assert words.theme(rule.category).problem


def test_wording_never_accuses() -> None:
    folder = files("jihe_audit") / "rulebook" / "issues"
    for name in ("themes.toml", "wording.toml"):
        text = str(tomllib.loads((folder / name).read_text(encoding="utf-8")))
        for word in ("违规", "违反", "造假", "弄虚作假", "挪用", "finding", "规则编号"):
            assert word not in text


def test_one_kind_is_one_issue_with_examples(make_record: MakeRecord) -> None:
    record = make_record(findings=3)
    same = tuple(msgspec.structs.replace(f, category="A08", severity="error") for f in record.findings)
    (issue,) = compose(msgspec.structs.replace(record, findings=same), citing(load()))
    assert len(issue.findings) == 3
    assert len(fact_sentences(issue)) == 3


def test_rank_is_by_consequence_and_certainty(make_record: MakeRecord) -> None:
    record = make_record(findings=3)
    a, b, c = record.findings
    mixed = (
        msgspec.structs.replace(a, severity="warning", category="L03", consequence="text"),
        msgspec.structs.replace(b, severity="error", category="A08", consequence="amount", evidence=()),
        msgspec.structs.replace(c, severity="error", category="E01", consequence="score", evidence=()),
    )
    issues = compose(msgspec.structs.replace(record, findings=mixed), citing(load()))
    assert [i.kind.code for i in issues] == ["E01", "A08", "L03"]
    assert [i.number[-3:] for i in issues] == ["001", "002", "003"]
    assert issues[0].level == "高"


def test_among_doubts_the_weightier_kind_comes_first_then_the_larger_amount(make_record: MakeRecord) -> None:
    record = make_record(findings=4)
    told = (("E07", "score", None), ("A04", "amount", "8000000"), ("A01", "amount", "9000000"), ("E10", "score", None))
    doubts = tuple(
        msgspec.structs.replace(
            f, severity="warning", category=c, consequence=w, amount=Decimal(a) if a else None, evidence=()
        )
        for f, (c, w, a) in zip(record.findings, told, strict=True)
    )
    issues = compose(msgspec.structs.replace(record, findings=doubts), citing(load()))
    assert [(i.kind.code, i.level) for i in issues] == [("E10", "高"), ("A01", "中"), ("A04", "中"), ("E07", "中")]


def test_main_list_is_short_and_infos_and_accepted_stay_out(make_record: MakeRecord) -> None:
    record = make_record(findings=60)
    findings = tuple(
        msgspec.structs.replace(f, severity="warning", category=f"{'ABCDEF'[n % 6]}{n // 6 + 1:02d}", evidence=())
        for n, f in enumerate(record.findings)
    )
    issues = compose(msgspec.structs.replace(record, findings=findings), citing(load()))
    assert sum(i.main for i in issues) == wording().main
    accepted = tuple(msgspec.structs.replace(f, accepted="已说明") for f in findings[:4])
    assert not any(i.main for i in compose(msgspec.structs.replace(record, findings=accepted), citing(load())))


def test_basis_fits_the_year_and_the_certainty(make_record: MakeRecord) -> None:
    book = load()
    (issue,) = compose(make_record(), citing(book))
    assert issue.basis == (book.cite("YSF-75"),)
    assert "依据：" in closing(issue)
    uncertain = [c for c, r in book.regulations.items() if r.certainty == "U"]
    likely = [c for c, r in book.regulations.items() if r.certainty == "L" and r.article]
    assert not citing(book)(uncertain, "2023")
    for code in likely:
        assert book.regulations[code].article not in book.cite(code)


def test_themes_follow_the_customary_order(make_record: MakeRecord) -> None:
    record = make_record(findings=40)
    record = msgspec.structs.replace(
        record,
        findings=tuple(
            msgspec.structs.replace(f, severity="warning", category=code, evidence=())
            for f, code in zip(record.findings, ("L03", "P01", "D03", "C02", "A02", "E07"), strict=False)
        ),
    )
    made = chapters(compose(record, citing(load())))
    assert [[i.theme.id for i in c.issues] for c in made] == [
        ["data"], ["execution"], ["targets", "scoring"], ["staff"], ["form"],
    ]  # fmt: skip
    headings = [c.problem for c in made]
    assert headings[0] == wording().theme("A02").problem
    assert headings[2] == wording().theme("D03").group.problem


def test_material_names_the_issues_that_need_it(make_record: MakeRecord) -> None:
    issues = compose(make_record(), citing(load()))
    wanted = dict(material(issues))
    assert wanted["部门决算报表"] == [issues[0].number]
    assert all(re.fullmatch(r"JH-2023-001-\d{3}", n) for numbers in wanted.values() for n in numbers)


def test_a_bare_figure_is_quoted_with_its_clause_and_personal_data_alone(make_record: MakeRecord) -> None:
    record = make_record(extra="填表人某某，电话139****1111。")
    (finding,) = record.findings
    assert quoted(record, finding) == "基本支出100.00万元，项目支出50.00万元，支出合计160.00万元"
    at = record.text.index("139****1111")
    spot = msgspec.structs.replace(finding.evidence[0], quote="139****1111", start=at, end=at + 11)
    personal = msgspec.structs.replace(finding, category="L01", evidence=(spot,))
    assert quoted(record, personal) == "139****1111"


def test_what_concerns_many_indicators_is_not_laid_at_the_first(make_record: MakeRecord) -> None:
    record = make_record()
    (finding,) = record.findings
    marks = [(e.start, e.end) for e in finding.evidence]
    row = IndicatorRecord(report=record.report, path=("甲",), start=marks[0][0], end=marks[0][1])
    other = msgspec.structs.replace(row, path=("乙",), start=marks[1][0], end=marks[1][1])
    scored = msgspec.structs.replace(finding, severity="warning", category="E07")
    both = msgspec.structs.replace(record, indicators=(row, other), findings=(scored,))
    assert faults(both, compose(both, citing(load()))) == [[], []]
    one = msgspec.structs.replace(scored, evidence=scored.evidence[:1])
    alone = msgspec.structs.replace(both, findings=(one,))
    assert [len(told) for told in faults(alone, compose(alone, citing(load())))] == [1, 0]


def test_a_formula_is_told_only_where_it_adds_figures(make_record: MakeRecord) -> None:
    record = make_record()
    (issue,) = compose(record, citing(load()))
    finding = msgspec.structs.replace(issue.lead, message="合计160.00，应为150.00。", working="100+50=150")
    for message, told in (("100与50合计150.00。", False), ("合计160.00，应为150.00。", True)):
        changed = msgspec.structs.replace(record, findings=(msgspec.structs.replace(finding, message=message),))
        (made,) = compose(changed, citing(load()))
        assert ("经复核" in fact_sentences(made)[0]) is told


def test_kindred_kinds_become_one_item(make_record: MakeRecord) -> None:
    record = make_record(findings=3)
    codes = ("L03", "L05", "L08")
    mixed = tuple(
        msgspec.structs.replace(f, severity="warning", category=c, evidence=())
        for f, c in zip(record.findings, codes, strict=True)
    )
    (issue,) = compose(msgspec.structs.replace(record, findings=mixed), citing(load()))
    assert issue.kind.name == "报告文字、名称和格式存在差错" and len(issue.findings) == 3
    (alone,) = compose(msgspec.structs.replace(record, findings=mixed[:1]), citing(load()))
    assert alone.kind.code == "L03" and alone.kind.name != issue.kind.name


def test_a_doubt_names_what_settles_it_and_a_law_is_cited_once(make_record: MakeRecord) -> None:
    record = make_record()
    doubts = tuple(
        msgspec.structs.replace(record.findings[0], severity="warning", category=c, evidence=(), needs=())
        for c in ("A04", "B09")
    )
    first, second = compose(msgspec.structs.replace(record, findings=doubts), citing(load()))
    told: set[str] = set()
    assert (
        closing(first, None, told).startswith("可对照：")
        and closing(first, None, told) == "建议对照项目支出明细表核实。"
    )
    assert closing(second, None, told) == "建议对照欠款（债务）清单、支付凭证核实。"
    proofs = compose(record, citing(load()))
    assert closing(proofs[0], None, told).endswith("依据：《中华人民共和国预算法》第七十五条。")


def test_personal_data_and_mere_form_ask_for_no_papers(make_record: MakeRecord) -> None:
    record = make_record()
    for category, words in (("L01", ""), ("L05", "建议核实。")):
        finding = msgspec.structs.replace(
            record.findings[0], severity="warning", category=category, consequence="text", basis=()
        )
        (issue,) = compose(msgspec.structs.replace(record, findings=(finding,)), citing(load()))
        assert closing(issue) == words


def test_advice_goes_to_those_who_wrote_the_report(make_record: MakeRecord) -> None:
    record = make_record()
    (own,) = compose(record, citing(load()))
    assert own.advice.startswith("财务部门对照")
    outside = msgspec.structs.replace(record, summary=msgspec.structs.replace(record.summary, kind="T4"))
    (issue,) = compose(outside, citing(load()))
    assert issue.advice.startswith("评价机构会同被评价单位财务部门对照") and issue.kind.name == own.kind.name


def test_what_stands_above_all_headings_is_found_by_its_line(make_record: MakeRecord) -> None:
    (finding,) = make_record().findings
    bare = msgspec.structs.replace(finding.evidence[0], section=(), place="原文第2行")
    assert place_words(msgspec.structs.replace(finding, evidence=(bare,))) == "原文第2行"
