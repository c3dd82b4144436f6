"""Prediction-powered shares: intervals that hold a known truth, narrower with good rules, refused without a sample."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.prediction_powered import NO_PROBABILITIES, NO_TRIALS, TOO_FEW, Sampled, share_of
from analysis.resampling import Floats

SHARE = 0.3


def drawn(rng: np.random.Generator, n_problems: int = 300, error: float = 0.1, chosen: float = 0.2) -> Sampled:
    """Four rollouts a problem with Poisson steps each; a step is an event with a chance Beta(3, 7) of its problem.

    Rules are wrong in `error` of the steps. Long rollouts are twice as likely to be chosen.
    """
    problem = np.repeat(np.arange(n_problems), 4)
    chance = rng.beta(3, 7, n_problems)[problem]
    trials = 1 + rng.poisson(3, len(problem))
    events = rng.binomial(trials, chance)
    rules = rng.binomial(events, 1 - error) + rng.binomial(trials - events, error)
    inclusion = np.where(trials > 4, 2 * chosen, chosen)
    labelled = rng.random(len(problem)) < inclusion
    numbers: list[Floats] = [part.astype(np.float64) for part in (rules, trials, events, trials, inclusion, labelled)]
    return Sampled(problem, *numbers)


@pytest.mark.parametrize("error", [0.0, 0.1, 0.5])
def test_intervals_hold_the_truth_whatever_the_rules_are_worth(error: float) -> None:
    rng = np.random.default_rng(11)
    found = [share_of(drawn(rng, error=error)) for _ in range(600)]
    held = np.mean([one.low <= SHARE <= one.high for one in found if one.low is not None and one.high is not None])
    assert 0.93 <= held <= 0.97
    assert np.mean([one.value for one in found if one.value is not None]) == pytest.approx(SHARE, abs=0.005)


@pytest.mark.parametrize("n_problems", [40, 60])
@pytest.mark.parametrize("error", [0.1, 0.5])
def test_intervals_over_few_problems_hold_the_truth_too(n_problems: int, error: float) -> None:
    rng = np.random.default_rng(5)
    found = [share_of(drawn(rng, n_problems=n_problems, error=error)) for _ in range(2000)]
    held = np.mean([one.low <= SHARE <= one.high for one in found if one.low is not None and one.high is not None])
    assert 0.93 <= held <= 0.97


def test_good_rules_make_the_interval_narrow_and_bad_ones_do_no_harm() -> None:
    widths = {}
    for error in (0.0, 0.1, 0.5):
        found = [share_of(drawn(np.random.default_rng(seed), error=error)) for seed in range(40)]
        widths[error] = np.mean([(one.high or 0) - (one.low or 0) for one in found])
    alone = [without_rules(drawn(np.random.default_rng(seed))) for seed in range(40)]
    labels_alone = np.mean([(one.high or 0) - (one.low or 0) for one in map(share_of, alone)])
    assert widths[0.0] < 0.75 * labels_alone
    assert widths[0.1] < 0.9 * labels_alone
    assert widths[0.5] < 1.03 * labels_alone


def without_rules(sampled: Sampled) -> Sampled:
    nothing = np.zeros(len(sampled.problem))
    return replace(sampled, rule_events=nothing, rule_trials=nothing)


@pytest.mark.parametrize("share", [0.005, 0.02])
@pytest.mark.parametrize("error", [0.0, 0.02])
def test_intervals_of_rare_events_hold_the_truth_and_are_never_a_point(share: float, error: float) -> None:
    rng = np.random.default_rng(8)
    found = [share_of(rare(rng, share, error)) for _ in range(600)]
    ends = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    assert len(ends) == 600
    assert all(high > low for low, high in ends)
    assert np.mean([low <= share <= high for low, high in ends]) >= 0.93


def rare(rng: np.random.Generator, share: float, error: float) -> Sampled:
    """600 problems of one rollout with three steps, 80 of them labelled on average."""
    n = 600
    trials = np.full(n, 3.0)
    events = rng.binomial(3, share, n).astype(np.float64)
    rules = np.clip(events + rng.binomial(1, error, n), 0, 3).astype(np.float64)
    labelled = (rng.random(n) < 80 / n).astype(np.float64)
    return Sampled(np.arange(n), rules, trials, events, trials, np.full(n, 80 / n), labelled)


def test_labels_of_everything_are_counted_as_they_are() -> None:
    whole = drawn(np.random.default_rng(1))
    one = np.ones(len(whole.problem))
    found = share_of(replace(whole, inclusion=one, is_labelled=one))
    assert found.value == pytest.approx(whole.events.sum() / whole.trials.sum())


def test_what_is_no_probability_sample_is_refused() -> None:
    sampled = drawn(np.random.default_rng(1))
    assert share_of(replace(sampled, inclusion=0 * sampled.inclusion)).reason == NO_PROBABILITIES
    assert share_of(replace(sampled, inclusion=sampled.inclusion * np.nan)).reason == NO_PROBABILITIES
    assert share_of(replace(sampled, is_labelled=0 * sampled.inclusion)).reason == TOO_FEW
    nothing = 0 * sampled.trials
    empty = replace(sampled, events=nothing, trials=nothing, rule_events=nothing, rule_trials=nothing)
    assert share_of(empty).reason == NO_TRIALS
