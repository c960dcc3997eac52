"""The distributed engine: the same statements and the same functions on Apache Spark (``jihe[cluster]``).

Every step is written to the run's folder on shared storage before the next one reads it. A worker that dies
is replaced by Spark from there, and a run that is started again goes on after the last finished step: the
folder's name is a digest of reports, settings and software, so nothing is ever mixed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib import resources
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from jihe_audit.reuse.background import Background
from jihe_audit.reuse.batches import ALIGNED, align_batches, fingerprint_batches, unpack
from jihe_audit.reuse.definition import OCCURRENCE_COLUMNS
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.plan import Outcome, Plan, make_plan
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.side import Frequent

_BATCH = 500
_DOCUMENT = "doc INT, length INT, report BINARY"
_TEXTS_PER_BATCH = 64
_KEPT_STEPS = frozenset({"firsts", "often", "first_pairs", "frequent", "ranked", "islands", "covered", "islands_aside"})
"""Steps written to shared storage; the others are read once and stay part of the step after them."""
_LOOPBACK = ("local", "spark://127.0.0.1", "spark://localhost")


@dataclass(frozen=True, slots=True)
class Card:
    """What the driver keeps of a report: everything but its text."""

    id: str
    region: str
    year: str
    unit: str
    owner: str
    side: int
    seal: str
    opening: str

    @classmethod
    def of(cls, document: ReuseDocument, side: int) -> Card:
        """The card of a report."""
        d = document
        return cls(d.id, d.region, d.year, d.unit, d.owner, side, d.seal, d.opening)


def session(master: str, options: Mapping[str, str]) -> tuple[Any, bool]:
    """(a Spark session, whether it is ours to stop). An active session is used as it is."""
    try:
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("集群查重需要安装附加组件：pip install 'jihe[cluster]'", name=error.name) from error
    active = SparkSession.getActiveSession()
    if active is not None:
        return active, False
    builder = SparkSession.builder.master(master).appName("jihe reuse")
    settings = {
        "spark.sql.ansi.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_TEXTS_PER_BATCH),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith(_LOOPBACK):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for key, value in {**settings, **options}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    if "spark.sql.shuffle.partitions" not in options:
        spark.conf.set("spark.sql.shuffle.partitions", str(4 * max(spark.sparkContext.defaultParallelism, 2)))
    return spark, True


class Run:
    """One run's folder: named results, each written once and then only read."""

    def __init__(self, spark: Any, folder: str) -> None:
        self.spark = spark
        self.folder = folder

    def path(self, name: str) -> str:
        """Where a result lies."""
        return f"{self.folder}/{name}"

    def done(self, name: str) -> bool:
        """Whether a result was finished by this run or an earlier one."""
        marker = self.spark._jvm.org.apache.hadoop.fs.Path(self.path(name) + "/_SUCCESS")
        return bool(marker.getFileSystem(self.spark._jsc.hadoopConfiguration()).exists(marker))

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """The result of that name as a data frame and, when it is no subfolder, as a view; made once."""
        if not self.done(name):
            make().write.mode("overwrite").parquet(self.path(name))
        frame = self.spark.read.parquet(self.path(name))
        if "/" not in name:
            frame.createOrReplaceTempView(name)
        return frame


def _software() -> bytes:
    """A digest of what decides besides the input: a run is never continued by other software than began it."""
    inside = resources.files("jihe_audit")
    files = [p for p in inside.joinpath("reuse").iterdir() if p.name.endswith(".py")]
    files.append(inside.joinpath("rulebook/sections.toml"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in sorted(files, key=lambda p: p.name))).digest()


def _digest(documents: Iterable[tuple[ReuseDocument, int]], seal: Any) -> Iterator[tuple[ReuseDocument, int]]:
    for document, side in documents:
        seal.update(repr((document, side)).encode("utf-8", "surrogatepass"))
        yield document, side


def _spool(documents: Iterable[tuple[ReuseDocument, int]], folder: Path, seal: Any) -> tuple[list[Card], list[Path]]:
    """Write the reports into local files of ``_BATCH`` each, so that the driver never holds more than one."""
    from jihe_audit.reuse.batches import pack_document

    cards: list[Card] = []
    files: list[Path] = []
    stream = _digest(documents, seal)
    while batch := list(islice(stream, _BATCH)):
        path = folder / f"{len(files):06d}.jsonl"
        with path.open("wb") as out:
            for document, side in batch:
                cards.append(Card.of(document, side))
                out.write(pack_document(document) + b"\n")
        files.append(path)
    return cards, files


def run_on_cluster(
    documents: Iterable[tuple[ReuseDocument, int]],
    settings: Settings,
    background: Background | None,
    master: str,
    workdir: Path | str | None,
    options: Mapping[str, str],
) -> tuple[list[Card], Plan, Outcome]:
    """Find the passages of the reports on a cluster.

    ``workdir`` is a folder or address (``s3a://…``) that driver and workers share; it keeps the finished
    steps. Raises ValueError when it is missing.
    """
    if workdir is None:
        raise ValueError("集群查重需要指定各节点共享的工作目录")
    spark, ours = session(master, options)
    try:
        with tempfile.TemporaryDirectory(prefix="jihe-spool-") as scratch:
            seal = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
            seal.update(_software())
            if background:
                seal.update(background.path.read_bytes())
            cards, files = _spool(documents, Path(scratch), seal)
            plan = make_plan(cards, settings, background=background)
            run = Run(spark, f"{workdir}/reuse-{seal.hexdigest()[:20]}")
            _upload(run, plan, files)
        return cards, plan, _compute(run, plan)
    finally:
        if ours:
            spark.stop()


