"""Comparing two models on the frozen slices, and the gate that a candidate must pass to go live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from jihe_models.examples import Paragraph
from jihe_models.measuring import RoleScore, guesses, pooled, score_roles
from jihe_models.roles import RoleModel
from jihe_models.training import Trained

SLICE_LOSS = 0.01
LABEL_LOSS = 0.05
LEAST_SUPPORT = 20
"""Labels rarer than this are not judged alone."""
Slices = Mapping[str, Callable[[], list[Paragraph]]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Change:
    """A figure that two models read differently."""

    slice: str
    before: str
    after: str
    want: str
    words: str


@dataclass
class Comparison:
    """Two models side by side: scores by slice, every changed guess, and what stands against promotion."""

    old: dict[str, RoleScore] = field(default_factory=dict)
    new: dict[str, RoleScore] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def objections(self) -> list[str]:
        """Why the new model may not go live, in Chinese; empty when it may.

        Accuracy is judged on every slice, the recall of a label over all slices together: within one slice a
        label has too few figures to tell a loss from chance.
        """
        found: list[str] = []
        for name, before in self.old.items():
            after = self.new[name]
            if before.accuracy - after.accuracy > SLICE_LOSS + 1e-9:
                found.append(f"切片 {name} 的准确率由 {before.accuracy:.2%} 降到 {after.accuracy:.2%}")
        was, now = pooled(self.old.values()), pooled(self.new.values())
        recalls = now.recalls()
        for label, recall in was.recalls().items():
            if was.gold[label] >= LEAST_SUPPORT and recall - recalls.get(label, 0.0) > LABEL_LOSS + 1e-9:
                found.append(f"“{label}”的召回率由 {recall:.2%} 降到 {recalls.get(label, 0.0):.2%}")
        return found


def compare(old: RoleModel, new: RoleModel, slices: Slices, progress: Progress | None = None) -> Comparison:
    """Both models on every slice."""
    out = Comparison()
    for number, (name, draw) in enumerate(slices.items()):
        if progress:
            progress(name, number, len(slices))
        paragraphs = draw()
        out.old[name], out.new[name] = score_roles(old, paragraphs), score_roles(new, paragraphs)
        out.changes += _changes(name, old, new, paragraphs)
    return out


def _changes(name: str, old: RoleModel, new: RoleModel, paragraphs: Sequence[Paragraph]) -> list[Change]:
    found: list[Change] = []
    for p in paragraphs:
        pairs = zip(p.figures, guesses(old, p), guesses(new, p), p.roles, strict=True)
        for figure, before, after, want in pairs:
            if before.label != after.label:
                left = p.text[max(0, figure.span.start - 24) : figure.span.end].replace("\n", " ")
                found.append(Change(name, before.label, after.label, want, left))
    return found


def measured(trained: Trained, slices: Slices, progress: Progress | None = None) -> Trained:
    """The candidate with its scores on every slice in its manifest."""
    model = RoleModel(trained.roles)
    metrics = {}
    for number, (name, draw) in enumerate(slices.items()):
        if progress:
            progress(f"测量 {name}", number, len(slices))
        metrics[name] = score_roles(model, draw()).summary()
    return replace(trained, manifest=msgspec.structs.replace(trained.manifest, metrics=metrics))
