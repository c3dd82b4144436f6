"""What a behavioural task is: problems, a protocol that puts them, and figures of what came. Knows no task by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.types import Problem


class Behaviour(NamedTuple):
    """One figure of a task: its name in tables, its label, its unit, what a higher value means, and its source."""

    name: str
    label: str
    unit: str
    higher_means: str
    source: str


class Figure(NamedTuple):
    """One figure of one sitting; None with a reason where it is undefined. `n` replies went in, `n_unread` did not."""

    name: str
    value: float | None
    n: int
    n_unread: int
    reason: str = ""


@dataclass(frozen=True)
class Task:
    """`problems` are made from a seed: the same seed gives the same problems, in the same order, on every machine.

    `protocol` is the name in the catalogue; its rollouts carry scores named `TASK/FIGURE`. `summarise` takes those of
    one sitting, without the prefix, a mapping for each rollout, and gives one `Figure` for each behaviour.
    """

    name: str
    protocol: str
    purpose: str
    behaviours: tuple[Behaviour, ...]
    problems: Callable[[int], Sequence[Problem]]
    summarise: Callable[[Sequence[Mapping[str, float]]], Sequence[Figure]]
    may_conclude: str = ""
