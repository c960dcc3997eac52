"""PDF: characters and lines from pdfium, page by page, into the document model.

pdfium may take any amount of memory on a hostile file: callers that read files of strangers go through
:mod:`jihe_extract.guard.sandbox`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from jihe_extract.charmap import CharStore
from jihe_extract.document import Document, Dropped, Warning_
from jihe_extract.errors import ReadError
from jihe_extract.grids.openrules import striped
from jihe_extract.heartbeat import beat
from jihe_extract.layout import Glyphs, PageContent, turn_boxes
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.pages.flow import assemble
from jihe_extract.pages.pageflow import flow_of
from jihe_extract.pages.pagelayout import PageLayout, lay_out
from jihe_extract.pages.roles import give_roles
from jihe_extract.sources import ocr
from jihe_extract.sources.pdf_paths import PageObjects, page_objects
from jihe_extract.sources.pdf_second import digits_of, second_content, second_reader, second_text
from jihe_extract.sources.pdfium import PageSpace, page_glyphs, reading_turn, slanted
from jihe_extract.sources.standin import machine_fonts, stand_in_fonts

if TYPE_CHECKING:
    from jihe_extract.reading import RawFile

_FEW_CHARACTERS = 20
_IMAGE_SHARE = 0.5
_PICTURE_SHARE = 0.3
_BAD_SHARE = 0.03
_FEW_RULES = 8
_BLANK = re.compile(r"\s")
_RUBBISH = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Characters without a known meaning."""


@dataclass(slots=True)
class Reading:
    """What has been gathered while the pages are read."""

    data: bytes
    limits: Limits
    store: CharStore = field(default_factory=CharStore)
    pages: list[PageLayout] = field(default_factory=list)
    warnings: list[Warning_] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    scans: int = 0
    failed: list[int] = field(default_factory=list)
    doubtful: dict[int, str] = field(default_factory=dict)

    def warn(self, code: str, detail: str, page: int | None = None) -> None:
        """Note something that a user must know; ``detail`` is Chinese."""
        self.warnings.append(Warning_(code, detail, page))


def read(raw: RawFile) -> Document:
    """The registered reader."""
    return read_pdf(raw.data, raw.name, raw.limits)


