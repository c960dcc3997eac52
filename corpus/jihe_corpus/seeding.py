"""Planted errors: named kinds of mistake put into a report, each with a manifest entry.

Takes an annotated report, or one that was merely screened (:func:`from_extraction`). Every kind is a
function that proposes edits to the text; :func:`plant` applies one of them and returns the changed text, the
gold with the broken figure read afresh, and the manifest entry that says what was done and which place is
the culprit.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from jihe_corpus.arithmetic import GRADES, verdict
from jihe_corpus.gold import ROW_FIGURES, Annotated, Gold, GoldClaim, GoldFact, GoldRow, Quote
from jihe_corpus.layout import relocate
from jihe_corpus.markup import MarkupError, read_figure
from jihe_corpus.mistakes import Edit, Proposal, kinds_of_figures
from jihe_corpus.scoremistakes import kinds_of_score
from jihe_corpus.wordmistakes import kinds_of_words
from jihe_extract.document import Document
from jihe_extract.facts import Extraction, Fact, ScoreRow


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One planted error. Offsets are into the changed text; an empty ``changed`` means something was cut.

    ``culprit`` is the place a good auditor names first, ``related`` the other places of the broken
    relations, ``also`` places as good as the culprit's own (the figure behind a direction word),
    ``categories`` the taxonomy codes that are the right reason (any of them).
    """

    report: str
    kind: str
    start: int
    end: int
    original: str
    changed: str
    culprit: str = ""
    related: tuple[tuple[int, int], ...] = ()
    also: tuple[tuple[int, int], ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planted:
    """A report with one error in it."""

    text: str
    gold: Gold
    manifest: Manifest
    edits: tuple[Edit, ...]


Kind = Callable[[Annotated, random.Random], Iterator[Proposal]]
KINDS: dict[str, Kind] = {**kinds_of_figures(), **kinds_of_score(), **kinds_of_words()}


def plant(annotated: Annotated, kind: str, rng: random.Random) -> Planted | None:
    """One error of a kind, or None when the report offers no place for it.

    Raises:
        KeyError: the kind is unknown.
    """
    proposals = list(KINDS[kind](annotated, rng))
    rng.shuffle(proposals)
    for proposal in proposals:
        planted = _apply(annotated, kind, proposal)
        if planted is not None:
            return planted
    return None


def plant_any(annotated: Annotated, rng: random.Random, kinds: Sequence[str] = ()) -> Planted | None:
    """One error of some kind that the report offers a place for."""
    order = list(kinds or KINDS)
    rng.shuffle(order)
    return next((p for kind in order if (p := plant(annotated, kind, rng)) is not None), None)


def _apply(annotated: Annotated, kind: str, proposal: Proposal) -> Planted | None:
    edits = sorted(proposal.edits)
    text = apply_edits(annotated.text, edits)
    move = _mover(edits)
    gone = [e for e in edits if not e.new]
    gold = _reread(relocate(_without(annotated.gold, gone), text, move), annotated.gold)
    if gold is None:
        return None
    main = edits[0]
    # Measured from the edit itself: moving the place of an insertion would land behind what was inserted.
    start = main.start
    end = start + len(main.new)
    related = tuple(move(*p) for p in proposal.related)
    if not main.new:
        end = min(len(text), start + 1)
    manifest = Manifest(
        report=annotated.name,
        kind=kind,
        start=start,
        end=end,
        original=annotated.text[main.start : main.end],
        changed=main.new,
        culprit=proposal.culprit,
        related=related,
        also=tuple(move(*p) for p in proposal.also),
        categories=proposal.categories,
    )
    return Planted(text, msgspec.structs.replace(gold, clean=False), manifest, tuple(edits))


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with the stretches replaced; edits must not overlap."""
    pieces: list[str] = []
    last = 0
    for edit in sorted(edits):
        if edit.start < last:
            raise ValueError("edits overlap")
        pieces += [text[last : edit.start], edit.new]
        last = edit.end
    return "".join([*pieces, text[last:]])


def _mover(edits: Sequence[Edit]) -> Callable[[int, int], tuple[int, int]]:
    def shift(offset: int, at_end: bool) -> int:
        moved = offset
        for edit in edits:
            if edit.end <= offset and not (edit.start == edit.end == offset and at_end):
                moved += len(edit.new) - (edit.end - edit.start)
            elif edit.start < offset < edit.end:
                moved += edit.start + len(edit.new) - offset if at_end else edit.start - offset
        return moved

    def move(start: int, end: int) -> tuple[int, int]:
        a, b = shift(start, False), shift(end, True)
        return a, max(a, b)

    return move


def _without(gold: Gold, cuts: Sequence[Edit]) -> Gold:
    """The gold without what a cut took away."""
    if not cuts:
        return gold

    def cut(item: GoldFact | Quote | None) -> bool:
        return item is not None and any(e.start < item.end and item.start < e.end for e in cuts)

    lost = {f.id for f in gold.facts if cut(f)}
    rows = [r for r in gold.rows if not cut(r.name) and not any(i in lost for _, i in r.figures())]
    claims = [
        msgspec.structs.replace(c, items=tuple(q for q in c.items if not cut(q)))
        for c in gold.claims
        if c.stated not in lost and not lost & set(c.operands)
    ]
    return msgspec.structs.replace(
        gold, facts=tuple(f for f in gold.facts if f.id not in lost), rows=tuple(rows), claims=tuple(claims)
    )


def _reread(gold: Gold, before: Gold) -> Gold | None:
    """Values and verdicts as the changed text shows them; None when a changed figure cannot be read."""
    quotes = {f.id: f.quote for f in before.facts}
    facts: list[GoldFact] = []
    for fact in gold.facts:
        if fact.quote == quotes[fact.id]:
            facts.append(fact)
            continue
        lent = "" if re.search(r"[一-鿿%％]", fact.quote) else _lent(fact)
        try:
            value, unit, step = read_figure(fact.quote, lent)
        except MarkupError:
            return None
        facts.append(msgspec.structs.replace(fact, value=value, unit=unit, step=step))
    by_id = {f.id: f for f in facts}
    claims: list[GoldClaim] = []
    for claim in gold.claims:
        found = verdict(claim, by_id.get(claim.stated), [by_id[o] for o in claim.operands])
        claims.append(claim if found == "undecided" else msgspec.structs.replace(claim, verdict=found))
    return msgspec.structs.replace(gold, facts=tuple(facts), claims=tuple(claims))


def _lent(fact: GoldFact) -> str:
    if fact.unit != "CNY":
        return "％" if fact.unit == "%" else fact.unit
    digits = re.sub(r"[^\d.]", "", fact.quote)
    decimals = len(digits.partition(".")[2])
    return {4: "万元", 0: "元", 8: "亿元", 3: "千元"}.get(fact.step.adjusted() + decimals, "万元")


@dataclass
class _Reader:
    """Builds gold from what an extraction asserts."""

    document: Document
    facts: dict[int, str] = field(default_factory=dict)
    found: list[GoldFact] = field(default_factory=list)

    def fact(self, fact: Fact) -> str:
        start = fact.quantity.span.start
        if start not in self.facts:
            self.facts[start] = f"f{len(self.facts)}"
            q = fact.quantity
            self.found.append(
                msgspec.convert(
                    {
                        "id": self.facts[start],
                        "quote": self.document.quote(q.span),
                        "start": q.span.start,
                        "end": q.span.end,
                        "value": q.value,
                        "unit": q.unit,
                        "step": q.step,
                        "relation": q.relation,
                        "measure": fact.measure,
                        "subject": fact.subject,
                        "scope": fact.scope,
                        "period": fact.period,
                        "stage": fact.stage,
                    },
                    GoldFact,
                )
            )
        return self.facts[start]

    def row(self, row: ScoreRow) -> GoldRow:
        figures = {n: self.fact(f) for n in ROW_FIGURES if (f := getattr(row, n)) is not None}
        name = None
        if row.name is not None:
            name = Quote(quote=self.document.quote(row.name), start=row.name.start, end=row.name.end)
        return msgspec.structs.replace(GoldRow(path=row.path, name=name), **figures)


_RATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "执行率": (("执行数",), ("全年预算数", "预算数")),
    "调整率": (("调增数", "调减数", "调整数"), ("年初预算数",)),
    "完成率": (("完成值",), ("目标值",)),
}


def _with_operands(claim: GoldClaim, facts: dict[str, GoldFact]) -> tuple[GoldClaim, list[GoldFact]]:
    """A rate stated alone, with the nearest figures of its own measures, scope and subject that yield it."""
    stated = facts[claim.stated]
    tops, bottoms = _RATES.get(stated.measure, ((), ()))
    same = [f for f in facts.values() if (f.scope, f.subject) == (stated.scope, stated.subject)]
    near = sorted(same, key=lambda f: abs(f.start - stated.start))
    for top in (f for f in near if f.measure in tops):
        for bottom in (f for f in near if f.measure in bottoms):
            full = msgspec.structs.replace(claim, operands=(top.id, bottom.id))
            if verdict(full, stated, [top, bottom]) == "holds":
                return full, [top, bottom]
    return claim, []


def from_extraction(extraction: Extraction) -> Annotated:
    """A screened report as if annotated: its facts, its rows, and the claims with operands that hold."""
    document = extraction.document
    reader = _Reader(document)
    for fact in extraction.facts:
        reader.fact(fact)
    by_id: dict[str, GoldFact] = {f.id: f for f in reader.found}
    claims: list[GoldClaim] = []
    for claim in extraction.claims:
        if claim.stated is None and claim.kind != "grade":
            continue
        items = tuple(Quote(quote=document.quote(s), start=s.start, end=s.end) for s in claim.items)
        gold = GoldClaim(
            kind=claim.kind,
            stated=reader.fact(claim.stated) if claim.stated else "",
            operands=tuple(reader.fact(o) for o in claim.operands),
            open=claim.open,
            word=claim.word,
            items=items,
        )
        known = [by_id[o] for o in gold.operands if o in by_id]
        if claim.kind == "sum" and sum(f.value for f in known) == by_id[gold.stated].value:
            gold = msgspec.structs.replace(gold, open=False)  # a list that adds up is a whole one
        if not (known or items):
            gold, known = _with_operands(gold, by_id)
        if (known or items) and verdict(gold, by_id.get(gold.stated), known) == "holds":
            claims.append(gold)
    profile = extraction.profile
    gold_report = Gold(
        unit=profile.unit,
        year=profile.year,
        region=profile.region,
        facts=tuple(reader.found),
        rows=tuple(reader.row(r) for r in extraction.rows),
        claims=tuple(claims),
    )
    return Annotated(text=document.text, gold=gold_report, name=document.name)


__all__ = ["GRADES", "KINDS", "Edit", "Manifest", "Planted", "apply_edits", "from_extraction", "plant", "plant_any"]
