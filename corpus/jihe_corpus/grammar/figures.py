"""A unit's year in figures: invented at random, consistent to the last shown digit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from jihe_corpus.arithmetic import grade_of

D = Decimal
ZERO, TEN = Decimal(0), Decimal(10)


def round_to(value: Decimal, places: int) -> Decimal:
    """Half-up rounding to so many decimals."""
    return value.quantize(D(1).scaleb(-places), rounding=ROUND_HALF_UP)


def rate_to(value: Decimal, places: int) -> Decimal:
    """A fraction rounded to so many places of its percentage.

    With more places where rounding would make a whole hundred of it: who writes 100 % has spent or done it all.
    """
    rounded = round_to(value, places + 2)
    while rounded == 1 and value != 1 and places < 6:
        places = max(places + 1, 2)
        rounded = round_to(value, places + 2)
    return rounded


@dataclass(frozen=True)
class Style:
    """How a report writes numbers. ``unit`` is 万元 or 元; amounts live on the grid of ``places``."""

    unit: str = "万元"
    places: int = 2
    rate_places: int = 2
    score_places: int = 2
    separators: bool = False
    trim: bool = False
    gap: str = ""

    def amount(self, value: Decimal, unit: bool = True) -> str:
        """An amount (in ``unit``) as shown."""
        shown = f"{value:,.{self.places}f}" if self.separators else f"{value:.{self.places}f}"
        if self.trim and "." in shown:
            shown = shown.rstrip("0").rstrip(".")
        return f"{shown}{self.gap}{self.unit}" if unit else shown

    def rate(self, value: Decimal) -> str:
        """A fraction as a percentage; whole per cents are sometimes shown bare."""
        rounded = rate_to(value, self.rate_places)
        shown = f"{rounded.scaleb(2):f}"
        if self.trim and "." in shown:
            shown = shown.rstrip("0").rstrip(".")
        return f"{shown}%"

    def score(self, value: Decimal) -> str:
        """Marks as shown, whole marks without decimals."""
        shown = f"{round_to(value, self.score_places):f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown


@dataclass
class Figure:
    """A value with its name: what a slot of the grammar stands for."""

    shown: str
    measure: str = ""
    scope: str = ""
    subject: str = ""
    period: str = ""
    relation: str = ""
    lent: str = ""


@dataclass
class Indicator:
    """One performance indicator, figures as values; ``unit`` is ``%``, an amount unit, a classifier or ``定性``."""

    name: str
    upper: tuple[str, str]
    unit: str
    relation: str
    target: Decimal
    mid: Decimal
    actual: Decimal
    weight: Decimal
    score: Decimal
    completion: Decimal
    target_text: str = ""
    actual_text: str = ""


@dataclass
class Project:
    """A project's budget and spending in the report's amount unit."""

    name: str
    budget: Decimal
    spent: Decimal


@dataclass
class World:
    """Everything that is true of the unit's year."""

    year: int
    style: Style
    slots: dict[str, Figure] = field(default_factory=dict)
    projects: list[Project] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    exec_weight: Decimal = TEN
    exec_score: Decimal = ZERO
    total: Decimal = ZERO
    grade: str = ""
    raw: dict[str, Decimal] = field(default_factory=dict)
    only_projects: bool = False


def split(rng: random.Random, whole: Decimal, parts: int, places: int, floor: float = 0.02) -> list[Decimal]:
    """``whole`` cut into parts on the grid; every part at least ``floor`` of an even share."""
    grid = D(1).scaleb(-places)
    units = int(whole / grid)
    weights = [rng.random() + floor for _ in range(parts)]
    cut = [max(1, int(units * w / sum(weights))) for w in weights]
    cut[cut.index(max(cut))] += units - sum(cut)
    return [D(c) * grid for c in cut]


def share_of(rng: random.Random, value: Decimal, low: float, high: float, places: int) -> Decimal:
    """A random share of a value, on the grid."""
    return round_to(value * D(repr(round(rng.uniform(low, high), 6))), places)


