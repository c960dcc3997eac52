"""``python -m jihe_models.evaluation``: every figure that the models room claims, measured anew.

Hand-labelled real reports are measured when their folder is given or found beside the checkout; their labels
hold offsets only.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jihe_corpus.wordings.rephrase import provinces
from jihe_corpus.wordings.sentences import unseen_names
from jihe_extract.extraction import extract, prose_quantities
from jihe_extract.reading import read
from jihe_models.binder import guess
from jihe_models.examples import Paragraph
from jihe_models.measures import alike
from jihe_models.measuring import NameScore, RoleScore, pooled, score_roles
from jihe_models.model import DEFAULT, Model
from jihe_models.names import NameTagger
from jihe_models.naming import Namer, score_names
from jihe_models.realreports import LABELS, REPORTS, agreement, real, row_names
from jihe_models.roles import RoleModel
from jihe_models.slices import HELD_OUT, frozen, rephrased_slice, wording_slice
from jihe_models.training import Base, base, fingerprint, fit_names, fit_roles, train

DRAWS = 5


def lines(folder: Path, labels: Path, *, full: bool) -> Iterator[str]:
    """The figures as lines of text, slowest last."""
    model = Model(DEFAULT)
    yield from _slices(model)
    known = real(labels, folder) if labels.is_file() else {}
    if known:
        yield from _real(model, known)
        yield from _accepted(model, folder, known)
        same, labelled = agreement(labels)
        yield f"第二次独立标注与第一次一致：{same}/{labelled}"
    yield from _names(model, known)
    if known:
        yield _name_line("真实报告全部指标（含表格，审核所用的行）", row_names(model, labels, folder))
    yield from _speed(folder if known else None)
    if full:
        if known:
            yield from _leave_one_out(known)
        yield from _adaptation()
        yield from _training()


def _slices(model: Model) -> Iterator[str]:
    yield "== 事项识别：各切片（准确率 / 严格 / 宏平均F1）"
    for name, draw in frozen().items():
        yield _line(name, score_roles(model.roles, draw()))


def _line(name: str, score: RoleScore) -> str:
    return f"{name}\t{score.n}\t{score.accuracy:.4f}\t{score.strict:.4f}\t{score.macro_f1:.4f}"


def _real(model: Model, known: dict[str, list[Paragraph]]) -> Iterator[str]:
    yield "== 真实报告（人工标注，训练从未使用）"
    scores = {name: score_roles(model.roles, paragraphs) for name, paragraphs in known.items()}
    for name, score in scores.items():
        yield _line(name[:3], score)
    yield _line("合计", pooled(list(scores.values())))


def _accepted(model: Model, folder: Path, known: dict[str, list[Paragraph]]) -> Iterator[str]:
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


def _names(model: Model, known: dict[str, list[Paragraph]]) -> Iterator[str]:
    yield "== 指标名（完全一致的 F1 / 有重叠的 F1）"
    namer = Namer.of(model)
    if known:
        yield _name_line("真实报告", _name_score(namer, [p for ps in known.values() for p in ps]))
    for name, draw in frozen().items():
        if name.startswith("trial/"):
            yield _name_line(name, _name_score(namer, draw()))


def _name_score(namer: Namer, paragraphs: Sequence[Paragraph]) -> NameScore:
    total = NameScore()
    for p in paragraphs:
        want = [(m.start, m.end) for m in p.names if m.label == "IND"]
        one = score_names(namer, p.text, p.figures, want)
        total.gold, total.said = total.gold + one.gold, total.said + one.said
        total.exact, total.touched = total.exact + one.exact, total.touched + one.touched
    return total


def _name_line(name: str, score: NameScore) -> str:
    return f"{name}\t{score.gold}\t{score.f1(score.exact):.4f}\t{score.f1(score.touched):.4f}"


def _speed(folder: Path | None) -> Iterator[str]:
    yield "== 速度与大小"
    began = time.perf_counter()
    model = Model(DEFAULT)
    _ = model.roles, model.names, model.kinds
    yield f"加载 {time.perf_counter() - began:.2f} 秒"
    sizes = {name: (DEFAULT / name).stat().st_size for name in model.manifest.files}
    yield f"最大的文件 {max(sizes.values())} 字节，合计 {sum(sizes.values())} 字节"
    if folder is None:
        return
    documents = [read(path, name=path.name) for path in sorted(folder.glob("*.txt"))]
    figures = [prose_quantities(d) for d in documents]
    began = time.process_time()
    for document, found in zip(documents, figures, strict=True):
        guess(model, document, found)
    yield f"事项识别 {sum(len(d.text) for d in documents) / (time.process_time() - began):,.0f} 字/秒（CPU）"


def _leave_one_out(known: dict[str, list[Paragraph]]) -> Iterator[str]:
    yield "== 真实报告：留一份测试，其余作订正"
    rows = base()
    scores: list[RoleScore] = []
    for name, paragraphs in known.items():
        others = [p for other, ps in known.items() if other != name for p in _single(ps)]
        scores.append(score_roles(RoleModel(fit_roles(rows, others)), paragraphs))
        yield _line(name[:3], scores[-1])
    yield _line("合计", pooled(scores))


def _single(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs with the first of several admissible measures."""
    return [replace(p, roles=tuple(r.split("|")[0] for r in p.roles)) for p in paragraphs]


