"""What Word's styles say about a paragraph: heading depth, list membership, hidden text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jihe_extract.sources.wordnumbers import W, value_of

_DEPTH = 12
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph or character style, as far as reading needs it."""

    name: str = ""
    base: str = ""
    outline: int | None = None
    num: str = ""
    level: int = 0
    hidden: bool | None = None


@dataclass(slots=True)
class Styles:
    """All styles by id."""

    by_id: dict[str, Style] = field(default_factory=dict)

    def chain(self, style: str) -> list[Style]:
        """The style and those it is based on, nearest first; loops are cut."""
        out: list[Style] = []
        while style in self.by_id and len(out) < _DEPTH:
            out.append(self.by_id[style])
            style = out[-1].base
        return out

    def heading(self, style: str) -> int:
        """Heading depth from 1, 0 for body text."""
        for entry in self.chain(style):
            match = _HEADING.match(entry.name)
            if match:
                return int(match[1])
            if entry.outline is not None and entry.outline < 9:
                return entry.outline + 1
        return 0

    def title(self, style: str) -> bool:
        """Whether the style is the document title's."""
        return any(entry.name.lower() in ("title", "标题") for entry in self.chain(style))

    def contents(self, style: str) -> bool:
        """Whether the style is a line of the table of contents."""
        return any(re.match(r"(?:toc|目录)\s*\d", entry.name, re.IGNORECASE) for entry in self.chain(style))

    def numbering(self, style: str) -> tuple[str, int]:
        """List id and level that the style gives its paragraphs."""
        for entry in self.chain(style):
            if entry.num:
                return entry.num, entry.level
        return "", 0

    def hidden(self, style: str) -> bool:
        """Whether the style hides its text."""
        return next((e.hidden for e in self.chain(style) if e.hidden is not None), False)


def read_styles(root: Any) -> Styles:
    """The styles of ``word/styles.xml``; none when the part is absent."""
    styles = Styles()
    for element in root.findall(f"{W}style") if root is not None else []:
        properties = element.find(f"{W}pPr")
        outline = value_of(properties, "outlineLvl")
        listed = properties.find(f"{W}numPr") if properties is not None else None
        level = value_of(listed, "ilvl")
        styles.by_id[str(element.get(f"{W}styleId"))] = Style(
            name=value_of(element, "name"),
            base=value_of(element, "basedOn"),
            outline=int(outline) if outline.isdecimal() else None,
            num=value_of(listed, "numId"),
            level=int(level) if level.isdecimal() else 0,
            hidden=switched(element.find(f"{W}rPr"), "vanish"),
        )
    return styles


def switched(properties: Any, name: str) -> bool | None:
    """State of an on/off property; None when it is not given."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    if found is None:
        return None
    return str(found.get(f"{W}val") or "1") not in ("0", "false", "off")
