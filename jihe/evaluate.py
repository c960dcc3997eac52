"""``jihe evaluate`` from within: extraction and audit over a corpus with known truth, tallied by slice.

Every report is judged as it is (what was understood, what was falsely accused) and once or more with a
planted error (was it found, for the right reason, the right figure named). The corpus room knows the truth,
the audit room the verdicts; here they meet.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from jihe.models import binder_of
from jihe_audit.engine import AuditResult, audit
from jihe_corpus.generate import Order
from jihe_corpus.gold import Annotated, Gold, load
from jihe_corpus.mutation import Hunt, hunt
from jihe_corpus.scoring import Scorer
from jihe_corpus.seeding import KINDS, Planted, plant
from jihe_corpus.tallies import Flag, Miss, Relation, overlap
from jihe_corpus.wordings.rephrase import rephrase
from jihe_corpus.writers import WRITERS
from jihe_extract.document import Document
from jihe_extract.extraction import extract
from jihe_extract.facts import Extraction

METRICS = ("quantities", "binding", "row_figures", "rows", "claims", "verdicts")
SLICES = ("split", "dialect", "unit_kind", "report_kind", "layout", "format")


class Job(msgspec.Struct, frozen=True):
    """One report to judge: generated from an order, or a gold file; ``plants`` errors are planted in turn."""

    order: Order | None
    gold: str = ""
    plants: int = 1
    number: int = 0
    model: str = "none"
    """Which model reads with the rules, as in :mod:`jihe.models`."""
    wording: str = ""
    """A province of ``rephrase.toml`` in whose words the report is told."""


class Result(msgspec.Struct):
    """What came of one report. Tallies are [right, wrong, missed]."""

    report: str
    slices: dict[str, str]
    tallies: dict[str, list[float]]
    errors: int = 0
    warnings: int = 0
    clean: bool = False
    coverage: float = 1.0
    expected: list[tuple[str, bool]] = []
    """Findings the gold demands: (category, found)."""
    forbidden: int = 0
    """Places that must not be flagged and were."""
    hunts: list[Hunt] = []
    misses: list[Miss] = []
    false: list[Miss] = []
    seconds: float = 0.0
    failure: str = ""


def document_of(text: str, name: str, suffix: str) -> Document:
    """The document a reader makes of the text in the given format."""
    if suffix in ("txt", "md"):
        from jihe_extract.sources.text import document_of_text

        return document_of_text(text, name=name, format_=suffix)
    from jihe_extract.reading import read

    with tempfile.TemporaryDirectory(prefix="jihe-evaluate-") as folder:
        path = Path(folder) / f"report.{suffix}"
        WRITERS[suffix](text, path)
        return read(path, name=name)


def judge(text: str, name: str, suffix: str, model: str = "none") -> tuple[Extraction, AuditResult]:
    """Extraction and audit of one report."""
    extraction = extract(document_of(text, name, suffix), binder=binder_of(model))
    return extraction, audit(extraction)


def flags_of(result: AuditResult) -> list[Flag]:
    """The audit's findings as scoring needs them."""
    return [
        Flag(f.rule, f.category, f.severity, tuple((e.span.start, e.span.end) for e in f.evidence), f.says)
        for f in result.findings
    ]


def relations_of(result: AuditResult) -> list[Relation]:
    """The audit's checks as scoring needs them."""
    return [Relation(c.verdict, tuple((s.start, s.end) for s in c.spans), c.identity) for c in result.checks]


def run(job: Job) -> Result:
    """One report judged; a failure is recorded, never raised."""
    began = time.perf_counter()
    annotated = job.order.report() if job.order else load(Path(job.gold))
    if job.wording:
        annotated = rephrase(annotated, job.wording)
    suffix = annotated.name.rpartition(".")[2]
    gold = annotated.gold
    slices = {s: str(getattr(gold, s, "") or "—") for s in SLICES if s != "format"} | {"format": suffix}
    result = Result(report=annotated.name, slices=slices, tallies={}, clean=gold.clean)
    try:
        _judge_into(result, annotated, suffix, job)
    except Exception as error:
        result.failure = f"{type(error).__name__}: {error}"
        _all_missed(result, gold)
    result.seconds = time.perf_counter() - began
    return result


