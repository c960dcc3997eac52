"""The figures of reports as a table: JSON lines, CSV, a workbook or Parquet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from jihe.errors import UsageError
from jihe.inputs import Trouble, expand
from jihe.settings import Settings
from jihe_audit.export.contract import whole
from jihe_audit.export.records import FactRecord, encode
from jihe_audit.export.rows import RISKY, harmless
from jihe_audit.reuse.join import duckdb_module
from jihe_extract.errors import ReadError

HEADS = (
    ("report", "报告"), ("measure", "指标"), ("subject", "主体"), ("scope", "口径"), ("period", "年度"),
    ("stage", "阶段"), ("value", "数值"), ("unit", "单位"), ("relation", "关系"), ("quote", "原文"),
    ("start", "起点"), ("end", "终点"), ("page", "页"), ("place", "位置"), ("status", "核对结果"),
    ("reason", "未核对的原因"), ("trust", "抽取置信度"),
)  # fmt: skip


def figures_of(paths: Sequence[str], settings: Settings | None = None) -> tuple[list[FactRecord], list[Trouble]]:
    """Every figure of every report, and the files that could not be read.

    Raises:
        UsageError: when there is nothing to read.
    """
    from jihe.pipeline import record_file

    settings = settings or Settings()

    with tempfile.TemporaryDirectory(prefix="jihe-") as folder:
        inputs, troubles = expand(paths, skip=Path(folder), unpack=Path(folder))
        figures: list[FactRecord] = []
        for one in inputs:
            try:
                figures += record_file(one.path, one.report, settings)[0].facts
            except ReadError as error:
                troubles.append(Trouble(one.report, error.message_zh))
            except Exception as error:  # one bad file never stops the rest
                troubles.append(Trouble(one.report, f"处理时出现内部错误，本份未完成（{type(error).__name__}）"))
    return figures, troubles


def write_figures(figures: Sequence[FactRecord], form: str, out: Path | None, stdout: IO[bytes]) -> None:
    """Write the figures; to a file whole or not at all.

    Raises:
        UsageError: when the file cannot be written.
    """
    try:
        if out is None:
            stdout.writelines(_LINES[form](figures))
        elif form == "parquet":
            write_parquet(figures, out)
        elif form == "xlsx":
            write_sheet(figures, out)
        else:
            with whole(out) as sink:
                sink.writelines(_LINES[form](figures))
    except OSError as error:
        raise UsageError(f"无法写入 {out}，请检查权限，或关闭已打开的同名文件") from error


def json_lines(figures: Sequence[FactRecord]) -> Iterator[bytes]:
    """One object a line."""
    return (encode(f) + b"\n" for f in figures)


def guarded(text: str) -> str:
    """Text that a spreadsheet will not take for a formula when it opens a CSV file."""
    text = harmless(text)
    return f"'{text}" if text.startswith(RISKY) else text


def csv_rows(heads: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
    """CSV with a byte order mark, so that spreadsheets read the Chinese rightly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    yield ("\ufeff" + buffer.getvalue()).encode()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(
            [format(v, "f") if isinstance(v, Decimal) else guarded(v) if isinstance(v, str) else v for v in row]
        )
        yield buffer.getvalue().encode()


def csv_lines(figures: Sequence[FactRecord]) -> Iterator[bytes]:
    """The figures as CSV with Chinese heads."""
    return csv_rows([zh for _, zh in HEADS], ([getattr(f, name) for name, _ in HEADS] for f in figures))


_LINES = {"jsonl": json_lines, "csv": csv_lines}


def write_sheet(figures: Sequence[FactRecord], out: Path) -> None:
    """One sheet with a row per figure."""
    import xlsxwriter

    from jihe_audit.export.cells import Column, Looks, Sheet

    looks = {"value": "plain", "start": "count", "end": "count", "page": "count", "trust": "plain"}
    columns = [Column(zh, 44 if name == "quote" else 14, looks.get(name, "text")) for name, zh in HEADS]
    temporary = out.with_name(f".{out.name}.part")
    try:
        book = xlsxwriter.Workbook(str(temporary), {"constant_memory": True})
        sheet = Sheet(book, Looks(book), "抽取数据", "报告数字抽取表", "金额单位：元；比率为小数", columns)
        for f in figures:
            sheet.add([getattr(f, name) for name, _ in HEADS])
        sheet.close({})
        book.close()
        temporary.replace(out)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(0, "cannot create") from error
    finally:
        temporary.unlink(missing_ok=True)


def write_parquet(figures: Sequence[FactRecord], out: Path) -> None:
    """The figures as Parquet; values are DECIMAL(38, 10).

    Raises:
        OSError: when the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="jihe-") as folder:
        lines = Path(folder) / "facts.jsonl"
        with lines.open("wb") as sink:
            sink.writelines(json_lines(figures))
        lines_to_parquet(lines, out)


_SQL = """
COPY (SELECT * FROM read_json({source}, format = 'newline_delimited', columns = {{{columns}}}))
TO {target} (FORMAT parquet)
"""
_TYPES = (
    ("report", "VARCHAR"), ("quote", "VARCHAR"), ("start", "BIGINT"), ("end", "BIGINT"), ("page", "INTEGER"),
    ("value", "DECIMAL(38,10)"), ("unit", "VARCHAR"), ("relation", "VARCHAR"), ("measure", "VARCHAR"),
    ("subject", "VARCHAR"), ("scope", "VARCHAR"), ("period", "VARCHAR"), ("stage", "VARCHAR"),
    ("status", "VARCHAR"), ("reason", "VARCHAR"), ("checks", "VARCHAR[]"), ("low", "DECIMAL(38,10)"),
    ("high", "DECIMAL(38,10)"), ("place", "VARCHAR"), ("origin", "VARCHAR"), ("by", "VARCHAR"),
    ("trust", "DECIMAL(5,4)"),
)  # fmt: skip


def lines_to_parquet(lines: Path, out: Path) -> None:
    """``facts.jsonl`` as Parquet, through the embedded engine.

    Raises:
        OSError: when the file cannot be written.
        ModuleNotFoundError: without the extra ``jihe[duckdb]``.
    """
    duckdb = duckdb_module()
    columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in _TYPES)
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.part")
    quoted = {k: "'" + str(v).replace("'", "''") + "'" for k, v in (("source", lines), ("target", temporary))}
    try:
        with closing(duckdb.connect()) as engine:
            engine.execute(_SQL.format(columns=columns, **quoted))
        temporary.replace(out)
    except duckdb.IOException as error:
        raise OSError(0, str(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
