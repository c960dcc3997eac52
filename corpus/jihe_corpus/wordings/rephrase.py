"""Reports told in other words: a generated report with its phrases exchanged, every gold offset moved along.

``rephrase.toml`` holds the provinces that are measured on, ``rephrase-dev.toml`` those that choices are made
on; none of their words may stand in a training pool.
"""

from __future__ import annotations

import random
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from jihe_corpus.gold import Annotated, Gold
from jihe_corpus.layout import relocate

HERE = Path(__file__).parent


def provinces() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Province → phrase → the phrases that take its place: for measuring only."""
    return _tables("rephrase.toml")


def rehearsals() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Further provinces, of the train dialects' phrases: for choosing how to train."""
    return _tables("rephrase-dev.toml")


@cache
def _tables(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    raw = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return {name: {old: tuple(new) for old, new in table.items()} for name, table in raw.items()}


def rephrase(annotated: Annotated, province: str) -> Annotated:
    """The report in a province's words, one choice of words a report. Figures and names stay as they are.

    Raises:
        KeyError: there is no such province.
    """
    table = {**provinces(), **rehearsals()}[province]
    rng = random.Random(f"jihe/rephrase/{province}/{annotated.name}")
    chosen = {old: rng.choice(new) for old, new in sorted(table.items())}
    closed = _closed(annotated)
    edits: list[tuple[int, int, str]] = []
    pattern = re.compile("|".join(map(re.escape, sorted(chosen, key=lambda w: (-len(w), w)))))
    for match in pattern.finditer(annotated.text):
        if not any(a < match.end() and match.start() < b for a, b in _near(closed, match.start(), match.end())):
            edits.append((match.start(), match.end(), chosen[match.group()]))
    text, gold = _apply(annotated, edits)
    marked = msgspec.structs.replace(gold, dialect=f"{gold.dialect}+{province}", text=None, text_file=None)
    return Annotated(text, marked, annotated.name, annotated.path)


def _closed(annotated: Annotated) -> list[tuple[int, int]]:
    """Stretches that must not change: figures, names, listed things, headings of tables are free."""
    spans = [(f.start, f.end) for f in annotated.gold.facts]
    spans += [(q.start, q.end) for _, q in annotated.gold.quotes()]
    return sorted(spans)


def _near(closed: Sequence[tuple[int, int]], start: int, end: int) -> Sequence[tuple[int, int]]:
    at = bisect_right(closed, (end, end))
    return closed[max(0, at - 6) : at + 1]


def _apply(annotated: Annotated, edits: Sequence[tuple[int, int, str]]) -> tuple[str, Gold]:
    pieces: list[str] = []
    ends = [end for _, end, _ in edits]
    grown = [0]
    last = 0
    for start, end, new in edits:
        pieces += [annotated.text[last:start], new]
        grown.append(grown[-1] + len(new) - (end - start))
        last = end
    text = "".join([*pieces, annotated.text[last:]])

    def move(start: int, end: int) -> tuple[int, int]:
        return start + grown[bisect_right(ends, start)], end + grown[bisect_right(ends, end - 1)]

    return text, relocate(annotated.gold, text, move)
