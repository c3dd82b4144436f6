"""Planned comparisons: published and hand-derived numbers, and how often a simulated test sees what it should."""

import numpy as np
import pytest
from scipy import stats

from analysis.power import (
    Plan,
    difference_seen,
    power_of,
    problems_needed,
    samples_needed,
    smallest_difference,
    variance,
)


@pytest.mark.parametrize(("effect", "pairs"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_the_pairs_that_cohens_effects_need(effect: float, pairs: int) -> None:
    # two-sided paired t test, alpha .05, power .8: 199, 34 and 15 pairs (G*Power 3.1's manual; pwr.t.test)
    assert power_of(effect, 1 / pairs**0.5, pairs - 1) >= 0.8
    assert power_of(effect, 1 / (pairs - 1) ** 0.5, pairs - 2) < 0.8


@pytest.mark.parametrize(("shift", "df"), [(0.5, 9), (2.0, 30), (2.8, 400)])
def test_power_is_that_of_the_noncentral_t_distribution(shift: float, df: int) -> None:
    critical = stats.t.isf(0.025, df)
    expected = stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift)
    assert power_of(shift, 1.0, df) == pytest.approx(expected, abs=1e-5)


def test_no_difference_is_seen_as_often_as_alpha_says() -> None:
    for df in (4, 50, 1000):
        assert power_of(0.0, 1.0, df) == pytest.approx(0.05, abs=1e-4)


def test_two_unpaired_shares_need_what_the_closed_form_says() -> None:
    # p = .5 and .6, one sample of each problem, nothing shared: (1.95996 + .84162)²·(.25 + .24)/.1² = 384.6;
    # a t test adds z²/2 = 1.9
    assert problems_needed(Plan(0.5, 0.1)) == 387


def test_paired_arms_need_fewer_problems_by_what_they_share() -> None:
    # icc .5, correlation 1: .49 - 2·.5·sqrt(.25·.24) = .24505; (2.80158)²·.24505/.01 = 192.3, and 1.9
    plan = Plan(0.5, 0.1, icc=0.5)
    assert variance(plan) == pytest.approx(0.49 - 0.06**0.5)
    assert problems_needed(plan) == 195
    assert problems_needed(Plan(0.5, 0.1, icc=0.5, correlation=0.0)) == 387


def test_more_samples_remove_only_what_problems_do_not_share() -> None:
    # m without end leaves icc·(p1 q1 + p2 q2 - 2 r sqrt(...)): here .5·.49 = .245 with r = 0
    endless = Plan(0.5, 0.1, icc=0.5, correlation=0.0, n_samples=100_000)
    assert variance(endless) == pytest.approx(0.245, abs=1e-5)
    assert samples_needed(Plan(0.5, 0.1, icc=0.5, correlation=0.0), 100) is None
    enough = samples_needed(Plan(0.5, 0.1, icc=0.5), 60)
    assert enough is not None
    assert problems_needed(Plan(0.5, 0.1, icc=0.5, n_samples=enough)) <= 60
    assert problems_needed(Plan(0.5, 0.1, icc=0.5, n_samples=enough - 1)) > 60


@pytest.mark.parametrize("plan", [Plan(0.5, 0.1), Plan(0.8, 0.05, icc=0.4), Plan(0.3, 0.04, icc=0.3, n_samples=8)])
def test_the_difference_that_the_needed_problems_see_is_the_planned_one(plan: Plan) -> None:
    found = difference_seen(plan, problems_needed(plan))
    assert found is not None
    assert found == pytest.approx(plan.difference, rel=0.01)
    assert found <= plan.difference


def test_a_handful_of_problems_may_see_nothing_at_all() -> None:
    assert difference_seen(Plan(0.9, 0.05), 8) is None


def test_the_smallest_difference_is_the_one_that_is_seen_with_that_power() -> None:
    for df in (1, 5, 99):
        found = smallest_difference(0.02, df, power=0.9)
        assert power_of(found, 0.02, df) == pytest.approx(0.9, abs=1e-6)
    # many problems: (1.96 + .8416) standard errors
    assert smallest_difference(0.02, 1e6) == pytest.approx(0.02 * 2.8016, rel=1e-3)


@pytest.mark.parametrize(
    ("plan", "ability"),
    [(Plan(0.6, 0.08, icc=0.25, n_samples=4), (1.8, 1.2)), (Plan(0.7, 0.1, icc=0.5, correlation=0.0), (0.7, 0.3))],
)
def test_a_simulated_test_sees_the_planned_difference_as_often_as_planned(
    plan: Plan, ability: tuple[float, float]
) -> None:
    # Beta(a, b): mean a/(a + b), icc 1/(1 + a + b): 1/4 and 1/2. Correlated arms share the rank of a problem
    rng, n = np.random.default_rng(4), problems_needed(plan)
    other = _beta(plan.other, plan.icc)
    seen = 0
    for _ in range(400):
        rank = rng.random(n)
        chance = stats.beta.ppf(rank, *ability)
        second = stats.beta.ppf(rank if plan.correlation else rng.random(n), *other)
        gap = rng.binomial(plan.n_samples, second) - rng.binomial(plan.n_samples, chance)
        seen += bool(stats.ttest_1samp(gap, 0).pvalue < plan.alpha)
    assert seen / 400 == pytest.approx(0.8, abs=0.05)  # 2.5 standard errors


def _beta(mean: float, icc: float) -> tuple[float, float]:
    total = 1 / icc - 1
    return mean * total, (1 - mean) * total


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="both accuracies must lie between 0 and 1"):
        Plan(0.95, 0.1)
    with pytest.raises(ValueError, match="icc and correlation"):
        Plan(0.5, 0.1, icc=1.5)
    with pytest.raises(ValueError, match="no difference"):
        problems_needed(Plan(0.5, 0.0))
    with pytest.raises(ValueError, match="impossible"):
        Plan(0.5, 0.1, power=0.01)
