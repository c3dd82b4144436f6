"""What makes an instrument unusable: each refusal names the item, option or score. Knows no file and no reply."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.errors import UserError
from analysis.psychometrics.instrument import MOST_OPTIONS, Instrument, Item, Option, Scoring

MOST_ITEMS = 1_000
LONGEST_TEXT, LONGEST_LABEL, LONGEST_WORDS = 4_000, 200, 20_000
ID = re.compile(r"\w[\w.-]{0,59}")
"""Of an item: it becomes part of the name of a score, which has room for 100 characters."""
NAME = re.compile(r"\w[\w .,&'()+-]{0,59}")
"""Of a score or facet."""
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class BadInstrument(UserError):
    """An instrument that cannot be used; the message names the item or option and what is wrong with it.

    `item` is the id of the item that it is about, `field` the field; empty where it is about the whole.
    """

    def __init__(self, message: str, item: str = "", field: str = "") -> None:
        super().__init__(message)
        self.item, self.field = item, field


def checked(instrument: Instrument) -> Instrument:
    """The instrument itself; raises BadInstrument for what is missing, there twice, too long or off the scale.

    >>> from analysis.psychometrics.instrument import Item, Option
    >>> checked(Instrument("t", "1", "CC0", (Item("a", "E"), Item("a", "E")), (Option(1, "no"), Option(2, "yes"))))
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument_checks.BadInstrument: instrument 't': item 'a' is there 2 times
    """
    where = f"instrument {instrument.id[:60]!r}"
    _check_whole(where, instrument)
    _check_options(where, instrument.options)
    for item in instrument.items:
        _check_item(where, instrument, item)
    _check_pairs(where, instrument)
    for name, n in Counter(item.id for item in instrument.items).items():
        if n > 1:
            raise BadInstrument(f"{where}: item {name!r} is there {n} times", name, "id")
    _check_facets(where, instrument)
    _check_norms(where, instrument)
    return instrument


def _check_whole(where: str, instrument: Instrument) -> None:
    if not instrument.id or not instrument.version or not instrument.licence:
        raise BadInstrument(f"{where} needs an id, a version and a licence")
    if not SLUG.fullmatch(instrument.id):
        raise BadInstrument(f"{where}: an id has small letters, digits, - and _, at most 60", field="id")
    if len(instrument.version) > 40:
        raise BadInstrument(
            f"{where}: the version has {len(instrument.version)} characters, at most 40", field="version"
        )
    for name, most in (("title", LONGEST_LABEL), ("licence", LONGEST_WORDS), ("about", LONGEST_WORDS)):
        _check_text(f"{where}: the {name}", getattr(instrument, name), most, field=name)
    for name in ("version", "source", "doubts", "language"):
        _check_text(f"{where}: the {name}", getattr(instrument, name), LONGEST_WORDS, field=name)
    if not 1 <= len(instrument.items) <= MOST_ITEMS:
        raise BadInstrument(f"{where} has {len(instrument.items)} items; 1 to {MOST_ITEMS} are needed", field="items")


def _check_item(where: str, instrument: Instrument, item: Item) -> None:
    if not item.id:
        raise BadInstrument(f"{where}: an item has no id", field="id")
    if not ID.fullmatch(item.id):
        raise BadInstrument(
            f"{where}: item {item.id[:80]!r}: an id has letters, digits, _, . and -, at most 60", item.id, "id"
        )
    if not item.scale:
        raise BadInstrument(f"{where}: item {item.id!r} belongs to no score", item.id, "scale")
    for field, name in (("scale", item.scale), ("facet", item.facet), ("pair", item.pair)):
        if name and not NAME.fullmatch(name):
            raise BadInstrument(
                f"{where}: item {item.id!r}: {field} {name[:80]!r} is no name of at most 60 characters", item.id, field
            )
    _check_text(f"{where}: the text of item {item.id!r}", item.text, LONGEST_TEXT, item.id, "text")
    if item.options:
        _check_options(f"{where}: item {item.id!r}", item.options, item.id)
    if instrument.scoring is Scoring.SHARE_HIGH and len(instrument.options_of(item)) % 2:
        n = len(instrument.options_of(item))
        raise BadInstrument(
            f"{where}: item {item.id!r} has {n} options, so that one is neither high nor low; a share of high answers "
            "needs an even number",
            item.id,
            "options",
        )


def _check_options(where: str, options: Sequence[Option], item: str = "") -> None:
    """An item's own may be shown in any order; the instrument's stand from lowest to highest."""
    values = [option.value for option in options]
    if not 2 <= len(values) <= MOST_OPTIONS:
        raise BadInstrument(f"{where} has {len(values)} options; 2 to {MOST_OPTIONS} are needed", item, "options")
    in_order = sorted(values) if item else values
    if in_order != list(range(in_order[0], in_order[0] + len(values))) or max(map(abs, values)) > 1_000:
        raise BadInstrument(
            f"{where}: options {values} are no whole numbers in a row, from lowest to highest", item, "options"
        )
    for option in options:
        _check_text(f"{where}: label {option.label[:40]!r}", option.label, LONGEST_LABEL * (5 if item else 1), item)
    labels = Counter(option.label.strip().casefold() for option in options)
    twice = [label for label, n in labels.items() if n > 1 or not label]
    if twice:
        raise BadInstrument(f"{where}: label {twice[0]!r} does not tell one option from another", item, "options")


def _check_pairs(where: str, instrument: Instrument) -> None:
    groups: dict[str, list[Item]] = {}
    for item in instrument.items:
        if item.pair:
            groups.setdefault(item.pair, []).append(item)
    for name, items in groups.items():
        if len(items) == 1:
            raise BadInstrument(f"{where}: item {items[0].id!r} is alone in pair {name!r}", items[0].id, "pair")
        for item in items[1:]:
            if item.scale != items[0].scale:
                words = f"pair {name!r} has items of {items[0].scale} and of {item.scale}"
                raise BadInstrument(f"{where}: item {item.id!r}: {words}", item.id, "pair")


def _check_facets(where: str, instrument: Instrument) -> None:
    scales: dict[str, str] = {}
    for item in instrument.items:
        if item.facet and scales.setdefault(item.facet, item.scale) != item.scale:
            words = f"facet {item.facet!r} is of {scales[item.facet]} already"
            raise BadInstrument(f"{where}: item {item.id!r}: {words}", item.id, "facet")


def _check_norms(where: str, instrument: Instrument) -> None:
    for what, scale, value in _figures(instrument):
        if scale not in instrument.scales:
            raise BadInstrument(f"{where}: a {what} is of {scale[:60]!r}, which no item belongs to", field=f"{what}s")
        low, high = instrument.range_of(scale)
        if not low <= value <= high:
            words = f"the {what} {value:g} of {scale} is off its range, {low:g} to {high:g}"
            raise BadInstrument(f"{where}: {words}", field=f"{what}s")
    for norm in instrument.norms:
        if norm.sd is not None and not 0 < norm.sd < float("inf"):
            raise BadInstrument(f"{where}: the standard deviation {norm.sd:g} of {norm.scale} is none", field="norms")
        _check_text(f"{where}: the source of a norm", norm.source, LONGEST_WORDS, field="norms")
    for band in instrument.bands:
        _check_text(f"{where}: the label of a band", band.label, LONGEST_LABEL, field="bands")


def _figures(instrument: Instrument) -> Iterator[tuple[str, str, float]]:
    for norm in instrument.norms:
        yield "norm", norm.scale, norm.mean
    for band in instrument.bands:
        yield "band", band.scale, band.at_least


def _check_text(what: str, text: str, most: int, item: str = "", field: str = "") -> None:
    if len(text) > most:
        raise BadInstrument(f"{what} has {len(text):,} characters, at most {most:,}", item, field)
    if UNSTORABLE.search(text):
        raise BadInstrument(f"{what} holds a character that cannot be stored (NUL or half a character)", item, field)
