"""Which learned facts may cast doubt: those that the model is sure of and that stand in fitting company.

A single guess is right nine times in ten; a finding that rests on the tenth costs an evaluator's time. Budget,
spending and their rate in one sentence, or an indicator's target and result with a third figure, bear one
another out: a wrong guess seldom completes such a group.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

import regex

from jihe_extract.facts import Fact
from jihe_models.features import ONCE
from jihe_models.roles import Guess

_SENTENCE = regex.compile(r"[。！？\n]")
_GROUP = regex.compile(r"[。！？；;\n]")
_LEAST, _FIRM = 3, 2
_FAMILIES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        frozenset({"年初预算数", "调增数", "调减数", "调整数", "全年预算数", "预算数", "到位数", "执行数", "年末结转"}),
        frozenset({"执行率", "完成预算比", "完成年初预算比", "调整率", "到位率", "结转结余率"}),
    ),
    (frozenset({"监控值", "完成值", "完成率", "权重", "得分"}), frozenset({"目标值"})),
    (frozenset({"编制数", "在职人数", "实有人数", "增加人数", "减少人数"}), frozenset({"控制率"})),
)
"""Measures that are told together, and those of them one of which must be there."""
_INDICATOR = 1


def company(text: str, facts: Sequence[Fact], guesses: Sequence[Guess], fair: float, strong: float) -> list[bool]:
    """For each fact whether it is borne out, given what the model guessed of each figure.

    A fact is when it and the others of its family in its sentence make three measures, one of them the rate or
    target that ties them together; money and staff each by a rule or a guess with a ``strong`` margin, figures
    of indicators with a ``fair`` one and two of them with a strong one. Figures in dispute count for nothing.
    """
    sentences = _numbered(text, facts, _SENTENCE)
    disputed = _disputed(facts, guesses, _numbered(text, facts, _GROUP), strong)
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (fact, sentence) in enumerate(zip(facts, sentences, strict=True)):
        for number, (told, ties) in enumerate(_FAMILIES):
            least = fair if number == _INDICATOR else strong
            if fact.measure in told | ties and i not in disputed and (fact.by == "rule" or guesses[i].margin >= least):
                groups[sentence, number].append(i)
    held = [False] * len(facts)
    for (_, number), members in groups.items():
        measures = {facts[i].measure for i in members}
        firm = {facts[i].measure for i in members if facts[i].by == "rule" or guesses[i].margin >= strong}
        if len(measures) >= _LEAST and len(firm) >= _FIRM and measures & _FAMILIES[number][1]:
            for i in members:
                held[i] = True
    return held


def _numbered(text: str, facts: Sequence[Fact], stop: regex.Pattern[str]) -> list[int]:
    breaks = [m.start() for m in stop.finditer(text)]
    return [bisect_right(breaks, fact.quantity.span.start) for fact in facts]


def _disputed(facts: Sequence[Fact], guesses: Sequence[Guess], groups: Sequence[int], strong: float) -> set[int]:
    """Figures of an indicator whose place another of the same ；-group may hold as well.

    Two figures have the same measure; or one that nobody dares to name may be it, by the model's first or second
    choice and by its unit, and the model is not sure of the other.
    """
    disputed: set[int] = set()
    by_group: defaultdict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        by_group[group].append(i)
    for members in by_group.values():
        named = [i for i in members if facts[i].measure in ONCE]
        count = Counter(facts[i].measure for i in named)
        aside = {
            (measure, facts[i].quantity.unit)
            for i in members
            if guesses[i].label in ONCE and facts[i].measure != guesses[i].label
            for measure in (guesses[i].label, guesses[i].second)
        }
        for i in named:
            sure = guesses[i].label == facts[i].measure and guesses[i].margin >= strong
            open_to = (facts[i].measure, facts[i].quantity.unit) in aside
            if count[facts[i].measure] > 1 or (open_to and not sure):
                disputed.add(i)
    return disputed
