"""How often the intervals of the later reflection measures hold a known truth; longer runs are bench/reflection.py."""

import numpy as np
import pytest

from bench.reflection import coverage

N_SETS = 40
LEAST = 0.95 - 3 * (0.95 * 0.05 / N_SETS) ** 0.5
"""Three standard errors of 40 data sets below 95 %: 0.847. Intervals of half the width would cover 67 %."""


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("length_matched", ("reflecting_same_problem", "reflecting_same_length")),
        ("question_stop", ("accuracy_question_25", "over_mixing_question_25")),
    ],
)
def test_95_percent_intervals_hold_the_truth_about_that_often(measure: str, rows: tuple[str, ...]) -> None:
    found = coverage(measure, N_SETS, n_problems=100, n_samples=4, rng=np.random.default_rng(6))
    assert set(found) == set(rows)
    assert min(found.values()) >= LEAST, found
