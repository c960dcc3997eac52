"""What the deliverables cost, and whether they agree: workbook, opinion, pages, for a batch of many reports.

    python benchmarks/deliverables.py [--reports N] [--findings N] [--out DIR] [--runs N]

Takes the records of our own sample reports and repeats them under other names until there are N reports (500) with
N findings altogether (20,000). Prints, as wall and CPU seconds: writing the workbook, reading it again with openpyxl,
whether every row of 问题明细 equals its finding, opinions and report pages; and, where Playwright and Chromium are
installed, the batch page's first paint, the time of one keystroke in its search box, and what its console said.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for room in (".", "extract", "audit", "corpus", "models"):
    sys.path.insert(0, str(ROOT / room))

import msgspec  # noqa: E402
import openpyxl  # noqa: E402

from jihe.notes import LIMITS, SCOPE, notes  # noqa: E402
from jihe.pipeline import record_file  # noqa: E402
from jihe.settings import Settings  # noqa: E402
from jihe_audit.export.opinion import write_opinion  # noqa: E402
from jihe_audit.export.overview import Overview, batch_page  # noqa: E402
from jihe_audit.export.pages import report_page  # noqa: E402
from jihe_audit.export.records import FindingRecord, ReportRecord  # noqa: E402
from jihe_audit.export.rows import harmless  # noqa: E402
from jihe_audit.export.workbook import write_workbook  # noqa: E402
from jihe_audit.issues import citing, compose  # noqa: E402
from jihe_audit.rulebook import load  # noqa: E402

SAMPLES = ROOT / "corpus" / "jihe_corpus" / "samples" / "reports"
replace = msgspec.structs.replace


def batch(count: int, findings: int) -> list[ReportRecord]:
    """So many reports with so many findings altogether, made from the samples' own records."""
    originals = [record_file(p, p.name, Settings(model="none"))[0] for p in sorted(SAMPLES.glob("*.[tm][xd]*"))]
    pool = [(o, f) for o in originals for f in o.findings]
    each, odd = divmod(findings, count)
    made = []
    for n in range(count):
        base = originals[n % len(originals)]
        name, unit = f"{n // 100}区/{n:03d}-{base.report}", f"第{n}街道办事处"
        own = [f for o, f in pool if o is base]
        some = [own[i % len(own)] if own else pool[i % len(pool)][1] for i in range(each + (n < odd))]
        found = tuple(replace(f, report=name, unit=unit, fingerprint=f"{n:06x}{i:010x}") for i, f in enumerate(some))
        errors, warnings = (sum(f.severity == s for f in found) for s in ("error", "warning"))
        rest = len(found) - errors - warnings
        summary = replace(base.summary, report=name, unit=unit, errors=errors, warnings=warnings, infos=rest)
        facts = tuple(replace(f, report=name) for f in base.facts)
        made.append(replace(base, summary=summary, findings=found, facts=facts))
    return made


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Prints wall and CPU seconds of the work; returns what it gave."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    print(f"{what:44} {time.perf_counter() - wall:7.2f} s wall {time.process_time() - cpu:7.2f} s CPU", flush=True)
    return result


def shown(path: Path) -> Iterator[tuple[Any, ...]]:
    """What the sheet 问题明细 shows of every finding, read again."""
    wanted = ("识别码", "报告", "说明", "证据原文", "证据起点", "证据终点", "算式", "可能原因", "规则")
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = book["问题明细"].iter_rows(min_row=3, values_only=True)
        heads = next(rows)
        at = [heads.index(w) for w in wanted]
        for row in rows:
            yield tuple(row[n] for n in at)


def due(f: FindingRecord) -> tuple[Any, ...]:
    """The same of the record of ``findings.jsonl``."""
    first = f.evidence[0] if f.evidence else None
    words = [f.report, f.message, first.quote if first else "", f.working, f.explanation, f.rule]
    report, message, quote, working, cause, rule = (harmless(w) or None for w in words)
    spot = (first.start, first.end) if first else (None, None)
    return (f.fingerprint, report, message, quote, *spot, working, cause, rule)


def browser(path: Path, runs: int) -> None:
    """Prints first paint, keystroke times and the console of the batch page in headless Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        chromium = None
    if chromium is None:
        print("batch page: no Chromium or no Playwright here, not measured")
        return
    paints, keys, said = [], [], []
    with sync_playwright() as p:
        started = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(runs):
            page = started.new_page(viewport={"width": 1300, "height": 850})
            page.on("console", lambda m: said.append(m.text))
            page.on("pageerror", lambda e: said.append(str(e)))
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            for word in ("1", "12", "不符", "第49", "没有这样的词"):
                keys.append(
                    page.evaluate(
                        "w => { const i = document.querySelector('#find-finding'); i.value = w;"
                        " const t = performance.now(); i.dispatchEvent(new Event('input'));"
                        " document.body.offsetHeight; return performance.now() - t; }",
                        word,
                    )
                )
            page.close()
        started.close()
    for what, took in (("first paint", paints), ("one filter", keys)):
        print(f"batch page, {what}: middle {statistics.median(took):.1f} ms, most {max(took):.1f} ms of {len(took)}")
    print(f"batch page, console: {said or 'clean'}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=500)
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path, help="keep the files here")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        out = chosen.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        measure(chosen.reports, chosen.findings, chosen.runs, out)


def measure(count: int, findings: int, runs: int, out: Path) -> None:
    """All measurements of one batch."""
    book, cite = load(), citing(load())
    records = timed("samples screened and repeated", lambda: batch(count, findings))
    summaries = [r.summary for r in records]
    facts, checks = sum(len(r.facts) for r in records), sum(len(r.checks) for r in records)
    total = sum(len(r.findings) for r in records)
    print(f"{len(records):,} reports, {total:,} findings, {facts:,} figures, {checks:,} checks")
    path = out / "问题清单.xlsx"
    timed("问题清单.xlsx written", lambda: write_workbook(path, records, summaries, book, notes(Settings(), summaries)))
    print(f"问题清单.xlsx: {path.stat().st_size / 1e6:.1f} MB")
    rows = timed("问题清单.xlsx read again (问题明细)", lambda: list(shown(path)))
    found = {f.fingerprint: due(f) for r in records for f in r.findings}
    same = sum(row == found.get(row[0]) for row in rows)
    print(f"round trip: {same:,} of {len(found):,} findings equal, {len(rows) - same:,} rows unequal")
    few = records[:20]
    numbered = [(n, r, compose(r, cite, n)) for n, r in enumerate(few, 1)]
    timed(
        f"{len(few)} opinions (.docx)",
        lambda: [write_opinion(out / f"{n}.docx", r, i, limits=LIMITS, scope=SCOPE) for n, r, i in numbered],
    )
    timed(f"{len(few)} report pages (.html)", lambda: [report_page(r, cite) for r in few])

    def overview() -> str:
        gathered = Overview()
        for record in records:
            gathered.add(record)
        return batch_page(gathered, summaries)

    index = out / "index.html"
    index.write_bytes(timed("index.html made", overview).encode("utf-8", "replace"))
    print(f"index.html: {index.stat().st_size / 1e6:.1f} MB")
    browser(index, runs)


if __name__ == "__main__":
    main()
