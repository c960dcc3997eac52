"""What a figure of a paragraph covers, and whose it is."""

from __future__ import annotations

from decimal import Decimal

import regex

from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.labels import MONEY_AXES, Label
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphmeasures import MeasuresOfParagraph
from jihe_extract.prose.paragraphstate import (
    BUSINESS,
    CHANGES,
    COUNT,
    FULL,
    GUESS,
    PLAIN,
    SAME_PARAGRAPH,
    SAME_SENTENCE,
    Topic,
)
from jihe_extract.prose.partlists import SPENDING

_ITEM = regex.compile(
    r"([^。；：\n、.．）]{2,30}（类）[^。；：\n]{0,60}|[^。；：\n、.．]{2,30}（[款项]）)[。：:，]\s*"
    r"(?:(?:主要|用于|反映|是?指)[^\n]{0,200}[。；]\s*)?$"
)
_ENTRY = regex.compile(
    r"^[；;。\s]*(?:[①-⑳]|[（(]\d{1,2}[）)]|\d{1,2}[、.．])\s*(?P<words>\p{Han}[^，。；：]{3,40})[，：][^，；。]*$"
)
_ITEM_ENDINGS = ("类）", "款）", "项）")
_ITEM_REACH = 280

_ENUMERATED = regex.compile(r"^(?:[一二三四五六七八九十]是|\d+[.．、]|[（(][一二三四五六七八九十\d]+[）)])\s*")


