"""The facts of one report in order: duplicates settled first, then found by what they measure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from jihe_audit.finding import Check, Consequence, Evidence, Finding, Severity, Verdict
from jihe_audit.rule import Rule
from jihe_audit.verdict import Weighing
from jihe_extract.document import Document, Span
from jihe_extract.facts import HEARD, UNBOUND, Claim, Extraction, Fact, Profile, ScoreRow
from jihe_extract.prose.words import load_words

if TYPE_CHECKING:
    from jihe_audit.packs import Pack
    from jihe_audit.rulebook import Rulebook

T = TypeVar("T")
Key = tuple[str, str, str, str, str]
Standing = Literal["single", "complete", "consistent", "tail", "inconsistent"]
COMMON = 3
"""Amounts of one precision that make it the report's own."""
QUOTE = 24
"""Longest label and figure quoted together."""
LENIENT_WORDS = ("四舍五入", "尾数误差", "尾差", "尾数差", "小数位差", "进位误差", "保留两位小数")


@dataclass(frozen=True, slots=True)
class Group:
    """All facts with one key. ``best`` is the most precise of the value that prevails, None when none does."""

    key: Key
    facts: tuple[Fact, ...]
    standing: Standing
    best: Fact | None


@dataclass(slots=True)
class Relation:
    """One relation that was weighed, kept so that the figure at fault can be told from the others."""

    identity: str
    stated: Fact
    operands: tuple[Fact, ...]
    weighing: Weighing
    recompute: object = None
    """How to weigh it again with another figure: a ``Try``, a function of the members, or None (all equal)."""
    finding: Finding | None = None

    @property
    def members(self) -> tuple[Fact, ...]:
        """Stated figure first, then the operands."""
        return (self.stated, *self.operands)


def agree(a: Fact, b: Fact) -> Literal["complete", "consistent", "tail", "inconsistent"]:
    """How two statements of the same fact stand to one another."""
    p, q = a.quantity, b.quantity
    if p.value == q.value:
        return "complete"
    if p.step == q.step:
        return "tail" if p.shown_decimals and abs(p.value - q.value) <= p.step else "inconsistent"
    coarse, fine = (p, q) if p.step > q.step else (q, p)
    if abs(coarse.value - fine.value) <= coarse.step / 2 + fine.step / 2:
        return "consistent"
    if coarse.shown_decimals == 0 and abs(coarse.value - fine.value) <= coarse.step:
        return "consistent"
    return "inconsistent"


_RANK: dict[str, int] = {"complete": 0, "consistent": 1, "tail": 2, "inconsistent": 3}


def settle(key: Key, facts: Sequence[Fact]) -> Group:
    """Settle one key: the prevailing value is the one that most statements agree on; a draw has none."""
    if len(facts) == 1:
        return Group(key, tuple(facts), "single", facts[0])
    worst = 0
    support: list[int] = []
    for a in facts:
        ranks = [_RANK[agree(a, b)] for b in facts]
        worst = max(worst, *ranks)
        support.append(sum(rank <= 1 for rank in ranks))
    names: tuple[Standing, ...] = ("complete", "consistent", "tail", "inconsistent")
    standing = names[worst]
    top = max(support)
    leading = [f for f, s in zip(facts, support, strict=True) if s == top]
    best = min(leading, key=lambda f: (f.quantity.step, f.quote.start))
    drawn = worst >= 2 and any(_RANK[agree(best, f)] > 1 for f in leading)
    return Group(key, tuple(facts), standing, None if drawn and worst == 3 else best)


