"""Relations that the build of a sentence suggests, whatever its figures are called.

``共下达资金90万元，其中中央60万元、省级30万元`` is a list that adds up although nothing names the measure, and
``下达90万元，支付72万元，使用率80%`` is a quotient. What is read here is no claim of the report: several
readings of one place stand side by side, with the same span, and the audit doubts a place only where a slip of the
hand would make one of them hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, ClaimKind, Fact
from jihe_extract.prose.structure import Mention, list_opener
from jihe_extract.prose.words import load_words

CHANGES = frozenset({"增减额", "变动率", "调增数", "调减数", "调整数"})
_LEFT = frozenset({"年末结转", "节约额", "上年结转"})
_HEADS = frozenset({"人", "人次", "户", "名", "户次", "辆", "亩", "平方米"})
"""What an amount is averaged over."""
_BACK = 3
"""Most figures looked back at for a quotient or a difference."""
_FAR = 5
"""The same for what only verifies."""
ADMITTED = "admitted"
"""``Claim.word`` of a reading that may verify its place but raises no doubt of its own."""
ENOUGH = 2
PER = ("/", "／", "每")
"""What stands before a figure that is a unit of measurement: ``0.06次/10万公顷``, ``每10万人``."""
_SIDE = re.compile(r"(?:收入|支出)(?:包括|包含)")
"""``收入包括……；支出包括……``: both sides of a whole of the sentence before."""
_TIMES = frozenset("×*xX✕")
"""A factor and no rate: ``÷90万元×100%``."""
Told = tuple[Mention, Fact]


def supposed(document: Document, told: Sequence[Told], before: Sequence[Fact]) -> Iterator[Claim]:
    """Readings of one block. ``before`` are the figures of the last sentence before it."""
    reader = _Reader(document, told, before)
    for i, (mention, fact) in enumerate(told):
        if fact.quantity.unit in ("", "分"):
            continue
        if fact.quantity.unit == "%":
            yield from reader.points(i) if "点" in fact.quantity.surface else reader.rate(i)
            continue
        if fact.measure in CHANGES:
            yield from reader.difference(i)
            continue
        if list_opener(reader.words(mention), mention.bracket is not None):
            yield from reader.parts_behind(i)
        else:
            yield from reader.bracketed(i)
        if fact.measure == "标准":
            yield from reader.average(i)
        if reader.sums(mention):
            yield from reader.parts_before(i)
        if fact.measure in _LEFT or reader.left(mention):
            yield from reader.remainder(i)


@lru_cache(maxsize=1)
def word_lists() -> tuple[regex.Pattern[str], ...]:
    """Patterns of the vocabulary's words: of a sum, of adding, of what is left, of comparing."""
    lists = load_words().steering
    sums, adding, left, compared = (
        "|".join(sorted(map(regex.escape, lists[key]), key=len, reverse=True))
        for key in ("sum_words", "adding_words", "left_words", "compare_words")
    )
    return (
        regex.compile(rf"(?:{sums})[\p{{Han}}“”（）()]{{0,14}}$"),
        regex.compile(adding),
        regex.compile(rf"(?:{left})[\p{{Han}}]{{0,6}}$"),
        regex.compile(compared),
    )


