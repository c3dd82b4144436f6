"""Several samples and two arms with known chances: the simulations of bench.samples on the grid of the proofs."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from bench.proofs.base import SAMPLES, Design, Simulation
from bench.samples import N_WRONG, drawn
from bench.samples import truth as truth_at

CHANGED, NEW = 0.3, 0.8
"""The share of problems that get a new chance in the second arm, and the mean of those chances, Beta(8, 2)."""


def _ability(design: Design) -> tuple[float, float]:
    a = design.base_rate * design.concentration
    return a, design.concentration - a


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    right = rng.random((design.n_problems, SAMPLES)) < rng.beta(*_ability(design), design.n_problems)[:, None]
    return drawn(right, rng.integers(N_WRONG, size=right.shape))


def truth(design: Design) -> Mapping[str, float]:
    return truth_at(_ability(design))


def draw_arms(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    n = design.n_problems
    first = rng.beta(*_ability(design), n)
    second = np.where(rng.random(n) < CHANGED, rng.beta(8, 2, n), first)
    arms = []
    for k, chances in enumerate((first, second)):
        right = rng.random((n, SAMPLES)) < chances[:, None]
        ids = np.arange(right.size) + k * right.size
        arms.append(drawn(right, rng.integers(N_WRONG, size=right.shape), model=["ab"[k]] * right.size, rollout_id=ids))
    return pl.concat(arms)


def truth_of_arms(design: Design) -> Mapping[str, float]:
    p = design.base_rate
    return {"accuracy_b": (1 - CHANGED) * p + CHANGED * NEW, "accuracy_difference": CHANGED * (NEW - p)}


SIMULATION = Simulation("sampling", draw, truth, required=frozenset({"pass@1", "majority@4"}))
ARMS = Simulation("compare", draw_arms, truth_of_arms, required=frozenset({"accuracy_difference"}))
