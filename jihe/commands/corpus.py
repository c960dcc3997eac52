"""``jihe corpus``: annotated texts in and out, what to annotate next, splits and checks."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jihe_corpus.spans import Doc
    from jihe_extract.document import Document

app = typer.Typer(help="管理标注语料：导入、导出、划分、检查，列出最值得标注的段落。", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="语料文件夹")]
DEFAULT = Path("jihe-corpus")


class Name(StrEnum):
    """Formats that can be written."""

    native = "native"
    doccano = "doccano"
    labelstudio = "labelstudio"
    prodigy = "prodigy"
    docbin = "docbin"
    bio = "bio"


class Offsets(StrEnum):
    """How offsets are counted."""

    auto = "auto"
    points = "points"
    utf16 = "utf16"


@app.command("import")
def import_corpus(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="标注文件")],
    format: Annotated[Name, typer.Option(help="文件格式")] = Name.native,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help='标签对照表（TOML）：外部标签 = "事项"，"-" 表示舍弃')
    ] = None,
    offsets: Annotated[Offsets, typer.Option(help="位置的计法；浏览器标注工具常用 utf16")] = Offsets.auto,
    corpus: Folder = DEFAULT,
) -> None:
    """导入标注：逐条核对引文与位置，能修的修正，不能修的写入 rejects.jsonl 并说明原因。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_corpus.corrections import CorpusError, Corrections
    from jihe_corpus.formats import FORMATS, FormatError
    from jihe_corpus.formats.importing import import_docs

    reader = FORMATS[format.value].read
    if reader is None:
        raise UsageError(f"{format.value} 只能导出，不能导入")
    labels = _mapping(mapping)
    kind = None if offsets is Offsets.auto else offsets.value
    out, store = console(), Corrections(corpus)
    rejected = 0
    for file in files:
        try:
            got = import_docs(reader(file.read_bytes()), mapping=labels, offsets=kind)  # type: ignore[arg-type]
            merge = store.merge(got)
        except ModuleNotFoundError as error:
            raise UsageError("这种格式需要 spaCy：pip install 'jihe[train]'") from error
        except (FormatError, CorpusError) as error:
            raise UsageError(f"{file}：{error}") from error
        except OSError as error:
            raise UsageError(f"{file} 无法读取：{error.strerror}") from error
        rejected += len(got.rejects)
        out.print(
            f"{file}：文本 {len(got.docs)} 段（新增 {merge.new_docs}），新增标注 {merge.new_marks} 处，"
            f"改动 {merge.changed_marks} 处，修正位置 {got.repaired} 处，拒收 {len(got.rejects)} 处"
        )
    if rejected:
        out.print(f"拒收的标注及原因见 {corpus / 'rejects.jsonl'}")


def _mapping(path: Path | None) -> dict[str, str]:
    from jihe.errors import UsageError

    if path is None:
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"标签对照表 {path} 无法读取：{error}") from error
    if not all(isinstance(v, str) for v in found.values()):
        raise UsageError(f'标签对照表 {path} 的每一行应为：外部标签 = "事项"')
    return {str(k): str(v) for k, v in found.items()}


@app.command("export")
def export_corpus(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="输出文件")],
    format: Annotated[Name, typer.Option(help="文件格式")] = Name.native,
    corpus: Folder = DEFAULT,
) -> None:
    """导出语料。个人信息（电话、证件号）在导出前遮盖为等长的“＊”。"""
    from jihe.errors import UsageError
    from jihe.terminal import console
    from jihe_corpus.formats import FORMATS
    from jihe_corpus.formats.masking import masked

    docs = [masked(d) for d in _load(corpus)]
    try:
        data = FORMATS[format.value].export(docs)
        _whole(out, data)
    except ModuleNotFoundError as error:
        raise UsageError("这种格式需要 spaCy：pip install 'jihe[train]'") from error
    console().print(f"{out}：{len(docs)} 段，{sum(len(d.spans) for d in docs)} 处标注")


@app.command("queue")
def list_queue(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="尚未标注的报告")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="待标注任务文件")],
    format: Annotated[Name, typer.Option(help="任务文件的格式")] = Name.labelstudio,
    limit: Annotated[int, typer.Option(min=1, help="最多几段")] = 50,
    model: Annotated[str, typer.Option(metavar="DIR", help="模型文件夹，默认用随附的模型")] = "",
    corpus: Folder = DEFAULT,
) -> None:
    """列出最值得标注的段落：规则与模型意见不一的在前，其次是模型没有把握的，同一句式只取一段。"""
    from jihe.errors import UsageError
    from jihe.models import model_of
    from jihe.terminal import console
    from jihe_corpus.formats import FORMATS
    from jihe_corpus.formats.masking import masked
    from jihe_models.queue import queue

    chosen = model_of(model)
    if chosen is None:
        raise UsageError("没有可用的模型，请先训练（jihe train）")
    done = frozenset(d.sha256 for d in _load(corpus))
    items = queue(_documents(paths), chosen, limit=limit, known=done)
    _whole(out, FORMATS[format.value].export([masked(i.doc) for i in items]))
    console().print(
        f"{out}：{len(items)} 段待标注，其中规则与模型意见不一的 {sum(i.disagreements > 0 for i in items)} 段"
    )
    for item in items[:10]:
        text = item.doc.text[:48].replace("\n", " ")
        console().print(f"  分歧 {item.disagreements}  最低把握 {item.least_margin:.2f}  {item.doc.doc_id}  {text}…")


