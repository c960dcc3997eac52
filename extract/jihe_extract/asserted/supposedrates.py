"""Quotients that the build of a sentence suggests: rates, averages, points between rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import regex

from jihe_extract.asserted.readings import CHANGES, ENOUGH, BlockReader, Told, admitted, named, reading
from jihe_extract.document import Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.mentions import Mention

_HEADS = frozenset({"人", "人次", "户", "名", "户次", "辆", "亩", "平方米"})
"""What an amount is averaged over."""
_BACK = 3
"""Most figures looked back at for a quotient."""
_FAR = 5
"""The same for what only verifies."""
_TIMES = frozenset("×*xX✕")
"""A factor and no rate: ``÷90万元×100%``."""
_FRACTION = regex.compile(r"[（(]\s*\d+\s*[/／]\s*\d+\s*[）)]")
_AMONG = regex.compile(r"中(?:，)?(?:有)?$")
_COMPARED = regex.compile(r"[，,]?(?:较|比|低于|高于|超过)")
_JOINED = ("、", "和", "及", "与")
"""What stands before a figure that is told together with others (``分别提高0.8、1.2和2.5个百分点``)."""
_UNTOLD = regex.compile(r"上年|去年|同比|20\d\d年|环比")
"""Words of a comparison with a figure that does not stand before it."""
_EARNED = regex.compile("收")
"""What people earned (户均增收) is no share of what they were paid."""
_OF_EACH = regex.compile(r"每|均")
_AVERAGE = regex.compile(r"(?:[户人亩次床班车村校生]均|每(?:辆|人|户|亩|名|班|台|所|村)\p{Han}{0,3})\p{Han}{0,8}$")

_WHOSE = regex.compile(r"(?P<name>\p{Han}{2})(?P<each>[人户次床车])均\p{Han}{0,8}$")
"""An average that is named after its thing: 门诊次均费用."""
_HEADS_OF = {"次": ("次", "人次"), "人": ("人", "名", "人次"), "床": ("床", "张"), "车": ("辆", "台")}


class RatesOfBlock(BlockReader):
    """Reads the rates and averages of one block."""

    def rate(self, i: int) -> Iterator[Claim]:
        """A rate behind the figures that it is of."""
        mention, fact = self.told[i]
        sign = self.document.text[max(0, mention.span.start - 2) : mention.span.start].rstrip()[-1:]
        respective = i > 0 and "分别" in self.document.quote(Span(self.told[i - 1][0].label.start, mention.span.start))
        if respective or sign in _TIMES or not fact.quantity.exact or fact.measure == "变动率":
            return
        run: list[int] = []
        for k in range(i - 1, self._first(i) - 1, -1):
            m, f = self.told[k]
            if f.quantity.unit == "%" or m.bracket != mention.bracket:
                break
            run.append(k)
        run.reverse()
        units = [self.told[k][1].quantity.unit for k in run]
        if not units or (units[-1] == "分" and "得分" not in self.document.quote(mention.label)):
            return
        near = [k for k in run if self._level(k, units[-1]) and self.told[k][1].quantity.value][-_BACK:]
        if len(near) == 1 and units[-1] != "CNY":  # counts with their rates between
            near = [
                k for k in range(self._first(i), i)
                if self._level(k, units[-1]) and self.told[k][0].bracket == mention.bracket
            ][-_BACK:]  # fmt: skip
        for top, base in ((near[-1], near[-2]), (near[0], near[-1]), (near[-1], near[0])) if len(near) > 1 else ():
            yield reading("ratio", fact.quantity.span, fact, [self.told[top][1], self.told[base][1]])
        if near and "占" in mention.words:
            for _, whole in self._rest(i):  # 本科386人，占59.4%；职工总数650人
                if whole.quantity.unit == units[-1] and whole.quantity.exact and whole.quantity.value:
                    yield admitted(reading("ratio", fact.quantity.span, fact, [self.told[near[-1]][1], whole]))
        for top, base in permutations([k for k in run if self._level(k, units[-1])][-_FAR:], 2):
            yield admitted(reading("ratio", fact.quantity.span, fact, [self.told[top][1], self.told[base][1]]))

    def points(self, i: int) -> Iterator[Claim]:
        """``由88.4%提高到94.6%，提高6.2个百分点``: the difference of the two rates right before."""
        mention, fact = self.told[i]
        if mention.words.rstrip().endswith(_JOINED) or _UNTOLD.search(self.document.quote(mention.label)):
            return
        near = [
            f for m, f in self.told[self._first(i) : i]
            if (m.group, m.bracket) == (mention.group, mention.bracket) and f.quantity.unit == "%"
        ][-2:]  # fmt: skip
        if len(near) == ENOUGH and fact.quantity.exact and all(_is_rate(f) for f in near):
            yield reading("difference", fact.quantity.span, fact, near)

    def counted_behind(self, i: int) -> Iterator[Claim]:
        """Counts in brackets right behind their rate: ``合格率90%（54/60）``, ``（60个项目中54个合格）``."""
        mention, fact = self.told[i]
        told = _FRACTION.match(self.document.text, mention.span.end)
        inside = [f for m, f in self.told[i + 1 : i + 4] if m.bracket == mention.span.end]
        if len(inside) != ENOUGH or not all(f.quantity.exact and f.quantity.value > 0 for f in inside):
            return
        first, second = inside
        if told:
            yield named(reading("ratio", fact.quantity.span, fact, [first, second]))
        elif first.quantity.unit == second.quantity.unit:
            found = reading("ratio", fact.quantity.span, fact, [second, first])
            among = self.document.text[self.told[i + 1][0].span.end : self.told[i + 2][0].span.start]
            yield named(found) if _AMONG.search(among) else found

    def averages(self, mention: Mention, fact: Fact) -> bool:
        """Whether a figure is an average (户均、人均)."""
        named = _AVERAGE.search(mention.words.strip())
        if _COMPARED.match(mention.words.strip()):
            return False  # 每平方米300元，较概算单价320元低20元
        return fact.measure == "标准" or (fact.quantity.unit == "CNY" and named is not None)

    def average(self, i: int) -> Iterator[Claim]:
        """``支出90万元，救助3000人次，人均300元``: an amount over a count of its sentence, before or behind."""
        fact = self.told[i][1]
        first, behind = self._first(i), self._rest(i)
        before = self.told[first:i]
        told = _counts(before)
        counts = list(dict.fromkeys((*told[-1:], *told[:1])))
        counts = counts or _counts([t for t in behind if t[1].measure not in CHANGES])[:1]
        sums = self._sums(before, fact) or self._sums(behind, fact)[:1] or self._own_sums(first, fact)
        if not sums and not counts:
            yield from self._far_average(first, fact)
        for total in sums[-1:]:
            for count in counts:
                yield reading("ratio", fact.quantity.span, fact, [total, count])

    def _far_average(self, first: int, average: Fact) -> Iterator[Claim]:
        """``门诊12万人次……门诊收入5160万元。门诊次均费用430元``: of sentences before, by what both are named after."""
        label = self.document.quote(average.label) if average.label is not None else ""
        whose = _WHOSE.search(label)
        if whose is None:
            return
        units = _HEADS_OF.get(whose["each"], (whose["each"],))
        told = self.told[:first]
        counts = [f for f in _counts(told) if f.quantity.unit in units][-_BACK:]
        named = [t for t in told if whose["name"] in self.document.quote(t[0].label)]
        for total in self._sums(named, average)[-1:]:
            for count in counts:
                yield reading("ratio", average.quantity.span, average, [total, count])

    def _own_sums(self, first: int, average: Fact) -> list[Fact]:
        """Amounts of the average's own scope in the sentences before."""
        own = [t for t in self.told[:first] if average.scope and t[1].scope == average.scope]
        return self._sums(own, average)

    def _sums(self, told: Sequence[Told], average: Fact) -> list[Fact]:
        """Amounts of which an average may be taken: no averages themselves."""
        amounts = [
            f for m, f in told
            if f.quantity.unit == "CNY" and f.quantity.exact and not _OF_EACH.search(m.words)
        ]  # fmt: skip
        if _EARNED.search(self.document.quote(average.label) if average.label is not None else ""):
            amounts = [f for m, f in told if f in amounts and _EARNED.search(self.document.quote(m.label))]
        return [f for f in amounts if f.measure != average.measure or f.quantity.value > average.quantity.value * 2]


def _counts(told: Sequence[Told]) -> list[Fact]:
    """What an amount may be averaged over."""
    return [f for _, f in told if f.quantity.unit in _HEADS and f.quantity.exact and f.quantity.value > 1]


def _is_rate(fact: Fact) -> bool:
    return "点" not in fact.quantity.surface and fact.quantity.value >= 0
