"""Scored rates: ``执行率为 90%，得 9 分``, also with full marks between. Rows without target and actual."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.cues import Cues, vocabulary
from jihe_extract.prose.paragraphstate import MOST_MARKS
from jihe_extract.prose.proseview import Placed, View

_RATE_GAP = 40
_SENTENCE = "。！？"
_SENTENCE_MAX = 400
_DOUBT = Decimal("0.7")
_PROJECT = regex.compile(r"项目(?!支出|经费|资金)")
_BOUNDS = frozenset({"ge", "le", "gt", "lt"})
_CLAUSES = "。；！？"
_TOLD = 2
"""Figures that tell an indicator: what was promised, and what was done."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    run = vocabulary("cues.toml")["execution"]
    score, weight = choice(run["score_words"]), choice(run["weight_words"])
    to_score = regex.compile(rf"^[，；。、（]?(?:[^，。；\d]{{0,12}}，)?[^，。；\d]{{0,8}}(?:{score})(?:为|：)?$")
    to_weight = regex.compile(rf"^[，；、（]?[^，。；\d]{{0,8}}(?:{weight})(?:为|：)?$")
    return to_score, to_weight


def choice(words: list[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(regex.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def scored_rates(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
    """The rows of rates with marks; their facts are added to ``facts``, which holds what is taken."""
    to_score, to_weight = _patterns()
    free = [i for i in items if i.quantity.span not in facts]
    rows: list[ScoreRow] = []
    for n, rate in enumerate(free[:-1]):
        if rate.quantity.unit != "%" or rate.quantity.span in facts:
            continue
        follow = free[n + 1 : n + 4]
        if follow[0].quantity.unit == "%" and follow[0].quantity.relation in _BOUNDS and len(follow) > 1:
            follow = follow[1:]  # 97.24%，大于95%，得10分
        weight: Placed | None = None
        score = follow[0]
        after = free[n + 1].end if free[n + 1] is not score else rate.end
        gap = view.text[after : score.start]
        if len(follow) > 1 and _marks(score) and to_weight.search(gap):
            weight, score = score, follow[1]
            gap = view.text[weight.end : score.start]
        found = to_score.search(gap)
        if not _marks(score) or not found or gap.endswith(cues.totals, 0, found.start()):
            continue
        if score.quantity.value > MOST_MARKS:
            continue  # 执行率98%，自评得98分: a project's total, no indicator's marks
        if _apart(view, rate.end, score.start):
            continue
        name = _rate_name(view, rate, cues)
        if name is None:
            continue
        about = _about(view, name, cues)
        if about.measure == "完成值" and _promised(view, free[:n], rate):
            continue
        rows.append(_rate_row(view, name, about, rate, weight, score, facts))
    return rows


def _promised(view: View, before: list[Placed], rate: Placed) -> bool:
    """Whether the clause has told a target and a result already: a rate behind them is of that indicator.

    ``网管长度：目标不少于12公里，年底13公里，兑现率108%，得10分`` is no indicator 兑现率.
    """
    start = max(view.text.rfind(c, max(0, rate.start - _SENTENCE_MAX), rate.start) for c in _CLAUSES) + 1
    told = [i.quantity for i in before if i.start >= start and i.quantity.unit not in ("分", "CNY", "")]
    return len(told) >= _TOLD and any(q.relation in _BOUNDS for q in told)


def _apart(view: View, start: int, end: int) -> bool:
    """Whether a sentence or paragraph ends between a rate and its marks."""
    if any(stop in view.text[start:end] for stop in "。！？"):
        return True
    near = bisect_right(view.starts, start)
    return near < len(view.starts) and view.starts[near] <= end


def _marks(item: Placed) -> bool:
    return item.quantity.unit in ("分", "")


def _rate_name(view: View, rate: Placed, cues: Cues) -> tuple[int, int] | None:
    """The rate's name in its clause; a formula may stand between name and figure."""
    start = rate.start
    while start > 0 and rate.start - start < _RATE_GAP + 24 and view.text[start - 1] not in "，。；！？：":
        start -= 1
    best: tuple[int, int] | None = None
    for m in cues.scored_rate.finditer(view.text, start, rate.start):
        best = m.start("name"), m.end("name")
    if best is None or rate.start - best[1] > _RATE_GAP:
        return None
    begin, end = best
    while skip := next((w for w in cues.neutral if view.text.startswith(w, begin, end) and end - begin > len(w)), ""):
        begin += len(skip)
    words = view.text[begin:end]
    execution = words.endswith(tuple(cues.execution_rates))
    return None if words.endswith(tuple(cues.not_rates)) and not execution else (begin, end)


@dataclass(frozen=True, slots=True)
class _About:
    """What a scored rate is about: the row's name, and the binding of the rate."""

    path: str
    measure: str
    subject: str = ""
    scope: str = ""
    trust: Decimal = Decimal(1)


def _project_report(view: View) -> bool:
    """Whether the title names a project: then 该项目 is the report's own subject."""
    titles = (s for s, b in zip(view.starts[:8], view.blocks[:8], strict=True) if b.kind == "title")
    return any("项目" in view.text[s : s + 40] for s in titles)


def _about(view: View, name: tuple[int, int], cues: Cues) -> _About:
    """The binding of a scored rate. A rate of one project among others is never sure."""
    words = view.text[name[0] : name[1]]
    meaning = load_table_words().meaning(words)
    start = max(view.text.rfind(c, max(0, name[0] - _SENTENCE_MAX), name[0]) for c in _SENTENCE) + 1
    project = _PROJECT.search(view.text, start, name[0]) is not None and not _project_report(view)
    trust = _DOUBT if project else Decimal(1)
    if words in cues.execution_rates:
        return _About(cues.execution_name, "执行率", trust=trust)
    if meaning.measure and meaning.kind == "rate":
        return _About(words, meaning.measure, scope=meaning.scope, trust=trust)
    for known in cues.execution_rates:
        if words.endswith(known):
            return _About(words, "执行率", subject=words.removesuffix(known), trust=_DOUBT)
    return _About(words, "完成值", subject=words)


def _rate_row(
    view: View,
    name: tuple[int, int],
    about: _About,
    rate: Placed,
    weight: Placed | None,
    score: Placed,
    facts: dict[Span, Fact],
) -> ScoreRow:
    label = view.span(*name)
    done = Fact(
        about.measure,
        rate.quantity,
        rate.quantity.span,
        subject=about.subject,
        scope=about.scope,
        stage="年末" if about.measure == "完成值" else "",
        label=label,
        trust=about.trust,
    )
    facts[done.quote] = done
    row_weight = put(facts, "权重", weight.quantity, about.path, label) if weight is not None else None
    row_score = put(facts, "得分", score.quantity, about.path, label)
    rate_itself = about.measure == "执行率"
    return ScoreRow(
        path=(about.path,),
        spans=(view.span(name[0], score.end),),
        name=label,
        weight=row_weight,
        actual=None if rate_itself else done,
        completion=done if rate_itself else None,
        score=row_score,
    )


def put(facts: dict[Span, Fact], measure: str, q: Quantity, subject: str, label: Span) -> Fact:
    """A fact of a row under its name, noted in ``facts``."""
    fact = Fact(measure, q, q.span, subject=subject, label=label)
    facts[q.span] = fact
    return fact
