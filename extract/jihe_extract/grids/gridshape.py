"""The shape of a table whose rows are known but whose columns are not: spans, header rows, label columns.

Rows come as lists of cell texts. Text formats lose merged cells: a cell merged downwards comes back as an
empty cell at the head of the next rows, a cell merged sideways as a row with fewer cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from msgspec import Struct

ShortRows = Literal["merged", "padded", "either"]
Kind = Literal["blank", "percent", "number", "amount", "text"]
_PERCENT = re.compile(r"[≥≤>＜＜<＞=＝]?\s*[-+]?\d[\d,.]*\s*[%％‰]$")
_NUMBER = re.compile(r"[≥≤>＜＜<＞=＝]?\s*[-+−]?[\d,.，]*\d\s*分?$")
_AMOUNT = re.compile(r"[≥≤>＜＜<＞=＝]?\s*[-+]?\d[\d,.]*\s*(?![\d,.])[^\d，。；]{1,4}$")
_TOTAL = re.compile(r"^\s*(?:合\s*计|总\s*计|总\s*分|小\s*计|得\s*分|综合得分|总得分|自评得分)")
_HALF = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_MAX_COLS = 60
_WAYS = 8
_WIDE, _FEWEST = 4, 2
_MARGIN = 0.6
"""By how much the best placing of a short row must beat the next one that moves a figure."""


class Placed(Struct, frozen=True):
    """Cell ``index`` of row ``row`` stands at ``col`` and covers ``rowspan`` × ``colspan`` places."""

    row: int
    index: int
    col: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the cells stand, and whether that is certain; ``reasons`` are in Chinese."""

    cells: tuple[Placed, ...]
    header_rows: int
    label_cols: int
    sure: bool
    reasons: tuple[str, ...]


_WHOLE = re.compile(r"[-−]?\d[\d,，]*\.\d{2,}")
"""An amount with all its decimals."""


@lru_cache(maxsize=1 << 13)
def kind(text: str) -> Kind:
    """What a cell holds, by its looks.

    >>> kind("≥95%"), kind("7个"), kind("日产日清")
    ('percent', 'amount', 'text')
    """
    text = text.strip().translate(_HALF)
    if text in ("", "-", "—", "——", "/", "\\"):
        return "blank"
    if len(text) > 24:
        return "text"
    if _PERCENT.match(text):
        return "percent"
    if _NUMBER.match(text):
        return "number"
    return "amount" if _AMOUNT.match(text) and not re.match(r"(?:19|20)\d\d年", text) else "text"


def torn_figure(start: str, rest: str) -> bool:
    """Whether two pieces are one amount that a line end has torn: the first is not all of it, both together are.

    >>> torn_figure("6,943,768,682.6", "0"), torn_figure("12.50", "13.60")
    (True, False)
    """
    return not _WHOLE.fullmatch(start) and _WHOLE.fullmatch(start + rest) is not None


def shape(rows: Sequence[Sequence[str]], *, short: ShortRows = "merged") -> Shape:
    """Place the cells of ragged rows on one grid.

    ``short`` says why a row has too few cells: its last cells are missing (``padded``: Markdown), or cells
    were merged sideways (``merged``) and the spans are found by what stands in the columns. An empty string
    is an empty cell; one that holds a blank (``" "``) is a cell filled with blanks, not a merged one.
    """
    n = min(max((len(row) for row in rows), default=0), _MAX_COLS)
    columns = _column_kinds(rows, n)
    edges: list[tuple[int, ...]] = []
    sure, reasons = True, []
    for count, group in groupby(rows, key=len):
        members = list(group)
        if count >= n or short == "padded":
            edges.extend([tuple(range(min(count, n) + 1))] * len(members))
            continue
        cut, certain = _partition(members, count, n, columns, loose=short == "either")
        edges.extend([cut] * len(members))
        if not certain:
            sure = False
            reasons.append(f"有 {len(members)} 行的单元格数（{count}）少于列数（{n}），列的归属不能确定")
    heads, known = _stacked_heads(rows, n) if short != "padded" else ({}, True)
    if short != "padded":
        heads.update(_continued_heads(rows, n))
    for r, cut in heads.items():
        edges[r] = cut
    if not known:
        sure = False
        reasons.append("多层表头的单元格数少于列数，列的归属不能确定")
    cells = _merge_down(rows, edges)
    header = _header_rows(rows, cells, n)
    return Shape(tuple(cells), header, _label_cols(rows, cells, header, n), sure, tuple(reasons))


