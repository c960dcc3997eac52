"""How well a report was understood and judged: tallies against its gold.

What extraction says is compared directly; what the audit says comes in as :class:`Flag` and
:class:`Relation`, because this room does not know the audit. All places are in document offsets and are
brought back to the gold text by :class:`~jihe_corpus.alignment.Alignment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from jihe_corpus.alignment import Alignment
from jihe_corpus.gold import ROW_FIGURES, Annotated, Gold, GoldClaim, GoldFact, GoldRow
from jihe_corpus.grammar.slots import scope_ids
from jihe_corpus.tallies import Miss, Place, Relation, ReportScore
from jihe_extract.facts import Claim, Extraction, Fact, ScoreRow

_KIN = (
    frozenset({"预算数", "全年预算数"}),
    frozenset({"执行率", "完成预算比"}),
    frozenset({"采购执行率", "执行率"}),
    frozenset({"未定", "业务量", "个数"}),
    frozenset({"总分", "得分"}),
    frozenset({"执行数", "到位数"}),
)
"""Measures that wording cannot part, or whose difference no relation depends on."""
_LAX_SUBJECT = frozenset({"未定", "权重", "得分", "目标值", "监控值", "完成值", "完成率", "偏差率", "总分", "样本数"})


class Scorer:
    """Compares one extraction with its gold."""

    def __init__(self, annotated: Annotated, extraction: Extraction) -> None:
        self.annotated, self.extraction = annotated, extraction
        self.gold = annotated.gold
        self.alignment = Alignment(annotated.text, extraction.document.text)
        self.facts: dict[Place, Fact] = {}
        for fact in extraction.facts:
            span = fact.quantity.span
            place = self.alignment.to_gold(span.start, span.end)
            if place is not None:
                self.facts[place] = fact
        self.places = {f.id: _trimmed(annotated.text, f.start, f.end) for f in self.gold.facts}
        self.by_id = {f.id: f for f in self.gold.facts}
        self.score = ReportScore()

    def run(self, relations: Sequence[Relation] = ()) -> ReportScore:
        """All metrics of extraction; with the audit's relations also claims and verdicts."""
        matched = self._quantities()
        self._binding(matched)
        self._rows()
        self._claims(relations)
        return self.score

    def _miss(self, what: str, expected: str, got: str, place: Place) -> None:
        text = self.annotated.text
        context = text[max(0, place[0] - 36) : place[1] + 18].replace("\n", "⏎")
        self.score.misses.append(Miss(what, expected, got, place[0], place[1], context))

    def _quantities(self) -> dict[str, Fact]:
        matched: dict[str, Fact] = {}
        tally = self.score.quantities
        wanted = {self.places[f.id]: f for f in self.gold.facts}
        for place, gold in wanted.items():
            fact = self.facts.get(place)
            if fact is not None and fact.quantity.value == gold.value and _unit_ok(fact, gold):
                tally.right += 1
                matched[gold.id] = fact
            else:
                tally.missed += 1
                got = "" if fact is None else f"{fact.quantity.value} {fact.quantity.unit}"
                self._miss("quantity missed", f"{gold.quote!r} {gold.value} {gold.unit}", got, place)
                if fact is not None:
                    tally.wrong += 1
        for place, fact in self.facts.items():
            if place not in wanted:
                tally.wrong += 1
                self._miss("quantity extra", "", f"{fact.quantity.value} {fact.quantity.unit}", place)
        return matched

    def _binding(self, matched: dict[str, Fact]) -> None:
        for gold in self.gold.facts:
            if gold.measure == "*":
                continue
            fact = matched.get(gold.id)
            wrong = "no quantity" if fact is None else binding_error(gold, fact, self.gold)
            if not wrong:
                self.score.binding.right += 1
                continue
            self.score.binding.missed += 1
            if fact is not None:
                self.score.binding.wrong += 1
                got = f"{wrong}: {fact.measure}@{fact.scope}&{fact.subject}~{fact.period}^{fact.stage}"
                want = f"{gold.measure}@{gold.scope}&{gold.subject}~{gold.period}^{gold.stage}"
                self._miss("binding", want, got, self.places[gold.id])

    def _rows(self) -> None:
        owner = {self.places[i]: (n, k) for n, row in enumerate(self.gold.rows) for k, i in row.figures()}
        free = {self.places[f.id] for f in self.gold.facts} - set(owner)
        taken: dict[int, ScoreRow] = {}
        for row in self.extraction.rows:
            places = [self._place(getattr(row, k)) for k in ROW_FIGURES]
            hits = [owner[p][0] for p in places if p in owner]
            if not hits:
                if not any(p in free for p in places if p):
                    self.score.rows.wrong += 1
                continue
            best = max(set(hits), key=hits.count)
            if best in taken:
                self.score.rows.wrong += 1
            taken.setdefault(best, row)
        for n, gold in enumerate(self.gold.rows):
            self._row(gold, taken.get(n))

    def _row(self, gold: GoldRow, row: ScoreRow | None) -> None:
        wrong: list[str] = []
        for name, fact_id in gold.figures():
            got = self._place(getattr(row, name)) if row else None
            if got == self.places[fact_id]:
                self.score.row_figures.right += 1
            else:
                wrong.append(name)
                self.score.row_figures.missed += 1
                self.score.row_figures.wrong += got is not None
        if gold.name and row and not same_name(gold.name.quote, row.indicator):
            wrong.append(f"name {row.indicator!r}")
        if row is None and not any(True for _ in gold.figures()):
            return
        if not wrong:
            self.score.rows.right += 1
            return
        self.score.rows.missed += 1
        self.score.rows.wrong += row is not None
        place = (gold.name.start, gold.name.end) if gold.name else (0, 1)
        self._miss("row", gold.path[-1] if gold.path else "", "no row" if row is None else "，".join(wrong), place)

    def _place(self, fact: Fact | None) -> Place | None:
        if fact is None:
            return None
        return self.alignment.to_gold(fact.quantity.span.start, fact.quantity.span.end)

    def _claims(self, relations: Sequence[Relation]) -> None:
        said = [(c, self._place(c.stated)) for c in self.extraction.claims]
        tried = [(r, {self.alignment.to_gold(*p) for p in r.places}) for r in relations]
        for gold in self.gold.claims:
            self._claim(gold, said, tried)
        for claim, place in said:
            if claim.operands and claim.kind in ("sum", "share", "growth", "difference"):
                self._precision(claim, place)

    def _claim(
        self,
        gold: GoldClaim,
        said: list[tuple[Claim, Place | None]],
        tried: list[tuple[Relation, set[Place | None]]],
    ) -> None:
        anchor = gold.stated or (gold.operands[0] if gold.operands else "")
        if not anchor or gold.kind in ("restatement", "qualitative"):
            return
        place = self.places[anchor]
        others = [self.by_id[o].value for o in gold.operands]
        judged = [r for r, spans in tried if place in spans and self._covers(spans, gold)]
        seen = any(p == place and _kind_fits(gold, c) and _operands_fit(c, others) for c, p in said)
        if not (seen or judged):
            self.score.claims.missed += 1
            self._miss("claim", f"{gold.kind} {self.by_id[anchor].quote}", "not recognised", place)
            return
        self.score.claims.right += 1
        if not tried or gold.verdict == "undecided":
            return
        verdicts = {r.verdict for r in judged}
        good = ("fail", "uncertain") if gold.verdict == "broken" else ("pass", "tail")
        if verdicts & set(good):
            self.score.verdicts.right += 1
        elif verdicts & {"pass", "tail", "fail"}:
            self.score.verdicts.wrong += 1
            self.score.verdicts.missed += 1
            self._miss("verdict", f"{gold.kind} {gold.verdict}", "，".join(sorted(verdicts)), place)
        else:
            self.score.verdicts.missed += 1
            self._miss("verdict", f"{gold.kind} {gold.verdict}", "not judged", place)

    def _covers(self, spans: set[Place | None], gold: GoldClaim) -> bool:
        """Whether a relation's figures hold the claim's operands, at their places or elsewhere by value."""
        values = {f.quantity.value for p in spans if p is not None and (f := self.facts.get(p))}
        wanted = {self.by_id[o].value for o in gold.operands}
        if not wanted:
            return True
        return bool(wanted & values) if len(wanted) <= 2 else len(wanted & values) * 2 >= len(wanted)

    def _precision(self, claim: Claim, place: Place | None) -> None:
        stated = claim.stated.quantity.value if claim.stated else None
        values = [o.quantity.value for o in claim.operands]
        for gold in self.gold.claims:
            if gold.stated and self.places[gold.stated] == place and _kind_fits(gold, claim):
                return
        if claim.open or stated is None or (claim.kind == "sum" and sum(values) == stated):
            return
        if claim.kind == "difference" and abs(values[0] - sum(values[1:])) == abs(stated):
            return
        if claim.kind in ("share", "growth"):
            return
        self.score.claims.wrong += 1
        shown = [o.quantity.shown for o in claim.operands]
        self._miss("claim invented", "", f"{claim.kind} {stated} = {shown}", place or (0, 1))


