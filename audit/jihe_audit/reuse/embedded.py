"""The embedded engine: DuckDB in one process, out of core, texts in flat files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from jihe_audit.reuse.alignment import Aligned, Report, align_pair
from jihe_audit.reuse.definition import statements
from jihe_audit.reuse.fingerprints import Hashes
from jihe_audit.reuse.growth import Island, Side
from jihe_audit.reuse.plan import Outcome, Plan
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.shelf import Shelf

_BATCH = 1000
_TABLES = """
CREATE TABLE docs(doc INTEGER, region VARCHAR, owner INTEGER, side INTEGER, fresh INTEGER, thin INTEGER);
CREATE TABLE occ(doc INTEGER, n INTEGER, s INTEGER, e INTEGER, w INTEGER, h BIGINT, k SMALLINT, p BIGINT, q BIGINT);
CREATE TABLE bg(h BIGINT, region VARCHAR, owners INTEGER);
CREATE TABLE regions(region VARCHAR, need INTEGER);
CREATE TABLE steps(k INTEGER);
"""


def run_embedded(
    shelf: Shelf, plan: Plan, folder: Path, *, memory: str = "1500MB", threads: int | None = None
) -> Outcome:
    """Find the passages of a plan's reports; ``folder`` takes what does not fit into ``memory``."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "join.duckdb")) as con:
        con.execute(f"SET memory_limit='{memory}'")
        con.execute(f"SET temp_directory='{str(folder / 'spill').replace(chr(39), chr(39) * 2)}'")
        con.execute("SET preserve_insertion_order=false")
        if threads:
            con.execute(f"SET threads={int(threads)}")
        _load(con, shelf, plan)
        for name, query in statements(plan.settings, every_pair=plan.every_pair, aside=plan.every_pair):
            con.execute(f"CREATE TABLE {name} AS {query}")
        frequent = con.execute("SELECT h FROM frequent ORDER BY h").fetchnumpy()["h"]
        grades = con.execute("SELECT grade FROM frequent ORDER BY h").fetchnumpy()["grade"]
        widths = [(r.doc, KINDS.index(k), w) for r in plan.order for k, w in shelf.entries[r.place].widths.items()]
        outcome = Outcome(widths=widths, covered=[(int(d), int(k), int(g), int(w)) for d, k, g, w in _covered(con)])
        outcome.aligned = list(_align(con, shelf, plan, np.asarray(frequent, dtype=np.int64), np.asarray(grades)))
    return outcome


def _covered(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("SELECT doc, k, grade, width FROM covered ORDER BY doc, k, grade").fetchall()


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, Any]) -> None:
    con.register("batch", columns)
    con.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM batch")
    con.unregister("batch")


def _load(con: duckdb.DuckDBPyConnection, shelf: Shelf, plan: Plan) -> None:
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
    doc_of = np.zeros(len(shelf.entries), dtype=np.int32)
    for row in plan.order:
        doc_of[row.place] = row.doc
    for low in range(0, len(shelf.entries), _BATCH):
        rows = shelf.rows(range(low, min(low + _BATCH, len(shelf.entries))))
        if rows:
            _insert(con, "occ", rows | {"doc": doc_of[rows["doc"]]})


def _islands(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[int, ...]]:
    order = "SELECT a, b, a0, a1, b0, b1, holders, thin, near FROM {} ORDER BY b, a, b0, b1, a0, a1"
    cursor = con.cursor().execute(order.format(table))
    while rows := cursor.fetchmany(50_000):
        yield from rows


def _align(
    con: duckdb.DuckDBPyConnection, shelf: Shelf, plan: Plan, frequent: Hashes, grades: npt.NDArray[Any]
) -> Iterator[Aligned]:
    @lru_cache(maxsize=2048)
    def report(doc: int) -> Report:
        place = plan.order[doc].place
        side = Side.of(shelf.clauses(place), frequent)
        return Report(doc, side, shelf.entries[place].names, partial(shelf.text, place))

    def pairs(table: str) -> Iterator[tuple[Report, Report, list[Island], int, int]]:
        for (b, a), rows in groupby(_islands(con, table), key=lambda r: (r[1], r[0])):
            group = list(rows)
            yield report(a), report(b), [Island(*r[2:7]) for r in group], group[0][7], group[0][8]

    for a, b, islands, thin, near in pairs("islands"):
        yield from align_pair(a, b, islands, plan.settings, thin=thin, near=near)
    if plan.every_pair:
        for a, b, islands, thin, near in pairs("islands_aside"):
            for island in islands:
                aside = int(grades[np.searchsorted(frequent, b.side.clauses.hash[island.b0])])
                yield from align_pair(a, b, [island], plan.settings, thin=thin, near=near, aside=aside)
