"""Rates, shares and changes of running text: what each was computed from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import regex

from jihe_extract.asserted.growths import GrowthsOfBlock, direction
from jihe_extract.asserted.listclaims import NEVER_HEADS
from jihe_extract.asserted.toldlevels import ToldLevels, changed_thing
from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphstate import ADJUSTMENTS, BUSINESS
from jihe_extract.prose.partlists import BUDGETS
from jihe_extract.prose.words import load_words

_RATES: Mapping[str, str] = {"占比": "share", "变动率": "growth"}
_LOOSE = Decimal("0.7")
"""Trust in a quotient of figures that are not both named."""
_AVERAGE = "标准"
_YEAR_BEFORE = re.compile(r"20\d\d|上年")
_APART = re.compile(
    r"(?:差值|差额|差异|相差|(?:大于|高于|多于|超过|超出|小于|低于|少于)(?:年初|全年|调整后?的?)?预算数?)[为是：\s]*$"
)


class RateReader(GrowthsOfBlock):
    """Reads the rates and changes of one block."""

    def __init__(
        self,
        document: Document,
        found: list[tuple[Mention, Fact]],
        reader: LabelReader,
        levels: ToldLevels,
        told: Sequence[Fact] = (),
    ) -> None:
        """``found`` are the block's figures with their facts; ``levels`` and ``told`` those of the blocks before it."""
        super().__init__(document, found, reader, told)
        self.levels = levels
        self.claims: list[Claim] = []

    def step(self, i: int, mention: Mention, fact: Fact) -> None:
        """Take the next figure."""
        if unit_class(fact.quantity.unit) == "%":
            self._rate(i, mention, fact)
        elif fact.measure in ("增减额", "节约额"):
            self._change(i, mention, fact)

    def _rate(self, i: int, mention: Mention, fact: Fact) -> None:
        if fact.measure in (UNBOUND, BUSINESS) or not fact.quantity.exact:
            return
        if fact.measure == "变动率" and "年均" in mention.words:
            return
        kind = "share" if self._shares_out(i, fact) else _RATES.get(fact.measure, "ratio")
        operands: tuple[Fact, ...] = ()
        word = direction(mention.words) if kind == "growth" else ""
        trust = fact.trust
        level = self._level(i, mention)
        if kind == "growth" and len(self._run(i)) > 1:
            operands = self._respective_growth(i)
        elif kind == "growth":
            delta = self._near(i, mention, "增减额") or self._change_behind(i, mention)
            operands = tuple(f for f in (level, delta) if f is not None) if level else self._counted_growth(i, mention)
            operands = (delta is None and self._compared(i, mention)) or operands
            if level is not None and delta is None:
                base = self._base_behind(i, mention) or self._first_budget(i, mention, level)
                operands = (level, base) if base is not None else operands
        elif kind == "share":
            operands, word, sure = self.share(i, mention)
            trust = trust if sure else min(trust, _LOOSE)
        else:
            base = self._base(i, mention)
            if base is level or (base and level and unit_class(base.quantity.unit) != unit_class(level.quantity.unit)):
                base = None
            operands = (level, base) if base is not None and level is not None else self._divided(i, mention, fact)
            if not operands and (operands := self._beside(i, mention, fact)):
                trust = min(trust, _LOOSE)
        self.claims.append(
            Claim(
                kind,  # type: ignore[arg-type]
                Span(mention.label.start, mention.span.end),
                stated=fact,
                operands=operands,
                word=word,
                subject=fact.subject,
                scope=fact.scope,
                trust=trust,
            )
        )

    def _beside(self, i: int, mention: Mention, rate: Fact) -> tuple[Fact, ...]:
        """The two amounts right before a rate that divides such: ``下达90万元，支付72万元，使用率80%``.

        The first may have no name, or another scope: then it is the only amount before the second.
        """
        pairs = load_words().measures[rate.measure].of if rate.measure in load_words().measures else ()
        near: list[Fact] = []
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence or f.quantity.unit == "%" or m.bracket != mention.bracket:
                break
            if f.quantity.unit == "CNY":
                near.append(f)
        if len(near) != 2 or not all(f.quantity.exact and not f.period for f in near):
            return ()
        top, base = near
        named = any(top.measure == t and base.measure in (b, UNBOUND, BUSINESS) for t, b in pairs)
        return (top, base) if named and base.quantity.value >= top.quantity.value else ()

    def _divided(self, i: int, mention: Mention, rate: Fact) -> tuple[Fact, ...]:
        """The part and the whole that the rate's sentence names beside it, of its own subject and scope."""
        near = [
            f
            for m, f in self.found
            if m.sentence == mention.sentence
            and (f.subject, f.scope, f.period) == (rate.subject, rate.scope, rate.period)
            and f.quantity.exact
        ]
        for top, base in load_words().measures[rate.measure].of:
            tops, bases = [f for f in near if f.measure == top], [f for f in near if f.measure == base]
            if len(tops) == 1 and len(bases) == 1:
                return tops[0], bases[0]
        return ()

    def _change(self, i: int, mention: Mention, fact: Fact) -> None:
        level = self._level(i, mention)
        base = self._base(i, mention)
        base = None if base is level or (base and base.measure in ("增减额", "节约额")) else base
        base = base or self._earlier(i, mention, level)
        if level is not None and base is not None and (level.measure == _AVERAGE) != (base.measure == _AVERAGE):
            level = self._like(i, mention, base)  # 运行费16万元，车均1万元，较上年的17万元减少1万元
        if _APART.search(mention.words) and (pair := self._pair(i, mention)):
            level, base = pair
        base = base or (self._budget(i, mention, fact) if fact.measure == "节约额" else None)
        trust = fact.trust
        if level is None and base is None and (pair := self._earlier_told(i, mention)):
            level, base, trust = *pair, min(trust, _LOOSE)
        operands = tuple(f for f in (level, base) if f is not None) if level is not None else ()
        word = direction(mention.words)
        self.claims.append(
            Claim(
                "difference",
                Span(mention.label.start, mention.span.end),
                stated=fact,
                operands=operands,
                word=word,
                subject=fact.subject,
                scope=fact.scope,
                trust=trust,
            )
        )

    def _like(self, i: int, mention: Mention, base: Fact) -> Fact | None:
        """The last figure of the sentence that measures what the base does, this year's."""
        near = [f for m, f in self.found[:i] if m.sentence == mention.sentence and not f.period]
        return next((f for f in reversed(near) if f.measure == base.measure and f is not base), None)

    def _pair(self, i: int, mention: Mention) -> tuple[Fact, Fact] | None:
        """The two amounts of a group that a difference is called of: ``支出72万元，预算90万元，差值18万元``."""
        near = [
            f for m, f in self.found[:i]
            if m.sentence == mention.sentence and m.group == mention.group and m.bracket == mention.bracket
            and f.quantity.unit == "CNY" and f.measure not in ("增减额", "节约额")
        ]  # fmt: skip
        return (near[0], near[1]) if len(near) == 2 else None

    def _level(self, i: int, mention: Mention) -> Fact | None:
        """The level figure that the sentence is about: the first amount or headcount before the mention."""
        told = [f for m, f in self.found[:i] if m.sentence == mention.sentence]
        near = [f for f in told if unit_class(f.quantity.unit) == "CNY"]
        if near and near[-1].measure in (UNBOUND, BUSINESS):
            return None
        candidates = [
            f
            for m, f in self.found[:i]
            if m.sentence == mention.sentence
            and unit_class(f.quantity.unit) in ("CNY", "人")
            and f.measure not in ("增减额", "节约额", BUSINESS, UNBOUND, *ADJUSTMENTS)
            and (not f.period)
        ]
        same = [f for f in candidates if (f.subject, f.scope) == (self.found[i][1].subject, self.found[i][1].scope)]
        own = self.found[i][1]
        strange = (own.scope or own.subject) and all(f.scope or f.subject for f in candidates)
        pool = same or ([] if strange else candidates)
        levels = [f for f in pool if "预算" not in f.measure] or pool
        return levels[-1] if levels else self._told_before(i, mention) or self._named(i, mention)

    def _named(self, i: int, mention: Mention) -> Fact | None:
        """The level that the words before a change name, told earlier: ``与上年相比，收入总计增加9万元，增长10%``."""
        for m, _ in reversed(self.found[: i + 1]):
            if m.sentence != mention.sentence:
                break
            if name := changed_thing(m.words):
                return self.levels.get(name)
        return None

    def _told_before(self, i: int, mention: Mention) -> Fact | None:
        """The one amount of the sentence before, when this one only compares: ``收入90万元。同比增加9万元``."""
        first = next(m for m, _ in self.found if m.sentence == mention.sentence)
        opening = first.opening.lstrip(" 。，")
        before = [f for m, f in self.found[:i] if m.sentence == mention.sentence - 1 and f.quantity.unit == "CNY"]
        alone = len(before) == 1 and before[0].measure not in NEVER_HEADS and not before[0].period
        return before[0] if alone and opening.startswith(("同比", "较", "比", "与")) else None

    def _base(self, i: int, mention: Mention) -> Fact | None:
        """The base that the wording puts right before the rate: ``完成预算 11.50 万元的 80%``, ``较预算18.00万元``."""
        if i == 0:
            return None
        before, fact = self.found[i - 1]
        gap = self.document.quote(Span(before.span.end, mention.label.end)).strip()
        label = before.words
        if gap in ("的", "的比例为", "的比重为") and before.sentence == mention.sentence:
            return fact
        joined = before.sentence == mention.sentence and gap and "，" not in gap
        if joined and regex.search(r"(?:较|比|为)[^，。；]{0,12}$", label):
            return fact
        return None

    def _earlier(self, i: int, mention: Mention, level: Fact | None) -> Fact | None:
        """Another year's figure told between a level and its change: ``支出90万元，上年80万元，多支10万元``."""
        m, f = self.found[i - 1] if i else (mention, None)
        if f is None or level is None or m.sentence != mention.sentence or not _YEAR_BEFORE.fullmatch(f.period):
            return None
        return f if (f.measure, f.scope, f.subject) == (level.measure, level.scope, level.subject) else None

    def _earlier_told(self, i: int, mention: Mention) -> tuple[Fact, Fact] | None:
        """Another year's figure right before its change, and this year's, told in a sentence before.

        ``支出90万元，其中……。与上年决算数100万元相比减少10万元``.
        """
        m, base = self.found[i - 1] if i else (mention, None)
        if base is None or m.sentence != mention.sentence or not base.period or not base.scope:
            return None
        key = base.measure, base.scope, base.subject
        told = [f for m, f in self.found[:i] if m.sentence < mention.sentence]
        level = next((f for f in reversed(told) if (f.measure, f.scope, f.subject) == key and not f.period), None)
        return (level, base) if level is not None and level.quantity.unit == base.quantity.unit else None

    def _budget(self, i: int, mention: Mention, fact: Fact) -> Fact | None:
        """The budget that a saving was made on: the last one of the sentence with the same subject and scope."""
        for m, f in reversed(self.found[:i]):
            same = (f.subject, f.scope) == (fact.subject, fact.scope)
            if m.sentence == mention.sentence and f.measure in BUDGETS and same:
                return f
        return None

    def _near(self, i: int, mention: Mention, measure: str) -> Fact | None:
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence:
                return None
            if f.measure == measure:
                return f
        return None
