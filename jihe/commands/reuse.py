"""``jihe reuse``: who copied whom in a set of reports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jihe.commands.options import BACKGROUND, ENGINE, OPTIONS, WORKDIR


def reuse(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="报告文件、文件夹、通配符或 zip 压缩包")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="输出文件夹")],
    background: BACKGROUND = None,
    against: Annotated[list[str] | None, typer.Option(metavar="PATH", help="只与之比对的报告，如上年报告")] = None,
    engine: ENGINE = "local",
    workdir: WORKDIR = None,
    engine_option: OPTIONS = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="并行进程数，默认等于处理器核数")] = None,
    save_background: Annotated[Path | None, typer.Option(metavar="FILE", help="把本批报告另存为背景库")] = None,
) -> None:
    """比对一批报告的雷同段落：逐段对齐，区分规定提纲、地区模板、共用短句和实质雷同。"""
    from jihe.comparing import Comparing
    from jihe.copies import compare, tell
    from jihe.errors import UNREADABLE
    from jihe.terminal import console

    comparing = Comparing.of(engine, workdir, engine_option, background, jobs or os.cpu_count() or 1)
    found = compare(paths, out, against=against or (), comparing=comparing, save=save_background)
    tell(console(), found, out)
    if found.troubles:
        raise typer.Exit(UNREADABLE)
