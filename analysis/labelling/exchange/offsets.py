"""Offsets in code points, as texts are stored here, against offsets in UTF-16 units, as browsers count.

Knows no format. Label Studio's releases up to 2021 wrote UTF-16 units and later ones write code points
(HumanSignal/label-studio issues 1347 and 1559); doccano's editor counts UTF-16 units (doccano/v-annotator, Text.ts).
"""

from bisect import bisect_left
from enum import StrEnum
from typing import NamedTuple

ASTRAL = 0x10000


class Unit(StrEnum):
    """What a file counts."""

    UTF16 = "utf-16"
    POINTS = "code points"


class Split(ValueError):
    """An offset in the middle of a character."""


class Span(NamedTuple):
    """[start, end) in code points."""

    start: int
    end: int


class Offsets:
    """Both ways of counting in one text.

    >>> offsets = Offsets("😀 x")                    # the face is two units
    >>> offsets.units(2), offsets.points(3)
    (3, 2)
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        plain = text.isascii() or max(text) < chr(ASTRAL)
        self._astral = [] if plain else [at for at, c in enumerate(text) if ord(c) >= ASTRAL]
        self._units = [at + n for n, at in enumerate(self._astral)]

    @property
    def differ(self) -> bool:
        return bool(self._astral)

    def units(self, point: int) -> int:
        """The offset in UTF-16 units of one in code points."""
        return point + bisect_left(self._astral, point)

    def points(self, unit: int) -> int:
        """The offset in code points of one in UTF-16 units; raises Split in the middle of a character."""
        before = bisect_left(self._units, unit)
        if before and self._units[before - 1] + 1 == unit:
            raise Split(f"UTF-16 offset {unit} is in the middle of a character")
        return unit - before

    def written(self, start: int, end: int, unit: Unit) -> tuple[int, int]:
        """A span as a file that counts `unit` has it."""
        return (start, end) if unit is Unit.POINTS else (self.units(start), self.units(end))

    def read(self, start: int, end: int, unit: Unit) -> Span | None:
        """A span as a file that counts `unit` means it; None where it lies outside the text or splits a character."""
        try:
            span = Span(start, end) if unit is Unit.POINTS else Span(self.points(start), self.points(end))
        except Split:
            return None
        return span if 0 <= span.start <= span.end <= self.length else None
