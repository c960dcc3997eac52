from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import docx
import msgspec
import openpyxl
import pytest
from lxml import etree

from jihe_audit.export.cellvalues import near
from jihe_audit.export.opinion import chinese, write_opinion
from jihe_audit.export.records import Figure, IndicatorRecord, ReportRecord
from jihe_audit.export.rows import escaped
from jihe_audit.export.workbook import write_workbook
from jihe_audit.issues import citing, compose
from jihe_audit.rulebook import load

MakeRecord = Callable[..., ReportRecord]
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \x00\x07\x1b \ud800 𠮷😀 \u2028 ]]> &amp; " + "长" * 200
SHEETS = [
    "问题清单",
    "整改台账",
    "自评得分复核表",
    "数据勾稽底稿",
    "抽取数据表",
    "跨报告比对",
    "依据清单",
    "说明",
    "问题明细",
]
NOTES = [("范围", "仅依据报告文本")]


def write(path: Path, records: list[ReportRecord]) -> openpyxl.Workbook:
    write_workbook(path, records, [r.summary for r in records], load(), NOTES)
    return openpyxl.load_workbook(path)


def column(sheet: object, title: str) -> list[object]:
    rows = list(sheet.iter_rows(min_row=3, values_only=True))  # type: ignore[attr-defined]
    at = rows[0].index(title)
    return [row[at] for row in rows[1:]]


def test_sheets_filters_drop_downs_and_print_setup(tmp_path: Path, make_record: MakeRecord) -> None:
    book = write(tmp_path / "a.xlsx", [make_record()])
    assert book.sheetnames[:9] == SHEETS
    assert book["选项"].sheet_state == "hidden"
    main = book["问题清单"]
    assert main.freeze_panes == "C4" and main.auto_filter.ref
    assert main.page_setup.orientation == "landscape" and main.page_setup.paperSize == 9
    assert main.print_title_rows == "$1:$3" and main.sheet_properties.pageSetUpPr.fitToPage
    assert len(main.data_validations.dataValidation) == 4
    assert main.conditional_formatting
    assert main["A4"].value == "=HYPERLINK(\"#'问题明细'!A4\",1)"


def test_what_the_workbook_shows_equals_the_findings(tmp_path: Path, make_record: MakeRecord) -> None:
    records = [make_record("甲.txt", findings=7), make_record("乙/丙.txt", findings=3, unit="某局")]
    book = write(tmp_path / "a.xlsx", records)
    assert book.sheetnames[0] == "总览"
    sheet = book["问题明细"]
    found = {f.fingerprint: f for r in records for f in r.findings}
    assert sorted(map(str, column(sheet, "识别码"))) == sorted(found)
    rows = zip(*(column(sheet, t) for t in ("识别码", "说明", "证据原文", "证据起点", "算式", "报告")), strict=True)
    for fingerprint, message, quote, start, working, report in rows:
        finding = found[str(fingerprint)]
        first = finding.evidence[0]
        assert (message, quote, start) == (finding.message, first.quote, first.start)
        assert (working, report) == (finding.working, finding.report)
    checks = book["数据勾稽底稿"]
    assert checks["G4"].value == "=D4-E4"
    assert (checks["D4"].value, checks["E4"].value) == (160, 150)


