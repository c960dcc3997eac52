"""``jihe evaluate``: what the product claims of itself, as figures anyone can reproduce."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Split(StrEnum):
    """Which dialects are drawn: those that were built on, those only ever tested, those written blind, or all."""

    train = "train"
    test = "test"
    blind = "blind"
    all = "all"


def evaluate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[GOLD]...", help="标注文件或其文件夹；不给则按种子生成")
    ] = None,
    reports: Annotated[int, typer.Option("--reports", "-n", min=1, help="生成的报告份数")] = 120,
    split: Annotated[Split, typer.Option(help="生成哪些方言：train、test、blind 或 all")] = Split.test,
    dialect: Annotated[str, typer.Option(metavar="NAME", help="只生成这些方言，逗号分隔，不论 --split")] = "",
    seed: Annotated[int, typer.Option(help="首个种子")] = 1,
    formats: Annotated[str, typer.Option(help="文件格式，逗号分隔：txt,docx,xlsx,pdf")] = "txt",
    plants: Annotated[int, typer.Option(min=0, help="每份报告依次植入几处错误")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="并行进程数，0 为全部核心")] = 0,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="用自己训练的模型（模型文件夹），默认用随附的模型")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="不用模型，只用规则")] = False,
    wording: Annotated[
        str, typer.Option(metavar="NAME", help="改用训练从未见过的措辞：east、west、south；all 为三种轮换")
    ] = "",
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="把结果写成 JSON")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="把结果写成网页，可逐条查看未中与误报")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="与此前的 JSON 比较，有退步则退出码为 1")
    ] = None,
) -> None:
    """用已知真值的报告评测抽取与审核：按方言、单位、文种、版式、格式列出各项指标。"""
    import time

    import msgspec

    from jihe.errors import FINDINGS, UNREADABLE
    from jihe.evaluate import Job
    from jihe.evaluate import evaluate as run_all
    from jihe.evaluate_page import page
    from jihe.evaluate_table import Evaluation, regressions, tabulate
    from jihe.models import NONE, model_of
    from jihe.terminal import console

    choice = NONE if no_model else str(model.resolve()) if model else ""
    model_of(choice)
    wanted = _jobs(paths or [], reports, (split.value, dialect), seed, formats, plants, Job)
    wanted = [msgspec.structs.replace(job, model=choice, wording=_wording(wording, job.number)) for job in wanted]
    began = time.monotonic()
    out, progress = console(), console(stderr=True)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if done % max(1, len(wanted) // 10) == 0:
            spent = time.monotonic() - began
            progress.print(f"{done}/{len(wanted)} 份，{done / spent:.1f} 份/秒")

    results = run_all(wanted, jobs, tick)
    evaluation = tabulate(results, time.monotonic() - began)
    _print(out, evaluation)
    if json:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(evaluation), indent=1))
    if html:
        html.write_text(page(evaluation), encoding="utf-8")
    if baseline:
        before = msgspec.json.decode(baseline.read_bytes(), type=Evaluation)
        fallen = regressions(evaluation, before)
        for sentence in fallen:
            out.print(f"✗ {sentence}")
        if fallen:
            raise typer.Exit(FINDINGS)
    if any(result.failure for result in results):
        raise typer.Exit(UNREADABLE)


def _jobs(  # type: ignore[no-untyped-def]
    paths: list[Path], reports: int, which: tuple[str, str], seed: int, formats: str, plants: int, make
):
    from jihe.errors import UsageError
    from jihe_corpus.generate import orders
    from jihe_corpus.grammar.dialect import dialects
    from jihe_corpus.writers import WRITERS

    if paths:
        files = [f for p in paths for f in (sorted(p.rglob("*.gold.json")) if p.is_dir() else [p])]
        if not files:
            raise UsageError("所给路径下没有标注文件（*.gold.json）")
        return [make(order=None, gold=str(f), plants=plants, number=i) for i, f in enumerate(files)]
    chosen = tuple(f.strip() for f in formats.split(",") if f.strip())
    if not chosen or set(chosen) - set(WRITERS):
        raise UsageError(f"不支持的格式“{formats}”，可用：{'、'.join(WRITERS)}")
    only = tuple(name.strip() for name in which[1].split(",") if name.strip())
    if unknown := set(only) - set(dialects()):
        raise UsageError(f"没有方言 {'、'.join(sorted(unknown))}，可用：{'、'.join(dialects())}")
    wanted = orders(reports, which[0], seed, chosen, only)
    return [make(order=o, plants=plants, number=i) for i, o in enumerate(wanted)]


def _wording(name: str, number: int) -> str:
    from jihe.errors import UsageError
    from jihe_corpus.wordings.rephrase import provinces

    names = sorted(provinces())
    if name not in ("", "all", *names):
        raise UsageError(f"没有措辞 {name}，可用：{'、'.join(names)}、all")
    return names[number % len(names)] if name == "all" else name


def _print(out, evaluation) -> None:  # type: ignore[no-untyped-def]
    from rich.table import Table

    from jihe.evaluate_page import HEADS, cells

    table = Table(*HEADS, box=None, pad_edge=False)
    for entry in evaluation.lines:
        table.add_row(*cells(entry))
    out.print(table)
    if evaluation.kinds:
        kinds = Table("植入错误", "数量", "检出", "指认", box=None, pad_edge=False)
        for kind, (count, found, culprit) in evaluation.kinds.items():
            kinds.add_row(kind, f"{count:.0f}", f"{found / count:.3f}", f"{culprit / count:.3f}")
        out.print(kinds)
    failed = [r for r in evaluation.results if r.failure]
    failures = len(failed)
    for result in failed[:5]:
        out.print(f"✗ 未能评测 {result.report}：{result.failure}")
    false = "，".join(f"{name} {count}" for name, count in list(evaluation.false.items())[:12])
    out.print(f"误报：{false or '无'}")
    out.print(f"用时 {evaluation.seconds:.1f} 秒，{len(evaluation.results)} 份，未完成 {failures} 份")
