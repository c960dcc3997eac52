"""The gold format: an annotated report, versioned, schema-validated, its offsets checked against its text.

A gold file is JSON (schema ``jihe-gold/1``). It carries the text itself or names a text file beside it.
All offsets are Unicode code points into that text as decoded from the file, half-open, so that
``text[start:end] == quote``; a reader that re-joins lines maps them through ``Document.source_map``.
Facts, rows and findings refer to one another by fact id.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec

from jihe_extract.facts import ClaimKind, Stage
from jihe_extract.numbers.quantity import Relation

SCHEMA = "jihe-gold/1"
GoldVerdict = Literal["holds", "tail", "broken", "undecided"]
Floor = Literal["info", "warning", "error"]
Layout = Literal["plain", "wrapped", "markdown", "tabs", "loose", "flat"]


class GoldError(ValueError):
    """A gold file that cannot be trusted; the message (Chinese) names the file, the place and the reason."""


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    pass


class Quote(_Strict, frozen=True, kw_only=True):
    """A place in the text: ``text[start:end] == quote``."""

    quote: str
    start: int
    end: int


class GoldFact(_Strict, frozen=True, kw_only=True):
    """One quantity and what it measures; ``value`` in base units (yuan, fraction for %, else plain).

    ``relation`` and ``unit`` follow :class:`jihe_extract.numbers.quantity.Quantity`. ``measure`` is ``未定`` for
    figures that no vocabulary measure names (business counts).
    """

    id: str
    quote: str
    start: int
    end: int
    value: Decimal
    unit: str
    step: Decimal
    relation: Relation = "eq"
    measure: str = "未定"
    subject: str = ""
    scope: str = ""
    period: str = ""
    stage: Stage = ""


class GoldClaim(_Strict, frozen=True, kw_only=True):
    """A relation the report asserts; ``stated`` and ``operands`` are fact ids, ``items`` listed spans."""

    kind: ClaimKind
    verdict: GoldVerdict = "holds"
    stated: str = ""
    operands: tuple[str, ...] = ()
    open: bool = False
    word: str = ""
    items: tuple[Quote, ...] = ()


class GoldRow(_Strict, frozen=True, kw_only=True):
    """One indicator; figures are fact ids, ``""`` when absent; texts are quotes."""

    path: tuple[str, ...]
    name: Quote | None = None
    weight: str = ""
    target: str = ""
    mid_year: str = ""
    actual: str = ""
    completion: str = ""
    deviation: str = ""
    score: str = ""
    target_text: Quote | None = None
    actual_text: Quote | None = None
    reason: Quote | None = None
    remedy: Quote | None = None

    def figures(self) -> Iterator[tuple[str, str]]:
        """(field, fact id) of every figure the row has."""
        for name in ROW_FIGURES:
            if getattr(self, name):
                yield name, getattr(self, name)


ROW_FIGURES = ("weight", "target", "mid_year", "actual", "completion", "deviation", "score")


class GoldFinding(_Strict, frozen=True, kw_only=True):
    """A defect that must be found: taxonomy category, least severity, the quotes that prove it."""

    category: str
    severity: Floor
    quotes: tuple[Quote, ...]
    why: str = ""
    kind: str = ""
    """Kind of planted error, "" for a defect of the report's own."""
    relations: tuple[str, ...] = ()


class GoldClear(_Strict, frozen=True, kw_only=True):
    """A place that must not be flagged at ``ceiling`` or above, and why it is sound."""

    quotes: tuple[Quote, ...]
    why: str = ""
    ceiling: Floor = "warning"


