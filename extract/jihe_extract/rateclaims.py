"""Rates, shares and changes of running text: what each was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import regex

from jihe_extract.document import Document, Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.labelreading import LabelReader, unit_class
from jihe_extract.listclaims import NEVER_HEADS
from jihe_extract.paragraphstate import BUSINESS
from jihe_extract.partlists import BUDGETS
from jihe_extract.structure import Mention
from jihe_extract.words import load_words

_RATES: Mapping[str, str] = {"占比": "share", "变动率": "growth"}
_COMPARES = regex.compile("较|比|由|从|上年|去年|同期")
_SHARE_END = regex.compile(r"(?:的|之|比重|比例|比率|比|达到|达|约|为|是|：|\s)+$")


_CHANGED = regex.compile(
    r"(?:^|[，。；：\s])(?P<name>\p{Han}{2,12}?)(?:比上年|较上年|同比|共|总体|分别)?(?:净)?(?:增加|减少|增长|下降|上升|降低|增支|减支|增收|减收)(?:了|额)?$"
)
_LEVEL_NAME = regex.compile(r"(?P<name>\p{Han}{2,12})$")
_LEVEL_VERB = regex.compile(r"[\s：:]*(?:为|是|达|共计|合计)?[\s：:]*$")


def changed_thing(label: str) -> str:
    """The words for what changed, right before the verb of a change: ``收入总计`` of ``收入总计增加``."""
    match = _CHANGED.search(label.strip())
    return match["name"] if match else ""


class ToldLevels:
    """Amounts and headcounts of a report by the words right before them, as far as it has been read."""

    def __init__(self, document: Document) -> None:
        """Empty at the report's begin."""
        self.document = document
        self._facts: dict[str, list[Fact]] = {}

    def add(self, found: Iterable[tuple[Mention, Fact]]) -> None:
        """Remember the levels of a block."""
        for mention, fact in found:
            level = unit_class(fact.quantity.unit) in ("CNY", "人") and fact.quantity.exact and not fact.period
            if not level or fact.measure in NEVER_HEADS:
                continue
            label = _LEVEL_VERB.sub("", self.document.quote(mention.label))
            if match := _LEVEL_NAME.search(label):
                self._facts.setdefault(match["name"], []).append(fact)

    def get(self, name: str) -> Fact | None:
        """The level told under a name (or as the end of a longer one); None where two values are told under it."""
        found = [f for known, facts in self._facts.items() if known.endswith(name) for f in facts]
        return found[-1] if found and len({f.quantity.value for f in found}) == 1 else None


class RateReader:
    """Reads the rates and changes of one block."""

    def __init__(
        self, document: Document, found: list[tuple[Mention, Fact]], reader: LabelReader, told: ToldLevels
    ) -> None:
        """``found`` are the block's figures with their facts, ``told`` the levels of the blocks before it."""
        self.document = document
        self.found = found
        self.reader = reader
        self.told = told
        self.claims: list[Claim] = []

    def step(self, i: int, mention: Mention, fact: Fact) -> None:
        """Take the next figure."""
        if unit_class(fact.quantity.unit) == "%":
            self._rate(i, mention, fact)
        elif fact.measure in ("增减额", "节约额"):
            self._change(i, mention, fact)

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
            part = self._named_part(mention, fact) if self._names_part(mention, fact) else self._part(i, mention)
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
        base = base or self._earlier(i, mention, level)
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

    def _names_part(self, mention: Mention, share: Fact) -> bool:
        """Whether the words before 占 are the part's own name: ``基本支出占69%，项目支出占31%``."""
        before = self.document.quote(mention.label).strip(" ，").partition("占")[0]
        return bool(before) and bool(share.scope) and self.reader.read(before, "CNY").scope == share.scope

    def _named_part(self, mention: Mention, share: Fact) -> Fact | None:
        """The one amount of the sentence with the scope that the share names."""
        near = [
            f
            for m, f in self.found
            if m.sentence == mention.sentence
            and (f.scope, f.subject, f.period) == (share.scope, share.subject, "")
            and f.quantity.unit == "CNY"
            and f.measure not in ("增减额", "节约额", UNBOUND, BUSINESS)
        ]
        return near[0] if len(near) == 1 else None

    def _part(self, i: int, mention: Mention) -> Fact | None:
        """The amount or headcount whose share is told: the last one before it, in its own ；-group.

        Changes of that amount may stand between; a figure that nothing names is no part, and nor is what stands before.
        """
        own = self.found[i][1]
        if own.scope or own.subject:
            for m, f in reversed(self.found[:i]):
                named = (f.scope, f.subject) == (own.scope, own.subject) and f.quantity.unit == "CNY"
                if named and m.sentence == mention.sentence and f.measure not in NEVER_HEADS and not f.period:
                    return f
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
        named = self.reader.read(words, "CNY") if words.strip() else None
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
        return levels[-1] if levels else self._told_before(i, mention) or self._named(i, mention)

    def _named(self, i: int, mention: Mention) -> Fact | None:
        """The level that the words before a change name, told earlier: ``与上年相比，收入总计增加9万元，增长10%``."""
        for m, _ in reversed(self.found[: i + 1]):
            if m.sentence != mention.sentence:
                break
            if name := changed_thing(self.document.quote(m.label)):
                return self.told.get(name)
        return None

    def _told_before(self, i: int, mention: Mention) -> Fact | None:
        """The one amount of the sentence before, when this one only compares: ``收入90万元。同比增加9万元``."""
        first = next(m for m, _ in self.found if m.sentence == mention.sentence)
        opening = self.document.quote(first.label).lstrip(" 。，")
        before = [f for m, f in self.found[:i] if m.sentence == mention.sentence - 1 and f.quantity.unit == "CNY"]
        alone = len(before) == 1 and before[0].measure not in NEVER_HEADS and not before[0].period
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

    def _earlier(self, i: int, mention: Mention, level: Fact | None) -> Fact | None:
        """Another year's figure told between a level and its change: ``支出90万元，上年80万元，多支10万元``."""
        m, f = self.found[i - 1] if i else (mention, None)
        if f is None or level is None or m.sentence != mention.sentence or not f.period:
            return None
        return f if (f.measure, f.scope, f.subject) == (level.measure, level.scope, level.subject) else None

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


def _direction(label: str) -> str:
    """``up``, ``down`` or ``""``: the direction that the words before a change assert."""
    label = label.replace("负增长", "下降")
    up = max(label.rfind(w) for w in ("增加", "增长", "上升", "提高", "上涨", "多", "超"))
    down = max(label.rfind(w) for w in ("减少", "下降", "降低", "压减", "节约", "少", "调减"))
    if up < 0 and down < 0:
        return ""
    return "up" if up > down else "down"
