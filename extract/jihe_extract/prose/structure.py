"""How a paragraph is built around its figures: labels, leads, sentences, brackets.

Nothing here knows what a figure measures; it only says which words stand with which figure, so that the
binder and the claims read the same structure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import regex
from msgspec import Struct

from jihe_extract.document import Document, Span
from jihe_extract.numbers.quantity import Quantity

_SENTENCE = frozenset("。！？!?\n")
_GROUP = frozenset("；;")
_CLAUSE = frozenset("，,：:")
_OPEN = "（(〔[【《“"
_CLOSE = "）)〕]】》”"
_PAIRS = dict(zip(_CLOSE, _OPEN, strict=True))
_ANY_BRACKET = re.compile("[" + regex.escape(_OPEN + _CLOSE) + "]")
_BREAK_OR_OPEN = re.compile("[。！？!?\n；;" + regex.escape(_OPEN) + "]")
_BREAKS = "".join(sorted(_SENTENCE | _GROUP | _CLAUSE))
_STOP_BEFORE = regex.compile("(?r)[" + regex.escape(_BREAKS + _OPEN + _CLOSE) + "—、]")
"""From the right: what a label may not reach across, and what must be looked at before it does."""
_TAIL_STOP = re.compile("[" + regex.escape(_BREAKS) + "、）)]")
_LOOSE_CLOSE = {"）": "（(", ")": "（("}


class Mention(Struct, frozen=True):
    """A quantity with the words around it; all spans are document offsets.

    ``label`` runs from the last break (or the previous figure) to the figure, over closed brackets.
    ``lead`` is what stands before the label in the same ；-group after the previous figure: clauses
    without figures, where a subject may be named. ``tail`` runs from the figure to the next break or
    figure. ``sentence`` and ``group`` number the sentences and ；-groups of the block. ``bracket`` is the
    offset of the bracket that encloses the figure, or None. ``words`` are those of the label as written, ``ahead``
    those of the lead.
    """

    quantity: Quantity
    label: Span
    lead: Span
    tail: Span
    sentence: int
    group: int
    bracket: int | None
    words: str
    ahead: str

    @property
    def opening(self) -> str:
        """The words of lead and label together."""
        return self.ahead + self.words

    @property
    def span(self) -> Span:
        """The figure's own span."""
        return self.quantity.span


