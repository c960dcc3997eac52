"""``jihe train``, ``compare``, ``promote``, ``rollback``, ``models``: the loop of learning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jihe_models.examples import Paragraph
    from jihe_models.gate import Comparison
    from jihe_models.registry import Registry

app = typer.Typer(help="查看训练过的模型。", no_args_is_help=True)
MODELS = Path("jihe-models")
Root = Annotated[Path, typer.Option("--models", metavar="DIR", help="存放模型的文件夹")]
Own = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="语料文件夹")]


def train(
    models: Root = MODELS,
    corpus: Own = Path("jihe-corpus"),
    seed: Annotated[int, typer.Option(help="随机种子；同样的语料和种子得到同样的模型")] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="训练后不在各切片上测量")] = False,
) -> None:
    """用基础语料加全部订正重新训练，写出候选版本；不影响正在使用的模型。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_corpus.corrections import CorpusError, Corrections
    from jihe_models.cards import card
    from jihe_models.gate import measured
    from jihe_models.registry import Registry
    from jihe_models.store import ModelError, write
    from jihe_models.training import fingerprint
    from jihe_models.training import train as run

    out = console()
    registry = Registry(models)
    try:
        corrections = Corrections(corpus).corrected()
        version, parent = registry.next_version(), registry.pointer().live
        made = run(corrections, version=version, parent=parent, seed=seed, created_at=_now(), progress=_tell)
        if not quick:
            made = measured(made, _slices(corpus), _tell)
        write(models / version, made.manifest, made.files(), card(made.manifest))
    except ModuleNotFoundError as error:
        raise UsageError("训练需要 scikit-learn：pip install 'jihe[train]'") from error
    except (CorpusError, ModelError) as error:
        raise UsageError(str(error)) from error
    registry.log("train", version=version, parent=parent, corrections=len(corrections), digest=fingerprint(made))
    marks = sum(len(list(d.gold("qty"))) for d in corrections)
    out.print(f"候选版本 {version}：基础语料加订正 {len(corrections)} 段（数量标注 {marks} 处）")
    out.print(f"权重校验 {fingerprint(made)[:16]}")
    for name, metric in made.manifest.metrics.items():
        out.print(f"  {name}  {metric['accuracy']:.4f}（{metric['n']} 处）")
    out.print(f"下一步：jihe compare {version} 查看变化，jihe promote {version} 启用")


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _tell(words: str, done: int, total: int) -> None:
    from jihe.terminal import console

    console(stderr=True).print(f"[{done}/{total}] {words}")


def _slices(corpus: Path) -> dict[str, Callable[[], list[Paragraph]]]:
    """The frozen slices, and the part of the user's corpus that is held out."""
    from jihe_corpus.corrections import Corrections
    from jihe_models.examples import from_doc
    from jihe_models.slices import frozen

    slices = frozen()
    held = Corrections(corpus).corrected("test")
    if held:
        slices["own/test"] = lambda: [p for doc in held for p in from_doc(doc)]
    return slices


def compare(
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="候选版本，默认为最新版本")] = "",
    old: Annotated[str, typer.Argument(metavar="[OLD]", help="对照版本，默认为正在使用的版本")] = "",
    models: Root = MODELS,
    corpus: Own = Path("jihe-corpus"),
    changes: Annotated[Path | None, typer.Option(metavar="FILE", help="把全部变化写成 JSON 行")] = None,
    show: Annotated[int, typer.Option(min=0, help="列出几处变化")] = 20,
) -> None:
    """比较两个版本：各切片的准确率与混淆，每一处改变了的判断。"""
    import msgspec

    from jihe.terminal import console
    from jihe.worker import write_whole

    comparison, new, old = _compared(models, corpus, new, old)
    out = console()
    out.print(f"对照 {old} → 候选 {new}")
    for name, before in comparison.old.items():
        after = comparison.new[name]
        worst = "，".join(f"{a}→{b} {n}" for (a, b), n in after.confusion.most_common(3))
        tail = f"  混淆：{worst}" if worst else ""
        out.print(f"  {name}  {before.accuracy:.4f} → {after.accuracy:.4f}（{after.n} 处）{tail}")
    out.print(f"改变的判断 {len(comparison.changes)} 处")
    for change in comparison.changes[:show]:
        right = "✓" if change.after == change.want else "✗" if change.before == change.want else "·"
        out.print(f"  {right} {change.before} → {change.after}（应为 {change.want or '未标'}）  {change.words}")
    for words in comparison.objections():
        out.print(f"✗ {words}")
    if changes:
        write_whole(changes, b"".join(msgspec.json.encode(c) + b"\n" for c in comparison.changes))


