"""A scheme: the labels that people may give, what each means, and the key that gives it. Knows nobody's labels.

Labels are named by a short identifier that files carry (`name`) and a title that people read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from analysis.errors import UserError
from analysis.segmentation import DEFAULT, SEGMENTATIONS

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_KINDS = 30
N_COLOURS = 7
RESERVED = frozenset("jkcfmnrtuxsyg0!?/[]v")
"""Keys that move, accept, undo and so on while labelling; a label may not take them."""
FREE_KEYS = "123456789abdehilopqwz"
"""Keys that a label may take, in the order in which they are given out."""
LONGEST = 2_000


class Target(StrEnum):
    """What a label may be put on."""

    STEP = "step"
    SPAN = "span"
    ROLLOUT = "rollout"
    RELATION = "relation"


class BadScheme(UserError):
    """A scheme that cannot be used; the message names the label and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One label of a scheme.

    `colour` counts from 1 to 7; `yes` and `no` are examples that are one and that are not; `has_value` asks for a
    value beside the label, one of `values` where those are given.
    """

    name: str
    title: str
    key: str
    colour: int
    definition: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    on: Target = Target.STEP
    has_value: bool = False
    values: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"yes": list(self.yes), "no": list(self.no), "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A set of labels. `many` lets a step carry several; else a new one takes the place of the one before."""

    name: str
    kinds: tuple[Kind, ...]
    description: str = ""
    many: bool = False
    segmentation: str = DEFAULT
    source: str = ""

    def kind(self, name: str) -> Kind:
        """The label with this name; raises BadScheme that lists those that there are."""
        found = self.find(name)
        if found is None:
            known = ", ".join(kind.name for kind in self.kinds)
            raise BadScheme(f"scheme {self.name!r} has no label {name[:60]!r}; known: {known}")
        return found

    def find(self, name: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.name == name), None)

    def on(self, *targets: Target) -> list[Kind]:
        return [kind for kind in self.kinds if kind.on in targets]


def kind_of(row: Mapping[str, Any]) -> Kind:
    """A label as JSON gives it; raises BadScheme that names the field.

    >>> kind_of({"name": "doubt", "title": "Doubt", "key": "1", "colour": 1}).on
    <Target.STEP: 'step'>
    >>> kind_of({"name": "Doubt!", "title": "Doubt", "key": "1", "colour": 1})
    Traceback (most recent call last):
    ...
    analysis.labelling.scheme.BadScheme: 'Doubt!' is no name: small letters, digits and _ after a letter, at most 60
    """
    name = str(row.get("name", ""))
    if not NAME.fullmatch(name):
        raise BadScheme(f"{name[:80]!r} is no name: small letters, digits and _ after a letter, at most 60")
    on = str(row.get("on", Target.STEP))
    if on not in set(Target):
        raise BadScheme(f"label {name}: {on[:40]!r} cannot be labelled; known: {', '.join(Target)}")
    colour = row.get("colour", 1)
    if not isinstance(colour, int) or not 1 <= colour <= N_COLOURS:
        raise BadScheme(f"label {name}: colour {colour!r} is not one of 1 to {N_COLOURS}")
    return Kind(
        name=name,
        title=_words(row, "title", name)[:60] or name.replace("_", " "),
        key=str(row.get("key", "")),
        colour=colour,
        definition=_words(row, "definition", name),
        yes=_list(row, "yes", name),
        no=_list(row, "no", name),
        on=Target(on),
        has_value=bool(row.get("has_value", False)),
        values=_list(row, "values", name),
    )


def checked(scheme: Scheme) -> Scheme:
    """The scheme itself; raises BadScheme where names or keys clash, a key is taken, or there is nothing to give.

    >>> a, b = Kind("a", "A", "1", 1), Kind("b", "B", "1", 2)
    >>> checked(Scheme("two", (a, b)))
    Traceback (most recent call last):
    ...
    analysis.labelling.scheme.BadScheme: key 1 is given to a and b
    """
    if not scheme.kinds:
        raise BadScheme(f"scheme {scheme.name!r} has no label")
    if len(scheme.kinds) > MOST_KINDS:
        raise BadScheme(f"scheme {scheme.name!r} has {len(scheme.kinds)} labels; at most {MOST_KINDS}")
    if scheme.segmentation not in SEGMENTATIONS:
        raise BadScheme(f"unknown segmentation {scheme.segmentation[:40]!r}; known: {', '.join(SEGMENTATIONS)}")
    for name, n in Counter(kind.name for kind in scheme.kinds).items():
        if n > 1:
            raise BadScheme(f"label {name} is there {n} times")
    for kind in scheme.kinds:
        _check_key(kind)
    for key in {kind.key for kind in scheme.kinds}:
        holders = [kind.name for kind in scheme.kinds if kind.key == key]
        if len(holders) > 1:
            raise BadScheme(f"key {key} is given to {' and '.join(holders)}")
    return scheme


def scheme_of(name: str, rows: Iterable[Mapping[str, Any]], **settings: Any) -> Scheme:
    """A checked scheme from JSON; labels without a key get the next free one."""
    kinds = [kind_of(row) for row in rows]
    taken = {kind.key for kind in kinds}
    free = iter([key for key in FREE_KEYS if key not in taken])
    given = [kind if kind.key else _with_key(kind, next(free, "")) for kind in kinds]
    return checked(Scheme(name=name, kinds=tuple(given), **settings))


def _with_key(kind: Kind, key: str) -> Kind:
    return kind_of(kind.as_json() | {"key": key})


def _check_key(kind: Kind) -> None:
    if kind.key in RESERVED and kind.key:
        raise BadScheme(f"label {kind.name}: key {kind.key} has another use while labelling")
    if kind.key not in set(FREE_KEYS):
        raise BadScheme(f"label {kind.name}: {kind.key[:20]!r} is no key; choose one of {' '.join(FREE_KEYS)}")


def _words(row: Mapping[str, Any], field: str, name: str) -> str:
    words = str(row.get(field) or "").strip()
    if len(words) > LONGEST:
        raise BadScheme(f"label {name}: {field} has {len(words)} characters; at most {LONGEST}")
    return words


def _list(row: Mapping[str, Any], field: str, name: str) -> tuple[str, ...]:
    given = row.get(field) or ()
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise BadScheme(f"label {name}: {field} is not a list")
    return tuple(str(each)[:LONGEST] for each in given[:50])
