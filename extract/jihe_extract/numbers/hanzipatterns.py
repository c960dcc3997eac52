"""The patterns of Chinese numerals: where a run begins, what it may be, and what may follow it."""

from __future__ import annotations

import re

from jihe_extract.numbers import numerals, relations
from jihe_extract.numbers.unitless import NUMBER
from jihe_extract.numbers.units import FIRST, chinese_unit_pattern, literal, vocabulary

_KINDS = vocabulary("units")["kinds"]
_LIMITS = vocabulary("units")["limits"]


def _any(words: list[str]) -> str:
    return "|".join(literal(word) for word in sorted(words, key=len, reverse=True))


C = f"[{numerals.CHINESE}]"
_SMALL = "一二两三四五六七八九零〇十壹贰叁肆伍陆柒捌玖拾貳叄陸"
_OFFICE = f"[一二两三四五六七八九十]{{1,2}}(?:{_any(_KINDS['offices'])})"
_RANGE = f"(?P<low>{C}{{1,6}}+)(?P<mark>[至到~～—-])(?={C})"
SPOT: re.Pattern[str] = re.compile(
    f"(?<!{C}|[第0-9０-９.．])(?:"
    f"(?P<part>[百千万十])分之(?P<rate>{C}{{1,12}}+(?:点{C}{{1,12}}+)?|{NUMBER})"
    f"|(?P<base>[{_SMALL}百]{{1,6}})分之(?P<top>[{_SMALL}百]{{1,6}})"
    f"|零(?P<nought>{_any(_KINDS['nothing'])})"
    f"|(?P<offices>(?:{_OFFICE}){{2,6}}|(?<={'|'.join(map(literal, _KINDS['after']))}){_OFFICE})"
    f"|(?P<tenths>[一二两三四五六七八九](?:点[一二三四五六七八九])?|十)成(?P<hundredths>[一二三四五六七八九])?(?P<cut>半)?(?![为立效功员果本绩长品都型交套分熟年人就]|[{_SMALL}]"
    f"|天|型)"
    f"|半(?P<half>{_any(_LIMITS['half_of'])})"
    f"|{_RANGE}"
    f"|(?P<number>(?:[{_SMALL}]|(?<=[上数几近逾超约成过])[百千万亿佰仟]){C}{{0,23}}+(?:点{C}{{1,12}}+)?)"
    f"(?P<more>[余多来几])?+(?P<scale>[万亿]{{1,2}}+)?+(?P<more2>[余多])?+"
    f"[ ]{{0,4}}+(?:(?P<unit>{chinese_unit_pattern()})(?P<rest>半|[（(](?:{_any(_LIMITS['bracketed'])})[)）])?)"
    f")"
)
_FOLLOW = (
    "".join(
        sorted(FIRST | {word[0] for word in _KINDS["offices"] + _KINDS["nothing"]} | set("余多来几点分成至到~～— 个"))
    )
    .replace("\\", "\\\\")
    .replace("-", "")
)
_LEADS = "".join(word for word in relations.LEADING if len(word) == 1)
RUN = re.compile(  # a magnitude alone begins no numeral: 万元, 百姓
    f"[{numerals.CHINESE}半](?:(?<![百千万亿佰仟])|(?<=[{_LEADS}].)|(?=分))"
    f"[{numerals.CHINESE}半]{{0,23}}+(?=[{_FOLLOW}])"
)
JIAO: re.Pattern[str] = re.compile(f"(?P<jiao>{C})[角毛](?:(?P<fen>{C})分)?|零?(?P<only>{C})分(?!钟|之)")
WHOLE: re.Pattern[str] = re.compile("整(?![体个理合改治])|人民币")
PARTS: re.Pattern[str] = re.compile(f"([一二两三四五六七八九十]{{1,2}})({_any(_KINDS['offices'])})")
