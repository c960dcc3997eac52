"""Which place of an indicator row each figure fills: cue words, clauses, and running text to keep out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct

from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.cues import FIGURES, Cue, Cues
from jihe_extract.prose.proseview import Placed, View

STOPS = "。；！？"
_BREAK = re.compile("[。；！？，（）、]")
_LABEL_MAX = 40
_WORDED_MAX = 8
"""Most characters of a target in words that no 为 announces."""
_BRIDGE_MAX = 20
_LOOK_BACK = 400
_HEAD = re.compile(r"^(?:完成了?|达到|实现|实际|我单位|本单位|年度|共|了|：|为|是|“|该指标)+")
_TAIL = re.compile(
    r"(?:为|是|：|达到|达|约|共计|共|计|有|近|仅|只有|超过?|完成了?|控制在|大于或?等于|小于或?等于|不低于|不高于|不超过|不少于|大于|小于"
    r"|高于|低于|等于|至少|≥|≤|≧|≦|＞|＜|>=?|<=?|=|＝|\$|\\geq?|\\leq?|”|“)+$"
)
_BARE_MARK = re.compile(r"(?:为|：|是)?(?P<n>\d{1,3}(?:\.\d{1,2})?)(?=[，。；、）]|$)")
_DONE = re.compile(r"(?:工作)?(?:完成|执行|落实|推进|实施|进展)情况")
"""What makes a task's word the subject of a report on it (``年度任务完成情况为：……``), no promise."""
_NOT = ("未", "没", "尚")
"""What takes a cue's meaning away: 未完成19户."""
_FORMULA = frozenset("÷×/*+＋＝=")
_NAME_ALONE = re.compile(r"[^，。；：（）]{3,20}，")
_NEAR = 60
_NUMBERED = re.compile(r"[①-⑳]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．]")
_SIGN = re.compile(r"(?:≥|≤|≧|≦|＞|＜|>=?|<=?|不低于|不少于|不超过|不高于|大于或?等于|小于或?等于|控制在)$")
_SIGN_REACH = 6
_REACHED = re.compile(r"(?:以上|以内|及以上)?，(?:全年|年末|年度)?实际(?:为|是|达到?|完成|达成|完成率)?")
_VALUE_END = re.compile(r"(?:值|值为|值是|为|：)$")


class Filled(Struct, frozen=True):
    """A figure that took a place: its role, its cue, and the words between cue and figure."""

    role: str
    strong: bool
    cue: Cue
    item: Placed
    label: tuple[int, int]
    clause: int
    trust: Decimal = Decimal(1)


_TITLE = 8
"""Characters behind a cue in which 情况 makes a heading of it."""


