"""The one entrance: reports in, passages with grades, families and shares of original text out."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from jihe_audit.reuse.background import Background
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.embedded import run_embedded
from jihe_audit.reuse.families import families, report_shares, summarise_pairs
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.grading import Author, grade_pair
from jihe_audit.reuse.plan import Outcome, Plan, make_plan
from jihe_audit.reuse.report import Grade, Passage, ReuseReport
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import Entry, Shelf

_ASIDE: dict[int, Grade] = {1: "template", 2: "outline"}


def find_reuse(
    documents: Iterable[ReuseDocument],
    *,
    background: Path | None = None,
    against: Iterable[ReuseDocument] | None = None,
    engine: str = "local",
    settings: Settings | None = None,
    workdir: Path | None = None,
    memory: str = "1500MB",
) -> ReuseReport:
    """Find every passage that reports of a set share, and judge it.

    ``background`` is a file made by ``build_background``: its frequencies help to tell template from copy.
    ``against`` are reports to compare with but not among themselves (last year's). ``engine`` is ``local``
    (embedded) or the master of a Spark cluster; for a cluster ``workdir`` must lie on storage that all
    workers share. A report whose id was already used gets ``#2`` (…) behind its id. Raises ValueError for a
    bad background file or engine name, ModuleNotFoundError when the extra ``jihe[cluster]`` is wanted but absent.
    """
    settings = settings or Settings()
    known = Background.open(background) if background else None
    with tempfile.TemporaryDirectory(prefix="jihe-reuse-", dir=workdir if engine == "local" else None) as scratch:
        shelf = Shelf(Path(scratch) / "shelf")
        fill(shelf, documents)
        fill(shelf, against or (), side=1)
        shelf.flush()
        plan = make_plan(shelf.entries, settings, background=known)
        outcome = run(shelf, plan, engine, Path(scratch), workdir, memory)
        return judge(shelf.entries, plan, outcome)


def run(shelf: Shelf, plan: Plan, engine: str, scratch: Path, workdir: Path | None, memory: str) -> Outcome:
    """Run a plan on the engine of that name."""
    if engine == "local":
        return run_embedded(shelf, plan, scratch / "join", memory=memory)
    from jihe_audit.reuse.cluster import run_on_cluster

    return run_on_cluster(shelf, plan, engine, workdir or scratch)


def fill(shelf: Shelf, documents: Iterable[ReuseDocument], *, side: int = 0) -> None:
    """Fingerprint reports and put them on the shelf, one at a time."""
    used = {entry.id for entry in shelf.entries}
    for document in documents:
        name, n = document.id, 2
        while name in used:
            name, n = f"{document.id}#{n}", n + 1
        used.add(name)
        if name != document.id:
            document = _renamed(document, name)
        shelf.add(document, clauses(document), side=side)


def _renamed(document: ReuseDocument, name: str) -> ReuseDocument:
    return ReuseDocument(
        name,
        document.text,
        document.sections,
        document.names,
        document.region,
        document.year,
        document.unit,
        document.wrapped,
    )


def judge(entries: Sequence[Entry], plan: Plan, outcome: Outcome) -> ReuseReport:
    """Grade what an engine brought back and draw the picture of the set."""
    authors = [_author(entries[row.place]) for row in plan.order]
    passages: list[Passage] = []
    own: list[Passage] = []
    ordered = sorted(outcome.aligned, key=lambda f: (f.a, f.b, f.aside, f.b_start, f.b_end, f.a_start, f.a_end))
    for (a, b, aside), found in groupby(ordered, key=lambda f: (f.a, f.b, f.aside)):
        graded = grade_pair(list(found), authors[a], authors[b], plan.settings)
        passages += graded
        if not aside:
            own += graded
    passages.sort(key=lambda p: p.key)
    by_id = {author.id: author for author in authors}
    pairs = summarise_pairs(passages, by_id)
    covered: dict[str, dict[tuple[str, Grade], int]] = defaultdict(dict)
    for doc, kind, grade, width in outcome.covered:
        covered[authors[doc].id][KINDS[kind], _ASIDE[grade]] = width
    fresh = sorted((authors[row.doc] for row in plan.order if row.fresh and not row.side), key=lambda x: x.id)
    widths = {entry.id: entry.widths for entry in entries}
    return ReuseReport(
        reports=report_shares(fresh, widths, covered, own),
        passages=tuple(passages),
        pairs=pairs,
        families=families(pairs, by_id),
        notes=_notes(plan),
    )


def _author(entry: Entry) -> Author:
    return Author(entry.id, entry.unit, entry.region, entry.year, sum(entry.widths.values()))


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = []
    if any(row.thin == 2 for row in plan.order):
        notes.append("报告数量太少，无法统计文字出现频率，等级按提纲、章节和篇幅判断；提供背景库（--background）可提高可靠性。")
    elif thin := sorted({row.region or "未知地区" for row in plan.order if row.thin == 1}):
        shown = "、".join(thin[:5]) + ("等" if len(thin) > 5 else "")
        notes.append(f"{shown}的报告太少，其内部雷同按提纲、章节和篇幅判断等级。")
    if not plan.every_pair:
        notes.append("报告较多，每段文字只与最早出处和前几份同文报告对照；模板文字只计入占比，不逐段列出。")
    if plan.background:
        notes.append("出现频率包含背景库。")
    return tuple(notes)
