"""Which cells of a row the words of a line are, told by what each column can hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from jihe_extract.cells.tablewords import load_table_words, squeeze
from jihe_extract.grids.textline import RawCell
from jihe_extract.prose.cues import load_cues

NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?分?$")
AMOUNT = re.compile(r"-?[\d,，]+(?:\.\d+)?(?:[%％]|元|万元)?$|[-—－/／]+$")
AMOUNTS = frozenset({"initial", "full", "budget", "executed", "received"})
TAIL = frozenset({"reason", "remedy", "standard"})
PIECES, FEWEST = 3, 2
"""Most pieces that one name is broken into; fewest cells and rows of a table."""
_DASH = re.compile(r"[-—－/／]+$")
_POINTS = re.compile(r"[（(]\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*分?\s*[)）]\s*$")
_BRACKET = re.compile(r"[（(][^（()）]*[)）]")
_MARKS = frozenset({"weight", "score"})
_COST = {"weight": 3.0, "score": 3.0, "target": 2.0, "actual": 2.0}
_WORST = 6.5

_FULL, _MARGIN, _ROWS = frozenset(map(Decimal, (80, 90, 100))), Decimal(20), 3

Token = RawCell


def confirmed(rows: Sequence[Sequence[Token]], roles: Sequence[str]) -> bool:
    """Whether what the rows say bears out where their cells were put.

    Every row is filled but for its words at the end; its weights make up full marks, or its scores the total. In the
    part of the funds the first row is filled.
    """
    core = [c for c, r in enumerate(roles) if r not in TAIL and r not in ("title", "level1", "level2")]
    if "name" not in roles:
        return len(rows) > 1 and all(rows[1][c].text.strip() for c in core)
    totals = [row for row in rows[1:] if not row[roles.index("name")].text.strip()]
    named = [row for row in rows[1:] if row[roles.index("name")].text.strip()]
    if len(named) < _ROWS or not all(row[c].text.strip() for row in named for c in core):
        return False
    if not _grouped(named, roles):
        return False
    sums = {r: _added(named, c) for c, r in enumerate(roles) if r in _MARKS}
    said = {r: _added(totals, c) for c, r in enumerate(roles) if r in _MARKS}
    if "weight" in sums and sums["weight"] in (_FULL | {said["weight"]}):
        return True
    return len(totals) == 1 and "score" in sums and 0 <= said["score"] - sums["score"] <= _MARGIN


def _grouped(rows: Sequence[Sequence[Token]], roles: Sequence[str]) -> bool:
    """Whether every first level with points in its brackets has just the rows below it that make them up."""
    first = roles.index("level1")
    starts = [n for n, row in enumerate(rows) if row[first].text.strip()]
    for n, start in enumerate(starts):
        points = _POINTS.search(rows[start][first].text)
        if points is None:
            continue
        end = starts[n + 1] if n + 1 < len(starts) else len(rows)
        if "weight" not in roles or _added(rows[start:end], roles.index("weight")) != Decimal(points["n"]):
            return False
    return True


def settled(rows: Sequence[tuple[Token, ...]], roles: Sequence[str]) -> list[tuple[Token, ...]]:
    """The rows with first levels only where the sheet's first levels stand: when they have points, all of them have."""
    if "level1" not in roles or "level2" not in roles:
        return list(rows)
    first, second = roles.index("level1"), roles.index("level2")
    marked = [_POINTS.search(row[first].text) is not None for row in rows]
    if sum(marked) < FEWEST:
        return list(rows)
    out: list[tuple[Token, ...]] = []
    for row, mark in zip(rows, marked, strict=True):
        name = row[roles.index("name")].text.strip() if "name" in roles else ""
        if row is rows[0] or mark or not name or row[second].text.strip() or not row[first].text.strip():
            out.append(row)
            continue
        cells = list(row)
        cells[first], cells[second] = empty(), row[first]
        out.append(tuple(cells))
    return out


def _added(rows: Sequence[Sequence[Token]], col: int) -> Decimal:
    marks = (row[col].text.strip().removesuffix("分") for row in rows)
    return sum((Decimal(m) for m in marks if m and NUMBER.match(m)), Decimal(0))


def joined(tokens: Sequence[Token]) -> Token:
    """Several tokens as one cell."""
    return RawCell(
        [p for t in tokens for p in t.pieces], [x for t in tokens for x in t.texts], all(t.spaced for t in tokens)
    )


def empty() -> Token:
    """A cell that is not there."""
    return RawCell([], [])


