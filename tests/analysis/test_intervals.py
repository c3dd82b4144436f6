"""Closed-form intervals against scipy and against published or hand-derived ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import intervals


@given(st.integers(1, 500), st.data())
def test_wilson_and_clopper_pearson_agree_with_scipy(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    test = stats.binomtest(k, n)
    score, exact = test.proportion_ci(method="wilson"), test.proportion_ci(method="exact")
    assert intervals.wilson(k / n, n) == pytest.approx((score.low, score.high), abs=1e-9)
    assert intervals.clopper_pearson(k / n, n) == pytest.approx((exact.low, exact.high), abs=1e-9)


@given(st.floats(0, 1), st.floats(0.5, 1e6))
def test_an_interval_of_a_share_has_a_width_and_holds_it(share: float, n: float) -> None:
    low, high = intervals.wilson(share, n)
    assert 0 <= low <= share <= high <= 1
    assert low < high


def test_a_paired_difference_without_any_change_is_not_sure_to_be_0() -> None:
    # Bonett-Price by hand: one pair added to each side of 98, so 1/100 each; sqrt(.02/100) = .014142; 1.96 of it
    low, high = intervals.paired_difference(0.0, 0.0, 98)
    assert (low, high) == pytest.approx((-0.027718, 0.027718), abs=1e-6)


def test_a_rate_of_few_events_has_garwoods_interval() -> None:
    # 3 events: chi2(.025, 6)/2 = .6187 and chi2(.975, 8)/2 = 8.7673
    assert intervals.gamma_rate(3.0, 3.0) == pytest.approx((0.6187, 8.7673), abs=1e-4)


def test_clusters_that_agree_within_themselves_count_once() -> None:
    # 50 problems of 4 equal rollouts, half right: variance .25/50, so 50 independent trials
    assert intervals.effective_n(0.5, 0.25 / 50, 200, 50) == pytest.approx(50)


def test_an_effective_number_never_exceeds_the_trials() -> None:
    assert intervals.effective_n(0.5, 1e-9, 200, 50) == 200


@pytest.mark.parametrize(("share", "n"), [(-0.1, 10), (1.1, 10), (0.5, 0)])
def test_what_is_no_share_is_refused(share: float, n: float) -> None:
    with pytest.raises(ValueError, match="must"):
        intervals.wilson(share, n)