def _all_missed(result: Result, gold: Gold) -> None:
    """A report that could not be judged counts as missed in full, never as nothing to find."""
    figures = float(sum(1 for row in gold.rows for _ in row.figures()))
    facts, rows, claims = float(len(gold.facts)), float(len(gold.rows)), float(len(gold.claims))
    sizes = dict(zip(METRICS, (facts, facts, figures, rows, claims, claims), strict=True))
    result.tallies = {metric: [0, 0, size] for metric, size in sizes.items()}
    result.coverage = 0.0
    result.expected = [(finding.category, False) for finding in gold.findings]
    result.hunts = []


def _judge_into(result: Result, annotated: Annotated, suffix: str, job: Job) -> None:
    extraction, audited = judge(annotated.text, annotated.name, suffix, job.model)
    flags = flags_of(audited)
    scorer = Scorer(annotated, extraction)
    score = scorer.run(relations_of(audited))
    result.tallies = {n: [t.right, t.wrong, t.missed] for n, t in score.tallies()}
    result.misses = score.misses
    result.coverage = float(audited.coverage[0].share())
    result.errors = sum(f.severity == "error" for f in flags)
    result.warnings = sum(f.severity == "warning" for f in flags)
    if annotated.gold.clean:
        result.false = [_false(f, scorer) for f in flags if f.severity != "info"]
    _expectations(result, annotated, scorer, flags)
    for k in range(job.plants):
        planted = _plant(annotated, job.number * job.plants + k)
        if planted is not None:
            after_extraction, after = judge(planted.text, annotated.name, suffix, job.model)
            found = hunt(planted, after_extraction.document.text, flags, flags_of(after))
            result.hunts.append(found)
            if found.found < 1 or not found.culprit:
                result.misses.append(_hunted(planted, found))


def _plant(annotated: Annotated, number: int) -> Planted | None:
    """The planted error of this number: kinds take turns, and one that finds no place passes its turn on."""
    kinds = list(KINDS)
    for step in range(len(kinds)):
        kind = kinds[(number + step) % len(kinds)]
        planted = plant(annotated, kind, random.Random(f"plant/{annotated.name}/{number}/{kind}"))
        if planted is not None:
            return planted
    return None


def _expectations(result: Result, annotated: Annotated, scorer: Scorer, flags: Sequence[Flag]) -> None:
    levels = {"info": 0, "warning": 1, "error": 2}
    for finding in annotated.gold.findings:
        place = scorer.alignment.to_document(finding.quotes[0].start, finding.quotes[0].end)
        near = [f for f in flags if place and any(overlap(place, p) for p in f.places)]
        found = any(levels[f.severity] >= min(1, levels[finding.severity]) for f in near)
        result.expected.append((finding.category, found))
        if not found:
            q = finding.quotes[0]
            result.misses.append(Miss("finding missed", finding.why, finding.category, q.start, q.end, q.quote))
    for clear in annotated.gold.clear:
        for quote in clear.quotes:
            place = scorer.alignment.to_document(quote.start, quote.end)
            bad = [f for f in flags if place and f.severity == "error" and f.places and overlap(place, f.places[0])]
            result.forbidden += bool(bad)


def _false(flag: Flag, scorer: Scorer) -> Miss:
    start, end = flag.places[0] if flag.places else (0, 0)
    text = scorer.extraction.document.text
    return Miss(f"false {flag.severity}", flag.rule, flag.says, start, end, text[max(0, start - 30) : end + 20])


def _hunted(planted: Planted, found: Hunt) -> Miss:
    m = planted.manifest
    what = "planted missed" if not found.found else "planted half" if found.found < 1 else "culprit not named"
    context = planted.text[max(0, m.start - 36) : m.end + 18].replace("\n", "⏎")
    return Miss(what, f"{m.kind}: {m.original[:30]!r}→{m.changed[:30]!r}", "，".join(found.by), m.start, m.end, context)


def evaluate(jobs: Sequence[Job], workers: int = 0, tick: Callable[[], None] | None = None) -> list[Result]:
    """All reports judged over processes; ``tick`` is called after each. ``workers`` 0 means one a core."""
    workers = workers or os.cpu_count() or 1
    results: list[Result] = []
    if workers == 1 or len(jobs) < 4:
        produced: Iterable[Result] = map(run, jobs)
        for result in produced:
            results.append(result)
            if tick:
                tick()
        return results
    with ProcessPoolExecutor(workers) as pool:
        for result in pool.map(run, jobs, chunksize=4):
            results.append(result)
            if tick:
                tick()
    return results
