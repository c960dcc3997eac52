"""Loads the rulebook: shipped TOML files, a user's folders over them, and the coded rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import regex

from jihe_audit import identity, phrase, ratio
from jihe_audit.rule import Rule, coded_rules
from jihe_audit.specs import Book, Misfiling, Outline, PackSpec, Regulation

_MAKERS: tuple[tuple[str, Callable[..., Rule]], ...] = (
    ("identity", identity.as_rule),
    ("ratio", ratio.as_rule),
    ("residue", phrase.residue_rule),
    ("contradiction", phrase.contradiction_rule),
)
BOOKS = (
    "identities",
    "ratios",
    "residue",
    "admitted",
    "contradictions",
    "outlines",
    "regulations",
    "relations",
    "words",
)
"""Shipped files of rules and sources; the folder also holds files of other readers."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a rulebook file; ``line`` counts from 1, 0 when it concerns the whole file."""

    line: int
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules and what they cite."""

    rules: Mapping[str, Rule]
    regulations: Mapping[str, Regulation]
    outlines: Mapping[str, Outline]
    relations: Mapping[str, str]
    """Names of relations by the number they have in checks."""
    words: Mapping[str, regex.Pattern[str]]
    """Word lists of coded rules, by id."""
    misfilings: Mapping[str, Misfiling]

    def citable(self, codes: Iterable[str], year: str) -> tuple[str, ...]:
        """At most two of the codes that may be cited for a report of this year."""
        fit = [c for c in codes if (r := self.regulations.get(c)) and r.certainty != "U" and r.in_force(year)]
        return tuple(fit[:2])

    def cite(self, code: str) -> str:
        """How a code is written out; the code itself when unknown."""
        regulation = self.regulations.get(code)
        return regulation.cite() if regulation else code


def decode(text: str) -> Book:
    """Parse one rulebook file.

    Raises:
        msgspec.ValidationError: when a key is unknown, absent or of the wrong type.
        msgspec.DecodeError: when it is no TOML.
    """
    return msgspec.toml.decode(text, type=Book)


def _rules_of(book: Book, sources: tuple[str, ...] = ()) -> list[Rule]:
    return [make(spec, sources) for field, make in _MAKERS for spec in getattr(book, field)]


@cache
def shipped() -> Rulebook:
    """The rulebook that comes with the program.

    Raises:
        ValueError: when two rules have one id.
    """
    rules = coded_rules()
    known = _Known({}, {}, {}, {}, {})
    folder = files("jihe_audit").joinpath("rulebook")
    for book_name in BOOKS:
        book = decode(folder.joinpath(f"{book_name}.toml").read_text("utf-8"))
        for item in _rules_of(book):
            if item.id in rules:
                raise ValueError(f"rule {item.id} is defined twice")
            rules[item.id] = item
        known.lay(book)
    return known.with_rules(rules)


@dataclass(frozen=True, slots=True)
class _Known:
    """What rules lean on, laid file over file by id."""

    regulations: dict[str, Regulation]
    outlines: dict[str, Outline]
    relations: dict[str, str]
    words: dict[str, regex.Pattern[str]]
    misfilings: dict[str, Misfiling]

    def lay(self, book: Book) -> None:
        self.regulations.update({r.code: r for r in book.regulation})
        self.outlines.update({o.id: o for o in book.outline})
        self.relations.update({r.id: r.name for r in book.relation})
        self.words.update({w.id: w.compiled() for w in book.words})
        self.misfilings.update({m.id: m for m in book.misfiling})

    def with_rules(self, rules: dict[str, Rule]) -> Rulebook:
        ordered = dict(sorted(rules.items(), key=lambda kv: order(kv[0])))
        return Rulebook(ordered, self.regulations, self.outlines, self.relations, self.words, self.misfilings)


def order(rule_id: str) -> tuple[str, int, str]:
    """Sort key of rule ids: family letter, number, rest."""
    match = re.match(r"([A-Za-z]+)(\d*)(.*)", rule_id)
    return (match[1], int(match[2] or 0), match[3]) if match else (rule_id, 0, "")


def overlay_files(folders: Iterable[Path]) -> list[Path]:
    """The TOML files of a user's folders (or single files), in order."""
    found: list[Path] = []
    for folder in folders:
        found += sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
    return found


