"""HTML: decoded by evidence, navigation dropped, tables with clamped spans.

The page is read as a stream of tags, never as a tree, so that nesting costs nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING

from jihe_extract.charmap import CharStore
from jihe_extract.document import Document, Dropped
from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.pages.flow import FlowPara, FlowTable, Item, Passage, assemble
from jihe_extract.pages.roles import give_roles
from jihe_extract.sources.encoding import decode
from jihe_extract.sources.htmltables import OpenTable

if TYPE_CHECKING:
    from jihe_extract.reading import RawFile

_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "wbr", "param"}
)
_BLOCK = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "section",
        "article",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "center",
        "form",
        "body",
        "html",
        "table",
        "caption",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "figure",
        "figcaption",
        "address",
        "hr",
        "br",
        "fieldset",
    ]
)
_TABLE = frozenset({"table", "tr", "td", "th", "caption"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u3000]+")
_LINKS = 0.8
_LINK_LINE = 40
_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Webpages:
    """What on a web page is not the report."""

    tags: frozenset[str]
    names: frozenset[str]
    lines: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def webpages() -> Webpages:
    """The vocabulary of page furniture."""
    source = resources.files("jihe_extract").joinpath("vocabulary/webpages.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    return Webpages(frozenset(data["tags"]), frozenset(data["names"]), tuple(map(re.compile, data["lines"])))


def read(raw: RawFile) -> Document:
    """The registered reader."""
    return read_html(raw.data, raw.name, raw.limits)


def read_html(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a web page. Raises :class:`ReadError` ``empty``, ``encoding`` or ``binary``."""
    text, warnings = decode(data)
    page = Page(limits)
    page.feed(text)
    page.close()
    page.finish()
    if not page.items:
        raise ReadError("empty", "网页中没有可审核的正文")
    return assemble(
        give_roles(page.items),
        CharStore(),
        name=name,
        kind="html",
        data=data,
        dropped=page.dropped,
        warnings=warnings,
    )


@dataclass(slots=True)
class _Line:
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    heading: int = 0


class Page(HTMLParser):
    """Collects paragraphs and tables from the stream of tags."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.furniture = webpages()
        self.items: list[Item] = []
        self.dropped: list[Dropped] = []
        self.open: list[str] = []
        self.tables: list[OpenTable] = []
        self.skipping = 0
        self.skipped: list[str] = []
        self.links = 0
        self.line = _Line()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _VOID:
            if tag in _BLOCK and not self.skipping:
                self.end_line()
            return
        if self.skipping or self._furniture(tag, attrs):
            self.skipping += 1
            self.skipped.append(tag)
            return
        if tag in _BLOCK:
            self.end_line()
        self._close_implied(tag)
        self.open.append(tag)
        if tag == "a":
            self.links += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.line.heading = int(tag[1])
        if tag in _TABLE:
            self._table_start(tag, dict(attrs))

    def _furniture(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        if tag in self.furniture.tags:
            return True
        for key, value in attrs:
            if key == "hidden" or (key == "style" and value and _HIDDEN.search(value)):
                return True
            if key == "role" and value == "navigation":
                return True
            if key in ("class", "id") and value and tag not in ("body", "html", "table", "td", "tr"):
                words = set(re.split(r"[\s_\-]+", value.lower()))
                if words & self.furniture.names and not words & {"content", "article", "main", "wrap"}:
                    return True
        return False

    def _close_implied(self, tag: str) -> None:
        """End cells, rows and paragraphs whose end tags were left out."""
        closes = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"), "li": ("li",), "p": ("p",)}
        while self.open and self.open[-1] in closes.get(tag, ()):
            self._end(self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        """Close an element; an end tag without its start is ignored."""
        if tag in _VOID:
            return
        if self.skipping:
            recent = self.skipped[-_SEARCH:]
            if tag in recent:
                while self.skipped.pop() != tag:
                    pass
                self.skipping = len(self.skipped)
            return
        if tag in self.open[-_SEARCH:]:
            while self.open and self.open[-1] != tag:
                self._end(self.open[-1])
            self._end(tag)

    def _end(self, tag: str) -> None:
        self.open.pop()
        if tag in _BLOCK:
            self.end_line()
        if tag == "a":
            self.links = max(self.links - 1, 0)
        if tag in _TABLE and self.tables:
            if tag == "table":
                self._deliver(self.tables.pop().finish(self.limits))
            elif tag in ("td", "th"):
                self.tables[-1].end_cell()

    def _table_start(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "table":
            if len(self.tables) < self.limits.nesting:
                self.tables.append(OpenTable())
            else:
                self.open.pop()
        elif self.tables and tag == "tr":
            self.tables[-1].start_row()
        elif self.tables and tag in ("td", "th"):
            self.tables[-1].start_cell(attrs.get("rowspan"), attrs.get("colspan"), head=tag == "th")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self.skipping:
            return
        self.line.parts.append(data)
        if self.links:
            self.line.linked += len(data.strip())

    def end_line(self) -> None:
        """Close the current paragraph."""
        line, self.line = self.line, _Line()
        text = tidy("".join(line.parts))
        if not text:
            return
        in_cell = bool(self.tables) and self.tables[-1].in_cell
        links = line.linked > _LINKS * len(text) and len(text) <= _LINK_LINE
        if not in_cell and (links or any(p.search(text) for p in self.furniture.lines if len(text) <= 120)):
            self.dropped.append(Dropped("navigation", text))
            return
        passage = Passage()
        passage.append(text)
        para = FlowPara(passage)
        if line.heading and len(text) <= 60 and not in_cell:
            para.kind = "title" if line.heading == 1 else "heading"
            para.level = 0 if line.heading == 1 else line.heading - 1
        self._deliver([para])

    def _deliver(self, items: list[Item]) -> None:
        for item in items:
            if self.tables and self.tables[-1].in_cell:
                self.tables[-1].add(item)
            elif self.tables and isinstance(item, FlowPara):
                self.tables[-1].captions.append(item)
            else:
                self.items.append(item)

    def finish(self) -> None:
        """Close whatever the page left open."""
        self.end_line()
        while self.tables:
            self._deliver(self.tables.pop().finish(self.limits))
        self.items = [i for i in self.items if isinstance(i, FlowTable) or i.passage.text]


def tidy(text: str) -> str:
    """One line: white space collapsed, and none of it left between ideographs where the source was wrapped."""
    text = text.replace("\u200b", "").replace("\ufeff", "")

    def blank(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        wrapped = "\n" in match.group() and not (before.isascii() and after.isascii())
        return "" if wrapped else " "

    return _SPACE.sub(blank, text.strip(" \t\r\n\f\xa0\u3000"))
