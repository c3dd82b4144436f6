"""A range of numbers as addresses write it: `low..high` (low included, high not), `low..`, `..high` or one value."""

import math
from dataclasses import dataclass

import polars as pl
from django.db.models import Q

from apps.core.templatetags.numbers import decimal

PLURALS = {"change of answer": "changes of answer", "token of the text read": "tokens of the text read"}


@dataclass(frozen=True, slots=True)
class Range:
    """Half-open [low, high), None where it is open; low == high is that one value."""

    low: float | None
    high: float | None

    @classmethod
    def find(cls, text: str) -> "Range | None":
        """The range that the text writes, None if it writes none.

        >>> Range.find("5..10"), Range.find("0.5.."), Range.find("3"), Range.find("x"), Range.find("9..1")
        (Range(low=5.0, high=10.0), Range(low=0.5, high=None), Range(low=3.0, high=3.0), None, None)
        """
        first, dots, second = text.partition("..")
        low = _number(first)
        high = _number(second) if dots else low
        if (first and low is None) or (second and high is None) or (low is None and high is None):
            return None
        is_empty = dots and low is not None and high is not None and low >= high
        return None if is_empty else cls(low, high)

    @property
    def is_one_value(self) -> bool:
        return self.low is not None and self.low == self.high

    def scaled(self, factor: float) -> "Range":
        """Both ends times the factor, rounded to what a written number can mean."""
        return Range(*(None if end is None else round(end * factor, 9) for end in (self.low, self.high)))

    def expression(self, column: pl.Expr) -> pl.Expr:
        if self.is_one_value:
            return column == self.low
        above = pl.lit(True) if self.low is None else column >= self.low
        return above if self.high is None else above & (column < self.high)

    def condition(self, lookup: str) -> Q:
        if self.is_one_value:
            return Q(**{lookup: self.low})
        above = Q() if self.low is None else Q(**{f"{lookup}__gte": self.low})
        return above if self.high is None else above & Q(**{f"{lookup}__lt": self.high})

    def words(self, unit: str) -> str:
        """`1 000 to under 2 000 tokens`, `2 candidates or more`, `95 % of the lines or more`."""
        plural = unit if not unit or unit.startswith("%") else PLURALS.get(unit, f"{unit}s")
        if self.is_one_value:
            return f"{written(self.low)} {unit if self.low == 1 else plural}".strip()
        if self.low is None or self.high is None:
            if self.low is None:
                return f"under {written(self.high)} {plural}".strip()
            return f"{written(self.low)} {plural} or more".replace("  ", " ")
        return f"{written(self.low)} to under {written(self.high)} {plural}".strip()


def address(low: float | None, high: float | None) -> str:
    """A range as an address writes it; `Range.find` reads it back.

    >>> address(1000, 2000), address(95.0, None), address(3, 3)
    ('1000..2000', '95..', '3')
    """
    ends = ["" if end is None else f"{end:.12g}" for end in (low, high)]
    return ends[0] if low is not None and low == high else "..".join(ends)


def written(end: float | None) -> str:
    return decimal(end, 0 if end is None or float(end).is_integer() else 1)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e12 else None
