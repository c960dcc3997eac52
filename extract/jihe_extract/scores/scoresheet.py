"""Indicator statements in prose → :class:`ScoreRow`: what was promised, measured, done and marked.

A statement is found by its cue words, not by a template: a numbered heading (指标三：) or a strong cue (预期
指标值) opens it, the figures take the places their cues name, and running text about causes, remedies and
achievements is kept out of the row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

import regex
from msgspec.structs import replace

from jihe_extract.document import Document, Span
from jihe_extract.facts import Fact, ScoreRow, Stage
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.cues import Cue, Cues, load_cues
from jihe_extract.prose.proseview import Placed, View, placed, views
from jihe_extract.scores.cueplaces import STOPS, CuePlaces, Filled, within
from jihe_extract.scores.drafts import Draft
from jihe_extract.scores.indicatornames import LEVELS_COUNTED, Levels, name_before
from jihe_extract.scores.rowfigures import row_figures
from jihe_extract.scores.scorelines import score_lines
from jihe_extract.scores.statementnames import LOOK_BACK, Naming

MEASURES: dict[str, tuple[str, Stage]] = {
    "target": ("目标值", "目标"),
    "mid": ("监控值", "年中"),
    "actual": ("完成值", "年末"),
    "completion": ("完成率", "年末"),
    "deviation": ("偏差率", "年末"),
    "weight": ("权重", ""),
    "score": ("得分", ""),
}


def prose_rows(document: Document, quantities: Sequence[Quantity]) -> tuple[tuple[ScoreRow, ...], dict[Span, Fact]]:
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
        self.places = CuePlaces(view, items, cues)
        self.items = self.places.items
        self.naming = Naming(view, cues, self.places)
        self.levels = Levels(view, cues)

    def rows(self) -> list[ScoreRow]:
        """All rows, in order."""
        out: list[ScoreRow] = []
        bounds = self.bounds
        for (start, anchor_end), (stop, _) in zip(bounds, [*bounds[1:], (len(self.view.text), 0)], strict=True):
            drafts = self._drafts(start, anchor_end, stop)
            self.levels.enter(start, anchor_end, stop, bool(drafts))
            out += [row for draft in drafts if (row := self._row(draft)) is not None]
        return out

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """Where segments begin, with the end of the anchor words (or the start again)."""
        text = self.view.text
        marks = {m.start(): m.end() for m in self.cues.anchor.finditer(text) if self._opens(m.start())}
        anchors = sorted(marks)
        ends = [*self.view.starts[1:], len(text)]
        for start, end, block in zip(self.view.starts, ends, self.view.blocks, strict=True):
            if start >= len(text) or not (block.kind != "para" or self.levels.opens(start, end)):
                continue
            near = bisect_left(anchors, start)
            if near == len(anchors) or anchors[near] >= min(end, start + 7):
                marks.setdefault(start, start)
        marks.setdefault(0, 0)
        return _short(sorted(marks.items()), self.view)

    def _opens(self, at: int) -> bool:
        return at in self.view.start_set or at == 0 or self.view.text[at - 1] in "。；：.、）"

    def _drafts(self, start: int, anchor_end: int, stop: int) -> list[Draft]:
        """The accepted rows of one segment."""
        anchored = anchor_end > start
        items = within(self.items, anchor_end, stop)
        cues = within(self.places.found, anchor_end, stop)
        if not cues or (not items and not anchored):
            return []
        drafts = [Draft(anchor_end, anchored)]
        for event in self.places.events(cues, items, anchor_end, stop):
            self._take(drafts, event, anchored)
        for draft in drafts:
            draft.settle_given()
        return [d for d in drafts if self._accept(d)]

    def _take(self, drafts: list[Draft], event: Filled | Cue, anchored: bool) -> None:
        draft = drafts[-1]
        if isinstance(event, Cue):
            self._take_words(drafts, event, anchored)
            return
        if event.role == "completion" and event.item.quantity.in_points:
            return  # 超目标1.4个百分点: a distance, no rate
        again = event.role == "target" and bool(set(draft.filled) - {"weight", "given"} or draft.texts)
        again = again or self._bracketed(draft, event) or self._renamed(draft, event)
        if again or (not anchored and draft.end and not self._follows(draft, event)):
            draft = self._next(drafts, event.cue)
        if self._reached_after(draft, event):
            draft.filled["target"] = replace(draft.filled.pop("actual"), role="target", strong=True)
        if event.role in draft.filled:
            return
        draft.filled[event.role] = event
        draft.note(event.cue.start, event.item.end)

    def _bracketed(self, draft: Draft, event: Filled) -> bool:
        """Whether a weight right behind a new name opens the next row.

        ``……得 9 分。培训人次（分值 6 分）：目标……`` or ``……得 9 分。培训人次：分值 6 分，目标……``.
        """
        at = event.cue.start
        if event.role not in ("weight", "given") or not draft.end:
            return False
        start = self.naming.sentence_start(at)
        apart = self.view.text[at - 1 : at] in tuple("（(：:") or _TITLED.fullmatch(self.view.text, start, at)
        return bool(apart) and start >= draft.end

    def _reached_after(self, draft: Draft, event: Filled) -> bool:
        """Whether what a clause was to reach stands before what was reached: ``覆盖率达到52%，实际达到52.3%``."""
        first = draft.filled.get("actual")
        if event.role != "actual" or first is None or draft.filled.keys() & {"target", "completion", "score"}:
            return False
        said = [self.view.text[c.cue.start : c.cue.end] for c in (first, event)]
        told = self.view.text[first.item.end : event.cue.start]
        return said[1].startswith("实际") and not said[0].startswith("实际") and told == "，"

    def _renamed(self, draft: Draft, event: Filled) -> bool:
        """Whether a target behind mere marks names an indicator of its own in a sentence of its own.

        ``支出进度 91%，赋分 9.1 分。培训人次，计划值 60 人次，……``: the marks belong to what stood before.
        """
        start = self.naming.sentence_start(event.cue.start)
        if event.role != "target" or not draft.end or start < draft.end:
            return False
        return name_before(self.view.text, start, event.cue.start, self.cues, first=False) is not None

    def _take_words(self, drafts: list[Draft], cue: Cue, anchored: bool) -> None:
        draft = drafts[-1]
        if cue.role in ("target", "actual"):
            if cue.role == "target" and (set(draft.filled) - {"weight", "given"} or draft.texts):
                draft = self._next(drafts, cue)
            if cue.role not in draft.filled and cue.role not in draft.texts:
                draft.texts[cue.role] = self.places.words_after(cue)
                draft.note(cue.start, draft.texts[cue.role][1])
            return
        if not draft.end or (not cue.strong and not self.places.at_clause(cue)):
            return
        if cue.role in ("reason", "remedy", "both") and cue.role not in draft.notes:
            stop = self._stop(cue.end)
            later = within(self.places.found, cue.end, stop)
            end = self.places.zone_end(cue, later, within(self.items, cue.end, stop), stop)
            start = cue.end
            while start < end and self.view.text[start] in "：为是，":
                start += 1
            while end > start and self.view.text[end - 1] in "，；。：":
                end -= 1
            draft.notes[cue.role] = (start, end)
            draft.note(cue.start, end)

    def _stop(self, at: int) -> int:
        """The end of the segment that holds a folded offset."""
        i = bisect_right(self.bounds, (at, len(self.view.text)))
        return self.bounds[i][0] if i < len(self.bounds) else len(self.view.text)

    def _next(self, drafts: list[Draft], cue: Cue) -> Draft:
        zone = max(drafts[-1].end, self.naming.sentence_start(cue.start))
        drafts.append(Draft(zone, False, after=drafts[-1].end))
        return drafts[-1]

    def _follows(self, draft: Draft, event: Filled) -> bool:
        """Whether a figure still belongs to the row: no sentence without a figure of it lies between."""
        between = self.view.text[draft.end : event.clause]
        return sum(between.count(s) for s in STOPS) <= 1

    def _accept(self, draft: Draft) -> bool:
        roles = set(draft.filled) | set(draft.texts)
        core = roles & {"target", "actual", "completion"}
        if not core or len(roles) < 2:
            return False
        if draft.anchored:
            return True
        if roles <= {"target", "actual"} and draft.bounds_only():
            return False
        strong = {f.role for f in draft.filled.values() if f.strong} | set(draft.texts)
        if "target" in strong and roles & {"actual", "completion", "score", "mid"}:
            return True
        target = draft.filled.get("target")
        if {"target", "actual"} <= roles and self._announced(draft):
            return True
        if not {"target", "actual"} <= roles or len(roles) < 3:
            return False
        if roles & {"weight", "score"}:
            return draft.end - draft.first_cue <= LOOK_BACK
        plain = target is not None and target.item.quantity.unit != "CNY"
        return plain and draft.end - draft.first_cue <= 120

    def _announced(self, draft: Draft) -> bool:
        """Whether target and actual follow a name that opens its paragraph: ``培育农民：目标200人，实际206人``."""
        target, actual = draft.filled.get("target"), draft.filled.get("actual")
        if target is None or actual is None or target.item.quantity.unit != actual.item.quantity.unit:
            return False
        start = self.naming.sentence_start(target.cue.start)
        head = self.view.text[start : target.cue.start]
        return head.endswith("：") and start in self.view.start_set and len(head) <= _LONG_NAME

    def _row(self, draft: Draft) -> ScoreRow | None:
        name = self.naming.of(draft)
        if name is None or any(w in name.text for w in self.cues.not_rows) or name.text.endswith(LEVELS_COUNTED):
            return None
        name = self.naming.with_target(draft, name)
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
            target_text=texts.get("target"),
            actual_text=texts.get("actual"),
            reason=notes.get("reason", notes.get("both")),
            remedy=notes.get("remedy", notes.get("both")),
            **row_figures(facts),
        )

    def _fact(self, role: str, filled: Filled, subject: str) -> Fact:
        measure, stage = MEASURES[role]
        if self.view.text.endswith("得分率", filled.cue.start, filled.cue.end):
            measure = "得分率"
        label = self.view.span(*filled.label) if filled.label[0] < filled.label[1] else None
        if role != "actual":
            label = self.view.span(filled.cue.start, filled.cue.end)
        q = filled.item.quantity
        if role == "target" and q.relation == "eq" and self.view.text.endswith(LIMITED, 0, filled.item.start):
            q = replace(q, relation="le")
        return Fact(measure, q, q.span, subject=subject, stage=stage, label=label, trust=filled.trust)


LIMITED = ("控制在", "限定在")
"""What makes a target a limit even without 以内."""
_TITLED = regex.compile(r"[“\"][^“”\"]{2,40}[”\"](?:指标)?")
"""A name in quotation marks that opens a sentence (``“培训人次”指标满分 6 分，……``)."""
_SEGMENT_MAX = 6000
_LONG_NAME = 40


def _short(bounds: list[tuple[int, int]], view: View) -> list[tuple[int, int]]:
    """The same segments, long ones cut at paragraphs (or anywhere), so that work stays linear."""
    out: list[tuple[int, int]] = []
    for (start, end), (stop, _) in zip(bounds, [*bounds[1:], (len(view.text), 0)], strict=True):
        out.append((start, end))
        while stop - out[-1][0] > _SEGMENT_MAX:
            limit = out[-1][0] + _SEGMENT_MAX
            cut = view.starts[bisect_right(view.starts, limit) - 1]
            at = cut if cut > out[-1][1] else limit
            out.append((at, at))
    return out
