"""Shares of running text: the part that is told of, and the whole that the words behind 占 name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import regex
from msgspec.structs import replace

from jihe_extract.asserted.listclaims import NEVER_HEADS
from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.listwords import is_total
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphstate import BUSINESS, COUNT
from jihe_extract.prose.partlists import BUDGETS

_BETWEEN = frozenset(" 、，和与及")
_NEUTRAL = regex.compile(r"20\d\d年度?|[\s，。、：:“”‘’\"'（）()]|(?:分别)?[为是达]到?$|^[^\p{Han}]+")
_LEAST_NAME = 4
_TOGETHER = regex.compile(
    r"(?:和|与|及|、|[两三四几]项|[两三四几]类|前[两三四五]\p{Han})\p{Han}{0,12}(?:合计|共计|合并|之和|共)占"
)
"""A share of several parts together."""
_INVESTED = re.compile(r"占(?:项目|计划|概算)?(?:总投资|投资总额|合同(?:总?价|总?额|金额))")
"""Wholes that no total of the budget is: always those so named."""
_OF_BUDGET = frozenset({"完成预算比", "完成年初预算比"})
_SHARE_END = re.compile(r"(?:的|之|比重|比例|比率|比|达到|达|约|为|是|：|\s)+$")


class SharesOfBlock:
    """Finds the operands of the shares of one block."""

    def __init__(
        self, document: Document, found: list[tuple[Mention, Fact]], reader: LabelReader, told: Sequence[Fact] = ()
    ) -> None:
        """``found`` are the block's figures with their facts; ``told`` the amounts of the blocks before."""
        self.told = told
        self.document = document
        self.found = found
        self.reader = reader

    def share(self, i: int, mention: Mention) -> tuple[tuple[Fact, ...], str, bool]:
        """Part and whole of a share, or the part with the scope of its whole; and whether both are certain."""
        if (before := self._of_whole_before(i, mention)) is not None:
            return before, "", True
        if _TOGETHER.search(self.document.quote(mention.label)):
            return (), "", True
        pair = self._paired(i)
        part, of = pair or (self._own_part(i, mention), mention)
        if pair is not None and part is not None:
            named = self._named_whole(of, part) or self._budget_before(i)
            if named is not None:
                return (part, named), "", False
        whole = self._whole(of)
        if part is not None and _INVESTED.search(of.words):
            named = self._named_whole(of, part)
            if named is not None:
                return (part, named), "", False
        if part is not None and whole is not None:
            return (part,), whole, pair is None
        last = part or self._told_last(i, mention)
        if last is not None and (named := self._named_whole(of, last)) is not None:
            return (last, named), "", False
        if whole is None:
            return (), "", True
        counted = self._counted_share(i, mention)
        near = (
            counted and self.document.text.find("。", counted[1].quantity.span.end, counted[0].quantity.span.start) < 0
        )
        return counted, whole, bool(near)

    def _of_whole_before(self, i: int, mention: Mention) -> tuple[Fact, ...] | None:
        """``追加48万元，占年初批复数2146万元的2.2%``: 占 opens the whole, and the part stands before it.

        Empty when the part is not told; None when the share is not told this way.
        """
        if not i or mention.words.strip() != "的":
            return None
        of, whole = self.found[i - 1]
        words = of.words
        if of.sentence != mention.sentence or "占" not in words or whole.quantity.unit == "%":
            return None
        if words.strip(" ，").partition("占")[0]:
            return None
        for m, f in reversed(self.found[: i - 1]):
            if m.sentence != of.sentence or m.group != of.group:
                break
            if m.bracket == of.bracket and f.quantity.unit == whole.quantity.unit:
                return (f, whole)
        return ()

    def _told_last(self, i: int, mention: Mention) -> Fact | None:
        """The amount right before a share in its group, named or not."""
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence or m.group != mention.group:
                return None
            if f.quantity.unit == "CNY" and f.measure not in ("增减额", "节约额"):
                return f
        return None

    def _paired(self, i: int) -> tuple[Fact | None, Mention] | None:
        """One of several shares told together of as many amounts: ``甲、乙分别为60万元、30万元，占总额的66.7%和33.3%``.

        The amount in the share's place, and the mention of the first share, whose words name the whole.
        """
        shares = self._run(i)
        before = self._run(shares[0] - 1) if shares[0] else []
        if len(shares) > 1 and "分别" in self.found[shares[0]][0].words:
            before = self._listed(shares[0], len(shares)) or before
        if len(shares) < 2 or len(before) != len(shares):
            return None
        first, amounts = self.found[shares[0]][0], [self.found[k][1] for k in before]
        same = self.found[before[-1]][0].sentence == first.sentence and len({f.quantity.unit for f in amounts}) == 1
        if not same or amounts[0].quantity.unit == "%" or "占" not in first.words:
            return None
        return amounts[shares.index(i)], first

    def _shares_out(self, i: int, fact: Fact) -> bool:
        """Whether rates of a budget are shares of several amounts: ``甲6万元、乙3万元，分别占预算的67%、33%``."""
        return fact.measure in _OF_BUDGET and self._paired(i) is not None

    def _budget_before(self, i: int) -> Fact | None:
        """The last budget told before shares of one: that of no part or project."""
        if self.found[i][1].measure not in _OF_BUDGET:
            return None
        whole = (f for f in reversed((*self.told, *(f for _, f in self.found[:i]))) if f.measure in BUDGETS)
        return next((f for f in whole if not (f.scope or f.subject or f.period) and f.quantity.exact), None)

    def _listed(self, first: int, count: int) -> list[int]:
        """As many amounts as there are shares, right before them: ``甲60万元、乙30万元，分别占66.7%、33.3%``."""
        sentence = self.found[first][0].sentence
        told = [k for k in range(first) if self.found[k][0].sentence == sentence]
        if told and is_total(self.document.quote(self.found[told[-1]][0].label)):
            told.pop()  # 甲60万元、乙30万元，合计90万元，分别占66.7%、33.3%
            if told and self.found[told[-1]][1].quantity.unit in ("项", "个"):
                told.pop()  # 两项合计
        last = told[-count:]
        amounts = [k for k in last if unit_class(self.found[k][1].quantity.unit) in ("CNY", "人")]
        return amounts if len(amounts) == count else []

    def _run(self, i: int) -> list[int]:
        """The figures of one kind that stand with nothing but 、 or 和 between, among them the one at ``i``."""

        def joined(k: int) -> bool:
            (a, f), (b, g) = self.found[k - 1], self.found[k]
            gap = self.document.text[a.span.end : b.span.start]
            return (f.quantity.unit == "%") == (g.quantity.unit == "%") and len(gap) <= 2 and _BETWEEN.issuperset(gap)

        first = last = i
        while first and joined(first):
            first -= 1
        while last + 1 < len(self.found) and joined(last + 1):
            last += 1
        return list(range(first, last + 1))

    def _respective_growth(self, i: int) -> tuple[Fact, ...]:
        """Level and change of one of several rates of change, from as many levels and changes told together.

        ``收入、支出分别为90万元、80万元，增加9万元、4万元，增长11.1%、5.3%``.
        """
        rates = self._run(i)
        changes = self._run(rates[0] - 1) if rates[0] else []
        levels = self._run(changes[0] - 1) if changes and changes[0] else []
        if not len(rates) == len(changes) == len(levels) or self.found[changes[0]][1].measure != "增减额":
            return ()
        level, change = (self.found[run[rates.index(i)]][1] for run in (levels, changes))
        money = {level.quantity.unit, change.quantity.unit} == {"CNY"}
        return (level, replace(change, measure="增减额")) if money and level.measure != "增减额" else ()

    def _named_whole(self, mention: Mention, part: Fact) -> Fact | None:
        """The amount told before that bears the words behind 占 (``占甲类合同金额的`` of ``甲类合同金额90万元``)."""
        words = _bare(_SHARE_END.sub("", mention.words.rpartition("占")[2]))
        if len(words) < _LEAST_NAME and not _INVESTED.search(mention.words):
            return None
        inside = [f for m, f in self.found if m.span.start < mention.label.start]
        for fact in reversed((*self.told, *inside)):
            if (
                fact.quantity.unit != part.quantity.unit
                or fact is part
                or fact.label is None
                or not fact.quantity.exact
            ):
                continue
            label = _bare(self.document.quote(fact.label))
            if label.endswith(words) or (len(label) >= _LEAST_NAME and words.endswith(label)):
                return fact
        return None

    def _share_of_count(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """``抽评项目 6 个，占项目总数 24 个的 25%``: the whole right before, the part before that."""
        whole = self.found[i - 1][1]
        parts = [
            f for m, f in self.found[: i - 1]
            if m.sentence == mention.sentence and f.quantity.unit == whole.quantity.unit
        ]  # fmt: skip
        return (parts[-1], whole) if parts and unit_class(whole.quantity.unit) in ("个", "人") else ()

    def _counted_share(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """``项目 8 个，评为优的 5 个、占 62.5%``: the count right before, and the first count of the sentence.

        Or of the sentences before, when it counts the same thing.
        """
        if not i or self.found[i - 1][0].sentence != mention.sentence:
            return ()
        behind = mention.words.strip()
        if behind.endswith("的") and "占" not in behind and "占" in self.found[i - 1][0].words:
            return self._share_of_count(i, mention)
        part = self.found[i - 1][1]
        gap = self.document.quote(Span(part.quantity.span.end, mention.label.start)).strip(" 、，,（(")
        counts = [
            f
            for m, f in self.found[: i - 1]
            if m.sentence == mention.sentence and f.quantity.unit == part.quantity.unit
        ]
        if part.measure == COUNT and part.subject:  # 等级为优的项目: some of those that were counted before
            counts = [
                f for _, f in self.found[: i - 1] if (f.measure, f.scope, f.subject) == (COUNT, part.scope, "")
            ][-1:] or counts  # fmt: skip
        shared = {
            a[1].quantity.span for a, b in pairwise(self.found) if b[1].measure == "占比" and a[0].group == b[0].group
        }
        counts = [f for f in counts if f.quantity.span not in shared]  # 完工18个，占60%；在建9个，占30%
        if gap or unit_class(part.quantity.unit) not in ("个", "人") or not counts:
            return ()
        return part, max(counts, key=lambda f: f.quantity.value)

    def _own_part(self, i: int, mention: Mention) -> Fact | None:
        """The part that a share itself names, else the amount before it."""
        share = self.found[i][1]
        return self._named_part(mention, share) if self._names_part(mention, share) else self._part(i, mention)

    def _names_part(self, mention: Mention, share: Fact) -> bool:
        """Whether the words before 占 are the part's own name: ``基本支出占69%，项目支出占31%``."""
        before = mention.words.strip(" ，").partition("占")[0]
        return bool(before) and bool(share.scope) and self.reader.read(before, "CNY").scope == share.scope

    def _named_part(self, mention: Mention, share: Fact) -> Fact | None:
        """The one amount of the sentence with the scope that the share names."""
        near = [
            f
            for m, f in self.found
            if m.sentence == mention.sentence
            and (f.scope, f.subject, f.period) == (share.scope, share.subject, "")
            and f.quantity.unit == "CNY"
            and f.measure not in ("增减额", "节约额", UNBOUND, BUSINESS)
        ]
        return near[0] if len(near) == 1 else None

    def _follows_another(self, i: int, mention: Mention) -> bool:
        """Whether a share without a name stands right behind another amount: ``设备40万元，其他30万元，占30%``."""
        if not i or mention.words.strip(" ，").partition("占")[0]:
            return False
        (m, f), own = self.found[i - 1], self.found[i][1]
        beside = m.sentence == mention.sentence and m.group == mention.group and m.bracket == mention.bracket
        amount = f.quantity.unit == "CNY" and f.measure not in NEVER_HEADS and not f.period
        return beside and amount and (f.scope, f.subject) != (own.scope, own.subject)

    def _part(self, i: int, mention: Mention) -> Fact | None:
        """The amount or headcount whose share is told: the last one before it, in its own ；-group.

        Changes of that amount may stand between; a figure that nothing names is no part, and nor is what stands before.
        """
        own = self.found[i][1]
        if (own.scope or own.subject) and not self._follows_another(i, mention):
            for m, f in reversed(self.found[:i]):
                named = (f.scope, f.subject) == (own.scope, own.subject) and f.quantity.unit == "CNY"
                if named and m.sentence == mention.sentence and f.measure not in NEVER_HEADS and not f.period:
                    return f
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence or m.group != mention.group:
                return None
            unit = unit_class(f.quantity.unit)
            if unit == "%" or f.measure in ("增减额", "节约额"):
                continue
            named = f.measure not in (UNBOUND, BUSINESS)
            return f if named and unit in ("CNY", "人") and not f.period else None
        return None

    def _whole(self, mention: Mention) -> str | None:
        """The scope of the whole that a share names (``占基本支出预算的``), ``""`` for the total, None when unknown."""
        words = _SHARE_END.sub("", mention.words.rpartition("占")[2])
        named = self.reader.read(words, "CNY") if words.strip() else None
        if named is None:
            return ""
        return None if named.own or named.name or "本级" in words else named.scope


def _bare(words: str) -> str:
    """A label without years, marks and the verb at its end."""
    return str(_NEUTRAL.sub("", words.strip())).strip("的共计合").replace("总", "")
