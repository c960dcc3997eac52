"""The indicator rows of one section of a score sheet."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from jihe_extract.cells.cellfigures import Sheet
from jihe_extract.cells.tablesections import GridRow, Section, distinct
from jihe_extract.cells.tablewords import squeeze
from jihe_extract.document import Cell, Span
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.numbers.quantity import Quantity, Relation
from jihe_extract.prose.cues import load_cues
from jihe_extract.scores.groupmarks import GroupMarks
from jihe_extract.scores.rowfigures import row_figures

_UNSURE = Decimal("0.5")


class IndicatorRows(GroupMarks):
    """Reads the indicator rows of one section."""

    def __init__(self, sheet: Sheet, grid: list[list[Cell | None]], section: Section, project: str = "") -> None:
        """``grid`` is the table's grid, of which ``section`` names the rows; ``project`` owns its total."""
        super().__init__(sheet, grid, section)
        self.project = project
        self.name_cells: set[Span] = set()

    def rows(self) -> list[ScoreRow]:
        """The rows, or nothing when the columns do not hold what their headers promise."""
        if not self._sound():
            return []
        out: list[ScoreRow] = []
        for number in self.section.rows:
            row = self.grid[number]
            if self.total(row):
                continue
            if (rate := self._execution(number, row)) is not None:
                out.append(rate)
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
            if self._one_line(row):
                continue
            for role in ("weight", "score"):
                for cell in self.cells(row, role):
                    if not self.sheet.blank(cell):
                        numeric = self.sheet.figure(cell, "分") is not None
                        good, bad = good + numeric, bad + (not numeric)
            name = row[self.path_cols[-1]] if self.path_cols and self.path_cols[-1] < len(row) else None
            bad += self.sheet.bare(name)
        return good > 2 * bad

    def _execution(self, number: int, row: GridRow) -> ScoreRow | None:
        """The line of the budget's execution among the indicators: a label over their levels, a rate, its marks."""
        cells = [cell for _, cell in distinct(row) if cell.row == number and not self.sheet.blank(cell)]
        levels = {row[c] for c in self.path_cols if c < len(row)} if cells else set()
        if not cells or (levels - {cells[0]}) & set(cells) or self.name(cells[0])[0] not in self.words.execution:
            return None
        label, name = cells[0], load_cues().execution_name
        above = (row[c] for c in self.path_cols if c < label.col)
        if any(c is not None and c.row < number and not self.sheet.blank(c) for c in above):
            return None  # an indicator like others, below levels that go on
        out: dict[str, Fact] = {}
        self._marks(row, label, name, out)
        if not out:
            return None
        self._executed(row, cells[1:], label, name, out)
        return ScoreRow(
            path=(name,),
            spans=tuple(c.span for c in cells),
            name=label.span,
            target=out.get("target"),
            weight=out.get("weight"),
            completion=out.get("completion"),
            score=out.get("score"),
            reason=self._note(row, "reason", label),
            origin="sheet",
            table=self.sheet.index,
        )

    def _executed(self, row: GridRow, cells: list[Cell], label: Cell, name: str, out: dict[str, Fact]) -> None:
        """Add the rate of the budget's execution, and what it was to be where a column of targets tells it."""
        rates = [(c, q) for c in cells if (q := self.sheet.figure(c)) is not None and q.unit == "%"]
        target, actual = self.cell(row, "target"), self.cell(row, "actual")
        planned = [pair for pair in rates if pair[0] is target and actual not in (None, target)]
        reached = [pair for pair in rates if pair not in planned]
        if planned and reached:
            cell, q = planned[0]
            if (fact := self._put("目标值", q, cell, name, label, "目标", Decimal(1))) is not None:
                out["target"] = fact
        for cell, q in (reached or planned)[:1]:
            trust = Decimal(1) if reached else _UNSURE
            if (fact := self._put("执行率", q, cell, "", label, "", trust)) is not None:
                out["completion"] = fact

    def _one_line(self, row: GridRow) -> bool:
        """Whether one cell covers both name and marks: a line between the indicators."""
        name = row[self.path_cols[-1]] if self.path_cols and self.path_cols[-1] < len(row) else None
        return name is not None and any(self.cell(row, role) is name for role in ("weight", "score"))

    def _row(self, number: int, row: GridRow) -> ScoreRow | None:
        cells = [row[c] if c < len(row) else None for c in self.path_cols]
        name_cell = self._path(cells, number)
        if name_cell is None or name_cell.span in self.name_cells:
            return None
        if any(self.cell(row, role) is name_cell for role in ("target", "actual", "weight", "score")):
            self.open = [self.name(name_cell)[0], ""]  # a line of its own that names the group below
            return None
        name, mark, unit = self.name(name_cell)
        self.name_cells.add(name_cell.span)
        if name in self.words.no_indicator:
            return None
        path = self._path_of(cells, name_cell, name)
        self.put_level_marks(row, number)
        facts = self._figures(row, name_cell, name, mark, unit)
        texts = {role: self._words(row, role, facts.get(role)) for role in ("target", "actual")}
        if not facts and not any(texts.values()):
            return None
        reason, remedy = self._note(row, "reason", name_cell), self._note(row, "remedy", name_cell)
        both = self.cell(row, "reason")
        if both is not None and remedy is None and self._names_remedy():
            remedy = reason
        return ScoreRow(
            path=path,
            spans=tuple(c.span for _, c in distinct(row) if len(c.span) and c.row == number),
            name=name_cell.span,
            target_text=texts["target"],
            actual_text=texts["actual"],
            reason=reason,
            remedy=remedy,
            origin="sheet",
            table=self.sheet.index,
            **row_figures(facts),
        )

    def _path(self, cells: list[Cell | None], number: int) -> Cell | None:
        """Follow the levels of a row and return its name cell."""
        for depth, cell in enumerate(cells[:-1][:2]):
            if cell is None or self.sheet.blank(cell) or cell is cells[-1] or (depth and cell is cells[0]):
                continue
            text = self.name(cell)[0]
            self.group_weight(cell, text)
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
                if (fact := self._put(measure, found[1], found[0], name, name_cell, stage, found[2])) is not None:
                    out[role] = fact
        for role, measure in (("score_rate", "得分率"), ("completion", "完成率"), ("deviation", "偏差率")):
            cell_ = self._own(row, role, name_cell)
            rate = self.sheet.rate(cell_, self.scale(role)) if cell_ is not None else None
            if cell_ is not None and rate is not None:
                fact = self._put(measure, rate[0], cell_, name, name_cell, "年末", rate[1])
                if fact is not None:
                    out["completion" if role == "score_rate" else role] = fact
        self._marks(row, name_cell, name, out)
        if "score" in out and not self.section.columns("weight"):
            self._named_weight(name_cell, name, out)
        return out

    def _marks(self, row: GridRow, name_cell: Cell, name: str, out: dict[str, Fact]) -> None:
        """Weight, score and review score of a row."""
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

    def _named_weight(self, name_cell: Cell, name: str, out: dict[str, Fact]) -> None:
        """The points in the brackets of a name (决算公开（2分）), in a table without a column of weights."""
        found = self.bracketed(name_cell, marked=True)
        if found is not None:
            fact = self._put("权重", found, name_cell, name, name_cell, "", Decimal(1))
            if fact is not None:
                out["weight"] = fact

    def _own(self, row: GridRow, role: str, name_cell: Cell) -> Cell | None:
        """The cell of a role, unless it spans further rows: then it is the group's, not the indicator's."""
        cell = self.cell(row, role)
        if cell is None:
            return None
        if cell.row < name_cell.row or cell.row + cell.rowspan > name_cell.row + name_cell.rowspan:
            self.shared(cell, role)
            return None
        return cell

    def _unit(self, row: GridRow, unit: str) -> str:
        cell = self.cell(row, "unit")
        if cell is not None and not self.sheet.blank(cell):
            return squeeze(self.sheet.text(cell))
        return unit

    def _value(
        self, row: GridRow, role: str, name_cell: Cell, unit: str, mark: str
    ) -> tuple[Cell, Quantity, Decimal] | None:
        cell = self._own(row, role, name_cell)
        if cell is None or self.sheet.blank(cell):
            return None
        found = self.sheet.figures(cell) or self.sheet.counted(cell)
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
        cell = self.cell(row, "direction")
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
        cell = self.cell(row, role)
        if cell is None or self.sheet.blank(cell):
            return None
        text = squeeze(self.sheet.text(cell))
        if fact is None:
            return cell.span
        figure = squeeze(self.sheet.document.quote(fact.quote))
        return cell.span if len(text.replace(figure, "").strip("≥≤≧≦＞＜>=<＝以上内及不低于超过少高大小等约")) else None

    def _note(self, row: GridRow, role: str, name_cell: Cell) -> Span | None:
        cell = self.cell(row, role)
        if cell is None or not squeeze(self.sheet.text(cell)):
            return None
        return cell.span

    def _names_remedy(self) -> bool:
        return any("措施" in m.text for c in self.section.columns("reason") for m in self.section.headers[c])
