from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

from jihe_corpus.samples.documents.pdf import RULED, Style, write_pdf
from jihe_corpus.samples.documents.report import Report, sample_report
from jihe_extract.grids import tables
from jihe_extract.grids.crossings import cells_between
from jihe_extract.layout import Rule
from jihe_extract.sources.pdf import read_pdf

SLACK = 3.0
STEPS = st.integers(0, 12)


def theirs(edges: list[dict[str, Any]], slack: float = SLACK) -> list[tuple[float, float, float, float]]:
    return intersections_to_cells(edges_to_intersections(edges, slack, slack))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    at, low, high = draw(STEPS), draw(STEPS), draw(STEPS)
    shift = draw(st.sampled_from((0.0, 0.4, 2.9, 3.0, 3.1)))
    first, last = 20.0 * min(low, high) + shift, 20.0 * max(low, high) + 5
    if draw(st.booleans()):
        return Rule(20.0 * at, first, 20.0 * at, last, True)
    return Rule(first, 20.0 * at, last, 20.0 * at, False)


@settings(deadline=None)
@given(st.lists(rules(), max_size=40), st.booleans())
def test_the_cells_are_those_of_pdfplumber(drawn: list[Rule], merged: bool) -> None:
    edges = [tables._edge(rule) for rule in drawn]
    if merged:
        edges = merge_edges(edges, SLACK, SLACK, SLACK, SLACK)
    assert cells_between(edges, SLACK) == theirs(edges)


@settings(deadline=None)
@given(st.sets(st.tuples(STEPS, STEPS), max_size=30))
def test_grids_with_merged_cells(missing: set[tuple[int, int]]) -> None:
    sides = [Rule(20.0 * x, 20.0 * y, 20.0 * x, 20.0 * y + 20, True) for x in range(9) for y in range(9)]
    sides += [Rule(20.0 * x, 20.0 * y, 20.0 * x + 20, 20.0 * y, False) for x in range(9) for y in range(9)]
    kept = [r for i, r in enumerate(sides) if (i % 13, i // 13) not in missing]
    edges = merge_edges([tables._edge(r) for r in kept], SLACK, SLACK, SLACK, SLACK)
    assert cells_between(edges, SLACK) == theirs(edges)


@pytest.mark.parametrize("style", RULED)
def test_nine_drawings(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def both(edges: list[dict[str, Any]], slack: float) -> list[tuple[float, float, float, float]]:
        cells = cells_between(edges, slack)
        assert cells == theirs(edges, slack)
        seen.append(len(cells))
        return cells

    monkeypatch.setattr(tables, "cells_between", both)
    read_pdf(write_pdf(Report(tuple(sample_report().sheets())), style), "r.pdf")
    assert sum(seen) > 100
