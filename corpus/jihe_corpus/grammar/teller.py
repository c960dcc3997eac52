"""Tells a world in a dialect's sentences: expansion, marks, and the claims each sentence makes."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jihe_corpus.grammar.dialect import Dialect, Pool
from jihe_corpus.grammar.expand import expand
from jihe_corpus.grammar.figures import Figure, Indicator, World, round_to
from jihe_corpus.grammar.numberforms import work_figure
from jihe_corpus.grammar.slots import CLAIMS, figure

_SLOT = re.compile(r"\{([A-Z][A-Z0-9]*)\}")
_WORK = re.compile(r"(约?)\{n\}(立方米|人次|[一-鿿])")


def mark(item: Figure, fact_id: str) -> str:
    """A figure as markup."""
    signs = (("@", item.scope), ("&", item.subject), ("~", item.period), ("$", item.lent), ("#", fact_id))
    rest = "".join(f"{sign}{text}" for sign, text in signs if text)
    relation = f"%{item.relation}" if item.relation not in ("", "*") else ""
    return f"{{{item.shown}|{item.measure}{relation}{rest}}}"


@dataclass
class Teller:
    """One report being told. ``claims`` gathers claim lines; ``upper`` the upper levels of score rows."""

    dialect: Dialect
    pool: Pool
    world: World
    unit: str
    rng: random.Random
    claims: list[str] = field(default_factory=list)
    upper: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    score_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pools = {**self.dialect.pools, "unit": (self.unit,)}

    def say(self, message: str, **words: str) -> str:
        """A message expanded and marked; ``""`` when the pattern drawn was empty."""
        patterns = self.dialect.messages[message]
        pattern = expand(self.rng.choice(list(patterns)), self.rng, self.pools)
        return self.render(pattern, words)

    def render(self, pattern: str, words: dict[str, str]) -> str:
        """Slots replaced by marks, and the claims they make."""
        self.count += 1
        number = self.count
        seen: dict[str, str] = {}

        def put(match: re.Match[str]) -> str:
            slot = match.group(1)
            if slot in words:
                return words[slot]
            plain = self._word(slot)
            if plain is not None:
                return plain
            item = figure(self.world, slot, self.dialect.pools)
            if item is None:
                raise KeyError(f"{self.dialect.id}：未知的槽 {{{slot}}}")
            fact_id = f"{slot.lower()}_{number}" + ("" if slot not in seen else f"_{len(seen)}")
            seen.setdefault(slot, fact_id)
            return mark(item, fact_id)

        text = _SLOT.sub(put, pattern)
        self._claim(seen)
        if "Z" in seen:
            self.claims.append(f"grade = {seen['Z']} word:{self.world.grade}")
            self.claims.append(f"total {seen['Z']} = @scores")
        return text

    def _word(self, slot: str) -> str | None:
        world = self.world
        match slot:
            case "YEAR":
                return str(world.year)
            case "LASTYEAR":
                return str(world.year - 1)
            case "DUTY":
                return self.rng.choice(self.pool.duties)
            case "G":
                return world.grade
            case "WORKS":
                return self._works()
            case _:
                return None

    def _claim(self, seen: dict[str, str]) -> None:
        for kind, stated, operands in CLAIMS:
            if stated in seen and all(o in seen for o in operands):
                self.claims.append(f"{kind} {seen[stated]} = {' '.join(seen[o] for o in operands)}")
        if {"B", "LY", "D"} <= seen.keys():
            ends = ("B", "LY") if self.world.raw["B"] > self.world.raw["LY"] else ("LY", "B")
            self.claims.append(f"difference {seen['D']} = {seen[ends[0]]} {seen[ends[1]]}")
        if "ES" in seen and "ER" in seen and "EW" in seen:
            self.claims.append(f"score {seen['ES']} = {seen['EW']} {seen['ER']}")
        if "ES" in seen:
            self.score_ids.append(seen["ES"])

    def _works(self) -> str:
        entries = self.rng.sample(list(self.pool.works), min(3, len(self.pool.works)))

        def put(match: re.Match[str]) -> str:
            self.count += 1
            if match.group(1):
                shown = f"{self.rng.randint(11, 4000)}{self.world.style.gap}{match.group(2)}"
                return "约" + mark(Figure(shown, relation="approx"), f"w_{self.count}")
            return work_figure(self.rng, match.group(2), self.world.style.gap, f"w_{self.count}")

        return "，".join(_WORK.sub(put, entry) for entry in entries)

    def enumeration(self) -> str:
        """The sentence that counts the unit's offices and lists them."""
        self.count += 1
        orgs = self.rng.sample(list(self.pool.orgs), self.rng.randint(3, len(self.pool.orgs)))
        names = [f"o_{self.count}_{i}" for i in range(len(orgs))]
        listed = "、".join(f"{{{org}|={name}}}" for org, name in zip(orgs, names, strict=True))
        fact_id = f"n_{self.count}"
        pattern = expand(self.rng.choice(list(self.dialect.messages["org"])), self.rng, self.pools)
        # The counter may be followed by 个 in the pattern: it belongs to the figure.
        text = pattern.replace("{N}个", mark(Figure(f"{len(orgs)}{self.world.style.gap}个"), fact_id))
        self.claims.append(f"count {fact_id} = {' '.join(names)}")
        return self.render(text.replace("{ORGS}", listed), {})

    def projects(self) -> str:
        """The sentence of all projects, each with budget and spending."""
        style, world = self.world.style, self.world
        self.count += 1
        tag = self.count
        head = expand(self.rng.choice(list(self.dialect.messages["projects_head"])), self.rng, self.pools)
        count = mark(Figure(f"{len(world.projects)}{style.gap}个"), f"pn_{tag}")
        head = head.replace("{PN}个", count)
        pattern = self.rng.choice(list(self.dialect.messages["project"]))
        parts, budgets, spent, names = [], [], [], []
        for i, project in enumerate(world.projects):
            words = {
                "P": f"{{{project.name}|=p_{tag}_{i}}}",
                "PA": mark(Figure(style.amount(project.budget), "预算数", subject=project.name), f"pa_{tag}_{i}"),
                "PB": mark(Figure(style.amount(project.spent), "执行数", subject=project.name), f"pb_{tag}_{i}"),
                "PR": mark(
                    Figure(style.rate(project.spent / project.budget), "执行率", subject=project.name), f"pr_{tag}_{i}"
                ),
                "PL": mark(Figure(style.amount(project.budget - project.spent), "*", "*"), f"pl_{tag}_{i}"),
            }
            text = expand(pattern, self.rng, self.pools)
            if "{PL}" in text:
                self.claims.append(f"difference pl_{tag}_{i} = pa_{tag}_{i} pb_{tag}_{i}")
            if "{PR}" in text:
                self.claims.append(f"ratio pr_{tag}_{i} = pb_{tag}_{i} pa_{tag}_{i}")
            parts.append(_SLOT.sub(lambda m, w=words: w[m.group(1)], text))  # type: ignore[misc]
            budgets.append(f"pa_{tag}_{i}")
            spent.append(f"pb_{tag}_{i}")
            names.append(f"p_{tag}_{i}")
        before = self.count + 1
        sentence = self.render(head, {})
        if "{" in head and len(parts) > 1:
            self.claims.append(f"sum x1_{before} = {' '.join(budgets)}")
            self.claims.append(f"sum xb_{before} = {' '.join(spent)}")
        self.claims.append(f"count pn_{tag} = {' '.join(names)}")
        return sentence + "；".join(parts) + "。"

    def indicator(self, item: Indicator, number: int) -> str:
        """One indicator in prose, with its row marks."""
        row = f"r{number}"
        self.upper[row] = list(item.upper)
        words = indicator_marks(self, item, row)
        message = "indicator_quality" if item.unit == "定性" else "indicator"
        if item.score < item.weight and "indicator_missed" in self.dialect.messages:
            message = "indicator_missed"
        pattern = expand(self.rng.choice(list(self.dialect.messages[message])), self.rng, self.pools)
        if "{K}" in pattern:
            self.claims.append(f"difference {row}_lost = {row}.weight {row}.score")
        return _SLOT.sub(lambda m: words[m.group(1)], pattern)

    def deviation(self, item: Indicator, row: str, bare: bool = False) -> str:
        """Reason and remedy of a missed or far exceeded target, marked; ``""`` when there is none."""
        if item.completion >= Decimal("0.9999") and item.completion < Decimal("1.12"):
            return ""
        reasons = "reasons_low" if item.completion < 1 else "reasons_high"
        reason = self.rng.choice(list(self.pools[reasons]))
        remedy = self.rng.choice(list(self.pools["remedies"]))
        if bare:
            return f"{{{reason}|={row}.reason}}"
        cue = self.rng.choice(list(self.pools["reason"]))
        cure = self.rng.choice(list(self.pools["remedy"]))
        return f"{cue}{{{reason}|={row}.reason}}，{cure}{{{remedy}|={row}.remedy}}。"


