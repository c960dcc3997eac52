"""What stops a command, as one Chinese sentence and a documented exit code."""

from __future__ import annotations

OK, FINDINGS, USAGE, UNREADABLE = 0, 1, 2, 3
INTERRUPTED = 130


class UsageError(Exception):
    """The command cannot start as asked; the message is one line of Chinese for the user."""
