"""``jihe check``: one report, its findings in the terminal, as a linter prints them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jihe.commands.screen import FailOn


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    jsonl = "jsonl"


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="一份报告")],
    pack: Annotated[str | None, typer.Option(metavar="REGION", help="地区规则包，默认按报告所在地区选择")] = None,
    format: Annotated[Format, typer.Option(help="输出格式：text 供人阅读，jsonl 供程序读取")] = Format.text,
    fail_on: Annotated[FailOn, typer.Option(help="发现到哪一级问题时退出码为 1")] = FailOn.error,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="用自己训练的模型（模型文件夹），默认用随附的模型")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="不用模型，只用规则")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示提示级问题")] = False,
) -> None:
    """审核一份报告，在终端列出问题：位置、原文、算式、可能原因和建议。"""
    import msgspec

    from jihe.errors import FINDINGS, UNREADABLE
    from jihe.pipeline import pack_of, record_file
    from jihe.settings import chosen, find
    from jihe.terminal import console, print_report
    from jihe_audit.export.records import encode
    from jihe_extract.errors import ReadError

    settings = find([file.parent])
    if pack:
        settings = msgspec.structs.replace(settings, pack=pack)
    settings = chosen(settings, model, no_model)
    pack_of(settings)
    try:
        record, _ = record_file(file, file.name, settings)
    except ReadError as error:
        console(stderr=True).print(f"✗ {file}：{error.message_zh}")
        raise typer.Exit(UNREADABLE) from error
    if format is Format.jsonl:
        for finding in record.findings:
            sys.stdout.buffer.write(encode(finding) + b"\n")
    else:
        print_report(console(), record, infos=not quiet)
    summary = record.summary
    bad = {"never": 0, "error": summary.errors}.get(fail_on.value, summary.errors + summary.warnings)
    raise typer.Exit(FINDINGS if bad else 0)
