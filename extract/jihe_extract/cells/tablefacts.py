"""Facts of plain tables: what a figure measures is said by its column header and its row label together.

Each figure of a table outside the score sheets becomes one quantity and one fact. Where header and label do
not say what it is, the measure is ``UNBOUND``; a header that is only partly understood binds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from msgspec.structs import replace

from jihe_extract.cells.cellfigures import Scale, Sheet
from jihe_extract.cells.sheetparts import project_names, rest
from jihe_extract.cells.tablebinding import Bound, combine
from jihe_extract.cells.tablecolumns import columns_of
from jihe_extract.cells.tablepanels import panels
from jihe_extract.cells.tablesections import GridRow, Section, distinct, sections
from jihe_extract.cells.tabletitles import sources_apart
from jihe_extract.cells.tablewords import Meaning, load_table_words, squeeze
from jihe_extract.document import Cell, Document, Span
from jihe_extract.facts import UNBOUND, Fact
from jihe_extract.numbers.quantity import Quantity

_REPORT_YEAR = re.compile(r"(20\d{2})\s*年(度?)")
_YEAR_LABEL = re.compile(r"(20\d{2})\s*(?:年度?)?")
_BESIDE = frozenset({"上年结转"})
"""Measures of a part beside others, which say nothing of the lines below."""
_TEXT_HEADERS = frozenset({"reason", "remedy", "standard", "direction", "unit", "serial"})


def table_facts(document: Document, year: str = "") -> tuple[dict[Span, Fact], list[Quantity]]:
    """The fact of every figure of the plain tables, by span, and those quantities in order.

    ``year`` is the report's own year, which facts write as ``""``; without it the year that the document
    names most often is taken. Serial and line numbers (行次) are no quantities.
    """
    words = load_table_words()
    facts: dict[Span, Fact] = {}
    found: list[Quantity] = []
    year = year or _own_year(document.text)
    tables = [(Sheet(document, t, i, words, facts, found), t.grid()) for i, t in enumerate(document.tables)]
    projects, several = project_names(tables)
    for (sheet, grid), subject in zip(tables, projects, strict=True):
        for section in sections(sheet, grid):
            if section.kind == "data":
                plain = _Plain(sheet, grid, section, subject, year, several)
                plain.read()
                plain.doubt_clashes()
                rest(sheet, grid, section, "table", plain.serials)
    found.sort(key=lambda q: q.span)
    return sources_apart(document, facts), found


@lru_cache(maxsize=8)
def _own_year(text: str) -> str:
    """The year named most often, 年度 counting more; the later one on a tie."""
    counts: dict[str, int] = {}
    for m in _REPORT_YEAR.finditer(text[:20000]):
        counts[m[1]] = counts.get(m[1], 0) + (3 if m[2] else 1)
    return max(counts, key=lambda y: (counts[y], y)) if counts else ""


class _Plain:
    """One section of a plain table."""

    def __init__(
        self,
        sheet: Sheet,
        grid: list[list[Cell | None]],
        section: Section,
        subject: str,
        year: str,
        several: bool = False,
    ) -> None:
        self.sheet, self.grid, self.section = sheet, grid, section
        self.subject, self.year, self.several = subject, year, several
        self.words = sheet.words
        self.columns = columns_of(sheet, grid, section)
        self.label_cols = [c for c in sorted(section.headers) if section.role(c) in ("subject", "level1", "name")]
        self.names = frozenset(c for c in self.label_cols if self._holds_names(c))
        self.serials = self._serials()
        self.family = self._family()
        self.halves = panels(sheet.document, sheet.table)
        self.made: list[Fact] = []
        self.scales: dict[int, Scale] = {}
        self.pair_measures: dict[int, Meaning] = {}

    def read(self) -> None:
        """Put a fact for every figure that header and label bind."""
        for number in self.section.rows:
            row = self.grid[number]
            values = [(col, cell) for col, cell in distinct(row) if cell.row == number]
            self._own_totals(values)
            if self._pairs(row, number):
                continue
            for col, cell in values:
                if col in self.serials or self._items(cell):
                    continue
                if self.sheet.numeric(cell) and self.section.role(col) not in _TEXT_HEADERS:
                    self._bind(row, col, cell)

    def doubt_clashes(self) -> None:
        """Figures of different rows under one key cannot both be meant: neither binding is sure then."""
        groups: dict[tuple[str, str, str, str, str], list[Fact]] = {}
        for fact in self.made:
            if fact.measure != UNBOUND:
                groups.setdefault(fact.key, []).append(fact)
        for facts in groups.values():
            labels = {f.label for f in facts}
            if len(labels) > 1 and len({f.quantity.value for f in facts}) > 1:
                for fact in facts:
                    self.sheet.facts[fact.quote] = replace(fact, trust=min(fact.trust, Decimal("0.5")))

    @cached_property
    def _fine(self) -> frozenset[int]:
        """The columns of amounts some of which have decimals: they count no people."""
        amounts = [c for c, own in self.columns.items() if own.kind == "amount"]
        return frozenset(c for c in amounts if self._decimals(self.section.cells(self.grid, c)))

    def _decimals(self, cells: Iterable[Cell | None]) -> bool:
        return any("." in self.sheet.text(c) for c in cells if c is not None and self.sheet.bare(c))

    def _spent_on(self, row: GridRow, col: int) -> bool:
        """Whether a row named after people tells in a column what is spent on them: its amounts have decimals."""
        return col in self._fine and self._decimals(c for at, c in distinct(row) if at in self._fine)

    def _holds_names(self, col: int) -> bool:
        """Whether a label column holds names of projects or units, not lines of account (项目: 三公经费)."""
        if self.section.role(col) != "subject":
            return False
        if not {m.text for m in self.section.headers[col]} & self.words.loose_subject:
            return True
        cells = (c for c in self.section.cells(self.grid, col) if c is not None)
        own = (c for c in cells if c.colspan < len(self.grid[c.row]))  # a title over all columns is no row's label
        labels = (self.words.meaning(self.sheet.text(c)) for c in own)
        return not any(m.scope or m.measure for m in labels if not m.total)

    def _serials(self) -> frozenset[int]:
        """Columns that only count rows: a serial header, or 1, 2, 3 … in the first column."""
        out = {c for c in self.section.headers if self.section.role(c) == "serial"}
        numbers = [self.sheet.text(self.grid[r][0]).strip() for r in self.section.rows if self.grid[r]]
        numbers = [n for n in numbers if n]
        if len(numbers) >= 2 and numbers[: len(numbers)] == [str(i + 1) for i in range(len(numbers))]:
            out.add(0)
        if numbers and all(_YEAR_LABEL.fullmatch(n) or self.words.meaning(n).total for n in numbers):
            out.add(0)
        return frozenset(out)

    def _year_of(self, cell: Cell) -> str:
        """The year that the first cell of a figure's row is, where the rows are years."""
        first = self.grid[cell.row][0] if 0 in self.serials else None
        found = _YEAR_LABEL.fullmatch(self.sheet.text(first).strip()) if first is not None else None
        return found[1] if found is not None else ""

    def _family(self) -> str | None:
        """The wider scope of the rows' scopes when they share one, for the line 合计; None when they do not."""
        seen: set[tuple[str, str]] = set()
        for number in self.section.rows:
            label = next((c for _, c in distinct(self.grid[number]) if not self.sheet.blank(c)), None)
            if label is None or self.sheet.numeric(label):
                continue
            meaning = self.words.meaning(self.sheet.text(label))
            if meaning.total or self.words.is_whole(meaning.text):
                continue
            within = self.words.within(meaning.scope) if meaning.scope else None
            if within is None:
                return None
            seen.add((self.words.axis(meaning.scope), within))
        return next(iter(seen))[1] if len(seen) == 1 else None

    def _own_totals(self, values: list[tuple[int, Cell]]) -> None:
        """The score of the whole sheet beside its label in the head of a form (自评得分 | 96)."""
        for (_, left), (_, right) in pairwise(values):
            mark = self.sheet.figure(right, "分") if self.words.own_total(self.sheet.text(left)) else None
            if mark is not None and mark.unit == "分":
                owner = self.subject if self.several else ""
                fact = self.sheet.put("总分", mark, right, subject=owner, label=left.span)
                if fact is not None:
                    self.made.append(fact)

    def _pairs(self, row: GridRow, number: int) -> bool:
        """A row of label and figure side by side (编制数 60 ‖ 在职 58): each label names its figure."""
        cells = [cell for _, cell in distinct(row)]
        if sum(self.sheet.numeric(c) for c in cells) > 1:
            cells = [c for c in cells if not self.sheet.blank(c)]  # merged cells that came apart
        pairs = []
        for left, right in pairwise(cells):
            if self.sheet.numeric(right):
                if self.sheet.numeric(left) or self.sheet.blank(left):
                    return False
                pairs.append((left, right))
        if not pairs or (self.columns and (len(pairs) < 2 or self._panels())):
            return False
        if len(pairs) == 1 and len(cells) > 3:
            return False
        unit = next((u for c in cells if (u := self.words.meaning(self.sheet.text(c)).unit)), "")
        for left, right in pairs:
            meaning = self.words.meaning(self.sheet.text(left))
            if meaning.measure and meaning.measure not in _BESIDE:
                self.pair_measures[left.col] = meaning
            above = self.pair_measures.get(left.col)
            if above is not None and meaning.scope and not meaning.measure:
                meaning = replace(meaning, measure=above.measure, kind=above.kind)
            meaning = replace(meaning, unit=meaning.unit or unit)
            self._record(combine(None, meaning, self.words, named=False, family=self.family), right, left)
        return True

    def _panels(self) -> bool:
        """Whether the header repeats its label column (income on the left, expenditure on the right)."""
        texts = [m[-1].text for c, m in sorted(self.section.headers.items()) if m]
        runs = [t for n, t in enumerate(texts) if n == 0 or texts[n - 1] != t]
        return len(runs) > len(set(runs))

    def _items(self, cell: Cell) -> bool:
        items = self.sheet.items(cell, self._money())
        if not items or len(squeeze(self.sheet.text(cell))) > 60:
            return False
        for item in items:
            meaning = self.words.meaning(item.label)
            bound = combine(None, meaning, self.words, named=False, family=None)
            fits = bound.kind != "rate" or item.quantity.unit == "%"
            self._put(bound if fits else Bound(), item.quantity, cell, item.label_span, Decimal(1))
        return True

    def _bind(self, row: GridRow, col: int, cell: Cell) -> None:
        label, named = self._label(row, col)
        column = self.columns.get(col)
        if column is not None and column.role in ("subject", "level1", "level2", "name"):
            return
        meaning = self.words.meaning(self.sheet.text(label)) if label is not None else None
        if meaning is not None and self._title(label):
            meaning = Meaning("", scope=meaning.scope, unit=meaning.unit)  # a title beside header and rows
        if (label is None or self.sheet.blank(label)) and self.section.lead is not None:
            meaning = None if self.section.lead.known else Meaning("", unit=self.section.lead.unit)
        if label is None and column is None:
            return
        if meaning is not None and meaning.kind == "people" and self._spent_on(row, col):
            meaning = Meaning(meaning.text, unit=meaning.unit)
        bound = combine(column, meaning, self.words, named=named, family=self.family)
        self._record(bound, cell, label)

    def _label(self, row: GridRow, col: int) -> tuple[Cell | None, bool]:
        """The cell that names a figure's row, and whether its column holds names of projects or units."""
        floor = max((first for first, _ in self.halves if first <= col), default=0)
        named = [c for c in self.label_cols if floor <= c < col and c < len(row)]
        if named and not self._title(row[named[-1]]):
            return row[named[-1]], named[-1] in self.names
        cells = [
            cell
            for c, cell in distinct(row)
            if floor <= c < col and not (self._counts(c, cell) or self.sheet.blank(cell) or self.sheet.numeric(cell))
        ]
        values = [c for c, cell in distinct(row) if self.sheet.numeric(cell) and c not in self.serials]
        first_value = next((c for c in values if c >= floor and self.section.role(c) != "serial"), col)
        before = [cell for cell in cells if cell.col < first_value]
        return (before[-1] if before else None), False

    def _counts(self, col: int, cell: Cell) -> bool:
        """Whether a cell only numbers its row; one that reaches beyond names it (人员经费合计 over code and name)."""
        return col in self.serials and cell.colspan == 1

    def _title(self, cell: Cell | None) -> bool:
        """Whether a cell stands beside header and rows: a title, not a row's label."""
        return cell is not None and cell.row in self.section.header_rows

    def _money(self, *meanings: Meaning | None) -> str:
        """The unit of money for a figure: its header's, its label's, the section's, the table's."""
        units = [m.unit for m in meanings if m is not None]
        if self.section.lead is not None:
            units.append(self.section.lead.unit)
        return next((u for u in [*units, self.sheet.table.unit] if u in self.words.money), "")

    def _hint(self, bound: Bound) -> str:
        """The unit that a bare number takes, by the kind of what it measures."""
        if bound.kind in ("people", "score"):
            return "人" if bound.kind == "people" else "分"
        if bound.kind == "indicator":
            return bound.unit
        if "点" in bound.unit:
            return bound.unit  # 差异（百分点）
        money = bound.unit in self.words.money
        if bound.kind == "amount":
            return bound.unit if money else self._money()
        return bound.unit or (self._money() if bound.money else "")

    def _scale(self, col: int, unit: str) -> Scale:
        """What bare numbers of a column of rates are; looked up once for a column under a header."""
        if col not in self.columns:
            return self.sheet.scale((), unit)
        if col not in self.scales:
            self.scales[col] = self.sheet.scale(self.section.cells(self.grid, col), unit)
        return self.scales[col]

    def _record(self, bound: Bound, cell: Cell, label: Cell | None) -> None:
        """Put the figure of a cell, with the unit that its measure admits."""
        span = label.span if label is not None and len(label.span) else None
        if bound.kind == "rate":
            rate = self.sheet.rate(cell, self._scale(cell.col, bound.unit))
            if rate is not None:
                self._put(bound, rate[0], cell, span, rate[1])
            return
        q = self.sheet.figure(cell, self._hint(bound))
        if q is None:
            return
        if not _fits(bound, q):
            bound = Bound()
        self._put(bound, q, cell, span, Decimal(1))

    def _put(self, bound: Bound, q: Quantity, cell: Cell, label: Span | None, trust: Decimal) -> None:
        period = bound.period or self._year_of(cell)
        if period == "上年" and self.year:
            period = str(int(self.year) - 1)
        fact = self.sheet.put(
            bound.measure or UNBOUND,
            q,
            cell,
            subject=bound.subject or (self.subject if bound.kind in ("amount", "rate") else ""),
            scope=bound.scope,
            period="" if period == self.year else period,
            label=label,
            trust=min(trust, bound.trust),
        )
        if fact is not None:
            self.made.append(fact)


def _fits(bound: Bound, q: Quantity) -> bool:
    """Whether a figure's own unit admits the measure."""
    if not bound.measure:
        return True
    if bound.kind == "amount":
        return q.unit in ("CNY", "")
    if bound.kind == "people":
        return q.unit in ("人", "名", "位", "个", "")
    if bound.kind == "score":
        return q.unit in ("分", "")
    return True
