"""Scanned pages and pictures: OCR into the same characters, lines and grids as text pages."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jihe_extract.charmap import CharStore
from jihe_extract.document import Document, Warning_
from jihe_extract.errors import ReadError
from jihe_extract.grids.tables import Grid, find_grids
from jihe_extract.heartbeat import beat
from jihe_extract.layout import Glyphs, PageContent, Rule
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.pages.flow import assemble
from jihe_extract.pages.pageflow import flow_of
from jihe_extract.pages.pagelayout import PageLayout, lay_out
from jihe_extract.pages.roles import give_roles
from jihe_extract.sources import ocr
from jihe_extract.sources.picture import (
    ink,
    lines_mask,
    sealed,
    see_through,
    skew,
    strokes,
    turned,
    without_seal,
)
from jihe_extract.sources.scancells import mend_cells
from jihe_extract.sources.scanrules import low_uprights, off_rings, ruling_lines, tied, without_writing
from jihe_extract.sources.seals import colourless, grey_rings, ring_masks, without_rings

if TYPE_CHECKING:
    from jihe_extract.reading import RawFile

Image = NDArray[np.uint8]
_SNAP = 4.0
_SAME = 6.0
_REACH_PT = 5.0
_POOR = 0.72
_WEAK = 0.9
_SEALED = 0.01
_UNDER_SEAL = 0.5
_TALL = 1.6
_LEAST_WIDTH = 90.0


@dataclass(slots=True)
class Scan:
    """One page image on its way: grey, straightened; ``scale`` is pixels to a point."""

    grey: Image
    bits: Image
    scale: float
    angle: float
    turn: int
    seal: NDArray[np.bool_] | None
    found: list[ocr.Found] = field(default_factory=list)
    rings: NDArray[np.bool_] | None = None
    """Outlines of round seals that were taken out by their tone: what is left there is no ruling line."""
    lifted: NDArray[np.bool_] | None = None
    """Where ink was taken out by its colour, which leaves the print under it as it was."""


def read(raw: RawFile) -> Document:
    """The registered reader of pictures."""
    return read_picture(raw.data, raw.name, raw.limits)


def read_picture(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a picture of one or more pages. Raises :class:`ReadError` ``broken``, ``needs_ocr``, ``too_large``."""
    from PIL import Image as Pictures

    store = CharStore()
    pages: list[PageLayout] = []
    warnings: list[Warning_] = []
    try:
        with Pictures.open(BytesIO(data)) as picture:
            frames = min(getattr(picture, "n_frames", 1), limits.ocr_pages)
            if picture.width * picture.height > 4 * limits.image_pixels:
                raise ReadError("too_large", "图片像素过多，未读取")
            if not ocr.installed():
                raise ReadError("needs_ocr", ocr.MISSING)
            for index in range(frames):
                picture.seek(index)
                image = fitted(np.asarray(picture.convert("RGB"), np.uint8), limits)
                layout, told = read_scan(image, index + 1, dpi_of(image), store, limits, pages[-1] if pages else None)
                pages.append(layout)
                warnings += told
    except (OSError, ValueError, SyntaxError, Pictures.DecompressionBombError) as error:
        raise ReadError("broken", "图片无法打开，文件可能已损坏") from error
    items, dropped = flow_of(pages)
    document = assemble(
        give_roles(items), store, name=name, kind="image", data=data, pages=len(pages),
        dropped=dropped, warnings=warnings,
    )  # fmt: skip
    if not document.text.strip():
        raise ReadError("empty", "图片中没有识别出文字")
    return document


def dpi_of(image: Image) -> float:
    """Resolution of a page image, if it is an A4 page."""
    return float(max(max(image.shape[:2]) / 11.69, 50.0))


