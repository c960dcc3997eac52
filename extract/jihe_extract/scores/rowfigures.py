"""The figures of an indicator row, by the roles that sheets and prose read them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from jihe_extract.facts import Fact


class RowFigures(TypedDict):
    """The fields of a :class:`jihe_extract.facts.ScoreRow` that hold figures."""

    weight: Fact | None
    target: Fact | None
    mid_year: Fact | None
    actual: Fact | None
    completion: Fact | None
    deviation: Fact | None
    score: Fact | None


def row_figures(by_role: Mapping[str, Fact]) -> RowFigures:
    """The figures of a row, each in its field."""
    return {
        "weight": by_role.get("weight"),
        "target": by_role.get("target"),
        "mid_year": by_role.get("mid"),
        "actual": by_role.get("actual"),
        "completion": by_role.get("completion"),
        "deviation": by_role.get("deviation"),
        "score": by_role.get("score"),
    }
