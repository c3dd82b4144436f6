"""Which rollouts are labelled, and how likely each was to be drawn. Knows numbers of rollouts, no rollout.

A share that is estimated from labelled rollouts is weighted by 1 / probability (Horvitz and Thompson 1952), so each
strategy says the exact probability with which a rollout comes into the sample, or None where there is none.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UserError
from analysis.registry import Entry, Registry

ALLOCATIONS = ("proportional", "equal")
CERTAIN = 1 - 1e-9
"""A probability above this one is taken as 1."""


class BadDraw(UserError):
    """A sample that cannot be drawn; the message says why."""


class Drawn(NamedTuple):
    """The number of a rollout in the population, how likely it was to be drawn, and the stratum that it is of."""

    number: int
    probability: float | None
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """What is drawn from: `n` rollouts, and of each, where a strategy asks for it, its stratum and its weight.

    `chosen` are numbers of rollouts that somebody named.
    """

    n: int
    strata: Sequence[str] = ()
    weights: Sequence[float] = ()
    chosen: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many are drawn; `allocation` shares them out among strata."""

    n: int
    allocation: str = "proportional"


Strategy = Callable[[Population, Wanted, np.random.Generator], list[Drawn]]


def every(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """The whole population in its order, each with probability 1.

    >>> every(Population(2), Wanted(0), np.random.default_rng(0))
    [Drawn(number=0, probability=1.0, stratum=''), Drawn(number=1, probability=1.0, stratum='')]
    """
    return [Drawn(index, 1.0) for index in range(population.n)]


def at_random(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """A simple random sample without replacement in random order, each with probability n / N; all where n >= N.

    >>> [drawn.probability for drawn in at_random(Population(8), Wanted(2), np.random.default_rng(0))]
    [0.25, 0.25]
    """
    n = min(_number(wanted), population.n)
    return [Drawn(int(index), n / population.n) for index in rng.choice(population.n, n, replace=False)]


def by_strata(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """A simple random sample within each stratum, all together in random order; probability n_h / N_h.

    Raises BadDraw where n is less than the number of strata: a stratum without a rollout would be unknown.
    """
    sizes = Counter(population.strata)
    shares = allocated(sizes, wanted)
    members: dict[str, list[int]] = {name: [] for name in sizes}
    for index, name in enumerate(population.strata):
        members[name].append(index)
    drawn = [
        Drawn(int(index), shares[name] / sizes[name], name)
        for name in sorted(sizes)
        for index in rng.choice(members[name], shares[name], replace=False)
    ]
    return [drawn[place] for place in rng.permutation(len(drawn))]


def allocated(sizes: Mapping[str, int], wanted: Wanted) -> dict[str, int]:
    """How many of n each stratum gets: at least 1, at most all of it; ties go to the first by name.

    Proportional gives the next one to the stratum furthest below its share (largest n·N_h/N − n_h), equal to the one
    that has the fewest.

    >>> allocated({"a": 80, "b": 15, "c": 5}, Wanted(20))
    {'a': 16, 'b': 3, 'c': 1}
    >>> allocated({"a": 80, "b": 15, "c": 2}, Wanted(10, "equal"))
    {'a': 4, 'b': 4, 'c': 2}
    """
    if wanted.allocation not in ALLOCATIONS:
        raise BadDraw(f"unknown allocation {wanted.allocation[:40]!r}; known: {', '.join(ALLOCATIONS)}")
    total, names = sum(sizes.values()), sorted(sizes)
    n = min(_number(wanted), total)
    if n < len(names):
        raise BadDraw(f"{n} rollouts cannot be shared out among {len(names)} strata; draw at least {len(names)}")
    shares = dict.fromkeys(names, 1)
    for _ in range(n - len(names)):
        open_ones = [name for name in names if shares[name] < sizes[name]]
        if wanted.allocation == "equal":
            next_one = min(open_ones, key=lambda name: (shares[name], name))
        else:
            next_one = max(open_ones, key=lambda name: n * sizes[name] / total - shares[name])
        shares[next_one] += 1
    return shares


def by_weight(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """A sample of fixed size with probability proportional to weight: systematic on a random order.

    Those with probability 1 are taken; the rest stand in random order on a line, each as long as its probability, and
    every whole step from a random start takes the one it falls on (Madow 1949; Särndal et al. 1992, section 3.6).
    """
    probabilities = inclusion(population.weights, _number(wanted))
    sure = np.flatnonzero(probabilities >= CERTAIN)
    rest = rng.permutation(np.flatnonzero(probabilities < CERTAIN))
    n_rest = min(_number(wanted), population.n) - len(sure)
    taken = rest[_steps(probabilities[rest], n_rest, rng.random())] if n_rest else rest[:0]
    drawn = rng.permutation(np.concatenate([sure, taken]))
    return [Drawn(int(index), float(min(probabilities[index], 1.0))) for index in drawn]


def inclusion(weights: Sequence[float], n: int) -> NDArray[np.float64]:
    """Probabilities proportional to weight that sum to n: min(1, n·w / Σw), those at 1 set aside and the rest anew.

    All are 1 where n is not less than the number of weights. Raises BadDraw for a weight that is not above 0: such a
    rollout could never be drawn, and nothing would speak for it.

    >>> inclusion([10.0, 1.0, 1.0, 2.0], 2).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    sizes = np.asarray(weights, np.float64)
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise BadDraw("every weight must be a number above 0")
    if n >= len(sizes):
        return np.ones(len(sizes))
    found = np.zeros(len(sizes))
    while True:
        open_ones = found < 1
        left = n - int((~open_ones).sum())
        found[open_ones] = left * sizes[open_ones] / sizes[open_ones].sum()
        if not (found[open_ones] >= CERTAIN).any():
            return found
        found[found >= CERTAIN] = 1.0


def by_disagreement(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """Those with the largest weights above 0, ties in random order: chosen, not drawn, so without a probability.

    >>> by_disagreement(Population(3, weights=(0.0, 0.2, 0.7)), Wanted(5), np.random.default_rng(0))
    [Drawn(number=2, probability=None, stratum=''), Drawn(number=1, probability=None, stratum='')]
    """
    order = rng.permutation(population.n)
    weights = np.asarray(population.weights, np.float64)[order]
    ranked = order[np.argsort(-weights, kind="stable")]
    return [Drawn(int(index), None) for index in ranked[: _number(wanted)] if population.weights[index] > 0]


def by_hand(population: Population, wanted: Wanted, rng: np.random.Generator) -> list[Drawn]:
    """Those that somebody named, in that order, each once; without a probability."""
    return [Drawn(index, None) for index in dict.fromkeys(population.chosen)]


def _steps(lengths: NDArray[np.float64], n: int, start: float) -> NDArray[np.intp]:
    """Which of the lengths hold start, start + 1 … of the line that they make together; the line is n long."""
    ends = np.cumsum(lengths)
    ends *= n / ends[-1]
    return np.minimum(np.searchsorted(ends, start + np.arange(n), side="right"), len(lengths) - 1)


def _number(wanted: Wanted) -> int:
    if wanted.n < 1:
        raise BadDraw(f"{wanted.n} rollouts cannot be drawn; at least 1")
    return wanted.n


STRATEGIES: Registry[Strategy] = Registry(
    "strategy",
    {
        "random": Entry("At random: each with the same probability", "analysis.labelling.drawing:at_random"),
        "stratified": Entry("At random within strata", "analysis.labelling.drawing:by_strata"),
        "uncertain": Entry("The doubtful more often, with known probability", "analysis.labelling.drawing:by_weight"),
        "all": Entry("All of them", "analysis.labelling.drawing:every"),
        "disagreement": Entry(
            "Those that labels disagree on most (no probability)", "analysis.labelling.drawing:by_disagreement"
        ),
        "by_hand": Entry("Chosen by hand (no probability)", "analysis.labelling.drawing:by_hand"),
    },
)
