"""Shapes of labels: what hides a plain name (a purpose, a cause, a verb), and what the build of a sentence tells."""

from __future__ import annotations

import re

import regex

from jihe_extract.prose.words import Words

_PURPOSE = regex.compile(r"(?:主要|专门)?(?:用于|用以|用在|用作|花在|投入|保障|满足|维持|支持)(?:[\p{Han}、]{2,24}的)?")
_BEHIND = re.compile(r"(?:上|方面|中)?的?(?:有|为|是|共|计|：|:|\s)*$")
_CAUSE = re.compile(
    r"^[^，。；]{0,10}?(?:因(?!公(?:临时)?出[国境]|[私素子])|由于|按照?|根据|受(?![益助援托训灾理]))[^，。；]{2,30}?"
    r"(?=追加|增拨|增加|调增|核增|新增安排|核减|压减|调减|减少|收回|削减|追减|压缩)"
)


_AFTERWARDS = regex.compile(r"^(?:压减|核减|调减|收回|削减|追减|追加|增拨|调增)后的?(?=全年|调整|支出|预算)")


_INITIAL = regex.compile(r"年初(?!结转|结余)[^，。；]{0,16}(?:下达|安排|批复|核定|批准|预算)")
_FROM_INITIAL = regex.compile(r"由年初(?:预算)?的?\s*$")
_MOVED = regex.compile(
    r"[，,]\s*(?P<verb>压减|核减|调减|收回|削减|追减|追加|增拨|调增|增加)后的?(?:全年|调整)?(?:支出)?预算"
)
_ARRIVED = regex.compile(
    r"的?(?:\p{Han}{0,12}?(?:资金|经费|款))?(?:已经?|均|全部|全额|足额|及时|按时)+(?:拨付|下达|支付|划拨)?到位"
)
"""``90万元资金已全部拨付到位``."""
_RAISES = frozenset({"追加", "增拨", "调增", "增加"})


def told_by_build(measure: str, unit: str, words: str, behind: str) -> str:
    """What the build of the sentence makes of a figure: a first budget, a move that a budget follows, full marks.

    ``measure`` is what its label says, ``behind`` what follows it.
    """
    if measure == "预算数" and _INITIAL.search(words):
        return "年初预算数"
    budget = "预算" in measure
    if budget and _FROM_INITIAL.search(words):
        return "年初预算数"
    if unit == "CNY" and measure in ("", "预算数") and _ARRIVED.match(behind):
        return "到位数"
    moved = _MOVED.match(behind) if unit == "CNY" and not budget else None
    if moved and moved["verb"] in words:
        return "调增数" if moved["verb"] in _RAISES else "调减数"
    return "权重" if unit == "分" and not measure and words.rstrip().endswith("指标") else ""


def bare(words: str) -> str:
    """The words without what follows a name before a figure (``基本支出上的有``, ``项目支出中``)."""
    return str(_BEHIND.sub("", words))


def plain(body: str, unit: str, words: Words) -> str:
    """The label without what only says why or what for: ``用于机构运转的基本支出`` is 基本支出."""
    if unit != "CNY":
        return body
    body = _AFTERWARDS.sub("", _CAUSE.sub("", body))
    core = bare(body)
    if len(core) < 4 or not _PURPOSE.match(core):
        return body
    hits = words.scope_finder.find(core)
    if not hits or hits[-1].end != len(core) or not _PURPOSE.fullmatch(core, 0, hits[-1].start):
        return body
    return core[hits[-1].start :]
