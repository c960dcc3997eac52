"""Reading a label: which measure, which scope, whose money, which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import regex

from jihe_extract.prose.labels import KINDS, MONEY_AXES, PEOPLE_AXES, SURVEY_AXES, Label
from jihe_extract.prose.labelshapes import plain
from jihe_extract.prose.terms import trim_name
from jihe_extract.prose.words import Hit, Words

YEAR = re.compile(r"(20\d{2})\s*年")
AGAINST_YEAR = regex.compile(
    r"(?:(?:与|同|和)\s*20\d{2}\s*年(?:度)?[\p{Han}]{0,6}?(?:相比较?|比较|对比|比)"
    r"|(?:较|比)\s*20\d{2}\s*年(?:度)?(?:决算数?|预算数?|执行数|同期|实际|支出数?|收入数?)*(?:相比)?)"
)
"""A comparison with a year that is named: ``与2021年相比``, ``较2021年决算数``."""
_YEAR = re.compile(r"(20\d{2})\s*(?:[—－\-至~～]\s*(20\d{2})\s*)?(?:年(?![初末底]))?(?:度)?")
_SEVERAL = regex.compile(r"等[^、]{0,6}$|项目[、和及与][\p{Han}（）()]+项目$")
_NOISE = re.compile(
    r"[\sA-Za-zＡ-Ｚａ-ｚ/÷0-9０-９.,，。：:；;、（）()〔〕\[\]【】《》“”\"'＂‘’—\-－~～·%％①-⑳一二三四五六七八九十]+"
)
_ENUMERATOR = re.compile(
    r"^[\s，,、；;：:。]*"
    r"(?:[（(]?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[）)]|[0-9]{1,2}\s*[.、．](?!\d)|[①-⑳])?\s*"
)

_SUBJECT_CLASS = re.compile(r"(?<=支出)(?:[（(]?[类款项][）)]?)?科目\s*$")
"""``教育支出类科目``: what stands behind the name of an item of the budget."""

_FINER = frozenset({"三公", "公车", "公用", "基本", "性质"})
"""Axes that divide what a source pays for (财政拨款安排“三公”经费)."""
_PAID = frozenset({"三公", "公车", "采购"})
"""Axes of what is named before the source that pays for it."""
_AXES = {"人": PEOPLE_AXES, "个": SURVEY_AXES | MONEY_AXES}

_COUNT = frozenset({"count"})
_ENDS = " 　\t\n，,、；;：:。"


class LabelReader:
    """Reads labels of one report: knows its unit's names and its year."""

    def __init__(self, words: Words, year: str = "", unit_names: tuple[str, ...] = ()) -> None:
        """``unit_names`` are taken out of labels, for they say nothing about the measure."""
        self.words = words
        self.year = year
        self._units = sorted((n for n in unit_names if len(n) > 1), key=len, reverse=True)
        self._neutral = words.long_finder("neutral")
        self._against = words.list_finder("change_against")
        self._last, self._this = words.list_finder("last_year"), words.list_finder("this_year")
        self._cached = lru_cache(maxsize=4096)(self._read)
        self._names = lru_cache(maxsize=4096)(self._named)

    def read(self, text: str, unit: str) -> Label:
        """What ``text`` says about a figure of the unit class ``unit`` (see :func:`unit_class`)."""
        return self._cached(text[-160:], unit)

    def _read(self, text: str, unit: str) -> Label:
        against, dated = self._comparison(text)
        body = self._without_last_year(dated, KINDS.get(unit, _COUNT))
        period = self._period(dated, last=body != dated)
        body = _SUBJECT_CLASS.sub("", _YEAR.sub("", body) if "20" in body else body)
        stripped = plain(body.strip(_ENDS), unit, self.words)
        scopes = self._scopes(stripped, unit)
        masked = _mask(stripped, scopes)
        hits = self._measures(stripped, masked, unit, scopes)
        measure = _governing(hits)
        if measure and stripped.startswith("项目", measure.start) and len(self._residue(masked[: measure.start])) > 1:
            measure = Hit(measure.id, measure.start + 2, measure.end)
        scope = self._naming(scopes)
        if measure and scope and scope.start > measure.start and len(scopes) > 1:
            before = [s for s in scopes if s.end <= measure.start]
            scope = before[-1] if before and not self._finer(before[-1], scope, stripped[scope.end :]) else scope
        rest = _mask(masked, hits)
        staff = self.words.finder(KINDS["人"]).find(rest) if unit == "%" else []
        rest = _mask(rest, staff)
        residue = self._residue(rest)
        clean = measure is None or len(self._residue(rest[measure.end :])) < 2
        if self._is_self(residue):
            residue = ""
        adjacent = measure is not None and any(s.end == measure.start for s in scopes)
        name = "" if adjacent else self._name(stripped if measure is None else stripped[: measure.start], residue)
        if measure is not None and measure.id in _GIVEN_TO and not clean and unit == "CNY" and not adjacent:
            named = self._name(stripped[measure.end :], self._residue(rest[measure.end :]))
            name, clean = (named, True) if named else (name, clean)
        bare_project = not name and not scope and measure is not None and _bare_project(stripped, measure)
        share = unit == "%" and not (measure and clean) and _SHARE.search(stripped) is not None
        planned = unit == "%" and _OF_PLAN.search(stripped) is not None
        share = share or planned
        return Label(
            measure="完成率" if planned else measure.id if measure and clean else "占比" if share else "",
            scope="" if name else ("项目支出" if bare_project and unit == "CNY" else scope.id if scope else ""),
            name=name,
            own="" if name or share or len(residue) < 2 else self._own_words(stripped, measure, residue),
            period=period,
            against=against,
            clean=clean,
            settled=bool(staff)
            or self._of_posts(stripped, measure)
            or self.words.list_finder("whole_words").found(stripped.partition("占")[0]),
            sourced=self._sourced(scopes, scope),
            own_year=not period and self._says_own_year(text),
        )

    def _of_posts(self, text: str, measure: Hit | None) -> bool:
        """Whether a rate is of the unit's posts (编制使用率): it covers all staff, whatever was told before."""
        return measure is not None and measure.id == "控制率" and "编" in text[measure.start : measure.end]

    def _comparison(self, text: str) -> tuple[str, str]:
        """The words that compare with another time or plan, and the label without them and the unit's names."""
        body = _without_enumerator(text)
        for name in self._units:
            body = body.replace(name, "")
        against = self._against.find(body)
        if against:
            return against[-1].id, self._against.erase(body)
        named = AGAINST_YEAR.search(body) if "20" in body else None
        return (named.group(), self._against.erase(body.replace(named.group(), ""))) if named else ("", body)

    def _scopes(self, text: str, unit: str) -> list[Hit]:
        """The scopes that a label names, of the axes that divide figures of the unit class."""
        axes = _AXES.get(unit, MONEY_AXES)
        return [
            h
            for h in self.words.scope_finder.find(text)
            if self.words.scopes[h.id].axis in axes
            and not text[: h.start].endswith(("非", "其他", "其它", "其余") if unit == "人" else "非")
            and not text.startswith("绩效", h.end)
        ]

    def _measures(self, text: str, masked: str, unit: str, scopes: list[Hit]) -> list[Hit]:
        """The measures beside the scopes, and those with longer names around them."""
        finder = self.words.finder(KINDS.get(unit, _COUNT))
        hits = finder.find(masked)
        if not scopes:
            return hits
        wider = [h for h in finder.find(text) if any(_covers(h, s) for s in scopes)]
        return sorted([h for h in hits if not any(_covers(w, h) for w in wider)] + wider, key=lambda h: h.start)

    def _naming(self, scopes: list[Hit]) -> Hit | None:
        """The last scope, or the one of its kind before the source that pays for it (``“三公”经费财政拨款支出``)."""
        if len(scopes) > 1 and self.words.scopes[scopes[-1].id].axis == "来源":
            return next((s for s in reversed(scopes) if self.words.scopes[s.id].axis in _PAID), scopes[-1])
        return scopes[-1] if scopes else None

    def _sourced(self, scopes: list[Hit], last: Hit | None) -> bool:
        if last is None or self.words.scopes[last.id].axis not in ("性质", "基本"):
            return False
        return any(self.words.scopes[s.id].axis == "来源" and s.end <= last.start for s in scopes)

    def _finer(self, source: Hit, last: Hit, behind: str) -> bool:
        """Whether the last scope is what a source pays for (``财政拨款安排“三公”经费``)."""
        axes = self.words.scopes
        return behind in ("", "支出", "经费") and axes[last.id].axis in _FINER and axes[source.id].axis == "来源"

    def _is_self(self, words: str) -> bool:
        """Whether the words are a loose form of the unit's own name.

        Its characters in order, some left out; of five or more, one may be another.
        """
        if words in self.words.steering["self_words"]:
            return True
        if not self._units or len(words) < 3 or words[-1] not in "道处会局镇乡心院校站所队厅委区":
            return False
        full, at, strange = self._units[0], 0, 0
        for ch in words:
            found = full.find(ch, at)
            strange += found < 0
            at = found + 1 if found >= 0 else at
        return strange <= (len(words) > 4)

    def _period(self, text: str, last: bool) -> str:
        """The year that the label names, ``""`` for the report's own; ``last``: it says 上年 or the like."""
        years = [m.group(1) for m in _years(text) if "年" in m.group() or text.startswith("年", m.end())]
        if years:
            return "" if years[-1] == self.year else years[-1]
        if last:
            return str(int(self.year) - 1) if self.year else "上年"
        return ""

    def _without_last_year(self, text: str, kinds: frozenset[str]) -> str:
        """The text without words for the year before, save where they belong to a measure's name (上年结转)."""
        last = self._last.find(text)
        measures = self.words.finder(kinds).find(text) if last else ()
        for hit in reversed(last):
            if not any(_covers(m, hit) for m in measures):
                text = text[: hit.start] + text[hit.end :]
        return text

    def _own_words(self, text: str, measure: Hit | None, residue: str) -> str:
        """The label's own words as written, without neutral words and marks at their ends."""
        if measure is not None:
            text = text[: measure.start] if measure.start else text[measure.end :]
        before = None
        while before != text:
            before = text
            text = text.strip(" 　\t\n，,、；;：:。的了为是已—－-").lstrip("）)").rstrip("（(")
            edges = self.words.neutral
            for word in edges if text.startswith(edges) or text.endswith(edges) else ():
                text = text.removeprefix(word).removesuffix(word)
        return _LOOSE_BLANK.sub("", text)[-_OWN_MAX:] if len(text) > 1 else residue

    def _says_own_year(self, text: str) -> bool:
        return self._this.found(text) or any(m.group(1) == self.year for m in _years(text))

    def _residue(self, text: str) -> str:
        """What is left of a text without neutral words; one-character ones go only from the ends."""
        left = str(_NOISE.sub("", self._neutral.erase(_NOISE.sub("", text.replace("\0", "")))))
        return left.strip(self.words.particles)

    def name(self, text: str) -> str:
        """The project or fund that ``text`` (a lead or an item) names, ``""`` if none."""
        return self._names(text)

    def _named(self, text: str) -> str:
        body = _without_enumerator(text)
        for unit in self._units:
            body = body.replace(unit, "") if body.startswith(unit) else body
        stripped = body.strip(_ENDS)
        masked = self.words.scope_finder.erase(self.words.finder(KINDS["CNY"]).erase(_YEAR.sub("", stripped)))
        return self._name(stripped, self._residue(masked))

    def _name(self, text: str, residue: str) -> str:
        text = text.strip(_ENDS)
        quoted = _QUOTED.search(text) if text[-1:] in _CLOSING_QUOTES else None
        if quoted:
            text = quoted.group(1)
        core, endings = text.rstrip("）)"), self.words.steering["project_endings"]
        if len(residue) < 2 or not (core.endswith(endings) or _bracketed(text).endswith(endings)):
            return ""
        for cut in ("：", ":", "，", ",", "。", "；"):
            text = text.rpartition(cut)[2] or text
        if _SEVERAL.search(text):
            return ""
        while True:
            hit = next((p for p in self.words.steering["name_prefixes"] if text.startswith(p)), "")
            trimmed = text[len(hit) :].lstrip(" ：:、，")
            if not hit or len(trimmed) < 4:
                return trim_name(_LOOSE_BLANK.sub("", text[:60].strip('“”"')))
            text = trimmed