def _compared(models: Path, corpus: Path, new: str, old: str) -> tuple[Comparison, str, str]:
    from jihe.errors import UsageError
    from jihe_corpus.corrections import CorpusError
    from jihe_models.gate import compare as run
    from jihe_models.registry import Registry
    from jihe_models.store import ModelError

    registry = Registry(models)
    try:
        new = new or registry.versions()[-1]
        old = old or registry.pointer().live
        return run(registry.model(old).roles, registry.model(new).roles, _slices(corpus), _tell), new, old
    except (ModelError, CorpusError) as error:
        raise UsageError(str(error)) from error


def promote(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="要启用的版本")],
    models: Root = MODELS,
    corpus: Own = Path("jihe-corpus"),
    force: Annotated[str, typer.Option(metavar="REASON", help="不顾退步强行启用，须写明理由（记入日志）")] = "",
) -> None:
    """启用一个版本。任一切片下降超过 1 个百分点，或任一事项的召回率下降超过 5 个百分点，则拒绝。"""
    from jihe.errors import FINDINGS, UsageError
    from jihe.terminal import console
    from jihe_models.registry import Registry
    from jihe_models.store import ModelError

    registry, out = Registry(models), console()
    comparison, _, old = _compared(models, corpus, version, "")
    objections = comparison.objections()
    for words in objections:
        out.print(f"✗ {words}")
    if objections and not force.strip():
        registry.log("refused", version=version, before=old, objections=objections)
        out.print(f'未启用 {version}；正在使用的仍是 {old}。确需启用请加 --force "理由"')
        raise typer.Exit(FINDINGS)
    try:
        registry.promote(version, reason=force.strip(), forced=bool(objections))
    except ModelError as error:
        raise UsageError(str(error)) from error
    out.print(f'已启用 {version}（此前为 {old}）。审核时用 --model {models}，或在 jihe.toml 写 model = "{models}"')


def rollback(
    models: Root = MODELS,
    reason: Annotated[str, typer.Option(metavar="REASON", help="理由，记入日志")] = "",
) -> None:
    """退回上一个启用过的版本。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_models.registry import Registry
    from jihe_models.store import ModelError

    try:
        pointer = Registry(models).rollback(reason=reason)
    except ModelError as error:
        raise UsageError(str(error)) from error
    console().print(f"已退回 {pointer.live}")


@app.command("list")
def list_models(models: Root = MODELS) -> None:
    """列出全部版本；* 为正在使用的版本。"""
    from jihe.terminal import console

    registry, out = _registry(models), console()
    live = registry.pointer().live
    for version in registry.versions():
        out.print(f"{'*' if version == live else ' '} {version}  {_line(registry, version)}")


def _registry(models: Path) -> Registry:
    from jihe_models.registry import Registry

    return Registry(models)


def _line(registry: Registry, version: str) -> str:
    from jihe_models.store import ModelError

    try:
        manifest = registry.model(version).manifest
    except ModelError as error:
        return f"不可用：{error}"
    worst = min(manifest.metrics.items(), key=lambda m: m[1]["accuracy"], default=None)
    corrections = next((d.documents for d in manifest.data if d.kind == "correction"), 0)
    words = f"{manifest.created_at}  订正 {corrections} 段"
    return words + (f"  最低切片 {worst[0]} {worst[1]['accuracy']:.4f}" if worst else "  未测量")


@app.command("show")
def show_model(
    version: Annotated[str, typer.Argument(metavar="[VERSION]", help="版本，默认为正在使用的")] = "",
    models: Root = MODELS,
) -> None:
    """显示一个版本的说明卡。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_models.cards import card
    from jihe_models.store import ModelError

    try:
        console().print(card(_registry(models).model(version).manifest))
    except ModelError as error:
        raise UsageError(str(error)) from error
