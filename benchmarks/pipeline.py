"""What one report costs: reading, extraction and audit in CPU time after warm-up, and the start of the program.

    python benchmarks/pipeline.py [FILE...] [--chars N] [--runs N] [--no-start]

Takes text reports, else our own samples; each text is filled up from the next one to N characters (10,000 unless
told). Such a text contradicts itself everywhere, for it holds several reports, so that the audit finds and explains
far more than in any real one. Without files, generated reports follow, which agree with themselves: each as it is,
and its time told for N characters of such text. They are almost nothing but figures and tables, so that prose of the
same length costs less. A text ten times as long shows how the time grows. Prints the least and the middle CPU time
of several runs, for a shared machine makes single runs slow. Start-up is the wall time of whole processes, with the
bytecode that pip makes when it installs: `jihe --help`, and `jihe check` of the first file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for room in (".", "extract", "audit", "corpus", "models"):
    sys.path.insert(0, str(ROOT / room))

from jihe_audit.engine import audit  # noqa: E402
from jihe_corpus.generate import orders  # noqa: E402
from jihe_extract.extraction import extract  # noqa: E402
from jihe_extract.numbers.spotting import quantities  # noqa: E402
from jihe_extract.sources.text import document_of_text  # noqa: E402

SAMPLES = ROOT / "corpus" / "jihe_corpus" / "samples" / "reports"
LIMIT = 50.0
"""CPU milliseconds that one report of 10,000 characters may take."""
GENERATED, SEED = 12, 20261130


def texts(files: Sequence[Path], size: int) -> list[tuple[str, str]]:
    """Name and text of each file, filled up from the files after it to ``size`` characters."""
    read = [(path.name, path.read_text(encoding="utf-8")) for path in files]
    filled = []
    for n, (name, text) in enumerate(read):
        for _, more in [*read[n + 1 :], *read[: n + 1]] * (size // max(1, len(text)) + 1):
            text += "\n" + more if len(text) < size else ""
        filled.append((name, text[:size]))
    return filled


def stages(name: str, text: str) -> tuple[float, float, float]:
    """CPU milliseconds of reading, extraction and audit of one text."""
    marks = [time.process_time()]
    document = document_of_text(text, name=name, format_="txt")
    marks.append(time.process_time())
    extraction = extract(document)
    marks.append(time.process_time())
    audit(extraction)
    marks.append(time.process_time())
    read, found, judged = (1000 * (b - a) for a, b in pairwise(marks))
    return read, found, judged


def measured(name: str, text: str, runs: int) -> float:
    """Prints one report's row; returns its least total."""
    stages(name, text)
    times = [stages(name, text) for _ in range(runs)]
    read, found, judged = (min(column) for column in zip(*times, strict=True))
    totals = [sum(row) for row in times]
    print(
        f"{name[:28]:28}{len(text):>8,} chars  read {read:5.1f}  extract {found:5.1f}  audit {judged:5.1f}"
        f"  total least {min(totals):5.1f}  middle {statistics.median(totals):5.1f} ms CPU"
    )
    return min(totals)


def consistent(size: int, runs: int) -> None:
    """Prints what generated reports cost, by stages, for ``size`` characters of them."""
    reports = [order.report() for order in orders(GENERATED, "all", SEED)]
    characters, least = 0, [0.0, 0.0, 0.0]
    for report in reports:
        stages(report.name, report.text)
        times = [stages(report.name, report.text) for _ in range(runs)]
        least = [sum(pair) for pair in zip(least, map(min, zip(*times, strict=True)), strict=True)]
        characters += len(report.text)
    read, found, judged = (ms * size / characters for ms in least)
    print(
        f"{len(reports)} generated reports, {characters:,} characters; for {size:,} of them:"
        f"  read {read:5.1f}  extract {found:5.1f}  audit {judged:5.1f}  total {read + found + judged:5.1f} ms CPU"
    )


def growth(reports: Sequence[tuple[str, str]], runs: int) -> None:
    """Prints what a text costs that is as long as ten, beside what the same characters cost apart."""
    texts_ = [text for _, text in (list(reports) * 10)[:10]]
    apart = sum(min(sum(stages("part", text)) for _ in range(runs)) for text in texts_)
    whole = min(sum(stages("whole", "\n".join(texts_))) for _ in range(min(3, runs)))
    print(f"{sum(map(len, texts_)):,} characters in one text {whole:.0f} ms, in ten texts {apart:.0f} ms CPU")


def spotting(text: str, runs: int) -> None:
    """Prints how fast ``jihe.quantities`` goes over one text, values included."""
    least = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        found = quantities(text)
        least = min(least, time.process_time() - begin)
    rate = len(text) / least / 1e6
    print(f"jihe.quantities: {rate:.2f} M chars/s, {len(found):,} quantities in {len(text):,} characters")


def start(label: str, command: Sequence[str], runs: int) -> None:
    """Prints the least and the middle wall time of a whole process, as a user has it whose bytecode is written."""
    times = []
    with tempfile.TemporaryDirectory() as bytecode:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(runs + 1):
            begin = time.perf_counter()
            command_line = [sys.executable, "-m", "jihe", *command]
            subprocess.run(command_line, stdout=subprocess.DEVNULL, check=False, cwd=ROOT, env=env)
            times.append(time.perf_counter() - begin)
    times = times[1:]
    print(f"{label:36}least {min(times):.2f}  middle {statistics.median(times):.2f} s wall")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--chars", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--no-start", action="store_true")
    options = parser.parse_args()
    files = options.files or sorted(SAMPLES.glob("*.txt"))
    if not files:
        sys.exit("no text report given and no sample found")
    reports = texts(files, options.chars)
    totals = [measured(name, text, options.runs) for name, text in reports]
    print(f"middle of the least totals {statistics.median(totals):.1f} ms CPU (promised: under {LIMIT:.0f})")
    if not options.files:
        consistent(options.chars, options.runs)
    growth(reports, min(3, options.runs))
    spotting("\n".join(text for _, text in reports), options.runs)
    if not options.no_start:
        start("jihe --help", ["--help"], 5)
        start(f"jihe check {files[0].name}", ["check", str(files[0])], 5)


if __name__ == "__main__":
    main()
