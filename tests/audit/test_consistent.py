"""Texts that are right as they stand, and what a slip in them must raise.

Each case of ``consistent/*.toml`` is consistent text of our own: nothing in it may be doubted. Where a slip is given
(shown words and what they are changed to), the changed text must be doubted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from jihe_audit.finding import Finding

FOLDER = Path(__file__).with_name("consistent")


class Case(TypedDict):
    name: str
    text: str
    slip: NotRequired[tuple[str, str]]


CASES: dict[str, Case] = {
    f"{path.stem}: {case['name']}": case
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
}


@pytest.mark.parametrize("name", CASES)
def test_consistent(name: str, doubts: Callable[[str], list[Finding]]) -> None:
    assert [(f.rule, f.says) for f in doubts(CASES[name]["text"])] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "slip" in case])
def test_slip_is_found(name: str, doubts: Callable[[str], list[Finding]]) -> None:
    text, slip = CASES[name]["text"], CASES[name].get("slip")
    assert slip is not None
    assert text.count(slip[0]) == 1
    assert doubts(text.replace(*slip))