class ScopesOfParagraph(MeasuresOfParagraph):
    """Gives a figure its scope or subject, by its label or from what the text is about."""

    def _scope(self, mention: Mention, label: Label, subject: str) -> tuple[str, str, Decimal]:
        """Scope, inherited subject, and how far to trust them."""
        known = self.reader.words.measures.get(label.measure)
        if known is not None and known.absolute:
            return label.own, "", FULL
        if subject:
            return "", subject, FULL
        if (relative := self._relative_scope(mention, label)) is not None:
            return relative
        if label.own and not label.scope:
            return label.own, "", FULL
        if label.scope:
            return label.scope, "", Decimal("0.6") if label.own else PLAIN if label.sourced else FULL
        if not self.parts.open and (counted := self._counted_topic(mention)):
            return counted, "", SAME_SENTENCE
        if label.settled and not self.parts.open:
            return "", "", FULL
        if named := self._named_ahead(mention):
            return named, "", SAME_SENTENCE
        if (beside := self._of_rate(mention)) is not None:
            return beside
        if self._of_projects(mention, label):
            return "项目支出", "", SAME_SENTENCE if label.measure in ("预算数", "执行数") else GUESS
        if entry := self._numbered_entry(mention):
            return entry, "", SAME_SENTENCE
        return self._of_topic(mention, label)

    def _numbered_entry(self, mention: Mention) -> str:
        """The words of a numbered entry that names what a bare figure behind is of: ``④丙补助未支付，执行率0%``."""
        found = _ENTRY.search(mention.ahead) if self.topic.subject else None
        return str(found["words"]) if found is not None else ""

    def _of_rate(self, mention: Mention) -> tuple[str, str, Decimal] | None:
        """What a rate is of: the amount whose bracket it opens, or one right before it that nothing names."""
        if mention.quantity.unit == "%" and self.before is not None and self.before.span.end == mention.bracket:
            return self.facts[-1].scope, self.facts[-1].subject, SAME_SENTENCE
        unnamed = self._of_unnamed(mention)
        return (unnamed.scope, unnamed.subject, GUESS) if unnamed is not None else None

    def _of_unnamed(self, mention: Mention) -> Fact | None:
        """The amount right before a rate, when it has a scope and nothing says what it measures."""
        if mention.quantity.unit != "%" or self.before is None or self.before.group != mention.group:
            return None
        last = self.facts[-1]
        bare = last.measure in (UNBOUND, BUSINESS) and last.scope in self.reader.words.scopes
        return last if bare and last.quantity.unit == "CNY" and self.before.sentence == mention.sentence else None

    def _of_topic(self, mention: Mention, label: Label) -> tuple[str, str, Decimal]:
        """Scope and subject of what the text is about."""
        topic = self.part_topic if self.parts.open and self.part_topic else self.topic
        if self.parts.open and self.part_topic is None:
            topic = Topic()
        if self._sibling_part(label, topic):
            return mention.words.strip(" ，、：:"), "", SAME_SENTENCE
        near = topic.sentence == mention.sentence
        far = SAME_PARAGRAPH if topic.scope or topic.subject else FULL
        return topic.scope, topic.subject, min(topic.trust, SAME_SENTENCE if near else far)

    def _sibling_part(self, label: Label, topic: Topic) -> bool:
        """Whether a part tells what the one before it tells, whose name is its own: ``提前下达…，本次下达…``."""
        last = self.parts.parts[-1] if self.parts.open and self.parts.parts else None
        named = bool(topic.scope) and topic.scope not in self.reader.words.scopes
        return named and last is not None and label.measure == last.measure and topic.scope == last.scope

    def _moved_before(self, mention: Mention) -> Fact | None:
        """The change in money or heads right before a rate of change: both are of one thing."""
        last = self.facts[-1] if self.facts and self._sentences[-1] == mention.sentence else None
        near = last is not None and self.before is not None and self.before.group == mention.group
        return last if near and last is not None and last.measure == "增减额" else None

    def _counted_topic(self, mention: Mention) -> str:
        """What the counts before an amount in its sentence were of: ``公务接待 26 批次、214 人次，共计支出 3 万元``."""
        told = self._told_in(mention.sentence)
        if not told or any(f.measure != BUSINESS or f.quantity.unit == "CNY" for f in told) or told[0].label is None:
            return ""
        hits = self.reader.words.scope_finder.find(self.document.quote(told[0].label))
        return hits[-1].id if hits and self._money(hits[-1].id) else ""

    def _named_ahead(self, mention: Mention) -> str:
        """The scope that opens a ；-group whose first figure names none: ``；公务接待费与预算持平，比去年增加…``.

        Or the paragraph: ``资本性支出进度较慢，年度预算90万元，执行率80%``.
        """
        if self.parts.open or (self.before is not None and self.before.group == mention.group):
            return ""
        first = _ENUMERATED.sub("", mention.ahead.strip(" ；;，。\n")).partition("，")[0]
        hits = [h for h in self.reader.words.scope_finder.find(first) if self._money(h.id)]
        return hits[0].id if hits and hits[0].start == 0 else ""

    def _money(self, scope: str) -> bool:
        return self.reader.words.scopes[scope].axis in MONEY_AXES

    def _relative_scope(self, mention: Mention, label: Label) -> tuple[str, str, Decimal] | None:
        """The scope of a share, a rate of change or a change, where it is that of the figure before it."""
        if label.measure == "占比" and not (label.respective and (label.scope or label.own)):
            return self._shared_scope(mention, label)
        if label.scope or label.own:
            return None
        of = self._moved_before(mention) if label.measure == "变动率" else None
        if self.parts.parts and (self.parts.changes_part(mention, label) or self.parts.budget_of_part(mention, label)):
            of = self.parts.parts[-1]
        return (of.scope, of.subject, min(of.trust, SAME_SENTENCE)) if of is not None else None

    def _shared_scope(self, mention: Mention, label: Label) -> tuple[str, str, Decimal]:
        """What a share tells of is the figure before it; the words behind 占 name the whole, never the part.

        A scope right before 占 at the start of the clause is the part itself: ``基本支出占69.03%``.
        """
        words = mention.words.strip(" ，")
        before, _, behind = words.partition("占")
        alone = bool(label.scope) and not behind.strip("比例重为约达到的：: ")
        if alone and self.reader.read(before, "CNY").scope == label.scope:
            return label.scope, "", SAME_SENTENCE
        for m_sentence, fact in zip(reversed(self._sentences), reversed(self.facts), strict=True):
            if m_sentence != mention.sentence:
                break
            if fact.quantity.unit != "%" and fact.measure not in CHANGES:
                return fact.scope, fact.subject, min(fact.trust, SAME_SENTENCE)
        return "", "", FULL

    def _of_projects(self, mention: Mention, label: Label) -> bool:
        """``全年安排 12 个项目，预算 90 万元，支出 80 万元``: what follows a count of projects is theirs."""
        if label.measure not in SPENDING or self.parts.open or self.topic.sentence == mention.sentence:
            return False
        counted = [f for f in self.facts if f.measure == COUNT and f.scope == "项目"]
        return (
            bool(counted)
            and counted[-1] is self.facts[-1]
            and self.before is not None
            and (self.before.sentence == mention.sentence)
        )

    def _enter_item(self, mention: Mention) -> None:
        """A functional item before a figure's sentence is what that is about: ``小学教育（项）。年初预算为……``."""
        start = max(self.before.span.end if self.before else 0, mention.label.start - _ITEM_REACH, 0)
        text = self.document.text
        closed = max(text.find(ending, start, mention.label.start) for ending in _ITEM_ENDINGS)
        found = _ITEM.search(text, start, mention.label.start) if closed >= 0 else None
        if found:
            self.topic = Topic(scope=found.group(1), sentence=mention.sentence)
