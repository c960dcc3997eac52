"""The names a report may call its own unit by, which reuse masks: knowledge in ``rulebook/sections.toml``."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from jihe_audit.reuse.sections import rules

_HAN = "\u4e00-\u9fff"


@cache
def _suffixes(kind: str) -> tuple[str, ...]:
    return tuple(sorted(rules()["names"][kind], key=lambda s: (-len(s), s)))


@cache
def _region() -> re.Pattern[str]:
    ends = "|".join(map(re.escape, _suffixes("region_suffixes")))
    return re.compile(rf"^[{_HAN}]{{1,8}}?(?:{ends})(?=[{_HAN}]{{2,}})")


def _without_regions(name: str) -> list[str]:
    """The name with the regions in front of it taken off one after another."""
    names = [name]
    while found := _region().match(names[-1]):
        rest = names[-1][found.end() :]
        if rest in _suffixes("place_suffixes") or rest in _suffixes("other_suffixes"):
            break
        names.append(rest)
    return names


def _stem(name: str) -> str:
    """The place a name stands on (``长河`` in 长河街道办事处), ``""`` when it stands on none."""
    for suffix in _suffixes("place_suffixes"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return ""


def unit_names(unit: str) -> tuple[str, ...]:
    """All names to mask for a unit: whole, without its regions, and the place it stands on.

    >>> unit_names("某某市东河区长河街道办事处")[:2]
    ('某某市东河区长河街道办事处', '东河区长河街道办事处')
    """
    whole = re.sub(r"[（(][^（）()]*[）)]|\s", "", unit)
    if len(whole) < 2:
        return ()
    names = dict.fromkeys(_without_regions(whole))
    for name in list(names):
        stem = _stem(name)
        if stem:
            named = (stem + suffix for suffix in _suffixes("place_suffixes"))
            names.update(dict.fromkeys((*named, stem) if name == list(names)[-1] or len(stem) < 5 else ()))
    last = _without_regions(whole)[-1]
    stem = _stem(last)
    if stem:
        names.update(dict.fromkeys((*(stem + suffix for suffix in _suffixes("place_suffixes")), stem)))
    return tuple(n for n in names if len(n) >= 2)


@cache
def _unit_at_start() -> re.Pattern[str]:
    ends = "|".join(map(re.escape, [s for s in _suffixes("place_suffixes") if len(s) > 2]))
    return re.compile(rf"(?:^|[\s，。：:；、（(《]|年度?|日)([{_HAN}]{{2,12}}?(?:{ends}))")


def guess_unit(text: str, *, look: int = 6000) -> str:
    """The unit that a report most probably is about, from the first ``look`` characters; ``""`` if unclear."""
    seen = Counter(_unit_at_start().findall(text[:look]))
    best = sorted(seen.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    return best[0][0] if best and best[0][1] >= 2 else ""
