"""Names that stand apart from their figures: told by a formula, or by a heading word and a colon before a list."""

from __future__ import annotations

import regex

UPPER, LOWER = "\1", "\2"
"""Before a rate's name: the figure above, or below, the line of its calculation."""
_SIDE = r"[“”\"\p{Han}（）()、]{2,30}"
_NUMBER = r"[（(]?\s*(?P<{}>\d[\d,，.]*)\s*(?:亿元|万元|元|人|份|个|件|户|%|％)?\s*[）)]?"
_HUNDRED = r"(?:\s*[×xX*＊]\s*100\s*[%％])?"
_NAMED_FORMULA = regex.compile(
    rf"(?P<name>{_SIDE})[=＝]\s*[（(]?(?P<upper>{_SIDE}?)\s*[÷/]\s*(?P<lower>{_SIDE}?)[）)]?{_HUNDRED}\s*[=＝]\s*"
    rf"(?:{_NUMBER.format('k')}\s*[÷/]\s*{_NUMBER.format('n')}{_HUNDRED}\s*[=＝≈]\s*)?"
    r"(?P<rate>\d[\d.]*)\s*[%％]"
)
_FORMULA = regex.compile(
    rf"(?P<name>{_SIDE})[=＝]\s*{_NUMBER.format('k')}\s*[÷/]\s*{_NUMBER.format('n')}{_HUNDRED}\s*[=＝≈]\s*"
    r"(?P<rate>\d[\d.]*)\s*[%％]"
)


def formula_names(text: str, offset: int) -> dict[int, str]:
    """What the figures of a written-out formula are, by where they start.

    ``执行率=支出数÷预算数×100%=90万元÷100万元×100%=90%`` names all three of its figures;
    ``执行率=90万元÷100万元=90%`` names its result. ``offset`` is the place of the text in its document.
    """
    if "=" not in text and "＝" not in text:
        return {}
    names: dict[int, str] = {}
    for match in _FORMULA.finditer(text):
        names[offset + match.start("rate")] = match["name"]
        names[offset + match.start("k")] = UPPER + match["name"]
        names[offset + match.start("n")] = LOWER + match["name"]
    for match in _NAMED_FORMULA.finditer(text):
        names[offset + match.start("rate")] = match["name"]
        if match["k"] is not None:
            names[offset + match.start("k")] = match["upper"]
            names[offset + match.start("n")] = match["lower"]
    return names


def announcement(lead: str) -> str:
    """The words before the colon that a lead ends with (``年初预算：``), ``""`` when it ends otherwise."""
    lead = lead.rstrip()
    if not lead.endswith(("：", ":")):
        return ""
    return str(regex.split("[，。；;,]", lead.rstrip("：: "))[-1])
