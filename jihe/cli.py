"""The command line. Every failure becomes one Chinese sentence and a documented exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

import jihe
from jihe.commands import check, corpus, evaluate, extract, reuse, rules, screen, training, vocabulary
from jihe.errors import INTERRUPTED, UNREADABLE, USAGE, UsageError
from jihe.parlance import USAGE_LINE, complaint_in_chinese, speak_chinese

app = typer.Typer(
    name="jihe",
    help="绩核：核对绩效自评报告，找出对不上的数字、打分和表述，并给出证据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="退出码：0 没有达到 --fail-on 的问题；1 有问题；2 用法有误或无法开始；3 部分文件未能读取（其余已完成）。",
)
app.command("screen")(screen.screen)
app.command("check")(check.check)
app.command("extract")(extract.extract)
app.command("reuse")(reuse.reuse)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(rules.app, name="rules")
app.add_typer(corpus.app, name="corpus")
app.add_typer(vocabulary.app, name="vocabulary")
app.command("train")(training.train)
app.command("compare")(training.compare)
app.command("promote")(training.promote)
app.command("rollback")(training.rollback)
app.add_typer(training.app, name="models")


speak_chinese(app)


def _version(value: bool) -> None:
    if value:
        print(f"jihe {jihe.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本")] = False,
) -> None:
    """Options of the program itself."""


def _broke(error: Exception) -> NoReturn:
    """Our own fault: one line for the user, the whole story with ``JIHE_DEBUG``."""
    if os.environ.get("JIHE_DEBUG"):
        raise error
    print(f"jihe：处理时出现内部错误（{type(error).__name__}：{error}）；设置 JIHE_DEBUG=1 可查看详情", file=sys.stderr)
    sys.exit(UNREADABLE)


def _interrupted() -> NoReturn:
    print("jihe：已中断；已完成的部分已保存，可加 --resume 继续", file=sys.stderr)
    sys.exit(INTERRUPTED)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(app(standalone_mode=False, prog_name="jihe") or 0)
    except UsageError as error:
        print(f"jihe：{error}", file=sys.stderr)
        sys.exit(USAGE)
    except Exception as error:
        if type(error).__name__ == "Abort":
            _interrupted()
        if not hasattr(error, "format_message"):
            _broke(error)
        words = error.format_message()
        page = words.startswith(USAGE_LINE)  # a group of commands was called without one
        print(words if page else f"jihe：{complaint_in_chinese(words)}；用 --help 查看用法", file=sys.stderr)
        sys.exit(USAGE)
    except (KeyboardInterrupt, EOFError):
        _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
