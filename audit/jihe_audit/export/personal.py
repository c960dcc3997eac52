"""What is personal in a report: numbers, names behind cues, names and numbers in forms and lists.

The knowledge is data (``rulebook/issues/privacy.toml``); covering is done in :mod:`jihe_audit.export.mask`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import regex

from jihe_extract.document import Cell, Document, Span

STAR = "*"
FOREIGN = r"\p{Han}{1,8}(?:[·•‧]\p{Han}{1,5}){1,3}"
"""Names of several parts, such as 阿依古丽·买买提."""


@dataclass(frozen=True, slots=True)
class Number:
    """One kind of number; ``labels`` are those that it needs before it, when it needs any."""

    kind: str
    pattern: regex.Pattern[str]
    labelled: regex.Pattern[str]
    labels: frozenset[str]
    keep_head: int
    keep_tail: int

    def spans(self, text: str) -> Iterator[Span]:
        """Where such numbers stand in a text."""
        for match in self.labelled.finditer(text):
            yield Span(*match.span("number"))

    def cover(self, surface: str) -> str:
        """The number with stars in its middle."""
        middle = len(surface) - self.keep_head - self.keep_tail
        if middle <= 0:
            return STAR * len(surface)
        return surface[: self.keep_head] + STAR * middle + surface[len(surface) - self.keep_tail :]


@dataclass(frozen=True, slots=True)
class Cues:
    """Names of private persons in sentences: behind a word such as 信访人, before one such as 信访积案."""

    following: regex.Pattern[str]
    preceding: regex.Pattern[str]
    after: tuple[str, ...]
    ordinary: frozenset[str]
    stops: frozenset[str]

    def spans(self, text: str) -> list[Span]:
        """Where such names stand in a text."""
        found = [self._after_cue(m) for m in self.following.finditer(text)]
        if any(word in text for word in self.after):
            found += [Span(*m.span("name")) for m in self.preceding.finditer(text)]
        return [s for s in found if s is not None and text[s.start : s.start + 2] not in self.ordinary]

    def _after_cue(self, match: regex.Match[str]) -> Span | None:
        """The name behind a cue; its third character may already belong to the sentence."""
        start, end = match.span("name")
        name = match.group("name")
        if "·" in name:
            return Span(start, end)
        if name[1] in self.stops:
            return None
        if len(name) == 3 and name[2] in self.stops:
            end -= 1
        return Span(start, end)


@dataclass(frozen=True)
class Forms:
    """Names in forms and lists: behind, beside or below a label such as 填报人."""

    labelled: regex.Pattern[str]
    further: str
    label: regex.Pattern[str]
    alone: str
    offices: frozenset[str]
    sure: frozenset[str]
    ordinary: frozenset[str]

    @cached_property
    def more(self) -> regex.Pattern[str]:
        """A further name behind one that was found."""
        return regex.compile(self.further, regex.MULTILINE)

    @cached_property
    def single(self) -> regex.Pattern[str]:
        """Names and nothing else."""
        return regex.compile(self.alone)

    def spans(self, text: str) -> Iterator[Span]:
        """Where such names stand in a text; several may stand behind one label."""
        for match in self.labelled.finditer(text):
            found: regex.Match[str] | None = match
            while found is not None:
                if self._person(found.group("name")):
                    yield Span(*found.span("name"))
                found = self.more.match(text, found.end("name"))

    def named(self, words: str) -> Iterator[tuple[int, int]]:
        """Start and end of every name of a cell that holds names only; none otherwise."""
        match = self.single.fullmatch(words)
        if match is not None:
            yield from (
                span
                for span, name in zip(match.spans("name"), match.captures("name"), strict=True)
                if self._person(name)
            )

    def _person(self, name: str) -> bool:
        if name[:2] in self.ordinary:
            return False
        return len(name) < 3 or name[-1] not in self.offices or name[0] in self.sure


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is known of personal data."""

    numbers: tuple[Number, ...]
    cues: Cues
    forms: Forms


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest first."""
    return "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))


def _number(n: Mapping[str, Any], gap: str) -> Number:
    labels = n.get("after", ())
    between = r"(?:\p{Han}{2,4}[ ，,、:：]{1,3})?" if n.get("past_name") else ""
    before = rf"(?:{_any(labels)})(?:号码?|为|是)?{gap}{between}" if labels else ""
    return Number(
        kind=n["kind"],
        pattern=regex.compile(n["pattern"]),
        labelled=regex.compile(f"{before}(?P<number>{n['pattern']})"),
        labels=frozenset(labels),
        keep_head=n["keep_head"],
        keep_tail=n["keep_tail"],
    )


def _cues(names: Mapping[str, Any]) -> Cues:
    family = rf"[{''.join(names['surnames'].split())}]"
    foreign = rf"\p{{Han}}{{1,8}}(?:·\p{{Han}}{{1,5}}?){{1,3}}(?=[{names['stops']}]|\P{{Han}}|$)"
    return Cues(
        following=regex.compile(
            rf"(?:{_any(names['before'])})(?:{_any(names['titles'])}){{0,3}}(?P<name>{foreign}|{family}\p{{Han}}{{1,2}})"
        ),
        preceding=regex.compile(
            rf"(?<![\p{{Han}}\d])(?P<name>{family}\p{{Han}}{{1,2}})"
            rf"(?=(?:等人?)?(?:的|因[^，。；]{{0,12}})?(?:{_any(names['after'])}))"
        ),
        after=tuple(names["after"]),
        ordinary=frozenset(names["ordinary"].split()),
        stops=frozenset(names["stops"]),
    )


def _forms(signed: Mapping[str, Any], names: Mapping[str, Any], gap: str) -> Forms:
    family = rf"[{''.join((names['surnames'] + signed['surnames']).split())}]"
    kinds = (
        rf"(?:{_any(signed['compound'].split())})\p{{Han}}{{1,2}}",
        rf"{family}\p{{Han}}{{1,2}}",
        rf"{family}[ 　]{{1,4}}\p{{Han}}",
        FOREIGN,
    )
    name = rf"(?P<name>{'|'.join(kinds)})(?=$|[^\p{{Han}}\p{{L}}\d·•‧]|{_any(signed['next'])})"
    after = rf"(?:[（(]?(?:{_any(signed['after_label'])})[）)]?){{0,2}}"
    colon = r"[ 　]{0,4}[:：][ 　\t]{0,12}"
    labels, strict = _any(signed["labels"]), _any(signed["colon_labels"])
    return Forms(
        labelled=regex.compile(rf"(?:(?:{labels}){after}{gap}|(?:{strict}){after}{colon}){name}", regex.MULTILINE),
        further=signed["between"] + name,
        label=regex.compile(rf"(?:\p{{Han}}{{0,6}}(?:{labels})|(?:{strict})){after}[ :：]*"),
        alone=rf"\s*{name}(?:{signed['between']}{name})*\s*",
        offices=frozenset(signed["offices"]),
        sure=frozenset(signed["sure"]),
        ordinary=frozenset(names["ordinary"].split()),
    )


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """What comes with the program."""
    path = files("jihe_audit") / "rulebook" / "issues" / "privacy.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    gap = f"{data['gap']['signs']}{{1,{data['gap']['most']}}}"
    loose = f"{data['gap']['signs']}{{0,{data['gap']['most']}}}"
    return Knowledge(
        numbers=tuple(_number(n, loose) for n in data["number"]),
        cues=_cues(data["names"]),
        forms=_forms(data["signed"], data["names"], gap),
    )


def listed(document: Document) -> list[Span]:
    """Names and numbers in the cells below a label, such as a column 姓名 or 身份证号."""
    known = knowledge()
    found: list[Span] = []
    for table in document.tables:
        columns: dict[int, list[Cell]] = {}
        for cell in sorted(table.cells, key=lambda c: c.row):
            columns.setdefault(cell.col, []).append(cell)
        for cells in columns.values():
            found += _below(document.text, cells, known)
    return found


def _below(text: str, cells: Sequence[Cell], known: Knowledge) -> Iterator[Span]:
    """What is personal in one column, cell by cell from the top; a label holds until something else stands there."""
    holds: str | None = None
    for cell in cells:
        words = text[cell.span.start : cell.span.end]
        bare = "".join(words.split()).rstrip(":：")
        if not bare:
            continue
        numbers = [n for n in known.numbers if n.labels and (bare in n.labels or holds in n.labels)]
        if bare in {label for n in numbers for label in n.labels} or known.forms.label.fullmatch(bare):
            holds = bare
        elif holds is not None:
            inside = [(0, len(words.rstrip()))] if any(n.pattern.fullmatch(words.strip()) for n in numbers) else []
            inside = inside or list(known.forms.named(words))
            yield from (Span(cell.span.start + start, cell.span.start + end) for start, end in inside)
            holds = holds if inside else None
