"""``python -m jihe_models.evaluation``: every figure that the models room claims, measured anew.

Hand-labelled real reports are measured when their folder is given or found beside the checkout; their labels
hold offsets only.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jihe_corpus.grammar.dialect import dialects
from jihe_extract.extraction import extract, prose_quantities
from jihe_extract.reading import read
from jihe_models.adaptation import foreign, name_curves, name_line, role_curves
from jihe_models.binder import guess
from jihe_models.demands import Demand, Line, at_least, at_most, table
from jihe_models.examples import Paragraph
from jihe_models.measures import alike
from jihe_models.measuring import RoleScore, pooled, score_roles
from jihe_models.model import DEFAULT, Model
from jihe_models.naming import Namer, name_score
from jihe_models.realreports import LABELS, REPORTS, agreement, real, row_names
from jihe_models.roles import RoleModel
from jihe_models.slices import frozen
from jihe_models.store import CAP
from jihe_models.training import Base, base, fingerprint, fit_roles, train

QUICK = ("slices", "real", "names", "speed")
PARTS = (*QUICK, "training", "apart", "corrected", "corrected-names")
"""What can be measured; from ``training`` on by training anew, which takes half an hour."""


def lines(folder: Path, labels: Path, parts: Sequence[str], names: Sequence[str]) -> Iterator[Line]:
    """The figures, and the demands they are held to."""
    model = Model(DEFAULT)
    known = real(labels, folder) if labels.is_file() else {}
    if "slices" in parts:
        yield from _slices(model)
    if known and "real" in parts:
        yield from _real(model, known)
        yield from _accepted(model, folder, known)
        same, labelled = agreement(labels)
        yield f"第二次独立标注与第一次一致：{same}/{labelled}"
    if "names" in parts:
        yield from _names(model, known, folder, labels)
    if "speed" in parts:
        yield from _speed(folder if known else None)
    if "training" in parts:
        yield from _training()
    rows = base() if set(parts) & {"apart", "corrected", "corrected-names"} else Base()
    if known and "apart" in parts:
        yield from _leave_one_out(rows, known)
    if "corrected" in parts:
        yield from role_curves(rows, names)
    if "corrected-names" in parts:
        yield from name_curves(rows)


def _slices(model: Model) -> Iterator[Line]:
    yield "== 事项识别：各切片（准确率 / 严格 / 宏平均F1）"
    scores = {name: score_roles(model.roles, draw()) for name, draw in frozen().items()}
    yield from (_line(name, score) for name, score in scores.items())
    known = [score for name, score in scores.items() if name.startswith("known/") and name != "known/wordings"]
    blind = [d.id for d in dialects().values() if d.split == "blind"]
    yield at_least("已知方言的留出文本", 0.99, pooled(known).accuracy)
    yield at_least("未见方言零订正（盲写方言中最差）", 0.85, min(scores[f"unseen/{name}"].accuracy for name in blind))
    others = [score.accuracy for name, score in scores.items() if not name.startswith("known/")]
    yield at_least("未见方言与措辞零订正（全部中最差）", 0.85, min(others))


def _line(name: str, score: RoleScore) -> str:
    return f"{name}\t{score.n}\t{score.accuracy:.4f}\t{score.strict:.4f}\t{score.macro_f1:.4f}"


def _real(model: Model, known: dict[str, list[Paragraph]]) -> Iterator[Line]:
    yield "== 真实报告（人工标注，训练从未使用）"
    scores = {name: score_roles(model.roles, paragraphs) for name, paragraphs in known.items()}
    for name, score in scores.items():
        yield _line(name[:3], score)
    whole = pooled(list(scores.values()))
    yield _line("合计", whole)
    yield at_least("真实报告的人工标注数量", 450, whole.n, ".0f")
    yield at_least("真实报告的事项识别", 0.97, whole.accuracy)


def _accepted(model: Model, folder: Path, known: dict[str, list[Paragraph]]) -> Iterator[Line]:
    yield "== 自动采纳部分（规则与模型一致）：覆盖率、精度"
    taken = right = total = rule_right = 0
    for name, paragraphs in known.items():
        for rule, said, want in _both(model, folder / name, paragraphs):
            total += 1
            rule_right += any(alike(rule, w) for w in want.split("|"))
            if alike(rule, said):
                taken += 1
                right += any(alike(rule, w) or alike(said, w) for w in want.split("|"))
    yield f"覆盖率 {taken / total:.4f}\t精度 {right / taken:.4f}\t共 {total} 处"
    yield at_least("自动采纳部分的精度", 0.98, right / taken)
    yield at_least("自动采纳部分的覆盖率", 0.80, taken / total)
    yield f"仅规则的准确率 {rule_right / total:.4f}"


def _both(model: Model, path: Path, paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, str, str]]:
    """(rule's measure, model's, truth) of every labelled figure of a real report."""
    document = read(path, name=path.name)
    figures = prose_quantities(document)
    facts = {f.quantity.span: f.measure for f in extract(document).facts}
    labels = [role for p in paragraphs for role in p.roles]
    for figure, said, want in zip(figures, guess(model, document, figures), labels, strict=True):
        if want:
            rule = facts.get(figure.span, "未定")
            yield ("其他" if rule in ("未定", "业务量", "个数") else rule), said.label, want


def _names(model: Model, known: dict[str, list[Paragraph]], folder: Path, labels: Path) -> Iterator[Line]:
    yield "== 指标名（完全一致的 F1 / 有重叠的 F1）"
    namer = Namer.of(model)
    if known:
        yield name_line("真实报告", name_score(namer, [p for ps in known.values() for p in ps]))
        rows = row_names(model, labels, folder)
        yield name_line("真实报告全部指标（含表格，审核所用的行）", rows)
        yield at_least("真实报告的指标名 F1", 0.90, rows.f1(rows.exact))
    for name, draw in frozen().items():
        if name.startswith("trial/"):
            yield name_line(name, name_score(namer, draw()))


def _speed(folder: Path | None) -> Iterator[Line]:
    yield "== 速度与大小"
    began = time.process_time()
    model = Model(DEFAULT)
    _ = model.roles, model.names, model.kinds
    yield at_most("加载（CPU 秒）", 0.5, time.process_time() - began, ".2f")
    sizes = {name: (DEFAULT / name).stat().st_size for name in model.manifest.files}
    yield f"合计 {sum(sizes.values())} 字节"
    yield at_most("最大的模型文件（字节）", CAP, max(sizes.values()), ",.0f")
    if folder is None:
        return
    documents = [read(path, name=path.name) for path in sorted(folder.glob("*.txt"))]
    figures = [prose_quantities(d) for d in documents]
    began = time.process_time()
    for document, found in zip(documents, figures, strict=True):
        guess(model, document, found)
    spent = time.process_time() - began
    yield at_least("事项识别（字/CPU 秒）", 200_000, sum(len(d.text) for d in documents) / spent, ",.0f")


def _leave_one_out(rows: Base, known: dict[str, list[Paragraph]]) -> Iterator[Line]:
    yield "== 真实报告：留一份测试，其余作订正"
    scores: list[RoleScore] = []
    for name, paragraphs in known.items():
        others = [p for other, ps in known.items() if other != name for p in _single(ps)]
        scores.append(score_roles(RoleModel(fit_roles(rows, others)), paragraphs))
        yield _line(name[:3], scores[-1])
    yield _line("合计", pooled(scores))
    yield at_least("留一份测试（五份中最差）", 0.92, min(score.accuracy for score in scores))


def _single(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs with the first of several admissible measures."""
    return [replace(p, roles=tuple(r.split("|")[0] for r in p.roles)) for p in paragraphs]