@app.command("split")
def split_corpus(
    out: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="另存到此文件夹：train.jsonl 和 test.jsonl")
    ] = None,
    test_share: Annotated[int, typer.Option(min=1, max=90, help="留作测试的文件所占百分比")] = 20,
    corpus: Folder = DEFAULT,
) -> None:
    """把语料分成训练和测试两份：同一份报告的段落不会分到两边。测试部分不参与训练，只用来比较模型。"""
    from jihe.terminal import console
    from jihe_corpus.corrections import Corrections
    from jihe_corpus.formats import native
    from jihe_corpus.split import by_key

    train, test = by_key(_load(corpus), _file, test_share)
    train = [_in_split(d, "train") for d in train]
    test = [_in_split(d, "test") for d in test]
    if out is not None:
        _whole(out / "train.jsonl", native.export(train))
        _whole(out / "test.jsonl", native.export(test))
    Corrections(corpus).replace([*train, *test])
    console().print(f"训练 {len(train)} 段，测试 {len(test)} 段，已记入 {corpus}")


@app.command("check")
def check_corpus(corpus: Folder = DEFAULT) -> None:
    """检查语料：标注与正文是否一致，同一处是否标了两次，事项与单位是否相称，各事项有多少例。"""
    from collections import Counter

    from jihe.errors import FINDINGS
    from jihe.terminal import console
    from jihe_models.examples import from_doc
    from jihe_models.fitting import fits

    out = console()
    docs = _load(corpus)
    labels: Counter[str] = Counter()
    problems: list[str] = []
    for doc in docs:
        gold = list(doc.gold("qty"))
        labels.update(m.label for m in gold)
        read = {r for p in from_doc(doc) for r in p.roles}
        spots = sum(bool(r) for p in from_doc(doc) for r in p.roles)
        if spots < len(gold):
            problems.append(f"{doc.doc_id}：{len(gold) - spots} 处标注不落在可识别的数量上，训练时不起作用")
        for p in from_doc(doc):
            for figure, role in zip(p.figures, p.roles, strict=True):
                if role and not fits(role, figure.unit):
                    problems.append(f"{doc.doc_id}：“{figure.text}”标为“{role}”，单位不相称")
        del read
    for problem in problems:
        out.print(f"✗ {problem}")
    out.print(f"共 {len(docs)} 段，数量标注 {sum(labels.values())} 处，{len(labels)} 种事项")
    for label, count in labels.most_common():
        out.print(f"  {label}  {count}{'（较少，建议至少 10 例）' if count < 10 else ''}")
    if problems:
        raise typer.Exit(FINDINGS)


def _in_split(doc: Doc, split: str) -> Doc:
    import msgspec

    return msgspec.structs.replace(doc, meta={**doc.meta, "split": split})


def _file(doc: Doc) -> str:
    return doc.meta.get("file") or doc.doc_id.rpartition("#")[0] or doc.doc_id


def _load(corpus: Path) -> list[Doc]:
    from jihe.errors import UsageError
    from jihe_corpus.corrections import CorpusError, Corrections

    try:
        return Corrections(corpus).load()
    except CorpusError as error:
        raise UsageError(str(error)) from error


def _documents(paths: Sequence[str]) -> list[Document]:
    """The readable reports among the paths; the others are named on stderr."""
    import tempfile

    from jihe.inputs import expand
    from jihe.pipeline import read_document
    from jihe.terminal import console
    from jihe_extract.errors import ReadError

    found: list[Document] = []
    with tempfile.TemporaryDirectory(prefix="jihe-") as folder:
        inputs, troubles = expand(paths, skip=Path(folder), unpack=Path(folder))
        for one in inputs:
            try:
                found.append(read_document(one.path, one.report))
            except ReadError as error:
                console(stderr=True).print(f"✗ {one.report}：{error.message_zh}")
        for trouble in troubles:
            console(stderr=True).print(f"✗ {trouble.report}：{trouble.message}")
    return found


def _whole(path: Path, data: bytes) -> None:
    from jihe.errors import UsageError
    from jihe.worker import write_whole

    try:
        write_whole(path, data)
    except OSError as error:
        raise UsageError(f"{path} 无法写入：{error.strerror}") from error
