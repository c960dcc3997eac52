from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

import jihe
from jihe.errors import UsageError
from jihe.worker import Task
from jihe.workers import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "corpus" / "jihe_corpus" / "samples" / "reports"
GOOD = "某镇人民政府2023年度部门整体支出绩效自评报告\n一、基本情况\n全年预算数200.00万元，执行数150.00万元，执行率75.00%。\n"
BAD = (
    "某街道办事处2023年度部门整体支出绩效自评报告\n一、基本情况\n"
    "全年预算数200.00万元，执行数150.00万元，执行率80.00%。联系电话13812345678。\n信访人王小明已息访。\n"
)
CONTRACT = ["findings", "facts", "indicators", "checks", "tables", "reuse"]


def command(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p), PYTHONIOENCODING="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "jihe", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line, parse_float=Decimal) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    (folder / "子").mkdir(parents=True)
    (folder / "好.txt").write_text(GOOD, encoding="utf-8")
    (folder / "子" / "坏.txt").write_text(BAD, encoding="gb18030")
    return folder


def test_the_contract_is_written_and_every_quote_holds(tmp_path: Path, reports: Path) -> None:
    done = jihe.screen([reports], tmp_path / "out")
    out = tmp_path / "out"
    assert {s.report: s.status for s in done.reports} == {"好.txt": "read", "子/坏.txt": "read"}
    for name in CONTRACT:
        assert (out / f"{name}.jsonl").is_file()
    for extra in ("问题清单.xlsx", "index.html", "findings.sarif", "findings.csv", "facts.parquet", "run.json"):
        assert (out / extra).stat().st_size > 0
    for report in ("好.txt", "子/坏.txt"):
        assert (out / "复核意见" / f"{report}.docx").is_file()
        assert (out / "报告页" / f"{report}.html").is_file()
    texts = {r: (out / "text" / f"{r}.txt").read_text("utf-8") for r in ("好.txt", "子/坏.txt")}
    for name in ("findings", "facts"):
        for record in lines(out / f"{name}.jsonl"):
            quotes = record["evidence"] if name == "findings" else [record]
            assert isinstance(quotes, list)
            for q in quotes:
                assert texts[str(record["report"])][q["start"] : q["end"]] == q["quote"]
    found = [f for f in lines(out / "findings.jsonl") if f["stated"]]
    assert [f["report"] for f in found] == ["子/坏.txt"]
    keys = "report unit year rule category severity message working stated computed evidence explanation basis advice"
    assert set(keys.split()) | {"fingerprint"} <= set(found[0])
    ids = {(c["report"], c["id"]) for c in lines(out / "checks.jsonl")}
    for fact in lines(out / "facts.jsonl"):
        assert isinstance(fact["checks"], list)
        assert {(fact["report"], c) for c in fact["checks"]} <= ids
        assert (fact["status"] == "unchecked") == bool(fact["reason"])


def test_personal_data_appear_nowhere(tmp_path: Path, reports: Path) -> None:
    import zipfile

    jihe.screen([reports], tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        if not path.is_file() or path.suffix == ".bin":
            continue
        data = path.read_bytes()
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as parts:
                data = b"".join(parts.read(n) for n in parts.namelist())
        for secret in ("13812345678", "王小明"):
            assert secret.encode() not in data, f"{secret} in {path}"


def test_the_same_reports_give_the_same_bytes(tmp_path: Path, reports: Path) -> None:
    jihe.screen([reports], tmp_path / "a", jobs=1)
    jihe.screen([reports], tmp_path / "b", jobs=2)
    for name in CONTRACT:
        assert (tmp_path / "a" / f"{name}.jsonl").read_bytes() == (tmp_path / "b" / f"{name}.jsonl").read_bytes()
    for name in ("findings.sarif", "findings.csv", "index.html", "报告页/子/坏.txt.html", "text/好.txt.txt"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_one_bad_file_never_stops_the_rest(tmp_path: Path, reports: Path) -> None:
    (reports / "空.txt").write_bytes(b"")
    (reports / "图.txt").write_bytes(bytes(range(256)) * 50)
    (reports / "假.pdf").write_bytes(b"%PDF-1.7 broken")
    (reports / "假.docx").write_bytes(b"PK\x03\x04 broken")
    result = command("screen", reports, "--out", tmp_path / "out")
    assert result.returncode == 3
    assert "Traceback" not in result.stdout + result.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    status = {r["report"]: r["status"] for r in summary["reports"]}
    assert [status[n] for n in ("空.txt", "图.txt", "假.pdf", "假.docx")] == ["failed"] * 4
    assert status["好.txt"] == status["子/坏.txt"] == "read"
    for report in summary["reports"]:
        assert report["status"] != "failed" or re.search("[\u4e00-\u9fff]", report["problem"])
    assert not list((tmp_path / "out").rglob("*.part"))


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("warning", 1)])
def test_exit_codes_follow_fail_on(tmp_path: Path, reports: Path, fail_on: str, code: int) -> None:
    assert command("screen", reports, "--out", tmp_path / "out", "--fail-on", fail_on).returncode == code


