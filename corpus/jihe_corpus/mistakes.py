"""Planted errors as proposals of edits, and the kinds that change figures and lists."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from jihe_corpus.arithmetic import verdict
from jihe_corpus.gold import Annotated, GoldClaim, GoldFact

SUMS = ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A09", "A10", "A17", "A20", "F01", "Z01", "P02", "N01")
RATES = ("A08", "A07", "A09", "A19", "C", "E03", "E04", "E06", "B01", "F", "G01", "P01")
SCORES = ("E", "D12", "A07", "A08", "N01")


@dataclass(frozen=True, order=True)
class Edit:
    """Replace ``text[start:end]`` by ``new``; an empty ``new`` cuts."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Proposal:
    """Edits that make one mistake; the first edit is the culprit unless ``culprit`` says otherwise."""

    edits: tuple[Edit, ...]
    related: tuple[tuple[int, int], ...] = ()
    categories: tuple[str, ...] = ()
    culprit: str = ""
    also: tuple[tuple[int, int], ...] = ()


Kind = Callable[[Annotated, random.Random], Iterator[Proposal]]
_ARITHMETIC = ("sum", "ratio", "share", "growth", "difference", "total")
_DIGITS = re.compile(r"\d")


def facts_of(annotated: Annotated) -> dict[str, GoldFact]:
    """The gold figures by id."""
    return {f.id: f for f in annotated.gold.facts}


def _relations(annotated: Annotated) -> Iterator[tuple[GoldClaim, GoldFact, list[GoldFact]]]:
    """Claims that hold, with stated figure and operands."""
    facts = facts_of(annotated)
    for claim in annotated.gold.claims:
        if claim.kind in _ARITHMETIC and claim.verdict == "holds" and claim.stated and not claim.open:
            yield claim, facts[claim.stated], [facts[o] for o in claim.operands]


def places_of(facts: list[GoldFact]) -> tuple[tuple[int, int], ...]:
    """Where the figures stand."""
    return tuple((f.start, f.end) for f in facts)


def _members(annotated: Annotated) -> Iterator[tuple[GoldFact, GoldClaim, list[GoldFact]]]:
    """Every figure that takes part in a relation that holds, with the relation's other figures."""
    for claim, stated, operands in _relations(annotated):
        figures = [stated, *operands]
        for figure in figures:
            yield figure, claim, [f for f in figures if f is not figure]


def _breaks(figure: GoldFact, quote: str, claim: GoldClaim, facts: dict[str, GoldFact]) -> bool:
    """Whether the relation is truly broken when the figure reads ``quote``, unit unchanged."""
    shown, changed = _number(figure.quote), _number(quote)
    if shown in (None, Decimal(0)) or changed is None or shown is None:
        return False
    if changed == shown:
        return False
    other = msgspec.structs.replace(figure, value=figure.value / shown * changed)
    swapped = {**facts, figure.id: other}
    found = verdict(claim, swapped.get(claim.stated), [swapped[o] for o in claim.operands])
    return found == "broken"


def _number(quote: str) -> Decimal | None:
    match = re.search(r"-?\d[\d,\s]*(?:\.[\d\s]+)?", quote)
    return Decimal(re.sub(r"[,\s]", "", match.group())) if match else None


def renumber(quote: str, value: Decimal) -> str:
    """The quote with its number replaced, unit and blanks before it kept."""
    match = re.search(r"\d(?:[\d,\s]*\d)?(?:\.\s*\d(?:[\d\s]*\d)?)?", quote)
    if match is None:
        return quote
    return quote[: match.start()] + format(value, "f") + quote[match.end() :]


def _digit_changes(quote: str, rng: random.Random) -> Iterator[str]:
    places = [m.start() for m in _DIGITS.finditer(quote)]
    rng.shuffle(places)
    for at in places:
        digit = rng.choice([d for d in "0123456789" if d != quote[at] and (d != "0" or at > places[0])])
        yield quote[:at] + digit + quote[at + 1 :]


def _transpositions(quote: str, rng: random.Random) -> Iterator[str]:
    places = [m.start() for m in re.finditer(r"(?=\d\d)", quote) if quote[m.start()] != quote[m.start() + 1]]
    rng.shuffle(places)
    for at in places:
        if at == 0 and quote[1] == "0":
            continue
        yield quote[:at] + quote[at + 1] + quote[at] + quote[at + 2 :]


def _drops(quote: str, rng: random.Random) -> Iterator[str]:
    whole = re.match(r"[\d,\s]*", quote)
    places = [m.start() for m in _DIGITS.finditer(whole.group() if whole else "")]
    if len(places) >= 2:
        rng.shuffle(places)
        for at in places:
            if not (at == 0 and quote[1] in "0,"):
                yield quote[:at] + quote[at + 1 :]


def _unit_slips(quote: str, rng: random.Random) -> Iterator[str]:
    if "万元" in quote:
        yield quote.replace("万元", rng.choice(["元", "亿元"]))
    elif quote.endswith("元"):
        yield quote.removesuffix("元") + "万元"


