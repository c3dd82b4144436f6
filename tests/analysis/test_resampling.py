"""Bootstrap weights, random groups and paired tests."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from analysis.resampling import MAX_UNITS, Resampler, mcnemar_exact_p


def resampler(seed: int = 0) -> Resampler:
    return Resampler(np.random.default_rng(seed))


def test_a_resample_draws_one_problem_fewer_than_there_are() -> None:
    weights = resampler().weights(np.arange(50))
    assert weights.shape == (2000, 50)
    assert (weights.sum(axis=1) == 49).all()


def test_the_bootstrap_variance_of_a_mean_is_the_unbiased_one() -> None:
    # Rao and Wu: n - 1 draws give s^2/n with s^2 over n - 1; 2,000 resamples know a variance to about 3 % (1 sd)
    values = np.random.default_rng(1).exponential(size=12)
    means = resampler().weights(np.arange(12)) @ values / 11
    assert means.var() == pytest.approx(values.var(ddof=1) / 12, rel=0.12)


def test_the_same_problems_get_the_same_weights_whoever_asks_and_in_whatever_order() -> None:
    one, two = resampler(), resampler()
    first = one.weights(np.arange(5))
    two.weights(np.arange(9))
    assert (two.weights(np.arange(5)) == first).all()


def test_other_problems_or_another_seed_get_other_weights() -> None:
    first = resampler().weights(np.arange(5))
    assert not (resampler().weights(np.arange(1, 6)) == first).all()
    assert not (resampler(1).weights(np.arange(5)) == first).all()


def test_very_many_problems_are_dealt_into_groups_of_equal_size() -> None:
    sizes = np.bincount(resampler().units(np.arange(3 * MAX_UNITS)))
    assert sizes.tolist() == [3] * MAX_UNITS


def test_one_problem_cannot_be_resampled() -> None:
    with pytest.raises(ValueError, match="1 problem"):
        resampler().weights(np.arange(1))


def test_few_problems_are_flipped_in_all_ways() -> None:
    differences = np.array([1.0, 2.0, -0.5, 0.0])
    sums = [abs(np.dot(signs, [1.0, 2.0, 0.5])) for signs in product((1, -1), repeat=3)]
    expected = np.mean([s >= 2.5 for s in sums])  # a naive loop over the 8 ways
    assert resampler().sign_flip_p(np.arange(4), differences) == expected == 0.5


def test_many_problems_are_flipped_at_random_and_agree_with_scipy() -> None:
    differences = np.random.default_rng(3).normal(0.25, 1, 40)
    ours = resampler().sign_flip_p(np.arange(40), differences)
    theirs = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(5)
    ).pvalue
    assert ours == pytest.approx(theirs, abs=0.015)  # three standard errors of two simulated p near .1


def test_without_a_difference_nothing_speaks_against_equality() -> None:
    assert resampler().sign_flip_p(np.arange(30), np.zeros(30)) == 1
    assert mcnemar_exact_p(0, 0) == 1


def test_mcnemar_counts_the_pairs_that_differ() -> None:
    # 9 to 1: 2 * (C(10,0) + C(10,1)) / 2^10 = 22/1024
    assert mcnemar_exact_p(9, 1) == pytest.approx(22 / 1024)


def test_mcnemar_is_the_two_sided_binomial_test() -> None:
    for gains, losses in product(range(12), (0, 1, 7, 11, 400, 100_000)):
        n = gains + losses
        expected = stats.binomtest(gains, n).pvalue if n else 1
        assert mcnemar_exact_p(gains, losses) == pytest.approx(expected, rel=1e-9)
