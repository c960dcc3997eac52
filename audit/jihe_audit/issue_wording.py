"""The editable words of the issue list and the opinion (``rulebook/issues/*.toml``): themes, kinds, sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Group:
    """Themes that stand under one heading in 三 and in 四."""

    id: str
    problem: str
    advice: str
    order: int


@dataclass(frozen=True, slots=True)
class Theme:
    """A class of issues; its own headings serve when no other theme of its group has issues."""

    id: str
    codes: tuple[str, ...]
    word: str
    problem: str
    advice: str
    order: int
    group: Group


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of issue and its standing words."""

    code: str
    name: str
    level: str
    advice: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """Who mends a report of these types, in the place of those whom the advice names."""

    types: tuple[str, ...]
    codes: tuple[str, ...]
    words: Mapping[str, str]

    def advice(self, kind: Kind) -> str:
        """The advice of the kind, to the right address."""
        if not kind.code.startswith(self.codes):
            return kind.advice
        named = "|".join(map(re.escape, sorted(self.words, key=len, reverse=True)))
        return re.sub(named, lambda m: self.words[m[0]], kind.advice)


@dataclass(frozen=True)
class Wording:
    """The editable words of the issue list and the opinion."""

    themes: tuple[Theme, ...]
    kinds: Mapping[str, Kind]
    sentence: Mapping[str, Any]
    titles: Mapping[str, str]
    material: Mapping[str, str]
    """The name under which a piece of material is asked for, by its other names."""
    authors: tuple[Author, ...]
    needs: int
    """How many pieces of material a request to verify names."""
    joins: Mapping[frozenset[str], Kind]
    """Kinds that become one when a report has several of them, and what they are then."""
    main: int
    examples: int

    def theme(self, code: str) -> Theme:
        """The theme whose code fits best; the last theme for an unknown code."""
        fitting = [(len(c), t) for t in self.themes for c in t.codes if code.startswith(c)]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else self.themes[-1]

    def kind(self, code: str, title: str) -> Kind:
        """The kind of a code; one made of the finding's own title when the code is unknown."""
        return self.kinds.get(code) or Kind(code, title.rstrip("。") or "其他需核实事项", "中", "", ())

    def addressed(self, kind: Kind, report_type: str) -> Kind:
        """The kind with its advice to those who wrote a report of this type."""
        author = next((a for a in self.authors if report_type in a.types), None)
        return replace(kind, advice=author.advice(kind)) if author else kind

    def joint(self, codes: Iterable[str]) -> Kind | None:
        """What several kinds are together; None when they are no more than themselves."""
        told = set(codes)
        return next((kind for together, kind in self.joins.items() if len(told) > 1 and told <= together), None)

    def named(self, material: Iterable[str]) -> tuple[str, ...]:
        """Each piece of material once, under its usual name."""
        return tuple(dict.fromkeys(self.material.get(m, m) for m in material))


@cache
def wording() -> Wording:
    """The wording that comes with the program."""
    folder = files("jihe_audit") / "rulebook" / "issues"
    plan = tomllib.loads((folder / "themes.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((folder / "wording.toml").read_text(encoding="utf-8"))
    groups = {g["id"]: Group(g["id"], g["problem"], g["advice"], n) for n, g in enumerate(plan["group"])}
    return Wording(
        themes=tuple(
            Theme(t["id"], tuple(t["codes"]), t["class"], t["problem"], t["advice"], n, groups[t["group"]])
            for n, t in enumerate(plan["theme"])
        ),
        kinds={
            code: Kind(code, k["name"], k["level"], k["advice"], tuple(k["needs"])) for code, k in words["kind"].items()
        },
        sentence=words["sentence"],
        titles=words["title"],
        material={other: name for name, others in words["material"].items() for other in others},
        authors=tuple(Author(tuple(a["types"]), tuple(a["codes"]), a["words"]) for a in words["author"]),
        needs=words["list"]["needs"],
        joins={
            frozenset(j["codes"]): Kind(j["codes"][0], j["name"], j["level"], j["advice"], tuple(j["needs"]))
            for j in words["join"]
        },
        main=words["list"]["main"],
        examples=words["list"]["examples"],
    )
