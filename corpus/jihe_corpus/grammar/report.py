"""One report from one seed: dialect, kind of unit, kind of report, form and layout, with its gold."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import msgspec

from jihe_corpus.gold import Gold, Layout
from jihe_corpus.grammar.dialect import HERE, Dialect, Kind, Section, dialects, kinds
from jihe_corpus.grammar.figures import Style, World, invent, score_all, survey
from jihe_corpus.grammar.indicators import draw
from jihe_corpus.grammar.sheets import Sheet, funds, indicators, projects
from jihe_corpus.grammar.teller import Teller, scores_line
from jihe_corpus.layout import loosen, wrap
from jihe_corpus.markup import compile_report, strip

REPORT_KINDS = ("部门整体自评", "项目支出自评", "第三方评价", "转移支付自评")
_NUMBERS = "一二三四五六七八九十"
TABLE_LAYOUTS = ("tabs", "flat", "markdown")


@dataclass
class Piece:
    """A block of the report: ``title``, ``heading`` (level 1), ``para`` or a table; text is marked."""

    kind: str
    text: str = ""
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Generated:
    """A report with its truth. ``pieces`` are marked blocks, for the document writers."""

    name: str
    text: str
    gold: Gold
    pieces: tuple[Piece, ...]


@cache
def _shared(split: str) -> dict[str, dict[str, list[str]]]:
    path = HERE / f"shared-{split}.toml"
    if not path.is_file():  # the dialects of this split share nothing
        return {"pools": {}, "messages": {}}
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _outlines(split: str) -> dict[str, tuple[Section, ...]]:
    raw = tomllib.loads((HERE / "outlines.toml").read_text(encoding="utf-8")).get(split, {})
    return {kind: tuple(msgspec.convert(s, Section) for s in sections) for kind, sections in raw.items()}


@cache
def full_dialect(dialect_id: str) -> Dialect:
    """A dialect with what its split shares filled in."""
    own = dialects()[dialect_id]
    shared = _shared(own.split)
    pools = {**{k: tuple(v) for k, v in shared["pools"].items()}, **own.pools}
    messages = {**{k: tuple(v) for k, v in shared["messages"].items()}, **own.messages}
    outlines = {**_outlines(own.split), **own.outlines}
    return msgspec.structs.replace(own, pools=pools, messages=messages, outlines=outlines)


def write(
    seed: int,
    dialect_id: str,
    unit_kind: str | None = None,
    report_kind: str | None = None,
    layout: str | None = None,
) -> Generated:
    """The report of a seed; the same arguments give the same bytes."""
    rng = random.Random(f"jihe/{seed}/{dialect_id}")
    dialect = full_dialect(dialect_id)
    kind = kinds().kind[unit_kind or rng.choice(kinds().of(dialect.split))]
    report = report_kind or rng.choice(REPORT_KINDS)
    chosen = layout or rng.choice(list(dialect.layouts))
    teller = _teller(rng, dialect, kind, report)
    pieces = _tell(teller, report, chosen)
    body = render(pieces, chosen, rng)
    upper = {row: levels for row, levels in sorted(teller.upper.items())}
    meta = {
        "unit": teller.unit,
        "year": str(teller.world.year),
        "region": dialect.region,
        "unit_kind": kind.name,
        "report_kind": report,
        "dialect": dialect.id,
        "split": dialect.split,
        "layout": chosen,
        "clean": True,
    }
    text, gold = compile_report(body + _tail(meta, scores_line(teller.claims, _one_exec(teller)), upper))
    if chosen == "wrapped":
        text, gold = wrap(text, gold, rng.randint(26, 40), gap=rng.choice(["\n", "\n\n"]), page=rng.choice([0, 22]))
    elif chosen == "loose":
        text, gold = loosen(text, gold, rng)
    return Generated(f"{dialect.id}-{seed:05d}", text, gold, tuple(pieces))


def _one_exec(teller: Teller) -> list[str]:
    ids = list(dict.fromkeys(teller.score_ids))
    first = next((i for i in ids if i.startswith("es_")), None)
    return [i for i in ids if not i.startswith("es_") or i == first]


def _teller(rng: random.Random, dialect: Dialect, kind: Kind, report: str) -> Teller:
    pool = kind.pool(dialect.split)
    if pool is None:
        raise ValueError(f"{kind.name}：没有 {dialect.split} 的词")
    unit = rng.choice(kind.names).format(place=rng.choice(kinds().places[dialect.split]))
    amount_unit = rng.choice(dialect.units)
    style = Style(
        unit=amount_unit,
        places=2 if amount_unit == "元" else rng.choice(dialect.places),
        rate_places=rng.choice(dialect.rate_places),
        separators=dialect.separators,
        trim=dialect.trim,
        gap=rng.choice(["", " "]),
    )
    count = rng.choice([1, 2, 3, 4, 5, 6, 8, 12, 20, 30])
    names = _project_names(rng, pool.projects, count)
    whole = report in ("部门整体自评", "第三方评价")
    world = invent(rng, style, rng.choice([2022, 2023, 2024]), Decimal(kind.size), names, only_projects=not whole)
    world.exec_weight = Decimal(dialect.exec_weight if report == "部门整体自评" else 10)
    money = (world.raw["A1"], world.raw["B"])
    rest = 100 - int(world.exec_weight)
    world.indicators = draw(rng, pool.indicators, style, rest, rng.randint(5, 9), money)
    survey(rng, world)
    score_all(world)
    return Teller(dialect, pool, world, unit, rng)


def _project_names(rng: random.Random, pool: Sequence[str], count: int) -> list[str]:
    names = rng.sample(list(pool), min(count, len(pool)))
    phases = [f"{name}（{phase}）" for phase in ("二期", "市级补助", "续建") for name in pool]
    return names + phases[: count - len(names)]


def _tell(teller: Teller, report: str, layout: str) -> list[Piece]:
    world = teller.world
    title = f"{world.year}年度{teller.unit}{teller.dialect.titles.get(report, _TITLES[report])}"
    pieces = [Piece("title", title)]
    for i, section in enumerate(teller.dialect.outlines[report]):
        pieces.append(Piece("heading", f"{_NUMBERS[i]}、{section.title}"))
        for message in section.messages:
            name = message.rstrip("?")
            if message.endswith("?") and teller.rng.random() < 0.5:
                continue
            pieces += _message(teller, name, layout)
    return [p for p in pieces if p.text or p.sheet]


_TITLES = {
    "部门整体自评": "部门整体支出绩效自评报告",
    "项目支出自评": "项目支出绩效自评报告",
    "第三方评价": "部门整体绩效评价报告",
    "转移支付自评": "转移支付资金绩效自评报告",
}


def _message(teller: Teller, name: str, layout: str) -> list[Piece]:
    tables = layout in TABLE_LAYOUTS
    raw = teller.world.raw
    match name:
        case "org":
            return [Piece("para", teller.enumeration())]
        case "projects":
            if tables and teller.rng.random() < 0.7:
                return [Piece("para", teller.say("projects_table")), Piece("table", sheet=projects(teller))]
            return [Piece("para", teller.projects())]
        case "indicators":
            return _indicators(teller, tables)
        case "adjust":
            return [Piece("para", teller.say("adjust_down" if "DN" in raw else "adjust_up"))]
        case "growth":
            return [Piece("para", teller.say("growth_up" if raw["B"] > raw["LY"] else "growth_down"))]
        case _:
            return [Piece("para", teller.say(name))]


def _indicators(teller: Teller, tables: bool) -> list[Piece]:
    if tables:
        return [
            Piece("para", teller.say("funds_table")),
            Piece("table", sheet=funds(teller)),
            Piece("para", teller.say("indicators_table")),
            Piece("table", sheet=indicators(teller)),
        ]
    return [Piece("para", teller.indicator(item, i)) for i, item in enumerate(teller.world.indicators, 1)]


def render(pieces: Sequence[Piece], layout: str, rng: random.Random | None = None) -> str:
    """The marked text of the pieces in a layout."""
    lines: list[str] = []
    for piece in pieces:
        if piece.sheet is None:
            prefix = {"title": "# ", "heading": "## "}.get(piece.kind, "") if layout == "markdown" else ""
            lines.append(prefix + piece.text)
            if layout == "markdown":
                lines.append("")
            continue
        if piece.sheet.unit:
            lines.append(piece.sheet.unit)
            if layout == "markdown":
                lines.append("")
        lines += _table_lines(piece.sheet, layout)
    return "\n".join(lines) + "\n"


def _table_lines(sheet: Sheet, layout: str) -> list[str]:
    if layout == "markdown":
        rows = [f"| {' | '.join(row)} |" for row in sheet.rows]
        return [rows[0], "|" + "---|" * len(sheet.rows[0]), *rows[1:], ""]
    if layout == "flat":
        return [line for row in sheet.rows for line in (*(f"\t{cell}" for cell in row), "")]
    return ["\t".join(row) for row in sheet.rows]


def plain(pieces: Sequence[Piece]) -> list[tuple[str, str | list[list[str]]]]:
    """The pieces without marks: (kind, text) or (``table``, rows of cell texts), for the writers."""
    blocks: list[tuple[str, str | list[list[str]]]] = []
    for piece in pieces:
        if piece.sheet is None:
            blocks.append((piece.kind, strip(piece.text).text))
            continue
        if piece.sheet.unit:
            blocks.append(("unit", piece.sheet.unit))
        blocks.append(("table", [[strip(cell).text for cell in row] for row in piece.sheet.rows]))
    return blocks


def _tail(meta: dict[str, object], claims: Sequence[str], upper: dict[str, list[str]]) -> str:
    lines = ["+++"]
    lines += [
        f"{k} = {str(v).lower() if isinstance(v, bool) else msgspec.json.encode(v).decode()}" for k, v in meta.items()
    ]
    lines += ['claims = """', *claims, '"""', "[rows]"]
    lines += [f"{row} = {msgspec.json.encode(levels).decode()}" for row, levels in upper.items()]
    return "\n".join(lines) + "\n"


__all__ = ["REPORT_KINDS", "Generated", "Layout", "Piece", "Style", "World", "full_dialect", "plain", "render", "write"]
