"""Places of one rollout at which somebody gave a label: what each hand said there, and whether all said the same.

Knows no lead and no ruling. Labels of steps are taken step by step; a span is a place of its own, so that spans that
only overlap are two matters.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme, Target
from analysis.labelling.units import Place, rollout_units, step_units

Alike = Callable[[str, str], bool]


class Given(NamedTuple):
    """A label with the value beside it."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """`said` has what each hand gave there, by the hand's key; `agreed` is what all gave, None where they differ."""

    place: Place
    target: Target
    said: Mapping[str, tuple[Given, ...]]
    agreed: tuple[Given, ...] | None


def matters_of(
    scheme: Scheme, hands: Sequence[str], rollout: int, steps: Sequence[Place], rows: Sequence[Row], alike: Alike
) -> list[Matter]:
    """In the order of the text, whole-rollout labels first. `hands` are those that are done with the rollout.

    Hands agree where all gave the same labels with values that are alike; the first hand's values are then taken.
    """
    done = {hand: frozenset([rollout]) for hand in hands}
    mine = [row for row in rows if int(row.rollout) == rollout and row.layer in done]
    units = [
        (Target.ROLLOUT, rollout_units(scheme, hands, done, mine)),
        (Target.STEP, step_units(scheme, hands, done, {rollout: steps}, mine)),
    ]
    found = []
    for target, each in units:
        for number in np.flatnonzero(each.given.any(axis=(0, 2))).tolist():
            said = {
                hand: tuple(
                    Given(each.kinds[k], each.values.get((h, number, k), ""))
                    for k in np.flatnonzero(each.given[h, number]).tolist()
                )
                for h, hand in enumerate(hands)
            }
            found.append(matter(each.places[number], target, said, alike))
    found += _spans(scheme, hands, steps, mine, alike)
    return sorted(found, key=lambda each: (each.place.turn, each.place.start, each.place.end, each.target))


def matter(place: Place, target: Target, said: Mapping[str, tuple[Given, ...]], alike: Alike) -> Matter:
    """
    >>> one, other = (Given("candidate", "4"),), (Given("candidate", "8/2"),)
    >>> matter(Place(1), Target.STEP, {"a": one, "b": other}, lambda x, y: True).agreed
    (Given(name='candidate', value='4'),)
    >>> matter(Place(1), Target.STEP, {"a": one, "b": other}, str.__eq__).agreed is None
    True
    """
    first, *others = said.values()
    same = all(_same(first, other, alike) for other in others)
    return Matter(place, target, said, first if same else None)


def _same(one: Sequence[Given], other: Sequence[Given], alike: Alike) -> bool:
    if [each.name for each in one] != [each.name for each in other]:
        return False
    return all(x.value == y.value or alike(x.value, y.value) for x, y in zip(one, other, strict=True))


def _spans(
    scheme: Scheme, hands: Sequence[str], steps: Sequence[Place], rows: Iterable[Row], alike: Alike
) -> list[Matter]:
    kinds = {kind.name for kind in scheme.on(Target.SPAN)}
    said: dict[Place, dict[str, set[Given]]] = {}
    for row in rows:
        if row.is_span and row.name in kinds and not row.is_relation:
            place = _place(row, steps)
            said.setdefault(place, {hand: set() for hand in hands})[row.layer].add(Given(row.name, row.value))
    return [
        matter(place, Target.SPAN, {hand: tuple(sorted(given)) for hand, given in by_hand.items()}, alike)
        for place, by_hand in said.items()
    ]


def _place(row: Row, steps: Sequence[Place]) -> Place:
    turn, start = row.turn or 0, row.start or 0
    line = max((step.line for step in steps if step.turn == turn and step.start <= start), default=0)
    return Place(int(row.rollout), turn, start, row.end or 0, line)
