"""The binder that learns: rule and model side by side.

Where both name the same measure, the rule's fact stands. Where the rule knows no name and the model is
confident, the model's measure is taken, under its own name and with its calibrated trust, which stays below
``SURE``: what only a model says can cast doubt but never accuse. It casts doubt only in company (see
:mod:`jihe_models.company`); a lone guess names the figure for the reader and takes part in no relation. Where
they disagree the rule's fact keeps its measure, and loses trust when the rule had only inherited it. Nothing is
guessed silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex
from msgspec import Struct
from msgspec.structs import replace

from jihe_extract.asserted.claims import find_claims, grade_behind
from jihe_extract.document import Document, Span
from jihe_extract.extraction import prose_quantities
from jihe_extract.facts import UNBOUND, Binder, Claim, Fact, Profile, ScoreRow
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.binding import RuleBinder, prose_blocks
from jihe_extract.prose.labelreading import LabelReader
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.paragraphstate import BUSINESS, COUNT
from jihe_extract.prose.words import Words, load_words
from jihe_models.columns import named_columns
from jihe_models.company import company
from jihe_models.features import OTHER
from jihe_models.measures import alike
from jihe_models.model import Model
from jihe_models.roles import Guess
from jihe_models.rows import learned_rows

CEILING = Decimal("0.79")
"""Most that a fact bound by the model alone is trusted: just below the audit's ``SURE``."""
LONE = Decimal("0.6")
"""Most that a learned fact is trusted which nothing around it bears out: below the audit's ``HEARD``."""
DOUBTED = Decimal("0.75")
FIRM = Decimal("0.95")
_MOST = 0.8
"""Share of the model's votes on a wording that must agree."""
_TIMES = ("×", "*", "＊")
"""Signs before a mere factor of a formula (×100%), which names nothing."""
_HALF = regex.compile(r"半年(?=\p{Han})(?![内多来以左])")
"""Half a year as the beginning of a name (半年完成数), which is no figure."""
SETTLED = 9.0
_UNNAMED = frozenset({UNBOUND, BUSINESS, COUNT})
_BREAK = regex.compile(r"[。；;！？\n]")
_SENTENCE = regex.compile(r"[。！？\n]")
_WORD = regex.compile(r"[\p{Han}（）()]{2,12}")


class Decision(Struct, frozen=True):
    """Why a figure is bound as it is: ``agree``, ``model``, ``rule`` (the model was unsure), ``doubt``, ``open``,
    ``graded`` (a score that a grade shows to be the total)."""

    fact: Fact
    guess: Guess
    verdict: str


