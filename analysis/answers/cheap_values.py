"""What the cheap routes can read an answer as: a number, digits in a base, infinity, words, a formula, a sequence or
matrix of these.

Frozen and exact (fractions, never floats). Knows no LaTeX and no verdicts.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A rational number as it was written: `percent` has not been divided by 100, `unit` is "" or a canonical name."""

    value: Fraction
    decimal: bool = False
    percent: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Based:
    """Digits in a base, as in 1204 with a subscript 9."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Infinity:
    """Plus or minus infinity, as the end of an interval."""

    negative: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words, casefolded; `quoted` when they stood in a text command and are no product of letters."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression of roots, constants or letters, as it is written once normalised; `unit` as that of a number."""

    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Numbers and formulas in rows of the same length, two at least of them in all."""

    rows: "tuple[tuple[Number | Formula, ...], ...]"


@dataclass(frozen=True, slots=True)
class Sequence:
    """Two or more values with their outer brackets: "()", "[]", "(]", "[)", "{}" or "" for a bare list."""

    items: "tuple[Value, ...]"
    brackets: str = ""


@dataclass(frozen=True, slots=True)
class Union:
    """Intervals that rise and do not touch, two at least."""

    parts: tuple[Sequence, ...]


Value = Number | Based | Infinity | Words | Formula | Matrix | Sequence | Union
