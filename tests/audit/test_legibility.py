from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from msgspec import structs

from jihe_audit.engine import audit
from jihe_audit.finding import Evidence, Finding
from jihe_audit.legibility import legible
from jihe_extract.charmap import CharMap
from jihe_extract.document import Span
from jihe_extract.extraction import extract
from jihe_extract.sources.text import document_of_text

TEXT = "预算数10.00万元，执行数9.00万元，执行率80%。"


def finding(trust: str | None, start: int = 0, end: int = 10) -> Finding:
    known = None if trust is None else Decimal(trust)
    return Finding(
        "R01", "error", "不符。", (Evidence(TEXT[start:end], Span(start, end), trust=known),), explanation="甲。"
    )


@pytest.mark.parametrize(("trust", "severity"), [("0.62", "warning"), ("0.90", "error"), (None, "error")])
def test_weakly_read_figures_are_told(trust: str | None, severity: str) -> None:
    (told,) = legible(document_of_text(TEXT, name="r.txt", format_="txt"), [finding(trust)])
    assert told.severity == severity
    assert ("低置信（0.62）" in told.explanation) == (trust == "0.62")
    assert told.explanation.startswith("甲。")


def test_words_without_figures_do_not_matter() -> None:
    (told,) = legible(document_of_text(TEXT, name="r.txt", format_="txt"), [finding("0.5", 0, 3)])
    assert told.severity == "error"


def test_every_finding_on_a_weak_figure_says_so() -> None:
    document = document_of_text(TEXT, name="r.txt", format_="txt")
    sure = audit(extract(document)).findings
    assert any(f.rule.startswith("R") for f in sure)
    n = len(document.text)
    scores = np.full(n, 70, np.uint8)
    weak = CharMap(np.ones(n, np.int32), np.zeros((n, 4), np.int16), scores)
    found = audit(extract(replace(document, source_map=weak))).findings
    told = [f for f in found if any(c.isdecimal() for e in f.evidence for c in e.quote)]
    assert told
    assert all("低置信" in f.explanation and f.severity != "error" for f in told)


SHEET = (
    "自评表\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n演出场次\t48场\t20场\t10\t10\n"
    "展览场次\t5场\t1场\t10\t10\n培训场次\t9场\t9场\t10\t10\n"
)


def test_tables_of_uncertain_structure_accuse_nobody() -> None:
    document = document_of_text(SHEET, name="r.txt", format_="txt")
    rules = {f.rule for f in audit(extract(document)).findings if f.rule.startswith("S")}
    assert rules
    unsure = replace(document, tables=tuple(structs.replace(t, sure=False) for t in document.tables))
    assert not {f.rule for f in audit(extract(unsure)).findings if f.rule in rules}