def test_resuming_takes_over_what_is_done(tmp_path: Path, reports: Path) -> None:
    out = tmp_path / "out"
    jihe.screen([reports], out)
    before = {p: p.stat().st_mtime_ns for p in (out / ".jihe" / "records").glob("*.json")}
    findings = (out / "findings.jsonl").read_bytes()
    (reports / "好.txt").write_text(GOOD.replace("75.00%", "74.00%"), encoding="utf-8")
    result = command("screen", reports, "--out", out, "--resume")
    assert "沿用上次已完成的 1 份" in result.stderr
    after = {p: p.stat().st_mtime_ns for p in (out / ".jihe" / "records").glob("*.json")}
    assert sum(before[p] == after[p] for p in before) == 1
    assert (out / "findings.jsonl").read_bytes() != findings


def test_screening_again_tells_new_gone_and_unchanged(tmp_path: Path, reports: Path) -> None:
    out = tmp_path / "out"
    first = jihe.screen([reports], out)
    assert first.changes is None
    (reports / "好.txt").write_text(GOOD.replace("75.00%", "74.00%"), encoding="utf-8")
    (reports / "子" / "坏.txt").write_text(BAD.replace("80.00%", "75.00%"), encoding="utf-8")
    second = jihe.screen([reports], out)
    assert second.changes is not None
    assert second.changes.new >= 1 and len(second.changes.gone) >= 1
    states = {str(f["status"]) for f in lines(out / "findings.jsonl")}
    assert "new" in states


def test_acceptances_are_shown_and_unused_ones_reported(tmp_path: Path, reports: Path) -> None:
    out = tmp_path / "out"
    jihe.screen([reports], out)
    (wrong,) = [f for f in lines(out / "findings.jsonl") if f["stated"]]
    (reports / "jihe.toml").write_text(
        f'[[accept]]\nfingerprint = "{wrong["fingerprint"]}"\nreason = "单位已说明"\n'
        '[[accept]]\nfingerprint = "0000000000000000"\nreason = "旧"\n',
        encoding="utf-8",
    )
    done = jihe.screen([reports], out)
    assert [a.fingerprint for a in done.unused] == ["0000000000000000"]
    assert done.count("accepted") == 1
    (again,) = [f for f in lines(out / "findings.jsonl") if f["stated"]]
    assert again["accepted"] == "单位已说明"
    assert "单位已说明" in (out / "报告页" / "子" / "坏.txt.html").read_text("utf-8")
    log = json.loads((out / "findings.sarif").read_text("utf-8"))
    assert any(r.get("suppressions") for r in log["runs"][0]["results"])


def test_rules_can_be_switched_off(tmp_path: Path, reports: Path) -> None:
    jihe.screen([reports], tmp_path / "a")
    rule = next(f["rule"] for f in lines(tmp_path / "a" / "findings.jsonl") if f["stated"])
    (reports / "jihe.toml").write_text(f'[rules]\noff = ["{rule}"]\n', encoding="utf-8")
    jihe.screen([reports], tmp_path / "b")
    assert rule not in {f["rule"] for f in lines(tmp_path / "b" / "findings.jsonl")}


