"""What a report asserts: facts, claims, indicator rows, and how they leave the extractor.

``Fact`` binds one quantity to what it measures. ``Claim`` is a relation between facts that the report
itself asserts (a sum, a rate, a count of a list …). ``ScoreRow`` is one performance indicator with all its
figures, wherever it stood. None of them says whether anything holds: that is the audit's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from jihe_extract.document import Document, Span
from jihe_extract.numbers.quantity import Quantity

Origin = Literal["prose", "table", "sheet"]
Stage = Literal["", "目标", "年中", "年末"]
ClaimKind = Literal[
    "ratio",
    "sum",
    "difference",
    "share",
    "growth",
    "count",
    "comparison",
    "score",
    "total",
    "grade",
    "restatement",
    "qualitative",
]

UNBOUND = "未定"
"""Measure of a quantity that nothing in the text names."""


class Fact(Struct, frozen=True):
    """One quantity and what it measures.

    ``measure`` is the id of an entry of ``vocabulary/measures.toml`` (``年初预算数``), or ``UNBOUND``.
    ``subject`` is ``""`` for the reporting unit, else the named project or subordinate unit.
    ``scope`` narrows the measure: ``""`` for the whole, ``基本支出``, ``项目支出``, ``人员经费``,
    ``公务接待费``, a fund source (``一般公共预算``) …; it is an id of ``vocabulary/scopes.toml`` or the
    text's own words when the vocabulary does not know them. ``period`` is the year as four digits, or
    ``""`` when it is the report's own year. ``label`` is the span of the words that name the quantity.
    ``by`` says who bound it (``rule`` or ``model@version``); ``trust`` runs from 0 to 1, and below
    ``SURE`` the audit raises no error on it.
    """

    measure: str
    quantity: Quantity
    quote: Span
    subject: str = ""
    scope: str = ""
    period: str = ""
    stage: Stage = ""
    label: Span | None = None
    origin: Origin = "prose"
    by: str = "rule"
    trust: Decimal = Decimal(1)

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What must agree before two facts may be compared: measure, subject, scope, period, stage."""
        return self.measure, self.subject, self.scope, self.period, self.stage

    @property
    def sure(self) -> bool:
        """Whether the binding is firm enough to accuse on."""
        return self.trust >= SURE


SURE = Decimal("0.8")
HEARD = Decimal("0.7")
"""Least trust at which what a model alone has named may take part in a relation."""


class Claim(Struct, frozen=True):
    """A relation that the report asserts between quantities, or a phrase that a number can refute.

    ``kind`` and the meaning of the operands:

    - ``ratio``: ``stated`` = operands[0] ÷ operands[1]; operands may be empty when only the rate is stated.
      A written-out formula has ``word`` = ``rpn:…``, its calculation in postfix over the operands' numbers.
    - ``sum``: ``stated`` = Σ operands; ``open`` when the list is not exhaustive (其中, 含, 主要包括).
    - ``difference``: ``stated`` is how much operands[0] differs from operands[1] (or, when that is not given,
      from its own earlier value); ``word`` is ``up``, ``down`` or ``""``.
    - ``share``: ``stated`` = operands[0] ÷ operands[1], as a part of a whole; the whole may be left to find.
    - ``growth``: ``stated`` is the relative change of operands[0]; operands[1], when given, is the change
      itself (measure 增减额 or 节约额) or the earlier value. ``word`` is ``up`` or ``down`` as the text says.
    - ``count``: ``stated`` says how many; ``items`` are the spans enumerated. When operands are given, the
      number stated is their sum (``两办五中心``).
    - ``comparison``: ``word`` (大于, 持平, 超额, 未完成 …) between operands[0] and operands[1].
    - ``grade``: ``word`` is the grade, operands[0] the score.
    - ``total``: ``stated`` = Σ of the scores or weights in ``rows`` of the extraction.
    - ``restatement``: operands are places that state the same fact.
    - ``qualitative``: ``word`` is the id of the phrase in the vocabulary (``no_idle_funds``).
    """

    kind: ClaimKind
    span: Span
    stated: Fact | None = None
    operands: tuple[Fact, ...] = ()
    open: bool = False
    word: str = ""
    items: tuple[Span, ...] = ()
    subject: str = ""
    scope: str = ""
    trust: Decimal = Decimal(1)


class ScoreRow(Struct, frozen=True):
    """One indicator: what was promised, what was done, and the marks it was given.

    ``path`` runs from the first-level indicator to the name itself (``产出指标``, ``数量指标``, ``巡查次数``);
    levels that the report does not give are ``""``. The figures are facts (their quantity carries the
    target's relation), or None when absent; ``*_text`` keep what stood in the place when it was no number
    (``有所提升``). ``spans`` covers every piece of the row; ``reason`` and ``remedy`` are the explanation of
    the deviation and its cure, as spans.
    """

    path: tuple[str, ...]
    spans: tuple[Span, ...]
    name: Span | None = None
    weight: Fact | None = None
    target: Fact | None = None
    mid_year: Fact | None = None
    actual: Fact | None = None
    completion: Fact | None = None
    deviation: Fact | None = None
    score: Fact | None = None
    target_text: Span | None = None
    actual_text: Span | None = None
    reason: Span | None = None
    remedy: Span | None = None
    origin: Origin = "prose"
    table: int | None = None

    @property
    def indicator(self) -> str:
        """The indicator's own name."""
        return self.path[-1] if self.path else ""


class Leftover(Struct, frozen=True):
    """A quantity that no claim uses, with the reason in Chinese (``业务数据，无对应计算关系``)."""

    fact: Fact
    reason: str


class Profile(Struct, frozen=True):
    """Who reports, on what, and when: read from title, cover and first lines. ``""`` where not found."""

    unit: str = ""
    unit_span: Span | None = None
    aliases: tuple[str, ...] = ()
    year: str = ""
    kind: str = ""
    """Report type T1…T7 of the outlines (部门整体自评, 项目自评, …)."""
    region: str = ""
    """Province or city when the text gives it away; chooses a pack."""


@dataclass(frozen=True)
class Extraction:
    """Everything that the report asserts. Every quantity of the document is in exactly one fact."""

    document: Document
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...] = ()
    rows: tuple[ScoreRow, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    profile: Profile = field(default_factory=Profile)
    supposed: tuple[Claim, ...] = ()
    """Relations that the build of sentences suggests (:mod:`jihe_extract.asserted.supposed`): no assertions."""


class Binder(Protocol):
    """Gives quantities their measures. The default is made of rules; a learned one may take its place."""

    def bind(self, document: Document, quantities: tuple[Quantity, ...]) -> tuple[Fact, ...]:
        """One fact for each quantity, in the same order; ``UNBOUND`` where nothing names it."""
        ...


@runtime_checkable
class RowBinder(Protocol):
    """A binder that also gathers indicator rows which the rules have not seen."""

    def rows(self, document: Document, facts: tuple[Fact, ...]) -> tuple[ScoreRow, ...]:
        """Rows of the facts that this binder has just bound."""
        ...


@runtime_checkable
class ColumnBinder(Protocol):
    """A binder that also names columns of indicator tables which the rules could not name."""

    def columns(
        self, document: Document, rows: tuple[ScoreRow, ...], facts: Mapping[Span, Fact]
    ) -> tuple[tuple[ScoreRow, ...], Mapping[Span, Fact]]:
        """The rows of the tables, completed, and the facts that take the place of others of the same span."""
        ...
