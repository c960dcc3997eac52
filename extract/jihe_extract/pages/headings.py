"""Heading numbers and what a line is by its own looks: heading, list item, title, caption, unit, signature.

Nothing here knows geometry or files: every function takes the text of one line or paragraph, so that the
readers of all formats share it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Style = Literal["part", "cn", "cn_paren", "dot", "comma", "multi", "paren", "half_paren", "circle", "indicator"]

LEVELS: dict[Style, int] = {
    "part": 0,
    "cn": 1,
    "cn_paren": 2,
    "dot": 3,
    "comma": 3,
    "multi": 4,
    "paren": 4,
    "half_paren": 4,
    "circle": 5,
    "indicator": 5,
}
_CN = "一二三四五六七八九十"
_MEASURED = (
    r"(?:[百千万亿]*元|[百千]?[万亿](?!\w)|个百分点|(?:平方米|公里|人次|场次|[人个项次件户家名亩吨分辆台套])(?!\w))"
)
"""A unit: what stands before it is a figure that a line break cut, not a section number."""
_NUMBER = re.compile(
    rf"(?P<part>第\s*[{_CN}\d]{{1,3}}\s*[章篇节]|第\s*[{_CN}\d]{{1,3}}\s*部分)[\s、：:]*"
    rf"|(?P<cn>[{_CN}]{{1,3}})\s*[、．.，](?!(?!(?:19|20)\d\d\s*年)\d)\s*"
    rf"|[（(]\s*(?P<cn_paren>[{_CN}]{{1,3}})\s*[)）][、.．]?\s*"
    rf"|(?P<multi>\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})(?:[.．、]\s*|\s+)(?!{_MEASURED})(?=[^\W\d])"
    r"|(?P<dot>\d{1,2})\s*[.．](?:\s*(?=[^\W\d]|[“《（(【])|\s*(?=(?:19|20)\d\d\s*[年-])|\s+(?=\d))"
    r"|(?P<comma>\d{1,2})\s*、\s*(?=[^\W\d]|[“《（(【]|(?:19|20)\d\d\s*[年-])"
    r"|[（(]\s*(?P<paren>\d{1,2})\s*[)）][、.．]?\s*"
    r"|(?P<half_paren>\d{1,2})\s*[)）]\s*"
    r"|(?P<circle>[①-⑳])\s*"
    rf"|(?P<indicator>(?:三级)?指标\s*(?:\d{{1,2}}|[{_CN}]{{1,3}}))\s*[:：、.．]\s*"
)
_LIST_FIRST = frozenset(f"{_CN}第其·●■◆▪➢√•○▲★-*+")
_CLAUSE = re.compile(r"[。；;！？!?]")
_FIGURE = re.compile(r"\d\s*(?:万元|亿元|元|[%％‰])")
_LISTED = re.compile(rf"[{_CN}](?:是|要)|第[{_CN}][，,]|(?:其[一二三四五])[，,]|[·●■◆▪➢√•○▲★]|[-*+]\s")
_TITLE = re.compile(r"(?:报\s*告|自评(?:材料|情况)|总结|情况说明|工作方案)(?:书)?(?:\s*[（(][^（）()]{1,16}[)）])?$")
_YEAR = re.compile(r"[（(]?\s*(?:19|20)\d{2}\s*(?:[-—至]\s*(?:19|20)\d{2}\s*)?年度?\s*[)）]?$")
_SIGNATURE = re.compile(
    r"[^，。；]{0,16}[（(](?:公章|盖章|签章|签字|章)[)）]"
    r"|.{0,40}[（(](?:公章|盖章|签章)[)）]$"
    r"|(?:填报|报告|编制|评价|填表|报送|撰写)?(?:时间|日期)\s*[:：]"
    r"|(?:填表|填报|联系|经办|编制|审核|复核|评价|单位负责|项目负责|主要负责|负责)人(?:员)?\s*(?:[（(]签[字章][)）])?\s*[:：]"
    r"|联系(?:电话|方式)\s*[:：]"
    r"|(?:(?:19|20)\d{2}|二[〇○Ｏ零]\S{2})?\s*年\s*[\d一二三四五六七八九十]*\s*月\s*[\d一二三四五六七八九十]*\s*日?$"
)
_SIGNED = re.compile("[：:章字年]")
_UNIT = re.compile(
    r"(?:金\s*额\s*)?(?:计量\s*)?单\s*位\s*[:：]\s*(?:人民币)?\s*"
    r"(?P<unit>(?:百|千|万|百万|千万|亿)?元|[%％]|人|个|辆|套|平方米|㎡)(?:\s*[、,，/]\s*[^\s，。]{1,4})?\s*[)）]?\s*$"
)
_BRACKET_UNIT = re.compile(r"[（(]\s*(?:单位[:：]\s*)?(?P<unit>(?:百|千|万|百万|千万|亿)?元)\s*[)）]\s*$")
_CAPTION = re.compile(
    r"(?:附?表|图)\s*[\d一二三四五六七八九十]+(?:[-—.]\d+)?(?:\s|[:：、.．]|[^\W\d])|.{2,50}表[:：]?\s*(?:[（(].{1,20}[)）])?$"
)
_ATTACHMENT = re.compile(r"附\s*(?:件|表|录)\s*(?:[\d一二三四五六七八九十]+\s*)?[:：]?\s*$")
_FIRST = frozenset(f"{_CN}0123456789（(第三指①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
HEADING_LIMIT = 44
"""A heading's words, in characters; longer lines are text."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The number a line begins with: ``text`` as written, ``value`` as integer, ``length`` in characters."""

    style: Style
    text: str
    value: int
    length: int

    @property
    def level(self) -> int:
        """Heading depth: 0 for 第一部分, 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①."""
        if self.style == "multi":
            return 2 + len(re.split(r"[.．]", self.text.strip(".．、 ")))
        if self.style == "part" and "节" in self.text:
            return 1
        return LEVELS[self.style]


