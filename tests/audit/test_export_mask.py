from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_audit.export.mask import Mask


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("联系电话：13812345678。", "联系电话：138****5678。"),
        ("电话138 1234 5678转", "电话138******5678转"),
        ("身份证号431002199003071234，", "身份证号431************234，"),
        ("办公电话0731-84123456。", "办公电话0731-*****456。"),
        ("账号：6222021234567890123", "账号：622************0123"),
        ("重点信访对象王小明已进入审判阶段", "重点信访对象王**已进入审判阶段"),
        ("、赵大力信访积案等", "、赵**信访积案等"),
        ("上访人李明反映", "上访人李*反映"),
        ("邮箱zhangsan@example.com。", "邮箱zh**************.com。"),
    ],
)
def test_personal_data_is_covered_at_the_same_length(text: str, covered: str) -> None:
    mask = Mask(text)
    assert mask.text == covered
    assert len(mask.text) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "全年支出13812345678元。",
        "资产13812345678.50元",
        "金额13,812,345,678.00元",
        "受理信访问题21件，化解信访案件93件，重点信访案件5件",
        "12345热线、0.8716、1234567890",
        "低保户金额3万元，患者高度满意，信访人全年无越级上访",
        "编号20231234567890",
        "〔2023〕13号",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert Mask(text).text == text


def test_sentences_made_from_the_text_are_covered_too() -> None:
    mask = Mask("信访人周大年来电13812345678。")
    assert mask.of("“周大年”的号码13812345678公开") == "“周**”的号码138****5678公开"
    assert mask.of("另一号码13987654321") == "另一号码139****4321"


def test_lone_surrogates_can_be_written() -> None:
    mask = Mask("甲\ud800乙")
    assert mask.text == "甲\ufffd乙" and mask.of("\udfff") == "\ufffd"


@given(st.text(alphabet="0123456789Xx 信访人王小明电话：-，。@a.", max_size=200))
def test_length_and_idempotence(text: str) -> None:
    once = Mask(text).text
    assert len(once) == len(text)
    assert Mask(once).text.count("*") >= once.count("*")


@pytest.mark.parametrize("piece", ["1", "1 3-", "信访人", "a@", "王"])
def test_hostile_runs_take_linear_time(piece: str) -> None:
    def seconds(n: int) -> int:
        started = time.perf_counter_ns()
        Mask(piece * n)
        return time.perf_counter_ns() - started

    seconds(1000)
    small, large = seconds(20_000), seconds(200_000)
    assert large < small * 60 + 10**9