class AgreeingBinder:
    """Fills the ``Binder`` protocol with rules and a model in agreement."""

    def __init__(self, model: Model, profile: Profile | None = None, words: Words | None = None) -> None:
        """``profile`` supplies the report's year and the unit's names, as for the rules."""
        self.model = model
        self.profile = profile or Profile()
        self.words = words or load_words()
        self.rule = RuleBinder(self.profile, self.words)
        self.confident = model.manifest.thresholds.get("confident", 1.0)
        self.strong = model.manifest.thresholds.get("strong", 1.5)

    def rows(self, document: Document, facts: Sequence[Fact]) -> tuple[ScoreRow, ...]:
        """Indicator rows of the facts that only the model could name."""
        return tuple(learned_rows(document, facts))

    def columns(
        self, document: Document, rows: tuple[ScoreRow, ...], facts: Mapping[Span, Fact]
    ) -> tuple[tuple[ScoreRow, ...], Mapping[Span, Fact]]:
        """Marks in columns of indicator tables whose headings only the model understands."""
        named = named_columns(self.model.roles, self.model.by, CEILING, self.strong, document, rows, facts)
        return named.rows, named.facts

    def bind(self, document: Document, quantities: tuple[Quantity, ...]) -> tuple[Fact, ...]:
        """One fact for each quantity, in order."""
        return tuple(d.fact for d in self.decide(document, quantities))

    def decide(self, document: Document, quantities: tuple[Quantity, ...]) -> list[Decision]:
        """The facts together with what the model thought and why each is bound as it is."""
        facts = plain = self.rule.bind(document, quantities)
        guesses = self._guesses(document, quantities)
        learnt = self._learnt(document, facts, guesses)
        if learnt:
            again = RuleBinder(self.profile, extended(self.words, learnt)).bind(document, quantities)
            facts = tuple(map(self._retold, facts, again, guesses))
        decided: list[Decision] = []
        for fact, said in zip(facts, guesses, strict=True):
            before = decided[-1].fact if decided else None
            gap = (before.quantity.span.end, fact.quantity.span.start) if before is not None else (0, 0)
            near = before is not None and not _BREAK.search(document.text, *gap)
            start = fact.quantity.span.start
            sign = document.text[max(0, start - 1) : start]
            if fact.measure in _UNNAMED and sign in _TIMES:
                decided.append(Decision(fact, said, "open"))
                continue
            decided.append(self._graded(document, fact, said) or self._combine(fact, said, before if near else None))
        kept = company(document.text, [d.fact for d in decided], guesses, self.confident, self.strong)
        lone = [
            d.fact.by != "rule" and not held and d.verdict != "graded" for d, held in zip(decided, kept, strict=True)
        ]
        settled = [_quiet(d) if alone else d for d, alone in zip(decided, lone, strict=True)]
        lost = self._lost(document, plain, [d.fact for d in settled]) if any(lone) else frozenset()
        return [
            Decision(rule, d.guess, "open") if alone and rule.quantity.span in lost else d
            for d, alone, rule in zip(settled, lone, plain, strict=True)
        ]

    def _lost(self, document: Document, plain: Sequence[Fact], named: Sequence[Fact]) -> frozenset[Span]:
        """Figures without a name whose relation to one another the rules know, and would not know once named.

        A lone guess, which carries no finding, does not take them out of their list or their share; a list whose
        members got one name stays a list.
        """
        names = tuple(n for n in (self.profile.unit, *self.profile.aliases) if n)
        told = [c for c in find_claims(document, plain, names)[0] if c.kind in ("share", "sum")]
        nameless = {c: [f.quantity.span for f in _figures(c) if f.measure in _UNNAMED] for c in told}
        moved = {f.quantity.span for f, was in zip(named, plain, strict=True) if f.measure != was.measure}
        held = [c for c, spans in nameless.items() if moved.intersection(spans)]
        after = {c.span for c in find_claims(document, named, names)[0] if c.kind == "sum"} if held else set()
        return frozenset(span for c in held if c.kind == "share" or c.span not in after for span in nameless[c])

    def _guesses(self, document: Document, quantities: Sequence[Quantity]) -> list[Guess]:
        """The model's guesses; it reads whole paragraphs, also the figures that are bound already."""
        every = {q.span: q for q in (*prose_quantities(document), *quantities)}
        seen = sorted(every.values(), key=lambda q: q.span)
        said = dict(zip((q.span for q in seen), guess(self.model, document, seen), strict=True))
        return [said[q.span] for q in quantities]

    def _learnt(self, document: Document, facts: Sequence[Fact], guesses: Sequence[Guess]) -> dict[str, str]:
        """Wordings unknown to the vocabulary that the model reads, throughout the document, as one measure."""
        reader = self.rule.reader
        seen: dict[str, Counter[str]] = {}
        best: Counter[str] = Counter()
        for fact, said in zip(facts, guesses, strict=True):
            if fact.measure not in _UNNAMED or fact.label is None:
                continue
            word = unknown_word(reader, document.quote(fact.label), fact.quantity.unit)
            if word:
                seen.setdefault(word, Counter())[said.label] += round(said.margin * 1000)
                best[word] = max(best[word], round(said.margin * 1000))
        learnt: dict[str, str] = {}
        for word, votes in sorted(seen.items()):
            label, weight = max(votes.items(), key=lambda v: (v[1], v[0]))
            if label != OTHER and best[word] >= self.confident * 1000 and weight >= _MOST * sum(votes.values()):
                learnt[word] = label
        return learnt

    def _retold(self, before: Fact, after: Fact, said: Guess) -> Fact:
        """The fact after the new words were learnt, if the model stands by it; else as the rules had it."""
        if after == before or not (alike(after.measure, said.label) or before.measure in _UNNAMED):
            return before
        if after.measure in _UNNAMED:
            return before
        return replace(after, by=self.model.by, trust=min(after.trust, self._ceiling(said)))

    def _combine(self, fact: Fact, said: Guess, before: Fact | None) -> Decision:
        unnamed = fact.measure in _UNNAMED
        if alike(fact.measure, said.label) or (unnamed and said.label == OTHER):
            return Decision(fact, said, "model" if fact.by != "rule" else "agree")
        if unnamed:
            return self._named(fact, said, before)
        if said.margin >= self.strong and fact.trust < FIRM:
            return Decision(replace(fact, trust=min(fact.trust, DOUBTED)), said, "doubt")
        return Decision(fact, said, "doubt" if said.margin >= self.confident else "rule")

    def _graded(self, document: Document, fact: Fact, said: Guess) -> Decision | None:
        """A score that the model takes for the total, with a grade in its sentence: that is what grades go by."""
        score = fact.measure == "得分" and not fact.subject and fact.scope not in self.words.scopes
        if not score or said.label != "总分" or said.margin < self.strong:
            return None
        grade = grade_behind(document, fact.quantity.span.end)
        if grade is None or _SENTENCE.search(document.text, fact.quantity.span.end, grade.start()):
            return None
        total = replace(fact, measure="总分", scope="", by=self.model.by, trust=min(fact.trust, self._ceiling(said)))
        return Decision(total, said, "graded")

    def _named(self, fact: Fact, said: Guess, before: Fact | None) -> Decision:
        """A figure that no rule names: the model's measure if it is confident, else left open.

        ``before`` is the figure just before it in the same clause group: whose it is when nothing else says so.
        """
        if said.margin < self.confident or (fact.measure == COUNT):
            return Decision(fact, said, "open")
        scope = fact.scope if fact.scope in self.words.scopes else ""
        subject = fact.subject
        if before is not None and not scope and not subject and before.measure not in _UNNAMED:
            scope, subject = before.scope if before.scope in self.words.scopes else "", before.subject
        named = replace(
            fact, measure=said.label, scope=scope, subject=subject, by=self.model.by, trust=self._ceiling(said)
        )
        return Decision(named, said, "model")

    def _ceiling(self, said: Guess) -> Decimal:
        return min(CEILING, self.model.trust(said.margin))


