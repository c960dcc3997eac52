"""Running heads, feet and page numbers: found by place, form and recurrence, and taken out of the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from jihe_extract.layout import Line

_PAGE_NUMBER = re.compile(
    r"[-—–－─·•~～\s]*(?:第\s*)?(?:\d{1,4}|[ivxlcIVXLC]{1,6}|[一二三四五六七八九十]{1,4})(?:\s*页)?"
    r"(?:\s*[/／,，共]*\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–－─·•~～\s]*"
)
_BARE = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d+")
_EDGE = 0.1
_SHARE = 0.4


def furniture(
    lines: Sequence[Line],
    heights: dict[int, float],
    occupied: dict[int, list[tuple[float, float]]],
    sheets: dict[int, float] | None = None,
) -> dict[int, str]:
    """Which lines are furniture: index of the line to ``head``, ``foot`` or ``page_no``.

    Only lines in the top or bottom tenth of the page and outside every table (``occupied``: vertical
    extents by page) are looked at. ``sheets`` are the heights of the paper where pages were unrolled.
    """
    kinds: dict[int, str] = {}
    masks: dict[tuple[str, str], set[int]] = defaultdict(set)
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    per_page: dict[int, int] = defaultdict(int)
    for line in lines:
        per_page[line.page] += 1
    for i, line in enumerate(lines):
        height, middle = heights[line.page], (line.top + line.bottom) / 2
        edge = _EDGE * (sheets or heights)[line.page]
        where = "head" if middle < edge else "foot" if middle > height - edge else ""
        if not where or any(top <= middle <= bottom for top, bottom in occupied.get(line.page, ())):
            continue
        alone = per_page[line.page] == 1 and not occupied.get(line.page)
        if _is_page_number(line.text, where) and not (alone and _BARE.fullmatch(line.text)):
            kinds[i] = "page_no"
            continue
        key = (where, _DIGITS.sub("#", re.sub(r"\s+", "", line.text)))
        masks[key].add(line.page)
        members[key].append(i)
    enough = max(2, _SHARE * len(heights))
    for key, pages in masks.items():
        if len(pages) >= enough and len(members[key]) <= 2 * len(pages):
            kinds.update(dict.fromkeys(members[key], key[0]))
    return kinds


def _is_page_number(text: str, where: str) -> bool:
    if not _PAGE_NUMBER.fullmatch(text):
        return False
    return where == "foot" or not _BARE.fullmatch(text)
