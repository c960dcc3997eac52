"""A report full of hostile text goes through the whole program: every file it makes is harmless and readable."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pytest

import jihe

EVIL = "=cmd|' /C calc'!A0<script>window.evil=1</script><img src=x onerror=evil()>"
LONG = "=SUM(A1)" + "长" * 10_000
ODD = "\x07\x1b\u2028𠮷😀{{js}}"
NAME = "=1+1 <b>&'甲.txt"
TEXT = (
    f"{EVIL}街道办事处2023年度部门整体支出绩效自评报告\n一、基本情况\n"
    f"全年预算数200.00万元，执行数150.00万元，执行率80.00%。{ODD}\n"
    f"{EVIL}项目预算金额为60.00万元，执行金额为21.00万元。\n"
    f"+走访{EVIL}、-宣传、@巡查、+走访{EVIL}等工作按期完成。\n"
    f"（一）指标一：\n={EVIL}次数：年度指标值为大于等于240次，年中监控值118次，年末完成504次，完成率为210%。"
    "该指标分值为12分，自评得分12分。\n"
    f"二、存在的问题\n“{LONG}”。联系电话13812345678，信访人王小明。\n"
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name in (NAME, "乙.txt"):
        (folder / name).write_text(TEXT, encoding="utf-8")
    done = jihe.screen([folder], folder / "out")
    assert not done.failed and not done.problems
    assert done.count("errors") + done.count("warnings") > 3
    return folder / "out"


OWN_FORMULA = re.compile(
    r"""=HYPERLINK\("\#'(?:问题明细|问题清单|数据勾稽底稿)'![AB]\d+",(?:\d+|"[\dK-]+")\)"""
    r"""|=(?:[A-N]\d+|ROUND|IF|OR|MAX|MIN|SUM|SUMPRODUCT|""|\d|[-+*/:,()<=])+"""
)
"""Links inside the workbook, and sums of cells: no text of a report, no other function."""


def test_workbook(out: Path) -> None:
    book = openpyxl.load_workbook(out / "问题清单.xlsx")
    for sheet in book:
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if cell.data_type == "f":
                    assert OWN_FORMULA.fullmatch(str(cell.value))
                elif isinstance(cell.value, str):
                    assert len(cell.value) <= 32_767
                    assert not any(c in cell.value for c in "\x07\x1b")
                    if cell.value[:1] in "=+-@" and cell.value:
                        assert cell.quotePrefix, f"{sheet.title} {cell.coordinate}"


def test_opinions(out: Path) -> None:
    made = list((out / "复核意见").glob("*.docx"))
    assert len(made) == 2
    for path in made:
        document = docx.Document(str(path))
        words = "\n".join(p.text for p in document.paragraphs)
        words += "\n".join(c.text for t in document.tables for r in t.rows for c in r.cells)
        assert "<script>window.evil=1</script>" in words and "违规" not in words


def test_pages(out: Path) -> None:
    pages = [out / "index.html", *(out / "报告页").glob("*.html")]
    assert len(pages) == 3
    for path in pages:
        tags = Tags()
        tags.feed(path.read_text("utf-8"))
        assert tags.seen.count("script") == 2
        assert "img" not in tags.seen


def test_machine_forms(out: Path) -> None:
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert len(rows) > 4
    for row in rows:
        assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row)
        assert not any(cell.startswith("-") and not cell[1:].replace(".", "").isdigit() for cell in row)
    findings = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    assert len({f["fingerprint"] for f in findings}) == len(findings)
    assert len(rows) - 1 == len(findings)
    log = json.loads((out / "findings.sarif").read_text("utf-8"))
    assert len(log["runs"][0]["results"]) == len(findings)


def test_parquet(out: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra jihe[duckdb] is not installed")
    rows = duckdb.sql(f"SELECT quote, reason, place, subject FROM '{out / 'facts.parquet'}'").fetchall()
    facts = (out / "facts.jsonl").read_text("utf-8").splitlines()
    assert len(rows) == len(facts)
    assert not any(secret in str(rows) for secret in ("13812345678", "王小明"))
