"""A crew of worker processes that survives what its files do to it.

Each worker is an own Python process driven by one thread here. A worker that dies or runs out of time is
replaced, and only the file it was busy with is given up.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from jihe.worker import Answer, Task

SECONDS_PER_REPORT = 1800


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self) -> None:
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(p or os.getcwd() for p in sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jihe.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def ask(self, task: Task, seconds: int) -> Answer | None:
        """The worker's answer; None when it died. Out of time is an answer too, and ends the worker."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(msgspec.json.encode(task) + b"\n")
            stdin.flush()
            ready, _, _ = select.select([stdout], [], [], seconds)
            if not ready:
                self.end()
                return Answer(ok=False, code="timeout", message=f"审核超过 {seconds} 秒，已放弃本份")
            line = _line(stdout)
            return msgspec.json.decode(line, type=Answer) if line else None
        except (OSError, ValueError, msgspec.DecodeError):
            return None

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Stop the process and close its pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.kill()
        self._process.wait()


def _line(stream: IO[bytes]) -> bytes:
    return stream.readline()


def _drive(
    tasks: queue.SimpleQueue[Task | None],
    done: queue.SimpleQueue[tuple[Task, Answer]],
    stop: threading.Event,
    seconds: int,
) -> None:
    worker: _Worker | None = None
    try:
        while not stop.is_set() and (task := tasks.get()) is not None:
            if worker is None or not worker.alive:
                worker = _Worker()
            answer = worker.ask(task, seconds)
            if answer is None:
                worker.end()
                worker = None
                answer = Answer(ok=False, code="crashed", message="读取或审核时进程异常退出，本份未完成")
            done.put((task, answer))
    finally:
        if worker is not None:
            worker.end()


def run(tasks: Sequence[Task], jobs: int, seconds: int = SECONDS_PER_REPORT) -> Iterator[tuple[Task, Answer]]:
    """Every task with its answer, in the order in which they end."""
    todo: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Task, Answer]] = queue.SimpleQueue()
    stop = threading.Event()
    jobs = max(1, min(jobs, len(tasks)))
    for task in tasks:
        todo.put(task)
    for _ in range(jobs):
        todo.put(None)
    crew = [threading.Thread(target=_drive, args=(todo, done, stop, seconds), daemon=True) for _ in range(jobs)]
    for member in crew:
        member.start()
    try:
        for _ in tasks:
            yield done.get()
    finally:
        stop.set()
        for member in crew:
            member.join(timeout=None if not stop.is_set() else 5)