class Gold(_Strict, frozen=True, kw_only=True):
    """Everything known to be true of one report."""

    schema: str = SCHEMA
    text: str | None = None
    text_file: str | None = None
    unit: str = ""
    year: str = ""
    region: str = ""
    pack: str = ""
    unit_kind: str = ""
    report_kind: str = ""
    dialect: str = ""
    split: str = ""
    layout: Layout = "plain"
    clean: bool = False
    """The report holds no defect: anything flagged as an error is a false accusation."""
    facts: tuple[GoldFact, ...] = ()
    claims: tuple[GoldClaim, ...] = ()
    rows: tuple[GoldRow, ...] = ()
    findings: tuple[GoldFinding, ...] = ()
    clear: tuple[GoldClear, ...] = ()

    def fact(self, fact_id: str) -> GoldFact:
        """The fact with this id (KeyError when there is none)."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)

    def quotes(self) -> Iterator[tuple[str, Quote]]:
        """Every quote in it that is not a fact, with a Chinese name of its place."""
        for i, claim in enumerate(self.claims):
            yield from ((f"claims[{i}]", q) for q in claim.items)
        for i, row in enumerate(self.rows):
            texts = (row.name, row.target_text, row.actual_text, row.reason, row.remedy)
            yield from ((f"rows[{i}]", q) for q in texts if q)
        for i, finding in enumerate(self.findings):
            yield from ((f"findings[{i}]", q) for q in finding.quotes)
        for i, clear in enumerate(self.clear):
            yield from ((f"clear[{i}]", q) for q in clear.quotes)


class Annotated(msgspec.Struct, frozen=True):
    """A text and its gold, checked against each other. ``path`` is where the report's own file lies."""

    text: str
    gold: Gold
    name: str = ""
    path: Path | None = None


def check(gold: Gold, text: str, where: str = "标注") -> None:
    """Refuse gold that does not fit its text.

    Raises:
        GoldError: wrong schema, offsets that do not give the quote, ids that are double or dangling.
    """
    if gold.schema != SCHEMA:
        raise GoldError(f"{where}：格式版本 {gold.schema!r} 不受支持，应为 {SCHEMA!r}")
    ids: set[str] = set()
    for i, fact in enumerate(gold.facts):
        if not fact.id or fact.id in ids:
            raise GoldError(f"{where} facts[{i}]：编号 {fact.id!r} 为空或重复")
        ids.add(fact.id)
        _check_span(text, fact, f"{where} facts[{i}]({fact.id})")
    for place, quote in gold.quotes():
        _check_span(text, quote, f"{where} {place}")
    for i, claim in enumerate(gold.claims):
        for fact_id in (*claim.operands, *([claim.stated] if claim.stated else [])):
            if fact_id not in ids:
                raise GoldError(f"{where} claims[{i}]：引用了不存在的事实 {fact_id!r}")
    for i, row in enumerate(gold.rows):
        for field, fact_id in row.figures():
            if fact_id not in ids:
                raise GoldError(f"{where} rows[{i}].{field}：引用了不存在的事实 {fact_id!r}")
    if gold.clean and any(f.severity == "error" for f in gold.findings):
        raise GoldError(f"{where}：标为无缺陷的报告不应列有确定矛盾")


def _check_span(text: str, item: GoldFact | Quote, where: str) -> None:
    if not 0 <= item.start < item.end <= len(text):
        raise GoldError(f"{where}：位置 {item.start}—{item.end} 超出正文（共 {len(text)} 字）")
    found = text[item.start : item.end]
    if found != item.quote:
        raise GoldError(f"{where}：位置 {item.start}—{item.end} 处是 {found!r}，标注为 {item.quote!r}")


def decode(data: bytes, where: str = "标注") -> Gold:
    """Gold from JSON bytes, schema-validated but not yet checked against a text.

    Raises:
        GoldError: not JSON, wrong or unknown fields.
    """
    try:
        return msgspec.json.decode(data, type=Gold)
    except msgspec.DecodeError as error:
        raise GoldError(f"{where}：不符合标注格式（{error}）") from error


def encode(gold: Gold) -> bytes:
    """Stable JSON bytes, readable, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(gold), indent=1) + b"\n"


def load(path: Path) -> Annotated:
    """An annotated report from ``x.gold.json`` and the text it carries or names.

    Raises:
        GoldError: see :func:`check` and :func:`decode`; also when the text file cannot be read.
    """
    gold = decode(path.read_bytes(), path.name)
    source: Path | None = None
    if gold.text is not None:
        text = gold.text
    elif gold.text_file:
        source = path.parent / gold.text_file
        try:
            text = source.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise GoldError(f"{path.name}：无法读取正文 {gold.text_file}（{error}）") from error
    else:
        raise GoldError(f"{path.name}：既无正文也未指明正文文件")
    check(gold, text, path.name)
    return Annotated(text=text, gold=gold, name=gold.text_file or path.name, path=source)


def load_folder(folder: Path) -> list[Annotated]:
    """All annotated reports under a folder, ordered by path."""
    return [load(path) for path in sorted(folder.rglob("*.gold.json"))]
