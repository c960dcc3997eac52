"""The name of an indicator in the prose that states its figures."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from functools import cached_property

import regex

from jihe_extract.prose.cues import Cue, Cues
from jihe_extract.prose.proseview import View
from jihe_extract.scores.cueplaces import STOPS, CuePlaces, Filled, within
from jihe_extract.scores.drafts import Draft
from jihe_extract.scores.indicatornames import Name, name_before

LOOK_BACK = 400
"""How far back of a place its sentence may begin, in characters."""
_LIKELY = Decimal("0.9")
_STOP = regex.compile(f"[{STOPS}]")
_SHORT_NAME = 30


class Naming:
    """Finds the names of the rows in one stretch of prose."""

    def __init__(self, view: View, cues: Cues, places: CuePlaces) -> None:
        self.view, self.cues, self.places = view, cues, places
        self.items = places.items

    @cached_property
    def _sentences(self) -> list[int]:
        """Where sentences begin: behind a stop, and with a block."""
        return sorted({*self.view.start_set, *(m.end() for m in _STOP.finditer(self.view.text))})

    def sentence_start(self, at: int) -> int:
        """Where the sentence that holds a folded offset begins, no further back than ``LOOK_BACK``."""
        n = bisect_right(self._sentences, at)
        return max(self._sentences[n - 1] if n else 0, at - LOOK_BACK)

    def of(self, draft: Draft) -> Name | None:
        """The name of a row's indicator, before its figures or in their midst."""
        zone = draft.zone if draft.anchored else max(draft.zone, self.sentence_start(draft.first_cue))
        name = name_before(self.view.text, zone, draft.first_cue, self.cues, first=draft.anchored)
        target = draft.filled.get("target")
        name = self._behind(draft) or name
        if name is None and not draft.anchored:
            name = self._in_front(draft)
        nameless = name is None or name.text.endswith("的")
        if target is not None and target.label[0] < target.label[1] and nameless:
            start, end = target.label
            return Name(self.view.text[start:end], start, end, ())
        return name

    def _behind(self, draft: Draft) -> Name | None:
        """The name behind a weight in brackets that opens the sentence: ``（分值 14 分）按月发放率，目标……``."""
        weight = draft.filled.get("weight")
        aims = [f.cue.start for r in ("target", "actual") if (f := draft.filled.get(r)) is not None]
        if weight is None or not aims or self.view.text[weight.cue.start - 1 : weight.cue.start] not in tuple("（("):
            return None
        if self.sentence_start(weight.cue.start) != weight.cue.start - 1 or min(aims) < weight.item.end:
            return None
        return name_before(self.view.text, weight.item.end + 1, min(aims), self.cues, first=False)

    def _in_front(self, draft: Draft) -> Name | None:
        """A name that is a sentence of its own before the statement: ``图书馆新增藏书。年度目标不少于 3 万册，……``."""
        text = self.view.text
        floor = self.sentence_start(draft.first_cue)
        if floor == 0 or text[floor - 1] not in STOPS or floor in self.view.start_set:
            return None
        start = max(draft.after, self.sentence_start(floor - 1))
        alone = text[start : floor - 1]
        if not 2 <= len(alone) <= _SHORT_NAME or any(c in "，；：" for c in alone):
            return None
        return name_before(text, start, floor - 1, self.cues, first=False)

    def with_target(self, draft: Draft, name: Name) -> Name:
        """A numbered statement may promise its figure in its name (目标1：改造户厕200户，实际完成…)."""
        if not draft.anchored or "target" in draft.filled or "target" in draft.texts:
            return name
        inside = within(self.items, name.start, name.end)
        if len(inside) != 1 or inside[0].end != name.end or "actual" not in draft.filled:
            return name
        item = inside[0]
        start, end = self.places.label(name.start, item.start)
        if end - start < 2:
            return name
        cue = Cue("target", False, start, end)
        draft.filled["target"] = Filled("target", False, cue, item, (start, end), start, _LIKELY)
        return Name(self.view.text[start:end], start, end, name.levels)
