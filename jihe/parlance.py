"""The command-line parser's own English, in Chinese: help pages and complaints."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

USAGE_LINE = "用法："
"""How a help page begins."""
HELP = (
    (r"^Usage: ", USAGE_LINE),
    (r"^Options:$", "选项："),
    (r"^Arguments:$", "参数："),
    (r"^Commands:$", "命令："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"Show this message and exit\.", "显示本说明"),
    (r"\[required\]", "[必填]"),
    (r"\[default:\s+", "[默认："),
    (r"\[x>=(\d+)\]", r"[不小于 \1]"),
    (r"; x>=(\d+)\]", r"；不小于 \1]"),
)
KINDS = {
    "int range": "整数",
    "int": "整数",
    "float": "小数",
    "str": "文字",
    "path": "",
    "list[str]": "",
    "list[Path]": "",
}
"""Words for kinds of values, where a help page names them; the width stays, so that columns stay."""
_KIND = re.compile("<(" + "|".join(map(re.escape, KINDS)) + ")>")

COMPLAINTS = (
    (r"Missing argument '?(.*?)'?\.", r"缺少参数 \1"),
    (r"Missing option '?(.*?)'?\.", r"缺少选项 \1"),
    (r"No such option:? '?(\S+?)'?(?:[. ].*)?", r"没有选项 \1"),
    (r"No such command '(.*?)'.*", r"没有命令 \1"),
    (r"Missing command\.", r"缺少命令"),
    (r"Option '?(\S+?)'? requires an argument\.", r"选项 \1 后面缺少值"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)", r"多余的参数 \1"),
    (r"Invalid value for '?(.*?)'?: (.*)", r"\1 的值不对：\2"),
)
"""Whole complaints."""
REASONS = (
    (r"(?:Value error, )?'(.*?)' is not one of (.*?)\.", r"“\1”不在可选值 \2 之中"),
    (r"Input should be a valid integer.*|'.*?' is not a valid int(?:eger)?(?: range)?\.", "应为整数"),
    (r"Input should be greater than or equal to (\S+)|[-\d.]+ is not in the range x>=(\S+?)\.", r"应不小于 \1\2"),
    (r"Input should be less than or equal to (\S+)", r"应不大于 \1"),
    (r"(?:File|Path|Directory) '(.*?)' does not exist\.", r"“\1”不存在"),
)
"""What is wrong with a value."""


def help_in_chinese(page: str) -> str:
    """A help page with the parser's own words in Chinese."""
    for pattern, chinese in HELP:
        page = re.sub(pattern, chinese, page, flags=re.MULTILINE)
    return _KIND.sub(lambda m: KINDS[m[1]] + " " * (len(m[0]) - 2 * len(KINDS[m[1]])), page)


def complaint_in_chinese(words: str) -> str:
    """A complaint of the parser in Chinese, as it stands where no translation is known."""
    for pattern, chinese in COMPLAINTS:
        if (match := re.fullmatch(pattern, words, re.DOTALL)) is None:
            continue
        told = match.expand(chinese)
        for reason, because in REASONS:
            told = re.sub(reason, because, told)
        return " ".join(told.replace("' / '", " / ").replace("'", "").split())
    return words


class Command(TyperCommand):
    """A command with a Chinese help page."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands with a Chinese help page."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_in_chinese(super().get_help(ctx))


def speak_chinese(app: typer.Typer) -> None:
    """Let every help page below an application be Chinese."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            speak_chinese(group.typer_instance)
