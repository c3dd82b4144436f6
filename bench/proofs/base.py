"""What a simulation is: data drawn from a design, and the numbers that those data are drawn from. Knows no measure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.measures.statistics import Estimate
from analysis.resampling import Floats, Ints, Resampler

SAMPLES = 4
"""Rollouts of each problem, unless a simulation says otherwise."""
Truth = Mapping[str, float]
"""True values by row; a row is named as in a `Simulation`."""
Found = Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Design:
    """`concentration` is a + b of the Beta law that problems' chances follow (small: problems differ much, rollouts of
    one are alike); `base_rate` its mean."""

    n_problems: int
    concentration: float
    base_rate: float
    n_samples: int = SAMPLES

    @property
    def problem(self) -> Ints:
        """The problem of each rollout."""
        return np.repeat(np.arange(self.n_problems), self.n_samples)

    @property
    def n(self) -> int:
        return self.n_problems * self.n_samples

    @property
    def ability(self) -> tuple[float, float]:
        """a and b of the Beta law."""
        a = self.base_rate * self.concentration
        return a, self.concentration - a

    @property
    def clustering(self) -> float:
        """The problem's share of the variance: that of a Beta law with this concentration."""
        return 1 / (1 + self.concentration)

    def chances(self, rng: np.random.Generator) -> Floats:
        """The chance of each rollout to be right, equal within a problem."""
        drawn: Floats = rng.beta(*self.ability, self.n_problems)
        return drawn[self.problem]

    def mixed(self, rng: np.random.Generator) -> Floats:
        """A standard normal number per rollout, of which the problem has its share of the variance."""
        of_problem = rng.normal(size=self.n_problems)[self.problem]
        found: Floats = self.clustering**0.5 * of_problem + (1 - self.clustering) ** 0.5 * rng.normal(size=self.n)
        return found

    def large(self, n_problems: int) -> "Design":
        """The same law with so many problems."""
        return Design(n_problems, self.concentration, self.base_rate, self.n_samples)


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Measures, how one data set of them is drawn, and the true value of each row of which the coverage is told.

    Rows are named "measure/row", with the label or the lower edge after a second / where `told_apart` names the
    measure ("rounds/round_ecr/2"). `known` gives the values that arithmetic gives; the rows of `simulated` are computed
    by the measures on a population of two million rollouts; `learnt` gives those that depend on what a data set
    taught a rule, from the data set, its rows and the resampler. `required` are rows for which 93 to 97 % is asked from
    300 problems on. `is_marginal` says that clustering moves no expectation.
    """

    measures: tuple[str, ...]
    draw: Callable[[Design, np.random.Generator], pl.DataFrame]
    known: Callable[[Design], Truth]
    simulated: frozenset[str] = frozenset()
    learnt: Callable[[Design, pl.DataFrame, Found, Resampler], Truth] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    told_apart: frozenset[str] = frozenset()
    n_samples: int = SAMPLES
    is_marginal: bool = False


def frame_of(n: int, **columns: object) -> pl.DataFrame:
    """n graded rollouts with these columns, and a plain value in every other."""
    return _plain(n).with_columns([_series(name, value, n) for name, value in columns.items()])


def _series(name: str, value: object, n: int) -> pl.Series:
    given = value if isinstance(value, list | np.ndarray | pl.Series) else [value] * n
    return pl.Series(name, given, dtype=SCHEMA[name], strict=False)


@lru_cache(maxsize=16)
def _plain(n: int) -> pl.DataFrame:
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
        "read_from": "reasoning",
        "final_outcome": "correct",
        "token_source": "uploaded",
        "n_candidates": 0,
        "n_lines": 100,
        "marker_counts": [[0] * len(MARKERS)] * n,
        "oracle_gated": False,
        "confidence_unread": False,
    }
    return pl.DataFrame([_series(name, (dict.fromkeys(SCHEMA) | plain)[name], n) for name in SCHEMA])


_NAMES = pl.Series(["incorrect", "correct"])


def outcomes(right: NDArray[np.bool_] | Floats) -> pl.Series:
    """Names of outcomes from 1 (right) and 0; of a matrix, a list per row.

    >>> outcomes(np.array([1.0, 0.0])).to_list(), outcomes(np.array([[1.0, 0.0]])).to_list()
    (['correct', 'incorrect'], [['correct', 'incorrect']])
    """
    named = _NAMES.gather(np.asarray(right).ravel().astype(np.uint32))
    return named.reshape(np.shape(right)).arr.to_list() if np.ndim(right) > 1 else named


def lists(matrix: NDArray[np.generic]) -> pl.Series:
    """A list per row of the matrix.

    >>> lists(np.array([[1, 2], [3, 4]])).to_list()
    [[1, 2], [3, 4]]
    """
    return pl.Series(np.ascontiguousarray(matrix).ravel()).reshape(matrix.shape).arr.to_list()