@dataclass
class Ledger:
    """One report's facts, claims and rows, and the hand that writes findings about them.

    ``rule`` is the rule at work: findings and checks made here carry its fields. ``relations`` fills up as
    rules weigh relations; ``seen`` keeps a relation from being judged twice; ``tried`` holds the checks of the rules
    that have run so far.
    """

    extraction: Extraction
    rulebook: Rulebook
    pack: Pack
    rule: Rule | None = None
    relations: list[Relation] = field(default_factory=list)
    seen: set[tuple[str, frozenset[Span]]] = field(default_factory=set)
    tried: list[Check] = field(default_factory=list)

    @property
    def document(self) -> Document:
        """The report's document."""
        return self.extraction.document

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the report asserts."""
        return self.extraction.claims

    @cached_property
    def rows(self) -> tuple[ScoreRow, ...]:
        """Its indicators, without those of tables whose columns are not certain: figures may have shifted."""
        tables = self.document.tables
        rows = self.extraction.rows
        if all(table.sure for table in tables):
            return rows
        return tuple(r for r in rows if r.table is None or r.table >= len(tables) or tables[r.table].sure)

    @property
    def profile(self) -> Profile:
        """Who reports, on which year."""
        return self.extraction.profile

    @cached_property
    def year(self) -> str:
        """The report's year, "" when unknown."""
        return self.profile.year

    @cached_property
    def lenient(self) -> bool:
        """Whether the report says itself that figures were rounded."""
        return any(word in self.document.text for word in LENIENT_WORDS)

    @cached_property
    def precision(self) -> dict[tuple[str, str], Decimal]:
        """The finest step that figures of a unit commonly have in this report."""
        steps: dict[tuple[str, str], Counter[Decimal]] = {}
        for fact in self.extraction.facts:
            q = fact.quantity
            if q.unit in ("CNY", "分", "%"):
                steps.setdefault((q.unit, q.surface), Counter())[q.step] += 1
        return {
            kind: min(s for s in count if kind[0] != "CNY" or count[s] >= min(COMMON, max(count.values())))
            for kind, count in steps.items()
        }

    @cached_property
    def _loose_precision(self) -> dict[tuple[str, str], Decimal]:
        """The usual precision but for rates."""
        return {kind: step for kind, step in self.precision.items() if kind[0] != "%"}

    def usual(self, stated: Fact) -> dict[tuple[str, str], Decimal]:
        """The usual precision at a figure; rates among others in whole percents are whole percents."""
        if stated.quantity.unit != "%" or stated.quantity.shown_decimals:
            return self.precision
        whole = any(
            f.quantity.unit == "%" and f.measure == stated.measure and not f.quantity.shown_decimals
            and f.quantity.value not in (0, 1) and f.quantity.exact
            for f in self.within(self.paragraph(stated.quantity.span))
        )  # fmt: skip
        return self._loose_precision if whole else self.precision

    @cached_property
    def rates(self) -> tuple[Fact, ...]:
        """Every rate that the report states as such."""
        return tuple(f for f in self.extraction.facts if f.quantity.unit == "%" and f.quantity.exact)

    @cached_property
    def changed(self) -> bool:
        """Whether the report tells of any figure what it was before (由甲变为乙)."""
        return any(f.quantity.relation == "from" for f in self.extraction.facts)

    @cached_property
    def rate_claims(self) -> dict[int, Claim]:
        """What the report says of its rates, by the start of the rate."""
        kinds = ("ratio", "growth", "share")
        return {c.stated.quantity.span.start: c for c in self.claims if c.stated and c.kind in kinds}

    def within_year(self, span: Span) -> bool:
        """Whether the report's first line or the paragraph tells only of a part of the year (上半年, 1-8月)."""
        part = self.rulebook.words["part_year"]
        title = self.document.text.lstrip()[:80].partition("\n")[0]
        return bool(part.search(title) or part.search(self.document.quote(self.paragraph(span))))

    def once(self, work: Callable[[Ledger], T]) -> T:
        """What a function makes of the whole report, made at the first call."""
        if work not in self._made:
            self._made[work] = work(self)
        return cast(T, self._made[work])

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    @cached_property
    def _by_measure(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.extraction.facts:
            found.setdefault(fact.measure, []).append(fact)
        return found

    def of_measure(self, measure: str) -> Sequence[Fact]:
        """The facts of one measure, in reading order."""
        return self._by_measure.get(measure, ())

    @cached_property
    def _by_scope(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.extraction.facts:
            found.setdefault((fact.subject, fact.scope), []).append(fact)
        return found

    def of_scope(self, subject: str, scope: str) -> Sequence[Fact]:
        """The facts of one subject and scope, in reading order."""
        return self._by_scope.get((subject, scope), ())

    @cached_property
    def _starts(self) -> list[int]:
        return [f.quantity.span.start for f in self.extraction.facts]

    def within(self, area: Span) -> Iterator[Fact]:
        """The facts whose figures lie in an area, in reading order."""
        first = bisect_left(self._starts, area.start)
        last = bisect_right(self._starts, area.end, first)
        return (f for f in self.extraction.facts[first:last] if f.quantity.span.end <= area.end)

    @cached_property
    def groups(self) -> dict[Key, Group]:
        """Bound, firm and exact facts by key, each key settled; learned ones only where no firm one stands."""
        by_key: dict[Key, list[Fact]] = {}
        learned: dict[Key, list[Fact]] = {}
        for fact in self.extraction.facts:
            if fact.measure == UNBOUND or not fact.quantity.exact or fact.quantity.relation == "from":
                continue
            if fact.sure:
                by_key.setdefault(self.key(fact), []).append(fact)
            elif fact.by != "rule" and fact.trust >= HEARD:
                learned.setdefault(self.key(fact), []).append(fact)
        by_key = {**learned, **by_key}
        for key, facts in list(by_key.items()):
            for context, apart in self._apart(facts).items():
                by_key[key] = [f for f in by_key[key] if f not in apart]
                name = (key[0], key[1], f"{context}·{key[2]}", key[3], key[4])
                by_key.setdefault(name, []).extend(apart)
        return {key: settle(key, facts) for key, facts in by_key.items() if facts}

    @cached_property
    def _heads(self) -> dict[Span, str]:
        """The scope of the whole that a listed figure is part of, by the figure's span."""
        return {
            o.quantity.span: c.stated.scope
            for c in self.claims
            if c.kind == "sum" and c.stated is not None and not c.stated.subject
            for o in c.operands
        }

    def of_another_whole(self, part: Fact, whole: Fact) -> bool:
        """Whether the report lists the figure as part of a whole of another scope and another value."""
        head = self._heads.get(part.quantity.span)
        if head is None or head == whole.scope:
            return False
        other = self.at(whole.measure, head, whole.subject)
        return other is None or other.quantity.value != whole.quantity.value

    def _apart(self, facts: Sequence[Fact]) -> dict[str, list[Fact]]:
        """Figures with one key that contradict because they are parts of different wholes, by the whole's scope."""
        if facts[0].subject or len({f.quantity.value for f in facts}) < 2:
            return {}
        contexts: dict[str, list[Fact]] = {}
        scopes = load_words().scopes
        for fact in facts:
            head = self._heads.get(fact.quantity.span, "")
            own = fact.scope in scopes and scopes[fact.scope].within == head  # part of its natural whole, as anywhere
            own = own and not any(agree(fact, other) == "tail" for other in facts)
            contexts.setdefault("" if own else head, []).append(fact)
        if len(contexts) < 2:
            return {}
        main = "" if "" in contexts else None
        return {context: group for context, group in contexts.items() if context != main}

    def key(self, fact: Fact) -> Key:
        """The fact's key with the report's own year written as ``""``."""
        measure, subject, scope, period, stage = fact.key
        return measure, subject, scope, "" if period == self.year else period, stage

    def group(
        self, measure: str, scope: str = "", subject: str = "", period: str = "", stage: str = ""
    ) -> Group | None:
        """The settled group of a key, if the report has it."""
        return self.groups.get((measure, subject, scope, period, stage))

    def at(self, measure: str, scope: str = "", subject: str = "", period: str = "", stage: str = "") -> Fact | None:
        """The settled fact of a key; None when absent or when its statements contradict without a majority."""
        group = self.group(measure, scope, subject, period, stage)
        return group.best if group else None

    def stated(
        self, measure: str, scope: str = "", subject: str = "", period: str = "", *, near: Fact | None = None
    ) -> list[Fact]:
        """Every different value stated for a key, nearest to ``near`` first: all of them are admissible operands."""
        group = self.group(measure, scope, subject, period)
        if group is None:
            return []
        at = near.quote.start if near else 0
        values: dict[Decimal, Fact] = {}
        for fact in sorted(group.facts, key=lambda f: abs(f.quote.start - at)):
            values.setdefault(fact.quantity.value, fact)
        return list(values.values())

    def first(self, measures: Iterable[str], scope: str = "", subject: str = "", period: str = "") -> Fact | None:
        """The settled fact of the first measure that the report gives."""
        return next((f for m in measures if (f := self.at(m, scope, subject, period))), None)

    @cached_property
    def _tables(self) -> dict[int, Span]:
        """From the first to the last figure of each table."""
        found: dict[int, Span] = {}
        for fact in self.extraction.facts:
            span = fact.quantity.span
            cell = self.document.cell_at(span)
            if cell is not None:
                known = found.get(cell[0], span)
                found[cell[0]] = Span(min(known.start, span.start), max(known.end, span.end))
        return found

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Named projects and subordinate units that any fact speaks of."""
        return tuple(dict.fromkeys(f.subject for f in self.extraction.facts if f.subject))

    def among(self, measure: str, scope: str | None = None) -> Iterator[Fact]:
        """Settled facts of a measure over every subject, in reading order."""
        for key, group in self.groups.items():
            if key[0] == measure and (scope is None or key[2] == scope) and not key[3] and group.best:
                yield group.best

    def evidence(self, where: Fact | Span) -> Evidence:
        """Evidence for a fact or a span."""
        return Evidence.at(self.document, self.spot(where))

    def spot(self, where: Fact | Span) -> Span:
        """The words to quote: a figure with its label when that is short, else the figure alone."""
        if isinstance(where, Span):
            return where
        quote = where.quote
        short = len(quote) <= QUOTE and "\n" not in self.document.quote(quote)
        return quote if short and quote.holds(where.quantity.span) else where.quantity.span

    def together(self, a: Fact, b: Fact) -> bool:
        """Whether two figures stand in one sentence or in one table."""
        first, second = a.quantity.span, b.quantity.span
        cells = self.document.cell_at(first), self.document.cell_at(second)
        if cells[0] or cells[1]:
            return bool(cells[0] and cells[1] and cells[0][0] == cells[1][0])
        first, second = sorted((first, second))
        sentence = self.sentence(first, "。\n")
        end = sentence.end
        if self.document.text[end : end + 4].lstrip().startswith("其中"):
            end = self.sentence(Span(end, end + 1), "。\n").end
        return second.start < end

    def sentence(self, span: Span, stops: str = "。；;\n") -> Span:
        """The sentence around a span, for quoting; ``stops`` end it."""
        text = self.document.text
        start, end, last = 0, len(text), max(0, span.end - 1)
        for stop in reversed(stops):  # a line break is near, and bounds the search for the others
            start = text.rfind(stop, start, span.start) + 1 or start
            end = text.find(stop, last, end) + 1 or end
        while start < span.start and text[start].isspace():
            start += 1
        while end > span.end and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def depth(self, span: Span) -> int:
        """How many brackets of its line are open at a span."""
        before = self.document.text[self.paragraph(span).start : span.start]
        return sum(before.count(c) for c in "（(") - sum(before.count(c) for c in "）)")

    def paragraph(self, span: Span) -> Span:
        """The paragraph (line) around a span; for a cell, its table."""
        text = self.document.text
        cell = self.document.cell_at(span)
        if cell is not None:
            return self._tables.get(cell[0], span)
        end = text.find("\n", span.end)
        return Span(text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end)

    def left_out(self, members: Sequence[Fact], gap: Decimal, *, listed: bool = False) -> Fact | None:
        """A figure as large as the gap that stands in a paragraph of the members and took no part.

        Parts of other lists than the stated figure's own are accounted for there; ``listed`` takes them too.
        """
        used = {m.quantity.span for m in members}
        lines = {self.paragraph(span) for span in used}
        unit = members[0].quantity.unit
        elsewhere = {
            o.quantity.span
            for c in self.claims
            if not listed
            and c.kind == "sum"
            and c.stated is not None
            and c.stated.quantity.span != members[0].quantity.span
            for o in c.operands
        }
        return next(
            (
                f
                for f in self.extraction.facts
                if f.quantity.unit == unit and f.quantity.value and abs(abs(f.quantity.value) - gap) < f.quantity.step
                and f.quantity.span not in used and f.quantity.span not in elsewhere
                and any(line.holds(f.quantity.span) for line in lines)
            ),
            None,
        )  # fmt: skip

    def finding(
        self,
        says: str,
        at: Fact | Span,
        *others: Fact | Span,
        severity: Severity | None = None,
        working: str = "",
        weighing: Weighing | None = None,
        explanation: str = "",
        advice: str = "",
        category: str = "",
        title: str = "",
        basis: tuple[str, ...] | None = None,
        consequence: Consequence | None = None,
        amount: Decimal | None = None,
        score_delta: Decimal | None = None,
    ) -> Finding:
        """A finding of the rule at work; ``at`` is the place at fault, ``others`` the operands."""
        rule = self.rule
        if rule is None:
            raise RuntimeError("a finding is made by a rule at work")
        spans = list(dict.fromkeys(self.spot(w) for w in (at, *others)))
        chosen = rule.basis if basis is None else basis
        return Finding(
            rule=rule.id,
            severity=severity or rule.severity,
            says=says,
            evidence=tuple(self.evidence(s) for s in spans),
            category=category or rule.category,
            title=title or rule.title,
            working=working,
            stated=weighing.stated if weighing else None,
            computed=weighing.computed if weighing else None,
            explanation=explanation,
            basis=self.rulebook.citable(chosen, self.year),
            advice=advice or rule.advice,
            needs=rule.needs,
            consequence=rule.consequence if consequence is None else consequence,
            amount=amount,
            score_delta=score_delta,
            sources=rule.sources,
            report=self.document.name,
            unit=self.profile.unit,
            year=self.year,
        )

    def check(
        self,
        identity: str,
        verdict: Verdict,
        working: str,
        members: Sequence[Fact | Span],
        *,
        title: str = "",
        weighing: Weighing | None = None,
        needs: tuple[str, ...] = (),
        unit: str = "",
    ) -> Check:
        """A check of the rule at work over its members."""
        rule = self.rule
        if rule is None:
            raise RuntimeError("a check is made by a rule at work")
        return Check(
            rule=rule.id,
            identity=identity,
            title=title or self.rulebook.relations.get(identity, rule.title),
            verdict=verdict,
            working=working,
            spans=tuple(m.quantity.span if isinstance(m, Fact) else m for m in members),
            stated=weighing.stated if weighing else None,
            computed=weighing.computed if weighing else None,
            difference=weighing.difference if weighing else None,
            tolerance=weighing.tolerance if weighing else None,
            unit=unit,
            needs=needs,
            report=self.document.name,
        )

    def first_time(self, kind: str, members: Iterable[Fact]) -> bool:
        """Whether this relation over these figures is tried for the first time; remembers it."""
        mark = (kind, frozenset(m.quantity.span for m in members))
        if mark in self.seen:
            return False
        self.seen.add(mark)
        return True


def softened(severity: Severity, sure: bool) -> Severity:
    """An error needs a firm binding; otherwise it is a doubt."""
    return "warning" if severity == "error" and not sure else severity


def renamed(finding: Finding, **changes: object) -> Finding:
    """The finding with some fields changed."""
    return replace(finding, **changes)  # type: ignore[arg-type]
