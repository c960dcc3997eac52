from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_extract.charmap import CharStore
from jihe_extract.document import Box, Span
from jihe_extract.layout import turn_boxes


def row(n: int, top: float = 100.0) -> np.ndarray:
    return np.array([[10.0 * i, top, 10.0 * i + 10, top + 12] for i in range(n)], np.float32)


def test_boxes_are_merged_by_line_and_parted_by_page() -> None:
    store = CharStore()
    a = store.add("一行文字", 1, row(4))
    b = store.add("次行", 1, row(2, 120))
    c = store.add("新页", 2, row(2))
    chars = store.freeze([(a, 4), (-1, 1), (b, 2), (c, 2)])
    assert chars.boxes(Span(1, 9)) == (
        Box(1, Decimal("10.0"), Decimal("100.0"), Decimal("40.0"), Decimal("112.0")),
        Box(1, Decimal("0.0"), Decimal("120.0"), Decimal("20.0"), Decimal("132.0")),
        Box(2, Decimal("0.0"), Decimal("100.0"), Decimal("20.0"), Decimal("112.0")),
    )
    assert [chars.page(i) for i in (0, 4, 8)] == [1, 1, 2]
    assert chars.page(99) is None
    assert chars.source(0) is None


def test_trust_is_the_lowest_score() -> None:
    store = CharStore()
    store.add("12.5", 1, row(4), np.array([99, 88, 97, 99], np.uint8))
    store.add("万", 1, row(1))
    chars = store.freeze([(0, 5)])
    assert chars.trust(Span(0, 1)) == Decimal("0.99")
    assert chars.trust(Span(0, 5)) == Decimal("0.88")
    assert chars.trust(Span(4, 5)) is None
    assert store.score(1, 2) == 88


def test_wide_pages_do_not_overflow() -> None:
    store = CharStore()
    store.add("远", 1, np.array([[9000, 10, 9012, 22]], np.float32))
    assert store.freeze([(0, 1)]).boxes(Span(0, 1))[0].x1 == Decimal("9012.0")


def test_one_box_a_character() -> None:
    with pytest.raises(ValueError, match="one box"):
        CharStore().add("两字", 1, row(1))


@given(
    st.lists(st.tuples(*[st.floats(0, 500, width=16) for _ in range(4)]), min_size=1, max_size=8),
    st.sampled_from([0, 90, 180, 270]),
)
def test_turning_there_and_back(corners: list[tuple[float, ...]], degrees: int) -> None:
    boxes = np.array([[min(a, c), min(b, d), max(a, c), max(b, d)] for a, b, c, d in corners], np.float32)
    width, height = 600.0, 800.0
    turned = turn_boxes(boxes, degrees, width, height)
    size = (width, height) if degrees % 180 == 0 else (height, width)
    back = turn_boxes(turned, (360 - degrees) % 360, *size)
    assert np.allclose(back, boxes, atol=1e-2)
