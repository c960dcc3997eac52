"""Score sheets in text whose cells are parted by single blanks, or stand in a paragraph each.

Nothing but the order of the words is left of such a table. Its header row is known by the names of its columns, and
every row by what its columns can hold: marks are bare numbers, names are words, levels have names of their own.
A row that does not fit ends the table, so that running text is never drawn in. Unless the marks add up,
the structure of the table stays unsure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jihe_extract.cells.tablewords import load_table_words
from jihe_extract.grids.textline import Line, RawCell, RawTable
from jihe_extract.grids.textrows import (
    AMOUNT,
    AMOUNTS,
    FEWEST,
    NUMBER,
    PIECES,
    TAIL,
    Token,
    confirmed,
    empty,
    holds,
    joined,
    level,
    row_of,
    settled,
    total_of,
)

_BLANKS = re.compile(r"[ \u3000\xa0]+")
_STARTS = ("指标", "预算", "资金")
_LONGEST, _PIECE, _HEAD = 200, 16, 48
_MOST, _BROKEN, _SHORT = 400, 7, 16
_WHOLE = frozenset({"rate", "weight", "score", "target", "actual"})
"""Columns whose names are not broken in pieces when the first piece names them."""
_PATH, _VALUES = frozenset({"level1", "level2", "name"}), frozenset({"target", "actual", "weight", "score"})


def cells_table(lines: Sequence[Line], i: int) -> RawTable | None:
    """The score sheet, or its funds part, whose header begins on line ``i``; None when there is none."""
    text = lines[i].text
    if len(text) > _LONGEST or not any(word in text for word in _STARTS):
        return None
    tokens = _split(lines[i])
    if len(tokens) > PIECES:
        head = _header(tokens)
        return _by_lines(lines, i, head[0], head[1]) if head is not None and head[2] == len(tokens) else None
    return _by_paragraphs(lines, i) if len(text) <= _PIECE else None


def _split(line: Line) -> list[Token]:
    found, at = [], 0
    for piece in _BLANKS.split(line.text):
        at = line.text.index(piece, at)
        if piece:
            found.append(RawCell([(line.start + at, line.start + at + len(piece))], [piece]))
        at += len(piece)
    return found


def _header(tokens: Sequence[Token]) -> tuple[list[str], list[Token], int] | None:
    """Roles and cells of a header that the tokens begin with (a title may stand first), and how many they take."""
    roles: list[str] = []
    cells: list[Token] = []
    at = 0
    while at < len(tokens):
        took, role = _role(tokens, at)
        if (
            took
            and role == "name"
            and not roles
            and at + took < len(tokens)
            and _role(tokens, at + took)[1] == "level1"
        ):
            took, role = 1, "title"
        if not took:
            if set(roles) - {"title"}:
                break
            if at >= PIECES:
                return None
            took, role = 1, "title"
        if role == "title" and roles[-1:] == ["title"]:
            cells[-1] = joined([cells[-1], *tokens[at : at + took]])
        else:
            roles.append(role)
            cells.append(joined(tokens[at : at + took]))
        at += took
    named = set(roles)
    if (set(_PATH) <= named and named & _VALUES) or ({"name", "level1"} <= named and len(named & _VALUES) >= FEWEST):
        return roles, cells, at
    if len(named & AMOUNTS) >= FEWEST and {"rate", "score"} <= named and roles[0] == "title":
        return roles, cells, at
    return None


def _role(tokens: Sequence[Token], at: int) -> tuple[int, str]:
    """How many tokens name one column, and its role; a broken name is short or unknown by its first piece."""
    words = load_table_words()
    alone = "" if tokens[at].spaced else words.role(tokens[at].text)
    for took in range(min(PIECES, len(tokens) - at), 1, -1):
        joined = "".join(t.text for t in tokens[at : at + took])
        if any(t.spaced for t in tokens[at : at + took]) or (alone and (len(joined) > _BROKEN or alone in _WHOLE)):
            continue
        if role := words.column(joined):
            return took, role
    return (1, alone) if alone else (0, "")


def _by_lines(lines: Sequence[Line], i: int, roles: list[str], head: list[Token]) -> RawTable | None:
    """Rows of one line each."""
    rows, k, after, text = [tuple(head)], i + 1, i + 1, 0
    while k < len(lines) and k - i < _MOST:
        if lines[k].blank:
            if k + 1 < len(lines) and lines[k + 1].blank:
                break
            k += 1
            continue
        tokens = _split(lines[k])
        row = total_of(tokens, roles) or row_of(tokens, roles) or _lone(lines, k, tokens, roles)
        if row is None:
            break
        rows.append(tuple(row))
        text += 1
        k += 1
        after = k
    return (
        RawTable(i, after, "columns", tuple(rows), sure=confirmed(rows, roles))
        if text >= FEWEST or (text and "name" not in roles)
        else None
    )


def _lone(lines: Sequence[Line], k: int, tokens: Sequence[Token], roles: Sequence[str]) -> list[Token] | None:
    """A line with nothing but a name (``指标2``, ``上年结转资金``) between rows of the table."""
    if (
        len(tokens) > 1
        or len(tokens[0].text) > _SHORT
        or (not tokens[0].text[-1:].isalnum() and tokens[0].text[-1:] != "…")
    ):
        return None
    ahead = [_split(line) for line in lines[k + 1 : k + 1 + PIECES] if not line.blank]
    if not any(total_of(t, roles) or (len(t) > 1 and row_of(t, roles)) for t in ahead):
        return None
    cells = [empty() for _ in roles]
    cells[roles.index("name") if "name" in roles else 0] = tokens[0]
    return cells


def _by_paragraphs(lines: Sequence[Line], i: int) -> RawTable | None:
    """Cells of a paragraph each, empty ones kept as paragraphs of blanks."""
    head = _header([t for t, _ in _stream(lines, i, _HEAD)])
    if head is None:
        return None
    stream = _stream(lines, i, 8 * _MOST)
    tokens = [t for t, _ in stream]
    if TAIL & set(head[0]) and not any(t.spaced for t in tokens):
        return None
    roles, cells, at = head
    rows, after = [tuple(cells)], i
    while at < len(tokens):
        found = _next_row(tokens, at, roles)
        if found is None:
            break
        row, took = found
        rows.append(tuple(row))
        at += took
        after = stream[at - 1][1] + 1
    rows = settled(rows, roles)
    enough = len(rows) > (FEWEST if "name" in roles else 1)
    return RawTable(i, after, "columns", tuple(rows), sure=confirmed(rows, roles)) if enough else None


def _stream(lines: Sequence[Line], i: int, most: int) -> list[tuple[Token, int]]:
    """The paragraphs from line ``i`` on as cells, with their lines; one of several pieces ends them."""
    found: list[tuple[Token, int]] = []
    for k in range(i, min(len(lines), i + most)):
        line = lines[k]
        if not line.blank:
            if line.tab or "\t" in line.text or "|" in line.text or len(_split(line)) > PIECES:
                break
            found.append((RawCell([(line.start, line.end)], [line.text]), k))
        elif not line.hollow:
            found.append((RawCell([], [], True), k))
    return found


def _next_row(
    tokens: Sequence[Token], at: int, roles: Sequence[str], ahead: bool = True
) -> tuple[list[Token], int] | None:
    """The next row of a stream in which empty cells are kept: its levels where they change, then a cell a column.

    Levels that have no known name are told by what they leave for the rest of the row and for the row behind it.
    """
    cells = [empty() for _ in roles]
    start, unknown = at, [0]
    if "name" in roles:
        total = _stream_total(tokens, at, roles)
        if total is not None:
            return total
        levels = [c for c, r in enumerate(roles) if r in ("level1", "level2")]
        taken = 0
        for n, col in enumerate(levels):
            took = level(tokens, at, (1,) if roles[col] == "level1" else (1, 2) if at > start else (2,))
            if took:
                cells[col] = joined(tokens[at : at + took])
                at, taken = at + took, n + 1
        unknown = list(range(len(levels) - taken + 1))
    first = roles.index("name") if "name" in roles else 0
    need = len(roles) - first
    for skipped in unknown:
        piece = list(tokens[at + skipped : at + skipped + need])
        if len(piece) < need or not _plausible(piece, roles[first:]):
            continue
        end = at + skipped + need
        if ahead and end < len(tokens) and len(unknown) > 1 and _next_row(tokens, end, roles, False) is None:
            continue
        made = [*cells[: first - skipped], *tokens[at : at + skipped], *piece] if skipped else [*cells[:first], *piece]
        return made, end - start
    return None


def _plausible(piece: Sequence[Token], roles: Sequence[str]) -> bool:
    """Whether a name (or label) and the cells behind it can stand in their columns."""
    if piece[0].spaced or AMOUNT.match(piece[0].text):
        return False
    return all(holds(t, r) for t, r in zip(piece[1:], roles[1:], strict=True))


def _stream_total(tokens: Sequence[Token], at: int, roles: Sequence[str]) -> tuple[list[Token], int] | None:
    end = at + 1
    while end < len(tokens) and (tokens[end].spaced or NUMBER.match(tokens[end].text)) and end - at <= len(roles):
        end += 1
    total = total_of(tokens[at:end], roles)
    return (total, end - at) if total is not None else None
