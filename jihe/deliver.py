"""After the judging: the findings of the set, the machine contract, and what people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import jihe
from jihe import workers
from jihe.across import Across, judge_across
from jihe.batch import Changes, Progress, Screening, run_facts
from jihe.comparing import Comparing
from jihe.inputs import Input
from jihe.notes import batch_remarks, notes
from jihe.settings import Acceptance, Settings
from jihe.store import Store, fingerprints
from jihe.worker import Task
from jihe_audit.export.contract import whole, write_contract, write_json, write_lines
from jihe_audit.export.records import Summary, encode

Write = Callable[[], list[str]]


def deliver(
    store: Store,
    inputs: Sequence[Input],
    failed: Sequence[Summary],
    settings: Settings,
    watch: Progress,
    jobs: int,
    comparing: Comparing,
) -> Screening:
    """Write everything; a deliverable that fails is named and does not stop the others."""
    problems: list[str] = []
    across = Across()
    if len(store.order) > 1:
        watch.stage("跨报告比对")
        across = judge_across(store, settings, comparing)
        store.across = across.findings
    watch.stage("写出数据文件")
    store.save()
    write_contract(store.out, store.records())
    write_lines(store.out / "reuse.jsonl", across.passages())
    summaries = _summaries(store, inputs, failed)
    write_json(store.out / "summary.json", {"reports": summaries, "total": _total(summaries)})
    now = fingerprints(store.out / "findings.jsonl") or frozenset()
    changes = _changes(store.previous, now)
    unused = tuple(settings.unused(now))
    told = batch_remarks(changes, unused)
    for words, write in _writers(store, inputs, tuple(summaries), across, told, settings, jobs):
        watch.stage(words)
        try:
            problems += write()
        except OSError as error:
            problems.append(f"{words}时未能写入文件：{error.strerror or error}")
    run = _run(store, inputs, settings, changes, unused, problems)
    run |= {"engine": comparing.engine, "notes": across.notes}
    write_json(store.out / "run.json", run)
    return Screening(store.out, tuple(summaries), changes, unused, tuple(problems), tuple(across.notes))


def _writers(
    store: Store,
    inputs: Sequence[Input],
    summaries: tuple[Summary, ...],
    across: Across,
    told: Sequence[str],
    settings: Settings,
    jobs: int,
) -> list[tuple[str, Write]]:
    """Every deliverable with the words that announce it."""
    from jihe.figures import lines_to_parquet
    from jihe.listing import finding_lines
    from jihe.render import rulebook
    from jihe_audit.export.acrossview import across_markup
    from jihe_audit.export.overview import Overview, batch_page
    from jihe_audit.export.sarif import sarif
    from jihe_audit.export.workbook import write_workbook

    out, book = store.out, rulebook(settings.rulebook)

    def workbook() -> list[str]:
        words = notes(settings, summaries, across.notes, told)
        shared = (across.reuse, across.for_display()) if across.reuse else None
        write_workbook(out / "问题清单.xlsx", store.records(), summaries, book, words, shared, settings.pack)
        return []

    def pages() -> list[str]:
        overview = Overview()
        known = {r.report: r for r in summaries}
        for record in store.records():
            overview.add(record)
            known.pop(record.report, None)
        for summary in known.values():
            overview.fail(summary)
        shown_below = across.reuse.notes if across.reuse else ()
        remarks = [*told, *(n for n in across.notes if n not in shown_below)]
        markup = across_markup(across.reuse, across.for_display()) if across.reuse else ""
        with whole(out / "index.html") as sink:
            sink.write(batch_page(overview, summaries, remarks, markup).encode("utf-8", "replace"))
        return []

    def machine() -> list[str]:
        write_json(out / "findings.sarif", sarif(store.records(), book.rules, jihe.__version__))
        with whole(out / "findings.csv") as sink:
            sink.writelines(finding_lines(store.records()))
        try:
            lines_to_parquet(out / "facts.jsonl", out / "facts.parquet")
        except ModuleNotFoundError as error:
            return [f"没有写出 facts.parquet：{error}"]
        return []

    return [
        ("生成问题清单", workbook),
        ("生成复核意见和报告页", lambda: _each(store, inputs, settings, jobs)),
        ("生成总览页", pages),
        ("生成其他数据格式", machine),
    ]


FEW = 4
"""Up to so many reports are written out without starting workers, unless pages of strangers are to be drawn."""


def _each(store: Store, inputs: Sequence[Input], settings: Settings, jobs: int) -> list[str]:
    """The opinion and the page of every report."""
    from jihe.render import render

    readable = set(store.order)
    wanted = [i for i in inputs if i.report in readable]
    if len(wanted) <= FEW and not any(i.path.suffix.lower() == ".pdf" for i in wanted):
        for one in wanted:
            render(store, one.report, one.path, settings)
        return []
    encoded, out = encode(settings).decode(), str(store.out.resolve())
    tasks = [Task(i.report, str(i.path.resolve()), encoded, render=out) for i in wanted]
    return [
        f"{task.report} 的复核意见或报告页未能生成：{answer.message} {answer.detail}".strip()
        for task, answer in workers.run(tasks, jobs)
        if not answer.ok
    ]


def _summaries(store: Store, inputs: Sequence[Input], failed: Sequence[Summary]) -> list[Summary]:
    """All reports in input order, then what was no input at all."""
    by_name = {s.report: s for s in failed}
    by_name.update((r.report, r.summary) for r in store.records())
    order = [i.report for i in inputs]
    order += [s.report for s in failed if s.report not in set(order)]
    return [by_name[name] for name in order]


def _total(summaries: Sequence[Summary]) -> dict[str, int]:
    total = {
        "reports": len(summaries),
        "read": sum(s.status == "read" for s in summaries),
        "partial": sum(s.status == "partial" for s in summaries),
        "failed": sum(s.status == "failed" for s in summaries),
    }
    for name in ("errors", "warnings", "infos", "accepted", "checks"):
        total[name] = sum(int(getattr(s, name)) for s in summaries)
    for name in ("quantities", "verified", "contradicted", "unchecked"):
        total[name] = sum(int(getattr(s.coverage, name)) for s in summaries)
    return total


def _changes(previous: frozenset[str] | None, now: frozenset[str]) -> Changes | None:
    if previous is None:
        return None
    return Changes(len(now - previous), tuple(sorted(previous - now)), len(now & previous))


def _run(
    store: Store,
    inputs: Sequence[Input],
    settings: Settings,
    changes: Changes | None,
    unused: Sequence[Acceptance],
    problems: Sequence[str],
) -> dict[str, object]:
    facts = run_facts(store, inputs, settings)
    facts["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
    facts["changes"] = (
        None if changes is None else {"new": changes.new, "unchanged": changes.unchanged, "gone": list(changes.gone)}
    )
    facts["unused_acceptances"] = [{"fingerprint": a.fingerprint, "reason": a.reason} for a in unused]
    facts["problems"] = list(problems)
    return facts
