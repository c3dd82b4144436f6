"""Reliability: hand-derived and published cases, known truths, and what is undefined."""

import numpy as np
import pytest

from analysis.psychometrics.persona import moved_by_model, ridge_logistic, standardised_effect
from analysis.psychometrics.reliability import (
    NO_VARIANCE,
    TOO_FEW_ITEMS,
    TOO_FEW_ROWS,
    Floats,
    acquiescence,
    cronbach_alpha,
    icc,
    keyed_consistency,
    mcdonald_omega,
)

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]])


def test_alpha_of_a_table_by_hand() -> None:
    """Rows (1,2), (2,2), (3,5): item variances 1 and 3, sums 3, 4, 8 with variance 7: 2 · (1 - 4/7) = 6/7."""
    assert cronbach_alpha(np.array([[1.0, 2], [2, 2], [3, 5]])).value == pytest.approx(6 / 7)


def test_alpha_of_equal_items_is_one_and_of_opposite_ones_below_zero() -> None:
    column = np.arange(5.0)
    assert cronbach_alpha(np.column_stack([column, column])).value == pytest.approx(1)
    found = cronbach_alpha(np.column_stack([column, -0.5 * column])).value
    assert found is not None
    assert found < 0


def test_rows_with_a_gap_are_left_out_and_never_filled() -> None:
    whole = np.array([[1.0, 2], [2, 2], [3, 5]])
    found = cronbach_alpha(np.vstack([whole, [np.nan, 4.0]]))
    assert (found.value, found.n) == (cronbach_alpha(whole).value, 3)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.full((9, 4), 3.0), NO_VARIANCE),
        (np.ones((2, 4)), TOO_FEW_ROWS),
        (np.arange(9.0)[:, None], TOO_FEW_ITEMS),
        (np.full((9, 4), np.nan), TOO_FEW_ROWS),
    ],
)
def test_what_does_not_vary_or_is_too_little_has_a_reason_in_place_of_a_number(table: Floats, reason: str) -> None:
    for found in (cronbach_alpha(table), mcdonald_omega(table)):
        assert (found.value, found.reason) == (None, reason)
    assert icc(np.full((9, 4), 3.0)).reason == NO_VARIANCE


def test_icc_is_that_of_shrout_and_fleiss_with_its_interval() -> None:
    """Their table 4; the interval as R's psych package prints it: .02 to .76."""
    found = icc(SHROUT_FLEISS)
    assert (found.value, found.low, found.high) == pytest.approx((0.29, 0.02, 0.76), abs=0.005)


def test_omega_equals_alpha_where_all_loadings_are_equal() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 5))
    alpha, omega = cronbach_alpha(table).value, mcdonald_omega(table).value
    assert alpha == pytest.approx(5 / 6, abs=0.01)
    assert omega == pytest.approx(alpha, abs=0.002)


