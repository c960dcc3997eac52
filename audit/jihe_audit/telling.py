"""How a failed relation is told: what the report states, what its own figures come to, and by how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

from jihe_audit.wording import name, show
from jihe_extract.facts import Fact

MOST_NAMED = 4
"""Parts of a sum that a sentence names one by one; of more it gives the number."""


def part_name(part: Fact, whole: Fact) -> str:
    """What tells a part from its whole: its subject, its scope, or what it measures."""
    if part.subject and part.subject != whole.subject:
        return f"“{part.subject}”"
    if part.scope and part.scope != whole.scope:
        return part.scope
    return part.stage + part.measure if part.measure not in ("", "未定", whole.measure) else ""


def _named(parts: Sequence[Fact], whole: Fact) -> list[str] | None:
    """Every part with its name and figure; None when a name is missing or stands for two."""
    names = [part_name(p, whole) for p in parts]
    if not all(names) or len(set(names)) < len(names):
        return None
    return [f"{name}{show(p)}" for name, p in zip(names, parts, strict=True)]


def _sum(parts: Sequence[Fact], signs: Sequence[int], whole: Fact) -> str:
    if len(parts) > MOST_NAMED:
        return f"所列{len(parts)}项{'之和' if all(s > 0 for s in signs) else '相加减'}"
    named = _named(parts, whole)
    if named is None or signs[0] < 0:
        return ""
    if all(s > 0 for s in signs):
        return "与".join(("、".join(named[:-1]), named[-1])) + "之和" if len(named) > 1 else named[0]
    return named[0] + "".join(("加" if s > 0 else "减") + n for s, n in zip(signs[1:], named[1:], strict=True))


def told(kind: str, what: str, whole: Fact, parts: Sequence[Fact], signs: Sequence[int], working: str) -> str:
    """The sentence up to the difference; ``working`` is the formula with its result."""
    result = working.rpartition("=")[2]
    stated = f"{what}载明{show(whole)}"
    if kind == "sum" and (words := _sum(parts, signs or (1,) * len(parts), whole)):
        return f"{stated}，而{words}为{result}" if len(parts) > 1 else f"{stated}，而{words}"
    if kind == "rate" and len(parts) == 2 and all(p.measure not in ("", "未定") for p in parts):
        return f"{stated}，按{'÷'.join(name(p) + show(p) for p in parts)}计算为{result}"
    return f"{stated}，按{computed(working)}"


def computed(working: str) -> str:
    """A formula with its result as words: ``216次÷240次计算为90.00%``."""
    formula, _, result = working.rpartition("=")
    return f"{formula}计算为{result}"
