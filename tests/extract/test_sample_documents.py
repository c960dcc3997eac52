from collections.abc import Sequence
from decimal import Decimal

import pytest

from jihe_audit.engine import audit
from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.forms import PAGE_FACTS, WORKBOOK_FACTS, page_report, workbook_report
from jihe_corpus.samples.documents.make import FILES
from jihe_corpus.samples.documents.report import Report, sample_report
from jihe_extract.extraction import extract
from jihe_extract.limits import Limits
from jihe_extract.reading import read

REPORT = sample_report()


@pytest.mark.parametrize("name", ["text-three-pages.pdf", "tracked-numbered.docx", "page-gbk.html", "scores.xlsx"])
def test_committed_samples_read_as_written(name: str) -> None:
    document = read(FILES / name, limits=Limits(render=False))
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in REPORT.sheets()]
    assert offsets_hold(document)
    if not name.endswith("xlsx"):
        body = [document.quote(b.span) for b in document.prose() if b.kind not in ("caption", "note")]
        assert body == [p.text for p in REPORT.paragraphs()]


def test_the_form_stands_on_three_pages() -> None:
    assert read(FILES / "text-three-pages.pdf").tables[1].pages == (2, 3, 4)


@pytest.mark.parametrize(
    ("name", "report", "gold"),
    [("forms.xlsx", workbook_report(), WORKBOOK_FACTS), ("accounts-gbk.html", page_report(), PAGE_FACTS)],
)
def test_forms_and_accounts_hold_their_facts(
    name: str, report: Report, gold: Sequence[tuple[str, str, str, str]]
) -> None:
    document = read(FILES / name, limits=Limits(render=False))
    assert [cells(document, t) for t in document.tables] == [wanted(s) for s in report.sheets()]
    found = {(f.measure, f.subject, f.scope, f.quantity.value) for f in extract(document).facts}
    assert {(m, who, scope, Decimal(value)) for m, who, scope, value in gold} <= found


@pytest.mark.parametrize("name", ["forms.xlsx", "accounts-gbk.html"])
def test_forms_and_accounts_are_consistent(name: str) -> None:
    found = audit(extract(read(FILES / name, limits=Limits(render=False)))).findings
    assert [f"{f.rule} {f.says}" for f in found if f.severity != "info"] == []
