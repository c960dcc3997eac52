"""Rates with marks: an indicator's row of their own, unless the clause has told an indicator already."""

from __future__ import annotations

import pytest

from jihe_extract.numbers.spotting import quantities
from jihe_extract.reading import read_text
from jihe_extract.scores.scoresheet import prose_rows


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("教材发放率98.5%，得9分。", "教材发放率", True),
        ("组织培训12场，惠及300人，教材发放率98.5%，得9分。", "教材发放率", True),
        ("排涝沟长度：任务书数不少于12场，岁末办成13场，任务办成率108.33%，得10分。", "任务办成率", False),
    ],
)
def test_a_rate_behind_target_and_result_is_no_indicator(text: str, name: str, told: bool) -> None:
    document = read_text(text)
    rows, _ = prose_rows(document, quantities(document.text))
    assert (name in [row.path[-1] for row in rows]) is told
