"""Pages as a scanner and a red seal leave them: tilted, noisy, compressed."""

from __future__ import annotations

import math
from io import BytesIO

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

_RED = (214, 42, 42)


def write_scan(
    pdf: bytes,
    *,
    dpi: int = 150,
    tilt: float = 0.0,
    seals: dict[int, tuple[float, float]] | None = None,
    quality: int = 40,
    noise: float = 4.0,
    grey: bool = False,
    pages: tuple[int, ...] | None = None,
) -> bytes:
    """The pages of a PDF as pictures in a PDF. ``seals``: page index to the seal's centre in points."""
    chooser = np.random.default_rng(7)
    source = pdfium.PdfDocument(pdf)
    images = []
    for index in range(len(source)) if pages is None else pages:
        image = source[index].render(scale=dpi / 72).to_pil().convert("RGB")
        if seals and index in seals:
            image = ImageChops.multiply(image, _seal(image.size, seals[index], dpi))
        if tilt:
            image = image.rotate(tilt, fillcolor="white", resample=Image.Resampling.BICUBIC)
        pixels = np.asarray(image).astype(np.float64)
        pixels += chooser.normal(0, noise, pixels.shape)
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        image = image.convert("L") if grey else image
        packed = BytesIO()
        image.save(packed, "JPEG", quality=quality)
        images.append(Image.open(BytesIO(packed.getvalue())))
    out = BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=dpi)
    return out.getvalue()


def _seal(size: tuple[int, int], centre: tuple[float, float], dpi: int) -> Image.Image:
    layer = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(layer)
    x, y, radius = centre[0] * dpi / 72, centre[1] * dpi / 72, dpi * 0.8
    pen.ellipse([x - radius, y - radius, x + radius, y + radius], outline=_RED, width=max(dpi // 25, 2))
    star = []
    for corner in range(10):
        angle = math.pi / 2 + corner * math.pi / 5
        reach = radius * (0.35 if corner % 2 == 0 else 0.14)
        star.append((x + reach * math.cos(angle), y - reach * math.sin(angle)))
    pen.polygon(star, fill=_RED)
    return layer
