from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jihe_extract.numbers import numerals

DIGITS = "零一二三四五六七八九"
CAPITALS = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def spelt(number: int) -> str:
    """The number in everyday Chinese numerals, written independently of the parser."""
    if number == 0:
        return "零"
    out, gap = "", False
    for exponent, name in ((12, "万亿"), (8, "亿"), (4, "万"), (0, "")):
        part = number // 10**exponent % 10**4
        if part:
            out += ("零" if out and (gap or part < 1000) else "") + under_myriad(part) + name
            gap = False
        elif out:
            gap = True
    return out


def under_myriad(part: int) -> str:
    out, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = part // place % 10
        if digit:
            out += ("零" if out and gap else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out


@given(st.integers(0, 10**8 - 1))
def test_spelt_numbers_come_back(number: int) -> None:
    parsed = numerals.chinese(spelt(number))
    assert parsed is not None and parsed[0] == number


@given(st.integers(1, 10**8 - 1))
def test_financial_capitals_come_back(number: int) -> None:
    parsed = numerals.chinese(spelt(number).translate(CAPITALS))
    assert parsed is not None and parsed[0] == number


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_digits_with_separators_and_of_full_width_come_back(number: int, places: int) -> None:
    value = Decimal(number).scaleb(-places)
    for shown in (
        f"{value:f}",
        f"{value:,f}",
        f"{value:,f}".translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，")),
    ):
        assert numerals.arabic(shown) == value
        assert numerals.decimals(shown) == places


@pytest.mark.parametrize(
    ("written", "value", "place"),
    [
        ("十三", "13", 0),
        ("一千零五", "1005", 0),
        ("五万三千", "53000", 3),
        ("三千五", "3500", 2),
        ("一万三", "13000", 3),
        ("一万零十二", "10012", 0),
        ("一万五千亿", "1500000000000", 11),
        ("壹拾万零叁仟肆佰", "103400", 2),
        ("三点五", "3.5", -1),
        ("二〇二三", "2023", 0),
        ("两百", "200", 2),
    ],
)
def test_known_numerals(written: str, value: str, place: int) -> None:
    assert numerals.chinese(written) == (Decimal(value), place)


@pytest.mark.parametrize(
    "written", ["", "一三", "百", "十百", "千万亿万", "万", "点五", "三点", "一" * 30, "零零", "亿亿"]
)
def test_no_number(written: str) -> None:
    assert numerals.chinese(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [("3万5千", "35000"), ("1亿2000万", "120000000"), ("2万零500", "20500"), ("13万2千", "132000")],
)
def test_digits_mixed_with_magnitudes(written: str, value: str) -> None:
    found = numerals.mixed(written)
    assert found is not None and found[0] == Decimal(value)


def test_mixed_refuses_magnitudes_that_do_not_descend() -> None:
    assert numerals.mixed("5万6万") is None


@pytest.mark.parametrize(
    ("written", "low", "high"), [("三四十", 30, 40), ("七八百", 700, 800), ("两三", 2, 3), ("十五六", 15, 16)]
)
def test_neighbouring_digits_are_a_range(written: str, low: int, high: int) -> None:
    found = numerals.neighbours(written)
    assert found is not None and found[:2] == (Decimal(low), Decimal(high))


@given(st.text(alphabet=numerals.CHINESE + "点", max_size=40))
@example("一亿亿亿亿亿")
def test_any_string_of_numerals_is_read_or_refused(text: str) -> None:
    parsed = numerals.chinese(text)
    assert parsed is None or parsed[0] >= 0
    numerals.neighbours(text)
    numerals.mixed(text)
