"""Lines of the editor of an instrument, as text and back: an item's row, options, norms, bands. Knows no database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.psychometrics.instrument import Band, Item, Norm, Option
from analysis.psychometrics.instrument_checks import BadInstrument

OPTION = re.compile(r"\s*([-\u2212]?\d{1,4})\s*[.):=]?\s+(\S.*)")
NUMBER = re.compile(r"[-\u2212]?\d{1,7}(?:\.\d{1,6})?")


@dataclass
class ItemRow:
    """An item as the form shows it: what was written, and what is wrong with it by field."""

    number: int
    id: str = ""
    text: str = ""
    scale: str = ""
    facet: str = ""
    pair: str = ""
    options: str = ""
    is_reversed: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.id or self.text or self.options)

    def item(self) -> Item:
        """Raises BadInstrument for options that cannot be read."""
        options = options_of(self.options, self.id) if self.options.strip() else ()
        return Item(self.id, self.scale, self.is_reversed, self.text, self.facet, self.pair, options)


def options_of(text: str, item: str = "") -> tuple[Option, ...]:
    """One option a line, its value first.

    >>> options_of("1 no\\n2. yes")
    (Option(value=1, label='no'), Option(value=2, label='yes'))
    """
    found = []
    for line in _lines(text):
        match = OPTION.fullmatch(line)
        if match is None:
            raise BadInstrument(f"the option {line[:60]!r} must be a whole number and its words", item, "options")
        found.append(Option(int(match[1].replace("\u2212", "-")), match[2].strip()))
    return tuple(found)


def norms_of(text: str) -> tuple[Norm, ...]:
    """One norm a line: score; mean; standard deviation or nothing; source.

    >>> norms_of("extraversion; 3.25; 0.9; PsychoBench")
    (Norm(scale='extraversion', mean=3.25, sd=0.9, source='PsychoBench'),)
    """
    found = []
    for scale, mean, sd, source in _cells(text, 4, "norms", "score; mean; standard deviation; source"):
        found.append(Norm(scale, _number(mean, "norms"), _number(sd, "norms") if sd else None, source))
    return tuple(found)


def bands_of(text: str) -> tuple[Band, ...]:
    """One band a line: score; from; what it is called."""
    cells = _cells(text, 3, "bands", "score; from; name")
    return tuple(Band(scale, _number(low, "bands"), label) for scale, low, label in cells)


def options_text(options: Iterable[Option]) -> str:
    return "\n".join(f"{option.value} {option.label}" for option in options)


def norms_text(norms: Iterable[Norm]) -> str:
    return "\n".join(
        f"{norm.scale}; {norm.mean:g}; {'' if norm.sd is None else f'{norm.sd:g}'}; {norm.source}" for norm in norms
    )


def bands_text(bands: Iterable[Band]) -> str:
    return "\n".join(f"{band.scale}; {band.at_least:g}; {band.label}" for band in bands)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _cells(text: str, n: int, where: str, form: str) -> list[Sequence[str]]:
    found = [[cell.strip() for cell in line.split(";", n - 1)] for line in _lines(text)]
    for cells in found:
        if len(cells) != n:
            raise BadInstrument(f"the line {'; '.join(cells)[:60]!r} must be: {form}", field=where)
    return list(found)


def _number(text: str, where: str) -> float:
    if not NUMBER.fullmatch(text):
        raise BadInstrument(f"{text[:40]!r} is no number", field=where)
    return float(text.replace("\u2212", "-"))
