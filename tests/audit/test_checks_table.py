"""docs/checks.md: every check has a line, every rule that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jihe_audit.rulebook import load

TABLE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\| ([A-Z]\d+)(?:—Q3)? ?([^\n]*)$", TABLE, re.M))
FAMILIES = {"N": 17, "C": 12, "S": 17, "I": 8, "T": 10, "R": 4, "L": 8}


def test_named_rules_exist() -> None:
    named = set(re.findall(r"`([A-Z]\d{2}[a-z]?)`", TABLE))
    assert len(named) > 80
    assert named <= set(load().rules)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_check_is_answered(family: str) -> None:
    """A check has a rule, or the reason why it has none."""
    for number in range(1, FAMILIES[family] + 1):
        cells = [c.strip() for c in LINES[f"{family}{number}"].split("|")]
        assert "`" in cells[1] or (cells[1] == "—" and cells[2]), f"{family}{number}"