class _Reader:
    """Reads the places of one block."""

    def __init__(self, document: Document, told: Sequence[Told], before: Sequence[Fact]) -> None:
        self.document = document
        self.told = told
        self.before = list(before)
        self.bracket_open = True
        self.sum_words, self.adding_words, self.left_words, self.compare_words = word_lists()

    def words(self, mention: Mention) -> str:
        """What stands before a figure, from the one before it or the start of its group."""
        return self.document.quote(Span(mention.lead.start, mention.label.end)).strip()

    def sums(self, mention: Mention) -> bool:
        """Whether a figure is called a sum (共计, 收入合计)."""
        return bool(self.sum_words.search(self.words(mention)[-24:]))

    def left(self, mention: Mention) -> bool:
        """Whether a figure is called what is left over (余款, 未支)."""
        return bool(self.left_words.search(self.document.quote(mention.label).strip()))

    def _level(self, k: int, unit: str) -> bool:
        """Whether the figure is an amount of its own: of the unit, no change, and not what others are compared with."""
        mention, fact = self.told[k]
        if fact.quantity.unit != unit or fact.measure in CHANGES or not fact.quantity.exact or fact.quantity.value < 0:
            return False
        if self.document.text.endswith(PER, 0, mention.span.start):
            return False
        return not self.compare_words.search(self.document.quote(mention.label))

    def _levels(self, lo: int, hi: int, i: int, bracket: int | None) -> list[Fact]:
        """Amounts of the unit and sentence of the figure at ``i`` from ``lo`` to ``hi``, in one bracket."""
        unit, sentence = self.told[i][1].quantity.unit, self.told[i][0].sentence
        return [
            f for k, (m, f) in enumerate(self.told[lo:hi], lo)
            if m.sentence == sentence and m.bracket == bracket and self._level(k, unit)
        ]  # fmt: skip

    def _first(self, i: int) -> int:
        sentence = self.told[i][0].sentence
        return next(k for k, (m, _) in enumerate(self.told) if m.sentence == sentence)

    def parts_behind(self, i: int) -> Iterator[Claim]:
        """A list behind its opener, and the amounts before it as its whole; each ；-group may be a list of its own."""
        mention, fact = self.told[i]
        groups: dict[int, list[Fact]] = {}
        divided = -1
        for k, (m, f) in enumerate(self.told[i:], i):
            inside = m.bracket == mention.bracket
            if m.sentence != mention.sentence and (mention.bracket is None or not inside):
                break
            if not inside:
                continue
            if k > i and (self.sums(m) or list_opener(self.words(m), m.bracket is not None)):
                if m.group not in groups or self.sums(m):
                    break
                divided = m.group  # 人员经费90万元，包括工资60万元、补助30万元；公用经费10万元
            if m.group != divided and self._level(k, fact.quantity.unit):
                groups.setdefault(m.group, []).append(f)
        wholes = self._wholes(i)
        parts: list[Fact] = []
        lists: list[list[Fact]] = []
        for group in groups.values():
            parts = [*parts, *group]
            lists.append(parts)
        yield from self._places(wholes, [p for p in reversed(lists) if len(p) >= ENOUGH])
        for group in list(groups.values())[1:]:
            yield from self._places(wholes, [group] if len(group) >= ENOUGH else [])

    def _places(self, wholes: Sequence[Fact], lists: Sequence[Sequence[Fact]]) -> Iterator[Claim]:
        """Readings of one place: every whole with every list."""
        if not lists:
            return
        span = Span(lists[0][0].quantity.span.start, lists[0][-1].quantity.span.end)
        closed = self.document.text[span.end : span.end + 1] != "等"
        for whole in wholes:
            for parts in lists:
                yield reading("sum", span, whole, parts, is_open=self.bracket_open or not closed)

    def _wholes(self, i: int) -> list[Fact]:
        """Amounts that a list opened at ``i`` may divide, the likeliest first."""
        mention, fact = self.told[i]
        unit = fact.quantity.unit
        self.bracket_open = mention.bracket is None
        if mention.bracket is not None:
            near = i > 0 and self.told[i - 1][0].span.end == mention.bracket and self._level(i - 1, unit)
            return [self.told[i - 1][1]] if near else []
        first = self._first(i)
        same = self._levels(first, i, i, None)
        wholes = [*same[-1:], *same[:1]]
        back = first
        for _ in range(1 if same else _BACK):
            if same and not _SIDE.search(self.words(mention)):
                break
            if not back:
                told = [f for f in self.before if f.quantity.unit == unit and f.measure not in CHANGES]
                wholes += [] if wholes else told[:1]
                break
            start = self._first(back - 1)
            told = self._levels(start, back, back - 1, None) if self.told[back - 1][1].quantity.unit else []
            told = [f for f in told if f.quantity.unit == unit] or self._of_unit(start, back, unit)
            wholes += [*told[:1], *told[-1:]]
            back = start
        return list(dict.fromkeys(wholes))

    def _of_unit(self, lo: int, hi: int, unit: str) -> list[Fact]:
        return [self.told[k][1] for k in range(lo, hi) if self.told[k][0].bracket is None and self._level(k, unit)]

    def bracketed(self, i: int) -> Iterator[Claim]:
        """A bracket right behind an amount with amounts in it: ``90万元（中央60万元、省级30万元）``."""
        mention, fact = self.told[i]
        at = mention.bracket
        if at is None or not i or self.told[i - 1][0].span.end != at or not self._level(i - 1, fact.quantity.unit):
            return
        parts = [
            f for k, (m, f) in enumerate(self.told[i:], i) if m.bracket == at and self._level(k, fact.quantity.unit)
        ]  # fmt: skip
        if len(parts) >= ENOUGH:
            yield reading("sum", Span(at, parts[-1].quantity.span.end), self.told[i - 1][1], parts)

    def parts_before(self, i: int) -> Iterator[Claim]:
        """Amounts of the sentence before the one that is called their sum."""
        mention, fact = self.told[i]
        first = self._first(i)
        start = next(k for k in range(first, i + 1) if self.told[k][0].group == mention.group)
        added = next(
            (k for k in range(i, start - 1, -1) if self.adding_words.search(self.words(self.told[k][0]))), None
        )
        readings: list[list[Fact]] = []
        if added is not None:
            behind = self._levels(added, i, i, mention.bracket)
            heads = self._levels(start, added, i, mention.bracket) or [
                f for f in self._sentence_before(first) if f.quantity.unit == fact.quantity.unit
            ]
            readings += [[head, *behind] for head in dict.fromkeys((*heads[-1:], *heads[:1]))]
        readings += [self._levels(start, i, i, mention.bracket), self._levels(first, i, i, mention.bracket)]
        seen: set[tuple[Span, ...]] = set()
        for parts in readings:
            key = tuple(p.quantity.span for p in parts)
            if len(parts) >= ENOUGH and key not in seen:
                seen.add(key)
                yield reading("sum", fact.quantity.span, fact, parts)

    def _sentence_before(self, first: int) -> list[Fact]:
        """The figures of the sentence before the one that begins at ``first``."""
        if not first:
            return [f for f in self.before if f.measure not in CHANGES]
        sentence = self.told[first - 1][0].sentence
        return [f for m, f in self.told[:first] if m.sentence == sentence and f.measure not in CHANGES]

    def remainder(self, i: int) -> Iterator[Claim]:
        """``下达90万元，支付72万元，结余18万元``: what is left is the difference of two amounts before it."""
        mention, fact = self.told[i]
        levels = self._levels(self._first(i), i, i, mention.bracket)[-_BACK:]
        pairs = [(levels[-2], levels[-1]), (levels[0], levels[-1])] if len(levels) >= ENOUGH else []
        for whole, spent in dict.fromkeys(pairs):
            yield reading("sum", fact.quantity.span, whole, [spent, fact])
        every = self._levels(self._first(i), i, i, mention.bracket)[-_FAR:]
        for whole in every[:-1]:
            yield admitted(reading("sum", fact.quantity.span, whole, [every[-1], fact]))

    def rate(self, i: int) -> Iterator[Claim]:
        """A rate behind the figures that it is of."""
        mention, fact = self.told[i]
        factor = (
            self.document.text[max(0, mention.span.start - 2) : mention.span.start].rstrip()[-1:] in _TIMES
        )  # ÷90万元×100%
        if factor or not fact.quantity.exact or fact.measure == "变动率":
            return
        run: list[int] = []
        for k in range(i - 1, self._first(i) - 1, -1):
            m, f = self.told[k]
            if f.quantity.unit == "%" or m.bracket != mention.bracket:
                break
            run.append(k)
        run.reverse()
        units = [self.told[k][1].quantity.unit for k in run]
        if not units:
            return
        near = [k for k in run if self._level(k, units[-1]) and self.told[k][1].quantity.value][-_BACK:]
        if len(near) == 1 and units[-1] != "CNY":  # counts with their rates between
            near = [k for k in range(self._first(i), i) if self._level(k, units[-1])][-_BACK:]
        for top, base in ((near[-1], near[-2]), (near[0], near[-1]), (near[-1], near[0])) if len(near) > 1 else ():
            yield reading("ratio", fact.quantity.span, fact, [self.told[top][1], self.told[base][1]])
        for top, base in permutations([k for k in run if self._level(k, units[-1])][-_FAR:], 2):
            yield admitted(reading("ratio", fact.quantity.span, fact, [self.told[top][1], self.told[base][1]]))

    def points(self, i: int) -> Iterator[Claim]:
        """``由88.4%提高到94.6%，提高6.2个百分点``: the difference of the two rates right before."""
        mention, fact = self.told[i]
        near = [
            f for m, f in self.told[:i]
            if (m.sentence, m.group, m.bracket) == (mention.sentence, mention.group, mention.bracket)
            and f.quantity.unit == "%"
        ][-2:]  # fmt: skip
        if len(near) == ENOUGH and fact.quantity.exact and all(_is_rate(f) for f in near):
            yield reading("difference", fact.quantity.span, fact, near)

    def average(self, i: int) -> Iterator[Claim]:
        """``支出90万元，救助3000人次，人均300元``: an amount over a count of its sentence."""
        fact = self.told[i][1]
        first = self._first(i)
        near = self.told[first:i] or [
            t for t in self.told[i + 1 :] if t[0].sentence == self.told[i][0].sentence and t[1].measure not in CHANGES
        ]
        sums = [f for m, f in near if f.quantity.unit == "CNY" and f.quantity.exact and f.measure != fact.measure]
        counts = [f for m, f in near if f.quantity.unit in _HEADS and f.quantity.exact and f.quantity.value > 1]
        for total in sums[-1:]:
            for count in counts[-1:]:
                yield reading("ratio", fact.quantity.span, fact, [total, count])

    def difference(self, i: int) -> Iterator[Claim]:
        """A change right behind two amounts: ``支出72万元，预算90万元，差值为18万元``."""
        mention, fact = self.told[i]
        levels = [
            f for m, f in self.told[self._first(i) : i]
            if m.bracket == mention.bracket and m.group == mention.group and f.quantity.unit == fact.quantity.unit
        ]  # fmt: skip
        if len(levels) == ENOUGH and all(f.quantity.exact and f.measure not in CHANGES for f in levels):
            yield reading("difference", fact.quantity.span, fact, levels)


def _is_rate(fact: Fact) -> bool:
    return "点" not in fact.quantity.surface and fact.quantity.value >= 0


def admitted(claim: Claim) -> Claim:
    """The reading as one that may verify its place but raises no doubt of its own."""
    return replace(claim, word=ADMITTED)


def reading(kind: ClaimKind, span: Span, stated: Fact, operands: Sequence[Fact], is_open: bool = False) -> Claim:
    """One reading; ``is_open`` when its list may leave things out."""
    return Claim(kind, span, stated=stated, operands=tuple(operands), open=is_open)
