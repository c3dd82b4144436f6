"""An instrument: items on a scale, which of them are reversed, and the scores they give. Knows no model and no reply.

Raw answers stay as they were given; reversing belongs to scoring. Its file is read in `instrument_files`, checked in
`instrument_checks`; texts that come apart from the key are a pack (`packs`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MOST_OPTIONS = 20


class Scoring(StrEnum):
    """What a score is: the mean of keyed answers, their sum, or TRAIT's share of items answered above the middle.

    TRAIT (arXiv 2406.14703): 100 x high / (high + low).
    """

    MEAN = "mean"
    SUM = "sum"
    SHARE_HIGH = "share_high"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be given, and what it counts."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One statement or question: the score that it belongs to, its facet, and whether agreeing lowers the score.

    Items of one `pair` ask the same in other words or the opposite. `options` are its own, in the order in which they
    are shown; empty: the instrument's.
    """

    id: str
    scale: str
    is_reversed: bool = False
    text: str = ""
    facet: str = ""
    pair: str = ""
    options: tuple[Option, ...] = ()


class Norm(NamedTuple):
    """What people scored: mean and standard deviation (None where the source gives none) in units of the score."""

    scale: str
    mean: float
    sd: float | None
    source: str


class Band(NamedTuple):
    """A score of at least so much is called so, up to where the next band begins."""

    scale: str
    at_least: float
    label: str


class Range(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Instrument:
    """`options` are from lowest to highest value, every whole number between them there.

    `is_verified` says whether its key was held against a primary source; `doubts` what was not.
    """

    id: str
    version: str
    licence: str
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    title: str = ""
    source: str = ""
    is_verified: bool = True
    doubts: str = ""
    about: str = ""
    language: str = "en"
    scoring: Scoring = Scoring.MEAN
    norms: tuple[Norm, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def low(self) -> int:
        return self.options[0].value

    @property
    def high(self) -> int:
        return self.options[-1].value

    @property
    def scales(self) -> tuple[str, ...]:
        """In the order in which items name them."""
        return tuple(dict.fromkeys(item.scale for item in self.items))

    @property
    def facets(self) -> dict[str, str]:
        """Facet -> the score that it is a part of."""
        return {item.facet: item.scale for item in self.items if item.facet}

    @property
    def has_texts(self) -> bool:
        return all(item.text for item in self.items)

    def items_of(self, scale: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.scale == scale)

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The item's own, else the instrument's; in the order in which they are shown."""
        return item.options or self.options

    def ends_of(self, item: Item) -> Range:
        """Lowest and highest value that an answer to the item may have."""
        return ends(self.options_of(item))

    def keyed(self, item: Item, answer: float) -> float:
        """What an answer counts towards the item's score.

        >>> two = Instrument("t", "1", "CC0", (Item("a", "E", True),), (Option(1, "no"), Option(2, "yes")))
        >>> two.keyed(two.items[0], 1)
        2.0
        """
        low, high = self.ends_of(item)
        return low + high - answer if item.is_reversed else answer

    def range_of(self, scale: str) -> Range:
        """Lowest and highest score.

        >>> five = tuple(Option(value, str(value)) for value in range(1, 6))
        >>> items = (Item("a", "E"), Item("b", "E", True))
        >>> [Instrument("t", "1", "CC0", items, five, scoring=each).range_of("E") for each in Scoring]
        [Range(low=1.0, high=5.0), Range(low=2.0, high=10.0), Range(low=0.0, high=100.0)]
        """
        if self.scoring is Scoring.SHARE_HIGH:
            return Range(0.0, 100.0)
        each = [self.ends_of(item) for item in self.items_of(scale)]
        over = len(each) if self.scoring is Scoring.MEAN else 1
        return Range(sum(one.low for one in each) / over, sum(one.high for one in each) / over)


def ends(options: Iterable[Option]) -> Range:
    values = [option.value for option in options]
    return Range(float(min(values)), float(max(values)))
