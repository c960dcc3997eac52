"""Marks of a score sheet that belong to no single indicator: weights of levels, subtotals, the total line."""

from __future__ import annotations

import re
from decimal import Decimal

from jihe_extract.cells.cellfigures import Scale, Sheet
from jihe_extract.cells.tablesections import PATH, GridRow, Section, distinct
from jihe_extract.cells.tablewords import TableWords, squeeze
from jihe_extract.document import Cell, Span
from jihe_extract.numbers.quantity import Quantity

_WEIGHT = re.compile(r"[（(]?\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*(?:(?:分|%)\s*[)）]?|[)）])\s*$")
_POINTS = re.compile(r"[（(]\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*分\s*[)）]\s*$")
_MARK = re.compile(
    r"(?P<mark>≥|≧|≤|≦|>=|<=|＞|＜|>|<|＝|=)?\s*(?:[（(](?P<unit>[^（()）\d]{1,4})[)）])?\s*(?P<after>≥|≧|≤|≦|>=|<=|＞|＜|>|<|＝|=)?\s*$"
)
_PREFIX = re.compile(
    r"^(?:[★☆▲△●◆*※]+|指标\s*[\d一二三四五六七八九十]{1,2}\s*[:：、.．,，]?|\d{1,2}[、．.](?!\d)|[①-⑳])(?=[^\s\d:：、.．…])"
)
"""Marks and numbers before a name: ``★``, ``指标1：``, ``2.``."""
_BRACKET = re.compile(r"[（(]\s*\d{1,3}(?:\.\d+)?\s*分?\s*[)）]|\d{1,3}(?:\.\d+)?分$")


LEVEL_TOTAL = "各级合计"
"""Scope of the sum of a level's weights."""
_NARROW, _WIDE = str.maketrans("（）", "()"), str.maketrans("()", "（）")
_NO_BRACKETS = str.maketrans("", "", "（）")


