"""What a model sees of a figure: words and structure around it, never its value.

Every digit is masked, so that no value, year or amount can be learnt, and arithmetic cannot leak into the
choice. The feature strings are part of a stored model: change them only together with ``VERSION``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.labels import unit_class
from jihe_extract.prose.listwords import list_opener
from jihe_extract.prose.mentions import Mention, mentions
from jihe_models.masked import Masked
from jihe_models.places import Place, places_of
from jihe_models.siblings import COUNT, Siblings, siblings_of

VERSION = "roles/5"
OTHER = "其他"
"""Label of figures that no measure of the vocabulary names: business counts, prices, areas."""
INDICATOR = frozenset({"目标值", "监控值", "完成值"})
ONCE = frozenset({"目标值", "监控值", "完成值", "完成率", "偏差率"})
_WINDOW = 14
_HEAD = 10
_CLAUSE = regex.compile(r"[，。；：,;:！？\n]")
_SIGNS = frozenset("=＝÷/×*+＋-－−")
_LINKS = "为是：:共计合达到约"


@dataclass(frozen=True, slots=True)
class Context:
    """A figure ready for the model: its unit, its place in the sentence, and the features that do not change."""

    mention: Mention
    unit: str
    kind: str
    opened: bool
    place: Place
    siblings: Siblings
    fixed: tuple[str, ...]


def contexts(text: str, offset: int, quantities: Sequence[Quantity]) -> list[Context]:
    """The figures of one paragraph, whose text stands at ``offset`` of the document."""
    found = mentions(text, offset, quantities)
    kinds = [unit_class(m.quantity.unit) for m in found]
    masked = Masked(text)
    opened = [_opens(text, m, offset) for m in found]
    places = places_of(text, offset, found, kinds, opened)
    siblings = siblings_of(found, kinds)
    heads = _heads(masked, found, offset)
    place, sentence = 0, -1
    out: list[Context] = []
    for i, mention in enumerate(found):
        place = place + 1 if mention.sentence == sentence else 0
        sentence = mention.sentence
        around = (
            kinds[i - 1] if i and found[i - 1].sentence == sentence else "^",
            kinds[i + 1] if i + 1 < len(found) and found[i + 1].sentence == sentence else "$",
        )
        fixed = tuple(_fixed(text, masked, mention, offset, kinds[i], around, place, opened[i]))
        ahead = tuple(_ahead(masked, found[i + 1 : i + 3], mention, offset, kinds[i]))
        part = tuple(_part(masked, found, offset, kinds[i], places[i], places[i - 1].how if i else ""))
        sign = tuple(_formula(masked, mention, offset, kinds[i]))
        beside = tuple(_beside(masked, found, offset, kinds[i], siblings[i], heads[mention.sentence]))
        features = (*fixed, *ahead, *part, *sign, *beside)
        out.append(Context(mention, mention.quantity.unit, kinds[i], opened[i], places[i], siblings[i], features))
    return out


def _heads(masked: Masked, found: Sequence[Mention], offset: int) -> dict[int, str]:
    """Sentence → the words that it begins with, before its first figure."""
    heads: dict[int, str] = {}
    for mention in found:
        if mention.sentence not in heads:
            words = masked.cut(mention.lead.start - offset, mention.span.start - offset)
            heads[mention.sentence] = words[:_HEAD]
    return heads


def _beside(
    masked: Masked, found: Sequence[Mention], offset: int, kind: str, siblings: Siblings, head: str
) -> Iterator[str]:
    """How the sentence begins, and what its figures of the same kind look like."""
    yield f"h4={head[:4]}|{kind}"
    for i in range(len(head) - 1):
        yield f"hb={head[i : i + 2]}|{kind}"
    if siblings.before >= 0:
        yield f"sl={siblings.like}|{COUNT[siblings.place]}|{kind}"
    if siblings.after >= 0:
        yield f"sa={siblings.alike}|{COUNT[siblings.place]}|{kind}"
    for name, at in (("f", siblings.first), ("t", siblings.total), ("a", siblings.after)):
        if at < 0:
            continue
        core = masked.cut(found[at].label.start - offset, found[at].span.start - offset).rstrip(_LINKS)[-8:]
        yield f"s{name}w={core[-2:]}|{kind}"
        for i in range(len(core) - 1):
            yield f"s{name}={core[i : i + 2]}|{kind}"


def _part(masked: Masked, found: Sequence[Mention], offset: int, kind: str, place: Place, before: str) -> Iterator[str]:
    yield f"mk={place.mark}|{kind}"
    yield f"pp={before}>{place.how}|{kind}"
    if place.total:
        yield f"sum|{kind}"
    if not place.member:
        return
    yield f"tp={place.how}|{min(place.member, 2)}|{place.broken}|{kind}"
    if place.whole < 0:
        return
    whole = found[place.whole]
    core = masked.cut(whole.label.start - offset, whole.span.start - offset).rstrip(_LINKS)[-8:]
    yield f"tw={core[-2:]}|{kind}"
    for k in range(len(core) - 1):
        yield f"tb={core[k : k + 2]}|{kind}"


def _ahead(masked: Masked, following: Sequence[Mention], mention: Mention, offset: int, kind: str) -> Iterator[str]:
    """What the next two figures of the sentence are called: parts go by their whole, a rate tells of its base."""
    for n, other in enumerate(following, 1):
        if other.sentence != mention.sentence:
            break
        core = masked.cut(other.label.start - offset, other.span.start - offset).rstrip(_LINKS)[-8:]
        yield f"n{n}={core[-2:]}|{kind}"
        yield f"n{n}c={core[-4:]}|{kind}"
        for i in range(len(core) - 1):
            yield f"n{n}b={core[i : i + 2]}|{kind}"


def _formula(masked: Masked, mention: Mention, offset: int, kind: str) -> Iterator[str]:
    """In a formula (执行率＝3÷4×100%＝75%): the signs beside the figure, its turn, and what the formula is of."""
    clause = _CLAUSE.split(masked.before(mention.span.start - offset, 60))[-1]
    head, equals, inside = clause.replace("＝", "=").partition("=")
    after = masked.after(mention.span.end - offset, 1)
    if not equals:
        if after in _SIGNS:
            yield f"fo=>{after}|{kind}"
        return
    signs = [c for c in inside.rpartition("0")[2] if c in _SIGNS]
    sign = signs[0] if signs else "="
    place = f"{sign}{after if after in _SIGNS else ''}|{min(inside.count('0'), 3)}|{kind}"
    yield f"fo={place}"
    yield f"fs={sign}|{head[-2:]}|{kind}"
    yield f"fh={head[-3:]}|{place}"
    for i in range(max(len(head) - 6, 0), len(head) - 1):
        yield f"fb={head[i : i + 2]}|{place}"


def _opens(text: str, mention: Mention, offset: int) -> bool:
    words = text[mention.lead.start - offset : mention.label.end - offset]
    return list_opener(words[-60:], mention.bracket is not None) is not None


def _fixed(
    text: str,
    masked: Masked,
    mention: Mention,
    offset: int,
    kind: str,
    around: tuple[str, str],
    place: int,
    opened: bool,
) -> Iterator[str]:
    start, end = mention.span.start - offset, mention.span.end - offset
    label = masked.cut(mention.label.start - offset, start)[-24:]
    lead = masked.cut(mention.lead.start - offset, mention.label.start - offset)[-20:]
    left = masked.before(start, _WINDOW)
    tail = masked.cut(end, mention.tail.end - offset)[:8]
    after = masked.after(end, 4)
    unit = mention.quantity.unit
    yield "bias"
    yield f"u={unit[:4]}"
    yield f"k={kind}"
    yield f"rel={mention.quantity.relation}"
    yield f"pu={around[0]}|{kind}"
    yield f"nu={around[1]}|{kind}"
    yield f"at={min(place, 4)}|{kind}"
    yield f"br={mention.bracket is not None}|{kind}"
    yield f"op={opened}|{kind}"
    yield f"a={after[:1]}"
    yield f"a2={after[:2]}"
    yield f"t={tail[:6]}"
    core = label.rstrip(_LINKS)
    yield f"lw={core[-12:]}"
    yield f"lc={core[-4:]}|{kind}"
    for n in range(1, 7):
        if len(core) >= n:
            yield f"s{n}={core[-n:]}"
    for n in (2, 3):
        for i in range(len(label) - n + 1):
            yield f"l{n}={label[i : i + n]}"
    for i, char in enumerate(label):
        yield f"l1={char}"
        if i > len(label) - 8:
            yield f"lk={char}|{kind}"
    yield f"ls={label[:2]}"
    for i in range(len(lead) - 1):
        yield f"d={lead[i : i + 2]}"
    for i in range(len(left) - 1):
        yield f"w={left[i : i + 2]}"
        yield f"w{min((len(left) - i) // 4, 3)}={left[i : i + 2]}"
    for i in range(len(tail) - 1):
        yield f"tt={tail[i : i + 2]}"
    if mention.bracket is not None:
        inside = mention.bracket - offset
        yield f"bb={masked.before(inside, 3)}"
    head = masked.after(0, 10)
    for i in range(len(head) - 1):
        yield f"h={head[i : i + 2]}"


@dataclass
class Past:
    """What was decided before, within one paragraph."""

    roles: list[str]
    kinds: list[str]
    sentences: list[int]
    groups: list[int]

    @classmethod
    def new(cls) -> Past:
        """Nothing decided yet."""
        return cls([], [], [], [])

    def add(self, context: Context, role: str) -> None:
        """Remember a decision."""
        self.roles.append(role)
        self.kinds.append(context.kind)
        self.sentences.append(context.mention.sentence)
        self.groups.append(context.mention.group)

    def taken(self, context: Context) -> frozenset[str]:
        """Measures of an indicator that were given away earlier in the same ；-group: each is said but once."""
        group = context.mention.group
        return frozenset(r for r, g in zip(self.roles, self.groups, strict=True) if g == group and r in ONCE)

    def echo(self, context: Context) -> str:
        """The measure of the last figure in front that bears the same words, "" when there is none."""
        kin = context.siblings
        return self.roles[kin.echo] if kin.echo >= 0 and kin.shared == COUNT[-1] else ""

    def features(self, context: Context) -> Iterator[str]:
        """What the earlier decisions say about the next figure."""
        near = bool(self.roles) and self.sentences[-1] == context.mention.sentence
        one = self.roles[-1] if self.roles else "^"
        two = self.roles[-2] if len(self.roles) > 1 else "^"
        kind = context.kind
        yield f"p1={one}|{near}"
        yield f"p1k={one}|{kind}|{near}"
        yield f"p2={two}|{one}|{kind}"
        yield f"po={one}|{context.opened}|{kind}"
        same = next((r for r, k in zip(reversed(self.roles), reversed(self.kinds), strict=True) if k == kind), "^")
        yield f"ps={same}|{near}"
        yield f"pso={same}|{context.opened}|{near}"
        seen = {r for r, s in zip(self.roles, self.sentences, strict=True) if s == context.mention.sentence}
        for role in sorted(seen):
            yield f"in={role}|{kind}"
        kin = context.siblings
        if kin.before >= 0:
            yield f"kb={self.roles[kin.before]}|{kin.like}|{context.place.mark}"
            yield f"kf={self.roles[kin.first]}|{kin.like}"
            yield f"kk={self.roles[kin.before]}|{kin.like}|{kin.alike}|{kind}"
        if kin.echo >= 0:
            yield f"ec={self.roles[kin.echo]}|{kin.shared}|{kind}"
        place = context.place
        if place.total:
            yield f"ts={same}|{near}"
        if place.member and 0 <= place.whole < len(self.roles):
            whole = self.roles[place.whole]
            yield f"wh={whole}|{kind}"
            yield f"whm={whole}|{place.how}|{min(place.member, 2)}|{place.broken}|{place.mark}"
