"""What the prose asserts about its own figures: lists that add up, rates, changes, totals, grades, phrases."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from importlib import resources

import regex

from jihe_extract.binding import prose_blocks
from jihe_extract.document import Block, Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.labelreading import LabelReader, unit_class
from jihe_extract.partlists import BUDGETS
from jihe_extract.running import BUSINESS, COUNT
from jihe_extract.structure import Mention, list_opener, mentions, total_behind
from jihe_extract.words import load_words

_RATES: Mapping[str, str] = {"占比": "share", "变动率": "growth"}
_COMPARES = regex.compile("较|比|由|从|上年|去年|同期")
_NEVER_HEADS = frozenset({UNBOUND, BUSINESS, COUNT, "增减额", "占比", "变动率"})
_CHANGES = frozenset({"增减额", "节约额"})
_PARTS_OF: Mapping[str, frozenset[str]] = {
    "总分": frozenset({"得分"}),
    "实有人数": frozenset({"在职人数"}),
    "收支总计": frozenset({"收入数", "执行数", "上年结转", "年末结转", "节约额", BUSINESS, UNBOUND}),
}
"""Measures that are parts of a whole of another measure."""
_MIXED = Decimal("0.7")
_SHARE_END = regex.compile(r"(?:的|之|比重|比例|比率|比|达到|达|约|为|是|：|\s)+$")
_GRADE = regex.compile(
    r"(?:等级|等次|结果|评级|评定|评为|定为|结论|级别|档次)[^。；\n]{0,10}?[“\"「『]?(优秀|良好|中等|一般|较差|不合格|合格|优|良|中|差)[”\"」』]?(?![\p{Han}])"
)


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
    parts: list[Fact] = field(default_factory=list)


def find_claims(document: Document, facts: Sequence[Fact], names: tuple[str, ...] = ()) -> tuple[Claim, ...]:
    """The claims of the prose.

    ``facts`` are those of the prose quantities, in text order; ``names`` are those of the reporting unit.
    """
    claims: list[Claim] = []
    by_start = {f.quantity.span.start: f for f in facts}
    ordered = sorted(by_start)
    carried: list[Fact] = []
    for block in prose_blocks(document):
        inside = ordered[bisect_left(ordered, block.span.start) : bisect_left(ordered, block.span.end)]
        if not inside:
            continue
        quantities = [by_start[s].quantity for s in inside]
        found = mentions(document.quote(block.span), block.span.start, quantities)
        text = document.quote(block.span)
        begun = document.text[: block.span.start].rstrip().endswith(("：", ":")) or list_opener(text[:24], False)
        reader = _BlockClaims(document, block, [(m, by_start[m.span.start]) for m in found], carried if begun else [])
        claims.extend(reader.read())
        carried = reader.carry()
    claims.extend(_grades(document, facts))
    claims.extend(phrases(document, names))
    return tuple(sorted(claims, key=lambda c: (c.span.start, c.span.end, c.kind)))


class _BlockClaims:
    """Reads the claims of one block from left to right."""

    def __init__(
        self, document: Document, block: Block, found: list[tuple[Mention, Fact]], carried: list[Fact]
    ) -> None:
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

    def read(self) -> list[Claim]:
        """All claims of the block."""
        for i, (mention, fact) in enumerate(self.found):
            self._lists(i, mention, fact)
            unit = unit_class(fact.quantity.unit)
            if unit == "%":
                self._rate(i, mention, fact)
            elif fact.measure in ("增减额", "节约额"):
                self._change(i, mention, fact)
        self._close()
        self.open = self.outer
        self._close()
        self._wholes()
        self._rejoin()
        return self.claims

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
            if len(parts) < 2 or stated.measure in _NEVER_HEADS:
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

    # ── sums ────────────────────────────────────────────────────────────────────────────────────
    def _lists(self, i: int, mention: Mention, fact: Fact) -> None:
        between = self.document.quote(Span(mention.lead.start, mention.label.end))
        opener = list_opener(between, mention.bracket is not None) or self._bracketed_parts(mention, fact)
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
                self.open = _List(heads, nested, opener[0], opener[1], mention.sentence, where, bracket, owner)
        self.group = mention.group
        if self.open:
            if mention.bracket is None or mention.bracket == self.open.bracket or fact.subject:
                self.open.parts.append(fact)
        elif mention.bracket is None and fact.measure not in _NEVER_HEADS:
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
        if mention.group != self.group and (not (fact.scope or fact.subject) or _beside_whole(fact, listed)):
            return True
        last = listed.heads[-1]
        if last.measure == "收支总计" and fact.measure in _PARTS_OF[last.measure]:
            return False
        whole = (fact.subject, fact.scope) in {(h.subject, h.scope) for h in listed.heads}
        return whole and bool(listed.parts) and fact.measure not in _NEVER_HEADS

    def _close(self) -> None:
        """Turn the list that ends here into claims, one for each head that its parts can add up to."""
        listed, self.open = self.open, None
        if listed is None:
            return
        self.last_parts = listed.parts
        for head, parts in _match_heads(listed):
            span = Span(min(head.quote.start, listed.start), parts[-1].quantity.span.end)
            trust = min([head.trust, *(p.trust for p in parts)])
            if any(p.measure != head.measure for p in parts) and head.measure != "收支总计":
                trust = min(trust, _MIXED)
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

    # ── rates and changes ───────────────────────────────────────────────────────────────────────
    def _rate(self, i: int, mention: Mention, fact: Fact) -> None:
        if fact.measure in (UNBOUND, BUSINESS) or not fact.quantity.exact:
            return
        kind = _RATES.get(fact.measure, "ratio")
        operands: tuple[Fact, ...] = ()
        word = _direction(self.document.quote(mention.label)) if kind == "growth" else ""
        level = self._level(i, mention)
        if kind == "growth":
            delta = self._near(i, mention, "增减额")
            operands = tuple(f for f in (level, delta) if f is not None) if level else self._counted_growth(i, mention)
        elif kind == "share":
            whole = self._whole(mention)
            part = self._part(i, mention)
            operands = () if whole is None else (part,) if part is not None else self._counted_share(i, mention)
            word = whole or ""
        else:
            base = self._base(i, mention)
            if base is level or (base and level and unit_class(base.quantity.unit) != unit_class(level.quantity.unit)):
                base = None
            operands = (level, base) if base is not None and level is not None else self._divided(i, mention, fact)
        self.claims.append(
            Claim(
                kind,  # type: ignore[arg-type]
                Span(mention.label.start, mention.span.end),
                stated=fact,
                operands=operands,
                word=word,
                subject=fact.subject,
                scope=fact.scope,
                trust=fact.trust,
            )
        )

    def _divided(self, i: int, mention: Mention, rate: Fact) -> tuple[Fact, ...]:
        """The part and the whole that the rate's sentence names beside it, of its own subject and scope."""
        near = [
            f
            for m, f in self.found
            if m.sentence == mention.sentence
            and (f.subject, f.scope, f.period) == (rate.subject, rate.scope, rate.period)
            and f.quantity.exact
        ]
        for top, base in load_words().measures[rate.measure].of:
            tops, bases = [f for f in near if f.measure == top], [f for f in near if f.measure == base]
            if len(tops) == 1 and len(bases) == 1:
                return tops[0], bases[0]
        return ()

    def _counted_growth(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """``事故173起，较2022年的206起减少33起，下降16.02%``: the count, and its base or else its change."""
        if not i or not _direction(self.document.quote(self.found[i - 1][0].label)):
            return ()
        delta = self.found[i - 1][1]
        if delta.quantity.unit in ("%", "CNY"):
            return ()
        same = [
            (m, f)
            for m, f in self.found[: i - 1]
            if m.sentence == mention.sentence and m.group == mention.group and f.quantity.unit == delta.quantity.unit
        ]
        if not same or self.found[i - 1][0].sentence != mention.sentence:
            return ()
        base = same[-1] if len(same) > 1 and _COMPARES.search(self.document.quote(same[-1][0].label)) else None
        level = same[-2][1] if base else same[-1][1]
        return (level, base[1]) if base else (level, replace(delta, measure="增减额"))

    def _counted_share(self, i: int, mention: Mention) -> tuple[Fact, ...]:
        """``项目 8 个，评为优的 5 个、占 62.5%``: the count right before, and the first count of the sentence."""
        if not i or self.found[i - 1][0].sentence != mention.sentence:
            return ()
        part = self.found[i - 1][1]
        gap = self.document.quote(Span(part.quantity.span.end, mention.label.start)).strip(" 、，,（(")
        counts = [
            f
            for m, f in self.found[: i - 1]
            if m.sentence == mention.sentence and f.quantity.unit == part.quantity.unit
        ]
        if gap or unit_class(part.quantity.unit) not in ("个", "人") or not counts:
            return ()
        return part, max(counts, key=lambda f: f.quantity.value)

    def _change(self, i: int, mention: Mention, fact: Fact) -> None:
        level = self._level(i, mention)
        base = self._base(i, mention)
        base = None if base is level or (base and base.measure in ("增减额", "节约额")) else base
        base = base or (self._budget(i, mention, fact) if fact.measure == "节约额" else None)
        operands = tuple(f for f in (level, base) if f is not None) if level is not None else ()
        word = _direction(self.document.quote(mention.label))
        self.claims.append(
            Claim(
                "difference",
                Span(mention.label.start, mention.span.end),
                stated=fact,
                operands=operands,
                word=word,
                subject=fact.subject,
                scope=fact.scope,
                trust=fact.trust,
            )
        )

    def _part(self, i: int, mention: Mention) -> Fact | None:
        """The amount or headcount whose share is told: the last one before it, in its own ；-group.

        Changes of that amount may stand between; a figure that nothing names is no part, and nor is what stands before.
        """
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence or m.group != mention.group:
                return None
            unit = unit_class(f.quantity.unit)
            if unit == "%" or f.measure in ("增减额", "节约额"):
                continue
            named = f.measure not in (UNBOUND, BUSINESS)
            return f if named and unit in ("CNY", "人") and not f.period else None
        return None

    def _whole(self, mention: Mention) -> str | None:
        """The scope of the whole that a share names (``占基本支出预算的``), ``""`` for the total, None when unknown."""
        words = _SHARE_END.sub("", self.document.quote(mention.label).rpartition("占")[2])
        named = _reader(()).read(words, "CNY") if words.strip() else None
        if named is None:
            return ""
        return None if named.own or named.name or "本级" in words else named.scope

    def _level(self, i: int, mention: Mention) -> Fact | None:
        """The level figure that the sentence is about: the first amount or headcount before the mention."""
        told = [f for m, f in self.found[:i] if m.sentence == mention.sentence]
        near = [f for f in told if unit_class(f.quantity.unit) == "CNY"]
        if near and near[-1].measure in (UNBOUND, BUSINESS):
            return None
        candidates = [
            f
            for m, f in self.found[:i]
            if m.sentence == mention.sentence
            and unit_class(f.quantity.unit) in ("CNY", "人")
            and f.measure not in ("增减额", "节约额", BUSINESS, UNBOUND)
            and (not f.period)
        ]
        same = [f for f in candidates if (f.subject, f.scope) == (self.found[i][1].subject, self.found[i][1].scope)]
        own = self.found[i][1]
        strange = (own.scope or own.subject) and all(f.scope or f.subject for f in candidates)
        pool = same or ([] if strange else candidates)
        levels = [f for f in pool if "预算" not in f.measure] or pool
        return levels[-1] if levels else self._told_before(i, mention)

    def _told_before(self, i: int, mention: Mention) -> Fact | None:
        """The one amount of the sentence before, when this one only compares: ``收入90万元。同比增加9万元``."""
        first = next(m for m, _ in self.found if m.sentence == mention.sentence)
        opening = self.document.quote(first.label).lstrip(" 。，")
        before = [f for m, f in self.found[:i] if m.sentence == mention.sentence - 1 and f.quantity.unit == "CNY"]
        alone = len(before) == 1 and before[0].measure not in _NEVER_HEADS and not before[0].period
        return before[0] if alone and opening.startswith(("同比", "较", "比", "与")) else None

    def _base(self, i: int, mention: Mention) -> Fact | None:
        """The base that the wording puts right before the rate: ``完成预算 11.50 万元的 80%``, ``较预算18.00万元``."""
        if i == 0:
            return None
        before, fact = self.found[i - 1]
        gap = self.document.quote(Span(before.span.end, mention.label.end)).strip()
        label = self.document.quote(before.label)
        if gap in ("的", "的比例为", "的比重为") and before.sentence == mention.sentence:
            return fact
        joined = before.sentence == mention.sentence and gap and "，" not in gap
        if joined and regex.search(r"(?:较|比|为)[^，。；]{0,12}$", label):
            return fact
        return None

    def _budget(self, i: int, mention: Mention, fact: Fact) -> Fact | None:
        """The budget that a saving was made on: the last one of the sentence with the same subject and scope."""
        for m, f in reversed(self.found[:i]):
            same = (f.subject, f.scope) == (fact.subject, fact.scope)
            if m.sentence == mention.sentence and f.measure in BUDGETS and same:
                return f
        return None

    def _near(self, i: int, mention: Mention, measure: str) -> Fact | None:
        for m, f in reversed(self.found[:i]):
            if m.sentence != mention.sentence:
                return None
            if f.measure == measure:
                return f
        return None


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
    for part in listed.parts:
        unit = unit_class(part.quantity.unit)
        if unit == "%" or part.measure == "增减额" or not part.quantity.exact:
            continue
        head = _head_of(part, listed)
        if part.measure == UNBOUND and (head is None or head.measure != "收支总计"):
            continue
        if head is not None and (part.measure != BUSINESS or head.quantity.unit == "CNY"):
            groups.setdefault(head.quantity.span, (head, []))[1].append(part)
    yield from groups.values()


def _head_of(part: Fact, listed: _List) -> Fact | None:
    """The head that the part belongs to: of its measure, and of the nearest wider scope that a head has."""
    unit = unit_class(part.quantity.unit)
    fit = [h for h in listed.heads if unit_class(h.quantity.unit) == unit and _holds(h, part) and h.quantity.exact]
    fit = [h for h in fit if h.period == part.period]
    inner = [h for h in listed.nested if unit_class(h.quantity.unit) == unit and _holds(h, part)]
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


def _direction(label: str) -> str:
    """``up``, ``down`` or ``""``: the direction that the words before a change assert."""
    label = label.replace("负增长", "下降")
    up = max(label.rfind(w) for w in ("增加", "增长", "上升", "提高", "上涨", "多", "超"))
    down = max(label.rfind(w) for w in ("减少", "下降", "降低", "压减", "节约", "少", "调减"))
    if up < 0 and down < 0:
        return ""
    return "up" if up > down else "down"


def _grades(document: Document, facts: Sequence[Fact]) -> Iterator[Claim]:
    """Grades asserted within reach of a total score."""
    totals = [f for f in facts if f.measure == "总分" and not f.scope]
    for total in totals:
        start = total.quantity.span.end
        block = document.block_at(start - 1)
        end = min(block.span.end if block else len(document.text), start + 160)
        match = _GRADE.search(document.text, start, end)
        yield Claim("total", total.quote, stated=total, subject=total.subject, trust=total.trust)
        if match:
            yield Claim(
                "grade",
                Span(match.start(1), match.end(1)),
                operands=(total,),
                word=match.group(1),
                subject=total.subject,
                trust=min(total.trust, Decimal("0.95")),
            )


def _whose(text: str, at: int, reader: LabelReader) -> str:
    """Whose phrase it is when the clause names a project or the like before it (``消防车库项目执行率偏低``)."""
    start = max(text.rfind(c, max(0, at - 60), at) for c in "，。；：:、\n") + 1
    words = text[start:at].strip()
    return reader.name(words) or reader.read(words, "%").own if words else ""


@lru_cache(maxsize=16)
def _reader(names: tuple[str, ...]) -> LabelReader:
    return LabelReader(load_words(), unit_names=names)


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, regex.Pattern[str], regex.Pattern[str] | None, bool], ...]:
    data = tomllib.loads((resources.files("jihe_extract") / "vocabulary" / "phrases.toml").read_text("utf-8"))
    return tuple(
        (
            p["id"],
            regex.compile("|".join(p["patterns"])),
            regex.compile("|".join(p["unless"])) if p.get("unless") else None,
            bool(p.get("owned")),
        )
        for p in data["phrase"]
    )


def phrases(document: Document, names: tuple[str, ...] = ()) -> Iterator[Claim]:
    """Phrases that a number can refute, wherever they stand in prose or cells, with the project they are about."""
    reader = _reader(names)
    text = document.text
    for name, pattern, unless, owned in _phrases():
        for match in pattern.finditer(text):
            if unless is not None:
                start = max(text.rfind(c, 0, match.start()) for c in "，。；\n") + 1
                if unless.search(text, start, min(len(text), match.end() + 12)):
                    continue
            yield Claim(
                "qualitative",
                Span(match.start(), match.end()),
                word=name,
                subject=_whose(text, match.start(), reader) if owned else "",
            )