def numbering(line: str) -> Numbering | None:
    """The heading or list number at the start of a line, if any. ``1.5亿元`` and ``12345热线`` are none.

    >>> numbering("（二）项目支出情况").level
    2
    >>> numbering("1.5亿元") is None and numbering("71.63 万元，执行率") is None
    True
    """
    return _numbering(line[:40]) if line[:1] in _FIRST else None


@lru_cache(maxsize=4096)
def _numbering(beginning: str) -> Numbering | None:
    match = _NUMBER.match(beginning)
    if match is None or match.lastgroup is None:
        return None
    style: Style = match.lastgroup  # type: ignore[assignment]
    return Numbering(style, match.group().strip(), _value(match.group(style)), match.end())


def heading(line: str, number: Numbering | None) -> bool:
    """Whether a numbered line has the shape of a heading: short, no sentence, no figure with a unit."""
    if number is None or len(line) - number.length > HEADING_LIMIT:
        return False
    rest = line[number.length :].rstrip()
    if not rest:
        return number.style in ("part", "indicator")
    if number.style in ("cn", "cn_paren") and rest.endswith("。") and len(rest) <= 11 and "，" not in rest:
        return not _FIGURE.search(rest)
    body = rest.rstrip("：:")
    if not body or _CLAUSE.search(body) or body[-1] in "，,、":
        return False
    if _FIGURE.search(body):
        return False
    colon = re.search(r"[：:]", body)
    if colon is not None:
        return numbering(body) is not None and len(body) <= 30
    return True


def doubtful(line: str, number: Numbering) -> bool:
    """A heading-shaped line that may as well be the first piece of a cut paragraph: 1.甲未做到，乙已纳入."""
    return number.level >= 3 and bool(re.search(r"[，,]", line))


