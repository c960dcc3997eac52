"""What corrections of a foreign dialect bring, and what they cost the dialects known before.

Each figure is a full refit on the base and the corrections, as ``jihe train`` does it; only the base's feature
rows are shared between the refits, which changes nothing (see :mod:`jihe_models.matrix`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jihe_corpus.grammar.dialect import dialects
from jihe_corpus.wordings.rephrase import provinces
from jihe_corpus.wordings.sentences import unseen_names
from jihe_models.demands import Line, at_least, at_most
from jihe_models.examples import Paragraph
from jihe_models.measuring import NameScore, score_roles
from jihe_models.names import NameTagger
from jihe_models.naming import Namer, name_score
from jihe_models.roles import RoleModel
from jihe_models.slices import HELD_OUT, dialect_slice, frozen, rephrased_slice, wording_slice
from jihe_models.training import Base, fit_names, fit_roles

DRAWS = 5
ASKED = {10: 0.95, 30: 0.98}
"""Corrected paragraphs → what the worst draw must reach."""
LOSS = 0.01
_POOL, _TEST = 24, 12
"""Reports that corrections are drawn from, and reports that are measured."""


def foreign() -> list[str]:
    """The dialects to adapt to: words no pool holds, and those written by someone who had not seen the pools."""
    return [*provinces(), *(d.id for d in dialects().values() if d.split == "blind")]


def pool_and_test(name: str) -> tuple[list[Paragraph], list[Paragraph]]:
    """Paragraphs to correct, and other reports of the same dialect to measure on."""
    draw = rephrased_slice if name in provinces() else dialect_slice
    pool = [p for p in draw(name, _POOL, first=HELD_OUT + 1000) if any(p.roles)]
    return pool, draw(name, _TEST)


@dataclass(frozen=True)
class Old:
    """The dialects of the base, and how well they were read before any correction."""

    slices: Mapping[str, Sequence[Paragraph]]
    before: Mapping[str, float]

    @classmethod
    def of(cls, zero: RoleModel) -> Old:
        """Held-out reports of each train dialect and of the training wording."""
        slices = {name: draw() for name, draw in frozen().items() if name.startswith("known/")}
        return cls(slices, {name: score_roles(zero, held).accuracy for name, held in slices.items()})

    def loss(self, model: RoleModel) -> float:
        """What the dialect that lost most has lost."""
        return max(self.before[name] - score_roles(model, held).accuracy for name, held in self.slices.items())


def role_curves(rows: Base, names: Sequence[str]) -> Iterator[Line]:
    """Accuracy after corrections, dialect by dialect."""
    yield f"== 订正若干段后（{DRAWS} 次抽取：平均 / 最差；已知方言中下降最多者）"
    zero = RoleModel(fit_roles(rows, ()))
    old = Old.of(zero)
    worst: dict[int, float] = {}
    lost = 0.0
    for name in names:
        pool, test = pool_and_test(name)
        yield f"{name}\t订正 0 段\t{score_roles(zero, test).accuracy:.4f}"
        for count in ASKED:
            found, loss = _draws(rows, f"{name}/{count}", pool, test, count, old)
            yield f"{name}\t订正 {count} 段\t{sum(found) / len(found):.4f}\t最差 {min(found):.4f}\t下降 {loss:.4f}"
            worst[count] = min(worst.get(count, 1.0), *found)
            lost = max(lost, loss)
    for count, least in worst.items():
        yield at_least(f"订正 {count} 段后（各方言各次抽取中最差）", ASKED[count], least)
    yield at_most("订正后已知方言的下降（最多者）", LOSS, lost)


def _draws(
    rows: Base, key: str, pool: Sequence[Paragraph], test: Sequence[Paragraph], count: int, old: Old
) -> tuple[list[float], float]:
    """Accuracy after each draw of corrections, and the greatest loss on the old dialects."""
    found: list[float] = []
    loss = 0.0
    for draw in range(DRAWS):
        model = RoleModel(fit_roles(rows, random.Random(f"{key}/{draw}").sample(pool, count)))
        found.append(score_roles(model, test).accuracy)
        loss = max(loss, old.loss(model))
    return found, loss


def name_curves(rows: Base) -> Iterator[Line]:
    """Indicator names in foreign sentences, before and after thirty corrections."""
    yield "== 订正 30 段后的指标名（完全一致的 F1 / 有重叠的 F1）"
    scores: list[float] = []
    for name in unseen_names():
        test = wording_slice(name, 200)
        more = wording_slice(name, 600, seed=HELD_OUT + 1)
        shown = [p for p in more if any(m.label == "IND" for m in p.names)][:30]
        namer = Namer(NameTagger(fit_names(rows, shown)), RoleModel(fit_roles(rows, shown)))
        score = name_score(namer, test)
        yield name_line(name, score)
        scores.append(score.f1(score.exact))
    yield at_least("订正 30 段后的指标名 F1（最差）", 0.95, min(scores))


def name_line(name: str, score: NameScore) -> str:
    """A score of names, for reading."""
    return f"{name}\t{score.gold}\t{score.f1(score.exact):.4f}\t{score.f1(score.touched):.4f}"
