"""Words that open lists, sum them up and deal figures out: 其中, 合计, 分别."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import regex

from jihe_extract.prose.mentions import Mention

_OPENER = regex.compile(
    r"(?P<closed>[个项]\p{Han}{0,6}项目[：:]|分[两二三四五六七八九十\d]+[期次批笔]\p{Han}{0,4}[：:]|具体明细(?:包括)?|具体如下[：:]|如下[：:]|明细(?:为|是|如下)?[：:]|分(?:项目?|科目|用途|来源|类型|乡镇|区域|部门|单位|级次|类别|学段|渠道|[县区旗市]|层级)?看[，,：:]|明细包括|具体包括|具体为|具体是|具体情况(?:为|是)?[：:]|分项目?(?:情况|明细)?(?:为|是|如下)?[：:]|各项目情况[：:]|分别为|分别是|(?:构成|组成)(?:为|是|如下)?[：:]|由以下|分\p{Han}{1,6}情况(?:为|是|如下)?[：:])"
    r"|(?P<loose>其中|(?<=[，。；])(?:主要)?系(?=新|招|调|退|录|辞|转)|(?:^|(?<=[，。；]))分为(?=\p{Han})|主要包括|主要是|(?:来源|结构)(?:为|是|如下)?[：:]|(?<=资金)来源(?:为|是)(?=\p{Han})|用于\p{Han}{2,14}[：:]|按类别[：:]|(?:^|(?<=[，。；]))由(?=[\p{Han}]{2,12}$)|(?<=支出|预算|经费|资金|收入|人员|职工|教师|干部|干警|民警|医生|医师)中[，,：:]|^中[，,：:]|按\p{Han}{0,8}?(?:划分|分类|分|类别|用途|内容|性质|科目|构成)看?[，,：:])"
    r"|(?:^|(?<=[，。；：,;:\s（(])|(?<=收入|支出|预算|资金|内容|范围))(?P<weak>包括|包含|含)(?=[）)]?[：:]|[\p{Han}“])"
)


_MAY_OPEN = re.compile("分|具体|如下|明细|项目[：:]|各项目|构成|组成|由|其中|系|主要|来源|用于|按|中[，,：:]|[包含]")
"""One of these stands in every opener: most labels hold none, and this is told much sooner."""


@lru_cache(maxsize=1024)
def list_opener(between: str, bracketed: bool) -> tuple[str, bool] | None:
    """The word that opens a list of parts in the words before a figure, and whether the list is closed.

    The binder, the lists and the readings all ask for that of the same words.

    A list after 分别为 or 具体包括 names all parts; one after 其中 or 含 may leave some out. ``bracketed``
    tells that the figure stands in round brackets, where a bare 含 opens a list too.
    """
    if _MAY_OPEN.search(between) is None:
        return None
    found = None
    for match in _OPENER.finditer(between.strip()):
        found = match
    if found is None:
        return None
    behind = between.strip()[found.end() : found.end() + 1]
    bare = found.lastgroup == "weak" and found.group() == "含" and behind not in tuple("）)：:")
    if bare and not bracketed and found.start() > 0:
        return None
    return found.group(), found.lastgroup == "closed"


_RESPECTIVELY = re.compile(
    r"(?P<names>[^，。；：]{2,120})分别(?P<verb>为|是|达到?|完成|支出|安排|下达|批复|核定|列支|支付|执行)?\s*$"
)
_BARE = re.compile(r"分别(?:为|是|达到?|占|$)")
_SHARES = re.compile(r"分别(?P<of>占[^，。；：]{0,16})$")
_SUMMING = re.compile(r"(?:共计?|合计|总计|总共|总额|[两二三四]项?相加|相加|加总)[为是达得]?\s*$")
_ADDING = ("相加", "加总", "合计")
_ASIDE = re.compile(r"^\s*[（(][^（()）]{1,40}[）)]\s*")
_NAME_BREAK = re.compile(r"、|和|与|及|以及")


def respective_labels(text: str, offset: int, found: Sequence[Mention]) -> dict[int, str]:
    """Labels of figures listed after 分别: ``甲、乙支出分别为3万元、2万元`` gives 甲支出 and 乙支出.

    Keys are positions in ``found``. A list whose names and figures differ in number gives nothing.
    """
    labels: dict[int, str] = {}
    for i, mention in enumerate(found):
        label = text[mention.label.start - offset : mention.label.end - offset]
        match = _RESPECTIVELY.search(label)
        if match is None and not _BARE.match(label.strip(" ，）)")):
            continue
        run = [i]
        for j in range(i + 1, len(found)):
            gap = text[found[j - 1].span.end - offset : found[j].span.start - offset].strip()
            if gap not in ("、", "，", ",", "和", "与", "及") or found[j].sentence != mention.sentence:
                break
            run.append(j)
        if match is not None:
            names = [n.strip() for n in _NAME_BREAK.split(match.group("names")) if n.strip()]
        else:
            names = _named_before(text, offset, found[max(0, i - len(run)) : i], mention)
        shared = names[-1] if names else ""
        if match is not None and match["verb"] and match["verb"][0] not in "为是达":
            shared += match["verb"]
        if names and (share := _SHARES.match(label.strip(" ，"))):
            shared += share["of"]
        if len(names) != len(run) and i:
            counted = _counted_names(text, offset, found[i - 1], len(run))
            names, shared = counted or names, match.group("names") if match else shared
        if len(run) < 2 or len(names) != len(run):
            continue
        labels.update({j: name + "\0" + shared for j, name in zip(run, names, strict=True)})
    return labels


def is_total(label: str) -> bool:
    """Whether the words before a figure tell it as a sum: 合计, 总计, 两项相加."""
    return _SUMMING.search(label) is not None


def _counted_names(text: str, offset: int, count: Mention, number: int) -> list[str]:
    """Names before their count: ``甲、乙两个项目执行率分别为73.01%、80.63%``; nothing unless the count is right."""
    if count.quantity.value != number:
        return []
    names = text[count.label.start - offset : count.label.end - offset].strip(" ，、")
    return [n.strip() for n in _NAME_BREAK.split(names) if n.strip()]


def _named_before(text: str, offset: int, before: Sequence[Mention], mention: Mention) -> list[str]:
    """Labels of the figures right before a bare 分别: ``甲占六成，乙占四成，分别为3万元、2万元``."""
    near = [m for m in before if m.sentence == mention.sentence]
    return [text[m.label.start - offset : m.label.end - offset].strip(" ，、占为是") for m in near]


def total_behind(text: str, offset: int, found: Sequence[Mention]) -> dict[int, int]:
    """Figures listed before their whole: ``甲3万元、乙2万元，支出合计5万元``. Part to whole, positions in ``found``."""
    wholes: dict[int, int] = {}
    for j, mention in enumerate(found):
        label = text[mention.label.start - offset : mention.label.end - offset]
        if not _SUMMING.search(label):
            continue
        level = [k for k in range(j) if found[k].bracket == mention.bracket]
        if len(level) > 2 and found[level[-1]].quantity.unit in ("项", "个") and label.strip().startswith(_ADDING):
            level.pop()
        parts: list[int] = []
        for at in range(len(level) - 1, -1, -1):
            i = level[at]
            follower = level[at + 1] if at + 1 < len(level) else j
            gap = _between(text, offset, found[i], found[follower])
            near = found[i].sentence == mention.sentence and found[i].quantity.unit == mention.quantity.unit
            mixed = gap in ("，", ",") and at + 1 < len(level) and "、" in _gaps(text, offset, found, i, j)
            if not near or gap not in ("、", "，", ",", "") or mixed:
                break
            parts.append(i)
        if len(parts) > 1 and (parts[-1] == level[0] or found[parts[-1] - 1].sentence != mention.sentence):
            wholes.update(dict.fromkeys(parts, j))
    return wholes


def _between(text: str, offset: int, first: Mention, second: Mention) -> str:
    """What stands between two figures, a bracket about the first left out."""
    gap = text[first.span.end - offset : second.label.start - offset].strip()
    return str(_ASIDE.sub("", gap))


def _gaps(text: str, offset: int, found: Sequence[Mention], start: int, stop: int) -> str:
    """What stands between the figures from ``start`` to ``stop``, the last gap left out."""
    return "".join(text[found[k].span.end - offset : found[k + 1].label.start - offset] for k in range(start, stop - 1))