def indicator_marks(teller: Teller, item: Indicator, row: str) -> dict[str, str]:
    """Marks of every figure of an indicator; also books its claims."""
    style, gap = teller.world.style, teller.world.style.gap
    teller.score_ids.append(f"{row}.score")
    words = {
        "NAME": f"{{{item.name}|={row}.name}}",
        "NAME2": item.name,
        "W": mark(Figure(f"{item.weight}{gap}分"), f"{row}.weight"),
        "S": mark(Figure(f"{style.score(item.score)}{gap}分"), f"{row}.score"),
        "K": mark(Figure(f"{style.score(item.weight - item.score)}{gap}分", "*", "*"), f"{row}_lost"),
        "TT": f"{{{item.target_text}|={row}.target_text}}" if item.target_text else "",
        "VT": f"{{{item.actual_text}|={row}.actual_text}}" if item.actual_text else "",
        "DEV": teller.deviation(item, row) if item.unit != "定性" else "",
    }
    if item.unit == "定性":
        return words
    sign = ""
    if item.relation in ("ge", "le"):
        sign = expand(teller.rng.choice(list(teller.pools[item.relation])), teller.rng, teller.pools)
    words["T"] = sign + mark(Figure(shown_value(teller, item, item.target), relation=item.relation), f"{row}.target")
    words["M"] = mark(Figure(shown_value(teller, item, item.mid)), f"{row}.mid_year")
    words["V"] = mark(Figure(shown_value(teller, item, item.actual)), f"{row}.actual")
    words["C"] = mark(Figure(style.rate(item.completion)), f"{row}.completion")
    if item.relation in ("ge", "eq"):
        teller.claims.append(f"ratio {row}.completion = {row}.actual {row}.target")
        teller.claims.append(f"score {row}.score = {row}.weight {row}.completion")
    return words


def shown_value(teller: Teller, item: Indicator, value: Decimal, unit: bool = True) -> str:
    """An indicator's value as shown: amounts by style, per cents and counts bare of trailing zeros."""
    style = teller.world.style
    if item.unit == style.unit:
        return style.amount(value, unit)
    shown = f"{round_to(value, 1):f}".rstrip("0").rstrip(".") if item.unit == "%" else f"{value:f}"
    gap = style.gap if item.unit != "%" else ""
    return f"{shown}{gap}{item.unit}" if unit else shown


def scores_line(claims: Sequence[str], score_ids: Sequence[str]) -> list[str]:
    """Claim lines with the scores put in for ``@scores``."""
    unique = list(dict.fromkeys(score_ids))
    return [line.replace("@scores", " ".join(unique)) for line in claims]
