"""After the judging: the findings of the set, the machine contract, and what people read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from jihe.batch import Changes, Progress, Screening, run_facts
from jihe.inputs import Input
from jihe.notes import notes
from jihe.settings import Acceptance, Settings
from jihe.store import Store, fingerprints
from jihe_audit.export.contract import write_contract, write_json
from jihe_audit.export.records import Summary

Write = Callable[[], list[str]]


def deliver(
    store: Store,
    inputs: Sequence[Input],
    failed: Sequence[Summary],
    settings: Settings,
    watch: Progress,
    jobs: int,
) -> Screening:
    """Write everything; a deliverable that fails is named and does not stop the others."""
    started = time.time()
    problems: list[str] = []
    watch.stage("写出数据文件")
    write_contract(store.out, store.records())
    summaries = _summaries(store, inputs, failed)
    write_json(store.out / "summary.json", {"reports": summaries, "total": _total(summaries)})
    now = fingerprints(store.out / "findings.jsonl") or frozenset()
    changes = _changes(store.previous, now)
    unused = settings.unused(now)
    screening = Screening(store.out, tuple(summaries), changes, tuple(unused))
    for words, write in _writers(store, screening, settings, jobs):
        watch.stage(words)
        try:
            problems += write()
        except OSError as error:
            problems.append(f"{words}时未能写入文件：{error.strerror or error}")
    write_json(store.out / "run.json", _run(store, inputs, settings, changes, unused, problems, started))
    return Screening(store.out, tuple(summaries), changes, tuple(unused), tuple(problems))


def _writers(store: Store, screening: Screening, settings: Settings, jobs: int) -> list[tuple[str, Write]]:
    """Every deliverable with the words that announce it."""
    from jihe_audit.export.workbook import write_workbook
    from jihe_audit.rulebook import load

    book = load(tuple(Path(p) for p in settings.rulebook))

    def workbook() -> list[str]:
        words = notes(settings, screening.reports)
        write_workbook(store.out / "问题清单.xlsx", store.records(), screening.reports, book, words)
        return []

    return [("生成问题清单", workbook)]


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
    started: float,
) -> dict[str, object]:
    facts = run_facts(store, inputs, settings)
    facts["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
    facts["changes"] = (
        None if changes is None else {"new": changes.new, "unchanged": changes.unchanged, "gone": list(changes.gone)}
    )
    facts["unused_acceptances"] = [{"fingerprint": a.fingerprint, "reason": a.reason} for a in unused]
    facts["problems"] = list(problems)
    return facts
