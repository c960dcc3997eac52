"""How a set is compared for reuse: on which engine, against what, and how what it finds is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jihe.errors import UsageError
from jihe_audit.export.mask import Mask
from jihe_audit.reuse import ReuseDocument, ReuseReport, find_reuse


@dataclass(frozen=True)
class Comparing:
    """The choices of a comparison. ``jobs`` other than 1 starts processes: the caller's script must allow it."""

    engine: str = "local"
    workdir: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    background: Path | None = None
    jobs: int = 1

    @classmethod
    def of(
        cls,
        engine: str,
        workdir: str | None,
        options: Sequence[str] | None,
        background: Path | None,
        jobs: int,
    ) -> Comparing:
        """The choices as given on the command line.

        Raises:
            UsageError: when an option is not KEY=VALUE, or the cluster has no shared folder.
        """
        pairs = [option.partition("=") for option in options or ()]
        if bad := [key for key, equals, _ in pairs if not key or not equals]:
            raise UsageError(f"--engine-option 应写作 KEY=VALUE：{'、'.join(bad)}")
        if engine != "local" and not workdir:
            raise UsageError("用集群比对时需要用 --workdir 指定各节点共享的工作目录")
        return cls(engine, workdir, {key: value for key, _, value in pairs}, background, jobs)

    def find(self, documents: Sequence[ReuseDocument], against: Sequence[ReuseDocument] = ()) -> ReuseReport:
        """Compare the reports.

        Raises:
            UsageError: when an option does not fit or the engine cannot be had.
        """
        folder = self.workdir
        if folder is not None and self.engine == "local":
            Path(folder).mkdir(parents=True, exist_ok=True)
        try:
            return find_reuse(
                documents,
                background=self.background,
                against=against,
                engine=self.engine,
                workdir=folder,
                options=self.options,
                jobs=self.jobs,
            )
        except (ValueError, ModuleNotFoundError, OSError) as error:
            raise UsageError(f"无法比对：{error}") from error


def covered_passages(report: ReuseReport, masks: Mapping[str, Mask]) -> Iterator[dict[str, object]]:
    """The rows of ``reuse.jsonl``, one in memory at a time, with what is personal covered; offsets stay."""
    return (_covered(p.row(), masks) for p in report.passages)


def _covered(row: dict[str, object], masks: Mapping[str, Mask]) -> dict[str, object]:
    for side in ("a", "b"):
        mask = masks[str(row[side])]
        start, end = row[f"{side}_start"], row[f"{side}_end"]
        assert isinstance(start, int) and isinstance(end, int)
        row[f"{side}_quote"] = mask.text[start:end]
    cover = masks[str(row["a"])], masks[str(row["b"])]
    row["changed"] = _words(row["changed"], cover)
    row["reason"] = _words(row["reason"], cover)
    return row


def _words(value: object, masks: Sequence[Mask]) -> object:
    if isinstance(value, str):
        for mask in masks:
            value = mask.of(value)
        return value
    if isinstance(value, dict):
        return {k: _words(v, masks) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_words(v, masks) for v in value]
    return value
