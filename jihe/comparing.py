"""How a set is compared for reuse: on which engine, against what, and how what it finds is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    return (Row(p.row(), masks).whole() for p in report.passages)


def passages_for_display(report: ReuseReport, masks: Mapping[str, Mask]) -> Iterator[dict[str, Any]]:
    """The same rows for displays that show a few of them: the words told about a passage are covered when read."""
    return (Row(p.row(), masks) for p in report.passages)


class Row(dict[str, Any]):
    """One row of ``reuse.jsonl``: quotes are covered at once, ``changed`` and ``reason`` when they are asked for."""

    def __init__(self, row: dict[str, Any], masks: Mapping[str, Mask]) -> None:
        self._keys = tuple(row)
        self._told = {key: row.pop(key) for key in ("changed", "reason")}
        self._masks = masks[row["a"]], masks[row["b"]]
        for side, mask in zip("ab", self._masks, strict=True):
            row[f"{side}_quote"] = mask.text[row[f"{side}_start"] : row[f"{side}_end"]]
        super().__init__(row)

    def __missing__(self, key: str) -> Any:
        self[key] = covered = _words(self._told[key], self._masks)
        return covered

    def whole(self) -> dict[str, Any]:
        """The row with everything in it, in the order of the contract."""
        return {key: self[key] for key in self._keys}


def _words(value: Any, masks: Sequence[Mask]) -> Any:
    if isinstance(value, str):
        for mask in masks:
            value = mask.of(value)
        return value
    if isinstance(value, dict):
        return {k: v if k in ("what", "at") else _words(v, masks) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_words(v, masks) for v in value]
    return value
