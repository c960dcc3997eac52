"""Who reports, for which year, and what kind of report it is."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import Profile

_FIELD = regex.compile(
    r"(?:^|[\n\t])\s*(?:区级|市级|县级|省级|一级)?(?:项目|预算|填报|主管|实施|被评价)?(?:部门|单位)(?:[（(]单位[）)]|单位)?(?:名称|全称)?"
    r"\s*(?:[（(](?:公章|盖章|签章|加盖公章)[）)])?\s*(?:[：:]|\t)\s*([^\n\t，。；]{3,60})"
)
_SUBJECT = regex.compile(
    r"(?:部门|单位)?(?:（单位）)?(?:整体|项目|预算|财政(?!局|所|厅)|绩效|专项|转移支付|中央|省级|市级|区级|县级"
    r"|“三公”|三公经费|机构运行|衔接|资金|决算|收支|支出|自评|评价|重点)"
)
"""What a title speaks of behind the unit's name."""
_BEHIND = regex.compile(r"关于|20\d{2}\s*年")
"""Where a title ends with the unit and begins with its matter."""
_LONGEST = 40
_NO_NAME = regex.compile(r"的|规定|根据|按照|第\p{Han}{1,4}条|精神|要求")
"""Words that no unit's name holds."""
_STAMP = regex.compile(r"[（(](?:公章|盖章|签章|加盖公章|章)[）)]|\s+")
_YEAR = regex.compile(r"(20\d{2})\s*年(?:度)?")
_OUTER = regex.compile(r"^[（(]|[）)]$")
_COMPARED = ("较", "比", "与", "同")
"""What stands before a year that is only compared with."""
_TITLE_YEAR = regex.compile(r"(20\d{2})\s*年度?")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads((resources.files("jihe_extract") / "vocabulary" / "regions.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _unit_pattern() -> regex.Pattern[str]:
    endings = "|".join(sorted(_data()["units"]["endings"], key=len, reverse=True))
    return regex.compile(rf"[\p{{Han}}（）()]{{2,36}}?(?:{endings})(?![\p{{Han}}]{{0,2}}(?:室|科|员|长))")


def profile(document: Document) -> Profile:
    """The report's unit, year, kind and region, as far as the text tells."""
    text = document.text
    head = text[:1500]
    unit, span = _unit(document)
    return Profile(
        unit=unit,
        unit_span=span,
        aliases=aliases(unit),
        year=_year(document, head),
        kind=_kind(head, text),
        region=_region(unit, text),
    )


def aliases(unit: str) -> tuple[str, ...]:
    """Short names under which a unit speaks of itself (``甲市乙区丙街道办事处`` → ``丙街道办事处``, ``丙街道``)."""
    if not unit:
        return ()
    core = unit
    for mark in ("自治区", "自治州", "新区", "省", "市", "州", "区", "县", "旗"):
        position = core.rfind(mark, 0, len(core) - 3)
        if position > 0:
            rest = core[position + len(mark) :]
            if len(rest) >= 4:
                core = rest
    names = [core] if core != unit else []
    for ending in _data()["units"]["shorten"]:
        if core.endswith(ending) and len(core) > len(ending) + 1:
            stem = core[: -len(ending)]
            names += [stem + short for short in ("街道", "片区") if ending.startswith(short)]
            names.append(stem)
            break
    endings = set(_data()["units"]["endings"])
    return tuple(dict.fromkeys(n for n in names if len(n) >= 2 and n not in endings))


def _unit(document: Document) -> tuple[str, Span | None]:
    text = document.text
    for match in _FIELD.finditer(text[:4000] + "\n"):
        name = _clean(match.group(1))
        if _is_unit(name):
            return name, Span(match.start(1), min(match.end(1), len(text)))
    for block in document.blocks[:12]:
        if block.kind in ("title", "caption") or (block.kind == "para" and len(block.span) < 60):
            named = _in_title(document.quote(block.span))
            if named:
                start = text.find(named, block.span.start, block.span.end)
                return named, Span(start, start + len(named)) if start >= 0 else None
    return _most_named(text)


def _clean(name: str) -> str:
    name = _STAMP.sub("", name)
    return str(_OUTER.sub("", name)) if name.count("（") != name.count("）") else name


def _is_unit(name: str) -> bool:
    return len(name) >= 4 and any(name.endswith(e) for e in _data()["units"]["endings"])


def _in_title(title: str) -> str:
    flat = regex.sub(r"\s+", "", title).removeprefix("关于")
    for body in (_TITLE_YEAR.sub("", flat), _BEHIND.split(flat)[0]):
        cut = _SUBJECT.search(body)
        name = body[: cut.start()] if cut else body if body != flat else ""
        name = name.removeprefix("关于").removesuffix("部门").removesuffix("关于")
        if _is_unit(name) and len(name) <= _LONGEST:
            return name
    return ""


@lru_cache(maxsize=1)
def _introduced() -> regex.Pattern[str]:
    return regex.compile(
        r"(?<![\p{Han}])([\p{Han}（）()]{2,30}?(?:" + "|".join(_data()["units"]["endings"][:30]) + r"))"
        r"(?=(?:单位)?(?:编制|下设|内设|无下属|是|为|主要|根据|20\d\d))"
    )


def _most_named(text: str) -> tuple[str, Span | None]:
    """The unit that speaks most often where units introduce themselves; "" when none does."""
    found = Counter[str]()
    places: dict[str, Span] = {}
    for match in _introduced().finditer(text[:6000]):
        name = match.group(1)
        if _NO_NAME.search(name):
            continue
        found[name] += 1
        places.setdefault(name, Span(match.start(1), match.end(1)))
    if not found:
        return "", None
    name = max(found, key=lambda n: (found[n], len(n), n))
    return name, places[name]


def _year(document: Document, head: str) -> str:
    for block in document.blocks[:10]:
        head = document.quote(block.span)
        if block.kind in ("title", "caption") or (len(head) < 40 and not head.rstrip().endswith("。")):
            match = _TITLE_YEAR.search(head)
            if match and "填报" not in head:
                return str(match.group(1))
    text = document.text
    told = (m for m in _YEAR.finditer(text) if not text[max(0, m.start() - 3) : m.start()].rstrip().endswith(_COMPARED))
    years = Counter[str]()
    for match in told:
        years[match.group(1)] += 2 if match.group().endswith("度") else 1
    return max(years, key=lambda y: (years[y], y)) if years else ""


def _kind(head: str, text: str) -> str:
    for body in (head[:300], head):
        flat = "".join(body.split())
        for kind in _data()["kinds"]:
            if any(w in flat for w in kind["words"]):
                return str(kind["id"])
    return "T1" if "整体支出" in text else ""


@lru_cache(maxsize=1)
def _places() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Places with their provinces, by the first character."""
    found: dict[str, list[tuple[str, str]]] = {}
    for province, places in _data()["provinces"].items():
        for place in places:
            found.setdefault(place[0], []).append((place, province))
    return found


def _region(unit: str, text: str) -> str:
    for body in (unit, text[:3000], text):
        counts = dict.fromkeys(_data()["provinces"], 0)
        for first in _places().keys() & set(body):
            for place, province in _places()[first]:
                counts[province] += body.count(place)
        best = max(counts, key=lambda p: counts[p])
        if counts[best] > 0:
            return str(best)
    return ""
