"""Lists that add up: which whole the parts told in running text belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import regex

from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.labelreading import unit_class
from jihe_extract.paragraphstate import BUSINESS, COUNT
from jihe_extract.partlists import BUDGETS
from jihe_extract.structure import Mention, list_opener, total_behind
from jihe_extract.words import load_words

NEVER_HEADS = frozenset({UNBOUND, BUSINESS, COUNT, "增减额", "占比", "变动率", "标准"})
"""Measures of figures that no list divides."""
_CHANGES = frozenset({"增减额", "节约额"})
_PARTS_OF: Mapping[str, frozenset[str]] = {
    "总分": frozenset({"得分"}),
    "实有人数": frozenset({"在职人数"}),
    "收支总计": frozenset({"收入数", "执行数", "上年结转", "年末结转", "节约额", BUSINESS, UNBOUND}),
}
"""Measures that are parts of a whole of another measure."""
LOOSE = Decimal("0.7")
"""Trust in a list whose parts or whole are not surely meant."""
_SIDE = regex.compile(r"(?:收入|支出|预算|资金)(?:包括|包含)[^，。；]*$")
_NAMED_TOGETHER = regex.compile(r"[\p{Han}）)”][、和与及][^，。；：、]*分别[为是]?\s*$")
"""``会议费和培训费支出分别为3万元、2万元``: figures named together, which need not divide what was told before."""


@dataclass
class _List:
    """A list of parts being read: its possible heads and what has been listed so far."""

    heads: list[Fact]
    nested: list[Fact]
    opener: str
    closed: bool
    sentence: int
    start: int
    bracket: int | None
    owner: str = ""
    """The scope that the opener names as the whole (基本支出中，……)."""
    side: bool = False
    """Whether it is one side of a whole (收入包括……；支出包括……)."""
    parts: list[Fact] = field(default_factory=list)


class ListReader:
    """Reads the lists of one block from left to right."""

    def __init__(
        self, document: Document, block: Block, found: list[tuple[Mention, Fact]], carried: list[Fact]
    ) -> None:
        """``found`` are the block's figures with their facts; ``carried`` are heads that a list may begin with."""
        self.document = document
        self.block = block
        self.found = found
        self.heads: list[tuple[Fact, int]] = [(f, -1) for f in carried]
        self.open: _List | None = None
        self.outer: _List | None = None
        """The list that goes on behind the one in brackets."""
        self.last_parts: list[Fact] = []
        self.group = -1
        self.claims: list[Claim] = []

    def step(self, i: int, mention: Mention, fact: Fact) -> None:
        """Take the next figure: a head, a part, or the end of a list."""
        between = self.document.quote(Span(mention.lead.start, mention.label.end))
        opener = list_opener(between, mention.bracket is not None) or self._bracketed_parts(mention, fact)
        if opener is not None and _NAMED_TOGETHER.search(between):
            first = i == 0 or self.found[i - 1][0].sentence != mention.sentence
            opener = None if first else (opener[0], False)
        side = _SIDE.search(between)
        if opener is not None and side and self.open and self.open.sentence == mention.sentence and not self.open.side:
            opener = None  # 按用途分，基本支出…；项目支出包括……: the parts of a part are parts of the whole
        bracket = mention.bracket
        if opener is None and (ahead := self._before_bracket(i, mention)):
            opener, bracket = list_opener(ahead, False), None
        if self.open and not opener and self._over(mention, fact, self.open, between):
            self._close()
            resumed, self.outer = self.outer, None
            if resumed is not None and not self._over(mention, fact, resumed, between):
                self.open = resumed
        if opener:
            inner = self.open is not None and bracket is not None and bracket != self.open.bracket
            outer = self.open if inner else None
            heads = self._adjacent(i, mention) or [h for h, s in self.heads if s >= mention.sentence - 2 or s < 0]
            nested = list(self.open.parts) if self.open else self.last_parts
            if outer is None:
                self._close()
            self.outer = outer
            if heads:
                where, owner = heads[0].quote.start, _owner_of(between, opener[0])
                self.open = _List(
                    heads, nested, opener[0], opener[1], mention.sentence, where, bracket, owner, bool(side)
                )
        self.group = mention.group
        if self.open:
            if mention.bracket is None or mention.bracket == self.open.bracket or fact.subject:
                self.open.parts.append(fact)
        elif mention.bracket is None and fact.measure not in NEVER_HEADS:
            self.heads = [(h, s) for h, s in self.heads if h.key != fact.key][-12:]
            self.heads.append((fact, mention.sentence))

    def _before_bracket(self, i: int, mention: Mention) -> str:
        """The words of the sentence before the bracket that a figure opens: ``分项如下：甲项目（预算90万元，……``."""
        end = self.found[i - 1][0].span.end if i else self.block.span.start
        if mention.bracket is None or end > mention.bracket:
            return ""
        return self.document.text[end : mention.bracket].rpartition("。")[2]

    def _adjacent(self, i: int, mention: Mention) -> list[Fact]:
        """The amount right before a list in brackets, or an unnamed one before any list: no whole further back."""
        if not i or self.found[i - 1][0].sentence != mention.sentence:
            return []
        last = self.found[i - 1][1]
        if last.quantity.unit == "CNY" and last.quantity.span.end == mention.bracket and last.measure not in _CHANGES:
            return [last]
        return [last] if last.measure in (UNBOUND, BUSINESS) and last.quantity.unit == "CNY" else []

    def _bracketed_parts(self, mention: Mention, fact: Fact) -> tuple[str, bool] | None:
        """A bracket right behind a figure that divides it: ``90万元（基本支出60万元，项目支出30万元）``."""
        last = self.heads[-1][0] if self.heads else None
        if self.open:
            last = self.open.parts[-1] if self.open.parts and mention.bracket != self.open.bracket else None
        if mention.bracket is None or last is None or last.quantity.span.end != mention.bracket:
            return None
        return ("（", False) if fact.measure == last.measure and fact.scope != last.scope else None

    def _over(self, mention: Mention, fact: Fact, listed: _List, between: str) -> bool:
        """Whether the list has ended before this figure."""
        if mention.sentence != listed.sentence or load_words().list_finder("beside_list").find(between):
            return True
        if listed.bracket is not None and mention.bracket != listed.bracket:
            return True
        last = listed.heads[-1]
        if last.measure == "收支总计" and fact.measure in _PARTS_OF[last.measure]:
            return False
        if mention.group != self.group and (not (fact.scope or fact.subject) or _beside_whole(fact, listed)):
            return True
        whole = (fact.subject, fact.scope) in {(h.subject, h.scope) for h in listed.heads}
        return whole and bool(listed.parts) and fact.measure not in NEVER_HEADS

    def _close(self) -> None:
        """Turn the list that ends here into claims, one for each head that its parts can add up to."""
        listed, self.open = self.open, None
        if listed is None:
            return
        self.last_parts = listed.parts
        for head, parts in _match_heads(listed):
            if listed.opener.startswith("按") and len(parts) < 2:
                continue  # 按级次分：…… divides what a sentence before it told, which one part alone does not show
            span = Span(min(head.quote.start, listed.start), parts[-1].quantity.span.end)
            trust = min([head.trust, *(p.trust for p in parts)])
            if any(p.measure != head.measure for p in parts) and head.measure != "收支总计":
                trust = min(trust, LOOSE)
            self.claims.append(
                Claim(
                    "sum",
                    span,
                    stated=head,
                    operands=tuple(parts),
                    open=not listed.closed,
                    word=listed.opener,
                    subject=head.subject,
                    scope=head.scope,
                    trust=trust,
                )
            )

    def finish(self) -> None:
        """Close what is open, read wholes behind their parts, and join lists that were broken off."""
        self._close()
        self.open = self.outer
        self._close()
        self._wholes()
        self._rejoin()

    def _rejoin(self) -> None:
        """A list that a list within it broke off goes on behind: both parts of one whole, along one axis."""
        scopes = load_words().scopes
        first: dict[tuple[Span, str], int] = {}
        out: list[Claim] = []
        for claim in self.claims:
            axes = {scopes[o.scope].axis if o.scope in scopes else "" for o in claim.operands}
            if claim.kind != "sum" or claim.stated is None or len(axes) != 1 or "" in axes:
                out.append(claim)
                continue
            key = claim.stated.quantity.span, axes.pop()
            known = first.get(key)
            if known is None:
                first[key] = len(out)
                out.append(claim)
                continue
            before = out[known]
            spans = {o.quantity.span for o in before.operands}
            more = tuple(o for o in claim.operands if o.quantity.span not in spans)
            out[known] = replace(
                before,
                span=before.span.cover(claim.span),
                operands=(*before.operands, *more),
                open=before.open or claim.open,
                trust=min(before.trust, claim.trust),
            )
        self.claims = out

    def _wholes(self) -> None:
        """Lists whose whole stands behind its parts."""
        found = [m for m, _ in self.found]
        text = self.document.quote(self.block.span)
        groups: dict[int, list[Fact]] = {}
        for part, whole in total_behind(text, self.block.span.start, found).items():
            groups.setdefault(whole, []).append(self.found[part][1])
        for whole, listed in groups.items():
            stated = self.found[whole][1]
            parts = sorted((p for p in listed if p.measure == stated.measure), key=lambda p: p.quantity.span.start)
            if len(parts) < max(2, len(listed)) or stated.measure in NEVER_HEADS:
                continue
            self.claims.append(
                Claim(
                    "sum",
                    Span(parts[0].quote.start, stated.quantity.span.end),
                    stated=stated,
                    operands=tuple(parts),
                    word="合计",
                    subject=stated.subject,
                    scope=stated.scope,
                    trust=min([stated.trust, *(p.trust for p in parts)]),
                )
            )

    def carry(self) -> list[Fact]:
        """Heads that a list in the next block may belong to."""
        return [h for h, _ in self.heads]


