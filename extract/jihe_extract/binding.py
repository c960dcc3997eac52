"""The binder made of rules: gives each figure its measure, subject, scope, period and stage.

A figure is named by its own label first. What the label leaves open is inherited, in this order, from the
list it is a part of, from the figures before it in the same sentence, and from the topic of the paragraph;
every inheritance costs trust. A figure that nothing names stays unbound: the nearest keyword is no binding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import UNBOUND, Fact, Profile
from jihe_extract.labelreading import PEOPLE_AXES, Label, LabelReader, unit_class
from jihe_extract.quantity import Quantity
from jihe_extract.structure import Mention, list_opener, mentions, respective_labels
from jihe_extract.words import Words, load_words

BUSINESS = "业务量"
"""Measure of counts and amounts that tell of work done, not of the unit's own money or people."""
COUNT = "个数"
"""Measure of counts of things that a report also enumerates; the scope is the noun."""

_FULL = Decimal(1)
_SAME_SENTENCE = Decimal("0.95")
_SAME_PARAGRAPH = Decimal("0.85")
_SURE = Decimal("0.8")
_HEADING = Decimal("0.75")
_GUESS = Decimal("0.7")


@dataclass
class Topic:
    """What the running text is about: inherited by figures whose label leaves it open."""

    subject: str = ""
    scope: str = ""
    period: str = ""
    sentence: int = -1
    trust: Decimal = _FULL


@dataclass
class Heads:
    """The figures that a list of parts may belong to, by unit class, with the sentence they stood in."""

    by_class: dict[str, Fact] = field(default_factory=dict)
    topic: Topic = field(default_factory=Topic)


class RuleBinder:
    """Fills the ``Binder`` protocol from the vocabulary and the structure of the text."""

    def __init__(self, profile: Profile | None = None, words: Words | None = None) -> None:
        """``profile`` supplies the report's year and the unit's names."""
        self.profile = profile or Profile()
        self.words = words or load_words()
        names = (self.profile.unit, *self.profile.aliases)
        self.reader = LabelReader(self.words, self.profile.year, tuple(n for n in names if n))

    def bind(self, document: Document, quantities: tuple[Quantity, ...]) -> tuple[Fact, ...]:
        """One fact for each quantity, in order."""
        facts: list[Fact] = []
        i = 0
        for block in _blocks(document):
            j = i
            while j < len(quantities) and quantities[j].span.start < block.span.end:
                j += 1
            inside = [q for q in quantities[i:j] if q.span.start >= block.span.start]
            facts.extend(_unbound(q) for q in quantities[i:j] if q.span.start < block.span.start)
            facts.extend(self._bind_block(document, block, inside))
            i = j
        facts.extend(_unbound(q) for q in quantities[i:])
        return tuple(facts)

    def _bind_block(self, document: Document, block: Block, quantities: Sequence[Quantity]) -> list[Fact]:
        if not quantities:
            return []
        text = document.quote(block.span)
        topic = self._heading_topic(document, block)
        state = BlockState(self, document, topic)
        found = mentions(text, block.span.start, quantities)
        listed = respective_labels(text, block.span.start, found)
        return [state.bind(m, listed.get(i, "")) for i, m in enumerate(found)]

    def _heading_topic(self, document: Document, block: Block) -> Topic:
        """The scope that the innermost heading names, if it names exactly one."""
        for title in reversed(document.section(block.span.start)):
            hits = self.words.scope_finder.find(title)
            scopes = {h.id for h in hits if self.words.scopes[h.id].axis not in PEOPLE_AXES}
            if len(scopes) == 1:
                return Topic(scope=scopes.pop(), trust=_HEADING)
            if scopes:
                break
        return Topic()


