"""A batch screened, one finding accepted, screened again: every output tells of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import docx
import openpyxl
import pytest

import jihe

TEXT = (
    "某街道办事处2023年度部门整体支出绩效自评报告\n一、基本情况\n"
    "全年预算数200.00万元，执行数150.00万元，执行率80.00%。\n{more}填表人：凌小晶  单位负责人（签字）：吴 鹏\n"
)
MORE = "二、采购情况\n政府采购预算数100.00万元，政府采购执行数90.00万元，政府采购执行率95.00%，差额系采购节约。\n"
REASON = "单位已书面说明"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("批次 一") / "2023年 报告"
    folder.mkdir()
    out = folder.parent / "结果 输出"
    (folder / "甲.txt").write_text(TEXT.format(more=MORE), encoding="utf-8")
    (folder / "乙.txt").write_text(TEXT.format(more=""), encoding="utf-8")
    jihe.screen([folder], out, model="none", jobs=1)
    found = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    one = next(f for f in found if f["report"] == "甲.txt" and "80.00%" in f["message"])
    (folder / "甲.txt").write_text(TEXT.format(more=MORE.replace("95.00%", "90.00%")), encoding="utf-8")
    (folder / "jihe.toml").write_text(
        f'[rules]\noff = ["X*"]\n[[accept]]\nfingerprint = "{one["fingerprint"]}"\nreason = "{REASON}"\n'
        '[[accept]]\nfingerprint = "0000000000000000"\nreason = "旧"\n',
        encoding="utf-8",
    )
    jihe.screen([folder], out, model="none", jobs=1)
    return out


def test_the_table_of_findings_tells_state_and_evidence(out: Path) -> None:
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    (accepted,) = [r for r in rows if r["接受理由"]]
    assert (accepted["状态"], accepted["接受理由"], accepted["确定性"]) == ("已接受", REASON, "确定矛盾")
    assert "80.00%" in accepted["证据原文"] and accepted["位置"]
    assert {r["状态"] for r in rows if not r["接受理由"]} == {"未变"}


def test_the_workbook_keeps_what_is_accepted_out_of_the_list(out: Path) -> None:
    book = openpyxl.load_workbook(out / "问题清单.xlsx")
    shown = {row[6].value for row in book["问题清单"].iter_rows(min_row=4) if row[3].value == "甲.txt"}
    assert not any("80.00%" in str(words) for words in shown)
    details = [[c.value for c in row] for row in book["问题明细"].iter_rows(min_row=4)]
    assert [row.count("已接受") for row in details if REASON in row] == [1]
    notes = {(row[0].value, row[1].value) for row in book["说明"].iter_rows(min_row=4)}
    assert ("停用的规则", "X*") in notes
    told = "；".join(words for name, words in notes if name == "本次审核")
    assert "消失 1" in told and "0000000000000000 本次没有出现" in told


def test_opinion_page_and_run_tell_of_it(out: Path) -> None:
    document = docx.Document(str(out / "复核意见" / "甲.txt.docx"))
    assert "80.00%" not in "\n".join(p.text for p in document.paragraphs)
    assert any("已接受" in c.text for t in document.tables for row in t.rows for c in row.cells)
    index = (out / "index.html").read_text("utf-8")
    assert "与上次相比：新增 0，消失 1" in index and "0000000000000000 本次没有出现" in index
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert len(run["changes"]["gone"]) == 1 and run["unused_acceptances"][0]["reason"] == "旧"
    results = json.loads((out / "findings.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert [r["suppressions"][0]["justification"] for r in results if "suppressions" in r] == [REASON]


def test_names_of_those_who_signed_are_in_no_file(out: Path) -> None:
    for path in out.rglob("*"):
        if path.is_file() and ".jihe" not in path.parts and path.suffix not in (".xlsx", ".docx", ".parquet"):
            assert "凌小晶" not in path.read_text("utf-8") and "吴 鹏" not in path.read_text("utf-8")
    text = (out / "text" / "甲.txt.txt").read_text("utf-8")
    assert "凌**" in text and "吴**" in text
