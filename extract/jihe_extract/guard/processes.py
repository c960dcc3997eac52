"""Ending a child together with everything it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

_ROUNDS, _PAUSE = 20, 0.05


def session_of(pid: int) -> int:
    """Session that a process belongs to, -1 when it is gone or only waits to be collected."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return -1 if fields[0] == "Z" else int(fields[3])
    except (OSError, ValueError, IndexError):
        return -1


def end_session(leader: int) -> None:
    """Kill all processes of the session that ``leader`` opened, its groups included.

    Where there is no ``/proc`` only the leader's own group is killed.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    if not Path("/proc/self/stat").exists():
        return
    for _ in range(_ROUNDS):
        members = [int(e.name) for e in Path("/proc").iterdir() if e.name.isdecimal()]
        members = [pid for pid in members if session_of(pid) == leader]
        if not members:
            return
        for pid in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)
