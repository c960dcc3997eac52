"""Numbers without a unit of their own: what their label, a cue word or a formula says about them."""

from __future__ import annotations

import re

from jihe_extract.numbers import relations
from jihe_extract.numbers.units import Unit, units, vocabulary

_BARE = vocabulary("units")["bare"]
_LABEL: re.Pattern[str] = re.compile(
    "[（(]\\s{0,2}([^\\s（()）]{1,6})\\s{0,2}[)）]\\s{0,2}[≥≤＞＜>=<]?\\s{0,2}[:：=＝为是]{0,2}\\s{0,3}$"
)
_BEHIND_LABEL = frozenset(" \u3000≥≤＞＜>=<:：＝为是")
_OPERATORS = frozenset("÷×＝=/*")
_CLOSED = frozenset("，。；、,;）)\n\t|：:÷×=＝$” ")
_COLONS = frozenset(":：")
_OPEN = frozenset(["", "\n", "\t"])
_BOUNDS = ("ge", "le", "gt", "lt")


_SCORE = tuple(_BARE["score"])
_LABELLED = tuple(_BARE["label"])
_NAMES = tuple(_BARE["names"])
_LINKS = "为是:： "
_TAILS = tuple(_BARE["tails"])


def label_unit(text: str, start: int) -> Unit | None:
    """Unit in brackets at the end of the label right before ``start``: 项目支出（万元）："""
    at = start - 1
    while at >= 0 and start - at < 6 and text[at] in _BEHIND_LABEL:
        at -= 1
    if text[at : at + 1] not in ("）", ")"):
        return None
    window = text[max(0, start - 16) : start]
    m = _LABEL.search(window)
    return units().get(m[1]) if m is not None else None


def shown_figure(text: str, start: int, stop: int, number: str) -> str | None:
    """Unit of a bare number that its surroundings show to be a figure: ``分`` or ``''``; None for any other."""
    following = text[stop : stop + 1]
    if following and following not in _CLOSED:
        return None
    if following in _COLONS and text[stop + 1 : stop + 2].isdigit():
        return None  # a proportion, 3:7
    window = text[max(0, start - 12) : start]
    head = window.rstrip(_LINKS)
    last = window.rstrip(" ")[-1:]
    if last in _OPEN or head.endswith(_NAMES) or text.startswith(_TAILS, stop):
        return None
    if following == " " and text[stop + 1 : stop + 2].isalpha():
        return None
    if len(number) == 4 and number[:2] in ("19", "20") and number.isdigit():
        return None
    if following in _OPERATORS or last in _OPERATORS:
        return "" if last != "/" and following != "/" else None
    if head.endswith(_SCORE):
        return "分"
    if last in "：:" and following in ("", "\t", "\n", "|"):
        return ""
    if head.endswith(_LABELLED) or relations.before(text, start) in _BOUNDS:
        return ""
    return "" if ("." in number or "．" in number) and last.isalpha() and not last.isascii() else None
