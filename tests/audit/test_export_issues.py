from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files

import msgspec

from jihe_audit.export.records import ReportRecord
from jihe_audit.issue_wording import wording
from jihe_audit.issues import chapters, citing, closing, compose, fact_sentences, material
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