def test_text_that_looks_like_markup_or_an_escape_comes_back_as_it_was(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record()
    for message in ("<b>&amp;</b>", "x_甲_x00", " 前后空格 ", "𠀀😀\t末", "一\n二"):
        odd = msgspec.structs.replace(record.findings[0], message=message)
        book = write(tmp_path / "a.xlsx", [msgspec.structs.replace(record, findings=(odd,))])
        assert book["问题明细"]["E4"].value == message
    assert escaped("_x0041_") == "_x005F_x0041_"


def test_every_score_sheet_has_its_own_total(tmp_path: Path, make_record: MakeRecord) -> None:
    def row(name: str, weight: int, score: str, target: int = 0, actual: int = 0) -> IndicatorRecord:
        def figure(value: Decimal | int, unit: str = "分") -> Figure:
            return Figure(value=Decimal(value), unit=unit, relation="eq", quote=f"{value}{unit}", start=0, end=1)

        more = {"target": figure(target, "次"), "actual": figure(actual, "次")} if target else {}
        told = {"weight": figure(weight), "score": figure(Decimal(score))}
        return IndicatorRecord(report="甲.txt", path=("产出指标", "", name), start=0, end=1, **told, **more)

    rows = (row("甲", 60, "60"), row("乙", 40, "40", 10, 7), row("丙", 50, "45"), row("丁", 50, "50"))
    record = msgspec.structs.replace(make_record(), indicators=rows)
    write(tmp_path / "a.xlsx", [record])
    with closing(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)) as book:
        totals = [r for r in book["自评得分复核表"].iter_rows(min_row=4, values_only=True) if r[1] == "合计"]
    assert [r[10:14] for r in totals] == [(100, 100, 88, -12), (100, 95, 95, 0)]
    assert "自评得分对应“优”，测算得分对应“良”" in totals[0][14]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_formulas_give_what_they_show(tmp_path: Path, make_record: MakeRecord) -> None:
    row = IndicatorRecord(report="甲.txt", path=("甲",), start=0, end=1)
    figures = {
        name: Figure(value=Decimal(value), unit=unit, relation="eq", quote=value, start=0, end=1)
        for name, value, unit in (
            ("target", "10", "次"),
            ("actual", "7", "次"),
            ("weight", "40", "分"),
            ("score", "40", "分"),
        )
    }
    other = msgspec.structs.replace(row, path=("乙",), weight=figures["weight"], score=figures["score"])
    record = msgspec.structs.replace(make_record(), indicators=(msgspec.structs.replace(row, **figures), other))
    write(tmp_path / "a.xlsx", [record])
    with closing(openpyxl.load_workbook(tmp_path / "a.xlsx")) as book:
        book.save(tmp_path / "b.xlsx")  # without the values that were shown
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        "out",
        "b.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, timeout=180)
    with (
        closing(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)) as shown,
        closing(openpyxl.load_workbook(tmp_path / "out" / "b.xlsx", data_only=True)) as worked,
    ):
        for name, columns in (("自评得分复核表", range(8, 14)), ("数据勾稽底稿", (6,)), ("抽取数据表", (13,))):
            pairs = zip(*(book[name].iter_rows(min_row=4, values_only=True) for book in (shown, worked)), strict=True)
            for before, after in pairs:
                assert [before[n] for n in columns] == pytest.approx([after[n] for n in columns])
        assert [c.value for c in worked["自评得分复核表"][6]][10:14] == [80, 80, 68, -12]


def test_a_sheet_without_rows_says_so_and_places_are_short(tmp_path: Path, make_record: MakeRecord) -> None:
    book = write(tmp_path / "a.xlsx", [make_record()])
    assert book["跨报告比对"]["A4"].value == "无" and book["跨报告比对"].max_row == 4
    assert near("原文第9行，一、概况 › （二）机构 › 2.人员") == "原文第9行，2.人员"
    assert near("第3页，二、执行 › 表，表1第2行第3列") == "第3页，表1第2行第3列" and near("") is None


OWN_LINK = r"""=HYPERLINK\("#'(?:问题明细|问题清单|数据勾稽底稿)'![AB]\d+",(?:\d+|"[\dK-]+")\)$"""


