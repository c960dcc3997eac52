"""Scores stated in a line: ``执行率为 90%，得 9 分`` and ``决策权重 10，得分率 90%，得 9``.

These are rows of a score sheet without target and actual. Sentences that state the total are left alone.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

import regex

from jihe_extract.document import Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.cues import Cues, vocabulary
from jihe_extract.prose.proseview import Placed, View
from jihe_extract.scores.scoredrates import choice, put, scored_rates

_start = attrgetter("start")
_NUM = r"\d{1,3}(?:\.\d+)?"
_SENTENCE = "。！？"
_SENTENCE_MAX = 400
_NO_NAME_ENDS = ("自评", "评价", "满分", "分值", "权重")
_ANY_NAMES = 3
_LEAST = (2, 1, 1, 1, 1, 2, _ANY_NAMES)
"""How many groups one sentence must list, by pattern: names without full marks may be anything else."""
_NEEDED = (("扣",), ("权重", "分值", "满分"), ("得", "自评", "评价"), ("分（",), ("分）",), ("",), ("分",))
"""One of these stands in every match of the pattern: where none does, it need not be tried, nor even be made."""
_SCORING = regex.compile(r"权重|分值|满分|得分|总分|自评\d|\d分，?(?:自评|实际|实)?得\d")


def score_lines(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
    """The rows of one stretch of prose; their facts are added to ``facts``, which holds what is taken."""
    rows = _groups(view, items, cues, facts)
    return rows + scored_rates(view, items, cues, facts)


@lru_cache(maxsize=1)
def _group_patterns() -> tuple[str, ...]:
    names = vocabulary("indicators.toml")["level1"]
    known = choice(names)
    free = r"[\u4e00-\u9fff]{2,10}?"
    rate = rf"(?:得分率(?:为)?(?P<r>{_NUM})%)"
    lost = r"[，（]?(?:自评|共|酌情|实际)?扣(?:除|减|分)?(?:了|为)?"
    scored = r"，?(?:自评|评价|实际|实)?得分?(?:为)?\d"
    return (
        (
            rf"(?:其中：?)?(?P<n>{known}|{free})(?:指标)?(?:权重|分值|满分)?(?:共|计|为)?(?P<w>{_NUM})分{lost}(?P<d>{_NUM})分"
        ),
        (
            rf"(?:其中：?)?(?P<n>{known}|{free})(?:指标)?(?:权重|分值|满分)(?:为)?(?P<w>{_NUM})分?，(?:{rate}，)?(?:(?:自评|实际)?得分?|自评)(?:为)?"
            rf"(?P<s>{_NUM})(?![\d.%])分?(?:，得分率(?:为)?(?P<t>{_NUM})%)?"
        ),
        (
            rf"(?:其中：?)?(?P<n>{known}|{free}(?=指标)|{free}率)(?:指标)?(?:共|计|为)?(?P<w>{_NUM})分，?(?:(?:自评|评价|实际|实)?得分?|自评|评价)(?:为)?"
            rf"(?P<s>{_NUM})分(?:，得分率(?:为)?(?P<t>{_NUM})%)?"
        ),
        (
            rf"(?:其中：?)?(?P<n>{known}|{free})(?:指标)?(?:自评)?得?分?(?:为)?(?P<s>{_NUM})分（(?:满分|分值|权重)(?P<w>{_NUM})分?）"
        ),
        (
            rf"(?:其中：?)?(?P<n>{known}|{free})（(?:满分|分值|权重|标准分)?(?:为)?(?P<w>{_NUM})分），?(?:自评|评价|实际|实)?得分?(?:为)?"
            rf"(?P<s>{_NUM})分"
        ),
        (
            rf"(?<![\u4e00-\u9fff])(?:其中：?)?(?P<n>{known})(?:得分|得)?(?:为)?(?P<s>{_NUM})分?(?=[、，；。）])(?!{lost}|{scored})"
        ),
        (
            r"(?<![\u4e00-\u9fff])(?:其中：?)?(?P<n>(?!扣|减|加)[\u4e00-\u9fff]{2,10}?)(?<![扣减加])(?:得分|得)?(?:为)?"
            rf"(?P<s>{_NUM})分(?=[、，；。）])(?!{lost}|{scored})"
        ),
    )


@lru_cache(maxsize=len(_LEAST))
def _group_pattern(number: int) -> regex.Pattern[str]:
    return regex.compile(_group_patterns()[number])


def _groups(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
    """First-level scores listed in a sentence; without weights several, for one alone may be anything."""
    rows: list[ScoreRow] = []
    for start, end in _scoring_sentences(view.text):
        for number, (least, needed) in enumerate(zip(_LEAST, _NEEDED, strict=True)):
            if least == _ANY_NAMES:
                start = view.text.find("其中", start, end)
            if start < 0:
                break
            if all(view.text.find(word, start, end) < 0 for word in needed):
                continue
            found = _group_pattern(number).finditer(view.text, start, end)
            group = [m for m in found if _names_group(m, cues)]
            if len(group) >= least:
                rows += [row for m in group if (row := _group_row(view, items, m, facts)) is not None]
    return rows


def _scoring_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences that speak of marks; long ones without a stop are cut."""
    out: list[tuple[int, int]] = []
    for hit in _SCORING.finditer(text):
        if out and hit.start() < out[-1][1]:
            continue
        start = max(text.rfind(c, max(0, hit.start() - _SENTENCE_MAX), hit.start()) for c in _SENTENCE) + 1
        start = max(start, hit.start() - _SENTENCE_MAX, out[-1][1] if out else 0)
        ends = [e for c in _SENTENCE if (e := text.find(c, hit.end(), hit.end() + _SENTENCE_MAX)) >= 0]
        end = min(ends) + 1 if ends else min(len(text), hit.end() + _SENTENCE_MAX)
        if text.startswith("其中", end):
            end = text.find("。", end, end + _SENTENCE_MAX) + 1 or end
        out.append((start, end))
    return out


