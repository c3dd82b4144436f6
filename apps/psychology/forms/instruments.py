"""The form of an instrument: a row for each item with what is wrong beside it, and fields of the whole.

Rows are numbered fields `item-3-text`, so that rows can be added without asking the server.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.text import slugify

from analysis.errors import UserError
from analysis.psychometrics.instrument import Instrument, Item, Option, Scoring
from analysis.psychometrics.instrument_checks import BadInstrument, checked
from apps.psychology.forms.instrument_rows import (
    ItemRow,
    bands_of,
    bands_text,
    norms_of,
    norms_text,
    options_of,
    options_text,
)

T = TypeVar("T")
FIELD = re.compile(r"item-(\d{1,4})-id")
MOST_ROWS = 130
"""As many items have room in a form; larger instruments are changed as files."""
N_BLANK, N_FIRST = 3, 6
WORDS = ("id", "text", "scale", "facet", "pair", "options")
PLAIN_WORDS = ("title", "id", "licence", "language", "source", "about")
WHOLE = (*PLAIN_WORDS, "scoring", "options", "norms", "bands")
AGREEMENT = ("Disagree strongly", "Disagree", "Neither agree nor disagree", "Agree", "Agree strongly")
NEW = Instrument("", "1", "", (), tuple(Option(value, label) for value, label in enumerate(AGREEMENT, 1)))
SCORINGS = [(Scoring.MEAN, "mean"), (Scoring.SUM, "sum"), (Scoring.SHARE_HIGH, "share above the middle")]


class InstrumentForm:
    """An instrument as it is, or as somebody sent it. `was` is the fingerprint of what the change began from."""

    def __init__(self, plain: Instrument = NEW, was: str = "", data: QueryDict | None = None) -> None:
        self.plain, self._data = plain, data
        self.errors: dict[str, str] = {}
        self.was = was if data is None else data.get("was", "")
        self.fields = self._stored_fields() if data is None else {name: _cleaned(data.get(name, "")) for name in WHOLE}
        self.rows = [*(self._stored() if data is None else self._sent())]
        self._pad(N_BLANK if plain.items or data is not None else N_FIRST)
        self.found: Instrument | None = None
        if data is not None:
            self._fill()
            self.found = self._checked()

    @property
    def is_good(self) -> bool:
        return self.found is not None and not self.errors and not any(row.errors for row in self.rows)

    @property
    def scales(self) -> list[str]:
        """Names of scores that stand in some row, to choose from."""
        return list(dict.fromkeys(row.scale for row in self.rows if row.scale))

    @property
    def n_wrong(self) -> int:
        return sum(bool(row.errors) for row in self.rows)

    def attach(self, refused: UserError) -> None:
        """Put a refusal beside what it is about, where it says so."""
        item, field = getattr(refused, "item", ""), getattr(refused, "field", "")
        message = str(refused).removeprefix(f"instrument {self.fields['id'][:60]!r}: ")
        rows = [row for row in self.rows if item and row.id == item and not row.is_blank]
        if rows:
            rows[-1].errors[field or "text"] = message
        else:
            self.errors[field if field in WHOLE else "form"] = message

    def _stored_fields(self) -> dict[str, str]:
        plain = self.plain
        told = {name: str(getattr(plain, name)) for name in PLAIN_WORDS}
        told |= {"scoring": plain.scoring.value, "options": options_text(plain.options)}
        return told | {"norms": norms_text(plain.norms), "bands": bands_text(plain.bands)}

    def _stored(self) -> Iterator[ItemRow]:
        for number, item in enumerate(self.plain.items):
            yield ItemRow(
                number=number,
                id=item.id,
                text=item.text,
                scale=item.scale,
                facet=item.facet,
                pair=item.pair,
                options=options_text(item.options),
                is_reversed=item.is_reversed,
            )

    def _sent(self) -> Iterator[ItemRow]:
        data = self._data or QueryDict()
        for number in sorted({int(found[1]) for found in map(FIELD.fullmatch, data) if found}):
            told: dict[str, Any] = {name: _cleaned(data.get(f"item-{number}-{name}", "")) for name in WORDS}
            yield ItemRow(number=number, is_reversed=f"item-{number}-reversed" in data, **told)

    def _pad(self, n: int) -> None:
        first = max((row.number for row in self.rows), default=-1) + 1
        n = max(n - sum(row.is_blank for row in self.rows), 0)
        self.rows += [ItemRow(number) for number in range(first, first + n)]

    def _fill(self) -> None:
        """An instrument without an id gets one from its title, an item without one its place."""
        if not self.fields["id"]:
            self.fields["id"] = slugify(self.fields["title"])[:60]
        kept = [row for row in self.rows if not row.is_blank]
        taken = {row.id for row in kept}
        for place, row in enumerate(kept, 1):
            if not row.id and str(place) not in taken:
                row.id = str(place)

    def _checked(self) -> Instrument | None:
        """What was sent as an instrument; None where some row or field is wrong, which then says why."""
        kept = [row for row in self.rows if not row.is_blank]
        if len(kept) > MOST_ROWS:
            self.errors["form"] = f"{len(kept)} items; at most {MOST_ROWS} are written here, more in a file"
        if not self.fields["licence"]:
            self.errors["licence"] = "say under which licence it may be used"
        options = self._read("options", options_of) or ()
        norms, bands = self._read("norms", norms_of), self._read("bands", bands_of)
        if self.fields["scoring"] not in set(Scoring):
            self.errors["scoring"] = "choose how a score is made"
        if not self.fields["id"]:
            self.errors["title"] = "give it a title"
        if self.errors:
            return None
        told: dict[str, Any] = {name: self.fields[name] for name in PLAIN_WORDS}
        whole = replace(self.plain, **told, options=options, scoring=Scoring.MEAN, norms=(), bands=())
        try:
            checked(replace(whole, items=(Item("1", "any"),)))
        except BadInstrument as error:
            self.attach(error)
            return None
        whole = replace(whole, scoring=Scoring(self.fields["scoring"]))
        items = [item for row in kept if (item := self._item(row, whole)) is not None]
        if any(row.errors for row in kept):
            return None
        try:
            return checked(replace(whole, items=tuple(items), norms=norms or (), bands=bands or ()))
        except BadInstrument as error:
            self.attach(error)
            return None

    def _item(self, row: ItemRow, whole: Instrument) -> Item | None:
        """The row's item, held for itself against what every item must have."""
        if not row.text:
            row.errors["text"] = "an item needs a text"
        try:
            item = row.item()
            checked(replace(whole, items=(replace(item, pair=""),)))
        except BadInstrument as error:
            if error.item == row.id or not error.item:
                row.errors.setdefault(error.field or "text", str(error).split(": ", 1)[-1])
            return None
        return item

    def _read(self, name: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(self.fields[name])
        except BadInstrument as error:
            self.errors[name] = str(error)
            return None


def _cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
