"""Kinds of planted error, as proposals of edits: figures, scores, words and sections."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import msgspec

from jihe_corpus.arithmetic import GRADES, verdict
from jihe_corpus.gold import Annotated, GoldClaim, GoldFact, GoldRow

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


def _facts(annotated: Annotated) -> dict[str, GoldFact]:
    return {f.id: f for f in annotated.gold.facts}


def _relations(annotated: Annotated) -> Iterator[tuple[GoldClaim, GoldFact, list[GoldFact]]]:
    """Claims that hold, with stated figure and operands."""
    facts = _facts(annotated)
    for claim in annotated.gold.claims:
        if claim.kind in _ARITHMETIC and claim.verdict == "holds" and claim.stated and not claim.open:
            yield claim, facts[claim.stated], [facts[o] for o in claim.operands]


def _places(facts: list[GoldFact]) -> tuple[tuple[int, int], ...]:
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


def _renumber(quote: str, value: Decimal) -> str:
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
        facts = _facts(annotated)
        members = list(_members(annotated))
        rng.shuffle(members)
        for figure, claim, others in members[:24]:
            for quote in changes(figure.quote, rng):
                if changes is _unit_slips or _breaks(figure, quote, claim, facts):
                    categories = tuple(dict.fromkeys((*SUMS, *RATES, *SCORES, "A16", "L")))
                    yield Proposal((Edit(figure.start, figure.end, quote),), _places(others), categories)
                    break

    return kind


def _shown_like(value: Decimal, model: GoldFact) -> str:
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
                quote = _shown_like(stated.value - item.value, stated)
                yield Proposal((Edit(stated.start, stated.end, quote),), _places(operands), SUMS)


def omitted_from_list(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One of the things listed is left out while the count stays."""
    facts = _facts(annotated)
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
        quote = _shown_like(operands[0].value / base.value, stated)
        if quote != stated.quote:
            yield Proposal((Edit(stated.start, stated.end, quote),), _places(operands), RATES)


