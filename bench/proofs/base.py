"""What a simulation is: data drawn from a design, and the numbers that those data are drawn from. Knows no measure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.resampling import Floats, Ints

SAMPLES = 4
"""Rollouts of each problem."""


@dataclass(frozen=True, slots=True)
class Design:
    """`concentration` is a + b of the Beta law that problems' chances follow (small: problems differ much, rollouts of
    one are alike); `base_rate` its mean."""

    n_problems: int
    concentration: float
    base_rate: float

    @property
    def problem(self) -> Ints:
        """The problem of each rollout."""
        return np.repeat(np.arange(self.n_problems), SAMPLES)

    def chances(self, rng: np.random.Generator) -> Floats:
        """The chance of each rollout to be right, equal within a problem."""
        a = self.base_rate * self.concentration
        drawn: Floats = rng.beta(a, self.concentration - a, self.n_problems)
        return drawn[self.problem]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A measure, how one data set of it is drawn, and the true value of each row of which the coverage is told.

    `required` are rows for which 93 to 97 % is asked from 300 problems on.
    """

    measure: str
    draw: Callable[[Design, np.random.Generator], pl.DataFrame]
    truth: Callable[[Design], Mapping[str, float]]
    settings: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


def frame_of(n: int, **columns: object) -> pl.DataFrame:
    """n graded rollouts with these columns, and a plain value in every other."""
    plain: dict[str, object] = {
        "rollout_id": np.arange(n),
        "collection_id": 1,
        "model": "m",
        "condition": "",
        "problem_set": "",
        "subject": "",
        "level": "",
        "sample": 0,
        "parent": False,
        "has_gold": True,
        "truncated": False,
        "read_from": "response",
        "final_outcome": "correct",
        "token_source": "uploaded",
        "n_candidates": 0,
        "n_lines": 1,
        "marker_counts": [[0] * len(MARKERS)] * n,
        "oracle_gated": False,
    }
    filled = dict.fromkeys(SCHEMA) | plain | columns
    given = {name: value if isinstance(value, list | np.ndarray) else [value] * n for name, value in filled.items()}
    return pl.DataFrame(given, schema=SCHEMA, strict=False)


def outcomes(right: Floats) -> list[str]:
    """Names of outcomes from 1 (right) and 0.

    >>> outcomes(np.array([1.0, 0.0]))
    ['correct', 'incorrect']
    """
    return ["correct" if each > 0 else "incorrect" for each in right]
