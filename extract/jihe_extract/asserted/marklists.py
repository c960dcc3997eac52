"""Marks told one after another in running text: weights with scores, and deductions with what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from jihe_extract.asserted.readings import CHANGES, Told, named, reading
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact

_MARKS = "分"
_SCORED = regex.compile(r"^[，,]?(?:实际|自评|评价|最终)?得分?(?:为|：)?$")
_TAKEN = regex.compile(r"扣(?:减|除|分)?(?:分|了|计|共|合计|共计)?(?:为|：)?$")
_ALL_TAKEN = regex.compile(
    r"(?:合计|共计|总共|累计|共)扣(?:减|除|分)?(?:分)?(?:为|：)?$|扣分(?:合计|共计|总计)(?:为|：)?$"
)
_ANNOUNCES = regex.compile(r"[。：:]|[，,](?:具体|其中|包括|分别|主要|原因|一是|1|①)")
_BARE_TAKEN = regex.compile(r"^扣(?:减|除)?$")
_SOME = regex.compile(r"^.{0,4}其中|主要扣分|主要(?:是|有|原因)|等(?:方面|原因|问题)|扣(?:减|除)?\S{1,6}分等")
_PART_LOST = regex.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*)?(?:项目)?(?P<name>\p{Han}{2,4}?)(?:类|指标|方面|情况|部分|分析|维度)*[。，：:]?\s*"
    r"(?:共|合计|共计)?扣(?:减|除)?(?:分)?"
)
_OF_PART = regex.compile(r"(?:方面|指标|部分)扣")
_WHOLE = regex.compile(r"自评|总|综合|最终")
_ALL = regex.compile(r"总分|总得分|(?:综合|自评|评价|最终)(?:评价)?(?:得分|评分)|合计|共计|总计")
_TAKEN_OFF = regex.compile(r"[，,、（(；;]\s*(?:共|共计|合计|累计)?扣(?:减|除)?分?(?:为|共|合计)?")
LOST = "lost"
"""``Claim.word`` of what a part of the marks (``Claim.scope``) lost."""
OFF_HUNDRED = "off"
"""``Claim.word`` of a total and what was taken off for it."""
_COMPARED = regex.compile(r"较|比上|提高|增加|上升|下降|降低|减少|高于|低于")
_LEAST = 2
_FULL = 100
_LEAST_PAIRS = 3


def marks_told(document: Document, told: Sequence[Told]) -> tuple[list[Claim], list[Claim]]:
    """Claims about lists of weights and scores of one block, and readings of its deductions."""
    reader = _Marks(document, told)
    return [*reader.pairs(), *reader.lost_of_part(), *reader.lost_of_hundred()], [*reader.deductions()]


class _Marks:
    """Reads the marks of one block."""

    def __init__(self, document: Document, told: Sequence[Told]) -> None:
        self.document = document
        self.told = [t for t in told if t[1].quantity.unit == _MARKS and t[1].quantity.exact]

    def _label(self, i: int) -> str:
        return self.told[i][0].words.strip(" 　“”")

    def pairs(self) -> Iterator[Claim]:
        """``得分93分，其中履职（40分）得37分，管理（60分）得56分``: the total, and weight and score of each part."""
        i, found = 0, list[tuple[Fact, Fact]]()
        total: Fact | None = None
        while i < len(self.told):
            pair = self._pair(i)
            if pair is not None:
                found.append(pair)
                i += 2
                continue
            if len(found) >= _LEAST_PAIRS:
                total = self.told[i][1] if total is None and self._totals(i) else total
                break
            total, found = (self.told[i][1] if self._may_total(i) else total), []
            i += 1
        if total is None and len(found) > _LEAST_PAIRS and found[0][0].quantity.value == _FULL:
            total = found.pop(0)[1]  # 总分100分，得分91.4分，其中……
        if total is not None and len(found) >= _LEAST_PAIRS:
            every = [total.quantity.span, *(f.quantity.span for pair in found for f in pair)]
            span = Span(min(s.start for s in every), max(s.end for s in every))
            yield Claim("score", span, stated=total, operands=tuple(f for pair in found for f in pair))

    def _may_total(self, i: int) -> bool:
        """Whether marks may be a total: neither a change nor another year's."""
        fact, label = self.told[i][1], self._label(i)
        return fact.measure not in CHANGES and not fact.period and not _COMPARED.search(label)

    def _totals(self, i: int) -> bool:
        """Whether marks behind a list are what it comes to: ``……，效益27.6分（30分），综合得分93.8分``."""
        return self._may_total(i) and _ALL.search(self._label(i)) is not None

    def _pair(self, i: int) -> tuple[Fact, Fact] | None:
        """Weight and score, whichever stands first."""
        if i + 1 >= len(self.told):
            return None
        (a, first), (b, second) = self.told[i], self.told[i + 1]
        if b.bracket == a.span.end and a.bracket is None:
            return second, first  # 产出指标49分（50分）
        closed = a.bracket is not None and self.document.text[a.span.end : a.span.end + 1] in ("）", ")")
        between = self.document.text[a.span.end + closed : b.span.start].strip()
        if b.bracket is None and (closed or a.bracket is None) and _SCORED.match(between):
            return first, second  # 履职（40分）得37.6分, 履职40分，得37.6分
        return None

    def lost_of_part(self) -> Iterator[Claim]:
        """``（二）过程方面扣3.15分。``: what a part named at the head of its paragraph lost."""
        for mention, fact in self.told[:1]:
            block = self.document.block_at(mention.span.start)
            head = self.document.text[block.span.start if block is not None else 0 : mention.span.start]
            found = _PART_LOST.fullmatch(head)
            if found is not None:
                span = Span(mention.span.start - len(head), mention.span.end)
                yield Claim("score", span, stated=fact, word=LOST, scope=found["name"])

    def lost_of_hundred(self) -> Iterator[Claim]:
        """``自评98.35分，扣1.65分``: what was taken off full marks, right behind what is left of them."""
        for (a, total), (b, lost) in pairwise(self.told):
            between = self.document.text[a.span.end : b.span.start].strip()
            whole = total.measure == "总分" or _WHOLE.search(a.words)
            if whole and _TAKEN_OFF.fullmatch(between) and a.bracket == b.bracket:
                yield Claim("score", Span(a.span.start, b.span.end), stated=total, operands=(lost,), word=OFF_HUNDRED)

    def deductions(self) -> Iterator[Claim]:
        """``决策方面扣2.5分。……，扣1分；……，扣1.5分``, ``执行扣2分，数量扣6分，合计扣8分``: what deductions come to."""
        taken = [i for i in range(len(self.told)) if _TAKEN.search(self._label(i))]
        if len(taken) <= _LEAST:
            return
        facts = [self.told[i][1] for i in taken]
        if _ALL_TAKEN.search(self._label(taken[-1])):
            yield self._sum(facts[-1], facts[:-1], sure=True)
        elif self._announced(taken):
            first, last = self.told[taken[0]][0].span.end, self.told[taken[-1]][0].span.end
            around = self.document.text[first:last]
            yield self._sum(facts[0], facts[1:], sure=_SOME.search(around) is None)

    def _announced(self, taken: Sequence[int]) -> bool:
        """Whether the first deduction is told of a whole and the others of what it consists of."""
        behind = self.document.text[self.told[taken[0]][0].span.end :][:8]
        return (
            _ANNOUNCES.match(behind) is not None
            and _BARE_TAKEN.match(self._label(taken[0])) is None
            and all(self._told_of_reason(i) for i in taken[1:])
        )

    def _told_of_reason(self, i: int) -> bool:
        """Whether a deduction follows the clause that tells its reason, or runs on from it."""
        return _OF_PART.search(self._label(i)) is None

    def _sum(self, total: Fact, parts: Sequence[Fact], *, sure: bool) -> Claim:
        found = reading("sum", total.quantity.span, total, parts, is_open=not sure)
        return named(found) if sure else found
