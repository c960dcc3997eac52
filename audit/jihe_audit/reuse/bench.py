"""The embedded engine's workbench: pairs of shelved reports are aligned, in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np

from jihe_audit.reuse.alignment import Aligned, Report, align_islands
from jihe_audit.reuse.growth import Island
from jihe_audit.reuse.judging import Judge, Sheaf
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import Shelf
from jihe_audit.reuse.side import Frequent, Side

Work = tuple[int, int, int, int, Sequence[tuple[int, int, int, int, int, int]]]
"""One pair: report numbers ``a`` and ``b``, ``thin``, ``near``, and its islands as rows."""
_CHUNK = 500
_WORTH_A_PROCESS = 2000
"""Fewer pairs are done sooner than other processes are up."""
_PREPARED = 400
"""Reports a process keeps prepared."""


@dataclass(frozen=True)
class Bench:
    """What a worker needs: the shelf, the place on it of every report number, and what is frequent.

    ``marks`` is the file of :func:`mark_frequent`.
    """

    folder: Path
    places: Sequence[int]
    frequent: Frequent
    marks: Path
    settings: Settings


def mark_frequent(shelf: Shelf, frequent: Frequent, places: Iterable[int], file: Path) -> None:
    """Write, for every clause of those reports, whether it is frequent: they are looked up once, not once a pair."""
    with file.open("wb") as out:
        for place in sorted(places):
            out.seek(shelf.entries[place].clauses_at)
            out.write(frequent.marks(shelf.clauses(place)))


def align_all(bench: Bench, judge: Judge, work: Iterator[Work], *, aside: bool, jobs: int) -> Iterator[Sheaf]:
    """The judged passages of all pairs, in the order of the pairs however many processes work."""
    first = list(islice(work, _WORTH_A_PROCESS))
    work = chain(first, work)
    if jobs <= 1 or len(first) < _WORTH_A_PROCESS:
        yield from judge.sheaves(_Aligner(bench)(work, aside=aside))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare, initargs=(bench, judge)) as pool:
        waiting: deque[Future[list[Sheaf]]] = deque()
        while chunk := list(islice(work, _CHUNK)):
            waiting.append(pool.submit(_align_chunk, chunk, aside))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


class _Aligner:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.shelf = Shelf(bench.folder)
        self.marks = np.memmap(bench.marks, np.int8, "r") if bench.marks.stat().st_size else np.zeros(0, np.int8)
        self.report = lru_cache(maxsize=_PREPARED)(self._report)

    def _report(self, doc: int) -> Report:
        place = self.bench.places[doc]
        entry = self.shelf.entries[place]
        marks = self.marks[entry.clauses_at : entry.clauses_at + entry.clauses].tobytes()
        return Report(doc, Side(self.shelf.clauses(place), marks, partial(self.shelf.text, place)), entry.names)

    def __call__(self, work: Iterator[Work], *, aside: bool) -> Iterator[Aligned]:
        bench = self.bench
        for a, b, thin, near, rows in work:
            one, two, islands = self.report(a), self.report(b), [Island(*row) for row in rows]
            yield from align_islands(one, two, islands, bench.frequent, bench.settings, thin, near, aside=aside)


_at_work: list[tuple[_Aligner, Judge]] = []


def _prepare(bench: Bench, judge: Judge) -> None:
    _at_work[:] = [(_Aligner(bench), judge)]


def _align_chunk(chunk: list[Work], aside: bool) -> list[Sheaf]:
    aligner, judge = _at_work[0]
    return list(judge.sheaves(aligner(iter(chunk), aside=aside)))
