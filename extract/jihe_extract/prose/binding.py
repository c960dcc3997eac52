"""The binder made of rules: gives each figure its measure, subject, scope, period and stage.

A figure is named by its own label first. What the label leaves open is inherited, in this order, from the
list it is a part of, from the figures before it in the same sentence, and from the topic of the paragraph;
every inheritance costs trust. A figure that nothing names stays unbound: the nearest keyword is no binding.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import regex

from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import UNBOUND, Fact, Profile
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.announced import formula_names
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.labels import PEOPLE_AXES
from jihe_extract.prose.listwords import list_opener, respective_labels, total_behind
from jihe_extract.prose.mentions import Mention, mentions_in
from jihe_extract.prose.paragraphstate import HEADING, WHOLE, Topic
from jihe_extract.prose.running import Paragraph
from jihe_extract.prose.words import Words, load_words

_PROJECTS = regex.compile(r"[\d一二三四五六七八九十]\s*个\p{Han}{0,4}项目")
"""Several projects are told of below a heading: then it names a group of them (本级财力项目), no project."""
_BUDGETS_NAMED = 3
"""How often a text that tells of nothing spent must speak of budgets to be one."""
_INLINE = regex.compile(
    r"(?:[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．])\s*([“＂\x22]?\p{Han}[^。，；：\n0-9]{1,18})[。：]"
)

_ENTRY_MIN = 4


class _Title(NamedTuple):
    """What a heading says: the project and the scopes it names, and whether it is of budgets, if it tells."""

    name: str
    scopes: tuple[str, ...]
    budgets: bool | None


class RuleBinder:
    """Fills the ``Binder`` protocol from the vocabulary and the structure of the text."""

    def __init__(self, profile: Profile | None = None, words: Words | None = None) -> None:
        """``profile`` supplies the report's year and the unit's names."""
        self.profile = profile or Profile()
        self.words = words or load_words()
        names = (self.profile.unit, *self.profile.aliases)
        self.reader = LabelReader(self.words, self.profile.year, tuple(n for n in names if n))
        self._of_budgets: bool | None = None
        self._told_by = cache(self._title)

    def bind(self, document: Document, quantities: tuple[Quantity, ...]) -> tuple[Fact, ...]:
        """One fact for each quantity, in order."""
        facts: list[Fact] = []
        before: Paragraph | None = None
        self._of_budgets = None
        i = 0
        for block in prose_blocks(document):
            j = i
            while j < len(quantities) and quantities[j].span.start < block.span.end:
                j += 1
            inside = [q for q in quantities[i:j] if q.span.start >= block.span.start]
            facts.extend(_unbound(q) for q in quantities[i:j] if q.span.start < block.span.start)
            if inside:
                before = self._paragraph(document, block, inside, before)
                facts.extend(before.facts)
            i = j
        facts.extend(_unbound(q) for q in quantities[i:])
        return tuple(facts)

    def _paragraph(
        self, document: Document, block: Block, quantities: Sequence[Quantity], before: Paragraph | None
    ) -> Paragraph:
        text = document.quote(block.span)
        state = Paragraph(self.reader, document, self._heading_topic(document, block))
        state.formula = formula_names(text, block.span.start)
        state.budgeted = self._budgeted(document, block)
        if before is not None and list_opener(text[:24], False):
            state.parts.heads = [(fact, -1) for fact, _ in before.parts.heads]
        found = mentions_in(document, block.span, quantities)
        listed = respective_labels(text, block.span.start, found)
        wholes = total_behind(text, block.span.start, found)
        wholes |= self._named_together(document, found, listed)
        labels = {i: found[j].words for i, j in wholes.items()} | dict.fromkeys(wholes.values(), WHOLE)
        for i, mention in enumerate(found):
            state.bind(mention, listed.get(i, ""), labels.get(i, ""))
        return state

    def _named_together(self, document: Document, found: Sequence[Mention], listed: dict[int, str]) -> dict[int, int]:
        """Parts named together with their whole right behind, part to whole.

        ``基本支出与项目支出分别安排60万元、30万元，年初预算90万元``.
        """
        wholes: dict[int, int] = {}
        for j in range(2, len(found)):
            i = j
            while i - 1 in listed and found[i - 1].sentence == found[j].sentence:
                i -= 1
            if j - i < 2 or j in listed or found[j].quantity.unit != "CNY":
                continue
            scopes = [self.reader.read(listed[k].partition("\0")[0], "CNY").scope for k in range(i, j)]
            axes = {self.words.scopes[s].axis if s else "" for s in scopes}
            whole = self.reader.read(found[j].words, "CNY")
            if len(axes) == 1 and "" not in axes and len(set(scopes)) == j - i and whole.measure:
                wholes |= dict.fromkeys(range(i, j), j) if not (whole.scope or whole.own) else {}
        return wholes

    def _budgeted(self, document: Document, block: Block) -> bool:
        """Whether a block is of budgets: by the innermost heading that says, else by the whole text."""
        for title in reversed(document.section(block.span.start)):
            if (told := self._told_by(title).budgets) is not None:
                return told
        if self._of_budgets is None:
            bare = self.words.list_finder("fund_names").erase(document.text)
            settled = self.words.list_finder("settled_words").find(bare)
            self._of_budgets = not settled and bare.count("预算") >= _BUDGETS_NAMED
        return self._of_budgets

    def _heading_topic(self, document: Document, block: Block) -> Topic:
        """The project or the one scope that the innermost heading names."""
        own = _INLINE.match(document.text, block.span.start, block.span.end)
        titles = (*document.section(block.span.start), *((own.group(1),) if own else ()))
        for title in reversed(titles):
            name, scopes, _ = self._told_by(title)
            if name.endswith("项目") and not _PROJECTS.search(document.text, block.span.start, block.span.end):
                return Topic(subject=name, trust=HEADING)
            if own is not None and title == own.group(1) and (entry := self._entry(document, title)):
                return Topic(subject=entry, trust=HEADING)
            if len(scopes) == 1:
                return Topic(scope=scopes[0], trust=HEADING)
            if scopes:
                break
        return Topic()

    def _title(self, title: str) -> _Title:
        """What a heading says, which all blocks below it ask for."""
        hits = self.words.scope_finder.find(title)
        scopes = dict.fromkeys(h.id for h in hits if self.words.scopes[h.id].axis not in PEOPLE_AXES)
        bare = self.words.list_finder("fund_names").erase(title)
        settled = self.words.list_finder("settled_words").found(bare)
        budgets = False if settled else True if "预算" in bare else None
        return _Title(self.reader.name(self._bare_title(title)), tuple(scopes), budgets)

    def _bare_title(self, title: str) -> str:
        """A title without what it adds behind a project's name: ``大气污染防治项目绩效自评综述``."""
        tail = max((t for t in self.words.steering["title_tails"] if title.endswith(t)), key=len, default="")
        return title.removesuffix(tail)

    def _entry(self, document: Document, title: str) -> str:
        """What a numbered item is about: a fund by its ending, or an entry told before (``2.农机购置补贴。下达……``)."""
        title = title.strip(' “”"＂')
        if len(title) < _ENTRY_MIN or title.endswith(self.words.steering["section_endings"]):
            return ""
        known = self.reader.read(title, "CNY")
        listed = bool(self.reader.name(title)) or document.text.count(title) > 1
        return title if listed and not (known.measure or known.scope) else ""


def _unbound(quantity: Quantity) -> Fact:
    return Fact(UNBOUND, quantity, quantity.span, trust=Decimal("0.5"))


def prose_blocks(document: Document) -> list[Block]:
    """The blocks that hold prose; the whole text as one block when the document has none."""
    if document.blocks:
        return [b for b in document.blocks if b.kind != "table"]
    return [Block("para", 0, Span(0, len(document.text)))]
