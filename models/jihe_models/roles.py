"""The role model: which measure a figure has, read from left to right within a paragraph."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from jihe_extract.numbers.quantity import Quantity
from jihe_models.features import OTHER, Context, Past, contexts
from jihe_models.fitting import fits, unit_of
from jihe_models.linear import Linear


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model takes a figure for. ``margin`` is its lead over the second choice, ``second``."""

    label: str
    margin: float
    second: str = OTHER


FORGOTTEN = 0.35
PENALTY = 0.5
"""What a measure loses that the same indicator has already been given."""
ECHO = 0.3
"""What a measure gains that a figure called alike has already been given."""


class RoleModel:
    """Greedy decoding over a linear model, with units that exclude measures."""

    def __init__(self, linear: Linear) -> None:
        self.linear = linear
        self._masks: dict[str, npt.NDArray[np.float32]] = {}
        self._places = {label: i for i, label in enumerate(linear.labels)}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The measures that the model knows."""
        return self.linear.labels

    def _mask(self, unit: str) -> npt.NDArray[np.float32]:
        found = self._masks.get(unit)
        if found is None:
            found = np.array([0.0 if fits(label, unit) else -1e4 for label in self.labels], dtype=np.float32)
            self._masks[unit] = found
        return found

    def paragraph(self, text: str, offset: int, quantities: Sequence[Quantity]) -> list[Guess]:
        """One guess for each quantity of a paragraph whose text stands at ``offset``."""
        past = Past.new()
        guesses: list[Guess] = []
        for context in contexts(text, offset, quantities):
            guess = self._guess(context, past)
            past.add(context, guess.label)
            guesses.append(guess)
        return guesses

    def _guess(self, context: Context, past: Past) -> Guess:
        scores = self.linear.scores((*context.fixed, *past.features(context))) + self._mask(
            unit_of(context.mention.quantity)
        )
        for label in past.taken(context):
            if label in self._places:
                scores[self._places[label]] -= PENALTY
        echo = past.echo(context)
        if echo in self._places:
            scores[self._places[echo]] += ECHO
        best = int(scores.argmax())
        top = float(scores[best])
        if len(scores) < 2:
            return Guess(self.labels[best], 1.0)
        rest = scores.copy()
        rest[best] = -np.inf
        second = int(rest.argmax())
        return Guess(self.labels[best], round(top - float(rest[second]), 4), self.labels[second])


def training_rows(
    paragraphs: Iterable[tuple[str, Sequence[Quantity], Sequence[str]]],
) -> tuple[list[list[str]], list[str], list[str]]:
    """Feature rows, labels and units of paragraphs with their true roles (``""`` for figures that are not labelled).

    Every third row, chosen by a fixed draw, does not know what came before it: words must carry a figure alone.
    """
    rng = random.Random("jihe/forget")
    rows: list[list[str]] = []
    gold: list[str] = []
    units: list[str] = []
    for text, quantities, labels in paragraphs:
        past = Past.new()
        for context, label in zip(contexts(text, 0, quantities), labels, strict=True):
            if label and fits(label, context.unit):
                known = rng.random() >= FORGOTTEN
                rows.append([*context.fixed, *(past.features(context) if known else ())])
                gold.append(label)
                units.append(context.unit)
            past.add(context, label or OTHER)
    return rows, gold, units
