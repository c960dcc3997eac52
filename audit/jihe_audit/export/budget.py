"""The budget of one report as a tree, and which of its branches hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from jihe_audit.export.records import CheckRecord, FactRecord, ReportRecord

Key = tuple[str, str, str]
"""Measure, scope, subject."""

INITIAL, FULL, SPENT = ("年初预算数",), ("全年预算数", "预算数"), ("执行数",)
CHANGE = ("调整数", "调增数", "调减数")
FOUR = (("年初预算数", INITIAL), ("预算调整数", CHANGE), ("全年预算数", FULL), ("执行数", SPENT))
MOST_PROJECTS = 12


@dataclass
class Node:
    """One amount of the tree; ``state`` is how the figure itself came out, "" when it is absent."""

    label: str
    fact: FactRecord | None
    children: list[Node] = field(default_factory=list)
    keys: frozenset[Key] = frozenset()
    """Everything that the amount may be called in relations."""
    edge: str = ""
    """Whether the sum of the children, or the step to the next amount, holds: pass, fail or ""."""


def _own(record: ReportRecord) -> list[FactRecord]:
    year = record.summary.year
    return [f for f in record.facts if f.period in ("", year) and f.unit == "CNY" and f.relation in ("eq", "to")]


class Budget:
    """The amounts of one report, found by what they measure."""

    def __init__(self, record: ReportRecord) -> None:
        self._facts: dict[Key, list[FactRecord]] = {}
        for fact in _own(record):
            if fact.stage in ("", "年末"):
                self._facts.setdefault((fact.measure, fact.scope, fact.subject), []).append(fact)
        self._keys = {(f.start, f.end): (f.measure, f.scope, f.subject) for f in record.facts}
        self._checks = record.checks

    def fact(self, measures: Sequence[str], scope: str = "", subject: str = "") -> FactRecord | None:
        """The amount most often stated, of the first measure that the report gives."""
        for measure in measures:
            stated = self._facts.get((measure, scope, subject))
            if stated:
                value, _ = Counter(f.value for f in stated).most_common(1)[0]
                return next(f for f in stated if f.value == value)
        return None

    def four(self) -> list[tuple[str, FactRecord | None]]:
        """年初, 调整, 全年 and 执行 of the whole."""
        return [(label, self.fact(measures)) for label, measures in FOUR]

    def projects(self) -> list[str]:
        """Named projects with an amount spent, largest first."""
        named = [
            (max(f.value for f in facts), key[2]) for key, facts in self._facts.items() if key[2] and key[0] in SPENT
        ]
        return [name for _, name in sorted(named, key=lambda pair: (-pair[0], pair[1]))]

    def verdict(self, parent: Node, others: Iterable[Node]) -> str:
        """fail when a check that failed ties the parent to one of the others; pass likewise."""
        wanted = {key for node in others for key in node.keys}
        seen: set[str] = set()
        for check in self._checks:
            keys = self._tied(check)
            if parent.keys & keys and wanted & keys:
                seen.add(check.verdict)
        return "fail" if "fail" in seen else "pass" if seen & {"pass", "tail"} else ""

    def _tied(self, check: CheckRecord) -> set[Key]:
        return {self._keys[s] for s in check.spans if s in self._keys}

    def _node(self, label: str, measures: Sequence[str], scope: str = "", subject: str = "") -> Node:
        fact = self.fact(measures, scope, subject)
        return Node(label, fact, keys=frozenset((m, scope, subject) for m in measures))

    def tree(self, measures: Sequence[str]) -> Node:
        """合计 → 基本 → 人员, 公用; 合计 → 项目 → the projects."""
        whole = self._node("支出合计" if measures == SPENT else "合计", measures)
        basic = self._node("基本支出", measures, "基本支出")
        work = self._node("项目支出", measures, "项目支出")
        basic.children = [self._node(s, measures, s) for s in ("人员经费", "公用经费")]
        if measures == SPENT:
            work.children = [self._node(p, measures, subject=p) for p in self.projects()[:MOST_PROJECTS]]
        whole.children = [basic, work]
        for node in (whole, basic, work):
            node.children = [c for c in node.children if c.fact is not None or c.children]
            node.edge = self.verdict(node, node.children)
        return whole

    def steps(self) -> list[Node]:
        """年初 → 调整 → 全年 → 执行; the edge of each tells whether the step to the next holds."""
        nodes = [self._node(label, measures) for label, measures in FOUR]
        for a, b in pairwise(nodes):
            a.edge = self.verdict(a, [b])
        return nodes


def in_wan(value: Decimal | None) -> str:
    """An amount in 万元 with two decimals, a dash when absent."""
    return "—" if value is None else f"{value / 10_000:,.2f}"