def _adaptation() -> Iterator[str]:
    yield f"== 订正若干段后（{DRAWS} 次抽取：平均 / 最差；已知方言变化）"
    rows = base()
    kept = rephrased_slice("", 4)
    for name in provinces():
        yield from _curve(name, rows, kept)
    yield from _name_curve(rows)


def _curve(name: str, rows: Base, kept: Sequence[Paragraph]) -> Iterator[str]:
    pool = [p for p in rephrased_slice(name, 24, first=HELD_OUT + 1000) if any(p.roles)]
    test = rephrased_slice(name, 12)
    zero = RoleModel(fit_roles(rows, ()))
    start, old = score_roles(zero, test), score_roles(zero, kept)
    yield f"{name}\t订正 0 段\t{start.accuracy:.4f}"
    for count in (10, 30):
        found: list[float] = []
        loss = 0.0
        for draw in range(DRAWS):
            chosen = random.Random(f"{name}/{count}/{draw}").sample(pool, count)
            model = RoleModel(fit_roles(rows, chosen))
            found.append(score_roles(model, test).accuracy)
            loss = max(loss, old.accuracy - score_roles(model, kept).accuracy)
        mean, worst = sum(found) / DRAWS, min(found)
        yield f"{name}\t订正 {count} 段\t{mean:.4f}\t最差 {worst:.4f}\t旧方言最多下降 {loss:.4f}"


def _name_curve(rows: Base) -> Iterator[str]:
    for name in unseen_names():
        test = wording_slice(name, 200)
        more = wording_slice(name, 600, seed=HELD_OUT + 1)
        shown = [p for p in more if any(m.label == "IND" for m in p.names)][:30]
        namer = Namer(NameTagger(fit_names(rows, shown)), RoleModel(fit_roles(rows, shown)))
        yield _name_line(f"{name} 订正 {len(shown)} 段后的指标名", _name_score(namer, test))


def _training() -> Iterator[str]:
    yield "== 训练"
    began = time.process_time()
    one = fingerprint(train(version="x"))
    spent = time.process_time() - began
    yield f"全部训练 {spent:.1f} CPU 秒；两次校验值一致：{one == fingerprint(train(version='x'))}（{one[:16]}）"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m jihe_models.evaluation", description="模型的各项指标")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="真实报告所在文件夹")
    parser.add_argument("--labels", type=Path, default=LABELS, help="人工标注（只含位置）")
    parser.add_argument("--quick", action="store_true", help="不做需要重新训练的测量")
    args = parser.parse_args()
    for line in lines(args.reports, args.labels, full=not args.quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()
