"""From a report that was read to its record: figures, indicator rows and tables, covered and with their places."""

from __future__ import annotations

from collections.abc import Sequence

from jihe_audit.coverage import Coverage as Fates
from jihe_audit.export.mask import Mask
from jihe_audit.export.records import (
    CellRecord,
    CheckRecord,
    FactRecord,
    Figure,
    IndicatorRecord,
    Numbers,
    TableRecord,
    plain,
)
from jihe_extract.document import Box, Document, Span, Table
from jihe_extract.facts import Fact, ScoreRow


def bbox(boxes: Sequence[Box]) -> Numbers | None:
    """The first of the boxes."""
    return (boxes[0].x0, boxes[0].top, boxes[0].x1, boxes[0].bottom) if boxes else None


def fact_records(
    fates: Fates, document: Document, checks: Sequence[CheckRecord], mask: Mask, report: str
) -> list[FactRecord]:
    """Every quantity of the report, with how it ended."""
    took_part: dict[tuple[int, int], list[str]] = {}
    for check in checks:
        for use in dict.fromkeys(check.spans):
            took_part.setdefault(use, []).append(check.id)
    records = []
    for entry in fates.entries:
        fact, status, reason = entry.fact, entry.status, entry.reason
        span = fact.quantity.span
        ids = tuple(took_part.get((span.start, span.end), ()))
        place = document.place(span)
        records.append(
            FactRecord(
                report=report,
                quote=mask.quote(span),
                start=span.start,
                end=span.end,
                page=place.page,
                value=plain(fact.quantity.value),
                unit=fact.quantity.unit,
                relation=fact.quantity.relation,
                measure=fact.measure,
                subject=mask.of(fact.subject),
                scope=mask.of(fact.scope),
                period=fact.period,
                stage=fact.stage,
                status=status,
                reason=reason,
                checks=ids,
                low=plain(fact.quantity.low),
                high=plain(fact.quantity.high),
                bbox=bbox(place.boxes),
                place=mask.of(place.words()),
                origin=fact.origin,
                by=fact.by,
                trust=plain(fact.trust),
            )
        )
    return records


def _figure(fact: Fact | None, mask: Mask) -> Figure | None:
    if fact is None:
        return None
    q = fact.quantity
    return Figure(
        value=plain(q.value),
        unit=q.unit,
        relation=q.relation,
        quote=mask.quote(q.span),
        start=q.span.start,
        end=q.span.end,
    )


def indicator_record(row: ScoreRow, mask: Mask, report: str) -> IndicatorRecord:
    """One indicator row."""

    def words(span: Span | None) -> str:
        return mask.quote(span) if span else ""

    starts = [s.start for s in row.spans] or [row.name.start if row.name else 0]
    ends = [s.end for s in row.spans] or [row.name.end if row.name else 0]
    return IndicatorRecord(
        report=report,
        path=tuple(map(mask.of, row.path)),
        start=min(starts),
        end=max(ends),
        weight=_figure(row.weight, mask),
        target=_figure(row.target, mask),
        mid_year=_figure(row.mid_year, mask),
        actual=_figure(row.actual, mask),
        completion=_figure(row.completion, mask),
        score=_figure(row.score, mask),
        target_text=words(row.target_text),
        actual_text=words(row.actual_text),
        reason=words(row.reason),
        remedy=words(row.remedy),
        origin=row.origin,
        table=row.table,
    )


def table_record(table: Table, document: Document, mask: Mask, report: str) -> TableRecord:
    """One table as a grid."""
    return TableRecord(
        report=report,
        pages=table.pages,
        unit=table.unit,
        header_rows=table.header_rows,
        cells=tuple(
            CellRecord(
                row=c.row,
                col=c.col,
                rowspan=c.rowspan,
                colspan=c.colspan,
                text=mask.quote(c.span),
                start=c.span.start,
                end=c.span.end,
                page=c.boxes[0].page if c.boxes else document.source_map.page(c.span.start),
                bbox=bbox(c.boxes or document.source_map.boxes(c.span)),
            )
            for c in table.cells
        ),
        start=table.span.start,
        end=table.span.end,
        sure=table.sure,
    )
