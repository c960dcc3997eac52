"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ENGINE = Annotated[
    str, typer.Option(metavar="ENGINE", help="雷同比对的引擎：local，或 Spark 集群地址（需安装 jihe[cluster]）")
]
WORKDIR = Annotated[
    str | None, typer.Option(metavar="DIR", help="比对的工作目录；用集群时必填，各节点都能读写，可为 s3a:// 等地址")
]
OPTIONS = Annotated[
    list[str] | None, typer.Option("--engine-option", metavar="KEY=VALUE", help="传给集群的设置，可重复")
]
BACKGROUND = Annotated[Path | None, typer.Option(metavar="FILE", help="背景库文件，帮助区分模板与雷同")]
