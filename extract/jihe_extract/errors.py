"""What can go wrong while a file is read, as one typed error with a Chinese sentence for the evaluator."""

from __future__ import annotations


class ReadError(Exception):
    """A file could not be read.

    ``code`` is stable and for machines (``empty``, ``binary``, ``encoding``, ``missing``, ``denied``,
    ``directory``, ``too_large``, ``unsupported``, ``encrypted``, ``broken``); ``message_zh`` is one line of
    Simplified Chinese that says what is wrong and, where possible, what to do.
    """

    def __init__(self, code: str, message_zh: str) -> None:
        super().__init__(code, message_zh)
        self.code = code
        self.message_zh = message_zh

    def __str__(self) -> str:
        return self.message_zh
