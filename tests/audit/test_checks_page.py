"""The page of checks by family names every rule, and only rules that exist."""

import re
from pathlib import Path

import jihe_audit.rulebook as rulebook

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
FAMILIES = ("N", "C", "S", "I", "T", "R", "L", "Q")


def named() -> set[str]:
    """The rule ids in the second column of the page's tables."""
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return set(re.findall(r"\b[A-Z]\d\d[a-z]?\b", " ".join(row[2] for row in rows)))


def test_every_rule_named_exists() -> None:
    assert named() - set(rulebook.shipped().rules) == set()


def test_no_rule_is_left_out() -> None:
    assert set(rulebook.shipped().rules) - named() == set()


def test_every_family_has_its_section() -> None:
    headings = re.findall(r"^## ([A-Z]) — ", PAGE.read_text(encoding="utf-8"), re.M)
    assert tuple(headings) == FAMILIES