_GIVEN_TO = frozenset({"年初预算数", "全年预算数", "预算数", "总投资", "执行数", "到位数"})
"""Measures whose verb may stand before the name of what the money is for: ``下达改厕补助资金``."""
_NO_SCOPE = ("绩效", "厅", "局下", "部下")
"""What stands behind words of a scope that are none: 项目支出绩效自评, 省财政厅下达."""
_SHARE = re.compile(r"占[^，。；：占]{2,24}?(?:的|比|比重|比例|比例为|比重为|的比例为|的比重为)$")
"""A share by its structure, whatever whole it names: ``占到位资金的``."""
_OF_PLAN = re.compile(r"占[^，。；：占]{0,8}(?:计划|任务|目标)[^，。；：占]{0,6}$")
"""Done out of what was planned, which may be more than all of it: ``占年度计划的``."""
_LOOSE_BLANK = re.compile(r"(?<![!-~])[ \u3000]+|[ \u3000]+(?![!-~])")
"""Blanks beside a Chinese character: one writer sets them, another does not, and line ends swallow them."""
_QUOTED = re.compile(r"[“\"「]([^”\"」]{4,50})[”\"」]$")
_LAST_BRACKET = re.compile(r"[（(][^（()）]*[）)]$")
_OWN_MAX = 40
_CLOSING_QUOTES, _CLOSING_BRACKETS = frozenset('”"」'), frozenset("）)")
_GENERIC = frozenset({"预算数", "执行数", "收入数", "完成值"})


