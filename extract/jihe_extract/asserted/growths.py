"""What a rate of change was computed from, where no level and change of that name stand before it."""

from __future__ import annotations

import re

from msgspec.structs import replace

from jihe_extract.asserted.shares import SharesOfBlock
from jihe_extract.facts import Fact
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.partlists import BUDGETS

_AGAINST_FIRST = re.compile(r"(?:较|比|与)年初(?:批复|核定|安排)?(?:的)?预算(?:数|安排|批复数)?(?:相比)?")
_NEAR = 6
_COMPARES = re.compile("较|比|由|从|上年|去年|同期")


class GrowthsOfBlock(SharesOfBlock):
    """Finds changes and bases of the rates of change of one block."""

    def _change_behind(self, i: int, mention: Mention) -> Fact | None:
        """The change right behind its rate: ``增长6.00%，增收12万元``."""
        if i + 1 >= len(self.found):
            return None
        m, f = self.found[i + 1]
        gap = m.span.start - mention.span.end
        beside = m.sentence == mention.sentence and m.group == mention.group and gap <= _NEAR
        return f if beside and f.measure == "增减额" and f.quantity.unit == "CNY" else None

    def _base_behind(self, i: int, mention: Mention) -> Fact | None:
        """Another year's figure in brackets right behind a rate of change: ``同比增长6.00%（2024年200万元）``."""
        if i + 1 >= len(self.found):
            return None
        m, f = self.found[i + 1]
        return f if m.bracket == mention.span.end and f.period and f.quantity.unit == "CNY" else None

    def _first_budget(self, i: int, mention: Mention, level: Fact) -> Fact | None:
        """The budget of the year's beginning that a changed one is compared with: ``全年预算8万元，比年初预算增9%``."""
        if level.measure not in BUDGETS or not _AGAINST_FIRST.match(mention.words.strip(" ，")):
            return None
        own = (level.scope, level.subject, level.period)
        told = [f for f in (*self.told, *(f for _, f in self.found[:i])) if f.measure == "年初预算数"]
        same = [f for f in told if (f.scope, f.subject, f.period) == own and f.quantity.exact and f is not level]
        return same[-1] if same else None

    def _compared(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """Level and base of a rate of change told right behind both: ``全年预算90万元，比年初的80万元增长12.5%``."""
        if i < 2 or self.found[i - 1][0].sentence != mention.sentence:
            return ()
        (at, level), (told, base) = self.found[i - 2], self.found[i - 1]
        words = told.words.strip(" ，")
        plain = {level.measure, base.measure} <= BUDGETS and not level.subject and not base.subject
        near = at.sentence == mention.sentence and at.group == told.group == mention.group
        return (level, base) if plain and near and words.startswith(("比", "较")) else ()

    def _counted_growth(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """``事故173起，较2022年的206起减少33起，下降16.02%``: the count, and its base or else its change."""
        if not i or not direction(self.found[i - 1][0].words):
            return ()
        delta = self.found[i - 1][1]
        if delta.quantity.unit in ("%", "CNY"):
            return ()
        same = [
            (m, f)
            for m, f in self.found[: i - 1]
            if m.sentence == mention.sentence and m.group == mention.group and f.quantity.unit == delta.quantity.unit
        ]
        if not same or self.found[i - 1][0].sentence != mention.sentence:
            return ()
        base = same[-1] if len(same) > 1 and _COMPARES.search(same[-1][0].words) else None
        level = same[-2][1] if base else same[-1][1]
        return (level, base[1]) if base else (level, replace(delta, measure="增减额"))


def direction(label: str) -> str:
    """``up``, ``down`` or ``""``: the direction that the words before a change assert."""
    label = label.replace("负增长", "下降")
    up = max(
        label.rfind(w) for w in ("增加", "增长", "增幅", "增支", "增收", "净增", "上升", "提高", "上涨", "多", "超")
    )
    down = max(
        label.rfind(w) for w in ("减少", "下降", "降幅", "减支", "减收", "净减", "降低", "压减", "节约", "少", "调减")
    )
    if up < 0 and down < 0:
        return ""
    return "up" if up > down else "down"
