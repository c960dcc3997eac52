"""What stands with a figure of a paragraph: its label, the project or list entry it belongs to."""

from __future__ import annotations

from dataclasses import replace

from jihe_extract.labelreading import AGAINST_YEAR, Label, unit_class
from jihe_extract.paragraphstate import ParagraphState
from jihe_extract.structure import Mention


class LabelsOfParagraph(ParagraphState):
    """Reads the words that stand with a figure: its label, and whose figure it is."""

    def _label(self, mention: Mention, lead: str, unit: str, listed: str) -> tuple[Label, str]:
        """The label, and the words that it was read from."""
        words = self.document.quote(mention.label)
        if listed:
            return self._respective(listed, unit), listed.partition("\0")[0]
        label = self.reader.read(words, unit)
        if label.empty and unit == "CNY":
            shared = self._shared(mention)
            if shared is not None:
                return self.reader.read(shared, unit), shared
        if label.empty and lead:
            clause = lead.rstrip("，,：: ").rpartition("，")[2]
            found = self.reader.read(clause, unit)
            if found.measure and found.clean:
                return replace(found, period=label.period or found.period), words
        return label, words

    def _respective(self, listed: str, unit: str) -> Label:
        """The label of one of several figures named together; what it leaves open the last name supplies."""
        name, _, last = listed.partition("\0")
        own, shared = self.reader.read(name, unit), self.reader.read(last, unit)
        if own.own and last.startswith("项目"):
            own = replace(own, name=own.own, own="")
        return replace(own, measure=own.measure or shared.measure, scope=own.scope or ("" if own.own else shared.scope))

    def _shared(self, mention: Mention) -> str | None:
        """The words that name a count and the amount right behind it: ``年初批复项目 6 个 315.00 万元``."""
        if self.before is None or unit_class(self.before.quantity.unit) != "个" or self.before.group != mention.group:
            return None
        gap = self.document.text[self.before.span.end : mention.span.start].strip(" ，,、共计合为")
        if gap or self.document.quote(self.before.label).strip(" ，,、共计合") == "":
            return None if gap else self.chain
        return self.document.quote(self.before.label)

    def _comparing(self, label: Label, lead: str, words: str, mention: Mention) -> Label:
        """A comparison announced before the label (``与上年相比，收入增加……，支出增加……``) holds for its sentence."""
        finder = self.reader.words.list_finder("change_against")
        last = lead.rpartition("。")[2]
        named = AGAINST_YEAR.search(last)
        found = finder.find(last)
        if found or named:
            self.against_sentence = mention.sentence
        if not label.against and self.against_sentence == mention.sentence and self._changes(words):
            return replace(label, against=named.group() if named else found[-1].id if found else "与上年相比")
        return label

    def _changes(self, words: str) -> bool:
        return bool(self.reader.words.list_finder("change_verbs").find(words))

    def _subject(self, lead: str, label: Label) -> str:
        """A project named in the clauses before the label."""
        if not lead or label.own or (label.scope and label.scope != "项目支出"):
            return ""
        tail = lead.strip("，,：:、— \n")
        for cut in ("分别为", "分别是", "：", ":", "。"):
            tail = tail.rpartition(cut)[2] or tail
        return self.reader.name(tail) or (self._entry(tail) if lead.rstrip().endswith(("：", ":", "—")) else "")

    def _entry(self, words: str) -> str:
        """The name of a list's entry before a colon or bracket: words that name no measure, scope or section."""
        words = words.strip(" ，,、；;：:。\n—－-")
        known = self.reader.read(words, "CNY")
        plain = 3 <= len(words) <= 24 and not any(c in "，。；：0123456789" for c in words)
        return known.own and words if plain and not known.measure and not known.scope else ""

    def _owner(self, mention: Mention, label: Label) -> Label:
        """Whose figures stand in a bracket: the words right before it (``助餐点补助费（下达90万元，列支80万元）``)."""
        at = mention.bracket
        if at is None or label.own or label.scope or not label.measure or (self.before and self.before.span.end == at):
            return Label()
        text = self.document.text
        edge = at
        if text[at - 1 : at] in tuple("）)"):
            edge = max(text.rfind("（", at - 20, at), text.rfind("(", at - 20, at), 0)
        start = max(text.rfind(c, 0, edge) for c in "，。；：:、\n（(") + 1
        if self.before is not None:
            start = max(start, self.before.span.end if self.before.span.end <= at else start)
        words = text[start:at]
        found = self.reader.read(words, "CNY")
        return replace(found, name=found.name or self._entry(words))

    def _next_of_list(self, mention: Mention, lead: str, label: Label) -> str:
        """The next entry of a list of named projects need not end like one: ``；村干部报酬，预算金额……``."""
        if not self.facts or not self.facts[-1].subject or self.before is None or mention.group == self.before.group:
            return ""
        if label.own and not label.scope and not lead.strip("，；; "):
            return label.own
        entry = lead.strip("，,：:；;— \n")
        plain = 2 <= len(entry) <= 24 and label.measure and not label.own and not label.scope
        if not plain or any(c in "，。；：、0123456789" for c in entry):
            return ""
        known = self.reader.read(entry, "CNY")
        return "" if known.measure or known.scope or self.reader.words.list_finder("beside_list").find(entry) else entry
