"""Values of numerals as written: 3,208.50 · １，２０８ · 五万三千 · 壹拾万零叁仟 · 3万5千 · 三点五.

Every function takes one numeral and nothing around it, and returns an exact Decimal, or ``None`` when the
characters do not form a number. Time is linear in the length, which is limited to ``LONGEST``.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

LONGEST = 24
"""Numerals of more characters are codes, not figures."""

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **{"两": 2, "○": 0, "貳": 2, "叄": 3, "陸": 6},
}
PLACES = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3}
MYRIADS = {"万": 4, "萬": 4, "亿": 8, "億": 8}
CHINESE = "".join([*DIGITS, *PLACES, *MYRIADS])
"""All characters of Chinese numerals."""

_FOLD = str.maketrans("０１２３４５６７８９．，", "0123456789.,", " \u3000\u00a0\t\r\n")
TEN = [Decimal(10) ** n for n in range(33)]
_TENTHS = [Decimal(1).scaleb(-n) for n in range(33)]


def power(exponent: int) -> Decimal:
    """Ten to the given power, for exponents from -32 to 32."""
    return TEN[exponent] if exponent >= 0 else _TENTHS[-exponent]


def arabic(shown: str) -> Decimal | None:
    """Value of digits of either width with separators and breaks: ``'１，２０８．５'`` → 1208.5."""
    if len(shown) > LONGEST:
        return None
    folded = shown if shown.isdigit() else shown.translate(_FOLD).replace(",", "")
    try:
        return Decimal(folded)
    except ArithmeticError:
        return None


def decimals(shown: str) -> int:
    """Digits shown after the decimal point, of either width."""
    point = max(shown.rfind("."), shown.rfind("．"))
    if point < 0:
        return 0
    fraction = shown[point + 1 :]
    return len(fraction) if fraction.isdigit() else sum(c.isdigit() for c in fraction)


@lru_cache(maxsize=256)
def magnitude(characters: str) -> int:
    """Power of ten of 万, 千万, 万亿 …; 0 for the empty string."""
    return sum(MYRIADS.get(c) or PLACES.get(c, 0) for c in characters)


def _section(text: str) -> tuple[int, int] | None:
    """Value and lowest place of a numeral below 万: 三千零五 → (3005, 0)."""
    total, digit, last, zero = 0, -1, 4, False
    for c in text:
        if c in PLACES:
            place = PLACES[c]
            if place >= last or digit == 0:
                return None
            if digit < 0 and (place != 1 or (total and not zero)):
                return None
            total += (1 if digit < 0 else digit) * 10**place
            last, digit, zero = place, -1, False
        elif DIGITS[c] == 0 and digit < 0:
            if zero:
                return None
            zero = True
        elif digit >= 0:
            return None
        else:
            digit = DIGITS[c]
    if digit < 0:
        return (total, last if last < 4 else 0) if total or text in ("零", "〇") else None
    if total and not zero and last > 1:
        return total + digit * 10 ** (last - 1), last - 1  # 三千五 is 3500
    return total + digit, 0


def _sections(text: str) -> list[tuple[str, int]]:
    """Pieces before each 亿 and 万 with the power that they carry: 一亿二千万 → [(一,8),(二千,4),('',0)]."""
    pieces: list[tuple[str, int]] = []
    piece = ""
    for c in text:
        if c not in MYRIADS:
            piece += c
        elif piece:
            pieces.append((piece, MYRIADS[c]))
            piece = ""
        elif pieces and MYRIADS[c] == 8 and pieces[-1][1] == 4:
            pieces[-1] = (pieces[-1][0], 12)  # 万亿
        else:
            return []
    pieces.append((piece, 0))
    return pieces


def chinese(text: str) -> tuple[Decimal, int] | None:
    """Value of a Chinese numeral and the power of its lowest place shown: 五万三千 → (53000, 3).

    Accepts everyday and financial characters, 两, inner 零, 点 with decimals, and the short forms 三千五
    (3500) and 一万三 (13000). Digits in a row (二〇二三) are read as such.
    """
    if not text or len(text) > LONGEST:
        return None
    whole, point, fraction = text.partition("点")
    if point:
        return _with_fraction(whole, fraction)
    if len(whole) > 1 and all(c in DIGITS for c in whole):
        return (Decimal("".join(str(DIGITS[c]) for c in whole)), 0) if len(whole) > 2 or "〇" in whole else None
    if any(c not in CHINESE for c in whole):
        return None
    return _integer(whole)


def _with_fraction(whole: str, fraction: str) -> tuple[Decimal, int] | None:
    tail = fraction.rstrip("万亿萬億")
    head = chinese(whole) if whole else None
    if head is None or not tail or any(c not in DIGITS for c in tail):
        return None
    exponent = magnitude(fraction[len(tail) :])
    value = (head[0] + Decimal("0." + "".join(str(DIGITS[c]) for c in tail))) * power(exponent)
    return value, exponent - len(tail)


def _integer(text: str) -> tuple[Decimal, int] | None:
    total, last, place = 0, 99, 0
    pieces = _sections(text)
    for n, (piece, exponent) in enumerate(pieces):
        if not piece:
            continue
        value = _section(piece)
        if value is None or (exponent >= last and (exponent, last) != (8, 4)):
            return None
        amount, place = value[0], value[1] + exponent
        if n == len(pieces) - 1 and n and len(piece) == 1 and amount and last >= 4:
            amount, place = amount * 10 ** (last - 1), last - 1  # 一万三 is 13000
        if exponent > last:  # 一万五千亿: all of it counts in 亿
            total *= 10**exponent
        total += amount * 10**exponent
        last = exponent
    return (Decimal(total), place) if pieces else None


def neighbours(text: str) -> tuple[Decimal, Decimal, int] | None:
    """Bounds of an approximate pair of digits: 三四十 → (30, 40), 七八百, 两三, 十五六; and the place."""
    if len(text) > 8:
        return None
    for i in range(len(text) - 1):
        a, b = DIGITS.get(text[i], 0), DIGITS.get(text[i + 1], 0)
        if a and b and (b == a + 1 or (a, b) == (3, 5)):
            low, high = chinese(text[: i + 1] + text[i + 2 :]), chinese(text[:i] + text[i + 1 :])
            if low is not None and high is not None and low[0] < high[0]:
                return low[0], high[0], low[1]
    return None


def mixed(text: str) -> tuple[Decimal, int] | None:
    """Value and lowest place of digits mixed with 万, 千 …: 3万5千 → (35000, 3), 1亿2000万, 2万零500."""
    total, last, place = Decimal(0), 99, 0
    number, i, closed = "", 0, True
    text = text.translate(_FOLD)
    while i <= len(text):
        c = text[i] if i < len(text) else ""
        if c and (c in "0123456789.," or (DIGITS.get(c))):
            number += c if c.isascii() else str(DIGITS[c])
            closed = False
        elif c in ("零", "〇"):
            pass
        else:
            run = i
            while run < len(text) and (text[run] in MYRIADS or text[run] in PLACES):
                run += 1
            exponent = magnitude(text[i:run])
            value = arabic(number) if number else None
            too_large = exponent >= min(last, len(TEN))
            if value is None or too_large or value * power(exponent) >= power(min(last, len(TEN) - 1)):
                return (total, place) if closed and i >= len(text) and total else None
            total += value * power(exponent)
            last, place, number, closed = exponent, exponent - decimals(number), "", True
            i = max(run - 1, i)
            if run < len(text) and run == i:
                return None
        i += 1
    return total, place
