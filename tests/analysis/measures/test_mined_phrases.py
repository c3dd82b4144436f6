"""Phrases of reflection: log-odds derived by hand, a planted phrase, and how often nothing is taken for something."""

import math

import numpy as np
import pytest

from analysis.measures.mined_phrases import Counts, corrected, scores_of
from bench.proofs.base import Design
from bench.proofs.reflection import WAIT_AFTER, WAIT_BEFORE, phrase_rollouts
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of

SIXTY = Design(60, 4.0, 0.5, 3)


def test_the_log_odds_and_the_rates_of_a_phrase_are_those_of_its_sentences() -> None:
    # six problems: wait opens 0 or 1 of 10 sentences before and 5 or 6 of 10 after: 3 of 60 and 33 of 60. Prior 6:
    # alpha = 6·36/120 = 1.8: log(34.8/(66 - 34.8)) - log(4.8/(66 - 4.8)) = .1092 + 2.5455 = 2.6547
    columns = {
        "phrases": [["wait now"]] * 6,
        "phrases_before": [[k % 2] for k in range(6)],
        "phrases_after": [[5 + k % 2] for k in range(6)],
        "n_openings_before": 10,
        "n_openings_after": 10,
    }
    rows = rows_of("mined_phrases", columns_of(6, columns), {"prior": "6"})
    assert rows["phrase_01_log_odds"].estimate == pytest.approx(2.6547, abs=5e-5)
    assert (rows["phrase_01_after"].estimate, rows["phrase_01_before"].estimate) == (33 / 60, 3 / 60)
    assert rows["phrase_01_log_odds"].label == "wait now"  # of "wait" and "wait now", the same sentences, one is shown
    assert rows["phrases_found"].estimate == 1
    assert rows["phrases_tested"].estimate == 2
    assert rows["phrase_02_log_odds"].reason == "no phrase is over-represented after the first candidate"


def test_the_variance_is_that_of_the_plain_loop_over_problems() -> None:
    rng = np.random.default_rng(2)
    before, after = rng.poisson(2, 30).astype(float), rng.poisson(4, 30).astype(float)
    n_before, n_after = rng.integers(10, 20, 30).astype(float), rng.integers(10, 20, 30).astype(float)
    scores = scores_of(Counts(np.zeros(30, int), np.arange(30), before, after, n_before, n_after), 1, 50.0)
    alpha = 50 * (before.sum() + after.sum()) / (n_before.sum() + n_after.sum())

    def slope(y: float, n: float) -> float:
        return float(1 / (y + alpha) + 1 / (n + 50 - y - alpha))

    total = 0.0
    for j in range(30):
        up = slope(after.sum(), n_after.sum()) * (after[j] - n_after[j] * after.sum() / n_after.sum())
        down = slope(before.sum(), n_before.sum()) * (before[j] - n_before[j] * before.sum() / n_before.sum())
        total += (up - down) ** 2
    assert scores.variance[0] == pytest.approx(total * 30 / 29)


def test_a_planted_phrase_comes_back_first_with_its_log_odds() -> None:
    rows = rows_of("mined_phrases", phrase_rollouts(Design(200, 4.0, 0.5), np.random.default_rng(1)), {"prior": "1"})
    row = rows["phrase_01_log_odds"]
    truth = math.log(WAIT_AFTER / (1 - WAIT_AFTER)) - math.log(WAIT_BEFORE / (1 - WAIT_BEFORE))
    assert row.label == "wait"
    assert row.low is not None
    assert row.high is not None
    assert row.estimate == pytest.approx(truth, abs=4 * (row.high - row.low) / 4)


def test_where_nothing_differs_seldom_anything_is_found_although_sentences_of_a_problem_go_together() -> None:
    # 40 collections, family-wise 5 %: more than 7 would happen in under one of 1,000
    found = [
        rows_of("mined_phrases", phrase_rollouts(SIXTY, np.random.default_rng(seed), has_wait=False))["phrases_found"]
        for seed in range(40)
    ]
    assert sum(bool(row.estimate) for row in found) <= 7


def test_sentences_taken_for_independent_would_find_phrases_that_are_not_there() -> None:
    """The simulation has teeth: Monroe's own variance 1/(y + alpha) is too small on the same data."""
    ratios = []
    for seed in range(5):
        frame = phrase_rollouts(SIXTY, np.random.default_rng(seed), has_wait=False)
        rows = rows_of("mined_phrases", frame, {"prior": "1"})
        assert rows["phrases_tested"].estimate
        ids = frame["problem_id"].to_numpy()
        before, after = (np.array(frame[name].to_list(), dtype=float) for name in ("phrases_before", "phrases_after"))
        phrase, problem = np.nonzero(np.ones((before.shape[1], 60)))
        sums = [
            np.array([side[ids == p, w].sum() for w, p in zip(phrase, problem, strict=True)])
            for side in (before, after)
        ]
        sizes = np.full(60, 60.0)
        scores = scores_of(Counts(phrase, problem, sums[0], sums[1], sizes, sizes), before.shape[1], 1.0)
        ratios.append(np.mean(scores.variance / (1 / scores.before + 1 / scores.after)))
    assert np.mean(ratios) > 1.5


def test_holm_and_benjamini_hochberg_by_hand() -> None:
    # Holm: .01·4, max(.02·3), max(.03·2), .04 -> .04 .06 .06 .06; BH: .01·4/1, .02·4/2, .03·4/3, .04 -> all .04
    p = np.array([0.04, 0.01, 0.03, 0.02])
    assert corrected(p, "holm").tolist() == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert corrected(p, "bh").tolist() == pytest.approx([0.04, 0.04, 0.04, 0.04])
    assert corrected(np.zeros(0), "holm").tolist() == []


def test_an_analysis_from_before_the_counting_says_so() -> None:
    row = rows_of("mined_phrases", columns_of(3, {}))["phrases_tested"]
    assert (row.estimate, row.reason) == (
        None,
        "this analysis is older than the counting of phrases: grade the collection anew",
    )