def test_omega_of_known_loadings_is_recovered_and_alpha_lies_below_it() -> None:
    """Loadings 2, 1, 0.5 with unit noise: 3.5² / (3.5² + 3) = 0.803."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(50_000, 1)) * [2, 1, 0.5] + rng.normal(size=(50_000, 3))
    omega, alpha = mcdonald_omega(table).value, cronbach_alpha(table).value
    assert omega == pytest.approx(3.5**2 / (3.5**2 + 3), abs=0.01)
    assert alpha is not None
    assert alpha < 0.75


def test_omega_of_two_items_and_of_a_dead_item_has_a_reason() -> None:
    assert "fewer than three items" in mcdonald_omega(np.random.default_rng(2).normal(size=(50, 2))).reason
    table = np.random.default_rng(2).normal(size=(50, 1)) + np.zeros((50, 3))
    table[:, 2] = 1.0
    assert mcdonald_omega(table).value is None


def test_alphas_interval_holds_the_truth_in_95_percent_of_simulations() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(1000):
        found = cronbach_alpha(rng.normal(size=(40, 1)) + rng.normal(size=(40, 6)))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 6 / 7 <= found.high
    assert 0.93 <= held / 1000 <= 0.97


def test_keyed_pairs_agree_in_honest_answers_and_oppose_in_those_of_a_yes_sayer() -> None:
    rng = np.random.default_rng(4)
    trait, yes = rng.normal(size=200), rng.normal(size=200)
    honest = keyed_consistency(trait + 0.1 * rng.normal(size=200), trait + 0.1 * rng.normal(size=200))
    yes_sayer = keyed_consistency(yes + 0.1 * rng.normal(size=200), -yes + 0.1 * rng.normal(size=200))
    assert honest.value is not None
    assert yes_sayer.value is not None
    assert honest.value > 0.95
    assert yes_sayer.value < -0.95
    assert keyed_consistency(np.ones(9), trait[:9]).reason == NO_VARIANCE
    assert keyed_consistency(np.full(9, 0.1), trait[:9]).reason == NO_VARIANCE  # their deviation is 1e-17, not 0
    assert "fewer than four" in keyed_consistency(trait[:3], trait[:3]).reason


def test_agreeing_with_everything_shows_whatever_the_trait_and_however_the_items_are_keyed() -> None:
    """Three positive items and one reversed, 1 to 5: a high trait without it is 5, 5, 5, 1; all fives are +1."""
    is_reversed = np.array([False, False, False, True])
    raw = np.array([[5.0, 5, 5, 1], [1, 1, 1, 5], [5, 5, 5, 5], [1, 1, 1, 1], [4, np.nan, 4, 4], [3, 3, 3, np.nan]])
    leaning = acquiescence(raw, is_reversed, 1, 5)
    assert list(leaning[:5]) == [0, 0, 1, -1, 0.5]
    assert np.isnan(leaning[5])


def test_a_ridge_of_one_column_is_where_its_slope_is_zero() -> None:
    """At the least of the loss: sum of x (y - p) = penalty · beta, and the intercept's residuals sum to zero."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(80, 1))
    y = (x[:, 0] + rng.normal(size=80) > 0).astype(np.float64)
    slope, intercept = ridge_logistic(x, y, penalty=2.0)
    scaled = (x[:, 0] - x.mean()) / x.std()
    left = y - 1 / (1 + np.exp(-(slope * scaled + intercept)))
    assert left.sum() == pytest.approx(0, abs=1e-8)
    assert scaled @ left == pytest.approx(2.0 * slope, abs=1e-8)
    with pytest.raises(ValueError, match="with and without persona"):
        ridge_logistic(x, np.ones(80))


def test_a_persona_that_moves_every_model_by_two_spreads_has_an_effect_of_two() -> None:
    models = np.repeat(np.arange(5), 4)
    plain: Floats = np.tile([-1.0, 1.0, -1.0, 1.0], 5) + models.astype(np.float64)
    spread = (4 / 3) ** 0.5
    found = standardised_effect(plain, plain + 2 * spread, models, models)
    assert (found.value, found.low, found.high) == pytest.approx((2, 2, 2))
    assert standardised_effect(plain[:4], plain[:4], models[:4], models[:4]).reason.startswith("fewer than two models")
    assert standardised_effect(models.astype(np.float64), plain, models, models).reason.startswith(
        "runs without persona"
    )


def test_models_whose_runs_scatter_more_than_the_others_make_the_effect_less_sure() -> None:
    """Variances 1 and 3, pooled 2; both means rise by sqrt 2, so 1 each: less 1 · (1/2 - 1) / 2 and (3/2 - 1) / 2."""
    near, far = 0.5**0.5, 1.5**0.5
    plain = np.array([-near, near, -far, far])
    models = np.array([0, 0, 1, 1])
    found, reason = moved_by_model(plain, plain + 2**0.5, models, models)
    assert reason == ""
    assert [found[0], found[1]] == pytest.approx([1.25, 0.75])
    assert standardised_effect(plain, plain + 2**0.5, models, models).value == pytest.approx(1)