def _figures(claim: Claim) -> tuple[Fact, ...]:
    return (*((claim.stated,) if claim.stated else ()), *claim.operands)


def _quiet(decision: Decision) -> Decision:
    """A lone guess: it names the figure for the reader, and no relation hears it."""
    return replace(decision, fact=replace(decision.fact, trust=min(decision.fact.trust, LONE)))


def guess(model: Model, document: Document, quantities: Sequence[Quantity]) -> list[Guess]:
    """The model's guess for each quantity, paragraph by paragraph; ``其他`` for those outside prose."""
    found: list[Guess] = []
    i = 0
    for block in prose_blocks(document):
        j = i
        while j < len(quantities) and quantities[j].span.start < block.span.end:
            j += 1
        inside = [q for q in quantities[i:j] if q.span.start >= block.span.start]
        found += [Guess(OTHER, 0.0)] * (j - i - len(inside))
        figures = [q for q in inside if not _HALF.match(document.text, q.span.start)]
        said = iter(model.roles.paragraph(document.quote(block.span), block.span.start, figures) if figures else ())
        found += [Guess(OTHER, SETTLED) if _HALF.match(document.text, q.span.start) else next(said) for q in inside]
        i = j
    return found + [Guess(OTHER, 0.0)] * (len(quantities) - i)


def unknown_word(reader: LabelReader, label: str, unit: str) -> str:
    """The words of a label that the vocabulary does not know, when they may name a measure; else ``""``."""
    own = reader.read(label, unit_class(unit)).own
    if not _WORD.fullmatch(own):
        return ""
    for ending in reader.words.steering.get("project_endings", ()):
        own = own.rpartition(ending)[2] if ending in own[:-2] else own
    return own if len(own) >= 2 else ""


def extended(words: Words, learnt: Mapping[str, str]) -> Words:
    """The vocabulary with further aliases: wording → measure id."""
    measures = dict(words.measures)
    for word, measure in sorted(learnt.items()):
        if measure in measures:
            measures[measure] = replace(measures[measure], aliases=(*measures[measure].aliases, word))
    return Words(measures, words.scopes, words.steering)


def binder_for(model: Model, words: Words | None = None) -> _Maker:
    """What ``extract(document, binder=…)`` takes; ``words`` is the vocabulary with the user's additions."""
    return _Maker(model, words)


@dataclass(frozen=True)
class _Maker:
    """Makes a binder for a profile."""

    model: Model
    words: Words | None = None

    def __call__(self, profile: Profile) -> Binder:
        return AgreeingBinder(self.model, profile, self.words)
