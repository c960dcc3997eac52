"""What reuse tells an evaluator: findings of the set, with both quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec.structs import replace

from jihe_audit.finding import Evidence, Finding, Severity
from jihe_audit.reuse.differences import Change
from jihe_audit.reuse.families import total, union
from jihe_audit.reuse.report import Family, Passage, ReportShare, ReuseReport, SameText
from jihe_audit.reuse.sections import section_kinds
from jihe_extract.document import Span

LONG = 200
"""From so many reused code points on, a copy is a suspicion (warning) and no mere remark (info)."""
WHOLE = 0.6
"""From this share on, a report that repeats the unit's own of an earlier year is a suspicion too."""
_SHOWN = 5
_BASIS = ("CY10",)


@dataclass(frozen=True, slots=True)
class _Taken:
    """One passage seen from the report that probably took it: its own side first."""

    passage: Passage
    turned: bool

    @property
    def own(self) -> tuple[str, int, int, str]:
        p = self.passage
        return (p.a, p.a_start, p.a_end, p.a_quote) if self.turned else (p.b, p.b_start, p.b_end, p.b_quote)

    @property
    def other(self) -> tuple[str, int, int, str]:
        p = self.passage
        return (p.b, p.b_start, p.b_end, p.b_quote) if self.turned else (p.a, p.a_start, p.a_end, p.a_quote)

    @property
    def kind(self) -> str:
        return section_kinds()[self.passage.kind_a if self.turned else self.passage.kind_b].name


def _evidence(side: tuple[str, int, int, str], kind: str = "") -> Evidence:
    report, start, end, quote = side
    return Evidence(quote=quote, span=Span(start, end), section=(kind,) if kind else (), report=report)


def _pairs(report: ReuseReport) -> Iterator[tuple[ReportShare, ReportShare, list[_Taken]]]:
    """(taker, giver, passages) of every pair; the later report by year and id takes when nothing tells.

    What a unit already wrote in an earlier report of its own it did not take from another.
    """
    known, others = report.by_report, {other.id: other for other in report.others}
    inherited = _inherited(report)
    for (a, b), found in groupby(report.passages, key=lambda p: (p.a, p.b)):
        sides: dict[bool, list[_Taken]] = {False: [], True: []}
        for passage in found:
            turned = passage.source == "b" or (b not in known and a in known)
            sides[turned].append(_Taken(passage, turned))
        for turned, taken in sides.items():
            taker, giver = (known.get(a), b) if turned else (known.get(b), a)
            if taker is None:
                continue
            other = known.get(giver) or others.get(giver) or _stranger(giver)
            if not taker.unit or taker.unit != other.unit:
                own = inherited.get(taker.id, [])
                taken = [t for t in taken if not _within(t.own[1], t.own[2], own)]
            if taken:
                yield taker, other, sorted(taken, key=lambda t: t.own[1])


def _inherited(report: ReuseReport) -> dict[str, list[tuple[int, int]]]:
    """The stretches of every report that stand in an earlier report of the same unit."""
    authors = {share.id: share for share in (*report.others, *report.reports)}
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for p in report.passages:
        a, b = authors.get(p.a), authors.get(p.b)
        if a is not None and b is not None and a.unit and a.unit == b.unit and a.year != b.year and p.source:
            span = (p.b, p.b_start, p.b_end) if p.source == "a" else (p.a, p.a_start, p.a_end)
            spans[span[0]].append(span[1:])
    return {name: union(found) for name, found in spans.items()}


