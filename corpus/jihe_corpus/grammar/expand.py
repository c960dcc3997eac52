"""Patterns to text: ``(a|b|)`` chooses, ``<pool>`` draws a word, ``{SLOT}`` stays for the figures."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise


class PatternError(ValueError):
    """A dialect pattern that cannot be read; names the pattern and the place."""


def expand(pattern: str, rng: random.Random, pools: Mapping[str, Sequence[str]]) -> str:
    """One random expansion of a pattern.

    Raises:
        PatternError: unbalanced brackets, or a pool that the dialect does not have.
    """
    text, at = _sequence(pattern, 0, rng, pools, depth=0)
    if at != len(pattern):
        raise PatternError(f"{pattern!r}：第 {at} 字多出“{pattern[at]}”")
    return text


def _sequence(
    pattern: str, at: int, rng: random.Random, pools: Mapping[str, Sequence[str]], depth: int
) -> tuple[str, int]:
    pieces: list[str] = []
    while at < len(pattern):
        char = pattern[at]
        if char == "(":
            choice, at = _choice(pattern, at, rng, pools, depth)
            pieces.append(choice)
        elif char == "<":
            end = pattern.find(">", at)
            name = pattern[at + 1 : end]
            if end < 0 or name not in pools:
                raise PatternError(f"{pattern!r}：没有词库 <{name}>")
            pieces.append(expand(rng.choice(list(pools[name])), rng, pools))
            at = end + 1
        elif char in "|)" and depth:
            break
        else:
            pieces.append(char)
            at += 1
    return "".join(pieces), at


def _choice(
    pattern: str, at: int, rng: random.Random, pools: Mapping[str, Sequence[str]], depth: int
) -> tuple[str, int]:
    start, level, cuts = at, 0, [at]
    while at < len(pattern):
        char = pattern[at]
        level += (char == "(") - (char == ")")
        if level == 1 and char == "|":
            cuts.append(at)
        if level == 0:
            break
        at += 1
    if level:
        raise PatternError(f"{pattern!r}：第 {start} 字的括号没有闭合")
    cuts.append(at)
    options = [pattern[a + 1 : b] for a, b in pairwise(cuts)]
    text, end = _sequence(option := rng.choice(options), 0, rng, pools, depth=0)
    if end != len(option):
        raise PatternError(f"{option!r} 不能展开")
    return text, at + 1
