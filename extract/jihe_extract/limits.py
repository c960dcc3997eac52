"""How much a reader may take: every bound in one place, all settable."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one input file. Sizes in bytes, times in seconds, lengths in points, areas in pixels.

    Every ``compare_every``-th page of a PDF is read a second time by another program and their figures are
    compared, besides all pages that look doubtful; 1 compares all pages. ``render`` lays Word documents out by
    LibreOffice, when that is installed, to know pages and boxes.
    """

    file_bytes: int = 100 * MB
    pages: int = 2_000
    zip_bytes: int = 300 * MB
    zip_ratio: int = 200
    zip_members: int = 5_000
    archive_depth: int = 2
    columns: int = 200
    rows: int = 5_000
    grid_cells: int = 200_000
    page_side: int = 14_400
    page_characters: int = 200_000
    image_pixels: int = 25_000_000
    path_segments: int = 20_000
    nesting: int = 250
    compare_every: int = 40
    render: bool = True
    ocr_pages: int = 300
    ocr_dpi: int = 150
    wall: float = 120.0
    wall_per_page: float = 0.2
    wall_per_ocr_page: float = 20.0
    office_wall: float = 60.0
    memory: int = 2_048 * MB


DEFAULT = Limits()
