"""The databases that run the statements of ``definition``: DuckDB when it is installed, else SQLite.

Both give the same rows. SQLite comes with Python; DuckDB (``jihe[duckdb]``) is faster, uses all cores and
reads and writes Parquet, which background files need.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

_FETCH = 50_000
_UNITS = {"KB": 1, "MB": 1 << 10, "GB": 1 << 20}
_ALL_BITS = (1 << 64) - 1
_SHARE = 4
"""SQLite's cache is this part of the memory granted: its sorts take as much again."""


class Join(Protocol):
    """A database in a file of its own."""

    suffix: str

    def run(self, query: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""

    def insert(self, table: str, columns: Mapping[str, Any]) -> None:
        """Append columns (numpy arrays or lists of one length) to a table."""

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched as they are wanted."""

    def columns(self, query: str, names: Sequence[str]) -> list[npt.NDArray[Any]]:
        """The columns of a query of whole numbers, by name."""

    def attach(self, path: Path, name: str) -> None:
        """Make the tables of another file readable under ``name``."""

    def background(self, path: Path) -> None:
        """Fill the table ``bg`` from a background file."""

    def close(self) -> None:
        """Close the file."""


def duckdb_module() -> Any:
    """DuckDB. Raises ModuleNotFoundError with words for the user when it is not installed."""
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("Parquet 文件需要安装附加组件：pip install 'jihe[duckdb]'", name="duckdb") from error
    return duckdb


def has_duckdb() -> bool:
    """Whether the faster engine is installed."""
    try:
        duckdb_module()
    except ModuleNotFoundError:
        return False
    return True


def open_join(stem: Path, memory: str = "1GB", jobs: int = 1, *, lasting: bool = False) -> Join:
    """The engine at hand, in the file ``stem`` with its suffix; ``lasting`` files survive a crash."""
    return DuckJoin(stem, memory, jobs) if has_duckdb() else LiteJoin(stem, memory, lasting=lasting)


def quoted(path: Path) -> str:
    """A path for use between single quotes in SQL."""
    return str(path).replace("'", "''")


class DuckJoin:
    """DuckDB, out of core."""

    suffix = ".duckdb"

    def __init__(self, stem: Path, memory: str, jobs: int = 1) -> None:
        self.connection = duckdb_module().connect(str(stem.with_suffix(self.suffix)))
        self.run(f"SET memory_limit='{memory}'")
        self.run(f"SET temp_directory='{quoted(stem.parent / 'spill')}'")
        self.run("SET preserve_insertion_order=false")
        self.run(f"SET threads={max(int(jobs), 1)}")

    def run(self, query: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self.connection.execute(query, list(values)) if values else self.connection.execute(query)

    def insert(self, table: str, columns: Mapping[str, Any]) -> None:
        """Append columns to a table."""
        self.connection.register("batch", {name: np.asarray(values) for name, values in columns.items()})
        self.run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM batch")
        self.connection.unregister("batch")

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query."""
        cursor = self.connection.cursor().execute(query)
        return chain.from_iterable(iter(partial(cursor.fetchmany, _FETCH), []))

    def columns(self, query: str, names: Sequence[str]) -> list[npt.NDArray[Any]]:
        """The columns of a query."""
        found = self.connection.execute(query).fetchnumpy()
        return [np.asarray(found[name]) for name in names]

    def attach(self, path: Path, name: str) -> None:
        """Make the tables of another file readable."""
        self.run(f"ATTACH '{quoted(path)}' AS {name} (READ_ONLY)")

    def background(self, path: Path) -> None:
        """Fill the table ``bg``."""
        self.run("INSERT INTO bg SELECT h, region, owners FROM read_parquet(?)", [str(path)])

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


class LiteJoin:
    """SQLite of the standard library, with the function that the statements need besides."""

    suffix = ".sqlite"

    def __init__(self, stem: Path, memory: str = "1GB", *, lasting: bool = False) -> None:
        self.connection = sqlite3.connect(stem.with_suffix(self.suffix), isolation_level=None)
        self.connection.create_function("bit_count", 1, _bit_count, deterministic=True)
        self.run(f"PRAGMA cache_size=-{_kilobytes(memory) // _SHARE}")
        if not lasting:
            for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
                self.run(f"PRAGMA {setting}")

    def run(self, query: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self.connection.execute(query, values)

    def insert(self, table: str, columns: Mapping[str, Any]) -> None:
        """Append columns to a table."""
        rows = zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True)
        own = not self.connection.in_transaction
        if own:
            self.run("BEGIN")
        places = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
        if own:
            self.run("COMMIT")

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query."""
        return iter(self.connection.execute(query))

    def columns(self, query: str, names: Sequence[str]) -> list[npt.NDArray[Any]]:
        """The columns of a query."""
        flat = np.fromiter(chain.from_iterable(self.rows(query)), dtype=np.int64)
        return list(flat.reshape(-1, len(names)).T)

    def attach(self, path: Path, name: str) -> None:
        """Make the tables of another file readable."""
        self.run(f"ATTACH '{quoted(path)}' AS {name}")

    def background(self, path: Path) -> None:
        """Background files are Parquet, which this engine does not read."""
        duckdb_module()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _bit_count(number: int) -> int:
    return (number & _ALL_BITS).bit_count()


def _kilobytes(memory: str) -> int:
    """Kilobytes in ``512MB``. Raises ValueError for other forms."""
    unit = memory[-2:].upper()
    if unit not in _UNITS:
        raise ValueError(f"{memory}: 内存应写作 512MB 或 1GB")
    return int(float(memory[:-2]) * _UNITS[unit])
