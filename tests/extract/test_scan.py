import importlib.util
from decimal import Decimal
from io import BytesIO

import pytest

from jihe_corpus.samples.documents.compare import cells, offsets_hold, wanted
from jihe_corpus.samples.documents.make import FILES, scanned_part
from jihe_corpus.samples.documents.report import Paragraph
from jihe_extract.document import Document, Span
from jihe_extract.errors import ReadError
from jihe_extract.reading import read, read_bytes
from jihe_extract.sources import ocr

needs_ocr = pytest.mark.skipif(not ocr.installed(), reason="文字识别组件未安装")
SCAN = FILES / "scan-seal.pdf"


@pytest.fixture(scope="module")
def document() -> Document:
    return read(SCAN)


@needs_ocr
def test_prose_of_a_tilted_sealed_scan(document: Document) -> None:
    body = [document.quote(b.span) for b in document.prose() if b.kind not in ("caption", "note")]
    assert body == [p.text for p in scanned_part().parts if isinstance(p, Paragraph)]
    assert offsets_hold(document)


@needs_ocr
def test_table_under_the_seal_is_right_or_in_doubt(document: Document) -> None:
    (table,) = document.tables
    assert cells(document, table) == wanted(scanned_part().sheets()[0]) or not table.sure
    assert "印章或笔迹压盖表格" in table.reasons
    assert table.unit == "万元"


@needs_ocr
def test_scores_and_boxes(document: Document) -> None:
    at = document.text.index("641.78")
    trust = document.source_map.trust(Span(at, at + 6))
    assert trust is not None
    assert Decimal("0.5") < trust <= 1
    cell = next(c for c in document.tables[0].cells if document.quote(c.span) == "641.78")
    assert cell.origin == "ocr"
    assert cell.trust is not None
    (box,) = document.source_map.boxes(cell.span)
    (outer,) = cell.boxes
    assert outer.x0 - 3 <= box.x0 <= box.x1 <= outer.x1 + 3
    assert outer.top - 5 <= box.top <= box.bottom <= outer.bottom + 5


@needs_ocr
def test_blank_pages_invent_nothing() -> None:
    import numpy as np
    from PIL import Image, ImageDraw

    image = Image.fromarray(np.full((600, 800, 3), 250, np.uint8))
    pen = ImageDraw.Draw(image)
    for i in range(5):
        pen.line([(60, 60 + 80 * i), (700, 60 + 80 * i)], fill="black", width=2)
        pen.line([(60 + 160 * i, 60), (60 + 160 * i, 380)], fill="black", width=2)
    pen.line([(75, 70), (75, 130)], fill="black", width=2)  # the rest of a stroke in the first cell
    out = BytesIO()
    image.save(out, "PNG")
    with pytest.raises(ReadError) as caught:
        read_bytes(out.getvalue(), "空表.png")
    assert caught.value.code == "empty"


def test_without_the_extra_the_message_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "rapidocr" else real(name))
    with pytest.raises(ReadError) as caught:
        read(SCAN)
    assert caught.value.code == "needs_ocr"
    assert "jihe[ocr]" in caught.value.message_zh


def test_broken_picture() -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60), "坏.png")
    assert caught.value.code == "broken"


@pytest.mark.parametrize(
    ("raw", "wide"), [("率100%;项", "率100%；项"), ("(一)", "（一）"), ("3,208.50", "3,208.50"), ("A(b)", "A(b)")]
)
def test_punctuation_width_follows_its_neighbours(raw: str, wide: str) -> None:
    letters = ocr.full_width(ocr.spread(raw, 1.0, 0, 0, 100, 10))
    assert "".join(letter.text for letter in letters) == wide


@needs_ocr
@pytest.mark.parametrize("sealed", [True, False])
def test_round_seals_are_found_without_colour(sealed: bool) -> None:
    import numpy as np
    from PIL import Image, ImageDraw

    from jihe_extract.sources.picture import ink
    from jihe_extract.sources.seals import grey_rings, ring_masks

    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for row in range(30):
        pen.line([(140, 300 + 40 * row), (1100, 300 + 40 * row)], fill=0, width=2)
        pen.text((200, 310 + 40 * row), "641.78  655.20  97.95%  OOO000 8888", fill=0, font_size=22)
    if sealed:
        pen.ellipse([700, 500, 940, 740], outline=90, width=6)
    rings = grey_rings(ink(np.asarray(image)), 150)
    assert len(rings) == sealed
    if sealed:
        x, y, radius = rings[0]
        assert abs(x - 820) < 8
        assert abs(y - 620) < 8
        assert abs(radius - 117) < 8
        outline, area = ring_masks(rings, (1754, 1240), 150)
        assert area[620, 820]
        assert not outline[620, 820]


