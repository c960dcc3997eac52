"""Screening: many reports in, the machine contract and the deliverables out; parallel and resumable."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

import jihe
from jihe import workers
from jihe.errors import FINDINGS, OK, UNREADABLE, UsageError
from jihe.inputs import Input, Trouble, expand
from jihe.models import model_of
from jihe.pipeline import pack_of, resume_key
from jihe.settings import Acceptance, Settings, find
from jihe.store import Store, fingerprints
from jihe.worker import Task
from jihe_audit.export.records import Summary, encode

if TYPE_CHECKING:
    from jihe.comparing import Comparing


class Progress(Protocol):
    """Whoever wants to know how the work goes on."""

    def begin(self, total: int, kept: int) -> None:
        """``total`` reports are to be judged; ``kept`` more are taken over from an earlier run."""

    def done(self, report: str, message: str) -> None:
        """One report ended; ``message`` is empty when it went well."""

    def stage(self, words: str) -> None:
        """The next part of the work, in Chinese."""


class Silent:
    """Nobody wants to know."""

    def begin(self, total: int, kept: int) -> None:
        """Nothing."""

    def done(self, report: str, message: str) -> None:
        """Nothing."""

    def stage(self, words: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Changes:
    """What changed against the last run into the same folder."""

    new: int = 0
    gone: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Screening:
    """What a screening came to."""

    out: Path
    reports: tuple[Summary, ...]
    changes: Changes | None = None
    unused: tuple[Acceptance, ...] = ()
    problems: tuple[str, ...] = ()
    """Deliverables that could not be written, in Chinese."""
    notes: tuple[str, ...] = ()
    """Remarks on how the set was compared, in Chinese."""

    def count(self, severity: str) -> int:
        """Open findings of a severity over all reports: ``errors``, ``warnings``, ``infos``, ``accepted``."""
        return sum(int(getattr(s, severity)) for s in self.reports)

    @property
    def failed(self) -> tuple[Summary, ...]:
        """Reports that could not be read or judged."""
        return tuple(s for s in self.reports if s.status == "failed")

    def exit_code(self, fail_on: str) -> int:
        """The documented exit code; unreadable inputs weigh more than findings."""
        if self.failed:
            return UNREADABLE
        worst = {"never": 0, "error": self.count("errors")}.get(fail_on, self.count("errors") + self.count("warnings"))
        return FINDINGS if worst else OK


def screen(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    pack: str | None = None,
    jobs: int | None = None,
    resume: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
    model: str | None = None,
    seconds: int = workers.SECONDS_PER_REPORT,
    comparing: Comparing | None = None,
) -> Screening:
    """Screen files, folders, globs and zip archives and write everything into ``out``.

    ``resume`` takes over records of an earlier, interrupted run whose input and settings are unchanged. ``comparing``
    says how the reports are compared with one another.

    Raises:
        UsageError: when there is nothing to screen, the settings are wrong, or ``out`` cannot be written.
    """
    from jihe.comparing import Comparing
    from jihe.deliver import deliver

    watch = progress or Silent()
    folder = Path(out)
    texts = [os.fspath(p) for p in paths]
    settings = settings or find([Path(t) if Path(t).is_dir() else Path(t).parent for t in texts])
    if pack:
        settings = msgspec.structs.replace(settings, pack=pack)
    if model is not None:
        settings = msgspec.structs.replace(settings, model=model)
    pack_of(settings)
    model_of(settings.model)
    store = Store(folder, previous=fingerprints(folder / "findings.jsonl"))
    prepare(folder, store.folder)
    unpacked = store.folder / "unpacked"
    try:
        inputs, troubles = expand(texts, skip=folder, unpack=unpacked)
        failed = [_failed(t) for t in troubles]
        failed += _judge(inputs, store, settings, resume, jobs or os.cpu_count() or 1, seconds, watch)
        bad = {s.report for s in failed}
        store.order = [i.report for i in inputs if i.report not in bad]
        store.forget_others()
        return deliver(store, inputs, failed, settings, watch, jobs or os.cpu_count() or 1, comparing or Comparing())
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def prepare(folder: Path, inner: Path) -> None:
    """Make the output folder and see that it can be written.

    Raises:
        UsageError: when it cannot.
    """
    try:
        (inner / "records").mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # a file system without owners
            inner.chmod(0o700)  # the states of work hold text as it was read
        probe = inner / f".probe.{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"输出位置 {folder} 已被同名文件占用，请换一个文件夹") from error
    except OSError as error:
        raise UsageError(f"输出文件夹 {folder} 无法写入，请检查权限和磁盘空间") from error


def _failed(trouble: Trouble) -> Summary:
    return Summary(report=trouble.report, status="failed", problem=trouble.message)


def _judge(
    inputs: Sequence[Input],
    store: Store,
    settings: Settings,
    resume: bool,
    jobs: int,
    seconds: int,
    watch: Progress,
) -> list[Summary]:
    """Judge what is not yet there; the failures, in input order."""
    failed: dict[str, Summary] = {}
    tasks = []
    encoded = encode(settings).decode()
    for one in inputs:
        try:
            key = resume_key(one.path, settings, jihe.__version__)
        except OSError:
            failed[one.report] = _failed(Trouble(one.report, "文件无法打开，请检查读取权限"))
            continue
        if resume and store.has(one.report, key):
            continue
        record = str(store.path(one.report).resolve())
        tasks.append(Task(one.report, str(one.path.resolve()), encoded, record=record, key=key))
    watch.begin(len(tasks), len(inputs) - len(tasks) - len(failed))
    for task, answer in workers.run(tasks, jobs, seconds):
        if not answer.ok:
            Path(task.record).unlink(missing_ok=True)
            words = f"{answer.message}（{answer.detail}）" if answer.detail else answer.message
            failed[task.report] = _failed(Trouble(task.report, words))
        watch.done(task.report, "" if answer.ok else answer.message)
    return [failed[i.report] for i in inputs if i.report in failed]


def _model_name(choice: str) -> str:
    model = model_of(choice)
    return "" if model is None else f"{model.manifest.name}@{model.manifest.version}"


def run_facts(store: Store, inputs: Sequence[Input], settings: Settings) -> dict[str, object]:
    """What ``run.json`` says of versions and options."""
    return {
        "jihe": jihe.__version__,
        "python": platform.python_version(),
        "pack": settings.pack,
        "settings": settings.path,
        "model": _model_name(settings.model),
        "rulebook": list(settings.rulebook),
        "rules": {"off": list(settings.rules.off), "on": list(settings.rules.on)},
        "thresholds": {k: v for k, v in sorted(settings.thresholds.items())},
        "inputs": [i.report for i in inputs],
    }
