"""What a correction teaches beyond itself: its phrases, told again in the sentences of the training grammar.

Ten corrected sentences show a phrase once or twice, always in the same company, so that a model learns the
company as much as the phrase. Told in other orders, beside other figures, the phrase itself is learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from jihe_corpus.wordings.sentences import sentences
from jihe_extract.prose.structure import mentions
from jihe_models.examples import Paragraph, from_doc
from jihe_models.features import OTHER

PER_PHRASE = 20
MOST = 3000
"""Sentences told in all."""
_SEED = 700_000
_BEHIND = regex.compile(
    r"(?:大于等于|小于等于|不低于|不超过|不少于|不高于|至少|超过|[≥≤＞＜>=＝<:：“\"为是达到约共计合 　])+$"
)
_BEFORE = regex.compile(r"^[0-9]{4}年度?[末底]?|^(?:[0-9]{1,2}[月日])+[末底]?")
_PHRASE = regex.compile(r"[\p{Han}（）()]{2,10}")


def phrases(corrected: Sequence[Paragraph]) -> dict[str, list[str]]:
    """Measure → what the corrected figures of this measure are called, in order of appearance."""
    found: dict[str, dict[str, None]] = {}
    for paragraph in corrected:
        ends = [mark.end for mark in paragraph.names]
        for mention, role in zip(mentions(paragraph.text, 0, paragraph.figures), paragraph.roles, strict=True):
            named = [end for end in ends if mention.label.start < end < mention.label.end]
            label = paragraph.text[max([mention.label.start, *named]) : mention.label.end].replace(" ", "")
            phrase = _BEFORE.sub("", _BEHIND.sub("", label))
            if role not in ("", OTHER) and _PHRASE.fullmatch(phrase):
                found.setdefault(role, {})[phrase] = None
    return {role: list(words) for role, words in found.items()}


def retold(corrected: Sequence[Paragraph], *, seed: int = 0) -> list[Paragraph]:
    """Sentences of the training grammar in the words of the corrections."""
    taught = phrases(corrected)
    count = min(MOST, PER_PHRASE * sum(map(len, taught.values())))
    docs = sentences("train", count, _SEED + seed, taught=taught) if taught else ()
    return [p for doc in docs for p in from_doc(doc, "corrections")]
