"""The same numbers by other people's code or by the plainest loop."""

import numpy as np
import pytest
from scipy import stats

from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Difference, Mean, PairedTest, Quantile, Quotient, Share, Statistic
from analysis.resampling import Floats, Resampler


def one(statistic: Statistic, problems: list[int], sets: list[int] | None = None) -> tuple[float, float, float]:
    strata = lay_out(np.array(problems), None if sets is None else np.array(sets), Resampler(np.random.default_rng(0)))
    [found] = estimate([statistic], strata)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return found.value, found.low, found.high


def test_without_clusters_a_mean_has_the_interval_of_scipys_bootstrap() -> None:
    values = np.random.default_rng(2).normal(10, 2, 200)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=9999, method="BCa", rng=np.random.default_rng(1))
    value, low, high = one(Mean("mean", values, np.ones(200), "x"), list(range(200)))
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert value == pytest.approx(values.mean())
    assert low == pytest.approx(theirs.confidence_interval.low, abs=0.06 * width)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=0.06 * width)


def test_without_clusters_a_mean_has_about_students_interval() -> None:
    values = np.random.default_rng(3).normal(0, 1, 40)
    low, high = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    _, ours_low, ours_high = one(Mean("mean", values, np.ones(40), "x"), list(range(40)))
    assert (ours_low, ours_high) == pytest.approx((low, high), abs=0.06)


def test_rare_events_without_clusters_have_wilsons_interval_with_a_t_quantile() -> None:
    # 4 of 60, one rollout per problem: variance p(1-p)/59, so effective n = 59 * (1.960/2.001)^2 = 56.6
    events = np.r_[np.ones(4), np.zeros(56)]
    z, t = stats.norm.ppf(0.975), stats.t.ppf(0.975, 59)
    n, p = 59 * (z / t) ** 2, 4 / 60
    centre = (p + z**2 / 2 / n) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / 4 / n**2) / (1 + z**2 / n)
    assert one(Share("s", events, np.ones(60)), list(range(60))) == pytest.approx((p, centre - half, centre + half))


def test_no_event_at_all_is_bounded_by_the_number_of_problems() -> None:
    # 0 of 120 in 30 problems of 4: Wilson's upper end z^2/(n + z^2) with n = 30 * (z/t)^2 is t^2/(30 + t^2)
    t = stats.t.ppf(0.975, 29)
    value, low, high = one(Share("s", np.zeros(120), np.ones(120)), [i // 4 for i in range(120)])
    assert (value, low) == (0, 0)
    assert high == pytest.approx(t**2 / (30 + t**2))


def test_a_cluster_interval_is_that_of_the_plain_loop_over_problems() -> None:
    """Percentiles of a naive loop that draws whole problems: near the studentised interval when nothing is skewed."""
    rng = np.random.default_rng(4)
    problems = np.repeat(np.arange(150), 4)
    right = (rng.random(600) < rng.beta(3, 2, 150)[problems]).astype(float)
    by_problem = [right[problems == i] for i in range(150)]
    means = [np.concatenate([by_problem[i] for i in rng.integers(150, size=150)]).mean() for _ in range(3000)]
    _, low, high = one(Share("s", right, np.ones(600)), problems.tolist())
    assert (low, high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])), abs=0.007)


def test_equal_rollouts_of_a_problem_are_worth_one() -> None:
    right = (np.random.default_rng(5).random(100) < 0.6).astype(float)
    once = one(Share("s", right, np.ones(100)), list(range(100)))
    fourfold = one(Share("s", np.repeat(right, 4), np.ones(400)), [i // 4 for i in range(400)])
    assert fourfold == pytest.approx(once, abs=1e-6)


def test_a_macro_average_is_the_mean_of_its_strata_and_has_their_variance() -> None:
    rng = np.random.default_rng(6)
    parts = [rng.normal(mean, 1, n) for mean, n in ((0.0, 40), (5.0, 160))]
    values, sets = np.concatenate(parts), [0] * 40 + [1] * 160
    value, low, high = one(Mean("m", values, np.ones(200), "x"), list(range(200)), sets)
    error = np.sqrt(sum(stats.sem(part) ** 2 for part in parts)) / 2
    assert value == pytest.approx(np.mean([part.mean() for part in parts]))
    assert (high - low) / 2 == pytest.approx(2.0 * error, rel=0.08)  # a t quantile near 2.0


def test_a_quotient_of_macro_averages_agrees_with_a_naive_stratified_loop() -> None:
    rng = np.random.default_rng(7)
    n, sets = 300, np.repeat([0, 1, 2], 100)
    bottom = rng.gamma(5, 100, n) * (1 + sets)
    top = bottom * rng.beta(3, 3, n)
    quotient = Quotient("q", top, bottom, np.ones(n))
    value, low, high = one(quotient, list(range(n)), sets.tolist())
    assert value == pytest.approx(_macro(top, sets) / _macro(bottom, sets))
    drawn = []
    for _ in range(3000):
        rows = np.concatenate([rng.choice(np.flatnonzero(sets == s), 100) for s in range(3)])
        drawn.append(_macro(top[rows], sets[rows]) / _macro(bottom[rows], sets[rows]))
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.008)


def _macro(values: Floats, sets: Floats) -> float:
    return float(np.mean([values[sets == s].mean() for s in np.unique(sets)]))


def test_the_median_without_clusters_has_about_the_binomial_order_statistics_interval() -> None:
    values = np.random.default_rng(8).normal(size=199)
    value, low, high = one(Quantile("q", values, np.ones(199), 0.5, "x"), list(range(199)))
    assert value == np.median(values)
    ranks = np.searchsorted(np.sort(values), [low, high]) + 1
    assert np.abs(ranks - stats.binom.ppf([0.025, 0.975], 199, 0.5)).max() <= 1


def test_a_paired_difference_is_narrower_than_two_accuracies_apart() -> None:
    rng = np.random.default_rng(9)
    first = (rng.random(400) < 0.7).astype(float)
    second = np.where(rng.random(400) < 0.15, 1 - first, first)
    value, low, high = one(Difference("d", first, second, np.ones(400)), list(range(400)))
    paired = stats.ttest_rel(second, first).confidence_interval()
    assert value == pytest.approx(second.mean() - first.mean())
    assert (low, high) == pytest.approx((paired.low, paired.high), abs=0.004)


def test_with_one_rollout_per_problem_the_test_is_exact_mcnemar_else_it_flips_problems() -> None:
    first, second = np.r_[np.zeros(9), np.ones(1), np.ones(30)], np.r_[np.ones(9), np.zeros(1), np.ones(30)]
    paired = PairedTest("p", first, second, np.ones(40))
    resampler = Resampler(np.random.default_rng(0))
    [exact] = estimate([paired], lay_out(np.arange(40), None, resampler))
    assert exact.value == pytest.approx(stats.binomtest(9, 10).pvalue)
    [flipped] = estimate([paired], lay_out(np.arange(40) // 2, None, resampler))
    # pairs of rollouts: sums 2 2 2 2 0 0 ... : the ninth gain and the loss share a problem. 4 problems: 2/2^4
    assert flipped.value == 2 / 2**4


def test_sets_of_two_problems_have_no_interval_that_runs_away() -> None:
    # a resample draws one problem of each set: its variance is 0 but for rounding, which is no ruler
    rng = np.random.default_rng(100)
    per = rng.integers(50, 5000, 6).astype(np.float64)
    per_thousand = Mean("mean", per * rng.poisson(3, 6) / 1000, per, "x")
    value, low, high = one(per_thousand, list(range(6)), [0, 0, 1, 1, 2, 2])
    assert 0 <= low < value < high < 0.02
