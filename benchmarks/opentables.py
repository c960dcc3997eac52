"""How well tables without vertical rules are read, on random reports printed by three programs.

    python benchmarks/opentables.py --seed 1 -n 30 [--by rules] [--show] [--keep folder]

Each report is made from the seed (``opentables_layouts.py``) and printed by reportlab, LibreOffice and Chromium.
For each program and family of tables: how many, the mean cell F1 (row, column, spans and text), how many were read
wrongly without being marked unsure, how many were not found, and what pdfplumber's table finder (columns and rows
by text) makes of the same pages. pdfplumber tells no spans, so its F1 counts row, column and text of filled cells
alone. ``--by`` counts by a setting instead of the family: rules, size, pad, wide, stand, words, figures, repeat.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
for room in (".", "extract", "corpus"):
    sys.path.insert(0, str(ROOT / room))

import pdfplumber  # noqa: E402
from opentables_layouts import Layout, Paper, paper  # noqa: E402
from opentables_print import printers  # noqa: E402

from jihe_corpus.samples.documents.compare import Cells, cells, wanted  # noqa: E402
from jihe_extract.document import Document, Table  # noqa: E402
from jihe_extract.sources.pdf import read_pdf  # noqa: E402

_FOUND = 0.3
"""A table is found when one that was read holds more than this share of its texts, wherever they stand."""
_BY_TEXT = {"vertical_strategy": "text", "horizontal_strategy": "text"}


class Mark(NamedTuple):
    """How one table was read."""

    f1: float
    found: bool
    sure: bool
    peer: float


def f1(goal: set[tuple[object, ...]], found: set[tuple[object, ...]], count: int) -> float:
    return 2 * len(goal & found) / (len(goal) + count) if goal else 0.0


def goal_of(layout: Layout) -> Cells:
    """The cells of the table that was set, without blanks."""
    return {(r, c, h, w, "".join(t.split())) for r, c, h, w, t in wanted(layout.sheet)}


def matched(document: Document, made: Paper) -> list[tuple[Layout, float, float, Table | None]]:
    """The table that was read for each that was set, by the texts they share: each is taken once.

    With it stand its F1 and the share of the texts that it holds.
    """
    ways = []
    for i, layout in enumerate(made.layouts()):
        goal = goal_of(layout)
        texts = Counter(c[-1] for c in goal if c[-1])
        for k, table in enumerate(document.tables):
            here = cells(document, table)
            held = (Counter(c[-1] for c in here if c[-1]) & texts).total() / texts.total()
            ways.append((held, f1(set(goal), set(here), len(table.cells)), i, k))
    taken: dict[int, tuple[float, float, int]] = {}
    for held, score, i, k in sorted(ways, reverse=True):
        if i not in taken and held > _FOUND and all(k != other for _, _, other in taken.values()):
            taken[i] = score, held, k
    found: list[tuple[Layout, float, float, Table | None]] = []
    for i, layout in enumerate(made.layouts()):
        score, held, k = taken.get(i, (0.0, 0.0, -1))
        found.append((layout, score, held, document.tables[k] if k >= 0 else None))
    return found


def peer_cells(data: bytes) -> list[set[tuple[object, ...]]]:
    """The filled cells of the tables that pdfplumber finds by text, empty rows and columns left out."""
    found = []
    with pdfplumber.open(BytesIO(data)) as document:
        for page in document.pages:
            for table in page.extract_tables(_BY_TEXT):
                texts = [["".join((t or "").split()) for t in row] for row in table]
                rows = [row for row in texts if any(row)]
                columns = [c for c in zip(*rows, strict=True) if any(c)]
                found.append({(r, c, t) for c, column in enumerate(columns) for r, t in enumerate(column) if t})
            page.close()
    return found


def peer_f1(found: Sequence[set[tuple[object, ...]]], layout: Layout) -> float:
    """The best of the peer's tables; its rows may begin anywhere, since it takes prose above for rows too."""
    goal: set[tuple[object, ...]] = {(c.row, c.col, c.text) for c in layout.sheet.cells if c.text}
    marks = [0.0]
    for table in found:
        for shift in {int(str(r)) for r, _, _ in table}:
            below = {(int(str(r)) - shift, c, t) for r, c, t in table if int(str(r)) >= shift}
            marks.append(f1(goal, below, min(len(below), len(goal))))
    return max(marks)


def judge(data: bytes, made: Paper, peers: bool = True) -> list[tuple[Layout, Mark, Cells]]:
    document = read_pdf(data, "表.pdf")
    others = peer_cells(data) if peers else []
    found = []
    for layout, score, held, table in matched(document, made):
        mark = Mark(score, held > _FOUND, table is not None and table.sure, peer_f1(others, layout))
        found.append((layout, mark, cells(document, table) if table is not None else set()))
    return found


def line(name: str, marks: Sequence[Mark]) -> str:
    mean, peer = sum(m.f1 for m in marks) / len(marks), sum(m.peer for m in marks) / len(marks)
    wrong = sum(m.sure and m.found and m.f1 < 1 for m in marks)
    lost, exact = sum(not m.found for m in marks), sum(m.f1 == 1 for m in marks)
    doubted = sum(not m.sure and m.f1 == 1 for m in marks)
    return (
        f"{name:26} tables {len(marks):4}  mean cell F1 {mean:.4f}  exact {exact:4}  wrong but sure {wrong:3}  "
        f"not found {lost:3}  right but unsure {doubted:3}  pdfplumber {peer:.3f}"
    )


def show(label: str, layout: Layout, mark: Mark, found: Cells) -> None:
    """What differs in a table that was not read exactly."""
    goal = goal_of(layout)
    known = ("sure" if mark.sure else "unsure") if mark.found else "not found"
    print(f"-- {label} {layout.family} F1 {mark.f1:.3f} {known}")
    print("   missing", sorted(goal - found)[:6])
    print("   instead", sorted(found - goal)[:6])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", type=int, default=30, help="reports, each printed by every program")
    parser.add_argument("--by", default="family", help="family, or a setting")
    parser.add_argument("--show", action="store_true", help="what differs in each table that is not exact")
    parser.add_argument("--no-peer", action="store_true", help="leave pdfplumber out")
    parser.add_argument("--keep", type=Path, help="keep the PDF files in this folder")
    chosen = parser.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it complains of each font that gives no box
    marks: dict[str, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    with printers() as programs:
        for number in range(chosen.n):
            made = paper(random.Random(chosen.seed * 100_003 + number))
            for program, write in programs.items():
                data = write(made)
                if chosen.keep:
                    chosen.keep.mkdir(parents=True, exist_ok=True)
                    (chosen.keep / f"{chosen.seed}-{number}-{program}.pdf").write_bytes(data)
                for layout, mark, found in judge(data, made, not chosen.no_peer):
                    group = layout.family if chosen.by == "family" else str(getattr(made.setting, chosen.by))
                    marks[program][group].append(mark)
                    if chosen.show and mark.f1 < 1:
                        show(f"{chosen.seed}-{number} {program} {made.setting}", layout, mark, found)
    for program, groups in marks.items():
        for group in sorted(groups):
            print(line(f"{program} {group}", groups[group]))
        print(line(f"{program}, all", [m for g in groups.values() for m in g]))
    print(line("all programs", [m for p in marks.values() for g in p.values() for m in g]))


if __name__ == "__main__":
    main()
