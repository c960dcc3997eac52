"""Make the committed sample documents: ``python -m jihe_corpus.samples.documents.make``.

Needs reportlab, and LibreOffice for the scan; without LibreOffice the scan is left as it is.
"""

from __future__ import annotations

from pathlib import Path

from jihe_corpus.samples.documents.forms import page_report, workbook_report
from jihe_corpus.samples.documents.pdf import write_pdf
from jihe_corpus.samples.documents.report import Report, sample_report
from jihe_corpus.samples.documents.scan import write_scan
from jihe_corpus.samples.documents.sheets import write_html, write_xlsx
from jihe_corpus.samples.documents.word import write_docx
from jihe_extract.sources.office import convert

FILES = Path(__file__).parent / "files"
SEAL = (400.0, 455.0)
SCANNED = "二、预算安排与执行情况"


def scanned_part() -> Report:
    """What the one scanned page shows: the second chapter with its table."""
    parts = sample_report().parts
    start = next(i for i, part in enumerate(parts) if getattr(part, "text", "") == SCANNED)
    return Report(parts[start : start + 4])


def build(folder: Path = FILES) -> list[Path]:
    """Write all samples; returns the files written."""
    report = sample_report()
    made = {
        "text-three-pages.pdf": write_pdf(report, repeat_header=True, head="部门整体支出绩效自评", row_height=38.0),
        "tracked-numbered.docx": write_docx(report, automatic=True, tracked=True),
        "scores.xlsx": write_xlsx(report),
        "page-gbk.html": write_html(report),
        "forms.xlsx": write_xlsx(workbook_report()),
        "accounts-gbk.html": write_html(page_report(), declared="gb2312"),
    }
    laid = convert(write_docx(scanned_part()), ".docx", "pdf")
    if laid is not None:
        made["scan-seal.pdf"] = write_scan(laid, tilt=0.8, seals={0: SEAL}, quality=30, pages=(0,))
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


if __name__ == "__main__":
    for path in build():
        print(path)
