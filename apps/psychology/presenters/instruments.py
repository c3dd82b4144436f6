"""An instrument as people read it: its balance, its key, what is known of its norms. Knows no reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.psychometrics.instrument import Band, Instrument, Item, Norm, Scoring
from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.psychology.models import Instrument as Row

SCORED = {
    Scoring.MEAN: "mean of its items",
    Scoring.SUM: "sum of its items",
    Scoring.SHARE_HIGH: "share of its items answered above the middle, 0 to 100",
}


class Balance(NamedTuple):
    """Of a score: its items, how many are reversed, its range, and what people scored."""

    name: str
    n: int
    n_reversed: int
    low: float
    high: float
    norms: Sequence[Norm]
    bands: Sequence[Band]


class KeyLine(NamedTuple):
    """An item with its number; `was` says how the shipped key has it, where that is otherwise."""

    number: int
    item: Item
    was: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages of an instrument print."""

    plain: Instrument
    scored: str
    balances: Sequence[Balance]
    lines: Sequence[KeyLine]

    @property
    def n_reversed(self) -> int:
        return sum(line.item.is_reversed for line in self.lines)

    @property
    def has_pairs(self) -> bool:
        return any(line.item.pair for line in self.lines)

    @property
    def n_otherwise(self) -> int:
        """Items that the shipped key has otherwise."""
        return sum(bool(line.was) for line in self.lines)


class Line(NamedTuple):
    """A row of the list; `wrong` says why what is stored cannot be read."""

    row: Row
    plain: Instrument | None
    hindrance: str
    wrong: str


def shown(plain: Instrument, made_from: str = "") -> Shown:
    """Of an instrument that came from a shipped one, what its key has otherwise too."""
    known = INSTRUMENTS[made_from].items if made_from in INSTRUMENTS else ()
    keys = {item.id: item for item in known}
    lines = [
        KeyLine(number, item, _was(keys.get(item.id), item) if known else "")
        for number, item in enumerate(plain.items, 1)
    ]
    return Shown(plain, SCORED[plain.scoring], [_balance(plain, scale) for scale in plain.scales], lines)


def line_of(row: Row) -> Line:
    try:
        return Line(row, row.plain, row.hindrance, "")
    except BadInstrument as error:
        return Line(row, None, "", str(error))


def _balance(plain: Instrument, scale: str) -> Balance:
    items = plain.items_of(scale)
    return Balance(
        scale,
        len(items),
        sum(item.is_reversed for item in items),
        *plain.range_of(scale),
        [norm for norm in plain.norms if norm.scale == scale],
        [band for band in plain.bands if band.scale == scale],
    )


def _was(known: Item | None, item: Item) -> str:
    if known is None:
        return "not in the shipped key"
    if (known.scale, known.is_reversed) == (item.scale, item.is_reversed):
        return ""
    return f"{known.scale}, {'reversed' if known.is_reversed else 'straight'}"
