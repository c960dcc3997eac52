"""Indicators drawn from a unit kind's pool, scored by the linear rule from exactly what is shown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

from jihe_corpus.grammar.figures import Indicator, Style, rate_to, round_to

D = Decimal
HEAVIEST = 28
QUALITIES = ("持续改善", "稳步提升", "有效保障", "明显增强")


def draw(
    rng: random.Random,
    pool: Sequence[str],
    style: Style,
    weights_sum: int,
    count: int,
    money: tuple[Decimal, Decimal],
) -> list[Indicator]:
    """So many indicators with weights that add up; pool entries read ``upper/second/name/unit/low-high``.

    ``money`` is budget and spending, for the cost indicator. At most one indicator is about satisfaction.
    """
    chosen = rng.sample(list(pool), min(count, len(pool)))
    for level in ("产出", "效益", "满意"):  # a report without one of them has a defect of its own
        if not any(entry.startswith(level) for entry in chosen):
            chosen.append(rng.choice([entry for entry in pool if entry.startswith(level)]))
    content = [entry for entry in chosen if entry.startswith("满意")]
    chosen = [entry for entry in chosen if entry not in content[1:]]
    chosen.sort(key=lambda entry: ("产出", "成本", "效益", "满意").index(entry[:2]))
    weights = _weights(rng, chosen, weights_sum)
    for _ in range(60):
        made = [_make(rng, entry, style, weight, money) for entry, weight in zip(chosen, weights, strict=True)]
        if any(i.score < i.weight for i in made):  # full marks throughout beside listed problems is a defect
            break
    return made


def _weights(rng: random.Random, entries: Sequence[str], total: int) -> list[int]:
    base = [rng.randint(2, 5) for _ in entries]
    cut = [max(2, total * b // sum(base)) for b in base]
    cut[0] += total - sum(cut)
    if min(cut) < 1 or max(cut) > HEAVIEST:  # a weight above it is a defect of its own
        cut = [total // len(entries) + (i < total % len(entries)) for i in range(len(entries))]
    return cut


def _make(rng: random.Random, entry: str, style: Style, weight: int, money: tuple[Decimal, Decimal]) -> Indicator:
    upper, second, name, unit, bounds = entry.split("/")
    if unit == "定性":
        word = rng.choice(QUALITIES)
        w = D(weight)
        return Indicator(name, (upper, second), unit, "", D(0), D(0), D(0), w, w, D(1), word, word)
    low, _, high = bounds.partition("-")
    if unit == "金额":
        target, actual = money
        mid = round_to(actual * D("0.47"), style.places)
        return Indicator(name, (upper, second), style.unit, "le", target, mid, actual, D(weight), D(weight), D(1))
    whole = unit != "%"
    target = D(rng.randint(int(low), int(high)))
    relation = "ge" if whole or target < 100 else "eq"
    for _ in range(40):
        actual = _actual(rng, target, whole)
        completion = rate_to(actual / target, style.rate_places)
        score = round_to(weight * min(actual / target, D(1)), style.score_places)
        if score == round_to(weight * min(completion, D(1)), style.score_places):
            break
    else:
        actual, completion, score = target, D(1), D(weight)
    mid = (
        round_to(actual * D(repr(round(rng.uniform(0.35, 0.6), 3))), 0)
        if whole
        else round_to(actual - rng.randint(1, 4), 1)
    )
    return Indicator(name, (upper, second), unit, relation, target, mid, actual, D(weight), score, completion)


def _actual(rng: random.Random, target: Decimal, whole: bool) -> Decimal:
    lot = rng.random()
    if lot < 0.4:
        return target
    if whole:
        factor = rng.uniform(1.01, 1.18) if lot < 0.72 else rng.uniform(0.72, 0.98)
        return round_to(target * D(repr(round(factor, 4))), 0)
    if lot < 0.7:
        return min(D(100), target + round_to(D(repr(round(rng.uniform(0.2, 4), 2))), 1))
    return target - round_to(D(repr(round(rng.uniform(0.5, 9), 2))), 1)
