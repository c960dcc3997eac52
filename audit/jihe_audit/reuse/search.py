"""The one entrance: reports in, passages with grades, families and shares of original text out."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path

from jihe_audit.reuse.background import Background
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.embedded import run_embedded
from jihe_audit.reuse.families import families, report_shares, summarise_pairs
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.grading import Author, grade_pair
from jihe_audit.reuse.plan import Known, Outcome, Plan, make_plan
from jihe_audit.reuse.report import Grade, Passage, ReportShare, ReuseReport, SameText
from jihe_audit.reuse.sections import KINDS
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import Shelf

_ASIDE: dict[int, Grade] = {1: "template", 2: "outline"}


def find_reuse(
    documents: Iterable[ReuseDocument],
    *,
    background: Path | None = None,
    against: Iterable[ReuseDocument] | None = None,
    engine: str = "local",
    settings: Settings | None = None,
    workdir: Path | None = None,
    memory: str = "1GB",
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
        return judge(shelf.entries, plan, run_embedded(shelf, plan, Path(scratch) / "join", memory=memory, jobs=jobs))


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


def judge(entries: Sequence[Known], plan: Plan, outcome: Outcome) -> ReuseReport:
    """Grade what an engine brought back and draw the picture of the set."""
    widths: dict[int, dict[str, int]] = defaultdict(dict)
    for doc, kind, width in outcome.widths:
        widths[doc][KINDS[kind]] = width
    authors = [_author(entries[row.place], sum(widths[row.doc].values())) for row in plan.order]
    passages: list[Passage] = []
    own: list[Passage] = []
    ordered = sorted(outcome.aligned, key=lambda f: (f.a, f.b, f.aside, f.b_start, f.b_end, f.a_start, f.a_end, f))
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
    by_author = {authors[doc].id: found for doc, found in widths.items()}
    return ReuseReport(
        reports=report_shares(fresh, by_author, covered, own),
        passages=tuple(passages),
        pairs=pairs,
        families=families(pairs, by_id),
        others=_others(fresh, passages, by_id),
        same=_same(plan, entries),
        notes=_notes(plan),
    )


def _author(entry: Known, length: int) -> Author:
    return Author(entry.id, entry.unit, entry.region, entry.year, length)


def _others(
    fresh: Sequence[Author], passages: Sequence[Passage], known: Mapping[str, Author]
) -> tuple[ReportShare, ...]:
    named = {name for p in passages for name in (p.a, p.b)} - {author.id for author in fresh}
    found = (known[name] for name in sorted(named))
    return tuple(ReportShare(x.id, x.unit, x.region, x.year, x.length, 0.0, {}) for x in found)


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
        notes.append(
            "报告数量太少，无法统计文字出现频率，等级按提纲、章节和篇幅判断；提供背景库可提高可靠性。"
        )
    elif thin := sorted({row.region or "未知地区" for row in plan.order if row.thin == 1}):
        shown = "、".join(thin[:5]) + ("等" if len(thin) > 5 else "")
        notes.append(f"{shown}的报告太少，其内部雷同按提纲、章节和篇幅判断等级。")
    if not plan.every_pair:
        notes.append("报告较多，每段文字只与最早出处和前几份同文报告对照；模板文字只计入占比，不逐段列出。")
    if plan.background:
        notes.append("出现频率包含背景库。")
    return tuple(notes)
