"""Simulated populations of models whose traits and behaviour are linked by known slopes, as FIGURES. Knows no item.

A run's trait is its model's mean and a deviation of its own; its behaviour is slope x trait, plus what is the model's,
the temperature's and the system prompt's own, plus noise. Slopes may differ from model to model about their mean: then
runs of one model say little of other models. Knows no statistic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.psychometrics.expected import EXPECTED, TRAITS
from analysis.psychometrics.frames import FIGURES

Floats = NDArray[np.float64]
BEHAVIOURS = tuple(EXPECTED)
LEVELS, REPEATS = 3, 3
"""Temperatures, system prompts, and repeats of each."""
RUNS = LEVELS * LEVELS * REPEATS
WITHIN, MODEL, FACTOR = 0.5, 1.0, 0.2
"""Standard deviations of a run's trait about its model's, of models' own behaviour, and of each factor's
levels; traits of models and the noise have 1."""
Slopes = Mapping[tuple[str, str], float]
"""By trait and behaviour; 0 where it is not named."""


@dataclass(frozen=True, slots=True)
class Population:
    """`within` are mean slopes of a run's distance from its model's mean, `between` those of the means (equal unless
    given). `spread` is the standard deviation of slopes over models; `together` the correlation of any two traits."""

    n_models: int
    within: Slopes = field(default_factory=dict)
    between: Slopes | None = None
    spread: float = 0.3
    together: float = 0.0

    def marginal(self, trait: str, behaviour: str) -> float:
        """The slope of one trait alone: its own, and those of the traits that go with it.

        >>> Population(3, {("openness", "risk"): 0.5}, together=0.4).marginal("extraversion", "risk")
        0.2
        """
        others = sum(slope for (name, what), slope in self.within.items() if what == behaviour and name != trait)
        return self.within.get((trait, behaviour), 0.0) + self.together * others


def figures_of(population: Population, rng: np.random.Generator) -> pl.DataFrame:
    """FIGURES of `n_models` models of 27 runs each: six traits, five behaviours.

    >>> figures_of(Population(4), np.random.default_rng(0)).height                 # 4 · 27 · (6 + 5)
    1188
    """
    n = population.n_models
    means = _traits(n, population.together, rng)[:, None, :]
    apart = WITHIN * _traits(n * RUNS, population.together, rng).reshape(n, RUNS, len(TRAITS))
    wanted = [_matrix(slopes) for slopes in (population.within, population.between or population.within)]
    own = population.spread * rng.normal(size=(n, 1, len(TRAITS), len(BEHAVIOURS)))
    did = sum(
        np.einsum("grt,grtb->grb", part, np.broadcast_to(slope + own, (n, part.shape[1], *slope.shape)))
        for part, slope in zip((apart, means), wanted, strict=True)
    )
    shape = (n, RUNS, len(BEHAVIOURS))
    model = MODEL * rng.normal(size=(n, 1, len(BEHAVIOURS)))
    return framed(means + apart, did + model + _factors(rng) + rng.normal(size=shape))


def under_personas(
    n_models: int, report: float, behaviour: float, spread: float, rng: np.random.Generator
) -> pl.DataFrame:
    """FIGURES of runs without and with a persona that aims at agreeableness.

    It moves that trait by `report`, and sycophancy by `behaviour`, in standard deviations of a model's runs, on average
    over models; `spread` is the standard deviation of both over models.
    """
    shape = (n_models, RUNS)
    own = rng.normal(size=(2, n_models, 1))
    parts = []
    for target in ("", "agreeableness"):
        moved = (
            [each + spread * rng.normal(size=(n_models, 1)) for each in (report, behaviour)] if target else [0.0] * 2
        )
        said, did = (level + rng.normal(size=shape) + move for level, move in zip(own, moved, strict=True))
        parts.append(framed(said[..., None], did[..., None], ("agreeableness",), ("sycophancy",), target))
    return pl.concat(parts)


def framed(
    said: Floats,
    did: Floats,
    traits: tuple[str, ...] = TRAITS,
    behaviours: tuple[str, ...] = BEHAVIOURS,
    target: str = "",
) -> pl.DataFrame:
    """FIGURES of values of shape (models, 27 runs, traits) and (models, 27 runs, behaviours)."""
    n = len(said)
    cells = list(product(range(LEVELS), range(LEVELS), range(REPEATS)))
    sittings = {
        "model": np.repeat([f"model {k:03}" for k in range(n)], RUNS),
        "system_prompt": [f"prompt {cell[1]}" for cell in cells] * n,
        "persona": ["persona" if target else ""] * (n * RUNS),
        "target": [target] * (n * RUNS),
        "temperature": [f"{cell[0]}" for cell in cells] * n,
        "sample": [cell[2] for cell in cells] * n,
    }
    parts = [
        pl.DataFrame({**sittings, "kind": kind, "name": name, "value": values[..., k].ravel()})
        for kind, names, values in (("trait", traits, said), ("behaviour", behaviours, did))
        for k, name in enumerate(names)
    ]
    rows = pl.concat(parts).with_columns(n=pl.lit(1), n_unread=pl.lit(0), reason=pl.lit(""))
    return rows.select([pl.col(name).cast(kind) for name, kind in FIGURES.items()])


def _traits(n: int, together: float, rng: np.random.Generator) -> Floats:
    """Standard normal traits of n cases, any two correlated alike."""
    drawn: Floats = together**0.5 * rng.normal(size=(n, 1)) + (1 - together) ** 0.5 * rng.normal(size=(n, len(TRAITS)))
    return drawn


def _matrix(slopes: Slopes) -> Floats:
    found: Floats = np.array([[slopes.get((trait, what), 0.0) for what in BEHAVIOURS] for trait in TRAITS])
    return found


def _factors(rng: np.random.Generator) -> Floats:
    """What each run's temperature and system prompt add, the same in every model."""
    cells = np.array(list(product(range(LEVELS), range(LEVELS), range(REPEATS))))
    one, two = (FACTOR * rng.normal(size=(LEVELS, len(BEHAVIOURS))) for _ in range(2))
    added: Floats = one[cells[:, 0]] + two[cells[:, 1]]
    return added
