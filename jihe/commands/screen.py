"""``jihe screen``: many reports in, an issue list out."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jihe.commands.options import BACKGROUND, ENGINE, OPTIONS, WORKDIR


class FailOn(StrEnum):
    """From which severity on the exit code is 1."""

    error = "error"
    warning = "warning"
    never = "never"


def screen(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="报告文件、文件夹、通配符或 zip 压缩包")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="输出文件夹")],
    pack: Annotated[str | None, typer.Option(metavar="REGION", help="地区规则包，默认按报告所在地区选择")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="并行进程数，默认等于处理器核数")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次中断的地方继续")] = False,
    fail_on: Annotated[FailOn, typer.Option(help="发现到哪一级问题时退出码为 1")] = FailOn.never,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="用自己训练的模型（模型文件夹），默认用随附的模型")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="不用模型，只用规则")] = False,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="设置文件，默认用报告文件夹里的 jihe.toml")
    ] = None,
    background: BACKGROUND = None,
    engine: ENGINE = "local",
    workdir: WORKDIR = None,
    engine_option: OPTIONS = None,
) -> None:
    """批量审核报告，写出问题清单、复核意见和数据文件。"""
    from jihe.batch import screen as run
    from jihe.comparing import Comparing
    from jihe.settings import load
    from jihe.terminal import Watch, console

    watch = Watch()
    try:
        done = run(
            paths,
            out,
            pack=pack,
            jobs=jobs,
            resume=resume,
            settings=load(settings) if settings else None,
            progress=watch,
            model="none" if no_model else str(model.resolve()) if model else None,
            comparing=Comparing.of(engine, workdir, engine_option, background, jobs or os.cpu_count() or 1),
        )
    finally:
        watch.close()
    _tell(console(), done)
    raise typer.Exit(done.exit_code(fail_on.value))


def _tell(to: object, done: object) -> None:
    from rich.console import Console

    from jihe.batch import Screening
    from jihe.notes import batch_remarks
    from jihe.terminal import coverage_words

    assert isinstance(to, Console) and isinstance(done, Screening)
    for summary in done.reports:
        if summary.status == "failed":
            to.print(f"✗ {summary.report}：{summary.problem}")
            continue
        mark = "△" if summary.status == "partial" else "✓"
        to.print(
            f"{mark} {summary.report}：确定矛盾 {summary.errors}，疑点 {summary.warnings}，"
            f"提示 {summary.infos}；{coverage_words(summary.coverage)}"
        )
    to.print(
        f"共 {len(done.reports)} 份，未能读取 {len(done.failed)} 份；确定矛盾 {done.count('errors')}，"
        f"疑点 {done.count('warnings')}，提示 {done.count('infos')}"
        + (f"，已接受 {done.count('accepted')}" if done.count("accepted") else "")
    )
    for words in (*batch_remarks(done.changes, done.unused), *done.notes):
        to.print(words)
    for problem in done.problems:
        to.print(f"注意：{problem}")
    to.print(f"结果在 {done.out}：先看 问题清单.xlsx 或 index.html")
