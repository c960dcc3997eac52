"""What reports share, as sheets: passages, matrix, families, shares of original text."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from jihe_audit.export import columns
from jihe_audit.export.acrossview import called, matrix_members
from jihe_audit.export.cells import Column, Looks, Sheet
from jihe_audit.reuse import GRADE_WORDS, GRADES, ReuseReport, section_name

SHEET_GRADES = ("substantive", "shared")
MOST_PASSAGES = 20_000
MOST_IN_MATRIX = 100
_SHOWN = 1500


def passage_rows(reuse: ReuseReport, passages: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows of 雷同段落, substantive copies and longer ones first; outline and template stay in the data file."""
    ranked = heapq.nsmallest(
        MOST_PASSAGES,
        (p for p in passages if p["grade"] in SHEET_GRADES),
        key=lambda p: (SHEET_GRADES.index(p["grade"]), -len(p["a_quote"]), p["a"], p["b"], p["a_start"]),
    )
    return [
        [
            n,
            GRADE_WORDS[p["grade"]],
            *[called(reuse, p["a"]), p["a"], f"{p['a_start']}—{p['a_end']}", p["a_quote"][:_SHOWN]],
            *[called(reuse, p["b"]), p["b"], f"{p['b_start']}—{p['b_end']}", p["b_quote"][:_SHOWN]],
            *[_share(p["masked_similarity"]), _share(p["similarity"])],
            *["\n".join(_changes(p["changed"])), _source(p), p["reason"]],
        ]
        for n, p in enumerate(ranked, 1)
    ]


def _share(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def _source(passage: Mapping[str, Any]) -> str:
    return {"a": "甲", "b": "乙"}.get(passage["source"], "不明")


def _changes(changed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What differs, a line a kind: 数字改动 12→20、30→45."""
    kinds: dict[str, list[str]] = {}
    for c in changed:
        same = c["a"] == c["b"]
        words = c["a"] if same else f"{c['a'] or '（无）'}→{c['b'] or '（无）'}"
        kinds.setdefault(c["what"], []).append(words)
    for what, words in kinds.items():
        if what == "名称替换":
            yield what
        else:
            yield f"{what}：{'、'.join(list(dict.fromkeys(words))[:6])}"


def matrix_rows(reuse: ReuseReport) -> tuple[tuple[Column, ...], list[list[Any]]]:
    """Columns and rows of 雷同矩阵."""
    members = matrix_members(reuse, MOST_IN_MATRIX)
    heads = (Column("报告", 30), *(Column(called(reuse, name), 9, "percent") for name in members))
    rows = [
        [called(reuse, name), *(_share(value) if value else "" for value in line)]
        for name, line in zip(members, reuse.matrix(members), strict=True)
    ]
    return heads, rows


def family_rows(reuse: ReuseReport) -> list[list[Any]]:
    """Rows of 雷同报告群."""
    rows: list[list[Any]] = [
        [
            n,
            "同一单位各年度" if family.same_unit else "不同单位",
            len(family.members),
            "、".join(called(reuse, m) for m in family.members[:50]),
            called(reuse, family.source) if family.source else "不明",
            family.substantive,
        ]
        for n, family in enumerate(reuse.families[:2000], 1)
    ]
    for n, same in enumerate(reuse.same[:2000], len(rows) + 1):
        rows.append([n, "全文相同", len(same.members), "、".join(same.members[:50]), "不明", None])
    return rows


def share_rows(reuse: ReuseReport) -> Iterator[list[Any]]:
    """Rows of 原创比例, the least original first."""
    for n, report in enumerate(sorted(reuse.reports, key=lambda r: (r.original, r.id)), 1):
        sections = "、".join(f"{section_name(s.kind)}{s.original:.0%}" for s in report.sections if s.length >= 50)
        shares = [_share(report.shares.get(grade, 0.0)) for grade in reversed(GRADES)]
        yield [n, report.unit or None, report.id, report.length, _share(report.original), *shares, sections]


class AcrossSheets:
    """The sheets of a set in a workbook under construction."""

    def __init__(self, book: xlsxwriter.Workbook, looks: Looks, sub: str) -> None:
        self._book, self._looks, self._sub = book, looks, sub

    def write(self, reuse: ReuseReport, passages: Iterable[Mapping[str, Any]]) -> None:
        """Write all of them."""
        notes = "　".join(reuse.notes)
        self._sheet("雷同段落", columns.COPIES, passage_rows(reuse, passages), f"{self._sub}　{notes}")
        self._sheet("原创比例", columns.SHARES, share_rows(reuse))
        heads, rows = matrix_rows(reuse)
        if rows:
            sub = "行报告的文字中与列报告实质雷同的部分所占比例"
            sheet = self._sheet("雷同矩阵", heads, rows, sub)
            last = len(rows) + Sheet.FIRST - 1
            scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E57373"}
            sheet.sheet.conditional_format(Sheet.FIRST, 1, last, len(rows), scale)
        if reuse.families or reuse.same:
            self._sheet("雷同报告群", columns.FAMILIES, family_rows(reuse))

    def _sheet(self, name: str, heads: Sequence[Column], rows: Iterable[Sequence[Any]], sub: str = "") -> Sheet:
        sheet = Sheet(self._book, self._looks, name, name, sub or self._sub, heads)
        for row in rows:
            sheet.add(row)
        sheet.close({})
        return sheet


def write_across_workbook(path: Path, reuse: ReuseReport, passages: Iterable[Mapping[str, Any]]) -> None:
    """The sheets of a set in a workbook of their own, whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        book = xlsxwriter.Workbook(
            str(temporary), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        book.set_properties({"title": "报告雷同比对", "author": "", "company": ""})
        AcrossSheets(book, Looks(book), f"共 {len(reuse.reports)} 份报告").write(reuse, passages)
        book.close()
        temporary.replace(path)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(0, "无法写入雷同比对表，请关闭已打开的同名文件") from error
    finally:
        temporary.unlink(missing_ok=True)
