"""What reports share, as it stands on the batch page: heat map, families, passages side by side."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from zlib import crc32

from rapidfuzz.distance import Indel

from jihe_audit.export.segments import safe
from jihe_audit.reuse import GRADE_WORDS, Grade, PairSummary, ReuseReport, section_name

MOST_IN_MATRIX = 40
MOST_PASSAGES = 150
MOST_REPORTS = 200
SIDE = 900
JOINED = 2
"""Equal stretches no longer than this between two differences are marked with them."""
_NUMERIC = frozenset("0123456789.,%０１２３４５６７８９．，％")
GRADE_CLASSES: dict[Grade, str] = {"substantive": "g3", "shared": "g2", "template": "g1", "outline": "g0"}

Row = Mapping[str, Any]


def across_markup(reuse: ReuseReport, passages: Iterable[Row]) -> str:
    """The section 跨报告比对 of the batch page; ``passages`` are the rows of ``reuse.jsonl``."""
    ranked = heapq.nsmallest(
        MOST_PASSAGES,
        (p for p in passages if p["grade"] == "substantive"),
        key=lambda p: (-len(p["a_quote"]), p["a"], p["b"], p["a_start"]),
    )
    shown = {(p["a"], p["b"]) for p in ranked}
    notes = "".join(f'<p class="dim">{safe(n)}</p>' for n in reuse.notes)
    parts = [
        "<h2>跨报告比对</h2>",
        notes,
        _matrix(reuse, shown),
        _families(reuse),
        _shares(reuse),
        _pairs(reuse, ranked),
    ]
    return "".join(parts)


def called(reuse: ReuseReport, report: str) -> str:
    """The unit of a report, with its year when the set holds several reports of it; else the report's name."""
    share = reuse.by_report.get(report)
    if share is None or not share.unit:
        return report
    several = reuse.of_unit[share.unit] > 1
    return f"{share.unit}{share.year}年" if several and share.year else share.unit


def matrix_members(reuse: ReuseReport, most: int) -> tuple[str, ...]:
    """The reports that share substance with others, those with the most first; in the set's order."""
    weight: Counter[str] = Counter()
    for pair in reuse.pairs:
        if pair.substantive:
            weight[pair.a] += pair.substantive
            weight[pair.b] += pair.substantive
    chosen = {name for name, _ in sorted(weight.items(), key=lambda x: (-x[1], x[0]))[:most]}
    return tuple(r.id for r in reuse.reports if r.id in chosen)


def _anchor(a: str, b: str) -> str:
    return f"p{crc32(f'{a}{chr(0)}{b}'.encode('utf-8', 'surrogatepass')):x}"


def _matrix(reuse: ReuseReport, shown: set[tuple[str, str]]) -> str:
    tied = matrix_members(reuse, MOST_IN_MATRIX)
    if not tied:
        return "<p>未发现报告之间有实质雷同的段落。</p>"
    rows = []
    for n, (name, line) in enumerate(zip(tied, reuse.matrix(tied), strict=True), 1):
        cells = []
        for other, value in zip(tied, line, strict=True):
            percent = int(value * 100)
            style = f' style="background:rgba(198,40,40,{min(percent, 100) / 100:.2f})"' if value else ""
            pair = (name, other) if (name, other) in shown else (other, name)
            words = f"{percent}%" if percent else "&lt;1%" if value else ""
            link = f'<a href="#{_anchor(*pair)}">{words}</a>' if words and pair in shown else words
            cells.append(f"<td{style}>{'—' if name == other else link}</td>")
        rows.append(f"<tr><th>{n} {safe(called(reuse, name))}</th>{''.join(cells)}</tr>")
    heads = "".join(f'<th title="{safe(called(reuse, name))}">{n}</th>' for n, name in enumerate(tied, 1))
    body = "".join(rows)
    return (
        "<figure><figcaption>实质雷同所占比例（行报告的文字中与列报告相同的部分；点击查看段落）</figcaption>"
        f'<div class="wide"><table class="matrix"><tr><th></th>{heads}</tr>{body}</table></div></figure>'
    )


def _families(reuse: ReuseReport) -> str:
    lines = []
    for family in reuse.families[:50]:
        members = "、".join(called(reuse, m) for m in family.members[:20])
        more = f"等{len(family.members)}份" if len(family.members) > 20 else ""
        source = f"，来源可能为{called(reuse, family.source)}" if family.source else ""
        kind = "同一单位各年度报告" if family.same_unit else "不同单位报告"
        lines.append(f"<li>{safe(f'{kind}：{members}{more}，相互雷同共{family.substantive}字{source}')}</li>")
    return f"<h3>雷同报告群</h3><ul>{''.join(lines)}</ul>" if lines else ""


def _shares(reuse: ReuseReport) -> str:
    """How much of every report is whose, the least original first."""
    rows = []
    for report in sorted(reuse.reports, key=lambda r: (r.original, r.id))[:MOST_REPORTS]:
        bars = "".join(
            f'<i class="{GRADE_CLASSES[g]}" style="width:{report.shares.get(g, 0):.1%}"></i>' for g in GRADE_CLASSES
        )
        least = sorted((s for s in report.sections if s.length >= 100), key=lambda s: s.original)[:3]
        sections = "、".join(f"{section_name(s.kind)}{s.original:.0%}" for s in least if s.original < 0.9)
        name = called(reuse, report.id)
        where = f'<span class="dim">{safe(report.id)}</span>' if name != report.id else ""
        rows.append(
            f"<tr><th>{safe(name)} {where}</th><td>{report.original:.0%}</td>"
            f'<td><div class="mix">{bars}</div></td><td>{safe(sections)}</td></tr>'
        )
    key = "".join(f'<i class="{GRADE_CLASSES[g]}"></i>{GRADE_WORDS[g]}　' for g in GRADE_CLASSES)
    return (
        f'<details{" open" if len(rows) <= 20 else ""}><summary>各报告原创文字比例</summary><p class="mixkey">{key}</p>'
        '<div class="wide"><table class="shares"><tr><th>报告</th><th>原创</th><th>构成</th>'
        f"<th>原创最少的部分</th></tr>{''.join(rows)}</table></div></details>"
    )


