"""Versions of a model in one folder: which is live, who promoted it and why, and the way back.

``<root>/<version>/`` are model folders, ``<root>/live.json`` points at the live one and remembers those
before it, ``<root>/log.jsonl`` tells everything that happened. The pointer is replaced in one move, so that
whatever crashes leaves the old model live.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from jihe_models.model import DEFAULT, FEATURES, Model
from jihe_models.store import ModelError, read_manifest

LIVE = "live.json"
LOG = "log.jsonl"
SHIPPED = "default"
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,40}")


class Pointer(msgspec.Struct, frozen=True):
    """The live version, and those that were live before it, the latest last."""

    live: str = SHIPPED
    before: tuple[str, ...] = ()


class Registry:
    """The models under one root folder; the shipped model is version ``default`` of every registry."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, version: str) -> Path:
        """The folder of a version.

        Raises:
            ModelError: there is no such version.
        """
        if version == SHIPPED:
            return DEFAULT
        folder = self.root / version
        if not _VERSION.fullmatch(version) or not folder.is_dir():
            raise ModelError(f"没有版本 {version}；用 jihe models list 查看全部版本")
        return folder

    def versions(self) -> list[str]:
        """All versions, the shipped one first."""
        found = self.root.iterdir() if self.root.is_dir() else ()
        own = sorted(p.name for p in found if (p / "manifest.json").is_file() and not p.name.startswith("."))
        return [SHIPPED, *own]

    def next_version(self) -> str:
        """A version name that is free: one more than the highest number."""
        numbers = [int(v) for v in self.versions() if v.isdigit()]
        return f"{max(numbers, default=0) + 1:04d}"

    def pointer(self) -> Pointer:
        """What is live.

        Raises:
            ModelError: the pointer file cannot be read.
        """
        path = self.root / LIVE
        if not path.is_file():
            return Pointer()
        try:
            return msgspec.json.decode(path.read_bytes(), type=Pointer)
        except msgspec.DecodeError as error:
            raise ModelError(f"{path} 损坏：{error}") from error

    def live(self) -> Path:
        """The folder of the live model."""
        return self.folder(self.pointer().live)

    def model(self, version: str = "") -> Model:
        """A version loaded and checked; the live one by default.

        Raises:
            ModelError: see :mod:`jihe_models.store`.
        """
        return Model(self.folder(version or self.pointer().live))

    def promote(self, version: str, *, reason: str = "", forced: bool = False) -> Pointer:
        """Make a version live, after checking that it loads whole.

        Raises:
            ModelError: it cannot be loaded.
        """
        model = self.model(version)
        _ = model.roles, model.names, model.kinds
        before = self.pointer()
        if before.live == version:
            return before
        after = Pointer(version, (*before.before, before.live))
        self._point(after)
        self.log("promote", version=version, before=before.live, reason=reason, forced=forced)
        return after

    def rollback(self, *, reason: str = "") -> Pointer:
        """Make the version live that was live before.

        Raises:
            ModelError: there is none.
        """
        now = self.pointer()
        if not now.before:
            raise ModelError("没有可以退回的上一个版本")
        after = Pointer(now.before[-1], now.before[:-1])
        read_manifest(self.folder(after.live), FEATURES)
        self._point(after)
        self.log("rollback", version=after.live, before=now.live, reason=reason)
        return after

    def _point(self, pointer: Pointer) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        write_whole(self.root / LIVE, msgspec.json.format(msgspec.json.encode(pointer), indent=1) + b"\n")

    def log(self, action: str, **details: Any) -> None:
        """Append one line to the log."""
        self.root.mkdir(parents=True, exist_ok=True)
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "action": action, **details}
        with (self.root / LOG).open("ab") as log:
            log.write(msgspec.json.encode(entry) + b"\n")


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one move: readers see the old bytes or the new, never a part."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