_OPENER = regex.compile(
    r"(?P<closed>[个项]\p{Han}{0,6}项目[：:]|分[两二三四五六七八九十\d]+[期次批笔]\p{Han}{0,4}[：:]|具体明细(?:包括)?|具体如下[：:]|如下[：:]|明细(?:为|是|如下)?[：:]|分(?:项目?|科目|用途|来源|类型|乡镇|区域|部门|单位|级次|类别|学段|渠道|[县区旗市]|层级)?看[，,：:]|明细包括|具体包括|具体为|具体是|具体情况(?:为|是)?[：:]|分项目?(?:情况|明细)?(?:为|是|如下)?[：:]|各项目情况[：:]|分别为|分别是|(?:构成|组成)(?:为|是|如下)?[：:]|由以下|分\p{Han}{1,6}情况(?:为|是|如下)?[：:])"
    r"|(?P<loose>其中|(?<=[，。；])(?:主要)?系(?=新|招|调|退|录|辞|转)|(?:^|(?<=[，。；]))分为(?=\p{Han})|主要包括|主要是|(?:来源|结构)(?:为|是|如下)?[：:]|(?<=资金)来源(?:为|是)(?=\p{Han})|用于\p{Han}{2,14}[：:]|按类别[：:]|(?:^|(?<=[，。；]))由(?=[\p{Han}]{2,12}$)|(?<=支出|预算|经费|资金|收入|人员|职工|教师|干部|干警|民警|医生|医师)中[，,：:]|^中[，,：:]|按\p{Han}{2,8}?(?:划分|分类|分|类别|用途|内容|性质|科目|构成)看?[，,：:])"
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


def brackets(text: str) -> dict[int, int]:
    """Offsets of matching brackets, both ways. Unmatched ones are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for match in _ANY_BRACKET.finditer(text):
        i, ch = match.start(), match.group()
        if ch in _OPEN:
            stack.append(i)
            continue
        wanted = _LOOSE_CLOSE.get(ch, _PAIRS[ch])
        for depth in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
            if text[stack[depth]] in wanted:
                pairs[stack[depth]] = i
                pairs[i] = stack[depth]
                del stack[depth:]
                break
    return pairs


def mentions_in(document: Document, span: Span, quantities: Sequence[Quantity]) -> Sequence[Mention]:
    """The mentions of one block of a document; the binder and the claims mostly ask for those of the same figures."""
    key = ("mentions", span.start)
    known = document.derived.get(key)
    if known is None or known[0] != quantities:
        known = document.derived[key] = (quantities, mentions(document.quote(span), span.start, quantities))
    return cast(Sequence[Mention], known[1])


def mentions(text: str, offset: int, quantities: Sequence[Quantity]) -> list[Mention]:
    """The mentions of one block: ``text`` is the block's text and ``offset`` its place in the document."""
    if not quantities:
        return []
    divisions = _divisions(text)
    _, _, sentence_ends, group_ends = divisions
    found: list[Mention] = []
    floor = 0
    for n, quantity in enumerate(quantities):
        start, end = quantity.span.start - offset, quantity.span.end - offset
        label_start, bracket, jumped = _label_start(text, start, floor, divisions)
        ended = bisect_right(group_ends, label_start)
        group_start = group_ends[ended - 1] + 1 if ended else 0
        lead_start = label_start if jumped else max(floor, group_start if bracket is None else bracket + 1)
        next_start = quantities[n + 1].span.start - offset if n + 1 < len(quantities) else len(text)
        found.append(
            Mention(
                quantity,
                Span(offset + label_start, offset + start),
                Span(offset + min(lead_start, label_start), offset + label_start),
                Span(offset + end, offset + _tail_end(text, end, next_start)),
                bisect_right(sentence_ends, label_start - 1),
                bisect_right(group_ends, label_start - 1),
                None if bracket is None else offset + bracket,
                text[label_start:start],
                text[min(lead_start, label_start) : label_start],
            )
        )
        floor = end
    return found


class _Divisions(NamedTuple):
    """Brackets, where round ones open, and where sentences and groups end."""

    pairs: dict[int, int]
    opens: list[int]
    sentence_ends: list[int]
    group_ends: list[int]


@lru_cache(maxsize=512)
def _divisions(text: str) -> _Divisions:
    """How a block is divided; asked for by the binder and by the claims."""
    pairs = brackets(text)
    outer = _outer_breaks(text, pairs)
    return _Divisions(
        pairs,
        sorted(i for i, close in pairs.items() if close > i and text[i] in "（("),
        [i for i, ch in outer if ch in _SENTENCE],
        [i for i, ch in outer if ch in _SENTENCE or ch in _GROUP],
    )


def _outer_breaks(text: str, pairs: dict[int, int]) -> list[tuple[int, str]]:
    """Breaks that stand outside brackets."""
    breaks: list[tuple[int, str]] = []
    skip = 0
    for match in _BREAK_OR_OPEN.finditer(text):
        i, ch = match.start(), match.group()
        if i < skip:
            continue
        if ch in _OPEN:
            skip = pairs.get(i, i) + 1
        else:
            breaks.append((i, ch))
    return breaks


def _label_start(text: str, start: int, floor: int, divisions: _Divisions) -> tuple[int, int | None, bool]:
    """Where the label begins, the bracket it stands in, and whether it reaches back past ``floor``."""
    pairs = divisions.pairs
    j = start - 1
    jumped = False
    limit = floor
    while (stop := _STOP_BEFORE.search(text, limit, j + 1)) is not None:
        j, ch = stop.start(), stop.group()
        if ch in _PAIRS and j in pairs:
            opened = pairs[j]
            if opened < floor:
                if not _names(text, opened, j):
                    return j + 1, None, False
                jumped, limit = True, 0
            j = opened - 1
            continue
        if ch in _OPEN and j in pairs:
            return j + 1, (j if pairs[j] > start else None), jumped
        dash = ch == "—" and text[j - 1 : j] == "—"
        if ch in _SENTENCE or ch in _GROUP or ch in _CLAUSE or dash or (jumped and ch in "、"):
            return j + 1, _enclosing(start, divisions), jumped
        j -= 1
    return min(limit, start), _enclosing(start, divisions), jumped


def _names(text: str, opened: int, closed: int) -> bool:
    """Whether a bracket that holds a figure belongs to a name before it (``资金（补助五个社区）``)."""
    return closed - opened <= 24 and not any(ch in "，,：:；;。" for ch in text[opened:closed])


def _enclosing(start: int, divisions: _Divisions) -> int | None:
    """The innermost round bracket opened before ``start`` and closed after it."""
    opens = divisions.opens
    if not opens:
        return None
    near = opens[bisect_right(opens, start - 200) : bisect_left(opens, start)]
    return next((j for j in reversed(near) if divisions.pairs[j] > start), None)


def _tail_end(text: str, end: int, limit: int) -> int:
    """End of the words after a figure that still belong to its clause."""
    stop = _TAIL_STOP.search(text, end, max(end, limit))
    return stop.start() if stop is not None else limit
