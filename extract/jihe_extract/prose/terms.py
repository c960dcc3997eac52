"""Words of Chinese text: jieba (in Rust) with the vocabulary as its user dictionary, for names and terms only.

Numbers are never taken from a segmenter (it splits them). The tokenizer is our own instance, so that a
user's jieba is left alone, and it is loaded at the first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jihe_extract.prose.words import load_words

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which broken files contain and no segmenter takes."""


@dataclass(frozen=True, slots=True)
class Word:
    """A segmented word; offsets into the text that was given."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    """A jieba tokenizer that keeps the vocabulary's measures, scopes and unit endings whole."""
    import rjieba

    made = rjieba.Jieba()
    words = load_words()
    known = {(m.id, *m.aliases) for m in words.measures.values()} | {(s.id, *s.aliases) for s in words.scopes.values()}
    for alias in sorted(a for names in known for a in names if len(a) > 1):
        made.add_word(alias, None, None)
    return made


def segment(text: str) -> list[Word]:
    """The words of a text in order; together they cover it."""
    whole = _HALVES.sub("?", text)
    return [Word(text[start:end], start, end) for _, start, end in tokenizer().tokenize(whole)]


def trim_name(name: str) -> str:
    """A project's name without the words that only tell what was done with it.

    ``积极推进农田水渠维修项目`` becomes ``农田水渠维修项目``; a name that merely begins with the characters of
    such a word (``推进器采购项目``) keeps them, because the segmenter sees another word there.
    """
    leads = load_words().steering["name_leads"]
    if not name.startswith(leads):
        return name
    cut = 0
    for word in segment(name):
        if word.text not in leads or len(name) - word.end < 4:
            break
        cut = word.end
    return name[cut:]