def invent(
    rng: random.Random, style: Style, year: int, size: Decimal, projects: Sequence[str], only_projects: bool
) -> World:
    """Budget, spending, sources, carry-over, three public expenses, purchases, assets and staff.

    ``only_projects``: the report is about projects alone, there are no running costs beside them.
    """
    world = World(year=year, style=style, only_projects=only_projects)
    p = style.places
    raw = world.raw
    scale = D(10000) if style.unit == "元" else D(1)
    raw["A0"] = round_to(size * scale * D(repr(round(rng.uniform(0.6, 1.8), 4))), p)
    raw["J0"] = D(0) if only_projects else share_of(rng, raw["A0"], 0.45, 0.8, p)
    raw["X0"] = raw["A0"] - raw["J0"]
    move = share_of(rng, raw["A0"], 0.02, 0.12, p)
    down = rng.random() < 0.35
    raw["DN" if down else "UP"] = move
    raw["A1"] = raw["A0"] - move if down else raw["A0"] + move
    # Both parts move the same way: a net figure that hides opposite moves would be a finding of its own.
    running = D(0) if only_projects else move * raw["J0"] / raw["A0"]
    part = share_of(rng, running, 0.92, 1.08, p)
    raw["J1"] = raw["J0"] - part if down else raw["J0"] + part
    raw["X1"] = raw["A1"] - raw["J1"]
    raw["JB"] = raw["J1"] if rng.random() < 0.1 else share_of(rng, raw["J1"], 0.93, 0.999, p)
    budgets = split(rng, raw["X1"], len(projects), p)
    spent = [b if rng.random() < 0.25 else share_of(rng, b, 0.84, 1.0, p) for b in budgets]
    world.projects = [Project(n, b, s) for n, b, s in zip(projects, budgets, spent, strict=True)]
    raw["XB"] = sum(spent, D(0))
    raw["B"] = raw["JB"] + raw["XB"]
    for whole, parts, floor, top in (
        ("J1", "RA GA", 0.7, 0.92),
        ("JB", "RB GB", 0.7, 0.92),
        ("J0", "R0A G0A", 0.7, 0.92),
    ):
        first, second = parts.split()
        raw[first] = share_of(rng, raw[whole], floor, top, p)
        raw[second] = raw[whole] - raw[first]
    for name, part in zip(("S1", "S2", "S3"), split(rng, raw["A1"], 3, p), strict=True):
        raw[name] = part
    if raw["J1"]:  # staff and office money are spent at the rate of running costs, none above its budget
        raw["RB"] = round_to(raw["RA"] * raw["JB"] / raw["J1"], p)
        raw["GB"] = raw["JB"] - raw["RB"]
    raw["LY"] = share_of(rng, raw["B"], 0.8, 1.2, p)
    if raw["LY"] == raw["B"]:
        raw["LY"] += D(1).scaleb(-p)
    raw["D"] = abs(raw["B"] - raw["LY"])
    raw["L0"] = share_of(rng, raw["A0"], 0.005, 0.04, p)
    raw["L1"] = raw["A1"] - raw["B"]
    raw["RV"] = raw["B"] + raw["L1"] - raw["L0"]
    _public_expenses(rng, raw, p, scale)
    raw["CA"] = share_of(rng, raw["A1"], 0.02, 0.1, p)
    raw["CB"] = share_of(rng, raw["CA"], 0.85, 1.0, p)
    raw["Y1"] = share_of(rng, raw["A1"], 0.4, 1.4, p)
    raw["Y2"] = share_of(rng, raw["Y1"], 0.2, 0.6, p)
    raw["Y3"] = raw["Y1"] - raw["Y2"]
    _staff(rng, raw)
    return world


def _public_expenses(rng: random.Random, raw: dict[str, Decimal], p: int, scale: Decimal) -> None:
    raw["G2"] = round_to(scale * D(repr(round(rng.uniform(3, 20), 3))), p)
    raw["G3"] = round_to(scale * D(repr(round(rng.uniform(0.5, 6), 3))), p)
    raw["G0"] = raw["G2"] + raw["G3"]
    raw["H2"], raw["H3"] = share_of(rng, raw["G2"], 0.7, 0.97, p), share_of(rng, raw["G3"], 0.5, 0.97, p)
    raw["H0"] = raw["H2"] + raw["H3"]
    raw["K2"], raw["K3"] = share_of(rng, raw["G2"], 0.8, 1.2, p), share_of(rng, raw["G3"], 0.8, 1.3, p)
    raw["K0"] = raw["K2"] + raw["K3"]


def _staff(rng: random.Random, raw: dict[str, Decimal]) -> None:
    z1, z2, z3 = rng.randint(8, 40), rng.randint(8, 60), rng.randint(1, 9)
    raw |= {"Z1": D(z1), "Z2": D(z2), "Z3": D(z3), "ZZ": D(z1 + z2 + z3)}
    raw["BZ"] = raw["ZZ"] + rng.randint(0, 9)
    i1, i2, d1, d2 = (rng.randint(1, 6) for _ in range(4))
    raw |= {"I1": D(i1), "I2": D(i2), "INC": D(i1 + i2), "E1": D(d1), "E2": D(d2), "DEC": D(d1 + d2)}
    raw["ZP"] = raw["ZZ"] - raw["INC"] + raw["DEC"]
    raw["BW"] = D(rng.randint(2, 40))


def survey(rng: random.Random, world: World) -> None:
    """A survey that yields the satisfaction the indicators report."""
    rate = next((i.actual for i in world.indicators if i.name.endswith(("满意度", "好评率", "认可度"))), D(95))
    sizes = [n for n in (50, 100, 120, 150, 200, 250, 300, 400, 500, 1000) if (rate * n / 100) % 1 == 0]
    n1 = rng.choice(sizes or [1000])
    world.raw |= {"Q0": D(n1 + rng.randint(5, 40)), "Q1": D(n1), "Q2": round_to(rate * n1 / 100, 0)}


def score_all(world: World) -> None:
    """Execution score, total and grade from what the report shows."""
    style = world.style
    rate = rate_to(world.raw["B"] / world.raw["A1"], style.rate_places)
    world.exec_score = round_to(world.exec_weight * min(rate, D(1)), style.score_places)
    world.total = world.exec_score + sum((i.score for i in world.indicators), D(0))
    world.grade = grade_of(world.total)
