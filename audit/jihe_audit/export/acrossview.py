"""What reports share, for the batch page and the workbook: heat map, families, passages side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jihe_audit.export.segments import safe
from jihe_audit.reuse import GRADE_WORDS, ReuseReport

MOST_IN_MATRIX = 40
MOST_PASSAGES = 150
SIDE = 900
SHEET_GRADES = ("substantive", "shared")


def sheet_rows(passages: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows of the sheet 跨报告比对, substantive copies first; outline and template stay in the data file."""
    ranked = sorted(
        (p for p in passages if p["grade"] in SHEET_GRADES),
        key=lambda p: (SHEET_GRADES.index(p["grade"]), -len(p["a_quote"]), p["a"], p["b"], p["a_start"]),
    )
    return [
        [
            GRADE_WORDS[p["grade"]],
            *[p["a"], f"{p['a_start']}—{p['a_end']}", p["a_quote"][:1500]],
            *[p["b"], f"{p['b_start']}—{p['b_end']}", p["b_quote"][:1500]],
            *[Decimal(str(p["masked_similarity"])).quantize(Decimal("0.0001")), p["reason"]],
        ]
        for p in ranked
    ]


def across_markup(reuse: ReuseReport, passages: Sequence[Mapping[str, Any]]) -> str:
    """The section 跨报告比对 of the batch page."""
    parts = ["<h2>跨报告比对</h2>", _matrix(reuse), _families(reuse), _passages(passages)]
    notes = "".join(f'<p class="dim">{safe(n)}</p>' for n in reuse.notes)
    return "".join(parts) + notes


def _name(reuse: ReuseReport, report: str) -> str:
    share = reuse.by_report.get(report)
    return share.unit if share and share.unit else report


def _matrix(reuse: ReuseReport) -> str:
    tied = [r.id for r in reuse.reports if any(p.substantive and r.id in (p.a, p.b) for p in reuse.pairs)]
    tied = tied[:MOST_IN_MATRIX]
    if not tied:
        return "<p>未发现报告之间有实质雷同的段落。</p>"
    rows = []
    for name, line in zip(tied, reuse.matrix(tuple(tied)), strict=True):
        cells = []
        for value in line:
            percent = int(value * 100)
            style = f' style="background:rgba(198,40,40,{min(percent, 100) / 100:.2f})"' if percent else ""
            cells.append(f"<td{style}>{f'{percent}%' if percent else ''}</td>")
        rows.append(f"<tr><th>{safe(_name(reuse, name))}</th>{''.join(cells)}</tr>")
    heads = "".join(f"<th>{n}</th>" for n in range(1, len(tied) + 1))
    body = "".join(rows)
    return (
        "<figure><figcaption>实质雷同所占比例（行单位报告中与列单位相同的部分）</figcaption>"
        f'<div class="wide"><table class="matrix"><tr><th></th>{heads}</tr>{body}</table></div></figure>'
    )


def _families(reuse: ReuseReport) -> str:
    lines = []
    for family in reuse.families[:50]:
        members = "、".join(_name(reuse, m) for m in family.members[:20])
        source = f"，来源可能为{_name(reuse, family.source)}" if family.source else ""
        kind = "同一单位各年度报告" if family.same_unit else "不同单位报告"
        lines.append(f"<li>{safe(f'{kind}：{members}{source}')}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _passages(passages: Sequence[Mapping[str, Any]]) -> str:
    ranked = sorted(
        (p for p in passages if p["grade"] == "substantive"), key=lambda p: (-len(p["a_quote"]), p["a"], p["b"])
    )
    out = []
    for p in ranked[:MOST_PASSAGES]:
        head = f"{p['a']} 与 {p['b']}：{len(p['a_quote'])} 字，相似度 {p['masked_similarity'] * 100:.0f}%"
        sides = "".join(f"<div>{_changed(p, side)}</div>" for side in ("a", "b"))
        reason = safe(str(p["reason"]))
        out.append(f'<details><summary>{safe(head)}</summary><div class="pair">{sides}</div><p>{reason}</p></details>')
    return "".join(out)


def _changed(passage: Mapping[str, Any], side: str) -> str:
    """One side's quote with the words that differ marked."""
    text = safe(passage[f"{side}_quote"][:SIDE])
    for change in passage["changed"]:
        word = safe(str(change.get(side, "") if isinstance(change, Mapping) else ""))
        if len(word) > 1 and f"<mark>{word}</mark>" not in text:
            text = text.replace(word, f"<mark>{word}</mark>", 1)
    return text.replace("\n", "<br>")
