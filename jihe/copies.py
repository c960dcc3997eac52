"""Comparing a set of reports for reuse alone, without the audit."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from jihe.across import covered_passage
from jihe.batch import prepare
from jihe.errors import UsageError
from jihe.inputs import Trouble, expand
from jihe.pipeline import read_document
from jihe_audit.export.acrossview import across_markup
from jihe_audit.export.contract import text_path, whole, write_lines
from jihe_audit.export.mask import Mask
from jihe_audit.export.pages import fill, part
from jihe_audit.export.recording import finding_record
from jihe_audit.export.records import FindingRecord
from jihe_audit.reuse import GRADE_WORDS, GRADES, ReuseDocument, ReuseReport, build_background, find_reuse
from jihe_audit.reuse import findings as reuse_findings
from jihe_extract.errors import ReadError
from jihe_extract.profile import profile


@dataclass(frozen=True)
class Copies:
    """What the comparison came to."""

    report: ReuseReport
    findings: tuple[FindingRecord, ...]
    troubles: tuple[Trouble, ...]


def compare(
    paths: Sequence[str],
    out: Path,
    *,
    background: Path | None = None,
    against: Sequence[str] = (),
    engine: str = "local",
    save: Path | None = None,
) -> Copies:
    """Compare the reports and write ``reuse.jsonl``, ``findings.jsonl``, ``text/`` and ``index.html``.

    Raises:
        UsageError: when there is nothing to compare, or an option does not fit.
    """
    prepare(out, out / ".jihe")
    masks: dict[str, Mask] = {}
    documents, troubles = _documents(paths, out, masks, "")
    older, more = _documents(against, out, masks, "比对/") if against else ([], [])
    try:
        report = find_reuse(documents, background=background, against=older, engine=engine)
        if save is not None:
            build_background(documents, save)
    except (ValueError, ModuleNotFoundError, OSError) as error:
        raise UsageError(f"无法比对：{error}") from error
    records = []
    for finding in reuse_findings(report):
        concerned = {r: masks[r] for r in {finding.report, *(e.report for e in finding.evidence)} if r in masks}
        records.append(finding_record(finding, concerned))
    passages = [covered_passage(p.row(), masks) for p in report.passages]
    write_lines(out / "reuse.jsonl", passages)
    write_lines(out / "findings.jsonl", records)
    for name, mask in masks.items():
        with whole(text_path(out, name)) as sink:
            sink.write(mask.text.encode())
    with whole(out / "index.html") as sink:
        sink.write(_page(report, passages).encode("utf-8", "replace"))
    return Copies(report, tuple(records), (*troubles, *more))


def _documents(
    paths: Sequence[str], out: Path, masks: dict[str, Mask], prefix: str
) -> tuple[list[ReuseDocument], list[Trouble]]:
    documents = []
    with tempfile.TemporaryDirectory(prefix="jihe-") as folder:
        inputs, troubles = expand(paths, skip=out, unpack=Path(folder))
        for one in inputs:
            try:
                document = read_document(one.path, prefix + one.report)
            except ReadError as error:
                troubles.append(Trouble(one.report, error.message_zh))
                continue
            masks[document.name] = Mask(document.text)
            documents.append(ReuseDocument.from_document(document, profile(document)))
    return documents, troubles


def _page(report: ReuseReport, passages: list[dict[str, object]]) -> str:
    return fill(
        "copies.html",
        {
            "css": part("page.css"),
            "sub": f"共 {len(report.reports)} 份报告，对齐段落 {len(passages)} 处",
            "across": across_markup(report, passages),
        },
    )


def tell(out: Console, copies: Copies, folder: Path) -> None:
    """The result in the terminal."""
    counts = Counter(p.grade for p in copies.report.passages)
    for trouble in copies.troubles:
        out.print(f"✗ {trouble.report}：{trouble.message}")
    for share in copies.report.reports:
        out.print(f"{share.id}：原创比例 {share.original * 100:.0f}%")
    out.print("对齐段落：" + "，".join(f"{GRADE_WORDS[g]} {counts[g]}" for g in GRADES))
    for note in copies.report.notes:
        out.print(note)
    out.print(f"结果在 {folder}：先看 index.html")
