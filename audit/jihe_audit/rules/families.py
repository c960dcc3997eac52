"""Parts whose whole stands elsewhere: those that the vocabulary puts under one whole, or that one heading holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from jihe_audit.groups import distinct
from jihe_audit.ledger import Ledger
from jihe_audit.pairs import LEVELS
from jihe_audit.relate import Try
from jihe_audit.rule import Outcome, rule
from jihe_audit.slipreadings import SlipReading, judged, weighed
from jihe_extract.document import Span
from jihe_extract.facts import Fact
from jihe_extract.prose.words import load_words

CHANGES = ("增减额", "调增数", "调减数", "调整数", "节约额")
LEAST, MOST = 2, 12
WHOLES = 3
"""Most values of one whole that its parts are tried on."""
_HEADING = regex.compile(
    r"\s*(?:\d+[.．、]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]是)\s*([\p{Han}“”]{2,14})[。：:]"
)


@rule(
    id="N34",
    title="分项与他处合计疑有录入差错",
    category="A04",
    severity="warning",
    basis=("STL-83",),
    advice="核对分项和他处的合计，更正录入有误的一位数字。",
    consequence="amount",
    fails=(
        "支出5207.41万元，其中基本支出3873.41万元，项目支出1334.00万元。\n1.基本支出。«工资福利支出2825.36万元»、"
        "商品和服务支出768.20万元、对个人和家庭的补助179.85万元。",
        "3.“三公”经费。预算86.00万元，决算43.17万元，较预算节约42.83万元。«公务用车运行维护费36.46万元»，公务接待费4.71万元。",
    ),
    passes=(
        "支出5207.41万元，其中基本支出3873.41万元，项目支出1334.00万元。\n1.基本支出。工资福利支出2925.36万元、"
        "商品和服务支出768.20万元、对个人和家庭的补助179.85万元。",
        "支出5207.41万元，其中基本支出3873.41万元，项目支出1334.00万元。\n1.基本支出。办公费25.36万元、差旅费68.20万元。",
        "3.“三公”经费。预算86.00万元，决算43.17万元，较预算节约42.83万元。公务用车运行维护费38.46万元，公务接待费4.71万元。",
    ),
    late=True,
    by_slip=True,
)
def apart(ledger: Ledger) -> Outcome:
    """同属一个合计的几个分项（或同一标题下所列分项）之和，与报告他处该合计的数核对；不相符的，只有改动其中一个未经其他关系核实的数字的一位即可相符时，才提示。"""
    added = {frozenset(m.quantity.span for m in r.members) for r in ledger.relations}
    places: list[list[SlipReading]] = []
    for whole_scope, parts in (*_families(ledger), *_headed(ledger)):
        spans = {p.quantity.span for p in parts}
        if not LEAST <= len(parts) <= MOST or any(spans < members for members in added):
            continue
        tries: list[SlipReading] = []
        for whole in _wholes(ledger, whole_scope, parts):
            tries += weighed(ledger, "sum", whole, [Try("sum", tuple(parts))], is_open=True)
        places.append(tries)
    yield from judged(ledger, places)


def _amounts(ledger: Ledger) -> Iterator[Fact]:
    """Amounts of running text that are this year's and no changes."""
    for fact in ledger.extraction.facts:
        q = fact.quantity
        own = fact.measure not in CHANGES and fact.period in ("", ledger.year)
        if own and q.unit == "CNY" and q.exact and q.value > 0 and ledger.document.cell_at(q.span) is None:
            yield fact


def _families(ledger: Ledger) -> Iterator[tuple[str, list[Fact]]]:
    """Amounts of one sentence and measure whose scopes the vocabulary puts within another."""
    scopes = load_words().scopes
    groups: dict[tuple[Span, str, str, str], dict[str, Fact]] = {}
    for fact in _amounts(ledger):
        if fact.scope not in scopes or fact.measure not in LEVELS:
            continue
        where, above = ledger.sentence(fact.quantity.span), scopes[fact.scope].within
        while above:
            groups.setdefault((where, above, fact.measure, fact.subject), {}).setdefault(fact.scope, fact)
            above = scopes[above].within if above in scopes else ""
    for (_, above, _, _), found in groups.items():
        inner = [s for s in found if not _within_any(s, found.keys() - {s}, above)]
        if above not in found and len(inner) >= LEAST:
            yield above, [found[s] for s in inner]


def _within_any(scope: str, others: Sequence[str] | set[str], top: str) -> bool:
    """Whether one of the other scopes stands between a scope and the top."""
    scopes = load_words().scopes
    while scope in scopes and (scope := scopes[scope].within) and scope != top:
        if scope in others:
            return True
    return False


def _headed(ledger: Ledger) -> Iterator[tuple[str, list[Fact]]]:
    """Amounts of the first sentence under a heading that is the name of a scope: ``1.基本支出。工资90万元、……``."""
    words = load_words()
    amounts = list(_amounts(ledger))
    for block in ledger.document.blocks:
        match = _HEADING.match(ledger.document.text, block.span.start, block.span.end)
        hits = words.scope_finder.find(match[1]) if match else []
        if match is None or len(hits) != 1 or hits[0].end - hits[0].start != len(match[1]):
            continue
        where = ledger.sentence(Span(match.end(), match.end() + 1), "。\n")
        inside = [f for f in amounts if where.holds(f.quantity.span)]
        if inside and all(f.scope != hits[0].id for f in inside[:1]):
            yield hits[0].id, inside


def _wholes(ledger: Ledger, scope: str, parts: Sequence[Fact]) -> list[Fact]:
    """The different values of a whole, those of the parts' paragraph first."""
    where = ledger.paragraph(parts[0].quantity.span)
    spans = {p.quantity.span for p in parts}
    found = [
        f for f in ledger.of_scope("", scope)
        if f.measure in LEVELS and f.quantity.unit == "CNY" and f.quantity.exact and f.period in ("", ledger.year)
        and f.quantity.span not in spans
    ]  # fmt: skip
    found.sort(key=lambda f: not where.holds(f.quantity.span))
    return distinct(found)[::-1][:WHOLES]
