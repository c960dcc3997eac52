"""Indicator statements in prose → :class:`ScoreRow`: what was promised, measured, done and marked.

A statement is found by its cue words, not by a template: a numbered heading (指标三：) or a strong cue (预期
指标值) opens it, the figures take the places their cues name, and running text about causes, remedies and
achievements is kept out of the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import regex

from jihe_extract.cues import FIGURES, Cue, Cues, load_cues
from jihe_extract.document import Document, Span
from jihe_extract.facts import Fact, ScoreRow, Stage
from jihe_extract.indicatornames import Levels, Name, name_before
from jihe_extract.proseview import Placed, View, placed, views
from jihe_extract.quantity import Quantity
from jihe_extract.scorelines import score_lines

MEASURES: dict[str, tuple[str, Stage]] = {
    "target": ("目标值", "目标"),
    "mid": ("监控值", "年中"),
    "actual": ("完成值", "年末"),
    "completion": ("完成率", "年末"),
    "deviation": ("偏差率", "年末"),
    "weight": ("权重", ""),
    "score": ("得分", ""),
}
_STOPS = "。；！？"
_BREAKS = "。；！？，（）、"
_LABEL_MAX = 40
_BRIDGE_MAX = 20
_HEAD = regex.compile(r"^(?:完成了?|达到|实现|实际|我单位|本单位|年度|共|了|：|为|是|“|该指标)+")
_TAIL = regex.compile(
    r"(?:为|是|：|达到|达|约|共计|共|计|有|近|超过?|完成了?|控制在|大于或?等于|小于或?等于|不低于|不高于|不超过|不少于|大于|小于"
    r"|高于|低于|等于|至少|≥|≤|≧|≦|＞|＜|>=?|<=?|=|＝|\$|\\geq?|\\leq?|”|“)+$"
)
_VALUE_END = regex.compile(r"(?:值|值为|值是|为|：)$")


@dataclass(frozen=True, slots=True)
class _Filled:
    """A figure that took a place: its role, its cue, and the words between cue and figure."""

    role: str
    strong: bool
    cue: Cue
    item: Placed
    label: tuple[int, int]
    clause: int
    trust: Decimal = Decimal(1)


@dataclass(slots=True)
class _Draft:
    """A row being put together; offsets are folded ones."""

    zone: int
    anchored: bool
    filled: dict[str, _Filled] = field(default_factory=dict)
    texts: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: dict[str, tuple[int, int]] = field(default_factory=dict)
    first_cue: int = -1
    end: int = 0

    def note(self, start: int, end: int) -> None:
        """Remember how far the row reaches."""
        self.first_cue = start if self.first_cue < 0 else self.first_cue
        self.end = max(self.end, end)


def prose_rows(
    document: Document, quantities: Sequence[Quantity]
) -> tuple[tuple[ScoreRow, ...], dict[Span, Fact]]:
    """The indicator rows that the prose states, and the fact of every quantity they use, by its span.

    ``quantities`` are those of the whole document, sorted by span. Quantities of totals, grades and of the
    analysis beside an indicator are left alone. A bare mark (``得 9``) that is no quantity of the document
    gets one of its own, so the dict may hold spans that ``quantities`` does not.
    """
    cues = load_cues()
    rows: list[ScoreRow] = []
    facts: dict[Span, Fact] = {}
    for view in views(document):
        items = placed(view, quantities)
        rows += _Reader(document, view, items, cues, facts).rows()
        rows += score_lines(view, items, cues, facts)
    rows.sort(key=lambda r: r.spans[0])
    return tuple(rows), facts


class _Reader:
    """Reads the indicator statements of one stretch of prose."""

    def __init__(
        self, document: Document, view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]
    ) -> None:
        self.document, self.view, self.cues, self.facts = document, view, cues, facts
        self.items = items
        self.found = [
            c for c in cues.find(view.text) if not any(i.start <= c.start < i.end for i in self._near(c))
        ]
        self.levels = Levels(view, cues)

    def _near(self, cue: Cue) -> list[Placed]:
        return [i for i in self.items if i.start <= cue.start < i.end]

    def rows(self) -> list[ScoreRow]:
        """All rows, in order."""
        out: list[ScoreRow] = []
        bounds = self._bounds()
        for (start, anchor_end), (stop, _) in zip(
            bounds, [*bounds[1:], (len(self.view.text), 0)], strict=True
        ):
            drafts = self._drafts(start, anchor_end, stop)
            self.levels.enter(start, anchor_end, stop, bool(drafts))
            out += [row for draft in drafts if (row := self._row(draft)) is not None]
        return out

    def _bounds(self) -> list[tuple[int, int]]:
        """Where segments begin, with the end of the anchor words (or the start again)."""
        marks = {
            m.start(): m.end() for m in self.cues.anchor.finditer(self.view.text) if self._opens(m.start())
        }
        for start, block in zip(self.view.starts, self.view.blocks, strict=True):
            if block.kind != "para" and start < len(self.view.text):
                inside = [a for a in marks if start <= a < start + len(block.span) and a - start <= 6]
                if not inside:
                    marks.setdefault(start, start)
        marks.setdefault(0, 0)
        return sorted(marks.items())

    def _opens(self, at: int) -> bool:
        return at in self.view.start_set or at == 0 or self.view.text[at - 1] in "。；：.、）"

    def _drafts(self, start: int, anchor_end: int, stop: int) -> list[_Draft]:
        """The accepted rows of one segment."""
        anchored = anchor_end > start
        items = [i for i in self.items if anchor_end <= i.start < stop]
        cues = [c for c in self.found if anchor_end <= c.start < stop]
        if not cues or (not items and not anchored):
            return []
        drafts = [_Draft(anchor_end, anchored)]
        for event in self._events(cues, items, anchor_end, stop):
            self._take(drafts, event, anchored)
        for draft in drafts:
            self._settle_given(draft)
        return [d for d in drafts if self._accept(d)]

    def _events(self, cues: list[Cue], items: list[Placed], start: int, stop: int) -> list[_Filled | Cue]:
        """Figures with their roles, and cues that open a text (cause, remedy, a value in words)."""
        events: list[tuple[int, _Filled | Cue]] = []
        floor, used = start, set()
        closed = self._note_zones(cues, items, start, stop)
        for n, item in enumerate(items):
            clause = self._clause_start(item.start, floor)
            inside = [c for c in cues if clause <= c.start and c.end <= item.start]
            filled = self._choose(inside, item, clause, closed) or self._bridge(
                cues, items, n, clause, closed
            )
            floor = item.end
            if filled is not None:
                used.add(filled.cue)
                events.append((item.start, filled))
        events += [
            (c.end, c)
            for c in cues
            if c not in used and (c.role not in FIGURES or self._worded(c, items, closed))
        ]
        return [e for _, e in sorted(events, key=lambda e: e[0])]

    def _note_zones(
        self, cues: list[Cue], items: list[Placed], start: int, stop: int
    ) -> list[tuple[int, int, Cue]]:
        """Running text opened by 偏差原因, 改进措施, 成效分析 …, up to the next figure of the row itself."""
        zones: list[tuple[int, int, Cue]] = []
        for n, cue in enumerate(cues):
            if cue.role in FIGURES or (not cue.strong and not self._at_clause(cue)):
                continue
            if (
                zones
                and cue.start < zones[-1][1]
                and (not cue.strong or zones[-1][2].role == "analysis" != cue.role)
            ):
                if not cue.strong:
                    continue
                zones[-1] = (zones[-1][0], self._clause_start(cue.start, zones[-1][0]), zones[-1][2])
            end = self._zone_end(cue, cues[n + 1 :], items, stop)
            zones.append((cue.end, end, cue))
        return zones

    def _zone_end(self, cue: Cue, later: list[Cue], items: list[Placed], stop: int) -> int:
        end = stop
        for s in self.view.starts:
            if cue.end < s < stop and self.view.text[s - 1] in _STOPS:
                end = s
                break
        for c in later:
            if c.start >= end:
                break
            if c.role not in FIGURES and c.strong:
                return self._clause_start(c.start, cue.end)
            if c.role in FIGURES and self._resumes(c, items):
                return self._clause_start(c.start, cue.end)
        return end

    def _resumes(self, cue: Cue, items: list[Placed]) -> bool:
        """Whether a cue inside running text leads back to the row: a strong cue, or marks, with its figure."""
        item = next((i for i in items if i.start >= cue.end), None)
        if item is None or _TAIL.sub("", self.view.text[cue.end : item.start]):
            return False
        if cue.role in ("weight", "score", "given"):
            return item.quantity.unit == "分" and (cue.strong or self._at_clause(cue))
        return cue.strong and (self._at_clause(cue) or cue.role in ("completion", "deviation"))

    def _at_clause(self, cue: Cue) -> bool:
        """Whether a cue begins its clause (but for words that mean nothing)."""
        before = self.view.text[self._clause_start(cue.start, 0) : cue.start]
        for word in self.cues.fillers:
            before = before.replace(word, "")
        return not before

    def _clause_start(self, at: int, floor: int) -> int:
        text = self.view.text
        i = at
        while i > floor and text[i - 1] not in _BREAKS:
            i -= 1
        return i

    def _choose(
        self, cues: list[Cue], item: Placed, clause: int, closed: list[tuple[int, int, Cue]]
    ) -> _Filled | None:
        """The cue of a clause that the figure answers to: the first strong one, else the nearest weak one."""
        if any(a <= item.start < b for a, b, _ in closed):
            return None
        cues = [c for c in cues if c.role in FIGURES and self._fits(c, item)]
        strong = next((c for c in cues if c.strong), None)
        for cue in ([strong] if strong is not None else []) + [c for c in reversed(cues) if not c.strong]:
            label = self._label(cue.end, item.start)
            words = self.view.text[label[0] : label[1]]
            if cue.role in ("target", "mid", "actual") and cue.strong and len(words) <= _LABEL_MAX:
                return _Filled(cue.role, True, cue, item, label, clause)
            if not words or (cue.role in ("target", "actual") and len(words) <= 16 and not self._idle(cue)):
                return _Filled(cue.role, cue.strong, cue, item, label, clause)
        return None

    def _idle(self, cue: Cue) -> bool:
        """A short weak cue in the middle of a clause is an ordinary word there."""
        return not cue.strong and not self._at_clause(cue) and cue.end - cue.start <= 2

    def _fits(self, cue: Cue, item: Placed) -> bool:
        unit = item.quantity.unit
        if cue.role in ("completion", "deviation"):
            return unit == "%"
        if cue.role in ("weight", "score", "given"):
            return unit in ("分", "") or (unit == "%" and cue.role == "weight")
        return True

    def _bridge(
        self, cues: list[Cue], items: list[Placed], n: int, clause: int, closed: list[tuple[int, int, Cue]]
    ) -> _Filled | None:
        """A figure parted from its cue by a stray full stop: only where the row's order speaks for it."""
        item = items[n]
        before = [c for c in cues if c.end <= item.start and c.strong]
        if not before or before[-1].role not in ("mid", "actual", "target"):
            return None
        cue = before[-1]
        gap = self.view.text[cue.end : item.start]
        if len(gap) > _BRIDGE_MAX or gap.count("。") != 1 or not _VALUE_END.search(gap):
            return None
        if any(cue.end <= i.start < item.start for i in items) or any(
            a <= item.start < b for a, b, _ in closed
        ):
            return None
        earlier = any(c.role == "target" and c.end < cue.start for c in cues)
        later = any(c.role in ("actual", "completion", "score") and c.start >= item.end for c in cues)
        trust = Decimal("0.9") if earlier and later else Decimal("0.7")
        return _Filled(cue.role, True, cue, item, (item.start, item.start), clause, trust)

    def _worded(self, cue: Cue, items: list[Placed], closed: list[tuple[int, int, Cue]]) -> bool:
        """Whether a target or actual cue introduces a value in words (有所提升)."""
        if cue.role not in ("target", "actual") or any(a <= cue.start < b for a, b, _ in closed):
            return False
        start, end = self._worded_range(cue)
        text = self.view.text[start:end]
        if not 2 <= len(text) <= _LABEL_MAX or any(start <= i.start < end for i in items):
            return False
        return cue.strong or self.view.text[cue.end : cue.end + 1] in ("为", "：")

    def _worded_range(self, cue: Cue) -> tuple[int, int]:
        start = cue.end
        while start < len(self.view.text) and self.view.text[start] in "为是：":
            start += 1
        end = start
        while end < len(self.view.text) and self.view.text[end] not in "。；！？，（":
            end += 1
        return start, end

    def _label(self, start: int, end: int) -> tuple[int, int]:
        """The words between cue and figure that name something, without verbs and comparators."""
        text = self.view.text[start:end]
        if (tail := _TAIL.search(text)) is not None:
            text = text[: tail.start()]
        lead = _HEAD.match(text)
        skip = lead.end() if lead is not None else 0
        return start + skip, start + max(skip, len(text))

    def _take(self, drafts: list[_Draft], event: _Filled | Cue, anchored: bool) -> None:
        draft = drafts[-1]
        if isinstance(event, Cue):
            self._take_words(drafts, event, anchored)
            return
        again = event.role == "target" and bool(draft.filled or draft.texts)
        if again or (not anchored and draft.end and not self._follows(draft, event)):
            draft = self._next(drafts, event.cue)
        if event.role in draft.filled:
            return
        draft.filled[event.role] = event
        draft.note(event.cue.start, event.item.end)

    def _take_words(self, drafts: list[_Draft], cue: Cue, anchored: bool) -> None:
        draft = drafts[-1]
        if cue.role in ("target", "actual"):
            if cue.role == "target" and (draft.filled or draft.texts):
                draft = self._next(drafts, cue)
            if cue.role not in draft.filled and cue.role not in draft.texts:
                draft.texts[cue.role] = self._worded_range(cue)
                draft.note(cue.start, draft.texts[cue.role][1])
            return
        if not draft.end or (not cue.strong and not self._at_clause(cue)):
            return
        if cue.role in ("reason", "remedy", "both") and cue.role not in draft.notes:
            later = [c for c in self.found if c.start >= cue.end]
            items = [i for i in self.items if i.start >= cue.end]
            end = self._zone_end(cue, later, items, self._stop(cue.end))
            start = cue.end
            while start < end and self.view.text[start] in "：为是，":
                start += 1
            while end > start and self.view.text[end - 1] in "，；。：":
                end -= 1
            draft.notes[cue.role] = (start, end)
            draft.note(cue.start, end)

    def _stop(self, at: int) -> int:
        """The end of the segment that holds a folded offset."""
        return next((s for s, _ in self._bounds() if s > at), len(self.view.text))

    def _next(self, drafts: list[_Draft], cue: Cue) -> _Draft:
        zone = max(drafts[-1].end, self._sentence_start(cue.start))
        drafts.append(_Draft(zone, False))
        return drafts[-1]

    def _sentence_start(self, at: int) -> int:
        text = self.view.text
        while at > 0 and text[at - 1] not in "。！？；" and at not in self.view.start_set:
            at -= 1
        return at

    def _follows(self, draft: _Draft, event: _Filled) -> bool:
        """Whether a figure still belongs to the row: no sentence without a figure of it lies between."""
        between = self.view.text[draft.end : event.clause]
        return sum(between.count(s) for s in _STOPS) <= 1

    @staticmethod
    def _settle_given(draft: _Draft) -> None:
        """赋分 is the weight when a score is stated beside it, else the score."""
        given = draft.filled.pop("given", None)
        if given is None:
            return
        role = "weight" if "score" in draft.filled and "weight" not in draft.filled else "score"
        draft.filled.setdefault(role, given)

    def _accept(self, draft: _Draft) -> bool:
        roles = set(draft.filled) | set(draft.texts)
        core = roles & {"target", "actual", "completion"}
        if not core or len(roles) < 2:
            return False
        if draft.anchored:
            return True
        strong = {f.role for f in draft.filled.values() if f.strong} | set(draft.texts)
        if "target" in strong and roles & {"actual", "completion", "score", "mid"}:
            return True
        target = draft.filled.get("target")
        if target is None or target.item.quantity.unit == "CNY" or len(roles) < 3:
            return False
        return {"target", "actual"} <= roles and draft.end - draft.first_cue <= 120

    def _row(self, draft: _Draft) -> ScoreRow | None:
        name = self._name(draft)
        if name is None or any(w in name.text for w in self.cues.not_rows):
            return None
        path = self.levels.path(name)
        subject = path[-1]
        facts: dict[str, Fact] = {}
        for role, filled in draft.filled.items():
            fact = self._fact(role, filled, subject)
            if fact.quote not in self.facts:
                self.facts[fact.quote] = facts[role] = fact
        texts = {role: self.view.span(*at) for role, at in draft.texts.items()}
        notes = {role: self.view.span(*at) for role, at in draft.notes.items() if at[0] < at[1]}
        return ScoreRow(
            path=path,
            spans=(self.view.span(min(name.start, draft.first_cue), draft.end),),
            name=self.view.span(name.start, name.end),
            weight=facts.get("weight"),
            target=facts.get("target"),
            mid_year=facts.get("mid"),
            actual=facts.get("actual"),
            completion=facts.get("completion"),
            deviation=facts.get("deviation"),
            score=facts.get("score"),
            target_text=texts.get("target"),
            actual_text=texts.get("actual"),
            reason=notes.get("reason", notes.get("both")),
            remedy=notes.get("remedy", notes.get("both")),
        )

    def _name(self, draft: _Draft) -> Name | None:
        zone = draft.zone if draft.anchored else max(draft.zone, self._name_floor(draft))
        name = name_before(self.view.text, zone, draft.first_cue, self.cues, first=draft.anchored)
        target = draft.filled.get("target")
        nameless = name is None or name.text.endswith("的")
        if target is not None and target.label[0] < target.label[1] and nameless:
            start, end = target.label
            return Name(self.view.text[start:end], start, end, ())
        return name

    def _name_floor(self, draft: _Draft) -> int:
        return self._sentence_start(draft.first_cue)

    def _fact(self, role: str, filled: _Filled, subject: str) -> Fact:
        measure, stage = MEASURES[role]
        label = self.view.span(*filled.label) if filled.label[0] < filled.label[1] else None
        if role != "actual":
            label = self.view.span(filled.cue.start, filled.cue.end)
        q = filled.item.quantity
        return Fact(measure, q, q.span, subject=subject, stage=stage, label=label, trust=filled.trust)