def _figure_kind(changes: Callable[[str, random.Random], Iterator[str]]) -> Kind:
    def kind(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
        facts = facts_of(annotated)
        members = list(_members(annotated))
        rng.shuffle(members)
        for figure, claim, others in members[:24]:
            for quote in changes(figure.quote, rng):
                if changes is _unit_slips or _breaks(figure, quote, claim, facts):
                    categories = tuple(dict.fromkeys((*SUMS, *RATES, *SCORES, "A16", "L")))
                    yield Proposal((Edit(figure.start, figure.end, quote),), places_of(others), categories)
                    break

    return kind


def shown_like(value: Decimal, model: GoldFact) -> str:
    """A value in base units, shown as the model is."""
    shown = _number(model.quote)
    match = re.search(r"-?\d[\d,\s]*(?:\.[\d\s]+)?", model.quote)
    if match is None or shown is None:
        return model.quote
    places = len(re.sub(r"\s", "", match.group()).partition(".")[2])
    scale = Decimal(10) ** -(model.step.adjusted() + places)
    figure = (value * scale).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{figure:,f}" if "," in match.group() else f"{figure:f}"
    tail = match.group()[len(match.group().rstrip()) :]
    return model.quote[: match.start()] + text + tail + model.quote[match.end() :]


def omitted_from_sum(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The total leaves one of its items out."""
    for claim, stated, operands in _relations(annotated):
        if claim.kind == "sum" and len(operands) >= 2:
            item = rng.choice(operands)
            if item.value and item.value != stated.value:
                quote = shown_like(stated.value - item.value, stated)
                yield Proposal((Edit(stated.start, stated.end, quote),), places_of(operands), SUMS)


def omitted_from_list(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One of the things listed is left out while the count stays."""
    facts = facts_of(annotated)
    for claim in annotated.gold.claims:
        names = claim.items
        if claim.kind != "count" or len(names) < 3 or claim.verdict != "holds":
            continue
        item = rng.randrange(len(names) - 1)
        start, end = names[item].start, names[item + 1].start
        between = annotated.text[names[item].end : end]
        if between == "、":
            stated = facts[claim.stated]
            yield Proposal((Edit(start, end, ""),), ((stated.start, stated.end),), ("A04", "N", "L", "T", "P"))


def wrong_base(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The execution rate is taken on the initial instead of the whole-year budget."""
    by_measure: dict[tuple[str, str, str], GoldFact] = {}
    for fact in annotated.gold.facts:
        by_measure.setdefault((fact.measure, fact.scope, fact.subject), fact)
    for claim, stated, operands in _relations(annotated):
        if claim.kind != "ratio" or stated.measure != "执行率" or stated.scope or stated.subject:
            continue
        base = by_measure.get(("年初预算数", "", ""))
        if base is None or len(operands) != 2 or base.value == operands[1].value:
            continue
        quote = shown_like(operands[0].value / base.value, stated)
        if quote != stated.quote:
            yield Proposal((Edit(stated.start, stated.end, quote),), places_of(operands), RATES)


def rate_of_other(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A project's rate is that of another project."""
    rates = [(c, s, o) for c, s, o in _relations(annotated) if c.kind == "ratio" and s.subject]
    for _, stated, operands in rates:
        others = [s for _, s, _ in rates if abs(s.value - stated.value) > 2 * stated.step]
        if others:
            quote = rng.choice(others).quote
            yield Proposal((Edit(stated.start, stated.end, quote),), places_of(operands), RATES)


def count_changed(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A stated count no longer matches its list."""
    facts = facts_of(annotated)
    for claim in annotated.gold.claims:
        if claim.kind == "count" and claim.items and claim.verdict == "holds":
            stated = facts[claim.stated]
            value = stated.value + rng.choice([-1, 1, 2])
            if value > 0:
                quote = renumber(stated.quote, value)
                places = tuple((q.start, q.end) for q in claim.items)
                yield Proposal((Edit(stated.start, stated.end, quote),), places, ("A04", "N", "L", "T", "P"))


def text_against_table(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A figure of a table differs from the same figure in the text."""
    tabled = [f for f in annotated.gold.facts if _in_table(annotated.text, f)]
    for fact in tabled:
        key = (fact.measure, fact.scope, fact.subject)
        twins = [
            f
            for f in annotated.gold.facts
            if (f.measure, f.scope, f.subject) == key and f.value == fact.value and f not in tabled
        ]
        if twins and fact.measure in ("年初预算数", "全年预算数", "执行数", "总分") and not fact.period:
            for quote in _digit_changes(fact.quote, rng):
                number = _number(quote)
                if number and number != _number(fact.quote):
                    yield Proposal((Edit(fact.start, fact.end, quote),), places_of(twins), (*SUMS, *RATES, *SCORES))
                    break


def _in_table(text: str, fact: GoldFact) -> bool:
    start = text.rfind("\n", 0, fact.start) + 1
    end = text.find("\n", fact.end)
    line = text[start : end if end >= 0 else len(text)]
    return "\t" in line or line.lstrip().startswith("|")


def kinds_of_figures() -> dict[str, Kind]:
    """Mistakes in the figures of sums, rates and counts."""
    return {
        "digit_changed": _figure_kind(_digit_changes),
        "digits_transposed": _figure_kind(_transpositions),
        "digit_dropped": _figure_kind(_drops),
        "unit_slip": _figure_kind(_unit_slips),
        "omitted_from_sum": omitted_from_sum,
        "omitted_from_list": omitted_from_list,
        "wrong_base": wrong_base,
        "rate_of_other_row": rate_of_other,
        "count_changed": count_changed,
        "text_against_table": text_against_table,
    }


# ── scores ───────────────────────────────────────────────────────────────────────────────────────
