"""Numbers without a unit of their own: what their label, a cue word or a formula says about them."""

from __future__ import annotations

import regex

from jihe_extract import relations
from jihe_extract.units import Unit, literal, unit, unit_pattern, vocabulary

_BARE = vocabulary("units")["bare"]
_LABEL = regex.compile(
    f"[（(]\\s{{0,2}}({unit_pattern()})\\s{{0,2}}[)）]\\s{{0,2}}[≥≤＞＜>=<]?\\s{{0,2}}[:：=＝为是]{{0,2}}\\s{{0,3}}$"
)
_OPERATORS = frozenset("÷×＝=/*")
_CLOSED = frozenset("，。；、,;）)\n\t|：:÷×=＝$” ")
_BOUNDS = ("ge", "le", "gt", "lt")


def _ending(words: list[str], tail: str) -> "regex.Pattern[str]":
    return regex.compile("(?:" + "|".join(map(literal, sorted(words, key=len, reverse=True))) + f"){tail}$")


_SCORE = _ending(_BARE["score"], "[为是:： ]{0,3}")
_LABELLED = _ending(_BARE["label"], "[为是:： ]{0,3}")
_NAMES = _ending(_BARE["names"], "[:： ]{0,2}")
_TAILS = regex.compile("|".join(map(literal, _BARE["tails"])))


def label_unit(text: str, start: int) -> Unit | None:
    """Unit in brackets at the end of the label right before ``start``: 项目支出（万元）："""
    window = text[max(0, start - 16) : start]
    if ")" not in window and "）" not in window:
        return None
    m = _LABEL.search(window)
    return unit(m[1]) if m is not None else None


def shown_figure(text: str, start: int, stop: int, number: str) -> str | None:
    """Unit of a bare number that its surroundings show to be a figure: ``分`` or ``''``; None for any other."""
    following = text[stop : stop + 1]
    if following and following not in _CLOSED:
        return None
    window = text[max(0, start - 12) : start].split("\n")[-1]
    last = window.rstrip(" ")[-1:]
    if not last or "\t" in window[-2:] or _NAMES.search(window) is not None:
        return None
    if following == " " and text[stop + 1 : stop + 2].isalpha():
        return None
    if _TAILS.match(text, stop) is not None or (len(number) == 4 and number[:2] in ("19", "20") and number.isdigit()):
        return None
    if _SCORE.search(window) is not None and following not in _OPERATORS:
        return "分"
    return "" if _is_figure(text, start, number, window, last, following) else None


def _is_figure(text: str, start: int, number: str, window: str, last: str, following: str) -> bool:
    if following in _OPERATORS or last in _OPERATORS:
        return last not in "/" and following != "/"
    if last in "：:" and following in ("", "\t", "\n", "|"):
        return True
    if relations.before(text, start) in _BOUNDS or _LABELLED.search(window) is not None:
        return True
    return ("." in number or "．" in number) and last.isalpha() and not last.isascii()
