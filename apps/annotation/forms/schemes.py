"""The form of a scheme: a row for each label with what is wrong beside the field, and settings of the whole.

Rows are numbered fields `kind-3-title`, so that rows can be added without asking the server.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from analysis.errors import UserError
from analysis.labelling.scheme import FREE_KEYS, MOST_KINDS, N_COLOURS, NAME, RESERVED, BadScheme, Kind, Target, kind_of
from analysis.segmentation import SEGMENTATIONS
from apps.annotation.models import Scheme
from apps.annotation.services.schemes import Change, SchemeRefused

FIELD = re.compile(r"kind-(\d{1,3})-name")
N_BLANK = 3
TARGETS = [
    (Target.STEP.value, "a step"),
    (Target.SPAN.value, "a free span"),
    (Target.ROLLOUT.value, "the whole rollout"),
    (Target.RELATION.value, "two labels, as a relation"),
]


@dataclass
class Row:
    """A label as the form shows it: what was written, `was` its name before, `n` how many labels have it."""

    number: int
    was: str = ""
    n: int = 0
    name: str = ""
    title: str = ""
    key: str = ""
    colour: int = 1
    definition: str = ""
    yes: str = ""
    no: str = ""
    on: str = Target.STEP.value
    has_value: bool = False
    values: str = ""
    goes: bool = False
    into: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.was or self.title or self.name)

    @property
    def is_kept(self) -> bool:
        return not (self.goes or self.is_blank)

    def kind(self) -> Kind:
        """Raises BadScheme for what no label can have."""
        return kind_of(
            {
                "name": self.name,
                "title": self.title,
                "key": self.key,
                "colour": self.colour,
                "definition": self.definition,
                "yes": _lines(self.yes),
                "no": _lines(self.no),
                "on": self.on,
                "has_value": self.has_value,
                "values": _lines(self.values),
            }
        )


class SchemeForm:
    """A scheme as it is, or as somebody sent it."""

    def __init__(self, scheme: Scheme, counts: dict[str, int], data: QueryDict | None = None) -> None:
        self.scheme, self._counts, self._data = scheme, counts, data
        self.errors: dict[str, str] = {}
        self.rows = [*(self._stored() if data is None else self._sent())]
        self.version = scheme.version if data is None else _whole(data.get("version", ""))
        self.name = scheme.name if data is None else data.get("name", "")
        self.description = scheme.description if data is None else data.get("description", "").strip()
        self.many = scheme.many if data is None else "many" in data
        self.segmentation = scheme.segmentation if data is None else data.get("segmentation", "")
        self.segmentations = list(SEGMENTATIONS)
        self.rows += [Row(number) for number in self._next(max(N_BLANK - sum(row.is_blank for row in self.rows), 0))]
        if data is not None:
            self._fill()
            self._check()

    @property
    def is_good(self) -> bool:
        return not self.errors and not any(row.errors for row in self.rows)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Labels that can take those of another."""
        return [(row.name, row.title) for row in self.rows if row.is_kept]

    def change(self) -> Change:
        kept = [row for row in self.rows if row.is_kept]
        return Change(
            version=self.version,
            name=self.name,
            kinds=tuple(row.kind() for row in kept),
            was={row.name: row.was for row in kept if row.was},
            into={row.was: row.into for row in self.rows if row.goes and row.was and row.into},
            description=self.description,
            many=self.many,
            segmentation=self.segmentation,
        )

    def attach(self, refused: UserError) -> None:
        """Put a refusal beside what it is about, where it says so."""
        label, field = (refused.label, refused.field) if isinstance(refused, SchemeRefused) else ("", "")
        row = next((row for row in self.rows if row.was and row.was == label), None)
        (self.errors if row is None else row.errors)[field or "form"] = str(refused)

    def _stored(self) -> Iterator[Row]:
        for number, kind in enumerate(self.scheme.plain.kinds):
            yield Row(
                number=number,
                was=kind.name,
                n=self._counts.get(kind.name, 0),
                name=kind.name,
                title=kind.title,
                key=kind.key,
                colour=kind.colour,
                definition=kind.definition,
                yes="\n".join(kind.yes),
                no="\n".join(kind.no),
                on=kind.on.value,
                has_value=kind.has_value,
                values="\n".join(kind.values),
            )

    def _sent(self) -> Iterator[Row]:
        data = self._data or QueryDict()
        known = {str(kind["name"]) for kind in self.scheme.kinds}
        for number in sorted({int(found[1]) for found in map(FIELD.fullmatch, data) if found}):
            sent: dict[str, Any] = {name: data.get(f"kind-{number}-{name}", "").strip() for name in WORDS}
            sent["was"] = sent["was"] if sent["was"] in known else ""
            yield Row(
                number=number,
                n=self._counts.get(sent["was"], 0),
                colour=_whole(data.get(f"kind-{number}-colour", "")) or 1,
                has_value=f"kind-{number}-has_value" in data,
                goes=f"kind-{number}-goes" in data,
                **sent,
            )

    def _next(self, n: int) -> range:
        first = max((row.number for row in self.rows), default=-1) + 1
        return range(first, first + n)

    def _fill(self) -> None:
        """A label without a name gets one from its title, one without a key the next free one."""
        taken = {row.key for row in self.rows if row.is_kept}
        free = iter([key for key in FREE_KEYS if key not in taken])
        for row in self.rows:
            if row.is_kept:
                row.name = row.name or _name(row.title, row.number)
                row.title = row.title or row.name.replace("_", " ")
                row.key = row.key or next(free, "")

    def _check(self) -> None:
        kept = [row for row in self.rows if row.is_kept]
        if not kept:
            self.errors["form"] = "A scheme needs a label."
        if len(kept) > MOST_KINDS:
            self.errors["form"] = f"{len(kept)} labels; at most {MOST_KINDS}."
        for row in kept:
            row.errors |= _own_errors(row)
            for other in kept:
                if other.number < row.number and other.key == row.key:
                    row.errors["key"] = f"{row.key} gives {other.title} already"
                if other.number < row.number and other.name == row.name:
                    row.errors["name"] = f"{other.title} has this name already"


WORDS = ("was", "name", "title", "key", "definition", "yes", "no", "on", "values", "into")


def _own_errors(row: Row) -> dict[str, str]:
    """What is wrong with a label by itself, by field."""
    if not NAME.fullmatch(row.name):
        return {"name": "small letters, digits and _ after a letter, at most 60"}
    if row.key in RESERVED and row.key:
        return {"key": f"{row.key} has another use while labelling"}
    if row.key not in set(FREE_KEYS):
        return {"key": f"choose one of {' '.join(FREE_KEYS)}"}
    if not 1 <= row.colour <= N_COLOURS:
        return {"colour": f"from 1 to {N_COLOURS}"}
    try:
        row.kind()
    except BadScheme as error:
        return {"title": str(error)}
    return {}


def _name(title: str, number: int) -> str:
    """
    >>> _name("Locate the error!", 3), _name("Überprüfen", 3), _name("检查", 3)
    ('locate_the_error', 'uberprufen', 'label_4')
    """
    found = slugify(title).replace("-", "_").lstrip("_0123456789")[:60]
    return found or f"label_{number + 1}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