@cache
def _vocabulary_scopes() -> frozenset[str]:
    return frozenset(scope_ids().values())


_SCOPE_KIN = (frozenset({"人员经费", "工资福利支出"}), frozenset({"公用经费", "商品和服务支出"}))
"""Where a report divides 基本支出 by economic category, both names stand for the same part."""


def binding_error(gold: GoldFact, fact: Fact, report: Gold) -> str:
    """What is wrong with a binding, ``""`` when it is right."""
    if gold.measure != fact.measure and not any({gold.measure, fact.measure} <= kin for kin in _KIN):
        return "measure"
    if gold.measure == "未定":
        return ""
    if gold.measure == "采购执行率" and fact.measure == "执行率" and fact.scope != "政府采购":
        return "scope"
    if gold.scope != "*" and (gold.scope or fact.scope) and gold.measure not in _LAX_SUBJECT:
        known = _vocabulary_scopes()
        alike = any({gold.scope, fact.scope} <= kin for kin in _SCOPE_KIN)
        if gold.scope != fact.scope and not alike and (gold.scope in known or fact.scope in known):
            return "scope"
    if gold.measure not in _LAX_SUBJECT and not same_name(gold.subject, fact.subject):
        return "subject"
    year = "" if fact.period == report.year else fact.period
    if (gold.period if gold.period != report.year else "") != year:
        return "period"
    if gold.stage and fact.stage and gold.stage != fact.stage:
        return "stage"
    return ""