class BlockState:
    """The state of one paragraph while its figures are bound from left to right."""

    def __init__(self, binder: RuleBinder, document: Document, topic: Topic) -> None:
        """``topic`` is what the heading says."""
        self.binder = binder
        self.document = document
        self.base = topic
        self.topic = replace(topic)
        self.heads = Heads()
        self.parent: dict[str, Fact] = {}
        self.part_topic: Topic | None = None
        self.in_parts = False
        self.parts_sentence = -1
        self.part_plain = False
        self.previous: Fact | None = None
        self.previous_mention: Mention | None = None

    def bind(self, mention: Mention, listed: str = "") -> Fact:
        """The fact for one mention; ``listed`` is its name in a list after 分别, and the last name, parted by NUL."""
        document, reader = self.document, self.binder.reader
        unit = unit_class(mention.quantity.unit)
        label = self._listed(listed, unit) if listed else reader.read(document.quote(mention.label), unit)
        lead = document.quote(mention.lead)
        if mention.lead.start == mention.lead.end:
            lead = ""
        if label.empty and lead:
            label = self._from_lead(label, lead, unit)
        subject = label.name or self._subject(lead, label)
        self._turn(mention, lead, label, subject)
        fact = self._resolve(mention, label, subject, unit, listed)
        self._remember(mention, fact, label, subject)
        return fact

    def _listed(self, listed: str, unit: str) -> Label:
        """The label of one of several figures named together; what it leaves open the last name supplies."""
        name, _, last = listed.partition("\0")
        own, shared = self.binder.reader.read(name, unit), self.binder.reader.read(last, unit)
        return replace(own, measure=own.measure or shared.measure, scope=own.scope or ("" if own.own else shared.scope))

    def _from_lead(self, label: Label, lead: str, unit: str) -> Label:
        """A label that names nothing takes the last clause before it (``全年支出，共计 12 万元``)."""
        clause = lead.rstrip("，,：: ").rpartition("，")[2]
        found = self.binder.reader.read(clause, unit)
        if found.measure and found.clean:
            return replace(found, period=label.period or found.period, against=label.against or found.against)
        return label

    def _new_head(self, mention: Mention, label: Label, subject: str) -> bool:
        """Whether a figure after ； names a measure of its own and no part: the list before it is over."""
        if self.previous_mention is None or not label.measure or label.scope or label.own or subject:
            return False
        if mention.group != self.previous_mention.group:
            return True
        gap = self.document.text[self.previous_mention.span.end : mention.span.start]
        return self.part_plain and "，" in gap and unit_class(mention.quantity.unit) == "CNY"

    def _turn(self, mention: Mention, lead: str, label: Label, subject: str) -> None:
        """Open or close a list of parts, and let the topic go when a sentence ends."""
        opened = list_opener(lead + self.document.quote(mention.label), mention.bracket is not None)
        if self.in_parts and not opened and self._new_head(mention, label, subject):
            self.in_parts = False
            self.part_topic = None
        if opened and self.heads.by_class:
            self.in_parts = True
            self.parent = dict(self.heads.by_class)
            self.parts_sentence = mention.sentence
            self.part_topic = None
        elif self.in_parts and mention.sentence != self.parts_sentence:
            self.in_parts = False
            self.part_topic = None
        if self.previous_mention and mention.group != self.previous_mention.group:
            self.part_topic = None

    def _subject(self, lead: str, label: Label) -> str:
        """A project named in the clauses before the label."""
        if not lead or label.own or (label.scope and label.scope != "项目支出"):
            return ""
        tail = lead.strip("，,：:、 \n")
        for cut in ("分别为", "分别是", "：", ":", "。"):
            tail = tail.rpartition(cut)[2] or tail
        return self.binder.reader.name(tail)

    def _resolve(self, mention: Mention, label: Label, subject: str, unit: str, listed: str) -> Fact:
        measure, trust = label.measure, _FULL
        head = self.parent.get(unit) if self.in_parts else self.heads.by_class.get(unit)
        if label.against:
            measure = self._against(mention, label, unit, head)
        elif unit == "%" and not measure:
            measure = self._rate_of(mention)
        if not measure and self.in_parts and head is not None and not label.empty:
            measure, trust = head.measure, min(trust, head.trust, _SAME_SENTENCE)
        if not measure and label.name and head is not None and unit == "CNY":
            measure, trust = head.measure, min(head.trust, _SAME_PARAGRAPH)
        scope, inherited_subject, scope_trust = self._scope(mention, label, subject)
        if label.against and unit in ("CNY", "人") and not label.scope and not subject:
            scope_trust = min(scope_trust, _GUESS)
        if not measure and unit == "CNY":
            words = listed or self.document.quote(mention.label)
            measure, trust = self._plain_amount(words, label, subject or inherited_subject, scope)
        if not measure:
            return self._business(mention, label, subject or inherited_subject, scope, unit)
        return Fact(
            measure=measure,
            quantity=mention.quantity,
            quote=_quote(mention),
            subject=subject or inherited_subject,
            scope=scope,
            period=label.period or self._running_period(mention, label),
            label=mention.label if len(mention.label) else None,
            trust=min(trust, scope_trust),
        )

    def _running_period(self, mention: Mention, label: Label) -> str:
        """The year that the sentence is about, when the label names none."""
        return "" if label.own_year or mention.sentence != self.topic.sentence else self.topic.period

    def _against(self, mention: Mention, label: Label, unit: str, head: Fact | None) -> str:
        """The measure of a figure that compares: a change, or the base itself when no verb says how it changed."""
        words = self.document.quote(mention.label)
        if self.binder.words.list_finder("change_verbs").find(words):
            if unit == "%":
                return label.measure or "变动率"
            return label.measure if label.measure in ("增加人数", "减少人数") else "增减额"
        if "预算" in label.against:
            return "年初预算数" if "年初" in words else "预算数"
        return label.measure or (head.measure if head else "")

    def _rate_of(self, mention: Mention) -> str:
        """``完成预算 11.50 万元的 80%``: the rate of the figure just before it."""
        if self.previous is None or self.document.quote(mention.label).strip() != "的":
            return ""
        return "完成预算比" if "预算" in self.previous.measure else "占比" if self.previous.scope == "" else ""

    def _plain_amount(self, words: str, label: Label, subject: str, scope: str) -> tuple[str, Decimal]:
        """An amount without a measure: ``项目支出 0.43 万元`` was spent, ``金额 15 万元`` is the budget."""
        words = words.partition("\0")[0].rstrip(" 为是：:共计合达到")
        if label.scope and not label.own and words.endswith("支出"):
            return "执行数", _SURE
        if label.empty and words.endswith(("金额", "资金", "总额")) and (subject or scope == "项目支出"):
            return "预算数", _GUESS
        return "", _FULL

    def _scope(self, mention: Mention, label: Label, subject: str) -> tuple[str, str, Decimal]:
        """Scope, inherited subject, and how far to trust them."""
        if label.measure and self.binder.words.measures[label.measure].absolute:
            return label.own, "", _FULL
        if subject:
            return "", subject, _FULL
        if label.own and not label.scope:
            return label.own, "", _FULL
        if label.scope:
            return label.scope, "", _FULL if not label.own else Decimal("0.6")
        topic = self.part_topic if self.in_parts and self.part_topic else self.topic
        if self.in_parts and self.part_topic is None:
            topic = Topic()
        if topic.sentence == mention.sentence:
            return topic.scope, topic.subject, min(topic.trust, _SAME_SENTENCE)
        far = _SAME_PARAGRAPH if topic.scope or topic.subject else _FULL
        return topic.scope, topic.subject, min(topic.trust, far)

    def _business(self, mention: Mention, label: Label, subject: str, scope: str, unit: str) -> Fact:
        noun = self.document.quote(mention.tail).strip()
        counted = next((n for n in COUNTED if noun.startswith(n)), "")
        measure = COUNT if unit == "个" and counted else BUSINESS
        if unit in ("CNY", "%") and (label.empty or not label.own):
            measure = UNBOUND
        return Fact(
            measure=measure,
            quantity=mention.quantity,
            quote=_quote(mention),
            subject=subject,
            scope=counted if measure == COUNT else label.own or scope,
            period=label.period,
            label=mention.label if len(mention.label) else None,
            trust=_SAME_PARAGRAPH,
        )

    def _remember(self, mention: Mention, fact: Fact, label: Label, subject: str) -> None:
        """Update topic and heads after a figure is bound."""
        self.previous, self.previous_mention = fact, mention
        unit = unit_class(fact.quantity.unit)
        named = Topic(fact.subject, fact.scope, label.period, mention.sentence, fact.trust)
        if self.in_parts:
            self.part_plain = not label.measure
            if label.scope or label.own or subject:
                self.part_topic = named
            return
        if mention.bracket is None and fact.measure not in (UNBOUND, BUSINESS, COUNT):
            if fact.measure not in ("增减额", "占比", "变动率"):
                self.heads.by_class[unit] = fact
            if label.scope or subject or label.own or not self.base.scope:
                self.topic = named
            else:
                self.topic.sentence = mention.sentence


COUNTED: tuple[str, ...] = (
    "项目", "社区", "处室", "科室", "内设机构", "机构", "事业单位", "下属单位", "二级单位", "预算单位",
    "部门", "股室", "村", "行政村", "指标", "三级指标", "一级指标", "二级指标",
)  # fmt: skip


def _quote(mention: Mention) -> Span:
    return Span(mention.label.start, mention.span.end)


def _unbound(quantity: Quantity) -> Fact:
    return Fact(UNBOUND, quantity, quantity.span, trust=Decimal("0.5"))


def _blocks(document: Document) -> list[Block]:
    """The blocks that hold prose; the whole text as one block when the document has none."""
    if document.blocks:
        return [b for b in document.blocks if b.kind != "table"]
    return [Block("para", 0, Span(0, len(document.text)))]
