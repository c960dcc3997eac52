"""Shapes of labels that hide a plain name: a purpose or a cause told before it, a verb behind it."""

from __future__ import annotations

import re

import regex

from jihe_extract.words import Words

_PURPOSE = regex.compile(r"(?:主要|专门)?(?:用于|用以|用在|用作|花在|投入|保障|满足|维持|支持)(?:[\p{Han}、]{2,24}的)?")
_BEHIND = re.compile(r"(?:上|方面|中)?的?(?:有|为|是|共|计|：|:|\s)*$")
_CAUSE = re.compile(
    r"^[^，。；]{0,10}?(?:因(?!公(?:临时)?出[国境]|[私素子])|由于|按照?|根据|受(?![益助援托训灾理]))[^，。；]{2,30}?"
    r"(?=追加|增拨|增加|调增|核增|新增安排|核减|压减|调减|减少|收回|削减|追减|压缩)"
)


def bare(words: str) -> str:
    """The words without what follows a name before a figure (``基本支出上的有``, ``项目支出中``)."""
    return str(_BEHIND.sub("", words))


def plain(body: str, unit: str, words: Words) -> str:
    """The label without what only says why or what for: ``用于机构运转的基本支出`` is 基本支出."""
    if unit != "CNY":
        return body
    body = _CAUSE.sub("", body)
    core = bare(body)
    if len(core) < 4 or not _PURPOSE.match(core):
        return body
    hits = words.scope_finder.find(core)
    if not hits or hits[-1].end != len(core) or not _PURPOSE.fullmatch(core, 0, hits[-1].start):
        return body
    return core[hits[-1].start :]
