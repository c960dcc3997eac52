"""Measures of a model on labelled paragraphs: accuracy, F1, confusion, and every changed guess."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jihe_models.examples import Paragraph
from jihe_models.measures import alike
from jihe_models.roles import Guess, RoleModel


@dataclass
class RoleScore:
    """How roles were guessed on one slice. ``right`` is strict; ``near`` also counts what wording cannot part."""

    n: int = 0
    right: int = 0
    near: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, want: str, got: str) -> None:
        """Count one guess; ``want`` may offer several measures parted by ``|``."""
        options = want.split("|")
        best = got if got in options else options[0]
        self.n += 1
        self.gold[best] += 1
        self.said[got] += 1
        if got == best:
            self.right += 1
            self.hits[best] += 1
        else:
            self.confusion[best, got] += 1
        self.near += any(alike(got, o) for o in options)

    @property
    def accuracy(self) -> float:
        """Share of guesses that are right, equal measures counted as equal (see :func:`alike`)."""
        return self.near / self.n if self.n else 1.0

    @property
    def strict(self) -> float:
        """Share of guesses that name the very measure."""
        return self.right / self.n if self.n else 1.0

    def recalls(self) -> dict[str, float]:
        """Recall of each label that occurs."""
        return {label: self.hits[label] / count for label, count in sorted(self.gold.items())}

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels that occur."""
        scores = [2 * self.hits[g] / (c + self.said[g]) for g, c in self.gold.items()]
        return sum(scores) / len(scores) if scores else 1.0

    def summary(self) -> dict[str, object]:
        """For manifests: numbers rounded to four places."""
        return {
            "n": self.n,
            "accuracy": round(self.accuracy, 4),
            "strict": round(self.strict, 4),
            "macro_f1": round(self.macro_f1, 4),
            "recall": {label: round(value, 4) for label, value in self.recalls().items()},
            "support": dict(sorted(self.gold.items())),
        }


def score_roles(model: RoleModel, paragraphs: Iterable[Paragraph]) -> RoleScore:
    """The model's guesses against the labels."""
    score = RoleScore()
    for paragraph in paragraphs:
        for guess, want in zip(guesses(model, paragraph), paragraph.roles, strict=True):
            if want:
                score.add(want, guess.label)
    return score


def guesses(model: RoleModel, paragraph: Paragraph) -> list[Guess]:
    """The model's guesses for the figures of a paragraph."""
    return model.paragraph(paragraph.text, 0, paragraph.figures)


def pooled(scores: Iterable[RoleScore]) -> RoleScore:
    """Several slices as one."""
    out = RoleScore()
    for score in scores:
        out.n += score.n
        out.right += score.right
        out.near += score.near
        for mine, theirs in ((out.gold, score.gold), (out.hits, score.hits), (out.said, score.said)):
            mine.update(theirs)
    return out


@dataclass
class NameScore:
    """Exact and overlapping names."""

    gold: int = 0
    said: int = 0
    exact: int = 0
    touched: int = 0

    def f1(self, hits: int) -> float:
        """F1 of so many hits; 1 when there was nothing to find or say."""
        total = self.gold + self.said
        return 2 * hits / total if total else 1.0

    def add(self, want: Sequence[tuple[int, int]], got: Sequence[tuple[int, int]]) -> None:
        """Count the names of one paragraph."""
        self.gold += len(want)
        self.said += len(got)
        self.exact += len(set(want) & set(got))
        self.touched += sum(any(a < d and c < b for c, d in got) for a, b in want)


def by_source(paragraphs: Iterable[Paragraph]) -> dict[str, list[Paragraph]]:
    """The paragraphs grouped by where they come from."""
    groups: defaultdict[str, list[Paragraph]] = defaultdict(list)
    for paragraph in paragraphs:
        groups[paragraph.source].append(paragraph)
    return dict(groups)
