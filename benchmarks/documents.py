"""How well and how fast documents are read, in figures.

    python benchmarks/documents.py [forms] [drawings] [trace] [speed] [pages] [ocr]

Without arguments all parts run. Documents are made on the spot from our own sentences (and, when the folder
``../shared/reports`` is there, from the reports in it, which this program was not tuned on page by page).
Needs reportlab; parts that need LibreOffice or the OCR extra say so and are left out when it is missing.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for room in (".", "extract", "corpus"):
    sys.path.insert(0, str(ROOT / room))

import numpy as np  # noqa: E402
import pdfplumber  # noqa: E402

from jihe_corpus.samples.documents.compare import cell_f1  # noqa: E402
from jihe_corpus.samples.documents.pdf import RULED, write_pdf  # noqa: E402
from jihe_corpus.samples.documents.report import (  # noqa: E402
    Paragraph,
    Report,
    Sheet,
    finance_sheet,
    indicator_sheet,
    place,
    sample_report,
    score_sheet,
)
from jihe_corpus.samples.documents.scan import write_scan  # noqa: E402
from jihe_corpus.samples.documents.sheets import write_html  # noqa: E402
from jihe_corpus.samples.documents.word import write_docx  # noqa: E402
from jihe_extract.document import Document, Span  # noqa: E402
from jihe_extract.extraction import extract  # noqa: E402
from jihe_extract.limits import Limits  # noqa: E402
from jihe_extract.reading import read_bytes  # noqa: E402
from jihe_extract.sources import ocr as optical  # noqa: E402
from jihe_extract.sources.docx import read_docx  # noqa: E402
from jihe_extract.sources.office import convert, office  # noqa: E402
from jihe_extract.sources.pdf import read_pdf  # noqa: E402

SHARED = ROOT.parent / "shared" / "reports"


def reports() -> list[tuple[str, Report]]:
    """Our own report with its tables, and the prose of the shared ones."""
    found = [("sample", sample_report())]
    for path in sorted(SHARED.glob("0*.txt")) if SHARED.is_dir() else []:
        document = read_bytes(path.read_bytes(), path.name)
        texts = [document.quote(b.span).strip() for b in document.prose()]
        found.append((path.name[:3], Report(tuple(Paragraph(t) for t in texts if t))))
    return found


def figures(text: str) -> Counter[str]:
    return Counter(c for c in text if c in "0123456789.%")


def facts(document: Document) -> Counter[tuple[object, ...]]:
    found = extract(document)
    return Counter((*f.key, f.quantity.value, f.quantity.unit, f.origin) for f in found.facts)


def rows(document: Document) -> Counter[tuple[object, ...]]:
    def value(fact: object) -> object:
        return None if fact is None else fact.quantity.value  # type: ignore[attr-defined]

    return Counter((r.path, value(r.weight), value(r.actual), value(r.score)) for r in extract(document).rows)


def forms_of(report: Report) -> Iterator[tuple[str, Document]]:
    """The report in every form, as read."""
    plain, word = Limits(render=False), write_docx(report)
    yield "docx", read_docx(word, "r.docx", plain)
    yield "pdf drawn", read_pdf(write_pdf(report, repeat_header=True), "r.pdf")
    yield "html gbk", read_bytes(write_html(report, "gb18030"), "r.html")
    if office() is not None:
        yield "pdf by LibreOffice", read_pdf(convert(word, ".docx", "pdf") or b"", "r.pdf")
        yield "doc", read_bytes(convert(word, ".docx", "doc") or b"", "r.doc", limits=plain)


def forms() -> None:
    """The same report as PDF, DOCX, .doc and HTML."""
    for name, report in reports():
        versions = forms_of(report)
        goal_text = "".join(p.text for p in report.paragraphs())
        goal_text += "".join(c.text for s in report.sheets() for c in s.cells)
        goal: Counter[tuple[object, ...]] | None = None
        goal_rows: Counter[tuple[object, ...]] = Counter()
        for form, document in versions:
            if goal is None:
                goal, goal_rows = facts(document), rows(document)
            here, there = facts(document), rows(document)
            whole = {document.quote(b.span).replace(" ", "") for b in document.prose()}
            kept = sum(p.text.replace(" ", "") in whole for p in report.paragraphs())
            lost = figures(goal_text) - figures(document.text)
            grids = " ".join(f"{cell_f1(document, s):.3f}" for s in report.sheets())
            print(
                f"{name:7} {form:18} paragraphs whole {kept}/{len(report.paragraphs())}  figures lost "
                f"{sum(lost.values())}/{sum(figures(goal_text).values())}  cell F1 {grids or '-'}  "
                f"facts equal {sum((goal & here).values())}/{max(sum(goal.values()), sum(here.values()))}  "
                f"score rows {sum((goal_rows & there).values())}/{max(sum(goal_rows.values()), sum(there.values()))}"
            )


def drawings() -> None:
    """Nine ways to rule the same table, and tables without vertical rules."""
    report = sample_report()
    for style in RULED:
        document = read_pdf(write_pdf(report, style, repeat_header=True), "r.pdf")
        print(f"{style:18} cell F1 {' '.join(f'{cell_f1(document, s):.3f}' for s in report.sheets())}")
    for style in ("three_line", "borderless"):
        for sheet in (finance_sheet(), score_sheet()):
            document = read_pdf(write_pdf(Report((sheet, Paragraph("以上数据来自部门决算报表。"))), style), "r.pdf")
            print(f"{style:18} cell F1 {cell_f1(document, sheet):.3f} ({len(sheet.cells)} cells)")


def traced(document: Document, pages: pdfplumber.pdf.PDF, slack: float, count: int = 1000) -> str:
    """Share of random characters that stand where the map says, by another reader's account of the pages."""
    chars: dict[int, list[tuple[float, float, str]]] = {}
    for number, page in enumerate(pages.pages, 1):
        chars[number] = [((c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2, c["text"]) for c in page.chars]
    offsets = [i for i, c in enumerate(document.text) if not c.isspace()]
    chosen = random.Random(5).sample(offsets, min(count, len(offsets)))
    right = 0
    for offset in chosen:
        boxes = document.source_map.boxes(Span(offset, offset + 1))
        if len(boxes) != 1:
            continue
        box = boxes[0]
        right += any(
            text == document.text[offset]
            and float(box.x0) - slack <= x <= float(box.x1) + slack
            and float(box.top) - slack <= y <= float(box.bottom) + slack
            for x, y, text in chars.get(box.page, ())
        )
    return f"{right}/{len(chosen)} = {100 * right / len(chosen):.2f} %"


def trace() -> None:
    """Page and box of 1,000 random characters."""
    for name, report in reports()[:3]:
        drawn = write_pdf(report)
        print(f"{name:7} text PDF         {traced(read_pdf(drawn, 'r.pdf'), pdfplumber.open(BytesIO(drawn)), 0.5)}")
        if office() is None:
            continue
        word = write_docx(report)
        laid = convert(word, ".docx", "pdf") or b""
        shown = pdfplumber.open(BytesIO(laid))
        print(f"{name:7} PDF by LibreOffice {traced(read_pdf(laid, 'r.pdf'), shown, 0.5)}")
        print(f"{name:7} DOCX             {traced(read_docx(word, 'r.docx'), shown, 0.5)}")
        if optical.installed() and name == "sample":
            scanned = read_pdf(write_scan(laid), "r.pdf")
            print(f"{name:7} scan, 6 pt       {traced(scanned, shown, 6.0)}")


def by_pdfplumber(data: bytes) -> set[int]:
    """Characters and tables of every page; the pages with a table of more than one cell."""
    with pdfplumber.open(BytesIO(data)) as document:
        tabled = set()
        for number, page in enumerate(document.pages, 1):
            tables, _ = page.find_tables(), len(page.chars)
            if any(len(table.cells) > 1 for table in tables):
                tabled.add(number)
            page.close()
        return tabled


def figures_sheet(rows: int = 38, columns: int = 12) -> Sheet:
    """A page full of amounts."""
    chance = random.Random(4)
    table: list[list[str | tuple[str, int, int]]] = [["序号", "单位名称", *(f"科目{i}" for i in range(columns - 2))]]
    for i in range(1, rows + 1):
        table.append([str(i), f"第{i}中心小学", *(f"{chance.uniform(0, 9999):.2f}" for _ in range(columns - 2))])
    return Sheet(place(table), (0.6, 1.8) + (1.1,) * (columns - 2), "收支明细表", "万元")


def speed() -> None:
    """Processor time beside pdfplumber (characters and tables) on the same pages, alternately; the least of seven."""
    found = reports()[:4]
    found += [("forms", Report((indicator_sheet(),) * 8)), ("amounts", Report((figures_sheet(),) * 6))]
    files = [(f"{n} drawn", write_pdf(r)) for n, r in found]
    if office() is not None:
        files += [(f"{n} laid out", convert(write_docx(r), ".docx", "pdf") or b"") for n, r in found]
    for name, data in files:
        ours, theirs = [], []
        for _ in range(7):
            start = time.process_time()
            document = read_pdf(data, "r.pdf")
            ours.append(time.process_time() - start)
            start = time.process_time()
            tabled = by_pdfplumber(data)
            theirs.append(time.process_time() - start)
        pages = document.pages or 1
        mine, other = min(ours) / pages, min(theirs) / pages
        here = {page for table in document.tables for page in table.pages}
        print(
            f"{name:16} jihe {1 / mine:6.1f} pages/s  pdfplumber {1 / other:6.1f} pages/s  ratio {other / mine:.1f}  "
            f"pages with tables {len(here & tabled)} of {len(tabled)}"
        )


def long_pdf(pages: int) -> bytes:
    """A PDF of many pages of prose."""
    import pypdfium2 as pdfium

    text = sample_report().paragraphs()
    report = Report(tuple(p for p in text for _ in range(2)))
    laid = convert(write_docx(report), ".docx", "pdf") if office() is not None else None
    source = pdfium.PdfDocument(laid or write_pdf(report))
    out, target = BytesIO(), pdfium.PdfDocument.new()
    target.import_pages(source, [i % len(source) for i in range(pages)])  # in one call: fonts are shared
    target.save(out)
    return out.getvalue()


_LONG = """
import re, sys, time
from pathlib import Path
from jihe_extract.limits import Limits
from jihe_extract.sources.pdf import read_pdf

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

data, before, start = Path(sys.argv[1]).read_bytes(), peak(), time.time()
d = read_pdf(data, "r.pdf", Limits(pages=10000))
print(f"{d.pages} pages, {len(d.text)} characters, {time.time() - start:.1f} s wall, {time.process_time():.1f} s CPU, "
      f"{peak():.0f} MB peak ({before:.0f} MB before), file {len(data) / 1e6:.0f} MB")
"""


def pages(count: int = 5000) -> None:
    """Time and memory of a very long PDF, in a process of its own."""
    path = Path("/tmp") / "jihe-benchmark-long.pdf"
    path.write_bytes(long_pdf(count))
    paths = ":".join(str(ROOT / room) for room in ("extract", "corpus"))
    command = [sys.executable, "-c", _LONG, str(path)]
    subprocess.run(command, check=True, env={"PYTHONPATH": paths, "PATH": ""})
    path.unlink()


def ocr() -> None:
    """Scans at 150 dpi: clean, tilted, sealed."""
    if not optical.installed() or office() is None:
        print("OCR: the extra or LibreOffice is missing")
        return
    start = time.process_time()
    optical.find_text(np.full((400, 400, 3), 255, np.uint8))
    print(f"models loaded in {time.process_time() - start:.1f} CPU-s, once a process")
    report = sample_report()
    laid = convert(write_docx(report), ".docx", "pdf") or b""
    goal = {(c.row, c.col, c.text) for s in report.sheets() for c in s.cells}
    numeric = {g for g in goal if any(ch.isdecimal() for ch in g[2]) and len(g[2]) < 12}
    for name, settings in (
        ("clean", {}),
        ("tilt 1.7, q22", {"tilt": 1.7, "quality": 22, "noise": 8.0}),
        ("seal on table", {"seals": {1: (430.0, 660.0)}}),
        ("grey seal", {"seals": {1: (430.0, 660.0)}, "grey": True}),
        ("grey seal, noisy", {"seals": {1: (330.0, 690.0)}, "grey": True, "quality": 25, "noise": 8.0}),
    ):
        start = time.process_time()
        document = read_pdf(write_scan(laid, **settings), "r.pdf")
        spent = (time.process_time() - start) / (document.pages or 1)
        seen = {
            (c.row, c.col, document.quote(c.span).replace(" ", "")): t.sure for t in document.tables for c in t.cells
        }
        blanks = {(g[0], g[1]) for g in goal if not g[2]} - {(g[0], g[1]) for g in goal if g[2]}
        invented = sum((r, c) in blanks and any(ch.isdecimal() for ch in text) for r, c, text in seen)
        wrong = sum(
            sure and any(ch.isdecimal() for ch in text) and (r, c, text) not in goal
            for (r, c, text), sure in seen.items()
        )
        prose = "".join(p.text for p in report.paragraphs())
        lost = figures(prose) - figures("".join(document.quote(b.span) for b in document.prose()))
        print(
            f"{name:14} prose figures lost {sum(lost.values())}/{sum(figures(prose).values())}  numeric cells "
            f"{len(numeric & set(seen))}/{len(numeric)}  invented in blanks {invented}  wrong and sure {wrong}  "
            f"F1 {' '.join(f'{cell_f1(document, s):.3f}' for s in report.sheets())}  sure "
            f"{[t.sure for t in document.tables]}  {spent:.1f} CPU-s/page  "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


PARTS: dict[str, Callable[[], None]] = {
    "forms": forms,
    "drawings": drawings,
    "trace": trace,
    "speed": speed,
    "pages": pages,
    "ocr": ocr,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; everything by default")
    for part in parser.parse_args().parts or PARTS:
        print(f"== {part}")
        PARTS[part]()


if __name__ == "__main__":
    main()
