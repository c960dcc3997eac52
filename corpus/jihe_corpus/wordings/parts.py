"""Sentences of a whole and its parts: one measure for all of them, whatever the parts are called.

The whole stands in front, behind or nowhere but in the words that open the list; the parts are ordinary names or
made-up ones, so that it is the list that tells what they measure, not their names.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from msgspec import Struct


class Parts(Struct, frozen=True, forbid_unknown_fields=True):
    """How the parts of one pool's measure are told: names, endings of made-up names, verbs before their figures."""

    names: tuple[str, ...]
    endings: tuple[str, ...]
    verbs: tuple[str, ...] = ("",)


_JOINTS = ("、", "、", "，", "；")
_LAST = ("和", "与", "及", "")
_SUMS = ("共", "合计", "总计", "共计")
_SHARED = 0.2


def parts_pattern(
    pool: str, measure: str, parts: Parts, rng: random.Random, letter: Callable[[random.Random], str]
) -> str:
    """A pattern of two to four parts of the measure that ``pool`` names, with their whole or without."""
    figure = f"{{{measure}}}"
    verb = rng.choice(parts.verbs) if rng.random() < 0.5 else ""
    names = [_name(parts, rng, letter) for _ in range(rng.choice([2, 2, 3, 3, 4]))]
    joint = rng.choice(_JOINTS)
    form = rng.choice(["before", "before", "before", "behind", "behind", "opened", "opened", "respective"])
    share = rng.choice(["behind", "behind", "before"]) if rng.random() < _SHARED else ""
    if form == "respective":
        told = _listed([figure] * len(names), "、", rng)
        return f"{_listed(names, '、', rng)}分别{verb or '为'}{told}，<{pool}>(共|合计|总计|){figure}。"
    told = _listed([name + _told(figure, verb, share) for name in names], joint, rng)
    total = f"，{rng.choice(_SUMS)}{figure}"
    if form == "before":
        opener = rng.choice(["<of>", "<of>", "：", "，", "。"])
        return f"<self><yr><{pool}><is>{figure}{opener}{told}。"
    if form == "behind":
        return f"{told}，<{pool}>{rng.choice(_SUMS)}{figure}。"
    return f"<self><yr><{pool}>{rng.choice(['包括', '：', '由', '中，', '分为', ''])}{told}{total}。"


def _told(figure: str, verb: str, share: str) -> str:
    """One part's figure, with its share of the whole behind it or before it."""
    if share == "before":
        return f"<sh>{{占比}}(，|为|共|){verb}{figure}"
    return f"{verb}{figure}" + ("（<sh>{占比}）" if share else "")


def _name(parts: Parts, rng: random.Random, letter: Callable[[random.Random], str]) -> str:
    if rng.random() < 0.5:
        return rng.choice(parts.names)
    return "".join(letter(rng) for _ in range(rng.randint(1, 4))) + rng.choice(parts.endings)


def _listed(items: Sequence[str], joint: str, rng: random.Random) -> str:
    last = rng.choice(_LAST) or joint
    return joint.join(items[:-1]) + (last if joint == "、" else joint) + items[-1]
