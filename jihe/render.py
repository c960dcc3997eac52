"""What people read about one report: the opinion and the page, made from its record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jihe.notes import LIMITS, SCOPE
from jihe.settings import Settings
from jihe.store import Store
from jihe_audit.export.contract import whole
from jihe_audit.export.images import PageImage, page_images
from jihe_audit.export.opinion import write_opinion
from jihe_audit.export.pages import page_path, report_page
from jihe_audit.export.records import ReportRecord
from jihe_audit.issues import citing, compose
from jihe_audit.rulebook import Rulebook, load

MOST_PAGES = 40


@lru_cache(maxsize=4)
def rulebook(overlays: tuple[str, ...]) -> Rulebook:
    """The rulebook of a run, read once."""
    return load(tuple(Path(p) for p in overlays))


def opinion_path(report: str) -> str:
    """Where the opinion on a report lies below the output folder."""
    return f"复核意见/{report}.docx"


def render(store: Store, report: str, source: Path, settings: Settings) -> None:
    """Write the opinion and the page of one report.

    Raises:
        OSError: when a file cannot be written.
    """
    record = store.load(report)
    cite = citing(rulebook(settings.rulebook))
    issues = compose(record, cite, store.order.index(report) + 1)
    write_opinion(store.out / opinion_path(report), record, issues, limits=LIMITS, scope=SCOPE)
    page = report_page(record, cite, _images(record, source), compared=store.previous is not None)
    with whole(store.out / page_path(report)) as sink:
        sink.write(page.encode("utf-8", "replace"))


def _images(record: ReportRecord, source: Path) -> Sequence[PageImage]:
    """Images of a PDF's pages: those with evidence first, then from the front."""
    if record.summary.format != "pdf" or not record.summary.pages:
        return ()
    cited = {e.page for f in record.findings for e in f.evidence if e.page}
    wanted = [*sorted(cited), *(p for p in range(1, record.summary.pages + 1) if p not in cited)]
    return page_images(source, wanted[:MOST_PAGES], record.covered)
