"""Self-contained HTML: one page per report. Nothing is fetched; everything is inside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jihe_audit.export.drawing import budget_pictures, coverage_bar
from jihe_audit.export.images import PageImage
from jihe_audit.export.records import FindingRecord, IndicatorRecord, Pair, ReportRecord, encode
from jihe_audit.export.segments import body, safe
from jihe_audit.issue_text import place_words
from jihe_audit.issue_wording import wording
from jihe_audit.issues import Cite

ORDER = {"error": 0, "warning": 1, "info": 2}
PLACES = Decimal("0.0001")


@cache
def part(name: str) -> str:
    """One of the page's parts: markup, style or script."""
    return (files("jihe_audit") / "export" / "page" / name).read_text(encoding="utf-8")


def fill(template: str, values: dict[str, str]) -> str:
    """The template with its places filled in one pass, so that filled text is never filled again."""
    out = []
    for n, piece in enumerate(part(template).split("{{")):
        if n == 0:
            out.append(piece)
            continue
        name, _, rest = piece.partition("}}")
        out += (values[name], rest)
    return "".join(out)


def data(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = encode(value).decode("utf-8", "replace")
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def page_path(report: str) -> str:
    """Where the page of a report lies below the output folder."""
    return f"报告页/{report}.html"


def _back(report: str) -> str:
    return "../" * (report.count("/") + 1) + "index.html"


def in_order(record: ReportRecord) -> ReportRecord:
    """The record with its findings as the page lists them: open before accepted, worst first, then by place."""

    def rank(f: FindingRecord) -> tuple[int, int, int]:
        return bool(f.accepted), ORDER[f.severity], f.evidence[0].start if f.evidence else 0

    import msgspec

    return msgspec.structs.replace(record, findings=tuple(sorted(record.findings, key=rank)))


def _picture(record: ReportRecord, f: FindingRecord) -> dict[str, Any] | None:
    """Both intervals on one scale from 0 to 1, and how they read."""
    if f.stated is None or f.computed is None:
        return None
    low, high = min(f.stated[0], f.computed[0]), max(f.stated[1], f.computed[1])
    span = high - low or Decimal(1)
    unit = _unit(record, f)

    def along(pair: Pair) -> list[Decimal]:
        return [((v - low) / span).quantize(PLACES) for v in pair]

    return {
        "stated": along(f.stated),
        "computed": along(f.computed),
        "words": [_interval_words(f.stated, unit), _interval_words(f.computed, unit)],
    }


def _unit(record: ReportRecord, f: FindingRecord) -> str:
    first = f.evidence[0] if f.evidence else None
    if first is None:
        return ""
    return next((x.unit for x in record.facts if first.start < x.end and x.start < first.end), "")


def _interval_words(pair: Pair, unit: str) -> str:
    """An interval for people; equal bounds are one number."""
    scale, name = {"CNY": (Decimal("0.0001"), "万元"), "%": (Decimal(100), "%")}.get(unit, (Decimal(1), unit))
    low, high = (_trim(v * scale) for v in pair)
    return f"{low}{name}" if low == high else f"{low} 至 {high}{name}"


def _trim(value: Decimal) -> str:
    text = format(value.quantize(Decimal("0.000001")), ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def finding_data(record: ReportRecord, f: FindingRecord, cite: Cite) -> dict[str, Any]:
    """One finding as the page's script wants it."""
    basis = [title for _, title, _ in cite(f.basis, f.year)] if f.severity != "info" else []
    return {
        "severity": f.severity,
        "message": f.message,
        "working": f.working,
        "place": place_words(f),
        "picture": _picture(record, f),
        "explanation": f.explanation,
        "consequences": f.consequences,
        "basis": basis,
        "advice": f.advice,
        "needs": wording().named(f.needs),
        "accepted": f.accepted,
        "status": f.status,
        "fingerprint": f.fingerprint,
        "search": f"{f.message} {f.working} {f.explanation}".lower(),
        "evidence": [
            {
                "quote": e.quote if len(e.quote) <= 400 else e.quote[:399] + "…",
                "place": e.place,
                "start": e.start,
                "end": e.end,
                "report": "" if e.report in ("", record.report) else e.report,
            }
            for e in f.evidence
        ],
    }


def report_page(record: ReportRecord, cite: Cite, images: Sequence[PageImage] = (), compared: bool = False) -> str:
    """The page of one report."""
    record = in_order(record)
    s = record.summary
    title = f"{s.unit or s.report} {s.year + '年度' if s.year else ''}".strip()
    tree = budget_pictures(record)
    rows = _indicators(record.indicators)
    tabs = [("text", "报告原文")]
    tabs += [("images", "页面图像")] if images else []
    tabs += [("tree", "预算勾稽")] if tree else []
    tabs += [("rows", "指标得分")] if rows else []
    buttons = "".join(
        f'<button type="button" data-tab="{name}" aria-pressed="{"true" if n == 0 else "false"}">{words}</button>'
        for n, (name, words) in enumerate(tabs)
    )
    cover = s.coverage
    borne_out = f"（其中旁证 {cover.borne_out}）" if cover.borne_out else ""
    sub = f"{s.report}　识别数字 {cover.quantities} 个：已核实 {cover.verified}{borne_out}，"
    sub += f"不符 {cover.contradicted}，未核对 {cover.unchecked}"
    sub += "".join(f"　{n}" for n in s.notes[:3])
    return fill(
        "report.html",
        {
            "title": safe(title),
            "css": part("page.css"),
            "sub": safe(sub),
            "back": quote(_back(s.report)),
            "tabs": buttons,
            "cover": coverage_bar(s),
            "body": body(record),
            "tree": tree or '<p class="dim">报告没有可绘制的预算数据。</p>',
            "rows": rows,
            "images": _images(record, images),
            "errors": str(s.errors),
            "warnings": str(s.warnings),
            "infos": str(s.infos),
            "data": data({"compared": compared, "findings": [finding_data(record, f, cite) for f in record.findings]}),
            "js": part("report.js"),
        },
    )


def _indicators(rows: Sequence[IndicatorRecord]) -> str:
    if not rows:
        return ""
    heads = ("一级指标", "二级指标", "三级指标", "指标值", "年中", "完成值", "完成率", "分值", "得分", "偏差原因")
    lines = []
    for r in rows:
        figures = [(f.quote if f else "") for f in (r.target, r.mid_year, r.actual, r.completion, r.weight, r.score)]
        figures[0], figures[2] = figures[0] or r.target_text, figures[2] or r.actual_text
        cells = [*([""] * (3 - len(r.path)) + list(r.path))[-3:], *figures, r.reason]
        lines.append("<tr>" + "".join(f"<td>{safe(c)}</td>" for c in cells) + "</tr>")
    head = "".join(f"<th>{h}</th>" for h in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(lines)}</table></div>'


def _images(record: ReportRecord, images: Sequence[PageImage]) -> str:
    if not images:
        return ""
    boxes: dict[int, list[str]] = {}
    for n, finding in enumerate(record.findings):
        for e in finding.evidence:
            if e.report not in ("", record.report):
                continue
            for page, x0, top, x1, bottom in e.boxes:
                size = f'x="{x0}" y="{top}" width="{x1 - x0}" height="{bottom - top}"'
                boxes.setdefault(page, []).append(
                    f'<rect data-f="{n}" {size}><title>{safe(finding.message)}</title></rect>'
                )
    pages = []
    for i in images:
        marks = "".join(boxes.get(i.page, []))
        over = f'<svg viewBox="0 0 {i.width} {i.height}" preserveAspectRatio="none">{marks}</svg>'
        picture = f'<img alt="第{i.page}页" loading="lazy" src="{i.source}">'
        pages.append(f'<div class="page" data-page="{i.page}">{picture}{over}</div>')
    return f'<section class="tab" id="images" hidden>{"".join(pages)}</section>'