class CuePlaces:
    """Gives the figures of one stretch of prose their roles. All offsets are folded ones."""

    def __init__(self, view: View, items: Sequence[Placed], cues: Cues) -> None:
        """``items`` are the figures of the view in order."""
        self.view, self.cues = view, cues
        self._breaks = [m.start() for m in _BREAK.finditer(view.text)]
        inside = {i for item in items for i in range(item.start, item.end)}
        self.found = [c for c in cues.find(view.text) if c.start not in inside or c.end - 1 not in inside]
        self.found = [c for c in self.found if c.role != "actual" or view.text[c.start - 1 : c.start] not in _NOT]
        self.items = _with_bare_marks(view, list(items), self.found, inside)
        self.found = sorted([*self.found, *self._signs()], key=lambda c: c.start)

    def events(self, cues: list[Cue], items: list[Placed], start: int, stop: int) -> list[Filled | Cue]:
        """Figures with their roles, and cues that open a text (cause, remedy, a value in words)."""
        events: list[tuple[int, Filled | Cue]] = []
        floor, used = start, set[Cue]()
        closed = self._note_zones(cues, items, start, stop)
        for n, item in enumerate(items):
            clause = self._clause_start(item.start, floor)
            inside = [c for c in cues if clause <= c.start and c.end <= item.start]
            filled = self._choose(inside, item, clause, closed) or self._bridge(cues, items, n, clause, closed)
            if filled is not None:
                floor = item.end
                used.add(filled.cue)
                events.append((item.start, filled))
        events += [
            (c.end, c) for c in cues if c not in used and (c.role not in FIGURES or self._worded(c, items, closed))
        ]
        return [e for _, e in sorted(events, key=lambda e: e[0])]

    def _signs(self) -> Iterator[Cue]:
        """Figures that are promised where no cue word says so.

        By a comparison sign (``苗木成活率≥90%，实际为92.5%``), or under the name of a level by what was reached right
        behind them (``质量指标：验收合格率100%，实际100%``).
        """
        starts = [c.start for c in self.found]
        for item in self.items:
            sign = _SIGN.search(self.view.text, max(0, item.start - _SIGN_REACH), item.start)
            at = sign.start() if sign is not None else item.start
            clause = self._clause_start(item.start, 0)
            first = bisect_left(starts, clause)
            told = self.found[first] if first < len(starts) and starts[first] < item.start else None
            named = told is None or (told.role == "completion" and clause < told.start and told.end == at)
            if at - clause > 1 and named and (sign is not None or self._reached_next(item)):
                yield Cue("target", True, at, item.start)

    def _reached_next(self, item: Placed) -> bool:
        """Whether what was reached of a figure, in its unit, follows at once in a paragraph that names a level."""
        behind = _REACHED.match(self.view.text, item.end)
        if behind is None:
            return False
        block = self.view.starts[bisect_right(self.view.starts, item.start) - 1]
        if not any(level in self.view.text[block : item.start] for level in self.cues.level2):
            return False
        follow = next((i for i in self.items if i.start == behind.end()), None)
        return follow is not None and follow.quantity.unit == item.quantity.unit

    def _note_zones(self, cues: list[Cue], items: list[Placed], start: int, stop: int) -> list[tuple[int, int, Cue]]:
        """Running text opened by 偏差原因, 改进措施, 成效分析 …, up to the next figure of the row itself."""
        zones: list[tuple[int, int, Cue]] = []
        for n, cue in enumerate(cues):
            if cue.role in FIGURES or (not cue.strong and not self.at_clause(cue)):
                continue
            if zones and cue.start < zones[-1][1] and (not cue.strong or zones[-1][2].role == "analysis" != cue.role):
                if not cue.strong:
                    continue
                zones[-1] = (zones[-1][0], self._clause_start(cue.start, zones[-1][0]), zones[-1][2])
            end = self.zone_end(cue, cues[n + 1 :], items, stop)
            zones.append((cue.end, end, cue))
        return zones

    def zone_end(self, cue: Cue, later: list[Cue], items: list[Placed], stop: int) -> int:
        """Where the running text that a cue opens ends: at the next figure of the row, or its paragraph."""
        end = stop
        for n in range(bisect_right(self.view.starts, cue.end), len(self.view.starts)):
            s = self.view.starts[n]
            if s >= stop:
                break
            if self.view.text[s - 1] in STOPS:
                end = s
                break
        for c in later:
            if c.start >= end:
                break
            if c.role not in FIGURES and (c.strong or (c.role == "remedy" and self.at_clause(c))):
                return self._clause_start(c.start, cue.end)
            opens = (c.role == "target" and c.strong) or (c.role == "weight" and self._marked(c, items))
            if opens and (opened := self._new_statement(c, cue.end)) is not None:
                return opened
            if c.role in FIGURES and self._resumes(c, items):
                return self._clause_start(c.start, cue.end)
        return end

    def _resumes(self, cue: Cue, items: list[Placed]) -> bool:
        """Whether a cue inside running text leads back to the row: a strong cue, or marks, with its figure."""
        item = next((i for i in items if i.start >= cue.end), None)
        if item is None or _TAIL.sub("", self.view.text[cue.end : item.start]):
            return False
        if cue.role in ("weight", "score", "given"):
            return item.quantity.unit == "分" and (cue.strong or self.at_clause(cue))
        return cue.strong and cue.role in ("completion", "deviation")

    def _measured(self, cue: Cue) -> bool:
        """Whether what was reached is told within reach of a target."""
        return any(c.role in ("actual", "mid") and cue.end < c.start < cue.end + _NEAR for c in self.found)

    def _marked(self, cue: Cue, items: list[Placed]) -> bool:
        """Whether marks follow a cue at once (``标准分 6 分``)."""
        item = next((i for i in items if i.start >= cue.end), None)
        if item is None or item.quantity.unit != "分":
            return False
        return not _TAIL.sub("", self.view.text[cue.end : item.start])

    def _new_statement(self, cue: Cue, floor: int) -> int | None:
        """Where the statement of another indicator opens in running text: ``。走访户数：目标值…``, ``②…``."""
        text = self.view.text
        start = cue.start
        while start > floor and text[start - 1] not in STOPS:
            start -= 1
        head = text[start : cue.start]
        for word in self.cues.fillers:
            head = head.removesuffix(word)
        named = len(head) > 2 and (head.endswith("：") or _NUMBERED.match(head) is not None)
        named = named or (cue.role == "target" and _NAME_ALONE.fullmatch(head) is not None and self._measured(cue))
        return start if start > floor and named else None

    def at_clause(self, cue: Cue) -> bool:
        """Whether a cue begins its clause (but for words that mean nothing)."""
        before = self.view.text[self._clause_start(cue.start, 0) : cue.start]
        for word in self.cues.fillers:
            before = before.replace(word, "")
        return not before

    def _clause_start(self, at: int, floor: int) -> int:
        """Where the clause before ``at`` begins, or ``floor`` when it begins before that."""
        floor = max(floor, at - _LOOK_BACK)
        n = bisect_left(self._breaks, at)
        return max(self._breaks[n - 1] + 1 if n else 0, floor) if at > floor else at

    def _choose(self, cues: list[Cue], item: Placed, clause: int, closed: list[tuple[int, int, Cue]]) -> Filled | None:
        """The cue of a clause that the figure answers to: the first strong one, else the nearest weak one."""
        if any(a <= item.start < b for a, b, _ in closed):
            return None
        cues = [c for c in cues if c.role in FIGURES and self._fits(c, item)]
        strong = next((c for c in cues if c.strong), None)
        for cue in ([strong] if strong is not None else []) + [c for c in reversed(cues) if not c.strong]:
            label = self.label(cue.end, item.start)
            words = self.view.text[label[0] : label[1]]
            if _FORMULA & set(words):
                continue
            if cue.role in ("target", "mid", "actual") and cue.strong and len(words) <= _LABEL_MAX:
                return Filled(cue.role, True, cue, item, label, clause)
            promised = cue.role == "target" and not words and _SIGN.search(self.view.text, cue.end, item.start)
            if promised:
                return Filled("target", True, cue, item, label, clause)
            if not words or (cue.role in ("target", "actual") and len(words) <= 16 and not self._idle(cue)):
                return Filled(cue.role, cue.strong, cue, item, label, clause)
        return None

    def _idle(self, cue: Cue) -> bool:
        """A short weak cue in the middle of a clause is an ordinary word there."""
        return not cue.strong and not self.at_clause(cue) and cue.end - cue.start <= 2

    def _fits(self, cue: Cue, item: Placed) -> bool:
        unit = item.quantity.unit
        if cue.role == "target" and not cue.strong and _DONE.match(self.view.text, cue.end):
            return False
        if "情况" in self.view.text[cue.end : min(item.start, cue.end + _TITLE)]:
            return False  # 三、绩效目标监控情况：9个项目共设置……
        if cue.role in ("completion", "deviation"):
            return unit == "%"
        if cue.role in ("weight", "score", "given"):
            return unit in ("分", "") or (unit == "%" and cue.role == "weight")
        return True

    def _bridge(
        self, cues: list[Cue], items: list[Placed], n: int, clause: int, closed: list[tuple[int, int, Cue]]
    ) -> Filled | None:
        """A figure parted from its cue by a stray full stop: only where the row's order speaks for it."""
        item = items[n]
        before = [c for c in cues if c.end <= item.start and c.strong]
        if not before or before[-1].role not in ("mid", "actual", "target"):
            return None
        cue = before[-1]
        gap = self.view.text[cue.end : item.start]
        if len(gap) > _BRIDGE_MAX or gap.count("。") != 1 or not _VALUE_END.search(gap):
            return None
        if any(cue.end <= i.start < item.start for i in items) or any(a <= item.start < b for a, b, _ in closed):
            return None
        earlier = any(c.role == "target" and c.end < cue.start for c in cues)
        later = any(c.role in ("actual", "completion", "score") and c.start >= item.end for c in cues)
        trust = Decimal("0.9") if earlier and later else Decimal("0.7")
        return Filled(cue.role, True, cue, item, (item.start, item.start), clause, trust)

    def _worded(self, cue: Cue, items: list[Placed], closed: list[tuple[int, int, Cue]]) -> bool:
        """Whether a target or actual cue introduces a value in words (有所提升)."""
        if cue.role not in ("target", "actual") or any(a <= cue.start < b for a, b, _ in closed):
            return False
        start, end = self.words_after(cue)
        text = self.view.text[start:end]
        if not 2 <= len(text) <= _LABEL_MAX or any(start <= i.start < end for i in items):
            return False
        return (
            cue.strong
            or self.view.text[cue.end : cue.end + 1] in ("为", "：")
            or self._ends_in_is(cue)
            or self._paired(cue)
        )

    def _paired(self, cue: Cue) -> bool:
        """Whether target and actual stand side by side in words: ``年度目标稳步提升，实际完成稳步提升``."""
        at = next((n for n, c in enumerate(self.found) if c is cue), -1)
        other = self.found[at + 1 : at + 2] if cue.role == "target" else self.found[max(at - 1, 0) : at]
        if at < 0 or not other or {cue.role, other[0].role} != {"target", "actual"}:
            return False
        first, second = (cue, other[0]) if cue.role == "target" else (other[0], cue)
        start, end = self.words_after(first)
        told = self.words_after(second)
        short = all(2 <= b - a <= _WORDED_MAX for a, b in ((start, end), told))
        return short and self.view.text[end : end + 1] == "，" and second.start == end + 1

    def _ends_in_is(self, cue: Cue) -> bool:
        """Whether the cue's own last word is 为 (``目标为稳步提升``)."""
        opens = self.view.text[cue.start - 1 : cue.start] == "：" or self.at_clause(cue)
        return opens and self.view.text[cue.end - 1] == "为"

    def words_after(self, cue: Cue) -> tuple[int, int]:
        """The range of a value in words behind a cue."""
        start = cue.end
        while start < len(self.view.text) and self.view.text[start] in "为是：":
            start += 1
        end = start
        while end < len(self.view.text) and self.view.text[end] not in "。；！？，（":
            end += 1
        return start, end

    def label(self, start: int, end: int) -> tuple[int, int]:
        """The words between cue and figure that name something, without verbs and comparators."""
        text = self.view.text[start:end]
        if (tail := _TAIL.search(text)) is not None:
            text = text[: tail.start()]
        lead = _HEAD.match(text)
        skip = lead.end() if lead is not None else 0
        return start + skip, start + max(skip, len(text))


def _with_bare_marks(view: View, items: list[Placed], cues: list[Cue], inside: set[int]) -> list[Placed]:
    """The figures, and marks without 分 that stand right behind a cue of weight or score (分值：10)."""
    for cue in cues:
        if cue.role not in ("weight", "score"):
            continue
        m = _BARE_MARK.match(view.text, cue.end)
        if m is None or m.start("n") in inside:
            continue
        value = Decimal(m["n"])
        exponent = value.as_tuple().exponent
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        span = view.span(m.start("n"), m.end("n"))
        mark = Quantity(value, "分", step, "eq", span, shown=m["n"], inherited=True, text=m["n"])
        items.append(Placed(mark, m.start("n"), m.end("n")))
    return sorted(items, key=lambda i: i.start)


_T = TypeVar("_T", Cue, Placed)
_START = attrgetter("start")


def within(found: list[_T], start: int, stop: int) -> list[_T]:
    """The sorted cues or figures that begin in a range."""
    first = bisect_left(found, start, key=_START)
    return found[first : bisect_left(found, stop, key=_START)]
