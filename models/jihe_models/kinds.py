"""What a paragraph tells of: budget, execution, projects, indicators, scores, staff …, by its characters."""

from __future__ import annotations

import regex

from jihe_models.linear import Linear

VERSION = "kinds/1"
_DIGITS = regex.compile(r"[0-9０-９.,，]+")


def features(text: str) -> list[str]:
    """Character one- to three-grams of the first 200 characters, digits masked."""
    masked = _DIGITS.sub("0", text[:200].replace(" ", "").replace("\n", ""))
    return sorted({masked[i : i + n] for n in (1, 2, 3) for i in range(len(masked) - n + 1)})


class KindModel:
    """Sentence types by a linear model."""

    def __init__(self, linear: Linear) -> None:
        self.linear = linear

    def kind(self, text: str) -> str:
        """The type of a paragraph."""
        return self.linear.labels[int(self.linear.scores(features(text)).argmax())]
