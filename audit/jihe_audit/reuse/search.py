"""The one entrance: reports in, passages with grades, families and shares of original text out."""

from __future__ import annotations

import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

from jihe_audit.reuse.background import Background
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.embedded import run_embedded
from jihe_audit.reuse.families import Reused, families, report_share
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.grading import Author
from jihe_audit.reuse.judging import Judge
from jihe_audit.reuse.passages import Pairs, Spool
from jihe_audit.reuse.plan import Known, Outcome, Plan, make_plan
from jihe_audit.reuse.report import Grade, ReportShare, ReuseReport, SameText
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import Shelf

_MANY = (
    "报告超过{most}份：每段文字只与最早出处和之前{reach}份同文报告对照；孤立的、不足{long}字且前后文不同的共用短句"
    "视为偶合，不逐段列出；模板和提纲文字只计入占比，不逐段列出。"
)
_ASIDE: dict[int, Grade] = {1: "template", 2: "outline"}


def find_reuse(
    documents: Iterable[ReuseDocument],
    *,
    background: Path | None = None,
    against: Iterable[ReuseDocument] | None = None,
    engine: str = "local",
    settings: Settings | None = None,
    workdir: Path | str | None = None,
    memory: str = "2GB",
    jobs: int = 1,
    options: Mapping[str, str] | None = None,
) -> ReuseReport:
    """Find every passage that reports of a set share, and judge it.

    ``background`` is a file made by ``build_background``: its frequencies help to tell template from copy.
    ``against`` are reports to compare with but not among themselves (last year's). ``engine`` is ``local``
    (embedded) or the master of a Spark cluster (``spark://…``, ``yarn``, ``local[2]``); for a cluster ``workdir``
    must lie on storage that all workers share, and ``options`` are Spark settings. ``memory`` bounds what the
    embedded engine's joins hold; the rest goes to ``workdir``; ``jobs`` processes work (scripts that ask for more
    than one must guard their entry with ``if __name__ == "__main__"``). A report whose id was already used gets ``#2``
    (…) behind its id. Raises ValueError for a bad background file or a missing shared folder, and
    ModuleNotFoundError when the extra ``jihe[cluster]`` is wanted but absent.
    """
    settings = settings or Settings()
    known = Background.open(background) if background else None
    if engine != "local":
        from jihe_audit.reuse.cluster import run_on_cluster

        everything = chain(((d, 0) for d in documents), ((d, 1) for d in against or ()))
        return judge(*run_on_cluster(numbered(everything), settings, known, engine, workdir, options or {}))
    with tempfile.TemporaryDirectory(prefix="jihe-reuse-", dir=workdir) as scratch:
        shelf = Shelf(Path(scratch) / "shelf")
        for document, side in numbered(chain(((d, 0) for d in documents), ((d, 1) for d in against or ()))):
            shelf.add(document, clauses(document), side=side)
        shelf.flush()
        plan = make_plan(shelf.entries, settings, background=known)
        outcome = run_embedded(shelf, plan, Path(scratch) / "join", memory=memory, jobs=jobs)
        return judge(shelf.entries, plan, outcome, Path(workdir) if workdir else None)


def numbered(
    documents: Iterable[tuple[ReuseDocument, int]], used: Iterable[str] = ()
) -> Iterator[tuple[ReuseDocument, int]]:
    """The reports with their sides, each under an id of its own: a second ``x`` becomes ``x#2``."""
    seen = set(used)
    for document, side in documents:
        name, n = document.id, 2
        while name in seen:
            name, n = f"{document.id}#{n}", n + 1
        seen.add(name)
        yield (document if name == document.id else replace(document, id=name)), side


def judge(entries: Sequence[Known], plan: Plan, outcome: Outcome, folder: Path | None = None) -> ReuseReport:
    """Grade what an engine brought back, pair by pair, and draw the picture of the set.

    ``folder`` takes the passages while the result lives; None means the system's temporary folder.
    """
    widths: dict[int, dict[str, int]] = defaultdict(dict)
    for doc, kind, width in outcome.widths:
        widths[doc][KINDS[kind]] = width
    covered: dict[int, dict[tuple[str, Grade], int]] = defaultdict(dict)
    for doc, kind, grade, width in outcome.covered:
        covered[doc][KINDS[kind], _ASIDE[grade]] = width
    authors = [_author(entries[row.place], sum(widths[row.doc].values())) for row in plan.order]
    names = [author.id for author in authors]
    ranks = np.empty(len(names), dtype=np.int32)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names), dtype=np.int32)
    spool, reused, counts, shared = Spool(ranks, folder), Reused(), array("i"), array("d")
    work = Judge(authors, plan.crowds, plan.settings.crowd(plan.owners, 0), plan.settings)
    for sheaf in outcome.judged(work):
        spool.add(sheaf.rows, sheaf.sizes, sheaf.keys)
        reused.add(sheaf.reused)
        counts.extend(sheaf.counts)
        shared.extend(sheaf.shares)
    pairs = Pairs.sorted(names, ranks, counts, shared)
    own = {row.doc for row in plan.order if row.fresh and not row.side}
    shares = (report_share(authors[doc], widths[doc], covered[doc], reused.of(doc)) for doc in own)
    passages = spool.close()
    return ReuseReport(
        reports=tuple(sorted(shares, key=lambda share: share.id)),
        passages=passages,
        pairs=pairs,
        families=families(pairs, {author.id: author for author in authors}),
        others=_others(authors[doc] for doc in spool.reports() - own),
        same=_same(plan, entries),
        notes=_notes(plan),
    )


def _author(entry: Known, length: int) -> Author:
    return Author(entry.id, entry.unit, entry.region, entry.year, length)


def _others(authors: Iterable[Author]) -> tuple[ReportShare, ...]:
    shares = (ReportShare(x.id, x.unit, x.region, x.year, x.length, 0.0, {}) for x in authors)
    return tuple(sorted(shares, key=lambda share: share.id))


def _same(plan: Plan, entries: Sequence[Known]) -> tuple[SameText, ...]:
    groups: dict[str, list[Known]] = defaultdict(list)
    for row in plan.order:
        if entries[row.place].seal:
            groups[entries[row.place].seal].append(entries[row.place])
    found = (
        SameText(tuple(sorted(e.id for e in g)), min(g, key=lambda e: e.id).opening)
        for g in groups.values()
        if len(g) > 1
    )
    return tuple(sorted(found, key=lambda same: same.members))


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = []
    if any(row.thin == 2 for row in plan.order):
        notes.append("报告数量太少，无法统计文字出现频率，等级按提纲、章节和篇幅判断；提供背景库可提高可靠性。")
    elif thin := sorted({row.region or "未知地区" for row in plan.order if row.thin == 1}):
        shown = "、".join(thin[:5]) + ("等" if len(thin) > 5 else "")
        notes.append(f"{shown}的报告太少，其内部雷同按提纲、章节和篇幅判断等级。")
    if not plan.every_pair:
        notes.append(
            _MANY.format(most=plan.settings.full_reach, long=plan.settings.substantive, reach=plan.settings.reach)
        )
    if plan.background:
        notes.append("出现频率包含背景库。")
    return tuple(notes)
