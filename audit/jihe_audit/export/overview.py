"""``index.html``: one self-contained page for a batch, ready to be looked at while its tables load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jihe_audit.export.budget import Budget
from jihe_audit.export.drawing import bars, columns
from jihe_audit.export.pages import ORDER, data, fill, part
from jihe_audit.export.records import ReportRecord, Summary
from jihe_audit.export.segments import safe
from jihe_audit.issue_text import place_words
from jihe_audit.issue_wording import wording

FULL_MARKS = Decimal(100)
CLASSES = ((0, "60以下"), (60, "60—70"), (70, "70—80"), (80, "80—85"), (85, "85—90"), (90, "90—95"), (95, "95—100"))
MOST_BARS = 40
MOST_FINDINGS = 200_000


@dataclass
class Overview:
    """What the page shows, gathered report by report."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    findings: list[list[Any]] = field(default_factory=list)
    themes: dict[str, int] = field(default_factory=dict)
    new: int = 0

    def add(self, record: ReportRecord) -> None:
        """Take up one report."""
        at = len(self.rows)
        self.rows.append(_row(record.summary, execution(record), total_score(record)))
        words = wording()
        for f in record.findings:
            self.new += f.status == "new"
            if len(self.findings) < MOST_FINDINGS:
                theme = self.themes.setdefault(words.theme(f.category).word, len(self.themes))
                message = f.message if len(f.message) <= 160 else f.message[:159] + "…"
                row = [at, ORDER[f.severity], theme, message, f.fingerprint, place_words(f), int(bool(f.accepted))]
                self.findings.append(row)

    def fail(self, summary: Summary) -> None:
        """Take up a report that could not be read."""
        self.rows.append(_row(summary, None, None))


def _row(s: Summary, rate: Decimal | None, score: Decimal | None) -> dict[str, Any]:
    cover = s.coverage
    share = None
    if cover.money_and_rates:
        share = (Decimal(cover.money_and_rates_judged) / cover.money_and_rates).quantize(Decimal("0.0001"))
    word = {"read": "完整", "partial": "部分", "failed": "未能读取"}[s.status]
    return {
        "report": s.report,
        "unit": s.unit,
        "year": s.year,
        "n": [s.errors, s.warnings, s.infos, s.accepted],
        "figures": cover.quantities,
        "coverage": share,
        "execution": rate,
        "score": score,
        "failed": s.status == "failed",
        "note": "：".join(x for x in (word, s.problem or "；".join(s.notes[:2])) if x),
    }


def execution(record: ReportRecord) -> Decimal | None:
    """Amount spent over the year's budget, when the report gives both."""
    budget = Budget(record)
    spent, full = budget.fact(("执行数",)), budget.fact(("全年预算数", "预算数", "年初预算数"))
    if spent is None or full is None or full.value <= 0:
        return None
    return (spent.value / full.value).quantize(Decimal("0.0001"))


def total_score(record: ReportRecord) -> Decimal | None:
    """The report's own total score out of 100, when it states one."""
    scores = [f.value for f in record.facts if f.measure == "总分" and not f.subject and 0 < f.value <= FULL_MARKS]
    return Counter(scores).most_common(1)[0][0] if scores else None


def _cards(overview: Overview, reports: Sequence[Summary]) -> str:
    failed = sum(s.status == "failed" for s in reports)
    cards = [("报告", len(reports)), ("未能读取", failed)]
    cards += [("确定矛盾", sum(s.errors for s in reports)), ("疑点", sum(s.warnings for s in reports))]
    cards += [("提示", sum(s.infos for s in reports)), ("已接受", sum(s.accepted for s in reports))]
    cards += [("识别数字", sum(s.coverage.quantities for s in reports))]
    return "".join(f'<div class="card"><b>{n}</b>{name}</div>' for name, n in cards)


def _charts(overview: Overview) -> str:
    parts = []
    rated = sorted((r for r in overview.rows if r["execution"] is not None), key=lambda r: r["execution"])
    if rated:
        rows = [(r["unit"] or r["report"], r["execution"], f"{r['execution'] * 100:.2f}%") for r in rated[:MOST_BARS]]
        more = f"（最低的{MOST_BARS}个）" if len(rated) > MOST_BARS else ""
        parts.append(
            f"<figure><figcaption>预算执行率{more}</figcaption>{bars(rows, '预算执行率', Decimal(1))}</figure>"
        )
    scores = [r["score"] for r in overview.rows if r["score"] is not None]
    if scores:
        counts = [(name, sum(_class(s) == least for s in scores)) for least, name in CLASSES]
        parts.append(f"<figure><figcaption>自评得分分布</figcaption>{columns(counts, '自评得分分布')}</figure>")
    covered = sorted((r for r in overview.rows if r["coverage"] is not None), key=lambda r: r["coverage"])
    if covered:
        rows = [(r["unit"] or r["report"], r["coverage"], f"{r['coverage'] * 100:.1f}%") for r in covered[:MOST_BARS]]
        more = f"（最低的{MOST_BARS}个）" if len(covered) > MOST_BARS else ""
        parts.append(f"<figure><figcaption>金额和百分比核对率{more}</figcaption>{bars(rows, '核对率')}</figure>")
    themes = Counter(f[2] for f in overview.findings if f[1] < 2)
    if themes:
        names = {n: word for word, n in overview.themes.items()}
        counts = [(names[n], count) for n, count in themes.most_common(10)]
        parts.append(f"<figure><figcaption>问题类别</figcaption>{columns(counts, '问题类别')}</figure>")
    return "".join(parts)


def _class(score: Decimal) -> int:
    return max(least for least, _ in CLASSES if score >= least)


def batch_page(overview: Overview, reports: Sequence[Summary], notes: Sequence[str] = (), across: str = "") -> str:
    """The page of a batch; ``across`` is the markup of what was found between reports."""
    years = "、".join(sorted({s.year for s in reports if s.year}))
    themes = "".join(f"<option>{safe(word)}</option>" for word in overview.themes)
    worst_first = sorted(overview.findings, key=lambda f: (f[6], f[1], f[0]))
    content = {"reports": overview.rows, "findings": worst_first, "themes": list(overview.themes)}
    return fill(
        "batch.html",
        {
            "title": "绩效自评报告复核总览",
            "css": part("page.css"),
            "sub": safe(f"共 {len(reports)} 份报告　年度：{years or '未标明'}　仅依据报告文本复核，不替代现场评价"),
            "cards": _cards(overview, reports),
            "notes": "".join(f"<p>{safe(n)}</p>" for n in notes),
            "height": str(min(34 * (len(reports) + 1) + 20, 480)),
            "themes": themes,
            "charts": _charts(overview) or '<p class="dim">没有可绘制的数据。</p>',
            "across": across,
            "data": data(content),
            "js": part("batch.js"),
        },
    )