def row_of(tokens: Sequence[Token], roles: Sequence[str]) -> list[Token] | None:
    """The cells of one row, or None when the tokens do not make one."""
    if "name" not in roles:
        return _funds_row(tokens, roles)
    name = roles.index("name")
    levels = [c for c, r in enumerate(roles) if r in ("level1", "level2")]
    cells = [empty() for _ in roles]
    at = 0
    taken = 0
    for n, col in enumerate(levels):
        took = level(tokens, at, (1,) if roles[col] == "level1" else (1, 2) if at else (2,))
        named = at + took < len(tokens) and not NUMBER.match(tokens[at + took].text)
        if took and (named or len(tokens) == took):
            cells[col] = joined(tokens[at : at + took])
            at, taken = at + took, n + 1
    if at == len(tokens):
        return cells if at else None
    best: tuple[float, int, list[Token]] | None = None
    for skipped in range(len(levels) - taken + 1):
        for wide in (1, 2):
            start = at + skipped
            fitted = _fit(tokens[start + wide :], roles[name + 1 :]) if start + wide < len(tokens) else None
            if fitted is None or any(NUMBER.match(t.text) for t in tokens[at : start + wide]):
                continue
            cost = fitted[0] + 0.5 * (wide - 1)
            if best is None or cost < best[0]:
                made = list(cells)
                for col, token in zip(levels[len(levels) - skipped :], tokens[at:start], strict=True):
                    made[col] = token
                made[name] = joined(tokens[start : start + wide])
                made[name + 1 :] = fitted[1]
                best = (cost, skipped, made)
    return best[2] if best is not None else None


def level(tokens: Sequence[Token], at: int, want: tuple[int, ...]) -> int:
    """How many tokens name a level of this depth, points in brackets included."""
    for took in range(min(PIECES, len(tokens) - at), 0, -1):
        word = _BRACKET.sub("", squeeze("".join(t.text for t in tokens[at : at + took])))
        if load_cues().level(word) in want:
            return took
    return 0


def _fit(tokens: Sequence[Token], roles: Sequence[str]) -> tuple[float, list[Token]] | None:
    """The tokens on the columns that can hold them, in order; the last column of words takes what is left."""
    tail = len(roles) and roles[-1] in TAIL
    if len(tokens) > len(roles):
        if not tail:
            return None
        tokens = [*tokens[: len(roles) - 1], joined(tokens[len(roles) - 1 :])]
    ways: list[tuple[float, tuple[int, ...]]] = []
    for cols in combinations(range(len(roles)), len(tokens)):
        if all(holds(t, roles[c]) for t, c in zip(tokens, cols, strict=True)):
            left = sum(_COST.get(roles[c], 0.1) for c in range(len(roles)) if c not in cols)
            odd = sum(2 for t, c in zip(tokens, cols, strict=True) if roles[c] in TAIL and AMOUNT.match(t.text))
            ways.append((left + odd, cols))
    ways.sort()
    if not ways or (len(ways) > 1 and ways[0][0] == ways[1][0]) or ways[0][0] >= _WORST:
        return None
    cells = [empty() for _ in roles]
    for token, col in zip(tokens, ways[0][1], strict=True):
        cells[col] = token
    return ways[0][0], cells


def holds(token: Token, role: str) -> bool:
    """Whether a column of this role can hold a token."""
    if token.spaced:
        return True
    bare = NUMBER.match(token.text) is not None
    if role in _MARKS:
        return bare or _DASH.match(token.text) is not None
    if role == "direction":
        return token.text in load_table_words().directions or token.text == "定性"
    if role in ("rate", "completion", "score_rate", "deviation", *AMOUNTS):
        return AMOUNT.match(token.text) is not None
    return not (bare and role in TAIL)


def _funds_row(tokens: Sequence[Token], roles: Sequence[str]) -> list[Token] | None:
    """A label, and amounts on as many of the columns as there are, from the left."""
    if len(tokens) == len(roles) - 1 and all(AMOUNT.match(t.text) for t in tokens):
        return [empty(), *tokens]
    if len(tokens) < FEWEST or AMOUNT.match(tokens[0].text) or len(tokens) > len(roles):
        return None
    if not all(t.spaced or AMOUNT.match(t.text) for t in tokens[1:]):
        return None
    return [*tokens, *(empty() for _ in range(len(roles) - len(tokens)))]


def total_of(tokens: Sequence[Token], roles: Sequence[str]) -> list[Token] | None:
    """A line of totals: its numbers are weight and score, in the order of these columns."""
    words = load_table_words()
    filled = [t for t in tokens[1:] if not t.spaced]
    marks = [t for t in filled if NUMBER.match(t.text)]
    if "name" not in roles or not tokens or squeeze(tokens[0].text) not in words.total or not marks:
        return None
    cols = [c for c, r in enumerate(roles) if r in _MARKS]
    if len(marks) < len(cols):
        cols = cols[-len(marks) :]
    if len(marks) > len(cols):
        return None
    cells = [empty() for _ in roles]
    cells[roles.index("level1")] = tokens[0]
    for col, token in zip(cols, marks, strict=True):
        cells[col] = token
    return cells
