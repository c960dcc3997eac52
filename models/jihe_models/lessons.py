"""What a correction teaches beyond itself: its phrases, told again in the sentences of the training grammar.

Ten corrected sentences show a phrase once or twice, always in the same company, so that a model learns the
company as much as the phrase. Told in other orders, beside other figures, the phrase itself is learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from jihe_corpus.wordings.sentences import sentences
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.mentions import mentions
from jihe_extract.prose.words import load_words
from jihe_models.examples import Paragraph, from_doc
from jihe_models.features import OTHER
from jihe_models.measures import alike

PER_PHRASE = 40
MOST = 3000
"""Sentences told in all."""
_SEED = 700_000
_BEHIND = regex.compile(
    r"(?:总计|合计|共计|大于等于|小于等于|不低于|不超过|不少于|不高于|至少|超过"
    r"|[≥≤＞＜>=＝<:：“\"为是达到约共计合 　])+$"
)
_BEFORE = regex.compile(
    r"^(?:[0-9]{4}年度?[末底]?|(?:[0-9]{1,2}[月日])+[末底]?|[、，和及与]|其中[：:]?|该项?指标|该项?|项目(?=\p{Han}{3}))"
)
_PHRASE = regex.compile(r"[\p{Han}（）()]{2,10}")


def phrases(corrected: Sequence[Paragraph]) -> dict[str, list[str]]:
    """Measure → what the corrected figures of this measure are called, in order of appearance.

    Words that the vocabulary knows teach nothing new, and what only says whose figure it is (``其中：基本支出``)
    is no name of a measure.
    """
    found: dict[str, dict[str, None]] = {}
    for paragraph in corrected:
        ends = [mark.end for mark in paragraph.names]
        for mention, role in zip(mentions(paragraph.text, 0, paragraph.figures), paragraph.roles, strict=True):
            named = [end for end in ends if mention.label.start < end < mention.label.end]
            label = paragraph.text[max([mention.label.start, *named]) : mention.label.end].replace(" ", "")
            phrase = _phrase(label, mention.quantity.unit, role)
            if role not in ("", OTHER) and _PHRASE.fullmatch(phrase):
                found.setdefault(role, {})[phrase] = None
    return {role: list(words) for role, words in found.items()}


def _phrase(label: str, unit: str, role: str) -> str:
    """The words of a label that name its measure, "" when they teach nothing."""
    words: str = _BEHIND.sub("", label)
    known = _reader().read(words, unit_class(unit))
    if not known.own and (not known.measure or alike(known.measure, role)):
        return ""
    while before := _head(words):
        words = words[before:]
    return words


def _head(words: str) -> int:
    """How much of a label only leads to the phrase: a year, a filler, a scope (``基本支出|终批水位``)."""
    lead = _BEFORE.match(words)
    if lead is not None:
        return int(lead.end())
    scopes = load_words().scope_finder.find(words)
    return scopes[0].end if scopes and scopes[0].start == 0 and scopes[0].end + 2 <= len(words) else 0


@cache
def _reader() -> LabelReader:
    return LabelReader(load_words())


def retold(corrected: Sequence[Paragraph], *, seed: int = 0) -> list[Paragraph]:
    """Sentences of the training grammar in the words of the corrections."""
    taught = phrases(corrected)
    count = min(MOST, PER_PHRASE * sum(map(len, taught.values())))
    docs = sentences("train", count, _SEED + seed, taught=taught) if taught else ()
    return [p for doc in docs for p in from_doc(doc, "corrections")]
