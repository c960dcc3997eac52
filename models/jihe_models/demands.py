"""What is asked of the models room, what was measured, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """One figure that is asked for. ``form`` is how figures are shown."""

    name: str
    asked: float
    got: float
    least: bool = True
    form: str = ".4f"

    @property
    def met(self) -> bool:
        """Whether the measured figure is enough; compared as measured, not as shown."""
        return self.got >= self.asked if self.least else self.got <= self.asked

    def line(self) -> str:
        """For the table."""
        sign = "≥" if self.least else "≤"
        asked, got = format(self.asked, self.form.replace(".4f", "")), format(self.got, self.form)
        return f"{'达到' if self.met else '未达到'}\t{self.name}\t要求{sign}{asked}\t实测 {got}"


Line = str | Demand
"""What a measurement says: a line to print, or a demand to hold it to."""


def at_least(name: str, asked: float, got: float, form: str = ".4f") -> Demand:
    """A figure that must reach ``asked``."""
    return Demand(name, asked, got, form=form)


def at_most(name: str, asked: float, got: float, form: str = ".4f") -> Demand:
    """A figure that must not pass ``asked``."""
    return Demand(name, asked, got, least=False, form=form)


def table(demands: Sequence[Demand]) -> Iterator[str]:
    """The demands as lines, those not met counted at the end."""
    yield "== 应达指标"
    yield from (demand.line() for demand in demands)
    missed = sum(not demand.met for demand in demands)
    yield f"共 {len(demands)} 项，未达到 {missed} 项"
