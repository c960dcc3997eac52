"""The second PDF reader, pdfplumber: it stands in where pdfium fails and checks figures where pdfium is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
import pdfplumber

from jihe_extract.layout import Glyphs, PageContent, Rule

_FIGURES = frozenset("0123456789.%")
_STRAIGHT = 1.0


def digits_of(text: str) -> Counter[str]:
    """The bag of characters that make up figures."""
    return Counter(c for c in text if c in _FIGURES)


@contextmanager
def second_reader(data: bytes) -> Iterator[list[Any]]:
    """The pages as pdfplumber sees them; none when it cannot open the file."""
    try:
        document = pdfplumber.open(BytesIO(data))
        pages = document.pages
    except Exception:  # pdfminer raises anything on broken files; the first reader's answer stands
        yield []
        return
    try:
        yield pages
    finally:
        document.close()


def second_text(pages: list[Any], index: int) -> str | None:
    """All characters of a page, doubled glyphs once; None when the page cannot be read."""
    try:
        page = pages[index]
        text = "".join(str(c["text"]) for c in page.dedupe_chars().chars)
        page.close()
    except Exception:  # as above
        return None
    return text


def second_content(pages: list[Any], index: int) -> PageContent | None:
    """A page that pdfium could not read; None when this reader cannot either."""
    try:
        page = pages[index]
        chars = [c for c in page.dedupe_chars().chars if len(c["text"]) == 1 and not c["text"].isspace()]
        rules = [
            Rule(e["x0"], e["top"], e["x1"], e["bottom"], e["orientation"] == "v")
            for e in page.edges
            if min(e["x1"] - e["x0"], e["bottom"] - e["top"]) <= _STRAIGHT
        ]
        width, height = float(page.width), float(page.height)
    except Exception:  # as above
        return None
    boxes = np.array([[c["x0"], c["top"], c["x1"], c["bottom"]] for c in chars], np.float32).reshape(-1, 4)
    sizes = np.array([c["size"] for c in chars], np.float32)
    glyphs = Glyphs([str(c["text"]) for c in chars], boxes, sizes, None)
    return PageContent(index + 1, width, height, glyphs, boxes, rules)