def item(line: str) -> bool:
    """Whether the line opens a list item that no number names: 一是…, 第一，…, • …."""
    return line[:1] in _LIST_FIRST and _LISTED.match(line) is not None


def title(line: str) -> bool:
    """Whether the line may be a report's title or the last line of one."""
    if len(line) > 60 or "，" in line or _CLAUSE.search(line):
        return False
    return bool(_TITLE.search(line) or _YEAR.match(line))


def year_line(line: str) -> bool:
    """Whether the line is only a year, as under a title: （2023年度）."""
    return _YEAR.match(line) is not None


def signature(line: str) -> bool:
    """Whether the line is filled in by hand: 填报时间：, 负责人（签字）, （公章）, a bare date."""
    if len(line) > 80 or "。" in line or not _SIGNED.search(line):
        return False
    return _SIGNATURE.match(line) is not None


def label(line: str) -> bool:
    """Whether the line begins a field of a form with its label and a colon: 填报时间：, 联系人：."""
    return signature(line) and re.match(r"[^：:，。]{2,20}[：:]", line) is not None


def unit_line(line: str) -> str:
    """The unit that a unit line names (``万元`` for （单位：万元）), ``""`` if it is none."""
    if len(line) > 60 or "。" in line or "位" not in line:
        return ""
    match = _UNIT.search(line)
    return match["unit"] if match else ""


def caption(line: str) -> bool:
    """Whether the line, standing over a table, names it."""
    return len(line) <= 60 and not _CLAUSE.search(line) and _CAPTION.match(line) is not None


def caption_unit(line: str) -> str:
    """The unit in brackets at the end of a caption, ``""`` if there is none."""
    match = _BRACKET_UNIT.search(line)
    return match["unit"] if match else unit_line(line)


def attachment(line: str) -> bool:
    """Whether the line only announces an attachment: 附件2."""
    return line[:1] == "附" and _ATTACHMENT.match(line) is not None


class Outline:
    """Gives headings their depth in reading order, mending numbers that lost their style.

    Extractors lose automatic numbering: after 二、 a heading may come as ``3、``. It is of level 1
    when 3 follows the last level-1 number and does not follow the last number of its own style.
    """

    def __init__(self) -> None:
        self._top = 0
        self._last: dict[str, int] = {}

    def level(self, number: Numbering) -> int:
        """The depth of the next heading."""
        level = number.level
        if number.style in ("comma", "dot") and self._lost(number):
            level = 1
        if level <= 1:
            self._top = number.value if level == 1 else 0
            self._last.clear()
        else:
            if level == 2:
                self._last.clear()
            self.note(number)
        return level

    def note(self, number: Numbering) -> None:
        """Remember the number of a list item or heading."""
        self._last[number.style] = number.value

    def _lost(self, number: Numbering) -> bool:
        follows_own = self._last.get(number.style, 0) == number.value - 1
        return self._top > 0 and number.value == self._top + 1 and number.value > 1 and not follows_own


_NOT_DIGITS = re.compile(r"^第|[章篇节]$|部分$|\s|^(?:三级)?指标")


def _value(digits: str) -> int:
    digits = _NOT_DIGITS.sub("", digits)
    if "①" <= digits[:1] <= "⑳":
        return ord(digits[0]) - ord("①") + 1
    if digits[:1].isdigit():
        return int(digits.replace("．", ".").rpartition(".")[2])
    tens, mark, ones = digits.partition("十")
    if not mark:
        return _CN.find(digits[:1]) + 1
    return (_CN.find(tens[:1]) + 1 if tens else 1) * 10 + (_CN.find(ones[:1]) + 1 if ones else 0)


def siblings_are_sentences(lines: Sequence[str]) -> bool:
    """Whether most numbered lines of one group end as sentences, so that its bare ones are cut sentences."""
    closed = sum(1 for line in lines if line.rstrip(" ”’》）)")[-1:] in tuple("。；;！？"))
    return closed * 2 > len(lines)
