"""Averages and products told right beside what they are of: ``发放38.4万元，受益128户，户均3000元``.

Readings with ``word`` = ``NAMED``, like those of :mod:`jihe_extract.asserted.toldlinks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from jihe_extract.asserted.readings import CHANGES, BlockReader, Told, admitted, named, reading
from jihe_extract.document import Document
from jihe_extract.facts import Claim, Fact

_AVERAGE = regex.compile(
    r"^[，,、；（(]?(?:平均)?(?:(?P<each>\p{Han})均|每(?P<each>\p{Han}))(?P<what>\p{Han}{0,8}?)(?:为|约|达到?)?$"
)
_EACH = regex.compile(r"(?:每\p{Han}{1,3}|\p{Han}均)\p{Han}{0,8}$")
_BY = regex.compile(r"(?:按|以)\p{Han}{0,6}$")
_PRODUCT = regex.compile(
    r"(?:(?:共计?|合计|总计|小计|计)(?:增收|投入|发放|支出|补助|补贴|节约|需要?)?|(?:核定|测算|核算|需|应|可|总)\p{Han}{0,6})(?:为|约)?$"
)
_PAID = frozenset({
    "", "补助", "补贴", "支出", "支付", "投入", "投资", "发放", "成本", "费用", "经费", "金额", "救助", "资助", "奖补",
    "标准", "补偿",
})  # fmt: skip
"""What is averaged whatever the amount was called."""
_SAME = {"人": "人名人次位", "户": "户", "次": "人次", "亩": "亩", "生": "人名", "村": "个村", "车": "辆台"}
_RESPECTIVE = regex.compile(r"[，,（(]?(?:得分)?分别(?:为|是)")
_JOINED = regex.compile(r"[、，,和及]")
_OF_EACH = regex.compile(r"[每均]")
_NAMED = 3
"""Characters of the name that an average shares with its total."""
_BACK = 4
"""Counts that an average may be of."""
_LONGEST = 24
"""Characters between the figures."""


def told_averages(document: Document, told: Sequence[Told]) -> Iterator[Claim]:
    """Readings of one block."""
    reader = _Averages(document, told, ())
    for i in range(2, len(told)):
        if reader.near(i):
            yield from (*reader.average(i), *reader.product(i))
    for i in range(1, len(told)):
        yield from (*reader.mean(i), *reader.apart(i))


class _Averages(BlockReader):
    """Reads the places of one block."""

    def near(self, i: int) -> bool:
        """Whether the figure and the two before it stand close together in one sentence and bracket."""
        mentions = [self.told[k][0] for k in (i - 2, i - 1, i)]
        exact = all(self.told[k][1].quantity.exact for k in (i - 2, i - 1, i))
        close = all(b.span.start - a.span.end <= _LONGEST for a, b in pairwise(mentions))
        return exact and close and len({(m.sentence, m.group, m.bracket) for m in mentions}) == 1

    def _text(self, k: int) -> str:
        """What stands between the figure before and this one."""
        start = self.told[k - 1][0].span.end if k else self.told[k][0].lead.start
        return self.document.text[start : self.told[k][0].span.start].strip()

    def average(self, i: int) -> Iterator[Claim]:
        """``发放38.4万元，受益128户，户均3000元``, ``2864户7135人，户均2.49人``."""
        found = _AVERAGE.match(self._text(i))
        if found is None:
            return
        mean = self.told[i][1]
        for top, base in ((i - 2, i - 1), (i - 1, i - 2)):
            total, count = self.told[top][1], self.told[base][1]
            if _OF_EACH.search(self._text(top)):
                continue  # 每个5000元、每人2000元
            alike = total.quantity.unit == mean.quantity.unit and count.quantity.unit not in ("CNY", "%", "分", "")
            if (
                alike
                and self._counts(base, found["each"])
                and self._of(top, found["what"])
                and total.measure not in CHANGES
            ):
                yield _named(mean, total, count)
                for other in self._levels(self._first(base), base, base, self.told[base][0].bracket):
                    yield _named(mean, total, other)  # 培训12期，其中线上5期、线下7期，共计860人次，期均71.7人次

    def apart(self, i: int) -> Iterator[Claim]:
        """An average right behind its total, or behind its count, the other of the two told before.

        ``住院2146人次，住院率11.77%，支付1286.5万元，人均5995元``; ``运行费16.2万元。……有车6辆，车均运行费2.7万元``.
        """
        found = _AVERAGE.match(self._text(i))
        last = i - 1
        mean, beside = self.told[i][1], self.told[last][1]
        if found is None or self.told[last][0].sentence != self.told[i][0].sentence or not mean.quantity.exact:
            return
        if self._total(last, mean) and self._of(last, found["what"]):
            first = self._first(i)
            counts = [k for k in range(first, last) if self._counts(k, found["each"])]
            counts = counts or [k for k in range(first) if self._counts(k, found["each"])]
            one = len({self.told[k][1].quantity.value for k in counts}) == 1
            for k in reversed(counts[-_BACK:]) if last - 1 not in counts else ():
                each = reading("ratio", mean.quantity.span, mean, [beside, self.told[k][1]])
                yield each if one else admitted(each)
        elif self._counts(last, found["each"]) and len(found["what"]) >= _NAMED:
            totals = [k for k in range(last - 1) if self._total(k, mean) and found["what"] in self._text(k)]
            if len({self.told[k][1].quantity.value for k in totals}) == 1:
                yield _named(mean, self.told[totals[-1]][1], beside)

    def _total(self, k: int, mean: Fact) -> bool:
        """Whether a figure can be what an average is of: of its unit, a level, and no average itself."""
        return self._level(k, mean.quantity.unit) and not _OF_EACH.search(self._text(k))

    def _counts(self, k: int, each: str) -> bool:
        unit = self.told[k][1].quantity.unit
        if each in _SAME:
            return unit in _SAME[each] or (unit == "个" and self._behind(k).startswith(each))
        return unit == each

    def _behind(self, k: int) -> str:
        end = self.told[k][0].span.end
        return self.document.text[end : end + 4]

    def _of(self, k: int, what: str) -> bool:
        """Whether what is averaged is what the amount was called."""
        return what in _PAID or what in self._text(k)

    def mean(self, i: int) -> Iterator[Claim]:
        """``3个项目平均得分95.3分，分别为96.5分、95.2分和94.2分``: the mean of what is told right behind it."""
        mention, fact = self.told[i]
        count = self.told[i - 1][1]
        if "平均" not in mention.words or not fact.quantity.exact or i + 2 >= len(self.told):
            return
        each: list[Fact] = []
        for k in range(i + 1, len(self.told)):
            opens = _RESPECTIVE.fullmatch(self._text(k)) if not each else _JOINED.fullmatch(self._text(k))
            if opens is None or self.told[k][1].quantity.unit != fact.quantity.unit:
                break
            each.append(self.told[k][1])
        if len(each) > 1 and count.quantity.unit in ("个", "项", "家", "所") and count.quantity.value > 1:
            yield named(reading("ratio", fact.quantity.span, fact, [*each, count]))

    def product(self, i: int) -> Iterator[Claim]:
        """``每场1.5万元、30场，核定45万元``, ``棚均增收4600元，120座大棚共增收55.20万元``."""
        total = self.told[i][1]
        if total.quantity.unit != "CNY" or not _PRODUCT.search(self._text(i)):
            return
        for one, many in ((i - 2, i - 1), (i - 1, i - 2)):
            each, count = self.told[one][1], self.told[many][1]
            if each.quantity.unit != "CNY" or count.quantity.unit in ("CNY", "%", "分", ""):
                continue
            bare = one == i - 1 and self._text(one) in ("、", "×", "*", "，", ",") and _BY.search(self._text(many))
            if (_EACH.search(self._text(one)) or bare) and each.quantity.value < total.quantity.value:
                yield _named(each, total, count)


def _named(mean: Fact, total: Fact, count: Fact) -> Claim:
    return named(reading("ratio", mean.quantity.span, mean, [total, count]))
