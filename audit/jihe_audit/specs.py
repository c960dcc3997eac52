"""What stands in rulebook files, as checked structures. An unknown key is an error that names itself."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec
import regex

Level = Literal["error", "warning", "info"]
Comparison = Literal["lt", "le", "gt", "ge", "eq", "ne"]


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern of a rulebook entry, compiled once.

    Raises:
        regex.error: when the pattern is none.
    """
    return regex.compile(pattern)


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every rule in data says about itself; see :class:`jihe_audit.rule.Rule`."""

    id: str
    title: str
    why: str
    category: str
    severity: Level
    advice: str
    basis: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    consequence: Literal["", "score", "grade", "total", "amount", "text"] = ""
    fails: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member of an identity. ``*`` takes over the measure or scope that the whole was found with.

    ``optional`` members take part when the report states them. ``measure`` may list several names parted by
    ``|``; the first one stated is taken.
    """

    measure: str = "*"
    scope: str = "*"
    sign: Literal[1, -1] = 1
    optional: bool = False


class Identity(Spec, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """whole = Σ sign × part, for each of ``measures`` and every subject that states all needed members.

    ``exhaustive`` says that the parts are all there is: then a whole larger than their sum is as wrong as a
    smaller one; otherwise only parts that exceed the whole are provable and the rest is a doubt. ``variants``
    are other admissible lists of parts; those ``admitted`` may bear the whole out where another list does not, and
    accuse nobody by themselves.
    """

    measures: tuple[str, ...]
    scope: str = ""
    parts: tuple[Term, ...]
    variants: tuple[tuple[Term, ...], ...] = ()
    admitted: tuple[tuple[Term, ...], ...] = ()
    exhaustive: bool = True
    per_subject: bool = True
    least: int = 2
    """Fewest parts that make the identity worth trying."""
    absolute: bool = False
    """Compare without signs."""
    together: bool = False
    """Whole and parts must stand in one sentence or one table."""
    charity: tuple[Term, ...] = ()
    """What else of the same paragraph may join the first part, in any scope, before the identity is said to fail."""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One admissible way to compute a rate: numerator and base, each measure or ``measure@scope``; ``|`` lists
    alternatives, ``+`` in the numerator adds figures up. ``note`` names an unusual base and is empty for the usual
    one. ``kind`` change is (numerator − base) ÷ base. A rate whose own words match the pattern ``unless`` has no such
    reading; for one whose own words match ``plain`` it is as usual as any, and needs no note."""

    top: str
    base: str
    note: str = ""
    kind: Literal["rate", "change"] = "rate"
    unless: str = ""
    plain: str = ""


class Ratio(Spec, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rate that can be recomputed. ``scope`` restricts the rule to rates of one scope; ``*`` takes all."""

    rates: tuple[str, ...]
    readings: tuple[Reading, ...]
    scope: str = "*"
    absolute: bool = False
    graded: tuple[str, ...] = ()
    """Figures of which two or more make the rate one that may weight them: it is verified or left alone."""


class Residue(Spec, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words that must not stand in a finished report. ``says`` may use ``{0}`` for the words found."""

    pattern: str
    says: str
    unless: str = ""
    """Pattern that excuses a hit when it matches inside the same sentence."""
    sections: str = ""
    """Pattern of the section titles that the rule is confined to, "" for the whole text."""
    limit: int = 20


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of the ledger and what it would have to be for the phrase to be refuted.

    ``measure`` and ``scope`` as in the vocabulary; scope ``*`` looks at every scope and subject.
    """

    measure: str
    op: Comparison
    value: Decimal
    scope: str = ""
    per_subject: bool = False


class Contradiction(Spec, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A phrase that a figure refutes. ``words`` are ids of ``vocabulary/phrases.toml``, ``phrase`` a pattern of
    one's own; the first condition met tells."""

    words: tuple[str, ...] = ()
    phrase: str = ""
    conditions: tuple[Condition, ...]
    says: str
    unless: str = ""


class Regulation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of law or an official paper. ``certainty``: C article may be cited, L title and number only, U never."""

    code: str
    title: str
    certainty: Literal["C", "L", "U"]
    text: str
    number: str = ""
    article: str = ""
    since: str = ""
    until: str = ""

    def cite(self) -> str:
        """How it may be cited."""
        number = f"（{self.number}）" if self.number else ""
        article = self.article if self.certainty == "C" else ""
        return f"《{self.title}》{number}{article}"

    def in_force(self, year: str) -> bool:
        """Whether it is in force at the end of a report year (``""``: unknown, taken as in force)."""
        if not year:
            return not self.until
        return (not self.since or self.since[:4] <= year) and (not self.until or self.until[:4] > year)


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chapter that a kind of report must have, with the patterns of its titles."""

    key: str
    name: str
    titles: str
    instead: str = ""
    """Pattern over the whole text that makes up for a missing chapter."""


class Outline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The chapters that reports of some kinds must have."""

    id: str
    kinds: tuple[str, ...]
    title: str
    required: tuple[Section, ...]


class RelationName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a relation is called in the working papers, where it may hold as well as fail."""

    id: str
    name: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that a coded rule looks for: plain ones in ``any``, shapes as a ``pattern``; either is enough."""

    id: str
    why: str
    any: tuple[str, ...] = ()
    pattern: str = ""

    def compiled(self) -> regex.Pattern[str]:
        """One pattern for all, longer words first.

        Raises:
            regex.error: when the pattern is none.
        """
        plain = [regex.escape(w) for w in sorted(self.any, key=len, reverse=True)]
        return regex.compile("|".join([*plain, self.pattern] if self.pattern else plain))


class Misfiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Indicators that stand under a kind which their unit belies; the patterns are searched for."""

    id: str
    label: str
    under: str
    units: tuple[str, ...]
    severity: Level
    unless: str = ""
    names: str = ""

    def holds(self, kind: str, unit: str, name: str) -> bool:
        """Whether an indicator is filed so."""
        if unit not in self.units or not compiled(self.under).search(kind):
            return False
        excused = self.unless and compiled(self.unless).search(kind)
        return not excused and compiled(self.names).search(name) is not None


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything one rulebook file may hold."""

    identity: tuple[Identity, ...] = ()
    ratio: tuple[Ratio, ...] = ()
    residue: tuple[Residue, ...] = ()
    contradiction: tuple[Contradiction, ...] = ()
    regulation: tuple[Regulation, ...] = ()
    outline: tuple[Outline, ...] = ()
    relation: tuple[RelationName, ...] = ()
    words: tuple[Words, ...] = ()
    misfiling: tuple[Misfiling, ...] = ()


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade: scores from ``least`` (inclusive) up to the next band. ``words`` are its names."""

    words: tuple[str, ...]
    least: Decimal


class PackSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Conventions of a region. Fields left out come from the pack named in ``extends``."""

    id: str
    name: str
    cite: str
    since: str
    extends: str = ""
    regions: tuple[str, ...] = ()
    bands: tuple[Band, ...] | None = None
    execution_points: tuple[Decimal, ...] | None = None
    """Full marks that the rate of execution may carry."""
    weights: dict[str, tuple[Decimal, ...]] | None = None
    """Admissible weights of the first-level indicators, by name."""
    over_completion: Decimal | None = None
    """Completion above which a deviation must be explained (1.3 is 130 %)."""
    low_execution: Decimal | None = None
    very_low_execution: Decimal | None = None
    high_adjustment: Decimal | None = None
    heavy_weight: Decimal | None = None
