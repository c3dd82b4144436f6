"""An instrument: items on a scale, which of them are reversed, and the scores they give. Knows no model and no reply.

Raw answers stay as they were given; reversing belongs to scoring. A pack of item texts may come apart from the key, for
many instruments' words are not ours to ship: it is checked against the key.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.errors import UserError

MOST_ITEMS, MOST_OPTIONS = 1_000, 20


class BadInstrument(UserError):
    """An instrument that cannot be used; the message names the item or option and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One statement or question: the score that it belongs to (a trait or facet), and whether agreeing lowers it."""

    id: str
    scale: str
    is_reversed: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be given, and what it counts."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """Options are from lowest to highest value, every whole number between them there."""

    id: str
    version: str
    licence: str
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    title: str = ""
    source: str = ""
    is_verified: bool = True

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

    def keyed(self, item: Item, answer: float) -> float:
        """What an answer counts towards the item's score.

        >>> two = Instrument("t", "1", "CC0", (Item("a", "E", True),), (Option(1, "no"), Option(2, "yes")))
        >>> two.keyed(two.items[0], 1)
        2
        """
        return self.low + self.high - answer if item.is_reversed else answer


def checked(instrument: Instrument) -> Instrument:
    """The instrument itself; raises BadInstrument for items or options that are missing, twice there, or not whole.

    >>> checked(Instrument("t", "1", "CC0", (Item("a", "E"), Item("a", "E")), (Option(1, "no"), Option(2, "yes"))))
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument.BadInstrument: instrument 't': item 'a' is there 2 times
    """
    where = f"instrument {instrument.id!r}"
    if not instrument.id or not instrument.version or not instrument.licence:
        raise BadInstrument(f"{where} needs an id, a version and a licence")
    if not 1 <= len(instrument.items) <= MOST_ITEMS:
        raise BadInstrument(f"{where} has {len(instrument.items)} items; 1 to {MOST_ITEMS} are needed")
    for name, n in Counter(item.id for item in instrument.items).items():
        if n > 1 or not name:
            raise BadInstrument(f"{where}: item {name!r} is there {n} times" if name else f"{where}: an item has no id")
    nowhere = [item.id for item in instrument.items if not item.scale]
    if nowhere:
        raise BadInstrument(f"{where}: item {nowhere[0]!r} belongs to no score")
    _check_options(where, instrument.options)
    return instrument


def _check_options(where: str, options: Sequence[Option]) -> None:
    values = [option.value for option in options]
    if not 2 <= len(values) <= MOST_OPTIONS:
        raise BadInstrument(f"{where} has {len(values)} options; 2 to {MOST_OPTIONS} are needed")
    if values != list(range(values[0], values[0] + len(values))):
        raise BadInstrument(f"{where}: options {values} are no whole numbers in a row, from lowest to highest")
    labels = Counter(option.label.strip().casefold() for option in options)
    twice = [label for label, n in labels.items() if n > 1 or not label]
    if twice:
        raise BadInstrument(f"{where}: label {twice[0]!r} does not tell one option from another")


def with_texts(instrument: Instrument, texts: Mapping[str, str]) -> Instrument:
    """The instrument with a pack's item texts; raises BadInstrument where key and pack name different items.

    >>> key = Instrument("t", "1", "CC0", (Item("a", "E"),), (Option(1, "no"), Option(2, "yes")))
    >>> with_texts(key, {"b": "I talk."})
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument.BadInstrument: instrument 't': the pack has no text for a; the key has no item b
    """
    ids = [item.id for item in instrument.items]
    missing = [name for name in ids if not texts.get(name, "").strip()]
    unknown = [name for name in texts if name not in set(ids)]
    said = []
    if missing:
        said.append(f"the pack has no text for {', '.join(missing[:10])}")
    if unknown:
        said.append(f"the key has no item {', '.join(unknown[:10])}")
    if said:
        raise BadInstrument(f"instrument {instrument.id!r}: {'; '.join(said)}")
    items = tuple(Item(item.id, item.scale, item.is_reversed, texts[item.id].strip()) for item in instrument.items)
    return Instrument(
        instrument.id,
        instrument.version,
        instrument.licence,
        items,
        instrument.options,
        instrument.title,
        instrument.source,
        instrument.is_verified,
    )


def instrument_of(row: Mapping[str, Any]) -> Instrument:
    """A checked instrument from JSON; raises BadInstrument that names the field."""
    try:
        items = tuple(
            Item(str(item["id"]), str(item["scale"]), bool(item.get("reversed", False)), str(item.get("text", "")))
            for item in row["items"]
        )
        options = tuple(Option(_whole(option["value"]), str(option["label"])) for option in row["options"])
        named = {name: str(row[name]) for name in ("id", "version", "licence")}
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInstrument(f"an instrument's file lacks or misspells {error}") from error
    more = {name: str(row.get(name, "")) for name in ("title", "source")}
    return checked(
        Instrument(items=items, options=options, is_verified=bool(row.get("verified", True)), **named, **more)
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInstrument(f"option value {value!r} is no whole number")
    return value
