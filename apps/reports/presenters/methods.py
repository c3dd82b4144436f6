"""The methods page: rows of the table of methods with the doors of their parts. Knows no request and no database."""

from dataclasses import dataclass
from typing import NamedTuple

from analysis.methods import GROUPS, METHODS, chosen
from analysis.methods.method import Method
from apps.reports.presenters.doors import Door, Place, door_of
from apps.reports.presenters.proofs import Proof, proofs_of


class Row(NamedTuple):
    """A method with its buttons, and where Help shows it right; a planned one has neither."""

    method: Method
    doors: tuple[Door, ...]
    proofs: tuple[Proof, ...]

    @property
    def may_start(self) -> bool:
        return any(door.href for door in self.doors)


class Section(NamedTuple):
    """A group under its heading."""

    name: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of how many, and how many of all are planned."""

    sections: tuple[Section, ...]
    groups: tuple[tuple[str, str], ...] = tuple((group.name, group.label) for group in GROUPS)
    n_all: int = len(METHODS)
    n_planned: int = sum(method.is_planned for method in METHODS)

    @property
    def n_built(self) -> int:
        return self.n_all - self.n_planned

    @property
    def n_shown(self) -> int:
        return sum(len(section.rows) for section in self.sections)


def page_of(words: str, group: str, place: Place | None) -> Page:
    """The methods that hold all of the words, in the group if one is named; what is built stands before what is not."""
    return Page(tuple(Section(each.name, each.label, _rows(each.methods, place)) for each in chosen(words, group)))


def _rows(methods: tuple[Method, ...], place: Place | None) -> tuple[Row, ...]:
    rows = [Row(each, tuple(door_of(part, place) for part in each.references), proofs_of(each)) for each in methods]
    return tuple(sorted(rows, key=lambda row: row.method.is_planned))
