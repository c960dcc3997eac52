"""Words of names: the vocabulary stays whole, and verbs before a project's name go."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_extract.prose.terms import segment, trim_name


def test_vocabulary_is_kept_whole() -> None:
    assert "部门预算执行率" in [w.text for w in segment("我局部门预算执行率为九成")]


@settings(deadline=None)
@given(st.text(alphabet="全年预算执行率为的项目支出万元，。 a1", max_size=60))
def test_words_cover_the_text(text: str) -> None:
    words = segment(text)
    assert "".join(w.text for w in words) == text
    assert all(text[w.start : w.end] == w.text for w in words)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("积极推进农田水渠维修项目", "农田水渠维修项目"),
        ("完成老旧小区改造项目", "老旧小区改造项目"),
        ("维修改造项目", "维修改造项目"),
        ("推进器采购项目", "推进器采购项目"),
    ],
)
def test_trim_name(name: str, wanted: str) -> None:
    assert trim_name(name) == wanted