def rate_of_other(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A project's rate is that of another project."""
    rates = [(c, s, o) for c, s, o in _relations(annotated) if c.kind == "ratio" and s.subject]
    for _, stated, operands in rates:
        others = [s for _, s, _ in rates if abs(s.value - stated.value) > 2 * stated.step]
        if others:
            quote = rng.choice(others).quote
            yield Proposal((Edit(stated.start, stated.end, quote),), _places(operands), RATES)


def count_changed(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A stated count no longer matches its list."""
    facts = _facts(annotated)
    for claim in annotated.gold.claims:
        if claim.kind == "count" and claim.items and claim.verdict == "holds":
            stated = facts[claim.stated]
            value = stated.value + rng.choice([-1, 1, 2])
            if value > 0:
                quote = _renumber(stated.quote, value)
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
                    yield Proposal((Edit(fact.start, fact.end, quote),), _places(twins), (*SUMS, *RATES, *SCORES))
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


def _rows(annotated: Annotated) -> Iterator[tuple[GoldRow, dict[str, GoldFact]]]:
    facts = _facts(annotated)
    for row in annotated.gold.rows:
        yield row, {name: facts[i] for name, i in row.figures()}


def wrong_grade(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The grade word does not belong to the score."""
    facts = _facts(annotated)
    for claim in annotated.gold.claims:
        if claim.kind != "grade" or claim.verdict != "holds":
            continue
        score = facts[claim.operands[0]]
        for match in re.finditer(r"[“为次：]([优良中差])[”。，]", annotated.text[score.end : score.end + 40]):
            at = score.end + match.start(1)
            word = rng.choice([g for _, g in GRADES if g != match.group(1)])
            yield Proposal((Edit(at, at + 1, word),), ((score.start, score.end),), ("E02", "N01"))
            break


def weight_changed(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One weight is off, so the weights no longer add up."""
    for _, figures in _rows(annotated):
        weight, score = figures.get("weight"), figures.get("score")
        if weight and score:
            value = weight.value + rng.choice([1, 2, 3])
            quote = _renumber(weight.quote, value)
            edit = Edit(weight.start, weight.end, quote)
            # Weight and score of a row accuse one another: neither can be told from the other.
            yield Proposal((edit,), (), ("D12", "D10", "E", "A07"), also=_places([score]))


def score_off_rule(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A missed target gets full marks, or a met one loses some."""
    for _, figures in _rows(annotated):
        if not {"weight", "score", "target", "actual"} <= figures.keys():
            continue
        weight, score = figures["weight"], figures["score"]
        full = score.value == weight.value
        value = weight.value - Decimal("1.5") if full else weight.value
        if full and (weight.value < 4 or figures["target"].relation == "le"):
            continue
        others = [f for n, f in figures.items() if n != "score"]
        quote = _renumber(score.quote, value)
        yield Proposal((Edit(score.start, score.end, quote),), _places(others), SCORES)


def completion_off(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The completion does not follow from target and actual."""
    for _, figures in _rows(annotated):
        if not {"completion", "target", "actual"} <= figures.keys() or figures["target"].relation == "le":
            continue
        shown = figures["completion"]
        value = shown.value + Decimal(rng.choice(["0.07", "-0.09", "0.13"]))
        others = [f for n, f in figures.items() if n != "completion"]
        quote = _shown_like(value, shown)
        yield Proposal((Edit(shown.start, shown.end, quote),), _places(others), (*RATES, *SCORES))


def cap_missing(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """One over-fulfilled indicator is scored above its weight while others are capped."""
    for _, figures in _rows(annotated):
        if not {"weight", "score", "target", "actual"} <= figures.keys():
            continue
        target, actual, weight, score = (figures[n] for n in ("target", "actual", "weight", "score"))
        if target.relation == "le" or not target.value or actual.value <= target.value * Decimal("1.02"):
            continue
        value = (weight.value * actual.value / target.value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        quote = _renumber(score.quote, value)
        yield Proposal((Edit(score.start, score.end, quote),), _places([target, actual, weight]), SCORES)


def kinds_of_score() -> dict[str, Kind]:
    """Mistakes in grades, weights, scores and completion."""
    return {
        "wrong_grade": wrong_grade,
        "weight_changed": weight_changed,
        "score_off_rule": score_off_rule,
        "completion_off": completion_off,
        "cap_missing": cap_missing,
    }


# ── words and sections ───────────────────────────────────────────────────────────────────────────

_HEADING = re.compile(r"^(?:## )?([一二三四五六七八九十])、[^\n]*$", re.M)
_FLIPS = {"增长": "下降", "下降": "增长", "增加": "减少", "减少": "增加", "增幅": "降幅", "降幅": "增幅"}
_FLIPS |= {
    "多支": "少支",
    "少支": "多支",
    "上升": "下降",
    "调增": "调减",
    "调减": "调增",
    "追加": "核减",
    "核减": "追加",
}


def other_year(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A sentence of the body speaks of another year."""
    year = annotated.gold.year
    if not year:
        return
    hits = [m.start() for m in re.finditer(rf"{year}(?=年|预算年度)", annotated.text)]
    for at in hits[1:]:
        new = str(int(year) - rng.choice([2, 3]))
        yield Proposal((Edit(at, at + 4, new),), (), ("L04", "L08", "L09", "T", "A07"))


def other_unit(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """The name of another unit stands in the body."""
    unit = annotated.gold.unit
    if len(unit) < 5:
        return
    stranger = rng.choice(["丹崖", "雁塘", "朗溪", "金穗", "墨池"]) + unit[2:]
    hits = [m.start() for m in re.finditer(re.escape(unit), annotated.text)]
    for at in hits[1:]:
        yield Proposal((Edit(at, at + len(unit), stranger),), (), ("L08", "L04", "M", "T"))


def direction_flipped(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A direction word says the opposite of the figures."""
    facts = _facts(annotated)
    for claim in annotated.gold.claims:
        if claim.kind not in ("growth", "difference") and not (claim.kind == "sum" and len(claim.operands) == 2):
            continue
        for figure in [facts[claim.stated], *(facts[o] for o in claim.operands)]:
            before = annotated.text[max(0, figure.start - 6) : figure.start].rstrip()
            word = next((w for w in _FLIPS if before.endswith((w, w + "了", w + "数", w + "预算", w + "金额"))), "")
            if word and figure.measure in ("变动率", "增减额", "调增数", "调减数"):
                at = annotated.text.rfind(word, 0, figure.start)
                places = _places([facts[claim.stated], *(facts[o] for o in claim.operands)])
                edit = Edit(at, at + len(word), _FLIPS[word])
                reasons = ("A15", "A01", "A07", "A08", "N")
                yield Proposal((edit,), places, reasons, also=((figure.start, figure.end),))


def _headings(text: str) -> list[re.Match[str]]:
    return list(_HEADING.finditer(text))


def section_dropped(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A middle section's heading and text are gone, its number with them."""
    found = _headings(annotated.text)
    for here, after in pairwise(found[1:]):
        if after.start() - here.start() < 400:
            yield Proposal(
                (Edit(here.start(), after.start(), ""),), ((after.start(), after.end()),), ("L03", "L", "T8")
            )


def section_doubled(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A section stands twice."""
    found = _headings(annotated.text)
    for here, after in pairwise(found[1:]):
        body = annotated.text[here.start() : after.start()]
        if len(body) < 300 and not re.search(r"\d", body):
            yield Proposal(
                (Edit(after.start(), after.start(), body),), ((here.start(), here.end()),), ("L03", "L", "N06")
            )


def section_misnumbered(annotated: Annotated, rng: random.Random) -> Iterator[Proposal]:
    """A heading bears the number of the one before it."""
    found = _headings(annotated.text)
    for before, here in pairwise(found):
        yield Proposal((Edit(here.start(1), here.end(1), before.group(1)),), (), ("L03", "L"))


def kinds_of_words() -> dict[str, Kind]:
    """Mistakes in years, names, direction words and sections."""
    return {
        "other_year": other_year,
        "other_unit": other_unit,
        "direction_flipped": direction_flipped,
        "section_dropped": section_dropped,
        "section_doubled": section_doubled,
        "section_misnumbered": section_misnumbered,
    }
