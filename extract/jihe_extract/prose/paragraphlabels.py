"""What stands with a figure of a paragraph: its label, the project or list entry it belongs to."""

from __future__ import annotations

import regex
from msgspec.structs import replace

from jihe_extract.prose.announced import LOWER, UPPER, announcement
from jihe_extract.prose.labelreading import AGAINST_YEAR
from jihe_extract.prose.labels import KINDS, Label, unit_class
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphstate import COUNT, ParagraphState
from jihe_extract.prose.partlists import SPENDING

_NO_ENTRIES = (
    "变动", "变化", "增减", "对比", "比较", "情况", "方面", "构成", "结构", "如下", "职责", "说明", "概况", "分析",
)  # fmt: skip
_IS = ("为", "是", "属", "系")
_LIST_OF_PROJECTS = regex.compile(r"(?:项目|资金|支出|具体|明细|分别)[\p{Han}]{0,6}$|如下$|(?:^|[，。；])其中$")


class LabelsOfParagraph(ParagraphState):
    """Reads the words that stand with a figure: its label, and whose figure it is."""

    def _label(self, mention: Mention, lead: str, unit: str, listed: str) -> tuple[Label, str]:
        """The label, and the words that it was read from."""
        words = mention.words
        if listed:
            return self._respective(listed, unit), listed.partition("\0")[0]
        if told := self.formula.get(mention.span.start):
            return self._calculated(told, unit), told
        label = self.reader.read(words, unit)
        if unit == "分" and words.rstrip().endswith("指标"):
            return replace(label, own="", scope=""), words
        if unit == "人" and (label.empty or words.lstrip().startswith(_IS)):
            return self._told_behind(mention, label, unit), words
        if label.empty and unit == "CNY" and (of := self._counted_share_of(mention, words)):
            return of, words
        if label.empty and unit == "CNY":
            shared = self._shared(mention)
            if shared is not None:
                return self.reader.read(shared, unit), shared
        if label.empty and lead:
            clause = lead.rstrip("，,：: ").rpartition("，")[2]
            found = self.reader.read(clause, unit)
            valued = bool(found.scope) and not found.own and not found.name
            valued = valued and lead.rstrip().endswith(("：", ":"))
            if (found.measure and found.clean) or valued:
                return replace(found, period=label.period or found.period), words
        if label.measure and not (label.scope or label.own or label.name or label.against):
            label = replace(label, scope=self._aspect(lead, unit))
        return self._listed_under(mention, lead, label, unit), words

    def _aspect(self, lead: str, unit: str) -> str:
        """The scope that a sentence opens with: ``基本支出方面，安排90万元``, ``基本支出：预算90万元，支出80万元``."""
        clause = announcement(lead) or lead.rstrip("，, ").rpartition("。")[2].strip()
        if unit != "CNY" or "，" in clause or not (lead.rstrip().endswith(("：", ":")) or clause.endswith("方面")):
            return ""
        found = self.reader.read(clause, unit)
        return found.scope if not found.measure and not found.own and not found.name else ""

    def _counted_share_of(self, mention: Mention, words: str) -> Label | None:
        """The amount behind its share: ``支出90万元，基本支出占60%计54万元``."""
        last = self.facts[-1] if self.facts and self._sentences[-1] == mention.sentence else None
        bare = words.strip(" ，") in ("计", "为", "即", "共计")
        if last is None or last.measure != "占比" or not last.scope or not bare:
            return None
        wholes = [f for f in self._told_in(mention.sentence) if f.quantity.unit == "CNY" and not f.scope]
        return Label(measure=wholes[-1].measure, scope=last.scope) if wholes else None

    def _calculated(self, told: str, unit: str) -> Label:
        """What a figure of a written-out formula is; above and below the line, what its rate divides."""
        if told[0] not in (UPPER, LOWER):
            return self.reader.read(told, unit)
        rate = self.reader.read(told[1:], "%")
        known = self.reader.words.measures.get(rate.measure)
        sides = {pair[told[0] == LOWER] for pair in known.of} if known else set()
        measure = sides.pop() if len(sides) == 1 else "预算数" if "预算数" in sides else ""
        fits = measure in self.reader.words.measures and self.reader.words.measures[measure].kind in KINDS.get(unit, ())
        return replace(rate, measure=measure if fits else "", period="")

    def _told_behind(self, mention: Mention, label: Label, unit: str) -> Label:
        """Who is counted, when the words stand behind the figure: ``24人为行政人员``."""
        tail = self.document.quote(mention.tail).strip()
        behind = self.reader.read(tail[1:], unit) if tail.startswith(_IS) else label
        return behind if behind.scope and not behind.own else label

    def _listed_under(self, mention: Mention, lead: str, label: Label, unit: str) -> Label:
        """A measure with a colon holds for the scopes behind it: ``年初预算：基本支出60万元，项目支出30万元``."""
        if unit != "CNY" or mention.bracket is not None:
            return label
        head = announcement(lead)
        told = self.reader.read(head, unit) if head else None
        if told is not None and label.scope and not label.measure:
            plain = told.clean and not told.own and not told.scope and not told.name
            self.announced = (mention.sentence, told.measure) if plain and told.measure else None
        if self.announced is None or self.announced[0] != mention.sentence or self.parts.open:
            return label
        return replace(label, measure=self.announced[1]) if label.scope and not label.measure else label

    def _respective(self, listed: str, unit: str) -> Label:
        """The label of one of several figures named together; what it leaves open the last name supplies."""
        name, _, last = listed.partition("\0")
        own, shared = self.reader.read(name, unit), self.reader.read(last, unit)
        if own.own and last.startswith("项目"):
            own = replace(own, name=own.own, own="")
        scope = own.scope or ("" if own.own else shared.scope)
        return replace(own, measure=own.measure or shared.measure, scope=scope, respective=True)

    def _shared(self, mention: Mention) -> str | None:
        """The words that name a count and the amount right behind it: ``年初批复项目 6 个 315.00 万元``."""
        if self.before is None or unit_class(self.before.quantity.unit) != "个" or self.before.group != mention.group:
            return None
        gap = self.document.text[self.before.span.end : mention.span.start].strip(" ，,、共计合为")
        if gap or self.before.words.strip(" ，,、共计合") == "":
            return None if gap else self.chain
        return self.before.words

    def _comparing(self, label: Label, lead: str, words: str, mention: Mention) -> Label:
        """A comparison announced before the label (``与上年相比，收入增加……，支出增加……``) holds for its sentence."""
        finder = self.reader.words.list_finder("change_against")
        last = lead.rpartition("。")[2]
        named = AGAINST_YEAR.search(last) if "20" in last else None
        found = finder.find(last)
        if found or named or label.against:
            self.against_sentence = mention.sentence
        if label.measure == "节约额":
            return label
        if not label.against and self.against_sentence == mention.sentence and self._changes(words):
            return replace(label, against=named.group() if named else found[-1].id if found else "与上年相比")
        return label

    def _changes(self, words: str) -> bool:
        return self.reader.words.list_finder("change_verbs").found(words)

    def _subject(self, lead: str, label: Label) -> str:
        """A project named in the clauses before the label."""
        if not lead or label.own or (label.scope and label.scope != "项目支出"):
            return ""
        if label.measure and not label.scope and (entry := self._first_of_list(lead)):
            return entry
        tail = lead.strip("，,：:、— \n")
        for cut in ("分别为", "分别是", "：", ":", "。"):
            tail = tail.rpartition(cut)[2] or tail
        return self.reader.name(tail) or (self._entry(tail) if lead.rstrip().endswith(("：", ":", "—")) else "")

    def _listed_project(self, mention: Mention, lead: str, label: Label) -> str:
        """The project whose entry the figure opens, in a list of the projects that its paragraph has counted."""
        if not label.own or mention.bracket is not None:
            return ""
        if not any(f.measure == COUNT and f.scope == "项目" for f in self.facts):
            return ""
        if mention.span.start in self.formula:
            return label.own
        if label.measure not in SPENDING:
            return ""
        opening, colon, rest = lead.strip().rpartition("：")
        counted = not opening and self.facts[-1].measure == COUNT
        if colon and not rest and (counted or _LIST_OF_PROJECTS.search(opening)):
            return label.own
        follows = (
            self.before is not None and mention.group != self.before.group and any(f.subject for f in self.facts[-3:])
        )
        return label.own if follows and not lead.strip("；;。 \n") else ""

    def _first_of_list(self, lead: str) -> str:
        """The first entry of a list of projects, told before a comma: ``分项目情况：苗圃改造，预算90万元，……``."""
        opening, colon, entry = lead.strip().rpartition("：")
        told = colon and _LIST_OF_PROJECTS.search(opening) and entry.endswith("，")
        return self._entry(entry) if told else ""

    def _entry(self, words: str) -> str:
        """The name of a list's entry before a colon or bracket: words that name no measure, scope or section."""
        words = words.strip(" ，,、；;：:。\n—－-")
        known = self.reader.read(words, "CNY")
        hits = self.reader.words.measure_finder.find(words)
        if hits and hits[-1].end == len(words):
            kind = self.reader.words.measures[hits[-1].id].kind
            if kind in ("rate", "score") or (len(hits) == 1 and hits[0].start == 0):
                return ""  # 执行进度：95%, 自评得分：97分
        if words.endswith(_NO_ENTRIES):
            return ""
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
        if label.own and not label.scope and mention.bracket is None and not lead.strip("，；; "):
            return label.own
        entry = lead.strip("，,：:；;— \n")
        plain = 2 <= len(entry) <= 24 and label.measure and not label.own and not label.scope
        if not plain or any(c in "，。；：、0123456789" for c in entry):
            return ""
        known = self.reader.read(entry, "CNY")
        return "" if known.measure or known.scope or self.reader.words.list_finder("beside_list").find(entry) else entry
