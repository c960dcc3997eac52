"""The running state of one paragraph while its figures are read from left to right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from jihe_extract.document import Document
from jihe_extract.facts import Fact
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.partlists import PartList

BUSINESS = "业务量"
"""Measure of counts and amounts that tell of work done, not of the unit's own money or people."""
COUNT = "个数"
"""Measure of counts of things that a report also enumerates; the scope is the noun."""
COUNTED: tuple[str, ...] = (
    "三级指标", "一级指标", "二级指标", "内设机构", "事业单位", "下属单位", "二级单位", "预算单位", "行政村",
    "项目", "社区", "处室", "科室", "机构", "部门", "股室", "指标", "村",
)  # fmt: skip

MOST_MARKS = 40
"""More marks than one indicator of a score sheet carries."""

WHOLE = "\0"
"""Stands for the label of the whole behind its parts, given to the whole itself."""

FULL = Decimal(1)
SAME_SENTENCE = Decimal("0.95")
SAME_PARAGRAPH = Decimal("0.85")
PLAIN = Decimal("0.75")
HEADING = Decimal("0.75")
GUESS = Decimal("0.7")

ADJUSTMENTS = frozenset({"调增数", "调减数", "调整数", "调整率"})
CHANGES = frozenset({"增减额", "占比", "变动率"})


@dataclass
class Topic:
    """What the running text is about: inherited by figures whose label leaves it open."""

    subject: str = ""
    scope: str = ""
    period: str = ""
    sentence: int = -1
    trust: Decimal = FULL


@dataclass
class ParagraphState:
    """What is known of one paragraph while its figures are read. ``base`` is what the heading says."""

    reader: LabelReader
    document: Document
    base: Topic
    facts: list[Fact] = field(default_factory=list)
    parts: PartList = field(init=False)
    topic: Topic = field(init=False)
    part_topic: Topic | None = None
    against_sentence: int = -1
    before: Mention | None = None
    formula: dict[int, str] = field(default_factory=dict)
    """What written-out formulas call their figures, by where these start."""
    announced: tuple[int, str] | None = None
    """The sentence of a list that a measure and a colon open, and that measure (``年初预算：基本支出60万元，……``)."""
    dated: tuple[int, str] | None = None
    """The sentence that a year and a comma open, and that year (``""`` for the report's own)."""
    target: str = ""
    """Measure of the figure that a change starts from (由…增加到…)."""
    _sentences: list[int] = field(default_factory=list)
    """The sentence of each fact."""
    budgeted: bool = False
    """Whether the text is of budgets, so that a plain ``支出`` is what may be spent."""
    chain: str | None = None
    """The words of the last named count of the group, for an amount behind several counts."""

    def __post_init__(self) -> None:
        self.topic = replace(self.base)
        self.parts = PartList(self.document, self.reader.words)

    def _told_in(self, sentence: int) -> list[Fact]:
        return [f for f, s in zip(self.facts, self._sentences, strict=True) if s == sentence]
