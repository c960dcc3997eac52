"""Binding within one paragraph: the running state while its figures are read from left to right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.labelreading import AGAINST_YEAR, MONEY_AXES, YEAR, Label, LabelReader, unit_class
from jihe_extract.partlists import BUDGETS, SPENDING, PartList, sentence_behind
from jihe_extract.scorelines import MOST_MARKS
from jihe_extract.structure import Mention, list_opener

BUSINESS = "业务量"
"""Measure of counts and amounts that tell of work done, not of the unit's own money or people."""
COUNT = "个数"
"""Measure of counts of things that a report also enumerates; the scope is the noun."""
COUNTED: tuple[str, ...] = (
    "三级指标", "一级指标", "二级指标", "内设机构", "事业单位", "下属单位", "二级单位", "预算单位", "行政村",
    "项目", "社区", "处室", "科室", "机构", "部门", "股室", "指标", "村",
)  # fmt: skip

WHOLE = "\0"
"""Stands for the label of the whole behind its parts, given to the whole itself."""

FULL = Decimal(1)
SAME_SENTENCE = Decimal("0.95")
SAME_PARAGRAPH = Decimal("0.85")
PLAIN = Decimal("0.75")
HEADING = Decimal("0.75")
GUESS = Decimal("0.7")

_ADJUSTMENTS = frozenset({"调增数", "调减数", "调整数", "调整率"})
_CHANGES = frozenset({"增减额", "占比", "变动率"})


@dataclass
class Topic:
    """What the running text is about: inherited by figures whose label leaves it open."""

    subject: str = ""
    scope: str = ""
    period: str = ""
    sentence: int = -1
    trust: Decimal = FULL


