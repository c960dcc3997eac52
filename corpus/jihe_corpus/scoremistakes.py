"""Planted errors of score sheets: weights, scores, completions, grades."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from jihe_corpus.arithmetic import GRADES
from jihe_corpus.gold import Annotated, GoldFact, GoldRow
from jihe_corpus.mistakes import RATES, SCORES, Edit, Kind, Proposal, facts_of, places_of, renumber, shown_like


def _rows(annotated: Annotated) -> Iterator[tuple[GoldRow, dict[str, GoldFact]]]:
    facts = facts_of(annotated)
    for row in annotated.gold.rows:
        yield row, {name: facts[i] for name, i in row.figures()}


def wrong_grade(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The grade word does not belong to the score."""
    facts = facts_of(annotated)
    for claim in annotated.gold.claims:
        if claim.kind != "grade" or claim.verdict != "holds":
            continue
        score = facts[claim.operands[0]]
        for match in re.finditer(r"[“为次：]([优良中差])[”。，]", annotated.text[score.end : score.end + 40]):
            at = score.end + match.start(1)
            word = rng.choice([g for _, g in GRADES if g != match.group(1)])
            yield Proposal((Edit(at, at + 1, word),), ((score.start, score.end),), ("E02", "N01"))
            break


def weight_changed(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One weight is off, so the weights no longer add up."""
    for _, figures in _rows(annotated):
        weight, score = figures.get("weight"), figures.get("score")
        if weight and score:
            value = weight.value + rng.choice([1, 2, 3])
            quote = renumber(weight.quote, value)
            edit = Edit(weight.start, weight.end, quote)
            # Weight and score of a row accuse one another: neither can be told from the other.
            yield Proposal((edit,), (), ("D12", "D10", "E", "A07"), also=places_of([score]))


def score_off_rule(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A missed target gets full marks, or a met one loses some."""
    for _, figures in _rows(annotated):
        if not {"weight", "score", "target", "actual"} <= figures.keys():
            continue
        weight, score = figures["weight"], figures["score"]
        full = score.value == weight.value
        value = weight.value - Decimal("1.5") if full else weight.value
        if full and (weight.value < 4 or figures["target"].relation == "le"):
            continue
        others = [f for n, f in figures.items() if n != "score"]
        quote = renumber(score.quote, value)
        yield Proposal((Edit(score.start, score.end, quote),), places_of(others), SCORES)


def completion_off(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The completion does not follow from target and actual."""
    for _, figures in _rows(annotated):
        if not {"completion", "target", "actual"} <= figures.keys() or figures["target"].relation == "le":
            continue
        shown = figures["completion"]
        value = shown.value + Decimal(rng.choice(["0.07", "-0.09", "0.13"]))
        others = [f for n, f in figures.items() if n != "completion"]
        quote = shown_like(value, shown)
        yield Proposal((Edit(shown.start, shown.end, quote),), places_of(others), (*RATES, *SCORES))


def cap_missing(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One over-fulfilled indicator is scored above its weight while others are capped."""
    for _, figures in _rows(annotated):
        if not {"weight", "score", "target", "actual"} <= figures.keys():
            continue
        target, actual, weight, score = (figures[n] for n in ("target", "actual", "weight", "score"))
        if target.relation == "le" or not target.value or actual.value <= target.value * Decimal("1.02"):
            continue
        value = (weight.value * actual.value / target.value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        quote = renumber(score.quote, value)
        yield Proposal((Edit(score.start, score.end, quote),), places_of([target, actual, weight]), SCORES)


def kinds_of_score() -> dict[str, Kind]:
    """Mistakes in grades, weights, scores and completion."""
    return {
        "wrong_grade": wrong_grade,
        "weight_changed": weight_changed,
        "score_off_rule": score_off_rule,
        "completion_off": completion_off,
        "cap_missing": cap_missing,
    }


# ── words and sections ───────────────────────────────────────────────────────────────────────────
