"""Comparing a set of reports for reuse alone, without the audit."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

import jihe
from jihe.batch import prepare
from jihe.comparing import Comparing, covered_passages, passages_for_display
from jihe.errors import UsageError
from jihe.inputs import Trouble, expand
from jihe.pipeline import read_document
from jihe_audit.export.acrosssheets import write_across_workbook
from jihe_audit.export.acrossview import across_markup
from jihe_audit.export.contract import text_path, whole, write_json, write_lines
from jihe_audit.export.mask import Mask
from jihe_audit.export.pages import fill, part
from jihe_audit.export.recording import finding_record
from jihe_audit.export.records import FindingRecord
from jihe_audit.reuse import GRADE_WORDS, GRADES, ReuseDocument, ReuseReport, build_background
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
    against: Sequence[str] = (),
    comparing: Comparing | None = None,
    save: Path | None = None,
) -> Copies:
    """Compare the reports; write ``reuse.jsonl``, ``findings.jsonl``, ``run.json``, ``text/``, a workbook and a page.

    Raises:
        UsageError: when there is nothing to compare, or an option does not fit.
    """
    comparing = comparing or Comparing()
    prepare(out, out / ".jihe")
    masks: dict[str, Mask] = {}
    documents, troubles = _documents(paths, out, masks, "")
    older, more = _documents(against, out, masks, "比对/") if against else ([], [])
    report = comparing.find(documents, older)
    if save is not None:
        try:
            build_background(documents, save)
        except (ModuleNotFoundError, OSError) as error:
            raise UsageError(f"未能另存背景库：{error}") from error
    records = []
    for finding in reuse_findings(report):
        concerned = {r: masks[r] for r in {finding.report, *(e.report for e in finding.evidence)} if r in masks}
        records.append(finding_record(finding, concerned))
    copies = Copies(report, tuple(records), (*troubles, *more))
    write_lines(out / "reuse.jsonl", covered_passages(report, masks))
    write_lines(out / "findings.jsonl", records)
    write_json(out / "run.json", _run(copies, comparing, against))
    for name, mask in masks.items():
        with whole(text_path(out, name)) as sink:
            sink.write(mask.text.encode())
    write_across_workbook(out / "雷同比对.xlsx", report, passages_for_display(report, masks))
    with whole(out / "index.html") as sink:
        sink.write(_page(report, masks).encode("utf-8", "replace"))
    return copies


def _run(copies: Copies, comparing: Comparing, against: Sequence[str]) -> dict[str, object]:
    report = copies.report
    counts = Counter(p.grade for p in report.passages)
    return {
        "jihe": jihe.__version__,
        "engine": comparing.engine,
        "background": str(comparing.background or ""),
        "against": list(against),
        "reports": [{"report": r.id, "unit": r.unit, "year": r.year, "original": r.original} for r in report.reports],
        "passages": {grade: counts[grade] for grade in GRADES},
        "notes": list(report.notes),
        "unreadable": [{"report": t.report, "problem": t.message} for t in copies.troubles],
    }


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
            masks[document.name] = Mask.of_document(document)
            documents.append(ReuseDocument.from_document(document, profile(document)))
    return documents, troubles


def _page(report: ReuseReport, masks: Mapping[str, Mask]) -> str:
    return fill(
        "copies.html",
        {
            "css": part("page.css"),
            "sub": f"共 {len(report.reports)} 份报告，对齐段落 {len(report.passages)} 处",
            "across": across_markup(report, passages_for_display(report, masks)),
        },
    )


MOST_TOLD = 50


def tell(out: Console, copies: Copies, folder: Path) -> None:
    """The result in the terminal."""
    counts = Counter(p.grade for p in copies.report.passages)
    for trouble in copies.troubles:
        out.print(f"✗ {trouble.report}：{trouble.message}")
    least = sorted(copies.report.reports, key=lambda share: (share.original, share.id))
    for share in least[:MOST_TOLD]:
        copied = share.shares.get("substantive", 0.0)
        out.print(f"{share.id}：原创文字占 {share.original:.0%}" + (f"，实质雷同占 {copied:.0%}" if copied else ""))
    if len(least) > MOST_TOLD:
        out.print(f"其余 {len(least) - MOST_TOLD} 份原创比例更高，见 雷同比对.xlsx")
    out.print("对齐段落：" + "，".join(f"{GRADE_WORDS[g]} {counts[g]}" for g in GRADES))
    for note in copies.report.notes:
        out.print(note)
    out.print(f"结果在 {folder}：先看 index.html 或 雷同比对.xlsx")