def _training() -> Iterator[Line]:
    yield "== 训练"
    began = time.process_time()
    one = fingerprint(train(version="x"))
    yield at_most("全部训练（CPU 秒）", 90, time.process_time() - began, ".1f")
    two = fingerprint(train(version="x"))
    yield f"两次训练的校验值 {one[:16]}、{two[:16]}"
    yield at_least("两次训练的校验值相同", 1, one == two, ".0f")


def main() -> None:
    """Print the figures and the demands; exit code 1 when one is not met."""
    parser = argparse.ArgumentParser(prog="python -m jihe_models.evaluation", description="模型的各项指标")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="真实报告所在文件夹")
    parser.add_argument("--labels", type=Path, default=LABELS, help="人工标注（只含位置）")
    parser.add_argument("--quick", action="store_true", help="不做需要重新训练的测量")
    parser.add_argument("--part", choices=PARTS, action="append", help="只做这一部分，可重复")
    parser.add_argument("--dialect", choices=foreign(), action="append", help="订正曲线只做这个方言，可重复")
    args = parser.parse_args()
    parts = args.part or (QUICK if args.quick else PARTS)
    demands: list[Demand] = []
    for line in lines(args.reports, args.labels, parts, args.dialect or foreign()):
        if isinstance(line, Demand):
            demands.append(line)
        print(line.line() if isinstance(line, Demand) else line, flush=True)
    print(*table(demands), sep="\n")
    sys.exit(any(not demand.met for demand in demands))


if __name__ == "__main__":
    main()
