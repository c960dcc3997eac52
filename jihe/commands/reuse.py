"""``jihe reuse``: who copied whom in a set of reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def reuse(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="报告文件、文件夹、通配符或 zip 压缩包")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="输出文件夹")],
    background: Annotated[Path | None, typer.Option(metavar="FILE", help="背景库文件，帮助区分模板与雷同")] = None,
    against: Annotated[list[str] | None, typer.Option(metavar="PATH", help="只与之比对的报告，如上年报告")] = None,
    engine: Annotated[str, typer.Option(help="local，或 Spark 集群地址（需安装 jihe[cluster]）")] = "local",
    save_background: Annotated[Path | None, typer.Option(metavar="FILE", help="把本批报告另存为背景库")] = None,
) -> None:
    """比对一批报告的雷同段落：逐段对齐，区分规定提纲、地区模板、共用短句和实质雷同。"""
    from jihe.copies import compare, tell
    from jihe.errors import UNREADABLE
    from jihe.terminal import console

    found = compare(paths, out, background=background, against=against or (), engine=engine, save=save_background)
    tell(console(), found, out)
    if found.troubles:
        raise typer.Exit(UNREADABLE)
