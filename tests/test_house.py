"""What the house checks by itself: floors, front door, no binary float where amounts are judged, the wheel."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "jihe": "jihe",
    "jihe_extract": "extract",
    "jihe_audit": "audit",
    "jihe_corpus": "corpus",
    "jihe_models": "models",
}
FLOOR = {"jihe_extract": 0, "jihe_corpus": 1, "jihe_audit": 2, "jihe_models": 2, "jihe": 3}
GEOMETRY_AND_SIMILARITY = ("export/", "reuse/")


def package(name: str) -> Path:
    return ROOT / "jihe" if name == "jihe" else ROOT / ROOMS[name] / name


def modules(name: str) -> Iterator[Path]:
    return (p for p in sorted(package(name).rglob("*.py")) if "__pycache__" not in p.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("name", list(ROOMS))
def test_no_room_looks_upward(name: str) -> None:
    allowed = {other for other in FLOOR if FLOOR[other] < FLOOR[name]} | {name}
    if name == "jihe_audit":
        allowed -= {"jihe_corpus", "jihe_models"}
    for path in modules(name):
        seen = set(imported(ast.parse(path.read_text("utf-8")))) & set(FLOOR)
        assert seen <= allowed, f"{path.relative_to(ROOT)} imports {seen - allowed}"


def test_rule_files_do_not_know_one_another() -> None:
    for path in (package("jihe_audit") / "rules").glob("*.py"):
        assert "jihe_audit.rules." not in path.read_text("utf-8"), path.name


@pytest.mark.skipif(importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed")
def test_the_contracts_hold() -> None:
    folders = [".", *(f for n, f in ROOMS.items() if n != "jihe")]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(str(ROOT / f) for f in folders))
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def judging() -> list[Path]:
    found = [p for p in modules("jihe_audit") if not any(g in p.as_posix() for g in GEOMETRY_AND_SIMILARITY)]
    named = ("quantity", "numerals", "arabic", "hanzi", "units", "facts", "claims", "scoresheet", "scoretables")
    found += [p for p in modules("jihe_extract") if p.stem in named]
    return found


@pytest.mark.parametrize("path", judging(), ids=lambda p: p.stem)
def test_amounts_are_never_binary_floats(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"float literal at {place}"
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        assert not called, f"float() at {place}"


def test_every_verb_is_in_the_manuals() -> None:
    from jihe.cli import app

    verbs = [c.name for c in app.registered_commands] + [g.name for g in app.registered_groups]
    for document in ("README.md", "README.zh-CN.md", "docs/cli.md"):
        text = (ROOT / document).read_text("utf-8")
        for verb in verbs:
            assert f"jihe {verb}" in text, f"{verb} is not in {document}"


def test_the_contract_is_documented() -> None:
    from jihe_audit.export import records

    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for kind in ("FindingRecord", "EvidenceRecord", "FactRecord", "CheckRecord", "IndicatorRecord", "TableRecord"):
        for field in getattr(records, kind).__struct_fields__:
            assert f"`{field}`" in text, f"{kind}.{field} is not in docs/cli.md"


def test_every_data_file_is_whole_toml() -> None:
    for name in ROOMS:
        for path in package(name).rglob("*.toml"):
            tomllib.loads(path.read_text("utf-8"))


def test_rule_ids_speak_and_have_cases() -> None:
    from jihe_audit.rulebook import load

    for rule in load().rules.values():
        assert re.fullmatch(r"[A-Z]{1,2}\d{1,3}[a-z]?", rule.id), rule.id
        assert (rule.fails or rule.confirms) and rule.passes, rule.id


def test_ignored_files_would_not_empty_the_wheel() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    assert not {"models/", "corpus/", "extract/", "audit/", "jihe/", "*.toml"} & set(ignored)


@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed")
def test_the_wheel_holds_everything(tmp_path: Path) -> None:
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in ROOMS:
        for path in package(name).rglob("*"):
            wanted = path.suffix in (".py", ".toml", ".html", ".css", ".js") or path.name == "py.typed"
            if path.is_file() and wanted and "__pycache__" not in path.parts:
                assert f"{name}/{path.relative_to(package(name)).as_posix()}" in names, path
    assert any(n.startswith("jihe_corpus/samples/reports/") for n in names)


def test_rooms_are_typed() -> None:
    for name in ROOMS:
        assert (package(name) / "py.typed").exists()