def _upload(run: Run, plan: Plan, files: list[Path]) -> None:
    """Bring the reports to shared storage, file by file, under the numbers of the plan."""
    doc_of = {row.place: row.doc for row in plan.order}
    for i, path in enumerate(files):
        lines = path.read_bytes().split(b"\n")[:-1]
        rows = [(doc_of[i * _BATCH + n], len(line), bytearray(line)) for n, line in enumerate(lines)]
        run.keep(f"documents/part={i:06d}", partial(run.spark.createDataFrame, rows, _DOCUMENT))
    if files:
        run.spark.read.parquet(run.path("documents")).createOrReplaceTempView("documents")
    else:
        run.spark.createDataFrame([], _DOCUMENT).createOrReplaceTempView("documents")


def _compute(run: Run, plan: Plan) -> Outcome:
    spark = run.spark
    parallel = max(int(spark.sparkContext.defaultParallelism), 2)

    def fingerprints() -> Any:
        texts = spark.sql("SELECT doc, report FROM documents").repartition(parallel * 4, "doc")
        return texts.mapInArrow(fingerprint_batches, OCCURRENCE_COLUMNS)

    run.keep("occ_all", fingerprints)
    spark.sql("SELECT * FROM occ_all WHERE n >= 0").createOrReplaceTempView("occ")
    _small_tables(run, plan)
    for name, query in plan.statements():
        if name in _KEPT_STEPS:
            run.keep(name, partial(spark.sql, query))
        else:
            spark.sql(query).createOrReplaceTempView(name)
    often = spark.sql("SELECT h FROM often ORDER BY h").collect()
    pairs = spark.sql("SELECT h, grade FROM frequent ORDER BY h").collect()
    frequent = Frequent(
        np.array([r.h for r in often], dtype=np.int64),
        np.array([r.h for r in pairs], dtype=np.int64),
        np.array([r.grade for r in pairs], dtype=np.int8),
    )
    shared = spark.sparkContext.broadcast(frequent)
    aligned: Iterable[Any] = _aligned(run, plan, shared, "islands", "aligned")
    if plan.every_pair:
        aligned = chain(aligned, _aligned(run, plan, shared, "islands_aside", "aligned_aside"))
    covered = spark.sql("SELECT doc, k, grade, width FROM covered ORDER BY doc, k, grade").collect()
    widths = spark.sql("SELECT doc, k, w FROM occ_all WHERE n < 0 ORDER BY doc, k").collect()
    return Outcome(
        judged=lambda judge: judge.sheaves(aligned),
        covered=[(int(r.doc), int(r.k), int(r.grade), int(r.width)) for r in covered],
        widths=[(int(r.doc), int(r.k), int(r.w)) for r in widths],
    )


def _small_tables(run: Run, plan: Plan) -> None:
    spark = run.spark
    docs = [(r.doc, r.region, r.owner, r.side, r.fresh, r.thin) for r in plan.order]
    frame = spark.createDataFrame(docs, "doc INT, region STRING, owner INT, side INT, fresh INT, thin INT")
    run.keep("docs", lambda: frame)
    spark.createDataFrame(list(plan.needs.items()), "region STRING, need INT").createOrReplaceTempView("regions")
    spark.range(1, plan.reach + 1).selectExpr("CAST(id AS INT) AS k").createOrReplaceTempView("steps")
    if plan.background:
        import pyarrow.parquet as pq

        table = pq.read_table(plan.background)
        rows = [tuple(row.values()) for row in table.to_pylist()]
    else:
        rows = []
    run.keep("bg", lambda: spark.createDataFrame(rows, "h BIGINT, region STRING, owners INT"))


def _aligned(run: Run, plan: Plan, frequent: Any, islands: str, name: str) -> Iterable[Any]:
    """Align the islands of every pair where both texts have been brought together; the passages of a pair in a row."""
    spark = run.spark
    query = f"""
        SELECT p.a, p.b, p.islands, p.thin, p.near, x.report AS report_a, y.report AS report_b
        FROM (SELECT a, b, max(thin) AS thin, max(near) AS near,
                     to_json(collect_list(array(a0, a1, b0, b1, CAST(held AS INT), CAST(links AS INT)))) AS islands
              FROM {islands} GROUP BY a, b) AS p
        JOIN documents AS x ON p.a = x.doc JOIN documents AS y ON p.b = y.doc
    """
    aside = name != "aligned"

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        return align_batches(batches, frequent.value, plan.settings, aside=aside)

    def make() -> Any:
        parallel = max(int(spark.sparkContext.defaultParallelism), 2)
        pairs = spark.sql(query).repartition(parallel * 4, "b").sortWithinPartitions("b", "a")
        return pairs.mapInArrow(work, ALIGNED)

    frame = run.keep(name, make)
    return [unpack(row.found) for row in frame.sort("b", "a").select("found").toLocalIterator()]
