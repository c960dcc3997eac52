"""What readings of a block have in common: its figures with their words, and how a reading is made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, takewhile

import regex
from msgspec.structs import replace

from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, ClaimKind, Fact
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.words import load_words

CHANGES = frozenset({"增减额", "变动率", "调增数", "调减数", "调整数"})
ADMITTED = "admitted"
"""``Claim.word`` of a reading that may verify its place but raises no doubt of its own."""
NAMED = "named"
"""``Claim.word`` of a reading whose rate is named after its numerator: no slip need explain it."""
DIVIDED = "divided"
"""``Claim.word`` of a list that opens right behind its whole."""
ENOUGH = 2
PER = ("/", "／", "每")
"""What stands before a figure that is a unit of measurement: ``0.06次/10万公顷``, ``每10万人``."""
_MOVES = regex.compile("[增减升降涨调节多少]")
"""Words without which a guess of the model that a figure is a change is not believed."""
Told = tuple[Mention, Fact]


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


class BlockReader:
    """Reads the places of one block."""

    def __init__(self, document: Document, told: Sequence[Told], before: Sequence[Fact]) -> None:
        self.document = document
        self.told = told
        self.before = list(before)
        self.bracket_open = True
        self.sum_words, self.adding_words, self.left_words, self.compare_words = word_lists()

    def words(self, mention: Mention) -> str:
        """What stands before a figure, from the one before it or the start of its group."""
        return mention.opening.strip()

    def sums(self, mention: Mention) -> bool:
        """Whether a figure is called a sum (共计, 收入合计)."""
        return bool(self.sum_words.search(self.words(mention)[-24:]))

    def left(self, mention: Mention) -> bool:
        """Whether a figure is called what is left over (余款, 未支)."""
        return bool(self.left_words.search(mention.words.strip()))

    def _level(self, k: int, unit: str) -> bool:
        """Whether the figure is an amount of its own: of the unit, no change, and not what others are compared with."""
        mention, fact = self.told[k]
        if fact.quantity.unit != unit or not fact.quantity.exact or fact.quantity.value < 0:
            return False
        if fact.measure in CHANGES and (fact.by == "rule" or _MOVES.search(mention.words)):
            return False
        if self.document.text.endswith(PER, 0, mention.span.start):
            return False
        return not self.compare_words.search(mention.words)

    def _levels(self, lo: int, hi: int, i: int, bracket: int | None) -> list[Fact]:
        """Amounts of the unit and sentence of the figure at ``i`` from ``lo`` to ``hi``, in one bracket."""
        unit, sentence = self.told[i][1].quantity.unit, self.told[i][0].sentence
        return [
            f for k, (m, f) in enumerate(self.told[lo:hi], lo)
            if m.sentence == sentence and m.bracket == bracket and self._level(k, unit)
        ]  # fmt: skip

    def _first(self, i: int) -> int:
        """The first figure of the sentence of the one at ``i``."""
        sentence = self.told[i][0].sentence
        while i and self.told[i - 1][0].sentence == sentence:
            i -= 1
        return i

    def _rest(self, i: int) -> list[Told]:
        """The figures behind the one at ``i`` in its sentence."""
        sentence = self.told[i][0].sentence
        return list(takewhile(lambda t: t[0].sentence == sentence, islice(self.told, i + 1, None)))

    def _sentence_before(self, first: int) -> list[Fact]:
        """The figures of the sentence before the one that begins at ``first``."""
        if not first:
            return [f for f in self.before if f.measure not in CHANGES]
        sentence = self.told[first - 1][0].sentence
        return [f for m, f in self.told[:first] if m.sentence == sentence and f.measure not in CHANGES]


def admitted(claim: Claim) -> Claim:
    """The reading as one that may verify its place but raises no doubt of its own."""
    return replace(claim, word=ADMITTED)


def named(claim: Claim) -> Claim:
    """The reading as one that the words themselves tell, so that no slip need explain where it fails."""
    return replace(claim, word=NAMED)


def reading(kind: ClaimKind, span: Span, stated: Fact, operands: Sequence[Fact], is_open: bool = False) -> Claim:
    """One reading; ``is_open`` when its list may leave things out."""
    return Claim(kind, span, stated=stated, operands=tuple(operands), open=is_open)