def _owner_of(between: str, opener: str) -> str:
    """The scope named right before 中 where that opens the list (``财政拨款支出中，一般公共预算……``)."""
    if not opener.startswith("中"):
        return ""
    hits = load_words().scope_finder.find(between[: between.rfind(opener)])
    return hits[-1].id if hits else ""


def _beside_whole(fact: Fact, listed: _List) -> bool:
    """Whether a figure's scope stands beside the whole's, not within it: ``基本支出…，其中…；项目支出…``."""
    return load_words().siblings(listed.heads[-1].scope, fact.scope)


def _match_heads(listed: _List) -> Iterator[tuple[Fact, list[Fact]]]:
    """For each measure among the parts, the head that they are parts of."""
    groups: dict[Span, tuple[Fact, list[Fact]]] = {}
    known: dict[tuple[str, str, str], tuple[list[Fact], list[Fact]]] = {}
    for part in listed.parts:
        unit = unit_class(part.quantity.unit)
        if unit == "%" or part.measure in ("增减额", "标准") or not part.quantity.exact:
            continue
        kind = unit, part.measure, part.period
        if kind not in known:
            known[kind] = _fitting(part, listed)
        head = _head_of(part, listed, *known[kind])
        if part.measure == UNBOUND and (head is None or head.measure != "收支总计"):
            continue
        if head is not None and (part.measure != BUSINESS or head.quantity.unit == "CNY"):
            groups.setdefault(head.quantity.span, (head, []))[1].append(part)
    yield from groups.values()


