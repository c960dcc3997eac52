from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import docx
import msgspec
import openpyxl
import pytest
from lxml import etree

from jihe_audit.export.opinion import chinese, write_opinion
from jihe_audit.export.records import ReportRecord
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
