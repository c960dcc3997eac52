"""What amounts and rates of a paragraph measure whose own words name no measure."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_extract.facts import UNBOUND
from jihe_extract.prose.labels import Label
from jihe_extract.prose.labelshapes import bare
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphlabels import LabelsOfParagraph
from jihe_extract.prose.paragraphstate import (
    ADJUSTMENTS,
    BUSINESS,
    CHANGES,
    FULL,
    GUESS,
    PLAIN,
    SAME_PARAGRAPH,
    SAME_SENTENCE,
)
from jihe_extract.prose.partlists import BUDGETS, SPENDING, sentence_behind

_PROJECT_SIDE = re.compile(r"(?:项目|专项)(?:支出|经费|资金)")
_SHARE = re.compile(r"占(?!地|用|道|有率)[^，。；：]{2,}$")
"""``占全国采购规模的``: a share of what is named, in whatever words."""


class AmountsOfParagraph(LabelsOfParagraph):
    """Gives a measure to a figure without one, by what stands right before or behind it."""

    def _rate_of(self, mention: Mention, words: str) -> str:
        """``完成预算 11.50 万元的 80%``: the rate of the figure just before it; ``占总额的60%和40%``: one like that."""
        if _SHARE.search(words):
            return "占比"
        if not self.facts or self.before is None:
            return ""
        last = self.facts[-1]
        if words.strip(" ，") == "进度" and last.measure == "执行数":
            return "执行率"
        if not words.strip(" 、，和与及") and last.quantity.unit == "%" and self.before.sentence == mention.sentence:
            return last.measure if last.measure in ("占比", "变动率") else ""
        if words.strip() != "的":
            return ""
        named = self.before.words
        if "占" in named and len(self.facts) > 1 and self.facts[-2].measure in ADJUSTMENTS:
            return "调整率" if last.measure == "年初预算数" else "占比"
        if "预算" in last.measure and ("占" not in named or self._of_budget(named)):
            return "完成预算比"
        if any(w in named for w in ("计划", "目标", "任务")):
            return "完成率"
        return "占比" if "占" in named else ""

    def _of_budget(self, named: str) -> bool:
        """Whether ``占……`` is of a budget: by its name, or of money of which what was spent is told."""
        spent = len(self.facts) > 1 and self.facts[-2].measure == "执行数"
        return "预算" in named or (spent and "预算" in self.reader.read(named, "CNY").measure)

    def _plain_amount(
        self, mention: Mention, words: str, label: Label, subject: str, scope: str
    ) -> tuple[str, Decimal]:
        """An amount without a measure: ``项目支出 0.43 万元`` was spent, ``金额 15 万元`` is the budget."""
        words = words or mention.ahead.strip().rstrip("：:")
        words = bare(words.rstrip(" 为是：:共计合达到"))
        spent = words.endswith("支出") or (
            label.scope and self.reader.words.scopes[label.scope].axis in ("三公", "公车")
        )
        if label.scope and not label.own and spent:
            split = self._divided(label)
            plain = "预算数" if self.budgeted else "执行数"
            return split or plain, PLAIN if split or not self._spending(mention) else SAME_SENTENCE
        if label.scope and not label.own and (split := self._divided(label)):
            return split, PLAIN
        if label.scope and not label.own and words.endswith("收入"):
            return "收入数", PLAIN
        if label.empty and words.endswith(("金额", "资金", "总额")) and (subject or scope == "项目支出"):
            return "预算数", SAME_PARAGRAPH if subject else GUESS
        return "", FULL

    def _year_before(self, mention: Mention, label: Label) -> str:
        """The measure of the amount before a bare 上年 in its group: ``支出90万元，上年80万元，多支10万元``."""
        if mention.quantity.unit != "CNY" or not (label.empty and label.period):
            return ""
        if self.before is None or self.before.group != mention.group or self._sentences[-1:] != [mention.sentence]:
            return ""
        bracketed = mention.bracket == self.before.span.end  # 收入90万元，同比增长12.50%（上年80万元）
        told = [f for f in self.facts[-3:] if f.quantity.unit != "%" or not bracketed]
        last = told[-1] if told else None
        if last is None or last.quantity.unit != "CNY":
            return ""
        return "" if last.measure in (UNBOUND, BUSINESS, *CHANGES) or last.period else last.measure

    def _spending(self, mention: Mention) -> bool:
        """Whether the sentence has told of spending and of no budget so far."""
        told = {f.measure for f in self._told_in(mention.sentence)}
        return "执行数" in told and not told & BUDGETS

    def _divided(self, label: Label) -> str:
        """The measure of a whole that two parts divide right behind it.

        ``预算90万元，基本支出60万元，项目支出30万元``.
        """
        if label.scope == "项目支出":
            told = self._told_in(self._sentences[-1]) if self._sentences else []
            basic = next((f.measure for f in told if f.scope == "基本支出" and f.trust == PLAIN), "")
            return basic if basic in SPENDING else ""
        last = self.parts.heads[-1][0] if self.parts.heads else None
        if (
            last is None
            or self.before is None
            or last.quantity.span != self.before.span
            or last.measure not in SPENDING
        ):
            return ""
        follow = sentence_behind(self.document.text, self.before.span.end)
        split = label.scope == "基本支出" and _PROJECT_SIDE.search(follow) and not last.scope
        return last.measure if split else ""