class GroupMarks:
    """The columns of one section of indicators, and the marks of its levels.

    ``path_cols`` are the columns of the levels and the name, ``open`` the two levels that hold now.
    """

    def __init__(self, sheet: Sheet, grid: list[list[Cell | None]], section: Section) -> None:
        self.sheet, self.grid, self.section = sheet, grid, section
        self.words: TableWords = sheet.words
        cols = [c for c in sorted(section.headers) if section.role(c) in PATH]
        first = next((c for c in cols if section.role(c) == "level1"), None)
        self.path_cols = [c for c in cols if first is None or c >= first]
        self.level_marks = self._level_marks()
        self.open: list[str] = ["", ""]
        self.project = ""
        self.scales: dict[str, Scale] = {}

    def _level_marks(self) -> dict[int, int]:
        """Weight and score columns that stand right of a level and left of the name, with the level's column."""
        if not self.path_cols:
            return {}
        name, out = self.path_cols[-1], {}
        for role in ("weight", "score"):
            cols = self.section.columns(role)
            if any(c > name for c in cols) or (role == "weight" and self._span_rows(cols)):
                out.update({c: max(p for p in self.path_cols if p < c) for c in cols if self.path_cols[0] < c < name})
        return out

    def _span_rows(self, cols: list[int]) -> bool:
        """Whether weights left of the names are those of levels: their cells span the rows of several indicators."""
        cells = [cell for c in cols for cell in self.section.cells(self.grid, c)]
        return any(cell is not None and cell.rowspan > 1 for cell in cells)

    def cells(self, row: GridRow, role: str) -> list[Cell]:
        """The cells of a role in a row, without those that mark a level."""
        cells = [row[c] for c in self.section.columns(role) if c < len(row) and c not in self.level_marks]
        return list(dict.fromkeys(c for c in cells if c is not None))

    def cell(self, row: GridRow, role: str) -> Cell | None:
        """The first cell of a role in a row."""
        cells = self.cells(row, role)
        return cells[0] if cells else None

    def scale(self, role: str) -> Scale:
        """What bare numbers of a role's column are; looked up once."""
        if role not in self.scales:
            cols = self.section.columns(role)
            cells = self.section.cells(self.grid, cols[0]) if cols else []
            self.scales[role] = self.sheet.scale(cells, self.section.unit(cols[0]) if cols else "")
        return self.scales[role]

    def total(self, row: GridRow) -> bool:
        """Take a total or subtotal line; its facts are no row."""
        label = next((cell for _, cell in distinct(row) if not self.sheet.blank(cell)), None)
        path = [row[c] for c in self.path_cols if c < len(row)]
        labels = [c for c in [label, *path] if c is not None]
        names = {squeeze(self.sheet.text(c)).strip("：:").translate(_NO_BRACKETS) for c in labels}
        total, subtotal = bool(names & self.words.total), bool(names & self.words.subtotal)
        if not (total or subtotal) or label is None:
            inline = self.sheet.items(label)
            if len(inline) == 1 and label is not None and inline[0].label in self.words.total:
                item = inline[0]
                self.sheet.put(
                    "总分", item.quantity, label, subject=self.project, label=item.label_span, origin="sheet"
                )
                return True
            return False
        group = self._subtotal_group(path) if subtotal else ""
        scope = "小计" if subtotal else "合计"
        figures = self._total_figures(row)
        for role, (cell, q) in figures.items():
            measure = {"weight": "权重", "score": "得分" if subtotal else "总分", "score_rate": "得分率"}[role]
            whole = "" if measure == "总分" else scope
            owner = self.project if measure == "总分" else group
            self.sheet.put(measure, q, cell, subject=owner, scope=whole, label=label.span, origin="sheet")
        if total:
            self._level_totals(row, label)
        return True

    def _level_totals(self, row: GridRow, label: Cell) -> None:
        """What the weights of a level, in a column of their own, add up to."""
        for col in self.level_marks:
            cell = row[col] if col < len(row) else None
            q = self.sheet.figure(cell, "分")
            if cell is not None and q is not None and self.section.role(col) == "weight":
                self.sheet.put("权重", q, cell, scope=LEVEL_TOTAL, label=label.span, origin="sheet")

    def _subtotal_group(self, path: list[Cell | None]) -> str:
        """The level that a line 小计 closes: the one named left of the word, else the first."""
        names = [self.name(c)[0] if c is not None else "" for c in path]
        at = next((n for n, name in enumerate(names) if name in self.words.subtotal), 0)
        left = names[at - 1] if at else ""
        return left or self.open[min(max(at - 1, 0), 1)]

    def _total_figures(self, row: GridRow) -> dict[str, tuple[Cell, Quantity]]:
        """Figures of a total line by role; by their order when the line's cells do not meet the columns."""
        out: dict[str, tuple[Cell, Quantity]] = {}
        for role in ("weight", "score"):
            cell = self.cell(row, role)
            if cell is not None and (q := self.sheet.figure(cell, "分")) is not None:
                out[role] = (cell, q)
        cell = self.cell(row, "score_rate")
        if cell is not None and (rate := self.sheet.rate(cell, self.scale("score_rate"))) is not None:
            out["score_rate"] = (cell, rate[0])
        if out:
            return out
        loose = [(cell, q) for _, cell in distinct(row) if (q := self.sheet.figure(cell, "分")) is not None]
        roles = sorted(
            (r for r in ("weight", "score") if self.section.columns(r)),
            key=lambda r: self.section.columns(r)[0],
        )
        if len(loose) == len(roles):
            return dict(zip(roles, loose, strict=True))
        return {}

    def put_level_marks(self, row: GridRow, number: int) -> None:
        """Marks of whole levels, in columns of their own beside the level."""
        for col, level in self.level_marks.items():
            cell, named = row[col], row[level]
            q = self.sheet.figure(cell, "分")
            if cell is None or named is None or q is None or cell.row != number:
                continue
            measure = "权重" if self.section.role(col) == "weight" else "得分"
            name = self.name(named)[0]
            self.sheet.put(measure, q, cell, subject=name, scope="小计", label=named.span, origin="sheet")

    def name(self, cell: Cell) -> tuple[str, str, str]:
        """An indicator's name without its mark, bracketed weight and unit; the mark and the unit."""
        text = squeeze(self.sheet.text(cell)).translate(_NARROW)
        text = _BRACKET.sub("", _PREFIX.sub("", _PREFIX.sub("", text)))
        mark, unit = "", ""
        found = _MARK.search(text)
        if found is not None and found.start() > 0 and (found["mark"] or found["after"] or found["unit"]):
            inside = found["unit"] or ""
            if found["mark"] or found["after"] or self.words.unit_in(f"（{inside}）"):
                mark, unit = found["mark"] or found["after"] or "", inside
                text = text[: found.start()]
        return text.strip("：:").translate(_WIDE), mark, unit

    def group_weight(self, cell: Cell, name: str) -> None:
        """The weight in the cell of a level (产出指标（40分）) becomes a fact of that level."""
        q = self.bracketed(cell)
        if q is not None and name:
            self.sheet.put("权重", q, cell, subject=name, scope="小计", label=cell.span, origin="sheet")

    def bracketed(self, cell: Cell, marked: bool = False) -> Quantity | None:
        """The points at the end of a cell of words, mostly in brackets; ``marked``: only with 分 in brackets."""
        found = (_POINTS if marked else _WEIGHT).search(self.sheet.text(cell))
        if found is None:
            return None
        value = Decimal(found["n"])
        exponent = value.as_tuple().exponent
        span = Span(cell.span.start + found.start("n"), cell.span.start + found.end("n"))
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        return Quantity(value, "分", step, "eq", span, "分", found["n"], inherited=True, text=found["n"])

    def shared(self, cell: Cell, role: str) -> None:
        """A mark that spans several indicators belongs to the level that holds them."""
        group = next((t for t in reversed(self.open) if t), "")
        measure = {"weight": "权重", "score": "得分"}.get(role)
        q = self.sheet.figure(cell, "分") if measure else None
        if q is not None and measure is not None and group:
            self.sheet.put(measure, q, cell, subject=group, scope="小计", label=cell.span, origin="sheet")