def _fitting(part: Fact, listed: _List) -> tuple[list[Fact], list[Fact]]:
    """The heads, and the parts with parts of their own, whose figures a part can add up to."""
    unit = unit_class(part.quantity.unit)
    fit = [
        h for h in listed.heads
        if h.period == part.period and _holds(h, part) and unit_class(h.quantity.unit) == unit and h.quantity.exact
    ]  # fmt: skip
    return fit, [h for h in listed.nested if _holds(h, part) and unit_class(h.quantity.unit) == unit]


def _head_of(part: Fact, listed: _List, fit: list[Fact], inner: list[Fact]) -> Fact | None:
    """The head that the part belongs to: of its measure, and of the nearest wider scope that a head has."""
    scopes = load_words().scopes
    if listed.owner:
        owners = [h for h in (*fit, *inner) if h.scope == listed.owner]
        return owners[-1] if owners else None
    scope = part.scope
    while scope in scopes and scopes[scope].within:
        scope = scopes[scope].within
        for head in reversed([*fit, *inner]):
            if head.scope == scope and head.subject == part.subject:
                return head
    if not fit and listed.closed and part.measure in BUDGETS:
        fit = [h for h in listed.heads if h.measure in BUDGETS]
    fit = [h for h in fit if (h.subject, h.scope) != (part.subject, part.scope) or h.measure != part.measure]
    return fit[-1] if fit else None


def _holds(head: Fact, part: Fact) -> bool:
    """Whether figures of the part's measure can add up to the head's."""
    return head.measure == part.measure or part.measure in _PARTS_OF.get(head.measure, ())
