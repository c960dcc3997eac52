"""The many ways reports write a count: digits, thousands, Chinese numerals, full width, bounds, ranges."""

from __future__ import annotations

import random

_DIGITS = "零一二三四五六七八九"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def chinese(number: int) -> str:
    """A number below ten thousand in Chinese numerals, as spoken."""
    if number < 10:
        return _DIGITS[number]
    text, zero, places = "", False, ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
    for worth, name in places:
        digit = number // worth % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
            zero = False
        elif text:
            zero = True
    return text[1:] if text.startswith("一十") else text


def work_figure(rng: random.Random, unit: str, gap: str, fact_id: str) -> str:
    """A count of work done in one of the ways reports write it, as markup."""
    number = rng.randint(11, 4000)
    tag = f"#{fact_id}"
    match rng.randrange(14):
        case 0:
            return f"{{{number:,}{gap}{unit}|{tag}}}"
        case 1:
            small = rng.randint(3, 99)
            return f"{{{chinese(small)}{unit}|!{small}{unit}{tag}}}"
        case 2:
            return f"{{{str(number).translate(_FULL_WIDTH)}{unit}|{tag}}}"
        case 3:
            return f"{{{number // 10 * 10}余{unit}|%ge!{number // 10 * 10}{unit}{tag}}}"
        case 4:
            return f"近{{{number}{gap}{unit}|%lt{tag}}}"
        case 5:
            return f"超过{{{number}{gap}{unit}|%gt{tag}}}"
        case 6:
            return f"{{{number}{gap}{unit}|%ge{tag}}}以上"
        case 7:
            low = rng.randint(3, 40)
            high = low + rng.randint(2, 20)
            return f"{{{low}|%lo!{low}{unit}{tag}a}}至{{{high}{unit}|%hi{tag}b}}"
        case 8:
            tenths = rng.randint(11, 96)
            return f"{{{tenths / 10}万{unit}|{tag}}}"
        case _:
            return f"{{{number}{gap}{unit}|{tag}}}"
