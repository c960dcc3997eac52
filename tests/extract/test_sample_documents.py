import pytest

from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.make import FILES
from jihe_corpus.samples.documents.report import sample_report
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
