"""From a document to everything it asserts: the one call that the rest of the house uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from jihe_extract.asserted.claims import find_claims
from jihe_extract.asserted.formulas import formula_claims, formula_quantities
from jihe_extract.asserted.lists import count_claims
from jihe_extract.asserted.projectcounts import project_counts
from jihe_extract.cells.formparts import form_parts
from jihe_extract.cells.goaltexts import goal_readings
from jihe_extract.cells.tablechanges import table_changes
from jihe_extract.cells.tablefacts import table_facts
from jihe_extract.cells.tablepatterns import table_patterns
from jihe_extract.cells.tablesums import table_sums
from jihe_extract.cells.tabletotals import table_totals
from jihe_extract.document import Document, Span
from jihe_extract.facts import (
    UNBOUND,
    Binder,
    Claim,
    ColumnBinder,
    Extraction,
    Fact,
    Leftover,
    Profile,
    RowBinder,
    ScoreRow,
)
from jihe_extract.numbers.punctuation import punctuated
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.numbers.spotting import quantities
from jihe_extract.pages.listlines import lists_joined
from jihe_extract.profile import profile
from jihe_extract.prose.binding import RuleBinder
from jihe_extract.prose.entries import in_entries
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.paragraphstate import BUSINESS
from jihe_extract.prose.words import load_words
from jihe_extract.scores.scoresheet import prose_rows
from jihe_extract.scores.scoretables import table_rows

Bind = Callable[[Profile], Binder]


def extract(document: Document, *, binder: Bind = RuleBinder) -> Extraction:
    """What the report asserts.

    ``binder`` makes a binder for a profile; the default binds by rule. Every quantity of the text ends in
    exactly one fact, in text order. Half-width punctuation is read as full-width (see
    :mod:`jihe_extract.numbers.punctuation`); spans, quotes and the document of the result are those of the text
    as it is.
    """
    original, document = document, lists_joined(punctuated(document))
    who = profile(document)
    prose = prose_quantities(original)
    sheet_rows, in_sheets, _ = table_rows(document)
    in_tables, _ = table_facts(document, who.year)
    bound = {**in_tables, **in_sheets}
    bound = _of_projects(document, bound)
    rows, in_rows = prose_rows(document, prose)
    bound.update(in_rows)
    free = tuple(q for q in prose if q.span not in bound)
    bound_by = binder(who)
    told = in_entries(document, bound_by.bind(document, free))
    if isinstance(bound_by, RowBinder):
        rows = (*rows, *bound_by.rows(document, told))
    if isinstance(bound_by, ColumnBinder):
        sheet_rows, named = bound_by.columns(document, sheet_rows, in_sheets)
        bound.update(named)
    facts = _ordered(_called_alike([*told, *bound.values()]))
    prose_facts = [f for f in facts if f.origin == "prose"]
    told_claims, readings = find_claims(document, prose_facts, tuple(n for n in (who.unit, *who.aliases) if n))
    claims = [
        *told_claims,
        *count_claims(document, prose_facts),
        *formula_claims(document, prose_facts),
        *table_sums(document, facts),
        *table_totals(document, facts),
        *table_changes(document, facts),
    ]
    claims.extend(project_counts(document, facts, claims))
    return Extraction(
        document=original,
        facts=_of_some_projects(document, facts),
        claims=tuple(sorted(claims, key=_claim_order)),
        rows=_rows(rows, sheet_rows),
        leftovers=_leftovers(facts, claims),
        profile=who,
        supposed=(
            *readings,
            *table_patterns(document, facts),
            *form_parts(document, facts),
            *goal_readings(document, facts, sheet_rows),
        ),
    )


def prose_quantities(document: Document) -> tuple[Quantity, ...]:
    """The quantities outside tables, sorted; offsets into the canonical text."""
    found: list[Quantity] = []
    spans = [b.span for b in document.prose()] or [Span(0, len(document.text))]
    for span in spans:
        piece = document.quote(span)
        spotted = quantities(piece)
        written = formula_quantities(piece, spotted)
        if written:
            spotted = sorted([*spotted, *written], key=lambda q: q.span.start)
        found.extend(q.moved(span.start) for q in spotted)
    return tuple(found)


def _of_projects(document: Document, bound: Mapping[Span, Fact]) -> dict[Span, Fact]:
    """Money, rates and totals of a table under a project's heading are that project's."""
    reader = LabelReader(load_words())
    owners: list[tuple[Span, str]] = []
    for table in document.tables:
        titles = document.section(table.span.start)
        name = reader.name(titles[-1]) if titles else ""
        if name.endswith("项目"):
            owners.append((table.span, name))
    if not owners:
        return dict(bound)
    out: dict[Span, Fact] = {}
    for span, fact in bound.items():
        own = next((name for area, name in owners if area.holds(span)), "")
        mine = (own and not fact.subject and fact.quantity.unit in ("CNY", "%")) or (own and fact.measure == "总分")
        out[span] = replace(fact, subject=own) if mine else fact
    return out


def _called_alike(facts: Sequence[Fact]) -> Sequence[Fact]:
    """A project that a table names without the word 项目 is the one that the prose names with it."""
    named = {f.subject for f in facts if f.origin != "prose" and f.subject}
    told = {f.subject for f in facts if f.origin == "prose" and f.subject.removesuffix("项目") in named - {f.subject}}
    alike = told - named
    if not alike:
        return facts
    return [replace(f, subject=f.subject.removesuffix("项目")) if f.subject in alike else f for f in facts]


_SOME = ("重点", "主要", "跟踪", "抽查", "监控", "评价", "纳入")
"""Words of projects that are not all of them."""


def _of_some_projects(document: Document, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Sums behind a count of some projects are theirs: ``重点项目4个，预算合计90万元，支出合计80万元``."""
    out: list[Fact] = []
    owner = ""
    last = 0
    for fact in facts:
        if owner and any(stop in document.text[last : fact.quantity.span.start] for stop in "。；\n"):
            owner = ""
        last = fact.quantity.span.end
        if fact.measure == "个数" and fact.scope == "项目" and any(w in fact.subject for w in _SOME):
            owner = fact.subject
        summed = fact.label is not None and "合计" in document.quote(fact.label) and not fact.subject and not fact.scope
        mine = owner and summed and fact.quantity.unit == "CNY" and fact.origin == "prose"
        out.append(replace(fact, subject=owner) if mine else fact)
    return tuple(out)


def _ordered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda f: (f.quantity.span.start, f.quantity.span.end)))


def _claim_order(claim: Claim) -> tuple[int, int, str]:
    return claim.span.start, claim.span.end, claim.kind


def _rows(prose: tuple[ScoreRow, ...], sheet: tuple[ScoreRow, ...]) -> tuple[ScoreRow, ...]:
    return tuple(sorted([*prose, *sheet], key=lambda r: r.spans[0].start if r.spans else 0))


def _leftovers(facts: tuple[Fact, ...], claims: Iterable[Claim]) -> tuple[Leftover, ...]:
    used = {f.quantity.span for c in claims for f in (*((c.stated,) if c.stated else ()), *c.operands)}
    return tuple(
        Leftover(f, _reason(f))
        for f in facts
        if f.quantity.span not in used and (f.measure in (UNBOUND, BUSINESS) or f.trust < Decimal("0.6"))
    )


def _reason(fact: Fact) -> str:
    if fact.measure == BUSINESS:
        return "业务数据，报告内无对应计算关系"
    if fact.quantity.relation in ("approx", "range", "ge", "gt", "le", "lt"):
        return "约数或限额，不作精确核对"
    return "未能确定该数所指事项"
