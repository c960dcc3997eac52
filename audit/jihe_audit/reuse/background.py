"""A background corpus: how many units of each region hold a clause, kept in a file without any text."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.join import duckdb_module, quoted

FORMAT = "jihe-reuse-background-1"


@dataclass(frozen=True, slots=True)
class Background:
    """An opened background file. ``owners`` are the units of each region it was built from."""

    path: Path
    owners: Mapping[str, int]

    @classmethod
    def open(cls, path: Path) -> Background:
        """Read the file's counts. Raises ValueError when it is no background file."""
        duckdb = duckdb_module()
        with duckdb.connect() as con:
            try:
                rows = con.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
            except duckdb.Error as error:
                raise ValueError(f"{path}: 不是查重背景库文件") from error
        known = {bytes(k).decode(): bytes(v).decode("utf-8") for k, v in rows}
        if known.get("format") != FORMAT:
            raise ValueError(f"{path}: 不是查重背景库文件，或版本不符（应为 {FORMAT}）")
        return cls(path, {str(r): int(n) for r, n in json.loads(known["owners"]).items()})


def build_background(
    documents: Iterable[ReuseDocument], path: Path, *, fewest: int = 2, memory: str = "1GB"
) -> Background:
    """Count the clauses and pairs of clauses of a corpus by region, into a Parquet file (h, region, owners).

    Clauses of fewer than ``fewest`` units are left out: they cannot make anything frequent. No text can be
    recovered from the file. Raises OSError when the file cannot be written.
    """
    duckdb = duckdb_module()
    regions: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "counts.duckdb")) as con:
        con.execute(f"SET memory_limit='{memory}'")
        con.execute("CREATE TABLE holder(h BIGINT, region VARCHAR, owner INTEGER)")
        for document in documents:
            owners = regions.setdefault(document.region, {})
            owner = owners.setdefault(document.owner, len(owners))
            cut = clauses(document)
            hashes = np.concatenate((cut.hash, cut.pairs[0]))
            batch = {"h": np.unique(hashes[hashes != 0])}
            con.register("batch", batch)
            con.execute("INSERT INTO holder SELECT h, ?, ? FROM batch", [document.region, owner])
            con.unregister("batch")
        counts = {region: len(owners) for region, owners in sorted(regions.items())}
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        meta = json.dumps(counts, ensure_ascii=False).replace("'", "''")
        con.execute(
            "COPY (SELECT h, region, CAST(count(DISTINCT owner) AS INTEGER) AS owners FROM holder"
            f" GROUP BY h, region HAVING count(DISTINCT owner) >= {int(fewest)} ORDER BY h, region)"
            f" TO '{quoted(new)}'"
            f" (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{format: '{FORMAT}', owners: '{meta}'}})"
        )
        os.replace(new, path)
    return Background(path, counts)
