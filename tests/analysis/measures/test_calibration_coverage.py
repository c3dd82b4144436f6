"""How often the intervals of calibration hold a known truth; longer runs are python -m bench.calibration."""

import numpy as np
import pytest

from bench.calibration import BASE_RATES, coverage, truth

N_SETS = 60
LEAST = 0.95 - 3 * (0.95 * 0.05 / N_SETS) ** 0.5
"""Three standard errors of 60 data sets below 95 %: 0.866. Intervals of half the width would cover 67 %."""
KNOWN = ("brier", "auroc", "aurc", "gap", "mean_confidence", "accuracy")
BIASED = ("ece", "smece")
"""Of 400 clustered rollouts in ten bins; from 300 problems on they do as well as the others (`coverage`)."""
LOG_ODDS = BASE_RATES[0.3]


@pytest.fixture(scope="module")
def of_100_problems() -> dict[str, float]:
    return coverage(N_SETS, 100, 0.6, LOG_ODDS, np.random.default_rng(7))


@pytest.mark.parametrize("name", KNOWN)
def test_95_percent_intervals_hold_the_truth_about_that_often(of_100_problems: dict[str, float], name: str) -> None:
    assert of_100_problems[name] >= LEAST


@pytest.mark.parametrize("name", BIASED)
def test_intervals_of_absolute_errors_are_not_far_too_short_at_100_problems(
    of_100_problems: dict[str, float], name: str
) -> None:
    """Intervals from the resamples' own quantiles cover less than 60 % here: they sit on twice the bias."""
    assert of_100_problems[name] >= 0.75


def test_the_truth_is_that_of_the_simulation() -> None:
    """At accuracy .3 confidences are about .1 too high; Brier is its parts."""
    known = truth(LOG_ODDS)
    assert known["accuracy"] == pytest.approx(0.318, abs=0.005)
    assert known["gap"] == pytest.approx(known["mean_confidence"] - known["accuracy"])
    parts = known["brier_reliability"] - known["brier_resolution"] + known["brier_uncertainty"]
    assert known["brier"] == pytest.approx(parts)
