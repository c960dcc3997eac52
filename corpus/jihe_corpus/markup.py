"""Reports written with their truth inside: a small markup that compiles to a text and its gold.

``{1864.20万元|年初预算数@基本支出&文化站项目~2022^年末#a0}`` marks a figure: measure, then optional
``@scope``, ``&subject``, ``~period``, ``^stage``, ``%relation``, ``$unit`` (lent by a table header),
``!figure`` (what Chinese numerals stand for: ``{九成|%ge!90%}``) and ``#id``.
``{文化站项目|=p1}`` names a stretch of text. Ids ``r3.weight`` … and names ``r3.name``,
``r3.target_text``, ``r3.reason`` gather into score row 3, whose upper levels stand in ``[rows]`` of the
tail. After a line ``+++`` follows TOML: the fields of :class:`~jihe_corpus.gold.Gold`, ``claims`` (one a
line: ``kind stated = operand operand … [open] [word:…] [!verdict]``), ``[[findings]]`` and ``[[clear]]``
whose ``quotes`` are ids or names. Declared verdicts are recomputed and refused when arithmetic differs.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, get_args

import msgspec

from jihe_corpus.arithmetic import verdict
from jihe_corpus.gold import ROW_FIGURES, Gold, GoldClaim, GoldClear, GoldFact, GoldFinding, GoldRow, Quote, check
from jihe_extract.facts import ClaimKind

MARK = re.compile(r"\{([^{}|]+)\|([^{}|]*)\}")
_PART = re.compile(r"([@&~^#$!]|%(?=[a-z]))([^@&~^#$!]*?)(?=[@&~^#$!]|%[a-z]|$)")
_NUMBER = re.compile(
    r"([+\-−－]?)\s*(?:￥|人民币)?\s*([0-9０-９][0-9０-９,，\s]*(?:[.．]\s*[0-9０-９][0-9０-９\s]*)?)(.*)", re.S
)
_MONEY = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "千万元": 7, "亿元": 8, "万": 4, "亿": 8}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_ROW_TEXTS = ("name", "target_text", "actual_text", "reason", "remedy")
_SAME_UNITS = {"％": "%", "个月": "月", "个工作日": "工作日"}
_ROW_MEASURES = {
    "weight": ("权重", ""),
    "target": ("目标值", "目标"),
    "mid_year": ("监控值", "年中"),
    "actual": ("完成值", "年末"),
    "completion": ("完成率", ""),
    "deviation": ("偏差率", ""),
    "score": ("得分", ""),
}


class MarkupError(ValueError):
    """A marked report that does not compile; the message (Chinese) says where and why."""


def read_figure(quote: str, lent: str = "") -> tuple[Decimal, str, Decimal]:
    """Value in base units, unit and step of a shown figure; ``lent`` is a unit from a table header.

    Raises:
        MarkupError: the quote does not begin with a plain number.
    """
    match = _NUMBER.fullmatch(quote)
    if match is None:
        raise MarkupError(f"{quote!r} 不是数字")
    sign, digits, rest = match.groups()
    digits = re.sub(r"[,\s]", "", digits.translate(_FULL_WIDTH))
    unit = re.sub(r"[\s余多]", "", rest) or lent
    unit = _SAME_UNITS.get(unit, unit)
    value = Decimal(digits) * (-1 if sign in ("-", "−", "－") and sign else 1)
    exponent = -len(digits.partition(".")[2])
    shift, name = 0, unit
    if unit in _MONEY:
        shift, name = _MONEY[unit], "CNY"
    elif unit in ("%", "个百分点"):
        shift, name = -2, "%"
    elif unit.startswith("万") and len(unit) > 1:
        shift, name = 4, unit[1:]
    return _plain(value.scaleb(shift)), name, _plain(Decimal(1).scaleb(exponent + shift))


def _plain(value: Decimal) -> Decimal:
    return Decimal(format(value, "f"))


@dataclass
class Compiled:
    """What the marks of a text say: the bare text, its facts and its named stretches."""

    text: str
    facts: list[GoldFact] = field(default_factory=list)
    named: dict[str, Quote] = field(default_factory=dict)

    def quote(self, name: str) -> Quote:
        """The place of a fact id or a named stretch.

        Raises:
            MarkupError: nothing has this name.
        """
        if name in self.named:
            return self.named[name]
        for fact in self.facts:
            if fact.id == name:
                return Quote(quote=fact.quote, start=fact.start, end=fact.end)
        raise MarkupError(f"没有名为 {name!r} 的标记")


def strip(marked: str) -> Compiled:
    """Take the marks out of a text.

    Raises:
        MarkupError: malformed marks, ids given twice.
    """
    pieces: list[str] = []
    out = Compiled(text="")
    at = last = 0
    for match in MARK.finditer(marked):
        before = marked[last : match.start()]
        pieces.append(before)
        at += len(before)
        quote, spec = match.groups()
        place = Quote(quote=quote, start=at, end=at + len(quote))
        if spec.startswith("="):
            if spec[1:] in out.named:
                raise MarkupError(f"标记 {spec[1:]!r} 重复")
            out.named[spec[1:]] = place
        else:
            out.facts.append(_fact(place, spec, len(out.facts)))
        pieces.append(quote)
        at += len(quote)
        last = match.end()
    pieces.append(marked[last:])
    out.text = "".join(pieces)
    stray = re.search(r"[{}]", out.text)
    if stray:
        raise MarkupError(f"多余的花括号：{out.text[max(0, stray.start() - 20) : stray.start() + 20]!r}")
    return out


def _fact(place: Quote, spec: str, number: int) -> GoldFact:
    head = re.match(r"[^@&~^#%$!]*", spec)
    parts = {sign: text for sign, text in _PART.findall(spec)}
    value, unit, step = read_figure(parts.get("!") or place.quote, parts.get("$", ""))
    measure, stage = _ROW_MEASURES.get(parts.get("#", "").rpartition(".")[2], ("", ""))
    return msgspec.convert(
        {
            "id": parts.get("#") or f"f{number}",
            "quote": place.quote,
            "start": place.start,
            "end": place.end,
            "value": value,
            "unit": unit,
            "step": step,
            "relation": parts.get("%", "eq"),
            "measure": (head.group() if head else "") or measure or "未定",
            "subject": parts.get("&", ""),
            "scope": parts.get("@", ""),
            "period": parts.get("~", ""),
            "stage": parts.get("^", stage),
        },
        GoldFact,
    )


def gather_rows(compiled: Compiled, upper: dict[str, list[str]]) -> tuple[GoldRow, ...]:
    """Score rows from the ids and names ``r<N>.<field>``; ``upper`` gives the levels above each name."""
    found: dict[str, dict[str, Any]] = {}
    order: dict[str, int] = {}
    for fact in compiled.facts:
        key, dot, part = fact.id.partition(".")
        if dot and part in ROW_FIGURES:
            found.setdefault(key, {})[part] = fact.id
            order[key] = min(order.get(key, fact.start), fact.start)
    for name, quote in compiled.named.items():
        key, dot, part = name.partition(".")
        if dot and part in _ROW_TEXTS:
            found.setdefault(key, {})[part] = quote
            order[key] = min(order.get(key, quote.start), quote.start)
    rows = []
    for key in sorted(found, key=lambda k: order[k]):
        fields = found[key]
        title: Quote | None = fields.get("name")
        rows.append(GoldRow(path=(*upper.get(key, []), title.quote if title else ""), **fields))
    return tuple(rows)


def read_claim(line: str, compiled: Compiled) -> GoldClaim:
    """One claim from its line, its verdict recomputed.

    Raises:
        MarkupError: unknown kind or id, or a declared verdict that arithmetic refutes.
    """
    left, _, right = line.partition("=")
    kind, _, stated = left.strip().partition(" ")
    if kind not in get_args(ClaimKind):
        raise MarkupError(f"断言种类 {kind!r} 未知：{line}")
    declared, word, is_open = "holds", "", False
    operands: list[str] = []
    items: list[Quote] = []
    for token in right.split():
        if token.startswith("!"):
            declared = token[1:]
        elif token.startswith("word:"):
            word = token[5:]
        elif token == "open":
            is_open = True
        elif token in compiled.named:
            items.append(compiled.named[token])
        else:
            compiled.quote(token)
            operands.append(token)
    claim = msgspec.convert(
        {
            "kind": kind,
            "verdict": declared,
            "stated": stated.strip(" -"),
            "operands": operands,
            "open": is_open,
            "word": word,
        },
        GoldClaim,
    )
    claim = msgspec.structs.replace(claim, items=tuple(items))
    by_id = {f.id: f for f in compiled.facts}
    if claim.stated and claim.stated not in by_id:
        raise MarkupError(f"没有名为 {claim.stated!r} 的事实：{line}")
    actual = verdict(claim, by_id.get(claim.stated), [by_id[o] for o in claim.operands])
    if actual not in ("undecided", declared):
        raise MarkupError(f"断言声明为 {declared}，实算为 {actual}：{line}")
    return claim


def compile_report(source: str) -> tuple[str, Gold]:
    """Text and gold of a marked report.

    Raises:
        MarkupError: anything wrong in marks or tail; GoldError when the result does not check.
    """
    body, found, tail = source.partition("\n+++\n")
    meta: dict[str, Any] = tomllib.loads(tail) if found else {}
    compiled = strip(body.rstrip("\n") + "\n")
    claims = tuple(
        read_claim(line.strip(), compiled)
        for line in meta.pop("claims", "").splitlines()
        if line.strip() and not line.lstrip().startswith("//")
    )
    rows = gather_rows(compiled, meta.pop("rows", {}))
    findings = tuple(
        GoldFinding(**{**f, "quotes": tuple(compiled.quote(q) for q in f["quotes"])}) for f in meta.pop("findings", [])
    )
    clear = tuple(
        GoldClear(**{**c, "quotes": tuple(compiled.quote(q) for q in c["quotes"])}) for c in meta.pop("clear", [])
    )
    gold = msgspec.convert(meta, Gold)
    gold = msgspec.structs.replace(
        gold, facts=tuple(compiled.facts), claims=claims, rows=rows, findings=findings, clear=clear
    )
    check(gold, compiled.text)
    return compiled.text, gold
