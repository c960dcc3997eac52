"""Files of strangers are read in a child process with limits on memory, processor time and time.

The child is kept for the next file while all goes well; after any failure a fresh one is started. Text
files are read in this process: they cannot do harm, and it is much cheaper.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from jihe_extract.document import Document
from jihe_extract.errors import ReadError
from jihe_extract.guard.processes import end_session
from jihe_extract.limits import DEFAULT, Limits

FRAME = struct.Struct(">cQ")
_ARRAYS = frozenset({"_reconstruct", "_frombuffer", "scalar", "ndarray", "dtype"})
_ALLOWED_BUILTINS = frozenset({"tuple", "list", "dict", "set", "frozenset", "bytearray", "slice"})
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_HARMLESS = frozenset({"txt", "md"})
_MAX_ANSWER = 1 << 30


class _Careful(pickle.Unpickler):
    """Unpickles documents and nothing that could run code of the file's choosing."""

    def find_class(self, module: str, name: str) -> Any:
        known = (
            module.startswith(("jihe_extract.", "decimal"))
            or (module.startswith("numpy") and name in _ARRAYS)
            or (module == "builtins" and name in _ALLOWED_BUILTINS)
        )
        if not known or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name}")
        found = super().find_class(module, name)
        if module.startswith("jihe_extract.") and not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name}")  # our functions are not for a child to call
        return found


class Worker:
    """One child process that reads files for us; what it writes on its way stands in ``folder``, which goes with it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.owner = os.getpid()
        self.used = False
        self.folder = Path(tempfile.mkdtemp(prefix="jihe-read-"))
        own = {**dict.fromkeys(_THREADS, "1"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jihe_extract.guard.sandboxed", str(limits.memory), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **own, "TMPDIR": str(self.folder)},
            start_new_session=True,
        )

    def alive(self) -> bool:
        """Whether this worker can take a file: started by this very process and still running."""
        return self.owner == os.getpid() and self.process.poll() is None

    def read(self, path: Path, name: str, data: bytes | None) -> Document:
        """Read one file; raises :class:`ReadError`. After ``time``, ``memory`` or ``crash`` the worker is gone."""
        request = {"path": str(path), "name": name, "size": -1 if data is None else len(data)}
        head = msgspec.json.encode({**request, "limits": asdict(self.limits)})
        try:
            self._send(b"Q", head)
            if data is not None:
                self._send(b"D", data)
            kind, answer = self._answer()
        except TimeoutError:
            self.close()
            raise ReadError("time", "读取超过时间上限，已停止；文件可能过大、结构异常或含大量图片") from None
        except (BrokenPipeError, EOFError, OSError):
            self.close()
            raise self._death() from None
        if kind == b"E":
            failure = msgspec.json.decode(answer, type=dict[str, str])
            if failure["code"] == "memory":
                self.close()
            raise ReadError(failure["code"], failure["message"])
        try:
            document = _Careful(BytesIO(answer)).load()
        except Exception:  # whatever a broken answer makes of the unpickler
            document = None
        if not isinstance(document, Document):
            self.close()
            raise ReadError("crash", "读取程序的结果无效，文件未读取")
        return document

    def _send(self, kind: bytes, payload: bytes) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(FRAME.pack(kind, len(payload)) + payload)
        pipe.flush()

    def _answer(self) -> tuple[bytes, bytes]:
        """The next answer; each heartbeat moves the deadline."""
        deadline = time.monotonic() + self.limits.wall
        while True:
            kind, size = FRAME.unpack(self._take(FRAME.size, deadline))
            if size > _MAX_ANSWER:
                raise EOFError
            payload = self._take(size, deadline)
            if kind != b"B":
                return kind, payload
            deadline += float(payload)

    def _take(self, size: int, deadline: float) -> bytes:
        pipe = self.process.stdout
        assert pipe is not None
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise TimeoutError
            chunk = os.read(pipe.fileno(), min(size - len(parts), 1 << 20))
            if not chunk:
                raise EOFError
            parts += chunk
        return bytes(parts)

    def _death(self) -> ReadError:
        code = self.process.returncode
        if code is not None and -code in (24, 25):
            return ReadError("time", "读取占用处理器时间超过上限，已停止；文件结构可能异常")
        if code is not None and -code in (6, 9):
            return ReadError("memory", "读取时内存超过上限，已停止；文件可能损坏或结构异常")
        return ReadError("crash", "读取程序在该文件上异常退出，文件可能已损坏")

    def close(self) -> None:
        """End the child with everything it has started and written."""
        if self.owner != os.getpid():
            return
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)
        end_session(self.process.pid)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_local = threading.local()
_workers: list[Worker] = []


def read_safely(path: Path, *, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """Read one file like :func:`jihe_extract.reading.read`, but boxed in.

    Raises :class:`ReadError` for every file that cannot be read, also when its reader was stopped
    (``time``, ``memory``) or broke down (``crash``).
    """
    from jihe_extract.reading import read, sniff

    head = b""
    with contextlib.suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(4096)
    if not head or sniff(head, path.name) in _HARMLESS:
        return read(path, name=name, limits=limits)
    return _boxed(path, path.name if name is None else name, None, limits)


def read_bytes_safely(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a file that is in memory, such as a member of an archive."""
    return _boxed(Path(name), name, data, limits)


def _boxed(path: Path, name: str, data: bytes | None, limits: Limits) -> Document:
    """Read in this thread's worker; what breaks a worker that has read other files gets a fresh one.

    An earlier file may have left the worker dying: a file is only told to break its reader when it breaks a new one.
    """
    worker = _worker(limits)
    used, worker.used = worker.used, True
    try:
        return worker.read(path, name, data)
    except ReadError as error:
        if error.code != "crash" or not used:
            raise
    return _worker(limits).read(path, name, data)


def _worker(limits: Limits) -> Worker:
    """This thread's worker, a fresh one if the last is gone or had other limits."""
    worker: Worker | None = getattr(_local, "worker", None)
    if worker is not None and worker.alive() and worker.limits == limits:
        return worker
    if worker is not None:
        worker.close()
        if worker in _workers:
            _workers.remove(worker)
    _local.worker = Worker(limits)
    _workers.append(_local.worker)
    return _local.worker  # type: ignore[no-any-return]


@atexit.register
def close_workers() -> None:
    """End all children of this process."""
    while _workers:
        _workers.pop().close()
