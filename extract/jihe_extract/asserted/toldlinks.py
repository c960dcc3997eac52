"""Figures that the words of one clause tie together, whatever they measure.

``维修28处，完成计划30处的93.33%``, ``贫血率3.2%，较上年的3.9%下降0.7个百分点``, ``由1.85吨增加到2.20吨，增产18.92%``:
here the sentence itself says what was computed of what. What is read are readings of one place with ``word`` =
``NAMED``: where none of them holds, no slip of the hand need explain it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex
from msgspec.structs import replace

from jihe_extract.asserted.readings import CHANGES, BlockReader, Told, named, reading
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, ClaimKind, Fact

_OF_BASE = regex.compile(r"的(?:比例|比重)?(?:为|达到?|是)?")
_TAKEN_OF = regex.compile(r"(?:占|完成|达到?|为|是|相当于)[^，。；较比]*$")
_MORE = r"提高|提升|上升|增长|增加|增幅|升高|上涨|增产|增收|扩大|升幅|涨幅|核增|调增"
_LESS = r"下降|降低|减少|降幅|回落|减幅|压减|缩短|缩小|核减|调减|压缩|精简"
_MOVES = regex.compile(rf"(?:{_MORE}|{_LESS})(?:幅度|率|了|为|约|达到?)*$")
_REACHED = regex.compile(rf"(?:{_MORE}|{_LESS}|增|升|降|减|扩|涨)(?:到|至|为)[^，。；]{{0,8}}$")
_FROM = regex.compile(r"由|从")
_AGAINST = regex.compile(r"^[，,、（(]?(?:分别)?(?:均)?(?:较|比|同比|高于|低于|高出|超出|超过|优于|与)[^，。；]{0,24}$")
_APART = regex.compile(
    rf"^[^，,。；]{{0,12}}[，,]?(?:相比)?(?:同比|分别)?(?:{_MORE}|{_LESS}|高出?|低|多|少|超出?)?(?:了|约)?$"
)
_OF_EACH = regex.compile(r"[均每]")
_YEARLY = regex.compile(r"年均|平均|复合")
_BOUND = regex.compile(r"^[，,、]?(?:均)?(?:高|低)[于出]|^[，,、]?超[过出]")
_SINCE = regex.compile(r"^[，,、（(]?(?:同比|较|比|与|环比)[^，。；]{0,16}$")
_REST = regex.compile(r"(?:^|[，,、；])(?:其余|剩余|余下|尚余|尚有)(?:的)?\p{Han}{0,6}$")
_LAST = regex.compile(r"^[，,、（(]?(?:与|较|比)(?:上年|去年|上一?年度|20\d\d年)(?:同期|末|底)?的?$")
_SINCE_LAST = regex.compile(r"(?:与|较|比)(?:上年|去年|上一?年度|20\d\d年)[^，。；]{0,10}$")
_CHANGED = regex.compile(rf"^(?:相比)?[，,]?(?:{_MORE}|{_LESS})(?:了)?$")
_AMONG = regex.compile(r"^[^，。；、]{0,10}(?:中|[，,]其中)[，,]?[^，。；]{0,20}$")
_SHARE = regex.compile(r"[^，。；]{0,10}[，,]占(?:比|总数的?)?(?:为)?")
_OWN_RATE = regex.compile(r"[^，。；]{0,12}[，,]\p{Han}{1,6}率(?:为|达到?)?")
_LONG = 3
_WITHOUT = regex.compile(r"未|不|没|无")
_CAME = regex.compile(r"新增|增加|调入|招录|招聘|录用|纳入|新进|转入|入职|引进")
_WENT = regex.compile(r"退出|减少|调出|退休|离职|辞职|清退|转出|取消|注销|死亡")
_NET = regex.compile(r"净(?:增|减)\p{Han}{0,4}$")
_IN_ALL = regex.compile(r"[，,、]?(?:合计|共计|总计|共)(?:有|为)?")
_NEXT = regex.compile(r"[、，,和及]\s*\p{Han}{1,12}")
_ADDED = ("、", "和", "及", "与")
_LONGEST = 40
"""Characters between a figure and what it is compared with."""


def told_links(document: Document, told: Sequence[Told]) -> Iterator[Claim]:
    """Readings of one block."""
    reader = _Links(document, told, ())
    for i, (_, fact) in enumerate(reader.told):
        if not fact.quantity.exact or not i:
            continue
        if fact.quantity.unit == "倍":
            yield from reader.of_base(i)
        elif fact.quantity.unit != "%":
            yield from (*reader.rest(i), *reader.net(i), *reader.in_all(i))
            yield from reader.difference_of_levels(i)
        elif fact.quantity.in_points:
            yield from reader.points_apart(i)
        else:
            yield from (*reader.of_base(i), *reader.grown_from(i), *reader.moved_by(i), *reader.moved_from(i))
            yield from reader.grown_since(i)
            yield from (*reader.base_behind(i), *reader.some_of(i))


class _Links(BlockReader):
    """Reads the places of one block."""

    def _beside(self, *places: int) -> bool:
        """Whether figures stand in one ；-group and one bracket, the nearest of them close together."""
        mentions = [self.told[k][0] for k in places]
        near = all(b.span.start - a.span.end <= _LONGEST for a, b in pairwise(mentions))
        return near and len({(m.group, m.sentence, m.bracket) for m in mentions}) == 1

    def _same_unit(self, *places: int) -> bool:
        facts = [self.told[k][1] for k in places]
        return len({f.quantity.unit for f in facts}) == 1 and all(f.quantity.exact for f in facts)

    def of_base(self, i: int) -> Iterator[Claim]:
        """``维修28处，完成计划30处的93.33%``: the rate of the figure right before it, of the one before that."""
        mention, rate = self.told[i]
        last, base = self.told[i - 1]
        between = self.document.text[last.span.end : mention.span.start].strip()
        words = self.document.quote(Span(last.lead.start, last.label.end))
        if not _OF_BASE.fullmatch(between) or not _TAKEN_OF.search(words) or base.quantity.unit in ("%", ""):
            return
        for k in range(i - 2, -1, -1):
            m, top = self.told[k]
            if m.sentence != mention.sentence or m.bracket != mention.bracket:
                return
            if self._level(k, base.quantity.unit):
                if base.quantity.unit != "CNY" or k == i - 2:
                    yield _told("ratio", rate, [top, base])
                return

    def points_apart(self, i: int) -> Iterator[Claim]:
        """``3.2%，较上年的3.9%下降0.7个百分点``: the difference of the two rates right before."""
        if i < 2 or not self._beside(i - 2, i - 1, i):
            return
        (_, first), (_, second), (_, apart) = self.told[i - 2 : i + 1]
        if second.quantity.relation != "eq" and _BOUND.match(self._between(i - 2, i - 1)):
            second = replace(second, quantity=second.quantity.related("eq"))  # 高于95%的目标值2.3个百分点
        rates = all(f.quantity.unit == "%" and f.quantity.exact and not f.quantity.in_points for f in (first, second))
        words, behind = self._between(i - 2, i - 1), self._between(i - 1, i)
        compared = _AGAINST.match(words) or _REACHED.search(words)
        if rates and compared and _APART.match(behind):
            yield _told("difference", apart, [first, second])

    def grown_from(self, i: int) -> Iterator[Claim]:
        """``由1.85吨增加到2.20吨，增产18.92%``: the growth of one figure to the next, right before its rate."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1):
            return
        mention, rate = self.told[i]
        words = self.words(mention)
        if _YEARLY.search(words) or not _MOVES.search(words):
            return
        if i > 2 and self._beside(i - 3, i - 2) and self._same_unit(i - 3, i - 2) and self._from_to(i - 3):
            yield _told("growth", rate, [self.told[i - 2][1], self.told[i - 3][1]])  # with the change between
        elif self._from_to(i - 2) and self.told[i - 1][1].quantity.unit != "%":
            yield _told("growth", rate, [self.told[i - 1][1], self.told[i - 2][1]])

    def _from_to(self, k: int) -> bool:
        """Whether a figure is where something began (由…), and the next one what it came to (增加到…)."""
        begun = _FROM.search(self.words(self.told[k][0]))
        return begun is not None and _REACHED.search(self._between(k, k + 1)) is not None

    def moved_by(self, i: int) -> Iterator[Claim]:
        """``事件7起，同比减少3起，下降30%``: the rate of a change told right behind the level."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1):
            return
        (_, level), (_, moved), (mention, rate) = self.told[i - 2 : i + 1]
        words = self._between(i - 2, i - 1)
        single = _SINCE.match(words) and _MOVES.search(words) and _MOVES.search(self.words(mention))
        if single and moved.quantity.unit != "%" and level.measure not in CHANGES:
            delta = replace(moved, measure="增减额")
            earlier = [
                f for f in self._levels(self._first(i), i - 2, i - 2, mention.bracket) if f.measure not in CHANGES
            ]
            for now in (level, *earlier):  # 预算90万元，其中甲60万元、乙30万元，较上年增加9万元，增长11%
                yield _told("growth", rate, [now, delta])

    def moved_from(self, i: int) -> Iterator[Claim]:
        """``与上年的4.95万元相比减少0.27万元，下降5.45%``: the rate of a change of the base right before it."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1):
            return
        (first, base), (_, moved), (mention, rate) = self.told[i - 2 : i + 1]
        since = _SINCE_LAST.search(self.words(first)) and base.quantity.unit != "%"
        if since and _CHANGED.match(self._between(i - 2, i - 1)) and _MOVES.search(self.words(mention)):
            yield _told("ratio", rate, [moved, base])

    def grown_since(self, i: int) -> Iterator[Claim]:
        """``门诊8260人次，比上年的7900人次增长4.56%``: the growth of a level on last year's, told right behind it."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1):
            return
        (mention, level), (_, base), (_, rate) = self.told[i - 2 : i + 1]
        joined = i > 2 and self._beside(i - 3, i - 2) and self._between(i - 3, i - 2).startswith(_ADDED)
        if joined or level.quantity.unit == "%" or not _LAST.match(self._between(i - 2, i - 1)):
            return
        if _CHANGED.match(self._between(i - 1, i)) and level.measure not in CHANGES:
            for now in dict.fromkeys((level, *self._levels(self._first(i), i - 2, i - 2, mention.bracket))):
                yield _told("growth", rate, [now, base])  # 支出90万元，其中……30万元，比上年的80万元增长12.5%

    def base_behind(self, i: int) -> Iterator[Claim]:
        """``占常住居民的26.16%（常住35412人）``: a share with its whole in a bracket behind it."""
        mention, rate = self.told[i]
        if i + 1 >= len(self.told) or "占" not in mention.words:
            return
        behind, base = self.told[i + 1]
        top = self.told[i - 1][1]
        alone = i + 2 >= len(self.told) or self.told[i + 2][0].bracket != behind.bracket
        near = behind.bracket == mention.span.end and self.told[i - 1][0].group == mention.group
        if near and alone and top.quantity.unit == base.quantity.unit and top.quantity.exact and base.quantity.exact:
            yield _told("ratio", rate, [top, base])

    def some_of(self, i: int) -> Iterator[Claim]:
        """``20个小区中，成立业委会的14个，占70%``: some of the things counted right before."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1):
            return
        (_, base), (_, top), (_, rate) = self.told[i - 2 : i + 1]
        of_them = _AMONG.match(self._between(i - 2, i - 1)) and base.quantity.unit not in ("CNY", "%", "分", "")
        told = self._between(i - 1, i)
        sharp = rate.quantity.value < 1 and sum(c.isdigit() for c in rate.quantity.shown) >= _LONG
        if of_them and (_SHARE.fullmatch(told) or (sharp and _OWN_RATE.fullmatch(told))):
            without = _WITHOUT.search(told) is not None and _SHARE.fullmatch(told) is None
            yield _told("growth", rate, [top, base]) if without else _told("ratio", rate, [top, base])

    def net(self, i: int) -> Iterator[Claim]:
        """``新增1624人，退出2087人，净减少463人``: the difference of those who came and those who went."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1, i):
            return
        (first, one), (second, other), (mention, apart) = self.told[i - 2 : i + 1]
        came, went = ([bool(pattern.search(self.words(m))) for m in (first, second)] for pattern in (_CAME, _WENT))
        if _NET.search(self.words(mention)) and came != went and came[0] != came[1] and went[0] != went[1]:
            yield _told("difference", apart, [one, other])
            for earlier in self._levels(self._first(i), i - 2, i - 2, mention.bracket):
                yield _told("difference", apart, [earlier, other])  # 招录86名，其中甲66名、乙20名，退休54名，净增32名

    def in_all(self, i: int) -> Iterator[Claim]:
        """``行政编制6名、事业编制11名，合计17名``: counts one after another and what they come to."""
        mention, whole = self.told[i]
        if whole.quantity.unit in ("CNY", "分", "") or not _IN_ALL.fullmatch(self._between(i - 1, i)):
            return
        parts: list[Fact] = []
        for k in range(i - 1, -1, -1):
            m, f = self.told[k]
            same = (m.sentence, m.bracket, f.quantity.unit) == (mention.sentence, mention.bracket, whole.quantity.unit)
            if not same or not self._level(k, whole.quantity.unit):
                break
            parts.insert(0, f)
            if not k or not _NEXT.fullmatch(self._between(k - 1, k)):
                break
        if len(parts) > 1:
            yield _told("sum", whole, parts)

    def difference_of_levels(self, i: int) -> Iterator[Claim]:
        """``由38家增加到57家，增加19家``, ``1.47元，较上年1.52元下降0.05元``: the difference of the two."""
        if i < 2 or not self._beside(i - 2, i - 1, i) or not self._same_unit(i - 2, i - 1, i):
            return
        (first, one), (_, other), (_, apart) = self.told[i - 2 : i + 1]
        words, behind = self._between(i - 2, i - 1), self._between(i - 1, i)
        from_to = self._from_to(i - 2)
        compared = _AGAINST.match(words) and not _MOVES.search(words)
        if not from_to and i > 2 and _OF_EACH.search(self.words(first)):
            return  # 运行费16万元，车均1万元，较上年的17万元减少1万元
        if (from_to or compared) and _APART.match(behind) and _MOVES.search(behind) and one.measure not in CHANGES:
            yield _told("difference", apart, [one, other])
            mention = self.told[i][0]
            for earlier in self._levels(self._first(i), i - 2, i - 2, mention.bracket) if compared else ():
                yield _told("difference", apart, [earlier, other])  # 26万元，其中……2万元，比上年的10万元增加16万元

    def rest(self, i: int) -> Iterator[Claim]:
        """``发现37处，整改35处，其余2处列入计划``: what is left of a count once its parts are taken off."""
        mention, left = self.told[i]
        if left.quantity.unit in ("CNY", "分", "") or not _REST.search(mention.words):
            return
        before = self._levels(self._first(i), i, i, mention.bracket)
        if len(before) > 1:
            yield _told("sum", before[-2], [before[-1], left], at=left)
            yield _told("sum", before[-1], [before[-2], left], at=left)  # 620宗，占应登记680宗的91.2%，剩余60宗
            if len(before) > 2:
                yield _told("sum", before[0], [before[-1], left], at=left)
                yield _told("sum", before[0], [*before[1:], left], at=left)

    def _between(self, k: int, n: int) -> str:
        """What stands between two figures, brackets with figures apart."""
        return self.document.text[self.told[k][0].span.end : self.told[n][0].span.start].strip()


def _told(kind: ClaimKind, stated: Fact, operands: Sequence[Fact], at: Fact | None = None) -> Claim:
    return named(reading(kind, (at or stated).quantity.span, stated, operands))