def _within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the spans cover most of a stretch."""
    covered = sum(max(min(end, high) - max(start, low), 0) for low, high in spans)
    return covered >= 0.8 * (end - start)


def _stranger(name: str) -> ReportShare:
    """A report that was only compared against."""
    return ReportShare(name, "", "", "", 0, 0.0, {})


def _called(share: ReportShare) -> str:
    named = f"{share.unit}{share.year}年度报告" if share.unit and share.year else share.unit
    return f"{named}（{share.id}）" if named else share.id


def _changes(found: Iterable[_Taken], what: str) -> list[Change]:
    return [change for taken in found for change in taken.passage.changed if change.what == what]


def _paired_evidence(found: Sequence[_Taken]) -> tuple[Evidence, ...]:
    longest = sorted(found, key=lambda t: (-t.passage.length, t.own[1]))[:_SHOWN]
    return tuple(evidence for t in longest for evidence in (_evidence(t.own, t.kind), _evidence(t.other)))


def _of(share: ReportShare, finding: Finding) -> Finding:
    """The finding with the report that it is about."""
    return replace(
        finding, basis=_BASIS, consequence="text", report=share.id, unit=share.unit, year=share.year
    )  # fmt: skip


def _copied(taker: ReportShare, giver: ReportShare, found: Sequence[_Taken]) -> Finding:
    """R5, R6 or R7: the substance of one pair, in one finding."""
    length = total((t.own[1], t.own[2]) for t in found)
    share = length / max(taker.length, 1)
    kinds = "、".join(dict.fromkeys(t.kind for t in found))
    same_unit = bool(taker.unit) and taker.unit == giver.unit and taker.year != giver.year
    masked = all(t.passage.masked_similarity >= 0.97 for t in found)
    touched = bool(_changes(found, "数字改动") or _changes(found, "名称替换"))
    says = f"与{_called(giver)}有{len(found)}处共{length}字实质雷同（占本报告{share:.1%}），涉及{kinds}"
    if same_unit:
        rule, title = "R7", "沿用本单位往年报告"
        says += "；同一单位以前年度的文字被沿用"
    elif masked and touched:
        rule, title = "R6", "只换名称和数字的雷同段落"
        says += "；除名称、数字外文字相同"
    else:
        rule, title = "R5", "与其他单位报告实质雷同"
    telling = share >= WHOLE if same_unit else length >= LONG
    severity: Severity = "warning" if telling else "info"
    told = Finding(
        rule=rule,
        severity=severity,
        says=says + "。",
        evidence=_paired_evidence(found),
        category="M01",
        title=title,
        explanation=_direction(found),
        advice="请逐段核对雷同内容是否反映本单位实际；不能说明的，按本单位实际情况重写。",
    )
    return _of(taker, told)


def _direction(found: Sequence[_Taken]) -> str:
    sides = {t.passage.source for t in found}
    if sides == {None}:
        return "仅凭文字不能判断谁先谁后。"
    if _changes(found, "名称残留"):
        return "文中残留对方单位名称，本报告可能抄自对方。"
    return "对方报告年度在前，本报告可能沿用其文字。"


def _names_left(taker: ReportShare, giver: ReportShare, found: Sequence[_Taken]) -> Finding | None:
    """R11: the other unit's name stands in this report."""
    own_side = {t: ("a" if t.turned else "b") for t in found}
    evidence = []
    names = []
    for t in found:
        for change in t.passage.changed:
            if change.what == "名称残留" and change.at == own_side[t]:
                names.append(change.b)
                _, start, _, quote = t.own
                word = quote[change.start - start : change.end - start]
                evidence += [Evidence(word, Span(change.start, change.end), report=taker.id), _evidence(t.other)]
    if not evidence:
        return None
    shown = "、".join(f"“{n}”" for n in dict.fromkeys(names))
    told = Finding(
        rule="R11",
        severity="warning",
        says=f"与{_called(giver)}雷同的段落中出现对方单位名称{shown}，疑为抄录后未改净。",
        evidence=tuple(evidence[: 2 * _SHOWN]),
        category="M01",
        title="残留其他单位名称",
        advice="请核实该处名称；如系抄录所留，应改正并核对整段内容。",
    )
    return _of(taker, told)


def _numbers_kept(taker: ReportShare, giver: ReportShare, found: Sequence[_Taken]) -> Finding | None:
    """R9: figures that two units would hardly have in common."""
    kept = [(t, c.b) for t in found for c in t.passage.changed if c.what == "数字相同"]
    if not kept or (taker.unit and taker.unit == giver.unit and taker.year == giver.year):
        return None
    numbers = list(dict.fromkeys(number for _, number in kept))
    holders = list(dict.fromkeys(t for t, _ in kept))
    says = f"与{_called(giver)}的同文段落中有{len(numbers)}个数值完全相同：{'、'.join(numbers[:8])}"
    if len(numbers) > 8:
        says += "等"
    title, advice = "两份报告数值相同", "请提供相同数值各自的佐证材料（问卷、台账、凭证），核实是否独立取得。"
    if taker.unit and taker.unit == giver.unit:
        title, advice = "与往年报告数值相同", "请核实本年度数据是否已据实更新，并提供本年度的佐证材料。"
    told = Finding(
        rule="R9",
        severity="warning" if len(numbers) >= 3 else "info",
        says=says + "。",
        evidence=_paired_evidence(holders),
        category="M02",
        title=title,
        advice=advice,
        needs=("满意度问卷、统计台账等原始资料",),
    )
    return _of(taker, told)


