"""What a figure of a paragraph measures."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_extract.document import Document
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.prose.labels import KINDS_OF_STAFF, Label, unit_class
from jihe_extract.prose.labelshapes import told_by_build
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphamounts import AmountsOfParagraph
from jihe_extract.prose.paragraphstate import (
    ADJUSTMENTS,
    BUSINESS,
    FULL,
    GUESS,
    MOST_MARKS,
    PLAIN,
    SAME_PARAGRAPH,
    SAME_SENTENCE,
)
from jihe_extract.prose.partlists import BUDGETS

_OWN_YEARS = re.compile(r"本年(?:度)?(?:收入|支出)")
_CARRIED = re.compile(r"(?:年初|上年|年末)(?:财政拨款)?(?:结转|结余)")
_SPENT_BEHIND = re.compile(
    r"[，,、]\s*(?:其中)?(?:截至|年末|年底|全年|当年|本年|累计|实际|已|共)*(?:执行|支出|支付|使用|列支|完成支出|形成支出)"
    r"(?:数|金额|资金)?(?:为|了)?[：:]?\s*\d"
)
"""A figure that says what was spent of the one before it: ``甲项目3,200万元，执行3,180.50万元``."""
_MEETS = re.compile(r"^[，、\s]*(?:完成|为|是|达到|占|较|比)")
_ONE_INDICATOR = re.compile(r"指标|[该本]项")
_EXCEEDS = re.compile(
    r"(?:决算|支出|执行)数?(?:大于|高于|多于|超过|超出|小于|低于|少于)(?:年初|全年|调整后?的?)?预算数?\s*$"
)
"""``决算数大于预算数80万元``: how much more."""
_REVENUE_BUDGET = re.compile(r"(?<!公共|财政|基金|经营|一般)预算收入[为是]?\s*$")
_PAID = re.compile("实际|执行|已|累计|决算|完成|支付|拨付|实现|全年")
"""Words that tell of money spent even in a text of budgets."""
_REACHED = re.compile(r"(?:^|[实累已共际计])完成\s*$")
HUNDRED = 100
_BARE_MARKS = frozenset({"自评", "评价"})
_SCORED = re.compile(r"[，,（(]?(?:自评|评价|实际|实)?得")


class MeasuresOfParagraph(AmountsOfParagraph):
    """Gives a figure its measure, by its label and by what stands around it."""

    def _measure(self, mention: Mention, label: Label, unit: str, words: str, head: Fact | None) -> tuple[str, Decimal]:
        if unit == "分" and self.parts.open and not label.measure and _scored_behind(self.document, mention):
            return "权重", SAME_SENTENCE
        special = self._special(mention, label, unit, words, head)
        if special:
            return special, SAME_SENTENCE
        if label.measure:
            planned = label.measure == "执行数" and self._planned(mention, label, words)
            return ("预算数", PLAIN) if planned else (label.measure, FULL)
        if unit == "%":
            return self._rate_of(mention, words), FULL
        if unit == "个":
            survey = label.scope and self.reader.words.scopes[label.scope].axis == "问卷" and self._asks(mention)
            return ("样本数" if survey else ""), FULL
        if unit == "人" and not label.empty and self.reader.words.list_finder("beside_list").find(words):
            return "实有人数", SAME_SENTENCE
        if unit == "人" and self._retired(label) and "年" not in words and mention.bracket is None:
            return "实有人数", SAME_SENTENCE
        return self._inherited(mention, label, unit, head) if head is not None and not label.empty else ("", FULL)

    def _retired(self, label: Label) -> bool:
        """Whether a label names no more than people who have left (离退休61人)."""
        known = self.reader.words.scopes.get(label.scope)
        alone = known is not None and known.axis == "离退" and not (label.own or label.name or label.against)
        return alone and (self.before is None or self.facts[-1].measure not in ("增加人数", "减少人数"))

    def _inherited(self, mention: Mention, label: Label, unit: str, head: Fact) -> tuple[str, Decimal]:
        """The measure that a part, a project or a kind of staff has from the figure at the head of its list."""
        retired = bool(label.scope) and self.reader.words.scopes[label.scope].axis == "离退"
        if unit == "人" and retired and head.measure in ("在职人数", "编制数"):
            return "实有人数", SAME_SENTENCE
        if self.parts.open:
            told = self._by_structure(mention, label, unit, head)
            doubt = GUESS if not told and self.parts.doubtful(unit, label) and not label.name else SAME_SENTENCE
            return told or head.measure, min(head.trust, doubt)
        if label.name and unit == "CNY":
            return head.measure, min(head.trust, SAME_PARAGRAPH)
        kinds = label.scope and self.reader.words.scopes[label.scope].axis in KINDS_OF_STAFF
        if unit == "人" and kinds and head.measure in ("编制数", "在职人数", "实有人数"):
            return head.measure, min(head.trust, SAME_PARAGRAPH)
        return "", FULL

    def _by_structure(self, mention: Mention, label: Label, unit: str, head: Fact) -> str:
        """The measure of a part whose neighbours tell it: a project's budget before what it spent, spending of a total.

        ``支出 90 万元，包括：甲项目 60 万元，执行 58 万元；……`` and ``支出总计 90 万元，其中：基本支出 60 万元``.
        """
        if unit != "CNY":
            return ""
        if head.measure == "执行数" and label.name and _SPENT_BEHIND.match(self.document.text, mention.span.end):
            return "预算数"
        known = self.reader.words.scopes.get(label.scope)
        if head.measure != "收支总计" or known is None or known.axis not in ("性质", "来源"):
            return ""
        earned = head.label is not None and "收入" in self.document.quote(head.label)
        return "收入数" if earned and known.axis == "来源" else "执行数" if known.axis == "性质" else ""

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
        if told := self._told_by_words(mention, label, words):
            return told
        if label.measure in ("收入数", "执行数") and self._grand_total(mention, words):
            return "收支总计"
        told = words or mention.ahead
        if label.measure == "得分" and (self._is_total(label, told) or self._of_project(mention)):
            return "总分"
        known = head is not None and head.measure not in (UNBOUND, BUSINESS)
        if label.measure == "预算数" and known and (self.parts.open or self._beside(mention, label)):
            return head.measure if head is not None else ""
        if label.measure == "预算数" and not label.scope and self._adjusted(mention):
            return "全年预算数"
        behind = self.document.text[mention.span.end : mention.span.end + 24]
        if by_build := told_by_build(label.measure, unit, words, behind):
            return by_build
        if label.measure in ("", "执行数") and unit == "CNY" and self._taken_in(mention, words):
            return "收入数"
        return self._moved(mention, unit, words, head) or self._year_before(mention, label)

    def _told_by_words(self, mention: Mention, label: Label, words: str) -> str:
        """``决算数大于预算数80万元`` tells a change, and a budget may be one of revenue."""
        if label.measure in BUDGETS and _EXCEEDS.search(words):
            return "增减额"
        revenue = label.measure == "收入数" and _REVENUE_BUDGET.search(words)
        return "收入预算数" if revenue or (label.measure in BUDGETS and self._of_revenue(mention, words)) else ""

    def _planned(self, mention: Mention, label: Label, words: str) -> bool:
        """Whether 支出 is what may be spent: in a text of budgets, save beside one (``预算90万元，支出80万元``)."""
        if not self.budgeted or _PAID.search(words):
            return False
        beside = self.before is not None and self.before.group == mention.group and self.facts[-1].measure in BUDGETS
        return bool(label.scope) or not beside

    def _taken_in(self, mention: Mention, words: str) -> bool:
        """Whether what was reached is revenue: ``收入预算数90万元，实际完成95万元``."""
        if not _REACHED.search(words) or any(c in words for c in "支付用"):
            return False
        text, at = self.document.text, mention.label.start
        start = max(text.rfind(c, max(0, at - 120), at) for c in "。；\n") + 1
        return text.rfind("收入", start, at) > text.rfind("支出", start, at)

    def _adjusted(self, mention: Mention) -> bool:
        """Whether the group has told of the first budget and of its change: a budget behind both is the changed one."""
        if self.before is None or self.before.sentence != mention.sentence or self.parts.open:
            return False
        near = {f.measure for f in self.facts[-4:] if not f.scope and not f.subject}
        return "年初预算数" in near and not near.isdisjoint(ADJUSTMENTS)

    def _grand_total(self, mention: Mention, words: str) -> bool:
        """Whether 收入总计 or 支出总计 includes what was carried over: its sentence tells the year's own beside it."""
        if not words.rstrip(" 为是：:").endswith("总计"):
            return False
        text, at = self.document.text, mention.span
        start = max(text.rfind(c, max(0, at.start - 200), at.start) for c in "。\n") + 1
        end = text.find("。", at.end, at.end + 200)
        told = text[start : end if end > 0 else at.end + 100]
        both = "收入总计" in told and "支出总计" in told  # what balances includes what was carried over
        return both or (bool(_OWN_YEARS.search(told) or _CARRIED.search(told)) and "结" in told)

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
        named, found, _ = self.before.words.rpartition("由")
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
        named = [] if _ONE_INDICATOR.search(words) else named
        full = [f for f in self.facts if f.measure in ("权重", "目标值") and f.quantity.value < HUNDRED]
        of_all = bool(self.facts) and self.facts[-1].measure == "权重" and not full  # 满分100分，自评97分
        if named and words.strip(" ，为：:") in _BARE_MARKS and self.before is not None and not of_all:
            return False  # 满分 10 分，……自评 10 分: an indicator's own
        return bool(named) and not label.own and not full

    def _of_project(self, mention: Mention) -> bool:
        """Whether marks behind a project's figures are too many for one indicator: they are its total."""
        near = bool(self.topic.subject) and self.topic.sentence == mention.sentence
        return near and mention.quantity.value > MOST_MARKS

    def _moved(self, mention: Mention, unit: str, words: str, head: Fact | None) -> str:
        """Staff listed behind a change explain it: ``减少 2 人（退休 3 人、调入 1 人）``."""
        if unit != "人" or not self.facts:
            return ""
        if mention.bracket is not None:
            head = next((f for f in reversed(self.facts) if f.quantity.span.end <= mention.bracket), None)
        elif not self.parts.open:
            return ""
        if head is None or head.measure not in ("增加人数", "减少人数", "增减额"):
            return ""
        lists = self.reader.words
        if lists.list_finder("staff_out").find(words):
            return "减少人数"
        return "增加人数" if lists.list_finder("staff_in").find(words) else ""

    def _against(self, label: Label, unit: str, head: Fact | None, words: str) -> str:
        """The measure of a figure that compares: a change, or the base itself when no verb says how it changed."""
        if self._changes(words):
            if unit == "%":
                return label.measure or "变动率"
            return label.measure if label.measure in ("增加人数", "减少人数") else "增减额"
        if "预算" in label.against:
            changed = "全年" in label.against or "调整" in label.against
            return "年初预算数" if "年初" in words else "全年预算数" if changed else "预算数"
        if "年初" in label.against and head is not None and head.measure in BUDGETS:
            return "年初预算数"
        return label.measure or (head.measure if head else "")


def _scored_behind(document: Document, mention: Mention) -> bool:
    """Whether marks follow at once, so that the figure is the full marks: ``产出指标 20 分，得 18 分``."""
    return bool(_SCORED.match(document.text, mention.span.end))