def fitted(image: Image, limits: Limits) -> Image:
    """The image, made smaller when it holds more pixels than allowed or than reading needs."""
    height, width = image.shape[:2]
    factor = min(1.0, (limits.image_pixels / (height * width)) ** 0.5, 200 / dpi_of(image))
    if factor > 0.95:
        return image
    import cv2

    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def read_scan(
    image: Image, no: int, dpi: float, store: CharStore, limits: Limits, before: PageLayout | None = None
) -> tuple[PageLayout, list[Warning_]]:
    """Lay out one page image (RGB); boxes are points of the page as shown. ``before`` is the page before."""
    beat(limits.wall_per_ocr_page)
    scan = _upright(image, dpi / 72)
    lines = scan.bits
    if scan.seal is None and colourless(image) and (rings := grey_rings(scan.bits, dpi)):
        outline, scan.seal = ring_masks(rings, scan.bits.shape, dpi)
        lines = np.where(outline, 0, scan.bits).astype(np.uint8)
    rules = without_writing(ruling_lines(lines, dpi), lines, _REACH_PT * scan.scale)
    rules += low_uprights(tied(rules, _REACH_PT * scan.scale), lines, dpi)
    rules = rules if scan.rings is None else off_rings(rules, scan.rings)
    scaled = [r._replace(x0=r.x0 / scan.scale, top=r.top / scan.scale, x1=r.x1 / scan.scale,
                         bottom=r.bottom / scan.scale) for r in rules]  # fmt: skip
    rules = tied(scaled, _REACH_PT)
    mask = lines_mask(rules, scan.bits.shape, scan.scale)
    grids = [g for g in find_grids(rules, _SNAP, _SAME) if g.xs[-1] - g.xs[0] > _LEAST_WIDTH]
    warnings: list[Warning_] = []
    found = mend_cells(scan.found, grids, scan.grey, scan.bits & ~mask, scan.scale)
    for blank in found.unread:
        warnings.append(
            Warning_("cell_unread", f"第{no}页表格第{blank[0] + 1}行第{blank[1] + 1}列有墨迹但无法识别", no)
        )
    for g in found.cut_up:
        grids[g].sure = False
        grids[g].reasons.append("文字与表格线多处不合")
    _doubt(grids, scan)
    _note_strokes(scan, mask, rules)
    if scan.seal is not None:
        found.letters, hidden = _under_seal(found.letters, scan, scan.seal, grids)
        if hidden:
            warnings.append(Warning_("seal_over_figures", f"第{no}页有数字被印章或笔迹压盖，引用前请核对原件", no))
    content = _content(found.letters, scan, no)
    content.rules = [r for r in scaled if not r.vertical and r.x1 - r.x0 > _LEAST_WIDTH]
    layout = lay_out(content, store, grids, before)
    for table in (t for t in layout.tables if t.open and t.sure):
        table.sure = scan.seal is None and not any(r.vertical for r in rules)
    if any(letter.score < _WEAK and letter.text.isdecimal() for letter in found.letters):
        warnings.append(Warning_("weak_figures", f"第{no}页有识别把握不足的数字，引用前请核对原件", no))
    if any(not table.sure for table in layout.tables):
        warnings.append(Warning_("structure_unsure", f"第{no}页表格受印章、笔迹或线条缺损影响，结构不能确定", no))
    return layout, warnings


def _note_strokes(scan: Scan, mask: Image, rules: list[Rule]) -> None:
    """Count ink of a pen among what lies over the print, when it has no colour of its own."""
    drawn = strokes(scan.bits & ~mask, rules, scan.scale)
    if drawn is not None:
        scan.seal = drawn if scan.seal is None else scan.seal | drawn
        scan.lifted = None if scan.lifted is None else scan.lifted & ~drawn


def _upright(image: Image, scale: float) -> Scan:
    """Straighten the page and turn it so that its text stands upright, judging by the readings' scores."""
    grey, seal = without_seal(image)
    outlines: NDArray[np.bool_] | None = None
    straightened = partial(_read, lifted=seal is not None and see_through(grey, seal))
    if seal is None and colourless(image):
        bits = ink(grey)
        rings = grey_rings(bits, scale * 72)
        cleared = without_rings(grey, bits, rings, scale * 72) if rings else None
        grey, seal = cleared if cleared is not None else (grey, None)
        outlines = ring_masks(rings, grey.shape, scale * 72)[0] if cleared is not None else None
    angle = skew(grey)
    scan = straightened(grey, seal, angle, 0, scale)
    if outlines is not None:
        scan.rings = turned(outlines.astype(np.uint8), angle, fill=0).astype(np.bool_)
    wide = [f for f in scan.found if len(f.letters) > 2]
    tall = sum(f.bottom - f.top > _TALL * (f.x1 - f.x0) for f in wide)
    if wide and 2 * tall > len(wide):
        tries = [straightened(np.rot90(grey, k), None if seal is None else np.rot90(seal, k), 0.0, t, scale)
                 for k, t in ((3, 90), (1, 270))]  # fmt: skip
        return max(tries, key=_score)
    if wide and _score(scan) < _POOR:
        flipped = straightened(np.rot90(grey, 2), None if seal is None else np.rot90(seal, 2), angle, 180, scale)
        return max((scan, flipped), key=_score)
    return scan


