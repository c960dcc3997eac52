"""Score sheets in tables → :class:`ScoreRow` and facts: indicator rows, the funds part, group and total lines.

Columns are known by their headers, never by their place. A table whose score columns hold words, or whose
header is not understood, yields no rows; its figures stay unbound.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import regex

from jihe_extract.cellfigures import Scale, Sheet
from jihe_extract.cues import load_cues
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import UNBOUND, Fact, ScoreRow
from jihe_extract.fundrows import fund_rows
from jihe_extract.quantity import Quantity, Relation
from jihe_extract.tablesections import PATH, GridRow, Section, distinct, sections
from jihe_extract.tablewords import TableWords, load_table_words, squeeze

_WEIGHT = regex.compile(r"[（(]?\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*(?:(?:分|%)\s*[)）]?|[)）])\s*$")
_MARK = regex.compile(
    r"(?P<mark>≥|≧|≤|≦|>=|<=|＞|＜|>|<|＝|=)?\s*(?:[（(](?P<unit>[^（()）\d]{1,4})[)）])?\s*(?P<after>≥|≧|≤|≦|>=|<=|＞|＜|>|<|＝|=)?\s*$"
)
_BRACKET = regex.compile(r"[（(]\s*\d{1,3}(?:\.\d+)?\s*分?\s*[)）]|\d{1,3}(?:\.\d+)?分$")
_UNSURE = Decimal("0.5")


def table_rows(document: Document) -> tuple[tuple[ScoreRow, ...], dict[Span, Fact], list[Quantity]]:
    """Indicator rows of all score tables, the fact of every figure in their parts, and those figures.

    A group's weight or subtotal is a fact with ``scope`` 小计 and the group's name as ``subject``; a total line
    gives 权重 and 总分 with ``scope`` 合计. Offsets are those of the document.
    """
    words = load_table_words()
    facts: dict[Span, Fact] = {}
    found: list[Quantity] = []
    rows: list[ScoreRow] = []
    for index, table in enumerate(document.tables):
        sheet = Sheet(document, table, index, words, facts, found)
        grid = table.grid()
        subject = project_name(sheet, grid)
        for section in sections(sheet, grid):
            if section.kind == "indicators":
                rows += _Indicators(sheet, grid, section).rows()
            elif section.kind == "funds":
                rows += fund_rows(sheet, grid, section, subject)
            else:
                continue
            rest(sheet, grid, section, "sheet")
    found.sort(key=lambda q: q.span)
    return tuple(rows), facts, found


def project_name(sheet: Sheet, grid: list[list[Cell | None]]) -> str:
    """The project that a sheet is about: the cell beside 项目名称 in its first rows, else ``""``."""
    for row in grid[:4]:
        cells = [cell for _, cell in distinct(row) if not sheet.blank(cell)]
        for label, value in pairwise(cells[:4]):
            named = squeeze(sheet.text(label)).rstrip("：") == "项目名称"
            if named and len(cells) <= 4 and not sheet.words.meaning(sheet.text(value)).known:
                return squeeze(sheet.text(value))
    return ""


def rest(sheet: Sheet, grid: list[list[Cell | None]], section: Section, origin: str) -> None:
    """Every figure of a section that has no fact yet gets an unbound one."""
    for number in [*section.header_rows, *section.rows]:
        for _, cell in distinct(grid[number]):
            if cell.row == number:
                for q in sheet.figures(cell):
                    if not (sheet.bare(cell) and section.role(cell.col) == "serial"):
                        sheet.put(UNBOUND, q, cell, origin="sheet" if origin == "sheet" else "table")


class _Indicators:
    """Reads the indicator rows of one section."""

    def __init__(self, sheet: Sheet, grid: list[list[Cell | None]], section: Section) -> None:
        self.sheet, self.grid, self.section = sheet, grid, section
        self.words: TableWords = sheet.words
        cols = [c for c in sorted(section.headers) if section.role(c) in PATH]
        first = next((c for c in cols if section.role(c) == "level1"), None)
        self.path_cols = [c for c in cols if first is None or c >= first]
        self.level_marks = self._level_marks()
        self.open: list[str] = ["", ""]
        self.scales: dict[str, Scale] = {}
        self.name_cells: set[Span] = set()

    def rows(self) -> list[ScoreRow]:
        """The rows, or nothing when the columns do not hold what their headers promise."""
        if not self._sound():
            return []
        out: list[ScoreRow] = []
        for number in self.section.rows:
            row = self.grid[number]
            if self._total(row):
                continue
            if (made := self._row(number, row)) is not None:
                out.append(made)
        return out

    def _sound(self) -> bool:
        """Whether weight and score columns hold figures and the name columns hold words."""
        marked = bool(self.section.columns("weight") or self.section.columns("score"))
        good, bad = int(not marked), 0
        for number in self.section.rows:
            row = self.grid[number]
            for role in ("weight", "score"):
                for cell in self._cells(row, role):
                    if not self.sheet.blank(cell):
                        numeric = self.sheet.figure(cell, "分") is not None
                        good, bad = good + numeric, bad + (not numeric)
            name = row[self.path_cols[-1]] if self.path_cols and self.path_cols[-1] < len(row) else None
            bad += self.sheet.bare(name)
        return good > 2 * bad

    def _level_marks(self) -> dict[int, int]:
        """Weight and score columns that stand right of a level and left of the name, with the level's column."""
        if not self.path_cols:
            return {}
        name, out = self.path_cols[-1], {}
        for role in ("weight", "score"):
            cols = self.section.columns(role)
            if any(c > name for c in cols):
                out.update(
                    {c: max(p for p in self.path_cols if p < c) for c in cols if self.path_cols[0] < c < name}
                )
        return out

    def _cells(self, row: GridRow, role: str) -> list[Cell]:
        cells = [row[c] for c in self.section.columns(role) if c < len(row) and c not in self.level_marks]
        return list(dict.fromkeys(c for c in cells if c is not None))

    def _cell(self, row: GridRow, role: str) -> Cell | None:
        cells = self._cells(row, role)
        return cells[0] if cells else None

    def _total(self, row: GridRow) -> bool:
        """Take a total or subtotal line; its facts are no row."""
        label = next((cell for _, cell in distinct(row) if not self.sheet.blank(cell)), None)
        path = [row[c] for c in self.path_cols if c < len(row)]
        labels = [c for c in [label, *path] if c is not None]
        names = {
            squeeze(self.sheet.text(c)).strip("：:").translate(str.maketrans("", "", "（）")) for c in labels
        }
        total, subtotal = bool(names & self.words.total), bool(names & self.words.subtotal)
        if not (total or subtotal) or label is None:
            inline = self.sheet.items(label)
            if len(inline) == 1 and label is not None and inline[0].label in self.words.total:
                item = inline[0]
                self.sheet.put(
                    "总分", item.quantity, label, scope="合计", label=item.label_span, origin="sheet"
                )
                return True
            return False
        group = self._subtotal_group(path) if subtotal else ""
        scope = "小计" if subtotal else "合计"
        figures = self._total_figures(row)
        for role, (cell, q) in figures.items():
            measure = {"weight": "权重", "score": "得分" if subtotal else "总分", "score_rate": "得分率"}[
                role
            ]
            self.sheet.put(measure, q, cell, subject=group, scope=scope, label=label.span, origin="sheet")
        return True

    def _subtotal_group(self, path: list[Cell | None]) -> str:
        """The level that a line 小计 closes: the one named left of the word, else the first."""
        names = [self._name(c)[0] if c is not None else "" for c in path]
        at = next((n for n, name in enumerate(names) if name in self.words.subtotal), 0)
        left = names[at - 1] if at else ""
        return left or self.open[min(max(at - 1, 0), 1)]

    def _total_figures(self, row: GridRow) -> dict[str, tuple[Cell, Quantity]]:
        """Figures of a total line by role; by their order when the line's cells do not meet the columns."""
        out: dict[str, tuple[Cell, Quantity]] = {}
        for role in ("weight", "score"):
            cell = self._cell(row, role)
            if cell is not None and (q := self.sheet.figure(cell, "分")) is not None:
                out[role] = (cell, q)
        cell = self._cell(row, "score_rate")
        if cell is not None and (rate := self.sheet.rate(cell, self._scale("score_rate"))) is not None:
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

    def _row(self, number: int, row: GridRow) -> ScoreRow | None:
        cells = [row[c] if c < len(row) else None for c in self.path_cols]
        name_cell = self._path(cells, number)
        if name_cell is None or name_cell.span in self.name_cells:
            return None
        if any(self._cell(row, role) is name_cell for role in ("target", "actual", "weight", "score")):
            self.open = [self._name(name_cell)[0], ""]  # a line of its own that names the group below
            return None
        name, mark, unit = self._name(name_cell)
        self.name_cells.add(name_cell.span)
        path = self._path_of(cells, name_cell, name)
        self._put_level_marks(row, number)
        facts = self._figures(row, name_cell, name, mark, unit)
        texts = {role: self._words(row, role, facts.get(role)) for role in ("target", "actual")}
        if not facts and not any(texts.values()):
            return None
        reason, remedy = self._note(row, "reason", name_cell), self._note(row, "remedy", name_cell)
        both = self._cell(row, "reason")
        if both is not None and remedy is None and self._names_remedy():
            remedy = reason
        return ScoreRow(
            path=path,
            spans=tuple(c.span for _, c in distinct(row) if len(c.span) and c.row == number),
            name=name_cell.span,
            weight=facts.get("weight"),
            target=facts.get("target"),
            mid_year=facts.get("mid"),
            actual=facts.get("actual"),
            completion=facts.get("completion"),
            deviation=facts.get("deviation"),
            score=facts.get("score"),
            target_text=texts["target"],
            actual_text=texts["actual"],
            reason=reason,
            remedy=remedy,
            origin="sheet",
            table=self.sheet.index,
        )

    def _put_level_marks(self, row: GridRow, number: int) -> None:
        """Marks of whole levels, in columns of their own beside the level."""
        for col, level in self.level_marks.items():
            cell, named = row[col], row[level]
            q = self.sheet.figure(cell, "分")
            if cell is None or named is None or q is None or cell.row != number:
                continue
            measure = "权重" if self.section.role(col) == "weight" else "得分"
            name = self._name(named)[0]
            self.sheet.put(measure, q, cell, subject=name, scope="小计", label=named.span, origin="sheet")

    def _path(self, cells: list[Cell | None], number: int) -> Cell | None:
        """Follow the levels of a row and return its name cell."""
        for depth, cell in enumerate(cells[:-1][:2]):
            if cell is None or self.sheet.blank(cell) or cell is cells[-1] or (depth and cell is cells[0]):
                continue
            text = self._name(cell)[0]
            self._group_weight(cell, text)
            if len(cells) > 2 and cell is cells[1] and load_cues().level(text) == 2:
                depth = 1  # one cell over both levels
            if text != self.open[depth]:
                self.open[depth] = text
                if depth == 0:
                    self.open[1] = ""
        filled = [c for c in cells if c is not None and not self.sheet.blank(c)]
        if not filled or (filled[-1].row < number and filled[-1].span in self.name_cells):
            return None
        last = cells[-1]
        if last is None or self.sheet.blank(last):
            return filled[-1] if filled[-1].row == number else None
        return last

    def _path_of(self, cells: list[Cell | None], name_cell: Cell, name: str) -> tuple[str, ...]:
        if len(self.path_cols) == 1:
            bare = not (self.section.columns("target") or self.section.columns("actual"))
            return (name,) if bare else ("", "", name)
        if cells and cells[0] is name_cell:
            return (name,)
        levels = [self._level_of(c) for c in self.path_cols[:-1]][:2]
        known = dict.fromkeys((1, 2), "")
        for depth, level in enumerate(levels):
            known[level or depth + 1] = self.open[depth]
        if name_cell is not cells[-1]:
            known = {level: ("" if text == name else text) for level, text in known.items()}
        return known[1], known[2], name

    def _level_of(self, col: int) -> int:
        return {"level1": 1, "level2": 2}.get(self.section.role(col), 0)

    def _name(self, cell: Cell) -> tuple[str, str, str]:
        """An indicator's name without its mark, bracketed weight and unit; the mark and the unit."""
        text = squeeze(self.sheet.text(cell)).translate(str.maketrans("（）", "()"))
        text = _BRACKET.sub("", text)
        mark, unit = "", ""
        found = _MARK.search(text)
        if found is not None and found.start() > 0 and (found["mark"] or found["after"] or found["unit"]):
            inside = found["unit"] or ""
            if found["mark"] or found["after"] or self.words.unit_in(f"（{inside}）"):
                mark, unit = found["mark"] or found["after"] or "", inside
                text = text[: found.start()]
        return text.strip("：:").translate(str.maketrans("()", "（）")), mark, unit

    def _group_weight(self, cell: Cell, name: str) -> None:
        found = _WEIGHT.search(self.sheet.text(cell))
        if found is None or not name:
            return
        for q in self.sheet.figures(cell, "分"):
            if q.unit in ("分", "") and q.span.end == cell.span.start + found.end("n") + len(q.surface):
                break
        value = Decimal(found["n"])
        exponent = value.as_tuple().exponent
        span = Span(cell.span.start + found.start("n"), cell.span.start + found.end("n"))
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        q = Quantity(value, "分", step, "eq", span, "分", found["n"], inherited=True, text=found["n"])
        self.sheet.put("权重", q, cell, subject=name, scope="小计", label=cell.span, origin="sheet")

    def _figures(self, row: GridRow, name_cell: Cell, name: str, mark: str, unit: str) -> dict[str, Fact]:
        out: dict[str, Fact] = {}
        unit = self._unit(row, unit)
        target = self._value(row, "target", name_cell, unit, mark)
        if target is not None:
            cell, q, trust = target
            if (fact := self._put("目标值", q, cell, name, name_cell, "目标", trust)) is not None:
                out["target"] = fact
            unit = unit or ("" if q.inherited and not q.surface else q.surface)
        for role, measure in (("mid", "监控值"), ("actual", "完成值")):
            found = self._value(row, role, name_cell, unit, "")
            if found is not None:
                stage = "年中" if role == "mid" else "年末"
                if (
                    fact := self._put(measure, found[1], found[0], name, name_cell, stage, found[2])
                ) is not None:
                    out[role] = fact
        for role, measure in (("score_rate", "得分率"), ("completion", "完成率"), ("deviation", "偏差率")):
            cell_ = self._own(row, role, name_cell)
            rate = self.sheet.rate(cell_, self._scale(role)) if cell_ is not None else None
            if cell_ is not None and rate is not None:
                fact = self._put(measure, rate[0], cell_, name, name_cell, "年末", rate[1])
                if fact is not None:
                    out["completion" if role == "score_rate" else role] = fact
        for role, measure, scope in (
            ("weight", "权重", ""),
            ("score", "得分", ""),
            ("review_score", "得分", "复核"),
        ):
            cell_ = self._own(row, role, name_cell)
            mark_ = self.sheet.figure(cell_, "分") if cell_ is not None else None
            if cell_ is not None and mark_ is not None:
                fact = self._put(measure, mark_, cell_, name, name_cell, "", Decimal(1), scope)
                if fact is not None and not scope:
                    out[role] = fact
        return out

    def _scale(self, role: str) -> Scale:
        """What bare numbers of a role's column are; looked up once."""
        if role not in self.scales:
            cols = self.section.columns(role)
            cells = self.section.cells(self.grid, cols[0]) if cols else []
            self.scales[role] = self.sheet.scale(cells, self.section.unit(cols[0]) if cols else "")
        return self.scales[role]

    def _own(self, row: GridRow, role: str, name_cell: Cell) -> Cell | None:
        """The cell of a role, unless it spans further rows: then it is the group's, not the indicator's."""
        cell = self._cell(row, role)
        if cell is None:
            return None
        if cell.row < name_cell.row or cell.row + cell.rowspan > name_cell.row + name_cell.rowspan:
            self._shared(cell, role)
            return None
        return cell

    def _shared(self, cell: Cell, role: str) -> None:
        group = next((t for t in reversed(self.open) if t), "")
        measure = {"weight": "权重", "score": "得分"}.get(role)
        q = self.sheet.figure(cell, "分") if measure else None
        if q is not None and measure is not None and group:
            self.sheet.put(measure, q, cell, subject=group, scope="小计", label=cell.span, origin="sheet")

    def _unit(self, row: GridRow, unit: str) -> str:
        cell = self._cell(row, "unit")
        if cell is not None and not self.sheet.blank(cell):
            return squeeze(self.sheet.text(cell))
        return unit

    def _value(
        self, row: GridRow, role: str, name_cell: Cell, unit: str, mark: str
    ) -> tuple[Cell, Quantity, Decimal] | None:
        cell = self._own(row, role, name_cell)
        if cell is None or self.sheet.blank(cell):
            return None
        found = self.sheet.figures(cell)
        trust = Decimal(1) if len(found) == 1 else _UNSURE
        if not found:
            return None
        q = found[0]
        if self.sheet.bare(cell) and unit:
            if unit in ("%", "％"):
                rate = self.sheet.rate(cell)
                q, trust = rate if rate is not None else (q, trust)
            else:
                hinted = self.sheet.figure(cell, unit)
                q = hinted if hinted is not None else q
        if role == "target" and q.relation == "eq":
            relation = self._relation(row, mark)
            q = replace(q, relation=relation) if relation is not None else q
        return cell, q, trust

    def _relation(self, row: GridRow, mark: str) -> Relation | None:
        cell = self._cell(row, "direction")
        text = squeeze(self.sheet.text(cell)) if cell is not None else ""
        name = self.words.directions.get(text) or self.words.directions.get(mark)
        relations: dict[str, Relation] = {"ge": "ge", "le": "le", "eq": "eq", "gt": "gt", "lt": "lt"}
        return relations.get(name) if name is not None else None

    def _put(
        self,
        measure: str,
        q: Quantity,
        cell: Cell,
        name: str,
        name_cell: Cell,
        stage: str,
        trust: Decimal,
        scope: str = "",
    ) -> Fact | None:
        return self.sheet.put(
            measure,
            q,
            cell,
            subject=name,
            scope=scope,
            stage="目标" if stage == "目标" else "年中" if stage == "年中" else "年末" if stage else "",
            label=name_cell.span,
            trust=trust,
            origin="sheet",
        )

    def _words(self, row: GridRow, role: str, fact: Fact | None) -> Span | None:
        """The cell's span when it says more than its figure."""
        cell = self._cell(row, role)
        if cell is None or self.sheet.blank(cell):
            return None
        text = squeeze(self.sheet.text(cell))
        if fact is None:
            return cell.span
        figure = squeeze(self.sheet.document.quote(fact.quote))
        return (
            cell.span
            if len(text.replace(figure, "").strip("≥≤≧≦＞＜>=<＝以上内及不低于超过少高大小等约"))
            else None
        )

    def _note(self, row: GridRow, role: str, name_cell: Cell) -> Span | None:
        cell = self._cell(row, role)
        if cell is None or not squeeze(self.sheet.text(cell)):
            return None
        return cell.span

    def _names_remedy(self) -> bool:
        return any("措施" in m.text for c in self.section.columns("reason") for m in self.section.headers[c])
