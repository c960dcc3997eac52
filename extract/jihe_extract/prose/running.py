"""Binding within one paragraph: its figures are read from left to right."""

from __future__ import annotations

import re

from msgspec.structs import replace

from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.labelreading import YEAR
from jihe_extract.prose.labels import Label, unit_class
from jihe_extract.prose.listwords import list_opener
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphscopes import ScopesOfParagraph
from jihe_extract.prose.paragraphstate import BUSINESS, CHANGES, COUNT, COUNTED, GUESS, SAME_PARAGRAPH, WHOLE, Topic
from jihe_extract.prose.partlists import BUDGETS, sentence_behind

_YEAR_AHEAD = re.compile(
    r"[\s。；;]*(20\d\d)\s*年(?:度|全年)?(?:[^，。；：,\d]{0,24}(?:预算|决算|支出|收入|经费|资金|安排)中)?[，,]\s*$"
)
"""A year that stands before a comma is that of what follows."""
ALL_YEARS = "累计"
"""The period of what several years have spent together."""

PART_OF_YEAR = re.compile(r"(?:其中)?(?:第?[一二三四1-4]季度|前[一二三]季度|[上下]半年|\d{1,2}月份?)")
AVERAGED = "平均"
"""The period of what several years came to on average."""
FORESEEN = "预计"
"""The period of what is only expected: none of the year's own figures."""
_OTHERS = ("其他", "其它", "其余", "另外")