def _read(grey: Image, seal: NDArray[np.bool_] | None, angle: float, turn: int, scale: float, *, lifted: bool) -> Scan:
    """The page turned by an angle and read; ``lifted`` tells that the seal's colour was taken out and print stayed."""
    straight = np.ascontiguousarray(turned(np.ascontiguousarray(grey), angle))
    if seal is not None and angle:
        seal = turned(seal.astype(np.uint8), angle, fill=0).astype(np.bool_)
    bits = ink(straight)
    scan = Scan(straight, bits, scale, angle, turn, seal, lifted=seal if lifted else None)
    scan.found = ocr.find_text(np.repeat(straight[..., None], 3, axis=2))
    return scan


def _score(scan: Scan) -> float:
    scores = [letter.score for f in scan.found for letter in f.letters]
    return sum(scores) / len(scores) if scores else 0.0


def _doubt(grids: list[Grid], scan: Scan) -> None:
    """Mark tables whose structure a seal or broken lines may have changed."""
    for grid in grids:
        places = grid.lookup()
        holes = float((places < 0).mean())
        if holes > 0.02:
            grid.sure = False
            grid.reasons.append("表格线条不完整")
        if scan.seal is not None and sealed(grid, scan.seal, scan.scale):
            grid.reasons.append("印章或笔迹压盖表格")
            if _slivers(grid) or scan.rings is not None:  # rules may be as light as a grey seal
                grid.sure = False


def _under_seal(
    letters: list[ocr.Letter], scan: Scan, seal: NDArray[np.bool_], grids: list[Grid]
) -> tuple[list[ocr.Letter], bool]:
    """Lower the score of characters under ink; a table is in doubt with figures that the ink may have changed."""
    out, hidden = [], False
    for letter in letters:
        if not _inked(letter, seal):
            out.append(letter)
            continue
        if letter.text.isdecimal():
            hidden = True
            if letter.score < _WEAK or scan.lifted is None or not _inked(letter, scan.lifted):
                _doubt_around(letter, grids, scan.scale)
        out.append(replace(letter, score=min(letter.score, _UNDER_SEAL)))
    return out, hidden


def _inked(letter: ocr.Letter, ink_over: NDArray[np.bool_]) -> bool:
    part = ink_over[max(int(letter.top), 0) : int(letter.bottom) + 1, max(int(letter.x0), 0) : int(letter.x1) + 1]
    return bool(part.size) and float(part.mean()) > _SEALED


def _doubt_around(letter: ocr.Letter, grids: list[Grid], scale: float) -> None:
    """Mark the table that holds a character as uncertain."""
    x, y = (letter.x0 + letter.x1) / 2 / scale, (letter.top + letter.bottom) / 2 / scale
    for grid in grids:
        x0, top, x1, bottom = grid.box
        if x0 <= x <= x1 and top <= y <= bottom:
            grid.sure = False


def _slivers(grid: Grid) -> bool:
    """Columns or rows so thin that no character fits, as arcs of seals make them."""
    gaps = [b - a for edges in (grid.xs, grid.ys) for a, b in itertools.pairwise(edges)]
    return min(gaps) < 7.0


def _content(letters: list[ocr.Letter], scan: Scan, no: int) -> PageContent:
    height, width = (side / scan.scale for side in scan.grey.shape[:2])
    boxes = np.array([[c.x0, c.top, c.x1, c.bottom] for c in letters], np.float32).reshape(-1, 4) / scan.scale
    scores = np.array([min(max(round(c.score * 100), 0), 100) for c in letters], np.uint8)
    sizes = boxes[:, 3] - boxes[:, 1]
    glyphs = Glyphs([c.text for c in letters], boxes, sizes, scores)
    content = PageContent(no, width, height, glyphs, boxes, [], optical=True, turn=scan.turn)
    content.shown = _shown(boxes, scan, content)
    return content


def _shown(boxes: NDArray[np.float32], scan: Scan, content: PageContent) -> NDArray[np.float32]:
    """Boxes on the page as it was scanned: skew and turn undone."""
    from jihe_extract.layout import turn_boxes

    if scan.angle:
        radians = np.deg2rad(scan.angle)
        cos, sin = np.cos(radians), np.sin(radians)
        cx, cy = content.width / 2, content.height / 2
        mx, my = (boxes[:, 0] + boxes[:, 2]) / 2 - cx, (boxes[:, 1] + boxes[:, 3]) / 2 - cy
        shift = np.stack((mx * cos - my * sin - mx, mx * sin + my * cos - my), axis=1)
        boxes = boxes + np.concatenate((shift, shift), axis=1).astype(np.float32)
    return turn_boxes(boxes, (360 - scan.turn) % 360, content.width, content.height)