def read_pdf(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a PDF. Raises :class:`ReadError` ``encrypted`` or ``broken``."""
    reading = Reading(data, limits)
    with stand_in_fonts():
        count = _read_pages(reading)
    _ask_second_reader(reading)
    if reading.scans and not any(_written(page) for page in reading.pages) and not ocr.installed():
        raise ReadError("needs_ocr", ocr.MISSING)
    if count and not reading.pages:
        raise ReadError("broken", "PDF 的所有页面都无法读取，文件可能已损坏")
    items, dropped = flow_of(reading.pages)
    return assemble(
        give_roles(items),
        reading.store,
        name=name,
        kind="pdf",
        data=data,
        pages=count,
        dropped=reading.dropped + dropped,
        warnings=reading.warnings,
    )


def _read_pages(reading: Reading) -> int:
    """Read page after page; returns how many the document has."""
    document, limits = open_pdf(reading.data), reading.limits
    try:
        count = len(document)
        if count > limits.pages:
            reading.warn("too_many_pages", f"共{count}页，只读取前{limits.pages}页")
        for index in range(min(count, limits.pages)):
            beat(limits.wall_per_page)
            _read_page(document, index, reading)
    finally:
        document.close()
    return count


def open_pdf(data: bytes) -> pdfium.PdfDocument:
    """Open a PDF, trying the empty password; failures are typed."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadError("encrypted", "PDF 已加密，需要打开密码；请提供未加密的文件") from error
        raise ReadError("broken", "PDF 无法打开，文件可能不完整或已损坏") from error


def _read_page(document: pdfium.PdfDocument, index: int, reading: Reading) -> None:
    no = index + 1
    try:
        page = document[index]
    except pdfium.PdfiumError:
        reading.failed.append(no)
        return
    try:
        space = PageSpace(page)
        if max(space.width, space.height) > reading.limits.page_side:
            reading.warn("page_too_large", f"第{no}页幅面过大，已跳过", no)
            return
        objects = page_objects(page, space, reading.limits)
        content = page_content(page, no, space, objects, reading)
        if needs_ocr(content, objects, space):
            reading.pages.append(_optical_page(no, space, content, reading))
        else:
            if objects.image_area > _PICTURE_SHARE * space.width * space.height:
                reading.warn("picture", f"第{no}页含图片，图片中的文字没有读取", no)
            reading.pages.append(lay_out(content, reading.store, before=_before(reading, no)))
    except pdfium.PdfiumError:
        reading.failed.append(no)
    finally:
        page.close()


def page_content(
    page: pdfium.PdfPage, no: int, space: PageSpace, objects: PageObjects, reading: Reading
) -> PageContent:
    """The characters and lines of a page in reading space."""
    glyphs, angles = page_glyphs(page, space, reading.limits)
    if len(glyphs.text) >= reading.limits.page_characters:
        reading.warn("too_many_characters", f"第{no}页字符过多，只读取前{reading.limits.page_characters}个", no)
    tilted = slanted(angles)
    if tilted.any() and not tilted.all():
        words = "".join(glyphs.take(tilted).text).strip()
        reading.dropped.append(Dropped("watermark", words, no))
        glyphs, angles = glyphs.take(~tilted), angles[~tilted]
    if no % reading.limits.compare_every == 0 or _odd(glyphs.text):
        reading.doubtful[no] = "".join(glyphs.text)
    if objects.overfull:
        reading.warn("too_many_lines", f"第{no}页线条过多，未识别表格", no)
    rules, fills = ([], []) if objects.overfull else (objects.rules, objects.fills)
    if len(rules) < _FEW_RULES and not striped(fills, glyphs):
        rules, fills = rules + fills, []
    turn = reading_turn(angles, space.rotation)
    shown = glyphs.boxes
    width, height = space.width, space.height
    if turn:
        glyphs = Glyphs(glyphs.text, turn_boxes(shown, turn, width, height), glyphs.sizes, None)
        rules, fills = ([rule.turned(turn, width, height) for rule in drawn] for drawn in (rules, fills))
        width, height = (width, height) if turn == 180 else (height, width)
    return PageContent(no, width, height, glyphs, shown, rules, turn=turn, fills=fills)


def needs_ocr(content: PageContent, objects: PageObjects, space: PageSpace) -> bool:
    """Whether the page is a picture, its text is rubbish, or its text is an invisible OCR layer."""
    words = "".join(content.glyphs.text)
    count = len(words) - len(_BLANK.findall(words))
    pictured = objects.image_area > _IMAGE_SHARE * space.width * space.height
    if count < _FEW_CHARACTERS:
        return bool(pictured)
    rubbish = len(_RUBBISH.findall(words))
    return bool(rubbish > _BAD_SHARE * count or (pictured and objects.unseen))


def _before(reading: Reading, no: int) -> PageLayout | None:
    """The layout of the page before."""
    return reading.pages[-1] if reading.pages and reading.pages[-1].no == no - 1 else None


def _written(page: PageLayout) -> bool:
    """Whether any text was read on the page."""
    return bool(page.lines or page.tables)


def _odd(text: list[str]) -> bool:
    """Whether some characters came without a known meaning, so that figures may be wrong, too."""
    return _RUBBISH.search("".join(text)) is not None


def _ask_second_reader(reading: Reading) -> None:
    """Let pdfplumber read what pdfium could not, and compare the figures of doubtful and sampled pages."""
    if not reading.failed and not reading.doubtful:
        return
    with second_reader(reading.data) as pages:
        for no in reading.failed:
            content = second_content(pages, no - 1)
            if content is None:
                reading.warn("page_failed", f"第{no}页无法读取，已跳过", no)
                continue
            reading.warn("second_reader", f"第{no}页由备用程序读取，请核对", no)
            reading.pages.append(lay_out(content, reading.store))
        for no, text in reading.doubtful.items():
            other = second_text(pages, no - 1)
            if other is not None and digits_of(other) != digits_of(text):
                reading.warn("digits_differ", f"第{no}页两种程序读出的数字不一致，引用该页数字前请核对原件", no)
    reading.pages.sort(key=lambda page: page.no)


def _picture(data: bytes, index: int, scale: float) -> NDArray[np.uint8]:
    """The page as it is drawn, from a second opening of the document: the first one has no fonts."""
    with machine_fonts():
        document = open_pdf(data)
        try:
            drawn = document[index].render(scale=scale, rev_byteorder=True).to_numpy()[..., :3]
            return np.ascontiguousarray(drawn)
        finally:
            document.close()


def _optical_page(no: int, space: PageSpace, content: PageContent, reading: Reading) -> PageLayout:
    """Read the page by OCR when that is installed; else keep what text there is and say so."""
    from jihe_extract.sources.scan import read_scan

    reading.scans += 1
    if not ocr.installed():
        reading.warn("needs_ocr", ocr.MISSING, no)
        return lay_out(content, reading.store)
    if reading.scans > reading.limits.ocr_pages:
        reading.warn("too_many_scans", f"扫描页超过{reading.limits.ocr_pages}页，第{no}页未识别", no)
        return lay_out(content, reading.store)
    area = space.width * space.height
    scale = min(reading.limits.ocr_dpi / 72, (reading.limits.image_pixels / max(area, 1.0)) ** 0.5)
    image = _picture(reading.data, no - 1, scale)
    layout, told = read_scan(image, no, scale * 72, reading.store, reading.limits, _before(reading, no))
    reading.warnings += told
    read = "".join(line.text for line in layout.lines)
    read += "".join(c.passage.text for table in layout.tables for c in table.cells)
    if content.glyphs.text and digits_of("".join(content.glyphs.text)) != digits_of(read):
        reading.warn("digits_differ", f"第{no}页原有文字层与识别结果的数字不一致，引用该页数字前请核对原件", no)
    return layout
