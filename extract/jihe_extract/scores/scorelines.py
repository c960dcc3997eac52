"""Scores stated in a line: ``执行率为 90%，得 9 分`` and ``决策权重 10，得分率 90%，得 9``.

These are rows of a score sheet without target and actual. Sentences that state the total are left alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

import regex

from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.document import Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.cues import Cues, vocabulary
from jihe_extract.prose.paragraphstate import MOST_MARKS
from jihe_extract.prose.proseview import Placed, View

_start = attrgetter("start")
_NUM = r"\d{1,3}(?:\.\d+)?"
_RATE_GAP = 40
_SENTENCE = "。！？"
_SENTENCE_MAX = 400
_NO_NAME_ENDS = ("自评", "评价", "满分", "分值", "权重")
_ANY_NAMES = 3
_LEAST = (1, 1, 1, 1, 2, _ANY_NAMES)
"""How many groups one sentence must list, by pattern: names without full marks may be anything else."""
_DOUBT = Decimal("0.7")
_PROJECT = regex.compile(r"项目(?!支出|经费|资金)")
_SCORING = regex.compile(r"权重|分值|满分|得分|总分|自评\d")
_BOUNDS = frozenset({"ge", "le", "gt", "lt"})


def score_lines(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
    """The rows of one stretch of prose; their facts are added to ``facts``, which holds what is taken."""
    rows = _groups(view, items, cues, facts)
    return rows + _scored_rates(view, items, cues, facts)


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    run = vocabulary("cues.toml")["execution"]
    score, weight = _choice(run["score_words"]), _choice(run["weight_words"])
    to_score = regex.compile(rf"^[，；。、（]?(?:[^，。；\d]{{0,12}}，)?[^，。；\d]{{0,8}}(?:{score})(?:为|：)?$")
    to_weight = regex.compile(rf"^[，；、（]?[^，。；\d]{{0,8}}(?:{weight})(?:为|：)?$")
    return to_score, to_weight


def _choice(words: list[str]) -> str:
    return "|".join(regex.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def _scored_rates(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
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
        rows.append(_rate_row(view, name, rate, weight, score, cues, facts))
    return rows


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
    rate: Placed,
    weight: Placed | None,
    score: Placed,
    cues: Cues,
    facts: dict[Span, Fact],
) -> ScoreRow:
    about, label = _about(view, name, cues), view.span(*name)
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
    row_weight = _put(facts, "权重", weight.quantity, about.path, label) if weight is not None else None
    row_score = _put(facts, "得分", score.quantity, about.path, label)
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


def _put(facts: dict[Span, Fact], measure: str, q: Quantity, subject: str, label: Span) -> Fact:
    fact = Fact(measure, q, q.span, subject=subject, label=label)
    facts[q.span] = fact
    return fact


@lru_cache(maxsize=1)
def _group_patterns() -> tuple[regex.Pattern[str], ...]:
    names = vocabulary("indicators.toml")["level1"]
    known = _choice(names)
    free = r"[\u4e00-\u9fff]{2,10}?"
    rate = rf"(?:得分率(?:为)?(?P<r>{_NUM})%)"
    return (
        regex.compile(
            rf"(?:其中：?)?(?P<n>{known}|{free})(?:指标)?(?:权重|分值|满分)(?:为)?(?P<w>{_NUM})分?，(?:{rate}，)?(?:(?:自评|实际)?得分?|自评)(?:为)?"
            rf"(?P<s>{_NUM})(?![\d.%])分?(?:，得分率(?:为)?(?P<t>{_NUM})%)?"
        ),
        regex.compile(
            rf"(?:其中：?)?(?P<n>{known}|{free}(?=指标))(?:指标)?(?:共|计|为)?(?P<w>{_NUM})分，?(?:自评|评价|实际|实)?得分?(?:为)?"
            rf"(?P<s>{_NUM})分(?:，得分率(?:为)?(?P<t>{_NUM})%)?"
        ),
        regex.compile(
            rf"(?:其中：?)?(?P<n>{known}|{free})(?:指标)?(?:自评)?得?分?(?:为)?(?P<s>{_NUM})分（(?:满分|分值|权重)(?P<w>{_NUM})分?）"
        ),
        regex.compile(
            rf"(?:其中：?)?(?P<n>{known}|{free})（(?:满分|分值|权重|标准分)?(?:为)?(?P<w>{_NUM})分），?(?:自评|评价|实际|实)?得分?(?:为)?"
            rf"(?P<s>{_NUM})分"
        ),
        regex.compile(
            rf"(?<![\u4e00-\u9fff])(?:其中：?)?(?P<n>{known})(?:得分|得)?(?:为)?(?P<s>{_NUM})分?(?=[、，；。）])"
        ),
        regex.compile(
            r"(?<![\u4e00-\u9fff])(?:其中：?)?(?P<n>(?!扣|减|加)[\u4e00-\u9fff]{2,10}?)(?:得分|得)?(?:为)?"
            rf"(?P<s>{_NUM})分(?=[、，；。）])"
        ),
    )


def _groups(view: View, items: list[Placed], cues: Cues, facts: dict[Span, Fact]) -> list[ScoreRow]:
    """First-level scores listed in a sentence; without weights several, for one alone may be anything."""
    rows: list[ScoreRow] = []
    for start, end in _scoring_sentences(view.text):
        for pattern, least in zip(_group_patterns(), _LEAST, strict=True):
            if least == _ANY_NAMES:
                start = view.text.find("其中", start, end)
            if start < 0:
                break
            group = [m for m in pattern.finditer(view.text, start, end) if _names_group(m, cues)]
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
    weight = _put(facts, "权重", figures["w"], name, label) if "w" in figures else None
    score = _put(facts, "得分", figures["s"], name, label)
    rate = figures.get("r", figures.get("t"))
    done = _put(facts, "得分率", rate, name, label) if rate is not None else None
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