def _governing(hits: list[Hit]) -> Hit | None:
    """The hit that names the figure: the last, unless it is a general word glued to a special one (追加+预算)."""
    glued = len(hits) > 1 and hits[-2].end == hits[-1].start
    if glued and hits[-1].id in _GENERIC and hits[-2].id not in _GENERIC:
        return Hit(hits[-2].id, hits[-2].start, hits[-1].end)
    return hits[-1] if hits else None


def _covers(wide: Hit, narrow: Hit) -> bool:
    return wide.start <= narrow.start and narrow.end <= wide.end and wide.end - wide.start > narrow.end - narrow.start


def _mask(text: str, hits: Sequence[Hit]) -> str:
    for _, start, end in hits:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _without_enumerator(text: str) -> str:
    found = _ENUMERATOR.match(text)
    return text[found.end() :] if found else text


def _years(text: str) -> Iterable[regex.Match[str]]:
    """The years that a text names."""
    return _YEAR.finditer(text) if "20" in text else ()


def _bracketed(text: str) -> str:
    """The text without a closing bracket group: ``补助（市级）`` → ``补助``."""
    text = text.strip()
    return _LAST_BRACKET.sub("", text).strip() if text[-1:] in _CLOSING_BRACKETS else text


def _bare_project(text: str, measure: Hit) -> bool:
    """Whether 项目 stands alone in or right before the measure (``项目预算金额``, ``调整后项目预算``)."""
    if text[measure.end :].strip(" 数为是：:") == "项目":
        return True
    before = text[: measure.start].rstrip()
    return (
        before.removesuffix("合计").removesuffix("总计").endswith("项目") or "项目" in text[measure.start : measure.end]
    )
