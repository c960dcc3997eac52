from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from jihe_corpus.samples.documents.pdf import write_pdf
from jihe_corpus.samples.documents.report import Paragraph, Report, sample_report
from jihe_extract.limits import DEFAULT
from jihe_extract.sources.pdf import open_pdf, read_pdf
from jihe_extract.sources.pdfium import PageSpace, page_glyphs
from jihe_extract.sources.standin import font, machine_fonts, stand_in_fonts


def characters(data: bytes) -> tuple[str, list[np.ndarray]]:
    document, text, boxes = open_pdf(data), "", []
    for page in document:
        glyphs, _ = page_glyphs(page, PageSpace(page), DEFAULT)
        text += "".join(glyphs.text)
        boxes.append(glyphs.boxes)
        page.close()
    document.close()
    return text, boxes


def test_the_same_characters_at_the_same_places() -> None:
    data = write_pdf(sample_report())
    text, boxes = characters(data)
    with stand_in_fonts():
        other, others = characters(data)
    assert other == text
    assert "流动图书车" in text
    for mine, theirs in zip(boxes, others, strict=True):
        assert np.abs(mine[:, [0, 2]] - theirs[:, [0, 2]]).max() < 1.5
        assert np.abs(mine[:, [1, 3]] - theirs[:, [1, 3]]).max() < 6.0


def drawn(data: bytes) -> int:
    document = pdfium.PdfDocument(data)
    try:
        return int(document[0].render().to_numpy().astype(np.int64).sum())
    finally:
        document.close()


def test_pages_are_drawn_with_the_fonts_of_the_machine_again() -> None:
    data = write_pdf(Report((Paragraph("预算执行情况良好，全年支出按计划完成。"),)))
    before = drawn(data)
    with stand_in_fonts():
        squares = drawn(data)
        with machine_fonts():
            assert drawn(data) == before
        assert drawn(data) == squares
    assert drawn(data) == before
    read_pdf(data, "r.pdf")
    assert drawn(data) == before


def test_the_font_can_be_opened(tmp_path: Path) -> None:
    from PIL import ImageFont

    (tmp_path / "f.ttf").write_bytes(font())
    opened = ImageFont.truetype(str(tmp_path / "f.ttf"), 1000)
    assert opened.getbbox("绩", anchor="ls") == opened.getbbox("9", anchor="ls") == (0, -700, 1000, 0)
    assert opened.getlength("绩效") == 2000
