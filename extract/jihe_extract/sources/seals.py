"""Round seals on pages that were scanned in grey: found by their shape, taken out by their tone. Lengths are pixels."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Ring = tuple[float, float, float]
_RING = 0.72
_COLOUR = 1.5
_MOST_RINGS = 12
_LIGHTER = 30
"""By how much the ink of a seal must be lighter than print for the two to be told apart."""
_SPREAD = 26
"""How far the tone of a seal's ink varies."""
_PURE = 0.93


def _cv2() -> Any:
    import cv2

    return cv2


def without_rings(grey: Image, bits: Image, rings: list[Ring], dpi: float) -> tuple[Image, NDArray[np.bool_]] | None:
    """The page without the ink of its round seals, and where it was; None where it is as dark as the print.

    A seal is stamped in one ink: what lies inside its circle, is of the tone of its outline and as thick as its strokes
    is lifted to paper, and print under it stays for it is darker.
    """
    cv2 = _cv2()
    print_tone = float(np.percentile(grey[bits > 0], 10)) if bits.any() else 0.0
    out, inked = grey, np.zeros(grey.shape, np.bool_)
    for ring in rings:
        tone = _tone(grey, bits, ring)
        if tone - print_tone < _LIGHTER:
            return None
        area = np.zeros(grey.shape, np.uint8)
        cv2.circle(area, (round(ring[0]), round(ring[1])), round(ring[2] + dpi * 0.06), 1, -1)
        like = (np.abs(grey.astype(np.int16) - tone) <= _SPREAD).astype(np.uint8) & area
        solid = cv2.morphologyEx(like, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        ink = cv2.dilate(solid, np.ones((5, 5), np.uint8)).astype(np.bool_)
        lifted = np.clip(grey.astype(np.float32) * (255.0 / (tone * _PURE)), 0, 255).astype(np.uint8)
        out = np.where(ink, np.maximum(lifted, out), out).astype(np.uint8)
        inked |= ink
    return out, inked


def _tone(grey: Image, bits: Image, ring: Ring) -> float:
    """The tone of the ink along a circle."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    tones = []
    for off in (-1, 0, 1):
        x = np.clip(np.rint(ring[0] + (ring[2] + off) * np.cos(angles)).astype(int), 0, grey.shape[1] - 1)
        y = np.clip(np.rint(ring[1] + (ring[2] + off) * np.sin(angles)).astype(int), 0, grey.shape[0] - 1)
        tones.append(grey[y, x][bits[y, x] > 0])
    told = np.concatenate(tones)
    return float(np.median(told)) if told.size else 0.0


def colourless(image: Image) -> bool:
    """Whether the page was scanned in grey, so that a seal cannot be told by its colour."""
    part = image[::4, ::4].astype(np.int16)
    return float(np.abs(part[..., 0] - part[..., 1]).mean() + np.abs(part[..., 1] - part[..., 2]).mean()) < _COLOUR


def grey_rings(bits: Image, dpi: float) -> list[tuple[float, float, float]]:
    """Centres and radii of round seals on a page without colour: circles that are mostly drawn in ink."""
    cv2 = _cv2()
    scale = 60 / dpi
    small = cv2.resize(bits * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(small, (3, 3), 0), cv2.HOUGH_GRADIENT, dp=1.5, minDist=30,
        param1=120, param2=28, minRadius=18, maxRadius=66,
    )  # fmt: skip
    circles = [] if found is None else np.reshape(found, (-1, 3)).tolist()
    rings = [_fitted_ring(bits, x / scale, y / scale, radius / scale) for x, y, radius in circles[:_MOST_RINGS]]
    return [ring[1:] for ring in rings if ring[0] >= _RING]


def _fitted_ring(bits: Image, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The best drawn circle near a coarse one: its share of ink, centre and radius."""
    tries = itertools.product((-2, 0, 2), (-2, 0, 2), (-3, -1, 1, 3))
    return max((_drawn(bits, x + a, y + b, radius + c), x + a, y + b, radius + c) for a, b, c in tries)


def _drawn(bits: Image, x: float, y: float, radius: float) -> float:
    """Share of a circle's outline that lies on ink, give or take two pixels."""
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    hit = np.zeros(len(angles), np.bool_)
    for off in (-2, 0, 2):
        px = np.rint(x + (radius + off) * np.cos(angles)).astype(int)
        py = np.rint(y + (radius + off) * np.sin(angles)).astype(int)
        inside = (px >= 0) & (py >= 0) & (px < bits.shape[1]) & (py < bits.shape[0])
        hit[inside] |= bits[py[inside], px[inside]] > 0
    return float(hit.mean())


def ring_masks(
    rings: list[tuple[float, float, float]], shape: tuple[int, ...], dpi: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The outlines of round seals, and their whole areas."""
    cv2 = _cv2()
    outline, area = np.zeros(shape[:2], np.uint8), np.zeros(shape[:2], np.uint8)
    for x, y, radius in rings:
        centre = (round(x), round(y))
        cv2.circle(outline, centre, round(radius), 1, max(int(dpi * 0.07), 5))
        cv2.circle(area, centre, round(radius + 3), 1, -1)
    return outline.astype(np.bool_), area.astype(np.bool_)
