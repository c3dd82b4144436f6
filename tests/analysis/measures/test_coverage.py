"""How often intervals hold a truth that is known, and tests reject where nothing differs: few seeded data sets.

The long run is `make prove`; what it counts is on the measures' pages (analysis/measures/coverage.json).
"""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from bench.proofs.base import Design
from bench.proofs.counting import Counts, covered, rejected, simulated
from bench.proofs.levels import NULLS
from bench.proofs.truths import truth_of
from bench.prove import SIMULATIONS

N_SETS = 20
SMALL = Design(100, 2.0, 0.3)
LEAST = 0.65
"""A row that covers 95 % holds fewer than 13 of 20 once in half a million; intervals of half the width cover 67 %."""
TOO_SHORT_WITH_FEW = frozenset({"calibration/smece", "calibration_change/ece_change"})
"""Errors that take absolute values: their bias is not wholly taken off with 100 problems."""


@pytest.mark.parametrize("name", list(SIMULATIONS))
def test_95_percent_intervals_hold_the_truth_about_that_often(name: str) -> None:
    simulation = SIMULATIONS[name]
    design = replace(SMALL, n_samples=simulation.n_samples)
    counts = covered(name, simulation, truth_of(name, simulation, design), design, 0, N_SETS)
    shares = {row: each.n_held / each.n_sets for row, each in counts.items() if each.n_sets >= N_SETS / 2}
    assert {row for row, share in shares.items() if share < LEAST} <= TOO_SHORT_WITH_FEW
    assert 0.9 <= np.mean(list(shares.values())) <= 0.99, shares
    assert simulation.required <= set(shares)


def test_intervals_that_took_rollouts_for_independent_would_be_too_short() -> None:
    """The simulation has teeth: a design effect of 2 leaves 2·Φ(1.96/√2) - 1 = 83 % of the same data covered."""
    simulation = SIMULATIONS["self_correction"]

    def apart(design: Design, rng: np.random.Generator) -> pl.DataFrame:
        return simulation.draw(design, rng).with_columns(problem_id=pl.int_range(pl.len()))

    truth = {"self_correction/acc1": 0.3}
    found = covered("apart", replace(simulation, draw=apart), truth, SMALL, 0, 100)["self_correction/acc1"]
    assert found.n_sets == 100
    assert found.n_held / found.n_sets < 0.9


@pytest.mark.parametrize(("name", "n_sets", "most"), [("gain_mcnemar", 100, 13), ("arms_flips", 30, 6)])
def test_paired_tests_keep_their_level_where_nothing_differs(name: str, n_sets: int, most: int) -> None:
    # where 5 % are rejected, more than 13 of 100, or 6 of 30, are in one of 1,000
    null = NULLS[name]
    design = Design(60, 2.0, null.only or 0.3, null.n_samples)
    found = rejected(name, null, design, 0, n_sets)
    assert found.n_sets == n_sets
    assert found.n_held <= most


def test_a_test_finds_a_difference_that_is_there() -> None:
    null = replace(NULLS["arms_same_mean"], only=0.3)  # the second arm is right 15 points more often
    assert rejected("a difference", null, Design(300, 2.0, 0.3), 0, 5) == Counts(5, 5, 0)


def test_the_kept_truths_are_those_of_the_simulations() -> None:
    # 40,000 rollouts of 10,000 problems: standard errors below .007 here
    design = Design(20, 2.0, 0.3)
    simulation = SIMULATIONS["calibration_change"]
    kept = truth_of("calibration_change", simulation, design)
    for row, value in simulated("calibration_change", simulation, design, 1, 40_000).items():
        assert kept[row] == pytest.approx(value, abs=0.025), row


def test_what_arithmetic_gives_is_what_a_large_population_gives() -> None:
    simulation = SIMULATIONS["compare"]
    design = Design(20, 20.0, 0.8)
    known = simulation.known(design)
    large = simulated("compare", replace(simulation, simulated=frozenset(known)), design, 1, 40_000)
    for row, value in known.items():
        assert large[row] == pytest.approx(value, abs=0.02, rel=0.02), row
