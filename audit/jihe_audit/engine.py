"""Runs the rules over one report or a set, gathers what they say, and accounts for every figure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from jihe_audit import packs
from jihe_audit.coverage import Coverage, cover
from jihe_audit.explain import gathered
from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.legibility import legible
from jihe_audit.packs import Pack
from jihe_audit.rule import Rule
from jihe_audit.rulebook import Rulebook, load
from jihe_extract.document import Span
from jihe_extract.facts import HEARD, Extraction

_FIGURE = 60
"""Longest evidence that is a figure with its words, and not a whole passage."""
_BY_NAME = frozenset({"R01", "R01b", "R03", "R16", "B06"})
"""Rules that bring figures together by what they are called."""
_WEIGHT = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may change. ``overlays`` are folders of rulebook files; ``disabled`` rule ids;
    ``accepted`` maps fingerprints of findings to the reason they were accepted for."""

    overlays: tuple[Path, ...] = ()
    disabled: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Findings (by report, then severity, then place), every relation tried, and one coverage a report."""

    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    coverage: tuple[Coverage, ...]


def _pack_of(extraction: Extraction, wanted: str | Pack | None) -> Pack:
    if isinstance(wanted, Pack):
        return wanted
    if wanted and wanted != "auto":
        return packs.pack(wanted)
    profile = extraction.profile
    return packs.pack_for(profile.region or "", profile.unit + extraction.document.text[:300])


def _run(rule: Rule, ledger: Ledger, findings: list[Finding], checks: list[Check]) -> None:
    if rule.run is None:
        return
    ledger.rule = rule
    for outcome in rule.run(ledger):
        (findings if isinstance(outcome, Finding) else checks).append(outcome)  # type: ignore[arg-type]


PLACES = 12
"""Most places that one finding quotes."""


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that say the same of several places become one with all the places; so do equal fingerprints."""
    kept: dict[tuple[str, str], Finding] = {}
    count: dict[tuple[str, str], int] = {}
    by_print: dict[str, tuple[str, str]] = {}
    for f in findings:
        mark = (f.rule, f.says)
        mark = mark if mark in kept else by_print.get(f.fingerprint, mark)
        first = kept.get(mark)
        if first is None:
            kept[mark], count[mark] = f, 1
            by_print.setdefault(f.fingerprint, mark)
            continue
        more = [e for e in f.evidence if all(e.span != x.span for x in first.evidence)]
        count[mark] += bool(more)
        kept[mark] = replace(first, evidence=(*first.evidence, *more)[:PLACES])
    return [
        f if count[mark] == 1 else replace(f, says=f"{f.says}同类情形共{count[mark]}处。") for mark, f in kept.items()
    ]


def doubted(report: Extraction, findings: Sequence[Finding], slips: Set[str] = frozenset()) -> list[Finding]:
    """What rests on figures that only a model has named never accuses; on a lone guess it is not said at all.

    What the list or the sentence itself tells, whatever its figures are called, is said all the same, and so is what
    the rules ``slips`` find.
    """
    learned = [f for f in report.facts if f.by != "rule" and not f.sure]
    if not learned:
        return list(findings)
    lone = {f.quantity.span for f in learned if f.trust < HEARD}
    told = [*(c for c in report.claims if c.kind == "sum"), *report.supposed]
    lists = [{f.quantity.span for f in (c.stated, *c.operands) if f} for c in told]
    kept: list[Finding] = []
    for finding in findings:
        named = _figures(finding, [f.quantity.span for f in learned])
        if finding.severity == "error" and named:
            finding = replace(finding, severity="warning")
        guessed = named & lone
        if finding.severity == "warning" and named and _apart(report, finding, named):
            continue
        said = finding.rule in slips or any(guessed <= listed for listed in lists)
        if finding.severity == "info" or not guessed or said:
            kept.append(finding)
    return kept


def _apart(report: Extraction, finding: Finding, named: set[Span]) -> bool:
    """Whether a quotient or a comparison brings figures of prose together that stand paragraphs apart, with a model's
    names alone to say that they belong together."""
    spans = [e.span for e in finding.evidence if len(e.span) <= _FIGURE]
    if finding.rule not in _BY_NAME or any(report.document.cell_at(s) is not None for s in spans):
        return False
    homes = [report.document.block_at(s.start) for s in spans]
    learned = [h for s, h in zip(spans, homes, strict=True) if any(s.holds(n) for n in named)]
    return any(h not in learned for h in homes)


def _figures(finding: Finding, spans: Sequence[Span]) -> set[Span]:
    """Those of the figures at ``spans``, in reading order, that are evidence of the finding."""
    starts = [s.start for s in spans]
    found: set[Span] = set()
    for evidence in finding.evidence:
        at = bisect_left(starts, evidence.span.start)
        if len(evidence.span) <= _FIGURE and at < len(spans) and spans[at].end <= evidence.span.end:
            found.add(spans[at])
    return found


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one report: by severity, then by place, then by rule."""
    return sorted(findings, key=lambda f: (_WEIGHT[f.severity], f.evidence[0].span.start if f.evidence else -1, f.rule))


def audit(
    extraction: Extraction | Sequence[Extraction],
    *,
    pack: str | Pack | None = None,
    settings: Settings | None = None,
) -> AuditResult:
    """Audit one report or a set of reports.

    ``pack`` is a region pack's id, a pack, the path of a pack file, or None (``auto``) to choose by region.

    Raises:
        jihe_audit.packs.UnknownPackError: when there is no such pack.
    """
    chosen = settings or Settings()
    reports = [extraction] if isinstance(extraction, Extraction) else list(extraction)
    book: Rulebook = load(chosen.overlays)
    rules = [r for r in book.rules.values() if r.id not in chosen.disabled]
    slips = frozenset(r.id for r in rules if r.by_slip)
    findings: list[Finding] = []
    checks: list[Check] = []
    coverage: list[Coverage] = []
    ledgers: list[Ledger] = []
    for report in reports:
        ledger = Ledger(report, book, _pack_of(report, pack))
        own: list[Finding] = []
        tried = ledger.tried
        for rule in sorted(rules, key=lambda r: r.late):
            _run(rule, ledger, own, tried)
        own = _unique(ordered(legible(report.document, gathered(ledger, doubted(report, own, slips)))))
        findings += own
        checks += tried
        coverage.append(cover(report, tried, own))
        ledgers.append(ledger)
    if len(ledgers) > 1:
        for rule in rules:
            if rule.run_set is not None:
                for ledger in ledgers:
                    ledger.rule = rule
                for outcome in rule.run_set(ledgers):
                    (findings if isinstance(outcome, Finding) else checks).append(outcome)  # type: ignore[arg-type]
    if chosen.accepted:
        findings = [replace(f, accepted=chosen.accepted.get(f.fingerprint, "")) for f in findings]
    return AuditResult(tuple(findings), tuple(checks), tuple(coverage))
