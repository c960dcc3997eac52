"""``jihe extract``: the figures of reports, bound to what they measure, as a table."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """In which form the figures are written."""

    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"


def extract(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="报告文件、文件夹、通配符或 zip 压缩包")],
    format: Annotated[Format, typer.Option(help="输出格式；xlsx 和 parquet 须用 --out 指定文件")] = Format.jsonl,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="输出文件，默认为标准输出")] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="用自己训练的模型（模型文件夹），默认用随附的模型")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="不用模型，只用规则")] = False,
) -> None:
    """抽取报告里的全部数字：指标、口径、年度、数值、单位、原文和位置。"""
    from jihe.errors import UNREADABLE, UsageError
    from jihe.figures import figures_of, write_figures
    from jihe.settings import Settings, chosen
    from jihe.terminal import console

    if out is None and format in (Format.xlsx, Format.parquet):
        raise UsageError(f"{format.value} 格式须用 --out 指定输出文件")
    figures, failed = figures_of(paths, chosen(Settings(), model, no_model))
    try:
        write_figures(figures, format.value, out, sys.stdout.buffer)
    except ModuleNotFoundError as error:
        raise UsageError(str(error)) from error
    for trouble in failed:
        console(stderr=True).print(f"✗ {trouble.report}：{trouble.message}")
    if failed:
        raise typer.Exit(UNREADABLE)
