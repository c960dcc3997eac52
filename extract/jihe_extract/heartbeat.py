"""How a reader says that it is still at work, so that long files get the time they need and hung ones do not."""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[float], None] | None = None


def listen(listener: Callable[[float], None] | None) -> None:
    """Name who hears the beats; None for nobody."""
    global _listener
    _listener = listener


def beat(seconds: float) -> None:
    """Ask for so many more seconds: called once for each page."""
    if _listener is not None:
        _listener(seconds)