def _stacked_heads(rows: Sequence[Sequence[str]], n: int) -> tuple[dict[int, tuple[int, ...]], bool]:
    """Edges of the short header rows above figures that have no label, and whether all of them are known.

    A row is cut by the one below it, whose empty cells continue the cells above them; halves are equal.
    """
    first = next((i for i, row in enumerate(rows) if any(kind(t) in ("number", "percent") for t in row)), 0)
    if first < 2 or len(rows[first]) < n or n < _WIDE or any(kind(t) == "text" for t in rows[first]):
        return {}, True
    found: dict[int, tuple[int, ...]] = {}
    for r in range(first - 1, -1, -1):
        count, below = len(rows[r]), rows[r + 1]
        if count == n or count < 2:
            continue
        starts = [0] + [c for c in range(1, n) if len(below) == n and not (below[c].strip() and below[c - 1].strip())]
        if len(starts) == count and r + 1 < first:
            found[r] = (*starts, n)
        elif n % count == 0 and r == 0:
            found[r] = tuple(range(0, n + 1, n // count))
        else:
            return found, False
    return found, True


def _continued_heads(rows: Sequence[Sequence[str]], n: int) -> dict[int, tuple[int, ...]]:
    """Edges of short header rows whose last cells go on downwards: the row below is full and ends in empty cells."""
    found: dict[int, tuple[int, ...]] = {}
    for r, row in enumerate(rows[:-1]):
        below = rows[r + 1]
        if not 2 < len(row) < n or len(below) != n or any(kind(t) not in ("text", "blank") for t in (*row, *below)):
            continue
        named = max((c for c in range(n) if below[c].strip()), default=-1) + 1
        tail = n - named
        lead = len(row) - tail
        if tail < _FEWEST or lead < 1 or named % lead or not all(t.strip() for t in (*row, *below[:named])):
            continue
        found[r] = (*range(0, named, named // lead), *range(named, n + 1))
    return found


def _column_kinds(rows: Sequence[Sequence[str]], n: int) -> list[Counter[Kind]]:
    columns: list[Counter[Kind]] = [Counter() for _ in range(n)]
    for row in rows:
        if len(row) == n:
            for col, text in enumerate(row):
                found = kind(text)
                if found != "blank":
                    columns[col][found] += 1
    return columns


def _partition(
    members: Sequence[Sequence[str]],
    count: int,
    n: int,
    columns: Sequence[Counter[Kind]],
    *,
    loose: bool,
) -> tuple[tuple[int, ...], bool]:
    """Column edges for neighbouring rows of ``count`` cells, and whether no other choice is as good."""
    kinds = [Counter(kind(row[j]) for row in members) for j in range(count)]
    figures = sum(k[f] for k in kinds for f in ("percent", "number", "amount"))
    known = any(c[f] for c in columns for f in ("percent", "number", "amount"))
    total = any(_TOTAL.match(row[0]) for row in members)
    if count > 1 and (n - 1) % (count - 1) == 0 and not (figures and known):
        step = (n - 1) // (count - 1)
        return (0, *(1 + step * j for j in range(count))), True
    ideal = (n - 1) / (count - 1) if count > 1 else n

    def worth(j: int, a: int, b: int) -> float:
        wide = b - a
        if j == 0:
            return -(0.02 if total else 0.5) * (wide - 1)
        score = 0.0 if figures else -0.1 * (wide - ideal) ** 2
        for found, times in kinds[j].items():
            score += times * _fit(found, columns[a], wide)
        return score

    ways = _best_cuts(count, n, worth)
    if loose:
        padded = sum(worth(j, j, j + 1) for j in range(count)) - 0.2
        ways = sorted([*ways, (padded, tuple(range(count + 1)))], reverse=True)
    best, cut = ways[0]
    pinned = [j for j in range(count) if any(k in kinds[j] for k in ("percent", "number", "amount"))]
    rivals = [value for value, other in ways[1:] if any(other[j] != cut[j] for j in pinned)]
    return cut, not rivals or best - rivals[0] > _MARGIN


def _fit(found: Kind, column: Counter[Kind], wide: int) -> float:
    if found == "blank":
        return -0.05 * (wide - 1)
    if found == "text":
        return -0.3 * (wide - 1)
    score = -1.5 * (wide - 1)
    seen = sum(column.values())
    if seen:
        alike = column[found] / seen
        numeric = (column["number"] + column["percent"] + column["amount"]) / seen
        score += 2 * alike + numeric - 1.5 * (1 - numeric)
    return score


def _best_cuts(count: int, n: int, worth: Callable[[int, int, int], float]) -> list[tuple[float, tuple[int, ...]]]:
    """The best ways to cut ``n`` columns into ``count`` spans, best first, each with its value."""
    states: dict[int, list[tuple[float, tuple[int, ...]]]] = {0: [(0.0, (0,))]}
    for j in range(count):
        grown: dict[int, list[tuple[float, tuple[int, ...]]]] = {}
        for a, ways in states.items():
            last = n if j == count - 1 else n - (count - 1 - j)
            for b in range(n if j == count - 1 else a + 1, last + 1):
                if b <= a:
                    continue
                gain = worth(j, a, b)
                grown.setdefault(b, []).extend((value + gain, (*cut, b)) for value, cut in ways)
        states = {b: sorted(ways, reverse=True)[:_WAYS] for b, ways in grown.items()}
    return states.get(n) or [(0.0, (*range(count), n))]


def _merge_down(rows: Sequence[Sequence[str]], edges: Sequence[tuple[int, ...]]) -> list[Placed]:
    """Cells with their spans; leading empty cells continue the cell above when it has the same columns."""
    cells: list[list[int]] = []
    above: dict[tuple[int, int], int] = {}
    for r, (row, cut) in enumerate(zip(rows, edges, strict=True)):
        here: dict[tuple[int, int], int] = {}
        leading = any(text != "" for text in row)
        for j in range(len(cut) - 1):
            place = cut[j], cut[j + 1]
            if row[j] != "":
                leading = False
            owner = above.get(place)
            if leading and owner is not None and rows[cells[owner][0]][cells[owner][1]].strip():
                cells[owner][3] += 1
                here[place] = owner
                continue
            leading = False
            here[place] = len(cells)
            cells.append([r, j, cut[j], 1, cut[j + 1] - cut[j]])
        above = here
    return [Placed(*cell) for cell in cells]


def _header_rows(rows: Sequence[Sequence[str]], cells: Sequence[Placed], n: int) -> int:
    """Leading rows that hold no figure and name the columns: one, or more while names are still merged."""
    if len(rows) < 2 or len(rows[0]) * 2 <= n:
        return 0
    by_row: dict[int, list[Placed]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    header = 0
    for r in range(min(3, len(rows) - 1)):
        texts = [rows[r][c.index] for c in by_row.get(r, [])]
        if any(kind(t) in ("percent", "number", "amount") for t in texts) or not any(t.strip() for t in texts):
            break
        open_above = r > 0 and any(c.colspan > 1 or c.row + c.rowspan > r for c in by_row.get(r - 1, []))
        if r > 0 and not (open_above and _figures_below(rows, r)):
            break
        header = r + 1
    return header


def _figures_below(rows: Sequence[Sequence[str]], r: int) -> bool:
    return any(kind(t) in ("percent", "number") for row in rows[r + 1 : r + 3] for t in row)


def _label_cols(rows: Sequence[Sequence[str]], cells: Sequence[Placed], header: int, n: int) -> int:
    """Leading columns without figures; the first column is always a label."""
    figures: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for cell in cells:
        found = kind(rows[cell.row][cell.index])
        if cell.row >= header and found != "blank":
            filled[cell.col] += 1
            figures[cell.col] += found != "text"
    labels = 1
    while labels < n - 1 and filled[labels] and figures[labels] * 3 < filled[labels]:
        labels += 1
    return min(labels, max(n - 1, 1))