def test_hostile_text_is_harmless_in_the_workbook(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record("=1+1.txt", extra=HOSTILE, unit="@SUM(A1)")
    evil = msgspec.structs.replace(record.findings[0], message='=HYPERLINK("http://x")', working="+1", advice="-2")
    record = msgspec.structs.replace(record, findings=(evil,))
    book = write(tmp_path / "a.xlsx", [record])
    for name in ("问题清单", "问题明细", "整改台账"):
        for row in book[name].iter_rows(min_row=4):
            for cell in row:
                own = re.match(OWN_LINK, str(cell.value))
                assert cell.data_type != "f" or own, f"{name} {cell.coordinate}"
    assert book["问题明细"]["E4"].value == evil.message
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        for part in parts.namelist():
            if part.endswith(".xml"):
                etree.fromstring(parts.read(part))


def test_opinion_has_the_sections_and_no_jargon(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record(findings=6)
    write_opinion(
        tmp_path / "a.docx", record, compose(record, citing(load())), limits=["未核查凭证。"], scope="仅依据文本。"
    )
    document = docx.Document(str(tmp_path / "a.docx"))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [h[0] for h in heads] == list("一二三四五六")
    problems = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    half = len(problems) // 2
    assert [p[:3] for p in problems[:half]] == [p[:3] for p in problems[half:]]
    text = "\n".join(p.text for p in document.paragraphs)
    assert "违规" not in text and not re.search(r"\b[A-Z]\d{2}[a-z]?\b", text)
    assert document.core_properties.author == ""
    section = document.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)


def opinion(path: Path, record: ReportRecord) -> tuple[list[str], list[list[list[str]]]]:
    write_opinion(path, record, compose(record, citing(load())), limits=["无。"], scope="")
    document = docx.Document(str(path))
    cells = [[[c.text for c in row.cells] for row in table.rows] for table in document.tables]
    return [p.text for p in document.paragraphs], cells


def test_tables_of_the_opinion_refer_to_its_items(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record(unit="某某区某某路街道办事处")
    lines, (figures, needs, issues, checks) = opinion(tmp_path / "a.docx", record)
    assert lines[:3] == ["某某区某某路街道办事处", "2023年度部门整体支出绩效自评报告", "复核意见"]
    assert figures[4] == ["执行数", "160.00", "存在不符，见三（一）1"]
    assert figures[1][2] == "报告未列明"
    assert needs[0][2] == "对应附件1序号" and {row[2] for row in needs[1:]} == {"1"}
    assert issues[1][:3] == ["1", "三（一）1", "JH-2023-001-001"]
    assert len(checks) == 2


def test_a_check_tried_in_several_places_is_one_row_of_the_annex(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record()
    (check,) = record.checks
    places = tuple(msgspec.structs.replace(check, place=p) for p in ("一、概况", "二、执行", "二、执行"))
    *_, checks = opinion(tmp_path / "a.docx", msgspec.structs.replace(record, checks=places))[1]
    assert [row[4] for row in checks[1:]] == ["一、概况；二、执行"]


def test_an_indicator_at_fault_shows_the_score_by_its_own_rule(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record()
    (finding,) = record.findings
    first = finding.evidence[0]
    ten = Figure(value=Decimal(8), unit="分", relation="eq", quote="8分", start=first.start, end=first.end)
    row = IndicatorRecord(report=record.report, path=("甲",), start=first.start, end=first.end, score=ten)
    scored = msgspec.structs.replace(
        finding, severity="warning", category="E05", score_delta=Decimal("1.5012345"), evidence=(first,)
    )
    record = msgspec.structs.replace(record, indicators=(row,), findings=(scored,))
    _, tables = opinion(tmp_path / "a.docx", record)
    (table,) = [t for t in tables if t[0][0] == "三级指标"]
    assert table[1][4:] == ["8分", "9.50", "成本控制类等反向指标计分方式有误（见三（一）1）"]


def test_hostile_text_is_harmless_in_the_opinion(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record(extra=HOSTILE)
    write_opinion(tmp_path / "a.docx", record, compose(record, citing(load())), limits=[], scope="")
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert "<script>alert(1)</script>" in text and "𠮷😀" in text and "\x07" not in text


def test_a_clean_report_gets_a_clean_opinion(tmp_path: Path, make_record: MakeRecord) -> None:
    record = msgspec.structs.replace(make_record(), findings=(), checks=(), facts=())
    write_opinion(tmp_path / "a.docx", record, [], limits=["无。"], scope="")
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert "未发现需要列示的主要问题" in text


@pytest.mark.parametrize(("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_chinese_numbers(number: int, word: str) -> None:
    assert chinese(number) == word


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_office_opens_both(tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record(findings=5, extra=HOSTILE)
    write(tmp_path / "a.xlsx", [record, make_record("乙.txt")])
    write_opinion(tmp_path / "b.docx", record, compose(record, citing(load())), limits=["无。"], scope="")
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "a.xlsx", "b.docx"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, timeout=180)
    assert (tmp_path / "a.pdf").stat().st_size > 5_000
    assert (tmp_path / "b.pdf").stat().st_size > 5_000


def test_the_workbook_of_a_batch_holds_every_finding(tmp_path: Path, make_record: MakeRecord) -> None:
    records = [make_record(f"{n}.txt", findings=40) for n in range(50)]
    write_workbook(tmp_path / "a.xlsx", records, [r.summary for r in records], load(), NOTES)
    with closing(openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)) as book:
        assert sum(1 for _ in book["问题明细"].iter_rows()) == 50 * 40 + 3
