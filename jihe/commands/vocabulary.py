"""``jihe vocabulary``: new words for known measures, with a preview of what they change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jihe_extract.document import Document
    from jihe_extract.prose.words import Words

app = typer.Typer(help="补充词汇：某地对某个事项的叫法。", no_args_is_help=True)
FOLDER = Path("jihe-vocabulary")


@app.callback()
def _group() -> None:
    """A group of its own, so that further verbs can join."""


@app.command("add")
def add(
    phrase: Annotated[str, typer.Argument(metavar="PHRASE", help="报告里的叫法，如“用款规模”")],
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="事项，如“执行数”")],
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="用这些报告预览会改变什么")] = None,
    folder: Annotated[Path, typer.Option("--vocabulary", metavar="DIR", help="词汇文件夹")] = FOLDER,
    yes: Annotated[bool, typer.Option("--yes", help="写入；不加则只预览")] = False,
) -> None:
    """补充一个叫法。先列出它会改变哪些判断，加 --yes 才写入。"""
    from jihe.commands.corpus import _documents
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_extract.prose.words import load_words

    phrase = phrase.strip()
    overlays = (folder,) if folder.is_dir() else ()
    words = load_words(overlays)
    if measure not in words.measures:
        raise UsageError(f"没有事项“{measure}”，可用：{'、'.join(words.measures)}")
    if len(phrase) < 2 or any(c.isspace() or c.isdigit() for c in phrase):
        raise UsageError("叫法至少两个字，不含空白和数字")
    owner = next((m.id for m in words.measures.values() if phrase in m.aliases), "")
    if owner:
        raise UsageError(f"“{phrase}”已是“{owner}”的叫法")
    out = console()
    if paths:
        _preview(_documents(paths), words, phrase, measure)
    if not yes:
        out.print("仅为预览，未写入；确认后加 --yes")
        return
    path = folder / "measures.toml"
    _append(path, phrase, measure)
    load_words.cache_clear()
    out.print(f'已写入 {path}。审核时在 jihe.toml 写 vocabulary = ["{folder}"]')


def _preview(documents: list[Document], words: Words, phrase: str, measure: str) -> None:
    from jihe.terminal import console
    from jihe_extract.extraction import prose_quantities
    from jihe_extract.profile import profile
    from jihe_extract.prose.binding import RuleBinder
    from jihe_models.binder import extended

    out = console()
    after_words = extended(words, {phrase: measure})
    changed = figures = 0
    for document in documents:
        quantities, who = prose_quantities(document), profile(document)
        before = RuleBinder(who, words).bind(document, quantities)
        after = RuleBinder(who, after_words).bind(document, quantities)
        figures += len(quantities)
        for one, two in zip(before, after, strict=True):
            if one.key == two.key:
                continue
            changed += 1
            if changed <= 20:
                left = document.text[max(0, one.quantity.span.start - 20) : one.quantity.span.end].replace("\n", " ")
                out.print(
                    f"  {document.name}  {_said(one.measure, one.scope)} → {_said(two.measure, two.scope)}  {left}"
                )
    out.print(f"{len(documents)} 份报告，{figures} 个数量，改变 {changed} 处")


def _said(measure: str, scope: str) -> str:
    return f"{measure}·{scope}" if scope else measure


def _append(path: Path, phrase: str, measure: str) -> None:
    """Add the phrase to the overlay file, keeping what an evaluator wrote there."""
    import tomllib

    from jihe.errors import UsageError
    from jihe.worker import write_whole

    def quoted(word: str) -> str:
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'

    try:
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        tomllib.loads(old)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"词汇文件 {path} 无法读取：{error}") from error
    entry = f"[[measure]]\nid = {quoted(measure)}\naliases = [{quoted(phrase)}]\n"
    write_whole(path, (old.rstrip("\n") + "\n\n" + entry if old.strip() else entry).encode())
