"""A worker process, ``python -m jihe.worker``: one request a line on stdin, one answer a line on stdout.

Each request names a file and where its record goes; the record is written beside its final name and
renamed, so that there is always a whole record or none.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec


class Task(msgspec.Struct, frozen=True):
    """One report to be judged, or, when ``render`` names an output folder, to be written out."""

    report: str
    path: str
    settings: str
    record: str = ""
    key: str = ""
    render: str = ""


class Answer(msgspec.Struct, frozen=True):
    """How a task ended: ``ok``, or a code and a sentence in Chinese."""

    ok: bool
    code: str = ""
    message: str = ""
    detail: str = ""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def do(task: Task) -> Answer:
    """Judge or write one report; every failure becomes an answer."""
    from jihe_extract.errors import ReadError

    try:
        _write(task) if task.render else _judge(task)
    except ReadError as error:
        return Answer(ok=False, code=error.code, message=error.message_zh)
    except MemoryError:
        return Answer(ok=False, code="memory", message="文件过大，内存不足，未能审核")
    except OSError as error:
        return Answer(ok=False, code="disk", message=f"无法读写文件：{error.strerror or error}")
    except Exception as error:  # one bad file never stops a batch
        return Answer(
            ok=False,
            code="internal",
            message="处理时出现内部错误，本份未完成",
            detail=f"{type(error).__name__}: {error}"[:500],
        )
    return Answer(ok=True)


def _judge(task: Task) -> None:
    from jihe.pipeline import record_file
    from jihe.settings import Settings
    from jihe.shelf import put_away
    from jihe_audit.export.records import encode

    settings = msgspec.json.decode(task.settings, type=Settings)
    record, extraction = record_file(Path(task.path), task.report, settings)
    kept = Path(task.record)
    write_whole(kept.with_suffix(".bin"), put_away(extraction))
    write_whole(kept, encode(msgspec.structs.replace(record, key=task.key)))


def _write(task: Task) -> None:
    from jihe.render import render
    from jihe.settings import Settings
    from jihe.store import reopen

    settings = msgspec.json.decode(task.settings, type=Settings)
    render(reopen(task.render), task.report, Path(task.path), settings)


def main() -> None:
    """Answer tasks until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stain the answers
    decoder = msgspec.json.Decoder(Task)
    for line in sys.stdin.buffer:
        answers.write(msgspec.json.encode(do(decoder.decode(line))) + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