def load(overlays: Sequence[Path] = ()) -> Rulebook:
    """The shipped rulebook with a user's files laid over it by id.

    Raises:
        msgspec.ValidationError: when a user's file is wrong; see :func:`check` for a friendlier answer.
    """
    base = shipped()
    if not overlays:
        return base
    rules = dict(base.rules)
    known = _Known(
        dict(base.regulations), dict(base.outlines), dict(base.relations), dict(base.words), dict(base.misfilings)
    )  # fmt: skip
    for path in overlay_files(overlays):
        book = decode(path.read_text("utf-8-sig"))
        for item in _rules_of(book):
            rules[item.id] = replace(item, sources=(path.name,))
        known.lay(book)
    return known.with_rules(rules)


def _line_of(text: str, table: str, index: int, key: str) -> int:
    seen = -1
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]", line):
            seen += 1
            if seen == index:
                start = number
                if not key:
                    return number
        elif start and re.match(r"\s*\[", line):
            break
        elif start and re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
            return number
    return start


def check(path: Path) -> list[Problem]:
    """Everything wrong with a rulebook or pack file: syntax, unknown or missing keys, unknown codes, empty fields.

    The file's cases are run by :func:`jihe_audit.cases.failures`.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [Problem(0, "", f"文件无法读取（须为 UTF-8 文本）：{error}")]
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        return [Problem(int(found[1]) if found else 0, "", f"TOML 语法错误：{error}")]
    is_pack = "id" in raw and "cite" in raw
    try:
        book: Book | PackSpec = (
            msgspec.convert(raw, type=PackSpec, strict=False)
            if is_pack
            else msgspec.convert(raw, type=Book, strict=False)
        )
    except msgspec.ValidationError as error:
        return [_problem(text, raw, str(error))]
    return [] if isinstance(book, PackSpec) else _sense(text, book)


def _sense(text: str, book: Book) -> list[Problem]:
    problems: list[Problem] = []
    known = shipped()
    for index, words in enumerate(book.words):
        try:
            words.compiled()
        except regex.error as error:
            problems.append(Problem(_line_of(text, "words", index, "pattern"), words.id, f"正则表达式有误：{error}"))
        if words.id not in known.words:
            problems.append(Problem(_line_of(text, "words", index, "id"), words.id, "没有规则使用这个词表"))
    codes = set(known.regulations) | {r.code for r in book.regulation}
    for field, make in _MAKERS:
        for index, spec in enumerate(getattr(book, field)):
            try:
                made = make(spec)
            except (ValueError, re.error) as error:
                problems.append(Problem(_line_of(text, field, index, ""), spec.id, f"规则不完整：{error}"))
                continue
            for code in made.basis:
                if code not in codes:
                    line = _line_of(text, field, index, "basis")
                    problems.append(Problem(line, "basis", f"依据库里没有代码“{code}”"))
    return problems


_PATHS = {"unknown field": "不认识的键", "missing required field": "缺少必填的键"}


def _problem(text: str, raw: dict[str, Any], message: str) -> Problem:
    where = re.search(r"`\$((?:[.\[][^`]*)?)`", message)
    named = re.search(r"field `([^`]+)`", message)
    steps = re.findall(r"\.(\w+)|\[(\d+)\]", where[1] if where else "")
    table = next((a for a, _ in steps if a), "")
    index = next((int(b) for _, b in steps if b), 0)
    inner = [a for a, _ in steps if a][1:]
    key = named[1] if named else (inner[0] if inner else "")
    line = _line_of(text, table, index, key) if table else _top_line(text, key)
    chinese = next((zh for en, zh in _PATHS.items() if en in message), "取值类型不对")
    return Problem(line, key, f"{chinese}：{key or table}（{message}）")


def _top_line(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf'\s*(\[+\s*)?"?{re.escape(key)}"?\s*[=\]]', line):
            return number
    return 0
