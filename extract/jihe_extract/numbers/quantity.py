"""The number as a report shows it: exact value, unit, shown precision, relation, place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from jihe_extract.document import Span

Relation = Literal["eq", "ge", "le", "gt", "lt", "approx", "lo", "hi", "range", "inc", "dec", "from", "to"]


class Quantity(Struct, frozen=True):
    """A shown number with its unit.

    ``value`` is exact and in base units: yuan for money, a fraction for percentages (87.16 % is
    ``Decimal('0.8716')``), otherwise the plain number. ``unit`` is ``'CNY'``, ``'%'``, the classifier
    (``人次``), or ``''`` when a number in a table has none. ``step`` is the worth of one unit in the last
    shown digit, in base units (0.01 万元 is 100); for a number without decimals it is the worth of its
    last shown digit (``25万`` → 10000). ``inherited`` is true when the unit came from a label or a table
    header, ``inferred`` when it was supplied by convention (``25万`` as money). ``surface`` is the unit as
    written (``万元``), ``shown`` the figure as written without unit (``3,208.50``), ``text`` the whole
    matched string, so that the given text's ``[start:end]`` equals it.
    """

    value: Decimal
    unit: str
    step: Decimal
    relation: Relation
    span: Span
    surface: str = ""
    shown: str = ""
    inherited: bool = False
    inferred: bool = False
    text: str = ""

    @property
    def start(self) -> int:
        """Offset of the first character in the given text."""
        return self.span.start

    @property
    def end(self) -> int:
        """Offset behind the last character in the given text."""
        return self.span.end

    @property
    def in_points(self) -> bool:
        """Whether it is told in percentage points: a distance between rates, no rate itself."""
        return "点" in self.surface

    def related(self, relation: Relation) -> Quantity:
        """The same quantity under another relation."""
        return replace(self, relation=relation)

    def moved(self, by: int) -> Quantity:
        """The same quantity with its place moved on."""
        if by == 0:
            return self
        return replace(self, span=Span(self.span.start + by, self.span.end + by))

    @property
    def low(self) -> Decimal:
        """Least value that rounds half-up to what is shown."""
        return self.value - self.step / 2

    @property
    def high(self) -> Decimal:
        """Bound of the values that round half-up to what is shown (itself excluded)."""
        return self.value + self.step / 2

    @property
    def shown_decimals(self) -> int:
        """Digits after the decimal point as shown."""
        _, dot, fraction = self.shown.replace("．", ".").partition(".")
        return len(fraction) if dot else 0

    @property
    def exact(self) -> bool:
        """Whether the number is asserted as such, not as a bound, an approximation or a range."""
        return self.relation in ("eq", "inc", "dec", "from", "to")


def quantity(
    value: Decimal,
    unit: str,
    step: Decimal,
    relation: Relation,
    start: int,
    end: int,
    surface: str,
    shown: str,
    inherited: bool,
    inferred: bool,
    text: str,
) -> Quantity:
    """The quantity whose place is given by two offsets."""
    return Quantity(value, unit, step, relation, Span(start, end), surface, shown, inherited, inferred, text)


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """``value`` rounded half-up (away from zero on ties) to a multiple of ``step``."""
    if step == 0:
        return value
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
