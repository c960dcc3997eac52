"""Page images of a PDF for the report's page, with everything personal painted over."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

SCALE = Decimal("1.25")
"""Pixels per point."""
MOST_PAGES = 60
QUALITY = 62

PageBox = tuple[int, Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: number from 1, size in points, and the image as a data address."""

    page: int
    width: int
    height: int
    source: str


def page_images(path: Path, wanted: Iterable[int], covered: Iterable[PageBox]) -> list[PageImage]:
    """Images of the wanted pages, at most :data:`MOST_PAGES`; none when the file cannot be drawn."""
    import pypdfium2 as pdfium
    from PIL import ImageDraw

    hide: dict[int, list[PageBox]] = {}
    for box in covered:
        hide.setdefault(box[0], []).append(box)
    images: list[PageImage] = []
    try:
        document = pdfium.PdfDocument(str(path))
    except (pdfium.PdfiumError, OSError):
        return []
    try:
        for number in sorted(set(wanted))[:MOST_PAGES]:
            if not 1 <= number <= len(document):
                continue
            page = document[number - 1]
            width, height = page.get_size()
            if width * height > 4_000_000:
                continue
            picture = page.render(scale=float(SCALE)).to_pil().convert("RGB")
            pen = ImageDraw.Draw(picture)
            for _, x0, top, x1, bottom in hide.get(number, ()):
                pen.rectangle([int(v * SCALE) for v in (x0 - 1, top - 1, x1 + 1, bottom + 1)], fill=(60, 60, 60))
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=QUALITY)
            data = base64.b64encode(buffer.getvalue()).decode("ascii")
            images.append(PageImage(number, int(width), int(height), f"data:image/jpeg;base64,{data}"))
    except pdfium.PdfiumError:
        return images
    finally:
        document.close()
    return images
