"""Writing the machine contract: every file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from jihe_audit.export.records import ReportRecord, encode

LINE_FILES = ("findings", "facts", "indicators", "checks", "tables")


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when everything has been written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as sink:
            yield sink
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, data: Any) -> None:
    """One readable JSON file."""
    with whole(path) as sink:
        sink.write(msgspec.json.format(encode(data), indent=2) + b"\n")


def write_lines(path: Path, records: Iterable[Any]) -> int:
    """One JSON object a line; returns how many."""
    count = 0
    with whole(path) as sink:
        for record in records:
            sink.write(encode(record) + b"\n")
            count += 1
    return count


def text_path(out: Path, report: str) -> Path:
    """Where the canonical text of a report is kept; the source's whole file name stays in it."""
    return out / "text" / f"{report}.txt"


def write_contract(out: Path, reports: Iterable[ReportRecord]) -> None:
    """The line files and the texts of all reports."""
    with ExitStack() as stack:
        sinks = {name: stack.enter_context(whole(out / f"{name}.jsonl")) for name in LINE_FILES}
        for report in reports:
            for name, sink in sinks.items():
                for record in getattr(report, name):
                    sink.write(encode(record) + b"\n")
            with whole(text_path(out, report.report)) as sink:
                sink.write(report.text.encode("utf-8", "surrogatepass"))