def test_a_set_is_compared(tmp_path: Path, reports: Path) -> None:
    own = "针对存在的问题，我单位将建立月度支付进度通报制度，对连续两个月未达序时进度的项目由分管领导约谈项目负责人，并将结果纳入年度考核。"
    for name in ("好.txt", "子/坏.txt"):
        path = reports / name
        text = path.read_bytes().decode("gb18030" if "坏" in name else "utf-8")
        path.write_text(text + f"二、存在的问题及改进措施\n{own}\n", encoding="utf-8")
    jihe.screen([reports], tmp_path / "out")
    passages = lines(tmp_path / "out" / "reuse.jsonl")
    assert any(own[10:50] in str(p["a_quote"]) for p in passages)
    assert any(
        "报告数量太少" in note for note in json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["notes"]
    )
    texts = {p: (tmp_path / "out" / "text" / f"{p}.txt").read_text("utf-8") for p in ("好.txt", "子/坏.txt")}
    for p in passages:
        for side in "ab":
            start, end = p[f"{side}_start"], p[f"{side}_end"]
            assert isinstance(start, int) and isinstance(end, int)
            assert texts[str(p[side])][start:end] == p[f"{side}_quote"]


def test_reuse_alone(tmp_path: Path, reports: Path) -> None:
    own = "针对存在的问题，我单位将建立月度支付进度通报制度，对连续两个月未达序时进度的项目由分管领导约谈项目负责人，并将结果纳入年度考核。"
    for name in ("甲.txt", "乙.txt"):
        (reports / name).write_text(GOOD + f"二、存在的问题及改进措施\n{own}\n", encoding="utf-8")
    result = command("reuse", reports, "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert any(own[10:50] in str(p["a_quote"]) for p in lines(tmp_path / "out" / "reuse.jsonl"))
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert any("报告数量太少" in note for note in run["notes"]) and "报告数量太少" in result.stdout
    assert (tmp_path / "out" / "雷同比对.xlsx").stat().st_size > 5000
    written = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert b"13812345678" not in written and "雷同" in (tmp_path / "out" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("order", ["screen", "reuse"])
@pytest.mark.parametrize(
    "options", [("--engine", "spark://127.0.0.1:1"), ("--engine-option", "oops"), ("--background", "none.parquet")]
)
def test_a_comparison_that_cannot_be_made_is_a_usage_error(
    tmp_path: Path, reports: Path, order: str, options: tuple[str, str]
) -> None:
    result = command(order, reports, "--out", tmp_path / "out", *options)
    assert result.returncode == 2
    assert re.search("[\u4e00-\u9fff]", result.stderr) and "Traceback" not in result.stderr


@pytest.mark.parametrize("where", ["nothing", "file", "unknown pack"])
def test_what_cannot_start_says_so(tmp_path: Path, reports: Path, where: str) -> None:
    (tmp_path / "leer").mkdir()
    (tmp_path / "文件").write_text("x")
    arguments: dict[str, tuple[str | Path, ...]] = {
        "nothing": (tmp_path / "leer", "--out", tmp_path / "out"),
        "file": (reports, "--out", tmp_path / "文件"),
        "unknown pack": (reports, "--out", tmp_path / "out", "--pack", "没有的"),
    }
    result = command("screen", *arguments[where])
    assert result.returncode == 2
    assert re.search("[\u4e00-\u9fff]", result.stderr) and "Traceback" not in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_cannot_be_written(tmp_path: Path, reports: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(UsageError, match="无法写入"):
        jihe.screen([reports], locked / "out")


def test_a_worker_that_dies_or_hangs_costs_one_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "jihe_fake"
    fake.mkdir()
    (fake / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if '-m' in sys.orig_argv and 'jihe.worker' in sys.orig_argv:\n"
        "    import jihe.worker as w\n"
        "    real = w.do\n"
        "    def do(task):\n"
        "        if task.report == 'die': os._exit(9)\n"
        "        if task.report == 'hang': import time; time.sleep(60)\n"
        "        return w.Answer(ok=True)\n"
        "    w.do = do\n"
        "    w.main(); os._exit(0)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "path", [str(fake), *sys.path])
    tasks = [Task(name, "", "") for name in ("a", "die", "b", "hang", "c")]
    started = time.monotonic()
    answers = {t.report: a for t, a in run(tasks, jobs=2, seconds=4)}
    assert {n: a.ok for n, a in answers.items()} == {"a": True, "die": False, "b": True, "hang": False, "c": True}
    assert (answers["die"].code, answers["hang"].code) == ("crashed", "timeout")
    assert time.monotonic() - started < 30


def test_the_samples_screen(tmp_path: Path) -> None:
    result = command("screen", SAMPLES, "--out", tmp_path / "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    total = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["total"]
    assert total["failed"] == 0 and total["reports"] >= 8 and total["errors"] > 0


def test_python_interface(tmp_path: Path, reports: Path) -> None:
    document = jihe.read(reports / "子" / "坏.txt")
    extraction = jihe.extract(document)
    findings = jihe.audit(extraction)
    assert any("80.00%" in f.says for f in findings)
    both = jihe.audit([extraction, jihe.extract(jihe.read(reports / "好.txt"))])
    assert len(both) >= len(findings)
    (quantity,) = jihe.quantities("年初预算1,234.50万元。")
    assert (quantity.text, quantity.value, quantity.unit) == ("1,234.50万元", Decimal(12345000), "CNY")
    assert (quantity.start, quantity.end, quantity.relation) == (4, 14, "eq")


def test_machine_output_stays_pure(reports: Path) -> None:
    for arguments in (("extract", reports), ("check", reports / "子" / "坏.txt", "--format", "jsonl")):
        result = command(*arguments)
        assert [json.loads(line) for line in result.stdout.splitlines()]
    result = command("extract", reports, "--format", "csv")
    assert result.stdout.lstrip("\ufeff").startswith("报告,指标")


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_figures_as_files(tmp_path: Path, reports: Path, form: str) -> None:
    import duckdb
    import openpyxl

    out = tmp_path / f"a.{form}"
    assert command("extract", reports, "--format", form).returncode == 2
    assert command("extract", reports, "--format", form, "--out", out).returncode == 0
    if form == "xlsx":
        assert openpyxl.load_workbook(out).active["A4"].value == "好.txt"
    else:
        with duckdb.connect() as engine:
            rows = engine.execute(f"select value from '{out}' where measure = '执行数'").fetchall()
        assert {r[0] for r in rows} == {Decimal(1500000)}


def test_check_prints_like_a_linter(reports: Path) -> None:
    result = command("check", reports / "子" / "坏.txt", "--fail-on", "warning")
    assert result.returncode == 1
    for words in ("«执行率80.00%»", "150.00万元÷200.00万元=75.00%", "算式：", "建议：", "识别数字", "138****5678"):
        assert words in result.stdout, words
    assert "13812345678" not in result.stdout
    assert command("check", reports / "好.txt").returncode == 0
    assert command("check", reports / "无.txt").returncode == 3


def test_rules_are_explained() -> None:
    listed = command("rules", "list").stdout.splitlines()
    assert len(listed) > 40
    shown = command("rules", "show", listed[0].split("\t")[0].split()[0]).stdout
    for words in ("级别：", "说明：", "建议："):
        assert words in shown
    assert command("rules", "show", "ZZ99").returncode == 2


def test_a_wrong_rule_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "规则.toml"
    path.write_text('[[residue]]\nid = "U01"\ntitel = "x"\n', encoding="utf-8")
    result = command("rules", "check", path)
    assert result.returncode == 1 and re.search(r"规则\.toml:\d+: ", result.stdout)


def test_the_cases_of_a_rule_file_are_run(tmp_path: Path) -> None:
    path = tmp_path / "规则.toml"
    rule = (
        '[[residue]]\nid = "U01"\ntitle = "内部用语"\nwhy = "对外报告不应出现内部用语。"\ncategory = "L04"\n'
        'severity = "warning"\nadvice = "删除内部用语。"\npattern = "待领导审定"\nsays = "文中残留“{0}”。"\n'
        'fails = ["本项目«待领导审定»。"]\npasses = ["本项目已审定。"]\n'
    )
    path.write_text(rule, encoding="utf-8")
    result = command("rules", "check", path)
    assert result.returncode == 0, result.stdout
    path.write_text(rule.replace("本项目已审定。", "本项目待领导审定。"), encoding="utf-8")
    assert command("rules", "check", path).returncode == 1


def test_wrong_usage_is_said_in_chinese() -> None:
    for arguments in ((), ("screen",), ("nope",), ("check",), ("screen", "x"), ("check", "x", "--fail-on", "y")):
        result = command(*arguments)
        assert result.returncode in (0, 2) and "Traceback" not in result.stderr
        assert re.search("[\u4e00-\u9fff]", result.stderr + result.stdout)
