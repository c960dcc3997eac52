"""DOCX by an own walk over the XML, so that nothing a page shows is lost and nothing it hides gets in.

Insertions are read and deletions are not (they are kept as dropped); content controls, text boxes,
footnotes and nested tables are read; hidden text is dropped; automatic numbers are resolved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jihe_extract.charmap import CharStore
from jihe_extract.document import Document, Dropped, Warning_
from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.pages.flow import FlowPara, Item, Passage, assemble
from jihe_extract.pages.roles import give_roles
from jihe_extract.sources.office import convert, office
from jihe_extract.sources.rendered import place_by_rendering
from jihe_extract.sources.wordnumbers import Numbering, W, read_numbering, value_of
from jihe_extract.sources.wordruns import paragraph_pieces
from jihe_extract.sources.wordstyles import Styles, read_styles
from jihe_extract.sources.wordtables import read_table
from jihe_extract.sources.zipsafe import SafeZip, parse_xml

if TYPE_CHECKING:
    from jihe_extract.reading import RawFile

_HEADING_LENGTH = 60
_THROUGH = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"}
_GONE = {f"{W}del", f"{W}moveFrom"}
_MAX_DEPTH = 80


@dataclass(slots=True)
class Walk:
    """The state of one walk through a document."""

    styles: Styles
    numbering: Numbering
    limits: Limits
    notes: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[Warning_] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    depth: int = 0

    def blocks(self, parent: Any) -> None:
        """Read all paragraphs and tables under an element, in order."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ReadError("too_deep", "文档的表格或控件嵌套过深，未读取")
        for child in parent.iterchildren("*"):
            if child.tag == f"{W}p":
                self.paragraph(child)
            elif child.tag == f"{W}tbl":
                self.items += read_table(child, self)
            elif child.tag in _THROUGH:
                self.blocks(child)
            elif child.tag in _GONE:
                self.drop("deleted", "".join(child.itertext()))
        self.depth -= 1

    def paragraph(self, element: Any) -> None:
        """Read one paragraph and the text boxes anchored in it."""
        pieces = paragraph_pieces(element, self)
        properties = element.find(f"{W}pPr")
        style = value_of(properties, "pStyle")
        if self.styles.contents(style):
            self.drop("contents", "".join(pieces.lines))
            self.boxes(pieces.boxes)
            return
        level = self.styles.heading(style)
        outline = value_of(properties, "outlineLvl")
        if outline.isdecimal():
            level = int(outline) + 1 if int(outline) < 9 else 0
        label = self.label(properties, style) if "".join(pieces.lines).strip() else ""
        for i, line in enumerate(pieces.lines):
            text = (label if i == 0 else "") + line.strip(" \t\u3000\u00a0")
            if not text.strip():
                continue
            passage = Passage()
            passage.append(text)
            para = FlowPara(passage)
            if level and len(text) <= _HEADING_LENGTH:
                para.kind, para.level = "heading", level
            elif self.styles.title(style):
                para.kind = "title"
            self.items.append(para)
        self.boxes(pieces.boxes)

    def label(self, properties: Any, style: str) -> str:
        """The automatic number of a paragraph."""
        listed = properties.find(f"{W}numPr") if properties is not None else None
        num, level = self.styles.numbering(style)
        own = value_of(listed, "numId")
        if own:
            num = own
        depth = value_of(listed, "ilvl")
        return self.numbering.label(num, int(depth) if depth.isdecimal() else level) if num not in ("", "0") else ""

    def boxes(self, boxes: list[Any]) -> None:
        """Read the text boxes of a paragraph after it."""
        for box in boxes:
            self.blocks(box)

    def drop(self, kind: str, text: str) -> None:
        """Keep aside what the page does not show."""
        if text.strip():
            self.dropped.append(Dropped(kind, text))


def read(raw: RawFile) -> Document:
    """The registered reader."""
    return read_docx(raw.data, raw.name, raw.limits)


def read_docx(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a DOCX; with pages and boxes when LibreOffice is installed and ``limits.render`` is set.

    Raises :class:`ReadError` ``broken``, ``zip_bomb``, ``too_deep`` or ``encrypted``.
    """
    package = SafeZip(data, limits)
    root = parse_xml(package.read("word/document.xml"))
    body = root.find(f"{W}body")
    if body is None:
        raise ReadError("broken", "Word 文档没有正文部分，文件可能已损坏")
    walk = Walk(
        read_styles(_part(package, "word/styles.xml")),
        read_numbering(_part(package, "word/numbering.xml")),
        limits,
    )
    walk.blocks(body)
    _notes(package, walk)
    document = assemble(
        give_roles(walk.items),
        CharStore(),
        name=name,
        kind="docx",
        data=data,
        dropped=walk.dropped,
        warnings=walk.warnings,
    )
    if not limits.render or office() is None or not document.text:
        return document
    pdf = convert(printable(package, root), ".docx", "pdf", limits)
    return place_by_rendering(document, pdf, limits)


def _part(package: SafeZip, name: str) -> Any:
    data = package.maybe(name)
    return parse_xml(data) if data else None


def _notes(package: SafeZip, walk: Walk) -> None:
    """Footnotes and endnotes in the order of their marks, after the text."""
    for part, tag in (("footnotes", "footnote"), ("endnotes", "endnote")):
        root = _part(package, f"word/{part}.xml")
        if root is None:
            continue
        notes = {str(note.get(f"{W}id")): note for note in root.findall(f"{W}{tag}")}
        for key in walk.cited:
            kind, _, number = key.partition(":")
            if kind != tag or number not in notes:
                continue
            before = len(walk.items)
            walk.blocks(notes[number])
            for item in walk.items[before:]:
                if isinstance(item, FlowPara):
                    item.kind = "note"


def printable(package: SafeZip, root: Any) -> bytes:
    """A copy for rendering: tracked changes accepted, links to the outside cut."""
    from copy import deepcopy
    from io import BytesIO
    from zipfile import ZIP_DEFLATED, ZipFile

    from lxml import etree

    clean = deepcopy(root)
    for mark in list(clean.iterfind(f".//{W}trPr/{W}del")):
        row = mark.getparent().getparent()
        row.getparent().remove(row)
    for tag in _GONE:
        for element in list(clean.iter(tag)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for info in package.members:
            data = package.read(info)
            if info.filename == "word/document.xml":
                data = etree.tostring(clean, xml_declaration=True, encoding="UTF-8", standalone=True)
            elif info.filename.endswith(".rels"):
                data = _without_links(data)
            archive.writestr(info.filename, data)
    return out.getvalue()


def _without_links(data: bytes) -> bytes:
    from lxml import etree

    root = parse_xml(data)
    for element in list(root):
        if element.get("TargetMode") == "External":
            element.set("Target", "about:blank")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