@dataclass
class Paragraph:
    """The state of one paragraph. ``base`` is what the heading says."""

    reader: LabelReader
    document: Document
    base: Topic
    facts: list[Fact] = field(default_factory=list)
    parts: PartList = field(init=False)
    topic: Topic = field(init=False)
    part_topic: Topic | None = None
    against_sentence: int = -1
    before: Mention | None = None
    target: str = ""
    """Measure of the figure that a change starts from (由…增加到…)."""
    _sentences: list[int] = field(default_factory=list)
    """The sentence of each fact."""
    chain: str | None = None
    """The words of the last named count of the group, for an amount behind several counts."""

    def __post_init__(self) -> None:
        self.topic = replace(self.base)
        self.parts = PartList(self.document, self.reader.words)

    def bind(self, mention: Mention, listed: str = "", whole: str = "") -> None:
        """Add the fact of one mention.

        ``listed`` is its name in a list after 分别, and the last name, parted by NUL. ``whole`` is the label of
        the whole that stands behind the parts (``甲3万元、乙2万元，合计5万元``), or ``WHOLE`` for that whole itself.
        """
        unit = unit_class(mention.quantity.unit)
        self._enter_item(mention)
        lead = self.document.quote(mention.lead)
        label, words = self._label(mention, lead, unit, listed)
        label = self._comparing(label, lead, words, mention)
        if whole == WHOLE:
            spent = next((f.measure for f in reversed(self.facts) if unit_class(f.quantity.unit) == unit), "")
            label = replace(label, settled=True, measure=label.measure or spent)
        elif whole and label.measure in ("", "预算数"):
            label = replace(label, measure=self.reader.read(whole, unit).measure or label.measure)
        subject = label.name or self._subject(lead, label) or self._next_of_list(mention, lead, label)
        owner = self._owner(mention, label) if not subject else Label()
        subject = subject or owner.name
        label = replace(label, scope=label.scope or owner.scope)
        if subject == label.own:
            label = replace(label, own="")
        if self.parts.turn(mention, lead, label, subject, words):
            self.part_topic = None
        if self.before and mention.group != self.before.group:
            self.part_topic = None
        fact = self._resolve(mention, label, subject, unit, words)
        self._remember(mention, fact, label, subject)
        self.facts.append(fact)
        self._sentences.append(mention.sentence)

    def _enter_item(self, mention: Mention) -> None:
        """A functional item before a figure's sentence is what that is about: ``小学教育（项）。年初预算为……``."""
        start = max(self.before.span.end if self.before else 0, mention.label.start - _ITEM_REACH, 0)
        found = _ITEM.search(self.document.text, start, mention.label.start)
        if found:
            self.topic = Topic(scope=found.group(1), sentence=mention.sentence)

    # ── reading the label ───────────────────────────────────────────────────────────────────────
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

    # ── the fact ────────────────────────────────────────────────────────────────────────────────
    def _resolve(self, mention: Mention, label: Label, subject: str, unit: str, words: str) -> Fact:
        head = self.parts.head(unit, label, words)
        measure, trust = self._measure(mention, label, unit, words, head)
        scope, inherited, scope_trust = self._scope(mention, label, subject)
        if label.against and unit in ("CNY", "人") and not label.scope and not subject:
            scope_trust = min(scope_trust, GUESS)
        subject = subject or inherited
        if not label.settled and head is not None and head.key[:3] == (measure, subject, scope):
            scope = self._part_of_same(mention, words) or scope
        if not measure and unit == "CNY":
            measure, trust = self._plain_amount(words, label, subject, scope)
        if not measure:
            return self._business(mention, label, subject, scope, unit)
        return Fact(
            measure=measure,
            quantity=mention.quantity,
            quote=_quote(mention),
            subject=subject,
            scope=scope,
            period=label.period or self._base_period(label, words) or self._running_period(mention, label),
            label=mention.label if len(mention.label) else None,
            trust=min(trust, scope_trust),
        )

    def _part_of_same(self, mention: Mention, words: str) -> str:
        """The words of a part right behind 其中 that alone tell it from its whole.

        ``总收入 90 万元，其中本年收入 60 万元``.
        """
        lead = self.document.quote(mention.lead)
        found = list_opener(lead + words, mention.bracket is not None)
        return (lead + words).rpartition(found[0])[2].strip(" ，：:、为是共计") if found else ""

    def _measure(self, mention: Mention, label: Label, unit: str, words: str, head: Fact | None) -> tuple[str, Decimal]:
        if unit == "分" and self.parts.open and not label.measure and _scored_behind(self.document, mention):
            return "权重", SAME_SENTENCE
        special = self._special(mention, label, unit, words, head)
        if special:
            return special, SAME_SENTENCE
        if label.measure:
            return label.measure, FULL
        if unit == "%":
            return self._rate_of(words), FULL
        if unit == "个":
            survey = label.scope and self.reader.words.scopes[label.scope].axis == "问卷" and self._asks(mention)
            return ("样本数" if survey else ""), FULL
        if unit == "人" and not label.empty and self.reader.words.list_finder("beside_list").find(words):
            return "实有人数", SAME_SENTENCE
        if head is None or label.empty:
            return "", FULL
        retired = bool(label.scope) and self.reader.words.scopes[label.scope].axis == "离退"
        if unit == "人" and retired and head.measure in ("在职人数", "编制数"):
            return "实有人数", SAME_SENTENCE
        if self.parts.open:
            doubt = GUESS if self.parts.doubtful(unit, label) and not label.name else SAME_SENTENCE
            return head.measure, min(head.trust, doubt)
        if label.name and unit == "CNY":
            return head.measure, min(head.trust, SAME_PARAGRAPH)
        kinds = label.scope and self.reader.words.scopes[label.scope].axis in ("人员", "岗位")
        if unit == "人" and kinds and head.measure in ("编制数", "在职人数", "实有人数"):
            return head.measure, min(head.trust, SAME_PARAGRAPH)
        return "", FULL

    def _special(self, mention: Mention, label: Label, unit: str, words: str, head: Fact | None) -> str:
        """Measures that more than the label decides: changes, moves, from–to, totals of marks, budgets of parts."""
        relation = mention.quantity.relation
        if relation == "to" and self.facts and (start := self._start_of_change(mention, unit)):
            return start
        if relation == "from":
            self.target = label.measure
            return "年初预算数" if label.measure in ("全年预算数", "预算数") else ""
        if label.against:
            return self._against(label, unit, head, words)
        if label.measure in BUDGETS and self._of_revenue(mention, words):
            return "收入预算数"
        if label.measure in ("收入数", "执行数") and self._grand_total(mention, words):
            return "收支总计"
        if label.measure == "得分" and (self._is_total(label, words) or self._of_project(mention)):
            return "总分"
        if label.measure == "预算数" and head is not None and (self.parts.open or self._beside(mention, label)):
            return head.measure
        if label.measure == "预算数" and not label.scope and self._adjusted(mention):
            return "全年预算数"
        return self._moved(mention, unit, words)

    def _adjusted(self, mention: Mention) -> bool:
        """Whether the group has told of the first budget and of its change: a budget behind both is the changed one."""
        if self.before is None or self.before.sentence != mention.sentence or self.parts.open:
            return False
        near = {f.measure for f in self.facts[-4:] if not f.scope and not f.subject}
        return "年初预算数" in near and not near.isdisjoint(_ADJUSTMENTS)

    def _grand_total(self, mention: Mention, words: str) -> bool:
        """Whether 收入总计 or 支出总计 includes what was carried over: its sentence tells the year's own beside it."""
        if not words.rstrip(" 为是：:").endswith("总计"):
            return False
        text, at = self.document.text, mention.span
        start = max(text.rfind(c, max(0, at.start - 200), at.start) for c in "。\n") + 1
        end = text.find("。", at.end, at.end + 200)
        told = text[start : end if end > 0 else at.end + 100]
        return bool(_OWN_YEARS.search(told)) and "结" in told

    def _of_revenue(self, mention: Mention, words: str) -> bool:
        """Whether a budget is what the revenue just told was to reach.

        ``收入 90 万元，完成年初预算数 100 万元的 90%``.
        """
        behind = self.document.quote(mention.tail).startswith("的")
        last = self.facts[-1] if self.facts and self._sentences[-1] == mention.sentence else None
        met = behind and bool(_MEETS.search(words))
        return met and last is not None and last.measure == "收入数"

    def _start_of_change(self, mention: Mention, unit: str) -> str:
        """The measure of a figure that was reached (变为), from the one it left.

        The words before 由 name both: ``调整后预算由年初预算 90 万元变为 95 万元``.
        """
        last = self.facts[-1]
        if last.quantity.relation == "from":
            return self.target
        if self.before is None or self.before.sentence != mention.sentence or unit_class(last.quantity.unit) != unit:
            return ""
        named, found, _ = self.document.quote(self.before.label).rpartition("由")
        target = self.reader.read(named, unit).measure if found else ""
        if found and last.measure in ("年初预算数", "预算数") and target in ("", "预算数"):
            return "全年预算数"
        return target

    def _asks(self, mention: Mention) -> bool:
        """Whether the sentence is about a survey."""
        text = self.document.text
        start = max(text.rfind(c, max(0, mention.span.start - 200), mention.span.start) for c in "。\n") + 1
        end = text.find("。", mention.span.end, mention.span.end + 120)
        return any(
            w in text[start : end if end > 0 else mention.span.end + 60]
            for w in ("问卷", "调查", "样本", "满意", "受访")
        )

    def _beside(self, mention: Mention, label: Label) -> bool:
        """Whether a part follows its whole without a word between: ``年初预算 90 万元，基本支出安排 60 万元，……``."""
        last = self.parts.heads[-1] if self.parts.heads else None
        whole = last is not None and last[1] == mention.sentence and last[0].measure in BUDGETS
        return bool(label.scope) and whole and last is not None and last[0].scope != label.scope

    def _is_total(self, label: Label, words: str) -> bool:
        """Whether marks are the report's: so called, and no indicator's weight stands before them."""
        named = self.reader.words.list_finder("total_words").find(words)
        return bool(named) and not label.own and not any(f.measure in ("权重", "目标值") for f in self.facts)

    def _of_project(self, mention: Mention) -> bool:
        """Whether marks behind a project's figures are too many for one indicator: they are its total."""
        near = bool(self.topic.subject) and self.topic.sentence == mention.sentence
        return near and mention.quantity.value > MOST_MARKS

    def _moved(self, mention: Mention, unit: str, words: str) -> str:
        """Staff in brackets behind a change explain it: ``减少 2 人（退休 3 人、调入 1 人）``."""
        if unit != "人" or mention.bracket is None or not self.facts:
            return ""
        outside = next((f for f in reversed(self.facts) if f.quantity.span.end <= mention.bracket), None)
        if outside is None or outside.measure not in ("增加人数", "减少人数", "增减额"):
            return ""
        lists = self.reader.words
        if lists.list_finder("staff_out").find(words):
            return "减少人数"
        return "增加人数" if lists.list_finder("staff_in").find(words) else ""

    def _base_period(self, label: Label, words: str) -> str:
        """The year before, when the figure is the base of a comparison (``较上年支出 90 万元增加……``)."""
        named = YEAR.search(label.against)
        if named and not self._changes(words):
            return str(named.group(1))
        dated = self.reader.words.list_finder("last_year").find(label.against)
        if not dated or self._changes(words):
            return ""
        return str(int(self.reader.year) - 1) if self.reader.year else "上年"

    def _running_period(self, mention: Mention, label: Label) -> str:
        """The year that the sentence is about, when the label names none."""
        return "" if label.own_year or mention.sentence != self.topic.sentence else self.topic.period

    def _against(self, label: Label, unit: str, head: Fact | None, words: str) -> str:
        """The measure of a figure that compares: a change, or the base itself when no verb says how it changed."""
        if self._changes(words):
            if unit == "%":
                return label.measure or "变动率"
            return label.measure if label.measure in ("增加人数", "减少人数") else "增减额"
        if "预算" in label.against:
            return "年初预算数" if "年初" in words else "预算数"
        return label.measure or (head.measure if head else "")

    def _rate_of(self, words: str) -> str:
        """``完成预算 11.50 万元的 80%``: the rate of the figure just before it."""
        if not self.facts or self.before is None or words.strip() != "的":
            return ""
        named = self.document.quote(self.before.label)
        if "预算" in self.facts[-1].measure:
            return "完成预算比"
        if any(w in named for w in ("计划", "目标", "任务")):
            return "完成率"
        return "占比" if "占" in named else ""

    def _plain_amount(self, words: str, label: Label, subject: str, scope: str) -> tuple[str, Decimal]:
        """An amount without a measure: ``项目支出 0.43 万元`` was spent, ``金额 15 万元`` is the budget."""
        words = words.rstrip(" 为是：:共计合达到")
        spent = words.endswith("支出") or (
            label.scope and self.reader.words.scopes[label.scope].axis in ("三公", "公车")
        )
        if label.scope and not label.own and spent:
            return (self._divided_budget(label) or "执行数"), PLAIN
        if label.scope and not label.own and words.endswith("收入"):
            return "收入数", PLAIN
        if label.empty and words.endswith(("金额", "资金", "总额")) and (subject or scope == "项目支出"):
            return "预算数", SAME_PARAGRAPH if subject else GUESS
        return "", FULL

    def _divided_budget(self, label: Label) -> str:
        """The budget of which two parts are told right behind it: ``预算90万元，基本支出60万元，项目支出30万元``."""
        if label.scope == "项目支出":
            told = self._told_in(self._sentences[-1]) if self._sentences else []
            basic = next((f.measure for f in told if f.scope == "基本支出" and f.trust == PLAIN), "")
            return basic if basic in BUDGETS else ""
        last = self.parts.heads[-1][0] if self.parts.heads else None
        if last is None or self.before is None or last.quantity.span != self.before.span or last.measure not in BUDGETS:
            return ""
        follow = sentence_behind(self.document.text, self.before.span.end)
        split = label.scope == "基本支出" and "项目支出" in follow and not last.scope
        return last.measure if split else ""

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
        if mention.quantity.unit == "%" and self.before is not None and self.before.span.end == mention.bracket:
            return self.facts[-1].scope, self.facts[-1].subject, SAME_SENTENCE
        if self._of_projects(mention, label):
            return "项目支出", "", SAME_SENTENCE if label.measure in ("预算数", "执行数") else GUESS
        topic = self.part_topic if self.parts.open and self.part_topic else self.topic
        if self.parts.open and self.part_topic is None:
            topic = Topic()
        near = topic.sentence == mention.sentence
        far = SAME_PARAGRAPH if topic.scope or topic.subject else FULL
        return topic.scope, topic.subject, min(topic.trust, SAME_SENTENCE if near else far)

    def _moved_before(self, mention: Mention) -> Fact | None:
        """The change in money or heads right before a rate of change: both are of one thing."""
        last = self.facts[-1] if self.facts and self._sentences[-1] == mention.sentence else None
        near = last is not None and self.before is not None and self.before.group == mention.group
        return last if near and last is not None and last.measure == "增减额" else None

    def _told_in(self, sentence: int) -> list[Fact]:
        return [f for f, s in zip(self.facts, self._sentences, strict=True) if s == sentence]

    def _counted_topic(self, mention: Mention) -> str:
        """What the counts before an amount in its sentence were of: ``公务接待 26 批次、214 人次，共计支出 3 万元``."""
        told = self._told_in(mention.sentence)
        if not told or any(f.measure != BUSINESS or f.quantity.unit == "CNY" for f in told) or told[0].label is None:
            return ""
        hits = self.reader.words.scope_finder.find(self.document.quote(told[0].label))
        return hits[-1].id if hits and self._money(hits[-1].id) else ""

    def _named_ahead(self, mention: Mention) -> str:
        """The scope that opens a ；-group whose first figure names none: ``；公务接待费与预算持平，比去年增加…``."""
        if self.parts.open or self.before is None or self.before.group == mention.group:
            return ""
        first = self.document.quote(mention.lead).strip(" ；;，。\n").partition("，")[0]
        hits = [h for h in self.reader.words.scope_finder.find(first) if self._money(h.id)]
        return hits[0].id if hits and hits[0].start == 0 else ""

    def _money(self, scope: str) -> bool:
        return self.reader.words.scopes[scope].axis in MONEY_AXES

    def _relative_scope(self, mention: Mention, label: Label) -> tuple[str, str, Decimal] | None:
        """The scope of a share, a rate of change or a change, where it is that of the figure before it."""
        if label.measure == "占比":
            return self._shared_scope(mention)
        if label.scope or label.own:
            return None
        of = self._moved_before(mention) if label.measure == "变动率" else None
        if self.parts.parts and self.parts.changes_part(mention, label):
            of = self.parts.parts[-1]
        return (of.scope, of.subject, min(of.trust, SAME_SENTENCE)) if of is not None else None

    def _shared_scope(self, mention: Mention) -> tuple[str, str, Decimal]:
        """What a share tells of is the figure before it; the words behind 占 name the whole, never the part."""
        for m_sentence, fact in zip(reversed(self._sentences), reversed(self.facts), strict=True):
            if m_sentence != mention.sentence:
                break
            if fact.quantity.unit != "%" and fact.measure not in _CHANGES:
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

    def _business(self, mention: Mention, label: Label, subject: str, scope: str, unit: str) -> Fact:
        noun = self.document.quote(mention.tail).strip()
        before = self.document.quote(mention.label).rstrip(" 共有计：:")
        counted = next((n for n in COUNTED if noun.startswith(n) or before.endswith(n)), "")
        named = before.strip(" ，,；;、有")
        if counted and named.endswith("的" + counted):
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
        words = self.document.quote(mention.label)
        if words.strip(" ，,、共计合"):
            self.chain = words if self.before is None or self.before.group != mention.group or len(words) > 3 else None
        self.parts.passed(mention)
        self.parts.unnamed = fact if fact.measure in (UNBOUND, BUSINESS) and fact.quantity.unit == "CNY" else None
        self.before = mention
        named = Topic(fact.subject, fact.scope, label.period, mention.sentence, fact.trust)
        if self.parts.open and fact.measure in _CHANGES:
            return
        if self.parts.open:
            self.parts.add_part(fact, label)
            if label.scope or label.own or subject:
                self.part_topic = named
            return
        if mention.bracket is not None or fact.measure in (UNBOUND, BUSINESS, COUNT):
            return
        if unit_class(fact.quantity.unit) == "个":
            return
        if fact.measure not in _CHANGES:
            self.parts.add_head(fact, mention.sentence)
        elif not (label.scope or subject):
            return
        if fact.measure == "占比":
            return
        if label.scope or subject or label.own or not self.base.scope:
            self.topic = named
        else:
            self.topic.sentence = mention.sentence


_ITEM = regex.compile(
    r"([^。；：\n、.．）]{2,30}（类）[^。；：\n]{0,60}|[^。；：\n、.．]{2,30}（[款项]）)[。：:，]\s*$"
)
_ITEM_REACH = 120
_OWN_YEARS = regex.compile(r"本年(?:度)?(?:收入|支出)")
_MEETS = regex.compile(r"^[，、\s]*(?:完成|为|是|达到|占|较|比)")
_SCORED = regex.compile(r"[，,（(]?(?:自评|评价|实际|实)?得")


def _scored_behind(document: Document, mention: Mention) -> bool:
    """Whether marks follow at once, so that the figure is the full marks: ``产出指标 20 分，得 18 分``."""
    return bool(_SCORED.match(document.text, mention.span.end))


def _quote(mention: Mention) -> Span:
    return Span(mention.label.start, mention.span.end)
