"""Levels told earlier in a report, by the words right before them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex

from jihe_extract.asserted.listclaims import NEVER_HEADS
from jihe_extract.document import Document
from jihe_extract.facts import Fact
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.mentions import Mention

_CHANGED = regex.compile(
    r"(?:^|[，。；：\s])(?P<name>\p{Han}{2,12}?)(?:比上年|较上年|同比|共|总体|分别)?(?:净)?(?:增加|减少|增长|下降|上升|降低|增支|减支|增收|减收)(?:了|额)?$"
)
_COMPARED = regex.compile(
    r"(?:^|[，。；：\s])(?P<name>\p{Han}{2,12}?)(?:较|比|与)(?:上年|去年|上一年|20\d{2}年)(?:度)?(?:的|决算数?|同期)?$"
)
_TELLS_CHANGE = re.compile("[增减下上降较比与]")
"""One of these stands in every label that tells what changed."""
_LEVEL_NAME = regex.compile(r"(?P<name>\p{Han}{2,12})$")
_LEVEL_VERB = re.compile(r"[\s：:]*(?:为|是|达|共计|合计)?[\s：:]*$")


def changed_thing(label: str) -> str:
    """The words for what changed, before its verb or the year before: ``收入总计增加``, ``收入总计较上年``."""
    if _TELLS_CHANGE.search(label) is None:
        return ""
    match = _CHANGED.search(label.strip()) or _COMPARED.search(label.strip())
    return match["name"] if match else ""


class ToldLevels:
    """Amounts and headcounts of a report by the words right before them, as far as it has been read."""

    def __init__(self, document: Document) -> None:
        """Empty at the report's begin."""
        self.document = document
        self._facts: dict[str, list[Fact]] = {}

    def add(self, found: Iterable[tuple[Mention, Fact]]) -> None:
        """Remember the levels of a block."""
        for mention, fact in found:
            level = unit_class(fact.quantity.unit) in ("CNY", "人") and fact.quantity.exact and not fact.period
            if not level or fact.measure in NEVER_HEADS:
                continue
            label = _LEVEL_VERB.sub("", mention.words)
            if match := _LEVEL_NAME.search(label):
                self._facts.setdefault(match["name"], []).append(fact)

    def get(self, name: str) -> Fact | None:
        """The level told under a name (or as the end of a longer one); None where two values are told under it."""
        found = [f for known, facts in self._facts.items() if known.endswith(name) for f in facts]
        return found[-1] if found and len({f.quantity.value for f in found}) == 1 else None
