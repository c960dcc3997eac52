"""``jihe rules``: what is checked, why, on what basis, with examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="查看审核规则，检查自己的规则文件。", no_args_is_help=True)


@app.command("list")
def list_rules(
    overlay: Annotated[
        list[Path] | None, typer.Option("--rulebook", metavar="PATH", help="叠加的规则文件或文件夹")
    ] = None,
) -> None:
    """列出全部规则：编号、级别、问题类型、名称。"""
    from rich.cells import cell_len

    from jihe.terminal import console
    from jihe_audit.finding import SEVERITY_WORDS
    from jihe_audit.rulebook import load

    out = console()
    rules = load(overlay or ()).rules
    room = max(map(cell_len, SEVERITY_WORDS.values()))
    for rule in rules.values():
        word = SEVERITY_WORDS[rule.severity]
        out.print(f"{rule.id:<5} {word}{' ' * (room - cell_len(word))}  {rule.category:<4} {rule.title}")
    out.print(f"共 {len(rules)} 条；用 jihe rules show 编号 查看说明、依据和用例")


@app.command("show")
def show_rule(
    id: Annotated[str, typer.Argument(metavar="ID", help="规则编号，如 I03")],
    overlay: Annotated[
        list[Path] | None, typer.Option("--rulebook", metavar="PATH", help="叠加的规则文件或文件夹")
    ] = None,
) -> None:
    """说明一条规则：查什么、为什么、依据、建议和正反用例。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_audit.finding import SEVERITY_WORDS
    from jihe_audit.rulebook import load

    book = load(overlay or ())
    rule = book.rules.get(id) or book.rules.get(id.upper())
    if rule is None:
        raise UsageError(f"没有编号为 {id} 的规则，用 jihe rules list 查看全部")
    out = console()
    out.print(f"{rule.id}  {rule.title}")
    out.print(f"级别：{SEVERITY_WORDS[rule.severity]}（最高）  问题类型：{rule.category}")
    out.print(f"说明：{' '.join(rule.rationale.split())}")
    if rule.basis:
        out.print(f"依据：{'；'.join(book.cite(code) for code in rule.basis)}")
    out.print(f"建议：{rule.advice}")
    if rule.needs:
        out.print(f"需补充：{'、'.join(rule.needs)}")
    if rule.sources:
        out.print(f"来自用户规则文件：{'、'.join(rule.sources)}")
    told = {"应报（«»内为有误之处）：": rule.fails, "应核为相符（«»内）：": rule.confirms, "不应报：": rule.passes}
    for title, cases in told.items():
        if cases:
            out.print(title)
        for case in cases:
            out.print("\n".join(f"    {line}" for line in case.splitlines()))


@app.command("check")
def check_rules(file: Annotated[Path, typer.Argument(metavar="FILE", help="规则文件（TOML）")]) -> None:
    """检查规则文件：指出写错的键和行，并运行其中的用例。"""
    from jihe.errors import FINDINGS, UsageError
    from jihe.terminal import console
    from jihe_audit.rulebook import check

    if not file.is_file():
        raise UsageError(f"没有规则文件 {file}")
    out = console()
    problems = [f"{file}:{p.line}: {p.message}" if p.line else f"{file}: {p.message}" for p in check(file)]
    if not problems:
        problems = _failing_cases(file)
    for words in problems:
        out.print(words)
    if problems:
        raise typer.Exit(FINDINGS)
    out.print(f"{file}：没有发现问题，用例全部通过")


def _failing_cases(file: Path) -> list[str]:
    """The cases of the file's own rules that come out wrong, each as one line."""
    from jihe.api import extract
    from jihe_audit.cases import failures
    from jihe_audit.engine import Settings
    from jihe_audit.rulebook import load

    options = Settings(overlays=(file,))
    own = [rule for rule in load((file,)).rules.values() if file.name in rule.sources]
    return [f"{file}: 规则 {w.rule} {w.message}：{w.text}" for r in own for w in failures(r, extract, options)]
