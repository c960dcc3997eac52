"""The child's side of :mod:`jihe_extract.guard.sandbox`: ``python -m jihe_extract.guard.sandboxed BYTES FOLDER``."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from jihe_extract import heartbeat
from jihe_extract.errors import ReadError
from jihe_extract.guard.sandbox import FRAME
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.reading import read, read_bytes

try:
    import resource
except ImportError:  # not on this system: time limits alone protect
    resource = None  # type: ignore[assignment]


class Request(msgspec.Struct):
    """One file to read; ``size`` is -1 when the file is to be opened by its path."""

    path: str
    name: str
    size: int
    limits: Limits


def main() -> None:
    """Answer requests until the parent closes the pipe or is gone; then remove the folder of passing files."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries that print must not disturb the answers
    memory = int(sys.argv[1])
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):  # systems that cannot limit it
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def beat(seconds: float) -> None:
        _more_time(seconds)
        send(answers, b"B", str(seconds).encode())

    heartbeat.listen(beat)
    while (request := _next(source)) is not None:
        _more_time(request.limits.wall, fresh=True)
        kind, payload = _answer(request, source)
        send(answers, kind, payload)
    shutil.rmtree(sys.argv[2], ignore_errors=True)


def send(pipe: BinaryIO, kind: bytes, payload: bytes) -> None:
    """Write one frame."""
    pipe.write(FRAME.pack(kind, len(payload)))
    pipe.write(payload)
    pipe.flush()


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    return source.read(FRAME.unpack(head)[1])


def _next(source: BinaryIO) -> Request | None:
    head = _frame(source)
    return None if head is None else msgspec.json.decode(head, type=Request)


def _more_time(seconds: float, *, fresh: bool = False) -> None:
    """Move the limit of processor time; ``fresh`` counts from what has been used until now."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if fresh:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime)
        _more_time.rest = 0.0  # type: ignore[attr-defined]
    total = seconds + getattr(_more_time, "rest", 0.0)
    _more_time.rest = total - int(total)  # type: ignore[attr-defined]
    resource.setrlimit(resource.RLIMIT_CPU, (soft + int(total), hard))


def _answer(request: Request, source: BinaryIO) -> tuple[bytes, bytes]:
    try:
        if request.size >= 0:
            document = read_bytes(_frame(source) or b"", request.name, limits=request.limits)
        else:
            document = read(Path(request.path), name=request.name, limits=request.limits)
        return b"A", pickle.dumps(document, protocol=5)
    except ReadError as error:
        return b"E", _failure(error.code, error.message_zh)
    except MemoryError:
        return b"E", _failure("memory", "读取时内存超过上限，已停止；文件可能损坏或结构异常")
    except RecursionError:
        return b"E", _failure("too_deep", "文件结构嵌套过深，未读取")
    except Exception as error:  # one bad file must never stop a batch
        return b"E", _failure("broken", f"文件结构异常，无法读取（{type(error).__name__}）")


def _failure(code: str, message: str) -> bytes:
    return msgspec.json.encode({"code": code, "message": message})


__all__ = ["DEFAULT", "main", "send"]

if __name__ == "__main__":
    main()
