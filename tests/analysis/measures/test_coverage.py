"""How often the intervals hold a truth that is known: simulated problems of unequal difficulty.

400 data sets of 300 problems with fixed seeds. The longer runs, whose results stand in the measures' `coverage`, are
those of bench/measures.py coverage.
"""

import numpy as np
import pytest

from bench.measures import TRUTH, coverage

N_SETS = 400
LEAST = 0.93 - 2 * (0.93 * 0.07 / N_SETS) ** 0.5
MOST = 0.97 + 2 * (0.97 * 0.03 / N_SETS) ** 0.5
"""93 to 97 %, and two standard errors of 400 data sets: 0.904 to 0.987. Both ends can fail."""


@pytest.fixture(scope="module")
def of_300_problems() -> dict[str, float]:
    """Coverage with 300 problems of four rollouts each."""
    return coverage(N_SETS, n_problems=300, n_samples=4, rng=np.random.default_rng(20))


@pytest.mark.parametrize("name", list(TRUTH))
def test_with_300_problems_95_percent_intervals_hold_the_truth_that_often(
    of_300_problems: dict[str, float], name: str
) -> None:
    assert LEAST <= of_300_problems[name] <= MOST


def test_with_20_problems_no_interval_is_far_too_short() -> None:
    found = coverage(N_SETS, n_problems=20, n_samples=4, rng=np.random.default_rng(21))
    assert min(found.values()) >= 0.88, found


def test_intervals_that_took_rollouts_for_independent_would_be_too_short() -> None:
    """The simulation has teeth: a design effect of 2 leaves 2·Φ(1.96/√2) - 1 = 83 % of the same data covered."""
    found = coverage(150, n_problems=200, n_samples=4, rng=np.random.default_rng(22), clustered=False)
    assert found["first_accuracy"] < 0.9
