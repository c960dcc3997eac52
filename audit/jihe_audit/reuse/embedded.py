"""The embedded engine: DuckDB in one process, out of core, texts in flat files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from jihe_audit.reuse.bench import Bench, Work, align_all, mark_frequent
from jihe_audit.reuse.definition import Statement
from jihe_audit.reuse.growth import Frequent
from jihe_audit.reuse.plan import Outcome, Plan
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.shelf import Shelf

_BATCH = 1000
_TABLES = """
CREATE TABLE docs(doc INTEGER, region VARCHAR, owner INTEGER, side INTEGER, fresh INTEGER, thin INTEGER);
CREATE TABLE occ(doc INTEGER, n INTEGER, s INTEGER, e INTEGER, w INTEGER, h BIGINT, k SMALLINT, p BIGINT, q BIGINT,
                 g BIGINT, f BIGINT, m INTEGER, t INTEGER, u BIGINT);
CREATE TABLE bg(h BIGINT, region VARCHAR, owners INTEGER);
CREATE TABLE regions(region VARCHAR, need INTEGER);
CREATE TABLE steps(k INTEGER);
"""

_RESULTS = frozenset({"often", "frequent", "islands", "islands_aside", "covered"})


def run_embedded(
    shelf: Shelf,
    plan: Plan,
    folder: Path,
    *,
    memory: str = "1GB",
    jobs: int = 1,
    fill: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
) -> Outcome:
    """Find the passages of a plan's reports; ``folder`` takes what does not fit into ``memory``.

    ``jobs`` processes align the pairs. ``fill`` may put the rows of ``occ`` in place; without it they come
    from the shelf.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "join.duckdb")) as con:
        con.execute(f"SET memory_limit='{memory}'")
        con.execute(f"SET temp_directory='{quoted(folder / 'spill')}'")
        con.execute("SET preserve_insertion_order=false")
        con.execute(f"SET threads={max(int(jobs), 1)}")
        _load(con, plan)
        if fill is None:
            _load_occurrences(con, shelf, plan)
        else:
            fill(con)
        _run(con, plan.statements())
        often, pairs = (con.execute(f"SELECT h, grade FROM {t} ORDER BY h").fetchnumpy() for t in ("often", "frequent"))
        frequent = Frequent(
            np.asarray(often["h"], dtype=np.int64),
            np.asarray(pairs["h"], dtype=np.int64),
            np.asarray(pairs["grade"], dtype=np.int8),
        )
        widths = [(r.doc, KINDS.index(k), w) for r in plan.order for k, w in shelf.entries[r.place].widths.items()]
        outcome = Outcome(widths=widths, covered=[(int(d), int(k), int(g), int(w)) for d, k, g, w in _covered(con)])
        mark_frequent(shelf, frequent, folder / "frequent.bin")
        bench = Bench(shelf.folder, [r.place for r in plan.order], frequent, folder / "frequent.bin", plan.settings)
        outcome.aligned = align_all(bench, partial(_pairs, con, "islands"), aside=False, jobs=jobs)
        if plan.every_pair:
            outcome.aligned += align_all(bench, partial(_pairs, con, "islands_aside"), aside=True, jobs=jobs)
    return outcome


def _run(con: duckdb.DuckDBPyConnection, todo: list[Statement]) -> None:
    """Run the statements; a table that no later one names is dropped, so that the file stays small."""
    for i, (name, query) in enumerate(todo):
        con.execute(f"CREATE TABLE {name} AS {query}")
        later = " ".join(q for _, q in todo[i + 1 :])
        for spent in ("occ", *(n for n, _ in todo[:i])):
            if spent not in _RESULTS and not re.search(rf"\b{spent}\b", later):
                con.execute(f"DROP TABLE IF EXISTS {spent}")


def quoted(path: Path) -> str:
    """A path for use between single quotes in SQL."""
    return str(path).replace("'", "''")


def _covered(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("SELECT doc, k, grade, width FROM covered ORDER BY doc, k, grade").fetchall()


def insert(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Any]) -> None:
    """Append columns (numpy arrays) to a table."""
    con.register("batch", dict(columns))
    con.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM batch")
    con.unregister("batch")


def _load(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    con.execute(_TABLES)
    for region, need in plan.needs.items():
        con.execute("INSERT INTO regions VALUES (?, ?)", [region, need])
    con.execute(f"INSERT INTO steps SELECT CAST(range AS INTEGER) FROM range(1, {plan.reach} + 1)")
    if plan.background:
        con.execute("INSERT INTO bg SELECT h, region, owners FROM read_parquet(?)", [str(plan.background)])
    names = sorted(plan.needs)
    con.execute("CREATE TABLE region_names(i INTEGER, region VARCHAR)")
    for i, region in enumerate(names):
        con.execute("INSERT INTO region_names VALUES (?, ?)", [i, region])
    number = {region: i for i, region in enumerate(names)}
    columns = {
        "doc": np.array([r.doc for r in plan.order], dtype=np.int32),
        "i": np.array([number[r.region] for r in plan.order], dtype=np.int32),
    }
    for name in ("owner", "side", "fresh", "thin"):
        columns[name] = np.array([getattr(r, name) for r in plan.order], dtype=np.int32)
    con.register("batch", columns)
    con.execute("INSERT INTO docs SELECT doc, region, owner, side, fresh, thin FROM batch JOIN region_names USING (i)")
    con.unregister("batch")


def _load_occurrences(con: duckdb.DuckDBPyConnection, shelf: Shelf, plan: Plan) -> None:
    doc_of = np.zeros(len(shelf.entries), dtype=np.int32)
    for row in plan.order:
        doc_of[row.place] = row.doc
    for low in range(0, len(shelf.entries), _BATCH):
        rows = shelf.rows(range(low, min(low + _BATCH, len(shelf.entries))))
        if rows:
            insert(con, "occ", rows | {"doc": doc_of[rows["doc"]]})


def _pairs(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[Work]:
    """The islands of a table, pair by pair, in the order of the later report."""
    order = "SELECT a, b, thin, near, a0, a1, b0, b1, holders FROM {} ORDER BY b, a, b0, b1, a0, a1"
    cursor = con.cursor().execute(order.format(table))
    rows = chain.from_iterable(iter(partial(cursor.fetchmany, 50_000), []))
    for (a, b, thin, near), group in groupby(rows, key=lambda r: r[:4]):
        yield a, b, thin, near, [r[4:] for r in group]
