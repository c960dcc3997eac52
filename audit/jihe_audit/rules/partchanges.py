"""Changes of a whole and of its parts: what the parts rose or fell by together, the whole did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.relate import Try, relate, weigh_try
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import name
from jihe_extract.document import Span
from jihe_extract.facts import Claim, Fact
from jihe_extract.prose.words import load_words

_BASE = re.compile(r"20\d\d|上年|去年|同期|年初|预算|决算")
_LEAST = 2
"""Fewest parts that changed."""


@rule(
    id="N27",
    title="增减额与各分项增减额之和不符",
    category="A07",
    severity="warning",
    basis=("STL-83",),
    advice="核对合计和各分项的本期数、上期数后更正增减额。",
    needs=("两期决算（预算）报表",),
    consequence="amount",
    fails=(
        "2023年支出预算900.00万元，«比2022年预算增加85.00万元»。其中：基本支出600.00万元，比2022年预算增加95.00万元；"
        "项目支出300.00万元，比2022年预算减少20.00万元。",
        "2023年“三公”经费同口径比2022年减少«83.00万元»。其中：因公出国费减少0.90万元，公务接待费减少3.80万元，"
        "公务用车购置费减少38.40万元，公务用车运行费减少44.90万元。",
    ),
    passes=(
        "2023年“三公”经费同口径比2022年减少83.00万元。其中：因公出国费减少0.90万元，公务接待费减少3.80万元，"
        "公务用车购置费减少33.40万元，公务用车运行费减少44.90万元。",
        "2023年支出预算900.00万元，比2022年预算增加75.00万元。其中：基本支出600.00万元，比2022年预算增加95.00万元；"
        "项目支出300.00万元，比2022年预算减少20.00万元。",
        "2023年支出预算900.00万元，比2022年预算增加85.00万元。其中：基本支出600.00万元，比2022年决算增加95.00万元；"
        "项目支出300.00万元，比2022年决算减少20.00万元。",
        "2023年支出预算900.00万元，比2022年预算增加85.00万元。其中：基本支出600.00万元，比2022年预算增加95.00万元；"
        "项目支出300.00万元。",
    ),
)
def parts_changed(ledger: Ledger) -> Outcome:
    """合计等于各分项之和、且合计与每一分项都写明比同一基数增减多少的，各分项增减额的代数和应等于合计的增减额。"""
    told = _told(ledger)
    seen: set[Span] = set()
    for claim in ledger.claims:
        whole = claim.stated
        if claim.kind != "sum" or whole is None or len(claim.operands) < _LEAST:
            continue
        moved = told.get(whole.quantity.span)
        if moved is None or moved[0].quantity.span in seen or not _whole(ledger, claim, whole):
            continue
        found = _parts(ledger, claim.operands, told, moved)
        if found is not None:
            seen.add(moved[0].quantity.span)
            yield from _judge(ledger, moved, found)
    for moved, found in _by_scope(ledger):
        if moved[0].quantity.span not in seen:
            seen.add(moved[0].quantity.span)
            yield from _judge(ledger, moved, found)


Moved = tuple[Fact, int, frozenset[str]]
"""A change, whether it rose or fell, and what it is told against."""


def _told(ledger: Ledger) -> dict[Span, Moved]:
    """The change told of each figure."""
    found: dict[Span, Moved] = {}
    for claim in ledger.claims:
        change = claim.stated
        if claim.kind != "difference" or change is None or not claim.operands or not change.quantity.exact:
            continue
        sign = {"up": 1, "down": -1}.get(claim.word, 0)
        level = claim.operands[0]
        if sign and level.quantity.unit == change.quantity.unit and level.quantity.span < change.quantity.span:
            words = ledger.document.text[level.quantity.span.end : change.quantity.span.start]
            found.setdefault(level.quantity.span, (change, sign, frozenset(_BASE.findall(words))))
    return found


def _by_scope(ledger: Ledger) -> Iterator[tuple[Moved, list[tuple[Fact, int]]]]:
    """Changes of a scope that the vocabulary divides, and those of all its parts told behind it in its paragraph."""
    changes = [
        (c.stated, {"up": 1, "down": -1}[c.word], frozenset(_BASE.findall(ledger.document.quote(c.span))))
        for c in ledger.claims
        if c.kind == "difference" and c.word in ("up", "down") and c.stated is not None and c.stated.quantity.exact
    ]
    for i, whole in enumerate(changes):
        wanted = _children(whole[0].scope)
        if not wanted:
            continue
        where = ledger.paragraph(whole[0].quantity.span)
        behind: dict[str, tuple[Fact, int]] = {}
        for part in changes[i + 1 :]:
            alike = part[0].quantity.unit == whole[0].quantity.unit and part[2] <= whole[2]
            if not where.holds(part[0].quantity.span) or not alike or part[0].scope == whole[0].scope:
                break
            behind.setdefault(part[0].scope, part[:2])
        found = _covering(wanted, behind, ledger.document.quote(where))
        if found is not None:
            yield whole, found


@lru_cache(maxsize=256)
def _children(scope: str) -> tuple[str, ...]:
    """The scopes that a scope is divided into, if they lie along one axis."""
    scopes = load_words().scopes
    inside = [(k, s.axis) for k, s in scopes.items() if scope and s.within == scope]
    return tuple(k for k, _ in inside) if len({axis for _, axis in inside}) == 1 and len(inside) > 1 else ()


def _flat(scope: str, text: str) -> bool:
    """Whether the paragraph says that a scope did not change."""
    names = "|".join(map(re.escape, load_words().scopes[scope].aliases))
    return re.search(rf"(?:{names})[^，；。]{{0,24}}(?:持平|无变化|无增减|没有变化)", "".join(text.split())) is not None


def _covering(wanted: Sequence[str], told: dict[str, tuple[Fact, int]], text: str) -> list[tuple[Fact, int]] | None:
    """The changes of all the scopes wanted, one of them by its own parts if need be; None when one is missing."""
    found: list[tuple[Fact, int]] = []
    for scope in wanted:
        inner = _children(scope)
        if scope in told:
            found.append(told[scope])
        elif inner and all(s in told for s in inner):
            found += [told[s] for s in inner]
        elif not _flat(scope, text):
            return None
    return found if len(found) >= _LEAST else None


def _whole(ledger: Ledger, claim: Claim, whole: Fact) -> bool:
    """Whether the parts are all there is, but for what rounding may have left."""
    weighing = weigh_try(ledger, whole, Try("sum", claim.operands))
    return weighing is not None and (weighing.verdict in ("pass", "tail") or weighing.severity == "warning")


def _parts(
    ledger: Ledger, parts: Sequence[Fact], told: dict[Span, Moved], whole: Moved
) -> list[tuple[Fact, int]] | None:
    """The changes of all parts, each with its sign; None when one is not told, or is told against another base."""
    found: list[tuple[Fact, int]] = []
    for part in parts:
        moved = told.get(part.quantity.span)
        if moved is None and part.quantity.value:
            return None
        if moved is not None:
            if moved[2] != whole[2]:
                return None
            found.append((moved[0], moved[1]))
    return found if sum(f.quantity.value != 0 for f, _ in found) >= _LEAST else None


def _judge(ledger: Ledger, whole: Moved, parts: Sequence[tuple[Fact, int]]) -> Iterator[Finding | Check]:
    change, sign, _ = whole
    total = sum((s * f.quantity.value for f, s in parts), Decimal(0))
    turned = sign if total * sign >= 0 else -sign
    signs = tuple(s * turned for _, s in parts)
    attempt = Try("sum", tuple(f for f, _ in parts), signs)
    yield from relate(
        ledger, "I17", change, [attempt], cap="warning", sure=change.sure, label=f"{name(change)}",
    )  # fmt: skip
