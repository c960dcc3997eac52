"""The embedded engine: one database file, out of core, texts in flat files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.bench import Bench, Work, align_all, mark_frequent
from jihe_audit.reuse.definition import OCCURRENCE_COLUMNS, Statement
from jihe_audit.reuse.join import Join, open_join
from jihe_audit.reuse.judging import Judge, Sheaf
from jihe_audit.reuse.plan import Outcome, Plan
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.shelf import Shelf
from jihe_audit.reuse.side import Frequent

_BATCH = 1000
_OCCURRENCES = f"occ({OCCURRENCE_COLUMNS})"
_TABLES = (
    "docs(doc INTEGER, region VARCHAR, owner INTEGER, side INTEGER, fresh INTEGER, thin INTEGER)",
    _OCCURRENCES,
    "bg(h BIGINT, region VARCHAR, owners INTEGER)",
    "regions(region VARCHAR, need INTEGER)",
    "steps(k INTEGER)",
)
_ISLAND = ("a", "b", "thin", "near", "a0", "a1", "b0", "b1", "held", "links")
_COVERED = "SELECT doc, k, grade, width FROM covered ORDER BY doc, k, grade"
_RESULTS = frozenset({"often", "frequent", "islands", "islands_aside", "covered"})


def run_embedded(
    shelf: Shelf,
    plan: Plan,
    folder: Path,
    *,
    memory: str = "1GB",
    jobs: int = 1,
    fill: Callable[[Join], None] | None = None,
) -> Outcome:
    """Find the passages of a plan's reports; ``folder`` takes what does not fit into ``memory``.

    ``jobs`` processes align the pairs. ``fill`` may put the rows of ``occ`` in place; without it they come
    from the shelf.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(open_join(folder / "join", memory, jobs)) as join:
        _load(join, plan)
        if fill is None:
            _load_occurrences(join, shelf, plan)
        else:
            fill(join)
        _run(join, plan.statements())
        often, _ = join.columns("SELECT h, grade FROM often ORDER BY h", ("h", "grade"))
        pairs, grades = join.columns("SELECT h, grade FROM frequent ORDER BY h", ("h", "grade"))
        frequent = Frequent(often.astype(np.int64), pairs.astype(np.int64), grades.astype(np.int8))
        covered = [(int(d), int(k), int(g), int(w)) for d, k, g, w in join.rows(_COVERED)]
        islands = _islands(join, "islands")
        aside = _islands(join, "islands_aside") if plan.every_pair else None
    widths = [(r.doc, KINDS.index(k), w) for r in plan.order for k, w in shelf.entries[r.place].widths.items()]
    places = [r.place for r in plan.order]
    found = islands if aside is None else np.concatenate((islands, aside))
    mark_frequent(shelf, frequent, {places[doc] for doc in np.unique(found[:, :2]).tolist()}, folder / "frequent.bin")
    bench = Bench(shelf.folder, places, frequent, folder / "frequent.bin", plan.settings)

    def judged(judge: Judge) -> Iterator[Sheaf]:
        yield from align_all(bench, judge, _pairs(islands), aside=False, jobs=jobs)
        if aside is not None:
            yield from align_all(bench, judge, _pairs(aside), aside=True, jobs=jobs)

    return Outcome(judged, covered, widths)


def occurrences(join: Join) -> None:
    """Make the table of clauses unless it is there."""
    join.run(f"CREATE TABLE IF NOT EXISTS {_OCCURRENCES}")


def _run(join: Join, todo: list[Statement]) -> None:
    """Run the statements; a table that no later one names is dropped, so that the file stays small."""
    for i, (name, query) in enumerate(todo):
        join.run(f"CREATE TABLE {name} AS {query}")
        later = " ".join(q for _, q in todo[i + 1 :])
        for spent in ("occ", *(n for n, _ in todo[:i])):
            if spent not in _RESULTS and not re.search(rf"\b{spent}\b", later):
                join.run(f"DROP TABLE IF EXISTS {spent}")


def _load(join: Join, plan: Plan) -> None:
    for table in _TABLES:
        join.run(f"CREATE TABLE {table}")
    for region, need in plan.needs.items():
        join.run("INSERT INTO regions VALUES (?, ?)", [region, need])
    join.insert("steps", {"k": np.arange(1, plan.reach + 1, dtype=np.int32)})
    if plan.background:
        join.background(plan.background)
    names = sorted(plan.needs)
    join.run("CREATE TABLE region_names(i INTEGER, region VARCHAR)")
    for i, region in enumerate(names):
        join.run("INSERT INTO region_names VALUES (?, ?)", [i, region])
    number = {region: i for i, region in enumerate(names)}
    columns = {
        "doc": np.array([r.doc for r in plan.order], dtype=np.int32),
        "i": np.array([number[r.region] for r in plan.order], dtype=np.int32),
    }
    for name in ("owner", "side", "fresh", "thin"):
        columns[name] = np.array([getattr(r, name) for r in plan.order], dtype=np.int32)
    join.run("CREATE TABLE placed(doc INTEGER, i INTEGER, owner INTEGER, side INTEGER, fresh INTEGER, thin INTEGER)")
    join.insert("placed", columns)
    join.run("INSERT INTO docs SELECT doc, region, owner, side, fresh, thin FROM placed JOIN region_names USING (i)")


def _load_occurrences(join: Join, shelf: Shelf, plan: Plan) -> None:
    doc_of = np.zeros(len(shelf.entries), dtype=np.int32)
    for row in plan.order:
        doc_of[row.place] = row.doc
    for low in range(0, len(shelf.entries), _BATCH):
        rows = shelf.rows(range(low, min(low + _BATCH, len(shelf.entries))))
        if rows:
            join.insert("occ", rows | {"doc": doc_of[rows["doc"]]})


def _islands(join: Join, table: str) -> npt.NDArray[np.int32]:
    """The islands of a table, a row each (a, b, thin, near, a0, a1, b0, b1, held, links), pair by pair, b by b.

    They take 40 bytes each, so that the database can be closed before its reports are aligned.
    """
    columns = join.columns(f"SELECT {', '.join(_ISLAND)} FROM {table} ORDER BY b, a, b0, b1, a0, a1", _ISLAND)
    return np.stack([column.astype(np.int32) for column in columns], axis=1)


def _pairs(islands: npt.NDArray[np.int32]) -> Iterator[Work]:
    """The islands pair by pair, in the order of the later report."""
    rows = chain.from_iterable(islands[low : low + 50_000].tolist() for low in range(0, len(islands), 50_000))
    for (a, b, thin, near), group in groupby(rows, key=lambda r: tuple(r[:4])):
        yield a, b, thin, near, [(a0, a1, b0, b1, held, links) for *_, a0, a1, b0, b1, held, links in group]