def same_name(one: str, two: str) -> bool:
    """Whether two names mean the same thing: equal but for blanks, brackets' signs and a closing 项目."""
    a, b = _bare(one), _bare(two)
    return a == b or (min(len(a), len(b)) >= 4 and (a in b or b in a))


def _bare(name: str) -> str:
    for sign in ' \n\t≥≤“”"':
        name = name.replace(sign, "")
    return name.replace("（人）", "").replace("（次）", "").replace("（%）", "").removesuffix("项目")


def _trimmed(text: str, start: int, end: int) -> Place:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _unit_ok(fact: Fact, gold: GoldFact) -> bool:
    unit = fact.quantity.unit
    return unit == gold.unit or (unit == "" and gold.unit == "分") or (gold.unit == "月" and unit == "个月")


_ALIKE = (frozenset({"ratio", "share"}), frozenset({"sum", "total", "difference"}), frozenset({"growth", "ratio"}))


def _kind_fits(gold: GoldClaim, claim: Claim) -> bool:
    return gold.kind == claim.kind or any({gold.kind, claim.kind} <= kin for kin in _ALIKE)


def _operands_fit(claim: Claim, others: Sequence[Decimal]) -> bool:
    values = {o.quantity.value for o in claim.operands}
    return not values or len(values & set(others)) * 2 >= len(set(others))
