"""What opens a list of parts in running text: a word, a bracket, a colon, or the count of its entries."""

from __future__ import annotations

import re

import regex

from jihe_extract.document import Block, Document
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.listheads import PartsList
from jihe_extract.prose.listwords import list_opener
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphstate import BUSINESS, COUNT, PLAIN
from jihe_extract.prose.partlists import OF_IT
from jihe_extract.prose.words import load_words

Opening = tuple[tuple[str, bool] | None, int | None, int]
_CHANGES = frozenset({"增减额", "节约额"})
SIDE = re.compile(r"(?:收入|支出|预算|资金)(?:包括|包含)[^，。；]*$")
_NAMED_TOGETHER = regex.compile(r"[\p{Han}）)”][、和与及][^，。；：、]*分别[为是]?\s*$")
"""``会议费和培训费支出分别为3万元、2万元``: figures named together, which need not divide what was told before."""
_NATURE = "性质"
"""The axis whose parts, 基本支出 and 项目支出, leave nothing of a whole out."""
_ANNOUNCES = regex.compile(r"\p{Han}{0,4}[：:。]")
"""What stands between the last figure of an announcement and the first entry of its list."""


class ListOpeners:
    """The state of a block whose lists are read, and what opens one of them."""

    def __init__(
        self, document: Document, block: Block, found: list[tuple[Mention, Fact]], carried: list[Fact]
    ) -> None:
        """``found`` are the block's figures with their facts; ``carried`` are heads that a list may begin with."""
        self.document = document
        self.block = block
        self.found = found
        self.heads: list[tuple[Fact, int]] = [(f, -1) for f in carried]
        self.open: PartsList | None = None
        self.outer: PartsList | None = None
        """The list that goes on behind the one in brackets."""
        self.last_parts: list[Fact] = []
        self.group = -1
        self.claims: list[Claim] = []

    def opening(self, i: int, mention: Mention, fact: Fact, between: str) -> Opening:
        """What opens a list before a figure: its word and whether it is closed, its bracket, how many it counts."""
        found = list_opener(between, mention.bracket is not None) or self._bracketed_parts(i, mention, fact)
        if found is not None and _NAMED_TOGETHER.search(between):
            first = i == 0 or self.found[i - 1][0].sentence != mention.sentence
            found = None if first else (found[0], False)
        listed = self.open
        same = listed is not None and listed.sentence == mention.sentence and not listed.side
        if found is not None and same and SIDE.search(between):
            found = None  # 按用途分，基本支出…；项目支出包括……: the parts of a part are parts of the whole
        if found is None and (number := self._counted_list(i, mention)):
            return ("：", True), None, number
        if found is None and (ahead := self._before_bracket(i, mention)):
            return list_opener(ahead, False), None, 0
        return found, mention.bracket, 0

    def _counted_list(self, i: int, mention: Mention) -> int:
        """How many projects a list has that follows their count: ``涉及项目 2 个：甲预算60万元，……；乙……``."""
        if not i:
            return 0
        told = [f for m, f in self.found[:i] if m.sentence in (mention.sentence, self.found[i - 1][0].sentence)]
        counted = [f for f in told if f.measure == COUNT and f.scope == "项目" and f.quantity.exact]
        gap = self.document.text[self.found[i - 1][0].span.end : mention.label.end]
        if len(counted) != 1 or not self.found[i][1].subject or not _ANNOUNCES.match(gap):
            return 0
        entries = (f for _, f in self.found[:i] if f.quantity.span > counted[0].quantity.span)
        if any(f.subject and f.subject != counted[0].subject for f in entries):
            return 0  # the list has been told
        return int(counted[0].quantity.value)

    def _before_bracket(self, i: int, mention: Mention) -> str:
        """The words of the sentence before the bracket that a figure opens: ``分项如下：甲项目（预算90万元，……``."""
        end = self.found[i - 1][0].span.end if i else self.block.span.start
        if mention.bracket is None or end > mention.bracket:
            return ""
        return self.document.text[end : mention.bracket].rpartition("。")[2]

    def _adjacent(self, i: int, mention: Mention) -> list[Fact]:
        """The amount right before a list in brackets, or an unnamed one before any list: no whole further back."""
        if not i or self.found[i - 1][0].sentence != mention.sentence:
            return []
        last = self.found[i - 1][1]
        of = last.quantity.unit == "CNY" and last.measure not in _CHANGES
        if of and last.quantity.span.end == mention.bracket:
            return [last]
        if of and self.document.text[last.quantity.span.end : last.quantity.span.end + 6].lstrip().startswith(OF_IT):
            return [last]
        return [last] if last.measure in (UNBOUND, BUSINESS) and last.quantity.unit == "CNY" else []

    def part_with_parts(self, i: int, mention: Mention, fact: Fact) -> list[Fact]:
        """The part right before a list within the open list, whose parts are set apart by ；.

        ``人员经费90万元，包括工资60万元、补助30万元；公用经费10万元``.
        """
        listed = self.open
        if listed is None or not listed.parts or not i or mention.sentence != listed.sentence:
            return []
        k = i - 1
        while k and self.found[k][1].quantity.unit == "%" and self.found[k][0].group == mention.group:
            k -= 1
        before, last = self.found[k]
        near = (
            any(last is p for p in listed.parts) and before.group == mention.group and before.bracket == mention.bracket
        )
        if not near or unit_class(last.quantity.unit) != unit_class(fact.quantity.unit) or last.measure in _CHANGES:
            return []
        beside = [m for m, f in self.found if m.sentence == mention.sentence and m.bracket == mention.bracket]
        parted = any(m.group != mention.group for m in beside if m.span.start >= listed.start)
        return [last] if parted and fact.quantity.value < last.quantity.value else []

    def _bracketed_parts(self, i: int, mention: Mention, fact: Fact) -> tuple[str, bool] | None:
        """A bracket right behind a figure that divides it: ``90万元（基本支出60万元，项目支出30万元）``."""
        last = self.heads[-1][0] if self.heads else None
        if mention.bracket is None and last is not None and not self.open and self._split_at_once(i, fact, last):
            return "，", True
        if mention.bracket is None and last is not None and not self.open:
            gap = self.document.text[last.quantity.span.end : mention.label.end].strip()
            parted = gap.startswith(("：", ":", "=", "＝")) and fact.measure == last.measure
            if not parted or not fact.scope or fact.scope == last.scope or fact.subject:
                return None
            known = load_words().scopes.get(fact.scope)
            return "：", gap[0] in "=＝" or (known is not None and known.axis == _NATURE)
        if self.open:
            last = self.open.parts[-1] if self.open.parts and mention.bracket != self.open.bracket else None
        if mention.bracket is None or last is None or last.quantity.span.end != mention.bracket:
            return None
        return ("（", False) if fact.measure == last.measure and fact.scope != last.scope else None

    def _split_at_once(self, i: int, fact: Fact, last: Fact) -> bool:
        """A whole with both its parts right behind it: ``预算90万元，基本支出60万元，项目支出30万元``."""
        known = load_words().scopes.get(fact.scope)
        both = i + 1 < len(self.found) and self.found[i + 1][1].measure == fact.measure
        near = i > 0 and self.found[i - 1][1] is last and self.found[i - 1][0].sentence == self.found[i][0].sentence
        of = known is not None and known.axis == _NATURE and fact.trust == PLAIN and not last.scope
        return both and near and of and fact.measure == last.measure
