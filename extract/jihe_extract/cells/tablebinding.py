"""Column header and row label together: which of them names the measure, and what the other narrows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from jihe_extract.cells.tablewords import Meaning, TableWords
from jihe_extract.prose.labels import PEOPLE_AXES

_NAME_MAX = 60
_OTHER_KIND = frozenset("率%比人户个次数")
"""What in the name of a column says that it holds no money."""
_NO_COUNT = re.compile(
    r"[本上此该前首历]次|一次性|第[一二三四五六七八九十\d]+次|次[年月]|个人|残疾人|老年人|工人|病人|法人|[专账]户"
    r"|(?<=下达|资金|补助|拨付|安排|金额|结余|到位|支付|预算|执行|决算)数"
)
"""Words with those characters that count nothing."""
_CHANGES = frozenset({"change", "change_rate"})
_GENERIC = frozenset({"预算数", "执行数", "收入数"})


class Column(Struct, frozen=True):
    """What the header cells over a column say together."""

    role: str = ""
    measure: str = ""
    kind: str = ""
    scope: str = ""
    period: str = ""
    unit: str = ""
    neutral: bool = False
    side: str = ""
    """``income`` or ``expense`` when an upper header says so."""
    known: bool = True
    text: str = ""


class Bound(Struct, frozen=True):
    """What a figure measures; an empty measure is unbound. ``money`` says that an amount is at least likely."""

    measure: str = ""
    kind: str = ""
    scope: str = ""
    subject: str = ""
    period: str = ""
    unit: str = ""
    money: bool = False
    trust: Decimal = Decimal(1)


def column_meaning(stack: Sequence[Meaning], words: TableWords) -> Column:
    """Join the header cells over one column, top down: the lowest measure counts, scopes narrow it."""
    role = measure = kind = scope = period = unit = side = text = ""
    neutral, known = False, True
    for meaning in stack:
        if meaning.text in words.income or meaning.text in words.expense:
            side = "income" if meaning.text in words.income else "expense"
            unit = meaning.unit or unit
            continue
        if meaning.measure and not meaning.total:
            measure, kind = meaning.measure, meaning.kind
        scope = meaning.scope or scope
        role, period, unit = meaning.role or role, meaning.period or period, meaning.unit or unit
        neutral = meaning.neutral or neutral
        known, text = meaning.known, meaning.text
    return Column(role, measure, kind, scope, period, unit, neutral and not measure, side, known, text)


def combine(
    column: Column | None, label: Meaning | None, words: TableWords, *, named: bool, family: str | None
) -> Bound:
    """The binding of a figure under ``column`` in the row of ``label``.

    ``named`` says that the label's column holds names of projects or units; ``family`` is the scope of the
    line 合计, None when the rows do not show what they add up to.
    """
    col = column if column is not None else Column(neutral=True)
    measure, kind, sure = _measure(col, label, words)
    subject = scope = ""
    if label is not None and label.measure and col.role in _CHANGES and not words.is_whole(label.text):
        subject, scope = "", label.measure
        measure, kind, sure = col.measure, label.kind if col.role == "change" else col.kind, True
    elif label is not None and label.text.endswith(words.readjusted) and measure in _GENERIC:
        return Bound(scope=label.text, period=col.period, unit=col.unit or label.unit, money=True)
    elif label is not None:
        subject, scope, line = _label_scope(label, words, named=named, family=family)
        if line and not measure and col.neutral:
            measure, kind, sure = line, "amount", True
        elif line == "收入数" and measure in _GENERIC and measure != "收入数":
            measure, kind = ("收入数", "amount") if measure == "执行数" else ("", "")
    if col.scope and col.scope != scope:
        scope = f"{scope}·{col.scope}" if scope else col.scope
    period = col.period or (label.period if label is not None else "")
    unit = col.unit or (label.unit if label is not None else "")
    other = not col.known and bool(_OTHER_KIND & set(_NO_COUNT.sub("", col.text)))
    people = words.axis(scope) in PEOPLE_AXES
    bare = label is not None and label.total and family is None and named  # its rows are no parts of money
    whole = label is not None and not label.total and words.is_whole(label.text)  # 年度资金总额
    money = ((bool(scope) and not bare) or whole or bool(col.side)) and not other and not people
    if not measure:
        return Bound("", "", scope, subject, period, unit, money)
    return Bound(measure, kind, scope, subject, period, unit, money, Decimal(1) if sure else Decimal("0.5"))


def _measure(col: Column, label: Meaning | None, words: TableWords) -> tuple[str, str, bool]:
    """The measure, its kind, and whether header and label agree on it."""
    line = label is not None and (label.text in words.income or label.text in words.expense)
    whole = label is not None and (label.total or words.is_whole(label.text))
    by_label = label.measure if label is not None and not whole and not line else ""
    kind_label = label.kind if label is not None else ""
    if col.side and col.neutral and by_label and kind_label == "amount":
        return by_label, kind_label, True
    if col.side == "income" and (col.neutral or col.measure == "执行数"):
        return "收入数", "amount", True
    if col.side == "expense" and col.neutral:
        return "执行数", "amount", True
    if col.measure and not by_label:
        return col.measure, col.kind, True
    if by_label and not col.measure:
        if col.neutral or (col.known and (col.period or col.scope)):
            return by_label, kind_label, True
        return "", "", False
    if col.measure and by_label:
        if by_label == col.measure or (by_label, col.measure) == ("收入数", "执行数"):
            return by_label, kind_label, True  # 决算数 of a line of income is what came in
        if kind_label != col.kind and col.measure in _GENERIC:
            return by_label, kind_label, True
        return "", "", False
    return "", "", False


def _label_scope(label: Meaning, words: TableWords, *, named: bool, family: str | None) -> tuple[str, str, str]:
    """Subject, scope and line kind (收入数, 执行数) of a row label."""
    if label.text in words.income or label.text in words.expense:
        whole = "合计" if label.text.endswith("总计") else ""  # with what was carried over
        return "", whole, "收入数" if label.text in words.income else "执行数"
    if label.total:  # a total may name the part that it is of (人员经费合计)
        return "", label.scope or ("合计" if family is None else family), ""
    if words.is_whole(label.text):
        return "", "", ""
    if label.measure:
        return "", label.scope, ""
    if label.scope:
        return "", label.scope, "收入数" if label.text.endswith("收入") else ""
    for ending, line in (("收入", "收入数"), ("支出", "执行数")):
        if label.text.endswith(ending) and (scope := words.scope(label.text[: -len(ending)])):
            return "", scope, line
    text = label.text if len(label.text) <= _NAME_MAX else ""
    return (text, "", "") if named else ("", text, "")