def _names_group(m: regex.Match[str], cues: Cues) -> bool:
    """Whether a match names a group of indicators, not the total and not nothing (该项)."""
    name = m["n"]
    if any(w in m.group() for w in (*cues.not_rows, "合计", "总计", "共计")):
        return False
    return name not in cues.fillers and name not in cues.not_names and not name.endswith(_NO_NAME_ENDS)


def _group_row(view: View, items: list[Placed], m: regex.Match[str], facts: dict[Span, Fact]) -> ScoreRow | None:
    figures: dict[str, Quantity] = {}
    for key, at in m.groupdict().items():
        if key != "n" and at is not None:
            figures[key] = _figure(view, items, m.start(key), m.end(key), percent=key in "rt")
    if any(q.span in facts for q in figures.values()):
        return None
    name, label = m["n"], view.span(m.start("n"), m.end("n"))
    weight = put(facts, "权重", figures["w"], name, label) if "w" in figures else None
    if "d" in figures:
        put(facts, "扣分", figures["d"], name, label)
    score = put(facts, "得分", figures["s"], name, label) if "s" in figures else None
    rate = figures.get("r", figures.get("t"))
    done = put(facts, "得分率", rate, name, label) if rate is not None else None
    return ScoreRow((name,), (view.span(m.start(), m.end()),), name=label, weight=weight, completion=done, score=score)


def _figure(view: View, items: list[Placed], start: int, end: int, *, percent: bool) -> Quantity:
    """The document's quantity at a place, or a bare mark of its own when the document has none there."""
    i = bisect_right(items, start, key=_start) - 1
    if i >= 0 and start < items[i].end:
        return items[i].quantity
    shown = view.text[start:end]
    value = Decimal(shown)
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    scale = Decimal("0.01") if percent else Decimal(1)
    return Quantity(
        value * scale,
        "%" if percent else "分",
        step * scale,
        "eq",
        view.span(start, end),
        shown=shown,
        inherited=True,
    )
