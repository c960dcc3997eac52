"""Splits that do not leak: whole units and whole dialects go to one side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def by_key(
    items: Iterable[T], key: Callable[[T], str], test_share: int = 20, salt: str = ""
) -> tuple[list[T], list[T]]:
    """(train, test): items with equal keys stay together; about ``test_share`` per cent of keys are test.

    The choice depends on the key and the salt alone, so it is stable when items come or go.
    """
    train: list[T] = []
    test: list[T] = []
    for item in items:
        digest = hashlib.sha256(f"{salt}\x1f{key(item)}".encode()).digest()
        (test if int.from_bytes(digest[:4], "big") % 100 < test_share else train).append(item)
    return train, test


def leaks(train: Iterable[T], test: Iterable[T], key: Callable[[T], str]) -> set[str]:
    """Keys that stand on both sides; empty for a sound split."""
    return {key(item) for item in train} & {key(item) for item in test}