def _weight(p: Passage) -> tuple[int, tuple[str, str, int, int, int, int]]:
    return p.length, p.key


def _longest(report: ReuseReport) -> dict[tuple[str, str], Passage]:
    """The longest substantive passage of every pair that ties a family of three or more."""
    ties = {link for family in report.families if len(family.members) > 2 for link in family.links}
    longest: dict[tuple[str, str], Passage] = {}
    for p in report.passages if ties else ():
        link = (p.a, p.b)
        if p.grade == "substantive" and link in ties and (link not in longest or _weight(p) > _weight(longest[link])):
            longest[link] = p
    return longest


def _family(report: ReuseReport, family: Family, longest: Mapping[tuple[str, str], Passage]) -> Finding:
    """R10: one cluster of three or more reports; of two, the copy itself says all."""
    known = report.by_report
    members = [known[m] for m in family.members if m in known]
    first = members[0] if members else _stranger(family.members[0])
    names = "、".join(_called(known[m]) if m in known else m for m in family.members[:8])
    more = f"等{len(family.members)}份" if len(family.members) > 8 else f"{len(family.members)}份"
    shares = "；".join(f"{_called(m)}原创文字占{m.original:.0%}" for m in members[:8])
    source = f"，可能的来源是{_called(known[family.source])}" if family.source in known else ""
    best = max((longest[link] for link in family.links if link in longest), key=_weight, default=None)
    told = Finding(
        rule="R10",
        severity="info",
        says=f"{names}{more}报告互有实质雷同，共{family.substantive}字{source}。",
        evidence=_paired_evidence([_Taken(best, False)]) if best else (),
        category="M01",
        title="雷同报告群",
        working=shares,
        advice="建议同一批次合并复核，先核对来源报告，再核对其余报告。",
    )
    return _of(first, told)


def _same_text(report: ReuseReport, same: SameText) -> Finding:
    """R5 in full: reports that are one text."""
    known = [report.by_report[m] for m in same.members if m in report.by_report]
    first = known[-1] if known else _stranger(same.members[-1])
    shown = "、".join(same.members[:8]) + ("等" if len(same.members) > 8 else "")
    quotes = (Evidence(same.opening, Span(0, len(same.opening)), report=m) for m in same.members[:_SHOWN])
    told = Finding(
        rule="R5",
        severity="warning",
        says=f"{shown}共{len(same.members)}份报告全文相同（数字亦同）。",
        evidence=tuple(quotes),
        category="M01",
        title="报告全文相同",
        advice="请核实是否重复提交；不同单位的报告应各按实际情况编写。",
    )
    return _of(first, told)


def findings(report: ReuseReport) -> list[Finding]:
    """The findings of a set, sorted by report: copies (R5–R7), equal figures (R9), families (R10), names left (R11).

    Copies are suspicions, never proven contradictions: no finding is an error. Evidence comes in pairs, the
    report at fault first, its counterpart after it; offsets belong to the canonical text of ``Evidence.report``.
    """
    found: list[Finding] = []
    for taker, giver, taken in _pairs(report):
        own = [t for t in taken if t.passage.grade == "substantive"]
        alike = [t for t in taken if t.passage.grade != "outline"]
        found += [_copied(taker, giver, own)] if own else []
        found += [f for f in (_names_left(taker, giver, alike), _numbers_kept(taker, giver, alike)) if f]
    found += [_same_text(report, same) for same in report.same]
    longest = _longest(report)
    found += [_family(report, family, longest) for family in report.families if len(family.members) > 2]
    return sorted(found, key=lambda f: (f.report, f.rule, f.evidence[0].span if f.evidence else Span(0, 0), f.says))