class Paragraph(ScopesOfParagraph):
    """Binds the figures of one paragraph, in order."""

    def bind(self, mention: Mention, listed: str = "", whole: str = "") -> None:
        """Add the fact of one mention.

        ``listed`` is its name in a list after 分别, and the last name, parted by NUL. ``whole`` is the label of
        the whole that stands behind the parts (``甲3万元、乙2万元，合计5万元``), or ``WHOLE`` for that whole itself.
        """
        unit = unit_class(mention.quantity.unit)
        self._enter_item(mention)
        lead = mention.ahead
        label, words = self._label(mention, lead, unit, listed)
        label = self._dated(self._comparing(label, lead, words, mention), lead, mention)
        if whole == WHOLE:
            spent = next((f.measure for f in reversed(self.facts) if unit_class(f.quantity.unit) == unit), "")
            label = replace(label, settled=True, measure=label.measure or spent)
        elif whole and label.measure in ("", "预算数"):
            label = replace(label, measure=self.reader.read(whole, unit).measure or label.measure)
        subject = (
            label.name
            or self._listed_project(mention, lead, label)
            or self._subject(lead, label)
            or self._next_of_list(mention, lead, label)
        )
        owner = self._owner(mention, label) if not subject else Label()
        subject = subject or owner.name
        if owner.scope and not label.scope:
            label = replace(label, scope=owner.scope)
        if subject and subject == label.own:
            label = replace(label, own="")
        if self.parts.turn(mention, lead, label, subject, words):
            self.part_topic = None
        if self.before and mention.group != self.before.group:
            self.part_topic = None
        fact = self._resolve(mention, label, subject, unit, words)
        self._remember(mention, fact, label, subject)
        self.facts.append(fact)
        self._sentences.append(mention.sentence)

    def _resolve(self, mention: Mention, label: Label, subject: str, unit: str, words: str) -> Fact:
        head = self.parts.head(unit, label, words)
        measure, trust = self._measure(mention, label, unit, words, head)
        scope, inherited, scope_trust = self._scope(mention, label, subject)
        if label.against and unit in ("CNY", "人") and not label.scope and not subject:
            scope_trust = min(scope_trust, GUESS)
        subject = subject or inherited
        if unit == "CNY" and not (subject or scope or label.own or label.settled) and self._among(mention, words):
            scope_trust = min(scope_trust, GUESS)
        if not label.settled and head is not None and head.key[:3] == (measure, subject, scope):
            scope = self._part_of_same(mention, words) or scope
        if not measure and unit == "CNY":
            measure, trust = self._plain_amount(mention, words, label, subject, scope)
        if not measure:
            return self._business(mention, label, subject, scope, unit)
        return Fact(
            measure=measure,
            quantity=mention.quantity,
            quote=_quote(mention),
            subject=subject,
            scope=scope,
            period=label.period
            or next((p for p in (FORESEEN, AVERAGED) if p in words), "")
            or self._base_period(label, words)
            or self._years_together(mention, words)
            or self._running_period(mention, label),
            label=mention.label if len(mention.label) else None,
            trust=min(trust, scope_trust),
        )

    def _part_of_same(self, mention: Mention, words: str) -> str:
        """The words of a part right behind 其中 that alone tell it from its whole.

        ``总收入 90 万元，其中本年收入 60 万元``.
        """
        lead = mention.ahead
        found = list_opener(lead + words, mention.bracket is not None)
        return (lead + words).rpartition(found[0])[2].strip(" ，：:、为是共计") if found else ""

    def _among(self, mention: Mention, words: str) -> bool:
        """Whether 其中 stands before a figure: it is some part, although nothing says of which thing."""
        return list_opener(mention.ahead + words, mention.bracket is not None) is not None

    def _dated(self, label: Label, lead: str, mention: Mention) -> Label:
        """The label with the year that opens its sentence: ``2021年，支出90万元``, ``2021年预算安排中，……``."""
        found = None if label.period or label.own_year or label.against else _YEAR_AHEAD.match(lead)
        if found is None:
            return label
        year = found.group(1)
        self.dated = mention.sentence, "" if year == self.reader.year else year
        return replace(label, own_year=True) if year == self.reader.year else replace(label, period=year)

    def _base_period(self, label: Label, words: str) -> str:
        """The year before, when the figure is the base of a comparison (``较上年支出 90 万元增加……``)."""
        if not label.against:
            return ""
        named = YEAR.search(label.against)
        if named and not self._changes(words):
            return str(named.group(1))
        dated = self.reader.words.list_finder("last_year").find(label.against)
        if not dated or self._changes(words):
            return ""
        return str(int(self.reader.year) - 1) if self.reader.year else "上年"

    def _years_together(self, mention: Mention, words: str) -> str:
        """Whether several years named behind it spent it: ``累计支出90万元，其中2022年40万元，2023年50万元``."""
        if "累计" not in words or mention.quantity.unit != "CNY":
            return ""
        told = sentence_behind(self.document.text, mention.span.end)
        return ALL_YEARS if len(set(YEAR.findall(told))) > 1 else ""

    def _running_period(self, mention: Mention, label: Label) -> str:
        """The year that the sentence is about, when the label names none."""
        if label.measure in CHANGES:
            return ""
        if label.own_year:
            return ""
        if self.dated is not None and self.dated[0] == mention.sentence:
            return self.dated[1]
        if mention.sentence != self.topic.sentence or self._closes(mention, label):
            return ""
        return self.topic.period

    def _closes(self, mention: Mention, label: Label) -> bool:
        """Whether a figure is the end of what was carried over: ``上年末结余90万元，年末结余95万元``."""
        same = bool(self.facts) and self.facts[-1].measure == label.measure != ""
        return same and bool(self.topic.period) and mention.words.strip(" ，,、").startswith(("年末", "期末"))

    def _business(self, mention: Mention, label: Label, subject: str, scope: str, unit: str) -> Fact:
        noun = self.document.quote(mention.tail).strip().removeprefix("子")
        before = mention.words.rstrip(" 共有计：:")
        counted = next((n for n in COUNTED if noun.startswith(n) or before.endswith(n)), "")
        named = before.strip(" ，,；;、有")
        if counted and (named.endswith("的" + counted) or named.endswith(_OTHERS)):
            subject = subject or named  # 等级为优的项目 4 个: some of them only
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
            trust=SAME_PARAGRAPH,
        )

    def _remember(self, mention: Mention, fact: Fact, label: Label, subject: str) -> None:
        """Update topic and heads after a figure is bound."""
        words = mention.words
        if words.strip(" ，,、共计合"):
            self.chain = words if self.before is None or self.before.group != mention.group or len(words) > 3 else None
        self.parts.passed(mention, fact)
        self.parts.unnamed = fact if fact.measure in (UNBOUND, BUSINESS) and fact.quantity.unit == "CNY" else None
        self.before = mention
        period = label.period or (fact.period if fact.period == self._running_period(mention, label) else "")
        named = Topic(fact.subject, fact.scope, period, mention.sentence, fact.trust)
        if self.parts.open and fact.measure in CHANGES:
            return
        if self.parts.open:
            self.parts.add_part(fact, label)
            if label.scope or label.own or subject:  # 四季度支付90万元，全年支付进度…: not of that quarter
                self.part_topic = None if PART_OF_YEAR.match(label.own) else named
            return
        if mention.bracket is not None or fact.measure in (UNBOUND, BUSINESS, COUNT, "标准"):
            return
        if unit_class(fact.quantity.unit) == "个" or PART_OF_YEAR.match(label.own):
            return
        behind = self.document.text[mention.span.end : mention.span.end + 1] == "的"
        if (label.against or behind) and fact.measure in BUDGETS:
            return  # what the figure before was held against heads no list
        if fact.measure not in CHANGES:
            self.parts.add_head(fact, mention.sentence)
        elif not (label.scope or subject):
            return
        if fact.measure == "占比":
            return
        if label.scope or subject or label.own or not self.base.scope:
            self.topic = named
        else:
            self.topic.sentence = mention.sentence


def _quote(mention: Mention) -> Span:
    return Span(mention.label.start, mention.span.end)
