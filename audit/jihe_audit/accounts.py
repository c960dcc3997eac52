"""The facts of one report in order: duplicates settled first, then found by what they measure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

from jihe_audit.groups import Group, Key, agree, settle
from jihe_audit.places import Places
from jihe_extract.document import Span
from jihe_extract.facts import HEARD, UNBOUND, Claim, Extraction, Fact, Profile, ScoreRow
from jihe_extract.prose.words import load_words

if TYPE_CHECKING:
    from jihe_audit.packs import Pack
    from jihe_audit.rulebook import Rulebook

COMMON = 3
"""Amounts of one precision that make it the report's own."""
LENIENT_WORDS = ("四舍五入", "尾数误差", "尾差", "尾数差", "小数位差", "进位误差", "保留两位小数")


@dataclass
class Accounts(Places):
    """What one report states, settled and found by measure, scope, key or place."""

    extraction: Extraction
    rulebook: Rulebook
    pack: Pack

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
        return self._of_part_year(self.paragraph(span))

    @cached_property
    def _of_part_year(self) -> Callable[[Span], bool]:
        """Tells it of a paragraph; a table is one, and is asked about for each of its lines."""
        part = self.rulebook.words["part_year"]
        title = self.document.text.lstrip()[:80].partition("\n")[0]
        titled = bool(part.search(title))
        return cache(lambda where: titled or bool(part.search(self.document.quote(where))))

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
    def subjects(self) -> tuple[str, ...]:
        """Named projects and subordinate units that any fact speaks of."""
        return tuple(dict.fromkeys(f.subject for f in self.extraction.facts if f.subject))

    def among(self, measure: str, scope: str | None = None) -> Iterator[Fact]:
        """Settled facts of a measure over every subject, in reading order."""
        for key, group in self.groups.items():
            if key[0] == measure and (scope is None or key[2] == scope) and not key[3] and group.best:
                yield group.best

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
