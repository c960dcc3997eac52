"""The report's own text as HTML: every figure coloured, every piece of evidence ready to light up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from jihe_audit.coverage import STATUS_WORDS
from jihe_audit.export.records import BlockRecord, FactRecord, ReportRecord, TableRecord

MARK = {"verified": "v", "contradicted": "c", "unchecked": "u"}
TAGS = {"title": "h1", "caption": "p", "para": "p", "note": "p", "signature": "p"}


def safe(text: str) -> str:
    """Text for HTML: escaped, and without characters that no page should hold."""
    kept = "".join(c if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f") else " " for c in text)
    return escape("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in kept))


class Segments:
    """Cuts the text wherever a figure or a piece of evidence begins or ends."""

    def __init__(self, record: ReportRecord) -> None:
        self._text = record.text
        self._facts = sorted(record.facts, key=lambda f: f.start)
        self._evidence: list[tuple[int, int, int]] = sorted(
            (e.start, e.end, n)
            for n, finding in enumerate(record.findings)
            for e in finding.evidence
            if e.report in ("", record.report) and e.end > e.start
        )
        cuts = {0, len(self._text)}
        for f in self._facts:
            cuts |= {f.start, f.end}
        for start, end, _ in self._evidence:
            cuts |= {start, end}
        self._cuts = sorted(cuts)

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """The uncut pieces between two offsets."""
        inner = []
        i = bisect_right(self._cuts, start)
        while i < len(self._cuts) and self._cuts[i] < end:
            inner.append(self._cuts[i])
            i += 1
        edges = [start, *inner, end]
        return [(a, b) for a, b in pairwise(edges) if b > a]

    def html(self, start: int, end: int) -> str:
        """The text between two offsets, marked."""
        out = []
        for a, b in self.pieces(start, end):
            shown = safe(self._text[a:b]).replace("\n", "<br>")
            fact = self._fact(a)
            marks = self._findings(a, b)
            if fact is None and not marks:
                out.append(shown)
                continue
            classes = [MARK[fact.status]] if fact else []
            hint = f' title="{safe(_hint(fact))}"' if fact else ""
            found = f' data-s="{a}" data-e="{" ".join(map(str, marks))}"' if marks else ""
            if marks:
                classes.append("e")
            out.append(f'<span class="{" ".join(classes)}"{found}{hint}>{shown}</span>')
        return "".join(out)

    def _fact(self, at: int) -> FactRecord | None:
        i = bisect_right(self._facts, at, key=lambda f: f.start) - 1
        return self._facts[i] if i >= 0 and self._facts[i].start <= at < self._facts[i].end else None

    def _findings(self, a: int, b: int) -> list[int]:
        return sorted({n for start, end, n in self._evidence if start < b and a < end})


def _hint(fact: FactRecord) -> str:
    words = STATUS_WORDS[fact.status]
    what = " · ".join(x for x in (fact.measure, fact.scope, fact.subject, fact.period) if x)
    return f"{what}：{words}" + (f"（{fact.reason}）" if fact.reason else "")


def body(record: ReportRecord) -> str:
    """The whole text of a report as HTML, block by block; text outside blocks is kept too."""
    segments = Segments(record)
    tables = {(t.start, t.end): t for t in record.tables}
    out = []
    at = 0
    for block in sorted(record.blocks, key=lambda b: (b.start, b.end)):
        if block.start < at:
            continue
        out.append(_loose(segments, record.text, at, block.start))
        table = tables.get((block.start, block.end)) or _table_in(record.tables, block)
        out.append(_grid(segments, table) if table else _block(segments, block))
        at = block.end
    out.append(_loose(segments, record.text, at, len(record.text)))
    return "\n".join(x for x in out if x)


def _loose(segments: Segments, text: str, start: int, end: int) -> str:
    return f"<p>{segments.html(start, end)}</p>" if text[start:end].strip() else ""


def _block(segments: Segments, block: BlockRecord) -> str:
    tag = f"h{min(block.level + 1, 6)}" if block.kind == "heading" else TAGS.get(block.kind, "p")
    page = f' data-page="{block.page}"' if block.page else ""
    return f'<{tag} class="{block.kind}"{page}>{segments.html(block.start, block.end)}</{tag}>'


def _table_in(tables: Sequence[TableRecord], block: BlockRecord) -> TableRecord | None:
    if block.kind != "table":
        return None
    return next((t for t in tables if t.start < block.end and block.start < t.end), None)


def _grid(segments: Segments, table: TableRecord) -> str:
    rows: dict[int, list[str]] = {}
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        tag = "th" if cell.row < table.header_rows else "td"
        spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        rows.setdefault(cell.row, []).append(f"<{tag}{spans}>{segments.html(cell.start, cell.end)}</{tag}>")
    unit = f"<caption>单位：{safe(table.unit)}</caption>" if table.unit else ""
    lines = "".join(f"<tr>{''.join(cells)}</tr>" for _, cells in sorted(rows.items()))
    return f'<div class="wide"><table>{unit}{lines}</table></div>'
