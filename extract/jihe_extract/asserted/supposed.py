"""Relations that the build of a sentence suggests, whatever its figures are called.

``共下达资金90万元，其中中央60万元、省级30万元`` is a list that adds up although nothing names the measure, and
``下达90万元，支付72万元，使用率80%`` is a quotient. What is read here is no claim of the report: several
readings of one place stand side by side, with the same span, and the audit doubts a place only where a slip of the
hand would make one of them hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from msgspec.structs import replace

from jihe_extract.asserted.readings import CHANGES, DIVIDED, ENOUGH, Told, admitted, reading
from jihe_extract.asserted.supposedrates import RatesOfBlock
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.listwords import list_opener

_LEFT = frozenset({"年末结转", "节约额", "上年结转"})
_BACK = 3
"""Most figures or sentences looked back at for a whole or a remainder."""
_MOST_WHOLES = 4
"""Most amounts of a sentence before a list that it may divide."""
_FAR = 5
"""The same for what only verifies."""
_OTHER = re.compile(r"完成|计划|目标|任务|占|较|比|同比")
_FOR_EACH = re.compile(r"每[\u4e00-\u9fff]{1,3}$")
"""What stands before an amount for each (每名1000元), which is no part of a sum."""
_OPENING = 4
"""Characters right behind a whole in which the list of its parts opens."""
_SIDE = re.compile(r"(?:收入|支出)(?:包括|包含)")
"""``收入包括……；支出包括……``: both sides of a whole of the sentence before."""


def supposed(document: Document, told: Sequence[Told], before: Sequence[Fact]) -> Iterator[Claim]:
    """Readings of one block. ``before`` are the figures of the last sentence before it."""
    reader = _Reader(document, told, before)
    for i, (mention, fact) in enumerate(told):
        if fact.quantity.unit in ("", "分"):
            continue
        if fact.quantity.unit == "%":
            if fact.quantity.in_points:
                yield from reader.points(i)
            else:
                yield from (*reader.rate(i), *reader.counted_behind(i))
            continue
        if reader.averages(mention, fact):
            yield from reader.average(i)
        if fact.measure in CHANGES:
            yield from reader.difference(i)
            continue
        if list_opener(reader.words(mention), mention.bracket is not None):
            yield from reader.parts_behind(i)
        else:
            yield from reader.bracketed(i)
        if reader.sums(mention):
            yield from reader.parts_before(i)
        if fact.measure in _LEFT or reader.left(mention):
            yield from reader.remainder(i)


class _Reader(RatesOfBlock):
    """Reads the places of one block."""

    def parts_behind(self, i: int) -> Iterator[Claim]:
        """A list behind its opener, and the amounts before it as its whole; each ；-group may be a list of its own."""
        mention, fact = self.told[i]
        groups: dict[int, list[Fact]] = {}
        divided = -1
        for k, (m, f) in enumerate(self.told[i:], i):
            inside = m.bracket == mention.bracket
            if m.sentence != mention.sentence and (mention.bracket is None or not inside):
                break
            if not inside:
                continue
            if k > i and (self.sums(m) or list_opener(self.words(m), m.bracket is not None)):
                if m.group not in groups or self.sums(m):
                    break
                divided = m.group  # 人员经费90万元，包括工资60万元、补助30万元；公用经费10万元
            if m.group != divided and self._level(k, fact.quantity.unit):
                groups.setdefault(m.group, []).append(f)
        wholes = self._wholes(i)
        parts: list[Fact] = []
        lists: list[list[Fact]] = []
        for group in groups.values():
            parts = [*parts, *group]
            lists.append(parts)
        yield from self._places(wholes, [p for p in reversed(lists) if len(p) >= ENOUGH])
        first = self._run_on(i, next(iter(groups.values()), []))
        if len(first) >= ENOUGH and (whole := self._divided(i)) is not None:
            yield replace(next(self._places([whole], [first])), word=DIVIDED)
        for group in list(groups.values())[1:]:
            yield from self._places(wholes, [group] if len(group) >= ENOUGH else [])

    def _run_on(self, i: int, parts: Sequence[Fact]) -> list[Fact]:
        """The parts up to one that is told of something else: what was planned, or what a rate is of."""
        spans = [p.quantity.span for p in parts]
        kept: list[Fact] = []
        for m, f in self.told[i:]:
            if f.quantity.span not in spans:
                continue
            words = self.document.quote(m.label)
            if kept and (_OTHER.search(words) or self.document.text.startswith("的", m.span.end)):
                break
            kept.append(f)
        return kept

    def _divided(self, i: int) -> Fact | None:
        """The amount right before the word that opens a list: what the list divides, and nothing else."""
        if not i:
            return None
        k = i - 1
        if k and self.told[k][1].quantity.unit == "%":
            of_base = self.document.text[self.told[k - 1][0].span.end : self.told[k][0].span.start].strip() == "的"
            k -= 2 if of_base and k > 1 else 1  # 造林5万亩，占任务4万亩的125%，其中……
        (last, whole), (mention, fact) = self.told[k], self.told[i]
        between = self.document.text[self.told[i - 1][0].span.end : mention.span.start].lstrip("，,（(：: 。")
        near = list_opener(between[:_OPENING], mention.bracket is not None) is not None
        return whole if near and self._level(k, fact.quantity.unit) and last.bracket is None else None

    def _places(self, wholes: Sequence[Fact], lists: Sequence[Sequence[Fact]]) -> Iterator[Claim]:
        """Readings of one place: every whole with every list."""
        if not lists:
            return
        span = Span(lists[0][0].quantity.span.start, lists[0][-1].quantity.span.end)
        loose = self.bracket_open or self.document.text[span.end : span.end + 1] == "等"
        is_open = [loose and not self._shared_out(parts) for parts in lists]
        for whole in wholes:
            for parts, left_open in zip(lists, is_open, strict=True):
                yield reading("sum", span, whole, parts, is_open=left_open)

    def _shared_out(self, parts: Sequence[Fact]) -> bool:
        """Whether each part has its share right behind it and the shares make up all: the list leaves nothing out."""
        shares = [s.quantity for p in parts if (s := self._shares.get(p.quantity.span)) is not None]
        if not len(shares) == len(parts) > ENOUGH:
            return False
        return abs(sum((s.value for s in shares), Decimal(-1))) <= max(s.step for s in shares)

    @cached_property
    def _shares(self) -> dict[Span, Fact]:
        """The share right behind each figure that has one."""
        return {f.quantity.span: g for (_, f), (_, g) in pairwise(self.told) if g.measure == "占比"}

    def _wholes(self, i: int) -> list[Fact]:
        """Amounts that a list opened at ``i`` may divide, the likeliest first."""
        mention, fact = self.told[i]
        unit = fact.quantity.unit
        self.bracket_open = mention.bracket is None
        if mention.bracket is not None:
            near = i > 0 and self.told[i - 1][0].span.end == mention.bracket and self._level(i - 1, unit)
            return [self.told[i - 1][1]] if near else []
        first = self._first(i)
        same = self._levels(first, i, i, None)
        wholes = [*same[-1:], *same[:1]]
        back = first
        for _ in range(1 if same else _BACK):
            if same and not _SIDE.search(self.words(mention)):
                break
            if not back:
                told = [f for f in self.before if f.quantity.unit == unit and f.measure not in CHANGES]
                wholes += [] if wholes else told[:1]
                break
            start = self._first(back - 1)
            told = self._levels(start, back, back - 1, None) if self.told[back - 1][1].quantity.unit else []
            told = [f for f in told if f.quantity.unit == unit] or self._of_unit(start, back, unit)
            wholes += [*told[:1], *told[-1:], *told[1:_MOST_WHOLES]]
            back = start
        return list(dict.fromkeys(wholes))

    def _of_unit(self, lo: int, hi: int, unit: str) -> list[Fact]:
        own = [k for k in range(lo, hi) if self.told[k][0].bracket is None and self._level(k, unit)]
        return [self.told[k][1] for k in own if _FOR_EACH.search(self.told[k][0].words) is None]

    def bracketed(self, i: int) -> Iterator[Claim]:
        """A bracket right behind an amount with amounts in it: ``90万元（中央60万元、省级30万元）``."""
        mention, fact = self.told[i]
        at = mention.bracket
        k = i - 1
        if k > 0 and self.told[k][1].quantity.unit == "%" and self.told[k][0].span.end == at:
            k -= 1  # 技术人员90人，占60%（高级20人、中级30人、初级40人）
        beside = k >= 0 and self.told[i - 1][0].span.end == at and self.told[k][0].group == mention.group
        if at is None or not beside or not self._level(k, fact.quantity.unit):
            return
        parts = [
            f for k, (m, f) in enumerate(self.told[i:], i) if m.bracket == at and self._level(k, fact.quantity.unit)
        ]  # fmt: skip
        if len(parts) >= ENOUGH:
            yield reading("sum", Span(at, parts[-1].quantity.span.end), self.told[k][1], parts)

    def parts_before(self, i: int) -> Iterator[Claim]:
        """Amounts of the sentence before the one that is called their sum."""
        mention, fact = self.told[i]
        first = self._first(i)
        start = next(k for k in range(first, i + 1) if self.told[k][0].group == mention.group)
        added = next(
            (k for k in range(i, start - 1, -1) if self.adding_words.search(self.words(self.told[k][0]))), None
        )
        readings: list[list[Fact]] = []
        if added is not None:
            behind = self._levels(added, i, i, mention.bracket)
            heads = self._levels(start, added, i, mention.bracket) or self._heads_before(first, fact.quantity.unit)
            readings += [[head, *behind] for head in dict.fromkeys((*heads[-1:], *heads[:1]))]
        readings += [self._levels(start, i, i, mention.bracket), self._levels(first, i, i, mention.bracket)]
        if first == i and mention.bracket is None:
            readings += self._sentences_back(i, fact.quantity.unit)
        seen: set[tuple[Span, ...]] = set()
        each = {f.quantity.span for m, f in self.told[first:i] if _FOR_EACH.search(m.words) is not None}
        for told in readings:
            parts = [f for f in told if f.quantity.span not in each]
            key = tuple(p.quantity.span for p in parts)
            if len(parts) >= ENOUGH and key not in seen:
                seen.add(key)
                yield reading("sum", fact.quantity.span, fact, parts)

    def _heads_before(self, first: int, unit: str) -> list[Fact]:
        """Amounts of the sentence before; where that one only divides an earlier amount (其中), those it divides."""
        back = first
        while back:
            at = self._first(back - 1)
            if not self.words(self.told[at][0]).lstrip("。；，; ").startswith("其中"):
                break
            back = at
        near = [f for f in self._sentence_before(back) if f.quantity.unit == unit]
        return near or [f for f in self._sentence_before(first) if f.quantity.unit == unit]

    def _sentences_back(self, i: int, unit: str) -> list[list[Fact]]:
        """All amounts of the sentence before, alone and with the first one of a sentence before that."""
        last = self._first(i - 1) if i else 0
        near = self._of_unit(last, i, unit)
        heads = [near]
        for _ in range(_BACK - 1 if last else 0):
            earlier = self._first(last - 1)
            first = self._of_unit(earlier, last, unit)[:1]
            heads += [[*first, *near[:1]], [*first, *near]] if first else []
            last = earlier
            if not last:
                break
        return heads

    def remainder(self, i: int) -> Iterator[Claim]:
        """``下达90万元，支付72万元，结余18万元``: what is left is the difference of two amounts before it."""
        mention, fact = self.told[i]
        levels = self._levels(self._first(i), i, i, mention.bracket)[-_BACK:]
        pairs = [(levels[-2], levels[-1]), (levels[0], levels[-1])] if len(levels) >= ENOUGH else []
        added = any(self.adding_words.search(self.words(m)) for m, _ in self.told[self._first(i) : i])
        if added and len(levels) > ENOUGH:
            pairs = []  # what was there before was added: 上年结转30万元，加上收入90万元，减去支出80万元，结余40万元
        for whole, spent in dict.fromkeys(pairs):
            yield reading("sum", fact.quantity.span, whole, [spent, fact])
        every = self._levels(self._first(i), i, i, mention.bracket)[-_FAR:]
        for whole in every[:-1]:
            yield admitted(reading("sum", fact.quantity.span, whole, [every[-1], fact]))

    def difference(self, i: int) -> Iterator[Claim]:
        """A change right behind two amounts: ``支出72万元，预算90万元，差值为18万元``."""
        mention, fact = self.told[i]
        levels = [
            f for m, f in self.told[self._first(i) : i]
            if m.bracket == mention.bracket and m.group == mention.group and f.quantity.unit == fact.quantity.unit
        ]  # fmt: skip
        if len(levels) == ENOUGH and all(f.quantity.exact and f.measure not in CHANGES for f in levels):
            yield reading("difference", fact.quantity.span, fact, levels)
