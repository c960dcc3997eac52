"""Lists of parts within a paragraph: when one opens, when it ends, and which figure its parts belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from jihe_extract.document import Document
from jihe_extract.facts import Fact
from jihe_extract.prose.labels import KINDS, Label, unit_class
from jihe_extract.prose.listwords import list_opener
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.words import Words

BUDGETS = frozenset({"年初预算数", "全年预算数", "预算数", "总投资"})
SPENDING = BUDGETS | {"执行数"}
_LEFT_OVER = frozenset({"年末结转", "上年结转", "节约额"})
_RELATIVE = frozenset({"变动率", "占比"})
"""Rates that tell of the figure before them and end no list."""
OF_IT = ("的来源", "的构成", "的组成", "的明细")
"""What follows an amount that the list behind it divides: ``预算90万元的来源为：……``."""
_KEPT = 12
_REACH = 200


@dataclass
class PartList:
    """The figures that may head a list, with their sentences, and the list that is open, if any."""

    document: Document
    words: Words
    heads: list[tuple[Fact, int]] = field(default_factory=list)
    parts: list[Fact] = field(default_factory=list)
    open: bool = False
    plain: bool = False
    """Whether the last part had no measure of its own."""
    unnamed: Fact | None = None
    """The last figure, when it is an amount that nothing names: a list right behind it is its own."""
    only: Fact | None = None
    """The one whole of the open list, when its amount stands right before it without a name."""
    divided: str = ""
    """The measure of the whole that the words before the opener name (``追加资金主要是``)."""
    _gap: str = ""
    _sentence: int = -1
    _bracket: int | None = None
    _before: Mention | None = None
    _last: Fact | None = None
    _outer: tuple[list[Fact], bool, Fact | None, int | None] | None = None

    def turn(self, mention: Mention, lead: str, label: Label, subject: str, words: str) -> bool:
        """Open or close a list for the figure at hand; whether it did either."""
        opened = list_opener(lead + words, mention.bracket is not None) or self._bracketed(mention, label)
        changed = False
        if opened and self._bracket_ended(mention):
            self._resume(mention)
        if self.open and not opened and self._leaves(mention, label, subject, lead + words):
            self.open, changed = False, True
        if opened:
            self.divided = self._divided(lead + words, opened)
            near = self._before is not None and self._before.sentence == mention.sentence
            inner = self.parts[-1] if self.open and self.parts and near else None
            self.only = self.unnamed if near and self.unnamed else inner or self._divided_at_once(lead + words, near)
        if opened and (self.heads or self.only):
            self._outer = self._frame() if self.open and mention.bracket != self._bracket else None
            if not self.open or mention.sentence != self._sentence:
                self.parts = []
            self.open, changed = True, True
            self._sentence, self._bracket = mention.sentence, mention.bracket
        elif self.open and (
            mention.sentence != self._sentence or (self._bracket is not None and mention.bracket != self._bracket)
        ):
            self._resume(mention)
            changed = True
        return changed

    def _bracket_ended(self, mention: Mention) -> bool:
        """Whether the list in brackets is over: what another word opens divides the figure before the bracket."""
        return self.open and self._bracket is not None and (mention.bracket is None or mention.bracket < self._bracket)

    def _resume(self, mention: Mention) -> None:
        """Close the list; the one around its bracket goes on."""
        same = self._outer is not None and mention.bracket == self._outer[3] and mention.sentence == self._sentence
        resumed = self._outer if same else None
        self.open = resumed is not None
        if resumed is not None:
            self.parts, self.plain, self.only, self._bracket = resumed
        self._outer = None

    def _divided_at_once(self, words: str, near: bool) -> Fact | None:
        """The amount right before a list of where it comes from: ``预算90万元的来源为：……``."""
        money = near and self._last is not None and self._last.quantity.unit == "CNY"
        return self._last if money and words.lstrip().startswith(OF_IT) else None

    def _divided(self, words: str, opened: tuple[str, bool] | bool) -> str:
        """The measure that the words right before the opener name, when a figure of it can head the list."""
        if not isinstance(opened, tuple):
            return ""
        before = (
            words[: words.rfind(opened[0])].rstrip(" ，,").removesuffix("的").removesuffix("资金").removesuffix("部分")
        )
        hits = self.words.finder(KINDS["CNY"]).find(before[-12:])
        named = hits[-1].id if hits and hits[-1].end == len(before[-12:]) else ""
        return named if any(h.measure == named for h, _ in self.heads) else ""

    def _frame(self) -> tuple[list[Fact], bool, Fact | None, int | None]:
        """The open list as it stands, to go on with when a list in brackets behind one of its parts has ended."""
        return self.parts, self.plain, None, self._bracket

    def head(self, unit: str, label: Label, words: str) -> Fact | None:
        """The figure whose measure a part inherits.

        A part of a part (人员经费 of 基本支出) goes to the nearest figure of its wider scope; any other to the last
        figure of its class, a remainder (结转) only where nothing else stands in the same sentence.
        """
        if self.open and self.only is not None and unit == "CNY":
            return self.only
        fit = [(h, s) for h, s in self.heads if unit_class(h.quantity.unit) == unit and h.quantity.exact]
        fit = [(h, s) for h, s in fit if h.period == label.period] or fit
        if self.open and self.divided:
            fit = [(h, s) for h, s in fit if h.measure == self.divided] or fit
        if label.measure in BUDGETS:
            budgets = [h for h, _ in fit if h.measure in BUDGETS]
            return budgets[-1] if budgets else None
        within = self.words.scopes[label.scope].within if label.scope in self.words.scopes else ""
        if within:
            wider = [h for h in (*(h for h, _ in fit), *self.parts) if h.scope == within]
            if wider:
                spent = [h for h in wider if h.measure == "执行数"] if _spends(words) else []
                return (spent or wider)[-1]
        if not fit:
            return None
        last = fit[-1][1]
        level = [h for h, s in fit if s == last and h.measure not in _LEFT_OVER]
        if _spends(words):
            level = level or [h for h, _ in fit if h.measure not in _LEFT_OVER]
            level = [h for h in level if h.measure == "执行数"] or level
        return level[-1] if level else fit[-1][0]

    def doubtful(self, unit: str, label: Label) -> bool:
        """Whether a part that the vocabulary does not know could belong to any of several wholes of one sentence."""
        if label.measure or label.scope or not self.open:
            return False
        fit = [(h, s) for h, s in self.heads if unit_class(h.quantity.unit) == unit and h.quantity.exact]
        return len({h.measure for h, s in fit if s == fit[-1][1]}) > 1 if fit else False

    def add_part(self, fact: Fact, label: Label) -> None:
        """A part of the open list."""
        self.plain = not label.measure
        self.parts.append(fact)

    def add_head(self, fact: Fact, sentence: int) -> None:
        """A figure that a later list may divide."""
        self.heads = [*self.heads[1 - _KEPT :], (fact, sentence)]

    def passed(self, mention: Mention, fact: Fact) -> None:
        """The figure is done; it is the one before the next."""
        self._last = fact
        if self._before is not None:
            self._gap = self.document.text[self._before.span.end : mention.label.start + 1]
        self._before = mention

    def _bracketed(self, mention: Mention, label: Label) -> bool:
        """A bracket right behind a figure, naming a scope and no measure: ``90万元（基本支出60万元，…）``."""
        if self._behind_colon(mention, label):
            return True
        if mention.bracket is None or self._before is None or (self.open and mention.bracket == self._bracket):
            return False
        return self._before.span.end == mention.bracket and bool(label.scope) and not label.measure

    def _behind_colon(self, mention: Mention, label: Label) -> bool:
        """A colon right behind an amount, or 即 and =, before a scope: ``90万元：基本支出60万元、项目支出30万元``."""
        if self._before is None or self.open or mention.bracket is not None or self._before.quantity.unit != "CNY":
            return False
        gap = self.document.text[self._before.span.end : mention.label.end].strip()
        return gap.startswith(("：", ":", "=", "＝")) and bool(label.scope) and not label.measure

    def _leaves(self, mention: Mention, label: Label, subject: str, words: str) -> bool:
        """Whether a figure stands beside the list: 另有…, or a measure of its own and no part behind ； or ，."""
        if self.words.list_finder("beside_list").find(words):
            return True
        if self.changes_part(mention, label) or (label.measure in _RELATIVE and self._before_in_group(mention)):
            return False
        if self._of_part(mention, label) or self.budget_of_part(mention, label):
            return False
        if self._before is not None and mention.group != self._before.group and self._sibling(label):
            return True
        if self._before is None or not label.measure or label.scope or label.own or subject:
            apart = self._before is not None and mention.group != self._before.group
            return bool(label.against) and not label.scope and (apart or self._comma(mention))
        if mention.group != self._before.group:
            return True
        own = label.measure not in {h.measure for h, s in self.heads if s >= self._sentence - 1}
        unlike = bool(self.parts) and label.measure != self.parts[-1].measure
        return (self.plain or (own and unlike)) and self._comma(mention)

    def changes_part(self, mention: Mention, label: Label) -> bool:
        """Whether a change is of the part before it: the parts are set apart by ；, or there is but one."""
        if not (self.open and self.parts and label.against and not label.scope and self._before is not None):
            return False
        text = self.document.text
        apart = "；" in text[self.parts[0].quantity.span.end : mention.label.start]
        apart = apart or "；" in sentence_behind(text, mention.span.end) or len(self.parts) == 1
        return apart and mention.group == self._before.group

    def _of_part(self, mention: Mention, label: Label) -> bool:
        """Whether a figure tells more of the project before it, the only one between two ；.

        ``甲项目 60 万元，执行 58 万元，执行率 96.67%；乙项目……``.
        """
        if not self.parts or not self.parts[-1].subject or label.scope or label.own or label.settled or label.against:
            return False
        if not self._before_in_group(mention) or label.measure == self.parts[-1].measure:
            return False
        text = self.document.text
        last = self.parts[-1]
        named = [p for p in self.parts if p.subject == last.subject]
        others = [p for p in self.parts if p.subject != last.subject]
        apart = not others or "；" in text[others[-1].quantity.span.end : named[0].quantity.span.start]
        return apart and (bool(others) or "；" in sentence_behind(text, mention.span.end))

    def budget_of_part(self, mention: Mention, label: Label) -> bool:
        """Whether a budget without a name is that of the spending just listed.

        ``其中：会议费支出2万元，年初预算3万元；培训费支出……``: the parts are set apart by ；, each with its own budget.
        """
        if not (self.open and self.parts and label.measure in BUDGETS and self._before_in_group(mention)):
            return False
        if label.scope or label.own or label.name or self._before is None:
            return False
        last = self.parts[-1]
        spent = last.measure == "执行数" and last.quantity.span == self._before.span
        return spent and ("；" in sentence_behind(self.document.text, mention.span.end) or len(self.parts) > 1)

    def _before_in_group(self, mention: Mention) -> bool:
        return self._before is not None and self._before.group == mention.group

    def _sibling(self, label: Label) -> bool:
        """Whether a label's scope stands beside the whole's, not within it: ``基本支出…，其中…；项目支出…``."""
        return bool(self.heads) and self.words.siblings(self.heads[-1][0].scope, label.scope)

    def _comma(self, mention: Mention) -> bool:
        """Whether a comma stands before the figure where the parts of the list were parted by 、."""
        if self._before is None:
            return False
        if "，" not in self.document.text[self._before.span.end : mention.label.end]:
            return False
        return unit_class(mention.quantity.unit) == "CNY" or "、" in self._gap


def _spends(words: str) -> bool:
    """Whether a label ends in 支出."""
    return words.rstrip(" 为是：:共计合达到").endswith("支出")


def sentence_behind(text: str, start: int) -> str:
    """What follows in the sentence, some hundred characters at most."""
    piece = text[start : start + _REACH]
    ends = [e for c in "。\n" if (e := piece.find(c)) >= 0]
    return piece[: min(ends)] if ends else piece
