"""What a rule is: one decorated function in one file, or one entry of a rulebook, with everything said about it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from jihe_audit.finding import Check, Consequence, Finding, Severity
from jihe_audit.specs import Spec

if TYPE_CHECKING:
    from jihe_audit.ledger import Ledger

Outcome = Iterator[Finding | Check]
RunOne = Callable[["Ledger"], Outcome]
RunSet = Callable[[Sequence["Ledger"]], Outcome]
NEXT = "\n⸻\n"
"""Parts the reports in a case of a rule about a set."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``fails`` are texts whose words at fault stand between « and »; ``passes`` must stay silent.

    ``run`` judges one report, ``run_set`` a set of reports; exactly one of them is given. ``category`` is
    the issue taxonomy's code, ``basis`` codes of ``rulebook/regulations.toml``, ``sources`` the user's
    rulebook files that made or changed the rule. A rule that only ever agrees has no ``fails`` but ``confirms``:
    texts whose figures between « and » it must verify.

    Raises:
        ValueError: when a field that every rule must have is empty.
    """

    id: str
    title: str
    rationale: str
    category: str
    severity: Severity
    advice: str
    basis: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    consequence: Consequence = ""
    fails: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    run: RunOne | None = None
    run_set: RunSet | None = None
    sources: tuple[str, ...] = ()
    confirms: tuple[str, ...] = ()
    late: bool = False
    """Runs after all others, because it looks at what they have tried."""
    by_slip: bool = False
    """Doubts only what one digit would mend: that the figures would then agree says enough, whoever named them."""

    def __post_init__(self) -> None:
        absent = [
            name for name in ("id", "title", "rationale", "category", "severity", "advice") if not getattr(self, name)
        ]
        absent += [] if self.fails or self.confirms else ["fails"]
        absent += [] if self.passes else ["passes"]
        if absent:
            raise ValueError(f"rule {self.id or '?'}: empty {', '.join(absent)}")
        if self.severity not in SEVERITIES:
            raise ValueError(f"rule {self.id}: unknown severity {self.severity}")
        if (self.run is None) == (self.run_set is None):
            raise ValueError(f"rule {self.id}: exactly one of run and run_set")
        for case in (*self.fails, *self.confirms):
            if case.count("«") != case.count("»") or "«" not in case:
                raise ValueError(f"rule {self.id}: a failing case marks the words at fault with « and »")


_CODED: dict[str, Rule] = {}


def _register(item: Rule) -> None:
    if item.id in _CODED:
        raise ValueError(f"rule {item.id} is defined twice")
    _CODED[item.id] = item


class Said(TypedDict, total=False):
    """What a coded rule says about itself."""

    id: Required[str]
    title: Required[str]
    category: Required[str]
    severity: Required[Severity]
    advice: Required[str]
    basis: tuple[str, ...]
    needs: tuple[str, ...]
    consequence: Consequence
    fails: tuple[str, ...]
    passes: tuple[str, ...]
    confirms: tuple[str, ...]


def rule(*, late: bool = False, by_slip: bool = False, **said: Unpack[Said]) -> Callable[[RunOne], RunOne]:
    """Make a rule for one report of the decorated function; its docstring is the rationale, in Chinese."""

    def decorate(run: RunOne) -> RunOne:
        _register(Rule(rationale=(run.__doc__ or "").strip(), run=run, late=late, by_slip=by_slip, **said))
        return run

    return decorate


def set_rule(**said: Unpack[Said]) -> Callable[[RunSet], RunSet]:
    """Make a rule for a set of reports of the decorated function; :data:`NEXT` parts the reports of a case."""

    def decorate(run: RunSet) -> RunSet:
        _register(Rule(rationale=(run.__doc__ or "").strip(), run_set=run, **said))
        return run

    return decorate


def of_spec(spec: Spec, run: RunOne, sources: tuple[str, ...] = ()) -> Rule:
    """The rule that an entry of a rulebook file stands for."""
    return Rule(
        id=spec.id, title=spec.title, rationale=spec.why, category=spec.category, severity=spec.severity,
        basis=spec.basis, advice=spec.advice, needs=spec.needs, consequence=spec.consequence,
        fails=spec.fails, passes=spec.passes, run=run, sources=sources,
    )  # fmt: skip


def coded_rules() -> dict[str, Rule]:
    """Every rule written in ``jihe_audit.rules``, by id; the package's files are found by themselves."""
    package = importlib.import_module("jihe_audit.rules")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"jihe_audit.rules.{module}")
    return dict(_CODED)
