"""Automatic numbering of Word documents: 一、（一）1. as the reader of the page sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LEVELS = 9
_DEPTH = 12


def chinese(
    n: int, digits: str = _DIGITS, marks: tuple[str, str, str] = ("十", "百", "千"), *, bare: bool = True
) -> str:
    """A counting number below 10,000 in Chinese.

    >>> chinese(10), chinese(12), chinese(21), chinese(105)
    ('十', '十二', '二十一', '一百〇五')
    """
    if not 0 < n < 10_000:
        return str(n)
    out, gap = "", False
    for power, mark in ((1000, marks[2]), (100, marks[1]), (10, marks[0]), (1, "")):
        digit = n // power % 10
        if digit:
            out += (digits[0] if gap and out else "") + digits[digit] + mark
            gap = False
        else:
            gap = bool(out)
    return out[1:] if bare and 10 <= n < 20 else out


def roman(n: int) -> str:
    """Roman numeral.

    >>> roman(14)
    'XIV'
    """
    out = ""
    for value, mark in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        while n >= value and len(out) < 20:
            out, n = out + mark, n - value
    return out


def _letters(n: int) -> str:
    return chr(65 + (n - 1) % 26) * ((n - 1) // 26 + 1) if 0 < n <= 260 else str(n)


def _circled(n: int) -> str:
    return chr(0x2460 + n - 1) if 1 <= n <= 20 else str(n)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "japaneseDigitalTenThousand": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "chineseLegalSimplified": lambda n: chinese(n, _LEGAL, ("拾", "佰", "仟"), bare=False),
    "ideographTraditional": lambda n: _STEMS[(n - 1) % 10],
    "ideographZodiac": lambda n: _BRANCHES[(n - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "upperRoman": roman,
    "lowerRoman": lambda n: roman(n).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "none": lambda n: "",
}


def formatted(n: int, style: str) -> str:
    """A number in one of Word's number formats; plain digits for a format that we do not know."""
    return _FORMATS.get(style, str)(n)


@dataclass(slots=True)
class Level:
    """One level of a list definition."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class Numbering:
    """All list definitions of a document and the counters as far as the walk has come."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    counters: dict[str, list[int | None]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def label(self, num: str, level: int) -> str:
        """Count the next paragraph of a list and give its number as shown; ``""`` for bullets and no list."""
        abstract = self.lists.get(num)
        if abstract is None or not 0 <= level < _LEVELS:
            return ""
        definitions = self.levels.get(abstract, {})
        here = definitions.get(level, Level())
        counters = self.counters.setdefault(abstract, [None] * _LEVELS)
        if num not in self.used:
            self.used.add(num)
            for at, start in self.overrides.get(num, {}).items():
                counters[at] = start - 1
        before = counters[level]
        counters[level] = here.start if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            if definitions.get(deeper, Level()).restart != 0:
                counters[deeper] = None
        if here.style == "bullet":
            return ""
        return self._shown(here, definitions, counters)

    def _shown(self, here: Level, definitions: dict[int, Level], counters: list[int | None]) -> str:
        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            level = definitions.get(at, Level())
            count = counters[at]
            style = "decimal" if here.legal and at >= 0 else level.style
            return formatted(level.start if count is None else count, style)

        text = re.sub(r"%([1-9])", number, here.text)
        gap = " " if here.suffix != "nothing" and text[-1:].isalnum() and text[-1:].isascii() else ""
        return text + gap


def read_numbering(root: Any) -> Numbering:
    """The lists of ``word/numbering.xml``; none when the part is absent."""
    numbering = Numbering()
    if root is None:
        return numbering
    for abstract in root.findall(f"{W}abstractNum"):
        levels = {}
        for lvl in abstract.findall(f"{W}lvl"):
            at = _int(lvl.get(f"{W}ilvl"))
            if 0 <= at < _LEVELS:
                levels[at] = _level(lvl)
        numbering.levels[str(abstract.get(f"{W}abstractNumId"))] = levels
    for num in root.findall(f"{W}num"):
        name = str(num.get(f"{W}numId"))
        numbering.lists[name] = value_of(num, "abstractNumId")
        for override in num.findall(f"{W}lvlOverride"):
            at = _int(override.get(f"{W}ilvl"))
            start = value_of(override, "startOverride")
            if start and 0 <= at < _LEVELS:
                numbering.overrides.setdefault(name, {})[at] = _int(start)
    return numbering


def _level(lvl: Any) -> Level:
    restart = value_of(lvl, "lvlRestart")
    style = value_of(lvl, "numFmt") or next(
        (str(e.get(f"{W}val")) for e in lvl.iter(f"{W}numFmt") if e.get(f"{W}val")), "decimal"
    )
    return Level(
        start=_int(value_of(lvl, "start") or "1"),
        style=style,
        text=value_of(lvl, "lvlText"),
        suffix=value_of(lvl, "suff") or "tab",
        legal=lvl.find(f"{W}isLgl") is not None,
        restart=_int(restart) if restart else None,
    )


def value_of(element: Any, child: str) -> str:
    """The ``w:val`` of a child element, ``""`` when there is none."""
    found = element.find(f"{W}{child}") if element is not None else None
    return str(found.get(f"{W}val") or "") if found is not None else ""


def _int(text: object) -> int:
    try:
        return int(str(text))
    except ValueError:
        return -1
