"""Every rule's own cases, through the real extractor: failing texts are caught at exactly the marked words."""

from __future__ import annotations

import pytest

from jihe_audit.cases import failures
from jihe_audit.rule import Rule
from jihe_audit.rulebook import shipped
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text

RULES = list(shipped().rules.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_cases(rule: Rule) -> None:
    wrong = list(failures(rule, lambda text: extract(read_text(text))))
    assert not wrong, "\n".join(f"{w.rule}: {w.message}\n    {w.text}" for w in wrong)


def test_every_basis_is_known() -> None:
    book = shipped()
    unknown = {(r.id, code) for r in book.rules.values() for code in r.basis if code not in book.regulations}
    assert not unknown
