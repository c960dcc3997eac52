"""Places of a report: the words to quote, sentences, paragraphs, tables."""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile

from jihe_audit.finding import Evidence
from jihe_extract.document import Document, Span
from jihe_extract.facts import Extraction, Fact

QUOTE = 24
"""Longest label and figure quoted together."""


class Places:
    """Where the figures of one report stand."""

    extraction: Extraction

    @property
    def document(self) -> Document:
        """The report's document."""
        return self.extraction.document

    def evidence(self, where: Fact | Span) -> Evidence:
        """Evidence for a fact or a span."""
        return Evidence.at(self.document, self.spot(where))

    def spot(self, where: Fact | Span) -> Span:
        """The words to quote: a figure with its label when that is short, else the figure alone."""
        if isinstance(where, Span):
            return where
        quote = where.quote
        short = len(quote) <= QUOTE and "\n" not in self.document.quote(quote)
        return quote if short and quote.holds(where.quantity.span) else where.quantity.span

    def named(self, fact: Fact) -> str:
        """The words that name a figure: those it is quoted with, and the heads over its column."""
        words, at = self.document.quote(fact.quote), self.document.cell_at(fact.quantity.span)
        if at is None:
            return words
        table = self.document.tables[at[0]]
        upper = takewhile(lambda c: c.row < table.header_rows, table.cells)
        heads = [c for c in upper if c.col <= at[2] < c.col + c.colspan]
        return " ".join([words, *(self.document.quote(c.span) for c in heads)])

    def together(self, a: Fact, b: Fact) -> bool:
        """Whether two figures stand in one sentence or in one table."""
        first, second = a.quantity.span, b.quantity.span
        cells = self.document.cell_at(first), self.document.cell_at(second)
        if cells[0] or cells[1]:
            return bool(cells[0] and cells[1] and cells[0][0] == cells[1][0])
        first, second = sorted((first, second))
        sentence = self.sentence(first, "。\n")
        end = sentence.end
        if self.document.text[end : end + 4].lstrip().startswith("其中"):
            end = self.sentence(Span(end, end + 1), "。\n").end
        return second.start < end

    def sentence(self, span: Span, stops: str = "。；;\n") -> Span:
        """The sentence around a span, for quoting; ``stops`` end it."""
        text = self.document.text
        start, end, last = 0, len(text), max(0, span.end - 1)
        for stop in reversed(stops):  # a line break is near, and bounds the search for the others
            start = text.rfind(stop, start, span.start) + 1 or start
            end = text.find(stop, last, end) + 1 or end
        while start < span.start and text[start].isspace():
            start += 1
        while end > span.end and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def depth(self, span: Span) -> int:
        """How many brackets of its line are open at a span."""
        before = self.document.text[self.paragraph(span).start : span.start]
        return sum(before.count(c) for c in "（(") - sum(before.count(c) for c in "）)")

    def paragraph(self, span: Span) -> Span:
        """The paragraph (line) around a span; for a cell, its table."""
        text = self.document.text
        cell = self.document.cell_at(span)
        if cell is not None:
            return self._tables.get(cell[0], span)
        end = text.find("\n", span.end)
        return Span(text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end)

    @cached_property
    def _tables(self) -> dict[int, Span]:
        """From the first to the last figure of each table."""
        found: dict[int, Span] = {}
        for fact in self.extraction.facts:
            span = fact.quantity.span
            cell = self.document.cell_at(span)
            if cell is not None:
                known = found.get(cell[0], span)
                found[cell[0]] = Span(min(known.start, span.start), max(known.end, span.end))
        return found
