"""Rates whose name repeats what was counted: ``40个项目点按期完工36个，按期完工率90%``.

The count whose label gives the rate its name is its numerator; any figure of its unit told before may be the base.
What is read here are readings of one place, like those of :mod:`jihe_extract.asserted.supposed`, with ``word`` =
:data:`NAMED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from jihe_extract.asserted.readings import NAMED, PER
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.mentions import Mention

_RATE = regex.compile(r"(?P<core>\p{Han}{2,8}?)(?:比率|比例|率)(?:为|达到?|是|：)?$")
_COUNTED = regex.compile(r"(?:已|共|实际|累计|其中|全部|全年|完成|了|项目|：|\s)+")
_GENERAL = frozenset(
    {"完成", "合格", "达标", "优良", "覆盖", "满意", "增长", "下降", "使用", "执行", "变动", "利用", "到位", "控制"}
)
"""Names that many things have in common, or whose base is told elsewhere."""
_COMPLETED = regex.compile(
    r"[，,、]?(?:已|目标|任务|计划|年度|指标)*(?:完成|达成|实现)(?:率|比例|目标|任务|计划|的)*(?:为|是|达到?|：)?"
)
"""A rate of what was done of what was to be done, and of nothing else."""
_GOAL = regex.compile(r"目标|计划|任务|指标值|应")
_DONE = regex.compile(r"(?:完成|建成|完工|整改|办结|实施|竣工)$")
_BEYOND = regex.compile(r"超|多|少|差|低于|高于")
"""Words that make what stands beside a plan its distance from the plan: ``超出计划600人次``."""
_SEVERAL = 2


def named_rates(text: str, offset: int, told: Sequence[tuple[Mention, Fact]]) -> Iterator[Claim]:
    """Readings of one block; ``text`` is the block's and ``offset`` its place in the document."""
    for i, (mention, rate) in enumerate(told):
        if rate.quantity.unit != "%" or not rate.quantity.exact or rate.quantity.in_points:
            continue
        label = text[mention.label.start - offset : mention.label.end - offset].strip()
        if _COMPLETED.fullmatch(label) and (planned := _planned(text, offset, told, i)) is not None:
            yield Claim("ratio", rate.quantity.span, stated=rate, operands=planned, word=NAMED)
        match = _RATE.search(label)
        core = match["core"] if match is not None else ""
        if not core or core in _GENERAL:
            continue
        top = next((k for k in _before(told, i) if _same(core, _label(text, offset, told[k][0]))), None)
        if top is None:
            continue
        part = told[top][1]
        behind = [k for k, (m, _) in enumerate(told[i + 1 : i + 2], i + 1) if m.bracket == mention.span.end]
        for k in (*_bases(told, top), *behind):
            base = told[k][1]
            if text.endswith(PER, 0, told[k][0].span.start - offset):
                continue
            if base.quantity.unit == part.quantity.unit and base.quantity.value >= part.quantity.value:
                yield Claim("ratio", rate.quantity.span, stated=rate, operands=(part, base), word=NAMED)


def _planned(text: str, offset: int, told: Sequence[tuple[Mention, Fact]], i: int) -> tuple[Fact, Fact] | None:
    """What was done and what was to be done, the only two counts of the rate's ；-group: ``培训54人次，目标60人次``."""
    group = told[i][0].group
    near = [k for k in _before(told, i) if told[k][0].group == group]
    if len(near) != _SEVERAL or told[near[0]][1].quantity.unit != told[near[1]][1].quantity.unit:
        return None
    if _DONE.search(_label(text, offset, told[near[0]][0])) and not any(
        _GOAL.search(_label(text, offset, told[k][0])) for k in near
    ):
        return told[near[0]][1], told[near[1]][1]  # 4个中心完成3个，完成率75%
    goals = [k for k in near if _GOAL.search(_label(text, offset, told[k][0]))]
    if len(goals) != 1 or _BEYOND.search(_label(text, offset, told[goals[0]][0])):
        return None
    done = near[0] if goals[0] == near[1] else near[1]
    return told[done][1], told[goals[0]][1]


def _bases(told: Sequence[tuple[Mention, Fact]], top: int) -> list[int]:
    """Counts that a numerator may be part of: those of its own ；-group where there are any, else the sentence's."""
    before = list(_before(told, top))
    own = [k for k in before if told[k][0].group == told[top][0].group]
    return own or before


def _before(told: Sequence[tuple[Mention, Fact]], i: int) -> Iterator[int]:
    """Exact counts of a figure's sentence, from the nearest back; rates of amounts have bases of many names."""
    for k in range(i - 1, -1, -1):
        mention, fact = told[k]
        if mention.sentence != told[i][0].sentence:
            return
        if fact.quantity.unit not in ("%", "分", "", "CNY") and fact.quantity.exact and fact.quantity.value > 0:
            yield k


def _label(text: str, offset: int, mention: Mention) -> str:
    label = text[mention.label.start - offset : mention.label.end - offset]
    if _DONE.search(label.strip()):
        return label.strip()
    return str(_COUNTED.sub("", label)).strip("，、；。（）() ")


def _same(core: str, label: str) -> bool:
    """Whether a count's label says what a rate's name says, in whatever order of characters (收回, 回收率)."""
    said = label[: len(core)], label[-len(core) :]
    return len(core) >= _SEVERAL and any(sorted(s) == sorted(core) for s in said)
