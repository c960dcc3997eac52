"""Which learned facts may cast doubt: those that the model is sure of and that stand in fitting company.

A single guess is right nine times in ten; a finding that rests on the tenth costs an evaluator's time. Budget,
spending and their rate in one sentence, or an indicator's target and result with a third figure, bear one
another out: a wrong guess seldom completes such a group.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

import regex

from jihe_extract.facts import Fact
from jihe_models.features import ONCE
from jihe_models.roles import Guess

_SENTENCE = regex.compile(r"[。！？\n]")
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


def company(text: str, facts: Sequence[Fact], guesses: Sequence[Guess], fair: float, strong: float) -> list[bool]:
    """For each fact whether it is borne out, given what the model guessed of each figure.

    A fact is when it and the others of its family in its sentence make three measures, one of them the rate or
    target that ties them together; each said by a rule or by a guess with a ``fair`` margin, and two of them by
    a rule or with a ``strong`` one. A measure that the model also guesses, too weakly to name it so, of another
    figure of the sentence is in dispute: it counts for nothing.
    """
    breaks = [m.start() for m in _SENTENCE.finditer(text)]
    sentences = [bisect_right(breaks, fact.quantity.span.start) for fact in facts]
    asides = {
        (sentence, said.label)
        for sentence, said, fact in zip(sentences, guesses, facts, strict=True)
        if said.label in ONCE and said.label != fact.measure
    }
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (fact, sentence) in enumerate(zip(facts, sentences, strict=True)):
        if (fact.by != "rule" and guesses[i].margin < fair) or (sentence, fact.measure) in asides:
            continue
        for number, family in enumerate(_FAMILIES):
            if fact.measure in family[0] | family[1]:
                groups[sentence, number].append(i)
    held = [False] * len(facts)
    for (_, number), members in groups.items():
        measures = {facts[i].measure for i in members}
        firm = {facts[i].measure for i in members if facts[i].by == "rule" or guesses[i].margin >= strong}
        if len(measures) >= _LEAST and len(firm) >= _FIRM and measures & _FAMILIES[number][1]:
            for i in members:
                held[i] = True
    return held
