from __future__ import annotations

import base64
import io
from decimal import Decimal
from pathlib import Path

import pytest

from jihe_audit.export.images import SCALE, page_images

canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab is not installed")


def pdf(path: Path, pages: int = 2) -> Path:
    sheet = canvas.Canvas(str(path), pagesize=(300, 400))
    for n in range(pages):
        sheet.drawString(50, 350, f"page {n + 1} call 13812345678")
        sheet.showPage()
    sheet.save()
    return path


def test_what_is_personal_is_painted_over(tmp_path: Path) -> None:
    from PIL import Image

    box = (1, Decimal(80), Decimal(38), Decimal(200), Decimal(54))
    plain, hidden = (page_images(pdf(tmp_path / "a.pdf"), [1], covered) for covered in ([], [box]))
    assert (plain[0].width, plain[0].height) == (300, 400)
    pictures = []
    for (image,) in (plain, hidden):
        data = base64.b64decode(image.source.removeprefix("data:image/jpeg;base64,"))
        pictures.append(Image.open(io.BytesIO(data)).convert("L"))
    area = tuple(int(v * SCALE) for v in (Decimal(82), Decimal(40), Decimal(198), Decimal(52)))
    low, high = pictures[1].crop(area).getextrema()
    assert high - low < 40 and high < 110
    assert pictures[0].crop(area).getextrema()[1] > 200


def test_only_wanted_pages_that_exist(tmp_path: Path) -> None:
    assert [i.page for i in page_images(pdf(tmp_path / "a.pdf"), [2, 2, 9, 0], [])] == [2]


def test_a_broken_file_has_no_images(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    assert page_images(path, [1], []) == []
