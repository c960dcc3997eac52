"""Arithmetic that the report writes out: ``216÷1080×100%=20%``, ``达标率98.33%（118/120）``.

A formula claim has kind ``ratio``, its operands in text order, and in ``word`` the calculation in postfix
form over the operands' numbers: ``rpn:0 1 - 1 /``. A constant ``100%`` is left out, for it is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.numbers.quantity import Quantity

_NUMBER = r"\d[\d,，]{0,30}(?:\.\d{1,20})?"  # bounded, so that endless runs of digits take linear time
_UNIT = r"(?:\s*(?:亿元|万元|元|人次|人|户|件|个|项|次|分|%|％|倍)(?!\p{Han}))?"
_TERM = rf"[（(]{{0,4}}\s{{0,8}}{_NUMBER}{_UNIT}\s{{0,8}}[）)]{{0,4}}"
_OPERATOR = r"[÷/×xX*＊✕＋+−－\-]"
_EQUATION = regex.compile(rf"(?<!\d){_TERM}(?:\s*{_OPERATOR}\s*{_TERM}){{1,24}}\s*[=＝≈]\s*{_NUMBER}\s*[%％]?")
_BRACKETED = regex.compile(
    rf"(?<!\d)(?P<rate>{_NUMBER}\s*[%％])\s*[（(](?P<k>{_NUMBER}{_UNIT})\s*[/÷]\s*(?P<n>{_NUMBER}{_UNIT})[）)]"
)
_PLAIN = regex.compile(_NUMBER)
_TOKEN = regex.compile(rf"{_NUMBER}|[（()）÷/×xX*＊✕＋+−－\-=＝≈]")
_SIGNS = {"÷": "/", "/": "/", "×": "*", "x": "*", "X": "*", "*": "*", "＊": "*", "✕": "*", "＋": "+", "+": "+"}
_SIGNS.update({"−": "-", "－": "-", "-": "-"})
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


def _may_hold(text: str) -> tuple[bool, bool]:
    """Whether an equation, and whether a rate with its calculation in brackets, can stand in the text at all."""
    equated = "=" in text or "＝" in text or "≈" in text
    return equated, ("%" in text or "％" in text) and ("/" in text or "÷" in text)


def formula_quantities(text: str, known: Sequence[Quantity]) -> list[Quantity]:
    """Bare numbers inside formulas that no quantity covers yet; offsets into ``text``."""
    equated, shared = _may_hold(text)
    if not equated and not shared:
        return []
    covered = [(q.span.start, q.span.end) for q in known]
    found: list[Quantity] = []
    for match in (*_EQUATION.finditer(text), *_BRACKETED.finditer(text)):
        inside = [(a, b) for a, b in covered if a < match.end() and match.start() < b]
        for number in _PLAIN.finditer(text, match.start(), match.end()):
            if not any(a < number.end() and number.start() < b for a, b in inside):
                inside.append((number.start(), number.end()))
                covered.append((number.start(), number.end()))
                found.append(_bare(number.group(), number.start()))
    return found


def _bare(shown: str, start: int) -> Quantity:
    digits = shown.replace(",", "").replace("，", "")
    _, _, fraction = digits.partition(".")
    span = Span(start, start + len(shown))
    return Quantity(Decimal(digits), "", Decimal(1).scaleb(-len(fraction)), "eq", span, shown=shown, text=shown)


def formula_claims(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """The formulas whose every number is a known figure, in text order."""
    starts = {f.quantity.span.start: f for f in facts}
    text = document.text
    equated, shared = _may_hold(text)
    for match in _EQUATION.finditer(text) if equated else ():
        yield from _equation(text, match.start(), match.end(), starts)
    for match in _BRACKETED.finditer(text) if shared else ():
        parts = [starts.get(match.start(name)) for name in ("rate", "k", "n")]
        if all(p is not None for p in parts):
            rate, k, n = (p for p in parts if p is not None)
            yield _claim(Span(match.start(), match.end()), rate, (k, n), "0 1 /")


class _Postfix:
    """Turns the tokens of an equation's left side into postfix (the shunting-yard way)."""

    def __init__(self) -> None:
        self.operands: list[Fact] = []
        self.output: list[str] = []
        self.stack: list[str] = []

    def number(self, fact: Fact) -> None:
        """An operand."""
        self.output.append(str(len(self.operands)))
        self.operands.append(fact)

    def one(self) -> None:
        """``×100%`` changes nothing: drop the multiplication, or put a 1 where no operator waits."""
        if self.stack and self.stack[-1] == "*":
            self.stack.pop()
        else:
            self.output.append("1")

    def sign(self, token: str) -> bool:
        """An operator or bracket; False when a bracket has no partner."""
        if token in "（(":
            self.stack.append("(")
            return True
        if token in "）)":
            while self.stack and self.stack[-1] != "(":
                self.output.append(self.stack.pop())
            return bool(self.stack) and self.stack.pop() == "("
        sign = _SIGNS[token]
        while self.stack and self.stack[-1] != "(" and _RANK[self.stack[-1]] >= _RANK[sign]:
            self.output.append(self.stack.pop())
        self.stack.append(sign)
        return True

    def finish(self) -> str:
        """The postfix words, ``""`` when the expression is not whole."""
        if "(" in self.stack or len(self.operands) < 2:
            return ""
        words = [*self.output, *reversed(self.stack)]
        return " ".join(words) if _balanced(words) else ""


def _equation(text: str, start: int, end: int, starts: Mapping[int, Fact]) -> Iterator[Claim]:
    """One equation; nothing when a number of it is no known figure or the brackets do not match."""
    postfix = _Postfix()
    equals = False
    for match in _TOKEN.finditer(text, start, end):
        token = match.group()
        if token in "=＝≈":
            equals = True
        elif not token[0].isdigit():
            if not postfix.sign(token):
                return
        elif equals:
            stated = starts.get(match.start())
            words = postfix.finish()
            if stated is not None and words:
                yield _claim(Span(start, stated.quantity.span.end), stated, tuple(postfix.operands), words)
            return
        elif _is_hundred(text, match.start()):
            postfix.one()
        elif (fact := starts.get(match.start())) is not None:
            postfix.number(fact)
        else:
            return


def _is_hundred(text: str, at: int) -> bool:
    return bool(regex.compile(r"100(?:\.0+)?\s*[%％]").match(text, at))


def _balanced(postfix: Sequence[str]) -> bool:
    depth = 0
    for token in postfix:
        depth += -1 if token in _RANK else 1
        if depth < 1:
            return False
    return depth == 1


def _claim(span: Span, stated: Fact, operands: tuple[Fact, ...], postfix: str) -> Claim:
    return Claim(
        "ratio",
        span,
        stated=stated,
        operands=operands,
        word=f"rpn:{postfix}",
        subject=stated.subject,
        scope=stated.scope,
    )
