"""Indicator rows from what a model has read: figures of one indicator stand together, led by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import HEARD, Fact, ScoreRow, Stage
from jihe_extract.prose.binding import prose_blocks
from jihe_extract.prose.cues import load_cues
from jihe_extract.scores.indicatornames import LEVELS_COUNTED
from jihe_models.examples import shifted
from jihe_models.naming import ROW, groups, head_name
from jihe_models.roles import Guess

_FIELDS: dict[str, tuple[str, Stage]] = {
    "权重": ("weight", ""),
    "目标值": ("target", "目标"),
    "监控值": ("mid_year", "年中"),
    "完成值": ("actual", "年末"),
    "完成率": ("completion", ""),
    "偏差率": ("deviation", ""),
    "得分": ("score", ""),
}


def learned_rows(document: Document, facts: Sequence[Fact]) -> Iterator[ScoreRow]:
    """Rows of the facts that no rule has gathered; each has at least one fact that a model named."""
    i = 0
    for block in prose_blocks(document):
        j = i
        while j < len(facts) and facts[j].quantity.span.start < block.span.end:
            j += 1
        inside = [f for f in facts[i:j] if f.quantity.span.start >= block.span.start]
        if any(f.measure in ROW and f.by != "rule" for f in inside):
            yield from _rows(document, block, inside)
        i = j


def _names(words: str) -> bool:
    """Whether words may name an indicator: no filler (其中), no total, no count of indicators."""
    cues = load_cues()
    plain = words.strip(" ，：:")
    known = plain in cues.not_names or plain in cues.fillers or plain in cues.roles or plain.endswith(LEVELS_COUNTED)
    return not known and not any(w in plain for w in cues.not_rows)


def _rows(document: Document, block: Block, facts: Sequence[Fact]) -> Iterator[ScoreRow]:
    text = document.quote(block.span)
    figures = [shifted(f.quantity, -block.span.start) for f in facts]
    said = [Guess(f.measure, 1.0) for f in facts]
    for run in groups(text, figures, said):
        name = head_name(text, figures, said, run)
        if name is None or not _names(text[name.start : name.end]):
            continue
        if all(facts[k].by == "rule" for k in run) or any(facts[k].trust < HEARD for k in run):
            continue
        fields: dict[str, Fact] = {}
        for k in run:
            place, stage = _FIELDS.get(facts[k].measure, ("", ""))
            if place and place not in fields:
                label = facts[k].label if facts[k].by == "rule" else None
                fields[place] = replace(facts[k], stage=stage or facts[k].stage, label=label)
        span = Span(block.span.start + name.start, block.span.start + name.end)
        whole = Span(span.start, max(f.quantity.span.end for f in fields.values()))
        row = ScoreRow(path=("", "", document.quote(span)), spans=(whole,), name=span)
        yield replace(row, **fields)