@needs_ocr
@pytest.mark.parametrize("tone", [95, 20])
def test_the_ink_of_a_grey_seal_is_lifted_and_print_stays(tone: int) -> None:
    import numpy as np
    from PIL import Image, ImageChops, ImageDraw

    from jihe_extract.sources.picture import ink
    from jihe_extract.sources.seals import grey_rings, without_rings

    clean = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(clean)
    for row in range(30):
        pen.text((200, 310 + 40 * row), "641.78  655.20  97.95%  8888" * 2, fill=10, font_size=22)
    stamp = Image.new("L", clean.size, 255)
    pen = ImageDraw.Draw(stamp)
    pen.ellipse([400, 500, 640, 740], outline=tone, width=7)
    pen.rectangle([480, 590, 560, 650], fill=tone)
    sealed = np.asarray(ImageChops.multiply(clean, stamp))
    bits = ink(sealed)
    cleared = without_rings(sealed, bits, grey_rings(bits, 150), 150)
    assert (cleared is None) == (tone < 30)  # as dark as the print: not to be told apart
    if cleared is not None:
        page, inked = cleared
        off = np.abs(page.astype(int) - np.asarray(clean).astype(int)) > 60
        assert inked[620, 520]
        assert off.mean() < 0.001


@needs_ocr
@pytest.mark.parametrize("stamped", [True, False])
def test_print_under_a_stamp_stays_dark_and_under_a_picture_of_one_it_does_not(stamped: bool) -> None:
    import numpy as np
    from PIL import Image, ImageChops, ImageDraw

    from jihe_extract.sources.picture import see_through, without_seal

    clean = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(clean)
    for row in range(30):
        pen.text((200, 310 + 40 * row), "641.78  655.20  97.95%  8888" * 2, fill=(10, 10, 10), font_size=22)
    red = Image.new("RGB", clean.size, "white")
    ImageDraw.Draw(red).ellipse([400, 500, 640, 740], outline=(220, 50, 60), fill=(220, 50, 60))
    over = Image.new("L", clean.size, 0)
    ImageDraw.Draw(over).ellipse([400, 500, 640, 740], fill=190)
    page = ImageChops.multiply(clean, red) if stamped else Image.composite(red, clean, over)
    grey, inked = without_seal(np.asarray(page, np.uint8))
    assert inked is not None
    assert see_through(grey, inked) == stamped


@needs_ocr
def test_figures_under_a_stamp_are_weak_in_a_table_that_stays_certain() -> None:
    from PIL import Image, ImageChops, ImageDraw

    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    shown = [["Plan", "Paid", "Rate", "Share", "Mark"]]
    shown += [[f"{(7 * row + 3) * (col + 5) * 1.37:.2f}" for col in range(5)] for row in range(5)]
    for n in range(7):
        pen.line([140, 200 + 60 * n, 1090, 200 + 60 * n], fill=0, width=2)
    for n in range(6):
        pen.line([140 + 190 * n, 200, 140 + 190 * n, 560], fill=0, width=2)
    for row, figures in enumerate(shown):
        for col, figure in enumerate(figures):
            pen.text((185 + 190 * col, 216 + 60 * row), figure, fill=(10, 10, 10), font_size=26)
    red = Image.new("RGB", page.size, "white")
    ImageDraw.Draw(red).ellipse([420, 260, 660, 500], outline=(220, 50, 60), width=8)
    data = BytesIO()
    ImageChops.multiply(page, red).save(data, "PNG")
    document = read_bytes(data.getvalue(), "scan.png")
    (table,) = document.tables
    assert [[document.quote(c.span) for c in table.cells if c.row == row] for row in range(6)] == shown
    assert table.sure
    assert any(c.trust is not None and c.trust <= Decimal("0.5") for c in table.cells)


@needs_ocr
def test_strokes_of_writing_do_not_lengthen_rules_and_low_rows_have_columns() -> None:
    import numpy as np

    from jihe_extract.layout import Rule
    from jihe_extract.sources.scanrules import low_uprights, ruling_lines, tied, without_writing

    bits = np.zeros((400, 900), np.uint8)
    for top in (40, 68, 120, 180, 240):
        bits[top : top + 2, 50:851] = 1
    for x in (50, 850):
        bits[40:242, x : x + 2] = 1
    bits[120:242, 450:452] = 1  # a column below the second row
    bits[86:117, 450:453] = 1  # a stroke of writing in line with it
    bits[40:70, 300:302] = 1  # a column of the first row alone, too low for a long rule
    found = without_writing(ruling_lines(bits, 150), bits, 10)
    middle = [r for r in found if r.vertical and abs(r.x0 - 451) < 4]
    assert len(middle) == 1
    assert abs(middle[0].top - 121) < 4
    kept = tied(found, 10)
    low = low_uprights(kept, bits, 150)
    assert [round(r.x0) for r in low] == [301] or [round(r.x0) for r in low] == [300]
    assert all(isinstance(r, Rule) and r.vertical for r in low)