_LEGEND = (
    "<h3>实质雷同的段落</h3>"
    '<p class="dim">左右两栏是同一段文字在两份报告中的原文；底色处两份不同，粗体是残留的对方名称；'
    "每段下面写明认定的理由。共用短句见雷同段落表；地区模板和规定提纲只计入比例。</p>"
)


def _pairs(reuse: ReuseReport, ranked: Sequence[Row]) -> str:
    """The passages pair by pair, the pair with the most text first."""
    summaries = {(p.a, p.b): p for p in reuse.pairs}
    by_pair = sorted(ranked, key=lambda p: (p["a"], p["b"], p["b_start"]))
    groups = [(pair, list(found)) for pair, found in groupby(by_pair, key=lambda p: (p["a"], p["b"]))]
    groups.sort(key=lambda group: (-sum(len(p["a_quote"]) for p in group[1]), group[0]))
    if not groups:
        return ""
    return _LEGEND + "".join(_pair(reuse, summaries.get(pair), pair, found) for pair, found in groups)


def _pair(reuse: ReuseReport, summary: PairSummary | None, pair: tuple[str, str], found: Sequence[Row]) -> str:
    names = [called(reuse, name) for name in pair]
    total = summary.substantive if summary else sum(len(p["b_quote"]) for p in found)
    head = f"{names[0]} 与 {names[1]}：实质雷同 {total} 字"
    if summary and summary.source:
        head += f"，疑由{names[0] if summary.source == 'a' else names[1]}而来"
    files = f"左：{pair[0]}　右：{pair[1]}"
    body = "".join(_passage(p) for p in found)
    return (
        f'<details class="copies" id="{_anchor(*pair)}"><summary>{safe(head)}</summary>'
        f'<p class="dim">{safe(files)}</p>{body}</details>'
    )


def _passage(p: Row) -> str:
    left, right = highlighted(p)
    kinds = dict.fromkeys(section_name(p.get(f"section_{side}", "")) for side in "ab")
    words = f"{'／'.join(kinds)}　{len(p['b_quote'])} 字　相似度 {p['masked_similarity']:.0%}"
    if p["similarity"] < p["masked_similarity"]:
        words += f"（连数字、名称一并比较 {p['similarity']:.0%}）"
    kept = list(dict.fromkeys(c["a"] for c in p["changed"] if c["what"] == "数字相同"))
    foreign = list(dict.fromkeys(c["b"] for c in p["changed"] if c["what"] == "名称残留"))
    facts = [f"残留对方名称：{'、'.join(foreign)}"] if foreign else []
    facts += [f"数值相同：{'、'.join(kept[:8])}"] if kept else []
    facts.append(str(p["reason"]))
    return (
        f'<p class="dim">{safe(words)}</p><div class="pair"><div>{left}</div><div>{right}</div></div>'
        f"<p>{safe('；'.join(facts))}</p>"
    )


def highlighted(passage: Row) -> tuple[str, str]:
    """Both quotes as markup, what differs between them marked on either side, names left over in bold."""
    a, b = passage["a_quote"][:SIDE], passage["b_quote"][:SIDE]
    foreign = {c["b"] for c in passage["changed"] if c["what"] == "名称残留"}
    marks: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for op in Indel.opcodes(a, b):
        if op.tag != "equal":
            for text, spans, start, end in (
                (a, marks[0], op.src_start, op.src_end),
                (b, marks[1], op.dest_start, op.dest_end),
            ):
                if start < end:
                    _mark(text, spans, start, end)
    more = tuple("…" if len(passage[f"{side}_quote"]) > SIDE else "" for side in "ab")
    left, right = (_marked(text, spans, foreign) for text, spans in ((a, marks[0]), (b, marks[1])))
    return left + more[0], right + more[1]


def _mark(text: str, spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a stretch to the marks: whole numbers, and together with what is next to it."""
    while start and text[start - 1] in _NUMERIC and text[start] in _NUMERIC:
        start -= 1
    while end < len(text) and text[end] in _NUMERIC and text[end - 1] in _NUMERIC:
        end += 1
    while spans and start - spans[-1][1] <= JOINED:
        before = spans.pop()
        start, end = min(start, before[0]), max(end, before[1])
    spans.append((start, end))


def _marked(text: str, spans: Sequence[tuple[int, int]], foreign: Iterable[str]) -> str:
    out = []
    for start, end, changed in _pieces(len(text), spans):
        piece = safe(text[start:end])
        for name in foreign:
            piece = piece.replace(safe(name), f"<b>{safe(name)}</b>")
        out.append(f"<mark>{piece}</mark>" if changed and text[start:end].strip() else piece)
    return "".join(out).replace("\n", "<br>")


def _pieces(length: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for start, end in spans:
        if at < start:
            yield at, start, False
        yield start, end, True
        at = end
    if at < length:
        yield at, length, False
