"""Wholes told in pieces without a word that opens a list or calls a sum, as readings like those of ``supposed``.

Instalments (第一批……，第二批……), names with their amounts in brackets (甲（30万元）和乙（20万元）), what one was spent
on (用于), levels of government behind it, what was added to one told before (加上), what was moved out of it
(调减后实际下达), all of it (全部), and done and not done (已、未).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

import regex
from msgspec.structs import replace

from jihe_extract.asserted.readings import CHANGES, DIVIDED, ENOUGH, Told, reading, word_lists
from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.words import load_words

_ORDINAL = regex.compile(
    r"第(?P<n>[一二三四五六七八九十]|\d{1,2})(?P<kind>批次?|期|次|阶段|季度|笔|轮|标段)"
    r"|(?P<n>[一二三四五六七八九十])(?P<kind>是)|(?P<n>[①②③④⑤⑥⑦⑧⑨⑩])(?P<kind>)"
)
_NUMERALS = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_SPENT_ON = regex.compile(
    r"^(?:[，。；：,\s]|其?中|全部|资金|该笔|主要|分别|专项|已|将|安排|统筹|共)*(?:用于|用在|用作|投向|分配)"
)
_MAINLY = regex.compile(r"主要|重点")
_OF_NAMED = regex.compile(
    r"^[，。；：,;\s]*(?:在|上述|该)?(?P<name>\p{Han}{0,10}(?:支出|收入|经费|资金|费|预算|投资|总额))(?:当)?中[，,：:]?"
)
_WHOLLY = regex.compile(r"(?:的)?\p{Han}{0,4}?(?:已|均|都)?(?:经)?全部")
_DONE = regex.compile(r"(?:已经?|共)(?P<verb>\p{Han}{1,6})$")
_MOVED_TO = regex.compile(r"(?:实际|最终|调整后|变为|净)\p{Han}{0,6}$")
_BATCHES = ("批", "批次", "期", "次", "阶段", "季度", "笔", "轮", "标段")
_GOVERNMENT = regex.compile(
    r"[，、,]?\s*(?:下达|安排|其中)?(?:中央|部级|国家|省|自治区|市|州|区|县|旗|镇|乡|地方|本级|上级)级?(?:级|本级)?"
)
_EACH = regex.compile(
    r"每(?P<each>[户人生村馆站校班个所亩次例件场期台辆套床吨])(?:次|年|月|每\p{Han}{1,2})?[为是约共]?$"
)
_SLASH = regex.compile(r"[/／](?P<each>[户人生村馆站校班个所亩次例件场期台辆套床吨])")
_NOUN = 6
"""Characters behind a count in which its noun stands."""
_MOST_NAME = 60
"""Characters of a name between two amounts in brackets."""
_MOVES = ("调减数", "调增数")
_NEAREST = 40
"""Figures looked at on either side."""
_FAR = 8
"""Figures that may stand between two instalments."""
_MOST = 12
"""Pieces of one whole."""


def pieces(document: Document, block: Span, told: Sequence[Told], before: Sequence[Fact]) -> Iterator[Claim]:
    """Readings of one block. ``before`` are the figures of the last sentence before it."""
    if len(told) < ENOUGH:
        return
    reader = _Pieces(document, told, before)
    characters = frozenset(document.quote(block))
    readers = [read for cue, read in reader.by_cue() if not characters.isdisjoint(cue)]
    for i, (_, fact) in enumerate(told):
        if fact.quantity.unit in ("", "分", "%") or not fact.quantity.exact or fact.measure in CHANGES:
            continue
        for read in readers:
            yield from read(i)


class _Pieces:
    """Reads the places of one block."""

    def __init__(self, document: Document, told: Sequence[Told], before: Sequence[Fact]) -> None:
        self.document = document
        self.told = told
        self.before = [f for f in before if f.measure not in CHANGES]
        self._openings = [m.opening.strip() for m, _ in told]
        self._labels = [m.words.strip() for m, _ in told]
        self._before: dict[int, list[int]] = {}

    def by_cue(self) -> Iterator[tuple[str, Callable[[int], Iterator[Claim]]]]:
        """What reads the places of a block, each with characters of which it needs one there."""
        yield "每/／", self.per_each
        yield "第是" + _CIRCLED, self.instalments
        yield "用投分", self.spent_on
        yield "中", self.of_named
        yield "（(", self.apart_in_bracket
        yield "中部国省自市州区县旗镇乡地本上", self.by_level
        yield "（(", self.named_in_brackets
        yield "".join(word[0] for word in load_words().steering["adding_words"]), self.added
        yield "实最调变净", self.moved
        yield "未", self.undone
        yield "全", self.all_told

    def _same(self, i: int, k: int) -> bool:
        """Whether the figure at ``k`` is an amount of the unit and sentence of the one at ``i``."""
        (m, f), (n, g) = self.told[i], self.told[k]
        alike = f.quantity.unit == g.quantity.unit and m.sentence == n.sentence
        return alike and g.quantity.exact and g.measure not in CHANGES and g.quantity.value > 0

    def _alike(self, i: int, k: int) -> bool:
        """Whether the figure at ``k`` is an amount of the unit of the one at ``i``."""
        f, g = self.told[i][1], self.told[k][1]
        return f.quantity.unit == g.quantity.unit and g.quantity.exact and g.measure not in CHANGES

    def _levels(self, i: int) -> list[int]:
        """Amounts outside brackets before the one at ``i``, of its unit and sentence."""
        if i not in self._before:
            sentence = self.told[i][0].sentence
            near = takewhile(lambda k: self.told[k][0].sentence == sentence, range(i - 1, max(-1, i - _NEAREST), -1))
            self._before[i] = [k for k in near if self.told[k][0].bracket is None and self._same(i, k)][::-1]
        return self._before[i]

    def _behind(self, i: int) -> Iterator[int]:
        """The figure at ``i`` and those behind it in its sentence."""
        return takewhile(
            lambda k: self.told[k][0].sentence == self.told[i][0].sentence, range(i, min(i + _NEAREST, len(self.told)))
        )

    def _wholes(self, i: int) -> list[Fact]:
        """What the pieces that begin at ``i`` may divide: amounts before them, or those of the sentence before."""
        own = [self.told[k][1] for k in self._levels(i)]
        if own:
            return list(dict.fromkeys((own[-1], own[0])))
        sentence = self.told[i][0].sentence - 1
        back = [f for m, f in self.told[:i] if m.sentence == sentence and m.bracket is None] or self.before
        back = [f for f in back if f.quantity.unit == self.told[i][1].quantity.unit and f.measure not in CHANGES]
        return list(dict.fromkeys((*back[:1], *back[-1:])))

    def per_each(self, i: int) -> Iterator[Claim]:
        """``每村0.5万元，80个村，共40万元``: an amount for each, times how many, is what all of them got."""
        mention, fact = self.told[i]
        found = _EACH.search(self._labels[i]) or _SLASH.match(self.document.text, mention.span.end)
        if fact.quantity.unit != "CNY" or found is None:
            return
        near = [k for k in range(max(0, i - _FAR), min(i + _FAR, len(self.told))) if k != i]
        near = [k for k in near if self.told[k][0].sentence == mention.sentence and self.told[k][1].quantity.exact]
        counts = [k for k in near if self._counts(k, found["each"])]
        for k in sorted(counts, key=lambda k: abs(k - i))[:1]:
            sums = [n for n in near if self._alike(i, n) and self.told[n][1].quantity.value > fact.quantity.value]
            sums = [n for n in sums if self._bracketed_each(n) in (-1, i) and (mention.bracket is None or n + 1 == i)]
            for n in sorted(sums, key=lambda n: (n < k, abs(n - k)))[:2]:
                yield reading("ratio", fact.quantity.span, fact, [self.told[n][1], self.told[k][1]])

    def _bracketed_each(self, n: int) -> int:
        """Where an amount's own share for each stands in a bracket right behind it; -1 when there is none."""
        told = n + 1 < len(self.told) and self.told[n + 1][0].bracket == self.told[n][0].span.end
        return n + 1 if told and _SLASH.match(self.document.text, self.told[n + 1][0].span.end) else -1

    def _counts(self, k: int, each: str) -> bool:
        """Whether a figure counts what an amount is for each of: by its unit, or by the noun behind it."""
        mention, fact = self.told[k]
        unit = fact.quantity.unit
        if unit in ("CNY", "%", "分") or fact.quantity.value <= 1:
            return False
        behind = self.document.text[mention.span.end : mention.span.end + _NOUN]
        return (
            each in unit or (each in "人生" and unit in ("人", "名", "人次")) or (unit in "个所家座" and each in behind)
        )

    def instalments(self, i: int) -> Iterator[Claim]:
        """``分两批下达90万元，第一批60万元，第二批30万元``: from the first on, each with its number."""
        kind = self._numbered(i, 1)
        if not kind:
            return
        parts = [i]
        for k in range(i + 1, len(self.told)):
            apart = self.told[k][0].sentence != self.told[i][0].sentence
            if len(parts) >= _MOST or (apart and kind in _BATCHES) or k > parts[-1] + _FAR:
                break
            if self._numbered(k, len(parts) + 1) == kind and self._alike(i, k):
                parts.append(k)
        if len(parts) >= ENOUGH:
            yield from self._places(self._wholes(i), parts)

    def _numbered(self, k: int, number: int) -> str:
        """The kind of instalment that the words before a figure name, if it is the one of that number."""
        found = [*_ORDINAL.finditer(self._openings[k])]
        if not found:
            return ""
        named = found[-1]["n"]
        if named in _CIRCLED:
            return "①" if _CIRCLED.index(named) + 1 == number else ""
        told = int(named) if named.isdecimal() else _NUMERALS.index(named) + 1
        return str(found[-1]["kind"]) if told == number else ""

    def spent_on(self, i: int) -> Iterator[Claim]:
        """``下达90万元，用于甲工程60万元、乙工程30万元``: what the amount right before was spent on."""
        mention = self.told[i][0]
        if not i or mention.bracket is not None or not _SPENT_ON.match(self._openings[i]):
            return
        last, whole = self.told[i - 1]
        near = last.sentence in (mention.sentence, mention.sentence - 1) and last.bracket is None
        if not near or not self._alike(i, i - 1):
            return
        parts = [k for k in self._behind(i) if self.told[k][0].bracket is None and self._same(i, k)]
        if len(parts) >= ENOUGH:
            listed = [*self._places([whole], parts[:_MOST], is_open=True)]
            yield from listed
            if not _MAINLY.search(self._openings[i]):
                yield from (replace(claim, word=DIVIDED) for claim in listed)

    def of_named(self, i: int) -> Iterator[Claim]:
        """``基本支出90万元。基本支出中人员经费60万元，公用经费30万元``: an amount named again, and what it holds."""
        mention = self.told[i][0]
        found = _OF_NAMED.match(self._openings[i])
        if found is None or mention.bracket is not None:
            return
        near = [k for k in range(max(0, i - _FAR), i) if self._alike(i, k) and self.told[k][0].bracket is None]
        wholes = [self.told[k][1] for k in near if self._openings[k].endswith(found["name"])][-1:]
        parts = [k for k in self._behind(i) if self.told[k][0].bracket is None and self._same(i, k)]
        if len(parts) >= ENOUGH:
            yield from self._places(wholes, parts[:_MOST], is_open=True)

    def apart_in_bracket(self, i: int) -> Iterator[Claim]:
        """``资助90万元，惠及300人，均为上级资金（甲区60万元，乙区30万元）``: a bracket that divides the last amount."""
        at = self.told[i][0].bracket
        if at is None or not i or self.told[i - 1][0].bracket == at or self.told[i - 1][0].span.end == at:
            return
        parts = [k for k in self._behind(i) if self.told[k][0].bracket == at and self._same(i, k)]
        wholes = [self.told[k][1] for k in self._levels(i)][-1:]
        if len(parts) >= ENOUGH:
            yield from self._places(wholes, parts, is_open=True)

    def by_level(self, i: int) -> Iterator[Claim]:
        """``补助90万元，中央补助60万元，地方补助30万元``: levels of government behind an amount that names none."""
        if not i or not self._level(i) or self._level(i - 1) or self.told[i][0].bracket is not None:
            return
        if not self._same(i, i - 1) or self.told[i - 1][0].group != self.told[i][0].group:
            return
        parts = [i]
        for k in range(i + 1, len(self.told)):
            if not self._level(k) or not self._same(i, k) or self.told[k][0].group != self.told[i][0].group:
                break
            parts.append(k)
        if len(parts) >= ENOUGH:
            yield from self._places([self.told[i - 1][1]], parts, is_open=True)

    def _level(self, k: int) -> bool:
        """Whether the words right before a figure name a level of government."""
        return _GOVERNMENT.match(self._labels[k]) is not None

    def named_in_brackets(self, i: int) -> Iterator[Claim]:
        """``共90万元，用于甲项目（60万元）和乙项目（30万元）``: amounts that stand alone in brackets behind names."""
        if not self._alone(i) or (i and self._alone(i - 1) and self._next_name(i - 1, i)):
            return
        parts = [i]
        for k in range(i + 1, len(self.told)):
            if not self._alone(k) or not self._same(i, k) or not self._next_name(parts[-1], k):
                break
            parts.append(k)
        if len(parts) >= ENOUGH:
            yield from self._places(self._wholes(i), parts)

    def _alone(self, k: int) -> bool:
        """Whether the figure is all that its bracket holds, behind a name and not behind a figure."""
        mention = self.told[k][0]
        if mention.bracket is None or self.document.text[mention.span.end : mention.span.end + 1] not in ("）", ")"):
            return False
        behind_figure = k > 0 and self.told[k - 1][0].span.end == mention.bracket
        return not behind_figure and not self.document.text[mention.bracket + 1 : mention.span.start].strip()

    def _next_name(self, k: int, n: int) -> bool:
        """Whether no more than a name stands between two amounts in brackets."""
        between = self.document.text[self.told[k][0].span.end + 1 : self.told[n][0].bracket or 0]
        return 0 < len(between) <= _MOST_NAME and between[0] in "、，,；;和及与"

    def added(self, i: int) -> Iterator[Claim]:
        """``下达30万元，加上提前下达的60万元，全年90万元``: the amount behind what was added to another."""
        adding = word_lists()[1]
        chain = [k for k in self._levels(i) if adding.search(self._openings[k])]
        if not chain or chain[-1] != self._levels(i)[-1] or adding.search(self._openings[i]):
            return
        heads = [k for k in self._levels(i) if k < chain[0]][-1:]
        if heads and self.told[i][0].bracket is None:
            parts = [self.told[k][1] for k in (*heads, *chain)]
            yield reading("sum", self.told[i][1].quantity.span, self.told[i][1], parts)

    def moved(self, i: int) -> Iterator[Claim]:
        """``下达90万元，调减20万元，实际下达70万元``: the amount behind a move, from the one before it."""
        if self.told[i][0].bracket is not None or not _MOVED_TO.search(self._labels[i]):
            return
        first, unit = self.told[i][0].sentence, self.told[i][1].quantity.unit
        moves = [
            f
            for m, f in self.told[:i]
            if m.sentence == first and f.measure in _MOVES and f.quantity.unit == unit and m.bracket is None
        ]
        levels = self._levels(i)
        if len(moves) != 1 or not levels:
            return
        whole, now = self.told[levels[0]][1], self.told[i][1]
        less = moves[0].measure == "调减数"
        yield reading("sum", now.quantity.span, *((whole, [now, moves[0]]) if less else (now, [whole, moves[0]])))

    def undone(self, i: int) -> Iterator[Claim]:
        """``应补助90人，已补助60人，未补助30人``: what was done and what was not make up the whole."""
        levels = self._levels(i)
        if len(levels) < ENOUGH or levels[-1] != i - 1:
            return
        done = _DONE.search(self._labels[i - 1])
        if done is not None and self._labels[i].endswith("未" + done["verb"]):
            yield from self._places([self.told[levels[-2]][1]], [i - 1, i])

    def all_told(self, i: int) -> Iterator[Claim]:
        """``预拨60万元，清算30万元，90万元全部到位``: what is called all of it, and the amounts told before."""
        parts = self._levels(i) if _WHOLLY.match(self.document.text, self.told[i][0].span.end) else ()
        if len(parts) == ENOUGH and self.told[i][0].bracket is None:
            yield reading("sum", self.told[i][1].quantity.span, self.told[i][1], [self.told[k][1] for k in parts])

    def _places(self, wholes: Sequence[Fact], parts: Sequence[int], is_open: bool = False) -> Iterator[Claim]:
        """Readings of one place: every whole with the parts."""
        listed = [self.told[k][1] for k in parts]
        span = Span(listed[0].quantity.span.start, listed[-1].quantity.span.end)
        for whole in wholes:
            yield reading("sum", span, whole, listed, is_open=is_open)
