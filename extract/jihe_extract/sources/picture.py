"""Page images made fit for reading: seals out, straightened, ruling lines found. Lengths are pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jihe_extract.grids.tables import Grid
from jihe_extract.layout import Rule

Image = NDArray[np.uint8]
_REDDER = 35
_PALER = 70
"""By how much print under a stamp's ink may be lighter than other print."""
_PURE = 0.95
_SEAL_SHARE, _PEN_SHARE = 0.0015, 0.0003
_BESIDE, _BUSY = 4, 0.1
"""How far beside a rule ink is looked for, in pixels, and how much of a rule may be uneven."""
_MAX_SKEW = 6.0
_LEAST_SKEW = 0.12


def _cv2() -> Any:
    import cv2

    return cv2


def without_seal(image: Image) -> tuple[Image, NDArray[np.bool_] | None]:
    """The page in grey with red and blue ink taken out, and where it was; None when there was hardly any.

    Where ink of a seal or a pen lies over black print the print stays, because it is dark in the ink's channel, too.
    """
    grey = _cv2().cvtColor(image, _cv2().COLOR_RGB2GRAY)
    channels = image.astype(np.int16)
    inked: NDArray[np.bool_] | None = None
    for channel, others, share in ((0, (1, 2), _SEAL_SHARE), (2, (0, 1), _PEN_SHARE)):
        hue = channels[..., channel] - np.maximum(channels[..., others[0]], channels[..., others[1]]) > _REDDER
        if channel == 2:  # thin fringes of print are no pen
            hue = _cv2().morphologyEx(hue.astype(np.uint8), _cv2().MORPH_OPEN, np.ones((2, 2), np.uint8)).astype(bool)
        if hue.mean() < share:
            continue
        spread = _cv2().dilate(hue.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        pure = min(float(np.median(image[..., channel][hue])), 255.0) * _PURE
        lifted = np.clip(image[..., channel].astype(np.float32) * (255.0 / pure), 0, 255).astype(np.uint8)
        grey = np.where(spread, np.maximum(lifted, grey), grey).astype(np.uint8)
        inked = spread if inked is None else inked | spread
    return grey, inked


def see_through(grey: Image, inked: NDArray[np.bool_]) -> bool:
    """Whether print under the ink that was taken out is nearly as dark as print elsewhere.

    A stamp lets black print through; a picture of a seal laid over the page pales or hides it.
    """
    bits = ink(grey).astype(np.bool_)
    core = _cv2().erode(inked.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    under, print_ = grey[core & bits], grey[bits & ~inked]
    if not under.size or not print_.size:
        return True
    return float(np.percentile(under, 10) - np.percentile(print_, 10)) <= _PALER


def strokes(bits: Image, rules: list[Rule], scale: float) -> NDArray[np.bool_] | None:
    """Ink that runs from one ruling line across to another, as of a pen; None when there is none.

    ``bits`` are without the lines; ``rules`` are in points, with ``scale`` pixels to a point.
    """
    levels: dict[int, list[int]] = {}
    count, labels, stats, _ = _cv2().connectedComponentsWithStats(bits.astype(np.uint8), connectivity=8)
    for rule in (r for r in rules if not r.vertical):
        level, start, stop = int(rule.top * scale), int(rule.x0 * scale) + _BESIDE, int(rule.x1 * scale) - _BESIDE
        if level < _BESIDE or level + _BESIDE >= len(bits) or stop <= start:
            continue
        one, other = labels[level - _BESIDE, start:stop], labels[level + _BESIDE, start:stop]
        near = np.convolve(other > 0, np.ones(5), "same") > 0
        crossed = (one > 0) & near
        if crossed.sum() <= _BUSY * len(one):
            also = np.convolve(crossed, np.ones(5), "same") > 0
            for label in {*np.unique(one[crossed]).tolist(), *np.unique(other[also]).tolist()} - {0}:
                levels.setdefault(label, []).append(level)
    thick = np.minimum(stats[:, 2], stats[:, 3]) > 2 * _BESIDE
    drawn = [label for label, found in levels.items() if max(found) - min(found) > 2 * _BESIDE and thick[label]]
    if not [label for label in drawn if not _frame(labels, stats[label], label)]:
        return None
    picked = np.zeros(count, np.uint8)
    picked[list(levels)] = 1
    return np.asarray(_cv2().dilate(picked[labels], np.ones((3, 3), np.uint8)) > 0, np.bool_)


def _frame(labels: NDArray[np.int32], stat: NDArray[np.int32], label: int) -> bool:
    """Whether the piece is the inner frame of a cell with double lines."""
    x, y, wide, high = stat[:4].tolist()
    part = labels[y : y + high, x : x + wide] == label
    inner = part[_BESIDE:-_BESIDE, _BESIDE:-_BESIDE]
    return bool(inner.sum() < 0.2 * part.sum())


def ink(grey: Image) -> Image:
    """1 where there is ink, 0 on paper."""
    cv2 = _cv2()
    size = max(31, (min(grey.shape) // 40) | 1)
    found = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 18)
    return np.asarray(found, np.uint8)


def skew(grey: Image) -> float:
    """Degrees by which the page must be turned counter-clockwise to set its lines level; 0 when it is straight."""
    cv2 = _cv2()
    scale = min(1.0, 700 / max(grey.shape))
    small = ink(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if small.sum() < 50:
        return 0.0

    def sharpness(angle: float) -> float:
        profile = turned(small, angle, fill=0).sum(axis=1).astype(np.float64)
        return float(((profile[1:] - profile[:-1]) ** 2).sum())

    coarse = max(np.arange(-_MAX_SKEW, _MAX_SKEW + 0.01, 0.5), key=lambda a: (sharpness(float(a)), -abs(a)))
    fine = max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda a: (sharpness(float(a)), -abs(a)))
    return float(fine) if abs(fine) >= _LEAST_SKEW else 0.0


def turned(image: Image, degrees: float, fill: int = 255) -> Image:
    """The image turned counter-clockwise about its centre, of the same size."""
    if not degrees:
        return image
    cv2 = _cv2()
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    out = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(fill,) * 3)
    return np.asarray(out, np.uint8)


def lines_mask(rules: list[Rule], shape: tuple[int, ...], scale: float) -> Image:
    """1 where ruling lines run; rules in points, ``scale`` pixels to a point."""
    mask = np.zeros(shape[:2], np.uint8)
    for rule in rules:
        x0, x1 = sorted((int(rule.x0 * scale), int(rule.x1 * scale)))
        top, bottom = sorted((int(rule.top * scale), int(rule.bottom * scale)))
        mask[max(top - 2, 0) : bottom + 3, max(x0 - 2, 0) : x1 + 3] = 1
    return mask


def sealed(grid: Grid, seal: NDArray[np.bool_], scale: float) -> bool:
    """Whether red ink lay over the grid; ``scale`` is pixels to a point."""
    x0, top, x1, bottom = (max(int(v * scale), 0) for v in grid.box)
    part = seal[top:bottom, x0:x1]
    return bool(part.size) and float(part.mean()) > _SEAL_SHARE


def letters_ink(bits: Image) -> Image:
    """The ink of a cell that can be writing: nothing that touches the border, no specks, no strokes of lines."""
    cv2 = _cv2()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bits, connectivity=8)
    out = np.zeros_like(bits)
    height, width = bits.shape
    for number in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[number])
        touches = x == 0 or y == 0 or x + wide == width or y + high == height
        line = (wide > 0.8 * width and high < 4) or (high > 0.8 * height and wide < 4)
        if not touches and not line and area >= 6 and max(wide, high) >= 4:
            out[labels == number] = 1
    return out
