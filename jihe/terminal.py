"""What a person sees in the terminal: progress while it works, findings as a linter prints them."""

from __future__ import annotations

import sys
import time
from decimal import Decimal

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from jihe_audit.export.records import CheckRecord, Coverage, FindingRecord, ReportRecord
from jihe_audit.finding import SEVERITY_WORDS
from jihe_audit.issue_wording import wording

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
RANK = {"error": 0, "warning": 1, "info": 2}
CONTEXT = 28


def console(stderr: bool = False) -> Console:
    """A console that wraps long Chinese lines only on a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() else 10_000
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=wide is not None, width=wide)


class _Rate(ProgressColumn):
    """Reports per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} 份/秒" if speed else "— 份/秒")


class Watch:
    """Progress of a screening: a bar with rate and remaining time on a terminal, plain lines otherwise."""

    def __init__(self) -> None:
        self._console = console(stderr=True)
        self._bar: Progress | None = None
        self._task: object = None
        self._total = self._done = 0
        self._started = time.monotonic()

    def begin(self, total: int, kept: int) -> None:
        """Say how much there is to do."""
        self._total, self._started = total, time.monotonic()
        if kept:
            self._console.print(f"沿用上次已完成的 {kept} 份，本次审核 {total} 份")
        if not total:
            return
        if self._console.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("审核"),
                BarColumn(),
                MofNCompleteColumn(),
                _Rate(),
                TextColumn("剩余"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[name]}"),
                console=self._console,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=total, name="")
        else:
            self._console.print(f"开始审核，共 {total} 份")

    def done(self, report: str, message: str) -> None:
        """One report ended."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._task, advance=1, name=report[-40:])  # type: ignore[arg-type]
            if message:
                self._bar.console.print(Text(f"✗ {report}：{message}", style="red"))
        else:
            spent = time.monotonic() - self._started
            mark = f"未完成：{message}" if message else "完成"
            self._console.print(f"[{self._done}/{self._total}] {report} {mark}（用时 {spent:.1f} 秒）")
        if self._done >= self._total:
            self.close()

    def stage(self, words: str) -> None:
        """The next part of the work."""
        self.close()
        self._console.print(f"{words}…")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def print_report(out: Console, record: ReportRecord, *, infos: bool = True) -> None:
    """All findings of a report, worst first, then the coverage."""
    summary = record.summary
    kind = wording().titles.get(summary.kind, "")
    who = " ".join(x for x in (summary.unit, f"{summary.year}年度" if summary.year else "", kind) if x)
    out.print(Text.assemble((summary.report, "bold"), ("  " + who, "dim")))
    for note in summary.notes:
        out.print(Text(f"  读取说明：{note}", style="dim"))
    shown = [f for f in record.findings if infos or f.severity != "info"]
    for finding in sorted(
        shown, key=lambda f: (bool(f.accepted), RANK[f.severity], f.evidence[0].start if f.evidence else 0)
    ):
        out.print()
        print_finding(out, finding, record.text)
    out.print()
    print_end(out, record)


def print_finding(out: Console, finding: FindingRecord, text: str) -> None:
    """One finding: place, what is wrong, the quote in its line, the formula, why, and what to do."""
    first = finding.evidence[0] if finding.evidence else None
    word = f"已接受·{SEVERITY_WORDS[finding.severity]}" if finding.accepted else SEVERITY_WORDS[finding.severity]  # type: ignore[index]
    head = Text.assemble((word, STYLES[finding.severity]))
    if first is not None:
        line = text.count("\n", 0, first.start) + 1
        column = first.start - (text.rfind("\n", 0, first.start) + 1) + 1
        head.append(f"  {finding.report}:{line}:{column}", style="bold")
        if first.place:
            head.append(f"  {first.place}", style="dim")
    head.append(f"  {finding.rule}", style="dim")
    if finding.category:
        head.append(f"/{finding.category}", style="dim")
    out.print(_indented(head, 2))
    out.print(_indented(Text(clean(finding.message)), 2))
    if first is not None:
        out.print(_indented(_context(text, first.start, first.end, STYLES[finding.severity]), 4))
    rows = [("算式", finding.working), ("可能原因", finding.explanation)]
    rows += [("连带影响", c) for c in finding.consequences]
    rows += [("建议", finding.advice), ("需补充", "、".join(finding.needs)), ("接受理由", finding.accepted)]
    for name, words in rows:
        if words:
            out.print(_indented(Text.assemble((f"{name}：", "dim"), clean(words)), 4))
    for other in finding.evidence[1:6]:
        seen = Text.assemble(("另见：", "dim"), f"“{clean(short(other.quote, 60))}”", (f"  {other.place}", "dim"))
        out.print(_indented(seen, 4))
    out.print(_indented(Text(f"编号：{finding.fingerprint}", style="dim"), 4))


def _indented(text: Text, by: int) -> Padding:
    """The text set in, with all of its lines."""
    return Padding(text, (0, 0, 0, by), expand=False)


def _context(text: str, start: int, end: int, style: str) -> Text:
    """The quote inside its line, marked."""
    left = max(text.rfind("\n", 0, start) + 1, start - CONTEXT)
    stop = text.find("\n", end)
    right = min(stop if stop >= 0 else len(text), end + CONTEXT)
    line = Text("│ ", style="dim")
    line.append("…" if left > text.rfind("\n", 0, start) + 1 else "", style="dim")
    line.append(clean(text[left:start]))
    line.append("«" + clean(short(text[start:end], 200)) + "»", style=style)
    line.append(clean(text[end:right]))
    line.append("…" if stop < 0 or right < stop else "", style="dim")
    return line


def print_end(out: Console, record: ReportRecord) -> None:
    """Coverage, and the sum of it."""
    summary, cover = record.summary, record.summary.coverage
    out.print(Text("  " + coverage_words(cover)))
    tails = [c for c in record.checks if c.verdict == "tail"]
    passed = sum(c.verdict == "pass" for c in record.checks)
    out.print(
        Text(f"  勾稽关系 {len(record.checks)} 条：相符 {passed}，尾差 {len(tails)}，不符 {_failed(record.checks)}")
    )
    words = f"  确定矛盾 {summary.errors}，疑点 {summary.warnings}，提示 {summary.infos}"
    if summary.accepted:
        words += f"，已接受 {summary.accepted}"
    out.print(Text(words, style="bold"))


def _failed(checks: tuple[CheckRecord, ...]) -> int:
    return sum(c.verdict == "fail" for c in checks)


def coverage_words(cover: Coverage) -> str:
    """One sentence about how many figures were checked."""
    share = percent(Decimal(cover.money_and_rates_judged), cover.money_and_rates)
    borne_out = f"（其中旁证 {cover.borne_out}）" if cover.borne_out else ""
    return (
        f"识别数字 {cover.quantities} 个：已核实 {cover.verified}{borne_out}，"
        f"不符 {cover.contradicted}，未核对 {cover.unchecked}；金额和百分比核对率 {share}"
    )


def percent(part: Decimal, whole: int) -> str:
    """A share in percent with one decimal; a dash when there is nothing to share."""
    return "—" if not whole else f"{(part * 100 / whole).quantize(Decimal('0.1'))}%"


def short(words: str, most: int) -> str:
    """The words, cut in the middle of nowhere when they are too many."""
    return words if len(words) <= most else words[: most - 1] + "…"


def clean(words: str) -> str:
    """The words on one line, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in words)
