"""A scheme as people read it: its labels with how often they were given, by what they are put on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from analysis.labelling.scheme import Kind, Scheme, Target

HEADS = {
    Target.STEP: "Labels of steps",
    Target.SPAN: "Labels of free spans",
    Target.ROLLOUT: "Labels of the whole rollout",
    Target.RELATION: "Relations between two labels",
}


class Line(NamedTuple):
    """A label and how many of it stand, with suggestions."""

    kind: Kind
    n: int


class Group(NamedTuple):
    head: str
    lines: Sequence[Line]


def groups_of(scheme: Scheme, counts: Mapping[str, int]) -> list[Group]:
    """Those that hold a label, in the order of HEADS."""
    groups = [
        Group(head, [Line(kind, counts.get(kind.name, 0)) for kind in scheme.on(target)])
        for target, head in HEADS.items()
    ]
    return [group for group in groups if group.lines]
