from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from jihe.cli import app
from jihe.parlance import complaint_in_chinese


def _pages(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    with command.make_context("jihe", [], resilient_parsing=True) as ctx:
        yield " ".join(path), command.get_help(ctx)
    for name, inner in getattr(command, "commands", {}).items():
        yield from _pages(inner, (*path, name))


def test_every_help_page_is_chinese() -> None:
    pages = dict(_pages(get_command(app)))
    assert len(pages) > 15
    for name, page in pages.items():
        english = r"Usage|Options|Arguments|Commands|Show this|required\b|\bdefault:|<(?:int|str|path|list)"
        assert not re.search(english, page), name
        assert page.startswith("用法：") and "选项：" in page


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Missing argument 'FILE'.", "缺少参数 FILE"),
        ("Missing option '--out' / '-o'.", "缺少选项 --out / -o"),
        ("Got unexpected extra argument(s) (b c)", "多余的参数 b c"),
        ("No such option: --foo", "没有选项 --foo"),
        ("Invalid value for '--jobs': Input should be greater than or equal to 1", "--jobs 的值不对：应不小于 1"),
        ("Invalid value for '--jobs': 0 is not in the range x>=1.", "--jobs 的值不对：应不小于 1"),
        ("Invalid value for '--jobs': 'x' is not a valid integer.", "--jobs 的值不对：应为整数"),
        (
            "Invalid value for '--format': 'doc' is not one of 'jsonl', 'csv'.",
            "--format 的值不对：“doc”不在可选值 jsonl, csv 之中",
        ),
    ],
)
def test_complaints_are_chinese(english: str, chinese: str) -> None:
    assert complaint_in_chinese(english) == chinese


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "jihe", *arguments], capture_output=True, text=True, check=False)


def test_wrong_calls_end_with_two_and_one_sentence() -> None:
    few = ["screen", "a.txt", "--out", "o", "--jobs", "0"]
    for arguments in (["check", "a", "b"], ["rules", "check", "没有.toml"], few):
        told = _run(*arguments)
        assert told.returncode == 2 and told.stdout == "" and told.stderr.count("\n") == 1
        assert not re.search(r"argument|Input|Errno", told.stderr)
    bare = _run("rules")
    assert bare.returncode == 2 and bare.stderr.startswith("用法：") and "用 --help" not in bare.stderr
