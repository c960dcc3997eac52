"""Tables inside plain text: Markdown pipes, tab-separated rows, one cell per line, columns set with blanks.

Each finder looks at one line and, when a table starts there, returns its rows as source ranges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jihe_extract.grids.gridshape import kind
from jihe_extract.grids.textcells import cells_table
from jihe_extract.grids.textline import Layout, Line, RawCell, RawTable

__all__ = ["Layout", "Line", "RawCell", "RawTable", "find"]

BLANKS = " \t\u3000\xa0\r"
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>|\\(?=\|)")
_GAP = re.compile(r"[ \u3000\xa0]{2,}|\u3000")
_SPACE = re.compile(r"[ \u3000\xa0]+")
_SENTENCE = re.compile(r"[。；！？：:]|，.*，")
_LOOSE = re.compile(r"(?:年|月|日|号|时|分|万元|元|人|个|项|次|年度)$")
_LOOKAHEAD = 6
_SHORT_CELL = 24
_LEAD_IN = 6
_TITLED = 3
_ENOUGH = 50


def find(lines: Sequence[Line], i: int) -> RawTable | None:
    """The table that starts on line ``i``, if one does."""
    line = lines[i]
    if line.tab and "\t" not in line.text:
        return _one_cell_per_line(lines, i)
    if line.tab or "\t" in line.text:
        return _tabs(lines, i)
    if "|" in line.text:
        return _markdown(lines, i)
    sheet = cells_table(lines, i)
    if sheet is not None:
        return sheet
    if " " in line.text or "\u3000" in line.text or "\xa0" in line.text:
        return _columns(lines, i)
    return None


def _markdown(lines: Sequence[Line], i: int) -> RawTable | None:
    ruled = i + 1 < len(lines) and "|" in lines[i + 1].text and _is_rule(lines[i + 1])
    after = i
    while after < len(lines) and (_boxed(lines[after]) or (ruled and "|" in lines[after].text)):
        after += 1
    if after - i < 2:
        return None
    rows = [tuple(_pipe_cells(lines[k])) for k in range(i, after) if not _is_rule(lines[k])]
    if not rows or max(map(len, rows)) < 2:
        return None
    return RawTable(i, after, "markdown", tuple(rows))


def _boxed(line: Line) -> bool:
    return line.text.startswith("|") and line.text.endswith("|") and line.text.count("|") > 2


def _is_rule(line: Line) -> bool:
    return _RULE.match(line.text) is not None and "-" in line.text


def _pipe_cells(line: Line) -> list[RawCell]:
    text, start = line.text, line.start
    cuts = [m.start() for m in _PIPE.finditer(text)]
    left = 1 if text.startswith("|") else 0
    if cuts and left and cuts[0] == 0:
        cuts = cuts[1:]
    ends = cuts if cuts and cuts[-1] == len(text) - 1 else [*cuts, len(text)]
    cells = []
    for end in ends:
        cells.append(_cell(text, left, end, start, _BREAK))
        left = end + 1
    return cells


def _cell(text: str, left: int, right: int, origin: int, cut: re.Pattern[str] | None = None) -> RawCell:
    """One cell of a line, trimmed, without the marks that ``cut`` matches."""
    inner = text[left:right]
    body = inner.strip(BLANKS)
    spaced = not body and bool(inner.strip(" \t\r"))
    start = left + inner.find(body) if body else left
    cell = RawCell([], [], spaced)
    at = 0
    marks = list(cut.finditer(body)) if cut else []
    for begin, after in [(m.start(), m.end()) for m in marks] + [(len(body), len(body))]:
        if begin > at:
            cell.pieces.append((origin + start + at, origin + start + begin))
            cell.texts.append(body[at:begin])
        at = after
    return cell


def _tabs(lines: Sequence[Line], i: int) -> RawTable | None:
    """Rows with tabs between cells; single blank lines may part them."""
    found: list[int] = []
    k = i
    while k < len(lines):
        line = lines[k]
        if not line.blank and ("\t" in line.text or (line.tab and found)):
            found.append(k)
        elif not (line.blank and k + 1 < len(lines) and k > 0 and not lines[k - 1].blank):
            break
        k += 1
    if len(found) < 2 or sum("\t" in lines[k].text for k in found) < 2:
        return None
    rows = tuple(tuple(_tab_cells(lines[k])) for k in found)
    if sum(sum(bool(cell.text) for cell in row) > 1 for row in rows) * 2 < len(rows):
        return RawTable(i, found[-1] + 1, "tabs", ())
    filled = [cell.text for row in rows for cell in row if cell.text.strip()]
    if sum(("：" in text or ":" in text) for text in filled) * 2 > len(filled):
        return RawTable(i, found[-1] + 1, "tabs", ())
    return RawTable(i, found[-1] + 1, "tabs", rows)


def _tab_cells(line: Line) -> list[RawCell]:
    cells = [RawCell([], []) for _ in range(line.tab)]
    left = 0
    for part in line.text.split("\t"):
        cells.append(_cell(line.text, left, left + len(part), line.start))
        left += len(part) + 1
    return cells


def _one_cell_per_line(lines: Sequence[Line], i: int) -> RawTable | None:
    """A tab opens a cell, a bare line goes on with it, an empty line before a tab opens a row."""
    rows: list[list[RawCell]] = [[]]
    k, after, blanks = i, i, 0
    while k < len(lines):
        line = lines[k]
        if line.tab:
            if blanks and len(rows) > _TITLED and _titles(lines, k):
                break
            if blanks and rows[-1]:
                rows.append([])
            rows[-1].append(_cell(line.text, 0, len(line.text), line.start))
            rows[-1][-1].spaced = line.blank and not line.hollow
            after, blanks = k + 1, 0
        elif line.blank:
            blanks += line.hollow
        elif blanks and not (_goes_on(lines, k) and not _announces(line.text, rows[-1][-1].text)):
            break
        else:
            rows[-1][-1].pieces.append((line.start, line.end))
            rows[-1][-1].texts.append(line.text)
            after, blanks = k + 1, 0
        k += 1
    rows = _heal([row for row in rows if row])
    cells = [cell.text for row in rows for cell in row]
    prose = sum(text.endswith(("。", "；")) and len(text) > 20 for text in cells)
    if len(rows) < 2 or max(map(len, rows)) < 2 or prose * 3 > len(cells):
        return RawTable(i, after, "cells", ())
    return RawTable(i, after, "cells", tuple(map(tuple, rows)))


def _titles(lines: Sequence[Line], k: int) -> bool:
    """Whether a row of one cell is the title of a further table (``项目支出绩效自评表``)."""
    alone = k + 1 == len(lines) or lines[k + 1].blank
    return alone and re.fullmatch(r".{2,40}表(?:[（(][^（()）]*[)）])?", lines[k].text) is not None


def _announces(text: str, above: str) -> bool:
    """Whether a bare line leads to what follows (``各项指标完成情况如下：``) or is a sentence: no part of a cell.

    ``above`` is the cell before: one that holds a figure does not go on with words and a colon.
    """
    if not text.endswith(("：", ":", "。", "；")):
        return False
    return len(text) > _LEAD_IN or (len(text) > 3 and kind(above) != "text")


def _goes_on(lines: Sequence[Line], k: int) -> bool:
    """Whether the bare line after an empty one belongs to the cell above: short, and cells follow at once."""
    for line in lines[k : k + _LOOKAHEAD]:
        if line.tab:
            return True
        if line.hollow and line.blank:
            return False
        if len(line.text) > _SHORT_CELL or re.match(r"附\s*件|附表|表\s*\d|.{4,}表$|[（(]?单位[:：]", line.text):
            return False
    return False


def _heal(rows: list[list[RawCell]]) -> list[list[RawCell]]:
    """Undo row ends that came from an empty paragraph inside a merged cell.

    A row of one cell, then a row of k, then rows of k + 1 whose first cell is empty: the first two are one.
    """
    healed: list[list[RawCell]] = []
    k = 0
    while k < len(rows):
        row = rows[k]
        if k + 2 < len(rows) and len(row) == 1 and row[0].text.strip():
            below, next_ = rows[k + 1], rows[k + 2]
            if below[0].text and len(next_) == len(below) + 1 and next_[0].text == "":
                row = row + below
                k += 1
        healed.append(row)
        k += 1
    return healed


def _columns(lines: Sequence[Line], i: int) -> RawTable | None:
    """Rows whose columns are parted by blanks, when they are clearly columnar."""
    seen = 0
    for gap, least in ((_GAP, 2), (_SPACE, 3)):
        rows, k, count, last = [], i, 0, i
        while k < len(lines):
            line = lines[k]
            if line.blank:
                if k == i or lines[k - 1].blank:
                    break
                k += 1
                continue
            if len(line.text) > 160 or line.tab or "\t" in line.text or _SENTENCE.search(line.text):
                break
            cells = _gap_cells(line, gap)
            if len(cells) < least or (count and len(cells) != count):
                break
            count, last = len(cells), k
            rows.append(tuple(cells))
            k += 1
        if len(rows) >= 2 and _columnar(rows, least):
            return RawTable(i, last + 1, "columns", tuple(rows))
        seen = max(seen, len(rows))
    return RawTable(i, i + seen, "columns", ()) if seen > _ENOUGH else None


def _gap_cells(line: Line, gap: re.Pattern[str]) -> list[RawCell]:
    cells, left = [], 0
    for match in gap.finditer(line.text):
        cells.append(_cell(line.text, left, match.start(), line.start))
        left = match.end()
    cells.append(_cell(line.text, left, len(line.text), line.start))
    return cells


def _columnar(rows: Sequence[Sequence[RawCell]], least: int) -> bool:
    """One column (two, when single blanks part the cells) holds figures in every row but the header."""
    body = rows[1:] if all(kind(c.text) == "text" for c in rows[0]) else rows
    if not body or (least == 3 and len(body) < 2):
        return False
    if any(_LOOSE.fullmatch(cell.text) for row in rows for cell in row):
        return False
    solid = sum(all(kind(row[c].text) not in ("text", "blank") for row in body) for c in range(len(rows[0])))
    words = any(all(kind(row[c].text) == "text" for row in body) for c in range(len(rows[0])))
    return solid >= least - 1 and words
